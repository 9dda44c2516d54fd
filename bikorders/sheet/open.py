"""Opens the sheet that the settings name: a Google Sheet, a folder of CSV files, or the sample."""

import re
from collections.abc import Callable, Collection
from pathlib import Path
from urllib.parse import urlsplit

from bikorders.errors import SettingsError
from bikorders.sheet.source import Source

SAMPLE = Path(__file__).parent / "sample"


def open_source(
    sheet: str,
    credentials: str,
    named: Collection[str] = (),
    charge: Callable[[], None] = lambda: None,
) -> Source:
    """Open a Google Sheet (URL or key), a folder of CSV files, or, for "", the bundled sample.

    `named` are tabs' titles, folded, that are read however many tabs there are, hidden or not; `charge` is called before
    every request to the source. Reads the key file but asks Google nothing yet. Raises `SettingsError`.
    """
    if folder := find_folder(sheet):
        from bikorders.sheet.csv_source import FolderSource  # noqa: PLC0415 - as below

        return FolderSource(folder, charge)
    key = get_spreadsheet_key(sheet)
    from bikorders.sheet.google.source import GoogleSource  # noqa: PLC0415 - 0.3 s and 30 MB that CSV files don't need

    return GoogleSource(key, Path(credentials).expanduser(), named, charge)


def get_spreadsheet_key(sheet: str) -> str:
    """Return the spreadsheet's key of an address or key; raises `SettingsError` if it is neither."""
    key = find_spreadsheet_key(sheet)
    if key is None:
        raise SettingsError(
            f"BIKORDERS_SHEET: {sheet!r} is neither a folder that exists nor a Google Sheet",
            "copy the address of the sheet from the browser, or give the path of a folder of CSV files",
        )
    return key


def find_folder(sheet: str) -> Path | None:
    """Return the folder of CSV files that `sheet` names, the sample's for ""; None if it names none."""
    try:
        folder = Path(sheet).expanduser() if sheet else SAMPLE
        return folder if folder.is_dir() else None
    except (OSError, RuntimeError, ValueError):  # too long, an unknown ~user, a NUL
        return None


def find_spreadsheet_key(sheet: str) -> str | None:
    """Return the spreadsheet's key, from its address or as it is; None if it is neither.

    >>> find_spreadsheet_key("https://docs.google.com/spreadsheets/d/1a2B3c4D5e6F7g8H9i0J1k2L3/edit#gid=0")
    '1a2B3c4D5e6F7g8H9i0J1k2L3'
    >>> find_spreadsheet_key("./orders") is None
    True
    """
    if re.fullmatch(r"[\w-]{20,}", sheet, re.ASCII):
        return sheet
    try:
        parts = urlsplit(sheet)
    except ValueError:
        return None
    match = re.match(r"/spreadsheets/(?:u/\d+/)?d/([\w-]{20,})(?:/|$)", parts.path, re.ASCII)
    return match[1] if match and parts.hostname == "docs.google.com" else None
