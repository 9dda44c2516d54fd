"""How is a header compared with those that are known? Without what people vary in spelling it."""

import re

from bikorders.reading.currencies import is_currency_code
from bikorders.text import LONGEST, fold_text, fold_words, remember


@remember
def fold_header(text: str) -> str:
    """Return the letters and digits of a header, so that spelling habits don't matter.

    >>> fold_header(" Order_ID* "), fold_header("Total (₹)"), fold_header("Phone #"), fold_header("Total\\n(INR)")
    ('orderid', 'total', 'phonenumber', 'total')
    """
    text = fold_text(text).replace("_", " ")
    if len(text) <= LONGEST and not text.startswith("currency"):
        text = _CODE.sub(_drop_currency, text)
    return fold_spelling(text)


def fold_spelling(text: str) -> str:
    """Fold a header that names no currency, such as those that are known; so no currency is loaded for them."""
    return fold_words(text.replace("#", " number")).replace(" ", "")


_CODE = re.compile(r"(?<![^\W\d_])[a-z]{2,3}(?![^\W\d_])")


def _drop_currency(match: re.Match[str]) -> str:
    return " " if match[0] == "rs" or is_currency_code(match[0]) else match[0]
