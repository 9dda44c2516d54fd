"""Which country does a cell name? What people type beyond it, and the names of CLDR in English and the shop's language."""

from functools import cache

from bikorders.text import fold_words, remember

_TYPED = {
    "GB": "uk, great britain, england, scotland, wales", "US": "usa, us, united states of america", "AE": "uae, emirates",
    "IN": "bharat", "NL": "holland, the netherlands", "TR": "turkey", "SA": "ksa", "CZ": "czech republic",
    "KR": "korea", "RU": "russian federation", "VN": "viet nam", "PH": "the philippines", "CI": "ivory coast, cote d ivoire",
    "MM": "myanmar, burma", "HK": "hong kong", "MO": "macau, macao", "PS": "palestine", "BA": "bosnia", "DE": "deutschland",
    "ES": "españa", "IT": "italia", "BR": "brasil", "BG": "българия", "MK": "macedonia", "SZ": "swaziland", "CV": "cape verde", "TL": "east timor", "TH": "ประเทศไทย",
}  # fmt: skip
"""ISO 3166 code, and what people type for the country that CLDR does not have."""


@remember
def find_country(text: str, home: str = "") -> str:
    """Return the two-letter code of a country, "" if it is not known.

    It is known by its code, and by its name in English and in the languages of `home`, the shop's country.

    >>> find_country("India"), find_country("uk"), find_country("CA"), find_country("Atlantis")
    ('IN', 'GB', 'CA', '')
    >>> find_country("Alemania"), find_country("Alemania", "MX"), find_country("भारत", "IN")
    ('', 'DE', 'IN')
    """
    word = fold_words(text)
    if not word:
        return ""
    if found := _TYPED_OF.get(word) or _read_names("en").get(word):
        return found
    if len(word) == 2 and word.upper() in _read_names("en").values():
        return word.upper()
    return next(
        (found for language in _list_languages(home) if (found := _read_names(language).get(word))), ""
    )


_TYPED_OF = {word: code for code, words in _TYPED.items() for word in words.split(", ")}


@cache
def _read_names(language: str) -> dict[str, str]:
    """Return a language's names of the countries, with their codes."""
    from babel import Locale  # noqa: PLC0415 - loaded only where a country is named

    names = Locale.parse(language).territories
    return {
        fold_words(name): code for code, name in names.items() if len(code) == 2 and code not in _NO_COUNTRIES
    }


_NO_COUNTRIES = frozenset("EU EZ UN XA XB ZZ QO".split())


@cache
def _list_languages(home: str) -> tuple[str, ...]:
    """Return the languages that are official in a country and in its regions, besides English; the first few."""
    if not home:
        return ()
    from babel.core import Locale, UnknownLocaleError  # noqa: PLC0415 - as above
    from babel.languages import get_official_languages  # noqa: PLC0415

    languages = []
    for language in get_official_languages(home, regional=True, de_facto=True):
        try:
            languages.append(str(Locale.parse(language)))
        except (UnknownLocaleError, ValueError):
            continue
    return tuple(language for language in languages if language != "en")[:_MOST]


_MOST = 3
"""Languages of one shop: each takes some 1.5 MB."""
