"""Change CSV files: each is written whole beside the old one, which it then replaces."""

import codecs
import csv
import fcntl
import io
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from glob import escape as glob_escape
from itertools import chain, repeat
from pathlib import Path

from bikorders.errors import ChangeRefused, SettingsError, SheetUnusable, SourceUnavailable
from bikorders.files import sync_folder
from bikorders.sheet.csv_source import FORMULA, parse_csv, read_rows, split_lines
from bikorders.sheet.workbook import Raw, is_blank, text_of


def _guard(raw: Raw) -> str:
    """Return a cell's text with a leading `'` where a spreadsheet program would run it.

    >>> _guard("=1+1"), _guard("+91 98765 43210"), _guard(-5), _guard("Asha")
    ("'=1+1", "'+91 98765 43210", '-5', 'Asha')
    """
    return f"'{raw}" if isinstance(raw, str) and FORMULA.match(raw) else "" if raw is None else str(raw)


def write_file(folder: Path, title: str, rows: Iterable[Sequence[Raw]]) -> None:
    """Write a tab's new file, whole or not at all, in a form that Excel opens too.

    Raises `SettingsError` for a title that is no file name, and `SheetUnusable` if there is a file with text in it.
    """
    path = folder / f"{title}.csv"
    if path.parent != folder or path.name.startswith("."):
        raise SettingsError(f"the tab “{title}” can't be a file", "name it without / and leading dots")
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_guard(text_of(raw)) for raw in row] for row in rows)
    draft = folder / f".{title}.csv.{os.getpid()}"
    try:
        try:
            _write_through(draft, text.getvalue().encode("utf-8-sig"))
            if path.exists() and any(not is_blank(cell) for row in read_rows(path) for cell in row):
                raise SheetUnusable(f"{path} holds something by now", "nothing in it was changed; try again")
            draft.replace(path)
            sync_folder(folder)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise SheetUnusable(f"{path} can't be written ({error.strerror})", "check the folder") from error


def insert_rows(
    folder: Path,
    title: str,
    after: int,
    rows: Sequence[Sequence[Raw]],
    seen: Sequence[Sequence[Raw]],
    decimal_marks: Sequence[str] = (),
) -> list[list[str]]:
    """Insert rows below row `after` of a tab's file, and return all rows that it holds then.

    Every other byte stays, and the file is never half written. `seen` are the rows that it held when the new ones
    were planned. `decimal_marks` has for each column the character before the cents, a point where it ends.
    Raises `SourceUnavailable` if the file was edited since or can't be written at the moment, `SheetUnusable` if
    it may not be written, and `ChangeRefused` if its other rows would read differently afterwards.
    """
    path = _find_file(folder, title)
    try:
        with _locked(folder):
            content = path.read_bytes()
            if parse_csv(content, path.name) != [list(row) for row in seen]:
                raise SourceUnavailable(f"{path} was edited just now", "this passes")
            changed = _insert(content, path.name, after, rows, decimal_marks)
            held = parse_csv(changed, path.name)
            if held[:after] + held[after + len(rows) :] != [list(row) for row in seen]:
                raise ChangeRefused(
                    f"{path} would read otherwise with the order in it", "save it as CSV anew"
                )
            # The same name each time: what a crash leaves behind is replaced by the next change.
            draft = path.with_name(f".{path.name}.bikorders")
            try:
                _write_through(draft, changed, path.stat())
                if path.read_bytes() != content:
                    raise SourceUnavailable(f"{path} was edited just now", "this passes")
                draft.replace(path)
                sync_folder(path.parent)
            finally:
                draft.unlink(missing_ok=True)
    except PermissionError as error:
        raise SheetUnusable(f"{path} may not be changed", "check the folder's permissions") from error
    except OSError as error:
        raise SourceUnavailable(
            f"{path} can't be changed ({error.strerror})", "check the folder and the disk"
        ) from error
    return held


def _find_file(folder: Path, title: str) -> Path:
    """Return the file of a tab: “.csv” in upper or lower case, and of a link the file that it leads to."""
    names = (f"{title}.csv", f"{title}.CSV", *(path.name for path in folder.glob(f"{glob_escape(title)}.*")))
    paths = (folder / name for name in names if name.lower().endswith(".csv"))
    return Path(os.path.realpath(next((path for path in paths if path.is_file()), folder / names[0])))


def _write_through(path: Path, content: bytes, like: os.stat_result | None = None) -> None:
    """Write a file that is on the disk when this returns, with the mode and the owner of `like`."""
    path.unlink(missing_ok=True)
    mode = 0o600 if like else 0o666
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        if like:
            with suppress(PermissionError):
                os.fchown(file.fileno(), like.st_uid, like.st_gid)
            os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode))
        os.fsync(file.fileno())


def _insert(
    content: bytes, name: str, after: int, rows: Sequence[Sequence[Raw]], decimal_marks: Sequence[str]
) -> bytes:
    """Insert rows into a file's text, with the delimiter and the line ends that it has."""
    lines, delimiter = split_lines(content, name)
    ends = _find_row_ends(lines, delimiter)
    ending = _find_line_ending(lines[end - 1] for end in ends[1:])
    added = ""
    for row in rows:
        marked = zip(row, chain(decimal_marks, repeat(".")), strict=False)
        added += _join([_spell(raw, mark) for raw, mark in marked], delimiter) + ending
    at = ends[after]
    before, behind = "".join(lines[:at]), "".join(lines[at:])
    if before and not before.endswith(("\n", "\r")):
        before, added = before + ending, added.removesuffix(ending)
    encoding = "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8"
    return (before + added + behind).encode(encoding)


def _find_row_ends(lines: Sequence[str], delimiter: str) -> list[int]:
    """Return how many lines the first 0, 1, 2 ... rows take: a cell in quotes may hold line breaks."""
    reader = csv.reader(lines, delimiter=delimiter)
    return [0, *(reader.line_num for _ in reader)]


def _find_line_ending(last_lines: Iterable[str]) -> str:
    """Return how the first row ends that has an end; `last_lines` are the rows' last lines."""
    ended = (line for line in last_lines if line.endswith("\n"))
    return "\r\n" if next(ended, "").endswith("\r\n") else "\n"


def _join(cells: Sequence[str], delimiter: str) -> str:
    """Return a row as CSV text without its line end.

    `csv` puts a line break in quotes only if it is a part of the line end that it writes itself: “\\r\\n” here.
    """
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerow(cells)
    return text.getvalue().removesuffix("\r\n")


def _spell(raw: Raw, mark: str) -> str:
    """Return a cell's text: numbers with all digits and `mark` before the cents, and no text that a program runs.

    Three digits after the mark get a zero: they would be read as thousands.

    >>> _spell(12.5, ","), _spell(12.345, "."), _spell(1e-07, "."), _spell(-3, ","), _spell("-3", ",")
    ('12,5', '12.3450', '0.0000001', '-3', "'-3")
    """
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        return _guard(raw)
    whole, point, cents = f"{Decimal(repr(raw)):f}".partition(".")
    if not point or not cents.strip("0"):
        return whole
    return f"{whole}{mark}{cents}{'0' * (len(cents) == 3)}"


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other bikorders processes from changing the folder's files at the same time."""
    with (folder / ".bikorders.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
