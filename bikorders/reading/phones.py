"""Which phone numbers does a cell hold? Those that are valid in their country, in E.164."""

import re
from functools import cache

from bikorders.reading.cells import Unreadable, drop_zeros, parse_digits
from bikorders.sheet.workbook import Raw
from bikorders.text import LONGEST, narrow, strip_blanks


def parse_phones(raw: Raw, country: str) -> list[str]:
    """Return the phone numbers of a cell in E.164.

    `country` (such as `IN`) is that of numbers without a country code, "" if it is not known.

    >>> parse_phones("98765 43210", "IN"), parse_phones(919876543210.0, "IN"), parse_phones("+45 32 12 34 56", "IN")
    (['+919876543210'], ['+919876543210'], ['+4532123456'])
    >>> parse_phones("98765 43210 / 98765 43211", "IN")
    ['+919876543210', '+919876543211']
    >>> parse_phones("9.19877E+11", "IN")
    Traceback (most recent call last):
    bikorders.reading.cells.Unreadable: digits-lost
    """
    text = parse_digits(raw)
    if country == "IN" and (mobile := _read_indian_mobile(text)):
        return [mobile]
    if len(text) > LONGEST:
        raise Unreadable("phone")
    text = drop_zeros(narrow(text)).removeprefix("tel:")
    if isinstance(raw, bool) or (
        isinstance(raw, (int, float)) and not (raw >= 0 and float(raw).is_integer())
    ):
        raise Unreadable("phone")
    parts = [part for part in re.split(r"[/,;|&\n]|\bor\b", text) if strip_blanks(part)]
    if len(parts) == 2 and "/" in text and not any(_is_phone(part, country) for part in parts):
        parts = [text.replace("/", " ")]  # 0676/7654321: the area code is parted so, from Belgium to Hungary
    return [_parse_phone(part, country) for part in parts] or _refuse("phone")


def _read_indian_mobile(text: str) -> str | None:
    """Return an Indian mobile number, as most are, ten times faster than `phonenumbers`; else None."""
    if match := _INDIAN_MOBILE.fullmatch(text):
        digits = match[1] + match[2]
        if _compile_indian_mobiles().fullmatch(digits):
            return f"+91{digits}"
    return None


@cache
def _compile_indian_mobiles() -> re.Pattern[str]:
    """Return the pattern of India's mobile numbers, from `phonenumbers`."""
    import phonenumbers  # noqa: PLC0415 - its tables are loaded only where a phone number is read

    india = phonenumbers.PhoneMetadata.metadata_for_region("IN")
    assert india and india.mobile
    return re.compile(india.mobile.national_number_pattern or "")


_INDIAN_MOBILE = re.compile(r"(?:\+?91[ -]?)?([6-9][0-9]{4})[ -]?([0-9]{5})")


def _is_phone(text: str, country: str) -> bool:
    try:
        _parse_phone(text, country)
    except Unreadable:
        return False
    return True


def _parse_phone(text: str, country: str) -> str:
    import phonenumbers  # noqa: PLC0415 - as above

    digits = re.sub(r"\D", "", text)
    if re.search(r"[^\W\d]|^\d+\.\d{1,2}$|^0\.", text) or len(digits) > 15 or digits in _FILLERS:
        raise Unreadable("phone")
    is_whole = text.lstrip(" (").startswith(("+", "00"))
    end = None if is_whole else _SHORT_END.search(text)
    if end and (text[-2] in ".-" or _is_phone(text[: end.start()], country)):
        raise Unreadable("phone")
    if re.fullmatch(r"91[6-9]\d{9}", digits):  # an Indian mobile number without its plus; no other is so long
        text = "+" + digits
    code = "phone" if is_whole or len(digits) < 7 else "phone-country"
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        raise Unreadable(code) from None
    if not phonenumbers.is_valid_number(number):
        raise Unreadable(code)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_SHORT_END = re.compile(r"[.-]\d{1,2}$")
"""An extension or the end of an amount, where a whole number stands before it; 06.12.34.56.78 ends in the like.

A number with its plus is what it says if it is valid, so that +49 30 1234567-12 is the extension's own.
"""

_FILLERS = frozenset(["1234567890", "0123456789"])
"""What people type where a form asks for a number."""


def _refuse(code: str) -> list[str]:
    raise Unreadable(code)
