"""How is a header spelled? Case, signs, how a number is abbreviated, its currency and its tax don't matter."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import dropwhile

from bikorders.reading.currencies import find_currency, is_currency_code, is_currency_word
from bikorders.reading.vocabulary import list_spellings
from bikorders.text import LONGEST, fold_heading, fold_text, fold_words, narrow, remember


def clean_header(text: str) -> str:
    """Return a header with blanks between its words, and without the marks behind it.

    >>> clean_header("Ship_to-Country *:"), clean_header("Total（N）"), clean_header("Price -")
    ('Ship to Country', 'Total(N)', 'Price')
    """
    return _JOINT.sub(" ", narrow(text).replace("_", " ")).rstrip(" *:-")


_JOINT = re.compile(r"(?<=[\w.,)])[-‐‑–](?=\w)")


@remember
def fold_header(text: str) -> str:
    """Return the letters and digits of a header, so that spelling habits don't matter.

    >>> fold_header(" Order_ID* "), fold_header("Total (₹)"), fold_header("Phone #"), fold_header("Total\\n(INR)")
    ('orderid', 'total', 'phonenumber', 'total')
    >>> fold_header("Total c/ IVA"), fold_header("Precio RD$"), fold_header("Ціна, грн")
    ('total', 'precio', 'ціна')
    """
    text = fold_heading(text)
    if len(text) <= LONGEST and not text.startswith("currency"):
        text = _drop_end(_CODE.sub(_drop_currency, text))
    return fold_spelling(text)


def _drop_end(text: str) -> str:
    """Drop the tax and the currency behind a folded header."""
    text = _WITH_TAX.sub("", text)
    end = _END.search(text)
    return text[: end.start()] if end and is_currency_word(end[1]) else text


_CODE = re.compile(r"(?<![^\W\d_])[a-z]{2,3}(?![^\W\d_.])")
_END = re.compile(r"(?<=[\w.])[\s,]+(\S{1,5})$")


def _drop_currency(match: re.Match[str]) -> str:
    return " " if match[0] == "rs" or is_currency_code(match[0]) else match[0]


_WITH_TAX = re.compile(
    r"(?<=[\w.])[\s,]+(?:ttc|tvac|(?:c/|con|com|incl\.?|inc\.?|inkl\.?|including|z|s|avec|iva|met) ?"
    r"(?:iva|vat|gst|tax|tva|mwst|ust|dph|btw|igv|itbis|incl\.?|incluido)|brutto|bruto)\.?$"
)
"""What says at a header's end that its amounts hold the tax, as an amount does that says nothing of it."""


def fold_spelling(text: str) -> str:
    """Fold a header that names no currency, such as those that are known; so no currency is loaded for them.

    >>> {fold_spelling(text) for text in ("Nº de pedido", "N° pedido", "Pedido no.", "número do pedido", "Pedido #")}
    {'pedidonumber'}
    >>> fold_spelling("Buyer's Name"), fold_spelling("Nom de l'article")
    ('buyername', 'nomdelarticle')
    >>> fold_spelling("Bestellnr."), fold_spelling("Bestell-Nummer"), fold_spelling("Number of Items"), fold_spelling("No")
    ('bestellnumber', 'bestellnumber', 'ofitemsnumber', 'no')
    """
    words = fold_words(_OWNER.sub("", _NUMBER_SIGN.sub(" number ", text))).split()
    words = [_SHORTENED.get(part, part) for word in words for part in _part_number(word)]
    others = [word for word in words if word not in _NUMBER]
    if others and len(others) == len(words) - 1:
        while len(others) > 1 and others[0] in _LINKS:
            del others[0]
        words = [*others, "number"]
    return "".join(words)


def list_header_spellings(header: str) -> set[str]:
    """Return the folded spellings in which people also type a known header."""
    if header.isascii():
        return {fold_spelling(header)}
    return {fold_spelling(spelling) for spelling in list_spellings(header)} | {fold_spelling(header)}


_SHORTENED = {"amt": "amount", "cust": "customer", "addr": "address", "ph": "phone", "pymt": "payment"}
"""How people shorten words of headers, each in one way only."""


def _part_number(word: str) -> list[str]:
    """Part what German and Dutch write in one word: `Sendungsnr`."""
    match = _NUMBER_ENDS.fullmatch(word)
    return [match[1], "number"] if match else [word]


_NUMBER_SIGN = re.compile(r"\bn[°º]\.?|\bn\.(?!\w)|[№#]", re.IGNORECASE)
_OWNER = re.compile(r"(?<=\w)['’`´]s?(?=\s)", re.IGNORECASE)
"""What makes `Customer's name` of a customer."""

_NUMBER_ENDS = re.compile(r"(\w{4,})(?:nummer|nr)")
_NUMBER = frozenset(
    "number no nr nro num núm numero número numéro numer nummer nomor номер numarası numarasi číslo č număr "
    "αριθμός αριθμόσ αρ".split()
)
_LINKS = frozenset("de del do da di d la на".split())
"""What stands between `number` and the word that says of what."""


def drop_own_sign(header: str, currency: str) -> str:
    """Return a header without the shop's own sign at its end, which is none elsewhere; "" if there is none.

    >>> drop_own_sign("Total (N)", "NGN"), drop_own_sign("Price KD", "KWD"), drop_own_sign("Total (N)", "INR")
    ('Total', 'Price', '')
    """
    match = _SIGNED.fullmatch(header) if currency and len(header) <= LONGEST else None
    return match[1] if match and find_currency(match[2], currency) == currency else ""


_SIGNED = re.compile(r"([^()\[\]]*[^()\[\]\s])\s*[\s(\[]\s*([^()\[\]\s]{1,12})\s*[)\]]?")


def fold_question(header: str) -> str:
    """Fold a question of a form as what it asks for; "" if it is none.

    >>> fold_question("Please enter your phone number"), fold_question("What is your name?"), fold_question("Order type")
    ('phonenumber', 'customername', '')
    """
    words = fold_words(header.partition("(")[0]).split(" ")
    asked = list(dropwhile(_ASKING.__contains__, words))
    if len(asked) == len(words):
        return ""
    folded = fold_header(" ".join(asked))
    return "customername" if folded == "name" and "your" in words else folded


_ASKING = frozenset("please kindly enter type write fill provide give us what is are your the".split())


def list_parts(header: str) -> list[str]:
    """Return the parts of a header that says the same twice, in two languages or with two words.

    >>> list_parts("Cliente / Customer"), list_parts("Total 總金額"), list_parts("Cliente")
    (['Cliente', 'Customer'], ['Total', '總金額'], [])
    """
    parts = [part for part in re.split(r"[/|\n]", header[:LONGEST]) if part.strip()]
    if len(parts) == 1 and (match := _TWO_SCRIPTS.fullmatch(header.strip())):
        parts = [part for part in match.groups() if part]
    return [part.strip() for part in parts] if len(parts) > 1 else []


_TWO_SCRIPTS = re.compile(
    r"([\x20-\x7e]*[A-Za-z.])[\s-]+([^\x00-\u02ff][^A-Za-z\u00c0-\u02ff]*)|([^\x00-\u02ff][^A-Za-z\u00c0-\u02ff]*?)[\s-]+([A-Za-z][\x20-\x7e]*)"
)
"""A header in Latin letters and in another script."""


def is_abbreviation(header: str) -> bool:
    """Return whether a header has a word that a point cuts short, and enough of it is left."""
    return len(header) <= LONGEST and bool(_SHORT.search(header)) and sum(map(str.isalpha, header)) > _FEW


_SHORT = re.compile(r"[^\W\d_]\.(?:\s|$)")
_FEW = 3


def list_header_words(header: str) -> list[tuple[str, bool]]:
    """Return the words of a header without accents, and whether each is cut short by a point.

    >>> list_header_words("Cód. de rastreio")
    [('cod', True), ('rastreio', False)]
    """
    text = _drop_end(fold_text(_NUMBER_SIGN.sub(" number ", header)).replace("_", " "))
    text = unicodedata.normalize("NFD", text)
    found = _WORD.findall("".join(char for char in text if not unicodedata.combining(char)))
    return list(_without_links(found))


def _without_links(found: list[tuple[str, str]]) -> Iterator[tuple[str, bool]]:
    for word, point in found:
        if word not in _LINKS:
            yield ("number" if word in _NUMBER else word), bool(point) and word not in _NUMBER


_WORD = re.compile(r"([^\W_]+)(\.?)")


def is_short_for(short: list[tuple[str, bool]], words: list[str]) -> bool:
    """Return whether words, some of them cut short, stand for others."""
    return len(short) == len(words) and all(
        word.startswith(part) if is_cut else word == part
        for (part, is_cut), word in zip(short, words, strict=True)
    )


def has_digit(text: str) -> bool:
    """Return whether a text holds a digit; a header that is searched for among values holds none."""
    return text[-1:].isdecimal() or bool(_DIGIT.search(text))  # the end of most ids, without a search


_DIGIT = re.compile(r"\d")
