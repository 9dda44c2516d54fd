"""Does a column headed `Total` or `Subtotal` hold the order's, or in a tab of lines each line's own?"""

from collections.abc import Sequence

from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.field_reader import Reading, read_amount, read_fields
from bikorders.reading.cells import says_something
from bikorders.reading.columns import ColumnMap
from bikorders.reading.problems import build_problem
from bikorders.reading.rows import Row, Table, list_rows

_PATHS = ("total", "subTotal")


def is_line_total(inference: ColumnInference, table: Table, column: int) -> bool | None:
    """Return whether a column headed `Total` holds the lines' totals; None if nothing decides it.

    It does if every line's quantity times price is its total, in orders of several lines among them.
    """
    return inference.conclude(_compare_with_lines, table, column)


def _compare_with_lines(inference: ColumnInference, table: Table, column: int) -> bool | None:
    found = table.columns.slots[0] if table.columns.slots else {}
    slot = {path: found[path] for path in ("price", "quantity") if path in found}
    seen: set[str] = set()
    has_several = False
    for row in list_rows(table):
        total = read_amount(row, column, inference)
        if total is None:
            continue
        line = read_fields([row], slot, inference)
        price, quantity = line.get_amount("price"), line.get_amount("quantity")
        if price is None or quantity is None:
            continue
        if total != price * quantity:
            return False
        has_several = has_several or not row.id or row.id in seen
        seen.add(row.id)
    return True if has_several else None


def list_order_columns(table: Table, inference: ColumnInference) -> ColumnMap:
    """Return the columns of an order's fields, without a `Total` or `Subtotal` that holds the lines' own."""
    columns = dict(table.columns.orders)
    columns.pop("items tab", None)
    for path in _PATHS:
        if path not in columns:
            continue
        column = columns[path].first
        if may_be_line_total(table, column) and is_line_total(inference, table, column):
            del columns[path]
    return columns


def may_be_line_total(table: Table, column: int) -> bool:
    """Return whether the header of a column leaves open whether it holds the lines' totals."""
    return table.columns.has_lines and column in table.columns.line_totals


def drop_unclear_totals(fields: Reading, rows: Sequence[Row], inference: ColumnInference) -> Reading:
    """Leave out a total that stands in several lines alike and that nothing tells from the lines' own."""
    fields = _drop_unreadable(fields, rows, inference)
    for path in _PATHS:
        if path not in fields.values:
            continue
        cell, table = fields.cells[path], fields.tables[path]
        if (
            may_be_line_total(table, cell.column)
            and count_filled(rows, fields, path) > 1
            and is_line_total(inference, table, cell.column) is None
        ):
            fields = fields.without(path, build_problem("total-unclear", cell, path))
    return fields


def _drop_unreadable(fields: Reading, rows: Sequence[Row], inference: ColumnInference) -> Reading:
    """Leave out a total of which one of the lines' own can't be read: it may be less than its quantity times its price."""
    columns = rows[0].table.columns.orders
    for path in _PATHS:
        if path not in columns or path in fields.columns:
            continue
        column = columns[path].first
        for row in rows:
            cell = row.cell(column)
            if says_something(cell.raw) and read_amount(row, column, inference) is None:
                fields = fields.without(path, build_problem("amount", cell, path))
    return fields


def count_filled(rows: Sequence[Row], fields: Reading, path: str) -> int:
    """Return in how many of the rows something stands in the column where a field was read."""
    column = fields.cells[path].column
    return sum(not row.cell(column).is_blank for row in list_read_rows(rows, fields, path))


def list_read_rows(rows: Sequence[Row], fields: Reading, path: str) -> list[Row]:
    """Return those of an order's rows that stand in the table where a field was read."""
    table = fields.tables[path]
    return [row for row in rows if row.table is table]
