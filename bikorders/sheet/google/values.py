"""Decodes the answer of values:batchGet row by row: a large one at once would keep requests from the interpreter."""

import json
import re
from typing import Any, NoReturn


def load_ranges(text: str) -> Any:
    """Give the answer's `valueRanges`, decoded strictly. Raises `ValueError`, `LookupError` or `TypeError`.

    >>> load_ranges('{"valueRanges": [{"range": "A", "values": [["a"], [], [1.5, true]]}, {"range": "B"}]}')
    [{'range': 'A', 'values': [['a'], [], [1.5, True]]}, {'range': 'B'}]
    """
    rest: list[str] = []
    found: list[list[Any]] = []
    place = 0
    while match := _VALUES.search(text, place):  # within a string its quotes would be escaped
        rest += [text[place : match.start(1)], str(len(found))]
        rows, place = _load_rows(text, match.end())
        found.append(rows)
    ranges = _DECODER.decode("".join([*rest, text[place:]]))["valueRanges"]
    filled = [answer for answer in ranges if "values" in answer]
    if [answer["values"] for answer in filled] != list(range(len(found))):
        raise ValueError("values where none are, or none where they are")
    for answer, rows in zip(filled, found, strict=True):
        answer["values"] = rows
    return ranges


_VALUES = re.compile(r'"values"\s*:\s*(\[)\s*')
_NEXT = re.compile(r"\s*([,\]])\s*")


def _load_rows(text: str, place: int) -> tuple[list[Any], int]:
    """Decode the rows from the first one to the end of their list; give them and the place after it."""
    if text[place] == "]":
        return [], place + 1
    rows: list[Any] = []
    while True:
        row, place = _DECODER.raw_decode(text, place)
        rows.append(row)
        after = _NEXT.match(text, place)
        if after is None:
            raise ValueError("a comma is missing")
        place = after.end()
        if after[1] == "]":
            return rows, place


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
