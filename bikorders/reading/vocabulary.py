"""The vocabularies: what people type for a status, a payment, a fulfilment.

Words are compared whole and folded (case, blanks, `_` and `-` don't matter), never as parts of other words:
UNDELIVERED, RTO DELIVERED and "Shipped - Delivered to Buyer" are three different things.
"""

import re
from functools import cache
from typing import Literal

from bikorders.reading.countries import find_country
from bikorders.reading.dates import is_date
from bikorders.reading.payments import BARE, METHODS, PAYMENT_OF_STATUS, PAYMENT_STATUSES
from bikorders.reading.remarks import find_remark
from bikorders.reading.statuses import BAD, ENDED, GONE_BACK, SHIPPED, STATUSES, UNSHIPPED
from bikorders.text import LONGEST, fold_text, fold_words, narrow, remember

__all__ = [
    "ENDED", "FULFILLMENTS", "GONE_BACK", "PAYMENT_STATUSES", "STATUSES", "find_country", "find_fulfillment",
    "find_implied_fulfillment", "find_implied_payment", "find_payment_status", "find_status", "fold_words", "is_doubted",
    "is_payment", "is_reference", "is_tick", "names_payment",
]  # fmt: skip

FULFILLMENTS = {
    "unfulfilled": "unfulfilled, not fulfilled, open, not sent",
    "partial": "partial, partially fulfilled, partially shipped, partly shipped, partially dispatched",
    "fulfilled": "fulfilled, done",
}
"""The three words that the contract knows, and what people type for them."""

_YES = frozenset("yes y true ✓ ✔ ✅ ☑ sí sim oui ja tak да evet हाँ हां نعم はい 是".split())
_NO = frozenset("no n false ✗ ✘ ❌ ☐ não nao non nein nee нет не hayır hayir नहीं لا いいえ 否".split())


def _index(vocabulary: dict[str, str]) -> dict[str, str]:
    """Return what each word means, in all its spellings; a word in one of its own comes before another's spelling."""
    words = [(word, name) for name, known in vocabulary.items() for word in known.split(", ")]
    exact = {word if word.isascii() else fold_words(word): name for word, name in words}
    spelled = {other: name for word, name in words if not word.isascii() for other in list_spellings(word)}
    return spelled | exact


def list_spellings(word: str) -> set[str]:
    """Return the folded spellings in which people also type a word that is known.

    They hold for known words only: two words that nobody listed may be alike in them. In capitals an i of Turkish has
    its dot or not; Russians leave the dots of ё; Arabs the hamza of alef and the dots of a last letter.

    >>> sorted(list_spellings("onaylandı"))
    ['onaylandi', 'onaylandı']
    >>> fold_words("الغاء") in list_spellings("إلغاء")
    True
    """
    if not _VARIED.search(word):
        return {fold_words(word)}
    spellings = {word, word.replace("ı", "i"), word.replace("ё", "е")}
    for letters, others in (("[أإآ]", "ا"), (r"ي\b", "ى"), (r"ة\b", "ه")):
        spellings |= {re.sub(letters, others, spelling) for spelling in spellings}
    return {fold_words(spelling) for spelling in spellings}


_VARIED = re.compile("[ıёأإآية]")


@cache
def _words_for(kind: Literal["status", "payment", "method", "fulfillment"]) -> dict[str, str]:
    """Return the words of a kind and what each means; made when the first is looked up."""
    tables = {"status": STATUSES, "payment": PAYMENT_STATUSES, "method": METHODS, "fulfillment": FULFILLMENTS}
    return _index(tables[kind])


def _find_word(kind: Literal["status", "payment", "method", "fulfillment"], text: str) -> str | None:
    return None if len(text) > LONGEST else _words_for(kind).get(fold_words(text))


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
        found = _find_word("status", text)
        return (
            found if found in BAD and "?" not in text else None
        )  # `❌ Cancelled` is crossed out and means it
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text.strip())
    for bare in (text, spaced, re.sub(r"^(?:wc|[A-Z])-\s*", "", spaced)):
        if found := _find_word("status", bare):
            return found
    remark = find_remark(bare)
    found = _find_word("status", remark.head) if remark and remark.mark == "(" else None
    return found if found in BAD else None  # a note can't undo what went wrong; any other status it may


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
    return _find_word("payment", text) or PAYMENT_OF_STATUS.get(_find_word("status", text) or "")


def find_implied_payment(method: str, has_reference: bool) -> str | None:
    """Return the payment status that certainly follows from a method; UPI needs the payment's reference.

    >>> find_implied_payment("Cash on Delivery (COD)", False), find_implied_payment("UPI", True)
    ('pending', 'paid')
    >>> find_implied_payment("UPI", False) is None, find_implied_payment("razorpay", True) is None
    (True, True)
    """
    match None if is_doubted(method) else _find_word("method", method):
        case "cod":
            return "pending"
        case "prepaid":
            return "paid"
        case "upi" if has_reference:
            return "paid"
    return None


@remember
def is_payment(text: str) -> bool:
    """Return whether a text is about how or whether an order is paid: `COD`, `paid`."""
    return bool(find_payment_status(text) or find_implied_payment(text, has_reference=True))


@remember
def names_payment(text: str) -> bool:
    """Return whether a word is about the payment wherever it stands, also under the header of another state.

    >>> names_payment("Paid"), names_payment("Lunas"), names_payment("COD")
    (True, True, True)
    >>> names_payment("Pending"), names_payment("Due"), names_payment("yes")
    (False, False, False)
    """
    if is_doubted(text) or is_tick(text) or find_status(text):
        return False
    folded = fold_words(text)
    is_status = folded in _words_for("payment") and folded not in _BARE
    return is_status or folded in _words_for("method")


_BARE = frozenset(map(fold_words, BARE.split(", ")))


def is_reference(text: str) -> bool:
    """Return whether a text looks like the reference of a payment that was made, and is no sentence, date or amount.

    >>> is_reference("UTR 412345678901"), is_reference("pay_29QQoUBi66xm2f"), is_reference("T2404 1234 5678")
    (True, True, True)
    >>> is_reference("awaiting"), is_reference("will send screenshot"), is_reference("12/03/2026"), is_reference("500")
    (False, False, False, False)
    """
    match = None if len(text) > LONGEST or is_date(text) else _REFERENCE.fullmatch(narrow(text))
    number = re.sub(r"[\s_-]", "", match[1]) if match else ""
    return len(number) >= 8 and bool(re.search("[1-9]", number))


_REFERENCE = re.compile(  # after a label, parts with a digit each; one word alone may hold its digits anywhere
    r"(?:(?:utr|upi|ref|rrn|txn|imps|neft|rtgs|id|no)\b[\s.:#-]*){0,3}((?=\S*\d)[\w-]+(?:\s+(?=\S*\d)[\w-]+){0,5})",
    re.ASCII | re.IGNORECASE,
)


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
    return _find_word("fulfillment", text) or find_implied_fulfillment(find_status(text) or "")


def find_implied_fulfillment(status: str) -> str | None:
    """Return the fulfilment that certainly follows from a status.

    >>> find_implied_fulfillment("DELIVERED"), find_implied_fulfillment("PACKED")
    ('fulfilled', 'unfulfilled')
    >>> find_implied_fulfillment("CANCELLED") is None
    True
    """
    if status == "PARTIALLY_SHIPPED":
        return "partial"
    if status in SHIPPED:
        return "fulfilled"
    return "unfulfilled" if status in UNSHIPPED else None
