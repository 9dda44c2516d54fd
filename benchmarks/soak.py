"""Asks for ten minutes what is refused, while the sheet is edited, and sees whether the memory stays.

    python benchmarks/soak.py [--minutes 10]

Ten refused requests of each kind a second, an edit every 2 s, and, every half minute, answers of Google's that make no
sense for 5 s. Exits with 1 if more memory is in use after the first minute than a tenth above what was in use then, or if a kind is answered otherwise than it should be.
"""

import argparse
import http.client
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event, Thread

from fake_google import make_id
from load import build_request, run_open
from processes import Google, start

ORDERS = 5000
AUTH = "bearer:secret-of-the-soak"
JSON = {"Content-Type": "application/json"}
RIGHT = JSON | {"Authorization": "Bearer secret-of-the-soak"}
PAUSE = 0.1
MOST = 1.1


@dataclass(frozen=True)
class Kind:
    """A kind of request and the statuses that may answer it; 502 and 503 may always do while the sheet is away."""

    statuses: set[int]
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: RIGHT)
    method: str = "POST"
    path: str = "/getOrder"


TWICE = make_id(ORDERS - 1)
KINDS = {
    "an order": Kind({200}, f'{{"orderId": "{make_id(0)}"}}'),
    "an order that stands twice": Kind({409}, f'{{"orderId": "{TWICE}"}}'),
    "no such order": Kind({404}, '{"orderId": "nobody %d"}'),
    "an id of 60,000 characters": Kind({404}, '{"orderId": "%d' + "x" * 60_000 + '"}'),
    "no JSON": Kind({400}, "{"),
    "a body of 100 KB": Kind({413}, "x" * 100_000),
    "another type": Kind({415}, "{}", RIGHT | {"Content-Type": "text/plain"}),
    "a compressed body": Kind({415}, "{}", RIGHT | {"Content-Encoding": "gzip"}),
    "another method": Kind({405}, "", RIGHT, "DELETE"),
    "another path": Kind({404}, "", RIGHT, "GET", "/other"),
    "no auth, 15 KB of headers": Kind({401, 429}, "{}", JSON | {f"X-{n}": "x" * 3000 for n in range(5)}),
    "how it is": Kind({200}, "", RIGHT, "GET", "/healthz"),
}


def ask(port: int, kind: Kind, halt: Event, answered: list[int]) -> None:
    """Ask again and again over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    number = 0
    while not halt.wait(PAUSE):
        number += 1
        try:
            body = kind.body.replace("%d", str(number))
            connection.request(kind.method, kind.path, body, dict(kind.headers))
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):  # hung up on before all of a body was read
            connection.close()
            continue
        answered.append(response.status)


def main() -> int:
    parser = argparse.ArgumentParser(description="See whether the memory stays.")
    parser.add_argument("--minutes", type=float, default=10, help="how long")
    seconds = parser.parse_args().minutes * 60
    google = Google.start(ORDERS, 0.3)
    google.tell(twice=1)
    server = start("ours", google, BIKORDERS_AUTH=AUTH)
    first = build_request(make_id(0), header=f"Authorization: {RIGHT['Authorization']}\r\n")
    run_open(server.port, [first], 1, 1, connections=1)
    halt = Event()
    answered: dict[str, list[int]] = {name: [] for name in KINDS}
    for name, kind in KINDS.items():
        Thread(target=ask, args=(server.port, kind, halt, answered[name]), daemon=True).start()
    began, then, most = time.monotonic(), 0.0, 0.0
    edits = 0
    while (passed := time.monotonic() - began) < seconds:
        edits += 1
        google.tell(edit=make_id(edits % ORDERS), to=f"edit {edits}", broken=int(passed % 30 > 25))
        time.sleep(2)
        memory = server.read_memory()
        if passed <= 60:
            then = max(then, memory)
        else:
            most = max(most, memory)
        if edits % 15 == 0:
            print(f"{passed:4.0f} s  {memory:.1f} MB", flush=True)
    halt.set()
    is_right = True
    for name, statuses in answered.items():
        counts = {status: statuses.count(status) for status in sorted(set(statuses))}
        is_right &= bool(counts) and counts.keys() <= KINDS[name].statuses | {502, 503}
        print(
            f"{name}: {', '.join(f'{count} × {status}' for status, count in counts.items()) or 'no answer'}"
        )
    server.stop()
    google.stop()
    is_flat = most <= then * MOST
    print(
        f"{then:.1f} MB in the first minute, at most {most:.1f} MB after it: {'flat' if is_flat else '**it grows**'}"
    )
    return 0 if is_flat and is_right else 1


if __name__ == "__main__":
    sys.exit(main())
