"""What is taken off an order: an amount or a share."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.field_reader import Place, Reading, find_cell_convention, list_currencies
from bikorders.orders.totals import CENT, Sums
from bikorders.reading.cells import Unreadable
from bikorders.reading.money import Money, Share, parse_discount
from bikorders.reading.problems import Problem, build_problem
from bikorders.text import fold_heading

_PERCENT = re.compile("[%٪]|pct|percent")
"""What heads a column of percentages."""


class Discount(NamedTuple):
    """What is taken off, None if it is not certain; `currencies` are those that it is typed in, with its place."""

    amount: Decimal | None = None
    problem: Problem | None = None
    currencies: Mapping[str, Place] = {}


def read_discount(fields: Reading, sums: Sums, inference: ColumnInference) -> Discount:
    """Return the discount that was typed, positive however it is typed: an amount, or a share of the subtotal.

    A bare number between 0 and 1 is a share only if the order's total agrees or all of its column are such.
    `sums` are the order's others.
    """
    if "discount" not in fields.values:
        return Discount()
    cell, table = fields.cells["discount"], fields.tables["discount"]
    try:
        convention = find_cell_convention(cell, table, inference)
        discount = _interpret(
            parse_discount(cell.raw, inference.currency, convention), fields, sums, inference
        )
    except Unreadable as refusal:
        return Discount(None, build_problem(refusal.code, cell, "discount"))
    if not isinstance(discount, Share):
        currencies = dict.fromkeys(list_currencies(discount.currency, cell, table), Place(cell, table))
        return Discount(abs(discount.amount), None, currencies)
    subtotal = sums.get("subTotal")
    if subtotal is not None:
        return Discount(_take(subtotal, discount.fraction))
    # Where no order has a subtotal, the column is to blame and not the cell.
    where = cell if "subTotal" in table.columns.orders else fields.find_header("discount")
    return Discount(None, build_problem("discount-share", where))


def _interpret(
    typed: Money | Share, fields: Reading, sums: Sums, inference: ColumnInference
) -> Money | Share:
    """Return what was typed as the share or the amount that it means."""
    if isinstance(typed, Share):
        return typed
    number = abs(typed.amount)
    if _PERCENT.search(fold_heading(fields.find_header("discount").text)):
        return Share(number / 100)
    if typed.currency:
        return typed
    if _is_percentage(number, sums):
        return Share(number / 100)
    if 1 <= number <= 100 and not sums.unclear.isdisjoint(("subTotal", "total")):
        raise Unreadable("discount-unclear")  # what cannot be read might say that it is a percentage
    return Share(number) if 0 < number < 1 and _is_fraction(number, fields, sums, inference) else typed


def _is_percentage(number: Decimal, sums: Sums) -> bool:
    """Return whether the order's total agrees only if a bare number is meant as a percentage."""
    subtotal, total = sums.get("subTotal"), sums.get("total")
    if subtotal is None or total is None or not 1 <= number <= 100:
        return False
    return sums.add_up(number) != total == sums.add_up(_take(subtotal, number / 100))


def _is_fraction(number: Decimal, fields: Reading, sums: Sums, inference: ColumnInference) -> bool:
    """Return whether a number between 0 and 1 is a share. Raise `Unreadable` if nothing decides it."""
    subtotal, total = sums.get("subTotal"), sums.get("total")
    if subtotal is not None and total is not None:
        as_amount, as_share = sums.add_up(number), sums.add_up(_take(subtotal, number))
        if as_amount != as_share and total in (as_amount, as_share):
            return total == as_share
    if not inference.has_only_fractions(fields.tables["discount"], fields.cells["discount"].column):
        raise Unreadable("discount-unclear")
    return True


def _take(subtotal: Decimal, share: Decimal) -> Decimal:
    return (subtotal * share).quantize(CENT)
