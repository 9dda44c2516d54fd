"""When the writer tries again after a failure: later each time, until something is written."""

import math

PAUSES = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds before the next try after a failure."""


class Pauses:
    """The pauses of one thread; `now` is the time on its clock."""

    def __init__(self) -> None:
        self._failures = 0
        self._until = -math.inf

    def find_left(self, now: float) -> float:
        """Return the seconds that are left of the pause; 0 or less if there is none."""
        return self._until - now

    def begin(self, now: float, seconds: float) -> float:
        """Begin a pause, and return how long it is."""
        self._until = now + seconds
        return seconds

    def note_failure(self, now: float, at_least: float = 0.0) -> float:
        """Begin a pause after a failure, and return how long it is."""
        self._failures += 1
        return self.begin(now, max(at_least, PAUSES[min(self._failures, len(PAUSES)) - 1]))

    def note_success(self) -> None:
        """Let the next pause be short again."""
        self._failures = 0
