"""Checks of a whole column: dates that are none, and totals that are made up otherwise than the others.

Only the other cells of such a column say what it holds, so that an order alone can't show it.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.field_reader import read_amount, read_fields
from bikorders.orders.snapshot import Snapshot
from bikorders.orders.totals import TotalFit, has_charge
from bikorders.reading.cells import is_placeholder
from bikorders.reading.dates import is_date
from bikorders.reading.header_spelling import fold_header
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row, Table, list_rows
from bikorders.sheet.workbook import Cell

_DATES = frozenset(
    "date orderdate dateoforder saledate orderedon orderedat placedon createdat created timestamp".split()
)
"""Folded headers of columns that say when an order was placed. Bik does not get them, but a mistake is reported."""


def find_odd_dates(snapshot: Snapshot) -> Iterator[Problem]:
    """Yield a problem for each cell of a date column that is no date, if at least two in three are dates."""
    for table in snapshot.layout.orders:
        for header in table.columns.ignored:
            if fold_header(header.text) in _DATES:
                yield from _check_dates(table, header.column)


def _check_dates(table: Table, column: int) -> Iterator[Problem]:
    cells = [row.cell(column) for row in list_rows(table) if row.id]
    cells = [cell for cell in cells if not cell.is_blank and not is_placeholder(cell.raw)]
    odd = [cell for cell in cells if not is_date(cell.raw)]
    if 3 * len(odd) <= len(cells):
        yield from (build_problem("order-date", cell) for cell in odd)


class _Line(NamedTuple):
    """The total that is typed for a line, and quantity times price."""

    row: Row
    cell: Cell
    typed: Decimal
    product: Decimal

    @property
    def is_right(self) -> bool:
        """Return whether the total is the product, or what the product rounds to."""
        return abs(self.typed - self.product) < 1


Places = Container[tuple[str, int]]
"""Rows, by their tab and number."""


def find_odd_totals(snapshot: Snapshot, rows: Places | None = None) -> Iterator[Problem]:
    """Yield a problem for each line whose total is not quantity times price, if most of its column are.

    With `rows` only these are looked at.
    """
    layout = snapshot.layout
    for table in layout.orders:
        for column in _list_total_columns(table, is_items=False):
            # Such a column may hold the totals of orders instead.
            may_be_orders = column in table.columns.line_totals
            lines = _list_lines(table, column, snapshot.context, rows)
            yield from _check_totals(lines, may_be_orders=may_be_orders)
    for table in layout.items:
        for column in _list_total_columns(table, is_items=True):
            lines = _list_lines(table, column, snapshot.context, rows)
            yield from _check_totals(lines, may_be_orders=False)


def _check_totals(found: Iterable[_Line], *, may_be_orders: bool) -> Iterator[Problem]:
    """Yield the problems of a column's totals if enough of the others are right.

    If the totals `may_be_orders`' own, the only line of an order says nothing: both totals are the same there.
    """
    lines = list(found)
    odd = [line for line in lines if not line.is_right]
    right = [line for line in lines if line.is_right]
    if may_be_orders:
        counts = Counter(line.row.id for line in lines)
        right = [line for line in right if counts[line.row.id] > 1 or not line.row.id]
    if len(right) >= (max(2, 2 * len(odd)) if may_be_orders else len(odd)):
        yield from (build_problem("line-total", line.cell, f"{line.product.normalize():f}") for line in odd)


def _list_total_columns(table: Table, *, is_items: bool) -> list[int]:
    """Return the columns that hold the lines' totals, or may."""
    columns = table.columns
    if len(columns.slots) != 1 or not {"price", "quantity"} <= columns.slots[0].keys():
        return []
    found = [columns.slots[0]["line total"].first] if "line total" in columns.slots[0] else []
    if "total" in columns.orders and (is_items or columns.has_lines):
        column = columns.orders["total"].first
        if column in columns.line_totals:
            found.append(column)
    return found


def _list_lines(table: Table, column: int, context: ColumnInference, rows: Places | None) -> Iterator[_Line]:
    """Yield the lines of which total, quantity and price can be read, without those with a tax or a discount."""
    slot = {path: table.columns.slots[0][path] for path in ("price", "quantity")}
    for row in list_rows(table):
        if rows is not None and (table.tab.title, row.number) not in rows:
            continue
        typed = read_amount(row, column, context)
        if typed is None or _has_more_than_a_price(row):
            continue
        line = read_fields([row], slot, context)
        price, quantity = line.get_amount("price"), line.get_amount("quantity")
        if price is not None and quantity is not None:
            yield _Line(row, row.cell(column), typed, price * quantity)


def _has_more_than_a_price(row: Row) -> bool:
    """Return whether a charge, tax or discount in the row may be part of its total."""
    slot = row.table.columns.slots[0]
    cells = [cell for path in ("tax", "discount", "shippingCharge") for cell in row.cells(path)]
    cells += row.cells("line discount", slot)
    return has_charge([row]) or any(cell.text.strip("0.") for cell in cells)


def settle_totals(
    odd: Iterable[TotalFit], fits: Mapping[tuple[str, int, str], int]
) -> tuple[list[Problem], set[Problem]]:
    """Return the problems that only a column of totals shows, and the orders' problems that it refutes.

    If hardly any total holds the shipping charge, that is reported once. If most have the discount taken off,
    a total without is a mistake. `odd` are the totals that leave out a part; `fits` counts by tab, column and
    part the totals that hold it.
    """
    columns: dict[tuple[str, int], list[TotalFit]] = {}
    for fit in odd:
        columns.setdefault((fit.cell.tab, fit.cell.column), []).append(fit)
    found: list[Problem] = []
    refuted: set[Problem] = set()
    for (tab, column), totals in columns.items():
        without_shipping = [fit for fit in totals if fit.has_shipping is False]
        if len(without_shipping) >= max(2, 4 * fits.get((tab, column, "shipping"), 0)):
            header = without_shipping[0].shipping
            found += [build_problem("shipping-left-out", header)] if header else []
            refuted |= {_build_sum_problem(fit) for fit in without_shipping}
        undiscounted = [fit for fit in totals if fit.has_discount is False]
        if undiscounted and fits.get((tab, column, "discount"), 0) >= max(2, 3 * len(undiscounted)):
            found += [_build_sum_problem(fit) for fit in undiscounted]
    return found, refuted


def _build_sum_problem(fit: TotalFit) -> Problem:
    return build_problem("sum", fit.cell, f"{fit.sum.normalize():f}")
