"""Reads a folder of CSV files, one for each tab, as "Download as CSV" makes them."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from bikorders.errors import SheetUnusable, SourceUnavailable
from bikorders.sheet.source import Step
from bikorders.sheet.workbook import Cell, Raw, Tab, Workbook

_DELIMITERS = ";\t,"
"""If two split the lines equally well, the first is taken: decimal commas look like delimiters."""


class FolderSource:
    """The `*.csv` files of a folder; a file's name without `.csv` is the tab's title.

    `charge` is called before every read.
    """

    def __init__(self, folder: Path, charge: Callable[[], None] = lambda: None) -> None:
        self.name = f"the folder {folder}"
        self._folder = folder
        self._charge = charge
        self._contents: dict[str, bytes] = {}
        self._workbook = Workbook({})

    def probe(self) -> Iterator[Step]:
        """Try to read the folder."""
        count = len(self._read_contents())
        yield Step(f"{self.name} holds {count} CSV {'file' if count == 1 else 'files'}")

    def read(self, tabs: Collection[str] = (), names: bool = False) -> Workbook:
        """Read all files; files whose bytes did not change are not parsed again."""
        self._charge()
        contents = self._read_contents()
        if contents != self._contents or not self._workbook.tabs:
            old = self._workbook.tabs
            self._workbook = Workbook(
                {
                    title: old[title]
                    if title in old and content == self._contents.get(title)
                    else Tab(title, [tuple(row) for row in parse_csv(content, f"{title}.csv")])
                    for title, content in contents.items()
                }
            )
            self._contents = contents
        return self._workbook

    def read_link(self, cell: Cell, row: Sequence[Raw]) -> str | None:
        """Return None: a CSV file keeps no links behind its texts."""
        return None

    def _read_contents(self) -> dict[str, bytes]:
        try:
            paths = sorted(
                path
                for path in self._folder.iterdir()
                if path.suffix.lower() == ".csv" and not path.name.startswith(".")
            )
            contents = {path.stem: path.read_bytes() for path in paths if path.is_file()}
        except OSError as error:
            raise SourceUnavailable(
                f"the folder {self._folder} can't be read", "check that it is there and readable"
            ) from error
        if not contents:
            raise SheetUnusable(f"the folder {self._folder} holds no CSV file", "put an Orders.csv into it")
        return contents


def parse_csv(content: bytes, name: str) -> list[list[str]]:
    """Return the rows of one file: UTF-8 with or without a byte order mark; `,` `;` or tab, whichever splits it best.

    >>> parse_csv(b"Order ID;Total\\n1001;12,50\\n", "Orders.csv")
    [['Order ID', 'Total'], ['1001', '12,50']]

    Raises `SheetUnusable`.
    """
    lines, delimiter = split_lines(content, name)
    try:
        rows = csv.reader(lines, delimiter=delimiter)
        return [[_unguard(cell) if cell[:1] == "'" else cell for cell in row] for row in rows]
    except csv.Error as error:
        raise SheetUnusable(f"{name} is not a CSV file", "save it again as CSV") from error


def split_lines(content: bytes, name: str) -> tuple[list[str], str]:
    """Return a file's lines and the delimiter of their cells. Raises `SheetUnusable`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetUnusable(f"{name} is not UTF-8 text", "save it as “CSV UTF-8”") from error
    lines = list(io.StringIO(text, newline=""))
    csv.field_size_limit(max(131_072, len(text)))
    try:
        return lines, max(_DELIMITERS, key=lambda candidate: _rate_delimiter(lines[:20], candidate))
    except csv.Error as error:
        raise SheetUnusable(f"{name} is not a CSV file", "save it again as CSV") from error


FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""The start of what a spreadsheet program would run; after an apostrophe it is not run."""


def _unguard(cell: str) -> str:
    return cell[1:] if FORMULA.match(cell) else cell


def _rate_delimiter(lines: list[str], delimiter: str) -> tuple[int, int]:
    """Return the most lines that it splits into the same number of cells: decimal commas don't do that."""
    widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def read_rows(path: Path) -> list[list[str]]:
    """Return the rows of a file. Raises `SheetUnusable`, or `OSError` if it can't be read."""
    return parse_csv(path.read_bytes(), path.name)
