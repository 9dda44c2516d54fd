"""What does an order cost? Discount, subtotal, total and currency; what the sheet says wins over arithmetic."""

import re
from decimal import Decimal
from typing import NamedTuple

from bikorders.orders.field_reader import Reader, Reading
from bikorders.reading.fields import Value, Values
from bikorders.reading.rows import Row
from bikorders.reading.vocabulary import GONE_BACK
from bikorders.sheet.workbook import Cell
from bikorders.text import LONGEST, remember

_CENT = Decimal("0.01")


class TotalFit(NamedTuple):
    """Which parts an order's total holds: None where it has no such part, or the total is none of its sums.

    `shipping` heads the column of the charge; `sum` is what the total would be with all parts.
    """

    cell: Cell
    sum: Decimal
    has_shipping: bool | None
    has_discount: bool | None
    shipping: Cell | None


def was_given_back(values: Values) -> bool:
    """Say whether money may have gone back, so that a sum may be what is left of it."""
    return values.get("status") in GONE_BACK or values.get("paymentStatus") in _GIVEN_BACK


_GIVEN_BACK = frozenset({"refunded", "partially_refunded", "voided"})


def _compare(
    reader: Reader, order: Reading, row: Row, lines: Decimal | None, subtotal: Value | None, tax: Value
) -> TotalFit | None:
    """Complain of a subtotal or total that the order's parts don't add up to; `row` is the order's first.

    A tax may be in the prices or come on top, and be parted into columns (CGST, SGST); a subtotal and the lines
    may be before or after the discount. Where the sheet has no column for shipping, the total may hold it.
    """
    values = order.values
    has_shipping = "shippingCharge" in row.table.columns.orders
    zero = Decimal(0)
    shipping, discount = (values.get(path, zero) for path in ("shippingCharge", "discount"))
    if not (isinstance(shipping, Decimal) and isinstance(discount, Decimal) and isinstance(tax, Decimal)):
        return None
    total = values.get("total")
    if (  # nearly always, and the short way to what follows
        isinstance(total, Decimal)
        and isinstance(subtotal, Decimal)
        and total == subtotal + shipping - discount
        and lines in (None, subtotal)
        and not tax
    ):
        if (not shipping and not discount) or "total" not in order.cells:
            return None
        header = _find_header(order, "shippingCharge")
        return TotalFit(order.cells["total"], total, shipping > 0 or None, discount > 0 or None, header)
    parts = range(1, len(row.cells("tax")) + 1) if tax else ()  # several count only if they are the same
    taxes = (zero, *(part * sign * tax for part in parts for sign in (1, -1)))
    discounts = (zero, discount) if discount else (zero,)
    if lines is not None and isinstance(subtotal, Decimal) and "subTotal" in values:
        sums = [lines - off + more for off in {*discounts, -discount} for more in taxes]
        _complain_of_sum(reader, order, "subTotal", sums)
    bases = [base for base in (subtotal, lines) if isinstance(base, Decimal)]
    if not isinstance(total, Decimal) or not bases or "total" not in order.cells:
        return None
    sums = [base + shipping - off + more for base in bases for off in reversed(discounts) for more in taxes]
    if has_shipping or total < min(sums):
        _complain_of_sum(reader, order, "total", sums)
    if not shipping and not discount:
        return None
    fits = [
        (charge > 0, off > 0)
        for base in bases
        for charge in {shipping, zero}
        for off in discounts
        for more in taxes
        if _is_sum(total, base + charge - off + more)
    ]
    return TotalFit(
        order.cells["total"],
        sums[0],
        any(charged for charged, _ in fits) if shipping > 0 and fits else None,
        any(taken for _, taken in fits) if discount > 0 and fits else None,
        _find_header(order, "shippingCharge"),
    )


def _find_header(order: Reading, path: str) -> Cell | None:
    if path not in order.cells:
        return None
    table = order.tables[path]
    return table.tab.cell(table.columns.row, order.cells[path].column)


def _complain_of_sum(reader: Reader, order: Reading, path: str, sums: list[Decimal]) -> None:
    """Complain unless a sum is the value, or rounds to it."""
    value, cell = order.values[path], order.cells.get(path)
    assert isinstance(value, Decimal)
    if cell and not any(_is_sum(value, s) for s in sums):
        reader.add_problem("sum", cell, f"{sums[0].normalize():f}")


def _is_sum(value: Decimal, made: Decimal) -> bool:
    """Say whether a value is a sum, or what the sum rounds to."""
    is_round = value == value.to_integral_value()
    return abs(value - made) <= _CENT or (is_round and abs(value - made) < 1)


_CHARGE = re.compile(  # words of columns that are not among the fields
    r"\b(?:charges?|fees?|tax|tip|round(?:ing)?|credit|coupon|surcharge|insurance|adjustments?|wallet|points"
    r"|refund(?:ed)?|cess|(?:(?:ut|[cis])?gst|vat)(?! (?:no|number|reg)\b))\b",
    re.IGNORECASE,
)


def has_charge(rows: list[Row]) -> bool:
    """Say whether a column that we don't know holds something that may belong to the total."""
    for row in rows:
        for header in row.table.columns.ignored:
            if not _is_charge(header.text):
                continue
            cell = row.cell(header.column)
            if not cell.is_blank and cell.raw is not False and cell.text.strip("0."):
                return True
    return False


@remember
def _is_charge(header: str) -> bool:
    return bool(_CHARGE.search(header[:LONGEST].replace("_", " ")))


def _add_up(order: Reading, discount: Decimal | None = None) -> Decimal | None:
    """Add up the total, with this discount or the order's own; None where a part can't be read."""
    if {"shippingCharge", "discount"} & order.unreadable:
        return None
    values, zero = order.values, Decimal(0)
    off = values.get("discount", zero) if discount is None else discount
    subtotal, shipping = values.get("subTotal"), values.get("shippingCharge", zero)
    if isinstance(subtotal, Decimal) and isinstance(shipping, Decimal) and isinstance(off, Decimal):
        return subtotal + shipping - off
    return None
