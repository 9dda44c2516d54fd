"""The answer of values:batchGet: just what the json module makes of it, and nothing of any other shape."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bikorders.errors import SourceUnavailable
from bikorders.sheet.google.values import Answer, AnswerMerger, TabSize, parse_row

CELLS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
CELLS |= st.sampled_from(['"values": [', "], [", '"}', "\\", "]"])
ROWS = st.lists(st.lists(CELLS, max_size=4), max_size=4)
RANGES = st.lists(st.fixed_dictionaries({"range": st.text()}, optional={"values": ROWS}), max_size=3)


def load_rows(text: str, count: int = 1) -> list[Any]:
    return [[parse_row(row) for row in rows] for rows in Answer(text.encode(), count).rows]


@given(RANGES, st.sampled_from([None, 2]), st.booleans())
def test_it_reads_as_the_json_module_reads_it(
    ranges: list[Any], indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps({"spreadsheetId": "x", "valueRanges": ranges}, indent=indent, ensure_ascii=ascii_only)
    expected = [answer.get("values", []) for answer in json.loads(text)["valueRanges"]]
    assert repr(load_rows(text, len(ranges))) == repr(expected)


@given(RANGES, st.data())
def test_half_an_answer_is_none(ranges: list[Any], data: st.DataObject) -> None:
    text = json.dumps({"valueRanges": ranges})
    with pytest.raises(SourceUnavailable):
        load_rows(text[: data.draw(st.integers(0, len(text) - 1))], len(ranges))


@pytest.mark.parametrize(
    "values",
    ['[["a"] ["b"]]', '[["a"],]', "[,]", "[[1]}", '[["a"', "[[NaN]]", "[[Infinity]]", "{}", "7", "["],
)
def test_what_is_no_json_or_no_rows_is_refused(values: str) -> None:
    with pytest.raises(SourceUnavailable):
        load_rows(f'{{"valueRanges": [{{"values": {values}}}]}}')


def test_a_number_in_place_of_rows_is_not_taken_for_the_rows_of_another() -> None:
    with pytest.raises(SourceUnavailable):
        load_rows('{"valueRanges": [{"values": 0}, {"values": [["a"]]}]}', 2)


def make_answer(*rows: Any) -> Answer:
    return Answer(json.dumps({"valueRanges": [{"values": rows}]}).encode(), 1)


def test_rows_that_are_as_they_were_are_the_same_objects_wherever_they_stand_now() -> None:
    merger, grids = AnswerMerger(), {"Orders": TabSize(None, 0)}
    first, _ = merger.merge(make_answer(["A", 1], ["B", 2]), make_answer(["A", "01"], ["B", "$2"]), grids)
    values, shown = (
        make_answer(["C", 3], ["A", 1], ["B", 2]),
        make_answer(["C", "3"], ["A", "01"], ["B", "€2"]),
    )
    then, _ = merger.merge(values, shown, grids)
    assert then["Orders"].rows == [("C", 3), ("A", "01"), ("B", "€2")]
    assert then["Orders"].rows[1] is first["Orders"].rows[0]
