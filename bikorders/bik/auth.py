"""The auth header that Bik sends: its name and value, and where none is needed."""

import ipaddress
from base64 import b64encode
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Auth:
    """The header that a request must carry. `value` holds the `secret`; "" for all means none is asked for.

    `scheme` is what `value` begins with where its case does not matter (RFC 9110, 11.1).
    """

    header: str = ""
    value: str = field(default="", repr=False)
    challenge: str = ""
    scheme: str = ""
    secret: str = field(default="", repr=False)


def parse_auth(text: str) -> Auth:
    """none, bearer:TOKEN, basic:USER:PASSWORD or header:NAME:VALUE"""
    scheme, _, rest = text.strip().partition(":")
    first, _, second = rest.partition(":")
    if not text.isascii() or any(not " " <= char <= "~" for char in text.strip()):
        raise ValueError
    match scheme.casefold():
        case "none" if not rest:
            return Auth()
        case "bearer" if rest.strip():
            token = rest.strip()
            return Auth("Authorization", f"Bearer {token}", "Bearer", "Bearer", token)
        case "basic" if first and second:
            token = b64encode(f"{first}:{second}".encode()).decode()
            return Auth("Authorization", f"Basic {token}", 'Basic realm="bikorders"', "Basic", second)
        case "header" if first.strip().replace("-", "").isalnum() and second.strip():
            return Auth(first.strip(), second.strip(), 'ApiKey realm="bikorders"', secret=second.strip())
    raise ValueError


def is_loopback(host: str) -> bool:
    """Return whether a host, a name or an address, can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
