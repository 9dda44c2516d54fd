"""How often may the source be read, and by whose clock?"""

from collections import deque
from threading import Lock

from bikorders.cache.clock import Clock
from bikorders.errors import SourceUnavailable


class Quota:
    """At most `limit` in any minute that slides along; without end if it is None."""

    def __init__(self, limit: int | None, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = Lock()
        self._spent: deque[float] = deque()

    def spend(self, count: int = 1) -> bool:
        """Take `count` if there is room for all of them; say whether there was."""
        if self._limit is not None and self.used() + count > self._limit:
            return False
        self._spent.extend([self._clock.now()] * count)
        return True

    def charge(self) -> None:
        """Take one. Raises `SourceUnavailable` if there is no room."""
        if not self.spend():
            raise SourceUnavailable(
                "the reads of this minute are used up",
                "this passes; BIKORDERS_READS_PER_MINUTE sets how many",
            )

    def used(self) -> int:
        """Say how many were taken in the last minute."""
        horizon = self._clock.now() - 60
        with self._lock:
            while self._spent and self._spent[0] <= horizon:
                self._spent.popleft()
            return len(self._spent)
