"""Where do placed orders go? The rows that were planned, into a Google Sheet or a folder of CSV files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from bikorders.errors import SourceUnavailable
from bikorders.sheet.edits import Addition, InsertRows, MakeTab, RetypeRows, lay_out
from bikorders.sheet.google.batch_update import build_requests
from bikorders.sheet.grid import Grid
from bikorders.sheet.open import find_folder, open_writer
from bikorders.sheet.source import Writer
from bikorders.sheet.workbook import Raw, Tab, Workbook, text_of

SETTLES = 12.0
"""Seconds after which a change of a Google Sheet whose answer was lost has come to pass, or never will."""


class Sink(Protocol):
    """Something that rows can be added to."""

    settles: float
    """Seconds in which a change that failed may still come to pass."""

    def add(self, additions: Sequence[Addition], workbook: Workbook) -> None:
        """Make the additions, which were planned with `workbook`.

        Raises `ChangeRefused` if that was never to be, `SheetUnusable` if somebody has to change something first;
        after `SourceUnavailable` they may have been made all the same.
        """
        ...


def open_sink(sheet: str, credentials: str, charge: Callable[[], None]) -> Sink:
    """Open the sheet that `open_source` reads; `charge` is called before each change of a Google Sheet."""
    if folder := find_folder(sheet):
        return FolderSink(folder)
    return SheetSink(open_writer(sheet, credentials), charge)


class SheetSink:
    """A Google Sheet: all additions in one request, which happens as a whole or not at all."""

    settles = SETTLES

    def __init__(self, writer: Writer, charge: Callable[[], None]) -> None:
        self._writer = writer
        self._charge = charge

    def add(self, additions: Sequence[Addition], workbook: Workbook) -> None:
        self._charge()
        for addition in additions:
            if isinstance(addition, RetypeRows):
                self._require_rows(addition)
        if any(isinstance(addition, MakeTab) for addition in additions):
            grids = self._writer.read_grids({})  # a hidden tab may have the number that a new one would get
        else:
            grids = {title: Grid(tab.gid or 0, tab.height, 0) for title, tab in workbook.tabs.items()}
        self._writer.update(build_requests(additions, grids))

    def _require_rows(self, addition: RetypeRows) -> None:
        """Raise `SourceUnavailable` if the rows are others by now: what is typed into them would be lost."""
        rows = Tab(addition.tab, self._writer.read_rows(addition.tab, addition.numbers))
        for number, held in enumerate(addition.held, start=1):
            if [*map(text_of, rows.row(number))] != [*map(text_of, held)]:
                raise SourceUnavailable("the sheet is being edited", "this passes")


class FolderSink:
    """A folder of CSV files; each file is changed as a whole, the items' before the orders'."""

    settles = 0.0

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._workbook = Workbook({})
        self._changed: dict[str, Sequence[Sequence[Raw]]] = {}

    def add(self, additions: Sequence[Addition], workbook: Workbook) -> None:
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
                        self._folder, addition.tab, addition.after, rows, seen
                    )
