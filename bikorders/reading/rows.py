"""Which rows belong together? A tab's rows under its header, grouped by order.

Blank spacer rows, total rows, footers and notes are no orders. In a tab of lines, and in an items tab, further
rows with the same id belong to the order, and so does a row with a blank id directly below it: that is how
merged cells read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby, islice
from typing import Literal

import msgspec

from bikorders.reading.columns import ColumnMap, Columns
from bikorders.reading.description_rows import find_first_row
from bikorders.reading.fields import ORDER_ID
from bikorders.reading.header_totals import heads_total
from bikorders.reading.order_ids import read_id_cell
from bikorders.reading.vocabulary import fold_words
from bikorders.sheet.workbook import Cell, Raw, Tab, is_blank, text_of
from bikorders.text import remember

_TOTALS = frozenset(
    "total, totals, grand total, sub total, subtotal, sum, summary, total orders, всего, итого, "
    "общо, toplam, gesamt, summe, total général, jumlah, 合計, รวม, ทั้งหมด, tổng, cộng, 小计, 總計, 소계, 총계, جمع, جمع کل, "
    "سה כ, סה״כ, totales, totais, totali".split(", ")
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
        """The first row below the header, and below the rows that explain the columns."""
        return find_first_row(self.tab, self.columns, self.end)

    @cached_property
    def _id_columns(self) -> Sequence[int]:
        """The columns with the order id: those under its surest headers."""
        return self.columns.orders[ORDER_ID].groups[0]

    def find_id(self, number: int) -> tuple[str, str]:
        """Return the order id in a row and what it folds to; twice "" where there is none that is certain."""
        if len(self._id_columns) == 1:
            raws, place = self.tab.rows[number - 1], self._id_columns[0] - 1
            return read_id_cell(raws[place] if place < len(raws) else None)
        found = [read_id_cell(cell.raw) for cell in Row(self, number).cells(ORDER_ID)]
        ids = {folded: text for text, folded in found[::-1] if folded}
        return ids.popitem()[::-1] if len(ids) == 1 else ("", "")

    def list_ids(self) -> list[tuple[str, str]]:
        """Return what `find_id` does for each row below the header."""
        if len(self._id_columns) > 1:
            return [self.find_id(number) for number in range(self.start, self.end)]
        return list(map(read_id_cell, self.list_raws(self._id_columns[0])))  # nearly always

    def list_raws(self, column: int) -> list[Raw]:
        """Return what stands in a column, for each row below the header."""
        rows, place = islice(self.tab.rows, self.start - 1, self.end - 1), column - 1
        return [raws[place] if place < len(raws) else None for raws in rows]


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
        return self.table.find_id(self.number)[0]

    @property
    def raws(self) -> tuple[Raw, ...]:
        """All values of the row, to compare it with another."""
        return self.table.tab.row(self.number)


class RowGroup(msgspec.Struct, frozen=True, gc=False):
    """The rows of one order in one tab; `doubtful` is one below them, without a number, that may belong to it."""

    id: str
    rows: Sequence[Row]
    doubtful: Row | None = None


TableKind = Literal["orders", "lines", "items"]

Groups = dict[str, tuple[RowGroup, ...]]
"""Groups of rows by folded id. Tuples of what the garbage collector does not know are soon unknown to it, too."""


def add_groups(groups: Groups, folded: str, more: Sequence[RowGroup]) -> None:
    """Put further groups of the same folded id behind those that are there."""
    groups[folded] = (*groups.get(folded, ()), *more)


def list_rows(table: Table) -> Iterator[Row]:
    """Yield the rows below the header."""
    return (Row(table, number) for number in range(table.start, table.end))


def group_rows(table: Table, kind: TableKind) -> Groups:
    """Return the groups of a table's rows.

    In a tab of lines or items a row without an id may belong to the order above it.
    """
    lines = kind != "orders"
    numbers: dict[str, int] = {}  # of the groups, by id
    folds: list[str] = []  # of their ids
    firsts: list[Row] = []
    taken: list[Row] = []
    group_of: list[int] = []  # of each row that is taken; thus nothing is made for each order but its tuples
    doubtful: dict[int, Row] = {}
    last: int | None = None
    for row, (order_id, folded) in zip(list_rows(table), table.list_ids(), strict=True):
        if order_id:
            is_note = _is_note_with_id(row, order_id, folded)
            last = None if is_note else numbers.setdefault(order_id, len(numbers))
        elif last is not None and not (continues := lines and _continues(row, firsts[last], kind)):
            if continues is None:
                doubtful[last] = row
            last = None
        if last is not None:
            if last == len(firsts):
                firsts.append(row)
                folds.append(folded)
            taken.append(row)
            group_of.append(last)
    ids = list(numbers)
    groups: Groups = {}
    in_order = sorted(range(len(taken)), key=group_of.__getitem__)
    for number, same in groupby(in_order, group_of.__getitem__):
        group = RowGroup(ids[number], tuple([taken[place] for place in same]), doubtful.get(number))
        add_groups(groups, folds[number], (group,))
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


def _continues(row: Row, first: Row, kind: str) -> bool | None:
    """Return whether a row without an id is a further line of the order above it, whose first row is `first`.

    It names a product and no other customer. What may be the line's own total says nothing about the order. Where the
    row says something else of the order than the first row says, it may also be an order that has no number: None.
    """
    orders, line_totals = row.table.columns.orders, row.table.columns.line_totals
    differing = list_other_paths(row, first, orders if kind == "lines" else orders.keys() & _CUSTOMER)
    others = [path for path in differing if not {cell.column for cell in row.cells(path)} <= line_totals]
    if not _CUSTOMER.isdisjoint(others) or not has_product(row) or _may_sum_up(row, first):
        return False
    return None if others else True


def _may_sum_up(row: Row, first: Row) -> bool:
    """Return whether a row may sum up all above: the last one, with a total of its own and no price."""
    totals = [cell for column in row.table.columns.line_totals if not (cell := row.cell(column)).is_blank]
    if all(cell.raw == first.cell(cell.column).raw for cell in totals):
        return False
    if any(row.cells("price", slot) for slot in row.table.columns.slots):
        return False
    below = range(row.number + 1, row.table.end)
    return all(is_blank(raw) for number in below for raw in row.table.tab.row(number))


_CUSTOMER = frozenset({"customer", "phoneNumber", "email", "address.firstName", "address.lastName"})
"""What says for certain that a row is about another order than the one above it."""


def list_other_paths(row: Row, first: Row, paths: Iterable[str]) -> list[str]:
    """Return for which fields of an order a row says something that another row of its table does not say."""
    return [
        path for path in paths if any(cell.raw != first.cell(cell.column).raw for cell in row.cells(path))
    ]


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
    return words in _TOTALS or bool(_TOTAL_OF.fullmatch(words)) or heads_total(words)


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
