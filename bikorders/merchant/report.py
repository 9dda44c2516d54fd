"""The report of a sheet: what was understood of it, and what needs fixing.

All orders are built by the code that answers Bik. What shows only across orders is found here: ids that stand
twice or in no order, rows without an id, orders without items.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from string import ascii_uppercase

from bikorders.errors import OrderConflict
from bikorders.merchant.column_checks import Places, find_odd_dates, find_odd_totals, settle_totals
from bikorders.merchant.header_checks import find_header_problems
from bikorders.merchant.report_causes import Cause, group_entries
from bikorders.merchant.report_entries import Entry, list_entries
from bikorders.merchant.report_items import describe_places, find_empty_items_tabs, lacks_items_for_a_reason
from bikorders.merchant.report_rows import find_rows_without_id
from bikorders.merchant.report_tabs import UnderstoodTab, describe_tabs, find_tabs_left_out
from bikorders.orders.order import Order
from bikorders.orders.snapshot import Snapshot
from bikorders.orders.totals import TotalFit, was_given_back
from bikorders.reading.cells import EXACT_DIGITS
from bikorders.reading.fields import DRAFT_PATH, ORDER_ID
from bikorders.reading.order_ids import has_two_alphabets
from bikorders.reading.problems import Problem, build_problem, name_place
from bikorders.reading.rows import Row, RowGroup, find_id_cell
from bikorders.sheet.workbook import Cell
from bikorders.text import fold_text


@dataclass(frozen=True)
class Report:
    """A checked snapshot. `items` says in words where the items are; `entries` are its problems, the worst first."""

    tabs: tuple[UnderstoodTab, ...]
    order_count: int
    item_count: int
    items: str
    entries: tuple[Entry, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems, one for each cell."""
        return tuple(entry.problem for entry in self.entries)

    @cached_property
    def causes(self) -> list[Cause]:
        """The problems by their causes, the worst first."""
        return group_entries(self.entries)

    def count(self, level: str) -> int:
        """Return how many problems are of a level."""
        return sum(entry.problem.level == level for entry in self.entries)

    def without(self, problems: Collection[Problem]) -> "Report":
        """Return the report without these problems."""
        return replace(self, entries=tuple(entry for entry in self.entries if entry.problem not in problems))


@dataclass(frozen=True)
class Findings:
    """What the check of some orders found. `without_items` are problems only if other orders have items.

    `odd_fits` are of totals that leave out the shipping charge or the discount; `fits` counts the totals that
    hold it, by tab, column and part.
    """

    order_count: int
    item_count: int
    problems: tuple[Problem, ...]
    without_items: tuple[Problem, ...]
    odd_fits: tuple[TotalFit, ...]
    fits: Counter[tuple[str, int, str]]


def check_orders(snapshot: Snapshot, ids: Iterable[str] | None = None) -> Findings:
    """Build the orders of these ids, or of all, and return what is wrong with them.

    Changes nothing in the snapshot, so that it can run while the snapshot answers.
    """
    problems: dict[Problem, None] = {}
    without_items: list[Problem] = []
    odd_fits: list[TotalFit] = []
    fits: Counter[tuple[str, int, str]] = Counter()
    order_count = item_count = 0
    for groups, order in snapshot.list_orders(ids):
        order_count += 1
        problems.update(dict.fromkeys(_check_order(groups, order)))
        if not isinstance(order, Order):
            continue
        item_count += len(order.items)
        if fit := order.fit:
            fits[fit.cell.tab, fit.cell.column, "shipping"] += fit.has_shipping is True
            fits[fit.cell.tab, fit.cell.column, "discount"] += fit.has_discount is True
            if False in (fit.has_shipping, fit.has_discount):
                odd_fits.append(fit)
        if not order.items and not lacks_items_for_a_reason(snapshot, groups, order):
            without_items.append(build_problem("items-missing", find_id_cell(groups[0].rows[0])))
    return Findings(order_count, item_count, tuple(problems), tuple(without_items), tuple(odd_fits), fits)


def build_report(
    snapshot: Snapshot, parts: Iterable[Findings] | None = None, rows: Places | None = None
) -> Report:
    """Return the report of all orders. `parts` are their findings; without them the orders are checked here.

    Findings of some orders, whose `rows` are given, make a report that lacks no problem of these. Whether orders have
    items, and what a column of totals holds, is then concluded from them alone.
    """
    unnamed = snapshot.list_unnamed_tabs()
    # Before `parts` is used up: other processes may check the orders meanwhile.
    beside = [
        *_find_ambiguous_ids(snapshot),
        *_find_orphans(snapshot, unnamed),
        *find_rows_without_id(snapshot),
        *find_tabs_left_out(snapshot),
        *find_header_problems(snapshot),
    ]
    odd_totals, odd_dates = list(find_odd_totals(snapshot, rows)), list(find_odd_dates(snapshot))
    findings = check_orders(snapshot) if parts is None else _join(parts)
    has_items = findings.item_count > 0
    missing_parts, dismissed = settle_totals(findings.odd_fits, findings.fits)
    problems = dict.fromkeys(
        (
            *snapshot.context.shop_settings.problems,
            *findings.problems,
            *(findings.without_items if has_items else ()),
            *find_empty_items_tabs(snapshot, () if has_items else unnamed),
            *beside,
            *odd_totals,
            *missing_parts,
            *odd_dates,
        )
    )
    kept = _drop_consequences((problem for problem in problems if problem not in dismissed), odd_totals)
    return Report(
        tuple(describe_tabs(snapshot, unnamed)),
        findings.order_count,
        findings.item_count,
        describe_places(snapshot, unnamed, has_items=has_items),
        tuple(list_entries(snapshot, kept)),
    )


def add_problems(report: Report, snapshot: Snapshot, problems: Iterable[Problem]) -> Report:
    """Return the report of a snapshot with more problems."""
    more = list(problems)
    return (
        replace(report, entries=tuple(list_entries(snapshot, (*more, *report.problems)))) if more else report
    )


def _join(parts: Iterable[Findings]) -> Findings:
    parts = list(parts)
    return Findings(
        sum(part.order_count for part in parts),
        sum(part.item_count for part in parts),
        tuple(problem for part in parts for problem in part.problems),
        tuple(problem for part in parts for problem in part.without_items),
        tuple(fit for part in parts for fit in part.odd_fits),
        sum((part.fits for part in parts), Counter[tuple[str, int, str]]()),
    )


def _drop_consequences(problems: Iterable[Problem], odd_totals: Iterable[Problem]) -> list[Problem]:
    """Return the problems without those that go once the lines' totals of their column are right."""
    columns = {_find_column(problem) for problem in odd_totals}
    return [
        problem
        for problem in problems
        if problem.code not in ("rows-differ", "total-unclear", "sum") or _find_column(problem) not in columns
    ]


def find_clashes(snapshot: Snapshot, drafts: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for each order of the sheet that has the number of another order, one from Bik.

    `drafts` are Bik's draft ids by order id.
    """
    for order_id, draft_id in drafts.items():
        rows = [row for group in snapshot.list_groups(order_id) for row in group.rows]
        has_draft = any(_has_draft(row, draft_id) for row in rows)
        for group in snapshot.list_groups(order_id):
            columns = group.rows[0].table.columns
            if has_draft and DRAFT_PATH not in columns.orders:
                continue  # a list of orders that leaves out the drafts' ids
            for several in [group.rows] if columns.has_lines else [[row] for row in group.rows]:
                if not any(_has_draft(row, draft_id) for row in several):
                    yield build_problem("placed-clash", find_id_cell(several[0]), draft_id)


def _has_draft(row: Row, draft_id: str) -> bool:
    return any(cell.text == draft_id for cell in row.cells(DRAFT_PATH))


def _find_column(problem: Problem) -> tuple[str, str]:
    """Return the tab and the letters of a problem's column."""
    return problem.tab, problem.cell.rstrip("0123456789")


def _check_order(groups: list[RowGroup], order: Order | OrderConflict) -> Iterator[Problem]:
    """Yield the problems of an order and of the rows it stands in."""
    for cell in [cell for group in groups for row in group.rows for cell in row.cells(ORDER_ID)]:
        if isinstance(cell.raw, (int, float)) and abs(cell.raw) >= 10**EXACT_DIGITS:
            yield build_problem("digits-lost", cell)
        if has_two_alphabets(cell.text):
            yield build_problem("id-letters", cell)
    if not isinstance(order, Order):
        yield from _check_conflict(groups, order)
        return
    needs_no_quantity = was_given_back(order.values)
    for problem in order.problems:
        if not (needs_no_quantity and _asks_for_a_quantity(problem)):
            yield problem
    yield from _find_repeated(groups, order)


def _find_repeated(groups: list[RowGroup], order: Order) -> Iterator[Problem]:
    """Yield a problem for each row that repeats an order in the same tab, and says nothing else.

    Another tab may be a list of some of the orders, made for a purpose.
    """
    told = {(problem.tab, problem.cell.lstrip(ascii_uppercase)) for problem in order.problems}
    first: dict[str, Cell] = {}
    for row in [row for group in groups if not group.rows[0].table.columns.slots for row in group.rows]:
        cell = find_id_cell(row)
        before = first.setdefault(cell.tab, cell)
        if before is not cell and (cell.tab, str(cell.row)) not in told:
            yield build_problem("id-again", cell, before.a1)


def _asks_for_a_quantity(problem: Problem) -> bool:
    """Return whether a quantity is blank or 0, as people leave it in a cancelled order."""
    return problem.code == "quantity-missing" or (
        problem.code == "quantity" and not problem.text.strip("0.- ")
    )


def _check_conflict(groups: list[RowGroup], conflict: OrderConflict) -> Iterator[Problem]:
    """Yield the problem of the row of one number that is about another customer than the first."""
    rows = [row for group in groups for row in group.rows]
    if len(rows) == 1:
        yield build_problem("items-unclear", find_id_cell(rows[0]))
        return
    other = next((row for row in rows if row == conflict.row), rows[-1])
    cell = find_id_cell(other)
    yield build_problem("id-twice", cell, name_place(find_id_cell(rows[0]), cell))


def _find_ambiguous_ids(snapshot: Snapshot) -> Iterator[Problem]:
    """Yield a problem for each id that a person takes for an earlier one, though it is spelled otherwise."""
    for alike in snapshot.list_ambiguous_ids():
        seen = {alike[0].id}
        for group in alike[1:]:
            if group.id not in seen:
                seen.add(group.id)
                yield build_problem("id-alike", find_id_cell(group.rows[0]), alike[0].id)


def _find_orphans(snapshot: Snapshot, unnamed: list[str]) -> Iterator[Problem]:
    """Yield a problem for each id that has items or shipments but no order, and for each tab that no order names."""
    for row in snapshot.list_orphans():
        yield build_problem("order-missing", find_id_cell(row))
    if len(unnamed) < len(
        snapshot.layout.per_order_tabs
    ):  # else such tabs hold something else, such as prices
        named = {_shape(title) for title in snapshot.layout.per_order_tabs.keys() - set(unnamed)}
        for title in unnamed:
            if _shape(title) in named:
                yield build_problem("tab-unnamed", Cell(title, 1, 1, title))


def _shape(title: str) -> str:
    """Return how a title is built, so that `ORD-12` and `ord-9` are alike and `Prices 2026` is not."""
    return re.sub(r"\d+", "0", fold_text(title).removeprefix("#"))
