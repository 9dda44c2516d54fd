"""Every placed order, once and for good: threads, processes, kills, full disks and files that are none of ours."""

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from threading import Barrier

import pytest

from bikorders.bik.place_order import dump_placed
from bikorders.errors import JournalUnavailable, SettingsError
from bikorders.placing.journal import VERSION, Journal, Record
from bikorders.placing.numbering import parse_id_template

IDS = parse_id_template("ORD-{number}")
ORDER = {"id": "", "total": Decimal("947.50"), "noise": Decimal("119.75999999999999"), "note": "é"}
NOON = 1_720_000_000.25


def build(order_id: str) -> bytes:
    return dump_placed(ORDER | {"id": order_id})


def add(journal: Journal, draft_id: str, **changed) -> tuple[Record, bool]:
    given = {"digest": "d", "build": build, "ids": IDS, "highest": 1000, "now": NOON} | changed
    return journal.add(draft_id, **given)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orders.journal"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with closing(Journal(path)) as opened:
        yield opened


PRELUDE = """
import json, os, resource, signal, sys
from pathlib import Path
from bikorders.errors import JournalUnavailable
from bikorders.placing.journal import Journal
from bikorders.placing.numbering import parse_id_template

IDS = parse_id_template("ORD-{number}")

def build(order_id):
    return json.dumps({"order": {"id": order_id}}).encode()

def die(order_id=""):
    os.kill(os.getpid(), signal.SIGKILL)

print("ready", flush=True)
sys.stdin.readline()
journal = Journal(Path(sys.argv[1]))
"""


def run(path: Path, *codes: str) -> list[tuple[int, str]]:
    """Run each code in a process of its own, where `journal` is open; give the exit codes and outputs."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PRELUDE + code, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for code in codes
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    outputs = [process.communicate()[0] for process in processes]
    return [(process.returncode, output) for process, output in zip(processes, outputs, strict=True)]


def test_an_order_is_recorded_with_all_that_was_given(journal):
    record, is_new = add(journal, "draft-1", digest="abc")
    answer = build("ORD-1001")
    assert is_new
    assert record == Record(1, "draft-1", "abc", "ORD-1001", 1001, answer, NOON, "waiting", 0, "")
    assert journal.find_draft("draft-1") == journal.find_id(" #ord-1001") == record
    assert journal.find_draft("draft-2") is journal.find_id("ORD-1002") is None


def test_fractions_come_back_digit_by_digit_after_opening_again(path, journal):
    add(journal, "draft-1")
    journal.close()
    with closing(Journal(path)) as again:
        order = again.find_draft("draft-1").order
    assert order == ORDER | {"id": "ORD-1001"}
    assert (str(order["total"]), str(order["noise"])) == ("947.50", "119.75999999999999")


def test_a_draft_that_is_known_is_answered_from_its_record(journal):
    first, _ = add(journal, "draft-1", digest="a")

    def never(order_id):
        raise AssertionError("built again")

    assert add(journal, "draft-1", digest="b", build=never, now=NOON + 9) == (first, False)


def test_numbers_go_on_from_the_highest_of_the_sheet_and_of_the_journal(journal):
    ids = [add(journal, f"draft-{n}", highest=highest)[0].id for n, highest in enumerate([0, 1000, 5, 1005])]
    assert ids == ["ORD-1", "ORD-1001", "ORD-1002", "ORD-1006"]
    assert journal.highest_number() == 1006


def test_an_id_that_another_template_gave_is_not_given_again(journal):
    bare = parse_id_template("{number}")
    for n in range(3):
        add(journal, f"draft-{n}", ids=parse_id_template("1{number}"), highest=0)  # 11, 12, 13
    assert add(journal, "draft-3", ids=bare, highest=10)[0].id == "14"
    assert add(journal, "draft-4", ids=parse_id_template("#{number}"), highest=0)[0].id == "#15"


def test_an_order_that_can_not_be_answered_is_not_recorded(journal):
    def fail(order_id):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        add(journal, "draft-1", build=fail)
    assert journal.find_draft("draft-1") is None
    assert add(journal, "draft-2")[0].id == "ORD-1001"


def test_text_that_no_record_can_hold_is_found_nowhere(journal):
    assert journal.find_id("\ud800") is journal.find_draft("\ud800") is journal.find_id("") is None


def test_orders_wait_in_the_order_they_came_until_they_are_written(journal):
    assert journal.count_waiting() == (0, None)
    assert journal.highest_number() == 0
    one, two, three = (add(journal, f"draft-{n}", now=NOON + n)[0] for n in range(3))
    assert journal.list_waiting() == [one, two, three]
    assert journal.count_waiting() == (3, NOON)
    journal.mark_written(one.seq)
    assert journal.list_waiting() == [two, three]
    assert journal.count_waiting() == (2, NOON + 1)
    assert journal.find_draft("draft-0").state == "written"


def test_the_second_refusal_parks_an_order(journal):
    seq = add(journal, "draft-1")[0].seq
    first = journal.note_refusal(seq, "no column for the total")
    assert (first.state, first.refusals, first.reason) == ("waiting", 1, "no column for the total")
    second = journal.note_refusal(seq, "the tab is gone")
    assert (second.state, second.refusals, second.reason) == ("parked", 2, "the tab is gone")
    assert journal.list_parked() == [second]
    assert journal.list_waiting() == []
    journal.mark_written(seq)
    assert journal.list_parked() == []


def test_an_order_that_is_written_stays_so(journal):
    seq = add(journal, "draft-1")[0].seq
    journal.mark_written(seq)
    for _ in range(3):
        assert journal.note_refusal(seq, "too late").state == "written"
    with pytest.raises(LookupError):
        journal.note_refusal(99, "none")


def hold_against(journal: Journal, answers: list[tuple[str, str, bool]]) -> None:
    """Hold 200 adds of 50 drafts against the journal: each draft once, each with one id, numbers without gaps."""
    assert len(answers) == 200
    assert sum(is_new for _, _, is_new in answers) == 50
    assert len({(draft_id, order_id) for draft_id, order_id, _ in answers}) == 50
    records = journal.list_waiting()
    assert [record.number for record in records] == list(range(1001, 1051))
    assert {(record.draft_id, record.id) for record in records} == {answer[:2] for answer in answers}


def test_sixteen_threads_record_each_draft_once(journal):
    together = Barrier(16)

    def work(worker: int) -> list[tuple[str, str, bool]]:
        together.wait()
        added = [(n, *add(journal, f"draft-{n % 50}")) for n in range(worker, 200, 16)]
        return [(record.draft_id, record.id, is_new) for _, record, is_new in added]

    with ThreadPoolExecutor(16) as pool:
        hold_against(journal, [answer for answers in pool.map(work, range(16)) for answer in answers])


def test_four_processes_that_begin_one_file_together_record_each_draft_once(path):
    code = """
added = []
for n in range(50):
    record, is_new = journal.add(f"draft-{(n + OFFSET) % 50}", "d", build, IDS, 1000, 0.0)
    added.append((record.draft_id, record.id, is_new))
print(json.dumps(added))
"""
    ends = run(path, *(code.replace("OFFSET", str(offset)) for offset in range(4)))
    assert [returncode for returncode, _ in ends] == [0] * 4
    with closing(Journal(path)) as journal:
        hold_against(journal, [tuple(answer) for _, output in ends for answer in json.loads(output)])


def test_a_kill_while_an_order_is_recorded_leaves_no_trace(path):
    code = 'journal.add("draft-1", "d", die, IDS, 1000, 0.0)'
    assert run(path, code) == [(-signal.SIGKILL, "")]
    with closing(Journal(path)) as journal:
        assert journal.find_draft("draft-1") is None
        assert add(journal, "draft-2")[0].id == "ORD-1001"


def test_a_kill_after_an_order_was_recorded_loses_nothing(path):
    code = 'print(journal.add("draft-1", "d", build, IDS, 1000, 0.0)[0].id, flush=True); die()'
    assert run(path, code) == [(-signal.SIGKILL, "ORD-1001\n")]
    with closing(Journal(path)) as journal:
        assert journal.find_draft("draft-1").order == {"id": "ORD-1001"}
        assert add(journal, "draft-1", digest="d")[1] is False


def test_a_full_disk_is_an_error_that_passes(path):
    code = """
record, _ = journal.add("draft-1", "d", build, IDS, 1000, 0.0)
size = os.path.getsize(sys.argv[1] + "-wal")
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
try:
    journal.add("draft-2", "d", build, IDS, 1000, 0.0)
except JournalUnavailable as error:
    assert error.can_retry
    print("refused")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(journal.add("draft-2", "d", build, IDS, 1000, 0.0)[0].id)
"""
    assert run(path, code) == [(0, "refused\nORD-1002\n")]


def test_a_file_that_another_process_holds_is_an_error_that_passes(path, journal, monkeypatch):
    add(journal, "draft-1")
    journal._file._connection.execute("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalUnavailable, match="locked"):
            add(journal, "draft-2")
        assert journal.find_draft("draft-1")  # reading goes on
        monkeypatch.setattr("bikorders.placing.sqlite_file._PATIENCE", 0.001)
        with pytest.raises(JournalUnavailable, match="locked"):
            Journal(path)
    assert add(journal, "draft-2")[1]


def test_a_file_that_was_removed_or_replaced_takes_no_orders(path, journal):
    add(journal, "draft-1")
    moved = path.rename(path.with_name("moved"))
    with pytest.raises(JournalUnavailable, match="moved or removed"):
        add(journal, "draft-2")
    path.write_bytes(b"")
    with pytest.raises(JournalUnavailable, match="moved or removed"):
        add(journal, "draft-2")
    moved.replace(path)
    assert add(journal, "draft-2")[1]


def test_a_journal_that_is_closed_says_so(path):
    journal = Journal(path)
    journal.close()
    journal.close()
    with pytest.raises(JournalUnavailable):
        add(journal, "draft-1")


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_nobody_else_can_read_the_files(path, umask):
    before = os.umask(umask)
    try:
        with closing(Journal(path)) as journal:
            add(journal, "draft-1")
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {path.name + suffix: 0o600 for suffix in ("", "-wal", "-shm")}


def test_the_file_is_private_before_anything_is_in_it(path, monkeypatch):
    seen = []
    connect = sqlite3.connect

    def look(*args, **options):
        seen.append((stat.S_IMODE(path.stat().st_mode), path.stat().st_size))
        return connect(*args, **options)

    def mend(*args):
        raise AssertionError("the file was not private when it was made")

    monkeypatch.setattr("sqlite3.connect", look)
    monkeypatch.setattr("pathlib.Path.chmod", mend)
    Journal(path).close()
    assert seen == [(0o600, 0)]


def test_a_file_that_others_could_read_is_closed_to_them(path):
    path.touch(0o644)
    Journal(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_commit_is_on_the_disk(path, journal):
    for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("busy_timeout", 5000)):
        assert journal._file._connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)
    assert journal._file._connection.execute("PRAGMA user_version").fetchone() == (VERSION,)


def refuse(path: Path, match: str) -> None:
    with pytest.raises(SettingsError, match=match) as refusal:
        Journal(path)
    assert refusal.value.hint


def test_a_journal_of_a_newer_version_is_refused_and_left_alone(path, journal):
    journal._file._connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    journal.close()
    before = path.read_bytes()
    refuse(path, "newer")
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(path):
    path.write_text("Order ID,Status\n1,Packed\n" * 100)
    before = path.read_bytes()
    refuse(path, "not a database")
    assert path.read_bytes() == before


@pytest.mark.parametrize("statement", ["CREATE TABLE placed (x)", "PRAGMA user_version = 1"])
def test_the_database_of_something_else_is_refused_and_left_alone(path, statement):
    with closing(sqlite3.connect(path)) as other:
        other.execute(statement)
    before = path.read_bytes()
    refuse(path, "something else")
    assert path.read_bytes() == before


def test_a_place_where_no_file_can_be_made_is_refused(tmp_path):
    refuse(tmp_path / "missing" / "orders.journal", "No such file or directory")
    refuse(tmp_path, "can't be opened")
    if Path("/proc/self").exists():
        refuse(Path("/proc/self/orders.journal"), "can't be made")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_may_not_be_written_to_is_refused(path):
    Journal(path).close()
    path.parent.chmod(0o500)
    try:
        refuse(path, "can't be opened")
        refuse(path.with_name("other"), "can't be made")
    finally:
        path.parent.chmod(0o700)
