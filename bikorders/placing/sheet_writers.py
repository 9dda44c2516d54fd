"""Write planned rows into a Google Sheet, or into a folder of CSV files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from bikorders.errors import SourceUnavailable
from bikorders.reading.money import find_convention
from bikorders.sheet.edits import Addition, InsertRows, MakeTab, RetypeRows, lay_out
from bikorders.sheet.google.batch_update import build_requests
from bikorders.sheet.grid import Grid
from bikorders.sheet.open import find_folder, get_spreadsheet_key
from bikorders.sheet.workbook import Raw, Tab, Workbook, text_of

SETTLES = 12.0
"""Seconds after which a change of a Google Sheet whose answer was lost has happened, or never will."""


class SheetWriter(Protocol):
    """Something that rows can be written to."""

    settles: float
    """Seconds in which a change that failed may still happen."""

    def write(self, additions: Sequence[Addition], workbook: Workbook) -> None:
        """Make the changes, which were planned with `workbook`.

        Raises `ChangeRefused` if the sheet does not take this change, and `SheetUnusable` if somebody has to
        change something first. After `SourceUnavailable` the change may have been made all the same.
        """
        ...


def open_sheet_writer(sheet: str, credentials: str, charge: Callable[[], None]) -> SheetWriter:
    """Open the sheet that `open_source` reads; `charge` is called before each change of a Google Sheet."""
    if folder := find_folder(sheet):
        return FolderWriter(folder)
    return GoogleSheetWriter(get_spreadsheet_key(sheet), Path(credentials).expanduser(), charge)


class GoogleSheetWriter:
    """A Google Sheet: all changes in one request, which happens as a whole or not at all."""

    settles = SETTLES

    def __init__(self, key: str, credentials: Path, charge: Callable[[], None]) -> None:
        from bikorders.sheet.google.editor import SheetEditor  # noqa: PLC0415 - as in `open_source`

        self._editor = SheetEditor(key, credentials)
        self._charge = charge

    def write(self, additions: Sequence[Addition], workbook: Workbook) -> None:
        """Make the changes as `SheetWriter` says."""
        self._charge()
        for addition in additions:
            if isinstance(addition, RetypeRows):
                self._require_rows(addition)
        if any(isinstance(addition, MakeTab) for addition in additions):
            grids = self._editor.read_grids({})  # a hidden tab may have the number that a new one would get
        else:
            grids = {title: Grid(tab.gid or 0, tab.height, 0) for title, tab in workbook.tabs.items()}
        self._editor.update(build_requests(additions, grids))

    def _require_rows(self, addition: RetypeRows) -> None:
        """Raise `SourceUnavailable` if the rows have changed: what is typed over them would be lost."""
        rows = Tab(addition.tab, self._editor.read_rows(addition.tab, addition.numbers))
        for number, held in enumerate(addition.held, start=1):
            if [*map(text_of, rows.row(number))] != [*map(text_of, held)]:
                raise SourceUnavailable("the sheet is being edited", "this passes")


class FolderWriter:
    """A folder of CSV files: each file is changed as a whole, the items' before the orders'."""

    settles = 0.0

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._workbook = Workbook({})
        self._changed: dict[str, Sequence[Sequence[Raw]]] = {}

    def write(self, additions: Sequence[Addition], workbook: Workbook) -> None:
        """Make the changes as `SheetWriter` says; those that type rows anew are left out.

        A later call with the same workbook builds on what the earlier ones wrote.
        """
        from bikorders.sheet.csv_editor import insert_rows, write_file  # noqa: PLC0415 - as in `open_source`

        if workbook is not self._workbook:
            self._workbook, self._changed = workbook, {}
        for addition in additions:
            match addition:
                case MakeTab():
                    rows = [[column.header for column in addition.columns], *addition.rows]
                    write_file(self._folder, addition.title, rows)
                case InsertRows():
                    seen = self._changed.get(addition.tab, workbook.tabs[addition.tab].rows)
                    rows = [lay_out(row, addition.width) for row in addition.rows]
                    self._changed[addition.tab] = insert_rows(
                        self._folder, addition.tab, addition.after, rows, seen, find_decimal_marks(seen)
                    )


def find_decimal_marks(rows: Sequence[Sequence[Raw]]) -> list[str]:
    """Return the character that each column has before its cents; a point where the cells don't show it.

    >>> find_decimal_marks([["Order ID", "Total"], ["1001", "12,50"], ["1002"]])
    ['.', ',']
    """
    width = max(map(len, rows), default=0)
    columns = ([row[column] for row in rows if column < len(row)] for column in range(width))
    return [find_convention(cells) or "." for cells in columns]
