"""A phone number is international, and has the digits of its cell."""

import re

import phonenumbers
from hypothesis import assume, given
from hypothesis import strategies as st

from bikorders.reading import (
    cells,
    phones,
)
from tests.reading.strategies import COUNTRIES, raws, read, thorough


@thorough
@given(raws, st.sampled_from(COUNTRIES))
def test_phone_numbers_are_international_and_of_the_cells_digits(raw, country):
    assume(not isinstance(raw, float) or raw.is_integer())
    assume(sum(letter.isdecimal() for letter in cells.text_of(raw)) <= 12)
    for phone in read(phones.parse_phones, raw, country) or []:
        assert re.fullmatch(r"\+[1-9]\d{6,14}", phone, re.ASCII)
        assert phone[-5:] in "".join(str(int(letter)) for letter in cells.text_of(raw) if letter.isdecimal())


@thorough
@given(
    st.integers(6 * 10**9, 10**10 - 1).map(str),
    st.sampled_from(["", "0", "91", "+91", "+91 ", "+91-", "0091 ", "(+91) ", "91 ", "'", "+91 (0) "]),
    st.sampled_from(["{0}{1}", "{0} {1}", "{0}-{1}", "{0}.{1}", "{0}\u00a0{1}"]),
)
def test_an_indian_number_however_it_is_typed_is_read_right_or_refused(digits, prefix, pattern):
    numbers = read(phones.parse_phones, prefix + pattern.format(digits[:5], digits[5:]), "IN")
    assert numbers in (None, [f"+91{digits}"])
    if numbers:
        for number in (int(digits), float(f"91{digits}"), f"91{digits}.0"):
            assert phones.parse_phones(number, "IN") == numbers


@thorough
@given(st.integers(6 * 10**9, 10**10 - 1))
def test_an_indian_mobile_number_is_read_if_there_may_be_such_a_number(number):
    is_valid = phonenumbers.is_valid_number(phonenumbers.PhoneNumber(91, number))
    assert read(phones.parse_phones, str(number), "IN") == ([f"+91{number}"] if is_valid else None)
