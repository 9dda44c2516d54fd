"""Opens the sheet that the settings name: a Google Sheet, a folder of CSV files, or the sample.

One mistake in the name of a sheet has one message; what it can only mean is understood.
"""

import re
import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from urllib.parse import urlsplit

from bikorders.errors import SettingsError
from bikorders.sheet.source import Source

SAMPLE = Path(__file__).parent / "sample"

SAMPLE_COPY = "sample-orders"
"""The folder of the working directory with the copy of the sample that may be edited."""


def open_source(
    sheet: str,
    credentials: str,
    named: Collection[str] = (),
    charge: Callable[[], None] = lambda: None,
) -> Source:
    """Open a Google Sheet (URL or key), a folder of CSV files, or, for "", the sample.

    `named` are tabs' titles, folded, that are read however many tabs there are, hidden or not; `charge` is called before
    every request to the source. Reads the key file but asks Google nothing yet. Raises `SettingsError`.
    """
    if folder := find_folder(sheet):
        from bikorders.sheet.csv_source import FolderSource  # noqa: PLC0415 - as below

        return FolderSource(folder, charge)
    key = get_spreadsheet_key(sheet)
    from bikorders.sheet.google.source import GoogleSource  # noqa: PLC0415 - 0.3 s and 30 MB that CSV files don't need

    return GoogleSource(key, Path(credentials), named, charge)


def copy_sample() -> None:
    """Copy the sample into the working directory, where it may be edited; keep a copy that is there.

    Raises `SettingsError`.
    """
    copy = Path(SAMPLE_COPY)
    if copy.is_dir():
        return
    try:
        copy.mkdir()
        for file in SAMPLE.glob("*.csv"):
            shutil.copyfile(file, copy / file.name)
    except OSError as error:
        raise SettingsError(
            f"the sample can't be copied into {copy.absolute()} ({error.strerror})",
            "start bikorders in a folder that it may write to",
        ) from error


def find_sample() -> Path:
    """Return the folder with the sample: the copy in the working directory if there is one."""
    copy = Path(SAMPLE_COPY)
    return copy if copy.is_dir() else SAMPLE


def get_spreadsheet_key(sheet: str) -> str:
    """Return the spreadsheet's key of an address or key; raises `SettingsError` if it is neither."""
    key = find_spreadsheet_key(sheet)
    if key is None:
        raise _explain(sheet)
    return key


def _explain(sheet: str) -> SettingsError:
    """Return what is wrong with the text that names no sheet."""
    if "/d/e/2PACX" in sheet:
        return SettingsError(
            "BIKORDERS_SHEET is the link of a published copy, which is not the sheet itself",
            "open the sheet, and copy its address from the browser: https://docs.google.com/spreadsheets/d/…/edit",
        )
    if _is_file(sheet):
        return SettingsError(
            f"BIKORDERS_SHEET: {sheet!r} is a file and no folder",
            f"set it to the folder of CSV files, one for each tab: {Path(sheet).parent}",
        )
    if find_missing_folder(sheet):
        return SettingsError(
            f"BIKORDERS_SHEET: there is no folder {sheet!r}",
            "correct it, or let `bikorders init` make the folder",
        )
    return SettingsError(
        f"BIKORDERS_SHEET: {sheet!r} is neither a folder that exists nor a Google Sheet",
        "copy the address of the sheet from the browser, or give the path of a folder of CSV files such as ./orders, "
        "which `bikorders init` makes",
    )


def find_missing_folder(sheet: str) -> Path | None:
    """Return the path of a folder that can be made; None if it is there, or may be a mistyped address."""
    if find_spreadsheet_key(sheet) or "://" in sheet or not ("/" in sheet or sheet[:1] == "."):
        return None
    path = Path(sheet)
    try:
        return path if path.parent.is_dir() and not path.exists() else None
    except (OSError, ValueError):  # too long, a NUL
        return None


def _is_file(sheet: str) -> bool:
    try:
        return Path(sheet).is_file()
    except (OSError, ValueError):
        return False


def find_folder(sheet: str) -> Path | None:
    """Return the folder of CSV files that `sheet` names, the sample's for ""; None if it names none."""
    try:
        folder = Path(sheet) if sheet else find_sample()
        return folder if folder.is_dir() else None
    except (OSError, ValueError):  # too long, a NUL
        return None


def find_spreadsheet_key(sheet: str) -> str | None:
    """Return the spreadsheet's key, from its address or as it is; None if it is neither.

    >>> find_spreadsheet_key("https://docs.google.com/spreadsheets/d/1a2B3c4D5e6F7g8H9i0J1k2L3/edit#gid=0")
    '1a2B3c4D5e6F7g8H9i0J1k2L3'
    >>> find_spreadsheet_key("docs.google.com/spreadsheets/d/1a2B3c4D5e6F7g8H9i0J1k2L3")
    '1a2B3c4D5e6F7g8H9i0J1k2L3'
    >>> find_spreadsheet_key("./orders") is None
    True
    """
    if re.fullmatch(r"[\w-]{20,}", sheet, re.ASCII):
        return sheet
    try:
        parts = urlsplit(sheet if "://" in sheet else f"https://{sheet}")
    except ValueError:
        return None
    match = re.match(r"/spreadsheets/(?:u/\d+/)?d/([\w-]{20,})(?:/|$)", parts.path, re.ASCII)
    return match[1] if match and parts.hostname == "docs.google.com" else None
