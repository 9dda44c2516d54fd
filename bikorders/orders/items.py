"""Which items does an order have?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bikorders.orders.field_reader import Reader, Reading
from bikorders.reading.columns import ColumnMap
from bikorders.reading.fields import Values
from bikorders.reading.packed_items import Line, split_items, split_lists
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row, RowGroup, is_fee
from bikorders.sheet.workbook import Cell

_COUNT = re.compile(r"\d+(?:\.0+)?\s*(?:items?|products?|pcs?|pieces?|nos?)?\.?", re.IGNORECASE)
"""A number of items, in a column that may also hold the items."""


@dataclass(frozen=True, slots=True)
class Items:
    """Where an order's items are: their rows; or, if they can't be known for certain, the problem."""

    rows: Sequence[Row] = ()
    problem: Problem | None = None


def read_items(
    reader: Reader, order: Reading, group: RowGroup, items: Items
) -> tuple[list[Values], Decimal | None]:
    """Read the items, and sum them up: None if there is nothing to sum or not all of it can be read."""
    packed = order.values.pop("items", None)
    if items.problem:
        reader.problems.append(items.problem)
        return [], None
    rows = items.rows or (group.rows if group.rows[0].table.columns.slots else [])
    fees = [row for row in rows if is_fee(row)]
    read = [(row, line) for row in rows if row not in fees for line in _read_lines(reader, row)]
    nameless = [line for _, line in read if not line.keys() & {"name", "productId"}]
    read = [(row, line) for row, line in read if line not in nameless]
    if not read and isinstance(packed, str) and not _COUNT.fullmatch(packed):
        lines = _split_cell(reader, order.cells["items"], packed)
        return [_line_values(line) for line in lines], None
    is_certain = not nameless
    if fees:
        order.unreadable.add("tax")  # a charge of its own among the items
    if (
        len(read) > 1
        and _may_stand_twice(read)
        and len({row.raws for row, _ in read}) < len({row.number for row, _ in read})
    ):
        count = len(read)
        read = _settle_twice(reader, order, read)
        is_certain = is_certain and (len(read) == count or bool({"total", "subTotal"} & order.values.keys()))
    if any(line.get("line discount") for _, line in read):
        order.unreadable.add("tax")  # something else than the discount comes off the total
    total = _add_up(read) if read and is_certain else None
    return [_finish(line) for _, line in read], total


def _add_up(read: Sequence[tuple[Row, Values]]) -> Decimal | None:
    """Add up the lines; None if one of them can't be read."""
    total = Decimal(0)
    for _, line in read:
        amount = _amount(line)
        if amount is None:
            return None
        total += amount
    return total


def _amount(line: Values) -> Decimal | None:
    price, quantity, total = line.get("price"), line.get("quantity"), line.get("line total")
    if isinstance(quantity, Decimal):
        if isinstance(price, Decimal):
            return price * quantity
        if "price" not in line and isinstance(total, Decimal):
            return total
    return None


def _finish(line: Values) -> Values:
    """Leave only what is sent; a size and a colour of their own make the variant's name."""
    parts = [str(line.pop(path)) for path in ("size", "color") if path in line]
    if parts and "variantName" not in line:
        line["variantName"] = " / ".join(parts)
    for path in ("line total", "line discount"):
        line.pop(path, None)
    return line


def _may_stand_twice(read: Sequence[tuple[Row, Values]]) -> bool:
    """Say whether two lines are about the same product, so that their rows may be the same in every cell."""
    products = {tuple(line.get(path) for path in ("name", "productId", "variantId")) for _, line in read}
    return len(products) < len(read)


def _settle_twice(reader: Reader, order: Reading, read: list[tuple[Row, Values]]) -> list[tuple[Row, Values]]:
    """Count rows that are the same in every cell once, unless the order's total says that they count twice."""
    once: list[tuple[Row, Values]] = []
    first: dict[tuple[object, ...], int] = {}
    for row, line in read:
        number = first.setdefault(row.raws, row.number)
        if number == row.number:
            once.append((row, line))
        else:
            repeated = row.cell(next(i for i, raw in enumerate(row.raws, start=1) if raw is not None))
            before = str(number)
    totals = {order.values.get(path) for path in ("subTotal", "total")} - {None}
    if _add_up(read) in totals and _add_up(once) not in totals:
        return read
    reader.add_problem("row-twice", repeated, before)
    return once


def _read_lines(reader: Reader, row: Row) -> list[Values]:
    """Read a row's items: one in each slot that holds something, or those packed into its name."""
    lines: list[Values] = []
    for slot in row.table.columns.slots:
        lines += _read_slot(reader, row, slot)
    return lines


def _read_slot(reader: Reader, row: Row, slot: ColumnMap) -> list[Values]:
    if lists := _pair_lists(row, slot):
        return [_line_values(line) for line in lists]
    if _is_unused(row, slot):
        return []
    reading = reader.read([row], slot)
    line, unreadable = reading.values, reading.unreadable
    if not line and not unreadable:
        return []
    name = line.get("name")
    if "quantity" not in line and not row.cells("quantity", slot):
        if isinstance(name, str) and (split := split_items(name)):
            rest = {path: value for path, value in line.items() if path != "name"} if len(split) == 1 else {}
            return [rest | _line_values(part) for part in split]
        if not line.keys() & {"name", "productId"} and not unreadable:
            return []  # a price or a size alone is no item
        if isinstance(name, str) and _looks_packed(name):
            reader.add_problem("items-packed", reading.cells["name"])
            line["name"] = " ".join(name.split())
        else:
            _complain_of_no_quantity(reader, reading, row, slot)
    elif isinstance(name, str) and "\n" in name:
        reader.add_problem("items-packed", reading.cells["name"])
        line["name"] = " ".join(name.split())
    elif isinstance(name, str) and (split := split_items(name)):
        if len(split) == 1 and split[0].quantity == line.get("quantity"):
            line["name"] = split[0].name
        elif len(split) > 1 and sum(part.quantity or 0 for part in split) == line.get("quantity"):
            return [_line_values(part) for part in split]
    if row.table.columns.extra and not row.table.columns.order_count:
        line |= reader.read_extra(row)
    return [line]


def _pair_lists(row: Row, slot: ColumnMap) -> list[Line] | None:
    """Pair the names and the quantities that stand one below the other in a row's two cells."""
    names = row.cells("name", slot)
    if len(names) != 1 or len(names[0].text.splitlines()) < 2:
        return None
    quantities = row.cells("quantity", slot)
    return split_lists(names[0].text, quantities[0].text) if len(quantities) == 1 else None


def _is_unused(row: Row, slot: ColumnMap) -> bool:
    """Say whether nothing but noughts stands in one of several slots side by side: formulas fill in those."""
    if len(row.table.columns.slots) < 2 or any(row.cells(path, slot) for path in ("name", "productId")):
        return False
    return not any(cell.text.strip("0.") for path in slot for cell in row.cells(path, slot))


def _complain_of_no_quantity(reader: Reader, line: Reading, row: Row, slot: ColumnMap) -> None:
    """Complain of the blank cell, or once of the header of the items where there is no column for quantities."""
    if "quantity" in slot:
        reader.add_problem("quantity-missing", row.cell(slot["quantity"].first))
        return
    cells = line.cells
    where = cells.get("name") or cells.get("productId") or next(iter(cells.values()))
    reader.add_problem("quantity-column", row.table.tab.cell(row.table.columns.row, where.column))


def _looks_packed(name: str) -> bool:
    return "\n" in name or name.startswith(("[", "{"))


def _split_cell(reader: Reader, cell: Cell, text: str) -> Sequence[Line]:
    if lines := split_items(text):
        return lines
    reader.add_problem("items-packed", cell)
    return [Line(" ".join(text.split()), None)]


def _line_values(line: Line) -> Values:
    values: Values = {"name": line.name}
    if line.quantity is not None:
        values["quantity"] = line.quantity
    return values


def build_items_problem(code: str, cell: Cell) -> Items:
    """Say why an order's items can't be known; `cell` is where to look."""
    return Items(problem=build_problem(code, cell))
