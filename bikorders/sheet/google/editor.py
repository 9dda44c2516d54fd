"""Changes a Google Sheet, with the scope for it. Reads how it is set up; each update happens whole or not at all."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bikorders.sheet.google.connection import Connection, quote_title
from bikorders.sheet.google.errors import build_nonsense
from bikorders.sheet.grid import BARE, MANY, Box, CellSetup, Grid
from bikorders.sheet.workbook import column_letters

SCOPE = "https://www.googleapis.com/auth/spreadsheets"

_TAB_FIELDS = (
    "sheets(properties(sheetId,title,hidden,gridProperties(rowCount,columnCount,frozenRowCount)),"
    "protectedRanges.range,merges,tables.range)"
)
_CELL_FIELDS = (
    "sheets(properties.title,data(startRow,startColumn,"
    "rowData.values(userEnteredValue,dataValidation.condition.type,userEnteredFormat.numberFormat.type)))"
)


_ROW_FIELDS = (
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),data(startRow,startColumn,"
    "rowData.values(userEnteredValue,effectiveValue,formattedValue,dataValidation.condition.type))),"
    "namedRanges(namedRangeId,name)"
)

_ARRAYS = re.compile(r"\{|\b(ARRAYFORMULA|MAP|BYROW|SCAN|MAKEARRAY|FILTER|SORT|UNIQUE|QUERY|IMPORTRANGE)\b")
"""What makes a formula fill further cells. One that is taken for such a formula is only not copied down."""


class SheetEditor:
    """One spreadsheet that may be changed. `charge` is called before every request.

    Raises `SettingsError` if the key file can't be used, `SheetUnusable` if the sheet is shared for reading only.
    """

    def __init__(self, key: str, credentials: Path, charge: Callable[[], None] = lambda: None) -> None:
        self._connection = Connection(key, credentials, SCOPE, charge)

    def read_grids(self, boxes: Mapping[str, Sequence[Box]]) -> dict[str, Grid]:
        """Return how every tab is set up, hidden ones too, and the cells of `boxes`, which are by title."""
        with self._connection.guarded():
            try:
                grids = _parse_grids(self._connection.fetch_metadata({"fields": _TAB_FIELDS}))
                if ranges := [*_name_ranges(boxes, grids)]:
                    fields = {"ranges": ranges, "fields": _CELL_FIELDS}
                    _fill_in(grids, self._connection.fetch_metadata(fields))
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                raise build_nonsense() from error
        return grids

    def read_rows(self, rows: Mapping[str, Collection[int]]) -> tuple[dict[str, Grid], dict[str, str]]:
        """Return the tabs that `rows` names, with the cells of those rows, and the ids of the sheet's ranges by name.

        Raises `SourceUnavailable` if there is no such tab by now.
        """
        with self._connection.guarded():
            ranges = [
                f"{quote_title(title)}!{number}:{number}"
                for title, numbers in rows.items()
                for number in numbers
            ]
            answer = self._connection.fetch_metadata({"ranges": ranges, "fields": _ROW_FIELDS})
            try:
                grids = _parse_grids(answer)
                _fill_in(grids, answer)
                names = {str(n["name"]): str(n["namedRangeId"]) for n in answer.get("namedRanges", [])}
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                raise build_nonsense() from error
        return grids, names

    def update(self, requests: Sequence[Mapping[str, Any]]) -> None:
        """Send requests of `spreadsheets.batchUpdate`: all of them happen, or none.

        After `SourceUnavailable` they may have happened all the same.
        """
        with self._connection.guarded():
            self._connection.update(requests)

    def close(self) -> None:
        """Close the connections; the next request opens a new one."""
        self._connection.close()


def _name_ranges(boxes: Mapping[str, Sequence[Box]], grids: Mapping[str, Grid]) -> Iterator[str]:
    """Yield ranges: whole columns, or a whole tab by its title. Google refuses what lies outside of a tab."""
    for title, found in boxes.items():
        for box in found if title in grids else ():
            right = min(box.right, grids[title].columns)
            if box.right == MANY:
                yield quote_title(title)
            elif box.left <= right:
                yield f"{quote_title(title)}!{column_letters(box.left)}:{column_letters(right)}"


def _parse_grids(tabs: Any) -> dict[str, Grid]:
    return {sheet["properties"]["title"]: _parse_grid(sheet) for sheet in tabs["sheets"]}


def _fill_in(grids: dict[str, Grid], cells: Any) -> None:
    """Put the cells of the answer into their grids."""
    for sheet in cells["sheets"]:
        title = sheet["properties"]["title"]
        found = {place: cell for data in sheet.get("data", []) for place, cell in _parse_cells(data)}
        grids[title] = replace(grids[title], cells=found)


def _parse_grid(sheet: Any) -> Grid:
    size = sheet["properties"].get("gridProperties", {})
    return Grid(
        sheet["properties"].get("sheetId", 0),
        size.get("rowCount", 0),
        size.get("columnCount", 0),
        size.get("frozenRowCount", 0),
        tuple(
            _parse_box(range_["range"]) for range_ in sheet.get("protectedRanges", []) if "range" in range_
        ),
        tuple(_parse_box(table["range"]) for table in sheet.get("tables", [])),
        tuple(_parse_box(merge) for merge in sheet.get("merges", [])),
        is_hidden=bool(sheet["properties"].get("hidden")),
    )


def _parse_box(range_: Any) -> Box:
    return Box(
        range_.get("startRowIndex", 0) + 1,
        range_.get("startColumnIndex", 0) + 1,
        range_.get("endRowIndex", MANY),
        range_.get("endColumnIndex", MANY),
    )


def _parse_cells(data: Any) -> Iterator[tuple[tuple[int, int], CellSetup]]:
    top, left = data.get("startRow", 0) + 1, data.get("startColumn", 0) + 1
    for row, values in enumerate(data.get("rowData", []), start=top):
        for column, cell in enumerate(values.get("values", []), start=left):
            typed, held = cell.get("userEnteredValue", {}), cell.get("effectiveValue", {})
            rule = cell.get("dataValidation", {})
            formula = str(typed.get("formulaValue", ""))
            number_format = cell.get("userEnteredFormat", {}).get("numberFormat", {})
            setup = CellSetup(
                bool(typed),
                "formulaValue" in typed,
                bool(rule),
                number_format.get("type") == "TEXT",
                is_array=_ARRAYS.search(formula.upper()) is not None,
                is_spilled=bool(held) and not typed,
                is_tick_box=rule.get("condition", {}).get("type") == "BOOLEAN",
                values=tuple(
                    value
                    for value in (*held.values(), cell.get("formattedValue"))
                    if isinstance(value, (str, int, float))
                ),
            )
            if setup != BARE:
                yield (row, column), setup
