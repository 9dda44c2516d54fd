"""Where can a parcel be followed? A courier's name and a tracking number make a link.

The courier is never guessed from the number. The merchant's own couriers (`Settings` tab) come first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bikorders.orders.field_reader import Reader, Reading
from bikorders.reading.cells import Unreadable, drop_zeros, is_damaged, parse_url
from bikorders.reading.dates import is_date
from bikorders.reading.vocabulary import fold_words
from bikorders.sheet.workbook import Cell, Raw
from bikorders.text import narrow, remember

COURIERS = {
    "delhivery": "https://www.delhivery.com/track/package/{number}",
    "blue dart": "https://www.bluedart.com/trackdartresultthirdparty?trackFor=0&trackNo={number}",
    "bluedart": "https://www.bluedart.com/trackdartresultthirdparty?trackFor=0&trackNo={number}",
    "ekart": "https://ekartlogistics.com/shipmenttrack/{number}",
    "shiprocket": "https://shiprocket.co/tracking/{number}",
    "postex": "https://postex.pk/tracking?cn={number}",
    "econt": "https://www.econt.com/services/track-shipment/{number}",
    "royal mail": "https://www.royalmail.com/track-your-item#/tracking-results/{number}",
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={number}",
    "ups": "https://www.ups.com/track?tracknum={number}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
}
"""Folded name -> link, with `{number}` where the tracking number goes.

Those whose link with the number in it is the same wherever shops and plugins publish one. Left out, because the
published links disagree or lead to an empty form: DTDC, Xpressbees, Shadowfax, India Post, Ecom Express.
"""


def build_tracking_url(courier: str, number: str, shop_couriers: Mapping[str, str]) -> str | None:
    """Make the link; None if the courier is blank or unknown. `shop_couriers` are the shop's, by folded name.

    A name matches as whole leading words; a cell that names two couriers names none. Raises `Unreadable` for a
    number that is none, or has lost digits.

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
    """Find the name by which a courier is listed, first among the merchant's own; "" if there is none."""
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


_OTHERS = "dtdc|xpressbees|x press bees|shadowfax|india post|speed post|ecom express|professional|smartship|fship|amazon"

_NAMES = re.compile(rf"\b(?:{'|'.join(COURIERS)}|{_OTHERS})\b")


def _names_two(folded: str) -> bool:
    """Say whether a name goes on to another courier's; Shiprocket hands parcels to others."""
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


@dataclass(frozen=True)
class Link:
    """A cell with a label, and its row's values by column: whoever reads the link must find the same row."""

    cell: Cell
    row: tuple[Raw, ...]


def fill_tracking(reader: Reader, order: Reading, *, has_courier_column: bool) -> Cell | None:
    """Settle the tracking link: a link that stands there, else the courier's with the number.

    Without either, gives the cell that holds a label: there may be a link behind it.
    """
    values = order.values
    typed = {
        path: str(values.pop(path)) for path in (TRACKING_URL, "tracking number", "courier") if path in values
    }
    for path in (TRACKING_URL, "tracking number"):
        try:
            if ":" in typed.get(path, ""):
                values[TRACKING_URL] = parse_url(typed[path])
                return None
        except Unreadable:
            continue
    label = order.cells[TRACKING_URL] if TRACKING_URL in typed else None
    number = typed.get("tracking number") or typed.get(TRACKING_URL)
    if number is None or order.unreadable & {TRACKING_URL, "tracking number", "courier"}:
        return label
    cell = order.cells.get("tracking number", label)
    assert cell is not None
    try:
        url = build_tracking_url(typed.get("courier", ""), number, reader.context.shop_settings.couriers)
    except Unreadable as refusal:
        is_label = not typed.keys() & {"tracking number", "courier"}
        reader.add_problem("link" if is_label and refusal.code == "tracking-number" else refusal.code, cell)
        return label
    if url:
        values[TRACKING_URL] = url
        return None
    if "tracking number" not in typed:
        reader.add_problem("link", cell)
    elif "courier" in typed:
        reader.add_problem("tracking-courier", order.cells["courier"])
    elif has_courier_column:
        reader.add_problem("courier-missing", cell)
    else:
        table = order.tables["tracking number"]
        reader.add_problem("courier-column", table.tab.cell(table.columns.row, cell.column))
    return label
