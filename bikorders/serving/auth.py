"""Who may ask: the auth header, the password of the page, and a limit on wrong tries."""

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
"""Wrong secrets that an address may send in any minute."""

MOST_ADDRESSES = 10_000

_log = logging.getLogger("bikorders.throttle")


class Throttle:
    """Counts the wrong tries of each address for one secret, which the log calls `name`.

    `now` gives seconds that never go back. Safe to use from several threads: one lock guards all addresses.
    """

    def __init__(self, name: str, now: Callable[[], float]) -> None:
        self._name = name
        self._now = now
        self._lock = Lock()
        self._wrong: dict[str, SlidingWindow] = {}

    def find_wait(self, address: str) -> int:
        """Return the whole seconds after which the address may try again; 0 if it may now."""
        with self._lock:
            window = self._wrong.get(fold_address(address))
            return math.ceil(window.find_wait(self._now())) if window else 0

    def note_wrong(self, address: str) -> None:
        """Count a wrong secret; one line of the log says that it was one too many.

        Not for what is refused because of `find_wait`: who waits would have to wait longer for it.
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
    """Return the same text for all addresses that one person has: an IPv6 connection comes with a whole /64.

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
    """Raise 401, before anything of the request is read, unless the auth header is right.

    An address that was wrong too often gets 429 for a wrong one. The right one is let in even then: Bik may share
    its address with others, who must not lock it out, and what is long and random can't be guessed at any speed.
    """
    if not auth.header:
        return
    sent = bottle.request.environ.get("HTTP_" + auth.header.upper().replace("-", "_"), "")
    scheme, _, rest = sent.partition(" ")
    if auth.scheme and scheme.casefold() == auth.scheme.casefold():
        sent = f"{auth.scheme} {rest.strip()}"
    if not hmac.compare_digest(sent.encode("latin-1", "replace"), auth.value.encode()):
        address = bottle.request.environ.get("REMOTE_ADDR", "-")
        if wait := throttle.find_wait(address):
            raise bottle.HTTPError(429, **{"Retry-After": str(wait)})
        throttle.note_wrong(address)
        raise bottle.HTTPError(401, **{"WWW-Authenticate": auth.challenge})


LONGEST_TOKEN = 4096
"""Characters of user name and password as they are sent."""


def require_password(password: str, throttle: Throttle) -> None:
    """Raise 401 unless the password is sent, under any user name.

    An address that was wrong too often gets 429, even with the right one: a password that a person can remember
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
        # A browser asks without a password first. That is no guess, and must not lock out who knows it.
        if token:
            throttle.note_wrong(address)
        challenge = 'Basic realm="bikorders", charset="UTF-8"'
        raise bottle.HTTPError(401, **{"WWW-Authenticate": challenge})


def _read_password(token: str) -> str:
    """Return what follows the user name, normalized: one letter may be sent in two spellings.

    What is much longer than any password is not read: to normalize it could take seconds.

    >>> _read_password("YTpiOmM="), _read_password("?")
    ('b:c', '')
    """
    if len(token) > LONGEST_TOKEN:
        return ""
    try:
        return normalize("NFC", b64decode(token, validate=True).decode().partition(":")[2])
    except ValueError:
        return ""
