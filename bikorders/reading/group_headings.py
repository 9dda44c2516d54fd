"""Which headings stand above the headers, over several columns each? `Customer` above `Name`, `Phone` and `City`.

What a heading and a header say together is the header: `Payment` and `Status`, `Delivery` and `Status`.
"""

import re
from collections.abc import Iterator, Sequence

from bikorders.reading.fields import ORDER_ID
from bikorders.reading.header_index import Role
from bikorders.reading.header_spelling import fold_header, has_digit
from bikorders.reading.headers import Header, HeaderWords
from bikorders.sheet.workbook import Raw, Tab, is_blank


def read_headers(tab: Tab, row: int, role: Role, words: HeaderWords) -> list[Header]:
    """Return the headers of a row, each with the heading above it where the two together are known.

    Two such columns show that the row above holds headings. Then a header that stands under several of them, or for
    a person or a number under one that is not known, means nothing alone.
    """
    raws = tab.rows[row - 1]
    plain = words.read(raws, role)
    groups = list(_list_groups(tab, row))
    if not groups:
        return plain
    joined = [
        raw if is_blank(raw) or not group else f"{group} {raw}"
        for raw, group in zip(raws, groups, strict=True)
    ]
    whole = {header.column: header for header in words.read(joined, role) if groups[header.column - 1]}
    known = {column: header for column, header in whole.items() if header.meanings}
    if len(known) < _FEWEST:
        return plain
    named = {groups[column - 1] for column in known}
    texts = [fold_header(header.text) for header in plain]
    return [
        known.get(header.column)
        or _read_alone(header, groups[header.column - 1], named, is_repeated=texts.count(folded) > 1)
        for header, folded in zip(plain, texts, strict=True)
    ]


_FEWEST = 2


def _read_alone(header: Header, group: str, named: set[str], *, is_repeated: bool) -> Header:
    """Return what a header means that is not known together with the heading above it."""
    paths = {meaning.field.path for meaning in header.meanings}
    is_orders = group.lower().startswith("order")
    is_numbered = ORDER_ID in paths and not is_orders
    is_persons = group not in named and not is_orders and not paths.isdisjoint(_PERSON)
    if group and (is_repeated or is_numbered or is_persons):
        return Header(header.column, f"{group} {header.text}")
    return header


_PERSON = frozenset({"customer", "phoneNumber", "email", "address.address1", "address.city", "address.zip"})


def _list_groups(tab: Tab, row: int) -> Iterator[str]:
    """Yield the heading above each column of a row; nothing if the row above holds none."""
    raws, above = tab.rows[row - 1], tab.rows[row - 2] if row > 1 else ()
    if not 1 < _count(above) < _count(raws) or not _are_words(above) or not _are_words(raws):
        return
    group = ""
    for column in range(len(raws)):
        if column < len(above) and not is_blank(above[column]):
            group = _DETAILS.sub("", str(above[column])).strip(" :-")
        yield group


_DETAILS = re.compile(r"\b(?:details?|info|information|data)\b", re.IGNORECASE)


def _count(raws: Sequence[Raw]) -> int:
    return sum(not is_blank(raw) for raw in raws)


def _are_words(raws: Sequence[Raw]) -> bool:
    return all(is_blank(raw) or (isinstance(raw, str) and not has_digit(raw)) for raw in raws)
