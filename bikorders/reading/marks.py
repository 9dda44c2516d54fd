"""What number do digits make with the marks between them? Points, commas, blanks and apostrophes.

A mark before three digits may part thousands or cents. It is settled by the column's `Convention`, by the
currency's `Habits`, or not at all.
"""

import re
from typing import Literal

from bikorders.reading.cells import Unreadable
from bikorders.reading.currency_habits import Habits

Convention = Literal[".", ","]
"""The character before the cents in a column."""


def read_digits(text: str, convention: Convention | None, habits: Habits) -> str:
    """Return the digits with a point before the cents."""
    if "٫" in text:
        return _read_arabic(text)
    if match := _SPACER.search(text):
        return _read_spaced(text, match[0], habits)
    if "." in text and "," in text:
        return _read_both_marks(text)
    mark: Convention = "." if "." in text else ","
    match text.count(mark):
        case 0:
            return text
        case 1:
            return _read_one_mark(text, mark, convention, habits)
    return _join_groups(text, mark)


_SPACER = re.compile("[ ']")
_SPACED = {
    spacer: re.compile(rf"(\d{{1,3}}(?:{spacer}\d{{3}})+)(?:[.,](\d{{1,3}}))?") for spacer in (" ", "'")
}


def _read_arabic(text: str) -> str:
    """Read `1'234٫50`, where the mark before the cents can be no other."""
    whole, _, cents = text.partition("٫")
    if not cents.isdecimal():
        raise Unreadable("amount")
    groups = "".join(sorted(set(whole) & set(" ',.")))
    if len(groups) > 1:
        raise Unreadable("amount")
    return f"{_join_groups(whole.replace(groups, ',') if groups else whole, ',')}.{cents}"


def _read_spaced(text: str, spacer: str, habits: Habits) -> str:
    """Read `1 234,50` and `1'234.50`: groups of three digits, and cents after either mark."""
    match = _SPACED[spacer].fullmatch(text)
    cents = match[2] if match else None
    if not match or (cents and len(cents) == 3 != habits.digits):
        raise Unreadable("amount")
    whole = match[1].replace(spacer, "")
    return f"{whole}.{cents}" if cents else whole


def _read_both_marks(text: str) -> str:
    """Read `1,234.50` and `1.234,50`: cents after the last mark, thousands between the others."""
    decimal, other = (".", ",") if text.rindex(".") > text.rindex(",") else (",", ".")
    whole, _, cents = text.rpartition(decimal)
    if not cents.isdecimal():
        raise Unreadable("amount")
    return f"{_join_groups(whole, other)}.{cents}"


def _read_one_mark(text: str, mark: Convention, convention: Convention | None, habits: Habits) -> str:
    """Read `12.50`, `12,5` and `1,234`. Three digits after the mark may be cents or a group of thousands."""
    whole, _, last = text.partition(mark)
    if not whole or not last:
        raise Unreadable("amount")
    may_be_group = len(last) == 3 and len(whole) <= 3 and not whole.startswith("0")
    if not may_be_group:
        if mark == "," and len(last) > 2 and not (len(last) == habits.digits and mark in habits.decimals):
            raise Unreadable("amount")
        if convention != mark and _may_be_short(mark, whole, last, habits):
            raise Unreadable("amount")
        return f"{whole}.{last}"
    has_cents = _has_cents(mark, habits)
    if convention is not None and habits.digits == _USUAL_DIGITS:
        has_cents = convention == mark
    elif convention is not None and has_cents is not (convention == mark):
        has_cents = None
    if has_cents is None:
        raise Unreadable("amount")
    return f"{whole}.{last}" if has_cents else whole + last


_USUAL_DIGITS = 2


def _may_be_short(mark: Convention, whole: str, last: str, habits: Habits) -> bool:
    """Return whether a number like `58.5` may be short for 58,500, where there are no cents and no such mark."""
    return not habits.digits and mark not in habits.decimals and len(whole) <= 3 and bool(last.strip("0"))


def _has_cents(mark: Convention, habits: Habits) -> bool | None:
    """Return whether cents follow the one mark before three digits, and no thousands; None if it may be either.

    It is settled by how many digits the cents have in that currency, and by what its country writes before them.
    """
    is_decimal = mark in habits.decimals
    match habits.digits:
        case 3:
            if is_decimal:
                return True if habits.decimals == mark else None
            return None if mark == "." else False  # people write a point where the country has a comma
        case 0:
            return None if mark == "." and is_decimal else False  # `480.000` may come from a program
    return None if is_decimal else False


_GROUPED = {
    ",": re.compile(r"\d+|\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})*,\d{3}"),  # also 1,23,456 as in India
    ".": re.compile(r"\d+|\d{1,3}(?:\.\d{3})+"),
}


def _join_groups(text: str, mark: str) -> str:
    """Return the digits of a whole number whose thousands are parted by `mark`."""
    if not _GROUPED[mark].fullmatch(text):
        raise Unreadable("amount")
    return text.replace(mark, "")


def show_convention(number: str) -> Convention | None:
    """Return the character before the cents that a number shows by itself; None if it may have either."""
    points, commas = number.count("."), number.count(",")
    if points and commas:
        return "." if number.rindex(".") > number.rindex(",") else ","
    if points > 1 or commas > 1:
        return "," if points else "."
    last = len(number) - 1 - max(number.rfind("."), number.rfind(","))
    if last in (1, 2):
        return "." if points else ","
    return None
