"""Which rows belong together? A tab's rows under its header, grouped by order.

Blank spacer rows, total rows, footers and notes are no orders. In a tab of lines, and in an items tab, further
rows with the same id belong to the order, and so does a row with a blank id directly below it: that is how
merged cells read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby
from typing import Literal

import msgspec

from bikorders.reading.columns import ColumnMap, Columns
from bikorders.reading.description_rows import is_description
from bikorders.reading.fields import ORDER_ID
from bikorders.reading.order_ids import clean_id, fold_cell_id
from bikorders.reading.vocabulary import fold_words
from bikorders.sheet.workbook import Cell, Raw, Tab, is_blank, text_of
from bikorders.text import remember

_TOTALS = frozenset(
    "total, totals, grand total, sub total, subtotal, sum, summary, total orders, всего, итого, "
    "общо, toplam, gesamt, summe, total général, jumlah, 合計".split(", ")
)
"""How the first cell of a row of totals reads."""


_new_cell = partial(tuple.__new__, Cell)
"""Makes a `Cell` of its four parts in half the time; no other step of reading is done as often."""


@dataclass(frozen=True)
class Table:
    """A tab, or a block of one, and what its header row says; `end` is the row below its last one."""

    tab: Tab
    columns: Columns
    end: int

    @cached_property
    def start(self) -> int:
        """The first row below the header, and below a row that explains the columns."""
        first = self.columns.row + 1
        rows = self.tab.rows
        filled = next((n for n in range(first, self.end) if not all(map(is_blank, rows[n - 1]))), None)
        is_explained = (
            filled is not None
            and ORDER_ID in self.columns.orders
            and is_description(self.tab, self.columns, filled)
        )
        return filled + 1 if filled is not None and is_explained else first


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row under its tab's header; `number` is 1-based.

    Rows and their groups are in no circle, and there are many: the garbage collector is not to walk over them.
    """

    table: Table
    number: int

    def cell(self, column: int) -> Cell:
        """Return the cell in a column, counted from 1."""
        return self.table.tab.cell(self.number, column)

    def cells(self, path: str, found: ColumnMap | None = None) -> list[Cell]:
        """Return the filled cells of a field: those under its surest headers."""
        known = (self.table.columns.orders if found is None else found).get(path)
        if known is None:
            return []
        groups = known.groups
        if len(groups) == len(groups[0]) == 1:  # nearly always
            tab, column = self.table.tab, groups[0][0]
            raws = tab.rows[self.number - 1]
            if column > len(raws) or is_blank(raw := raws[column - 1]):
                return []
            return [_new_cell((tab.title, self.number, column, raw))]
        for columns in known.used:
            cells = [cell for column in columns if not (cell := self.cell(column)).is_blank]
            if cells:
                return cells
        return []

    @property
    def id(self) -> str:
        """The order id in this row; "" where there is none, or none that is certain."""
        columns = self.table.columns.orders[ORDER_ID].groups[0]
        if len(columns) == 1:
            raws, column = self.table.tab.rows[self.number - 1], columns[0]
            if len(raws) < column or is_blank(raw := raws[column - 1]):
                return ""
            return text if fold_cell_id(text := clean_id(raw)) else ""
        cells = self.cells(ORDER_ID)
        ids = {folded: text for cell in cells[::-1] if (folded := fold_cell_id(text := clean_id(cell.raw)))}
        return ids.popitem()[1] if len(ids) == 1 else ""

    @property
    def raws(self) -> tuple[Raw, ...]:
        """All values of the row, to compare it with another."""
        return self.table.tab.row(self.number)


class RowGroup(msgspec.Struct, gc=False):
    """The rows of one order in one tab."""

    id: str
    rows: Sequence[Row]


Groups = dict[str, tuple[RowGroup, ...]]
"""Groups of rows by folded id. Tuples of what the garbage collector does not know are soon unknown to it, too."""


def add_groups(groups: Groups, folded: str, more: Sequence[RowGroup]) -> None:
    """Put further groups of the same folded id behind those that are there."""
    groups[folded] = (*groups.get(folded, ()), *more)


def list_rows(table: Table) -> Iterator[Row]:
    """Yield the rows below the header."""
    return (Row(table, number) for number in range(table.start, table.end))


def group_rows(table: Table, kind: Literal["orders", "lines", "items"]) -> Groups:
    """Return the groups of rows by folded order id.

    In a tab of lines or items a row without an id may belong to the order above it.
    """
    lines = kind != "orders"
    numbers: dict[str, int] = {}  # of the groups, by id
    firsts: list[Row] = []
    taken: list[Row] = []
    group_of: list[int] = []  # of each row that is taken; thus nothing is made for each order but its tuples
    last: int | None = None
    for row in list_rows(table):
        order_id = row.id
        if order_id:
            is_note = _is_note_with_id(row, order_id, fold_cell_id(order_id))
            last = None if is_note else numbers.setdefault(order_id, len(numbers))
        elif last is not None and not (lines and _continues(row, firsts[last], kind)):
            last = None
        if last is not None:
            if last == len(firsts):
                firsts.append(row)
            taken.append(row)
            group_of.append(last)
    ids = list(numbers)
    groups: Groups = {}
    in_order = sorted(range(len(taken)), key=group_of.__getitem__)
    for number, same in groupby(in_order, group_of.__getitem__):
        group = RowGroup(ids[number], tuple([taken[place] for place in same]))
        add_groups(groups, fold_cell_id(group.id), [group])
    return groups


def is_note(row: Row) -> bool:
    """Return whether a row without an id is a total, or a footer."""
    return any(_is_total(text) for raw in row.raws if (text := text_of(raw)))


def _is_note_with_id(row: Row, order_id: str, folded: str) -> bool:
    """Return whether a row is a total, a footer or a note, though its id column holds something."""
    if folded[-1].isalpha() and _is_total(order_id):
        return True
    return " " in order_id and not _has_more(row)


def _has_more(row: Row) -> bool:
    columns = row.table.columns
    if any(row.cells(path) for path in columns.orders if path != ORDER_ID):
        return True
    return any(row.cells(path, slot) for slot in columns.slots for path in slot)


def _continues(row: Row, first: Row, kind: str) -> bool:
    """Return whether a row without an id is a further line of the order above it, whose first row is `first`.

    It names a product, and says nothing about the order that the first row does not say. An amount that may be the
    line's own says nothing about the order where the first row names the customer and this one names none.
    """
    orders = row.table.columns.orders
    paths = orders if kind == "lines" else orders.keys() & _CUSTOMER
    filled = [cell for path in paths for cell in row.cells(path)]
    others = [cell for cell in filled if cell.raw != first.cell(cell.column).raw]
    if others and any(first.cells(path) for path in orders.keys() & _CUSTOMER):
        others = [cell for cell in others if cell.column not in row.table.columns.line_totals]
    return not others and has_product(row)


_CUSTOMER = frozenset({"customer", "phoneNumber", "email"})
"""What says in a list of items, too, that a row is about another order than the one above it."""


def has_product(row: Row) -> bool:
    """Return whether a row names a product; a row that sums up the others names none."""
    slots = row.table.columns.slots
    names = [cell.text for slot in slots for path in ("name", "productId") for cell in row.cells(path, slot)]
    first = next((text for raw in row.raws if (text := text_of(raw))), "")
    return bool(names) and not any(_is_total(text) for text in (first, names[0]))


def is_fee(row: Row) -> bool:
    """Return whether a row among the items is a charge or a discount and no product."""
    slots = row.table.columns.slots
    names = [cell.text for slot in slots for cell in row.cells("name", slot)]
    return bool(names) and _is_fee(names[0])


@remember
def _is_fee(name: str) -> bool:
    return bool(_FEE.fullmatch(fold_words(name)))


def _is_total(text: str) -> bool:
    words = fold_words(re.sub(r"\([^()]*\)\s*$", "", text))
    return words in _TOTALS or bool(_TOTAL_OF.fullmatch(words))


_FEE = re.compile(
    r"(?:less |add )?"
    r"(?:shipping|delivery|courier|freight|transport|packing|packaging|cod|handling|gift wrap(?:ping)?|postage|tax|gst|vat|discount|coupon)"
    r"(?: (?:charges?|fees?|costs?|amount|applied))?(?: \d{1,2})?"
)


_TOTAL_OF = re.compile(
    r"(?:grand |sub ?)?totals? (?:of )?(?:qty|quantity|items?|amount|pcs|pieces|price|orders?|value)"
)


def find_id_cell(row: Row) -> Cell:
    """Return the cell with a row's order id; it may be blank below the order's first row."""
    cells = row.cells(ORDER_ID)
    return cells[0] if cells else row.cell(row.table.columns.orders[ORDER_ID].first)
