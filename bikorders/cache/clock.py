"""Where time comes from: handed in, so that tests can set it."""

from threading import Condition
from time import monotonic
from typing import Protocol


class Clock(Protocol):
    """Tells the time, and waits until it has passed."""

    def now(self) -> float:
        """Return the seconds since some fixed moment; never goes back."""
        ...

    def wait(self, condition: Condition, seconds: float | None) -> None:
        """Wait on a held condition, for ever if `seconds` is None; may return early."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Return the seconds since some fixed moment; never goes back."""
        return monotonic()

    def wait(self, condition: Condition, seconds: float | None) -> None:
        """Wait on a held condition, for ever if `seconds` is None."""
        condition.wait(seconds)
