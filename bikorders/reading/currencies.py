"""Which currency does a word or a sign name? Codes, signs, and signs that several currencies share.

What is known comes from CLDR (`currency_habits`) and from what people type beyond it (`currency_signs`).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from bikorders.reading.cells import Unreadable, parse_text
from bikorders.reading.currency_habits import get_english_signs, get_habits, list_currencies
from bikorders.reading.currency_signs import CODES_THAT_ARE_WORDS, OWN, SHARED, WORDS, WORLD
from bikorders.sheet.workbook import Raw
from bikorders.text import LONGEST, remember


@remember
def find_currency(text: str, local: str) -> str:
    """Return the currency that a sign, word or code means, "" if it is not certain. `local` is the shop's currency.

    >>> find_currency("$", "INR"), find_currency("$", "CAD"), find_currency("Rs.", "PKR"), find_currency("inr", "")
    ('USD', 'CAD', 'PKR', 'INR')
    >>> find_currency("R", "ZAR"), find_currency("R", "INR"), find_currency("pesos", "MXN"), find_currency("pesos", "")
    ('ZAR', '', 'MXN', '')
    """
    sign = _fold_sign(text)
    if not sign:
        return ""
    folded = sign.casefold()
    if folded in _list_own(local):
        return local
    if folded in _SHARED:
        # Where the shop's own sign holds it, as R$ holds $, it may be meant for either.
        is_unclear = not local or any(folded in own for own in _list_own(local))
        return "" if is_unclear else _SHARED[folded][0]
    world = _get_world()
    return world.get(sign) or world.get(folded) or _find_code(sign, local) or _find_foreign(folded, local)


def is_shared(text: str) -> bool:
    """Return whether a text is a sign or word that several currencies share, so that the shop's own decides."""
    return _fold_sign(text).casefold() in _SHARED


def is_currency_code(text: str) -> bool:
    """Return whether a text is a currency's code in any case; what may be a word has to stand in capitals.

    >>> is_currency_code("rsd"), is_currency_code("TRY"), is_currency_code("try")
    (True, True, False)
    """
    return bool(_find_code(text, ""))


def is_currency_word(text: str) -> bool:
    """Return whether a text is only a currency's sign or code; the sign may be one that several currencies share."""
    sign = _fold_sign(text)
    folded = sign.casefold()
    world = _get_world()
    return bool(folded in _SIGNS_SHARED or world.get(sign) or world.get(folded) or is_currency_code(sign))


def find_header_currency(text: str, local: str) -> str:
    """Return the currency that a header names, else "". A word or a single letter in it is no sign.

    Three letters with a point behind them are a word cut short (`Prezzo cad.`).

    >>> find_header_currency("Total (₹)", "USD"), find_header_currency("amount_egp", "USD")
    ('INR', 'EGP')
    >>> find_header_currency("Orders total", "USD")
    ''
    """
    for token in _list_tokens(text[:LONGEST].replace("_", " ")):
        folded = _fold_sign(token).casefold()
        is_short = token.endswith(".") and is_currency_code(folded)
        if folded in _WORDS or is_short or (len(folded) == 1 and folded.isalpha()):
            continue
        if currency := find_currency(token, local):
            return currency
        if folded in _SIGNS_SHARED:
            return ""
    return ""


@remember
def find_written_currency(raw: Raw, local: str) -> str:
    """Return the currency that an amount names, even if the amount can't be read; "" if none.

    >>> find_written_currency("1,234 €", "INR"), find_written_currency("200 SHIPPED", "INR")
    ('EUR', '')
    """
    if not isinstance(raw, str) or len(raw) > LONGEST:
        return ""
    return next((found for token in _list_tokens(raw) if (found := find_currency(token, local))), "")


def name_currencies(before: str, after: str, local: str) -> list[str]:
    """Return the currencies of both signs, "" for an unclear one; in `$5 CAD` the code says what $ means."""
    signs = [*_split_signs(before, local), *_split_signs(after, local)]
    if len(signs) < 2:
        return [find_currency(sign, local) for sign in signs]
    codes = {code for sign in signs if not is_shared(sign) and (code := find_currency(sign, local))}
    if len(codes) == 1:
        named = codes.pop()
        return [named if _may_mean(sign, named) else find_currency(sign, local) for sign in signs]
    return [find_currency(sign, local) for sign in signs]


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


def _fold_sign(text: str) -> str:
    """Return a sign without what people vary in it: dots, blanks, width and invisible marks; its case stays.

    >>> _fold_sign("Rs. "), _fold_sign("S/."), _fold_sign("US $"), _fold_sign("ج.م.\u200f") == _fold_sign("ج م")
    ('Rs', 'S/', 'US$', True)
    """
    if len(text) > _LONGEST_SIGN:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return "".join(text.replace(".", "").split()).rstrip(":")


_LONGEST_SIGN = 24


def _fold_table(table: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, frozenset[str]]]:
    return {
        _fold_sign(sign).casefold(): (usual, frozenset(shared.split()))
        for signs, (usual, shared) in table.items()
        for sign in signs.split()
    }


_SIGNS_SHARED = _fold_table(SHARED)
_WORDS = _fold_table(WORDS)
_SHARED = _WORDS | _SIGNS_SHARED


@cache
def _get_world() -> Mapping[str, str]:
    """Return the signs that mean one currency everywhere."""
    typed = {_fold_sign(sign): code for code, signs in WORLD.items() for sign in signs.split()}
    return {_fold_sign(sign).casefold(): code for sign, code in get_english_signs().items()} | typed


@lru_cache(maxsize=256)
def _list_own(currency: str) -> frozenset[str]:
    """Return the signs that mean a currency in its own shop."""
    shared = [sign for sign, (_, codes) in _SHARED.items() if currency in codes]
    typed = [*OWN.get(currency, "").split(), *WORLD.get(currency, "").split(), *get_habits(currency).signs]
    return frozenset([*shared, *(_fold_sign(sign).casefold() for sign in (*typed, currency))]) - {""}


def _find_code(sign: str, local: str) -> str:
    code = sign.upper()
    if len(sign) != 3 or not sign.isascii() or code not in list_currencies():
        return ""
    return "" if code in CODES_THAT_ARE_WORDS and sign != code and code != local else code


@lru_cache(maxsize=256)
def _list_foreign(local: str) -> Mapping[str, str]:
    """Return the signs of other currencies that the shop's own locales have."""
    return {_fold_sign(sign).casefold(): code for sign, code in get_habits(local).others.items()}


def _find_foreign(folded: str, local: str) -> str:
    if len(folded) == 1 and folded.isalpha():
        return ""
    return _list_foreign(local).get(folded, "")


def _may_mean(sign: str, currency: str) -> bool:
    """Return whether a sign may stand beside a currency's code: it is the currency's own, or one that it shares."""
    return _fold_sign(sign).casefold() in _list_own(currency)


def _split_signs(text: str, local: str) -> list[str]:
    """Return the signs on one side of an amount: one, or two as in `COP $` and `COP$`."""
    if not text or find_currency(text, local) or is_shared(text):
        return [text] if text else []
    match = _TWO_SIGNS.fullmatch(text)
    return [match[1], match[2]] if match else [text]


_TWO_SIGNS = re.compile(r"([A-Za-z]{3}) ?([^\w\s]|[^\W\d]{1,3}\.?)|(?!)", re.ASCII)
_TOKEN = re.compile(r"[^\s\d()\[\]{},:;|*+=<>~_-]{1,24}")


def _list_tokens(text: str) -> Iterator[str]:
    """Yield what may be a sign or code in a text."""
    for match in _TOKEN.finditer(text):
        token = match[0]
        yield token
        if "/" in token.strip("/"):
            yield from token.split("/")
