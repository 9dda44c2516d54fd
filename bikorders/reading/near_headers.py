"""Which known header is one that means nothing nearly? A misspelt header is never read as one, but it is told.

Headers are compared word by word. A word that stands in some known header is spelled right and means itself, so that
`Delivery date` is not `Delivered date`.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache
from typing import NamedTuple

from bikorders.reading.fields import ITEM_FIELDS, ORDER_FIELDS, Field
from bikorders.reading.header_index import Role
from bikorders.reading.header_spelling import fold_header, list_header_words
from bikorders.reading.headers import SHOP_SURENESS, ShopHeader
from bikorders.reading.native_headers import NAMES, Known, list_headers
from bikorders.reading.other_headers import NOTHING
from bikorders.text import LONGEST, fold_text, remember


class NearHeader(NamedTuple):
    """A header that means a field, as it would be typed, and the field; "" for one that means nothing.

    `sureness` says how well it names the field, as in `headers`.
    """

    header: str
    path: str = ""
    role: Role = "order"
    sureness: int = 0


@remember
def find_near_header(
    text: str, shop_headers: tuple[ShopHeader, ...] = (), *, speaks_english: bool = True
) -> NearHeader | None:
    """Return the header that a header which means nothing is nearly; None if it is like none, or known to mean nothing.

    With `speaks_english` the other headers are English, so that this one is no misspelt word of another language.

    >>> find_near_header("Qantity").header, find_near_header("Prodct  name").header, find_near_header("Staus*").header
    ('Quantity', 'Product name', 'Status')
    >>> [find_near_header(text) for text in ("Delivery date", "Coments", "Unit", "Phone 2", "Gift wrap")]
    [None, None, None, None, None]
    """
    words = _split(text)
    if not words or len(text) > LONGEST:
        return None
    own = [
        (_split(named.header), NearHeader(named.header, named.path, named.role, SHOP_SURENESS), True)
        for named in shop_headers
    ]
    right = _list_right_words()
    if own:
        right = right.union(*(own_words for own_words, _, _ in own))
    if right.issuperset(words):
        return None
    best, found = _LIKE, None
    for other, near, is_english in (*own, *_list_known().get(len(words), ())):
        likeness = _compare(words, other, right) if is_english or not speaks_english else 0
        if likeness > best:
            best, found = likeness, near
    return found if found and found.path else None


_LIKE = 0.79
"""Likeness from which on a word is another one misspelt: one letter in five."""

_LONG = 8
"""Letters of a word in which two may be missing or too many; in any word one may be wrong."""

_SHORTEST = 4
"""Letters of a word that can be told from another one."""


def _compare(words: tuple[str, ...], known: tuple[str, ...], right: frozenset[str]) -> float:
    """Return how like a header is to a known one: as like as the words that are least; 0 if they are not."""
    if len(words) != len(known):
        return 0
    return min(_compare_words(word, other, right) for word, other in zip(words, known, strict=True))


def _compare_words(word: str, known: str, right: frozenset[str]) -> float:
    if word == known:
        return 1
    if word in right or min(len(word), len(known)) < _SHORTEST or not _LETTERS.fullmatch(word):
        return 0
    if word[0] != known[0] or word.startswith(known) or known[:-2].startswith(word):
        return 0  # another form of the word
    if len(word) == len(known) and sum(map(str.__ne__, word, known)) == 2 and sorted(word) == sorted(known):
        return 1 - 0.5 / len(word)  # two letters changed places
    matcher = SequenceMatcher(None, word, known, autojunk=False)
    if matcher.quick_ratio() <= _LIKE:
        return 0
    edits = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    count = sum(max(i2 - i1, j2 - j1) for _, i1, i2, j1, j2 in edits)
    is_near = count == 1 or (
        count == 2 and len(known) >= _LONG and all(code[0] != "replace" for code in edits)
    )
    return matcher.ratio() if is_near else 0


_LETTERS = re.compile(r"[a-zµ-\u052f]+")
"""Latin, Greek and Cyrillic; in other scripts one sign makes another word."""


def _split(header: str) -> tuple[str, ...]:
    """Return the words of a header without what stands in brackets."""
    return tuple(word for word, _ in list_header_words(_ASIDE.sub(" ", header)))


_ASIDE = re.compile(r"\([^()]*\)|(?<=[a-z])(?=[A-Z])")
"""What stands in brackets, and where words are parted by a capital."""


_Spelled = tuple[tuple[str, ...], NearHeader, bool]
"""The words of a known header, the header, and whether it is English."""


@cache
def _list_right_words() -> frozenset[str]:
    return _OTHERS.union(word for known in _list_known().values() for words, _, _ in known for word in words)


_OTHERS = frozenset("carat dispatcher piece prime prize produce quality shipper taxed truck trucking".split())
"""Words that stand in no known header, and on top of columns that are not one of ours misspelt."""


@cache
def _list_known() -> dict[int, list[_Spelled]]:
    """Return the known headers by the number of their words, those that mean nothing first."""
    known = [(_split(header), NearHeader(header), True) for header in (*NOTHING.split(", "), *NAMES)]
    fields: dict[Role, Iterable[Field]] = {"order": ORDER_FIELDS, "item": ITEM_FIELDS}
    for role, of_role in fields.items():
        known += [_spell(header, field, role) for field in of_role for header in list_headers(field)]
    by_count: dict[int, list[_Spelled]] = {}
    for spelled in known:
        by_count.setdefault(len(spelled[0]), []).append(spelled)
    return by_count


def _spell(known: Known, field: Field, role: Role) -> _Spelled:
    header = _CAPITALS.sub(lambda found: found[0].upper(), known.header[:1].upper() + known.header[1:])
    near = NearHeader(header, field.path if known.is_sure else "", role, known.sureness)
    return _split(header), near, known.header in _list_english()


_CAPITALS = re.compile(r"\b(?:id|sku|url|utr|awb)\b", re.IGNORECASE)


def is_foreign(header: str) -> bool:
    """Return whether a header is known as one of another language than English.

    >>> is_foreign("Número de pedido"), is_foreign("Total"), is_foreign("Staus")
    (True, False, False)
    """
    return fold_text(header) not in _list_english() and fold_header(header) in _list_foreign()


@cache
def _list_english() -> frozenset[str]:
    fields = (*ORDER_FIELDS, *ITEM_FIELDS)
    headers = (header for field in fields for words in field.headers for header in words.split(", "))
    return frozenset(header.removeprefix("?") for header in headers)


@cache
def _list_foreign() -> frozenset[str]:
    known = (known.header for field in (*ORDER_FIELDS, *ITEM_FIELDS) for known in list_headers(field))
    return frozenset(fold_header(header) for header in known if header not in _list_english())
