"""What is taken off an order: an amount or a share."""

import re
from decimal import Decimal

from bikorders.orders.field_reader import Reader, Reading
from bikorders.orders.totals import _CENT, _add_up
from bikorders.reading.cells import Unreadable
from bikorders.reading.money import Share, parse_discount
from bikorders.reading.rows import Row

_PERCENT = re.compile(r"%|pct|percent", re.IGNORECASE)
"""What heads a column of percentages."""


def fill_discount(reader: Reader, order: Reading, rows: list[Row]) -> None:
    """Read the discount, positive however it is typed: an amount, or a share of the subtotal.

    A bare number between 0 and 1 is a share only if the order's total agrees or all of its column are such.
    """
    if order.values.pop("discount", None) is None:
        return
    cell = order.cells["discount"]
    table = rows[0].table
    convention = reader.find_convention(table, cell)
    try:
        reading = parse_discount(cell.raw, reader.context.currency, convention)
    except Unreadable as refusal:
        reader.add_problem(refusal.code, cell, "discount")
        order.unreadable.add("discount")
        return
    subtotal = order.values.get("subTotal")
    if isinstance(reading, Share):
        share = reading.fraction
    elif _PERCENT.search(order.header_of("discount")):
        share = abs(reading.amount) / 100
    else:
        amount = abs(reading.amount)
        if _is_percentage(order, amount) and not reading.currency:
            order.values["discount"] = _take(subtotal, amount / 100)  # type: ignore[arg-type]
            return
        if not (0 < amount < 1 and not reading.currency):
            reader.note_currency(reading.currency, table, cell)
            order.values["discount"] = amount
            return
        total = order.values.get("total")
        as_amount, as_share = _add_up(order, amount), None
        if isinstance(subtotal, Decimal):
            as_share = _add_up(order, _take(subtotal, amount))
        if isinstance(total, Decimal) and total in (as_amount, as_share) and as_amount != as_share:
            if total == as_amount:
                order.values["discount"] = amount
                return
        elif not reader.context.has_only_fractions(table, cell.column):
            reader.add_problem("discount-unclear", cell)
            order.unreadable.add("discount")
            return
        share = amount
    if isinstance(subtotal, Decimal):
        order.values["discount"] = _take(subtotal, share)
    else:
        # Where no order has a subtotal, the column is to blame and not the cell.
        header = table.tab.cell(table.columns.row, cell.column)
        reader.add_problem("discount-share", cell if "subTotal" in table.columns.orders else header)
        order.unreadable.add("discount")


def _is_percentage(order: Reading, amount: Decimal) -> bool:
    """Say whether the order's total agrees only if a bare number is meant as a percentage."""
    subtotal, total = order.values.get("subTotal"), order.values.get("total")
    if not isinstance(subtotal, Decimal) or not isinstance(total, Decimal) or not 1 <= amount <= 100:
        return False
    return _add_up(order, amount) != total == _add_up(order, _take(subtotal, amount / 100))


def _take(subtotal: Decimal, share: Decimal) -> Decimal:
    return (subtotal * abs(share)).quantize(_CENT)
