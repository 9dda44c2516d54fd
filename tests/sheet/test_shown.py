"""What does a person read in a cell that holds a value and shows a text?"""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bikorders.reading.money import parse_money
from bikorders.sheet.shown import UNCLEAR, UNKNOWN, merge_shown, read_shown, settle_doubts
from bikorders.sheet.workbook import Raw, Shown, text_of, typed_in


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234, "1,234"), (1234, "1.234"), (1234, "1 234"), (1234, "1\u202f234,00"), (1234, "1'234.00"), (123456.5, "1,23,456.50"),
        (1234.56, "1,235"), (0.5, "1"), (0.4, "0"), (0.5, ".50"), (33.333333333333336, "33.3333333333"), (-5, "-5.00"), (-5, "(5.00)"),
        (-5, "5.00-"), (-5, "−5"), (-5, "5"), (0, "0.00"), (0, "-"), (0, " -   "), (14100000000000.0, "1.41E+13"), (1.904e19, "1,904E+19"),
        (1.904e19, "AWB 19040000000000000000"), (1234.5, "١٬٢٣٤٫٥٠"), (1234, "\u200f1,234"),
    ],
)  # fmt: skip
def test_a_number_whose_format_adds_nothing_stays_a_number(value: Raw, text: str) -> None:
    assert read_shown(value, text) is value


@pytest.mark.parametrize(
    ("value", "text", "read"),
    [
        (42, "0042", "0042"), (42, "0.042", "0042"), (42, "٠٠٤٢", "0042"), (0, "000", "000"), (7, "A2-007", "A2-007"),
        (1001, "ORD-1001", "ORD-1001"), (1001, "ORD-1,001", "ORD-1001"), (1001, "#1001", "#1001"), (7911123456, "+44 7911123456", "+44 7911123456"),
        (7911123456, "+44 7911 123456", "+44 7911 123456"), (7911123456, "07911 123456", "07911123456"), (447911123456, "+447911123456", "+447911123456"),
        (7911123456, "(791) 112-3456", "(791) 112-3456"), (123456, "12-3456", "12-3456"), (499, "$499.00", "$499"), (499.5, "$500", "$499.5"),
        (1234, "1.234 €", "1234 €"), (1.234, "€1.23", "€1.2340"), (1234.567, "$1,234.57", "$1234.5670"), (123456, "₹1,23,456", "₹123456"),
        (-5, "-$5.00", "-$5"), (-5, "($5)", "($5)"), (-5, "$5.00", "-$5"), (5, "-5", "-5"), (0, "₹ -   ", "₹ 0"), (0.5, "$.50", "$0.5"),
        (0.1, "10%", "10%"), (0.125, "13%", "12.5%"), (10, "10%", "10%"), (0.07, "7,0 %", "7 %"), (2, "2 pcs", "2 pcs"), (350, "350 บาท", "350 บาท"),
    ],
)  # fmt: skip
def test_what_a_format_adds_is_read_with_all_digits_of_the_value(value: Raw, text: str, read: str) -> None:
    shown = read_shown(value, text)
    assert shown == read
    assert typed_in(shown) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "6"), (5, ""), (5, "five"), (1234, "1.2K"), (1234, "1"), (0.5, "1/2"), (0.0625, "1:30:00"), (50, "1,050"), (23, "123"), (499, "$500"),
        (17, "2024017"), ("a", "b"), ("", "b"), ("1001", "ORD-1001"), (1, "x" * 10_000), (1, "1" * 10_000), (0.1, "11%"), (1, "yes"),
    ],
)  # fmt: skip
def test_a_text_that_does_not_show_the_value_is_not_believed(value: Raw, text: str) -> None:
    assert read_shown(value, text) is None


@pytest.mark.parametrize("value", [True, False])
def test_a_tick_is_a_tick_whatever_the_language(value: bool) -> None:
    row: list[Raw] = [value]
    assert merge_shown(row, ["WAHR"]) == []
    assert row == [value]


SIGNS = [("$", ""), ("", " €"), ("₹ ", ""), ("AED ", "")]


@given(
    st.integers(0, 10**9).map(lambda cents: cents / 100),
    st.sampled_from(["{:,.2f}", "{:.2f}", "{:,.0f}", "{:,.3f}"]),
    st.booleans(),
    st.sampled_from(SIGNS),
)
def test_an_amount_is_told_exactly_whatever_its_format(
    value: float, pattern: str, has_comma: bool, sign: tuple[str, str]
) -> None:
    number = pattern.format(value)
    if has_comma:
        number = number.translate(str.maketrans(",.", ".,"))
    shown = read_shown(value, sign[0] + number + sign[1])
    assert shown is not None
    assert parse_money(shown).amount == Decimal(text_of(value))
    assert parse_money(shown).currency


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_another_number_is_never_taken_for_the_value(value: int, other: int) -> None:
    if value != other:
        assert read_shown(value, f"{other:,}") is None
        assert read_shown(value, f"${other}") is None
        assert read_shown(value, f"ORD-{other}") is None


def test_at_one_moment_a_cell_holds_what_it_shows_unless_that_is_another_number() -> None:
    row: list[Raw] = [1, 17, "1001", 0, 1234, "same"]
    settle_doubts(merge_shown(row, ["yes", "2024017", "ORD-1001", "", "1.2K", "same"]), is_same_moment=True)
    assert row == ["yes", "2024017", "ORD-1001", "", UNCLEAR, "same"]
    assert [typed_in(raw) for raw in row] == [1, 17, "1001", 0, 1234, "same"]


def test_in_a_row_that_may_be_another_by_now_no_number_is_known() -> None:
    row: list[Raw] = ["ORD-1", 499, 42, True, ""]
    settle_doubts(merge_shown(row, ["ORD-2", "$499", "0042", "TRUE"]), is_same_moment=False)
    assert row == ["ORD-1", UNKNOWN, UNKNOWN, True, ""]


@pytest.mark.parametrize("texts", [["1"], ["1", ""], ["1", "", ""]])
def test_blanks_at_the_end_may_be_left_out(texts: list[Any]) -> None:
    assert merge_shown([1, ""], texts) == []


def test_more_cells_shown_than_there_are_values_are_doubtful() -> None:
    assert len(merge_shown([], ["new"])) == 1
    assert isinstance(Shown("a", 1), str)
