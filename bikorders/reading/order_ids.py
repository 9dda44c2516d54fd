"""What is an order id, and which two are the same?"""

import re
import unicodedata

from bikorders.reading.cells import is_damaged, is_formula_error, is_placeholder
from bikorders.sheet.workbook import Raw, text_of
from bikorders.text import LONGEST, fold_text, remember


def fold_order_id(text: str) -> str:
    """Return an id without its spelling habits: case, blanks, full-width letters, a leading `#`.

    Leading zeros stay: `0042` and `42` are two orders. "" is no id, as any text of more than `LONGEST` characters.

    >>> fold_order_id(" #ORD-1 "), fold_order_id("0042"), fold_order_id("#REF!")
    ('ord-1', '0042', '')
    """
    if len(text) > LONGEST or is_placeholder(text) or is_damaged_id(text):
        return ""
    folded = fold_text(text)
    return fold_text(folded[1:]) if folded.startswith("#") else folded


def _read_id_cell(raw: Raw) -> tuple[str, str]:
    """Return the order id in a cell and what it folds to; twice "" where there is none."""
    text = clean_id(raw)
    folded = fold_order_id(text)
    return (text, folded) if folded else ("", "")


read_id_cell = remember(_read_id_cell, 1 << 16)
"""The same, remembered for the next read; what strangers ask for is not kept."""


def is_damaged_id(raw: Raw) -> bool:
    """Return whether an id cell holds a number that a spreadsheet has shortened, or a formula's error.

    >>> is_damaged_id("1.00E+05"), is_damaged_id("#REF!"), is_damaged_id("#1001")
    (True, True, False)
    """
    text = clean_id(raw)
    return is_formula_error(text) or ("+" in text and is_damaged(text))


def has_two_alphabets(text: str) -> bool:
    """Return whether a word of an id mixes letters that look alike, so that nobody types it as it is read.

    >>> has_two_alphabets("\u041eRD-1"), has_two_alphabets("ORD-1"), has_two_alphabets("\u041e\u0420\u0414-1")
    (True, False, False)
    """
    if text.isascii():
        return False
    words = re.findall(r"[^\W\d_]+", text[:LONGEST])
    return any(
        len({unicodedata.name(char, "").split(" ")[0] for char in word} & _ALIKE) > 1 for word in words
    )


_ALIKE = frozenset(["LATIN", "CYRILLIC", "GREEK"])


def clean_id(raw: Raw) -> str:
    """Return an order id as text: a number as its digits, without a leading `'`.

    >>> clean_id(1001.0), clean_id("1001.0"), clean_id("'0042"), clean_id(" ORD-1 ")
    ('1001', '1001', '0042', 'ORD-1')
    """
    text = text_of(raw).removeprefix("'")
    whole, point, zeros = text.partition(".")
    return whole if point and zeros.strip("0") == "" and zeros and whole.isdecimal() else text


def fold_id(order_id: str) -> str:
    """Return an id as the sheet's are compared: cleaned and folded.

    >>> fold_id("#ord-1001") == fold_id(" ORD-1001")
    True
    """
    return fold_order_id(clean_id(order_id))
