"""What stands in one slot of a row: an item, or several packed into its name.

A slot is a group of columns that hold one item; a row may have several side by side.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.extra_fields import read_extra
from bikorders.orders.field_reader import Place, Reading, read_fields
from bikorders.reading.columns import ColumnMap
from bikorders.reading.fields import Values
from bikorders.reading.packed_items import Line, split_items, split_lists
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row


class SlotReading(NamedTuple):
    """The items of one slot, the problems with its cells, and the currencies that they name."""

    lines: Sequence[Values] = ()
    problems: Sequence[Problem] = ()
    currencies: Mapping[str, Place] = {}


def read_slot(
    row: Row, slot: ColumnMap, inference: ColumnInference, *, is_placed: bool = False
) -> SlotReading:
    """Return the items of a slot; none where it is blank, or where a price or a size stands alone.

    In an order that `is_placed` by Bik a name beside its quantity is told as it was placed.
    """
    if lists := _pair_lists(row, slot):
        return SlotReading([build_packed_line(line) for line in lists])
    if _is_unused(row, slot):
        return SlotReading()
    reading = read_fields([row], slot, inference, is_placed=is_placed)
    name = reading.values.get("name")
    has_quantity = "quantity" in reading.values or bool(row.cells("quantity", slot))
    parts = split_items(name) if isinstance(name, str) and not (is_placed and has_quantity) else None
    if parts and (lines := _use_parts(parts, reading, has_quantity=has_quantity)):
        return SlotReading(lines, reading.problems, reading.currencies)
    if not _is_item(reading, has_quantity=has_quantity):
        return SlotReading((), reading.problems, reading.currencies)
    if is_placed and has_quantity:
        values, problem = reading.values, None
    else:
        values, problem = _read_one(reading, parts, row, slot, has_quantity=has_quantity)
    problems = [*reading.problems, problem] if problem else list(reading.problems)
    if row.table.columns.extra and not row.table.columns.order_count:
        extra = read_extra(row)
        values = {**values, **extra.values}
        problems += extra.problems
    return SlotReading([values], problems, reading.currencies)


def _pair_lists(row: Row, slot: ColumnMap) -> list[Line] | None:
    """Pair the names and the quantities that stand one below the other in a row's two cells."""
    names = row.cells("name", slot)
    if len(names) != 1 or len(names[0].text.splitlines()) < 2:
        return None
    quantities = row.cells("quantity", slot)
    return split_lists(names[0].text, quantities[0].text) if len(quantities) == 1 else None


def _is_unused(row: Row, slot: ColumnMap) -> bool:
    """Return whether nothing but zeros stands in one of several slots side by side: formulas fill in those."""
    if len(row.table.columns.slots) < 2 or any(row.cells(path, slot) for path in ("name", "productId")):
        return False
    return not any(cell.text.strip("0.") for path in slot for cell in row.cells(path, slot))


def _use_parts(parts: Sequence[Line], reading: Reading, *, has_quantity: bool) -> list[Values] | None:
    """Return the items that are packed into the name; None if it is one item's, or not certain.

    Beside a quantity they count only if theirs add up to it.
    """
    lines = [build_packed_line(part) for part in parts]
    if not has_quantity:
        rest = {path: value for path, value in reading.values.items() if path != "name"}
        return [{**rest, **line} for line in lines] if len(lines) == 1 else lines
    if len(parts) == 1 or "\n" in str(reading.values["name"]):
        return None
    count = sum(part.quantity or 0 for part in parts)
    return lines if count == reading.values.get("quantity") else None


def _is_item(reading: Reading, *, has_quantity: bool) -> bool:
    """Return whether a slot holds an item: a price or a size alone is none."""
    if reading.unreadable:
        return True
    if has_quantity:
        return bool(reading.values)
    return not reading.values.keys().isdisjoint(("name", "productId"))


def _read_one(
    reading: Reading, parts: Sequence[Line] | None, row: Row, slot: ColumnMap, *, has_quantity: bool
) -> tuple[Values, Problem | None]:
    """Return the values of a slot with one item, and the problem if its name or quantity is doubtful.

    `parts` are the items that its name seems to hold.
    """
    values = reading.values
    name = values.get("name")
    if isinstance(name, str) and _looks_packed(name, has_quantity=has_quantity):
        unfolded = " ".join(name.split())
        return {**values, "name": unfolded}, build_problem("items-packed", reading.cells["name"])
    if not has_quantity:
        return values, _build_quantity_problem(reading, row, slot)
    if parts and len(parts) == 1 and parts[0].quantity == values.get("quantity"):
        return {**values, "name": parts[0].name}, None  # `Soap x 2` beside the quantity 2
    return values, None


def _looks_packed(name: str, *, has_quantity: bool) -> bool:
    return "\n" in name or (not has_quantity and name.startswith(("[", "{")))


def _build_quantity_problem(reading: Reading, row: Row, slot: ColumnMap) -> Problem:
    """Build the problem of the blank cell, or of the items' header where there is no column for quantities."""
    if "quantity" in slot:
        return build_problem("quantity-missing", row.cell(slot["quantity"].first))
    cells = reading.cells
    where = cells.get("name") or cells.get("productId") or next(iter(cells.values()))
    return build_problem("quantity-column", row.table.tab.cell(row.table.columns.row, where.column))


def build_packed_line(line: Line) -> Values:
    """Return an item that stood in one cell with others: its name, and its quantity if one stands there."""
    values: Values = {"name": line.name}
    if line.quantity is not None:
        values["quantity"] = line.quantity
    return values
