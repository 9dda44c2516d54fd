"""Measures how fast bikorders is, against what could be and against what people do instead.

    python benchmarks/bench.py [--short] [--only PART]...

prints tables and, unless `--short` or `--only` say so, writes them to `benchmarks/results.md`. What is compared runs
by turns on one machine; the figures are medians of the turns, and ratios are medians of the turns' ratios.
"""

import argparse
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from random import Random
from statistics import median

from fake_google import make_id
from load import Timing, build_request, run_closed, run_open
from processes import HERE, Google, Server, run, start

import bikorders

SAMPLE = [build_request("ORD-1001")]


@dataclass
class Table:
    """A table of results; `notes` stand below it."""

    title: str
    header: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def judge(self, what: str, value: float, limit: float, unit: str = "", at_least: bool = False) -> None:
        """Say whether a target is met, and by how much it is missed."""
        met = value >= limit if at_least else value <= limit
        sign = "≥" if at_least else "≤"
        self.notes.append(
            f"{what}: {value:.3g}{unit}, target {sign} {limit:g}{unit}: {'met' if met else '**missed**'}"
        )

    def __str__(self) -> str:
        lines = [f"### {self.title}", "", _row(self.header), _row(["---"] * len(self.header))]
        lines += [_row(row) for row in self.rows]
        return "\n".join([*lines, "", *(f"- {note}" for note in self.notes), ""])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def compare(
    turns: int, contenders: Sequence[Callable[[], Timing]]
) -> tuple[list[tuple[float, float, float]], float, float]:
    """Let each run by turns. Gives rate, p50 and p99 of each, and rate and p99 of the last against the first."""
    found = []
    for turn in range(turns):
        order = range(len(contenders))[:: -1 if turn % 2 else 1]  # who comes first may have it easier
        timings = {place: contenders[place]() for place in order}
        found.append([timings[place] for place in range(len(contenders))])
    figures = [
        (
            median(timing.rate for timing in timings),
            median(timing.quantile(0.5) for timing in timings),
            median(timing.quantile(0.99) for timing in timings),
        )
        for timings in zip(*found, strict=True)
    ]
    rate = median(timings[-1].rate / timings[0].rate for timings in found)
    tail = median(timings[-1].quantile(0.99) / timings[0].quantile(0.99) for timings in found)
    return figures, rate, tail


def measure_limit(short: bool) -> list[Table]:
    """Ours on a warm snapshot against a constant on the same server."""
    table = Table(
        "1. getOrder against a Bottle route that returns a constant, same server",
        ["connections", "constant/s", "ours/s", "ratio", "p50 ms", "p99 constant ms", "p99 ours ms", "ratio"],
    )
    turns, seconds = (3, 0.5) if short else (9, 0.2)
    # Two processes of the same program differ by up to a twentieth, for as long as they run.
    pairs = [(start("constant"), start("ours")) for _ in range(1 if short else 5)]
    servers = list(chain.from_iterable(pairs))
    for server in servers:
        run_closed(server.port, SAMPLE, 8, 0.5)
    for connections in (1, 8, 64):
        found = [
            compare(
                turns,
                [
                    lambda s=server: run_closed(s.port, SAMPLE, connections, seconds)  # noqa: B023
                    for server in pair
                ],
            )
            for pair in pairs
        ]
        limit, own = (
            [median(figures[place][n] for figures, _, _ in found) for n in range(3)] for place in (0, 1)
        )
        rate, tail = (median(each[n] for each in found) for n in (1, 2))
        table.rows.append(
            [
                str(connections),
                f"{limit[0]:.0f}",
                f"{own[0]:.0f}",
                f"{rate:.2f}",
                f"{own[1]:.2f}",
                f"{limit[2]:.2f}",
                f"{own[2]:.2f}",
                f"{tail:.2f}",
            ]
        )
        table.judge(f"throughput, {connections} connections", rate, 0.85, at_least=True)
        table.judge(f"p99, {connections} connections", tail, 1.3, "×")
    for server in servers:
        server.stop()
    return [table, measure_threads(short)]


def measure_threads(short: bool) -> Table:
    """Try waitress's settings."""
    table = Table(
        "1b. Threads and waitress's `send_bytes`: requests a second (p99 in ms)",
        ["threads", "send_bytes", "1 connection", "8", "64"],
    )
    turns, seconds = (1, 0.3) if short else (2, 0.3)
    tried = [(threads, size) for threads in (4, 8, 16, 32, 64) for size in (1, 16384)]
    servers = [start("ours", BIKORDERS_THREADS=threads, BENCH_SEND_BYTES=size) for threads, size in tried]
    cells: dict[tuple[int, int], list[Timing]] = {}
    for turn in range(turns + 1):
        for number, server in enumerate(servers):
            for connections in (1, 8, 64):
                timing = run_closed(server.port, SAMPLE, connections, seconds if turn else 0.1)
                if turn:
                    cells.setdefault((number, connections), []).append(timing)
    for number, (threads, size) in enumerate(tried):
        texts = [
            f"{median(t.rate for t in timings):.0f} ({median(t.quantile(0.99) for t in timings):.1f})"
            for timings in (cells[number, connections] for connections in (1, 8, 64))
        ]
        table.rows.append([str(threads), "default" if size == 1 else "16 KB", *texts])
        servers[number].stop()
    table.notes.append(
        "waitress's main loop asks for every connection with unsent bytes whether it can be written, and spins on "
        "it while a worker is still at the answer, taking the interpreter from that worker; with `send_bytes` of 1 "
        "worker and main loop also fight for the buffer's lock."
    )
    return table


def measure_plain(short: bool) -> list[Table]:
    """What people do instead, over a Google that takes 300 ms for each read."""
    table = Table(
        "2. gspread for each request against ours, a Google of 300 ms, 1,000 orders",
        ["requests/s", "plain p50 ms", "plain p99 ms", "plain reads/min", "p50 ms", "p99 ms", "reads/min"],
    )
    google = Google.start(1000, 0.3)
    servers = [start("plain", google, BIKORDERS_THREADS=256), start("ours", google)]
    requests = [build_request(make_id(number)) for number in range(0, 1000, 7)]
    for server in servers:
        run_open(server.port, requests[:1], 1, 1)
    for rate in (1, 10, 100):
        texts = []
        for server in servers:
            before, began = google.tell(), time.perf_counter()
            seconds = 2 if short or rate == 100 else 6  # the plain way takes 20 times as long for a hundred
            timing = run_open(server.port, requests, rate, seconds, connections=512)
            reads = (google.tell() - before) / (time.perf_counter() - began) * 60
            texts += [f"{timing.quantile(0.5):.1f}", f"{timing.quantile(0.99):.1f}", f"{reads:.0f}"]
        table.rows.append([str(rate), *texts])
    for server in (*servers, google):
        server.stop()
    table.notes.append(
        "Google allows 60 reads a minute; the simulated one does not count, or the plain way would be refused."
    )
    return [table]


def measure_growth(short: bool) -> list[Table]:
    """Answers, refreshes and memory as the sheet grows."""
    table = Table(
        "3. Growth",
        ["orders", "answer p50 ms", "refresh, new ms", "refresh, nothing new ms", "memory MB"],
    )
    sizes = (100, 1000, 10_000, 50_000)
    googles = [Google.start(size) for size in sizes]
    settings = {"BIKORDERS_MAX_AGE": 600, "BIKORDERS_READS_PER_MINUTE": 300, "BIKORDERS_DEADLINE": 30}
    servers = [start("ours", google, **settings) for google in googles]
    requests = [[build_request(make_id(n)) for n in range(0, size, max(1, size // 100))] for size in sizes]
    for server, asked in zip(servers, requests, strict=True):
        run_open(server.port, asked, 20, 1)
    timings = [
        [run_closed(s.port, asked, 1, 0.3) for s, asked in zip(servers, requests, strict=True)]
        for _ in range(3 if short else 9)
    ]
    answers = [median(timing.quantile(0.5) for timing in turns) for turns in zip(*timings, strict=True)]
    flat = median(turns[-1].quantile(0.5) / turns[0].quantile(0.5) for turns in timings)
    news, same = [], []
    for size, google, server, answer in zip(sizes, googles, servers, answers, strict=True):
        times = [[_time_refresh(google, server, change=change) for _ in range(5)] for change in (1, 0)]
        news.append(median(times[0]))
        same.append(median(times[1][1:]))
        memory = server.read_memory()
        table.rows.append(
            [f"{size:,}", f"{answer:.3f}", f"{news[-1]:.1f}", f"{same[-1]:.1f}", f"{memory:.0f}"]
        )
    table.judge("answer time, last against first size", flat, 1.2, "×")
    table.judge("refresh per order, 50,000 against 10,000 orders", news[3] / news[2] / 5, 1.25, "×")
    for server in (*servers, *googles):
        server.stop()
    return [table, measure_disturbance(short)]


def _time_refresh(google: Google, server: Server, change: int) -> float:
    """Give the milliseconds from a request for a refresh to the first answer from it."""
    google.tell(change=change)
    google.refresh(server)
    return run_open(server.port, [build_request(make_id(0))], 1, 1, connections=1).quantile(0.5)


PACE = 20_000_000
"""Bytes a second in which a simulated Google's answer arrives beside other requests, as over a good line.

At the loopback's own speed the sender would take the processor from those that are measured.
"""


def measure_disturbance(short: bool) -> Table:
    """How much a refresh disturbs the answers beside it."""
    table = Table(
        "3b. 200 requests a second, 10,000 orders, a read every 2 seconds, which arrives at 20 MB/s",
        ["refresh", "p50 ms", "p99 ms", "worst ms"],
    )
    same, changing = Google.start(10_000), Google.start(10_000)
    changing.tell(change=1, pace=PACE)
    same.tell(pace=PACE)
    requests = [build_request(make_id(number)) for number in range(0, 10_000, 7)]
    limit = {"BIKORDERS_READS_PER_MINUTE": 300}
    servers = {
        "none": start("ours", same, BIKORDERS_MAX_AGE=600, **limit),
        "nothing new": start("ours", same, BIKORDERS_MAX_AGE=3.4, **limit),
        "one cell": start("ours", changing, BIKORDERS_MAX_AGE=3.4, **limit),
    }
    for server in servers.values():
        run_closed(server.port, requests, 8, 2)
        server.pause()  # or it would go on to read beside the others
    found: dict[str, list[Timing]] = {}
    for _ in range(2 if short else 9):
        for name, server in servers.items():
            server.resume()
            run_open(server.port, requests, 200, 0.4)
            found.setdefault(name, []).append(run_open(server.port, requests, 200, 2))
            server.pause()
    for name, timings in found.items():
        texts = [f"{median(t.quantile(share) for t in timings):.2f}" for share in (0.5, 0.99)]
        table.rows.append([name, *texts, f"{median(t.quantile(1) for t in timings):.1f}"])
    tails = {name: median(t.quantile(0.99) for t in timings) for name, timings in found.items()}
    for name, most in (("nothing new", 1.3), ("one cell", 5)):
        table.judge(f"p99, {name}, against none", tails[name] / tails["none"], most, "×")
    table.judge("worst with one cell (median of the turns)", float(table.rows[-1][-1]), 50, " ms")
    for server in (*servers.values(), same, changing):
        server.resume()
        server.stop()
    return table


def measure_footprint(short: bool) -> list[Table]:
    """Start, memory, and whether it stays."""
    table = Table("4. Footprint", ["what", "value"])
    seconds, memory = [], []
    for _ in range(2 if short else 5):
        began = time.perf_counter()
        server = start("ours")
        run_open(server.port, SAMPLE, 1, 1, connections=1)
        seconds.append(time.perf_counter() - began)
        run_closed(server.port, SAMPLE, 8, 0.5)
        memory.append(server.read_memory())
        server.stop()
    google = Google.start(1000)
    server = start("ours", google)
    run_closed(server.port, [build_request(make_id(number)) for number in range(1000)], 8, 1)
    with_google = server.read_memory()
    server.stop()
    google.stop()
    google = Google.start(20)
    google.tell(change=1)
    marks = ["100", "500", "1000"] if short else ["1000", "5000", "10000"]
    course = run(["refreshes", marks[-1], *marks], google)
    google.stop()
    table.rows += [
        ["from the command to the first answer, sample", f"{median(seconds):.2f} s"],
        ["memory, sample", f"{median(memory):.1f} MB"],
        ["memory, Google, 1,000 orders, all answered once", f"{with_google:.1f} MB"],
        *(
            [
                f"memory after {p['refreshes']:,} changed reads of 20 orders (every 50th over the network)",
                f"{p['mb']:.1f} MB",
            ]
            for p in course
        ),
    ]
    table.judge("first answer", median(seconds), 1.0, " s")
    table.judge("memory, sample", median(memory), 50, " MB")  # of which 8 are CLDR's tables of currencies
    table.judge("memory, Google", with_google, 90, " MB")
    table.judge("memory, last mark against the one before", course[-1]["mb"] / course[-2]["mb"], 1.02, "×")
    table.notes.append(
        "Up to the second mark fill the caches of what 4,096 different cells say; each read brings a new one."
    )
    return [table]


def measure_freshness(short: bool) -> list[Table]:
    """How long an edit takes to be seen."""
    table = Table(
        "5. From an edit to the first answer with it, a Google of 300 ms, 50 requests a second, max age 5 s",
        ["", "edits", "least s", "p50 s", "p90 s", "most s"],
    )
    google = Google.start(1000, 0.3)
    server = start("ours", google)
    run_open(server.port, SAMPLE_OF_GOOGLE, 50, 1)
    for name, refresh, count in (
        ("constant traffic", False, 6 if short else 30),
        ("with /refresh", True, 3 if short else 6),
    ):
        ages = sorted(_time_edits(google, server, count, refresh))
        texts = [f"{ages[min(int(share * count), count - 1)]:.2f}" for share in (0, 0.5, 0.9, 1)]
        table.rows.append([name, str(count), *texts])
    server.stop()
    google.stop()
    return [table]


def measure_reads(short: bool) -> list[Table]:
    """What questions cost in reads of Google, and how long those wait that come when nothing is read ahead."""
    minutes, seconds = (1, 10) if short else (3, 60)
    reads = Table(
        "6. Reads of Google, by how questions come, max age 5 s",
        ["", "minutes", "questions", "reads", "a minute"],
    )
    waits = Table("7. A question that waits for a Google of 300 ms", ["", "s", "of one read"])
    lone, regular = Google.start(1000, 0.3), Google.start(1000, 0.3)
    listening, waited = [], []
    for more in reversed(range(1 if short else 5)):
        began = time.perf_counter()
        first = start("ours", lone)
        listening.append(time.perf_counter() - began)
        waited.append(_ask(first))
        if more:
            first.stop()
    waits.notes.append(f"The server listens {median(listening):.2f} s after its start.")
    _note_wait(waits, "the first, when the server listens: login and read", median(waited), 2.2)
    servers = first, start("ours", regular)
    _ask(servers[1])
    time.sleep(40)  # who asks at the start is not alone, and the reading ahead goes on
    before = lone.tell(), regular.tell()
    for minute in range(minutes):
        if minute == 0:
            _note_wait(waits, "one that comes after a pause", _ask(servers[0]), 1.3)
        regular.tell(edit=make_id(1), to=f"minute {minute}")
        after_edit = _ask(servers[1])
        if minute == 0:
            _note_wait(waits, "the same, the sheet edited meanwhile", after_edit, 1.3)
        time.sleep(60)
    for name, google, count, at_first in (
        ("one, and no other", lone, 1, before[0]),
        ("one every minute, each after an edit", regular, minutes, before[1]),
    ):
        read = google.tell() - at_first
        reads.rows.append([name, str(minutes), str(count), str(read), f"{read / minutes:.1f}"])
        reads.judge(f"Reads for each question, {name}", read / count, 2)
    before_many = lone.tell()
    run_open(servers[0].port, SAMPLE_OF_GOOGLE, 10, seconds)
    read = lone.tell() - before_many
    row = [f"{seconds / 60:.1f}", str(10 * seconds), str(read), f"{read * 60 / seconds:.1f}"]
    reads.rows.append(["ten a second", *row])
    for process in (*servers, lone, regular):
        process.stop()
    return [reads, waits]


def _ask(server: Server) -> float:
    """Ask once; give the seconds until the answer."""
    return run_open(server.port, SAMPLE_OF_GOOGLE, 50, 0.02, 1).quantile(0.5) / 1000


def _note_wait(table: Table, name: str, seconds: float, most: float) -> None:
    table.rows.append([name, f"{seconds:.2f}", f"{seconds / 0.3:.2f}"])
    table.judge(f"Of one read, {name}", seconds / 0.3, most)


SAMPLE_OF_GOOGLE = [build_request(make_id(0))]


def _time_edits(google: Google, server: Server, count: int, refresh: bool) -> list[float]:
    """Edit orders at odd moments, and ask for them until the answers show it."""
    random = Random(7)
    found: list[float] = []
    pending: dict[int, float] = {}
    due, made = time.perf_counter(), 0
    while len(found) < count:
        now = time.perf_counter()
        if made < count and now >= due and not (refresh and pending):
            made += 1
            google.tell(edit=make_id(made), to=f"edit {made}.{refresh}")
            pending[made] = time.perf_counter()
            if refresh:
                google.refresh(server)
            due = now + (1 if refresh else random.uniform(0.1, 0.9))
        for number in [*pending, 0][:10]:
            answers: list[bytes] = []
            run_open(server.port, [build_request(make_id(number))], 50, 0.02, 1, answers)
            if f'"edit {number}.{refresh}"'.encode() in answers[0]:
                found.append(time.perf_counter() - pending.pop(number))
    return found


PARTS = {
    "limit": measure_limit,
    "plain": measure_plain,
    "growth": measure_growth,
    "footprint": measure_footprint,
    "freshness": measure_freshness,
    "reads": measure_reads,
}


def describe_machine() -> str:
    """Say on what this ran."""
    cpu = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    memory = int(Path("/proc/meminfo").read_text(encoding="ascii").split()[1]) / 1024 / 1024
    names = ("bottle", "waitress", "gspread", "google-auth", "requests")
    return (
        f"{len(cpu)} cores ({cpu[0]}), {memory:.0f} GB, {platform.system()} {platform.release()}; Python "
        f"{platform.python_version()}, bikorders {bikorders.__version__}, "
        + ", ".join(f"{name} {version(name)}" for name in names)
        + f"; {time.strftime('%Y-%m-%d')}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how fast bikorders is.")
    parser.add_argument("--short", action="store_true", help="few and short turns, for trying")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; may be repeated")
    args = parser.parse_args()
    began = time.perf_counter()
    texts = []
    for name, measure in PARTS.items():
        if args.only is None or name in args.only:
            for table in measure(args.short):
                texts.append(str(table))
                print(table, flush=True)
    seconds = time.perf_counter() - began
    print(f"{describe_machine()} Took {seconds:.0f} s.", file=sys.stderr)
    if not args.short and args.only is None:
        why = (HERE / "findings.md").read_text(encoding="utf-8")
        head = f"# Results of `make bench`\n\n{describe_machine()} The run took {seconds:.0f} s.\n\n"
        (HERE / "results.md").write_text(head + "\n".join(texts) + "\n" + why, encoding="utf-8")


if __name__ == "__main__":
    main()
