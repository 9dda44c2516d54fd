"""Checks of the auth header and of the page's password, with a limit for wrong ones."""

import hmac
import ipaddress
import logging
import math
from base64 import b64decode
from collections.abc import Callable
from threading import Lock
from unicodedata import normalize

import bottle

from bikorders.bik.auth import Auth
from bikorders.cache.rate_limit import SlidingWindow

LIMIT = 20
"""Wrong secrets from an address in any minute; more are refused."""

MOST_ADDRESSES = 10_000
"""Addresses that are remembered; beyond, the one that was wrong the longest ago is forgotten."""

_log = logging.getLogger("bikorders.throttle")


class Throttle:
    """Counts the wrong tries of one secret, which the log calls `name`. `now` is a clock that never goes back.

    `now` gives seconds that never go back. Safe to use from several threads: one lock guards all addresses.
    """

    def __init__(self, name: str, now: Callable[[], float]) -> None:
        self._name = name
        self._now = now
        self._lock = Lock()
        self._wrong: dict[str, SlidingWindow] = {}

    def find_wait(self, address: str) -> int:
        """Return the whole seconds until the address may try again; 0 if it may now."""
        with self._lock:
            window = self._wrong.get(fold_address(address))
            return math.ceil(window.find_wait(self._now())) if window else 0

    def note_wrong(self, address: str) -> None:
        """Count a wrong secret; the log gets one line when the limit is reached.

        Not for tries that `find_wait` refused: they must not make the wait longer.
        """
        key = fold_address(address)
        with self._lock:
            now = self._now()
            window = self._wrong.pop(key, None) or SlidingWindow(LIMIT)
            self._wrong[key] = window  # last: the first are the first to be forgotten
            is_the_last = window.add(now) and window.count(now) == LIMIT
            if len(self._wrong) > MOST_ADDRESSES:
                del self._wrong[next(iter(self._wrong))]
        if is_the_last:
            _log.warning("%s sent a wrong %s too often and is refused for a minute", key, self._name)


def fold_address(address: str) -> str:
    """Return what tries are counted by: the IPv4 address, or the /64 network that one IPv6 customer has.

    >>> fold_address("2001:db8::7"), fold_address("::ffff:192.0.2.1"), fold_address("192.0.2.1")
    ('2001:db8::/64', '192.0.2.1', '192.0.2.1')
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ascii(address[:80])
    found = getattr(found, "ipv4_mapped", None) or found
    return str(found if found.version == 4 else ipaddress.ip_network((found, 64), strict=False))


def require_auth(auth: Auth, throttle: Throttle) -> None:
    """Raise a 401 before the body is read if the auth header is not right.

    An address that was wrong too often gets 429 for a wrong one. The right one is accepted even then: Bik may share
    its address with others, who must not lock it out, and a long random secret can't be guessed at any speed.
    """
    if not has_auth(auth):
        address = bottle.request.environ.get("REMOTE_ADDR", "-")
        if wait := throttle.find_wait(address):
            raise bottle.HTTPError(429, **{"Retry-After": str(wait)})
        throttle.note_wrong(address)
        raise bottle.HTTPError(401, **{"WWW-Authenticate": auth.challenge})


def has_auth(auth: Auth) -> bool:
    """Return whether the request has the right auth header, or needs none."""
    if not auth.header:
        return True
    sent = bottle.request.environ.get("HTTP_" + auth.header.upper().replace("-", "_"), "")
    scheme, _, rest = sent.partition(" ")
    if auth.scheme and scheme.casefold() == auth.scheme.casefold():
        sent = f"{auth.scheme} {rest.strip()}"
    return hmac.compare_digest(sent.encode("latin-1", "replace"), auth.value.encode())


LONGEST_TOKEN = 4096
"""Characters of user name and password as they are sent."""


def require_password(password: str, throttle: Throttle) -> None:
    """Raise a 401 if the password is not sent; the user name does not matter.

    An address that was wrong too often gets 429, even for the right one: a password that a person can remember
    could be guessed otherwise.
    """
    if not password:
        return
    address = bottle.request.environ.get("REMOTE_ADDR", "-")
    if wait := throttle.find_wait(address):
        raise bottle.HTTPError(429, **{"Retry-After": str(wait)})
    scheme, _, token = bottle.request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    sent = _read_password(token.strip()) if scheme.casefold() == "basic" else ""
    if not hmac.compare_digest(sent.encode(), password.encode("utf-8", "replace")):
        # A browser first asks without a password. That is no guess, and must not lock its user out.
        if token:
            throttle.note_wrong(address)
        challenge = 'Basic realm="bikorders", charset="UTF-8"'
        raise bottle.HTTPError(401, **{"WWW-Authenticate": challenge})


def _read_password(token: str) -> str:
    """Return the password of a Basic token, with letters in one spelling (NFC); "" for what can't be read.

    A token longer than `LONGEST_TOKEN` is not read: to normalize it could take seconds.

    >>> _read_password("YTpiOmM="), _read_password("?")
    ('b:c', '')
    """
    if len(token) > LONGEST_TOKEN:
        return ""
    try:
        return normalize("NFC", b64decode(token, validate=True).decode().partition(":")[2])
    except ValueError:
        return ""
