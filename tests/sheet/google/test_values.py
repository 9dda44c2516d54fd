"""The answer of values:batchGet, row by row: just what the json module makes of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bikorders.sheet.google.values import load_ranges

CELLS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
CELLS |= st.sampled_from(['"values": [', "], [", '"}', "\\", "]"])
ROWS = st.lists(st.lists(CELLS, max_size=4), max_size=4)
RANGES = st.lists(st.fixed_dictionaries({"range": st.text()}, optional={"values": ROWS}), max_size=3)


@given(RANGES, st.sampled_from([None, 2]), st.booleans())
def test_it_reads_as_the_json_module_reads_it(ranges, indent, ascii_only):
    text = json.dumps({"spreadsheetId": "x", "valueRanges": ranges}, indent=indent, ensure_ascii=ascii_only)
    assert load_ranges(text) == json.loads(text)["valueRanges"]


@given(RANGES, st.data())
def test_half_an_answer_is_none(ranges, data):
    text = json.dumps({"valueRanges": ranges})
    with pytest.raises((ValueError, LookupError, TypeError)):
        load_ranges(text[: data.draw(st.integers(0, len(text) - 1))])


@pytest.mark.parametrize(
    "values",
    ['[["a"] ["b"]]', '[["a"],]', "[,]", "[[1]}", '[["a"', "[[NaN]]", "[[Infinity]]", "{}", "7", "["],
)
def test_what_is_no_json_or_no_rows_is_refused(values):
    with pytest.raises((ValueError, LookupError, TypeError)):
        load_ranges(f'{{"valueRanges": [{{"values": {values}}}]}}')


def test_a_number_in_place_of_rows_is_not_taken_for_the_rows_of_another():
    with pytest.raises(ValueError):
        load_ranges('{"valueRanges": [{"values": 0}, {"values": [["a"]]}]}')
