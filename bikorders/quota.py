"""How often may the source be read, and by whose clock?"""

import math
from collections import deque
from dataclasses import dataclass
from threading import Condition, Lock
from time import monotonic
from typing import Protocol

from bikorders.errors import SettingsError, SourceUnavailable


class Clock(Protocol):
    """Where time comes from, so that tests can crank it by hand."""

    def now(self) -> float:
        """Give the seconds since some fixed moment; never goes back."""
        ...

    def wait(self, condition: Condition, seconds: float | None) -> None:
        """Wait on a held condition, for ever if `seconds` is None; may return early."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        return monotonic()

    def wait(self, condition: Condition, seconds: float | None) -> None:
        condition.wait(seconds)


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


@dataclass(frozen=True)
class Policy:
    """The numbers, in seconds; `reads_per_minute` is None where reads cost nothing (files)."""

    max_age: float = 5.0
    max_stale: float = 900.0
    deadline: float = 4.0
    reads_per_minute: int | None = 50
    waiting: int = 56
    """So many requests may wait at the same time."""

    def __post_init__(self) -> None:
        """Raise `SettingsError` if the reads that the age asks for are more than those that are allowed."""
        needed = math.ceil(60 / self.max_age) + 1
        if self.reads_per_minute is not None and needed > self.reads_per_minute:
            raise SettingsError(
                f"BIKORDERS_MAX_AGE of {self.max_age:g} s needs {needed} reads a minute, more than the "
                f"{self.reads_per_minute} of BIKORDERS_READS_PER_MINUTE",
                "raise one of them; Google allows 60 reads a minute",
            )

    @property
    def interval(self) -> float:
        """How long after a read was sent the next one begins, while requests come."""
        early = 0.6 * self.max_age
        if self.reads_per_minute is None:
            return early
        return min(self.max_age, max(early, 75 / self.reads_per_minute))

    @property
    def spare(self) -> int | None:
        """How many reads a minute the regular ones leave; three are for names and for tabs that went."""
        if self.reads_per_minute is None:
            return None
        return max(0, self.reads_per_minute - math.ceil(60 / self.interval) - 3)
