"""What can be added to a sheet? Each addition says in words what it does, and what the values are after it.

Content comes only into tabs that are new or blank, into blank columns and into rows of its own; all else (a
drop-down, a frozen row) is no content.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bikorders.sheet.workbook import Raw, Tab, Workbook, column_letters


class Column(NamedTuple):
    """A header and the field it means; "" stays in the sheet.

    `words` go into a drop-down, `is_text` keeps a spreadsheet from taking digits for a number, `note` is shown
    at the header.
    """

    header: str
    path: str = ""
    words: tuple[str, ...] = ()
    is_text: bool = False
    note: str = ""


Typed = str | int | float
"""What is typed into a cell: text stays text, whatever it looks like."""


@dataclass(frozen=True)
class MakeTab:
    """Make a tab with its header and rows; or fill the blank one that is titled `blank`."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Raw, ...], ...] = ()
    blank: str = ""

    def __str__(self) -> str:
        headers = ", ".join(column.header for column in self.columns)
        samples = f", and the samples {_name_samples(self.rows)}" if self.rows else ""
        if not self.blank:
            return f"make a tab “{self.title}” with the columns {headers}{samples}"
        named = f", name it “{self.title}”," if self.blank != self.title else ""
        return f"take the empty tab “{self.blank}”{named} and give it the columns {headers}{samples}"


@dataclass(frozen=True)
class AddColumns:
    """Head blank columns, the first of them `left`, in the header row `row`."""

    tab: str
    row: int
    left: int
    columns: tuple[Column, ...]

    def __str__(self) -> str:
        headers = ", ".join(column.header for column in self.columns)
        last = column_letters(self.left + len(self.columns) - 1)
        first = column_letters(self.left)
        cells = f"{first}{self.row}" if first == last else f"{first}{self.row}:{last}{self.row}"
        word = "column" if first == last else "columns"
        return f"add the {word} {headers} to “{self.tab}”, in {cells}"


@dataclass(frozen=True)
class Freeze:
    """Keep the rows down to the header in sight."""

    tab: str
    row: int

    def __str__(self) -> str:
        return f"keep the header of “{self.tab}” in sight (freeze row {self.row})"


@dataclass(frozen=True)
class Protect:
    """Have whoever edits the header warned; it may be edited all the same."""

    tab: str
    row: int
    width: int

    def __str__(self) -> str:
        return f"have Google warn who edits the header of “{self.tab}” (row {self.row})"


@dataclass(frozen=True)
class OfferWords:
    """Put a drop-down below a header; any other word may still be typed."""

    tab: str
    row: int
    column: int
    header: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"offer a drop-down under “{self.header}” in “{self.tab}”; other words may still be typed"


@dataclass(frozen=True)
class KeepDigits:
    """Format a column as plain text from `row` on, below everything that was typed."""

    tab: str
    row: int
    column: int
    header: str

    def __str__(self) -> str:
        return f"format “{self.header}” in “{self.tab}” as plain text from row {self.row} on, so that no digit is lost"


@dataclass(frozen=True)
class InsertRows:
    """Insert rows below row `after`, set up like that row, in a table of `width` columns.

    Each row maps columns to what is typed there. What stands further down moves down. `is_first` says that row
    `after` is the header, and not to be copied.
    """

    tab: str
    after: int
    rows: tuple[Mapping[int, Typed], ...]
    width: int
    is_first: bool = False


@dataclass(frozen=True)
class RetypeRows:
    """Type rows anew that were just inserted: while that was done, somebody moved the columns.

    `held` are the rows as they are. If they are not so any more, nothing may be typed: they are others by now.
    """

    tab: str
    numbers: tuple[int, ...]
    rows: tuple[Mapping[int, Typed], ...]
    width: int
    held: tuple[tuple[Raw, ...], ...]


Addition = MakeTab | AddColumns | Freeze | Protect | OfferWords | KeepDigits | InsertRows | RetypeRows


def apply(additions: Iterable[Addition], workbook: Workbook) -> Workbook:
    """Give the workbook as its values are after the additions."""
    tabs = dict(workbook.tabs)
    for addition in additions:
        match addition:
            case MakeTab():
                rows = [[column.header for column in addition.columns], *addition.rows]
                made = {addition.title: Tab(addition.title, rows)}
                if addition.blank:
                    tabs = {
                        title: tab
                        for old, held in tabs.items()
                        for title, tab in (made if old == addition.blank else {old: held}).items()
                    }
                else:
                    tabs |= made
            case AddColumns():
                tabs[addition.tab] = add_columns(tabs[addition.tab], addition)
            case InsertRows():
                held = tabs[addition.tab].rows
                new = [lay_out(row, max(row)) for row in addition.rows]
                changed = [*held[: addition.after], *new, *held[addition.after :]]
                tabs[addition.tab] = replace(tabs[addition.tab], rows=changed)
            case RetypeRows():
                changed = list(tabs[addition.tab].rows)
                for number, row in zip(addition.numbers, addition.rows, strict=True):
                    changed[number - 1] = lay_out(row, addition.width)
                tabs[addition.tab] = replace(tabs[addition.tab], rows=changed)
    return Workbook(tabs, workbook.unread, workbook.url)


def lay_out(row: Mapping[int, Typed], width: int) -> list[Raw]:
    """Give a row's cells from the first column on."""
    return [row.get(column) for column in range(1, width + 1)]


def add_columns(tab: Tab, addition: AddColumns) -> Tab:
    """Give a tab as it is with further headers."""
    header = [*tab.row(addition.row), *(column.header for column in addition.columns)]
    rows: Sequence[Sequence[Raw]] = tab.rows
    return Tab(tab.title, [*rows[: addition.row - 1], header, *rows[addition.row :]], tab.gid)


def _name_samples(rows: Iterable[tuple[Raw, ...]]) -> str:
    return " and ".join(dict.fromkeys(str(row[0]) for row in rows))
