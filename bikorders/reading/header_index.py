"""Which fields do the headers mean that all shops share? An index of them, by the folded header."""

from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from bikorders.reading.fields import ITEM_FIELDS, ORDER_FIELDS, SENT, Field
from bikorders.reading.header_spelling import (
    fold_header,
    fold_spelling,
    list_header_spellings,
    list_header_words,
)
from bikorders.reading.native_headers import list_headers

Role = Literal["order", "item"]


class Meaning(NamedTuple):
    """A field that a header may mean: an order's, or that of an item in one of several slots side by side.

    `sureness` says how well the header names the field: 0 is the surest, -1 a header of the Settings tab. Unless
    the header `is_sure`, it counts only if the cells show that they hold such a thing.
    """

    role: Role
    field: Field
    sureness: int
    is_sure: bool = True
    slot: int = 0


def find_field(word: str) -> tuple[str, Role] | None:
    """Return the path of the field that a word means, a path or a known header, and whose field it is."""
    for role, paths in PATHS.items():
        if word in paths:
            return word, role
    for role, index in INDEXES.items():
        if found := index.get(fold_header(word)):
            return found[0].field.path, role
    return None


def _index(role: Role, fields: Sequence[Field]) -> dict[str, list[Meaning]]:
    """Return what a level's headers may mean, by the folded header."""
    index: dict[str, dict[str, Meaning]] = {}
    spelled: dict[str, dict[str, Meaning]] = {}
    for field in fields:
        if field.path in SENT - {"id", "name"}:  # these two words mean other things in other spellings
            index.setdefault(fold_spelling(field.path), {})[field.path] = Meaning(role, field, 0)
        for header, sureness, is_sure in list_headers(field):
            known = index.setdefault(fold_spelling(header), {})
            known[field.path] = Meaning(role, field, sureness, is_sure)
            for spelling in list_header_spellings(header):
                spelled.setdefault(spelling, {})[field.path] = known[field.path]
    return {folded: list(known.values()) for folded, known in (spelled | index).items()}


def list_order_meanings(folded: str) -> list[Meaning]:
    """Return the fields of an order that a folded header may mean."""
    return ORDER_INDEX.get(folded, [])


ORDER_INDEX = _index("order", ORDER_FIELDS)
ITEM_INDEX = _index("item", ITEM_FIELDS)
ORDER_PATHS = {field.path: field for field in ORDER_FIELDS}
ITEM_PATHS = {field.path: field for field in ITEM_FIELDS}
PATHS: dict[Role, dict[str, Field]] = {"order": ORDER_PATHS, "item": ITEM_PATHS}
INDEXES: dict[Role, dict[str, list[Meaning]]] = {"order": ORDER_INDEX, "item": ITEM_INDEX}
ALL_HEADERS = ORDER_INDEX.keys() | ITEM_INDEX.keys()


@cache
def list_spelled() -> list[tuple[list[str], list[Meaning]]]:
    """Return the words of all known headers, and what these mean."""
    return [
        ([word for word, _ in list_header_words(known.header)], index[fold_spelling(known.header)])
        for fields, index in ((ORDER_FIELDS, ORDER_INDEX), (ITEM_FIELDS, ITEM_INDEX))
        for field in fields
        for known in list_headers(field)
    ]
