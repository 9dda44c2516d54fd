"""Rows that say something of an order and have no order number."""

from collections import Counter
from collections.abc import Iterator

from bikorders.orders.items import Items
from bikorders.orders.order_builder import build_order
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.cells import is_formula_error, is_placeholder
from bikorders.reading.fields import ORDER_ID, Field
from bikorders.reading.order_ids import is_damaged_id
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row, RowGroup, Table, find_id_cell, is_note, list_rows
from bikorders.reading.vocabulary import find_status, fold_words
from bikorders.sheet.workbook import Cell

_SUMS = frozenset({"money", "discount", "quantity"})
"""Kinds of fields that a row of sums also fills."""

_CHOICES = frozenset({"status", "payment", "fulfillment", "currency"})
_CHOSEN = frozenset({"payment method", "courier", "address.country", "address.countryCode"})
"""Kinds of fields, and fields, that people choose from drop-down lists before there is an order."""

Typed = list[tuple[Field, Cell]]
"""What somebody typed into a row, with its fields."""


def find_rows_without_id(snapshot: Snapshot) -> Iterator[Problem]:
    """Yield the problems of rows that say something of an order, but not of which order."""
    taken = snapshot.map_rows()
    for table in (*snapshot.layout.orders, *snapshot.layout.items):
        title = table.tab.title
        rows = [row for row in list_rows(table) if (title, row.number) not in taken and not row.id]
        last = max((number for other, number in taken if other == title), default=0)
        gap = _find_blank_row(table, last + 1)
        seen = Counter(_key(list_typed(row)) for row in rows)
        for row in rows:
            if problem := _find_id_problem(snapshot, row, seen, is_apart=row.number > gap):
                yield problem
                if table in snapshot.layout.orders:
                    yield from build_order([RowGroup("", [row])], Items(), snapshot.context).problems


def _find_blank_row(table: Table, start: int) -> int:
    """Return the number of the first blank row from `start` on, or of the row below the table."""
    return next((number for number in range(start, table.end) if not table.tab.row(number)), table.end)


def _find_id_problem(
    snapshot: Snapshot, row: Row, seen: Counter[tuple[object, ...]], *, is_apart: bool
) -> Problem | None:
    """Return why a row belongs to no order; None if it is about no order.

    `seen` counts the rows without a number by what they hold; with `is_apart` the row stands below a blank row
    under the last order.
    """
    cell = find_id_cell(row)
    if is_damaged_id(cell.raw):
        return build_problem("id-damaged", cell)
    if len(row.cells(ORDER_ID)) > 1:
        return build_problem("column-conflict", cell, "order number")
    if is_note(row) or not _is_about_an_order(snapshot, row, seen, is_apart=is_apart):
        return None
    return build_problem("id-missing", cell)


def _is_about_an_order(
    snapshot: Snapshot, row: Row, seen: Counter[tuple[object, ...]], *, is_apart: bool
) -> bool:
    """Return whether a row holds more than what is prepared for later orders, a sum, or a remark below all."""
    typed = list_typed(row)
    if len(typed) < 2:
        return False
    chosen = [(field, cell) for field, cell in typed if field.kind in _CHOICES or field.path in _CHOSEN]
    sums = [(field, cell) for field, cell in typed if field.kind in _SUMS]
    others = len(typed) - len(chosen) - len(sums)
    if others == 0:  # prepared for later orders, or a sum with its name
        is_name = any(f.kind == "status" and not _knows_status(snapshot, c.text) for f, c in chosen)
        return bool(chosen and sums) and not is_name and seen[_key(typed)] == 1
    return others > 1 or not is_apart or bool(chosen)


def _knows_status(snapshot: Snapshot, text: str) -> bool:
    return fold_words(text) in snapshot.context.shop_settings.statuses or find_status(text) is not None


def list_typed(row: Row) -> Typed:
    """Return what somebody typed into a row besides its number: no ticks, no errors of formulas, no amount of 0."""
    columns = row.table.columns
    return [
        (known.field, cell)
        for found in (columns.orders, *columns.slots)
        for path, known in found.items()
        if path != ORDER_ID
        for cell in row.cells(path, found)[:1]
        if _is_typed(cell) and not (known.field.kind in _SUMS and not cell.text.strip("₹$€£0., -"))
    ]


def _is_typed(cell: Cell) -> bool:
    return not isinstance(cell.raw, bool) and not is_placeholder(cell.raw) and not is_formula_error(cell.text)


def _key(typed: Typed) -> tuple[object, ...]:
    return tuple((field.path, cell.text) for field, cell in typed)
