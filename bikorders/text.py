"""Text as a person reads it: what can't be seen, case, width and the script of digits don't matter.

Here is all that the project knows of Unicode. Marks (vowel signs, tones, accents) belong to their letter and
always count: without them two words of Hindi or Thai are the same.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Found = TypeVar("Found")

LONGEST = 200
"""Characters: a longer text is no number, id or header, and is not searched for one."""

SHORT = 64
"""Characters of a text that is worth remembering; with 4,096 of them a cache takes 3 MB at most."""

MOST_CHARS = 1 << 14
"""Characters that a table holds at most: more than a shop's languages have, and 1 MB."""


def remember(function: Callable[Asked, Found], most: int = 1 << 12) -> Callable[Asked, Found]:
    """Cache a function of a cell's content, which is its first argument: most cells repeat what others hold.

    What strangers or merchants write is kept only if it is short, so that the cache is bounded in bytes.
    """
    cached: Callable[Asked, Found] = lru_cache(maxsize=most, typed=True)(function)  # type: ignore[assignment]

    @wraps(function)
    def find(*args: Asked.args, **kwargs: Asked.kwargs) -> Found:
        text = args[0]
        is_long = isinstance(text, str) and len(text) > SHORT
        return function(*args, **kwargs) if is_long else cached(*args, **kwargs)

    return find


_IGNORABLE = (  # Unicode's Default_Ignorable_Code_Point: nothing is drawn for these
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip

_VARIANTS = range(0xFE00, 0xFE10)
"""Characters that choose how the one before them is drawn, as an emoji or as text."""

BLANKS = "".join(
    chr(code)
    for first, last in ((0, 0x3000), (0x2800, 0x2800), *_IGNORABLE[:-1])
    for code in range(first, last + 1)
    if (first or chr(code).isspace()) and code not in _VARIANTS
)

_JOINER = "\u200d"


def strip_blanks(text: str) -> str:
    """Return a text without the blanks at its ends: white space, and what can't be seen.

    >>> strip_blanks("\u200f ORD-1\u00a0\u202c")
    'ORD-1'
    """
    if text.isascii():
        return text.strip()
    bare = text.strip(BLANKS)
    if _JOINER in text and bare and unicodedata.combining(bare[-1]) == _VIRAMA:
        at_end = text.rindex(bare) + len(bare)
        return bare + _JOINER if text[at_end : at_end + 1] == _JOINER else bare
    return bare


_VIRAMA = 9
"""The combining class of the sign that takes the vowel from a letter of India; a joiner after it is seen."""


def fold_text(text: str) -> str:
    """Return a text as a person compares it with another.

    Case, width, the script of digits, the kind of hyphen, and what can't be seen don't matter.

    >>> fold_text(" ＯＲＤ－१० ") == fold_text("ord\u20111\u200b0")
    True
    >>> fold_text("İPTAL") == fold_text("iptal"), fold_text("ส่งแล้ว") == fold_text("สั่งแล้ว")
    (True, False)
    """
    if text.isascii() and text.isprintable():
        return text.strip().lower()
    # What is longer is no id and no word; to sort a run of 10,000 accents would take seconds.
    if len(text) > LONGEST:
        return strip_blanks(text.translate(_FOLDED)).casefold()
    text = _OLD_FINALS.sub(lambda found: _FINAL_OF[found[0]], unicodedata.normalize("NFC", text))
    text = unicodedata.normalize("NFC", text.translate(_FOLDED)).casefold().replace("i\u0307", "i")
    return strip_blanks(unicodedata.normalize("NFC", _LONG_VOWEL.sub("-", text)))


_LONG_VOWEL = re.compile("(?<=[0-9a-z])ー(?=[0-9a-z])")
"""What the key of the hyphen gives on a Japanese keyboard; in words of Japanese it is a letter."""

_FINAL_OF = {
    "\u0d23\u0d4d\u200d": "\u0d7a", "\u0d28\u0d4d\u200d": "\u0d7b", "\u0d30\u0d4d\u200d": "\u0d7c",
    "\u0d32\u0d4d\u200d": "\u0d7d", "\u0d33\u0d4d\u200d": "\u0d7e", "\u0d15\u0d4d\u200d": "\u0d7f",
    "\u09a4\u09cd\u200d": "\u09ce",
}  # fmt: skip
"""Final letters of Malayalam and Bengali as older keyboards type them: without the joiner it is another word."""

_OLD_FINALS = re.compile("|".join(_FINAL_OF))


@remember
def fold_words(text: str) -> str:
    """Return the words of a text, folded, with one blank between them: signs between words don't matter.

    >>> fold_words(" Out-for_Delivery. "), fold_words("ส่งแล้ว!") == fold_words("ส่งแล้ว")
    ('out for delivery', True)
    """
    return " ".join(fold_text(text).translate(_SPACED).split())


@remember
def fold_heading(text: str) -> str:
    """Return a header or a title, folded, with its signs: people also type `_` for a blank in it.

    >>> fold_heading("Order_No. (as_on_the_bill)\u200b")
    'order no. (as on the bill)'
    """
    return fold_text(text).replace("_", " ")


def narrow(text: str) -> str:
    """Return a text with ASCII in place of full-width letters, digits and signs, and of the digits of all scripts.

    >>> narrow("２,５００"), narrow("४५०"), narrow("\u200e٢")
    ('2,500', '450', '2')
    """
    return text if text.isascii() else text.translate(_NARROWED)


class _Table(dict[int, str | int]):
    """What each character becomes, found when it is first met; begun anew when there are too many."""

    def __missing__(self, code: int) -> str | int:
        found = self._find(chr(code), code)
        if len(self) >= MOST_CHARS:
            self.clear()
        self[code] = found
        return found

    def _find(self, char: str, code: int) -> str | int:
        raise NotImplementedError


class _Narrowed(_Table):
    def _find(self, char: str, code: int) -> str | int:
        if any(first <= code <= last for first, last in _IGNORABLE):
            return ""
        if unicodedata.decomposition(char).startswith(("<wide>", "<narrow>")):
            return unicodedata.normalize("NFKC", char)
        digit = unicodedata.decimal(char, None)
        return code if digit is None else str(digit)


class _Folded(_Table):
    def _find(self, char: str, code: int) -> str | int:
        narrowed = _NARROWED[code]
        is_control = unicodedata.category(char) == "Cc" and not char.isspace()
        if narrowed == "" or is_control or char == _STROKE:
            return ""
        if char in HYPHENS:
            return "-"
        if char.isnumeric():  # superscripts, fractions and numbers in circles are no digits: 10² is not 102
            return narrowed
        plain = _SAME_LETTERS.get(char) or unicodedata.normalize("NFKC", char)
        if plain == char or (plain[:1] == " " and len(plain) > 1):
            return code
        return plain.translate(self)


class _Spaced(_Table):
    def _find(self, char: str, code: int) -> str | int:
        return code if char.isalnum() or unicodedata.category(char) in ("Mn", "Mc") else " "


_STROKE = "\u0640"
"""The stroke that only makes an Arabic word longer."""

_SAME_LETTERS = {"\u0643": "\u06a9"}
"""Two characters for one letter, where no language has both: kaf of Arabic and of Persian keyboards."""

HYPHENS = frozenset(
    "-\u02d7\u058a\u05be\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"
)
"""The characters that look like a hyphen or a dash."""

_NARROWED, _FOLDED, _SPACED = _Narrowed(), _Folded(), _Spaced()


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
