"""What rings now? Pure: what is known goes in, what to say comes out, and `Memory` keeps what was said.

All times are in seconds on one clock, which counts as Unix time does.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from bikorders.alarm.wording import (
    Message,
    join_messages,
    tell_cells,
    tell_end,
    tell_outage,
    tell_parked,
    tell_that_cells_stay,
    tell_waiting,
)
from bikorders.errors import BikordersError
from bikorders.merchant.report_entries import Cost, Entry

STAYS = 180.0
"""Seconds that a mistake or a failure stays before anybody is called: they may be typing."""

DOWN_AFTER = 15.0
"""Seconds after which it is told that Bik gets no answers; shorter ones pass while the machine starts."""

WAITS = 600.0
"""Seconds after which an order from Bik should be in the sheet."""

APART = 300.0
"""Seconds from one message about cells to the next."""

DAY = 86_400.0

_MOST_TOLD = 20_000
"""Cells that are remembered as told; of those that are well by now the oldest are forgotten first."""

_LEVELS = ("", "stale", "down")


@dataclass(frozen=True)
class Facts:
    """What is known at a moment. `cells` need fixing, by their keys, as a read that began at `read_at` shows them.

    `cells` is None if they were not checked now, and `parked` if nothing is known of Bik's orders. `failing_for` is for how long the sheet can't be read; `waiting_since`
    is when the oldest order that waits came.
    """

    at: float
    status: str
    failing_for: float = 0.0
    failure: BikordersError | None = None
    cells: Mapping[str, Entry] | None = None
    read_at: float = 0.0
    parked: Sequence[str] | None = None
    waiting: int = 0
    waiting_since: float | None = None


@dataclass
class Memory:
    """What was told, also before a restart. `told` holds keys of cells, the oldest first."""

    told: list[str] = field(default_factory=list)
    told_at: float | None = None
    """When cells were told last."""
    counted_at: float | None = None
    """When it was told how many cells there are, or since when there are some; None if none are left."""
    outage: str = ""
    """The worst that was told of the outage that lasts."""
    outage_since: float = 0.0
    parked: list[str] = field(default_factory=list)
    told_waiting: bool = False


def key_cells(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Return the entries that keep something from customers, by what tells each from all others.

    A row that moves stays the same one as long as its order, its header and its text do. The keys don't show them.
    """
    keyed: dict[str, Entry] = {}
    counts: Counter[tuple[str, ...]] = Counter()
    for entry in entries:
        if entry.cost is Cost.NOTHING:
            continue
        problem = entry.problem
        place = (entry.order, entry.header) if entry.order else (problem.cell,)
        words = (problem.code, problem.tab, problem.text, *place)
        key = blake2b("\0".join((*words, str(counts[words]))).encode("utf-8", "replace"), digest_size=12)
        counts[words] += 1
        keyed[key.hexdigest()] = entry
    return keyed


class Rules:
    """Decides what rings; `memory` is changed by what it decides. When a cell was first seen wrong is not kept."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._seen: dict[str, float] = {}

    def decide(self, facts: Facts, *, may_tell_cells: bool = True) -> Message | None:
        """Return what rings now, all in one message; None if nothing does."""
        messages = [*self._decide_outage(facts), *self._decide_orders(facts)]
        if facts.cells is not None:
            messages += self._decide_cells(facts, facts.cells, may_tell_cells=may_tell_cells)
        return join_messages(messages)

    def find_second_look(self, at: float) -> float | None:
        """Return since when a read must have begun that shows whether a mistake has stayed; None if none is wanted."""
        told = set(self.memory.told)
        due = [seen + STAYS for key, seen in self._seen.items() if key not in told and seen + STAYS <= at]
        return max(due, default=None)

    def _decide_outage(self, facts: Facts) -> list[Message]:
        memory = self.memory
        if facts.status == "ok":
            if not memory.outage:
                return []
            memory.outage = ""
            return [tell_end(max(0.0, facts.at - memory.outage_since))]
        after = {"stale": STAYS, "down": DOWN_AFTER}.get(facts.status)
        if after is None or facts.failing_for < after:
            return []
        if _LEVELS.index(facts.status) <= _LEVELS.index(memory.outage):
            return []
        if not memory.outage:
            memory.outage_since = facts.at - facts.failing_for
        memory.outage = facts.status
        return [tell_outage(facts.status, facts.at - memory.outage_since, facts.failure)]

    def _decide_orders(self, facts: Facts) -> list[Message]:
        if facts.parked is None:
            return []
        memory, messages = self.memory, []
        if new := [order_id for order_id in facts.parked if order_id not in memory.parked]:
            messages.append(tell_parked(new))
        memory.parked = list(facts.parked)
        lasting = 0.0 if facts.waiting_since is None else facts.at - facts.waiting_since
        is_long = facts.waiting > 0 and lasting > WAITS
        if is_long and not memory.told_waiting:
            messages.append(tell_waiting(facts.waiting, lasting))
        memory.told_waiting = is_long
        return messages

    def _decide_cells(
        self, facts: Facts, cells: Mapping[str, Entry], *, may_tell_cells: bool
    ) -> list[Message]:
        memory, told = self.memory, set(self.memory.told)
        self._seen = {key: self._seen.get(key, facts.read_at) for key in cells}
        if memory.counted_at is not None and told.isdisjoint(cells):
            memory.counted_at = None
        new = [key for key in cells if key not in told and facts.read_at - self._seen[key] >= STAYS]
        staying = sum(key in told for key in cells)
        is_daily = memory.counted_at is not None and _has_passed(memory.counted_at, DAY, facts.at)
        if not (new or is_daily) or not may_tell_cells:
            return []
        if memory.told_at is not None and not _has_passed(memory.told_at, APART, facts.at):
            return []
        memory.told_at = facts.at
        if is_daily or memory.counted_at is None:
            memory.counted_at = facts.at
        if not new:
            return [tell_that_cells_stay(staying)]
        memory.told = _forget([*memory.told, *new], cells)
        return [tell_cells([cells[key] for key in new], staying + len(new))]


def _has_passed(since: float, seconds: float, at: float) -> bool:
    """Return whether so many seconds have passed; also if the machine's clock was wrong and `since` is yet to come."""
    return not 0 <= at - since < seconds


def _forget(told: list[str], cells: Mapping[str, Entry]) -> list[str]:
    """Return the keys without the oldest of cells that are well, if there are too many."""
    extra = len(told) - _MOST_TOLD
    if extra <= 0:
        return told
    old = [key for key in told if key not in cells][:extra]
    dropped = set(old)
    return [key for key in told if key not in dropped]
