"""How CSV files are changed: written whole beside the old one and put in its place."""

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
from pathlib import Path

from bikorders.errors import ChangeRefused, SettingsError, SheetUnusable, SourceUnavailable
from bikorders.reading.money import find_convention
from bikorders.sheet.csv_source import FORMULA, parse_csv, read_rows, split_lines
from bikorders.sheet.workbook import Raw, is_blank, text_of


def _guard(raw: Raw) -> str:
    """Keep a spreadsheet program from running a text: it gets a leading `'`.

    >>> _guard("=1+1"), _guard("+91 98765 43210"), _guard(-5), _guard("Asha")
    ("'=1+1", "'+91 98765 43210", '-5', 'Asha')
    """
    return f"'{raw}" if isinstance(raw, str) and FORMULA.match(raw) else "" if raw is None else str(raw)


def write_file(folder: Path, title: str, rows: Iterable[Sequence[Raw]]) -> None:
    """Write a tab's file whole or not at all, as Excel opens it too; only where there is none, or one without text.

    Raises `SettingsError` for a title that names no file, `SheetUnusable` if there is one by now.
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
            _sync_folder(folder)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise SheetUnusable(f"{path} can't be written ({error.strerror})", "check the folder") from error


def insert_rows(
    folder: Path, title: str, after: int, rows: Sequence[Sequence[Raw]], seen: Sequence[Sequence[Raw]]
) -> list[list[str]]:
    """Insert rows below row `after` of a tab's file; every other byte stays, and the file is never half written.

    `seen` is what the file held when the rows were planned; gives what it holds now. Raises `SourceUnavailable` if
    it was edited since, or can't be written at the moment, and `SheetUnusable` if it may not be written.
    """
    path = _find_file(folder, title)
    try:
        with _locked(folder):
            content = path.read_bytes()
            if parse_csv(content, path.name) != [list(row) for row in seen]:
                raise SourceUnavailable(f"{path} was edited just now", "this passes")
            changed = _insert(content, path.name, after, rows)
            held = parse_csv(changed, path.name)
            if held[:after] + held[after + len(rows) :] != [list(row) for row in seen]:
                raise ChangeRefused(
                    f"{path} would read otherwise with the order in it", "save it as CSV anew"
                )
            # Of the same name each time, so that one that a crash leaves behind is no litter.
            draft = path.with_name(f".{path.name}.bikorders")
            try:
                _write_through(draft, changed, path.stat())
                if path.read_bytes() != content:
                    raise SourceUnavailable(f"{path} was edited just now", "this passes")
                draft.replace(path)
                _sync_folder(path.parent)
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
    """Give the file of a tab, whatever case its ending has, and behind a link the file itself."""
    names = (f"{title}.csv", f"{title}.CSV", *(path.name for path in folder.glob(f"{glob_escape(title)}.*")))
    paths = (folder / name for name in names if name.lower().endswith(".csv"))
    return Path(os.path.realpath(next((path for path in paths if path.is_file()), folder / names[0])))


def _write_through(path: Path, content: bytes, like: os.stat_result | None = None) -> None:
    """Write a file that is on the disk when this returns, with the mode and the owner of another."""
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


def _sync_folder(folder: Path) -> None:
    """See that a file's new name is on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _insert(content: bytes, name: str, after: int, rows: Sequence[Sequence[Raw]]) -> bytes:
    """Insert rows into a file's text, in its own way of parting cells and ending lines."""
    lines, delimiter = split_lines(content, name)
    reader = csv.reader(lines, delimiter=delimiter)
    old, ends = [], [0]
    for row in reader:
        old.append(row)
        ends.append(reader.line_num)
    endings = (lines[end - 1] for end in ends[1:] if lines[end - 1].endswith("\n"))
    ending = "\r\n" if next(endings, "").endswith("\r\n") else "\n"
    marks = [
        find_convention(row[column] for row in old if column < len(row)) or "."
        for column in range(max(map(len, rows), default=0))
    ]
    added = "".join(
        _join([_spell(raw, mark) for raw, mark in zip(row, marks, strict=False)], delimiter) + ending
        for row in rows
    )
    at = ends[after]
    before, behind = "".join(lines[:at]), "".join(lines[at:])
    if before and not before.endswith(("\n", "\r")):
        before, added = before + ending, added.removesuffix(ending)
    mark = "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8"
    return (before + added + behind).encode(mark)


def _join(cells: Sequence[str], delimiter: str) -> str:
    """Write a row without its end; `csv` puts only those line breaks in quotes that could end a row of its own."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerow(cells)
    return text.getvalue().removesuffix("\r\n")


def _spell(raw: Raw, mark: str) -> str:
    """Write a cell: a number in full, with the column's `mark` before its cents, and what could run as text.

    A nought follows three digits behind the mark, which would be taken for thousands.

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
    """Keep other processes of ours from changing the folder's files at the same time."""
    with (folder / ".bikorders.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
