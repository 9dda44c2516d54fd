"""How much is it? Amounts as people type them, read exactly; what may be two amounts is refused.

`1.234` may be a thousand or one and a bit. Such a cell is read only if other cells of its column
show which `Convention` the column follows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from bikorders.reading.cells import EXACT_DIGITS, Unreadable, parse_text
from bikorders.reading.currencies import CODE, COMMA_DECIMALS, SIGN, name_currencies
from bikorders.reading.dates import is_date
from bikorders.sheet.workbook import Raw
from bikorders.text import LONGEST, narrow, remember

Convention = Literal[".", ","]
"""The character before the cents in a column."""


class Money(NamedTuple):
    """An amount in the currency's main unit; the currency where the cell names one, else ""."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Share:
    """A part of something: `10%` is 0.1."""

    fraction: Decimal


_MONEY = re.compile(
    rf"""
    (?P<open>\()? (?P<minus>-)? \s* (?P<before> {SIGN} | (?:{CODE})(?![a-z]) | \? )? \s* (?P<inside>-)? \s*
    (?P<number> \d [\d.,'’ ]*? ) \s* (?: /- )? \s* (?P<after> {SIGN} | {CODE} )? (?P<close>\))?
    """,
    re.VERBOSE | re.IGNORECASE,
)


_SIGN_OUTSIDE = re.compile(rf"^({SIGN})\((.*)\)$", re.IGNORECASE)  # ₹(500)
_CURRENCY = re.compile(rf"{SIGN}|{CODE}", re.IGNORECASE)


@remember
def parse_money(raw: Raw, local: str = "INR", convention: Convention | None = None) -> Money:
    """Return an amount exactly. `local` is the shop's own currency, for signs that several currencies share.

    >>> parse_money("₹1,23,456.50"), parse_money("Rs.866")
    (Money(amount=Decimal('123456.50'), currency='INR'), Money(amount=Decimal('866'), currency='INR'))
    >>> parse_money("1.234,50 €"), parse_money("(500)")
    (Money(amount=Decimal('1234.50'), currency='EUR'), Money(amount=Decimal('-500'), currency=''))
    >>> parse_money("1.234", convention=",")
    Money(amount=Decimal('1234'), currency='')
    >>> parse_money("1.234")
    Traceback (most recent call last):
    bikorders.reading.cells.Unreadable: amount
    """
    if isinstance(raw, (bool, type(None))):
        raise Unreadable("amount")
    if isinstance(raw, (int, float)):
        return Money(read_number(raw), "")
    if raw.isascii() and raw.isdecimal() and len(raw) <= EXACT_DIGITS:
        return Money(Decimal(raw), "")
    match = _match(raw)
    currency = _read_currency(match, local)
    is_negative = _is_negative(match)
    comma_decimals = (currency or local) in COMMA_DECIMALS
    digits = _read_digits(match["number"].strip(), convention, comma_decimals=comma_decimals)
    if _TWO_NUMBERS.search(match["number"]) and not currency and "." not in digits:
        raise Unreadable("amount")
    if len(digits.replace(".", "").lstrip("0")) > EXACT_DIGITS:
        raise Unreadable("amount")
    amount = Decimal(digits)
    return Money(-amount if is_negative else amount, currency)


_TWO_NUMBERS = re.compile(r"\d \d")
"""`2 499` may be one amount or two numbers; a currency or cents beside it say that it is one."""

_PLAIN = re.compile(r"[₹$€£]?[0-9][0-9.,]*")
"""What nearly all amounts look like; they need no cleaning."""


def _match(raw: str) -> re.Match[str]:
    if len(raw) > LONGEST:
        raise Unreadable("amount")
    if _PLAIN.fullmatch(raw):
        match = _MONEY.fullmatch(raw)
    else:
        text = narrow(parse_text(raw)).replace("â‚¹", "₹").replace("−", "-").replace("–", "-")
        text = re.sub(r"\s", " ", text)
        text = _SIGN_OUTSIDE.sub(r"(\1\2)", text)
        others = _CURRENCY.sub("", text)
        match = None if re.search(r"[^\W\d_]", others) else _MONEY.fullmatch(text)
    if not match or not match["number"].replace("’", "").isascii():
        raise Unreadable("amount")
    return match


def _read_currency(match: re.Match[str], local: str) -> str:
    """Return the currency that the signs name, "" if there is none. A "?" is a ₹ that was lost."""
    before, after = (match["before"] or "").replace("?", ""), match["after"] or ""
    named = name_currencies(before, after, local)
    if "" in named or len(set(named)) > 1:
        raise Unreadable("amount")
    return named[0] if named else ""


def _is_negative(match: re.Match[str]) -> bool:
    """Return whether the amount has a minus sign, or stands in brackets; two signs are refused."""
    if bool(match["open"]) != bool(match["close"]):
        raise Unreadable("amount")
    signs = [group for group in ("open", "minus", "inside") if match[group]]
    if len(signs) > 1:
        raise Unreadable("amount")
    return bool(signs)


def _read_digits(text: str, convention: Convention | None, *, comma_decimals: bool) -> str:
    """Return the digits with a point before the cents."""
    if match := _SPACER.search(text):
        return _read_spaced(text, match[0])
    if "." in text and "," in text:
        return _read_both_marks(text)
    mark: Convention = "." if "." in text else ","
    match text.count(mark):
        case 0:
            return text
        case 1:
            return _read_one_mark(text, mark, convention, comma_decimals=comma_decimals)
    return _join_groups(text, mark)


_SPACER = re.compile("[ '’]")
_SPACED = {
    spacer: re.compile(rf"(\d{{1,3}}(?:{spacer}\d{{3}})+)(?:[.,](\d{{1,2}}))?") for spacer in (" ", "'", "’")
}


def _read_spaced(text: str, spacer: str) -> str:
    """Read `1 234,50` and `1'234.50`: groups of three digits, and cents after either mark."""
    match = _SPACED[spacer].fullmatch(text)
    if not match:
        raise Unreadable("amount")
    whole = match[1].replace(spacer, "")
    return f"{whole}.{match[2]}" if match[2] else whole


def _read_both_marks(text: str) -> str:
    """Read `1,234.50` and `1.234,50`: cents after the last mark, thousands between the others."""
    decimal, other = (".", ",") if text.rindex(".") > text.rindex(",") else (",", ".")
    whole, _, cents = text.rpartition(decimal)
    if not cents.isdecimal():
        raise Unreadable("amount")
    return f"{_join_groups(whole, other)}.{cents}"


def _read_one_mark(
    text: str, mark: Convention, convention: Convention | None, *, comma_decimals: bool
) -> str:
    """Read `12.50`, `12,5` and `1,234`. Three digits after the mark may be cents or a group of thousands."""
    whole, _, last = text.partition(mark)
    if not whole or not last:
        raise Unreadable("amount")
    may_be_group = len(last) == 3 and len(whole) <= 3 and not whole.startswith("0")
    if not may_be_group:
        if mark == "," and len(last) > 2:
            raise Unreadable("amount")
        return f"{whole}.{last}"
    if convention is not None:
        return f"{whole}.{last}" if convention == mark else whole + last
    if mark == "," and not comma_decimals:
        return whole + last
    raise Unreadable("amount")


_GROUPED = {
    ",": re.compile(r"\d+|\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})*,\d{3}"),  # also 1,23,456 as in India
    ".": re.compile(r"\d+|\d{1,3}(?:\.\d{3})+"),
}


def _join_groups(text: str, mark: str) -> str:
    """Return the digits of a whole number whose thousands are parted by `mark`."""
    if not _GROUPED[mark].fullmatch(text):
        raise Unreadable("amount")
    return text.replace(mark, "")


_MAY_SHOW = re.compile(r"[.,]\d{1,2}(?!\d)|[.,]\d+[.,]")
"""What a cell may show its column's convention by: one or two digits after a mark, or two marks."""


def find_convention(raws: Iterable[Raw]) -> Convention | None:
    """Return the character before the cents in a column; None if no cell shows it, or they show both.

    >>> find_convention(["1.234", "12,50"]), find_convention(["1.234", "5"]), find_convention(["1,5", "1.5"])
    (',', None, None)
    """
    seen: set[Convention] = set()
    for raw in raws:
        if not isinstance(raw, str) or not _MAY_SHOW.search(raw):
            continue
        try:
            number = _match(raw)["number"].strip()
        except Unreadable:
            continue
        if is_date(raw):
            continue
        if shown := _show_convention(number):
            seen.add(shown)
            if len(seen) > 1:
                return None
    return seen.pop() if seen else None


def _show_convention(number: str) -> Convention | None:
    points, commas = number.count("."), number.count(",")
    if points and commas:
        return "." if number.rindex(".") > number.rindex(",") else ","
    if points > 1 or commas > 1:
        return "," if points else "."
    last = len(number) - 1 - max(number.rfind("."), number.rfind(","))
    if last in (1, 2):
        return "." if points else ","
    return None


def parse_discount(raw: Raw, local: str = "INR", convention: Convention | None = None) -> Money | Share:
    """Return a discount: an amount, or a share of the subtotal.

    >>> parse_discount("10%"), parse_discount("-100")
    (Share(fraction=Decimal('0.1')), Money(amount=Decimal('-100'), currency=''))
    """
    if (
        isinstance(raw, str)
        and "%" in raw
        and (match := re.fullmatch(r"-?\s*(\d{1,3}(?:[.,]\d{1,2})?)\s*%", parse_text(raw), re.ASCII))
    ):
        percent = Decimal(match[1].replace(",", "."))
        if percent > 100:
            raise Unreadable("amount")
        return Share(percent / 100)
    return parse_money(raw, local, convention)


def read_number(number: float) -> Decimal:
    """Return a spreadsheet's number without float noise; endless decimals of a division are rounded to cents.

    >>> read_number(0.1 + 0.2), read_number(100 / 3)
    (Decimal('0.3'), Decimal('33.33'))
    """
    if not abs(number) < 10**EXACT_DIGITS:  # nor what is no number
        raise Unreadable("amount")
    value = Decimal(f"{number:.15g}")
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -4:
        value = round(value, 2)
    return value
