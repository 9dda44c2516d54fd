"""The items of an order in each place where they stand, and what the places say together.

The same items in a second place count once, and a part of them contradicts nothing. Places that differ in any
other way say nothing for certain.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.field_reader import Place, merge_currencies
from bikorders.orders.item_slots import read_slot
from bikorders.reading.fields import Value, Values
from bikorders.reading.packed_items import Line
from bikorders.reading.problems import Problem, build_problem, name_place
from bikorders.reading.rows import Row, is_fee
from bikorders.sheet.workbook import Cell, is_blank
from bikorders.text import fold_text


class ItemLine(NamedTuple):
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


@dataclass(frozen=True, slots=True)
class ItemList:
    """The items in one place. `found_count` counts those too that have no name; `cell` is the place's first.

    `is_beside` says that it stands in the order's own row. `repeated` is the problem of a row that stands twice
    and counts once; with `is_doubtful` it may count twice.
    """

    lines: Sequence[ItemLine]
    found_count: int
    cell: Cell
    problems: Sequence[Problem] = ()
    currencies: Mapping[str, Place] = field(default_factory=dict)
    has_fee: bool = False
    is_beside: bool = False
    repeated: Problem | None = None
    is_doubtful: bool = False

    @property
    def may_describe(self) -> bool:
        """Return whether it may be a description: it stands in the order's own row and counts no pieces."""
        return self.is_beside and not any("quantity" in line.values for line in self.lines)

    @property
    def total(self) -> Decimal | None:
        """What the lines cost; None if there are none, or one of them can't be read."""
        return _add_up(self.lines)


def read_list(
    rows: Sequence[Row],
    totals: AbstractSet[Decimal | None],
    inference: ColumnInference,
    *,
    is_unread: bool,
    is_beside: bool,
    is_placed: bool,
) -> ItemList:
    """Return the items that stand in the rows of one place; `totals` are the order's, as typed.

    `is_unread` says that a total can't be read, `is_beside` that they are the order's own rows, `is_placed` that Bik
    placed the order.
    """
    products = [row for row in rows if not is_fee(row)]
    found, problems, currencies = _read_lines(products, inference, is_placed=is_placed)
    named = [line for line in found if line.is_named]
    lines, repeated, is_doubtful = _count_once(named, totals, is_unread=is_unread)
    return ItemList(
        lines,
        len(found) - len(named) + len(lines),
        _find_cell(lines[0] if lines else ItemLine(rows[0], {})),
        [*problems, repeated] if repeated else problems,
        currencies,
        len(products) < len(rows),
        is_beside,
        repeated,
        is_doubtful,
    )


def _find_cell(line: ItemLine) -> Cell:
    """Return the cell that names a line's product, or the first one of its row."""
    slots = line.row.table.columns.slots
    cells = [cell for slot in slots for path in ("name", "productId") for cell in line.row.cells(path, slot)]
    return cells[0] if cells else line.row.cell(1)


def _read_lines(
    rows: Sequence[Row], inference: ColumnInference, *, is_placed: bool
) -> tuple[list[ItemLine], list[Problem], Mapping[str, Place]]:
    """Return what each slot of the rows holds, with the problems and the currencies of all of them."""
    lines: list[ItemLine] = []
    problems: list[Problem] = []
    currencies: Mapping[str, Place] = {}
    for row in rows:
        for slot in row.table.columns.slots:
            read = read_slot(row, slot, inference, is_placed=is_placed)
            lines += [ItemLine(row, values) for values in read.lines]
            problems += read.problems
            currencies = merge_currencies(currencies, read.currencies)
    return lines, problems, currencies


class _Once(NamedTuple):
    """The lines without those that repeat one above; the problem of such a row; and whether they may count after all."""

    lines: list[ItemLine]
    repeated: Problem | None = None
    is_doubtful: bool = False


def _count_once(lines: list[ItemLine], totals: AbstractSet[Decimal | None], *, is_unread: bool) -> _Once:
    """Count rows that are the same in every cell once, unless one of the `totals` says that they count twice.

    Rows that are the same but for what they say of the order count as the totals say. Where a total can't be read,
    and so says nothing, both are in doubt.
    """
    if len(lines) < 2 or len({line.product for line in lines}) == len(lines):
        return _Once(lines)  # nearly always
    rows = {line.row.number: line.row for line in lines}  # a row may have many lines, and many cells
    known: dict[tuple[object, ...], Row] = {}
    first = {number: known.setdefault(_list_of_line(row), row) for number, row in rows.items()}
    once = [line for line in lines if first[line.row.number].number == line.row.number]
    if len(once) == len(lines) or (_add_up(lines) in totals and _add_up(once) not in totals):
        return _Once(lines)
    again = [(row, first[number]) for number, row in rows.items() if first[number] is not row]
    row, other = again[-1]
    column = next(column for column, raw in enumerate(row.raws, start=1) if raw is not None)
    is_same = all(row.raws == other.raws for row, other in again)
    is_doubtful = (is_unread or not is_same) and _add_up(once) not in totals
    code = "row-unclear" if is_doubtful else "row-twice"
    return _Once(once, build_problem(code, row.cell(column), str(other.number)), is_doubtful)


def _list_of_line(row: Row) -> tuple[object, ...]:
    """Return what makes a row another line: its cells, but of those about its order only whether they are filled."""
    columns = row.table.columns
    of_order = {column for known in columns.orders.values() for group in known.groups for column in group}
    if columns.has_lines:
        of_order -= columns.line_totals
    return tuple(is_blank(raw) if column in of_order else raw for column, raw in enumerate(row.raws, start=1))


def _add_up(lines: Sequence[ItemLine]) -> Decimal | None:
    """Return what the lines cost; None if there are none, or one of them can't be read."""
    amounts = [amount for line in lines if (amount := line.amount) is not None]
    return sum(amounts, Decimal(0)) if amounts and len(amounts) == len(lines) else None


# What several places say together

_MOST_LINES = 100
"""How many items of a place are compared with those of another."""


def join_lists(
    lists: Sequence[ItemList], totals: AbstractSet[Decimal | None]
) -> tuple[ItemList | None, Problem | None]:
    """Return the items of an order that stand in several places; None and the problem where those differ.

    One place has all of them, and the others repeat some or all; or they are parts that add up to one of the
    `totals`. What stands in the order's own row may be no more than a description of them.
    """
    if len(lists) == 1:
        return lists[0], None
    whole = joined = max(lists, key=_rate)
    for other in lists:
        if other is whole or _is_summary(other, whole) or (other.may_describe and not whole.may_describe):
            continue
        lines = _match_lines(joined.lines, other.lines)
        if lines is None:
            union = _unite(lists, totals)
            place = name_place(whole.cell, other.cell)
            return union, None if union else build_problem("items-ambiguous", other.cell, "", place)
        silent = ("quantity-missing", "quantity-column")
        problems = [problem for problem in other.problems if problem.code not in silent]
        joined = replace(joined, lines=lines, problems=[*joined.problems, *problems])
    return joined, None


def _rate(found: ItemList) -> tuple[int, bool, int]:
    """Return how much a place says, so that the one that says most is taken for the whole list."""
    return len(found.lines), not found.may_describe, sum(len(line.values) for line in found.lines)


def shares_a_product(packed: Iterable[Line], lists: Iterable[ItemList]) -> bool:
    """Return whether one of the packed items is named as one of the lists names it."""
    names = {_fold(line.values.get("name")) for found in lists for line in found.lines}
    return any(_fold(line.name) in names for line in packed)


def _unite(lists: Sequence[ItemList], totals: AbstractSet[Decimal | None]) -> ItemList | None:
    """Return all places as parts of one list, if their sum and no place's own is a total of the order."""
    lines = [line for found in lists for line in found.lines]
    amount = _add_up(lines)
    if amount is None or amount not in totals or any(found.total in totals for found in lists):
        return None
    if len({line.product for line in lines}) < len(lines):
        return None
    count = sum(found.found_count for found in lists)
    problems = [problem for found in lists for problem in found.problems]
    return replace(lists[0], lines=lines, found_count=count, problems=problems)


def _is_summary(one: ItemList, whole: ItemList) -> bool:
    """Return whether a place sums up another in one line: it names all products, and counts all pieces."""
    if len(one.lines) != 1 or len(whole.lines) < 2:
        return False
    text = _fold(one.lines[0].values.get("name"))
    counts = [line.values.get("quantity") for line in whole.lines]
    count = sum((count for count in counts if isinstance(count, Decimal)), Decimal(0))
    names = [_fold(line.values.get("name")) for line in whole.lines]
    return one.lines[0].values.get("quantity") == count and all(name and name in text for name in names)


def _match_lines(lines: Sequence[ItemLine], part: Sequence[ItemLine]) -> list[ItemLine] | None:
    """Return the lines with what a part of them adds; None if that has a line that is none of them."""
    if len(part) > _MOST_LINES:
        return None
    joined = list(lines)
    free = dict.fromkeys(range(min(len(lines), _MOST_LINES)))
    for line in part:
        alike = [(score, -place) for place in free if (score := _compare(joined[place].values, line.values))]
        if not alike:
            return None
        place = -max(alike)[1]
        del free[place]
        joined[place] = joined[place]._replace(values={**line.values, **joined[place].values})
    return joined


_NAMES = ("productId", "variantId", "name", "variantName", "size", "color")
_AMOUNTS = ("quantity", "price", "line total")


def _compare(one: Values, other: Values) -> int:
    """Return how many fields two lines have in common; 0 if they are of two products, or differ in an amount."""
    both = one.keys() & other.keys()
    if any(one[path] != other[path] for path in both.intersection(_AMOUNTS)):
        return 0
    ids = [path for path in ("productId", "variantId") if path in both]
    if ids:
        alike = all(_fold(one[path]) == _fold(other[path]) for path in ids)
    elif names := both.intersection(_NAMES):
        alike = all(_fold(one[path]) == _fold(other[path]) for path in names)
    else:
        alike = "quantity" in both  # one place names it, the other has its number
    return len(both) if alike else 0


def _fold(value: Value | None) -> str:
    return fold_text(" ".join(str(value).split())) if value is not None else ""
