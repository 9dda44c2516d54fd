"""The changes that can be made to a sheet, each with a sentence that says what it does.

They write only into tabs that are new or blank, into blank columns and into new rows. The others, such as a
drop-down or a frozen row, change no values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from bikorders.sheet.workbook import Raw, Tab, column_letters


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


class Day(str):
    """A day as a text; `serial` is the number that a spreadsheet has for it."""

    serial: int

    def __new__(cls, text: str, serial: int) -> Self:
        """Make the text and keep the number."""
        day = super().__new__(cls, text)
        day.serial = serial
        return day


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

    Each row maps columns to what is typed there. The rows below move down. `is_first` says that row
    `after` is the header, row `header`, and not to be copied. `above` is what row `after` holds: another row by now is
    another place. In `copied` columns the formula of the row above is copied down. The columns headed `left_blank` are,
    because formulas or tick boxes fill them. `days` are typed into the first row; what the sheet shows for them is its
    own matter.
    """

    tab: str
    after: int
    rows: tuple[Mapping[int, Typed], ...]
    width: int
    is_first: bool = False
    header: int = 1
    above: tuple[Raw, ...] = ()
    copied: frozenset[int] = frozenset()
    left_blank: frozenset[str] = frozenset()
    days: Mapping[int, Typed] = field(default_factory=dict)

    def lay_out(self) -> list[Sequence[Raw]]:
        """Return the cells of the rows, from the first column on."""
        return [
            lay_out({**row, **({} if number else self.days)}, self.width)
            for number, row in enumerate(self.rows)
        ]


@dataclass(frozen=True)
class RetypeRows:
    """Move cells of rows that were just inserted, because somebody moved the columns at the same moment.

    Each row maps columns to what belongs there, None to what does not. `held` are the rows as they were read. If they
    differ by now, they are other rows, and nothing may be typed.
    """

    tab: str
    numbers: tuple[int, ...]
    rows: tuple[Mapping[int, Typed | None], ...]
    held: tuple[tuple[Raw, ...], ...]


@dataclass(frozen=True)
class MoveRows:
    """Move rows that were just inserted below row `after`, because they part another order.

    `held` are the rows as they were read, as for `RetypeRows`.
    """

    tab: str
    numbers: tuple[int, ...]
    after: int
    held: tuple[tuple[Raw, ...], ...]


Repair = RetypeRows | MoveRows
Addition = MakeTab | AddColumns | Freeze | Protect | OfferWords | KeepDigits | InsertRows | Repair


def lay_out(row: Mapping[int, Typed], width: int) -> list[Raw]:
    """Return a row's cells from the first column on; None where nothing is typed."""
    return [row.get(column) for column in range(1, width + 1)]


def add_columns(tab: Tab, addition: AddColumns) -> Tab:
    """Return the tab as it is with further headers."""
    header = [*tab.row(addition.row), *(column.header for column in addition.columns)]
    rows: Sequence[Sequence[Raw]] = tab.rows
    return Tab(tab.title, [*rows[: addition.row - 1], header, *rows[addition.row :]], tab.gid)


def _name_samples(rows: Iterable[tuple[Raw, ...]]) -> str:
    return " and ".join(dict.fromkeys(str(row[0]) for row in rows))
