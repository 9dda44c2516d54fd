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
    for role in FIELDS:
        if found := list_meanings(fold_header(word), role):
            return found[0].field.path, role
    return None


def list_meanings(folded: str, role: Role) -> Sequence[Meaning]:
    """Return the fields of an order, or of an item, that a folded header may mean."""
    return _index(role).get(folded, ())


@cache
def _index(role: Role) -> dict[str, list[Meaning]]:
    """Return what a level's headers may mean, by the folded header; made when it is first asked for, in 30 ms."""
    index: dict[str, dict[str, Meaning]] = {}
    spelled: dict[str, dict[str, Meaning]] = {}
    for field in FIELDS[role]:
        if field.path in SENT - {"id", "name"}:  # these two words mean other things in other spellings
            index.setdefault(fold_spelling(field.path), {})[field.path] = Meaning(role, field, 0)
        for header, sureness, is_sure in list_headers(field):
            known = index.setdefault(fold_spelling(header), {})
            known[field.path] = Meaning(role, field, sureness, is_sure)
            for spelling in list_header_spellings(header):
                spelled.setdefault(spelling, {})[field.path] = known[field.path]
    return {folded: list(known.values()) for folded, known in (spelled | index).items()}


FIELDS: dict[Role, Sequence[Field]] = {"order": ORDER_FIELDS, "item": ITEM_FIELDS}
ORDER_PATHS = {field.path: field for field in ORDER_FIELDS}
ITEM_PATHS = {field.path: field for field in ITEM_FIELDS}
PATHS: dict[Role, dict[str, Field]] = {"order": ORDER_PATHS, "item": ITEM_PATHS}


@cache
def list_spelled() -> list[tuple[list[str], list[Meaning]]]:
    """Return the words of all known headers, and what these mean."""
    return [
        ([word for word, _ in list_header_words(known.header)], _index(role)[fold_spelling(known.header)])
        for role, fields in FIELDS.items()
        for field in fields
        for known in list_headers(field)
    ]
