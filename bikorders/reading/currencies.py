"""Which currency does a word or a sign name? Codes, signs, and signs that several currencies share."""

import re

from bikorders.reading.cells import Unreadable, parse_text
from bikorders.sheet.workbook import Raw
from bikorders.text import LONGEST, remember

CURRENCIES = frozenset(
    "AED AUD BDT BGN BHD BRL CAD CHF CNY CZK DKK EGP EUR GBP GHS HKD HUF IDR ILS INR ISK JPY KES "
    "KRW KWD LKR MAD MMK MNT MUR MXN MYR NGN NOK NPR NZD OMR PEN PHP PKR PLN QAR RON RUB SAR SEK "
    "SGD THB TRY TWD UAH USD VND ZAR".split()
)
"""ISO 4217 codes that are known."""

_SIGNS = {
    "₹": "INR", "€": "EUR", "£": "GBP", "us$": "USD", "a$": "AUD", "c$": "CAD", "s$": "SGD", "hk$": "HKD",
    "nz$": "NZD", "r$": "BRL", "₱": "PHP", "₫": "VND", "৳": "BDT", "₦": "NGN", "₺": "TRY", "₽": "RUB", "₩": "KRW",
    "₪": "ILS", "฿": "THB", "rp": "IDR", "rm": "MYR", "лв": "BGN", "лв.": "BGN", "zł": "PLN", "kč": "CZK",
}  # fmt: skip
"""Signs that mean one currency."""

_SHARED = {
    "$": ("USD", "USD CAD AUD NZD SGD HKD MXN TWD"),
    "rs": ("INR", "INR PKR LKR NPR MUR"),
    "rs.": ("INR", "INR PKR LKR NPR MUR"),
    "kr": ("", "SEK NOK DKK ISK"),
    "kr.": ("", "SEK NOK DKK ISK"),
    "¥": ("", "JPY CNY"),
}
"""Signs that several currencies share: what they mean in most shops ("" if unclear), and the currencies.

Where the shop's own currency is one of them, they mean that one.
"""


COMMA_DECIMALS = frozenset("EUR PLN BGN IDR SEK NOK DKK ISK CZK HUF RON BRL TRY RUB UAH VND".split())
"""Currencies of countries where a comma stands before the cents."""


def find_currency(text: str, local: str) -> str:
    """Return the currency that a sign or code means, "" if it is not certain. `local` is the shop's currency.

    >>> find_currency("$", "INR"), find_currency("$", "CAD"), find_currency("Rs.", "PKR"), find_currency("inr", "")
    ('USD', 'CAD', 'PKR', 'INR')
    """
    folded = text.strip().casefold()
    if folded in _SHARED:
        usual, shared = _SHARED[folded]
        return local if local in shared.split() else usual
    return _SIGNS.get(folded) or (folded.upper() if folded.upper() in CURRENCIES else "")


SIGN = "|".join(re.escape(sign) for sign in sorted([*_SIGNS, *_SHARED], key=len, reverse=True))
CODE = "|".join(sorted(CURRENCIES))
_SIGN_IN_HEADER = re.compile(rf"(?<![^\W\d_])(?:{CODE}|{SIGN})(?![^\W\d_])", re.IGNORECASE)


def is_currency_word(text: str) -> bool:
    """Return whether a text is only a currency's sign or code; the sign may be one that several currencies share."""
    return bool(_SIGN_IN_HEADER.fullmatch(text.strip()))


def find_header_currency(text: str, local: str) -> str:
    """Return the currency that a header names, else "".

    >>> find_header_currency("Total (₹)", "USD"), find_header_currency("amount_egp", "USD")
    ('INR', 'EGP')
    >>> find_header_currency("Orders total", "USD")
    ''
    """
    for match in _SIGN_IN_HEADER.finditer(text[:LONGEST].replace("_", " ")):
        if match[0] not in _ENGLISH:
            return find_currency(match[0], local)
    return ""


_ENGLISH = frozenset("try Try pen Pen mad Mad".split())
"""Codes that are words, unless they stand in capitals."""


@remember
def find_written_currency(raw: Raw, local: str) -> str:
    """Return the currency that an amount names, even if the amount can't be read; "" if none.

    >>> find_written_currency("1,234 €", "INR"), find_written_currency("200 SHIPPED", "INR")
    ('EUR', '')
    """
    match = _SIGN_IN_HEADER.search(raw) if isinstance(raw, str) and len(raw) <= LONGEST else None
    return find_currency(match[0], local) if match else ""


def name_currencies(before: str, after: str, local: str) -> list[str]:
    """Return the currencies of both signs, "" for an unclear one; in `$5 CAD` the code says what $ means."""
    for sign, code in ((before, after), (after, before)):
        if sign.casefold() in _SHARED and code.upper() in _SHARED[sign.casefold()][1].split():
            return [code.upper()]
    return [find_currency(sign, local) for sign in (before, after) if sign]


@remember
def parse_currency(raw: Raw, local: str = "INR") -> str:
    """Return the currency of a three-letter code or sign.

    >>> parse_currency("inr"), parse_currency("₹")
    ('INR', 'INR')
    """
    currency = find_currency(parse_text(raw), local)
    if not currency:
        raise Unreadable("currency")
    return currency
