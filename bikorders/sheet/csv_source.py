"""Reads a folder of CSV files, one for each tab, as "Download as CSV" makes them."""

import csv
import io
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bikorders.errors import SheetUnusable, SourceUnavailable
from bikorders.sheet.source import Step
from bikorders.sheet.workbook import Cell, Raw, Tab, Workbook

_DELIMITERS = ";\t,"
"""If two split the lines equally well, the first is taken: decimal commas look like delimiters."""


SETTLED = 0.3
"""Seconds after which a file that has not changed any more counts as written."""

PATIENCE = 1.0
"""Seconds that a read waits for a file that is being written."""

BELIEVED_AFTER = 10.0
"""Seconds of writing without end after which a file is taken as it is."""


class FolderSource:
    """The `*.csv` files of a folder; a file's name without `.csv` is the tab's title.

    `charge` is called before every read; `now` and `pause` are the time of day and what waits, in seconds.
    """

    def __init__(
        self,
        folder: Path,
        charge: Callable[[], None] = lambda: None,
        now: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = f"the folder {folder}"
        self._folder = folder
        self._charge = charge
        self._now = now
        self._pause = pause
        self._unsettled_since: float | None = None
        self._contents: dict[str, bytes | None] = {}
        self._workbook = Workbook({})

    def probe(self) -> Iterator[Step]:
        """Try to read the folder."""
        count = len(self._read_files())
        yield Step(f"{self.name} holds {count} CSV {'file' if count == 1 else 'files'}")

    def read(self, tabs: Collection[str] = (), names: bool = False, together: bool = False) -> Workbook:
        """Read all files; files whose bytes did not change are not parsed again."""
        self._charge()
        contents = self._read_settled()
        if contents != self._contents or not self._workbook.tabs:
            self._workbook = self._build(contents)
            self._contents = contents
        return self._workbook

    def _build(self, contents: Mapping[str, bytes | None]) -> Workbook:
        """Return the workbook of the files by title. One that is no CSV file, or can't be read, is left out."""
        old, tabs, left_out = self._workbook, dict[str, Tab](), dict[str, SheetUnusable]()
        for title, content in contents.items():
            if title in old.tabs and content == self._contents.get(title):
                tabs[title] = old.tabs[title]
            elif content is None:
                left_out[title] = SheetUnusable(f"{title}.csv can't be read", "let bikorders read the file")
            else:
                try:
                    tabs[title] = Tab(title, [tuple(row) for row in parse_csv(content, f"{title}.csv")])
                except SheetUnusable as error:
                    left_out[title] = error
        return Workbook(tabs, left_out=left_out, name=self._folder.resolve().name)

    def read_link(self, cell: Cell, row: Sequence[Raw]) -> str | None:
        """Return None: a CSV file keeps no links behind its texts."""
        return None

    def _read_settled(self) -> dict[str, bytes | None]:
        """Return the files' bytes by title, once nobody writes one of them any more.

        Raises `SourceUnavailable` if that takes longer than `PATIENCE`, but not once it has lasted `BELIEVED_AFTER`.
        """
        began = self._now()
        while (title := self._find_unsettled(files := self._read_files())) is not None:
            now = self._now()
            if self._unsettled_since is None:
                self._unsettled_since = now
            if abs(now - self._unsettled_since) >= BELIEVED_AFTER:
                break
            if abs(now - began) >= PATIENCE:
                raise SourceUnavailable(f"{title}.csv is being written", "this passes")
            self._pause(SETTLED / 6)
        self._unsettled_since = None
        return {title: file.content for title, file in files.items()}

    def _find_unsettled(self, files: Mapping[str, "_File"]) -> str | None:
        """Return the title of a file that has changed and may change on; None if there is none.

        At the first read there is nothing else to answer from.
        """
        now, known = self._now(), self._contents
        for title, file in files.items():
            is_young = abs(now - file.written_at) < SETTLED
            if known and file.content != known.get(title) and (is_young or not file.is_whole):
                return title
        return None

    def _read_files(self) -> dict[str, "_File"]:
        """Return the files by title."""
        try:
            paths = sorted(
                path
                for path in self._folder.iterdir()
                if path.suffix.lower() == ".csv" and not path.name.startswith(".")
            )
            files = {path.stem: _read_file(path) for path in paths if path.is_file()}
        except OSError as error:
            raise SourceUnavailable(
                f"the folder {self._folder} can't be read", "check that it is there and readable"
            ) from error
        if not files:
            raise SheetUnusable(
                f"the folder {self._folder} holds no CSV file",
                "put an Orders.csv into it, or let `bikorders init` make one",
            )
        return files


class _File(NamedTuple):
    """A file's bytes, None if it can't be read; when it was written; and whether it stayed as it was meanwhile."""

    content: bytes | None
    written_at: float
    is_whole: bool


def _read_file(path: Path) -> _File:
    before = path.stat()
    try:
        content = path.read_bytes()
    except OSError:
        return _File(None, before.st_mtime, is_whole=True)
    after = path.stat()
    is_whole = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    return _File(content, after.st_mtime, is_whole)


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
