"""What does the sheet say about an order? Its rows and its items' rows become one `Order`.

Serving and checking both build orders here. A cell that can't be read costs its field, and the sums that
need it, and yields a problem.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bikorders.errors import OrderConflict
from bikorders.orders.amounts import fill_currency, fill_sums
from bikorders.orders.field_reader import ColumnInference, Reader, Reading
from bikorders.orders.items import Items, read_items
from bikorders.orders.status import fill_states
from bikorders.orders.totals import TotalFit
from bikorders.orders.tracking import TRACKING_URL, Link, fill_tracking
from bikorders.reading.cells import Unreadable, parse_url, split_name
from bikorders.reading.columns import FieldColumns
from bikorders.reading.fields import ORDER_ID, Values
from bikorders.reading.problems import Problem
from bikorders.reading.rows import Row, RowGroup, Table
from bikorders.reading.vocabulary import GONE_BACK, find_status

CUSTOMER = frozenset({"phoneNumber", "email", "customer", "address.firstName", "address.lastName"})
"""Fields that say who the customer is: rows that differ in one of them are two orders."""


@dataclass(frozen=True)
class Order:
    """One order as the sheet tells it: values by contract path, and what could not be read.

    `link` is where a label stands that may have the tracking link behind it, `fit` how its total comes about.
    """

    values: Values
    items: tuple[Values, ...]
    problems: tuple[Problem, ...]
    link: Link | None = None
    fit: TotalFit | None = None

    @property
    def id(self) -> str:
        return str(self.values[ORDER_ID])

    @property
    def says(self) -> tuple[Values, tuple[Values, ...]]:
        """What a customer would be told, for comparing two rows."""
        return self.values, self.items

    def with_link(self, url: str) -> "Order":
        """Give the order with the link that was found behind its label."""
        try:
            link = parse_url(url)
        except Unreadable:
            return self
        solved = ("link", "tracking-courier", "courier-missing", "courier-column", "tracking-number")
        problems = tuple(problem for problem in self.problems if problem.code not in solved)
        return replace(self, values=self.values | {TRACKING_URL: link}, problems=problems, link=None)


def build_order(
    group: RowGroup, items: Items, context: ColumnInference, shipments: Sequence[Row] = ()
) -> Order:
    """Build the order of a group; `items` are its rows in an items tab, `shipments` those in another tab.

    Raises `OrderConflict` if the group's rows are about two customers.
    """
    reader = Reader(context)
    table = group.rows[0].table
    found = _leave_out_line_totals(group, context)
    order = reader.read(group.rows, found)
    if order.differing & CUSTOMER:
        raise build_conflict(group.id, [group], "keep one order in the rows")
    for row in shipments:
        # What was paid on a day may have been a part.
        told = {p: field for p, field in row.table.columns.orders.items() if p not in ("total", "paid on")}
        _add(reader, order, reader.read([row], told))
        found |= {path: field for path, field in told.items() if path not in found}
    values = order.values
    values[ORDER_ID] = group.id
    if "name" not in order.unreadable:
        values.setdefault("name", group.id)
    _refuse_unclear_total(reader, order, group)
    lines, lines_total = read_items(reader, order, group, items)
    if "status" in order.differing and any(
        find_status(cell.text) in GONE_BACK for row in group.rows for cell in row.cells("status")
    ):
        lines_total = None  # a line is cancelled
    fill_states(reader, order, lines, has_status_column="status" in found)
    fit = fill_sums(reader, order, group.rows, lines_total)
    fill_currency(reader, order, group.rows)
    _fill_address(order)
    label = fill_tracking(reader, order, has_courier_column="courier" in found)
    _fill_extra(reader, order, group.rows)
    for header in table.columns.refused:
        reader.add_problem("path", header)
    for header in table.columns.unclear:
        reader.add_problem("header-unclear", header)
    link = Link(label, table.tab.row(label.row)) if label else None
    return Order(values, tuple(lines), tuple(reader.problems), link, fit)


_PAID_IN_PARTS = frozenset({"payment method", "payment reference"})
"""Fields that differ where an order was paid in two parts; then they say nothing, and nothing is wrong."""


def _add(reader: Reader, order: Reading, more: Reading) -> None:
    """Add what another tab says of the order; where both say something, they must agree."""
    for path, value in more.values.items():
        if path in order.values and order.values[path] != value:
            if path in _PAID_IN_PARTS:
                del order.values[path]
                order.unreadable.add(path)
                continue
            reader.drop(order, path, "rows-differ", more.cells[path])
        elif path not in order.unreadable:
            order.values[path] = value
            order.copy_place(path, more, path)


def _leave_out_line_totals(group: RowGroup, context: ColumnInference) -> dict[str, FieldColumns]:
    """Give the order's fields, without a `Total` or `Subtotal` that holds the lines' own."""
    table = group.rows[0].table
    found = dict(table.columns.orders)
    found.pop("items tab", None)
    for path in ("total", "subTotal"):
        if path not in found:
            continue
        column = found[path].first
        if _may_be_the_lines(table, column) and context.is_line_total(table, column):
            del found[path]
    return found


def _may_be_the_lines(table: Table, column: int) -> bool:
    return table.columns.has_lines and column in table.columns.line_totals


def _refuse_unclear_total(reader: Reader, order: Reading, group: RowGroup) -> None:
    """Leave out a total that stands in several lines alike and that nothing tells from the lines' own."""
    table = group.rows[0].table
    for path in ("total", "subTotal"):
        cell = order.cells.get(path)
        if path not in order.values or cell is None or not _may_be_the_lines(table, cell.column):
            continue
        filled = [row for row in group.rows if not row.cell(cell.column).is_blank]
        if len(filled) > 1 and reader.context.is_line_total(table, cell.column) is None:
            reader.drop(order, path, "total-unclear", cell)


def _fill_address(order: Reading) -> None:
    """Split the customer's name, where it has no columns of its own."""
    values = order.values
    customer = values.pop("customer", None)
    if isinstance(customer, str) and not values.keys() & {"address.firstName", "address.lastName"}:
        for path, part in zip(("address.firstName", "address.lastName"), split_name(customer), strict=True):
            if part:
                values[path] = part


def _fill_extra(reader: Reader, order: Reading, rows: Sequence[Row]) -> None:
    """Send the merchant's own columns, where the order's rows agree on them."""
    extras = [reader.read_extra(row) for row in rows]
    for path in rows[0].table.columns.extra:
        told = [extra[path] for extra in extras if path in extra]
        if told and all(value == told[0] and type(value) is type(told[0]) for value in told):
            order.values[path] = told[0]


_MOST_ROWS = 20


def build_conflict(order_id: str, groups: Sequence[RowGroup], hint: str) -> OrderConflict:
    """Say that rows of one id disagree, and which they are."""
    rows = [f"{row.table.tab.title}!{row.number}" for group in groups for row in group.rows]
    places = ", ".join(rows[:_MOST_ROWS]) + (
        f" and {len(rows) - _MOST_ROWS} more" if rows[_MOST_ROWS:] else ""
    )
    return OrderConflict(f"order {order_id} stands in several rows that differ", f"{hint} {places}")
