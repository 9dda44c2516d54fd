"""The address of the endpoint that `try` sends its requests to."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Target:
    """Where requests go. `shown` is the address without its query, in which people put secrets."""

    url: str
    is_secure: bool
    host: str
    port: int
    path: str
    shown: str


def parse_target(text: str) -> Target:
    """Return the target at the address of an endpoint.

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
    is_secure = parts.scheme == "https"
    path = parts.path or "/"
    shown = f"{parts.scheme}://{parts.netloc}{path}"
    url = f"{shown}?{parts.query}" if parts.query else shown
    return Target(url, is_secure, host, port or (443 if is_secure else 80), path, shown)
