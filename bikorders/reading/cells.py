"""What does one cell say? Text or number in, value out; what is not certain is refused.

Every `parse_*` takes the raw cell of a column of its kind, never a blank one, and raises `Unreadable` with
a code of `problems.KINDS` when it refuses. Amounts are read in `money`, phone numbers in `phones`.
"""

import re
from decimal import Decimal
from urllib.parse import urlsplit

from bikorders.sheet.shown import UNCLEAR
from bikorders.sheet.workbook import Raw, is_blank, text_of
from bikorders.text import LONGEST, fold_text, narrow, remember

EXACT_DIGITS = 15
"""How many digits a spreadsheet and a JSON number both keep."""

_PLACEHOLDERS = frozenset("- -- --- — – n/a na n.a. none null nil ? .".split())


class Unreadable(ValueError):
    """The cell can't be read for certain. `code` is a key of `problems.KINDS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_placeholder(raw: Raw) -> bool:
    """Return whether the cell holds what people type for "nothing", such as a dash.

    >>> is_placeholder("N/A"), is_placeholder("--"), is_placeholder("0")
    (True, True, False)
    """
    if not isinstance(raw, str) or (raw[:1].isalnum() and raw[0] not in "nNｎＮ"):
        return False
    return fold_text(raw) in _PLACEHOLDERS or not raw.strip(" -–—.…_*")


def says_something(raw: Raw) -> bool:
    """Return whether the cell holds something, and not what stands for nothing or a formula's error."""
    return not is_blank(raw) and not is_placeholder(raw) and not is_formula_error(text_of(raw))


def parse_text(raw: Raw) -> str:
    """Return words as they stand, without surrounding blanks.

    >>> parse_text(" Skin Renew Cream "), parse_text(1001)
    ('Skin Renew Cream', '1001')
    >>> parse_text("#REF!")
    Traceback (most recent call last):
    bikorders.reading.cells.Unreadable: formula-error
    """
    text = text_of(raw)
    if is_formula_error(text):
        raise Unreadable("number-format" if text == UNCLEAR else "formula-error")
    if text.startswith("'") and re.fullmatch(r"[\d\s.+-]+", text[1:]):
        return text[1:]  # typed to keep a spreadsheet from taking digits for a number
    return text


def is_formula_error(text: str) -> bool:
    """Return whether a text is what a formula that fails or waits shows, in any spreadsheet and language.

    >>> is_formula_error("#REF!"), is_formula_error("#BEZUG!"), is_formula_error("#Н/Д"), is_formula_error("Wird geladen ...")
    (True, True, True, True)
    >>> is_formula_error("#1001"), is_formula_error("#AB-1"), is_formula_error("Loading")
    (False, False, False)
    """
    if text.startswith("#"):
        word = text[:LONGEST].partition(" ")[0]
        return text in _SHAPELESS or (word.isupper() and bool(_ERROR.fullmatch(text)))
    if text.endswith(("...", "…")):
        return fold_text(text[:LONGEST].rstrip(".… ")) in _WAITING
    return text.startswith("%!") or bool(_NUMBERED_ERROR.fullmatch(text))


_ERROR = re.compile(r"#[¡¿]?[^\W\d](?:[^\W\d]|\.)*(?:/0)?[!?]|#[^\W\d]{1,3}/[^\W\d]{1,3}[!?]?(?: .*)?")
"""A hash, capitals, no digit but that of a division by 0, and a sign at the end; or two short parts, as in #N/A."""

_SHAPELESS = frozenset("#NV #YOK #HIÁNYZIK #GETTING_DATA #n/a".split())
_NUMBERED_ERROR = re.compile(r"Err:\d{3}", re.ASCII)
_WAITING = frozenset(
    fold_text(word)
    for word in (
        "loading, loading data, wird geladen, laden, chargement, chargement en cours, cargando, carregando, a carregar, "
        "caricamento, caricamento in corso, загрузка, завантаження, зареждане, ładowanie, trwa ładowanie, wczytywanie, "
        "yükleniyor, memuat, đang tải, กำลังโหลด, 読み込んでいます, 読み込み中, 正在加载, 正在載入, 加载中, 載入中, 로드 중, 로딩 중, "
        "läser in, laster inn, indlæser, ladataan, načítání, betöltés, se încarcă, φόρτωση, טוען, جارٍ التحميل, "
        "جار التحميل, लोड हो रहा है, লোড হচ্ছে"
    ).split(", ")
)


def parse_digits(raw: Raw) -> str:
    """Return a text of which every digit counts: a number, such as that of a product, a parcel or a phone.

    >>> parse_digits("19040000000123456789"), parse_digits(190400000001.0)
    ('19040000000123456789', '190400000001')
    >>> parse_digits(19040000000123456789)
    Traceback (most recent call last):
    bikorders.reading.cells.Unreadable: digits-lost
    """
    text = parse_text(raw)
    if is_damaged(text) or (isinstance(raw, (int, float)) and abs(raw) >= 10**EXACT_DIGITS):
        raise Unreadable("digits-lost")
    return text


def is_damaged(text: str) -> bool:
    """Return whether a text is a long number that a spreadsheet has shortened, so that digits are lost.

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
    """Return a number of pieces, more than zero.

    >>> parse_quantity("2"), parse_quantity(2.0), parse_quantity("x2"), parse_quantity("4pcs"), parse_quantity("(Qty: 3)")
    (Decimal('2'), Decimal('2'), Decimal('2'), Decimal('4'), Decimal('3'))
    >>> parse_quantity("0")
    Traceback (most recent call last):
    bikorders.reading.cells.Unreadable: quantity
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
    """Return a text without the decimal zeros that a spreadsheet adds to a whole number.

    >>> drop_zeros("1001.0"), drop_zeros("1.10")
    ('1001', '1.10')
    """
    match = _ZEROS.fullmatch(text)
    return match[1] if match else text


@remember
def parse_product_id(raw: Raw) -> int | str:
    """Return a product's or variant's id: a number if a JSON number keeps all its digits, else text.

    Raises `Unreadable` for several ids.

    >>> parse_product_id("6862852391049"), parse_product_id("00123"), parse_product_id("SKU-7")
    (6862852391049, '00123', 'SKU-7')
    >>> parse_product_id("1.41E+13")
    Traceback (most recent call last):
    bikorders.reading.cells.Unreadable: digits-lost
    """
    text = drop_zeros(parse_digits(raw))
    parts = re.split(r"[,;|\n]", text)
    if len(parts) > 1 and all(_ONE_ID.fullmatch(part.strip()) for part in parts):
        raise Unreadable("product-ids")
    if _EXACT.fullmatch(text):
        return int(text)
    return text


_ONE_ID = re.compile(r"(?=\S*\d)\S{3,}")
"""One of several ids in a cell; a mark within one id leaves shorter parts, or parts without digits."""


def parse_email(raw: Raw) -> str:
    """Return one e-mail address.

    >>> parse_email("Buyer@Example.com ")
    'Buyer@Example.com'
    >>> parse_email("omar.khan@email")
    Traceback (most recent call last):
    bikorders.reading.cells.Unreadable: email
    """
    match = _EMAIL.fullmatch(parse_text(raw))
    if not match:
        raise Unreadable("email")
    return match[1]


_EMAIL = re.compile(
    r"(?:mailto:|')?([\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,})",
    re.IGNORECASE,
)


_ORIGIN = re.compile(r"[^:/?#]*:(?://)?[^/?#]*")
"""What stands before the path of a link."""

_LONGEST_ORIGIN = 300
"""Characters; the name of a machine has 253 at most, and Python takes seconds to read one of 48,000 accents."""


def parse_url(raw: Raw) -> str:
    """Return a web link; other schemes are refused, and a text with a blank in it.

    >>> parse_url("https://courier.example.com/track/ABCD1234")
    'https://courier.example.com/track/ABCD1234'
    >>> parse_url("javascript:alert(1)")
    Traceback (most recent call last):
    bikorders.reading.cells.Unreadable: link
    """
    text = parse_text(raw)
    if not (match := _ORIGIN.match(text)) or len(match[0]) > _LONGEST_ORIGIN:
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
    """Return whether a link holds nothing invisible or quoted, and was not pasted twice."""
    return text.isprintable() and not re.search(r"[\s\"<>\\`]|^https?://https?:", text)
