"""Translates what goes wrong with Google into our own errors; the only place that does."""

import re
from collections.abc import Iterable

import requests
from google.auth.exceptions import RefreshError, TransportError
from gspread.exceptions import APIError

from bikorders.errors import (
    AlreadyWritten,
    BikordersError,
    ChangeRefused,
    NamesRefused,
    SheetUnusable,
    SourceUnavailable,
)


class TabRefused(SourceUnavailable):
    """Google does not give one of the `ranges` that were asked for: its tab is not there, or can't be read.

    `range` is the one that Google's message names; None if it names none of them.
    """

    def __init__(self, message: str = "", ranges: Iterable[str] = ()) -> None:
        super().__init__("tabs are being renamed", "this passes")
        self.range = max((range_ for range_ in ranges if range_ in message), key=len, default=None)


def build_nonsense() -> SourceUnavailable:
    """Return the error for an answer that is not of the shape that it should have."""
    return SourceUnavailable(
        "Google's answer makes no sense", "this passes; if not, see Google's status page"
    )


def names_no_tab(message: str) -> bool:
    """Return whether Google says that a tab that was asked for does not exist."""
    lower = message.lower()
    return "unable to parse range" in lower or "exceeds grid limits" in lower


def read_message(response: requests.Response) -> str:
    """Return the message in an error of Google's; "" if there is none."""
    try:
        return str(response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


_QUOTA = frozenset(
    {"userRateLimitExceeded", "rateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
    | {"quotaExceeded", "dailyLimitExceeded", "RESOURCE_EXHAUSTED"}
)
"""What Google calls a quota that is used up, whatever the status is."""


def _find_reasons(response: requests.Response) -> set[str]:
    """Return what Google calls an error: its status, and the reasons in the details of both of its forms."""
    try:
        error = response.json()["error"]
        details = [*error.get("errors", ()), *error.get("details", ())]
        return {str(error.get("status"))} | {str(detail.get("reason")) for detail in details}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return set()


def _is_quota(response: requests.Response) -> bool:
    return response.status_code == 429 or not _QUOTA.isdisjoint(_find_reasons(response))


def _is_api_off(response: requests.Response) -> bool:
    """Return whether the API has to be switched on first; Google words that in two ways."""
    message = read_message(response)
    return response.status_code == 403 and ("disabled" in message or "has not been used" in message)


_CONSOLE = re.compile(r"https://console\.(?:cloud|developers)\.google\.com/[\w./?=&%:~+-]{1,300}", re.ASCII)


def _build_api_off(response: requests.Response) -> SheetUnusable:
    """Return the error for an API that is off, with the link that Google gives for switching it on."""
    link = _CONSOLE.search(response.text)
    where = (
        link[0].rstrip(".,") if link else "in Google Cloud under APIs & Services, Library, Google Sheets API"
    )
    return SheetUnusable(
        "the Google Sheets API is off in the service account's project",
        f"enable it {'at ' if link else ''}{where}; then wait a minute",
    )


def translate_error(error: Exception, email: str) -> BikordersError:
    """Return our error for what gspread, google-auth or requests raised; `email` is the service account's."""
    match error:
        case APIError():
            return _translate_status(error.response, email)
        case RefreshError():
            return _translate_refusal(str(error), email)
        case requests.JSONDecodeError():
            return build_nonsense()
        case requests.Timeout() | TimeoutError():
            return SourceUnavailable("Google did not answer in time", "this passes")
        case requests.RequestException() | TransportError() | OSError():
            return SourceUnavailable("Google can't be reached", "check this machine's network and DNS")
        case MemoryError() | RuntimeError() if isinstance(error, MemoryError) or "thread" in str(error):
            return SourceUnavailable(
                "this machine has no memory or no threads left",
                "close what else runs on it, or give it more memory",
            )
        case _:  # the TypeErrors and KeyErrors that gspread and google-auth stumble into
            return build_nonsense()


def _translate_refusal(text: str, email: str) -> BikordersError:
    if any(reason in text for reason in ("invalid_grant", "invalid_client", "unauthorized_client")):
        return SheetUnusable(
            f"Google refuses the key of {email}",
            "make a new JSON key for the service account; if it is new, set this machine's clock right",
        )
    return SourceUnavailable("Google's login does not work at the moment", "this passes")


def _translate_status(response: requests.Response, email: str) -> BikordersError:
    status, message = response.status_code, read_message(response)
    if _is_quota(response):
        return SourceUnavailable(
            "Google's quota of reads a minute is used up", "use the key for nothing else"
        )
    if status == 401:
        return SourceUnavailable("Google refuses the token", "if this stays, make a new JSON key")
    if _is_api_off(response):
        return _build_api_off(response)
    if status == 403:
        return SheetUnusable("the sheet is not shared with the service account", f"share it with {email}")
    if status == 404:
        return SheetUnusable("there is no such Google Sheet", "copy its address from the browser again")
    if status == 400 and "not supported for this document" in message:
        return SheetUnusable(
            "the file is an Excel file in Google Drive", "File, Save as Google Sheets; use that one"
        )
    if status == 400 and names_no_tab(message):
        return TabRefused()
    if status < 500 and status not in (408, 409, 499):
        return SheetUnusable(f"Google refuses to read the sheet (status {status})", "check BIKORDERS_SHEET")
    return SourceUnavailable(f"Google has a bad moment (status {status})", "this passes")


def translate_refused_write(response: requests.Response, email: str) -> BikordersError | None:
    """Return why a change was refused; None if a read can be refused for the same reason."""
    status, message = response.status_code, read_message(response)
    if _is_quota(response):
        return None
    if status in (400, 403) and "protected" in message.lower():
        return SheetUnusable(
            f"the sheet protects cells from {email}", "let it edit them, or take the protection away"
        )
    if status == 400 and "number of cells" in message:
        return SheetUnusable(
            "the spreadsheet is full: Google allows 10,000,000 cells",
            "delete rows, columns and tabs that nobody needs, blank ones count, too",
        )
    if status == 403 and not _is_api_off(response):
        return SheetUnusable(
            f"the sheet is shared with {email} as Viewer, which is too little to change it",
            "share it as Editor for this; to answer Bik, Viewer is enough",
        )
    if status == 400 and "not supported for this document" not in message:
        if "already exists" in message and "named range" in message:
            return AlreadyWritten("it is in the sheet already", "this is seen with the next read")
        if "amedRange" in message:
            return NamesRefused("Google refuses to name a range", "the change is sent again without it")
        return ChangeRefused(
            "Google refuses to change the sheet: it may just have been edited",
            "nothing was changed; look at the sheet and try again",
        )
    return None
