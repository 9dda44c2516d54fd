"""One request as Bik sends it, and what came back."""

from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from bikorders import __version__
from bikorders.bik.answer_checks import find_error
from bikorders.bik.auth import Auth

PATIENCE = 15.0
"""Seconds after which no answer is waited for any more."""
_LARGEST = 1024 * 1024
"""Bytes of an answer that are read."""


@dataclass(frozen=True)
class Target:
    """Where requests go. `shown` is the address without its query, in which people put secrets."""

    is_secure: bool
    host: str
    port: int | None
    path: str
    shown: str


def parse_target(text: str) -> Target:
    """Read the address of an endpoint.

    >>> parse_target("https://orders.example.com/getOrder").path
    '/getOrder'

    Raises `ValueError`, which does not repeat it: there may be a password in it.
    """
    message = "the address must be like https://orders.example.com/getOrder"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(message) from None
    if parts.scheme not in ("http", "https") or not host or not all("!" <= char <= "~" for char in text):
        raise ValueError(message)
    if parts.username is not None:
        raise ValueError("the address must hold no password; --auth takes it")
    path = parts.path or "/"
    shown = f"{parts.scheme}://{parts.netloc}{path}"
    return Target(
        parts.scheme == "https", host, port, path + (f"?{parts.query}" if parts.query else ""), shown
    )


class Reply(NamedTuple):
    """An answer, or why there is none. Header names are in lower case; `closes` tells of the connection."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    closes: bool = True
    failure: str = ""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def error(self) -> str:
        """What an error body says, in quotes."""
        reason = find_error(self.body)
        return f" “{reason}”" if reason else ""


class Bik:
    """Sends what Bik would, and worse, and remembers every answer."""

    def __init__(self, target: Target, auth: Auth, patience: float, clock: Callable[[], float]) -> None:
        self.target = target
        self.auth = auth
        self.replies: list[Reply] = []
        self.clock = clock
        self._patience = patience

    def make_connection(self) -> HTTPConnection:
        """Make a connection, which opens with its first request."""
        kind = HTTPSConnection if self.target.is_secure else HTTPConnection
        return kind(self.target.host, self.target.port, timeout=self._patience)

    def ask(
        self,
        body: bytes | None,
        *,
        method: str = "POST",
        auth: str | None = None,
        connection: HTTPConnection | None = None,
    ) -> Reply:
        """Send one request, on a connection of its own unless one is given; `auth` "" sends no auth header."""
        headers = {"Content-Type": "application/json", "User-Agent": f"bikorders-try/{__version__}"}
        if value := self.auth.value if auth is None else auth:
            headers[self.auth.header] = value
        started = self.clock()
        own = connection or self.make_connection()
        try:
            reply = self._exchange(own, method, body, headers, started)
        except TimeoutError:
            reply = self._fail(f"no answer within {self._patience:g} s", started)
        except (OSError, HTTPException, ValueError) as error:
            reply = self._fail(f"no answer that can be read ({type(error).__name__})", started)
        if reply.failure or not connection:
            own.close()
        self.replies.append(reply)
        return reply

    def _exchange(
        self,
        connection: HTTPConnection,
        method: str,
        body: bytes | None,
        headers: dict[str, str],
        started: float,
    ) -> Reply:
        connection.request(method, self.target.path, body, headers)
        response = connection.getresponse()
        content = b""
        while chunk := response.read1(_LARGEST):
            content += chunk
            if len(content) > _LARGEST:
                return self._fail(f"an answer of more than {_LARGEST} bytes", started)
            if self.clock() - started > self._patience:
                raise TimeoutError
        response.close()  # read1 leaves it open at the end, and the next request would be refused
        got = {name.lower(): value for name, value in response.getheaders()}
        closes = connection.sock is None  # http.client closes it where the server said that it will
        return Reply(response.status, got, content, self.clock() - started, closes)

    def _fail(self, why: str, started: float) -> Reply:
        return Reply(0, {}, b"", self.clock() - started, failure=why)

    def hide(self, text: str) -> str:
        """Take the auth header out of a text: a server may have repeated it."""
        secret = self.auth.value
        for part in (secret, secret.removeprefix(f"{self.auth.scheme} ")):
            text = text.replace(part, "…") if part else text
        return text
