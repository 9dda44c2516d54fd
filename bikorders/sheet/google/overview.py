"""What the answer of spreadsheets.get says: which tabs there are and, at the start, what their cells show."""

from collections.abc import Container, Sequence
from typing import Any

import msgspec

from bikorders.errors import SheetUnusable
from bikorders.sheet.google.errors import build_nonsense
from bikorders.sheet.google.values import Answer, TabSize
from bikorders.text import fold_text

_TAB = "properties(sheetId,title,sheetType,hidden,gridProperties.rowCount)"

TABS = f"properties.title,sheets({_TAB})"
"""The fields of the answer with the tabs alone."""

TABS_AND_TEXTS = f"properties.title,sheets({_TAB},data(rowData(values(formattedValue))))"
"""The fields of the answer with what all cells show, too: several times as large as that of values:batchGet."""


class _Cell(msgspec.Struct, gc=False):
    formattedValue: str = ""


class _Row(msgspec.Struct, gc=False):
    values: list[_Cell] = []


class _Data(msgspec.Struct):
    rowData: list[_Row] = []


class _Sheet(msgspec.Struct):
    properties: Any = None
    data: list[_Data] | None = None


class _Content(msgspec.Struct):
    sheets: list[_Sheet]
    properties: Any = None


_CONTENT = msgspec.json.Decoder(_Content)


class Overview:
    """The spreadsheet's `title` and its `tabs` with cells by title, hidden ones only if they are among `named`, folded.

    Raises `SourceUnavailable` if the answer makes no sense, `SheetUnusable` if there is no such tab.
    """

    def __init__(self, content: bytes, named: Container[str]) -> None:
        self.tabs: dict[str, TabSize] = {}
        self._data: dict[str, list[_Data] | None] = {}
        try:
            answer = _CONTENT.decode(content)
            for sheet in answer.sheets:
                tab = sheet.properties
                title = tab["title"]
                if not isinstance(title, str):
                    raise TypeError
                is_read = not tab.get("hidden") or fold_text(title) in named
                if tab.get("sheetType", "GRID") == "GRID" and is_read:
                    self.tabs[title] = TabSize(
                        tab.get("sheetId"), tab.get("gridProperties", {}).get("rowCount", 0)
                    )
                    self._data[title] = sheet.data
            self.title = str((answer.properties or {}).get("title", ""))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise build_nonsense() from error
        if not self.tabs:
            raise SheetUnusable("the spreadsheet has no tab with cells", "check BIKORDERS_SHEET")

    def find_texts(self, titles: Sequence[str]) -> Answer | None:
        """Return what the cells of these tabs show, as values:batchGet would; None if that was not asked for."""
        data = [self._data.get(title) for title in titles]
        if not all(data):
            return None
        ranges = [{"values": [_list_texts(row) for row in parts[0].rowData]} for parts in data if parts]
        return Answer(msgspec.json.encode({"valueRanges": ranges}), len(titles))


def _list_texts(row: _Row) -> list[str]:
    texts = [cell.formattedValue for cell in row.values]
    while texts and not texts[-1]:
        texts.pop()
    return texts
