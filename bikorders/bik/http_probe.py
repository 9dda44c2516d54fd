"""Sends requests as Bik does, through `requests`, and keeps what came back. Loaded only when `try` runs."""

import socket
import ssl
from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

from bikorders import __version__
from bikorders.bik.answer_checks import find_error
from bikorders.bik.auth import Auth
from bikorders.bik.target import Target

PATIENCE = 15.0
"""Seconds after which no answer is waited for any more."""

_LARGEST = 1024 * 1024
"""Bytes of an answer that are read."""


class Reply(NamedTuple):
    """An answer, or why there is none. Header names are in lower case.

    `port` is the own end of the connection that it came on; 0 if the server said that it closes the connection.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    port: int = 0
    failure: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def error(self) -> str:
        """What an error body says, in quotes."""
        reason = find_error(self.body)
        return f" “{reason}”" if reason else ""


class Bik:
    """Sends what Bik would, and worse, and remembers every answer. `patience` and `clock` are in seconds."""

    def __init__(self, target: Target, auth: Auth, patience: float, clock: Callable[[], float]) -> None:
        self.target = target
        self.auth = auth
        self.replies: list[Reply] = []
        self.clock = clock
        self._patience = patience
        paths = ssl.get_default_verify_paths()
        self._trusted = (
            paths.cafile or paths.capath or True
        )  # as this machine trusts; else as `requests` does

    def connect(self) -> None:
        """Connect and hang up. Raises `OSError`, of which `ssl.SSLCertVerificationError` is one."""
        with socket.create_connection((self.target.host, self.target.port), self._patience) as plain:
            if self.target.is_secure:
                context = ssl.create_default_context()
                context.wrap_socket(plain, server_hostname=self.target.host).close()

    def make_transport(self) -> HTTPAdapter:
        """Return a transport, which connects with its first request and keeps the connection as long as it can."""
        return HTTPAdapter()

    def ask(
        self,
        body: bytes | None,
        *,
        method: str = "POST",
        auth: str | None = None,
        transport: HTTPAdapter | None = None,
    ) -> Reply:
        """Send one request and return the reply; `auth` "" sends no auth header.

        It travels on a connection of its own, or on that of `transport`. Redirects are not followed.
        """
        headers = {"Content-Type": "application/json", "User-Agent": f"bikorders-try/{__version__}"}
        if value := self.auth.value if auth is None else auth:
            headers[self.auth.header] = value
        if transport:
            reply = self._send(transport, method, body, headers)
        else:
            with closing(self.make_transport()) as own:
                reply = self._send(own, method, body, headers)
        self.replies.append(reply)
        return reply

    def _send(
        self, transport: HTTPAdapter, method: str, body: bytes | None, headers: dict[str, str]
    ) -> Reply:
        started = self.clock()
        failure = ""
        try:
            request = requests.Request(method, self.target.url, headers, data=body).prepare()
            # Not through a session: it would look for passwords in .netrc, use a proxy and read redirects.
            with transport.send(
                request, stream=True, timeout=self._patience, verify=self._trusted
            ) as response:
                connection = response.raw.connection
                port = connection.sock.getsockname()[1] if connection and connection.sock else 0
                content = self._read(response, started)
            got = {name.lower(): value for name, value in response.headers.items()}
            if len(content) <= _LARGEST:
                return Reply(response.status_code, got, content, self.clock() - started, port)
            failure = f"an answer of more than {_LARGEST} bytes"
        except (requests.Timeout, ReadTimeoutError, TimeoutError):
            failure = f"no answer within {self._patience:g} s"
        except (OSError, HTTPError, ValueError) as error:
            failure = f"no answer that can be read ({type(error).__name__})"
        transport.close()
        return Reply(0, {}, b"", self.clock() - started, failure=failure)

    def _read(self, response: requests.Response, started: float) -> bytes:
        """Return the body, or its first bytes if it is too large. Raises `TimeoutError` if it takes too long."""
        content = b""
        while chunk := response.raw.read1(_LARGEST):
            content += chunk
            if len(content) > _LARGEST:
                break
            if self.clock() - started > self._patience:
                raise TimeoutError
        return content

    def hide(self, text: str) -> str:
        """Return a text without the auth header: a server may have repeated it."""
        secret = self.auth.value
        for part in (secret, secret.removeprefix(f"{self.auth.scheme} ")):
            text = text.replace(part, "…") if part else text
        return text
