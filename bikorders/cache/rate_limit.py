"""How many events may happen in a minute: the window that slides along, and a quota that counts with it."""

from bisect import bisect_right
from threading import Lock

from bikorders.cache.clock import Clock
from bikorders.errors import SourceUnavailable

MINUTE = 60.0


class SlidingWindow:
    """Counts the events of the last minute, at most `limit` of them; there is no limit if it is None.

    `now` is in seconds and must not go back from one call to the next. Not locked: its owner does that.
    """

    __slots__ = ("_limit", "_times")

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._times: list[float] = []  # a deque takes ten times the memory, and there may be one per address

    def add(self, now: float, count: int = 1) -> bool:
        """Count `count` events at once if all of them fit; return whether they did."""
        if self._limit is not None and self.count(now) + count > self._limit:
            return False
        self._times.extend([now] * count)
        return True

    def count(self, now: float) -> int:
        """Return how many events the last minute has."""
        del self._times[: bisect_right(self._times, now - MINUTE)]
        return len(self._times)

    def find_wait(self, now: float) -> float:
        """Return the seconds until one more event fits; 0 if it does now."""
        if self._limit is None or self.count(now) < self._limit:
            return 0
        return max(0, self._times[0] + MINUTE - now)


class Quota:
    """At most `limit` requests to a source in any minute; without limit if it is None.

    Safe to use from several threads: a lock of its own guards the window, and nothing else is locked meanwhile.
    """

    def __init__(self, limit: int | None, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._window = SlidingWindow(limit)

    def spend(self, count: int = 1) -> bool:
        """Take `count` if there is room for all of them; return whether there was."""
        with self._lock:
            return self._window.add(self._clock.now(), count)

    def charge(self) -> None:
        """Take one. Raises `SourceUnavailable` if there is no room."""
        if not self.spend():
            raise SourceUnavailable(
                "the reads of this minute are used up",
                "this passes; BIKORDERS_READS_PER_MINUTE sets how many",
            )

    def used(self) -> int:
        """Return how many were taken in the last minute."""
        with self._lock:
            return self._window.count(self._clock.now())
