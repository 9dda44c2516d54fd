"""What does a word mean, and do two cells mean the same? Texts are compared as a person compares them."""

from collections.abc import Iterable, Sequence

from bikorders.reading.cells import is_placeholder
from bikorders.reading.fields import Field, Value
from bikorders.reading.remarks import find_remark, is_aside, split_day
from bikorders.reading.shop_settings import ShopSettings
from bikorders.reading.vocabulary import (
    GONE_BACK,
    find_fulfillment,
    find_payment_status,
    find_status,
    fold_words,
    names_payment,
)
from bikorders.sheet.workbook import Cell
from bikorders.text import fold_text

WORDS = frozenset({"status", "payment", "fulfillment"})
"""The kinds of fields whose cells hold a word that we may know."""


def drop_repeated(cells: list[Cell]) -> list[Cell]:
    """Leave out the cells that stand for nothing, and those that repeat what their column says above."""
    first: dict[tuple[object, ...], Cell] = {}
    for cell in cells:
        if not is_placeholder(cell.raw):
            first.setdefault((cell.column, type(cell.raw), cell.raw), cell)
    return list(first.values())


def find_other(field: Field, read: Sequence[tuple[Cell, Value]], shop: ShopSettings) -> Cell | None:
    """Return the first cell that does not mean what the first one means."""
    meant = find_meaning(field, read[0][1], shop)
    return next((cell for cell, value in read if find_meaning(field, value, shop) != meant), None)


def find_meaning(field: Field, value: Value, shop: ShopSettings) -> Value:
    """Return what a value means, for comparing it with another that may be spelled otherwise."""
    if not isinstance(value, str):
        return value
    if field.kind in WORDS:
        return _find_word(field.kind, value, shop) or fold_words(value)
    match field.kind:
        case "text" | "digits" | "packed" | "email" | "tracking":
            return fold_text(" ".join(value.split()))
    return value


def _find_word(kind: str, text: str, shop: ShopSettings) -> str | None:
    """Return what a word means, first in the shop's own words; None where it is not known."""
    match kind:
        case "status":
            return shop.statuses.get(fold_words(text)) or find_status(text)
        case "payment":
            return shop.payments.get(fold_words(text)) or find_payment_status(text)
    return find_fulfillment(text)


def strip_word(kind: str, text: str, shop: ShopSettings) -> str:
    """Return a word without the remark beside it.

    A remark that may change what the word says belongs to it, and so does one behind a dash if the word before it
    is not known.
    """
    if _find_word(kind, text, shop):
        return text
    if (done := split_day(text)) and _find_word(kind, done, shop) in _DONE:
        return done
    remark = find_remark(text)
    if remark is None:
        return text
    head = _find_word(kind, remark.head, shop)
    is_known = head is not None or (kind == "status" and names_payment(remark.head))
    other = _find_word(kind, remark.text, shop)
    is_same = other in (None, head) and (kind == "status" or find_status(remark.text) not in GONE_BACK)
    return remark.head if is_same and is_aside(remark) and (is_known or remark.mark != "-") else text


_DONE = frozenset(
    {"SHIPPED", "DELIVERED", "COMPLETED", "CANCELLED", "RETURNED", "REFUNDED", "paid", "refunded"}
)
"""What a day beside it leaves as it is; `Ready 5 May` may be a promise."""


def choose_spelling(values: Iterable[Value]) -> Value:
    """Return one of the spellings of the same, whatever order they stand in: rather `Pune` than `PUNE` or `pune`."""
    values = list(values)
    return values[0] if len(set(values)) == 1 else max(values, key=_rate_spelling)


def _rate_spelling(value: Value) -> tuple[bool, int, str]:
    text = str(value)
    return text not in (text.upper(), text.lower()), len(text), text
