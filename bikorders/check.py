"""What was understood of a sheet, and what in it needs fixing? A snapshot's orders, all built as serving builds them.

What only shows across orders is found here: ids that stand twice or in no order, rows without an id, orders
without items.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bikorders.oddities import find_odd_dates, find_odd_totals, settle_totals
from bikorders.orders.items import Items
from bikorders.orders.order import CUSTOMER, Order, build_order
from bikorders.orders.snapshot import Snapshot
from bikorders.orders.totals import TotalFit, was_given_back
from bikorders.reading.cells import EXACT_DIGITS, FORMULA_ERRORS, is_placeholder
from bikorders.reading.columns import Columns, Found
from bikorders.reading.fields import DRAFT_PATH, ORDER_ID, Field
from bikorders.reading.order_ids import is_damaged_id
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Entry, Row, Sheet, is_note, list_rows
from bikorders.reading.shop_settings import is_settings_title
from bikorders.reading.tab_roles import Layout
from bikorders.reading.vocabulary import find_status, fold_words
from bikorders.sheet.workbook import Cell
from bikorders.text import fold_text


@dataclass(frozen=True)
class UnderstoodTab:
    """One tab: its role in words, and its headers with the field that each means; `ignored` mean none."""

    title: str
    role: str
    columns: tuple[tuple[Cell, str], ...] = ()
    ignored: tuple[Cell, ...] = ()


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
    for entries, order in snapshot.list_orders(start, stop):
        order_count += 1
        problems.update(dict.fromkeys(_check_order(entries, order)))
        if isinstance(order, Order):
            item_count += len(order.items)
            if fit := order.fit:
                fits[fit.cell.tab, fit.cell.column, "shipping"] += fit.has_shipping is True
                fits[fit.cell.tab, fit.cell.column, "discount"] += fit.has_discount is True
                if False in (fit.has_shipping, fit.has_discount):
                    odd_fits.append(fit)
            if not order.items and not _lacks_items_for_a_reason(snapshot, entries, order):
                without_items.append(build_problem("items-missing", _find_id_cell(entries[0].rows[0])))
    return Findings(order_count, item_count, tuple(problems), tuple(without_items), tuple(odd_fits), fits)


def build_report(snapshot: Snapshot, findings: Iterable[Findings] | None = None) -> Report:
    """Put together what the orders gave, and what shows beside them; checks all orders unless given `findings`."""
    unnamed = snapshot.list_unnamed_tabs()
    beside = [*_find_alike(snapshot), *_find_strays(snapshot, unnamed), *_find_rows_without_id(snapshot)]
    odd, odd_dates = list(find_odd_totals(snapshot)), list(find_odd_dates(snapshot))
    # Others may check the orders meanwhile.
    findings = [check_orders(snapshot)] if findings is None else list(findings)
    item_count = sum(part.item_count for part in findings)
    knows_items = item_count > 0 or snapshot.has_items_tab
    found: list[Iterable[Problem]] = [snapshot.context.own.problems]
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
        tuple(_describe_tabs(snapshot, unnamed)),
        sum(part.order_count for part in findings),
        item_count,
        _describe_items(snapshot.layout, has_own=len(unnamed) < len(snapshot.layout.own))
        if knows_items
        else "nowhere: no tab has columns for them",
        tuple(_sort(problems, list(snapshot.workbook.tabs))),
    )


def find_clashes(snapshot: Snapshot, drafts: Mapping[str, str]) -> Iterator[Problem]:
    """Find orders with the number of one from Bik that are another; `drafts` are Bik's draft ids by order id."""
    for order_id, draft_id in drafts.items():
        for entry in snapshot.list_entries(order_id):
            cells = [cell for row in entry.rows for cell in row.cells(DRAFT_PATH)]
            if all(cell.text != draft_id for cell in cells):
                yield build_problem("placed-clash", _find_id_cell(entry.rows[0]), draft_id)


def _find_column(problem: Problem) -> tuple[str, str]:
    """Give the tab and the letters of a problem's column."""
    return problem.tab, problem.cell.rstrip("0123456789")


def _check_order(entries: list[Entry], order: Order | Exception) -> Iterator[Problem]:
    """Give an order's own problems, and those of the rows it stands in."""
    for cell in [cell for entry in entries for row in entry.rows for cell in row.cells(ORDER_ID)]:
        if isinstance(cell.raw, (int, float)) and abs(cell.raw) >= 10**EXACT_DIGITS:
            yield build_problem("digits-lost", cell)
    if not isinstance(order, Order):
        yield from _check_conflict(entries)
        return
    may_be_nothing = was_given_back(order.values)
    for problem in order.problems:
        if not (may_be_nothing and _asks_for_a_quantity(problem)):
            yield problem
    for entry in entries[1:]:
        cell = _find_id_cell(entry.rows[0])
        yield build_problem("id-again", cell, _name_place(entries[0].rows[0], cell))


def _asks_for_a_quantity(problem: Problem) -> bool:
    """Say whether a quantity is blank or nought, as people leave it where an order was cancelled."""
    return problem.code == "quantity-missing" or (
        problem.code == "quantity" and not problem.text.strip("0.- ")
    )


def _check_conflict(entries: list[Entry]) -> Iterator[Problem]:
    """Say which rows of one number contradict the first."""
    rows = [row for entry in entries for row in entry.rows]
    if len(rows) == 1:
        yield build_problem("items-unclear", _find_id_cell(rows[0]))
        return
    others = [entry.rows[0] for entry in entries[1:]] or [_find_other_customer(rows)]
    for row in others:
        cell = _find_id_cell(row)
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
    cell = _find_id_cell(row)
    return cell.a1 if cell.tab == seen_from.tab else f"{cell.tab}!{cell.a1}"


def _lacks_items_for_a_reason(snapshot: Snapshot, entries: list[Entry], order: Order) -> bool:
    """Say whether there need be no items, another problem tells why there are none, or their tab was not read.

    A row that holds hardly more than its number is filled in beforehand, and one whose number has no digits
    among others that have some is an average, a count or a heading.
    """
    if was_given_back(order.values) or any(problem.code.startswith("items-") for problem in order.problems):
        return True
    rows = [row for entry in entries for row in entry.rows]
    if not any(_list_typed(row) for row in rows):
        return True
    if not _has_digit(order.id) and any(_has_digit(row.id) for row in list_rows(rows[0].sheet)):
        return True
    return snapshot.find_unread_tab(order.id) is not None


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _find_id_cell(row: Row) -> Cell:
    """Give the cell with a row's order id; in a row below the order's first it may be blank."""
    cells = row.cells(ORDER_ID)
    return cells[0] if cells else row.cell(row.sheet.columns.orders[ORDER_ID][1][0][0])


def _find_alike(snapshot: Snapshot) -> Iterator[Problem]:
    """Find ids that a person takes for the same, though they are spelled in two ways."""
    for alike in snapshot.list_alike():
        seen = {alike[0].id}
        for entry in alike[1:]:
            if entry.id not in seen:
                seen.add(entry.id)
                yield build_problem("id-alike", _find_id_cell(entry.rows[0]), alike[0].id)


def _find_strays(snapshot: Snapshot, unnamed: list[str]) -> Iterator[Problem]:
    """Find items, shipments and items' tabs that no order claims."""
    for row in snapshot.list_strays():
        yield build_problem("order-missing", _find_id_cell(row))
    if len(unnamed) < len(snapshot.layout.own):  # else such tabs are a price list, or whatever
        named = {_shape(title) for title in snapshot.layout.own.keys() - set(unnamed)}
        for title in unnamed:
            if _shape(title) in named:
                yield build_problem("tab-unnamed", Cell(title, 1, 1, title))


def _shape(title: str) -> str:
    """Reduce a title to how it is built, so that `ORD-12` and `ord-9` are alike and `Prices 2026` is not."""
    return re.sub(r"\d+", "0", fold_text(title).removeprefix("#"))


_SUMS = frozenset({"money", "discount", "quantity"})
"""Kinds of fields that a row of sums fills, too."""

_CHOICES = frozenset({"status", "payment", "fulfillment", "currency"})
_CHOSEN = frozenset({"payment method", "courier", "address.country", "address.countryCode"})
"""Kinds of fields, and fields, whose drop-down lists people fill in for rows to come."""

Typed = list[tuple[Field, Cell]]
"""What of a row somebody typed, by field."""


def _find_rows_without_id(snapshot: Snapshot) -> Iterator[Problem]:
    """Find rows that say something of an order but not of which, and what else is wrong in those of orders."""
    taken = snapshot.list_taken_rows()
    for sheet in (*snapshot.layout.orders, *snapshot.layout.items):
        rows = [row for row in list_rows(sheet) if (sheet.tab.title, row.number) not in taken and not row.id]
        last = max((number for title, number in taken if title == sheet.tab.title), default=0)
        apart = next(
            (number for number in range(last + 1, sheet.end) if not sheet.tab.row(number)), sheet.end
        )
        seen = Counter(_key(_list_typed(row)) for row in rows)
        for row in rows:
            if problem := _find_id_problem(snapshot, row, seen, is_apart=row.number > apart):
                yield problem
                if sheet in snapshot.layout.orders:
                    yield from build_order(Entry("", [row]), Items(), snapshot.context).problems


def _find_id_problem(
    snapshot: Snapshot, row: Row, seen: Counter[tuple[object, ...]], *, is_apart: bool
) -> Problem | None:
    """Say why a row belongs to no order; None if it is about none. `seen` counts what such rows hold."""
    cell = _find_id_cell(row)
    if is_damaged_id(cell.raw):
        return build_problem("id-damaged", cell)
    if len(row.cells(ORDER_ID)) > 1:
        return build_problem("column-conflict", cell, "order number")
    typed = _list_typed(row)
    chosen = [(field, cell) for field, cell in typed if field.kind in _CHOICES or field.path in _CHOSEN]
    sums = [(field, cell) for field, cell in typed if field.kind in _SUMS]
    count = len(typed) - len(chosen) - len(sums)
    if is_note(row) or len(typed) < 2:
        return None
    if count == 0:  # filled in for rows to come, or a sum and its name
        is_name = any(f.kind == "status" and not _knows_status(snapshot, c.text) for f, c in chosen)
        if not chosen or not sums or is_name or seen[_key(typed)] > 1:
            return None
    elif count == 1 and is_apart and not chosen:
        return None
    return build_problem("id-missing", cell)


def _knows_status(snapshot: Snapshot, text: str) -> bool:
    return fold_words(text) in snapshot.context.own.statuses or find_status(text) is not None


def _list_typed(row: Row) -> Typed:
    """List what somebody typed into a row besides its number: no ticks, no formulas' errors, no nought."""
    columns = row.sheet.columns
    return [
        (field, cell)
        for found in (columns.orders, *columns.slots)
        for path, (field, _) in found.items()
        if path != ORDER_ID
        for cell in row.cells(path, found)[:1]
        if _is_typed(cell) and not (field.kind in _SUMS and not cell.text.strip("₹$€£0., -"))
    ]


def _is_typed(cell: Cell) -> bool:
    return not isinstance(cell.raw, bool) and not is_placeholder(cell.raw) and cell.text not in FORMULA_ERRORS


def _key(typed: Typed) -> tuple[object, ...]:
    return tuple((field.path, cell.text) for field, cell in typed)


def _describe_items(layout: Layout, *, has_own: bool) -> str:
    """Say in words where the items of the orders are."""
    places = [f"in the tab “{title}”" for title in _list_titles(layout.items)]
    for sheet in layout.orders:
        columns, title = sheet.columns, sheet.tab.title
        if len(columns.slots) > 1:
            places.append(f"side by side in the rows of “{title}”")
        elif columns.has_lines:
            places.append(f"in the rows of “{title}”, one in each")
        elif "items" in columns.orders:
            places.append(f"in one cell of each row of “{title}”")
    if has_own:
        places.append("in tabs named like their orders")
    return "; ".join(dict.fromkeys(places))


def _describe_tabs(snapshot: Snapshot, unnamed: list[str]) -> Iterator[UnderstoodTab]:
    """Say of every tab what it was taken for, in the spreadsheet's order."""
    layout = snapshot.layout
    roles = [
        ("orders", layout.orders),
        ("items", layout.items),
        ("shipments and payments", layout.shipments),
        ("one order's items", [sheet for title, sheet in layout.own.items() if title not in unnamed]),
    ]
    sheets = {
        sheet.tab.title: (role, sheet) for role, found in reversed(roles) for sheet in reversed([*found])
    }
    for title in snapshot.workbook.tabs:
        if title in sheets:
            role, sheet = sheets[title]
            columns = tuple(_list_columns(sheet.columns, sheet))
            yield UnderstoodTab(title, role, columns, sheet.columns.ignored)
        else:
            yield UnderstoodTab(title, "settings" if is_settings_title(title) else "not used")
    for title in sorted(snapshot.workbook.unread):
        yield UnderstoodTab(title, "read when an order asks for it")


def _list_columns(columns: Columns, sheet: Sheet) -> Iterator[tuple[Cell, str]]:
    """Pair each header that counts with its field's path, from left to right."""
    fields: dict[int, str] = {}
    for found in (columns.orders, *columns.slots):
        fields |= {column: path for path, column in _list_used(found)}
    fields |= {column: path for path, column in columns.extra.items()}
    for column, path in sorted(fields.items()):
        yield sheet.tab.cell(columns.row, column), path


def _list_used(found: Found) -> Iterator[tuple[str, int]]:
    for path, (field, groups) in found.items():
        for group in groups if field.falls_back else groups[:1]:
            yield from ((path, column) for column in group)


def _list_titles(sheets: Iterable[Sheet]) -> list[str]:
    return list(dict.fromkeys(sheet.tab.title for sheet in sheets))


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
