"""How old an answer may be, how often the source may be read, and how the cache describes what it answers from."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from bikorders.errors import BikordersError, SettingsError
from bikorders.orders.snapshot import Snapshot

TOGETHER = 30.0
"""Seconds: questions that come closer than that come together. Reads go on for as long after the last of them.

Ahead of a question every 30 s, ten reads would be made for each; a lone one costs less than it gives if it waits for its own.
"""

TRIED_FOR = 900.0
"""Seconds after the last question for which a source that fails is tried again, so that the next one need not find that out."""

NAMES_AFTER_A_PAUSE = 600.0
"""Seconds after which a lone question has the tabs' names read too: what it lacks without them is asked for anyhow."""

NAMES_WHILE_NOBODY_ASKS = 1800.0
"""Seconds after which they are read where nobody waits. A renamed or deleted tab is noticed without; this finds new ones."""


class View(NamedTuple):
    """What a request may answer from.

    `age` is in seconds; `is_fresh` is False for a last good snapshot. Only a `certain` view may say that
    something is not in the sheet.
    """

    snapshot: Snapshot
    age: float
    is_fresh: bool
    certain: bool


@dataclass(frozen=True)
class Health:
    """The state of the service: `starting`, `ok`, `stale` or `down`; `age` and `orders` are None before the first read.

    `lasting` is for how many seconds it has been `ok`, or has not; None before the first read. `usable_for` is for how
    many more seconds the last good copy may be answered from; None without one.
    """

    status: str
    age: float | None
    orders: int | None
    failure: BikordersError | None
    reads_last_minute: int
    lasting: float | None = None
    usable_for: float | None = None


@dataclass(frozen=True)
class Policy:
    """The limits that the operator sets, in seconds; `reads_per_minute` is None where reads cost nothing (files)."""

    max_age: float = 5.0
    max_stale: float = 900.0
    deadline: float = 4.0
    reads_per_minute: int | None = 50
    waiting: int = 56
    """How many requests may wait at the same time."""
    watch: float = math.inf
    """Seconds after which the sheet is read also if nobody asks for an order."""

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
        """The seconds from one regular read to the next, counted from the moment each is sent.

        Where the age allows it, there are so few that each may find an edit, which costs a second request.
        """
        early = 0.6 * self.max_age
        if self.reads_per_minute is None:
            return early
        return min(self.max_age, max(early, 150 / self.reads_per_minute))

    @property
    def pause(self) -> float:
        """The seconds between two reads that only a pause in the questions explains: no regular one comes so late."""
        return max(10.0, 2 * self.max_age)

    @property
    def names_every(self) -> float:
        """The seconds after which the tabs' names are read again without a reason."""
        return 60.0 if self.spare == 0 else 30.0

    @property
    def spare(self) -> int | None:
        """How many reads a minute the regular ones leave, or None; eight are kept for the tabs' names, and for edits."""
        if self.reads_per_minute is None:
            return None
        return max(0, self.reads_per_minute - math.ceil(60 / self.interval) - 8)
