"""How much is it? Amounts as people type them, read exactly; what could be two amounts is refused.

`1.234` may be a thousand or one and a bit. Such a cell is read only by the `Convention` of its column, if the
column's other cells show one.
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
"""The character that parts the cents in a column."""


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
    """Read an amount exactly. `local` is the shop's own currency, for signs that several share.

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
    before, after = (match[side] or "" for side in ("before", "after"))
    before = "" if before == "?" else before  # a ₹ that was lost on the way
    named = name_currencies(before, after, local)
    if "" in named or len(set(named)) > 1 or bool(match["open"]) != bool(match["close"]):
        raise Unreadable("amount")
    currency = named[0] if named else ""
    minus = [match[sign] for sign in ("open", "minus", "inside") if match[sign]]
    if len(minus) > 1:
        raise Unreadable("amount")
    comma_decimals = (currency or local) in COMMA_DECIMALS
    digits = _read_digits(match["number"], convention, comma_decimals=comma_decimals)
    if re.search(r"\d \d", match["number"]) and not named and "." not in digits:
        raise Unreadable("amount")  # `2 499`: one amount or two numbers
    if len(digits.replace(".", "").lstrip("0")) > EXACT_DIGITS:
        raise Unreadable("amount")
    amount = Decimal(digits)
    return Money(-amount if minus else amount, currency)


_PLAIN = re.compile(r"[₹$€£]?[0-9][0-9.,]*")
"""What nearly all amounts look like; nothing has to be cleared away."""


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


_GROUPED = {
    separator: re.compile(rf"\d{{1,3}}(?:{re.escape(separator)}\d{{3}})+")
    for separator in (".", ",", " ", "'", "’")
}
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})*,\d{3}")


def _read_digits(text: str, convention: Convention | None, *, comma_decimals: bool) -> str:
    """Give the digits with a point before the cents."""
    text = text.strip()
    for separator in (" ", "'", "’"):
        if separator in text:
            whole, mark, cents = text, "", ""
            for decimal in (".", ","):
                if decimal in text:
                    whole, mark, cents = text.rpartition(decimal)
            if not _GROUPED[separator].fullmatch(whole) or (mark and not re.fullmatch(r"\d{1,2}", cents)):
                raise Unreadable("amount")
            return whole.replace(separator, "") + (f".{cents}" if mark else "")
    if "." in text and "," in text:
        decimal = "." if text.rindex(".") > text.rindex(",") else ","
        whole, _, cents = text.rpartition(decimal)
        if not _is_grouped(whole, "," if decimal == "." else ".") or not cents.isdecimal():
            raise Unreadable("amount")
        return f"{_join(whole)}.{cents}"
    separator = "." if "." in text else ","
    if separator not in text:
        return text
    whole, _, last = text.rpartition(separator)
    if separator in whole:
        if not _is_grouped(text, separator):
            raise Unreadable("amount")
        return _join(text)
    if not whole or not last:
        raise Unreadable("amount")
    could_group = len(last) == 3 and len(whole) <= 3 and not whole.startswith("0")
    if could_group:
        return _settle(whole, last, separator, convention, comma_decimals=comma_decimals)
    if separator == "," and len(last) > 2:
        raise Unreadable("amount")
    return f"{whole}.{last}"


def _settle(
    whole: str, last: str, separator: str, convention: Convention | None, *, comma_decimals: bool
) -> str:
    """Read `1.234` and `1,234`: by the column; without one a comma parts thousands, except where one parts the cents."""
    if convention is not None:
        return f"{whole}.{last}" if convention == separator else whole + last
    if separator == "," and not comma_decimals:
        return whole + last
    raise Unreadable("amount")


def _is_grouped(text: str, separator: str) -> bool:
    return bool(_GROUPED[separator].fullmatch(text) or (separator == "," and _INDIAN.fullmatch(text))) or (
        text.isdecimal()
    )


def _join(text: str) -> str:
    return re.sub(r"[.,]", "", text)


_MAY_SHOW = re.compile(r"[.,]\d{1,2}(?!\d)|[.,]\d+[.,]")
"""What a cell has that may show its column's convention: cents, or two marks."""


def find_convention(raws: Iterable[Raw]) -> Convention | None:
    """Say which character parts the cents in a column: the only one that is ever certainly used so.

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
    """Read a discount: an amount, or a share of the subtotal.

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
    """Take a spreadsheet's number without float noise; a division's endless decimals end at cents.

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
