"""Who guesses? Counts the wrong secrets that each address sends, within a minute that slides along.

Memory is bounded: of too many addresses, those that were wrong the longest ago are forgotten.
"""

import ipaddress
import logging
import math
from collections.abc import Callable
from threading import Lock

LIMIT = 20
"""So many may come from an address in any minute."""

MOST_ADDRESSES = 10_000

_MINUTE = 60.0

_log = logging.getLogger("bikorders.throttle")


class Throttle:
    """Counts for one secret, which the log calls `name`. `now` gives seconds that never go back.

    Safe to use from several threads.
    """

    def __init__(self, name: str, now: Callable[[], float]) -> None:
        self._name = name
        self._now = now
        self._lock = Lock()
        self._wrong: dict[str, list[float]] = {}

    def find_wait(self, address: str) -> int:
        """Give the whole seconds after which the address may try again; 0 if it may now."""
        with self._lock:
            times = self._wrong.get(fold_address(address), [])
            return 0 if len(times) < LIMIT else max(0, math.ceil(times[0] + _MINUTE - self._now()))

    def note_wrong(self, address: str) -> None:
        """Count a wrong secret; one line of the log says that it was one too many.

        Not for what is refused because of `find_wait`: who waits would have to wait longer for it.
        """
        now, key = self._now(), fold_address(address)
        with self._lock:
            times = [at for at in self._wrong.pop(key, []) if at > now - _MINUTE]
            self._wrong[key] = [*times, now][:LIMIT]  # last: the first are the first to be forgotten
            if len(self._wrong) > MOST_ADDRESSES:
                del self._wrong[next(iter(self._wrong))]
        if len(times) + 1 == LIMIT:
            _log.warning("%s sent a wrong %s too often and is refused for a minute", key, self._name)


def fold_address(address: str) -> str:
    """Make addresses equal that one person has: an IPv6 connection comes with a whole /64.

    >>> fold_address("2001:db8::7"), fold_address("::ffff:192.0.2.1"), fold_address("192.0.2.1")
    ('2001:db8::/64', '192.0.2.1', '192.0.2.1')
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ascii(address[:80])
    found = getattr(found, "ipv4_mapped", None) or found
    return str(found if found.version == 4 else ipaddress.ip_network((found, 64), strict=False))
