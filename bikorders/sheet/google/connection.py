"""One spreadsheet through gspread, with a service account's key.

Every request goes through here: with the token for one scope, within a time limit, and every foreign exception
becomes one of ours, in `translate_error`.
"""

import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import requests
from google.auth.credentials import TokenState
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEET_URL, SPREADSHEET_VALUES_BATCH_URL

from bikorders.errors import BikordersError, SettingsError, drop_frames
from bikorders.sheet.google.deadline import TimeLimit
from bikorders.sheet.google.errors import (
    TabRefused,
    names_no_tab,
    read_message,
    translate_error,
    translate_refused_write,
)

_log = logging.getLogger("bikorders.google")

TIMEOUT = (3.05, 10.0)
"""Seconds to connect, and between two packets of an answer."""

RENEW_BEFORE = timedelta(minutes=15)
"""How long a token is still good when it is renewed: while nobody asks, the next read may come ten minutes later."""

RENEW_EVERY = 30.0
"""Seconds between two tries to renew a token that is still good."""

RENEW_WITHIN = 3.0
"""Seconds that such a try may take: the next read waits meanwhile."""

WITHIN = 20.0
"""Seconds that what is done in `guarded` may take in all, the token included."""


class Connection:
    """The requests to one spreadsheet, with a token for `scope`; to be made within `guarded`.

    `charge` is called before every request to Sheets; what it raises ends it. Raises `SettingsError` if the key
    file can't be used. Other threads may fetch while this one does, once there is a token.
    """

    def __init__(self, key: str, credentials: Path, scope: str, charge: Callable[[], None]) -> None:
        self._key = key
        self._charge = charge
        self._now = time.monotonic
        self._renew_at = -math.inf
        self._key_file = credentials
        self._scope = scope
        self._credentials = read_key_file(credentials, scope)
        self._limit = TimeLimit(WITHIN)
        self._sessions = self._limit.make_session(), self._limit.make_session()
        tokens, session = self._sessions
        self._token_request = partial(Request(tokens), timeout=TIMEOUT[1])
        session.auth = self._authorize
        self._client = HTTPClient(None, session=session)  # type: ignore[arg-type]
        self._client.set_timeout(TIMEOUT)

    @property
    def email(self) -> str:
        """The service account's address, which the sheet has to be shared with."""
        return str(self._credentials.service_account_email)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Keep the time limit; every exception that leaves is one of ours."""
        try:
            with self._limit.running():
                yield
                if self.may_renew():
                    self.renew_token()
        except BikordersError:
            raise
        except Exception as error:
            translated = translate_error(error, self.email)
            if isinstance(error, APIError) and error.response.status_code == 401:
                self._credentials.token = None  # or it would be sent until it runs out
            drop_frames(error)  # those of the libraries hold the error, and with it the answer
            if self._credentials.token is None or not translated.can_retry:
                self._renew_key()
            raise translated from error

    def _renew_key(self) -> None:
        """Take the key file's present key from now on if it is another: Google may have refused the old one for that."""
        with suppress(SettingsError):
            found = read_key_file(self._key_file, self._scope)
            if (found.service_account_email, found.signer.key_id) != (
                self.email,
                self._credentials.signer.key_id,
            ):
                self._credentials = found

    def fetch_metadata(self, params: Mapping[str, Any]) -> Any:
        """Return what the spreadsheet has besides values."""
        self._charge()
        return self._client.fetch_sheet_metadata(self._key, params=dict(params))

    def fetch_overview(self, fields: str) -> bytes:
        """Return Google's answer with these fields of the spreadsheet."""
        self._charge()
        return bytes(
            self._client.request("get", SPREADSHEET_URL % self._key, params={"fields": fields}).content
        )

    def fetch_values(self, ranges: Sequence[str], *, shown: bool = False) -> bytes:
        """Return Google's answer with the values of ranges: numbers as such and dates as text; or all as it is `shown`.

        Raises `TabRefused`.
        """
        self._charge()
        try:
            response = self._client.request(
                "get",
                SPREADSHEET_VALUES_BATCH_URL % self._key,
                params={
                    "ranges": list(ranges),
                    "valueRenderOption": "FORMATTED_VALUE" if shown else "UNFORMATTED_VALUE",
                    "dateTimeRenderOption": "FORMATTED_STRING",
                },
            )
        except APIError as error:
            message = read_message(error.response)
            refused = TabRefused(message, ranges)
            if error.response.status_code == 400 and (refused.range or names_no_tab(message)):
                raise refused from error
            raise
        return bytes(response.content)

    def update(self, requests: Sequence[Mapping[str, Any]]) -> None:
        """Change the spreadsheet: all of the requests, or none of them."""
        self._charge()
        try:
            self._client.batch_update(self._key, {"requests": list(requests)})
        except APIError as error:
            if refusal := translate_refused_write(error.response, self.email):
                raise refusal from error
            raise

    def ensure_token(self) -> None:
        """Have a token, so that requests made at the same time don't each ask for one."""
        if self._credentials.token_state is TokenState.INVALID:
            self.refresh_token()

    def refresh_token(self) -> None:
        """Ask for a new token."""
        self._credentials.refresh(self._token_request)  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Close the connections; the next request opens a new one."""
        for session in self._sessions:
            session.close()

    def may_renew(self) -> bool:
        """Return whether the token is good, but not for long, and it is time to try for a new one."""
        ends = self._credentials.expiry
        if ends is None or self._credentials.token_state is TokenState.INVALID:
            return False
        return self._now() >= self._renew_at and ends - datetime.now(UTC).replace(tzinfo=None) < RENEW_BEFORE

    def renew_token(self) -> None:
        """Ask for a new token while the old one is good; nothing fails without the new one."""
        self._renew_at = self._now() + RENEW_EVERY
        try:
            self._credentials.refresh(partial(self._token_request, timeout=RENEW_WITHIN))  # type: ignore[no-untyped-call]
        except Exception as error:  # noqa: BLE001 - as foreign as in `guarded`, which says it when the token has expired
            _log.info("the token could not be renewed early: %s", translate_error(error, self.email))

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the token into a request, a new one if it has expired."""
        self.ensure_token()
        request.headers["Authorization"] = f"Bearer {self._credentials.token}"
        return request


def quote_title(title: str) -> str:
    """Return a tab's title as it is written in a range."""
    return "'" + title.replace("'", "''") + "'"


def read_key_file(path: Path, scope: str) -> Credentials:
    """Return the credentials in a service account's JSON key file.

    Raises `SettingsError`, which repeats nothing of the file's content.
    """
    try:
        info = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(
            f"the key file {path} can't be read ({error.strerror})",
            "save the service account's JSON key there, or set BIKORDERS_CREDENTIALS to where it is",
        ) from None
    except ValueError:
        raise SettingsError(f"the key file {path} is not JSON", "download the key again, as JSON") from None
    if not isinstance(info, dict) or info.get("type") != "service_account":
        raise SettingsError(
            f"{path} is not the key of a service account",
            "in Google Cloud: IAM & Admin, Service accounts, Keys, Add key, JSON",
        )
    try:
        credentials: Credentials = Credentials.from_service_account_info(info, scopes=[scope])  # type: ignore[no-untyped-call]
        return credentials
    except Exception:  # noqa: BLE001 - what a damaged key raises depends on where it is damaged
        raise SettingsError(f"the key in {path} is damaged", "download the key again, as JSON") from None
