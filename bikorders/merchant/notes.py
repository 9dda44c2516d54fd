"""What the script in the sheet writes as notes: the problems of the cells that were edited, and of their orders.

An edit can contradict another cell of its order, or settle what was wrong there. So all rows of the orders that it
touches are looked at, and headers together, and the script is told which: where nothing is wrong, a note of ours is out of date.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from threading import Lock
from typing import Any

from bikorders.merchant.page_model import CHECK_WITHIN, list_clashes
from bikorders.merchant.report import Report, add_problems, build_report, check_orders
from bikorders.merchant.report_entries import dump_entry
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.problems import Problem
from bikorders.reading.rows import Row, Table
from bikorders.serving.edit import Edit
from bikorders.serving.service import Service
from bikorders.sheet.grid import parse_range
from bikorders.sheet.workbook import column_letters
from bikorders.text import shorten

SAMPLE = 200
"""Orders that are checked beside those of an edit, from all over the sheet: they show what its columns hold."""


class Notes:
    """Finds what is to be written where, for one edit at a time: each takes the processor, which the answers need."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._checking = Lock()

    def find(self, snapshot: Snapshot, edit: Edit) -> dict[str, Any] | None:
        """Return the answer to an edit; None while others take too long. Raises `JournalUnavailable`."""
        if not self._checking.acquire(timeout=CHECK_WITHIN):
            return None
        try:
            ids = _list_edited_ids(snapshot, edit)
            clashes = list_clashes(self._service, snapshot)
            report = add_problems(check_some(snapshot, ids), snapshot, clashes)
            return _build_answer(snapshot, edit, ids, report)
        finally:
            self._checking.release()


def check_some(snapshot: Snapshot, ids: Iterable[str]) -> Report:
    """Return a report that tells of these orders all that the report of all tells, in a small part of its time."""
    sample = snapshot.list_part(step=max(1, snapshot.id_count // SAMPLE))
    chosen = dict.fromkeys((*ids, *sample))
    return build_report(snapshot, [check_orders(snapshot, chosen)], _list_order_rows(snapshot, chosen))


def _build_answer(snapshot: Snapshot, edit: Edit, ids: Iterable[str], report: Report) -> dict[str, Any]:
    """Return the ranges that were looked at, and which of the report's problems are in them."""
    rows = _list_order_rows(snapshot, ids) | _list_header_rows(snapshot, edit)
    ranges = [{"tab": edit.tab, "range": edit.range}]
    for title, several in groupby(sorted(rows), lambda place: place[0]):
        tab = snapshot.workbook.tabs[title]
        right = column_letters(max(map(len, tab.rows)))
        ranges += [
            {"tab": title, "range": f"A{first}:{right}{last}"}
            for first, last in _join(number for _, number in several)
        ]
    return {
        "checked": ranges,
        "problems": [
            {name: shorten(text) for name, text in dump_entry(entry).items()}
            for entry in report.entries
            if _is_meant(entry.problem, edit, rows)
        ],
    }


def _is_meant(problem: Problem, edit: Edit, rows: set[tuple[str, int]]) -> bool:
    box = parse_range(problem.cell)
    if box is None:
        return False
    return (problem.tab, box.top) in rows or (problem.tab == edit.tab and edit.box.meets(box))


def _list_edited_ids(snapshot: Snapshot, edit: Edit) -> set[str]:
    """Return the ids of the orders that an edit touches."""
    ids = {edit.tab} if edit.tab in snapshot.layout.per_order_tabs else set()
    for table in (*snapshot.layout.orders, *snapshot.layout.items, *snapshot.layout.shipments):
        if table.tab.title == edit.tab:
            ids |= set(_list_ids(table, edit))
    return ids


def _list_order_rows(snapshot: Snapshot, ids: Iterable[str]) -> set[tuple[str, int]]:
    """Return the tab and number of each row of these orders."""
    rows = (
        row
        for order_id in ids
        for row in (
            *(row for group in snapshot.list_groups(order_id) for row in group.rows),
            *snapshot.list_item_rows(order_id),
        )
    )
    return {(row.table.tab.title, row.number) for row in rows}


def _list_header_rows(snapshot: Snapshot, edit: Edit) -> set[tuple[str, int]]:
    """Return the tab and number of each header row that an edit touches: a header can settle what was wrong with another."""
    headers = {table.columns.row for table in snapshot.layout.tables if table.tab.title == edit.tab}
    return {(edit.tab, row) for row in headers if edit.box.top <= row <= edit.box.bottom}


def _list_ids(table: Table, edit: Edit) -> Iterator[str]:
    """Yield the order ids of the edited rows of a table; a row without one may continue the row above it."""
    first, last = max(table.start, edit.box.top), min(table.end - 1, edit.box.bottom)
    if first > last:
        return
    while first > table.start and not Row(table, first).id:
        first -= 1
    yield from (found for number in range(first, last + 1) if (found := Row(table, number).id))


def _join(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each run of numbers that follow each other.

    >>> list(_join([2, 3, 4, 7]))
    [(2, 4), (7, 7)]
    """
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]
