"""The contents of the status page: the service's state, the report, a lookup's answer, Bik's last lookups."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from bikorders.bik.get_order import dump_error, dump_json, dump_order, parse_request
from bikorders.cache.policy import Health, View
from bikorders.errors import (
    BikordersError,
    OrderConflict,
    OrderNotFound,
    RequestRefused,
    SheetUnusable,
    SourceUnavailable,
)
from bikorders.merchant.report import Report, add_problems, build_report, find_clashes
from bikorders.merchant.report_causes import Cause, list_causes
from bikorders.merchant.summary import Told, tell_order, tell_span
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.intake import Backlog
from bikorders.reading.problems import Problem
from bikorders.serving.http_errors import find_answer
from bikorders.serving.service import Lookup, Service
from bikorders.text import shorten

MOST_PROBLEMS = 200
MOST_TABS = 40

CHECK_WITHIN = 2.0
"""Seconds; nobody waits longer for a report that another request builds."""


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


@dataclass(frozen=True)
class _State:
    """The service's state: `fresh`, `stale` or `down`, and what that means for the merchant."""

    name: str
    headline: str
    details: tuple[str, ...]


@dataclass(frozen=True)
class _Answer:
    """What Bik would get. `told` is the order in words; without one, `reason` says why there is none."""

    status: int
    json: str
    told: Told | None = None
    causes: Sequence[Cause] = ()
    reason: str = ""
    url: str = ""
    """Where the page's script asks again; "" if that would cost a read of the sheet each time."""


def describe_service(service: Service, reports: ReportCache) -> dict[str, Any]:
    """Return what the page's template shows of the service and the sheet, by the template's names."""
    view, report, failure = None, None, None
    try:
        view = service.get_view()
        report = reports.find(view.snapshot)
        if report:
            report = add_problems(report, view.snapshot, list_clashes(service, view.snapshot))
    except BikordersError as error:
        failure = error
    workbook = view.snapshot.workbook if view else None
    return {
        "placed": _describe_placed(service.intake.get_backlog()) if service.intake else None,
        "state": _describe_state(service.get_health(), view, failure),
        "report": report,
        "orders": view.snapshot.order_count if view else None,
        "sheet_url": workbook.url if workbook else "",
        "causes": report.causes[:MOST_PROBLEMS] if report else [],
        "more_problems": max(0, len(report.causes) - MOST_PROBLEMS) if report else 0,
        "tabs": report.tabs[:MOST_TABS] if report else (),
        "more_tabs": max(0, len(report.tabs) - MOST_TABS) if report else 0,
    }


def _describe_placed(backlog: Backlog) -> tuple[str, ...]:
    """Return sentences about Bik's orders that are not in the sheet, and why; none if all are."""
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
    """Return an error's message as a sentence.

    >>> _make_sentence("the sheet is away"), _make_sentence("")
    ('The sheet is away.', '')
    """
    return text[:1].upper() + text[1:] + ("." if text and text[-1] not in ".!?" else "")


def describe_answer(service: Service, asked: str) -> _Answer:
    """Return what Bik would get for an order id, found by the code that answers Bik."""
    try:
        order = service.get_order_with_problems(parse_request(dump_json({"orderId": asked})))
    except BikordersError as error:
        status, public = find_answer(error)
        return _Answer(status, _indent(dump_error(public)), reason=_explain(error))
    causes = list_causes(service.get_view().snapshot, order.problems) if order.problems else ()
    url = f"./?{urlencode({'order': asked}, errors='replace')}"
    return _Answer(200, _indent(dump_order(order)), tell_order(order), causes, url=url)


def _indent(body: bytes) -> str:
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False)


def _explain(error: BikordersError) -> str:
    if isinstance(error, OrderNotFound):
        return "No row of the sheet has this number, so Bik is told that the order was not found."
    if isinstance(error, RequestRefused):
        return "This is no order number. Type one as it is written in the sheet."
    return f"{_make_sentence(error.message)} {_make_sentence(error.hint)}"


_RESULTS: dict[type[Exception] | None, str] = {
    None: "found",
    OrderNotFound: "not found",
    OrderConflict: "rows contradict each other",
    SheetUnusable: "the sheet can’t be used",
    SourceUnavailable: "the sheet can’t be read",
}


def describe_lookups(service: Service) -> Sequence[tuple[str, str, str]]:
    """Return the id, the time and the result of each lookup, in words."""
    return list(_list_lookups(service.list_lookups(), service.now()))


def _list_lookups(lookups: Sequence[Lookup], now: float) -> Iterator[tuple[str, str, str]]:
    for lookup in lookups:
        result = _RESULTS.get(lookup.failure, "internal error")
        if lookup.stale_age is not None:
            result += f", in a copy {tell_span(lookup.stale_age)} old"
        yield shorten(lookup.order_id, 40), f"{tell_span(now - lookup.at)} ago", result
