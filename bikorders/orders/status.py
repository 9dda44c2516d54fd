"""What state is an order in? Its status, payment and fulfilment, from words, ticks and dates."""

import re

from bikorders.orders.field_reader import Reader, Reading
from bikorders.reading.dates import is_date
from bikorders.reading.fields import Values
from bikorders.reading.vocabulary import (
    ENDED,
    GONE_BACK,
    find_fulfillment,
    find_implied_fulfillment,
    find_implied_payment,
    find_payment_status,
    find_status,
    fold_words,
    is_doubted,
    is_reference,
    is_tick,
)
from bikorders.text import LONGEST

_DATES = (("cancelled on", "CANCELLED"), ("delivered on", "DELIVERED"), ("shipped on", "SHIPPED"))


def fill_states(reader: Reader, order: Reading, items: list[Values], *, has_status_column: bool) -> None:
    """Put `status`, `paymentStatus` and `fulfillmentStatus` into the order's values, where they are certain."""
    values = order.values
    typed = {path: str(values.pop(path)) for path in (*_WORDS, *_HELPERS) if path in values}
    if not has_status_column and "shipping status" in typed:
        typed["status"] = typed["shipping status"]
        order.copy_place("status", order, "shipping status")
    _fill_status(reader, order, typed)
    _fill_payment(reader, order, typed)
    _fill_fulfillment(reader, order, typed, items)


_WORDS = ("status", "paymentStatus", "fulfillmentStatus")
_HELPERS = (
    "shipping status", "payment method", "payment reference", "paid on", "shipped on", "delivered on", "cancelled on",
)  # fmt: skip


def _fill_status(reader: Reader, order: Reading, typed: dict[str, str]) -> None:
    """Read the status word; a date of dispatch, delivery or cancelling counts where there is no word."""
    if "status" in order.unreadable:
        return
    text = typed.get("status", "")
    if not text:
        for path, dated in _DATES:
            if path in typed:
                order.values["status"] = dated
                return
        return
    cell = order.cells["status"]
    status: str | None = reader.context.shop_settings.statuses.get(fold_words(text)) or find_status(text)
    if status is None and _PAID.search(text) and find_payment_status(text) and "paymentStatus" not in typed:
        typed["paymentStatus"] = text  # `Paid` under `Status`: about the payment, and nothing else
        order.cells["paymentStatus"] = cell
        return
    if status is None:
        if not _is_word(text):
            reader.add_problem("status-word", cell)
            order.unreadable.add("status")
            return
        if fold_words(order.header_of("status")) == "state":
            return  # a state that is no status is one of the address
        reader.add_problem("status-unknown", cell)
        status = text
    order.values["status"] = status


_PAID = re.compile(r"paid|payment", re.IGNORECASE)


def _is_word(text: str) -> bool:
    return (
        not is_doubted(text)
        and any(letter.isalpha() for letter in text)
        and not is_tick(text)
        and not is_date(text)
    )


def _fill_payment(reader: Reader, order: Reading, typed: dict[str, str]) -> None:
    """Read the payment's word; else conclude it from a date of payment or the method, without doubt or not at all."""
    if "paymentStatus" in order.unreadable:
        return
    text, status = typed.get("paymentStatus", ""), str(order.values.get("status", ""))
    shop_payments = reader.context.shop_settings.payments
    if text:
        payment = shop_payments.get(fold_words(text)) or find_payment_status(text)
        if payment is None and is_date(text):
            payment = None if status in GONE_BACK else "paid"
        elif payment is None:
            payment = _conclude(text, typed, status)
            if payment is None and not find_implied_payment(text, has_reference=True):
                if not _is_word(text):
                    if "status" in fold_words(order.header_of("paymentStatus")) or not _AMOUNT.search(
                        text[:LONGEST]
                    ):
                        reader.add_problem("payment-word", order.cells["paymentStatus"])
                    return
                reader.add_problem("payment-unknown", order.cells["paymentStatus"])
                payment = text
    elif "paid on" in typed:
        payment = None if status in GONE_BACK else "paid"
    else:
        method = typed.get("payment method", "")
        payment = shop_payments.get(fold_words(method)) or _conclude(method, typed, status)
    if payment:
        order.values["paymentStatus"] = payment


_AMOUNT = re.compile(r"^[^\w-]*\d[\d,.]*\W*$")
"""What stands under `Paid` where the column holds how much was paid."""


def _conclude(method: str, typed: dict[str, str], status: str) -> str | None:
    """Conclude from the method; not once the order has ended otherwise than well, because money may have moved since.

    An order that waits may wait for its payment, so that a method paid in advance says nothing yet.
    """
    if not method:
        return None
    payment = find_implied_payment(method, is_reference(typed.get("payment reference", "")))
    if payment == "paid":
        return None if status in GONE_BACK or status in ("PENDING", "ON_HOLD") else payment
    return None if status in ENDED else payment


def _fill_fulfillment(reader: Reader, order: Reading, typed: dict[str, str], items: list[Values]) -> None:
    """Read the fulfilment's word; else take what all items say, else what follows from the status."""
    item_words = [find_fulfillment(str(item.pop("item fulfillment", ""))) for item in items]
    if "fulfillmentStatus" in order.unreadable:
        return
    text = typed.get("fulfillmentStatus", "")
    if text:
        fulfillment = "fulfilled" if is_date(text) else find_fulfillment(text)
        if fulfillment is None:
            reader.add_problem("fulfillment", order.cells["fulfillmentStatus"])
            order.unreadable.add("fulfillmentStatus")
            return
    elif item_words and None not in item_words:
        fulfillment = item_words[0] if len(set(item_words)) == 1 else None
    else:
        shipping = find_status(typed.get("shipping status", "")) or ""
        implied = {find_implied_fulfillment(s) for s in (shipping, str(order.values.get("status", "")))} - {
            None
        }
        fulfillment = implied.pop() if len(implied) == 1 else None
    if fulfillment:
        order.values["fulfillmentStatus"] = fulfillment
