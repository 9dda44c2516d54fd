"""What was understood of a sheet, and what in it needs fixing? A snapshot's orders, all built as serving builds them.

What only shows across orders is found here: ids that stand twice or in no order, rows without an id, orders
without items.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bikorders.merchant.column_checks import find_odd_dates, find_odd_totals, settle_totals
from bikorders.merchant.report_rows import find_rows_without_id, list_typed
from bikorders.merchant.report_tabs import UnderstoodTab, describe_items, describe_tabs
from bikorders.orders.order import CUSTOMER, Order
from bikorders.orders.snapshot import Snapshot
from bikorders.orders.totals import TotalFit, was_given_back
from bikorders.reading.cells import EXACT_DIGITS, is_placeholder
from bikorders.reading.fields import DRAFT_PATH, ORDER_ID
from bikorders.reading.order_ids import has_two_alphabets
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row, RowGroup, find_id_cell, list_rows
from bikorders.sheet.workbook import Cell
from bikorders.text import fold_text


@dataclass(frozen=True)
class Report:
    """A checked snapshot. `items` says in words where the items are; `problems` come by tab, the worst first."""

    tabs: tuple[UnderstoodTab, ...]
    order_count: int
    item_count: int
    items: str
    problems: tuple[Problem, ...]

    def count(self, level: str) -> int:
        """Count the problems of a level."""
        return sum(problem.level == level for problem in self.problems)

    def with_first(self, problems: Iterable[Problem]) -> "Report":
        """Give the report with these problems before all others."""
        return replace(self, problems=(*problems, *self.problems))


@dataclass(frozen=True)
class Findings:
    """What some of a snapshot's orders gave. `without_items` counts as problems only if others have some."""

    order_count: int
    item_count: int
    problems: tuple[Problem, ...]
    without_items: tuple[Problem, ...]
    odd_fits: tuple[TotalFit, ...]
    """Of the totals that leave out a part; `fits` counts by column those that hold it."""
    fits: Counter[tuple[str, int, str]]


def check_orders(snapshot: Snapshot, start: int = 0, stop: int | None = None) -> Findings:
    """Build the orders of the ids from `start` to `stop`, and collect what is wrong.

    Shares nothing with the answers of the snapshot, so that it may run beside them.
    """
    problems: dict[Problem, None] = {}
    without_items: list[Problem] = []
    odd_fits: list[TotalFit] = []
    fits: Counter[tuple[str, int, str]] = Counter()
    order_count = item_count = 0
    for groups, order in snapshot.list_orders(start, stop):
        order_count += 1
        problems.update(dict.fromkeys(_check_order(groups, order)))
        if isinstance(order, Order):
            item_count += len(order.items)
            if fit := order.fit:
                fits[fit.cell.tab, fit.cell.column, "shipping"] += fit.has_shipping is True
                fits[fit.cell.tab, fit.cell.column, "discount"] += fit.has_discount is True
                if False in (fit.has_shipping, fit.has_discount):
                    odd_fits.append(fit)
            if not order.items and not _lacks_items_for_a_reason(snapshot, groups, order):
                without_items.append(build_problem("items-missing", find_id_cell(groups[0].rows[0])))
    return Findings(order_count, item_count, tuple(problems), tuple(without_items), tuple(odd_fits), fits)


def build_report(snapshot: Snapshot, findings: Iterable[Findings] | None = None) -> Report:
    """Put together what the orders gave, and what shows beside them; checks all orders unless given `findings`."""
    unnamed = snapshot.list_unnamed_tabs()
    beside = [*_find_alike(snapshot), *_find_strays(snapshot, unnamed), *find_rows_without_id(snapshot)]
    odd, odd_dates = list(find_odd_totals(snapshot)), list(find_odd_dates(snapshot))
    # Others may check the orders meanwhile.
    findings = [check_orders(snapshot)] if findings is None else list(findings)
    item_count = sum(part.item_count for part in findings)
    knows_items = item_count > 0 or snapshot.has_items_tab
    found: list[Iterable[Problem]] = [snapshot.context.shop_settings.problems]
    for part in findings:
        found += [part.problems, part.without_items if item_count else ()]
    columns = {_find_column(problem) for problem in odd}
    fits = sum((part.fits for part in findings), Counter[tuple[str, int, str]]())
    more, none = settle_totals([fit for part in findings for fit in part.odd_fits], fits)
    found += [beside, odd, more, odd_dates]
    problems = dict.fromkeys(problem for some in found for problem in some)
    for problem in list(problems):
        # Once the lines' totals are right, nothing else is wrong in their column.
        follows = problem.code in ("rows-differ", "total-unclear", "sum") and _find_column(problem) in columns
        if follows or problem in none:
            del problems[problem]
    return Report(
        tuple(describe_tabs(snapshot, unnamed)),
        sum(part.order_count for part in findings),
        item_count,
        describe_items(snapshot.layout, has_own=len(unnamed) < len(snapshot.layout.per_order_tabs))
        if knows_items
        else "nowhere: no tab has columns for them",
        tuple(_sort(problems, list(snapshot.workbook.tabs))),
    )


def find_clashes(snapshot: Snapshot, drafts: Mapping[str, str]) -> Iterator[Problem]:
    """Find orders with the number of one from Bik that are another; `drafts` are Bik's draft ids by order id."""
    for order_id, draft_id in drafts.items():
        for group in snapshot.list_groups(order_id):
            cells = [cell for row in group.rows for cell in row.cells(DRAFT_PATH)]
            if all(cell.text != draft_id for cell in cells):
                yield build_problem("placed-clash", find_id_cell(group.rows[0]), draft_id)


def _find_column(problem: Problem) -> tuple[str, str]:
    """Give the tab and the letters of a problem's column."""
    return problem.tab, problem.cell.rstrip("0123456789")


def _check_order(groups: list[RowGroup], order: Order | Exception) -> Iterator[Problem]:
    """Give an order's own problems, and those of the rows it stands in."""
    for cell in [cell for group in groups for row in group.rows for cell in row.cells(ORDER_ID)]:
        if isinstance(cell.raw, (int, float)) and abs(cell.raw) >= 10**EXACT_DIGITS:
            yield build_problem("digits-lost", cell)
        if has_two_alphabets(cell.text):
            yield build_problem("id-letters", cell)
    if not isinstance(order, Order):
        yield from _check_conflict(groups)
        return
    may_be_nothing = was_given_back(order.values)
    for problem in order.problems:
        if not (may_be_nothing and _asks_for_a_quantity(problem)):
            yield problem
    for group in groups[1:]:
        cell = find_id_cell(group.rows[0])
        yield build_problem("id-again", cell, _name_place(groups[0].rows[0], cell))


def _asks_for_a_quantity(problem: Problem) -> bool:
    """Say whether a quantity is blank or nought, as people leave it where an order was cancelled."""
    return problem.code == "quantity-missing" or (
        problem.code == "quantity" and not problem.text.strip("0.- ")
    )


def _check_conflict(groups: list[RowGroup]) -> Iterator[Problem]:
    """Say which rows of one number contradict the first."""
    rows = [row for group in groups for row in group.rows]
    if len(rows) == 1:
        yield build_problem("items-unclear", find_id_cell(rows[0]))
        return
    others = [group.rows[0] for group in groups[1:]] or [_find_other_customer(rows)]
    for row in others:
        cell = find_id_cell(row)
        yield build_problem("id-twice", cell, _name_place(rows[0], cell))


def _find_other_customer(rows: list[Row]) -> Row:
    """Find the first of an order's rows that names another customer than a row above it; else give the last."""
    seen: dict[str, str] = {}
    for row in rows:
        for path in sorted(CUSTOMER):
            for cell in row.cells(path)[:1]:
                if not is_placeholder(cell.raw) and seen.setdefault(path, fold_text(cell.text)) != fold_text(
                    cell.text
                ):
                    return row
    return rows[-1]


def _name_place(row: Row, seen_from: Cell) -> str:
    """Give the address of a row's order number, with the tab's title if it is another."""
    cell = find_id_cell(row)
    return cell.a1 if cell.tab == seen_from.tab else f"{cell.tab}!{cell.a1}"


def _lacks_items_for_a_reason(snapshot: Snapshot, groups: list[RowGroup], order: Order) -> bool:
    """Say whether there need be no items, another problem tells why there are none, or their tab was not read.

    A row that holds hardly more than its number is filled in beforehand, and one whose number has no digits
    among others that have some is an average, a count or a heading.
    """
    if was_given_back(order.values) or any(problem.code.startswith("items-") for problem in order.problems):
        return True
    rows = [row for group in groups for row in group.rows]
    if not any(list_typed(row) for row in rows):
        return True
    if not _has_digit(order.id) and any(_has_digit(row.id) for row in list_rows(rows[0].table)):
        return True
    return snapshot.find_unread_tab(order.id) is not None


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _find_alike(snapshot: Snapshot) -> Iterator[Problem]:
    """Find ids that a person takes for the same, though they are spelled in two ways."""
    for alike in snapshot.list_ambiguous_ids():
        seen = {alike[0].id}
        for group in alike[1:]:
            if group.id not in seen:
                seen.add(group.id)
                yield build_problem("id-alike", find_id_cell(group.rows[0]), alike[0].id)


def _find_strays(snapshot: Snapshot, unnamed: list[str]) -> Iterator[Problem]:
    """Find items, shipments and items' tabs that no order claims."""
    for row in snapshot.list_orphans():
        yield build_problem("order-missing", find_id_cell(row))
    if len(unnamed) < len(snapshot.layout.per_order_tabs):  # else such tabs are a price list, or whatever
        named = {_shape(title) for title in snapshot.layout.per_order_tabs.keys() - set(unnamed)}
        for title in unnamed:
            if _shape(title) in named:
                yield build_problem("tab-unnamed", Cell(title, 1, 1, title))


def _shape(title: str) -> str:
    """Reduce a title to how it is built, so that `ORD-12` and `ord-9` are alike and `Prices 2026` is not."""
    return re.sub(r"\d+", "0", fold_text(title).removeprefix("#"))


def _sort(problems: Iterable[Problem], titles: list[str]) -> list[Problem]:
    """Sort by tab, the tabs with errors first, and within a tab the errors before the warnings, top down."""
    problems = list(problems)
    bad = {problem.tab for problem in problems if problem.level == "error"}
    places = {title: place for place, title in enumerate(titles)}

    def rank(problem: Problem) -> tuple[object, ...]:
        letters = problem.cell.rstrip("0123456789")
        return (
            problem.tab not in bad,
            places.get(problem.tab, len(places)),
            problem.level != "error",
            int(problem.cell.removeprefix(letters)),
            len(letters),
            letters,
        )

    return sorted(problems, key=rank)
