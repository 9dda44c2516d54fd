"""An amount never gains a value that the cell does not hold, and never loses a sign or a digit."""

import json
import re
from decimal import Decimal

import pytest
from babel import Locale, localedata
from babel.numbers import format_currency
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bikorders.reading import (
    cells,
    currency_habits,
    money,
)
from tests.reading.strategies import (
    CURRENCIES,
    quick,
    raws,
    read,
    thorough,
)


def assert_exact(amount: Decimal) -> None:
    """Check that an amount is a number and passes through a JSON number unchanged."""
    assert amount.is_finite()
    sent = json.dumps(float(amount))
    assert Decimal(sent) == amount
    assert len(re.sub(r"e.*|\D", "", sent).strip("0")) <= cells.EXACT_DIGITS


@thorough
@given(raws, st.sampled_from(CURRENCIES), st.sampled_from([None, ".", ","]))
@example(0.1 + 0.2, "INR", None)
@example(100 / 3, "INR", None)
@example(1e-7, "INR", None)
@example("0.1234567890123456", "INR", None)
def test_an_amount_is_exact_and_names_a_currency_or_none(raw, local, convention):
    if reading := read(money.parse_money, raw, local, convention):
        assert_exact(reading.amount)
        assert reading.currency in currency_habits.list_currencies() | {""}
        if isinstance(raw, str):
            assert reading.amount == 0 or any(digit in raw for digit in "123456789")


@thorough
@given(st.floats(-(10**9), 10**9))
def test_a_spreadsheets_number_keeps_its_value_to_the_cent(number):
    amount = money.read_number(number)
    assert_exact(amount)
    assert abs(amount - Decimal(number)) <= Decimal("0.00501")


@thorough
@given(st.integers(-(10**11), 10**11))
def test_a_number_with_cents_keeps_them(cents):
    assert money.read_number(cents / 100) == Decimal(cents) / 100


@quick
@given(raws)
def test_a_share_is_between_nothing_and_all(raw):
    reading = read(money.parse_discount, raw)
    if isinstance(reading, money.Share):
        assert 0 <= reading.fraction <= 1
        assert_exact(reading.fraction)


def group(digits: str, separator: str, size: int = 3) -> str:
    """Part a whole number's digits from the right: three, and then `size` at a time."""
    head, tail = digits[:-3], digits[-3:]
    parts = [tail]
    while head:
        parts.insert(0, head[-size:])
        head = head[:-size]
    return separator.join(parts)


WRITTEN = {
    "plain": (lambda whole: whole, "."),
    "western": (lambda whole: group(whole, ","), "."),
    "indian": (lambda whole: group(whole, ",", 2), "."),
    "european": (lambda whole: group(whole, "."), ","),
    "plain comma": (lambda whole: whole, ","),
    "blanks": (lambda whole: group(whole, " "), ","),
    "no-break": (lambda whole: group(whole, "\u00a0"), ","),
    "swiss": (lambda whole: group(whole, "'"), "."),
}


MARKS = {
    "": ("", ""), "₹": ("INR", "INR"), "₹ ": ("INR", "INR"), "Rs.": ("INR", "INR"), "Rs. ": ("INR", "INR"),
    "Rs ": ("INR", "INR"), "INR ": ("INR", "INR"), "INR": ("INR", "INR"), "$": ("USD", "USD"), "US$": ("USD", "USD"),
    "€": ("EUR", "EUR"), "EUR ": ("EUR", "EUR"), "£": ("GBP", "GBP"), "?": ("", ""), "? ": ("", ""), "â‚¹": ("INR", "INR"),
}  # fmt: skip
"""What stands before an amount, and the currency that it names in an Indian and in an American shop."""


AFTER = {"": "", " €": "EUR", "€": "EUR", " INR": "INR", "/-": "", " лв.": "BGN", " Kč": "CZK", " USD": "USD"}


MINUS = ["{0}{1}{2}", "-{0}{1}{2}", "- {0}{1}{2}", "{0}-{1}{2}", "({0}{1}{2})", "−{0}{1}{2}"]


@settings(thorough, max_examples=400)
@given(
    whole=st.integers(0, 10**9),
    cents=st.sampled_from(["", "0", "00", "5", "50", "05", "99"]),
    style=st.sampled_from(sorted(WRITTEN)),
    before=st.sampled_from(sorted(MARKS)),
    after=st.sampled_from(sorted(AFTER)),
    minus=st.sampled_from(MINUS),
    local=st.sampled_from(["INR", "USD"]),
    knows_column=st.booleans(),
)
@example(1234, "", "european", "", "", MINUS[0], "INR", False)
@example(1234, "", "western", "€", "", MINUS[0], "INR", False)
@example(866, "", "plain", "Rs.", "", MINUS[0], "INR", False)
@example(100000, "00", "indian", "₹", "/-", MINUS[4], "INR", False)
def test_an_amount_however_it_is_typed_is_read_right_or_refused(
    whole, cents, style, before, after, minus, local, knows_column
):
    write, point = WRITTEN[style]
    number = write(str(whole)) + (point + cents if cents else "")
    text = minus.format(before, number, after)
    reading = read(money.parse_money, text, local, point if knows_column else None)
    if reading is None:
        return
    meant = Decimal(f"{whole}.{cents or 0}") * (1 if minus == MINUS[0] else -1)
    named = {MARKS[before][local == "USD"], AFTER[after]} - {""}
    assert reading.amount == meant
    assert {reading.currency} == (named or {""})


@pytest.mark.parametrize(
    ("style", "text"),
    [("indian", "₹12,34,567.50"), ("western", "$1,234,567.50"), ("european", "€1.234.567,50"),
     ("plain", "Rs.1234567.50"), ("blanks", "1 234 567,50 лв.")],
)  # fmt: skip
def test_the_usual_ways_are_not_refused(style, text):
    assert money.parse_money(text).amount == Decimal("1234567.50")


@quick
@given(
    st.integers(1, 99999),
    st.integers(1, 99999),
    st.sampled_from([" / ", "/", "-", " - ", "+", " x ", "*", " or ", ";", "\n\n=", " to "]),
)
def test_two_amounts_are_none(one, two, between):
    assert read(money.parse_money, f"{one}{between}{two}") is None


@quick
@given(
    st.integers(1, 10**7),
    st.sampled_from([" Cr", " L", "k", "K", " lakh", " crore", "M", " SHIPPED", " each", "x", "%"]),
)
def test_an_amount_with_a_word_is_none(number, word):
    assert read(money.parse_money, f"{number}{word}") is None
    assert read(money.parse_money, f"₹{number}{word}") is None


@quick
@given(
    st.lists(st.integers(0, 10**6).map(lambda n: f"{n}"), max_size=5), st.sampled_from(["12.50", "1,234.50"])
)
def test_whole_numbers_do_not_change_what_a_column_shows(plain, telling):
    assert money.find_convention([*plain, telling, *plain]) == "."
    assert money.find_convention([*plain, telling, "12,50"]) is None


CLDR_WRITES = {
    "INR": "hi_IN", "IDR": "id_ID", "VND": "vi_VN", "COP": "es_CO", "CLP": "es_CL", "BRL": "pt_BR", "MXN": "es_MX", "ARS": "es_AR",
    "PEN": "es_PE", "EGP": "ar_EG", "SAR": "ar_SA", "DZD": "fr_DZ", "MAD": "fr_MA", "KWD": "ar_KW", "TRY": "tr_TR", "IRR": "fa_IR",
    "BDT": "bn_BD", "NPR": "ne_NP", "LKR": "si_LK", "PKR": "ur_PK", "THB": "th_TH", "PHP": "fil_PH", "MYR": "ms_MY", "KRW": "ko_KR",
    "JPY": "ja_JP", "CNY": "zh_CN", "KES": "sw_KE", "NGN": "en_NG", "GHS": "en_GH", "ZAR": "en_ZA", "ETB": "am_ET", "XOF": "fr_SN",
    "PLN": "pl_PL", "CZK": "cs_CZ", "HUF": "hu_HU", "SEK": "sv_SE", "CHF": "de_CH", "EUR": "de_DE", "UAH": "uk_UA", "KZT": "kk_KZ",
    "UZS": "uz_UZ", "GEL": "ka_GE", "AMD": "hy_AM", "MNT": "mn_MN", "KHR": "km_KH", "LAK": "lo_LA", "RSD": "sr_RS", "BGN": "bg_BG",
}  # fmt: skip
"""A language of a country of each currency."""


@pytest.mark.parametrize("amount", ["450", "12.5", "58000", "1234567.5"])
@pytest.mark.parametrize("currency", CLDR_WRITES)
def test_an_amount_as_cldr_writes_it_in_its_own_country_is_read(currency, amount):
    locale = Locale.parse(CLDR_WRITES[currency])
    for system in ("default", "latn"):
        text = format_currency(Decimal(amount), currency, locale=locale, numbering_system=system)
        reading = money.parse_money(text, currency)
        assert abs(reading.amount - Decimal(amount)) <= Decimal("0.5")
        assert reading.currency == currency


@quick
@given(
    st.sampled_from(sorted(currency_habits.list_currencies())),
    st.integers(1, 10**7),
    st.sampled_from(["", "5", "50", "500"]),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("", ".")]),
)
def test_no_habit_makes_two_amounts_of_one_text(currency, whole, cents, marks):
    """Other currencies, read by another habit, may give a thousandfold; that none is told where its own is unsure."""
    separator, point = marks
    text = group(str(whole), separator) + (point + cents if cents else "")
    reading = read(money.parse_money, text, currency)
    habits = currency_habits.get_habits(currency)
    is_usual = (point in habits.decimals or not cents) and (separator not in habits.decimals or not separator)
    if reading is not None and is_usual and len(cents) != 3:
        assert reading.amount == Decimal(f"{whole}.{cents or 0}")


def test_all_of_the_habits_leave_no_locale_in_memory():
    localedata._cache.clear()
    currency_habits.get_habits.cache_clear()
    for currency in ("RSD", "COP", "DZD"):
        assert currency_habits.get_habits(currency).signs or currency == "RSD"
    assert not localedata._cache
