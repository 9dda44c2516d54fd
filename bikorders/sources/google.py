"""Reads a Google Sheet through gspread with a service account, read-only; the only place that knows gspread.

One request reads all tabs that are needed; the tabs' names are asked for at the start and when one is gone.
Every foreign exception becomes one of ours here, in `translate_error`.
"""

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
from google.auth.credentials import TokenState
from google.auth.exceptions import RefreshError, TransportError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEET_VALUES_BATCH_URL

from bikorders.errors import BikordersError, SettingsError, SheetUnusable, SourceUnavailable, Step
from bikorders.sources.timelimit import TimeLimit
from bikorders.workbook import Cell, Raw, Tab, Workbook, fold_text

SCOPE = "https://www.googleapis.com/auth/spreadsheets.readonly"
TIMEOUT = (3.05, 10.0)
"""Seconds to connect, and between two packets of an answer."""

READ_WITHIN = 20.0
"""Seconds that one read may take in all, the token included."""

MAX_TABS = 50
"""So many tabs travel in the one request, besides those that the settings name."""

MAX_RANGES = 6000
"""Characters that the tabs' names may take in the request's address."""


class GoogleSource:
    """One spreadsheet. `named` are titles, folded, that travel however many tabs there are, hidden or not.

    `charge` is called before every request to Sheets; what it raises ends the read. Raises `SettingsError` if the key file can't be used.
    """

    def __init__(
        self,
        key: str,
        credentials: Path,
        named: Collection[str] = (),
        charge: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = f"the Google Sheet {key}"
        self._key = key
        self._url = f"https://docs.google.com/spreadsheets/d/{key}/edit"
        self._named = frozenset(named)
        self._charge = charge
        self._key_file = credentials
        self._credentials = read_key_file(credentials)
        self._limit = TimeLimit(READ_WITHIN)
        self._token_request = partial(Request(self._limit.make_session()), timeout=TIMEOUT[1])
        session = self._limit.make_session()
        session.auth = self._authorize
        self._client = HTTPClient(None, session=session)  # type: ignore[arg-type]
        self._client.set_timeout(TIMEOUT)
        self._gids: dict[str, int | None] = {}
        self._wanted: dict[str, None] = {}
        self._digest = b""
        self._workbook = Workbook({})

    def probe(self) -> Iterator[Step]:
        """Try the key file, the token, and then the API and the sharing, which one answer shows."""
        exposed = os.name == "posix" and self._key_file.stat().st_mode & 0o077
        yield Step(
            f"the key file {self._key_file} can be read{', by other users of this machine too' if exposed else ''}",
            f"chmod 600 {self._key_file}" if exposed else "",
        )
        email = self._credentials.service_account_email
        with self._guarded():
            self._refresh_token()
        yield Step(f"Google accepts the key of {email}")
        with self._guarded():
            self._gids = self._read_titles()
        yield Step(f"the Google Sheets API is on, and the sheet is shared with {email}")

    def read(self, tabs: Collection[str] = (), names: bool = False) -> Workbook:
        """Read the workbook in one request; more when the tabs' names have to be asked for."""
        for title in tabs:
            self._wanted.pop(title, None)
            self._wanted[title] = None
        with self._guarded():
            return self._read(names)

    def read_link(self, cell: Cell, row: Sequence[Raw]) -> str | None:
        """Read the link behind a cell, from its whole row, which must still be the same."""
        with self._guarded():
            self._charge()
            metadata = self._client.fetch_sheet_metadata(
                self._key,
                params={"ranges": f"{_quote_title(cell.tab)}!{cell.row}:{cell.row}", "fields": LINK_FIELDS},
            )
            return find_link(metadata, cell, row)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Keep the time limit, and let nothing foreign out."""
        try:
            with self._limit.running():
                yield
        except BikordersError:
            raise
        except Exception as error:
            if isinstance(error, APIError) and error.response.status_code == 401:
                self._credentials.token = None  # or it would be sent until it runs out
            raise translate_error(error, self._credentials.service_account_email) from error

    def _read(self, names: bool) -> Workbook:
        if names or not self._gids:
            self._gids = self._read_titles()
        try:
            return self._read_values()
        except APIError as error:
            if not _is_tab_gone(error):
                raise
            self._gids = self._read_titles()
            return self._read_values()

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the token into a request; a new one where it is about to run out."""
        if self._credentials.token_state is not TokenState.FRESH:
            self._refresh_token()
        request.headers["Authorization"] = f"Bearer {self._credentials.token}"
        return request

    def _refresh_token(self) -> None:
        self._credentials.refresh(self._token_request)  # type: ignore[no-untyped-call]

    def _read_titles(self) -> dict[str, int | None]:
        """Read the tabs' titles, and the number that each has in the sheet's address."""
        self._charge()
        fields = "sheets.properties(sheetId,title,sheetType,hidden)"
        metadata = self._client.fetch_sheet_metadata(self._key, params={"fields": fields})
        try:
            properties = [sheet["properties"] for sheet in metadata["sheets"]]
            grids = [p for p in properties if p.get("sheetType", "GRID") == "GRID"]
            gids = {
                p["title"]: p.get("sheetId")
                for p in grids
                if not p.get("hidden") or fold_text(p["title"]) in self._named
            }
            if not all(isinstance(title, str) for title in gids):
                raise TypeError
        except (KeyError, TypeError, AttributeError) as error:
            raise _nonsense() from error
        if not gids:
            raise SheetUnusable("the spreadsheet has no tab with cells", "check BIKORDERS_SHEET")
        return gids

    def _read_values(self) -> Workbook:
        titles = choose_tabs(self._gids, self._named, self._wanted)
        self._charge()
        response = self._client.request(
            "get",
            SPREADSHEET_VALUES_BATCH_URL % self._key,
            params={
                "ranges": [_quote_title(title) for title in titles],
                "valueRenderOption": "UNFORMATTED_VALUE",
                "dateTimeRenderOption": "FORMATTED_STRING",
            },
        )
        digest = blake2b(response.content).digest()
        gids = {title: self._gids[title] for title in titles}
        unread = self._gids.keys() - gids.keys()
        held = self._workbook
        travelled = [(title, tab.gid) for title, tab in held.tabs.items()]
        if digest != self._digest or unread != held.unread or list(gids.items()) != travelled:
            self._workbook = Workbook(_parse_values(response.content, gids), frozenset(unread), self._url)
            self._digest = digest
        return self._workbook


def read_key_file(path: Path) -> Credentials:
    """Read a service account's JSON key file; no message repeats anything of its content."""
    try:
        info = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"the key file {path} can't be read ({error.strerror})",
            "set BIKORDERS_CREDENTIALS to the JSON key file of the service account",
        ) from None
    except ValueError:
        raise SettingsError(f"the key file {path} is not JSON", "download the key again, as JSON") from None
    if not isinstance(info, dict) or info.get("type") != "service_account":
        raise SettingsError(
            f"{path} is not the key of a service account",
            "in Google Cloud: IAM & Admin, Service accounts, Keys, Add key, JSON",
        )
    try:
        credentials: Credentials = Credentials.from_service_account_info(info, scopes=[SCOPE])  # type: ignore[no-untyped-call]
        return credentials
    except Exception:  # noqa: BLE001 - what a damaged key raises depends on where it is damaged
        raise SettingsError(f"the key in {path} is damaged", "download the key again, as JSON") from None


def choose_tabs(titles: Iterable[str], named: Collection[str], wanted: Iterable[str]) -> list[str]:
    """Choose the tabs that travel, in the spreadsheet's order: those named, the last wanted, then the rest.

    Of the rest those without a digit come first: an order's own tab has its number.

    >>> choose_tabs(["Orders", "A", "B"], ["orders"], ["B"])
    ['Orders', 'A', 'B']
    """
    titles = list(titles)
    always = [title for title in titles if fold_text(title) in named]
    late = [title for title in reversed(list(wanted)) if title in titles]
    plain = [title for title in titles if not any(char.isdigit() for char in title)]
    chosen = dict.fromkeys(always)
    room = MAX_RANGES
    for title in dict.fromkeys([*late, *plain, *titles]):
        room -= len(quote(_quote_title(title), safe="")) + len("&ranges=")
        if room < 0 or len(chosen) >= len(always) + MAX_TABS:
            break
        chosen[title] = None
    return [title for title in titles if title in chosen]


def _quote_title(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def _parse_values(content: bytes, gids: Mapping[str, int | None]) -> dict[str, Tab]:
    """Read the answer of values:batchGet. Google leaves out trailing blanks, and `values` of an empty tab."""
    try:
        ranges = json.loads(content, parse_constant=_refuse_constant)["valueRanges"]
        tabs = {
            title: Tab(title, answer.get("values", []), gid)
            for (title, gid), answer in zip(gids.items(), ranges, strict=True)
        }
        if any(
            type(tab.rows) is not list or any(type(row) is not list for row in tab.rows)
            for tab in tabs.values()
        ):
            raise TypeError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _nonsense() from error
    return tabs


LINK_FIELDS = (
    "sheets.data.rowData.values(effectiveValue,formattedValue,hyperlink,textFormatRuns.format.link.uri,"
    "chipRuns.chip.richLinkProperties.uri)"
)


def find_link(metadata: Any, cell: Cell, row: Sequence[Raw]) -> str | None:
    """Find the one link of a cell in the answer for its row; None unless the row still is `row`."""
    try:
        values = metadata["sheets"][0]["data"][0]["rowData"][0]["values"]
        if not all(raw is None or _shows(values[number], raw) for number, raw in enumerate(row)):
            return None
        value = values[cell.column - 1]
        links = [value.get("hyperlink")]
        links += [run.get("format", {}).get("link", {}).get("uri") for run in value.get("textFormatRuns", [])]
        chips = [run.get("chip", {}) for run in value.get("chipRuns", [])]
        links += [chip.get("richLinkProperties", {}).get("uri") for chip in chips]
        found = {link for link in links if isinstance(link, str)}
    except (KeyError, IndexError, TypeError, AttributeError):
        return None
    return found.pop() if len(found) == 1 else None


def _shows(value: Any, raw: Raw) -> bool:
    """Say whether a cell of the answer holds what was read; dates were read as they are shown."""
    effective = value.get("effectiveValue", {})
    return raw == value.get("formattedValue") or any(
        isinstance(raw, bool) == isinstance(v, bool) and raw == v for v in effective.values()
    )


def _refuse_constant(constant: str) -> Any:
    raise ValueError(constant)


def _nonsense() -> SourceUnavailable:
    return SourceUnavailable(
        "Google's answer makes no sense", "this passes; if not, see Google's status page"
    )


def _is_tab_gone(error: APIError) -> bool:
    return error.response.status_code == 400 and "unable to parse range" in _message(error.response).lower()


def _message(response: requests.Response) -> str:
    try:
        return str(response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def translate_error(error: Exception, email: str) -> BikordersError:
    """Turn what gspread, google-auth and requests raise into our errors; `email` is the service account's."""
    match error:
        case APIError():
            return _translate_status(error.response, email)
        case RefreshError():
            return _translate_refusal(str(error), email)
        case requests.JSONDecodeError():
            return _nonsense()
        case requests.Timeout() | TimeoutError():
            return SourceUnavailable("Google did not answer in time", "this passes")
        case requests.RequestException() | TransportError() | OSError():
            return SourceUnavailable("Google can't be reached", "check this machine's network and DNS")
        case _:  # the TypeErrors and KeyErrors that gspread and google-auth stumble into
            return _nonsense()


def _translate_refusal(text: str, email: str) -> BikordersError:
    if any(reason in text for reason in ("invalid_grant", "invalid_client", "unauthorized_client")):
        return SheetUnusable(
            f"Google refuses the key of {email}",
            "make a new JSON key for the service account; if it is new, set this machine's clock right",
        )
    return SourceUnavailable("Google's login does not work at the moment", "this passes")


def _translate_status(response: requests.Response, email: str) -> BikordersError:
    status, message = response.status_code, _message(response)
    if status == 429:
        return SourceUnavailable(
            "Google's quota of reads a minute is used up", "use the key for nothing else"
        )
    if status == 401:
        return SourceUnavailable("Google refuses the token", "if this stays, make a new JSON key")
    if status == 403 and ("disabled" in message or "has not been used" in message):
        return SheetUnusable(
            "the Google Sheets API is off in the service account's project",
            "enable it in Google Cloud under APIs & Services, Library, Google Sheets API; then wait a minute",
        )
    if status == 403:
        return SheetUnusable("the sheet is not shared with the service account", f"share it with {email}")
    if status == 404:
        return SheetUnusable("there is no such Google Sheet", "copy its address from the browser again")
    if status == 400 and "not supported for this document" in message:
        return SheetUnusable(
            "the file is an Excel file in Google Drive", "File, Save as Google Sheets; use that one"
        )
    if status == 400 and "unable to parse range" in message.lower():
        return SourceUnavailable("tabs are being renamed", "this passes")
    if status < 500 and status not in (408, 409, 499):
        return SheetUnusable(f"Google refuses to read the sheet (status {status})", "check BIKORDERS_SHEET")
    return SourceUnavailable(f"Google has a bad moment (status {status})", "this passes")
