"""Text is compared as a person compares it, and two different words are never taken for one."""

import time
import unicodedata
from collections.abc import Iterator

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from bikorders.text import LONGEST, fold_text, fold_words, narrow, strip_blanks
from tests.reading.strategies import quick

LANGUAGES = (
    "hi mr ne ta te kn ml bn as gu pa or si th lo my km ar fa ur ps ckb he am ti ka hy ko ja zh zh_Hant ru uk bg "
    "el vi tr az id pt es fr de pl cs hu bo dz mn ug yi chr"
).split()


def list_words(language: str) -> Iterator[str]:
    """List a language's names of countries, languages, scripts, currencies, months and days."""
    locale = Locale.parse(language)
    for names in (locale.territories, locale.languages, locale.scripts, locale.currencies):
        yield from names.values()
    for widths in (locale.months, locale.days, locale.quarters):
        for width in widths["format"].values():
            yield from width.values()


def list_parts(language: str) -> set[str]:
    """List the names and each of their words."""
    names = set(list_words(language))
    return names | {word for name in names for word in name.split()}


ALIKE = {
    "i\u0307": "i",  # the capital of Turkish i, as Python writes it small
    "\u0643": "\u06a9",  # kaf: two characters for one letter
    "\u0640": "",  # only makes an Arabic word longer
}


def spell(text: str) -> str:
    """Spell a word without the few differences that nobody means: case, digits, dashes and what is not seen."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    for one, other in ALIKE.items():
        text = text.replace(one, other)
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    text = "".join("-" if unicodedata.category(char) == "Pd" else char for char in text)
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


@pytest.mark.parametrize("fold", [fold_text, fold_words])
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_different_words_of_a_language_never_fold_alike(language: str, fold):
    seen: dict[str, str] = {}
    for word in list_parts(language):
        spelled = spell(word)
        if fold is fold_words:
            kept = [char if unicodedata.category(char)[0] in "LMN" else " " for char in spelled]
            spelled = " ".join("".join(kept).split())
        other = seen.setdefault(fold(word), spelled)
        assert other == spelled, f"{word!r} is taken for {other!r}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ส่งแล้ว", "สั่งแล้ว"),  # sent, ordered
        ("दिया", "देय"),  # paid, due
        ("कल", "काल"),
        (
            "\u0d05\u0d35\u0d28\u0d4d\u200d",
            "\u0d05\u0d35\u0d28\u0d4d",
        ),  # he, to him: a joiner makes the final letter
        ("10²", "102"),
        ("①", "1"),
        ("½", "12"),
        ("сума", "cyma"),  # Cyrillic, Latin
        ("أعلام", "إعلام"),  # flags, media
        ("سړی", "سړي"),  # man, men
        ("sınır", "sinir"),  # border, nerve
        ("schon", "schön"),
        ("ビール", "ビル"),  # beer, building
    ],
)
def test_words_that_look_nearly_alike_stay_apart(one: str, other: str):
    assert fold_text(one) != fold_text(other)
    assert fold_words(one) != fold_words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("İPTAL", "iptal"),
        ("Straße", "STRASSE"),
        ("ΟΔΟΣ", "οδος"),
        ("ｺｰﾋｰ", "コーヒー"),
        ("ＯＲＤ－１００１", "ord-1001"),
        ("١٠٠١", "1001"),
        ("۱۰۰۱", "1001"),
        ("१००१", "1001"),
        ("১০০১", "1001"),
        ("ORD\u20111", "ORD\u22121"),
        ("ORD\u00ad1", "ORD1"),
        ("ORDー１００１", "ORD-1001"),
        ("\u2066ORD-1\u2069", "ord-1"),
        ("ORD\u200b-\u20601", "ord-1"),
        ("ORD-1\ufe0f", "ORD-1"),
        ("\u3164ORD-1\uffa0", "ORD-1"),
        ("می\u200cخواهم", "میخواهم"),
        ("مـــدفوع", "مدفوع"),
        ("\u0d05\u0d35\u0d28\u0d4d\u200d", "\u0d05\u0d35\u0d7b"),  # an older and a newer keyboard
        ("e\u0301tat", "ÉTAT"),
        ("가", "\u1100\u1161"),
        ("ORD\x00-1", "ORD-1"),
    ],
)
def test_what_nobody_means_makes_no_difference(one: str, other: str):
    assert fold_text(one) == fold_text(other)


@quick
@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str):
    assert fold_text(fold_text(text)) == fold_text(text)
    assert fold_words(fold_words(text)) == fold_words(text)


@pytest.mark.parametrize("char", ["\u0301", "\u0e49", "\u0315\u0316", "\u200d", "İ", "\u0d28\u0d4d\u200d"])
@pytest.mark.parametrize("length", [LONGEST, 48_000])
def test_a_long_run_of_any_character_takes_no_time(char: str, length: int):
    start = time.perf_counter()
    for fold in (fold_text, fold_words, narrow, strip_blanks):
        fold("a" + char * (length // len(char)))
    assert time.perf_counter() - start < 0.5


@quick
@given(st.text(max_size=20))
def test_a_text_is_told_as_typed_between_its_blanks(text: str):
    assert strip_blanks(text) in text
    assert strip_blanks(f" \u200b{text}\u2060\u00a0") == strip_blanks(text)


def test_what_shapes_the_last_character_is_no_blank():
    assert strip_blanks(" ❤\ufe0f ") == "❤\ufe0f"
    assert strip_blanks("\u0d28\u0d4d\u200d ") == "\u0d28\u0d4d\u200d"
    assert strip_blanks("\u200d") == ""


@quick
@given(st.integers(0, 10**15))
def test_a_number_is_the_same_in_the_digits_of_every_script(number: int):
    for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10, 0x1D7CE):
        assert narrow("".join(chr(zero + int(digit)) for digit in str(number))) == str(number)
