"""What do the shop's own words mean? The optional tab `Settings`, with the columns What, Name and Value.

    column  | Order ID       | № на поръчка             the shop's header for a field
    status  | Left warehouse | SHIPPED                  what the shop's status means
    payment | Naložen platež | pending                  what a payment status or method means
    courier | Delhivery      | https://…/{number}       a link from the tracking number
    setting | currency       | INR                      currency or country

A mistake in it is a problem like any other; the other rows still count.
"""

import re
from dataclasses import dataclass, field

from bikorders.reading.cells import Unreadable, parse_url
from bikorders.reading.currencies import find_currency
from bikorders.reading.header_index import find_field
from bikorders.reading.headers import ShopHeader
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.vocabulary import find_payment_status, find_status, fold_words
from bikorders.sheet.workbook import Cell, Tab, Workbook, text_of
from bikorders.text import fold_text


@dataclass(frozen=True)
class Options:
    """How the operator wants the sheet read: currency and country where it names none, and the tabs' titles.

    A blank title means that the tab is known by its headers.
    """

    currency: str = "INR"
    country: str = "IN"
    orders_tab: str = ""
    items_tab: str = ""


@dataclass
class ShopSettings:
    """What the Settings tab says. Statuses, payments and links of couriers stand by their folded words.

    `currency` is None where nothing is said of it, and "" where what is said can't be read: then none is certain.
    """

    headers: list[ShopHeader] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)
    payments: dict[str, str] = field(default_factory=dict)
    couriers: dict[str, str] = field(default_factory=dict)
    currency: str | None = None
    country: str = ""
    problems: list[Problem] = field(default_factory=list)


def is_settings_title(title: str) -> bool:
    """Return whether a tab with this title is the Settings tab."""
    return fold_text(title) == "settings"


def read_shop_settings(workbook: Workbook) -> ShopSettings:
    """Return what the `Settings` tab says; nothing if there is none."""
    settings = ShopSettings()
    for title, tab in workbook.tabs.items():
        if is_settings_title(title):
            _read_tab(tab, settings)
    return settings


def _read_tab(tab: Tab, settings: ShopSettings) -> None:
    header = next(
        (
            n
            for n, row in enumerate(tab.rows[:20], start=1)
            if [fold_text(text_of(r)) for r in row[:3]] == ["what", "name", "value"]
        ),
        None,
    )
    if header is None:
        if tab.rows:
            settings.problems.append(build_problem("settings-header", tab.cell(1, 1)))
        return
    for number in range(header + 1, len(tab.rows) + 1):
        cells = [tab.cell(number, column) for column in (1, 2, 3)]
        if all(cell.is_blank for cell in cells):
            continue
        if problem := _read_row(settings, *cells):
            settings.problems.append(problem)


def _read_row(settings: ShopSettings, what: Cell, name: Cell, value: Cell) -> Problem | None:
    for cell in (name, value):
        if cell.is_blank:
            return build_problem("settings-blank", cell)
    text, meaning = name.text, value.text
    if not fold_words(text):
        return build_problem("settings-blank", name)
    match fold_words(what.text):
        case "column":
            found = find_field(text)
            if found is None:
                return build_problem("settings-field", name)
            settings.headers.append(ShopHeader(meaning, *found))
        case "status":
            # In capitals it is sent as it stands; else it means what it would mean as a status.
            known = None if meaning.isupper() else find_status(meaning)
            settings.statuses[fold_words(text)] = known or meaning
        case "payment":
            status = find_payment_status(meaning)
            if status is None:
                return build_problem("settings-payment", value)
            settings.payments[fold_words(text)] = status
        case "courier":
            if not _is_template(meaning):
                return build_problem("settings-courier", value)
            settings.couriers[fold_words(text)] = meaning
        case "setting":
            return _read_setting(name, value, settings)
        case _:
            return build_problem("settings-what", what)
    return None


def _is_template(text: str) -> bool:
    """Return whether a text is a web link with one `{number}` after its host."""
    before, number, after = text.partition("{number}")
    try:
        parse_url(before + "1" + after)
    except Unreadable:
        return False
    return bool(number) and bool(re.match(r"https?://[^/?#]+[/?#]", before))


def _read_setting(name: Cell, value: Cell, settings: ShopSettings) -> Problem | None:
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - loaded only to check a name

    meaning = value.text.upper()
    match fold_words(name.text):
        case "currency":
            settings.currency = find_currency(value.text, "")
            return None if settings.currency else build_problem("settings-value", value)
        case "country" if meaning in SUPPORTED_REGIONS:
            settings.country = meaning
        case "country":
            return build_problem("settings-value", value)
        case _:
            return build_problem("settings-name", name)
    return None
