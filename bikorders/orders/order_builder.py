"""What does the sheet say about an order? Its rows and its items' rows become one `Order`.

Serving and checking both build orders here. Each step returns what it found, and here it is put together. A
cell that can't be read costs its field, and the sums that need it, and yields a problem.
"""

from collections.abc import Sequence

from bikorders.orders.amounts import AMOUNT_PATHS, settle_amounts
from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.conflicts import add_report, require_one_customer
from bikorders.orders.currency import settle_currency
from bikorders.orders.field_reader import Reading, Settled, read_extra, read_fields
from bikorders.orders.items import Items, read_items
from bikorders.orders.line_totals import drop_unclear_totals, list_order_columns
from bikorders.orders.order import Order
from bikorders.orders.status import STATUS_PATHS, settle_states
from bikorders.orders.tracking import TRACKING_PATHS, TRACKING_URL, Link, settle_tracking
from bikorders.reading.cells import split_name
from bikorders.reading.columns import Columns
from bikorders.reading.fields import ORDER_ID, Values
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row, RowGroup

_SETTLED = frozenset({*STATUS_PATHS, *AMOUNT_PATHS, *TRACKING_PATHS, "customer", "items"})
"""The fields that a step of its own settles; the others are sent as they were read."""


def build_order(
    group: RowGroup, items: Items, inference: ColumnInference, shipments: Sequence[Row] = ()
) -> Order:
    """Build the order of a group of rows; `items` are its items' rows, if they stand in another tab.

    `shipments` are the rows in which couriers and payment providers report of it. Raises `OrderConflict` if the
    group's rows are about two customers.
    """
    fields = _read_order(group, inference, shipments)
    found = read_items(items, fields, group.rows, inference)
    states = settle_states(fields, found.fulfillments, inference.shop_settings)
    amounts = settle_amounts(fields, group.rows, found, states.values, inference)
    currency = settle_currency(fields, amounts.currencies, group.rows[0], inference)
    tracking = settle_tracking(fields, inference.shop_settings.couriers)
    extra = _read_extra(group.rows)
    columns = group.rows[0].table.columns

    values = {path: value for path, value in fields.values.items() if path not in _SETTLED}
    values[ORDER_ID] = group.id
    if "name" not in fields.unreadable:
        values.setdefault("name", group.id)
    for found_values in (states.values, amounts.values, currency.values, _split_customer(fields)):
        values.update(found_values)
    if tracking.url:
        values[TRACKING_URL] = tracking.url
    values |= extra.values
    problems = (
        *fields.problems,
        *found.problems,
        *states.problems,
        *amounts.problems,
        *currency.problems,
        *([tracking.problem] if tracking.problem else ()),
        *extra.problems,
        *_check_headers(columns),
    )
    label = tracking.label
    link = Link(label, group.rows[0].table.tab.row(label.row)) if label else None
    return Order(values, tuple(found.lines), tuple(dict.fromkeys(problems)), link, amounts.fit)


def _read_order(group: RowGroup, inference: ColumnInference, shipments: Sequence[Row]) -> Reading:
    """Read the fields of the order, from its rows and from what is reported of it in other tabs."""
    fields = read_fields(group.rows, list_order_columns(group.rows[0].table, inference), inference)
    require_one_customer(fields, group)
    for path, column in group.rows[0].table.columns.open_amounts.items():
        if any(not row.cell(column).is_blank for row in group.rows):
            fields = fields.without(path)
    for row in shipments:
        columns = row.table.columns.orders.items()
        # What was paid on a day may have been a part.
        reported = {path: found for path, found in columns if path not in ("total", "paid on")}
        fields = add_report(fields, read_fields([row], reported, inference))
    return drop_unclear_totals(fields, group.rows, inference)


def _split_customer(fields: Reading) -> Values:
    """Return the parts of the customer's name, where it has no columns of its own."""
    paths = ("address.firstName", "address.lastName")
    customer = fields.values.get("customer")
    if not isinstance(customer, str) or not fields.values.keys().isdisjoint(paths):
        return {}
    return {path: part for path, part in zip(paths, split_name(customer), strict=True) if part}


def _read_extra(rows: Sequence[Row]) -> Settled:
    """Return the merchant's `bik:` columns, where the order's rows agree on them."""
    read = [read_extra(row) for row in rows]
    values: Values = {}
    for path in rows[0].table.columns.extra:
        told = [extra.values[path] for extra in read if path in extra.values]
        if told and all(value == told[0] and type(value) is type(told[0]) for value in told):
            values[path] = told[0]
    return Settled(values, [problem for extra in read for problem in extra.problems])


def _check_headers(columns: Columns) -> list[Problem]:
    """Return the problems with the headers above the order."""
    return [
        *(build_problem("path", header) for header in columns.refused),
        *columns.unclear,
    ]
