"""Do two cells mean the same? Words are compared by what they mean, texts as a person compares them."""

from collections.abc import Sequence

from bikorders.reading.fields import Field, Value
from bikorders.reading.shop_settings import ShopSettings
from bikorders.reading.vocabulary import find_fulfillment, find_payment_status, find_status, fold_words
from bikorders.sheet.workbook import Cell
from bikorders.text import fold_text


def find_other(field: Field, read: Sequence[tuple[Cell, Value]], shop: ShopSettings) -> Cell | None:
    """Return the first cell that does not mean what the first one means."""
    meant = find_meaning(field, read[0][1], shop)
    return next((cell for cell, value in read if find_meaning(field, value, shop) != meant), None)


def find_meaning(field: Field, value: Value, shop: ShopSettings) -> Value:
    """Return what a value means, for comparing it with another that may be spelled otherwise."""
    if not isinstance(value, str):
        return value
    match field.kind:
        case "status":
            return shop.statuses.get(fold_words(value)) or find_status(value) or fold_words(value)
        case "payment":
            return shop.payments.get(fold_words(value)) or find_payment_status(value) or fold_words(value)
        case "fulfillment":
            return find_fulfillment(value) or fold_words(value)
        case "text" | "digits" | "packed" | "email" | "tracking":
            return fold_text(" ".join(value.split()))
    return value
