"""What does one cell say? Text or number in, value out; what can't be read for certain is refused.

Every `parse_*` takes the raw cell of a column of its kind, never a blank one, and raises `Unreadable` with
a code of `problems.KINDS` when it refuses. Amounts are read in `money`.
"""

import re
from calendar import monthrange
from decimal import Decimal
from functools import cache
from urllib.parse import urlsplit

from bikorders.sheet.workbook import Raw, text_of
from bikorders.text import LONGEST, fold_text, narrow, remember, strip_blanks

FORMULA_ERRORS = frozenset(
    "#N/A #REF! #VALUE! #DIV/0! #NAME? #NULL! #NUM! #ERROR! #SPILL! #CALC! #FIELD! Loading...".split()
)
EXACT_DIGITS = 15
"""How many digits a spreadsheet and a JSON number both keep."""

_PLACEHOLDERS = frozenset("- -- --- — – n/a na n.a. none null nil ? .".split())


class Unreadable(ValueError):
    """The cell can't be read for certain. `code` is a key of `problems.KINDS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_placeholder(raw: Raw) -> bool:
    """Say whether the cell is filled with what people type for nothing.

    >>> is_placeholder("N/A"), is_placeholder("--"), is_placeholder("0")
    (True, True, False)
    """
    if not isinstance(raw, str) or (raw[:1].isalnum() and raw[0] not in "nNｎＮ"):
        return False
    return fold_text(raw) in _PLACEHOLDERS or not raw.strip(" -–—.…_*")


def parse_text(raw: Raw) -> str:
    """Read words as they stand, without surrounding blanks.

    >>> parse_text(" Skin Renew Cream "), parse_text(1001)
    ('Skin Renew Cream', '1001')
    >>> parse_text("#REF!")
    Traceback (most recent call last):
    bikorders.cells.Unreadable: formula-error
    """
    text = text_of(raw)
    if text in FORMULA_ERRORS or text.startswith("%!"):
        raise Unreadable("formula-error")
    if text.startswith("'") and re.fullmatch(r"[\d\s.+-]+", text[1:]):
        return text[1:]  # typed to keep a spreadsheet from taking digits for a number
    return text


def is_damaged(text: str) -> bool:
    """Say whether digits are gone because a spreadsheet shows a long number in short.

    >>> is_damaged("9.19877E+11"), is_damaged("1.00E+05"), is_damaged("SKU-1E5")
    (True, True, False)
    """
    return bool(_SHORTENED.fullmatch(text))


_SHORTENED = re.compile(r"\d+(?:[.,]\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)


_UNIT = r"(?:pcs?|pieces?|nos?|units?|qty|ширхэг|шт|ks|szt)\.?"
_QUANTITY = re.compile(
    rf"""
    (?P<open>\()? \s* (?P<word>(?:qty|quantity)\s*:?|[x×*])? \s*
    (?P<number>\d{{1,9}}(?:\.\d{{1,9}})?) \s* (?:[x×]|{_UNIT})? \s* (?P<close>\))?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


@remember
def parse_quantity(raw: Raw) -> Decimal:
    """Read a number of pieces, more than zero.

    >>> parse_quantity("2"), parse_quantity(2.0), parse_quantity("x2"), parse_quantity("4pcs"), parse_quantity("(Qty: 3)")
    (Decimal('2'), Decimal('2'), Decimal('2'), Decimal('4'), Decimal('3'))
    >>> parse_quantity("0")
    Traceback (most recent call last):
    bikorders.cells.Unreadable: quantity
    """
    text = narrow(parse_text(raw))
    match = None if isinstance(raw, bool) or len(text) > LONGEST else _QUANTITY.fullmatch(text)
    if not match or bool(match["open"]) != bool(match["close"]) or (match["open"] and not match["word"]):
        raise Unreadable("quantity")
    quantity = Decimal(match["number"])
    if not quantity or len(match["number"].replace(".", "")) > EXACT_DIGITS:
        raise Unreadable("quantity")
    return quantity.to_integral_value() if quantity == int(quantity) else quantity


_EXACT = re.compile(rf"0|[1-9]\d{{0,{EXACT_DIGITS - 1}}}", re.ASCII)


_ZEROS = re.compile(r"(\d+)\.0+")


def drop_zeros(text: str) -> str:
    """Take the zeros off a whole number that a spreadsheet shows with decimals.

    >>> drop_zeros("1001.0"), drop_zeros("1.10")
    ('1001', '1.10')
    """
    match = _ZEROS.fullmatch(text)
    return match[1] if match else text


@remember
def parse_product_id(raw: Raw) -> int | str:
    """Read a product's or variant's id: a number where a JSON number holds all of its digits, else text.

    >>> parse_product_id("6862852391049"), parse_product_id("00123"), parse_product_id("SKU-7")
    (6862852391049, '00123', 'SKU-7')
    >>> parse_product_id("1.41E+13")
    Traceback (most recent call last):
    bikorders.cells.Unreadable: digits-lost
    """
    text = parse_text(raw)
    too_long = isinstance(raw, (int, float)) and abs(raw) >= 10**EXACT_DIGITS
    if is_damaged(text) or too_long:
        raise Unreadable("digits-lost")
    text = drop_zeros(text)
    if _EXACT.fullmatch(text):
        return int(text)
    return text


def parse_phones(raw: Raw, country: str) -> list[str]:
    """Read the phone numbers of a cell to E.164; `country` (such as `IN`) is meant where a number names none,
    "" if that is not known.

    >>> parse_phones("98765 43210", "IN"), parse_phones(919876543210.0, "IN"), parse_phones("+45 32 12 34 56", "IN")
    (['+919876543210'], ['+919876543210'], ['+4532123456'])
    >>> parse_phones("98765 43210 / 98765 43211", "IN")
    ['+919876543210', '+919876543211']
    >>> parse_phones("9.19877E+11", "IN")
    Traceback (most recent call last):
    bikorders.cells.Unreadable: digits-lost
    """
    text = parse_text(raw)
    if country == "IN" and (mobile := _read_indian_mobile(text)):
        return [mobile]
    if len(text) > LONGEST:
        raise Unreadable("phone")
    text = drop_zeros(narrow(text)).removeprefix("tel:")
    if is_damaged(text):
        raise Unreadable("digits-lost")
    if isinstance(raw, bool) or (
        isinstance(raw, (int, float)) and not (0 <= raw < 10**EXACT_DIGITS and float(raw).is_integer())
    ):
        raise Unreadable("phone")
    parts = [part for part in re.split(r"[/,;|&\n]|\bor\b", text) if strip_blanks(part)]
    return [_parse_phone(part, country) for part in parts] or _refuse("phone")


def _read_indian_mobile(text: str) -> str | None:
    """Read what most numbers are, in a tenth of the time; None if it is something else."""
    if match := _INDIAN_MOBILE.fullmatch(text):
        digits = match[1] + match[2]
        if _compile_indian_mobiles().fullmatch(digits):
            return f"+91{digits}"
    return None


@cache
def _compile_indian_mobiles() -> re.Pattern[str]:
    """Give the pattern by which `phonenumbers` knows India's mobile numbers."""
    import phonenumbers  # noqa: PLC0415 - its tables are loaded only where a phone number is read

    india = phonenumbers.PhoneMetadata.metadata_for_region("IN")
    assert india and india.mobile
    return re.compile(india.mobile.national_number_pattern or "")


_INDIAN_MOBILE = re.compile(r"(?:\+?91[ -]?)?([6-9][0-9]{4})[ -]?([0-9]{5})")


def _parse_phone(text: str, country: str) -> str:
    import phonenumbers  # noqa: PLC0415 - as above

    digits = re.sub(r"\D", "", text)
    if re.search(r"[^\W\d]|\d[.-]\d{1,2}$|^0\.", text) or len(digits) > 15 or digits in _FILLERS:
        raise Unreadable("phone")
    if re.fullmatch(r"91[6-9]\d{9}", digits):  # an Indian mobile number without its plus; no other is so long
        text = "+" + digits
    code = "phone" if text.lstrip(" (").startswith(("+", "00")) or len(digits) < 7 else "phone-country"
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        raise Unreadable(code) from None
    if not phonenumbers.is_valid_number(number):
        raise Unreadable(code)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_FILLERS = frozenset(["1234567890", "0123456789"])
"""What people type to get past a form."""


def _refuse(code: str) -> list[str]:
    raise Unreadable(code)


def parse_email(raw: Raw) -> str:
    """Read one e-mail address.

    >>> parse_email("Buyer@Example.com ")
    'Buyer@Example.com'
    >>> parse_email("omar.khan@email")
    Traceback (most recent call last):
    bikorders.cells.Unreadable: email
    """
    match = _EMAIL.fullmatch(parse_text(raw))
    if not match:
        raise Unreadable("email")
    return match[1]


_EMAIL = re.compile(
    r"(?:mailto:|')?([\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,})",
    re.IGNORECASE,
)


def parse_url(raw: Raw) -> str:
    """Read a web link; other schemes are refused, and so is anything with a blank in it.

    >>> parse_url("https://courier.example.com/track/ABCD1234")
    'https://courier.example.com/track/ABCD1234'
    >>> parse_url("javascript:alert(1)")
    Traceback (most recent call last):
    bikorders.cells.Unreadable: link
    """
    text = parse_text(raw)
    if ":" not in text:
        raise Unreadable("link")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Unreadable("link") from None
    if parts.scheme not in ("http", "https") or not host or "." not in host or not _is_plain(text):
        raise Unreadable("link")
    return text


def _is_plain(text: str) -> bool:
    """Say whether a link holds nothing that is invisible, quoted or pasted twice."""
    return text.isprintable() and not re.search(r"[\s\"<>\\`]|^https?://https?:", text)


def split_name(text: str) -> tuple[str, str]:
    """Split a customer's name into first and last name.

    >>> split_name("Asha Rao"), split_name("Meera"), split_name("Mr. John  van Dyk")
    (('Asha', 'Rao'), ('Meera', ''), ('Mr. John', 'van Dyk'))
    """
    last, comma, first = text.partition(",")
    if comma and first.strip() and last.strip() and "," not in first:
        return " ".join(first.split()), " ".join(last.split())
    words = text.split()
    count = 2 if len(words) > 2 and words[0].casefold().rstrip(".") in _TITLES else 1
    return " ".join(words[:count]), " ".join(words[count:])


_TITLES = frozenset("mr mrs ms miss dr shri smt prof".split())

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d|\d\d)"
_TIME = r"(?:[T\s,]+ (?:[01]?\d|2[0-3]):[0-5]\d (?::[0-5]\d(?:\.\d+)?)? \s* (?:[ap]\.?m\.?)? \s* (?:Z|[A-Z]{3,4}|[+-]\d\d:?\d\d)? )?"
_DATES = [
    re.compile(form + _TIME, re.VERBOSE | re.IGNORECASE | re.ASCII)
    for form in (
        r"(?P<year>(?:19|20)\d\d)[-/.](?P<b>\d\d?)[-/.](?P<a>\d\d?)",  # 2026-07-02
        rf"(?P<a>\d\d?)[-/.](?P<b>\d\d?)[-/.]{_YEAR}",  # 02/07/2026, 7/2/26
        rf"(?P<a>\d\d?)(?:st|nd|rd|th)?[-\s/.,]*{_MONTH}[-\s/.,']*{_YEAR}",  # 2-Jul-26
        rf"{_MONTH}[-\s]*(?P<a>\d\d?)(?:st|nd|rd|th)?[-\s,]+{_YEAR}",  # July 2, 2026
    )
]


def _is_day(match: re.Match[str]) -> bool:
    """Say whether there is such a day, with the month in either place where both are numbers."""
    parts = match.groupdict()
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    if parts.get("month"):
        pairs = [(_MONTHS.index(parts["month"][:3].lower()) + 1, int(parts["a"]))]
    else:
        a, b = int(parts["a"]), int(parts["b"])
        pairs = [(b, a)] if match.start("year") == 0 else [(b, a), (a, b)]
    return any(1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] for month, day in pairs)


@remember
def is_date(raw: Raw) -> bool:
    """Say whether the cell certainly holds a date, or a spreadsheet's number for one.

    >>> is_date("14-Mar-24"), is_date("08/14/25"), is_date("2025-05-11 09:55:16 -0400"), is_date(45366)
    (True, True, True, True)
    >>> is_date("wrong-date"), is_date("soon"), is_date("40/40/2025")
    (False, False, False)
    """
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return 36526 <= raw <= 73050  # the years 2000 to 2099
    text = text_of(raw)
    if len(text) > LONGEST:
        return False
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text, re.ASCII):
        return 36526 <= float(text) <= 73050
    return any(match and _is_day(match) for match in (form.fullmatch(text) for form in _DATES))
