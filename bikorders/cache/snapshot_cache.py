"""What requests ask of the copy of the sheet: the best snapshot there is, waiting for a better one where that helps.

One thread reads; requests wait for it, for a bounded time. What is answered:

    fresh    at most max_age old, counted from the moment its read was sent: answers at once
    old      older, and the source is not known to fail: the request waits for the next read
    stale    the source fails: the last good snapshot answers at once, until it is max_stale old
    down     the source fails and nothing young enough is left: the failure is the answer

    empty/fresh --time passes--> old --a read succeeds--> fresh
                                 old --a read fails-----> stale --too old--> down
                                 stale/down --a read succeeds--> fresh

While questions come close together, and for a while after, the next read begins before the snapshot is old, so that
nobody waits; a lone question waits for its own. After a failure the reads pause, longer each time. All time comes from the `Clock`.
"""

import random
from collections.abc import Callable

from bikorders.cache.cache_state import CacheState
from bikorders.cache.clock import Clock
from bikorders.cache.policy import Health, Policy, View
from bikorders.cache.rate_limit import Quota
from bikorders.cache.read_request import Need, ReadQuotas
from bikorders.cache.refresher import Read, Refresher
from bikorders.cache.tasks import TaskQueue
from bikorders.cache.watch import Watch
from bikorders.errors import SourceUnavailable
from bikorders.orders.snapshot import Snapshot
from bikorders.sheet.workbook import Workbook

EVIDENCE_FOR = 60.0
"""Seconds after a read for which it is evidence of how the service is, while nobody asks for an order."""

YOUNG = 1.0
"""Seconds; a read that began at most this long before a request may answer that something is not in the sheet."""


class SnapshotCache:
    """The latest snapshot of a source; `start` begins to read.

    `read` and `build` may raise any `BikordersError`; `quota` is what the source charges its requests to. The lock
    `changed` of the state guards all that requests share with the reading thread.
    """

    def __init__(
        self,
        read: Read,
        build: Callable[[Workbook, Snapshot | None], Snapshot],
        policy: Policy,
        clock: Clock,
        quota: Quota,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._quota = quota
        self._quotas = ReadQuotas(policy.spare, clock)
        self._state = CacheState(policy, clock, jitter)
        self.tasks = TaskQueue(self._state, policy, self._quotas)
        self.refresher = Refresher(read, build, policy, clock, self._state)

    def start(
        self, end: Callable[[], None] = lambda: None, tell_alive: Callable[[], None] = lambda: None
    ) -> None:
        """Begin to read when reads are due, to run tasks, and to watch over that, each in a thread of its own.

        `end` ends the process: it is called if nothing else helps. `tell_alive` is called about every minute while the
        reads are watched.
        """
        self.refresher.start()
        self.tasks.start()
        Watch(self.refresher, self._state, self._clock, end, tell_alive).start()

    def close(self) -> None:
        """Stop reading; a read that is under way is left to itself."""
        with self._state.changed:
            self._state.is_closed = True
            self._state.changed.notify_all()

    def now(self) -> float:
        """Return the time on the cache's clock, in seconds."""
        return self._clock.now()

    def get(self, since: float, need: Need | None = None) -> View:
        """Return the best view there is, for a request that came at `since`.

        Waits for a read where that can make the view better, until the deadline of that request. Raises the
        source's last error if there is nothing to answer from.
        """
        state = self._state
        held = state.last_good
        if (
            need is None
            and held
            and held.generation == state.generation
            and since - held.sent_at <= self._policy.max_age
        ):
            state.note_question(since)
            return View(held.snapshot, since - held.sent_at, is_fresh=True, certain=True)  # nearly always
        state.note_question(since)
        need = need or Need()
        with state.changed:
            certain = state.meets(need) or self._await(since + self._policy.deadline, need)
            return self._build_view(certain)

    def peek(self) -> View | None:
        """Return the last good view without waiting for a better one; None if there is none yet."""
        state = self._state
        with state.changed:
            if state.last_good is None:
                return None
            return View(state.last_good.snapshot, state.age(), state.is_fresh(), certain=False)

    def await_first(self) -> Snapshot | None:
        """Return what the first read brings, however long it takes; raise what it fails with; None after `close`.

        It counts as no question.
        """
        state = self._state
        with state.changed:
            while not state.is_closed:
                if state.last_good:
                    return state.last_good.snapshot
                if state.backoff.failure:
                    raise state.backoff.failure.error.again()
                self._clock.wait(state.changed, None)
            return None

    def look(self) -> View:
        """Return the view there is, be it old, as long as the source is not known to fail; raises as `get` does.

        It counts as no question and causes no read.
        """
        state = self._state
        with state.changed:
            if state.last_good and self._find_status() == "ok":
                return View(state.last_good.snapshot, state.age(), state.is_fresh(), certain=True)
            return self._build_view(certain=False)

    def await_read(self, since: float, seconds: float, names: bool = False) -> Snapshot | None:
        """Return what a read brought that began at or after `since`; None if there is none within `seconds`.

        It is one of the regular reads, which go on meanwhile: it costs no more of the quota, unless the tabs'
        `names` must have been read too.
        """
        state = self._state
        with state.changed:
            until = self._clock.now() + seconds
            if names:
                state.request(Need(names_since=since))
            with state.await_regular_read():
                while not state.is_closed:
                    held = state.last_good
                    if held and (held.names_at if names else held.sent_at) >= since:
                        return held.snapshot
                    if not state.wait_for_change(until):
                        break
            return None

    def mark_old(self) -> bool:
        """Let nobody answer from a read that began before now, as far as the quota reaches; so for the tabs' names.

        Return whether it reached; else the next regular read is the first that shows what changed.
        """
        state = self._state
        with state.changed:
            now = self._clock.now()
            # It takes the place of a regular read; of one that is tried again, which costs more, there is none.
            is_due = now - state.sent_at >= self._policy.interval and not state.backoff.failure
            if state.next_request is None and not is_due and not self._quotas.may_refresh():
                return False
            brings_names = state.next_request is not None and state.next_request.names
            with_names = not brings_names and self._quotas.may_read_names()
            state.generation += 1
            state.backoff.end_pause(now)
            state.request(Need(names_since=now) if with_names else Need())
            return True

    def read_again(self) -> Snapshot | None:
        """Return what a read brings that begins from now on; None if that fails or takes longer than a request may wait.

        All who wait share one read as `mark_old` allows it, or else the next regular one. They take places, as all
        requests that wait.
        """
        state = self._state
        with state.changed:
            came = self._clock.now()
            generation = state.generation if self.mark_old() else None
            if not state.has_place() or not state.is_worth_waiting():
                return None
            failed_reads = state.backoff.failed_reads
            with state.take_place(), state.await_regular_read():
                while True:
                    held = state.last_good
                    if held and (
                        held.sent_at >= came if generation is None else held.generation >= generation
                    ):
                        return held.snapshot
                    is_over = state.is_closed or state.backoff.failed_reads != failed_reads
                    if is_over or not state.wait_for_change(came + self._policy.deadline):
                        return None

    def seek_evidence(self) -> None:
        """Have the sheet read if it never was, or the last read is too old to say how the service is; it is no question.

        Waits for it within the deadline, unless the source is known to fail or was never read.
        """
        state = self._state
        with state.changed:
            now = self._clock.now()
            if state.age() <= EVIDENCE_FOR:
                return
            if state.last_good and not state.backoff.failure:
                need = Need(rows_since=now - EVIDENCE_FOR, is_urgent=False)
                self._await(now + self._policy.deadline, need)
            elif state.in_flight is None and state.next_request is None:
                state.request(Need(is_urgent=False))

    def look_again(self, since: float) -> None:
        """Have the sheet read if its last read began before `since`; it counts as no question, and nobody waits."""
        state = self._state
        with state.changed:
            held = state.last_good
            if held and held.sent_at < since and state.in_flight is None and state.next_request is None:
                state.request(Need(is_urgent=False))

    def get_health(self) -> Health:
        """Return how the service is by what is known, without asking the source."""
        state = self._state
        with state.changed:
            failure, held = state.backoff.failure, state.last_good
            status = self._find_status()
            error = failure.error if failure else None
            since = state.backoff.well_since
            if status == "starting":
                error = SourceUnavailable("the sheet is being read for the first time", "this passes")
            elif status != "ok":
                error = error or _build_too_late()
            if status != "ok":
                since = failure.since if failure else state.in_flight.sent_at if state.in_flight else None
            return Health(
                status,
                state.age() if held else None,
                held.snapshot.order_count if held else None,
                error,
                self._quota.used(),
                None if since is None else self._clock.now() - since,
                max(0.0, self._policy.max_stale - state.age()) if held else None,
            )

    def _find_status(self) -> str:
        state = self._state
        if not state.is_fresh() and (state.backoff.failure or state.is_late()):
            return "stale" if state.can_serve() else "down"
        return "ok" if state.last_good else "starting"

    def _await(self, until: float, need: Need) -> bool:
        """Wait for reads until the need is met; return whether what is held then may answer for certain."""
        state = self._state
        if not state.has_place() or not state.is_worth_waiting():
            return False
        failed_reads = state.backoff.failed_reads
        with state.take_place():
            while not state.meets(need):
                if self._clock.now() >= until or state.backoff.failed_reads != failed_reads:
                    return False
                if not state.is_coming(need):
                    if self._quotas.may_request(need, state.is_fresh()):
                        state.request(need)
                    elif need.wants_both:
                        need = need.without_names()
                        continue
                    else:
                        return need.tab is None and state.backoff.failure is None
                state.wait_for_change(until)
        return True

    def _build_view(self, certain: bool) -> View:
        state = self._state
        if state.last_good is None or not state.can_serve():
            failure = state.backoff.failure
            error = failure.error if failure else _build_too_late()
            raise type(error)(error.message, error.hint)
        return View(state.last_good.snapshot, state.age(), state.is_fresh(), certain)


def _build_too_late() -> SourceUnavailable:
    return SourceUnavailable("the sheet did not answer in time", "this passes")
