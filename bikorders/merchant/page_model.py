"""The contents of the status page below its head: the report, a lookup's answer, Bik's last lookups."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from bikorders.bik.get_order import dump_error, dump_json, dump_order, parse_request
from bikorders.errors import (
    BikordersError,
    OrderConflict,
    OrderNotFound,
    RequestRefused,
    SheetUnusable,
    SourceUnavailable,
)
from bikorders.merchant.page_head import (
    State,
    Waiting,
    describe_edits,
    describe_state,
    describe_waiting,
    make_sentence,
)
from bikorders.merchant.report import Report, add_problems, build_report, find_clashes
from bikorders.merchant.report_causes import Cause, list_causes
from bikorders.merchant.summary import Told, tell_order, tell_span
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.problems import Problem
from bikorders.serving.http_errors import find_answer
from bikorders.serving.service import Lookup, Service
from bikorders.text import shorten

MOST_PROBLEMS = 200
MOST_TABS = 40

CHECK_WITHIN = 2.0
"""Seconds; nobody waits longer for a report that another request builds."""


class Asker(Enum):
    """Who asks for the page: the values are what its script names itself."""

    PERSON = ""
    """Somebody who opens it."""
    PAGE = "live.js"
    """The page itself, again and again, for somebody who is there."""
    IDLE_PAGE = "live.js, idle"
    """The same, while nobody has touched it for minutes: the sheet is not read for that."""


class ReportCache:
    """Builds the report of each snapshot once, for all who open the page. Safe to use from several threads."""

    def __init__(self) -> None:
        self._building = Lock()
        self._reports: WeakKeyDictionary[Snapshot, Report] = WeakKeyDictionary()

    def find(self, snapshot: Snapshot) -> Report | None:
        """Return the snapshot's report; None while another request is still building it."""
        if not self._building.acquire(timeout=CHECK_WITHIN):
            return None
        try:
            report = self._reports.get(snapshot)
            if report is None:
                report = self._reports[snapshot] = build_report(snapshot)
            return report
        finally:
            self._building.release()


def list_clashes(service: Service, snapshot: Snapshot) -> list[Problem]:
    """Return a problem for each order of the sheet that has the number of an order from Bik and is another."""
    return list(find_clashes(snapshot, service.intake.list_drafts())) if service.intake else []


def find_report(service: Service, reports: ReportCache, snapshot: Snapshot) -> Report | None:
    """Return the snapshot's report with its clashes; None while another request is still building it.

    Raises `JournalUnavailable`.
    """
    report = reports.find(snapshot)
    return report and add_problems(report, snapshot, list_clashes(service, snapshot))


@dataclass(frozen=True)
class _Answer:
    """What Bik would get. `told` is the order in words; without one, `reason` says why there is none."""

    status: int
    json: str
    told: Told | None = None
    causes: Sequence[Cause] = ()
    reason: str = ""


def describe_service(service: Service, reports: ReportCache, asker: Asker = Asker.PERSON) -> dict[str, Any]:
    """Return what the page's template shows of the service and the sheet, by the template's names."""
    may_read = asker is not Asker.IDLE_PAGE
    view, report, failure = None, None, None
    try:
        view = service.get_view(may_read=may_read)
        report = find_report(service, reports, view.snapshot)
    except BikordersError as error:
        failure = error
    workbook = view.snapshot.workbook if view else None
    causes = report.causes[:MOST_PROBLEMS] if report else []
    state = describe_state(service.get_health(may_read=may_read), view, failure)
    waiting = describe_waiting(service.intake) if service.intake else None
    return {
        "name": service.find_name(),
        "state": state,
        "icon": _choose_icon(state, waiting),
        "heard": describe_edits(service, has_script=bool(workbook and workbook.url)),
        "waiting": waiting,
        "report": report,
        "orders": view.snapshot.order_count if view else None,
        "sheet_url": workbook.url if workbook else "",
        "causes": causes,
        "first_check": next((cause for cause in causes if cause.first.problem.level == "warning"), None),
        "more_problems": max(0, len(report.causes) - MOST_PROBLEMS) if report else 0,
        "tabs": report.tabs[:MOST_TABS] if report else (),
        "more_tabs": max(0, len(report.tabs) - MOST_TABS) if report else 0,
    }


def _choose_icon(state: State, waiting: Waiting | None) -> str:
    """Return the icon's name: that of the state, unless Bik's orders need a look while it is fresh."""
    needs_a_look = waiting is not None and waiting.level in ("late", "parked")
    return "stale" if state.name == "fresh" and needs_a_look else state.name


def describe_answer(service: Service, asked: str, asker: Asker = Asker.PERSON) -> _Answer:
    """Return what Bik would get for an order id, found by the code that answers Bik.

    The page's own script asks again and again: that causes no read of its own.
    """
    may_read = asker is not Asker.IDLE_PAGE
    try:
        request = parse_request(dump_json({"orderId": asked}))
        order = service.get_order_with_problems(request, seek=asker is Asker.PERSON, may_read=may_read)
        view = service.get_view(may_read=may_read)
        causes = list_causes(view.snapshot, order.problems) if order.problems else ()
    except BikordersError as error:
        status, public = find_answer(error)
        return _Answer(status, _indent(dump_error(public)), reason=_explain(error))
    return _Answer(200, _indent(dump_order(order)), tell_order(order), causes)


def _indent(body: bytes) -> str:
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False)


def _explain(error: BikordersError) -> str:
    if isinstance(error, OrderNotFound):
        return "No row of the sheet has this number, so Bik is told that the order was not found."
    if isinstance(error, RequestRefused):
        return "This is no order number. Type one as it is written in the sheet."
    advice = make_sentence(error.hint) if isinstance(error, OrderConflict) else ""  # the head says the others
    return f"Bik gets no answer. {make_sentence(error.message)} {advice}"


_RESULTS: dict[type[Exception] | None, str] = {
    None: "found",
    OrderNotFound: "not found",
    OrderConflict: "rows contradict each other",
    SheetUnusable: "the sheet can’t be used",
    SourceUnavailable: "the sheet can’t be read",
}


class _Asked(NamedTuple):
    """A lookup of Bik's in words; `url` shows what it would get now."""

    order_id: str
    url: str
    when: str
    result: str


def describe_lookups(service: Service) -> Sequence[_Asked]:
    """Return Bik's last lookups in words, the latest first."""
    return list(_list_lookups(service.list_lookups(), service.now()))


def _list_lookups(lookups: Sequence[Lookup], now: float) -> Iterator[_Asked]:
    for lookup in lookups:
        result = _RESULTS.get(lookup.failure, "internal error")
        if lookup.stale_age is not None:
            result += f", in a copy {tell_span(lookup.stale_age)} old"
        shown = shorten(lookup.order_id, 40)
        yield _Asked(shown, find_lookup_url(lookup.order_id), f"{tell_span(now - lookup.at)} ago", result)


def find_lookup_url(order_id: str) -> str:
    """Return where the page shows what Bik would be told of an order.

    >>> find_lookup_url("#ORD 1")
    './?order=%23ORD+1'
    """
    return f"./?{urlencode({'order': order_id}, errors='replace')}"
