"""The status page for the merchant: how the service is, what needs fixing, what Bik would tell, what Bik asked.

Everything that comes from the sheet or from a request is escaped by the template. Needs no script; with it, the
page stays up to date.
"""

import hmac
import json
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import urlencode

import bottle

from bikorders.bik.get_order import dump_error, dump_json, dump_order, parse_request
from bikorders.cache.policy import Health, View
from bikorders.check import Report
from bikorders.errors import (
    BikordersError,
    OrderConflict,
    OrderNotFound,
    RequestRefused,
    SheetUnusable,
    SourceUnavailable,
)
from bikorders.placing.writer import Backlog
from bikorders.reading.problems import Problem
from bikorders.service import Lookup, Service
from bikorders.telling import Told, tell_order, tell_span
from bikorders.text import shorten
from bikorders.throttle import Throttle

VIEWS = Path(__file__).with_name("views")

MOST_PROBLEMS = 200
MOST_TABS = 40
MOST_ITEMS = 50
LONGEST_ID = 100
"""Characters of an order id that is asked for."""

LONGEST_TOKEN = 4096
"""Characters of user name and password as they are sent."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_FILES = {
    "/page.css": "text/css; charset=UTF-8",
    "/live.js": "text/javascript; charset=UTF-8",
    "/icon.svg": "image/svg+xml",
}

FindAnswer = Callable[[BikordersError], tuple[int, str]]
"""Gives the status and the message that Bik gets for an error."""


def install_page(
    app: bottle.Bottle, service: Service, password: str, find_answer: FindAnswer, throttle: Throttle
) -> None:
    """Add the page at `/` and its files; it asks for `password` unless that is ""."""
    template = bottle.SimpleTemplate(name="page.tpl", lookup=[str(VIEWS)])

    def get_page() -> bytes:
        require_password(password, throttle)
        asked = bottle.request.query.order[:LONGEST_ID]
        page: str = template.render(
            **_describe_service(service),
            asked=asked,
            answer=_describe_answer(service, asked, find_answer) if asked else None,
            lookups=_describe_lookups(service),
            shorten=shorten,
            most_items=MOST_ITEMS,
        )
        return _send(page.encode("utf-8", "replace"), "text/html; charset=UTF-8")

    def add_file(path: str, content_type: str) -> None:
        content = (VIEWS / path[1:]).read_bytes()
        # Without the password: the files are the same for everybody, and browsers may ask for an icon without it.
        app.route(path, "GET", lambda: _send(content, content_type))

    app.route("/", "GET", get_page)
    for path, content_type in _FILES.items():
        add_file(path, content_type)


def protect_errors(answer_error: Callable[[bottle.HTTPError], bytes]) -> Callable[[bottle.HTTPError], bytes]:
    """Let error answers on the page's own paths carry its headers, too."""

    def answer(error: bottle.HTTPError) -> bytes:
        if bottle.request.path in ("/", *_FILES):
            bottle.response.headers.update(HEADERS)
        return answer_error(error)

    return answer


def _send(content: bytes, content_type: str) -> bytes:
    bottle.response.headers.update(HEADERS)
    bottle.response.content_type = content_type
    return content


def require_password(password: str, throttle: Throttle) -> None:
    """Refuse with 401 unless the password is sent, under any user name.

    An address that was wrong too often gets 429, even with the right one: a password that a person can remember
    could be guessed otherwise.
    """
    if not password:
        return
    address = bottle.request.environ.get("REMOTE_ADDR", "-")
    if wait := throttle.find_wait(address):
        raise bottle.HTTPError(429, **{"Retry-After": str(wait)})
    scheme, _, token = bottle.request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    sent = _read_password(token.strip()) if scheme.casefold() == "basic" else ""
    if not hmac.compare_digest(sent.encode(), password.encode("utf-8", "replace")):
        # A browser asks without a password first. That is no guess, and must not lock out who knows it.
        if token:
            throttle.note_wrong(address)
        challenge = 'Basic realm="bikorders", charset="UTF-8"'
        raise bottle.HTTPError(401, **{"WWW-Authenticate": challenge})


def _read_password(token: str) -> str:
    """Read what follows the user name; one and the same letter may be sent in two spellings.

    What is much longer than any password is not read: to normalize it could take seconds.

    >>> _read_password("YTpiOmM="), _read_password("?")
    ('b:c', '')
    """
    if len(token) > LONGEST_TOKEN:
        return ""
    try:
        return normalize("NFC", b64decode(token, validate=True).decode().partition(":")[2])
    except ValueError:
        return ""


# What the page says


@dataclass(frozen=True)
class _State:
    """How the service is: `fresh`, `stale` or `down`, and what that means for the merchant."""

    name: str
    headline: str
    details: tuple[str, ...]


@dataclass(frozen=True)
class _Answer:
    """What Bik would get. `told` is the order in words; without one, `reason` says why there is none."""

    status: int
    json: str
    told: Told | None = None
    problems: tuple[Problem, ...] = ()
    reason: str = ""
    url: str = ""
    """Where the page asks again by itself; "" if that would cost the source a read each time."""


def _describe_service(service: Service) -> dict[str, Any]:
    view, report, failure = None, None, None
    try:
        view = service.get_view()
        report = service.find_report(view.snapshot)
        if report:
            report = report.with_first(service.list_clashes(view.snapshot))
    except BikordersError as error:
        failure = error
    workbook = view.snapshot.workbook if view else None
    return {
        "placed": _describe_placed(service.desk.get_backlog()) if service.desk else None,
        "state": _describe_state(service.get_health(), view, failure),
        "report": report,
        "orders": view.snapshot.order_count if view else None,
        "sheet_url": workbook.url if workbook else "",
        "find_url": workbook.find_url if workbook else lambda tab, cell: "",
        "problems": _group(report) if report else [],
        "more_problems": max(0, len(report.problems) - MOST_PROBLEMS) if report else 0,
        "tabs": report.tabs[:MOST_TABS] if report else (),
        "more_tabs": max(0, len(report.tabs) - MOST_TABS) if report else 0,
    }


def _describe_placed(backlog: Backlog) -> tuple[str, ...]:
    """Say which of Bik's orders are not in the sheet, and why; nothing if all are."""
    said = []
    if backlog.since is not None:
        span = tell_span(max(0.0, time.time() - backlog.since))
        said.append(
            f"{backlog.waiting} not in the sheet yet, the oldest for {span}. Bik gets them all the same."
        )
    if backlog.failure:
        said.append(_make_sentence(f"{backlog.failure.message}: {backlog.failure.hint}"))
    said += [
        f"The sheet did not take {record.id}. Look it up above, and type it into the sheet with the draft ID "
        f"{shorten(record.draft_id, 200)}."
        for record in backlog.parked
    ]
    return (*said, *map(_make_sentence, backlog.remarks))


def _group(report: Report) -> list[tuple[str, list[Problem]]]:
    shown = report.problems[:MOST_PROBLEMS]
    return [(tab, list(problems)) for tab, problems in groupby(shown, lambda problem: problem.tab)]


def _describe_state(health: Health, view: View | None, failure: BikordersError | None) -> _State:
    failure = failure or health.failure
    lasting = "" if health.lasting is None else f" for {tell_span(health.lasting)}"
    if view is None:
        headline, details = "Bik gets no answers", [f"The sheet could not be read{lasting}."]
    elif health.status == "ok":
        details = [f"Read {tell_span(view.age)} ago.", f"Without a failure{lasting}." if lasting else ""]
        return _State("fresh", "Bik gets what the sheet says now", tuple(filter(None, details)))
    else:
        headline = "Bik gets the last good copy of the sheet"
        details = [f"It is {tell_span(view.age)} old. The sheet could not be read{lasting}."]
    if failure:
        details += [_make_sentence(failure.message), _make_sentence(failure.hint)]
    return _State("stale" if view else "down", headline, tuple(filter(None, details)))


def _make_sentence(text: str) -> str:
    """Write an error's message as a sentence.

    >>> _make_sentence("the sheet is away"), _make_sentence("")
    ('The sheet is away.', '')
    """
    return text[:1].upper() + text[1:] + ("." if text and text[-1] not in ".!?" else "")


def _describe_answer(service: Service, asked: str, find_answer: FindAnswer) -> _Answer:
    """Ask as Bik does, through the same code."""
    try:
        order = service.get_order_with_problems(parse_request(dump_json({"orderId": asked})))
    except BikordersError as error:
        status, public = find_answer(error)
        return _Answer(status, _indent(dump_error(public)), reason=_explain(error))
    url = f"./?{urlencode({'order': asked}, errors='replace')}"
    return _Answer(200, _indent(dump_order(order)), tell_order(order), order.problems, url=url)


def _indent(body: bytes) -> str:
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False)


def _explain(error: BikordersError) -> str:
    if isinstance(error, OrderNotFound):
        return "No row of the sheet has this number, so that Bik says that the order was not found."
    if isinstance(error, RequestRefused):
        return "This is no order number. Type one as it stands in the sheet."
    return f"{_make_sentence(error.message)} {_make_sentence(error.hint)}"


_RESULTS: dict[type[Exception] | None, str] = {
    None: "found",
    OrderNotFound: "not found",
    OrderConflict: "rows contradict each other",
    SheetUnusable: "the sheet can’t be used",
    SourceUnavailable: "the sheet can’t be read",
}


def _describe_lookups(service: Service) -> Sequence[tuple[str, str, str]]:
    """Give id, time and result of each lookup in words."""
    return list(_list_lookups(service.list_lookups(), service.now()))


def _list_lookups(lookups: Sequence[Lookup], now: float) -> Iterator[tuple[str, str, str]]:
    for lookup in lookups:
        result = _RESULTS.get(lookup.failure, "internal error")
        if lookup.stale_age is not None:
            result += f", in a copy {tell_span(lookup.stale_age)} old"
        yield shorten(lookup.order_id, 40), f"{tell_span(now - lookup.at)} ago", result
