"""An order in sentences, as Bik would tell it to a customer; amounts and spans of time in words.

Only what is in the order's values is told, because that is what Bik gets. What is missing is named.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from bikorders.orders.order import Order
from bikorders.orders.tracking import TRACKING_URL
from bikorders.reading.currency_habits import get_english_signs
from bikorders.reading.fields import Value, Values


@dataclass(frozen=True)
class Told:
    """An order in words: sentences, a line for each item, amounts with their labels, and what is missing."""

    sentences: tuple[str, ...]
    items: tuple[str, ...]
    amounts: tuple[tuple[str, str], ...]
    tracking_url: str
    missing: tuple[str, ...]


_ADJECTIVES = frozenset(
    "PLACED PENDING CONFIRMED ON_HOLD PACKED READY_TO_SHIP UNSHIPPED PARTIALLY_SHIPPED SHIPPED DELIVERED "
    "COMPLETED CANCELLED RETURNED REFUNDED PARTIALLY_REFUNDED OUT_FOR_PICKUP PICKED_UP IN_TRANSIT "
    "OUT_FOR_DELIVERY UNDELIVERED RETURNED_BY_CUSTOMER LOST DESTROYED UNTRACEABLE".split()
)
"""Statuses that make a sentence with "is": the order is shipped."""

_PAYMENTS = {
    "paid": "It is paid.",
    "pending": "It is not paid yet.",
    "partially_paid": "It is paid in part.",
    "refunded": "The payment was given back.",
    "partially_refunded": "The payment was given back in part.",
    "voided": "The payment was called off.",
    "failed": "The payment failed.",
}

_AMOUNTS = (
    ("Subtotal", "subTotal"),
    ("Shipping", "shippingCharge"),
    ("Discount", "discount"),
    ("Total", "total"),
)


def tell_order(order: Order) -> Told:
    """Return an order in words."""
    values, currency = order.values, str(order.values.get("currency", ""))
    return Told(
        (*_tell_status(values), *_tell_payment(values)),
        tuple(_tell_item(item, currency) for item in order.items),
        tuple((label, tell_amount(values[path], currency)) for label, path in _AMOUNTS if path in values),
        str(values.get(TRACKING_URL, "")),
        tuple(_list_missing(order)),
    )


def tell_contents(order: Order) -> str:
    """Return what is in an order and what it costs, in one line."""
    items = ", ".join(map(_tell_product, order.items))
    total = tell_amount(order.values.get("total", ""), str(order.values.get("currency", "")))
    return "; ".join(filter(None, (items, total)))


def _tell_status(values: Values) -> list[str]:
    if "status" not in values:
        return []
    status = str(values["status"])
    words = status.replace("_", " ").lower()
    name = values["id"]
    return [
        f"Order {name} is {words}." if status in _ADJECTIVES else f"Order {name} has the status “{words}”."
    ]


def _tell_payment(values: Values) -> list[str]:
    if "paymentStatus" not in values:
        return []
    payment = str(values["paymentStatus"])
    return [_PAYMENTS.get(payment, f"Its payment is “{payment.replace('_', ' ')}”.")]


def _tell_item(item: Values, currency: str) -> str:
    text = _tell_product(item)
    return f"{text}: {tell_amount(item['price'], currency)} each" if "price" in item else text


def _tell_product(item: Values) -> str:
    text = str(item.get("name") or f"Product {item.get('productId', 'without a name')}")
    if "variantName" in item:
        text += f", {item['variantName']}"
    return f"{item['quantity']} × {text}" if "quantity" in item else text


def _list_missing(order: Order) -> list[str]:
    """Return what customers ask for and the order does not say."""
    values, items = order.values, order.items
    missing = [label for label, path in _WANTED if path not in values]
    if not items:
        missing.append("what was ordered")
    if any("quantity" not in item for item in items):
        missing.append("how many of each item")
    if any("price" not in item for item in items):
        missing.append("the price of each item")
    return missing


_WANTED = (
    ("how far it is", "status"),
    ("whether it is paid", "paymentStatus"),
    ("the total", "total"),
    ("a tracking link", TRACKING_URL),
)


def tell_amount(amount: Value, currency: str) -> str:
    """Return an amount with the sign of its currency, its digits in groups as people there write them.

    >>> tell_amount(Decimal("1499.5"), "INR"), tell_amount(Decimal("-150000.00"), "INR"), tell_amount(Decimal(5), "")
    ('₹1,499.50', '-₹1,50,000', '5')
    """
    if not isinstance(amount, Decimal):
        return f"{currency} {amount}".strip()
    exponent = amount.normalize().as_tuple().exponent
    decimals = max(2, -exponent) if isinstance(exponent, int) and exponent < 0 else 0
    digits = f"{abs(amount):,.{decimals}f}"
    if currency in _IN_LAKHS:
        whole, point, cents = digits.replace(",", "").partition(".")
        digits = re.sub(r"(?<=\d)(?=(\d\d)+\d$)", ",", whole) + point + cents
    return ("-" if amount < 0 else "") + _find_sign(currency) + digits


_IN_LAKHS = frozenset({"BDT", "INR", "NPR", "PKR"})
"""Currencies whose amounts are written 1,50,000."""


def _find_sign(currency: str) -> str:
    """Return what English writes before an amount; a code or letters with a blank.

    >>> _find_sign("USD"), _find_sign("AED"), _find_sign("")
    ('$', 'AED ', '')
    """
    if currency == "USD":
        return "$"
    sign = next((sign for sign, code in get_english_signs().items() if code == currency), currency)
    return f"{sign} " if sign[-1:].isalpha() else sign


def tell_span(seconds: float) -> str:
    """Return a span of time, in the one unit that fits.

    >>> tell_span(0.4), tell_span(59.6), tell_span(125), tell_span(7300), tell_span(200_000)
    ('1 s', '60 s', '2 min', '2 h', '2 days')
    """
    for limit, unit, size in ((100, "s", 1), (5400, "min", 60), (129_600, "h", 3600)):
        if seconds < limit:
            return f"{max(1, seconds / size):.0f} {unit}"
    return f"{seconds / 86_400:.0f} days"
