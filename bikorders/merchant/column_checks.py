"""Which cells stand out in their column? Dates that are none, and totals that come about otherwise than the others.

Only the other cells of such a column say what it holds, so that an order built alone can't know.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from bikorders.orders.field_reader import ColumnInference, Reader
from bikorders.orders.snapshot import Snapshot
from bikorders.orders.totals import TotalFit, has_charge
from bikorders.reading.cells import is_placeholder
from bikorders.reading.dates import is_date
from bikorders.reading.headers import fold_header
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row, Table, list_rows
from bikorders.sheet.workbook import Cell

_DATES = frozenset(
    "date orderdate dateoforder saledate orderedon orderedat placedon createdat created timestamp".split()
)
"""Folded headers of columns that say when an order was placed. They are not sent; a mistake shows all the same."""


def find_odd_dates(snapshot: Snapshot) -> Iterator[Problem]:
    """Find what is no date where at least two in three are."""
    for table in snapshot.layout.orders:
        for header in table.columns.ignored:
            if fold_header(header.text) not in _DATES:
                continue
            cells = [row.cell(header.column) for row in list_rows(table) if row.id]
            cells = [cell for cell in cells if not cell.is_blank and not is_placeholder(cell.raw)]
            odd = [cell for cell in cells if not is_date(cell.raw)]
            if 3 * len(odd) <= len(cells):
                yield from (build_problem("order-date", cell) for cell in odd)


def find_odd_totals(snapshot: Snapshot) -> Iterator[Problem]:
    """Find totals of lines that are not quantity times price, where most of their column are."""
    items = {id(table) for table in snapshot.layout.items}
    for table in (*snapshot.layout.orders, *snapshot.layout.items):
        for column in _list_columns(table, is_items=id(table) in items):
            compared = list(_compare(table, column, snapshot.context))
            is_certain = id(table) in items or column not in table.columns.line_totals
            several = Counter(row.id for row, *_ in compared)
            right = [
                row
                for row, cell, typed, made in compared
                if abs(typed - made) < 1 and (is_certain or several[row.id] > 1 or not row.id)
            ]
            odd = [(cell, made) for _, cell, typed, made in compared if abs(typed - made) >= 1]
            if len(right) >= (len(odd) if is_certain else max(2, 2 * len(odd))):
                yield from (build_problem("line-total", cell, f"{made.normalize():f}") for cell, made in odd)


def _list_columns(table: Table, *, is_items: bool) -> list[int]:
    """List the columns that hold the lines' totals, or may."""
    columns = table.columns
    if len(columns.slots) != 1 or not {"price", "quantity"} <= columns.slots[0].keys():
        return []
    found = [columns.slots[0]["line total"].first] if "line total" in columns.slots[0] else []
    if "total" in columns.orders and (is_items or columns.has_lines):
        column = columns.orders["total"].first
        if column in columns.line_totals:
            found.append(column)
    return found


def _compare(
    table: Table, column: int, context: ColumnInference
) -> Iterator[tuple[Row, Cell, Decimal, Decimal]]:
    """Give each line's total beside what quantity and price make, but for lines with taxes or anything taken off."""
    slot = table.columns.slots[0]
    for row in list_rows(table):
        reader = Reader(context)
        typed = reader.try_money(row, column)
        if typed is None or _has_more_than_a_price(row):
            continue
        line = reader.read([row], slot).values
        price, quantity = line.get("price"), line.get("quantity")
        if isinstance(price, Decimal) and isinstance(quantity, Decimal):
            yield row, row.cell(column), typed, price * quantity


def _has_more_than_a_price(row: Row) -> bool:
    slot = row.table.columns.slots[0]
    cells = [cell for path in ("tax", "discount", "shippingCharge") for cell in row.cells(path)]
    cells += row.cells("line discount", slot)
    return has_charge([row]) or any(cell.text.strip("0.") for cell in cells)


def settle_totals(
    odd: Iterable[TotalFit], fits: Mapping[tuple[str, int, str], int]
) -> tuple[list[Problem], set[Problem]]:
    """Give the problems that show only beside other totals of a column, and those that are none beside them.

    Where hardly any total holds the shipping charge, that is said once; where most have the discount taken off,
    a total without is a mistake. `odd` leave out a part; `fits` counts those of each column that hold it.
    """
    columns: dict[tuple[str, int], list[TotalFit]] = {}
    for fit in odd:
        columns.setdefault((fit.cell.tab, fit.cell.column), []).append(fit)
    more: list[Problem] = []
    none: set[Problem] = set()
    for (tab, column), told in columns.items():
        without = [fit for fit in told if fit.has_shipping is False]
        if len(without) >= max(2, 4 * fits.get((tab, column, "shipping"), 0)):
            more += [build_problem("shipping-left-out", fit.shipping) for fit in without[:1] if fit.shipping]
            none |= {_complain(fit) for fit in without}
        full = [fit for fit in told if fit.has_discount is False]
        if full and fits.get((tab, column, "discount"), 0) >= max(2, 3 * len(full)):
            more += [_complain(fit) for fit in full]
    return more, none


def _complain(fit: TotalFit) -> Problem:
    return build_problem("sum", fit.cell, f"{fit.sum.normalize():f}")
