"""Which column is which field? A header row, understood by the table in `fields`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bikorders.reading.currencies import find_header_currency
from bikorders.reading.fields import ORDER_ID, SENT, Field
from bikorders.reading.headers import (
    BARE_NAME,
    ITEM_PATHS,
    ORDER_PATHS,
    PATHS,
    Role,
    find_meaning,
    fold_header,
)
from bikorders.sheet.workbook import Cell, Tab, text_of
from bikorders.text import fold_text

_LINE_TOTALS = frozenset(
    {"total", "totalamount", "totalprice", "amount", "value", "сума", "subtotal", "小計"}
)
"""Headers that mean the order's total or subtotal, or in a tab of lines the line's; the cells decide."""

_PLACES = frozenset({"address.city", "address.zip", "address.address1", "address.country"})
_STATES = frozenset({"shipping status", "fulfillmentStatus", "shipped on", "delivered on"})
"""Beside one of either a column headed `State` is a part of the address."""
HEADER_ROWS = 20
"""How far down a header row is looked for."""

_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,4}", re.ASCII)

ColumnMap = Mapping[str, tuple[Field, tuple[tuple[int, ...], ...]]]
"""Path -> its field and its columns, grouped by how sure their headers are, the surest first."""


@dataclass(frozen=True, eq=False)
class Columns:
    """A tab's header row, understood; columns count from 1.

    `orders` are the fields of an order, `slots` those of its items: one slot, or several side by side
    (`Product Item 1 Name`, `Product Item 2 Name`). `extra` are the merchant's own `bik:` columns by path,
    `refused` those of them that can't be sent, `ignored` the headers that mean nothing to us. `line_totals` may hold
    the lines' totals in place of the order's; `sureness` is that of each order field's best header,
    `unclear` the headers that may mean two things.
    """

    row: int
    orders: ColumnMap
    slots: tuple[ColumnMap, ...]
    extra: Mapping[str, int]
    currencies: Mapping[int, str]
    refused: tuple[Cell, ...]
    ignored: tuple[Cell, ...]
    line_totals: frozenset[int]
    sureness: Mapping[str, int]
    unclear: tuple[Cell, ...]

    @property
    def has_id(self) -> bool:
        return ORDER_ID in self.orders

    @property
    def id_sureness(self) -> int:
        """How sure the header of the id column is; 0 is the surest."""
        return self.sureness.get(ORDER_ID, 0)

    @property
    def order_count(self) -> int:
        """How many fields of an order, besides its id, the header names; a bare `Name` may be anything's."""
        bare = "customer" in self.orders and self.sureness["customer"] == BARE_NAME
        return len(self.orders.keys() - {ORDER_ID}) - bare

    @property
    def item_count(self) -> int:
        return max((len(slot) for slot in self.slots), default=0)

    @cached_property
    def has_lines(self) -> bool:
        """Say whether the tab's rows are lines of orders: what was bought, and how many or for how much."""
        return any(
            slot.keys() & {"name", "productId"} and slot.keys() & {"quantity", "price", "line total"}
            for slot in self.slots
        ) or any("name" in slot for slot in self.slots)


@dataclass(frozen=True)
class ShopHeader:
    """A column of the merchant's `Settings` tab: a header and the field it means."""

    header: str
    path: str
    role: Role


def map_columns(
    tab: Tab, row: int, role: Role, local: str = "INR", shop_headers: Iterable[ShopHeader] = ()
) -> Columns:
    """Read the header row `row`. In a tab of `role` item, a header means an item's field first."""
    shop_fields = {fold_text(column.header): column for column in shop_headers}
    headers = [(column, text_of(raw)) for column, raw in enumerate(tab.rows[row - 1], start=1)]
    folded = {fold_header(text) for _, text in headers}
    orders: dict[str, dict[int, list[int]]] = {}
    slots: dict[int, dict[str, dict[int, list[int]]]] = {}
    extra: dict[str, int] = {}
    taken, parents = set(_TAKEN[role]), set(_PARENTS[role])
    currencies: dict[int, str] = {}
    refused: list[Cell] = []
    ignored: list[Cell] = []
    line_totals: set[int] = set()
    beyond = False
    for column, header in headers:
        if not header:
            beyond = beyond or (bool(orders) and _is_blank_column(tab, row, column))
            continue
        named = shop_fields.get(fold_text(header))
        path = named.path if named else None
        if path is None and header[:4].casefold() == "bik:":
            path = header[4:].strip()
            if path not in SENT:
                if _can_send(path, taken, parents):
                    extra[path] = column
                    taken.add(path)
                    parents |= _list_parents(path)
                else:
                    refused.append(tab.cell(row, column))
                continue
        if named:  # the merchant's own word counts before all others
            meant: tuple[Role, Field, int, int] | None = named.role, PATHS[named.role][named.path], -1, 0
        else:
            meant = find_meaning(path or header, path is not None, role, folded)
        if meant is None:
            ignored.append(tab.cell(row, column))
            continue
        level, field, sureness, slot = meant
        if beyond and (field.path in orders or (level == "item" and not slots)):
            ignored.append(tab.cell(row, column))  # of a side table
            continue
        target = orders if level == "order" else slots.setdefault(slot, {})
        if beyond and not _is_filled(tab, row, column, orders):
            ignored.append(tab.cell(row, column))
            continue
        target.setdefault(field.path, {}).setdefault(sureness, []).append(column)
        if currency := find_header_currency(header, local):
            currencies[column] = currency
        if field.path in ("total", "subTotal") and fold_header(header) in _LINE_TOTALS:
            line_totals.add(column)
    _settle_state(orders)
    unclear = [tab.cell(row, column) for column in _drop_unclear(orders, slots)] if role == "order" else []
    return Columns(
        row,
        _freeze(orders, ORDER_PATHS),
        tuple(_freeze(slot, ITEM_PATHS) for _, slot in sorted(slots.items())),
        extra,
        currencies,
        tuple(refused),
        tuple(ignored),
        frozenset(line_totals),
        {path: min(groups) for path, groups in orders.items()},
        tuple(unclear),
    )


def _drop_unclear(
    orders: dict[str, dict[int, list[int]]], slots: dict[int, dict[str, dict[int, list[int]]]]
) -> list[int]:
    """Drop columns that may mean two things, and give them, where no column names the product.

    Beside a quantity or a price a bare `Name` may be the customer's or the product's, and without either a
    `Price` may be one piece's or the order's.
    """
    if not slots or any({"name", "productId"} & slot.keys() for slot in slots.values()):
        return []
    unclear = [
        column for slot in slots.values() for columns in slot.get("price", {}).values() for column in columns
    ]
    unclear += orders.get("customer", {}).pop(BARE_NAME, [])
    if "customer" in orders and not orders["customer"]:
        del orders["customer"]
    return unclear


def _is_filled(tab: Tab, header: int, column: int, orders: Mapping[str, Mapping[int, Sequence[int]]]) -> bool:
    """Say whether most rows of orders fill a column that stands apart, so that it is no summary."""
    ids = [columns[0] for _, columns in sorted(orders.get(ORDER_ID, {}).items())]
    numbers = range(header + 1, min(len(tab.rows), header + 200) + 1)
    rows = [number for number in numbers if ids and not tab.cell(number, ids[0]).is_blank]
    return 2 * sum(not tab.cell(number, column).is_blank for number in rows) >= len(rows)


def _is_blank_column(tab: Tab, header: int, column: int) -> bool:
    return all(
        tab.cell(number, column).is_blank for number in range(header, min(len(tab.rows), header + 50) + 1)
    )


def _settle_state(orders: dict[str, dict[int, list[int]]]) -> None:
    """Settle the word `State`: a part of the address, which is not sent, or else the order's status."""
    status = orders.get("status", {})
    if 2 in status and (len(status) > 1 or (_PLACES | _STATES) & orders.keys()):
        del status[2]
        if not status:
            del orders["status"]


def _freeze(found: dict[str, dict[int, list[int]]], fields: Mapping[str, Field]) -> ColumnMap:
    return {
        path: (field, tuple(tuple(columns) for _, columns in sorted(found[path].items())))
        for path, field in fields.items()
        if path in found
    }


def _can_send(path: str, taken: set[str], parents: set[str]) -> bool:
    """Say whether a path of the merchant's own is one, and neither holds nor lies in a field we send."""
    if not _PATH.fullmatch(path) or path == "items":
        return False
    return path not in taken and path not in parents and not taken & _list_parents(path)


def _list_parents(path: str) -> set[str]:
    """Give the objects that a path lies in.

    >>> sorted(_list_parents("a.b.c"))
    ['a', 'a.b']
    """
    parts = path.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts))}


_TAKEN: dict[Role, frozenset[str]] = {role: SENT & paths.keys() for role, paths in PATHS.items()}
_PARENTS: dict[Role, frozenset[str]] = {
    role: frozenset(parent for path in paths for parent in _list_parents(path))
    for role, paths in _TAKEN.items()
}
"""Paths that a column of the merchant's own may not have, and the objects they lie in."""
