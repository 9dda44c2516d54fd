"""Text as a person reads it, with blanks, case and width folded; and text made safe to show."""

import json
import unicodedata
from functools import lru_cache

LONGEST = 200
"""Characters: a longer text is no number, id or header, and is not searched for one."""

remember = lru_cache(maxsize=1 << 12, typed=True)
"""Caches a function of a cell's content: most cells repeat what others hold."""

_INVISIBLE = "".join(chr(c) for c in (0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
BLANKS = _INVISIBLE + "".join(chr(c) for c in range(0x3001) if chr(c).isspace())


def strip_blanks(text: str) -> str:
    """Return a text without the blanks at its ends: white space, no-break and zero-width characters."""
    return text.strip(BLANKS)


def fold_text(text: str) -> str:
    """Return a text without case, full-width characters and surrounding blanks, as a person compares texts.

    >>> fold_text(" ＯＲＤ－１ ") == fold_text("ord-1")
    True
    """
    # What is longer is no id and no word; a run of 10,000 accents would take seconds.
    if not text.isascii() and len(text) <= LONGEST:
        text = unicodedata.normalize("NFKC", text)
    return strip_blanks(text).casefold()


def narrow(text: str) -> str:
    """Return a text with ASCII in place of full-width letters, digits and signs of East Asian keyboards.

    >>> narrow("２,５００")
    '2,500'
    """
    return text.translate(_FULL_WIDTH)


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def escape_json(text: str) -> str:
    """Return JSON that is safe to print and means the same.

    >>> print(escape_json('{"id": "\u202e\x9b1"}'))
    {"id": "\\u202e\\u009b1"}
    """
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)


def clean(text: str, longest: int = 1000) -> str:
    r"""Return a text of the sheet that is safe to print on one line.

    >>> clean("a\nb \x1b[31mred"), clean("x" * 9, 5)
    ('a b  [31mred', 'xxxx…')
    """
    text = "".join(char if char.isprintable() else " " for char in text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def plural(count: int, word: str) -> str:
    """Return a number with its noun, in the plural if it is not 1.

    >>> plural(1, "order"), plural(1200, "item")
    ('1 order', '1,200 items')
    """
    return f"{count:,} {word if count == 1 else word + 's'}"


def shorten(text: str, most: int = 300) -> str:
    """Return a text cut to `most` characters, for a page or a line.

    >>> shorten("a long text", 6)
    'a lon…'
    """
    return text if len(text) <= most else text[: most - 1] + "…"
