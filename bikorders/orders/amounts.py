"""The amounts of an order and their currency."""

import re
from decimal import Decimal

from bikorders.orders.discount import fill_discount
from bikorders.orders.field_reader import Reader, Reading
from bikorders.orders.totals import TotalFit, _add_up, _compare, has_charge, was_given_back
from bikorders.reading.fields import Value
from bikorders.reading.rows import Row


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
    fill_discount(reader, order, rows)
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


def _is_rate(order: Reading, tax: Value | None) -> bool:
    """Say whether the column of the tax holds its rate: `GST %`, other than `GST (18%)`."""
    return tax is not None and bool(re.search(r"(?<!\d)%", order.header_of("tax").replace(" ", "")))


def _refuse_repeated(reader: Reader, order: Reading, rows: list[Row]) -> None:
    """Leave out a discount or charge that stands on several lines alike: it may be one, or one for each."""
    if not rows[0].table.columns.has_lines:
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
            reader.drop(order, path, "repeated-unclear", cell)


def _refuse_line_total(reader: Reader, order: Reading, row: Row, *, has_tax: bool, is_told: bool) -> None:
    """Leave out a `Total` that leaves shipping or discount out, where nothing tells it from a line's.

    Without a word where another problem is told already: a shipping or discount that can't be read.
    """
    cell = order.cells["total"]
    if cell.column in row.table.columns.line_totals and row.table.columns.has_lines and not has_tax:
        if is_told:
            del order.values["total"]
            order.unreadable.add("total")
        else:
            reader.drop(order, "total", "total-unclear", cell)


def fill_currency(reader: Reader, order: Reading, rows: list[Row]) -> None:
    """Settle the currency: its column, else the amounts' own or their headers', else the setting; two are none."""
    values = order.values
    named = set(reader.currencies)
    if "currency" in values:
        named.add(str(values["currency"]))
    if len(named) > 1:
        others = [cell for currency, cell in reader.currencies.items() if currency != values.get("currency")]
        reader.add_problem("currency-mixed", min(others, key=lambda cell: (cell.row, cell.column)))
        values.pop("currency", None)
    elif "currency" not in order.unreadable:
        headed = set(rows[0].table.columns.currencies.values())
        if named or len(headed) < 2:  # no amount says which of two headers counts
            values["currency"] = (named or headed or {reader.context.currency}).pop()
