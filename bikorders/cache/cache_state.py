"""What requests and the reading thread share, under one lock: the last good snapshot and the reads to come."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition

from bikorders.cache.backoff import Backoff
from bikorders.cache.clock import Clock
from bikorders.cache.policy import TOGETHER, TRIED_FOR, Policy
from bikorders.cache.read_request import Need, ReadRequest
from bikorders.orders.snapshot import Snapshot


@dataclass(frozen=True)
class LastGood:
    """The last good snapshot, and when the reads of its rows and of the tabs' names were sent."""

    snapshot: Snapshot
    sent_at: float
    names_at: float
    generation: int


@dataclass(frozen=True)
class InFlight:
    """The read that is under way; `together` if it is the first, or the first after a pause, and somebody waits for it."""

    request: ReadRequest
    sent_at: float
    generation: int
    together: bool = False


class CacheState:
    """Is what is held good enough, and will the next read make it so?

    `changed` is the lock that guards every attribute and the `backoff`; whoever waits for a change is notified.
    Whoever calls a method holds it, but for `note_question`. Without it, `SnapshotCache.get` looks at `last_good` and
    `generation`, and the reading thread looks at `last_good`, which it alone replaces: each is one value, read or
    written at once.
    """

    def __init__(self, policy: Policy, clock: Clock, jitter: Callable[[], float]) -> None:
        self._policy = policy
        self._clock = clock
        self.changed = Condition()
        self.last_good: LastGood | None = None
        self.generation = 0
        """Grows when the sheet is known to have changed; a read that was sent in an earlier one is not fresh."""
        self.next_request: ReadRequest | None = None
        """What somebody waits for; None if only the regular read is to come."""
        self.in_flight: InFlight | None = None
        self.sent_at = -math.inf
        """When the last read was sent, whatever became of it."""
        self.backoff = Backoff(jitter)
        self.waiting = 0
        """How many requests wait, be it for a read or for a task."""
        self.asked_at = -math.inf
        """When the last question came."""
        self.ahead_until = -math.inf
        """Until when reads go on before anybody waits for one."""
        self.awaited = 0
        """How many wait for the next regular read, whenever it comes."""
        self.is_closed = False

    def note_question(self, at: float) -> None:
        """Note a question that came at `at`; reads go on if it was not alone.

        Whoever asks before anything was read was kept waiting by the start, and is not the only one. Called without the
        lock: what it sets is one value each, and the reading thread is woken only when the first of several come.
        """
        before, self.asked_at = self.asked_at, at
        if at == before or (at - before >= TOGETHER and self.last_good is not None):
            return
        was_ahead = at < self.ahead_until
        self.ahead_until = at + TOGETHER
        if not was_ahead:
            with self.changed:
                self.changed.notify_all()

    def reads_ahead(self) -> bool:
        """Return whether reads go on before anybody waits for one."""
        now = self._clock.now()
        is_awaited = self.last_good is None or now - self.asked_at < TRIED_FOR
        is_tried = self.backoff.failure is not None and is_awaited
        return is_tried or self.awaited > 0 or now < self.ahead_until

    @contextmanager
    def take_place(self) -> Iterator[None]:
        """Count the caller among those who wait."""
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

    @contextmanager
    def await_regular_read(self) -> Iterator[None]:
        """Let the regular reads go on while the caller waits for the next one."""
        self.awaited += 1
        self.changed.notify_all()
        try:
            yield
        finally:
            self.awaited -= 1

    def has_place(self) -> bool:
        """Return whether one more request may wait; the other threads of the server answer what needs no wait."""
        return self.waiting < self._policy.waiting

    def wait_for_change(self, until: float) -> bool:
        """Wait, with the lock held, until something changes; return whether there was time left to wait."""
        left = until - self._clock.now()
        if left > 0:
            self._clock.wait(self.changed, left)
        return left > 0

    # The snapshot that is held

    def age(self) -> float:
        """Return the seconds since the last good read was sent; infinite if there was none."""
        return self._clock.now() - self.last_good.sent_at if self.last_good else math.inf

    def is_fresh(self) -> bool:
        """Return whether the last good snapshot may answer as if it were read now."""
        held = self.last_good
        return held is not None and self.age() <= self._policy.max_age and held.generation == self.generation

    def can_serve(self) -> bool:
        """Return whether the last good snapshot may answer at all."""
        return self.is_fresh() or self.age() <= self._policy.max_stale

    def meets(self, need: Need) -> bool:
        """Return whether the last good snapshot is fresh and has all that is needed."""
        held = self.last_good
        return (
            held is not None
            and self.is_fresh()
            and held.sent_at >= need.rows_since
            and held.names_at >= need.names_since
            and need.tab not in held.snapshot.workbook.unread
        )

    # The reads to come

    def request(self, need: Need) -> None:
        """Make the next read begin as soon as possible, and bring what is needed."""
        self.next_request = (self.next_request or ReadRequest()).merge(need.build_request())
        self.changed.notify_all()

    def is_coming(self, need: Need) -> bool:
        """Return whether the read under way, or the one requested next, will meet the need."""
        lacking, flight = self._find_lacking(need), self.in_flight
        if self.next_request is not None and self.next_request.covers(lacking):
            return True
        return (
            flight is not None
            and flight.request.covers(lacking)
            and flight.generation == self.generation
            and flight.sent_at >= need.rows_since
            and (not lacking.names or flight.sent_at >= need.names_since)
        )

    def _find_lacking(self, need: Need) -> ReadRequest:
        """Return what of the need the last good snapshot does not have yet."""
        held = self.last_good
        names = need.names_since > (held.names_at if held else -math.inf)
        is_unread = held is not None and need.tab in held.snapshot.workbook.unread
        return ReadRequest(names, need.build_request().tabs if is_unread else frozenset())

    def is_late(self) -> bool:
        """Return whether the read under way has lasted longer than a request may wait."""
        flight = self.in_flight
        return flight is not None and self._clock.now() - flight.sent_at > self._policy.deadline

    def is_worth_waiting(self) -> bool:
        """Return whether a read may bring something in time.

        Not in a pause after a failure; and not while a failing source is tried again, or while the read under way is
        late, if there is something to answer from.
        """
        failure, flight = self.backoff.failure, self.in_flight
        if failure is not None:
            return not self.can_serve() if flight is not None else self._clock.now() >= failure.retry_at
        return not (self.is_late() and self.can_serve())
