"""The vocabularies: what people type for a status, a payment, a fulfilment.

Words are compared whole and folded (case, blanks, `_` and `-` don't matter), never as parts of other words:
UNDELIVERED, RTO DELIVERED and "Shipped - Delivered to Buyer" are three different things.
"""

import re

from bikorders.text import fold_text, remember
from bikorders.text import fold_words as fold_words  # noqa: PLC0414 - where others take it from

STATUSES = {
    # Hand-kept sheets, WooCommerce (pending, processing, on-hold, completed, cancelled, refunded, failed)
    "PLACED": "placed, order placed, new, new order, order booked, booked, order received",
    "PENDING": "pending, pending availability",
    "CONFIRMED": "confirmed, order confirmed, accepted",
    "PROCESSING": "processing, in process, in progress, preparing, in production, under process",
    "ON_HOLD": "on hold, hold, onhold",
    "PACKED": "packed, order packed",
    "READY_TO_SHIP": "ready to ship, ready to dispatch, ready for dispatch, ready for shipping",
    "UNSHIPPED": "unshipped, not shipped, not dispatched, not yet shipped, not yet dispatched, to be shipped, yet to ship",
    "PARTIALLY_SHIPPED": "partially shipped, partly shipped, partially dispatched",
    "SHIPPED": "shipped, dispatched, despatched, order shipped, order dispatched, sent",
    "DELIVERED": "delivered, order delivered, shipped delivered to buyer, successfully delivered",
    "COMPLETED": "completed, complete, order completed",
    "CANCELLED": (
        "cancelled, canceled, order cancelled, order canceled, cancelled by customer, canceled by customer, "
        "cancelled by buyer, cancelled by seller, cancelled by merchant"
    ),
    "CANCELLATION_REQUESTED": "cancel requested, cancellation requested, cancel request",
    "RETURNED": "returned, return delivered, return received, return completed, order returned, shipped returned to seller",
    "RETURN_REQUESTED": "return requested, return request, return pending, return initiated",
    "RETURN_CANCELLED": "return cancelled, return canceled",
    "REFUNDED": "refunded",
    "PARTIALLY_REFUNDED": "partially refunded",
    "FAILED": "failed",
    # Couriers: Shiprocket, Delhivery, Meesho, Amazon
    "PICKUP_SCHEDULED": "pickup scheduled, manifested, pickup generated, pickup queued",
    "OUT_FOR_PICKUP": "out for pickup",
    "PICKUP_EXCEPTION": "pickup exception, not picked, pickup failed, pickup error",
    "PICKED_UP": "picked up, pickedup",
    "IN_TRANSIT": (
        "in transit, intransit, in transit at destination hub, reached destination hub, reached at destination hub, "
        "on the way, in transit en route"
    ),
    "OUT_FOR_DELIVERY": "out for delivery, ofd",
    "UNDELIVERED": (
        "undelivered, not delivered, ndr, delivery failed, failed delivery, delivery attempt failed, "
        "undelivered 1st attempt, undelivered 2nd attempt, undelivered 3rd attempt"
    ),
    "RTO": "rto, returned to origin, return to origin",
    "RTO_INITIATED": "rto initiated",
    "RTO_IN_TRANSIT": "rto in transit, rto intransit, rto ndr, rto ofd, rto out for delivery, reached back at seller city",
    "RTO_DELIVERED": "rto delivered, rto acknowledged, rto complete, rto completed, rto received",
    "RETURNED_BY_CUSTOMER": "dto",
    "LOST": "lost",
    "DESTROYED": "destroyed, disposed off",
    "UNTRACEABLE": "untraceable",
}
"""Bik's word (upper case, as in its example) and what people type for it."""

_UNSHIPPED = frozenset(
    "PLACED PENDING CONFIRMED PROCESSING ON_HOLD PACKED READY_TO_SHIP UNSHIPPED PICKUP_SCHEDULED "
    "OUT_FOR_PICKUP PICKUP_EXCEPTION".split()
)
_SHIPPED = frozenset("SHIPPED PICKED_UP IN_TRANSIT OUT_FOR_DELIVERY DELIVERED".split())

GONE_BACK = frozenset(
    "CANCELLED CANCELLATION_REQUESTED RETURNED RETURN_REQUESTED REFUNDED PARTIALLY_REFUNDED "
    "FAILED RTO RTO_INITIATED RTO_IN_TRANSIT RTO_DELIVERED RETURNED_BY_CUSTOMER LOST DESTROYED "
    "UNTRACEABLE".split()
)
"""Statuses after which a payment may have been given back."""

_BAD = GONE_BACK | {"UNDELIVERED"}

ENDED = GONE_BACK | {"DELIVERED", "COMPLETED", "RETURN_CANCELLED"}
"""Statuses after which the payment method no longer says whether it was paid."""

PAYMENT_STATUSES = {
    "paid": "paid, fully paid, paid in full, payment received, payment done, payment completed, settled, received, "
    "completed, complete, done, success, successful, captured, prepaid paid",
    "pending": "pending, unpaid, not paid, due, to be paid, not yet paid, payment pending, payment due, awaiting payment, "
    "awaiting verification, awaiting, outstanding, overdue, upi submitted, not received",
    "partially_paid": "partially paid, partial, partial paid, part paid, partly paid, partial payment",
    "refunded": "refunded, refund done, refund completed",
    "partially_refunded": "partially refunded, partial refund",
    "voided": "voided, void",
    "failed": "failed, payment failed, declined",
}
"""Bik's word (lower case, as in its example) and what people type for it."""

_CASH_ON_DELIVERY = "cod, cash on delivery, cash on delivery cod, pay on delivery, cod order, наложен платеж"
_PREPAID = "prepaid, pre paid, prepaid order, gokwik prepaid"
_UPI = "upi, gpay, google pay, phonepe, phone pe, paytm, paytm upi, bhim, bhim upi, upi payment"

FULFILLMENTS = {
    "unfulfilled": "unfulfilled, not fulfilled, open, not sent",
    "partial": "partial, partially fulfilled, partially shipped, partly shipped, partially dispatched",
    "fulfilled": "fulfilled, done",
}
"""The three words that the contract knows, and what people type for them."""

_YES = frozenset("yes y true ✓ ✔ ✅ ☑".split())
_NO = frozenset("no n false ✗ ✘ ❌ ☐".split())


_COUNTRIES = {
    "IN": "india, bharat", "GB": "united kingdom, uk, great britain, england, scotland, wales",
    "US": "united states, united states of america, usa, us", "CA": "canada", "AU": "australia",
    "AE": "united arab emirates, uae", "SG": "singapore", "MY": "malaysia", "LK": "sri lanka", "NP": "nepal",
    "BD": "bangladesh", "PK": "pakistan", "DE": "germany, deutschland", "FR": "france", "ES": "spain, españa",
    "IT": "italy, italia", "NL": "netherlands, the netherlands", "BE": "belgium", "CH": "switzerland",
    "AT": "austria", "DK": "denmark", "SE": "sweden", "NO": "norway", "FI": "finland", "IE": "ireland",
    "PT": "portugal", "PL": "poland", "BG": "bulgaria, българия", "BR": "brazil, brasil", "MX": "mexico",
    "ID": "indonesia", "PH": "philippines", "TH": "thailand", "VN": "vietnam", "JP": "japan", "NZ": "new zealand",
    "ZA": "south africa", "NG": "nigeria", "KE": "kenya", "EG": "egypt", "SA": "saudi arabia", "QA": "qatar",
    "KW": "kuwait", "OM": "oman", "BH": "bahrain", "TR": "turkey, türkiye", "IL": "israel", "MN": "mongolia",
}  # fmt: skip
"""ISO 3166 code, and what people type for the country."""


@remember
def find_country(text: str) -> str:
    """Return the two-letter code of a country, "" if it is not known.

    >>> find_country("India"), find_country("uk"), find_country("CA"), find_country("Atlantis")
    ('IN', 'GB', 'CA', '')
    """
    word = fold_words(text)
    return _COUNTRY_OF.get(word) or (word.upper() if word.upper() in _COUNTRIES else "")


def _index(vocabulary: dict[str, str]) -> dict[str, str]:
    return {word: name for name, words in vocabulary.items() for word in words.split(", ")}


_COUNTRY_OF = _index(_COUNTRIES)
_STATUS_OF = _index(STATUSES)
_PAYMENT_OF = _index(PAYMENT_STATUSES)
_FULFILLMENT_OF = _index(FULFILLMENTS)
_METHOD_OF = _index({"cod": _CASH_ON_DELIVERY, "prepaid": _PREPAID, "upi": _UPI})


def is_doubted(text: str) -> bool:
    """Return whether a word has a question mark or a cross beside it, so that it is not certain.

    >>> is_doubted("Delivered?"), is_doubted("❌ Paid"), is_doubted("Paid")
    (True, True, False)
    """
    return bool(re.search("[?？؟❌✗✘✖🚫]", text)) and fold_text(text) not in _NO


def is_tick(text: str) -> bool:
    """Return whether the text is only a yes or a no."""
    return fold_text(text) in _YES | _NO


@remember
def find_status(text: str) -> str | None:
    """Return the status that `text` is a word for; a note in brackets and a sorting prefix don't matter.

    >>> find_status("Dispatched"), find_status("UNDELIVERED"), find_status("RTO_DELIVERED")
    ('SHIPPED', 'UNDELIVERED', 'RTO_DELIVERED')
    >>> find_status("Cancelled (duplicate)"), find_status("Z-Delivered"), find_status("wc-on-hold")
    ('CANCELLED', 'DELIVERED', 'ON_HOLD')
    >>> find_status("nearly shipped") is None, find_status("Delivered (returned)") is None, find_status("Shipped?") is None
    (True, True, True)
    """
    if is_doubted(text):
        found = _STATUS_OF.get(fold_words(text))
        return (
            found if found in _BAD and "?" not in text else None
        )  # `❌ Cancelled` is crossed out and means it
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text.strip())
    for bare in (text, spaced, re.sub(r"^(?:wc|[A-Z])-\s*", "", spaced)):
        if found := _STATUS_OF.get(fold_words(bare)):
            return found
    found = _STATUS_OF.get(fold_words(re.sub(r"\([^()]*\)\s*$", "", bare)))
    return found if found in _BAD else None  # a note can't undo what went wrong; any other status it may


@remember
def find_payment_status(text: str) -> str | None:
    """Return the payment status that `text` is a word or a tick for.

    >>> find_payment_status("Not paid"), find_payment_status("TRUE"), find_payment_status("maybe")
    ('pending', 'paid', None)
    """
    if is_tick(text):
        return "paid" if fold_text(text) in _YES else "pending"
    if is_doubted(text):
        return None
    return _PAYMENT_OF.get(fold_words(text))


def find_implied_payment(method: str, has_reference: bool) -> str | None:
    """Return the payment status that certainly follows from a method; UPI needs the payment's reference.

    >>> find_implied_payment("Cash on Delivery (COD)", False), find_implied_payment("UPI", True)
    ('pending', 'paid')
    >>> find_implied_payment("UPI", False) is None, find_implied_payment("razorpay", True) is None
    (True, True)
    """
    match None if is_doubted(method) else _METHOD_OF.get(fold_words(method)):
        case "cod":
            return "pending"
        case "prepaid":
            return "paid"
        case "upi" if has_reference:
            return "paid"
    return None


@remember
def find_fulfillment(text: str) -> str | None:
    """Return which of the contract's three words `text` means: a synonym, a tick, or a status.

    >>> find_fulfillment("Partially shipped"), find_fulfillment("✓"), find_fulfillment("Delivered")
    ('partial', 'fulfilled', 'fulfilled')
    >>> find_fulfillment("perhaps") is None
    True
    """
    if is_tick(text):
        return "fulfilled" if fold_text(text) in _YES else "unfulfilled"
    if is_doubted(text):
        return None
    return _FULFILLMENT_OF.get(fold_words(text)) or find_implied_fulfillment(find_status(text) or "")


def spell_status(text: str) -> str:
    """Return an unknown status, spelled like the known ones.

    >>> spell_status("Left warehouse")
    'LEFT_WAREHOUSE'
    """
    return fold_words(text).replace(" ", "_").upper()


def spell_payment_status(text: str) -> str:
    """Return an unknown payment status, spelled like the known ones."""
    return fold_words(text).replace(" ", "_")


def find_implied_fulfillment(status: str) -> str | None:
    """Return the fulfilment that certainly follows from a status.

    >>> find_implied_fulfillment("DELIVERED"), find_implied_fulfillment("PACKED")
    ('fulfilled', 'unfulfilled')
    >>> find_implied_fulfillment("CANCELLED") is None
    True
    """
    if status == "PARTIALLY_SHIPPED":
        return "partial"
    if status in _SHIPPED:
        return "fulfilled"
    return "unfulfilled" if status in _UNSHIPPED else None
