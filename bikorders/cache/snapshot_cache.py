"""Is the snapshot fresh enough for this request, and when is the source read again?

One thread reads; requests wait for it, for a bounded time. The states, for the one who asks:

    fresh    at most max_age old, counted from the moment its read was sent: answers at once
    old      older, and the source is not known to fail: the request waits for the next read
    stale    the source fails: the last good snapshot answers at once, until it is max_stale old
    down     the source fails and nothing young enough is left: the failure is the answer

    empty/fresh --time passes--> old --a read succeeds--> fresh
                                 old --a read fails-----> stale --too old--> down
                                 stale/down --a read succeeds--> fresh

While requests come, and for a while after, the next read begins before the snapshot is old, so that nobody
waits. After a failure the reads pause, longer each time. All time comes from the `Clock`.
"""

import logging
import math
import random
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Protocol

from bikorders.cache.clock import Clock
from bikorders.cache.gc_pause import Courtesy
from bikorders.cache.policy import Health, Policy, View
from bikorders.cache.rate_limit import Quota
from bikorders.cache.read_request import Need, ReadRequest
from bikorders.errors import BikordersError, SheetUnusable, SourceUnavailable
from bikorders.orders.snapshot import Snapshot
from bikorders.sheet.workbook import Workbook

WARM_FOR = 900.0
"""Seconds after the last request in which the snapshot is kept fresh."""

LONGEST_PAUSE = 30.0
"""Seconds; the pauses after failures start with one and double up to this."""

NAMES_EVERY = 60.0
"""Seconds after which the tabs' names are read again without a reason."""

YOUNG = 1.0
"""Seconds; a read that began so shortly before a request may answer that something is not in the sheet."""

CONFIRM_LOSS = 10.0
"""Seconds between the two reads that must both miss something before it counts as deleted."""

_log = logging.getLogger("bikorders.cache")


@dataclass(frozen=True)
class _Held:
    snapshot: Snapshot
    sent_at: float
    names_at: float
    generation: int


@dataclass(frozen=True)
class InFlight:
    sent_at: float
    names: bool
    tabs: frozenset[str]
    generation: int


@dataclass(frozen=True)
class _Failure:
    error: BikordersError
    since: float
    tries: int
    retry_at: float


@dataclass
class Task:
    """Something small that the reading thread does between two reads; `result` counts once it is `done`."""

    run: Callable[[], str | None]
    done: bool = False
    result: str | None = None


class Read(Protocol):
    """Reads the workbook, the tabs' names too if `names`; `tabs` must travel from now on."""

    def __call__(self, tabs: Collection[str] = (), names: bool = False) -> Workbook: ...


class SnapshotCache:
    """The latest snapshot of a source, and the reads that keep it fresh; `start` begins to read.

    `read` and `build` may raise any `BikordersError`; `quota` is what the source charges its requests to.
    """

    def __init__(
        self,
        read: Read,
        build: Callable[[Workbook], Snapshot],
        policy: Policy,
        clock: Clock,
        quota: Quota,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._read = read
        self._build = build
        self._policy = policy
        self._clock = clock
        self._quota = quota
        self._jitter = jitter
        share = None if policy.spare is None else policy.spare // 4
        self._new_rows, self._new_tabs, self._marks, self._extras = (Quota(share, clock) for _ in range(4))
        self._courtesy = Courtesy()
        self._changed = Condition()
        self._held: _Held | None = None
        self._order: ReadRequest | None = None
        self._flight: InFlight | None = None
        self._failure: _Failure | None = None
        self._failures = 0
        self._errands: dict[Hashable, Task] = {}
        self._loss: str | None = None
        self._lost_at: float | None = None
        self._generation = 0
        self._waiting = 0
        self._last_request = -math.inf
        self._is_closed = False
        self._is_down = False
        self._well_since: float | None = None

    def start(self) -> None:
        """Begin to read when reads are due, in one thread of its own."""
        Thread(target=self._run, name="refresh", daemon=True).start()

    def close(self) -> None:
        """Stop reading; a read that is under way is left to itself."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    # What requests ask

    def now(self) -> float:
        return self._clock.now()

    def get(self, since: float, need: Need | None = None) -> View:
        """Give the best view there is, for a request that came at `since`.

        Waits for a read where that can make the view better, until the deadline of that request. Raises the
        source's last error if there is nothing to answer from.
        """
        held = self._held
        if (
            need is None
            and held
            and held.generation == self._generation
            and since - held.sent_at <= self._policy.max_age
        ):
            self._last_request = since
            return View(held.snapshot, since - held.sent_at, is_fresh=True, certain=True)  # nearly always
        self._last_request = self._clock.now()
        need = need or Need()
        with self._changed:
            certain = self._meets(need) or self._await(since + self._policy.deadline, need)
            return self._build_view(certain)

    def peek(self) -> View | None:
        """Give the last good view without waiting for a better one; None if there is none yet."""
        with self._changed:
            return (
                View(self._held.snapshot, self._age(), self._is_fresh(), certain=False)
                if self._held
                else None
            )

    def await_read(self, since: float, seconds: float, names: bool = False) -> Snapshot | None:
        """Give what a read brought that began at or after `since`; None if there is none within `seconds`.

        It is one of the regular reads, which this keeps going: it costs no more of the quota, unless the tabs'
        `names` must have been read too.
        """
        with self._changed:
            until = self._clock.now() + seconds
            self._last_request = self._clock.now()
            if names:
                self._request(Need(names_since=since))
            self._changed.notify_all()
            while not self._is_closed and (
                self._held is None or (self._held.names_at if names else self._held.sent_at) < since
            ):
                left = until - self._clock.now()
                if left <= 0:
                    return None
                self._clock.wait(self._changed, left)
            return self._held.snapshot if self._held and not self._is_closed else None

    def mark_old(self) -> None:
        """Let nobody answer from a read that began before now, as far as the quota reaches."""
        with self._changed:
            self._last_request = self._clock.now()
            if self._order is None and not self._marks.spend():
                return
            self._generation += 1
            self._request(Need())

    def run(self, since: float, key: Hashable, errand: Callable[[], str | None]) -> str | None:
        """Have the reading thread run an errand for a request that came at `since`; who asks for the same share it.

        None if the errand fails, is not done by the request's deadline, or if the quota or places are used up.
        """
        with self._changed:
            if self._failure or self._waiting >= self._policy.waiting:
                return None
            mine = self._errands.get(key)
            if mine is None:
                if not self._extras.spend():
                    return None
                mine = self._errands[key] = Task(errand)
                self._changed.notify_all()
            self._waiting += 1
            try:
                while not mine.done and (left := since + self._policy.deadline - self._clock.now()) > 0:
                    self._clock.wait(self._changed, left)
            finally:
                self._waiting -= 1
            return mine.result

    def get_health(self) -> Health:
        with self._changed:
            held, failure = self._held, self._failure
            age = self._age()
            status = "ok"
            if (failure or self._is_late()) and not self._is_fresh():
                status = "stale" if self._can_serve() else "down"
            error = failure.error if failure else None
            since = self._well_since
            if status != "ok":
                since = failure.since if failure else self._flight.sent_at if self._flight else None
            return Health(
                status,
                None if held is None else age,
                held.snapshot.order_count if held else None,
                error if error or status == "ok" else _too_late(),
                self._quota.used(),
                None if since is None else self._clock.now() - since,
            )

    def _age(self) -> float:
        return self._clock.now() - self._held.sent_at if self._held else math.inf

    def _is_fresh(self) -> bool:
        held = self._held
        return (
            held is not None and self._age() <= self._policy.max_age and held.generation == self._generation
        )

    def _can_serve(self) -> bool:
        return self._is_fresh() or self._age() <= self._policy.max_stale

    def _meets(self, need: Need) -> bool:
        held = self._held
        return (
            held is not None
            and self._is_fresh()
            and held.sent_at >= need.rows_since
            and held.names_at >= need.names_since
            and need.tab not in held.snapshot.workbook.unread
        )

    def _build_view(self, certain: bool) -> View:
        if self._held is None or not self._can_serve():
            error = self._failure.error if self._failure else _too_late()
            raise type(error)(error.message, error.hint)
        return View(self._held.snapshot, self._age(), self._is_fresh(), certain)

    def _await(self, until: float, need: Need) -> bool:
        """Wait for reads until the need is met; say whether what is held then may answer for certain."""
        if self._waiting >= self._policy.waiting or not self._is_worth_waiting():
            return False
        failures = self._failures
        self._waiting += 1
        try:
            while not self._meets(need):
                left = until - self._clock.now()
                if left <= 0 or self._failures != failures:
                    return False
                if not self._is_coming(need):
                    if not self._may_request(need):
                        return need.tab is None and self._failure is None
                    self._request(need)
                self._clock.wait(self._changed, left)
        finally:
            self._waiting -= 1
        return True

    def _is_worth_waiting(self) -> bool:
        """Say whether a read may bring something: not in a pause, and not while a failing source is retried."""
        now, failure, flight = self._clock.now(), self._failure, self._flight
        if failure is not None:
            return (flight is not None and not self._can_serve()) or (
                flight is None and now >= failure.retry_at
            )
        return not (self._is_late() and self._can_serve())

    def _is_late(self) -> bool:
        """Say whether the read under way has outlasted what a request may wait."""
        flight = self._flight
        return flight is not None and self._clock.now() - flight.sent_at > self._policy.deadline

    def _is_coming(self, need: Need) -> bool:
        """Say whether the read under way, or the one ordered next, will meet the need."""
        names_at = self._held.names_at if self._held else -math.inf
        unread = self._held.snapshot.workbook.unread if self._held else frozenset()
        names, tab = names_at < need.names_since, need.tab if need.tab in unread else None
        order, flight = self._order, self._flight
        if order is not None and order.names >= names and (tab is None or tab in order.tabs):
            return True
        return (
            flight is not None
            and flight.generation == self._generation
            and flight.sent_at >= need.rows_since
            and (not names or (flight.names and flight.sent_at >= need.names_since))
            and (tab is None or tab in flight.tabs)
        )

    def _may_request(self, need: Need) -> bool:
        """Charge a read that is needed before the regular one; the quotas keep strangers from using up all."""
        if need.names_since > -math.inf:
            return self._new_tabs.spend(2)
        if need.tab is not None:
            return self._new_tabs.spend()
        return not self._is_fresh() or self._new_rows.spend()

    def _request(self, need: Need) -> None:
        order = self._order = self._order or ReadRequest()
        order.names |= need.names_since > -math.inf
        order.tabs |= {need.tab} if need.tab else set()
        self._changed.notify_all()

    # What the reading thread does

    def _run(self) -> None:
        while not self._is_closed:
            self.read_if_due()
            self.run_tasks()
            with self._changed:
                seconds = self.due_at() - self._clock.now()
                if seconds > 0 and not self._errands and not self._is_closed:
                    self._clock.wait(self._changed, None if math.isinf(seconds) else seconds)

    def run_tasks(self) -> None:
        """Run what waits to be run, in this thread."""
        while self._errands:
            key, errand = next(iter(self._errands.items()))
            try:
                result = errand.run()
            except BikordersError as error:
                _log.info("a link could not be read: %s", error)
                result = None
            except Exception as error:  # noqa: BLE001 - the one thread that reads must live on
                _log.exception("unforeseen while reading a link: %s", type(error).__name__)
                result = None
            with self._changed:
                errand.done, errand.result = True, result
                del self._errands[key]
                self._changed.notify_all()

    def read_if_due(self) -> None:
        """Read once, in this thread, if a read is due."""
        with self._changed:
            now = self._clock.now()
            if self._is_closed or self._flight or self.due_at() > now:
                return
            order = self._order or ReadRequest()
            names_at = self._held.names_at if self._held else -math.inf
            names = order.names or now - names_at >= NAMES_EVERY
            flight = self._flight = InFlight(now, names, frozenset(order.tabs), self._generation)
            self._order = None
        try:
            with self._courtesy:
                workbook = self._read(flight.tabs, flight.names)
                snapshot = self._build_snapshot(workbook, flight.sent_at)
        except BikordersError as error:
            self._land(flight, error)
        except Exception as error:  # noqa: BLE001 - the one thread that reads must live on
            _log.exception("unforeseen while reading: %s", type(error).__name__)
            self._land(flight, SourceUnavailable("the sheet can't be read", "the log has the details"))
        else:
            self._land(flight, snapshot)

    def due_at(self) -> float:
        """Say when the next read is to begin."""
        now = self._clock.now()
        is_active = now - self._last_request < WARM_FOR
        if self._order is None and not is_active:
            return math.inf
        due = -math.inf if self._order or not self._held else self._held.sent_at + self._policy.interval
        return max(due, self._failure.retry_at) if self._failure else due

    def _build_snapshot(self, workbook: Workbook, sent_at: float) -> Snapshot:
        """Make a snapshot, or keep the one there is if nothing changed.

        A sheet that is half edited is no new truth. Raises `SheetUnusable` for one whose tabs or headers are
        gone, and for one that lost all of its rows until a later read says so too.
        """
        held = self._held
        unchanged = held is not None and held.snapshot.workbook is workbook
        snapshot = held.snapshot if held and unchanged else self._build(workbook)
        if held and held.snapshot.has_items_tab and not snapshot.has_items_tab:
            raise SheetUnusable(
                "the tab with the items is gone, or its headers are",
                "put it back as it was; if it is meant to be gone, start bikorders again",
            )
        loss = snapshot.find_loss(held.snapshot) if held else None
        if loss != self._loss:
            self._loss, self._lost_at = loss, sent_at if loss else None
        if loss and self._lost_at is not None and sent_at - self._lost_at < CONFIRM_LOSS:
            raise SheetUnusable(loss, "if that is meant, nothing needs to be done: it counts in a moment")
        self._loss = self._lost_at = None
        return snapshot

    def _land(self, flight: InFlight, result: Snapshot | BikordersError) -> None:
        with self._changed:
            self._flight = None
            if isinstance(result, BikordersError):
                self._note_failure(result)
            else:
                names_at = flight.sent_at if flight.names or not self._held else self._held.names_at
                self._held = _Held(result, flight.sent_at, names_at, flight.generation)
                self._note_success()
            self._changed.notify_all()

    def _note_success(self) -> None:
        if self._failure or self._well_since is None:
            self._well_since = self._clock.now()
        if failure := self._failure:
            _log.warning(
                "the sheet can be read again, after %.0f s and %d failed tries",
                self._clock.now() - failure.since,
                failure.tries,
            )
        self._failure = None
        self._is_down = False

    def _note_failure(self, error: BikordersError) -> None:
        """Set the pause, and log what changed: one line when it fails, one for another reason, one when down."""
        now, before = self._clock.now(), self._failure
        tries = before.tries + 1 if before else 1
        pause = min(LONGEST_PAUSE, 2.0 ** min(tries - 1, 10)) * (1 - self._jitter() / 4)
        if self._lost_at is not None:
            pause = min(pause, max(self._lost_at + CONFIRM_LOSS - now, 0.1))
        self._failure = _Failure(error, before.since if before else now, tries, now + pause)
        self._failures += 1
        if before is None or str(before.error) != str(error):
            _log.warning("the sheet can't be read: %s", error)
        if self._can_serve() and before is None:
            _log.warning("answering from the sheet as it was %.0f s ago", self._age())
        if not self._can_serve() and not self._is_down:
            _log.error("nothing young enough is left to answer from")
        self._is_down = not self._can_serve()


def _too_late() -> SourceUnavailable:
    return SourceUnavailable("the sheet did not answer in time", "this passes")
