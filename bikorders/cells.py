"""What does one cell say? Text or number in, value out; what can't be read for certain is refused.

Every `parse_*` takes the raw cell of a column of its kind, never a blank one, and raises `Unreadable` with
a code of `problems.KINDS` when it refuses.
"""

import re
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlsplit

from bikorders.words import CURRENCIES, CURRENCY_SIGNS
from bikorders.workbook import Raw, text_of

FORMULA_ERRORS = frozenset(
    [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#ERROR!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "Loading...",
    ]
)
_EXACT_DIGITS = 15
"""How many digits a spreadsheet and a JSON number both keep."""


class Unreadable(ValueError):
    """The cell can't be read for certain. `code` is a key of `problems.KINDS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Money(NamedTuple):
    """An amount in the currency's main unit; the currency where the cell names one, else ""."""

    amount: Decimal
    currency: str


def parse_text(raw: Raw) -> str:
    """Read words as they stand, without surrounding blanks.

    >>> parse_text(" Skin Renew Cream "), parse_text(1001)
    ('Skin Renew Cream', '1001')
    >>> parse_text("#REF!")
    Traceback (most recent call last):
    bikorders.cells.Unreadable: formula-error
    """
    text = text_of(raw)
    if text in FORMULA_ERRORS:
        raise Unreadable("formula-error")
    return text


_SIGN = "|".join(re.escape(sign) for sign in sorted(CURRENCY_SIGNS, key=len, reverse=True))
_CODE = "|".join(sorted(CURRENCIES))
_MONEY = re.compile(
    rf"""
    (?P<minus>-)? \s* (?P<before> {_SIGN} | (?:{_CODE})(?![a-z]) )? \s* (?P<minus_inside>-)? \s*
    (?P<number> \d+ | \d{{1,3}} (?:,\d{{2,3}})* ,\d{{3}} ) (?P<cents>\.\d+)?
    (?: \s* /- )? \s* (?P<after> {_SIGN} | {_CODE} )?
    """,
    re.VERBOSE | re.IGNORECASE,
)


def parse_money(raw: Raw, dollar: str = "USD") -> Money:
    """Read an amount exactly. `dollar` is the currency that a bare `$` means.

    >>> parse_money("₹1,23,456.50"), parse_money("Rs.866")
    (Money(amount=Decimal('123456.50'), currency='INR'), Money(amount=Decimal('866'), currency='INR'))
    >>> parse_money(499.5)
    Money(amount=Decimal('499.5'), currency='')

    A point or comma before exactly three digits may part thousands or cents; nobody can tell:

    >>> parse_money("1.234")
    Traceback (most recent call last):
    bikorders.cells.Unreadable: amount
    """
    if isinstance(raw, (bool, type(None))):
        raise Unreadable("amount")
    if isinstance(raw, (int, float)):
        return Money(_exact(raw), "")
    match = _MONEY.fullmatch(parse_text(raw).replace("−", "-").replace("\xa0", " "))
    if not match:
        raise Unreadable("amount")
    before, after = (_currency(match[side], dollar) for side in ("before", "after"))
    number, cents = match["number"], match["cents"] or ""
    if before and after and before != after:
        raise Unreadable("amount")
    currency = before or after
    if "," not in number and len(cents) == 4 and len(number) <= 3:
        raise Unreadable("amount")
    if "," in number and not cents and currency == "EUR":
        raise Unreadable("amount")
    digits = number.replace(",", "") + cents
    if len(digits) > _EXACT_DIGITS or (match["minus"] and match["minus_inside"]):
        raise Unreadable("amount")
    amount = Decimal(digits)
    return Money(-amount if match["minus"] or match["minus_inside"] else amount, currency)


def _currency(sign: str | None, dollar: str) -> str:
    if not sign:
        return ""
    return dollar if sign == "$" else CURRENCY_SIGNS.get(sign.casefold(), sign.upper())


def _exact(number: float) -> Decimal:
    """Take a spreadsheet's number without float noise; a division's endless decimals end at cents.

    >>> _exact(0.1 + 0.2), _exact(100 / 3)
    (Decimal('0.3'), Decimal('33.33'))
    """
    value = Decimal(f"{number:.15g}")
    if not value.is_finite() or abs(value) >= 10**_EXACT_DIGITS:
        raise Unreadable("amount")
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -4:
        value = round(value, 2)
    return value


def parse_quantity(raw: Raw) -> Decimal:
    """Read a number of pieces, more than zero.

    >>> parse_quantity("2"), parse_quantity(2.0), parse_quantity(1.5)
    (Decimal('2'), Decimal('2'), Decimal('1.5'))
    >>> parse_quantity("0")
    Traceback (most recent call last):
    bikorders.cells.Unreadable: quantity
    """
    text = parse_text(raw)
    if isinstance(raw, bool) or not re.fullmatch(r"\d{1,9}(\.\d{1,2}|\.\d{4,9})?", text, re.ASCII):
        raise Unreadable("quantity")
    quantity = Decimal(text)
    if not quantity:
        raise Unreadable("quantity")
    return quantity.to_integral_value() if quantity == int(quantity) else quantity


def parse_product_id(raw: Raw) -> int | str:
    """Read a product's or variant's id: a number where a JSON number holds all of its digits, else text.

    >>> parse_product_id("6862852391049"), parse_product_id("00123"), parse_product_id("SKU-7")
    (6862852391049, '00123', 'SKU-7')
    """
    text = parse_text(raw)
    if re.fullmatch(rf"0|[1-9]\d{{0,{_EXACT_DIGITS - 1}}}", text, re.ASCII):
        return int(text)
    return text


def parse_currency(raw: Raw, dollar: str = "USD") -> str:
    """Read a currency's three-letter code or sign.

    >>> parse_currency("inr"), parse_currency("₹")
    ('INR', 'INR')
    """
    text = parse_text(raw)
    currency = _currency(text, dollar)
    if currency not in CURRENCIES:
        raise Unreadable("currency")
    return currency


def parse_phone(raw: Raw, country: str) -> str:
    """Read a phone number to E.164; `country` (such as `IN`) is meant where the number names none.

    >>> parse_phone("98765 43210", "IN"), parse_phone("+45 32 12 34 56", "IN")
    ('+919876543210', '+4532123456')
    >>> parse_phone("555-999", "IN")
    Traceback (most recent call last):
    bikorders.cells.Unreadable: phone
    """
    import phonenumbers  # noqa: PLC0415 - its tables are loaded only where a phone number is read

    text = parse_text(raw)
    if isinstance(raw, bool) or re.search(r"[^\W\d]|[/,;&\n]", text):
        raise Unreadable("phone")
    for candidate in (text, "+" + text):  # 919876543210: the country code without its plus
        try:
            number = phonenumbers.parse(candidate, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise Unreadable("phone")


def parse_email(raw: Raw) -> str:
    """Read one e-mail address.

    >>> parse_email("Buyer@Example.com ")
    'Buyer@Example.com'
    >>> parse_email("omar.khan@email")
    Traceback (most recent call last):
    bikorders.cells.Unreadable: email
    """
    text = parse_text(raw)
    if not re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}", text):
        raise Unreadable("email")
    return text


def parse_url(raw: Raw) -> str:
    """Read a web link; other schemes are refused, and so is anything with a blank in it.

    >>> parse_url("https://courier.example.com/track/ABCD1234")
    'https://courier.example.com/track/ABCD1234'
    >>> parse_url("javascript:alert(1)")
    Traceback (most recent call last):
    bikorders.cells.Unreadable: link
    """
    text = parse_text(raw)
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        raise Unreadable("link") from None
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s\x00-\x20\x7f\"<>\\]", text):
        raise Unreadable("link")
    return text
