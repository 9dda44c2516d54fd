"""Write planned rows into a Google Sheet, or into a folder of CSV files."""

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Protocol

from bikorders.errors import NamesRefused
from bikorders.placing.batches import find_inserted, shift
from bikorders.placing.row_fit import fit_addition, list_row_numbers
from bikorders.reading.money import find_convention
from bikorders.sheet.edits import Addition, InsertRows, MakeTab, MoveRows, RetypeRows
from bikorders.sheet.google.batch_update import build_requests, drop_names, name_rows
from bikorders.sheet.open import find_folder, get_spreadsheet_key
from bikorders.sheet.workbook import Raw, Workbook

SETTLES = 12.0
"""Seconds after which a change of a Google Sheet whose answer was lost is sent again, if Google takes it only once."""

SETTLES_UNNAMED = 180.0
"""The same where Google would make it twice: after that it has happened, or never will."""

_NAME = re.compile(r"bikorders_(\d+)_[0-9a-f]{16}")
_NAMES_LAST = 3600
"""Seconds for which the name stays that keeps a change from being made twice."""


def build_name(draft_id: str, received_at: float) -> str:
    """Return the name of a placed order's rows, by which Google knows a change that it has made already."""
    return f"bikorders_{received_at:.0f}_{sha256(draft_id.encode()).hexdigest()[:16]}"


class Named(NamedTuple):
    """The rows of an order, and the name by which Google knows that it has made them already; "" without."""

    name: str
    additions: Sequence[Addition]


class SheetWriter(Protocol):
    """Something that rows can be written to."""

    @property
    def settles(self) -> float:
        """Seconds after which a change whose answer was lost may be made again."""

    together: int
    """How many orders one change may hold: several only where it happens as a whole or not at all."""

    def write_all(self, orders: Sequence[Named], workbook: Workbook) -> list[Sequence[Addition]]:
        """Write the rows of several orders in one change, which `write` would make one after the other; return all."""
        ...

    def write(self, additions: Sequence[Addition], workbook: Workbook, name: str = "") -> Sequence[Addition]:
        """Make the changes, which were planned with `workbook`, and return them as they were made.

        A Google Sheet takes a change of one `name` once. Raises `AlreadyWritten` if it has done so; `ChangeRefused` if
        the sheet does not take this change, and `SheetUnusable` if somebody has to change something first. After
        `SourceUnavailable` the change may have been made all the same.
        """
        ...


def open_sheet_writer(
    sheet: str, credentials: str, charge: Callable[[], None], charge_read: Callable[[], None]
) -> SheetWriter:
    """Open the sheet that `open_source` reads; `charge` and `charge_read` are called before each request to Google."""
    if folder := find_folder(sheet):
        return FolderWriter(folder)
    return GoogleSheetWriter(get_spreadsheet_key(sheet), Path(credentials).expanduser(), charge, charge_read)


class GoogleSheetWriter:
    """A Google Sheet: all changes in one request, which happens as a whole or not at all."""

    together = 25

    def __init__(
        self, key: str, credentials: Path, charge: Callable[[], None], charge_read: Callable[[], None]
    ) -> None:
        from bikorders.sheet.google.editor import SheetEditor  # noqa: PLC0415 - as in `open_source`

        self._editor = SheetEditor(key, credentials)
        self._charge = charge
        self._charge_read = charge_read
        self._takes_names = True

    @property
    def settles(self) -> float:
        """Seconds after which a change whose answer was lost may be made again."""
        return SETTLES if self._takes_names else SETTLES_UNNAMED

    def write(self, additions: Sequence[Addition], workbook: Workbook, name: str = "") -> Sequence[Addition]:
        """Make the changes as `SheetWriter` says."""
        return self.write_all([Named(name, additions)], workbook)[0]

    def write_all(self, orders: Sequence[Named], workbook: Workbook) -> list[Sequence[Addition]]:
        """Make the changes as `SheetWriter` says.

        The sheet is looked at right before: tabs may have been renamed, rows moved and formulas typed since the read.
        """
        additions = [addition for order in orders for addition in order.additions]
        looked: dict[str, set[int]] = {}
        for addition in additions:
            if isinstance(addition, (InsertRows, RetypeRows, MoveRows)):
                looked.setdefault(addition.tab, set()).update(list_row_numbers(addition))
        self._charge_read()
        grids, names = self._editor.read_rows(looked)
        if any(isinstance(addition, MakeTab) for addition in additions):
            self._charge_read()
            # A hidden tab may have the number or the title of a new one.
            grids = self._editor.read_grids({}) | grids
        made, inserted = [], list[InsertRows]()
        for order in orders:
            fitted = [fit_addition(addition, grids) for addition in order.additions]
            made.append([shift(addition, inserted) for addition in fitted])
            inserted += find_inserted(order.additions, fitted)
        requests = build_requests([addition for each in made for addition in each], grids)
        self._charge()
        if not orders[0].name or not self._takes_names:
            self._editor.update(requests)
            return [*made]
        old = drop_names(_find_old(names, orders[0].name))
        new = [name_rows(order.name, each, grids) for order, each in zip(orders, made, strict=True)]
        try:
            self._editor.update([*old, *requests, *chain.from_iterable(new)])
        except NamesRefused:
            self._takes_names = False
            self._charge()
            self._editor.update(requests)
        return [*made]


def _find_old(names: Mapping[str, str], name: str) -> list[str]:
    """Return the ids of the ranges that were named for orders long before this one."""
    stamps = {id_: match[1] for other, id_ in names.items() if (match := _NAME.fullmatch(other))}
    own = _NAME.fullmatch(name)
    return [id_ for id_, stamp in stamps.items() if own and int(stamp) < int(own[1]) - _NAMES_LAST]


class FolderWriter:
    """A folder of CSV files: each file is changed as a whole, the items' before the orders'."""

    settles = 0.0
    together = 1

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._workbook = Workbook({})
        self._changed: dict[str, Sequence[Sequence[Raw]]] = {}

    def write(self, additions: Sequence[Addition], workbook: Workbook, name: str = "") -> Sequence[Addition]:
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
                    rows = addition.lay_out()
                    self._changed[addition.tab] = insert_rows(
                        self._folder, addition.tab, addition.after, rows, seen, find_decimal_marks(seen)
                    )
        return additions

    def write_all(self, orders: Sequence[Named], workbook: Workbook) -> list[Sequence[Addition]]:
        """Make the changes as `SheetWriter` says."""
        return [self.write(order.additions, workbook) for order in orders]


def find_decimal_marks(rows: Sequence[Sequence[Raw]]) -> list[str]:
    """Return the character that each column has before its cents; a point where the cells don't show it.

    >>> find_decimal_marks([["Order ID", "Total"], ["1001", "12,50"], ["1002"]])
    ['.', ',']
    """
    width = max(map(len, rows), default=0)
    columns = ([row[column] for row in rows if column < len(row)] for column in range(width))
    return [find_convention(cells) or "." for cells in columns]
