"""Which items does an order have?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.field_reader import Place, Reading, merge_currencies
from bikorders.orders.item_slots import build_packed_line, read_slot
from bikorders.reading.fields import Values
from bikorders.reading.packed_items import Line, split_items
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row, is_fee
from bikorders.reading.vocabulary import GONE_BACK, find_status
from bikorders.sheet.workbook import Cell

_COUNT = re.compile(r"\d+(?:\.0+)?\s*(?:items?|products?|pcs?|pieces?|nos?)?\.?", re.IGNORECASE)
"""A number of items, in a column that may also hold the items."""


@dataclass(frozen=True, slots=True)
class Items:
    """Where an order's items are: their rows; or, if they can't be known for certain, the problem."""

    rows: Sequence[Row] = ()
    problem: Problem | None = None


def build_items_problem(code: str, cell: Cell) -> Items:
    """Build the reason why an order's items can't be known; `cell` is where to look."""
    return Items(problem=build_problem(code, cell))


class ItemsReading(NamedTuple):
    """What the sheet says of an order's items. `lines` are sent as they are.

    `total` is what the lines cost; None if there are none, or not all of it can be read. `fulfillments` is what
    each item says of its own fulfilment, "" for nothing. `has_other_charges` means that the order's total
    holds something else than its known parts: a fee among the items, or a discount of one line.
    """

    lines: Sequence[Values] = ()
    total: Decimal | None = None
    fulfillments: Sequence[str] = ()
    has_other_charges: bool = False
    problems: Sequence[Problem] = ()
    currencies: Mapping[str, Place] = {}


class _ItemLine(NamedTuple):
    """An item with the row it stands in; `values` hold the fields that are not sent, too."""

    row: Row
    values: Values

    @property
    def is_named(self) -> bool:
        return not self.values.keys().isdisjoint(("name", "productId"))

    @property
    def product(self) -> tuple[object, ...]:
        return tuple(self.values.get(path) for path in ("name", "productId", "variantId"))

    @property
    def amount(self) -> Decimal | None:
        """What the line costs; None if that can't be read."""
        price, quantity = self.values.get("price"), self.values.get("quantity")
        if not isinstance(quantity, Decimal):
            return None
        if isinstance(price, Decimal):
            return price * quantity
        total = self.values.get("line total")
        return total if price is None and isinstance(total, Decimal) else None


def read_items(
    items: Items, fields: Reading, rows: Sequence[Row], inference: ColumnInference
) -> ItemsReading:
    """Return the items of an order with these `fields` and `rows`; `items` says where they stand."""
    if items.problem:
        return ItemsReading(problems=[items.problem])
    item_rows = items.rows or (rows if rows[0].table.columns.slots else ())
    products = [row for row in item_rows if not is_fee(row)]
    found, problems, currencies = _read_lines(products, inference)
    lines = [line for line in found if line.is_named]
    if not lines and (packed := _read_packed(fields)):
        return packed._replace(problems=[*problems, *packed.problems], currencies=currencies)
    counted, repeated = _count_once(lines, fields)
    is_certain = (
        len(lines) == len(found)
        and not _has_cancelled_line(fields, rows)
        and (repeated is None or not fields.values.keys().isdisjoint(("total", "subTotal")))
    )
    return ItemsReading(
        [_finish(line.values) for line in counted],
        _add_up(counted) if is_certain else None,
        [str(line.values.get("item fulfillment", "")) for line in counted],
        len(products) < len(item_rows) or any(line.values.get("line discount") for line in counted),
        [*problems, repeated] if repeated else problems,
        currencies,
    )


def _read_lines(
    rows: Sequence[Row], inference: ColumnInference
) -> tuple[list[_ItemLine], list[Problem], Mapping[str, Place]]:
    """Return what each slot of the rows holds, with the problems and the currencies of all of them."""
    lines: list[_ItemLine] = []
    problems: list[Problem] = []
    currencies: Mapping[str, Place] = {}
    for row in rows:
        for slot in row.table.columns.slots:
            read = read_slot(row, slot, inference)
            lines += [_ItemLine(row, values) for values in read.lines]
            problems += read.problems
            currencies = merge_currencies(currencies, read.currencies)
    return lines, problems, currencies


def _read_packed(fields: Reading) -> ItemsReading | None:
    """Return the items that stand in one cell of the order's row; None if there are none."""
    packed = fields.values.get("items")
    if not isinstance(packed, str) or _COUNT.fullmatch(packed):
        return None
    if lines := split_items(packed):
        return ItemsReading([build_packed_line(line) for line in lines])
    line = Line(" ".join(packed.split()), None)
    return ItemsReading(
        [build_packed_line(line)], problems=[build_problem("items-packed", fields.cells["items"])]
    )


def _has_cancelled_line(fields: Reading, rows: Sequence[Row]) -> bool:
    """Return whether the rows differ in their status because some of the lines were cancelled or sent back."""
    return "status" in fields.differing and any(
        find_status(cell.text) in GONE_BACK for row in rows for cell in row.cells("status")
    )


def _count_once(lines: list[_ItemLine], fields: Reading) -> tuple[list[_ItemLine], Problem | None]:
    """Count rows that are the same in every cell once, unless the order's total says that they count twice."""
    if len(lines) < 2 or len({line.product for line in lines}) == len(lines):
        return lines, None  # nearly always
    first: dict[tuple[object, ...], int] = {}
    for line in lines:
        first.setdefault(line.row.raws, line.row.number)
    once = [line for line in lines if first[line.row.raws] == line.row.number]
    if len(once) == len(lines):
        return lines, None
    totals = {fields.get_amount("subTotal"), fields.get_amount("total")} - {None}
    if _add_up(lines) in totals and _add_up(once) not in totals:
        return lines, None
    row = next(line.row for line in reversed(lines) if first[line.row.raws] != line.row.number)
    column = next(column for column, raw in enumerate(row.raws, start=1) if raw is not None)
    return once, build_problem("row-twice", row.cell(column), str(first[row.raws]))


def _add_up(lines: Sequence[_ItemLine]) -> Decimal | None:
    """Return what the lines cost; None if there are none, or one of them can't be read."""
    amounts = [amount for line in lines if (amount := line.amount) is not None]
    return sum(amounts, Decimal(0)) if amounts and len(amounts) == len(lines) else None


def _finish(values: Values) -> Values:
    """Return only what is sent; a size and a colour of their own make the variant's name."""
    sent = {path: value for path, value in values.items() if path not in _NOT_SENT}
    parts = [str(values[path]) for path in ("size", "color") if path in values]
    if parts:
        sent.setdefault("variantName", " / ".join(parts))
    return sent


_NOT_SENT = frozenset({"size", "color", "line total", "line discount", "item fulfillment"})
