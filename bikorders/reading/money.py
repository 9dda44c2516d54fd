"""How much is it? Amounts as people type them, read exactly; what may be two amounts is refused.

`1.234` may be a thousand or one and a bit. Such a cell is read only if other cells of its column
show which `Convention` the column follows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from bikorders.reading.cells import EXACT_DIGITS, Unreadable, parse_text
from bikorders.reading.currencies import is_shared, name_currencies
from bikorders.reading.currency_habits import get_habits
from bikorders.reading.dates import is_date
from bikorders.reading.marks import Convention, read_digits, show_convention
from bikorders.sheet.workbook import Raw
from bikorders.text import LONGEST, fold_words, narrow, remember


class Money(NamedTuple):
    """An amount in the currency's main unit; the currency where the cell names one, else ""."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Share:
    """A part of something: `10%` is 0.1."""

    fraction: Decimal


class Written(NamedTuple):
    """An amount's text taken apart: the signs on both sides and the number between them, its digits 0 to 9."""

    before: str
    number: str
    after: str
    is_negative: bool


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
    written = _take_apart(raw)
    currency = _name_currency(written, local)
    habits = get_habits(currency or local)
    digits = read_digits(written.number, convention, habits)
    if _TWO_NUMBERS.search(written.number) and not (currency or "." in digits or habits.has_blanks):
        raise Unreadable("amount")
    if len(digits.replace(".", "").lstrip("0")) > EXACT_DIGITS:
        raise Unreadable("amount")
    amount = Decimal(digits)
    return Money(-amount if written.is_negative else amount, currency)


def is_free(raw: Raw) -> bool:
    """Return whether a cell says that nothing is charged; only of a fee is that certain.

    >>> is_free("FREE"), is_free("Gratis"), is_free("free gift")
    (True, True, False)
    """
    return isinstance(raw, str) and fold_words(raw) in _FREE


_FREE = frozenset(
    "free, free shipping, free delivery, gratis, grátis, frete grátis, gratuit, offert, offerts, kostenlos, gratuito, gratuita, "
    "envío gratis, envio gratis, ücretsiz, miễn phí, ฟรี, मुफ्त, مجاني, бесплатно, безкоштовно, безплатна, безплатно, zdarma, "
    "za darmo, darmowa, ingyenes, ingyen, δωρεάν, 無料, 送料無料, 무료, 무료배송, 包邮, 免运费, 免運, 免運費, ส่งฟรี, freeship, free ship, "
    "free ongkir, gratis ongkir, رایگان, مجانا, חינם".split(", ")
)


_TWO_NUMBERS = re.compile(r"\d \d")
"""`2 499` may be one amount or two numbers; a currency or cents beside it say that it is one, or the country's habit."""

_PLAIN = re.compile(r"([₹$€£]?)([0-9](?:[0-9.,]*[0-9])?)")
"""What nearly all amounts look like; they need no cleaning."""

_WRITTEN = re.compile(
    r"""
    (?P<open>\()? (?P<minus>-)? [ ]? (?P<before>[^\d()-]*?) (?P<space>[ ]?) (?P<inner>\()? (?P<inside>-[ ]?)?
    (?P<number>\d(?:[\d.,'٫ ]*\d)?)
    [ ]? (?:/[-=]{1,2}|[.,:]-{1,2})? (?P<after>[^\d()-]*?) (?:/[-=]{1,2})? (?:[ ]?\bonly\.?)? (?P<close>\))?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""After the number may stand what closes it so that nothing can be added: `450/-`, `1,500/=`, `499,-`, `450 only`."""


def _take_apart(raw: str) -> Written:
    if match := _PLAIN.fullmatch(raw):
        return Written(match[1], match[2], "", is_negative=False)
    if _TURNED.search(raw[:LONGEST]):
        raise Unreadable("amount")
    text = _clean(parse_text(raw))
    match = _WRITTEN.fullmatch(text) if len(text) <= LONGEST else None
    if not match or bool(match["open"] or match["inner"]) != bool(match["close"]):
        raise Unreadable("amount")
    before, after = match["before"].strip(), match["after"].strip()
    if before == "?":  # a ₹ that was lost
        before = ""
    if _LOOSE_POINT.search(before) or (after and not after.strip(".:")) or after in _SHORTHAND:
        raise Unreadable("amount")
    minuses = [group for group in ("open", "minus", "inner", "inside") if match[group]]
    if len(minuses) > 1 or (match["inside"] and _may_be_dash(before, match["space"], match["inside"])):
        raise Unreadable("amount")
    return Written(before, match["number"], after, is_negative=bool(minuses))


_LOOSE_POINT = re.compile(r"(?:^|[\s.])\.$")
"""A point that belongs to no short form, as in `Rs. .50`, may stand before cents."""


_SHORTHAND = frozenset("kKmM")
"""What stands for thousands or millions, even where it is the currency's sign too, as in Zambia."""


def _may_be_dash(before: str, space: str, minus: str) -> bool:
    """Return whether a dash between a sign and a number may only part them: `Rs-450`, `Rs - 450`."""
    return before[-1:].isalpha() and bool(space) == (len(minus) > 1)


def _clean(text: str) -> str:
    """Return a text with the digits 0 to 9, one kind of dash, apostrophe and blank, and nothing invisible."""
    if len(text) > LONGEST:
        raise Unreadable("amount")
    return " ".join(narrow(text).replace("â‚¹", "₹").translate(_ALIKE).split())


_TURNED = re.compile("[\u202d\u202e]")
"""What turns the direction of the digits that follow: another number is shown than the cell holds."""

_ALIKE = str.maketrans("−–—‐‑’‘ʼ´٬،", "-----" + "'" * 5 + ",")


def _name_currency(written: Written, local: str) -> str:
    """Return the currency that the signs name, "" if there is none, or a shop of no currency has a shared one."""
    named = name_currencies(written.before, written.after, local)
    if not local and all(is_shared(sign) for sign in (written.before, written.after) if sign):
        return ""
    if "" in named or len(set(named)) > 1:
        raise Unreadable("amount")
    return named[0] if named else ""


_MAY_SHOW = re.compile(r"[.,٫،]\d{1,2}(?!\d)|[.,،]\d+[.,،]")
"""What a cell may show its column's convention by: one or two digits after a mark, or two marks."""


def find_convention(raws: Iterable[Raw], local: str = "INR") -> Convention | None:
    """Return the character before the cents in a column; None if no cell shows it, or they show both.

    >>> find_convention(["1.234", "12,50"]), find_convention(["1.234", "5"]), find_convention(["1,5", "1.5"])
    (',', None, None)
    """
    seen: set[Convention] = set()
    for raw in raws:
        if not isinstance(raw, str) or not _MAY_SHOW.search(raw):
            continue
        try:
            written = _take_apart(raw)
            _name_currency(written, local)
        except Unreadable:
            continue
        if is_date(raw):
            continue
        if shown := show_convention(written.number):
            seen.add(shown)
            if len(seen) > 1:
                return None
    return seen.pop() if seen else None


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
