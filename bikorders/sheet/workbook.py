"""A frozen copy of what was typed into the spreadsheet's tabs; each cell knows its address.

Nothing is interpreted here. Rows are ragged, as Google and CSV files give them; rows and columns count from 1,
as the merchant sees them.
"""

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, Self

from bikorders.errors import SheetUnusable
from bikorders.text import BLANKS, strip_blanks

Raw = str | int | float | bool | None
"""A cell's value as the source gives it; None or "" where nothing was typed."""


class Shown(str):
    """What a cell shows, where that says more than what was `typed`: 42 may be shown as 0042, 499 as $499."""

    __slots__ = ("typed",)
    typed: Raw

    def __new__(cls, text: str, typed: Raw) -> Self:
        """Return the text with what was typed."""
        shown = super().__new__(cls, text)
        shown.typed = typed
        return shown


def typed_in(raw: Raw) -> Raw:
    """Return what was typed into a cell, whatever it shows.

    >>> typed_in(Shown("0042", 42)), typed_in("0042")
    (42, '0042')
    """
    return raw.typed if isinstance(raw, Shown) else raw


def is_blank(raw: Raw) -> bool:
    """Return whether a person who looks at the cell sees nothing."""
    if isinstance(raw, str):
        return not raw or (raw[0] in BLANKS and not strip_blanks(raw))
    return raw is None


def text_of(raw: Raw) -> str:
    """Return the cell as text, without surrounding blanks: a number as its digits, without float noise.

    >>> text_of(1001.0), text_of(0.1 + 0.2), text_of(True), text_of("  ORD-1 "), text_of(None)
    ('1001', '0.3', 'TRUE', 'ORD-1', '')
    """
    if isinstance(raw, str):
        return strip_blanks(raw)
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, float) and not raw.is_integer():
        return f"{raw:.15g}"
    return str(int(raw))


@cache
def column_letters(column: int) -> str:
    """Return a column's letters, as spreadsheets name it.

    >>> column_letters(1), column_letters(27)
    ('A', 'AA')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def split_address(a1: str) -> tuple[int, int]:
    """Return the row and the column of an address within a tab.

    >>> split_address("AA17")
    (17, 27)
    """
    letters = a1.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(a1[len(letters) :]), column


class Cell(NamedTuple):
    """One cell: where it is and what was typed there."""

    tab: str
    row: int
    column: int
    raw: Raw

    @property
    def text(self) -> str:
        """The value as text, without surrounding blanks."""
        return text_of(self.raw)

    @property
    def a1(self) -> str:
        """The address within the tab, such as `F17`."""
        return f"{column_letters(self.column)}{self.row}"

    @property
    def is_blank(self) -> bool:
        """Whether a person who looks at it sees nothing."""
        return is_blank(self.raw)


@dataclass(frozen=True, eq=False)
class Tab:
    """One tab's cells, starting at A1; rows may be shorter than the header and blank rows empty.

    The sources give tuples, which the garbage collector soon need not walk over.

    `gid` is the tab's number in the address of a Google Sheet, `height` how many rows it has there, blank ones too.
    """

    title: str
    rows: Sequence[Sequence[Raw]]
    gid: int | None = None
    height: int = 0

    def row(self, row: int) -> tuple[Raw, ...]:
        """Return a row's values, without its trailing blanks."""
        raws = [None if is_blank(raw) else raw for raw in self.rows[row - 1]]
        while raws and raws[-1] is None:
            raws.pop()
        return tuple(raws)

    def cell(self, row: int, column: int) -> Cell:
        """Return the cell at a 1-based position; a blank one where the tab holds nothing."""
        cells = self.rows[row - 1] if row <= len(self.rows) else ()
        return Cell(self.title, row, column, cells[column - 1] if column <= len(cells) else None)


@dataclass(frozen=True, eq=False)
class Workbook:
    """All tabs at one instant, in the spreadsheet's order.

    `unread` names tabs that exist but were too many to travel in the one request, `left_out` those that can't be read,
    each with the reason: whoever needs what they hold raises it.
    Two reads of the same content give the same object: that is how the rest knows that nothing changed.
    `url` is where a person opens it; "" for files. `name` is what the owner calls the whole of it.
    """

    tabs: Mapping[str, Tab]
    unread: frozenset[str] = field(default=frozenset())
    url: str = ""
    left_out: Mapping[str, SheetUnusable] = field(default_factory=dict)
    name: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed anywhere, and all was read."""
        cells = (raw for tab in self.tabs.values() for row in tab.rows for raw in row)
        return not self.unread and not self.left_out and all(is_blank(raw) for raw in cells)

    def find_url(self, title: str, a1: str) -> str:
        """Return the link that opens a cell; "" where there is none.

        >>> Workbook({"Orders": Tab("Orders", [], 7)}, url="https://sheet.example.com/edit").find_url("Orders", "F17")
        'https://sheet.example.com/edit#gid=7&range=F17'
        """
        tab = self.tabs.get(title)
        return f"{self.url}#gid={tab.gid}&range={a1}" if self.url and tab and tab.gid is not None else ""


def keep_same(tabs: Mapping[str, Tab], before: Mapping[str, Tab]) -> dict[str, Tab]:
    """Return the tabs, each in its object of `before` if that has the very same rows: then nothing of it is read again.

    Rows that only equal each other don't count: 1 equals a ticked box.
    """
    return {
        title: old if (old := before.get(title)) and _is_same(tab, old) else tab
        for title, tab in tabs.items()
    }


def _is_same(tab: Tab, old: Tab) -> bool:
    sizes = (tab.gid, tab.height, len(tab.rows)), (old.gid, old.height, len(old.rows))
    return sizes[0] == sizes[1] and all(map(operator.is_, tab.rows, old.rows))
