"""Which rows of a tab belong to no order, and what is odd in the others?"""

from collections import Counter
from collections.abc import Iterator

from bikorders.orders.items import Items
from bikorders.orders.order import build_order
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.cells import is_formula_error, is_placeholder
from bikorders.reading.fields import ORDER_ID, Field
from bikorders.reading.order_ids import is_damaged_id
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row, RowGroup, find_id_cell, is_note, list_rows
from bikorders.reading.vocabulary import find_status, fold_words
from bikorders.sheet.workbook import Cell

_SUMS = frozenset({"money", "discount", "quantity"})
"""Kinds of fields that a row of sums fills, too."""

_CHOICES = frozenset({"status", "payment", "fulfillment", "currency"})
_CHOSEN = frozenset({"payment method", "courier", "address.country", "address.countryCode"})
"""Kinds of fields, and fields, whose drop-down lists people fill in for rows to come."""

Typed = list[tuple[Field, Cell]]
"""What of a row somebody typed, by field."""


def find_rows_without_id(snapshot: Snapshot) -> Iterator[Problem]:
    """Find rows that say something of an order but not of which, and what else is wrong in those of orders."""
    taken = snapshot.list_taken_rows()
    for table in (*snapshot.layout.orders, *snapshot.layout.items):
        rows = [row for row in list_rows(table) if (table.tab.title, row.number) not in taken and not row.id]
        last = max((number for title, number in taken if title == table.tab.title), default=0)
        apart = next(
            (number for number in range(last + 1, table.end) if not table.tab.row(number)), table.end
        )
        seen = Counter(_key(list_typed(row)) for row in rows)
        for row in rows:
            if problem := _find_id_problem(snapshot, row, seen, is_apart=row.number > apart):
                yield problem
                if table in snapshot.layout.orders:
                    yield from build_order(RowGroup("", [row]), Items(), snapshot.context).problems


def _find_id_problem(
    snapshot: Snapshot, row: Row, seen: Counter[tuple[object, ...]], *, is_apart: bool
) -> Problem | None:
    """Say why a row belongs to no order; None if it is about none. `seen` counts what such rows hold."""
    cell = find_id_cell(row)
    if is_damaged_id(cell.raw):
        return build_problem("id-damaged", cell)
    if len(row.cells(ORDER_ID)) > 1:
        return build_problem("column-conflict", cell, "order number")
    typed = list_typed(row)
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
    return fold_words(text) in snapshot.context.shop_settings.statuses or find_status(text) is not None


def list_typed(row: Row) -> Typed:
    """List what somebody typed into a row besides its number: no ticks, no formulas' errors, no nought."""
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
