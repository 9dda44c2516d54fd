"""How do the people of a currency write amounts? What CLDR knows of its countries, and where they differ from it.

CLDR comes with Babel. A locale is loaded when an amount in its currency is first met, and only what is needed
of it is kept: a locale takes some 1.5 MB.
"""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from babel import Locale


class Habits(NamedTuple):
    """How amounts of a currency are written where it is money.

    `decimals` are the characters that may stand before the cents, `digits` says how many digits the cents have,
    `has_blanks` whether a blank parts thousands. `signs` are those that its locales have for it, as they spell
    them; `others` their signs of other currencies.
    """

    decimals: str
    digits: int
    has_blanks: bool
    signs: tuple[str, ...]
    others: Mapping[str, str]


_UNKNOWN = Habits(".,", 2, has_blanks=False, signs=(), others=MappingProxyType({}))
"""What holds for a shop that doesn't say what its currency is."""

_SINCE = (2020, 1, 1)
"""A currency that was given up after this day is still known: orders were made in it."""

_DECIMALS = {"EUR": ".,", "NAD": ".", "PYG": ",", "SCR": ".", "ZAR": "."}
"""Where people write otherwise than CLDR's first language has it, or not all alike, as in the euro's countries."""

_WRITES_CENTS = frozenset({"CZK", "NOK", "SEK"})
"""Currencies that have no coins for the cents, but prices with them."""

_WITHOUT_CENTS = frozenset({"KHR"})
"""Currencies that nobody writes with cents, other than CLDR has it."""

_MOST_COUNTRIES = 4
_MOST_LANGUAGES = 3


@cache
def list_currencies() -> frozenset[str]:
    """Return the codes of ISO 4217 that are money somewhere, or were until lately."""
    return frozenset(
        code
        for country in _get_countries().values()
        for code, _, end, is_tender in country
        if is_tender and (end is None or end >= _SINCE)
    )


@lru_cache(maxsize=256)
def get_habits(currency: str) -> Habits:
    """Return how amounts of a currency are written; of none, "", nothing is known."""
    if currency not in list_currencies():
        return _UNKNOWN
    decimals: list[str] = []
    groups: list[str] = []
    signs: dict[str, None] = {}
    others: dict[str, str] = {}
    for country in _find_countries(currency):
        for number, locale in enumerate(_load_locales(country)):
            symbols = locale.number_symbols["latn"]
            groups.append(symbols["group"])
            if not number:  # what most people there speak
                decimals.append(symbols["decimal"])
            for code, sign in locale.currency_symbols.items():
                if code == currency:
                    signs[sign] = None
                elif sign != code and code in list_currencies():
                    others.setdefault(sign, code)
    known = {mark for mark in decimals if mark in ".,"}
    return Habits(
        _DECIMALS.get(currency) or "".join(sorted(known)) or _UNKNOWN.decimals,
        _count_digits(currency),
        has_blanks=any(group.isspace() for group in groups),
        signs=tuple(signs),
        others=MappingProxyType(others),
    )


@cache
def get_english_signs() -> Mapping[str, str]:
    """Return the currencies by the signs that English has for them, such as HK$."""
    return get_habits("USD").others


def _count_digits(currency: str) -> int:
    """Return how many digits stand after the point: 0, 2 or 3; 0 where there are coins, but no prices, for them."""
    from babel.core import get_global  # noqa: PLC0415 - loaded only where an amount names a currency

    fractions = get_global("currency_fractions")
    digits, _, cash_digits, _ = fractions.get(currency) or fractions["DEFAULT"]
    if currency in _WITHOUT_CENTS:
        return 0
    return int(digits if currency in _WRITES_CENTS else cash_digits)


def _get_countries() -> Mapping[str, Any]:
    """Return the currencies of each country: their code, first and last day, and whether they are money there."""
    from babel.core import get_global  # noqa: PLC0415 - loaded only where an amount names a currency

    return get_global("territory_currencies")


def _find_countries(currency: str) -> list[str]:
    """Return the country that a code begins with, else the first of those that share the currency."""
    users = sorted(
        country
        for country, used in _get_countries().items()
        if any(code == currency and is_tender for code, _, _, is_tender in used)
    )
    return [currency[:2]] if currency[:2] in users else users[:_MOST_COUNTRIES]


def _load_locales(country: str) -> Iterator["Locale"]:
    """Yield the locales of a country's official languages, what most people speak first; Babel keeps none of them."""
    from babel import Locale, UnknownLocaleError, localedata  # noqa: PLC0415 - see above
    from babel.core import get_global  # noqa: PLC0415

    spoken = get_global("territory_languages").get(country, {})
    official = [name for name, language in spoken.items() if language["official_status"]]
    official.sort(key=lambda name: -spoken[name]["population_percent"])
    kept = set(localedata._cache)  # Babel itself never lets go of a locale
    for language in official[:_MOST_LANGUAGES]:
        try:
            locale = Locale.parse(f"{language}_{country}")
        except (UnknownLocaleError, ValueError):
            continue
        yield locale
        for name in set(localedata._cache) - kept:
            localedata._cache.pop(name, None)
