"""What does an order cost? Discount, subtotal, total and currency; what the sheet says wins over arithmetic."""

import re
from decimal import Decimal
from typing import NamedTuple

from bikorders.orders.field_reader import Reader, Reading
from bikorders.reading.cells import Unreadable
from bikorders.reading.fields import Value, Values
from bikorders.reading.money import Share, parse_discount
from bikorders.reading.rows import Row
from bikorders.reading.vocabulary import GONE_BACK
from bikorders.sheet.workbook import Cell
from bikorders.text import LONGEST, remember

_CENT = Decimal("0.01")
_PERCENT = re.compile(r"%|pct|percent", re.IGNORECASE)
"""What heads a column of percentages."""


class TotalFit(NamedTuple):
    """Which parts an order's total holds: None where it has no such part, or the total is none of its sums.

    `shipping` heads the column of the charge; `sum` is what the total would be with all parts.
    """

    cell: Cell
    sum: Decimal
    has_shipping: bool | None
    has_discount: bool | None
    shipping: Cell | None


def fill_sums(
    reader: Reader, order: Reading, rows: list[Row], lines_total: Decimal | None
) -> TotalFit | None:
    """Put the sums that are certain into the order's values; `lines_total` is None if it is not certain.

    A missing subtotal is what the lines sum up to; a missing total is subtotal plus shipping less discount. A
    cell that can't be read blocks what would need it. Gives how a total comes about that has more parts than one.
    """
    values, unreadable = order.values, order.unreadable
    typed_subtotal, tax = values.get("subTotal"), values.pop("tax", None)
    if "subTotal" not in unreadable | values.keys() and lines_total is not None:
        values["subTotal"] = lines_total
    is_charged = "tax" in unreadable or has_charge(rows)
    has_tax = bool(tax) or is_charged
    _fill_discount(reader, order, rows)
    _refuse_repeated(reader, order, rows)
    total = _add_up(order)
    if "total" not in unreadable | values.keys():
        if total is not None and not has_tax and len(reader.currencies) < 2:
            values["total"] = total
    elif "total" in values and values["total"] == lines_total and total != lines_total and len(rows) == 1:
        _refuse_line_total(reader, order, rows[0], has_tax=has_tax, is_told=total is None)
    if is_charged or was_given_back(values) or _is_rate(order, tax):
        return None
    if len(reader.currencies) > 1 or {"shippingCharge", "discount"} & unreadable:
        return None
    return _compare(reader, order, rows[0], lines_total, typed_subtotal, tax or Decimal(0))


def was_given_back(values: Values) -> bool:
    """Say whether money may have gone back, so that a sum may be what is left of it."""
    return values.get("status") in GONE_BACK or values.get("paymentStatus") in _GIVEN_BACK


_GIVEN_BACK = frozenset({"refunded", "partially_refunded", "voided"})


def _is_rate(order: Reading, tax: Value | None) -> bool:
    """Say whether the column of the tax holds its rate: `GST %`, other than `GST (18%)`."""
    return tax is not None and bool(re.search(r"(?<!\d)%", order.header_of("tax").replace(" ", "")))


def _compare(
    reader: Reader, order: Reading, row: Row, lines: Decimal | None, subtotal: Value | None, tax: Value
) -> TotalFit | None:
    """Complain of a subtotal or total that the order's parts don't add up to; `row` is the order's first.

    A tax may be in the prices or come on top, and be parted into columns (CGST, SGST); a subtotal and the lines
    may be before or after the discount. Where the sheet has no column for shipping, the total may hold it.
    """
    values = order.values
    has_shipping = "shippingCharge" in row.sheet.columns.orders
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
    sheet = order.sheets[path]
    return sheet.tab.cell(sheet.columns.row, order.cells[path].column)


def _complain_of_sum(reader: Reader, order: Reading, path: str, sums: list[Decimal]) -> None:
    """Complain unless a sum is the value, or rounds to it."""
    value, cell = order.values[path], order.cells.get(path)
    assert isinstance(value, Decimal)
    if cell and not any(_is_sum(value, s) for s in sums):
        reader.complain("sum", cell, f"{sums[0].normalize():f}")


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
        for header in row.sheet.columns.ignored:
            if not _is_charge(header.text):
                continue
            cell = row.cell(header.column)
            if not cell.is_blank and cell.raw is not False and cell.text.strip("0."):
                return True
    return False


@remember
def _is_charge(header: str) -> bool:
    return bool(_CHARGE.search(header[:LONGEST].replace("_", " ")))


def _refuse_repeated(reader: Reader, order: Reading, rows: list[Row]) -> None:
    """Leave out a discount or charge that stands on several lines alike: it may be one, or one for each."""
    if not rows[0].sheet.columns.has_lines:
        return
    total = order.values.get("total")
    for path in ("discount", "shippingCharge"):
        cell = order.cells.get(path)
        if path not in order.values or cell is None or not order.values[path]:
            continue
        filled = [row for row in rows if not row.cell(cell.column).is_blank]
        if order.header_of(path).casefold().startswith("order"):
            continue
        if len(filled) > 1 and (total is None or (path == "shippingCharge" and _add_up(order) != total)):
            reader.refuse(order, path, "repeated-unclear", cell)


def _refuse_line_total(reader: Reader, order: Reading, row: Row, *, has_tax: bool, is_told: bool) -> None:
    """Leave out a `Total` that leaves shipping or discount out, where nothing tells it from a line's.

    Without a word where another problem is told already: a shipping or discount that can't be read.
    """
    cell = order.cells["total"]
    if cell.column in row.sheet.columns.line_totals and row.sheet.columns.has_lines and not has_tax:
        if is_told:
            del order.values["total"]
            order.unreadable.add("total")
        else:
            reader.refuse(order, "total", "total-unclear", cell)


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


def _fill_discount(reader: Reader, order: Reading, rows: list[Row]) -> None:
    """Read the discount, positive however it is typed: an amount, or a share of the subtotal.

    A bare number between 0 and 1 is a share only if the order's total agrees or all of its column are such.
    """
    if order.values.pop("discount", None) is None:
        return
    cell = order.cells["discount"]
    sheet = rows[0].sheet
    convention = reader.find_convention(sheet, cell)
    try:
        reading = parse_discount(cell.raw, reader.context.currency, convention)
    except Unreadable as refusal:
        reader.complain(refusal.code, cell, "discount")
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
            reader.note_currency(reading.currency, sheet, cell)
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
        elif not reader.context.has_only_fractions(sheet, cell.column):
            reader.complain("discount-unclear", cell)
            order.unreadable.add("discount")
            return
        share = amount
    if isinstance(subtotal, Decimal):
        order.values["discount"] = _take(subtotal, share)
    else:
        # Where no order has a subtotal, the column is to blame and not the cell.
        header = sheet.tab.cell(sheet.columns.row, cell.column)
        reader.complain("discount-share", cell if "subTotal" in sheet.columns.orders else header)
        order.unreadable.add("discount")


def _is_percentage(order: Reading, amount: Decimal) -> bool:
    """Say whether the order's total agrees only if a bare number is meant as a percentage."""
    subtotal, total = order.values.get("subTotal"), order.values.get("total")
    if not isinstance(subtotal, Decimal) or not isinstance(total, Decimal) or not 1 <= amount <= 100:
        return False
    return _add_up(order, amount) != total == _add_up(order, _take(subtotal, amount / 100))


def _take(subtotal: Decimal, share: Decimal) -> Decimal:
    return (subtotal * abs(share)).quantize(_CENT)


def fill_currency(reader: Reader, order: Reading, rows: list[Row]) -> None:
    """Settle the currency: its column, else the amounts' own or their headers', else the setting; two are none."""
    values = order.values
    named = set(reader.currencies)
    if "currency" in values:
        named.add(str(values["currency"]))
    if len(named) > 1:
        others = [cell for currency, cell in reader.currencies.items() if currency != values.get("currency")]
        reader.complain("currency-mixed", min(others, key=lambda cell: (cell.row, cell.column)))
        values.pop("currency", None)
    elif "currency" not in order.unreadable:
        headed = set(rows[0].sheet.columns.currencies.values())
        if named or len(headed) < 2:  # no amount says which of two headers counts
            values["currency"] = (named or headed or {reader.context.currency}).pop()
