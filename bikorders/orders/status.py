"""What state is an order in? Its status, payment and fulfilment, from words, ticks and dates."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bikorders.orders.field_reader import Reading, Settled
from bikorders.orders.instalments import conclude_payment, contradicts
from bikorders.reading.dates import is_date
from bikorders.reading.evidence import DONE
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Table
from bikorders.reading.shop_settings import ShopSettings
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
    names_payment,
)
from bikorders.sheet.workbook import Cell
from bikorders.text import LONGEST

STATUS_PATHS = (
    "status", "paymentStatus", "fulfillmentStatus", "shipping status", "payment method", "payment reference",
    "cod", "paid on", "packed on", "shipped on", "delivered on", "cancelled on", *DONE,
)  # fmt: skip
"""The fields that an order's states are concluded from."""

_DATES = (
    ("cancelled on", "CANCELLED"), ("cancelled", "CANCELLED"), ("sent back", "RTO"), ("returned", "RETURNED"),
    ("delivered on", "DELIVERED"), ("delivered", "DELIVERED"), ("shipped on", "SHIPPED"),
    ("fulfillmentStatus", "SHIPPED"), ("packed on", "PACKED"), ("packed", "PACKED"),
)  # fmt: skip
"""What a date or a tick says of an order, what came last first."""


class _Word(NamedTuple):
    """What is typed for one of the fields, and where."""

    text: str
    cell: Cell
    table: Table

    @property
    def header(self) -> str:
        """What heads the column, folded."""
        return fold_words(self.table.tab.cell(self.table.columns.row, self.cell.column).text)


class _State(NamedTuple):
    """One state, None where nothing certain is said of it, and the problem with its word."""

    value: str | None = None
    problem: Problem | None = None


def settle_states(fields: Reading, item_fulfillments: Sequence[str], shop: ShopSettings) -> Settled:
    """Return `status`, `paymentStatus` and `fulfillmentStatus`, where they are certain.

    `item_fulfillments` is what the order's items say of theirs; "" for an item that says nothing.
    """
    words = _list_words(fields)
    elsewhere = _take_payment(words, shop)
    status = _State() if "status" in fields.unreadable else _settle_status(words, shop)
    payment = fulfillment = _State()
    if "paymentStatus" not in fields.unreadable:
        is_clear = status.problem is None and "status" not in fields.unreadable
        payment = _settle_payment(words, (status.value or "") if is_clear else None, shop, fields)
        if payment.value and elsewhere and _find_payment(elsewhere.text, shop) not in (None, payment.value):
            payment = _State(None, build_problem("column-conflict", elsewhere.cell, "paymentStatus"))
    if "fulfillmentStatus" not in fields.unreadable:
        fulfillment = _settle_fulfillment(words, status.value or "", item_fulfillments)
    states = {"status": status, "paymentStatus": payment, "fulfillmentStatus": fulfillment}
    return Settled(
        {path: state.value for path, state in states.items() if state.value},
        [state.problem for state in states.values() if state.problem],
    )


def _list_words(fields: Reading) -> dict[str, _Word]:
    """Return what is typed; the parcel's status stands for the order's where that has no column."""
    words = {
        path: _Word(str(fields.values[path]), fields.cells[path], fields.tables[path])
        for path in STATUS_PATHS
        if path in fields.values
    }
    if "status" not in fields.columns and "shipping status" in words:
        words["status"] = words["shipping status"]
    if fields.cells.keys() & _SENT:  # what has a parcel's number may have been sent
        words = {path: word for path, word in words.items() if path not in ("packed", "packed on")}
    return words


_SENT = frozenset({"tracking number", "deliveryInfo.trackingURL"})


def _take_payment(words: dict[str, _Word], shop: ShopSettings) -> _Word | None:
    """Take a word from under the status that is about the payment, and return it.

    `Paid` says nothing of how far the order is. It stands for the payment where nothing else does; what the parcel's
    column says then stands for the order.
    """
    word = words.get("status")
    if word is None or not _is_about_payment(word.text, shop):
        return None
    del words["status"]
    if "shipping status" in words:
        words["status"] = words["shipping status"]
    path = "paymentStatus" if _find_payment(word.text, shop) else "payment method"
    words.setdefault(path, word)
    return word


def _is_about_payment(text: str, shop: ShopSettings) -> bool:
    """Return whether a word under `Status` is none of a status but one of a payment."""
    folded = fold_words(text)
    return folded not in shop.statuses and (folded in shop.payments or names_payment(text))


def _find_payment(text: str, shop: ShopSettings) -> str | None:
    return shop.payments.get(fold_words(text)) or find_payment_status(text)


def _settle_status(words: Mapping[str, _Word], shop: ShopSettings) -> _State:
    """Read the status word; a date of dispatch, delivery or cancelling counts where there is no word."""
    if "status" not in words:
        return _conclude_status(words)
    word = words["status"]
    text, cell, _ = word
    if status := shop.statuses.get(fold_words(text)) or find_status(text):
        return _State(status)
    if not _is_word(text):
        return _State(None, build_problem("status-word", cell))
    if word.header == "state":
        return _State()  # a state that is no status is one of the address
    return _State(text, build_problem("status-unknown", cell))


def _conclude_status(words: Mapping[str, _Word]) -> _State:
    """Conclude the status from dates and ticks, what came last first; nothing behind one that can't be read."""
    for path, status in _DATES:
        if path not in words:
            continue
        text, cell, _ = words[path]
        if path == "fulfillmentStatus":
            if done := _conclude_dispatch(words[path]):
                return done
            continue
        if path in DONE and not is_tick(text) and not is_date(text):
            return _State(None, build_problem("date", cell))
        if path not in DONE or not is_tick(text) or find_fulfillment(text) == "fulfilled":
            return _State(status)
    return _State()


_DISPATCHED = frozenset({"shipped", "dispatched"})


def _conclude_dispatch(word: _Word) -> _State | None:
    """Conclude from a tick or a date under `Shipped`; None where it says that nothing was shipped.

    Another word, or another header, leaves open how far the order is.
    """
    if find_fulfillment(word.text) == "unfulfilled":
        return None
    is_done = word.header in _DISPATCHED and (is_tick(word.text) or is_date(word.text))
    return _State("SHIPPED" if is_done else None)


def _is_word(text: str) -> bool:
    return (
        not is_doubted(text)
        and any(letter.isalpha() for letter in text)
        and not is_tick(text)
        and not is_date(text)
    )


def _settle_payment(
    words: Mapping[str, _Word], status: str | None, shop: ShopSettings, fields: Reading
) -> _State:
    """Read the payment's word; else conclude it from a date of payment, the amounts or the method, if there is no doubt.

    `status` is None where something is typed that is not known: the order may be delivered, or have come back.
    """
    if "paymentStatus" in words:
        return _read_payment(words, status, shop)
    if "paid on" in words:
        return _State(_conclude_from_date(status))
    if payment := conclude_payment(fields, status):
        return _State(payment)
    method = words["payment method"].text if "payment method" in words else _find_ticked_method(words)
    implied = shop.payments.get(fold_words(method)) or _conclude_from_method(method, words, status)
    return _State(None if implied and contradicts(fields, implied) else implied)


def _find_ticked_method(words: Mapping[str, _Word]) -> str:
    """Return the method of an order that has a yes under `COD`; a no leaves it open."""
    return "cod" if "cod" in words and find_payment_status(words["cod"].text) == "paid" else ""


def _read_payment(words: Mapping[str, _Word], status: str | None, shop: ShopSettings) -> _State:
    """Read what stands under the payment's header: a word, a date, a method, or how much was paid."""
    word = words["paymentStatus"]
    text, cell, _ = word
    if payment := _find_payment(text, shop):
        return _State(payment)
    if is_date(text):
        return _State(_conclude_from_date(status))
    payment = _conclude_from_method(text, words, status)
    if payment or find_implied_payment(text, has_reference=True):
        return _State(payment)
    if _is_word(text):
        return _State(text, build_problem("payment-unknown", cell))
    if "status" not in word.header and _AMOUNT.search(text[:LONGEST]):
        return _State()
    return _State(None, build_problem("payment-word", cell))


_AMOUNT = re.compile(r"^[^\w-]*\d[\d,.]*\W*$")
"""What stands under `Paid` where the column holds how much was paid."""


def _conclude_from_date(status: str | None) -> str | None:
    """Conclude from a date of payment; the money may have gone back since."""
    return None if status in GONE_BACK else "paid"


def _conclude_from_method(method: str, words: Mapping[str, _Word], status: str | None) -> str | None:
    """Conclude from the method; not once the order has ended, because money may have moved since.

    An order that waits may wait for its payment, so that a method paid in advance says nothing yet; after that it is
    paid until money goes back.
    """
    if not method or status is None:
        return None
    has_reference = "payment reference" in words and is_reference(words["payment reference"].text)
    payment = find_implied_payment(method, has_reference)
    doubtful = GONE_BACK | {"PENDING", "ON_HOLD"} if payment == "paid" else ENDED
    return None if status in doubtful else payment


def _settle_fulfillment(words: Mapping[str, _Word], status: str, of_items: Sequence[str]) -> _State:
    """Read the fulfilment's word; else take what all items say, else what follows from the status."""
    if "fulfillmentStatus" in words:
        text, cell, _ = words["fulfillmentStatus"]
        fulfillment = "fulfilled" if is_date(text) else find_fulfillment(text)
        return _State(fulfillment, None if fulfillment else build_problem("fulfillment", cell))
    of_all = {find_fulfillment(text) for text in of_items}
    if of_all and None not in of_all:
        return _State(of_all.pop() if len(of_all) == 1 else None)
    parcel = find_status(words["shipping status"].text) if "shipping status" in words else None
    implied = {find_implied_fulfillment(word) for word in (parcel or "", status)} - {None}
    return _State(implied.pop() if len(implied) == 1 else None)
