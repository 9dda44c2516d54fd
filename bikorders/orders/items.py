"""Which items does an order have?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import NamedTuple

from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.field_reader import Place, Reading, merge_currencies
from bikorders.orders.item_lists import ItemLine, ItemList, join_lists, read_list, shares_a_product
from bikorders.orders.item_slots import build_packed_line
from bikorders.reading.fields import DRAFT_PATH, Values
from bikorders.reading.packed_items import Line, split_items
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row
from bikorders.reading.vocabulary import GONE_BACK, find_status, fold_words
from bikorders.sheet.workbook import Cell

_COUNT = re.compile(r"\d+(?:\.0+)?\s*(?:items?|products?|pcs?|pieces?|nos?)?\.?", re.IGNORECASE)
"""A number of items, in a column that may also hold the items."""


@dataclass(frozen=True, slots=True)
class Items:
    """Where an order's items are: their rows in each place; or, if they can't be known for certain, the problem."""

    places: Sequence[Sequence[Row]] = ()
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


def read_items(
    items: Items, fields: Reading, rows: Sequence[Row], inference: ColumnInference
) -> ItemsReading:
    """Return the items of an order with these `fields` and `rows`; `items` says where else they stand."""
    if items.problem:
        return ItemsReading(problems=[items.problem])
    totals = {fields.get_amount("subTotal"), fields.get_amount("total")} - {None}
    is_placed = DRAFT_PATH in fields.values
    is_unread = not fields.unreadable.isdisjoint(("subTotal", "total"))
    lists = [
        read_list(place, totals, inference, is_unread=is_unread, is_beside=is_beside, is_placed=is_placed)
        for places, is_beside in ((items.places, False), (_list_places(rows), True))
        for place in places
    ]
    read = _sum_up(lists)
    filled = [found for found in lists if found.lines]
    packed, packed_problem = _read_packed(fields)
    if not filled:
        problems = [*read.problems, packed_problem] if packed_problem else read.problems
        return read._replace(lines=[build_packed_line(line) for line in packed], problems=problems)
    if packed and shares_a_product(packed, filled):
        lines = [ItemLine(rows[0], build_packed_line(line)) for line in packed]
        filled.append(ItemList(lines, len(lines), fields.cells["items"], is_beside=True))
    whole, problem = join_lists(filled, totals)
    if whole is None:
        return read._replace(has_other_charges=True, problems=[problem] if problem else [])
    if whole.is_doubtful:
        return read._replace(has_other_charges=True, problems=[*read.problems, *whole.problems])
    is_certain = not _has_cancelled_line(fields, rows, inference) and (whole.repeated is None or bool(totals))
    return _tell(whole, read, is_certain=is_certain)


def _sum_up(lists: Sequence[ItemList]) -> ItemsReading:
    """Return what all places say beside the items: problems where there are none, charges and currencies."""
    no_currencies: Mapping[str, Place] = {}
    return ItemsReading(
        has_other_charges=any(found.has_fee for found in lists),
        problems=[problem for found in lists if not found.lines for problem in found.problems],
        currencies=reduce(merge_currencies, (found.currencies for found in lists), no_currencies),
    )


def _tell(whole: ItemList, read: ItemsReading, *, is_certain: bool) -> ItemsReading:
    """Return the items of the one list of them; what they cost only where it `is_certain`."""
    has_all = len(whole.lines) == whole.found_count
    has_discount = any(line.values.get("line discount") for line in whole.lines)
    return read._replace(
        lines=[_finish(line.values) for line in whole.lines],
        total=whole.total if is_certain and has_all else None,
        fulfillments=[str(line.values.get("item fulfillment", "")) for line in whole.lines],
        has_other_charges=read.has_other_charges or has_discount,
        problems=[*read.problems, *whole.problems],
    )


def _list_places(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the order's rows in each tab that has columns for items."""
    by_tab: dict[str, list[Row]] = {}
    for row in rows:
        if row.table.columns.slots:
            by_tab.setdefault(row.table.tab.title, []).append(row)
    return list(by_tab.values())


def _read_packed(fields: Reading) -> tuple[Sequence[Line], Problem | None]:
    """Return the items that stand in one cell of the order's row, and the problem if it can't be split."""
    packed = fields.values.get("items")
    if not isinstance(packed, str) or _COUNT.fullmatch(packed):
        return (), None
    if lines := split_items(packed):
        return lines, None
    line = Line(" ".join(packed.split()), None)
    return [line], build_problem("items-packed", fields.cells["items"])


def _has_cancelled_line(fields: Reading, rows: Sequence[Row], inference: ColumnInference) -> bool:
    """Return whether the rows differ in their status because some of the lines were, or may be, cancelled or sent back."""
    if "status" not in fields.differing:
        return False
    words = inference.shop_settings.statuses
    texts = {cell.text for row in rows for cell in row.cells("status")}
    statuses = {words.get(fold_words(text)) or find_status(text) for text in texts}
    return None in statuses or not statuses.isdisjoint(GONE_BACK)


def _finish(values: Values) -> Values:
    """Return only what is sent; a size and a colour of their own make the variant's name."""
    sent = {path: value for path, value in values.items() if path not in _NOT_SENT}
    parts = [str(values[path]) for path in ("size", "color") if path in values]
    if parts:
        sent.setdefault("variantName", " / ".join(parts))
    return sent


_NOT_SENT = frozenset({"size", "color", "line total", "line discount", "item fulfillment"})
