"""Which column is which field? A header row's columns, grouped by the fields that their headers mean."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import NamedTuple

from bikorders.reading.column_choice import Choice, choose_columns, propose_columns
from bikorders.reading.columns_together import Column
from bikorders.reading.currencies import find_header_currency
from bikorders.reading.extra_columns import list_extra
from bikorders.reading.fields import ORDER_ID, Field
from bikorders.reading.group_headings import read_headers
from bikorders.reading.header_index import ITEM_PATHS, ORDER_PATHS, Role
from bikorders.reading.header_totals import may_be_line_total
from bikorders.reading.headers import BARE_NAME, Header, HeaderWords
from bikorders.reading.problems import Problem
from bikorders.sheet.workbook import Cell, Tab


class FieldColumns(NamedTuple):
    """The columns of one field, grouped by how sure their headers are, the surest group first.

    `sureness` is that of the first group; 0 is the surest.
    """

    field: Field
    groups: tuple[tuple[int, ...], ...]
    sureness: int

    @property
    def surest(self) -> tuple[int, ...]:
        """The columns with the surest header, from left to right."""
        return self.groups[0]

    @property
    def first(self) -> int:
        """The leftmost column with the surest header."""
        return self.groups[0][0]

    @property
    def used(self) -> tuple[tuple[int, ...], ...]:
        """The groups that are read: the surest, and the others where a blank cell passes on to the next."""
        return self.groups if self.field.falls_back else self.groups[:1]


ColumnMap = Mapping[str, FieldColumns]
"""The columns of each field, by its path."""


@dataclass(frozen=True, eq=False)
class Columns:
    """A tab's header row, understood; columns count from 1.

    `orders` are the fields of an order, `slots` those of its items: one slot, or several side by side
    (`Product Item 1 Name`, `Product Item 2 Name`). `extra` are the shop's own `bik:` columns by path, `refused`
    those of them that can't be sent, `ignored` the headers that mean nothing to us. `line_totals` may hold the
    lines' totals in place of the order's; `unclear` are the problems of the headers that may mean two things,
    and `open_amounts` the columns that may be an amount of the order, by path.
    """

    row: int
    orders: ColumnMap
    slots: tuple[ColumnMap, ...]
    extra: Mapping[str, int]
    currencies: Mapping[int, str]
    refused: tuple[Cell, ...]
    ignored: tuple[Cell, ...]
    line_totals: frozenset[int]
    unclear: tuple[Problem, ...]
    open_amounts: Mapping[str, int]

    def mean_as(self, other: "Columns") -> bool:
        """Return whether each column means what it means in the `other`."""
        return all(getattr(self, each.name) == getattr(other, each.name) for each in fields(self))

    @property
    def has_id(self) -> bool:
        """Return whether a column holds the orders' ids."""
        return ORDER_ID in self.orders

    @property
    def id_sureness(self) -> int:
        """How sure the header of the id column is; 0 is the surest."""
        return self.orders[ORDER_ID].sureness if self.has_id else 0

    @property
    def order_count(self) -> int:
        """How many fields of an order, besides its id, the header names; a bare `Name` does not count."""
        bare = "customer" in self.orders and self.orders["customer"].sureness == BARE_NAME
        return len(self.orders.keys() - {ORDER_ID}) - bare

    @property
    def item_count(self) -> int:
        """How many fields of an item the header names, in the slot that has most."""
        return max((len(slot) for slot in self.slots), default=0)

    @cached_property
    def has_lines(self) -> bool:
        """Return whether the tab's rows are lines of orders: they name what was bought."""
        return any(
            slot.keys() & {"name", "productId"} and slot.keys() & {"quantity", "price", "line total"}
            for slot in self.slots
        ) or any("name" in slot for slot in self.slots)


_ANY_SHOP = HeaderWords()


def map_columns(tab: Tab, row: int, role: Role, words: HeaderWords = _ANY_SHOP) -> Columns:
    """Return what the columns under the header row `row` are, as the headers propose and the cells decide.

    In a tab of `role` item a header means an item's field first.
    """
    headers = read_headers(tab, row, role, words)
    return _map(
        tab, row, role, headers, choose_columns(tab, row, headers, role, words.own_words), words.currency
    )


def propose_header(tab: Tab, row: int, role: Role, words: HeaderWords) -> Columns:
    """Return what the columns would be if each header meant the likeliest of its meanings, whatever the cells say."""
    headers = read_headers(tab, row, role, words)
    return _map(tab, row, role, headers, propose_columns(headers), words.currency)


def _map(tab: Tab, row: int, role: Role, headers: Sequence[Header], choice: Choice, currency: str) -> Columns:
    named = choice.columns
    aside = _find_side_table(tab, row, named)
    named = [column for column in named if column.number not in aside]
    extra, refused = list_extra(headers, role)

    def list_cells(numbers: Iterable[int]) -> tuple[Cell, ...]:
        return tuple(tab.cell(row, number) for number in sorted(numbers))

    return Columns(
        row,
        _group([column for column in named if column.is_orders], ORDER_PATHS),
        _group_slots([column for column in named if not column.is_orders]),
        extra,
        _find_currencies(named, currency),
        refused=list_cells(refused),
        ignored=list_cells({*aside, *choice.ignored, *(h.column for h in headers if h.means_nothing)}),
        line_totals=frozenset(column.number for column in named if may_be_line_total(column.header)),
        unclear=tuple(choice.unclear),
        open_amounts=choice.open_amounts,
    )


def _group(columns: Iterable[Column], paths: Mapping[str, Field]) -> ColumnMap:
    """Group columns by field and sureness; the fields stand in the order of their table."""
    found: dict[str, dict[int, list[int]]] = {}
    for column in columns:
        found.setdefault(column.path, {}).setdefault(column.meaning.sureness, []).append(column.number)
    grouped = {}
    for path, field in paths.items():
        if path in found:
            groups = sorted(found[path].items())
            grouped[path] = FieldColumns(field, tuple(tuple(numbers) for _, numbers in groups), groups[0][0])
    return grouped


def _group_slots(items: Sequence[Column]) -> tuple[ColumnMap, ...]:
    slots = sorted({column.meaning.slot for column in items})
    return tuple(_group([c for c in items if c.meaning.slot == slot], ITEM_PATHS) for slot in slots)


def _find_currencies(columns: Iterable[Column], local: str) -> dict[int, str]:
    """Return the currencies that headers name, by column."""
    found = {column.number: find_header_currency(column.header, local) for column in columns}
    return {number: currency for number, currency in found.items() if currency}


# A table beside the orders


def _find_side_table(tab: Tab, row: int, columns: Sequence[Column]) -> set[int]:
    """Return the columns of another table that stands right of a blank column, such as a summary.

    A column there still belongs to the orders if it is a field that they lack and most of them fill it.
    """
    gap = _find_gap(tab, row, columns)
    main = [column for column in columns if column.number < gap]
    paths = {column.path for column in main if column.is_orders}
    has_items = any(not column.is_orders for column in main)
    ids = [column for column in main if column.is_orders and column.path == ORDER_ID]
    id_column = min(ids, key=lambda column: column.meaning.sureness).number if ids else None
    aside: set[int] = set()
    for column in columns[len(main) :]:
        is_new = column.path not in paths and (column.is_orders or has_items)
        if not is_new or not _is_filled(tab, row, column.number, id_column):
            aside.add(column.number)
        elif column.is_orders:
            paths.add(column.path)
            id_column = column.number if column.path == ORDER_ID else id_column
    return aside


def _find_gap(tab: Tab, row: int, columns: Sequence[Column]) -> int:
    """Return the first blank column right of a field of an order; beyond the last column if there is none."""
    width = len(tab.rows[row - 1])
    start = next((column.number for column in columns if column.is_orders), width)
    blank = (number for number in range(start + 1, width + 1) if _is_blank_column(tab, row, number))
    return next(blank, width + 1)


def _is_blank_column(tab: Tab, header: int, column: int) -> bool:
    last = min(len(tab.rows), header + 50)
    return all(tab.cell(number, column).is_blank for number in range(header, last + 1))


def _is_filled(tab: Tab, header: int, column: int, id_column: int | None) -> bool:
    """Return whether most rows of orders fill a column that stands apart, so that it is no summary."""
    if id_column is None:
        return True
    numbers = range(header + 1, min(len(tab.rows), header + 200) + 1)
    rows = [number for number in numbers if not tab.cell(number, id_column).is_blank]
    return 2 * sum(not tab.cell(number, column).is_blank for number in rows) >= len(rows)
