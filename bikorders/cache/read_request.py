"""What is wanted of the next read."""

import math
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Need:
    """What a request asks of a snapshot beyond being fresh.

    The reads of rows and of the tabs' names must have begun at or after these times, on the cache's clock;
    `tab` must be among those read.
    """

    rows_since: float = -math.inf
    names_since: float = -math.inf
    tab: str | None = None


@dataclass
class ReadRequest:
    """What the next read must bring, because somebody waits for it."""

    names: bool = False
    tabs: set[str] = field(default_factory=set)
