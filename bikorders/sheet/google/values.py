"""What the answers of values:batchGet say: the values of the cells in one, what the cells show in the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import chain, repeat
from typing import NamedTuple

import msgspec

from bikorders.sheet.google.errors import build_nonsense
from bikorders.sheet.shown import Doubt, merge_shown
from bikorders.sheet.workbook import Raw, Tab

Rows = Sequence[msgspec.Raw]
"""A tab's rows, each as it stands in an answer."""


class TabSize(NamedTuple):
    """A tab's number in the sheet's address, and how many rows it has."""

    gid: int | None
    height: int


class _ValueRange(msgspec.Struct):
    """One tab's rows, ragged. Google leaves out trailing blanks, and `values` of an empty tab."""

    values: list[msgspec.Raw] = []


class _Content(msgspec.Struct):
    """The answer of values:batchGet: a range for each that was asked for, in that order."""

    valueRanges: list[_ValueRange]


_CONTENT = msgspec.json.Decoder(_Content)
_ROW = msgspec.json.Decoder(list[Raw])
_NO_ROW = msgspec.Raw(b"[]")


@dataclass(frozen=True)
class Answer:
    """An answer to a request for the cells of `count` tabs."""

    content: bytes
    count: int

    @cached_property
    def digest(self) -> bytes:
        """What tells this answer from another."""
        return sha256(self.content).digest()  # which most processors have an instruction for

    @cached_property
    def rows(self) -> list[Rows]:
        """The rows of each tab. Raises `SourceUnavailable` if the answer is not of that shape."""
        try:
            ranges: list[Rows] = [answer.values for answer in _CONTENT.decode(self.content).valueRanges]
        except (ValueError, RecursionError) as error:
            raise build_nonsense() from error
        if len(ranges) != self.count:
            raise build_nonsense()
        return ranges


def parse_row(row: msgspec.Raw) -> list[Raw]:
    """Return the values of a row; raises `SourceUnavailable` if they are none."""
    try:
        return _ROW.decode(row)
    except (ValueError, RecursionError) as error:
        raise build_nonsense() from error


class AnswerMerger:
    """Makes tabs of an answer's values and of what the other answer shows.

    Remembers the rows of the last two answers: those that are as they were need not be read again, and an edit changes few.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[Raw, ...]] = {}

    def merge(
        self, values: Answer, shown: Answer, grids: Mapping[str, TabSize]
    ) -> tuple[dict[str, Tab], list[Doubt]]:
        """Return the tabs `grids`, and the doubtful cells. Raises `SourceUnavailable` if an answer makes no sense."""
        before, self._known = self._known, {}
        tabs: dict[str, Tab] = {}
        doubts: list[Doubt] = []
        for (title, grid), rows, texts in zip(grids.items(), values.rows, shown.rows, strict=True):
            merged: list[Sequence[Raw]] = []
            for row, text in zip(rows, chain(texts, repeat(_NO_ROW)), strict=False):
                key = bytes(row) + bytes(text)
                known = before.get(key)
                if known is None:
                    cells = parse_row(row)
                    if found := merge_shown(cells, parse_row(text)):
                        doubts += found
                        merged.append(cells)  # which will change when the doubts are settled
                        continue
                    known = tuple(cells)
                self._known[key] = known
                merged.append(known)
            for text in texts[len(rows) :]:
                doubts += merge_shown([], parse_row(text))
            tabs[title] = Tab(title, merged, *grid)
        return tabs, doubts
