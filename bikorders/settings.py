"""What the person who runs the server can set: environment variables, read once through one table.

A `.env` file in the working directory counts too; the environment wins over it. An unknown `BIKORDERS_*` name
or a value that can't be right raises `SettingsError`, which stops the start.
"""

import difflib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

from dotenv.parser import parse_stream

from bikorders.bik.auth import Auth, is_loopback, parse_auth
from bikorders.errors import SettingsError
from bikorders.placing.numbering import IdTemplate, parse_id_template
from bikorders.reading.cells import parse_url
from bikorders.reading.currency_habits import list_currencies

PREFIX = "BIKORDERS_"


class Setting(NamedTuple):
    """One row of the table: how its text is read, what is meant without it, and what it is for."""

    parse: Callable[[str], Any]
    default: str
    help: str


def _text(text: str) -> str:
    return text


def _number(least: float, most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = float(text)
        if not least <= value <= most:
            raise ValueError
        return value

    parse.__doc__ = f"a number from {least:g} to {most:g}"
    return parse


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise ValueError
        return value

    parse.__doc__ = f"a whole number from {least} to {most}"
    return parse


def _currency(text: str) -> str:
    """a currency's three letters, such as INR"""
    if text.upper() not in list_currencies():
        raise ValueError
    return text.upper()


def _country(text: str) -> str:
    """a country's two letters, such as IN"""
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - loaded only to check a name

    if text.upper() not in SUPPORTED_REGIONS:
        raise ValueError
    return text.upper()


def _switch(text: str) -> bool:
    """on or off"""
    return {"on": True, "off": False}[text.casefold()]


def _id_template(text: str) -> IdTemplate:
    """a text with {number} in it, such as ORD-{number}"""
    return parse_id_template(text)


def _invoice_url(text: str) -> str:
    """a web link with {id} in it, such as https://shop.example.com/invoice/{id}"""
    parse_url(text.replace("{id}", "1"))
    if text.count("{id}") != 1:
        raise ValueError
    return text


def _password(text: str) -> str:
    """8 to 200 characters, 4 different ones among them"""
    if not 8 <= len(text) <= 200 or len(set(text)) < 4:
        raise ValueError
    return unicodedata.normalize("NFC", text)  # as browsers send it (RFC 7617)


TABLE: dict[str, Setting] = {
    "SHEET": Setting(_text, "", "a Google Sheets URL or key, or the path of a folder of CSV files"),
    "CREDENTIALS": Setting(_text, "", "the service account's JSON key file"),
    "ORDERS_TAB": Setting(_text, "", "the tab with the orders"),
    "ITEMS_TAB": Setting(_text, "", "the tab with the items of all orders"),
    "AUTH": Setting(parse_auth, "", "what Bik sends: none, bearer:TOKEN, basic:USER:PASSWORD, header:NAME:VALUE"),
    "AUTH_FILE": Setting(_text, "", "a file that holds the same, instead"),
    "PAGE_PASSWORD": Setting(_password, "", "opens the status page at / (HTTP Basic, any user name)"),
    "HOST": Setting(_text, "127.0.0.1", "the address to listen on"),
    "PORT": Setting(_whole(0, 65535), "8080", "the port to listen on; 0 takes a free one"),
    "THREADS": Setting(_whole(4, 512), "64", "request threads"),
    "MAX_AGE": Setting(
        _number(0.1, 3600), "5", "seconds: while the source answers, no answer is built from an older read"
    ),
    "MAX_STALE": Setting(
        _number(0, 86400), "900", "seconds: how old the last good answer may be while the source fails"
    ),
    "DEADLINE": Setting(_number(0.1, 60), "4", "seconds: no request waits longer for the source"),
    "READS_PER_MINUTE": Setting(_whole(2, 300), "50", "requests to Google Sheets in any minute"),
    "PLACE_ORDER": Setting(_switch, "off", "on: take Bik's orders by placeOrder and write them into the sheet"),
    "JOURNAL": Setting(_text, "", "the file in which placed orders are kept"),
    "ORDER_ID": Setting(_id_template, "ORD-{number}", "how the ids of placed orders are spelled"),
    "INVOICE_URL": Setting(_invoice_url, "", "the address of an order's invoice, with {id} in it"),
    "CURRENCY": Setting(_currency, "INR", "the currency of amounts that name none"),
    "COUNTRY": Setting(_country, "IN", "the country of phone numbers that name none"),
}  # fmt: skip
"""Every setting by its name without the prefix; an empty default means that there is none."""


@dataclass(frozen=True)
class Settings:
    """The settings of one run. `auth` is None where nothing was said about it."""

    sheet: str
    credentials: str
    orders_tab: str
    items_tab: str
    auth: Auth | None
    page_password: str = field(repr=False)
    host: str
    port: int
    threads: int
    max_age: float
    max_stale: float
    deadline: float
    reads_per_minute: int
    place_order: bool
    journal: Path
    order_id: IdTemplate
    invoice_url: str
    currency: str
    country: str

    @property
    def is_sample(self) -> bool:
        return not self.sheet

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)


def read_settings(environ: Mapping[str, str], folder: Path) -> Settings:
    """Read the environment and `folder/.env`. Raises `SettingsError`."""
    said = _read_dotenv(folder / ".env") | dict(environ)
    given = {
        name.removeprefix(PREFIX): text.strip()
        for name, text in said.items()
        if name.startswith(PREFIX) and text.strip()
    }
    for name in said:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in TABLE:
            raise _unknown(name)
    values = {name: _parse(name, given.get(name, setting.default)) for name, setting in TABLE.items()}
    if path := values.pop("AUTH_FILE"):
        if values["AUTH"]:
            raise SettingsError(f"{PREFIX}AUTH and {PREFIX}AUTH_FILE are both set", "keep one of them")
        values["AUTH"] = _parse("AUTH", _read_secret(path) or "an empty file")
    if not values["CREDENTIALS"]:
        default = folder / "credentials.json"
        usual = said.get("GOOGLE_APPLICATION_CREDENTIALS", "").strip()
        values["CREDENTIALS"] = str(default) if default.exists() or not usual else usual
    state = said.get("STATE_DIRECTORY", "").partition(":")[0]  # systemd's, for what a service keeps
    values["JOURNAL"] = Path(values["JOURNAL"] or Path(state or folder) / "bikorders.sqlite3").expanduser()
    return Settings(**{item.name: values[item.name.upper()] for item in fields(Settings)})


def check_auth(settings: Settings) -> Auth:
    """Give the auth to ask for. Only the sample on a loopback address runs without a word about it."""
    if settings.auth is not None:
        return settings.auth
    if settings.is_sample and settings.is_loopback:
        return Auth()
    raise SettingsError(
        f"{PREFIX}AUTH is not set",
        "set the header that you gave Bik, such as bearer:TOKEN, or none if anyone may read the orders",
    )


def find_page_password(settings: Settings) -> str | None:
    """Give the status page's password; "" if it needs none (the sample on a loopback address), None if it is off."""
    if settings.page_password or (settings.is_sample and settings.is_loopback):
        return settings.page_password
    return None


def _read_dotenv(path: Path) -> dict[str, str]:
    """Read `NAME=value` lines; a line that is none is refused, because what it was to set would be missing."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            bindings = list(parse_stream(file))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} can't be read", "make it a readable UTF-8 text file") from error
    for binding in bindings:
        if binding.error or (binding.key is not None and binding.value is None):
            line = (
                binding.original.line
                + len(binding.original.string)
                - len(binding.original.string.lstrip("\n"))
            )
            raise SettingsError(f"line {line} of {path} is not a setting", "write NAME=value, one on a line")
    return {binding.key: binding.value or "" for binding in bindings if binding.key is not None}


def _read_secret(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        # The path is not repeated: it may be the secret itself, in the wrong setting.
        raise SettingsError(
            f"the file that {PREFIX}AUTH_FILE names can't be read", "check its path and permissions"
        ) from None


def _parse(name: str, text: str) -> Any:
    """Read one setting; its text may be a secret and is never repeated."""
    setting = TABLE[name]
    if not text:
        return None if name == "AUTH" else ""
    try:
        return setting.parse(text)
    except (ValueError, KeyError):
        raise SettingsError(f"{PREFIX}{name} is wrong", f"it takes {setting.parse.__doc__}") from None


def _unknown(name: str) -> SettingsError:
    close = difflib.get_close_matches(name.removeprefix(PREFIX), TABLE, n=1)
    known = ", ".join(PREFIX + other for other in TABLE)
    return SettingsError(
        f"{name} is not a setting", f"did you mean {PREFIX}{close[0]}?" if close else f"known are {known}"
    )
