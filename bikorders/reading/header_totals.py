"""Which sums may a header name: the order's total, or each line's?"""

from bikorders.reading.header_index import list_meanings
from bikorders.reading.header_spelling import fold_header, fold_spelling
from bikorders.text import LONGEST, fold_words


def may_be_line_total(header: str) -> bool:
    """Return whether a header of a total or a subtotal leaves open whether it is the order's or, in lines, each line's."""
    found = [
        meaning
        for meaning in list_meanings(fold_header(header), "order")
        if meaning.field.path in _LINE_TOTALS
    ]
    return any(meaning.sureness >= _LINE_TOTALS[meaning.field.path] for meaning in found)


def heads_total(text: str) -> bool:
    """Return whether a text heads a total, and nothing else: no product is called so."""
    found = list_meanings(fold_header(text), "order")
    return bool(found) and all(meaning.field.path == "total" for meaning in found)


def names_total(header: str) -> bool:
    """Return whether a header that is not known has a word for the total in it, such as `Total a pagar`."""
    words = fold_words(header[:LONGEST]).split()
    if not _COUNTED.isdisjoint(words):
        return False
    found = (m for word in words for m in list_meanings(fold_spelling(word), "order"))
    return any(meaning.field.path == "total" and meaning.is_sure for meaning in found)


_COUNTED = frozenset(
    "qty quantity pcs pc pieces nos units items sets boxes orders weight kg kgs meters mtrs days".split()
)
"""What is counted or weighed in a total that is no sum of money."""

_LINE_TOTALS = {"total": 2, "subTotal": 1}
"""From which sureness on the header of a sum does not name the order."""
