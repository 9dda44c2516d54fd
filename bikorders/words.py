"""The vocabularies: what people type for a status, a payment, a fulfilment, a currency.

Words are compared whole and folded (case, blanks, `_` and `-` don't matter), never as parts of other words.
"""

import re

from bikorders.workbook import fold_text

CURRENCIES = frozenset(
    [
        "AED",
        "AUD",
        "BDT",
        "BGN",
        "BHD",
        "BRL",
        "CAD",
        "CHF",
        "CNY",
        "CZK",
        "DKK",
        "EGP",
        "EUR",
        "GBP",
        "GHS",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "JPY",
        "KES",
        "KRW",
        "KWD",
        "LKR",
        "MAD",
        "MMK",
        "MNT",
        "MXN",
        "MYR",
        "NGN",
        "NOK",
        "NPR",
        "NZD",
        "OMR",
        "PEN",
        "PHP",
        "PKR",
        "PLN",
        "QAR",
        "RON",
        "RUB",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "TRY",
        "TWD",
        "UAH",
        "USD",
        "VND",
        "ZAR",
    ]
)
"""ISO 4217 codes of the countries where such shops are met."""

CURRENCY_SIGNS = {
    "₹": "INR",
    "rs.": "INR",
    "rs": "INR",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
}
"""Signs that mean one currency; `$` is another dollar where the setting says so."""

STATUSES = {
    "PLACED": "placed, order placed, new, new order, order booked, booked",
    "PENDING": "pending",
    "CONFIRMED": "confirmed, order confirmed",
    "PROCESSING": "processing, in process, in progress",
    "ON_HOLD": "on hold, hold",
    "PACKED": "packed",
    "READY_TO_SHIP": "ready to ship",
    "SHIPPED": "shipped, dispatched, despatched",
    "IN_TRANSIT": "in transit",
    "OUT_FOR_DELIVERY": "out for delivery, ofd",
    "DELIVERED": "delivered",
    "COMPLETED": "completed, complete",
    "CANCELLED": "cancelled, canceled",
    "RETURNED": "returned",
    "REFUNDED": "refunded",
}
"""Bik's word (upper case, as in its example) and what people type for it."""

_UNSHIPPED = frozenset(["PLACED", "PENDING", "CONFIRMED", "PROCESSING", "ON_HOLD", "PACKED", "READY_TO_SHIP"])
_SHIPPED = frozenset(["SHIPPED", "IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"])

PAYMENT_STATUSES = {
    "paid": "paid",
    "pending": "pending, unpaid, not paid, due",
    "partially_paid": "partially paid, partial, part paid",
    "refunded": "refunded",
    "partially_refunded": "partially refunded",
    "voided": "voided, void",
    "failed": "failed, payment failed",
}
"""Bik's word (lower case, as in its example) and what people type for it."""

FULFILLMENTS = {
    "unfulfilled": "unfulfilled, not fulfilled",
    "partial": "partial, partially fulfilled",
    "fulfilled": "fulfilled",
}
"""The three words that the contract knows, and what people type for them."""


def fold_words(text: str) -> str:
    """Reduce to words parted by single blanks.

    >>> fold_words(" Out-for_Delivery. ")
    'out for delivery'
    """
    return re.sub(r"[\W_]+", " ", fold_text(text)).strip()


def _index(vocabulary: dict[str, str]) -> dict[str, str]:
    return {word: name for name, words in vocabulary.items() for word in words.split(", ")}


_STATUS_OF = _index(STATUSES)
_PAYMENT_OF = _index(PAYMENT_STATUSES)
_FULFILLMENT_OF = _index(FULFILLMENTS)


def find_status(text: str) -> str | None:
    """Give the status that `text` is a word for.

    >>> find_status("Dispatched"), find_status("UNDELIVERED")
    ('SHIPPED', None)
    """
    return _STATUS_OF.get(fold_words(text))


def find_payment_status(text: str) -> str | None:
    """Give the payment status that `text` is a word for.

    >>> find_payment_status("Not paid"), find_payment_status("maybe")
    ('pending', None)
    """
    return _PAYMENT_OF.get(fold_words(text))


def find_fulfillment(text: str) -> str | None:
    """Give one of the contract's three words, if `text` means one."""
    return _FULFILLMENT_OF.get(fold_words(text))


def spell_status(text: str) -> str:
    """Spell an unknown status the way the known ones are.

    >>> spell_status("Left warehouse")
    'LEFT_WAREHOUSE'
    """
    return fold_words(text).replace(" ", "_").upper()


def spell_payment_status(text: str) -> str:
    """Spell an unknown payment status the way the known ones are."""
    return fold_words(text).replace(" ", "_")


def find_implied_fulfillment(status: str) -> str | None:
    """Give the fulfilment that follows from a status without doubt.

    >>> find_implied_fulfillment("DELIVERED"), find_implied_fulfillment("PACKED")
    ('fulfilled', 'unfulfilled')
    >>> find_implied_fulfillment("CANCELLED") is None
    True
    """
    if status in _SHIPPED:
        return "fulfilled"
    return "unfulfilled" if status in _UNSHIPPED else None
