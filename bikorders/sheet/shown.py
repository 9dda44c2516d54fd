"""What does a cell's format add to its value? The value and the text that the cell shows become what a person reads there.

A spreadsheet keeps 42 where it shows `0042`, 1001 where it shows `ORD-1001`, 499 where it shows `$499` and 0.1 where it
shows `10%`. The value has all digits, the text has the zeros and the words. The two may have been read at different
moments: a text is believed only if it shows its value, rounded as the text is.
"""

import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from bikorders.sheet.workbook import Raw, Shown, text_of
from bikorders.text import BLANKS, LONGEST, remember, strip_blanks

UNCLEAR = "#FORMAT!"
"""What stands for a number whose cell shows another number, such as 1.2K for 1234."""

UNKNOWN = "Loading..."
"""What stands for a number while it is not known what its cell shows; Google writes the same for such a moment."""

_EXACT = 10**15
"""From here on a number has lost digits, which no format brings back."""

_RUN = re.compile(r"\d+")
_SCIENTIFIC = re.compile(r"-?(\d)(?:[.,](\d+))?E([+-]?\d{1,3})", re.ASCII)
_DASH = re.compile(r"[-−–—]")
_COMMON = re.compile(r"([^\d.,%]*)([1-9][\d,]*)(\.\d+)?([^\d.,%]*)", re.ASCII)
_SIGNS = re.compile(r"[-−–—()\s]")
_MARKS = tuple(".,'’٫٬")
_GROUPING = frozenset(_MARKS) | frozenset(BLANKS)
"""What a format puts between thousands and before decimals; and blanks."""


class Doubt(NamedTuple):
    """A cell of `row` whose text does not show its value: edited between the two reads, or under an odd format."""

    row: list[Raw]
    column: int
    value: Raw
    text: str


def merge_shown(row: list[Raw], shown: Sequence[Raw]) -> list[Doubt]:
    """Put what the cells show into a row of their values, and return the doubtful cells, which stay as they were."""
    if row == shown or [*map(str, row)] == shown:
        return []
    doubts = []
    for column, (value, text) in enumerate(zip_longest(tuple(row), shown, fillvalue="")):
        if value == text or isinstance(value, bool):
            continue
        raw = read_shown(value, text_of(text))
        if raw is None:
            doubts.append(Doubt(row, column, value, text_of(text)))
        elif raw is not value:
            row[column] = raw
    return doubts


def settle_doubts(doubts: Sequence[Doubt], *, is_same_moment: bool) -> None:
    """Decide what the doubtful cells hold.

    At one moment a cell holds what it shows: words, nothing, or a number that is not its value and thus `UNCLEAR`.
    Else the row may be another by now: its values stand, but how its numbers are shown is `UNKNOWN`.
    """
    for row, column, value, text in doubts:
        if not is_same_moment:
            row[:] = [_forget(raw) for raw in row]
        elif column < len(row):
            row[column] = _read_odd(value, text)


def _forget(raw: Raw) -> Raw:
    if isinstance(raw, (bool, str)) and not isinstance(raw, Shown):
        return raw
    return raw if raw is None else Shown(UNKNOWN, raw.typed if isinstance(raw, Shown) else raw)


def _read_odd(value: Raw, text: str) -> Raw:
    """Return what a cell holds that shows `text` for its value at one moment.

    >>> _read_odd(1, "yes"), _read_odd(17, "2024017"), _read_odd("1001", "ORD-1001"), _read_odd(0, ""), _read_odd(1234, "1K")
    ('yes', '2024017', 'ORD-1001', '', '#FORMAT!')
    """
    if isinstance(value, (int, float)) and _RUN.search(text):
        digits = text_of(value)
        if len(text) > LONGEST or not digits.isdecimal() or not _join_digits(text).endswith(digits):
            return Shown(UNCLEAR, value)
    return Shown(text, value)


def read_shown(value: Raw, text: str) -> Raw:
    """Return what a cell says that holds `value` and shows `text`; None if the text does not show that value.

    A number stays one if its text adds nothing to it: marks between thousands, rounding, zeros after the point. Else it
    is the text, with all digits of the value and no marks between them.

    >>> read_shown(1234.5, "1,234.50"), read_shown(1234.5, "1.235"), read_shown(-5, "(5)"), read_shown(0, " -   ")
    (1234.5, 1234.5, -5, 0)
    >>> read_shown(42, "0042"), read_shown(1001, "ORD-1001"), read_shown(7911123456, "+44 7911123456")
    ('0042', 'ORD-1001', '+44 7911123456')
    >>> read_shown(1234, "1.234 €"), read_shown(499.5, "$500"), read_shown(0.125, "13%"), read_shown(7911123, "(791) 11-23")
    ('1234 €', '$499.5', '12.5%', '(791) 11-23')
    >>> read_shown(5, "6") is None, read_shown(1234, "1.2K") is None
    (True, True)
    """
    if isinstance(value, bool):
        return value
    if not isinstance(value, (int, float)):
        return value if text_of(value) == strip_blanks(text) else None
    if len(text) > LONGEST:
        return None
    if match := _COMMON.fullmatch(text):  # nearly always
        before, whole, cents, after = match.groups(default="")
        if (
            f"{abs(value):.{max(len(cents) - 1, 0)}f}" == whole.replace(",", "") + cents
            and abs(value) < _EXACT
        ):
            return _spell(before, _write_plain(abs(value)), after, value)
    if match := _SCIENTIFIC.fullmatch(text):
        decimals = match[2] or ""
        return value if _is_rounded(abs(value), match[1] + decimals, len(decimals) - int(match[3])) else None
    runs = [match.span() for match in _RUN.finditer(text)]
    if not runs:
        before, dash, after = _partition_dash(text)
        return _spell(before, "0", after, value) if dash and not value else None
    start, end = runs[0][0], runs[-1][1]
    if abs(value) < 1 and text[:start].endswith((".", ",")):
        start -= 1  # .50 is shown without its 0
    found = _read_amount(text[:start], text[start:end], text[end:], value)
    return _read_digits(text, runs, value) if found is None else found


def _read_amount(before: str, number: str, after: str, value: float) -> Raw:
    """Return what a cell says whose text holds one number; None if it is not the value, or looks like no amount."""
    if not all(char.isdecimal() or char in _GROUPING for char in number):
        return None
    digits = _join_digits(number)
    last = len(number) - 1 - max(number.rfind(char) for char in _GROUPING)
    for decimals in (last, 0) if last < len(number) else (0,):
        for percent in (100, 1) if "%" in before + after else (1,):
            exact = float(f"{abs(value) * percent:.15g}")
            if not _is_rounded(exact, digits, decimals):
                continue
            if exact >= _EXACT:
                return value
            whole = digits[: len(digits) - decimals]
            if len(whole) > 1 and whole.startswith("0"):
                cents = digits[len(whole) :]
                return Shown(strip_blanks(f"{before}{whole}{cents and '.'}{cents}{after}"), value)
            return _spell(before, _write_plain(exact), after, value)
    return None


def _is_rounded(exact: float, digits: str, decimals: int) -> bool:
    """Return whether the digits, of which so many are decimals, are the number as it is rounded to them."""
    unit: float = 10.0**-decimals
    return abs(int(digits) * unit - exact) <= unit * 0.5000001 + exact * 1e-14


def _read_digits(text: str, runs: Sequence[tuple[int, int]], value: float) -> Raw:
    """Return the text as it stands if it shows a whole number digit by digit, maybe beside other numbers; else None."""
    digits = text_of(abs(value))
    if not digits.isdecimal() or value >= _EXACT:
        return None
    if _join_digits(text).lstrip("0") == digits.lstrip("0"):
        return Shown(strip_blanks(text), value)
    ends = [(start, len(text)) for start, _ in runs[1:]]
    for start, end in (*ends, *runs):
        is_apart = text[start - 1 : start] not in _MARKS and text[end : end + 1] not in _MARKS
        if is_apart and _join_digits(text[start:end]).lstrip("0") == digits:
            return Shown(strip_blanks(text), value)
    return None


def _join_digits(text: str) -> str:
    """Return the digits of a text, whatever their script, as ASCII."""
    return "".join(str(int(char)) for char in text if char.isdecimal())


def _write_plain(number: float) -> str:
    """Return a number such that nobody takes its decimals for a group of thousands.

    >>> _write_plain(1234.0), _write_plain(1.5), _write_plain(1.234)
    ('1234', '1.5', '1.2340')
    """
    text = text_of(number) if number >= 1e-4 or not number else f"{number:.9f}"
    return f"{text}0" if "." in text and len(text.partition(".")[2]) == 3 else text


def _partition_dash(text: str) -> tuple[str, str, str]:
    match = _DASH.search(text)
    return (text[: match.start()], match[0], text[match.end() :]) if match else (text, "", "")


def _spell(before: str, number: str, after: str, value: float) -> Raw:
    """Return the number with the words around it; the value itself if there are none, and no sign that it does not have."""
    if not before and not after:
        return value
    sign = _find_sign(before, after, is_negative=value < 0)
    return value if sign is None else Shown(strip_blanks(f"{sign}{before}{number}{after}"), value)


@remember
def _find_sign(before: str, after: str, *, is_negative: bool) -> str | None:
    """Return the minus that the words around a number lack; None if they are no more than its sign and blanks."""
    around = before + after
    if not strip_blanks(_SIGNS.sub("", around) if is_negative else around):
        return None
    return "-" if is_negative and "(" not in around and not _DASH.search(around) else ""
