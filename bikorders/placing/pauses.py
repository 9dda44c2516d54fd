"""When a thread tries again after a failure: later each time, until it succeeds."""

import math
from collections.abc import Sequence


class Pauses:
    """The pauses of one thread; `steps` are the seconds after the first failure, the second and so on, `now` is the time on its clock."""

    def __init__(self, steps: Sequence[float]) -> None:
        self._steps = steps
        self._failures = 0
        self._until = -math.inf

    def find_left(self, now: float) -> float:
        """Return the seconds that are left of the pause; 0 or less if there is none."""
        return self._until - now

    def begin(self, now: float, seconds: float) -> float:
        """Begin a pause, and return how long it is."""
        self._until = now + seconds
        return seconds

    @property
    def is_failing(self) -> bool:
        """Whether nothing has succeeded since the last failure."""
        return self._failures > 0

    def note_failure(self, now: float, at_least: float = 0.0) -> float:
        """Begin a pause after a failure, and return how long it is."""
        self._failures += 1
        return self.begin(now, max(at_least, self._steps[min(self._failures, len(self._steps)) - 1]))

    def note_success(self) -> None:
        """Let the next pause be short again."""
        self._failures = 0
