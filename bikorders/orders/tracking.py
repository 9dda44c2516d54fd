"""Where can a parcel be followed? A courier's name and a tracking number make a link.

The courier is never guessed from the number. The merchant's own couriers (`Settings` tab) come first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from bikorders.orders.field_reader import Reading
from bikorders.reading.cells import Unreadable, drop_zeros, is_damaged, parse_url
from bikorders.reading.couriers import COURIERS, OTHERS, split_courier
from bikorders.reading.dates import is_date
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.remarks import find_remark
from bikorders.reading.vocabulary import fold_words
from bikorders.sheet.workbook import Cell, Raw
from bikorders.text import narrow, remember


def build_tracking_url(courier: str, number: str, shop_couriers: Mapping[str, str]) -> str | None:
    """Return the link; None if the courier is blank or not known. `shop_couriers` are the shop's, by folded name.

    A name matches as whole leading words; a cell that names two couriers names none. Raises `Unreadable` for a
    number that is no parcel's, or has lost digits.

    >>> build_tracking_url("Delhivery Surface", "1904 0000 0001", {})
    'https://www.delhivery.com/track/package/190400000001'
    >>> build_tracking_url("", "190400000001", {}) is None, build_tracking_url("Delhivery / DHL", "190400000001", {}) is None
    (True, True)
    >>> build_tracking_url("Delhivery", "1.41E+13", {})
    Traceback (most recent call last):
    bikorders.reading.cells.Unreadable: digits-lost
    """
    if is_damaged(number):
        raise Unreadable("digits-lost")
    parcel = _parse_number(number)
    name = _find_name(courier, tuple(shop_couriers))
    if name in shop_couriers:
        return parse_url(shop_couriers[name].replace("{number}", quote(parcel, safe="")))
    return COURIERS[name].replace("{number}", quote(parcel, safe="")) if name else None


@remember
def _find_name(courier: str, shop_couriers: tuple[str, ...]) -> str:
    """Return the name by which a courier is listed, first among the merchant's own; "" if there is none."""
    folded = fold_words(courier)
    if folded not in shop_couriers and (
        re.search(r"[/,;&+|?\n]|\b(?:or|and)\b", courier.casefold()) or _names_two(folded)
    ):
        return ""
    words = folded.split()
    for names in (shop_couriers, COURIERS):
        for name in sorted(names, key=len, reverse=True):
            if name and words[: len(name.split())] == name.split():
                return name
    return ""


_NAMES = re.compile(rf"\b(?:{'|'.join(COURIERS)}|{'|'.join(OTHERS)})\b")


def _names_two(folded: str) -> bool:
    """Return whether a name goes on to another courier's; Shiprocket hands parcels to others."""
    return len(set(_NAMES.findall(folded)) - {"shiprocket"}) > 1


_NUMBER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{4,38})[A-Za-z0-9]", re.ASCII)


def _parse_number(text: str) -> str:
    """Read one parcel's number: 6 to 40 letters, digits and hyphens, digits among them; blanks are for the eye."""
    parts = drop_zeros(narrow(text).removeprefix("'")).split()
    number = "".join(parts)
    words = any(part.isalpha() and len(part) > 2 for part in parts)
    two = sum(len(part) >= 8 for part in parts) > 1
    digits = sum(map(str.isdigit, number))
    if not _NUMBER.fullmatch(number) or words or two or digits < 4 or not number.strip("0-"):
        raise Unreadable("tracking-number")
    if "-" in text and is_date(text):
        raise Unreadable("tracking-number")
    return number


TRACKING_URL = "deliveryInfo.trackingURL"
_NUMBER_PATH, _COURIER = "tracking number", "courier"

TRACKING_PATHS = (TRACKING_URL, _NUMBER_PATH, _COURIER)
"""The fields that a tracking link is made of."""


@dataclass(frozen=True)
class Link:
    """A cell with a label, and its row's values by column: whoever reads the link must find the same row."""

    cell: Cell
    row: tuple[Raw, ...]


class Tracking(NamedTuple):
    """A parcel's link, None if it is not certain; and the cell that holds a label: a link may lie behind it."""

    url: str | None = None
    label: Cell | None = None
    problem: Problem | None = None


def settle_tracking(fields: Reading, shop_couriers: Mapping[str, str]) -> Tracking:
    """Return the tracking link: one that stands there, else the courier's with the number.

    `shop_couriers` are the shop's couriers, by folded name.
    """
    typed = {path: str(fields.values[path]) for path in TRACKING_PATHS if path in fields.values}
    if url := _find_typed_link(typed):
        return Tracking(url)
    label = fields.cells[TRACKING_URL] if TRACKING_URL in typed else None
    number = typed.get(_NUMBER_PATH) or typed.get(TRACKING_URL)
    if number is None or not fields.unreadable.isdisjoint(TRACKING_PATHS):
        return Tracking(None, label)
    try:
        url = build_tracking_url(typed.get(_COURIER) or _find_heading(fields), number, shop_couriers)
    except Unreadable as refusal:
        is_label = not typed.keys() & {_NUMBER_PATH, _COURIER}
        code = "link" if is_label and refusal.code == "tracking-number" else refusal.code
        return Tracking(None, label, build_problem(code, _find_number_cell(fields)))
    if url is None:
        return Tracking(None, label, _explain_no_link(fields))
    if label and _SCHEME.match(label.text):
        return Tracking(url, None, build_problem("link", label))
    return Tracking(url)


_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:\S", re.IGNORECASE)
"""How a link begins, of any kind."""


def _find_typed_link(typed: Mapping[str, str]) -> str | None:
    """Return the link that stands in the column of the link, or in that of the number."""
    for path in (TRACKING_URL, _NUMBER_PATH):
        try:
            if ":" in typed.get(path, ""):
                remark = find_remark(typed[path])
                return parse_url(remark.head if remark else typed[path])
        except Unreadable:
            continue
    return None


def _find_heading(fields: Reading) -> str:
    """Return the courier that heads the parcels' numbers: `Delhivery AWB`, or a tab for each courier; "" if none does."""
    if _COURIER in fields.columns:
        return ""
    path = _find_number_path(fields)
    return split_courier(fields.find_header(path).text)[0] or fields.tables[path].tab.title


def _find_number_cell(fields: Reading) -> Cell:
    """Return the cell with the number; it may stand in the column of the link."""
    return fields.cells[_find_number_path(fields)]


def _find_number_path(fields: Reading) -> str:
    return _NUMBER_PATH if _NUMBER_PATH in fields.cells else TRACKING_URL


def _names_other(header: Cell) -> bool:
    """Return whether a header names a courier whose links are not known."""
    return split_courier(header.text)[0] in OTHERS


def _explain_no_link(fields: Reading) -> Problem:
    """Return why a number makes no link: its courier is not known, is not typed, or has no column."""
    if _COURIER not in fields.columns and _names_other(
        header := fields.find_header(_find_number_path(fields))
    ):
        return build_problem("tracking-courier", header)
    if _NUMBER_PATH not in fields.values:
        return build_problem("link", _find_number_cell(fields))
    if _COURIER in fields.values:
        return build_problem("tracking-courier", fields.cells[_COURIER])
    if _COURIER in fields.columns:
        return build_problem("courier-missing", fields.cells[_NUMBER_PATH])
    return build_problem("courier-column", fields.find_header(_NUMBER_PATH))
