"""What the operator can set: environment variables, or lines of a `.env` file in the working directory.

An unknown name, a wrong value, a secret that is no use, or two settings that contradict each other raise
`SettingsError`, which stops the start. A new setting is one field of `Settings`, and a row of docs/reference.md.
"""

import os
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_type_hints

from bikorders.bik.auth import Auth, is_loopback, parse_auth
from bikorders.environment import PREFIX, read_environment
from bikorders.errors import SettingsError
from bikorders.placing.numbering import IdTemplate, parse_id_template
from bikorders.reading.cells import parse_url
from bikorders.reading.currency_habits import list_currencies
from bikorders.reading.shop_settings import Options
from bikorders.secret import MAKE, SHORT, find_fault


class Setting(NamedTuple):
    """How a setting's text is parsed, its default as text ("" if there is none), and what it is for.

    The docstring of `parse` completes the sentence "it takes …" of an error; `parse` raises `ValueError` or
    `KeyError`.
    """

    parse: Callable[[str], Any]
    default: str
    help: str


def _text(text: str) -> str:
    return text


def _path(text: str) -> str:
    """a path; ~ is the home directory"""
    return os.path.expanduser(text)


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


def _addresses(text: str) -> tuple[str, ...]:
    """addresses of apprise, parted by blanks, such as mailto://USER:PASSWORD@gmail.com"""
    addresses = tuple(dict.fromkeys(text.split()))
    if not all("://" in address for address in addresses):
        raise ValueError
    return addresses


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
    """at most 200 characters"""
    if len(text) > 200:
        raise ValueError
    return unicodedata.normalize("NFC", text)  # as browsers send it (RFC 7617)


@dataclass(frozen=True)
class Settings:
    """The settings of one run, and the one table of what can be set. The unit of a number is in its help."""

    sheet: Annotated[
        str, Setting(_path, "", "a Google Sheets URL or key, or the path of a folder of CSV files")
    ]
    credentials: Annotated[str, Setting(_path, "", "the service account's JSON key file")]
    orders_tab: Annotated[str, Setting(_text, "", "the tab with the orders")]
    items_tab: Annotated[str, Setting(_text, "", "the tab with the items of all orders")]
    auth: Annotated[
        Auth | None,
        Setting(parse_auth, "", "what Bik sends: none, bearer:TOKEN, basic:USER:PASSWORD, header:NAME:VALUE"),
    ]
    auth_file: Annotated[str, Setting(_path, "", "a file that holds the same, instead")] = field(repr=False)
    """Not shown: somebody may have put the secret itself here."""
    page_password: Annotated[
        str, Setting(_password, "", "opens the status page at / (HTTP Basic, any user name)")
    ] = field(repr=False)
    host: Annotated[str, Setting(_text, "127.0.0.1", "the address to listen on")]
    """By default this machine only: a proxy on it adds HTTPS."""
    port: Annotated[int, Setting(_whole(0, 65535), "8080", "the port to listen on; 0 takes a free one")]
    threads: Annotated[int, Setting(_whole(4, 512), "64", "request threads")]
    """Many, because each request that waits for a read of the sheet holds one."""
    max_age: Annotated[
        float,
        Setting(
            _number(0.1, 3600),
            "5",
            "seconds: while the source answers, no answer is built from an older read",
        ),
    ]
    """A lower one needs more reads a minute; `Policy` refuses what the quota has no room for."""
    max_stale: Annotated[
        float,
        Setting(
            _number(0, 86400), "900", "seconds: how old the last good answer may be while the source fails"
        ),
    ]
    deadline: Annotated[
        float, Setting(_number(0.1, 60), "4", "seconds: no request waits longer for the source")
    ]
    reads_per_minute: Annotated[int, Setting(_whole(8, 300), "50", "requests to Google Sheets in any minute")]
    """Google allows 60; the rest is for `check` and `init`, which use the same key. The first read takes up to five."""
    watch: Annotated[
        float, Setting(_number(0, 1440), "10", "minutes between two reads while nobody asks; 0 is never")
    ]
    notify: Annotated[
        tuple[str, ...],
        Setting(_addresses, "", "where messages to the owner go: addresses of apprise, parted by blanks"),
    ] = field(repr=False)
    """Not shown: each holds a password."""
    place_order: Annotated[
        bool, Setting(_switch, "off", "on: take Bik's orders by placeOrder and write them into the sheet")
    ]
    journal: Annotated[Path, Setting(_path, "", "the file in which placed orders are kept")]
    order_id: Annotated[
        IdTemplate, Setting(_id_template, "ORD-{number}", "how the ids of placed orders are spelled")
    ]
    invoice_url: Annotated[
        str, Setting(_invoice_url, "", "the address of an order's invoice, with {id} in it")
    ]
    currency: Annotated[str, Setting(_currency, "INR", "the currency of amounts that name none")]
    country: Annotated[str, Setting(_country, "IN", "the country of phone numbers that name none")]

    @property
    def is_sample(self) -> bool:
        """Return whether the bundled sample is served, because no sheet is set."""
        return not self.sheet

    @property
    def is_loopback(self) -> bool:
        """Return whether only this machine can reach the server."""
        return is_loopback(self.host)

    def find_address(self, port: int) -> str:
        """Return the server's address for a browser on this machine, as far as the setting names one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{port}"

    @property
    def secrets(self) -> dict[str, str]:
        """Return the secrets that guard the orders, by the settings that hold them."""
        auth = {"AUTH_FILE" if self.auth_file else "AUTH": self.auth.secret if self.auth else ""}
        named = auth | {"PAGE_PASSWORD": self.page_password}
        return {PREFIX + name: secret for name, secret in named.items() if secret}

    @property
    def options(self) -> Options:
        """Return what the settings say about reading the sheet."""
        return Options(self.currency, self.country, self.orders_tab, self.items_tab)


TABLE: dict[str, Setting] = {
    name.upper(): hint.__metadata__[0] for name, hint in get_type_hints(Settings, include_extras=True).items()
}
"""Every setting by its name without the prefix."""


def read_settings(environ: Mapping[str, str], folder: Path) -> Settings:
    """Read the environment and `folder/.env`. Raises `SettingsError`."""
    said = read_environment(environ, folder / ".env", TABLE)
    ours = {name: said.get(PREFIX + name, "").strip() for name in TABLE}
    values = {name: _parse(name, ours[name] or setting.default) for name, setting in TABLE.items()}
    if path := values["AUTH_FILE"]:
        if values["AUTH"]:
            raise SettingsError(f"{PREFIX}AUTH and {PREFIX}AUTH_FILE are both set", "keep one of them")
        values["AUTH"] = _parse("AUTH", _read_secret(path) or "an empty file")
    values["NOTIFY"] = values["NOTIFY"] or ()
    values["CREDENTIALS"] = values["CREDENTIALS"] or _find_credentials(said, folder)
    values["JOURNAL"] = Path(values["JOURNAL"] or _find_state(said, folder) / "bikorders.sqlite3")
    settings = Settings(**{name.lower(): value for name, value in values.items()})
    for name, secret in settings.secrets.items():
        if fault := find_fault(secret):
            raise SettingsError(f"the secret in {name} is {fault}", f"this makes one: {MAKE}")
    return settings


def find_risks(settings: Settings) -> Iterator[str]:
    """Yield what is allowed and should be otherwise, to be said at each start."""
    if settings.auth and not settings.auth.header and not settings.is_sample:
        yield f"{PREFIX}AUTH is none: whoever reaches this server may read the orders"
    for name, secret in settings.secrets.items():
        if len(secret) < SHORT:
            yield f"the secret in {name} has under {SHORT} characters; this makes a better one: {MAKE}"


def _find_credentials(said: Mapping[str, str], folder: Path) -> str:
    """Return the key file in `folder`, or the file that Google's own variable names if there is none."""
    ours = folder / "credentials.json"
    googles = said.get("GOOGLE_APPLICATION_CREDENTIALS", "").strip()
    return str(ours) if ours.exists() or not googles else _path(googles)


def _find_state(said: Mapping[str, str], folder: Path) -> Path:
    """Return where a service may keep files: systemd says so in STATE_DIRECTORY, a list with colons."""
    return Path(said.get("STATE_DIRECTORY", "").partition(":")[0] or folder)


def check_auth(settings: Settings) -> Auth:
    """Return the auth to ask for. Only the sample on a loopback address runs without the setting.

    Raises `SettingsError` if the setting is missing.
    """
    if settings.auth is not None:
        return settings.auth
    if settings.is_sample and settings.is_loopback:
        return Auth()
    raise SettingsError(
        f"{PREFIX}AUTH is not set",
        "set the header that you gave Bik, such as bearer:TOKEN, or none if anyone may read the orders",
    )


def find_page_password(settings: Settings) -> str | None:
    """Return the status page's password; "" if it needs none (the sample on loopback), None if the page is off."""
    if settings.page_password or (settings.is_sample and settings.is_loopback):
        return settings.page_password
    return None


def _read_secret(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError):
        # The path is not repeated: it may be the secret itself, in the wrong setting.
        raise SettingsError(
            f"the file that {PREFIX}AUTH_FILE names can't be read", "check its path and permissions"
        ) from None


def _parse(name: str, text: str) -> Any:
    """Parse one setting. Its text may be a secret, so that no error repeats it."""
    setting = TABLE[name]
    if not text:
        return None if name == "AUTH" else ""
    try:
        return setting.parse(text)
    except (ValueError, KeyError):
        raise SettingsError(f"{PREFIX}{name} is wrong", f"it takes {setting.parse.__doc__}") from None
