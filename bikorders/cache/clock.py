"""Time, handed in so that tests can turn it."""

from threading import Condition
from time import monotonic
from typing import Protocol


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
