"""The `try` command: plays Bik against a getOrder endpoint, ours or another, and says which rules it keeps.

Sends some 25 requests, two of them with a wrong auth header or none. Never prints the auth header.
"""

import sys
import time
from collections.abc import Callable, Iterator

from bikorders.bik.answer_checks import FORMS
from bikorders.bik.auth import Auth
from bikorders.bik.conformance_rules import (
    BAD_BODIES,
    Finding,
    Unreachable,
    look_back,
    span,
    try_address,
    try_auth,
    try_connection,
    try_fields,
    try_order,
    try_refusals,
    try_speed,
)
from bikorders.bik.http_probe import PATIENCE, Bik
from bikorders.bik.target import Target
from bikorders.terminal import Style
from bikorders.text import clean


def run_try(
    target: Target,
    auth: Auth,
    order_id: str,
    *,
    patience: float = PATIENCE,
    clock: Callable[[], float] = time.perf_counter,
) -> int:
    """Try every rule and print the results; return 0 if all are kept, 1 if one is broken, 2 if nothing answers."""
    style = Style(sys.stdout)
    bik = Bik(target, auth, patience, clock)
    print(style.strong(f"Asking {target.shown} as Bik does"))
    counts: dict[str, int] = dict.fromkeys(("pass", "warn", "FAIL", "skip"), 0)
    started = clock()
    try:
        for finding in _try_all(bik, order_id):
            counts[finding.level] += 1
            took = span(clock() - started)
            text = clean(bik.hide(finding.text), 300)
            print(f"  {style.mark(finding.level)}  {took:>6}  {finding.rule}: {text}", flush=True)
            started = clock()
    except Unreachable as error:
        print(f"bikorders: {target.shown} can't be reached: {clean(str(error))}", file=sys.stderr)
        return 2
    print(style.strong(", ".join(f"{count} {level}" for level, count in counts.items() if count)))
    return 1 if counts["FAIL"] else 0


def _try_all(bik: Bik, order_id: str) -> Iterator[Finding]:
    yield from try_address(bik.target)
    is_certified = yield from try_connection(bik)
    if not is_certified:
        return
    reply, order = yield from try_order(bik, order_id)
    if order is not None:
        yield from try_fields(order, order_id)
        yield from try_speed(bik, order_id, reply)
    else:
        for rule in ("id", "types", *FORMS, "speed", "keep-alive", "at once"):
            yield Finding("skip", rule, "the order was not given")
    if reply.status in (401, 403):
        # Each of them would count as one more try of a wrong auth header.
        for rule in ("unknown order", *BAD_BODIES, "GET"):
            yield Finding("skip", rule, "the auth header was refused")
    else:
        yield from try_refusals(bik)
    yield from try_auth(bik, order_id)
    yield from look_back(bik)
