"""What does the sheet say about an order? Its rows and its items' rows become one `Order`.

Serving and checking both build orders here. Each step returns what it found, and here it is put together. A
cell that can't be read costs its field, and the sums that need it, and yields a problem.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bikorders.orders.amounts import AMOUNT_PATHS, settle_amounts
from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.conflicts import join_readings, require_one_customer
from bikorders.orders.currency import settle_currency
from bikorders.orders.customer import (
    NAME_PATHS,
    find_name,
    find_other_customer,
    list_named_rows,
    read_names,
    settle_name,
)
from bikorders.orders.extra_fields import read_extra
from bikorders.orders.field_reader import Reading, Settled, read_fields
from bikorders.orders.items import Items, read_items
from bikorders.orders.line_totals import drop_unclear_totals, list_order_columns
from bikorders.orders.order import Order
from bikorders.orders.second_thoughts import find_second_thought
from bikorders.orders.status import STATUS_PATHS, settle_states
from bikorders.orders.tracking import TRACKING_PATHS, TRACKING_URL, Link, settle_tracking
from bikorders.reading.columns import Columns
from bikorders.reading.fields import DRAFT_PATH, ORDER_ID, Values
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row, RowGroup, Table, list_other_paths
from bikorders.reading.vocabulary import find_country

_SETTLED = frozenset({*STATUS_PATHS, *AMOUNT_PATHS, *TRACKING_PATHS, *NAME_PATHS, "items"})
"""The fields that a step of its own settles; the others are sent as they were read."""


def build_order(
    groups: Sequence[RowGroup], items: Items, inference: ColumnInference, shipments: Sequence[Row] = ()
) -> Order:
    """Build the order of the groups of rows of one id; `items` are its items' rows, if they stand in other tabs.

    `shipments` are the rows in which couriers and payment providers report of it. Raises `OrderConflict` if the
    rows are about two customers.
    """
    rows = [row for group in groups for row in group.rows]
    named = list_named_rows(rows)
    is_told_once = len(named) == 1 and len(groups) == 1
    fields = _read_order(groups, inference, shipments, has_name=is_told_once)
    names, name_problems = (
        find_name(named[0], fields, inference.country) if is_told_once else read_names(named, inference)
    )
    if len(rows) > 1:
        country = _find_country(fields) or inference.country
        require_one_customer(find_other_customer(rows, names, fields, country), groups)
    name = settle_name(names)
    found = read_items(items, fields, rows, inference)
    states = settle_states(fields, found.fulfillments, inference.shop_settings)
    if (status := states.values.get("status")) and (cell := find_second_thought(fields, rows, str(status))):
        fields = fields.without("status", build_problem("column-conflict", cell, "status"))
        states = settle_states(fields, found.fulfillments, inference.shop_settings)
    amounts = settle_amounts(fields, rows, found, states.values, inference)
    currency = settle_currency(fields, amounts.currencies, rows, inference)
    tracking = settle_tracking(fields, inference.shop_settings.couriers)
    extra = _read_extra(rows)

    values = {path: value for path, value in fields.values.items() if path not in _SETTLED}
    values[ORDER_ID] = groups[0].id
    if "name" not in fields.unreadable:
        values.setdefault("name", groups[0].id)
    for found_values in (states.values, amounts.values, currency.values, name.values):
        values.update(found_values)
    if tracking.url:
        values[TRACKING_URL] = tracking.url
    values |= extra.values
    problems = (
        *fields.problems,
        *name_problems,
        *name.problems,
        *found.problems,
        *states.problems,
        *amounts.problems,
        *currency.problems,
        *([tracking.problem] if tracking.problem else ()),
        *extra.problems,
        *(problem for table in _list_tables(rows) for problem in _check_headers(table.columns)),
    )
    label = tracking.label
    link = Link(label, fields.tables[TRACKING_URL].tab.row(label.row)) if label else None
    return Order(values, tuple(found.lines), tuple(dict.fromkeys(problems)), link, amounts.fit)


def _read_order(
    groups: Sequence[RowGroup], inference: ColumnInference, shipments: Sequence[Row], *, has_name: bool
) -> Reading:
    """Read the fields of the order, from its rows and from what is reported of it in other tabs.

    The name is read with them only where it stands in one row.
    """
    left_out = frozenset() if has_name else NAME_PATHS
    readings = [_read_group(group, inference, left_out) for group in groups]
    if len(readings) > 1:  # what one table tells may say how the others are to be read
        country = next(filter(None, map(_find_country, readings)), "")
        is_placed = any(DRAFT_PATH in reading.values for reading in readings)
        if country or is_placed:
            readings = [
                _read_group(group, inference, left_out, country, is_placed=is_placed) for group in groups
            ]
    for row in shipments:
        columns = row.table.columns.orders.items()
        # What was paid on a day may have been a part.
        reported = {
            path: found
            for path, found in columns
            if path not in ("total", "advance", "balance", "paid on", *NAME_PATHS)
        }
        readings.append(read_fields([row], reported, inference))
    return join_readings(readings, inference.shop_settings)


def _read_group(
    group: RowGroup,
    inference: ColumnInference,
    left_out: AbstractSet[str],
    country: str = "",
    *,
    is_placed: bool = False,
) -> Reading:
    """Read the fields of the order in one table; `country` is that of its phone numbers."""
    columns = list_order_columns(group.rows[0].table, inference)
    if left_out:
        columns = {path: found for path, found in columns.items() if path not in left_out}
    fields = read_fields(group.rows, columns, inference, country, is_placed=is_placed)
    for path, column in group.rows[0].table.columns.open_amounts.items():
        if any(not row.cell(column).is_blank for row in group.rows):
            fields = fields.without(path)
    if row := group.doubtful:
        for path in list_other_paths(row, group.rows[0], columns):
            fields = fields.without(path)
    return drop_unclear_totals(fields, group.rows, inference)


def _find_country(fields: Reading) -> str:
    """Return the country that the order goes to; "" where none is told, or none that we know."""
    told = (fields.values.get(path, "") for path in ("address.country", "address.countryCode"))
    return next(filter(None, (find_country(str(text)) for text in told)), "")


def _list_tables(rows: Sequence[Row]) -> list[Table]:
    return [row.table for row in {id(row.table): row for row in rows}.values()]


def _read_extra(rows: Sequence[Row]) -> Settled:
    """Return the merchant's `bik:` columns, where the order's rows agree on them."""
    read = [read_extra(row) for row in rows]
    values: Values = {}
    for path in dict.fromkeys(path for table in _list_tables(rows) for path in table.columns.extra):
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
