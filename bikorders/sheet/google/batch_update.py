"""Turns changes of a sheet into the requests of one `spreadsheets.batchUpdate`.

Values go as what they are, text or numbers, never as formulas. Google counts rows and columns from 0, and the
end of a range is the first that is not in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from bikorders.sheet.edits import (
    AddColumns,
    Addition,
    Column,
    Freeze,
    InsertRows,
    KeepDigits,
    MakeTab,
    MoveRows,
    OfferWords,
    Protect,
    RetypeRows,
)
from bikorders.sheet.grid import Grid
from bikorders.sheet.workbook import Raw

Request = Mapping[str, Any]

ROWS, COLUMNS = 1000, 26
"""The size of a tab that Google makes by itself."""

_HEADER_FORMAT = {
    "textFormat": {"bold": True},
    "backgroundColorStyle": {"rgbColor": {"red": 0.85, "green": 0.92, "blue": 0.83}},
    "wrapStrategy": "WRAP",
    "verticalAlignment": "MIDDLE",
}
_HEADER_FIELDS = "userEnteredValue,note," + ",".join(f"userEnteredFormat.{name}" for name in _HEADER_FORMAT)


def build_requests(additions: Iterable[Addition], grids: Mapping[str, Grid]) -> list[Request]:
    """Return the requests for the additions; `grids` are the spreadsheet's tabs by title, hidden ones too."""
    gids = count(max((grid.gid for grid in grids.values()), default=0) % _HIGHEST_GID + 1)
    requests: list[Request] = []
    for addition in additions:
        match addition:
            case MakeTab():
                requests += _make_tab(addition, grids, gids)
            case AddColumns():
                requests += _add_columns(addition, grids[addition.tab])
            case Freeze():
                requests.append(_set_grid(grids[addition.tab].gid, {"frozenRowCount": addition.row}))
            case OfferWords():
                requests.append(
                    _offer_words(grids[addition.tab].gid, addition.row, addition.column, addition.words)
                )
            case KeepDigits():
                requests.append(_keep_digits(grids[addition.tab].gid, addition.row - 1, addition.column))
            case Protect():
                requests.append(_protect(grids[addition.tab].gid, addition.row))
            case InsertRows():
                requests += _insert_rows(addition, grids[addition.tab])
            case RetypeRows():
                gid = grids[addition.tab].gid
                requests += [
                    _write(gid, number, column, [[_value(raw)]], "userEnteredValue")
                    for number, row in zip(addition.numbers, addition.rows, strict=True)
                    for column, raw in row.items()
                ]
            case MoveRows():
                requests.append(_move_rows(addition, grids[addition.tab].gid))
    return requests


def name_rows(name: str, additions: Iterable[Addition], grids: Mapping[str, Grid]) -> list[Request]:
    """Return the request that names the last rows that are inserted.

    Google refuses a second range of that name, and with it all that is sent along.
    """
    inserted = [addition for addition in additions if isinstance(addition, InsertRows)]
    if not inserted:
        return []
    last = inserted[-1]
    rows = {"startRowIndex": last.after, "endRowIndex": last.after + len(last.rows)}
    return [
        {"addNamedRange": {"namedRange": {"name": name, "range": rows | {"sheetId": grids[last.tab].gid}}}}
    ]


def drop_names(ids: Iterable[str]) -> list[Request]:
    """Return the requests that take names of ranges away."""
    return [{"deleteNamedRange": {"namedRangeId": id_}} for id_ in ids]


def _move_rows(addition: MoveRows, gid: int) -> Request:
    first, last = addition.numbers[0], addition.numbers[-1]
    source = {"sheetId": gid, "dimension": "ROWS", "startIndex": first - 1, "endIndex": last}
    return {"moveDimension": {"source": source, "destinationIndex": addition.after}}


_HIGHEST_GID = 2**31 - 100


def _make_tab(addition: MakeTab, grids: Mapping[str, Grid], gids: Iterator[int]) -> Iterator[Request]:
    size = {"rowCount": ROWS, "columnCount": max(COLUMNS, len(addition.columns)), "frozenRowCount": 1}
    if addition.blank:
        grid = grids[addition.blank]
        gid = grid.gid
        size["rowCount"] = max(grid.rows, len(addition.rows) + 2)
        size["columnCount"] = max(grid.columns, len(addition.columns))
        yield _set_grid(gid, size)
        if addition.blank != addition.title:
            properties = {"sheetId": gid, "title": addition.title}
            yield {"updateSheetProperties": {"properties": properties, "fields": "title"}}
    else:
        taken = {grid.gid for grid in grids.values()}
        gid = next(gid for gid in gids if gid not in taken)
        yield {"addSheet": {"properties": {"sheetId": gid, "title": addition.title, "gridProperties": size}}}
    for number, column in enumerate(addition.columns, start=1):
        if column.is_text:
            yield _keep_digits(gid, 1, number)
    yield _write(gid, 1, 1, [_head(addition.columns)], _HEADER_FIELDS)
    if addition.rows:
        yield _write(gid, 2, 1, [[_value(raw) for raw in row] for row in addition.rows], "userEnteredValue")
    yield from _set_up(gid, 1, 1, addition.columns)
    yield _protect(gid, 1)


def _add_columns(addition: AddColumns, grid: Grid) -> Iterator[Request]:
    lacking = addition.left + len(addition.columns) - 1 - grid.columns
    if lacking > 0:
        yield {"appendDimension": {"sheetId": grid.gid, "dimension": "COLUMNS", "length": lacking}}
    yield _write(grid.gid, addition.row, addition.left, [_head(addition.columns)], _HEADER_FIELDS)
    for number, column in enumerate(addition.columns, start=addition.left):
        if column.is_text and addition.row < grid.rows:
            yield _keep_digits(grid.gid, addition.row, number)
    if addition.row < grid.rows:
        yield from _set_up(grid.gid, addition.row, addition.left, addition.columns)


def _set_up(gid: int, row: int, left: int, columns: Sequence[Column]) -> Iterator[Request]:
    for number, column in enumerate(columns, start=left):
        if column.words:
            yield _offer_words(gid, row, number, column.words)


def _insert_rows(addition: InsertRows, grid: Grid) -> Iterator[Request]:
    """Insert rows that look like the one above them, and hold nothing but what is typed.

    At the end of the grid there is no place to insert at, so that it gets one more row first. It may have grown
    since its size was read; rows that are inserted lie on nothing even then.
    """
    gid, after, count = grid.gid, addition.after, len(addition.rows)
    if after >= grid.rows:
        yield {"appendDimension": {"sheetId": gid, "dimension": "ROWS", "length": 1}}
    place = {"sheetId": gid, "dimension": "ROWS", "startIndex": after, "endIndex": after + count}
    yield {"insertDimension": {"range": place, "inheritFromBefore": not addition.is_first}}
    columns = {"sheetId": gid, "startColumnIndex": 0, "endColumnIndex": addition.width}
    for kind in () if addition.is_first else ("PASTE_FORMAT", "PASTE_DATA_VALIDATION"):
        source = columns | {"startRowIndex": after - 1, "endRowIndex": after}
        target = columns | {"startRowIndex": after, "endRowIndex": after + count}
        yield {"copyPaste": {"source": source, "destination": target, "pasteType": kind}}
    rows = [[_value(raw) for raw in row] for row in addition.lay_out()]
    yield _write(gid, after + 1, 1, rows, "userEnteredValue")
    for column in sorted(addition.copied):  # last, or what is typed would clear it
        cells = {"sheetId": gid, "startColumnIndex": column - 1, "endColumnIndex": column}
        source = cells | {"startRowIndex": after - 1, "endRowIndex": after}
        for row in range(after, after + count):
            target = cells | {"startRowIndex": row, "endRowIndex": row + 1}
            yield {"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_FORMULA"}}


def _head(columns: Sequence[Column]) -> list[dict[str, Any]]:
    return [
        _value(column.header)
        | {"userEnteredFormat": _HEADER_FORMAT}
        | ({"note": column.note} if column.note else {})
        for column in columns
    ]


def _value(raw: Raw) -> dict[str, Any]:
    if raw is None:
        return {}
    kind = "stringValue" if isinstance(raw, str) else "boolValue" if isinstance(raw, bool) else "numberValue"
    return {"userEnteredValue": {kind: raw}}


def _write(gid: int, row: int, column: int, rows: Iterable[Sequence[Any]], fields: str) -> Request:
    start = {"sheetId": gid, "rowIndex": row - 1, "columnIndex": column - 1}
    return {"updateCells": {"start": start, "rows": [{"values": list(r)} for r in rows], "fields": fields}}


def _set_grid(gid: int, size: Mapping[str, int]) -> Request:
    fields = ",".join(f"gridProperties.{name}" for name in size)
    return {
        "updateSheetProperties": {
            "properties": {"sheetId": gid, "gridProperties": dict(size)},
            "fields": fields,
        }
    }


def _below(gid: int, row: int, column: int) -> dict[str, int]:
    """Return the range of a column's cells below a row."""
    return {
        "sheetId": gid,
        "startRowIndex": row,
        "startColumnIndex": column - 1,
        "endColumnIndex": column,
    }


def _offer_words(gid: int, row: int, column: int, words: Iterable[str]) -> Request:
    condition = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": word} for word in words]}
    rule = {"condition": condition, "showCustomUi": True, "strict": False}
    return {"setDataValidation": {"range": _below(gid, row, column), "rule": rule}}


def _keep_digits(gid: int, row: int, column: int) -> Request:
    return {
        "repeatCell": {
            "range": _below(gid, row, column),
            "cell": {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}},
            "fields": "userEnteredFormat.numberFormat",
        }
    }


def _protect(gid: int, row: int) -> Request:
    header = {"sheetId": gid, "startRowIndex": row - 1, "endRowIndex": row}
    description = "bikorders knows the columns by these headers"
    return {
        "addProtectedRange": {
            "protectedRange": {"range": header, "description": description, "warningOnly": True}
        }
    }
