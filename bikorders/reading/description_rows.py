"""Which rows below a header explain its columns? Marketplaces' exports have such rows.

Its id cell is a text without a number, and words stand where an amount, a number, a date or an address should.
"""

from collections.abc import Iterator

from bikorders.reading.cells import is_placeholder
from bikorders.reading.columns import Columns
from bikorders.reading.fields import ORDER_ID, Kind
from bikorders.reading.vocabulary import find_fulfillment, find_payment_status, find_status
from bikorders.sheet.workbook import Raw, Tab, is_blank, text_of

_WORDS: frozenset[Kind] = frozenset({"status", "payment", "fulfillment"})
_NUMBERS: frozenset[Kind] = frozenset(
    {"money", "discount", "phone", "email", "url", "tracking", "digits", "date", "quantity"}
)


def find_first_row(tab: Tab, columns: Columns, end: int) -> int:
    """Return the first row below a header, and below the rows that explain its columns; `end` is below the last."""
    first = columns.row + 1
    for number in range(first, end):
        if all(map(is_blank, tab.rows[number - 1])):
            continue
        if ORDER_ID not in columns.orders or not _is_description(tab, columns, number):
            break
        first = number + 1
    return first


def _is_description(tab: Tab, columns: Columns, number: int) -> bool:
    """Return whether the row of this number explains the columns of the header above it.

    At least two of its cells hold what they can't mean, one of them in place of a number; or a sentence stands for
    the id.
    """
    kinds = _list_misplaced(tab, columns, number)
    if kinds is None:
        return False
    (raw,) = _list_raws(tab, number, columns.orders[ORDER_ID].groups)
    is_sentence = len(text_of(raw).split()) > _MOST_WORDS
    return is_sentence or (len(kinds) > 1 and not _NUMBERS.isdisjoint(kinds))


_MOST_WORDS = 3
"""More words are no order id."""


def has_words_for_numbers(tab: Tab, columns: Columns, number: int) -> bool:
    """Return whether the row of this number is none of the table's: words stand where all of its numbers should."""
    return not _NUMBERS.isdisjoint(_list_misplaced(tab, columns, number) or ())


def _list_misplaced(tab: Tab, columns: Columns, number: int) -> list[Kind] | None:
    """Return for which kinds of cells a row has a text that can't be one; None if one can, or its id may be one."""
    ids = list(_list_raws(tab, number, columns.orders[ORDER_ID].groups))
    if len(ids) != 1 or not isinstance(ids[0], str) or _has_digit(ids[0]):
        return None
    kinds: list[Kind] = []
    for found in (columns.orders, *columns.slots):
        for known in found.values():
            kind = known.field.kind
            if kind not in _WORDS | _NUMBERS:
                continue
            for raw in _list_raws(tab, number, known.groups):
                if not isinstance(raw, str) or _may_be(kind, raw):
                    return None
                kinds.append(kind)
    return kinds


def _list_raws(tab: Tab, number: int, groups: tuple[tuple[int, ...], ...]) -> Iterator[Raw]:
    """Yield what is typed in the columns of a row."""
    raws = tab.rows[number - 1]
    for column in (column for group in groups for column in group if column <= len(raws)):
        raw = raws[column - 1]
        if not is_blank(raw) and not is_placeholder(raw):
            yield raw


def _may_be(kind: Kind, text: str) -> bool:
    """Return whether a text may be meant as what it stands for: a known word, or anything with a number in it.

    In a sentence a number is an example.
    """
    match kind:
        case "status":
            return find_status(text) is not None
        case "payment":
            return find_payment_status(text) is not None
        case "fulfillment":
            return find_fulfillment(text) is not None
    is_sentence = len(text.split()) > 2 and sum(map(str.isalpha, text)) > sum(map(str.isdigit, text))
    return (_has_digit(text) or "@" in text) and not is_sentence


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))
