"""What do a column's cells say that it holds? They decide where its header leaves that open.

A bounded sample of the cells is read. Most of them must read as the thing that the header may mean: a known word,
an amount, a phone number, a name. What one cell means for an order is settled elsewhere, and more strictly.
"""

import re
from collections.abc import Callable, Container, Mapping
from itertools import islice
from types import MappingProxyType

from bikorders.reading.cells import (
    Unreadable,
    parse_email,
    parse_quantity,
    parse_url,
    says_something,
)
from bikorders.reading.dates import is_date
from bikorders.reading.fields import Field, Kind
from bikorders.reading.money import is_free, parse_discount, parse_money
from bikorders.reading.order_ids import clean_id, fold_order_id
from bikorders.reading.payments import PAYMENT_OF_STATUS
from bikorders.reading.remarks import split_day
from bikorders.reading.vocabulary import (
    find_country,
    find_fulfillment,
    find_status,
    fold_words,
    is_payment,
    is_tick,
    names_payment,
)
from bikorders.sheet.workbook import Raw, Tab, text_of
from bikorders.text import LONGEST

_MOST_CELLS, _MOST_ROWS = 200, 2000
"""How many filled cells of a column are looked at, and in how many rows they are looked for."""

Sample = tuple[Raw, ...]

OwnWords = Mapping[str, Container[str]]
"""The folded words of a shop's own that mean something to it, by the kind of field."""

NO_WORDS: OwnWords = MappingProxyType({})


def sample_column(tab: Tab, header: int, column: int) -> Sample:
    """Return the first filled cells of a column below its header; errors and what stands for nothing are left out."""
    rows = islice(tab.rows, header, header + _MOST_ROWS)
    raws = (row[column - 1] for row in rows if len(row) >= column)
    found = tuple(islice((raw for raw in raws if says_something(raw)), _MOST_CELLS))
    return found[1:] if len(found) > 1 and _is_sentence(found[0]) else found


def _is_sentence(raw: Raw) -> bool:
    """Return whether a column's first cell may explain the column, as in exports; one cell less decides nothing."""
    text = text_of(raw)
    return len(text.split()) > 2 and not any(map(str.isdigit, text))


def holds(field: Field, sample: Sample, own_words: OwnWords = NO_WORDS) -> bool:
    """Return whether most cells read as what the field holds, or are the shop's own words for it."""
    test = _TESTS.get((field.kind, field.path)) or _TESTS.get((field.kind, ""))
    return test is not None and _are_most(test, sample, own_words.get(field.kind, ()))


def holds_amounts(sample: Sample) -> bool:
    """Return whether most cells are amounts of money."""
    return _are_most(_is_money, sample)


def may_hold_amounts(field: Field, sample: Sample) -> bool:
    """Return whether a field is an amount, and any of a column's cells may be one."""
    if field.kind not in ("money", "discount"):
        return False
    return any(_is_fee(raw) or _is_discount(raw) or any(map(str.isdigit, text_of(raw))) for raw in sample)


def holds_statuses(sample: Sample, own_words: OwnWords) -> bool:
    """Return whether most cells are statuses of orders."""
    return _are_most(_is_status, sample, own_words.get("status", ()))


def holds_payments(sample: Sample, own_words: OwnWords, *, is_report: bool) -> bool:
    """Return whether cells under a bare `Status` are about payments: all of them, and one that can be about nothing else.

    In a report of a payment service it is enough that none is about an order.
    """
    texts = [text_of(raw) for raw in sample]
    own = own_words.get("status", ())
    statuses = [find_status(text) for text in texts if not names_payment(text)]
    if any(status not in _OF_BOTH for status in statuses if status) or any(
        fold_words(t) in own for t in texts
    ):
        return False
    if is_report:
        return bool(texts)
    return len(statuses) < len(texts) and None not in statuses and "COMPLETED" not in statuses


_OF_BOTH = frozenset({None, *PAYMENT_OF_STATUS})
"""Statuses that an order and a payment can both have."""


def _are_most(test: Callable[[Raw], bool], sample: Sample, own: Container[str] = ()) -> bool:
    """Return whether at least two in three cells pass the test, or are among words of the shop; not if there are none."""
    count = sum(test(raw) or fold_words(text_of(raw)) in own for raw in sample)
    return bool(sample) and count * 3 >= len(sample) * 2


def _can(parse: Callable[[Raw], object], raw: Raw) -> bool:
    try:
        parse(raw)
    except Unreadable:
        return False
    return True


def _is_status(raw: Raw) -> bool:
    text = text_of(raw)
    return find_status(split_day(text) or text) is not None


def _is_state(raw: Raw) -> bool:
    """Return whether a cell says how far an order is; people type `Paid` among such words."""
    return _is_status(raw) or names_payment(text_of(raw))


def _is_payment(raw: Raw) -> bool:
    return _is_payment_word(raw) or _is_written_date(raw)


def _is_payment_word(raw: Raw) -> bool:
    text = text_of(raw)
    return is_payment(split_day(text) or text)


def _is_money(raw: Raw) -> bool:
    if isinstance(raw, bool) or _is_written_date(raw):
        return False
    return _can(parse_money, raw) or _can(_parse_any, raw)


def _parse_any(raw: Raw) -> object:
    """Parse an amount by the other convention, with a sign that several currencies share."""
    return parse_money(raw, "", ",")


def _is_written_date(raw: Raw) -> bool:
    """Return whether a cell holds a date with its signs; bare digits may be anything."""
    text = text_of(raw)
    return not text.replace(".", "").isdigit() and is_date(text)


def _is_fee(raw: Raw) -> bool:
    return _is_money(raw) or is_free(raw)


def _is_discount(raw: Raw) -> bool:
    return not isinstance(raw, bool) and _can(parse_discount, raw)


def _is_quantity(raw: Raw) -> bool:
    return _can(parse_quantity, raw) and parse_quantity(raw) < _MANY


_MANY = 100


def _is_phone(raw: Raw) -> bool:
    text = text_of(raw)
    if isinstance(raw, bool) or len(text) > LONGEST or _is_written_date(raw):
        return False
    digits = sum(char.isdigit() for char in text)
    return (
        bool(_PHONE.fullmatch(text)) and (8 if text.startswith(("+", "0")) else 9) <= digits <= _PHONE_DIGITS
    )


_PHONE = re.compile(r"(?:tel:|')?\+?[\d\s().\-/]+")
_PHONE_DIGITS = 15


def _is_tracking(raw: Raw) -> bool:
    text = text_of(raw)
    is_number = _PARCEL.fullmatch(text.replace(" ", "")) and sum(map(str.isdigit, text)) >= _PARCEL_DIGITS
    return bool(is_number and not _is_written_date(raw)) or _can(parse_url, raw)


_PARCEL = re.compile(r"[A-Za-z0-9-]{6,40}", re.ASCII)
_PARCEL_DIGITS = 4


def _is_id(raw: Raw) -> bool:
    """Return whether a cell can be an order's number: one word with a digit in it, and nothing else that is known."""
    text = text_of(raw)
    is_word = len(text.split()) == 1 and any(map(str.isdigit, text)) and bool(fold_order_id(clean_id(raw)))
    return (
        is_word
        and not isinstance(raw, bool)
        and not _is_written_date(raw)
        and "@" not in text
        and ":" not in text
    )


def _has_words(raw: Raw) -> bool:
    """Return whether a cell holds a name or a text, and not something that is known to be another thing."""
    text = text_of(raw)
    if not isinstance(raw, str) or len(text) > LONGEST or not any(map(str.isalpha, text)):
        return False
    is_other = (
        "@" in text or _is_written_date(raw) or _is_money(raw) or _can(parse_url, raw) or _is_phone(raw)
    )
    return (
        not is_other and not _is_status(raw) and not _is_payment_word(raw) and find_fulfillment(text) is None
    )


def _is_product(raw: Raw) -> bool:
    """Return whether a cell may name a product; `Size: L` says something about one."""
    return _has_words(raw) and not _ABOUT.match(text_of(raw))


_ABOUT = re.compile(r"[^\d\n:：]{1,30}[:：]\s")


def _is_product_id(raw: Raw) -> bool:
    """Return whether a cell can be a product's number and does not just count the lines."""
    text = text_of(raw)
    return len(text) >= _SHORTEST_PRODUCT_ID and len(text.split()) == 1 and not isinstance(raw, bool)


_SHORTEST_PRODUCT_ID = 4


def _is_person(raw: Raw) -> bool:
    return _has_words(raw) and not any(map(str.isdigit, text_of(raw)))


def _is_country(raw: Raw) -> bool:
    """Return whether a cell names a country, in English or where `Kraj` heads countries in one language, regions in another."""
    return any(find_country(text_of(raw), home) for home in ("", "PL", "IL", "AL"))


def _is_item_list(raw: Raw) -> bool:
    return _has_words(raw) and not _is_id(raw)


def _is_done(raw: Raw) -> bool:
    """Return whether a cell says that something was done, or was not: a tick or a date."""
    return is_tick(text_of(raw)) or _is_written_date(raw)


DONE = ("delivered", "cancelled", "returned", "sent back", "packed")
"""Fields of columns that are ticked, or dated, once it has happened."""

_TESTS: dict[tuple[Kind, str], Callable[[Raw], bool]] = {
    ("id", ""): _is_id,
    ("status", ""): _is_status,
    ("status", "status"): _is_state,
    ("payment", ""): _is_payment,
    ("money", ""): _is_money,
    ("money", "shippingCharge"): _is_fee,
    ("discount", ""): _is_discount,
    ("phone", ""): _is_phone,
    ("email", ""): lambda raw: _can(parse_email, raw),
    ("quantity", ""): _is_quantity,
    ("tracking", ""): _is_tracking,
    ("text", "customer"): _is_person,
    ("text", "address.country"): _is_country,
    ("text", "name"): _is_id,
    **{("text", path): _is_done for path in DONE},
    ("text", "cod"): lambda raw: is_tick(text_of(raw)),
    ("text", "address.address1"): _has_words,
    ("product_id", ""): _is_product_id,
    ("packed", ""): _is_product,
    ("packed", "items"): _is_item_list,
}
"""What a cell must be, by the kind of field, and for some by the field's path too."""
