"""The thread that reads the source: when a read is due, one read, and what is done with what it brings."""

import logging
import math
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from threading import Thread, get_ident
from typing import Protocol

from bikorders.cache.cache_state import CacheState, InFlight, LastGood
from bikorders.cache.clock import Clock
from bikorders.cache.loss_check import LossCheck
from bikorders.cache.policy import NAMES_AFTER_A_PAUSE, NAMES_WHILE_NOBODY_ASKS, Policy
from bikorders.cache.read_request import ReadRequest
from bikorders.errors import BikordersError, SourceUnavailable, drop_frames
from bikorders.orders.snapshot import Snapshot
from bikorders.sheet.workbook import Workbook

HAND_OVER = 0.0005
"""Seconds after which a read that computes lets a request go on, which needs that several times."""

USUAL_TURN = 0.005
"""The same while nothing is read: the interpreter's own default. Two readers may overlap if one was given up."""

_log = logging.getLogger("bikorders.cache")


class Read(Protocol):
    """Reads the workbook, as `sheet.source.Source.read` does."""

    def __call__(
        self, tabs: Collection[str] = (), names: bool = False, together: bool = False
    ) -> Workbook: ...


@contextmanager
def _short_turns() -> Iterator[None]:
    """Let the interpreter change between the threads as often as `HAND_OVER` says."""
    sys.setswitchinterval(HAND_OVER)
    try:
        yield
    finally:
        sys.setswitchinterval(USUAL_TURN)


class Refresher:
    """Reads when a read is due, and puts the new snapshot or the failure into the `state`.

    `read` and `build` may raise any `BikordersError`. They run without the lock of the state, which is taken only to
    begin and to end a read. `LossCheck` is used by the reading thread alone and needs no lock.
    """

    def __init__(
        self,
        read: Read,
        build: Callable[[Workbook, Snapshot | None], Snapshot],
        policy: Policy,
        clock: Clock,
        state: CacheState,
    ) -> None:
        self._read = read
        self._build = build
        self._policy = policy
        self._clock = clock
        self._state = state
        self._losses = LossCheck()
        self._reader = 0
        """The thread that reads; a read that was given up leaves another one behind."""

    def start(self) -> None:
        """Begin to read when reads are due, in a thread of its own."""
        Thread(target=self.run, name="refresh", daemon=True).start()

    def run(self) -> None:
        """Read when reads are due, in this thread, until another one does that."""
        state, self._reader = self._state, get_ident()
        while not state.is_closed and self._reader == get_ident():
            self.read_if_due()
            with state.changed:
                seconds = self.due_at() - self._clock.now()
                if seconds > 0 and not state.is_closed:
                    self._clock.wait(state.changed, None if math.isinf(seconds) else seconds)

    def due_at(self) -> float:
        """Return when the next read is to begin; infinite if none is."""
        state, failure = self._state, self._state.backoff.failure
        due = -math.inf
        if state.next_request is None:
            interval = self._policy.interval if state.reads_ahead() else self._policy.watch
            if math.isinf(interval):
                return math.inf
            due = state.last_good.sent_at + interval if state.last_good else -math.inf
        return max(due, failure.retry_at) if failure else due

    def read_if_due(self) -> None:
        """Read once, in this thread, if a read is due."""
        with self._state.changed:
            flight = self._begin_read()
        if flight is None:
            return
        try:
            with _short_turns():
                snapshot = self._read_snapshot(flight)
        except BikordersError as error:
            self.end_failed_read(flight, error)
        except Exception as error:  # noqa: BLE001 - the one thread that reads must live on
            _log.exception("unexpected error while reading the sheet: %s", type(error).__name__)
            failure = SourceUnavailable("the sheet can't be read", "the log has the details")
            self.end_failed_read(flight, failure)
        else:
            self._end_read(flight, snapshot)

    def _begin_read(self) -> InFlight | None:
        """Note that a read begins, and return it; it is for all that was requested so far. None if none is due."""
        state, now = self._state, self._clock.now()
        if state.is_closed or state.in_flight or self.due_at() > now:
            return None
        request, failure = state.next_request or ReadRequest(), state.backoff.failure
        held = state.last_good
        if failure is not None or held is None or now - held.names_at >= self._find_names_pause(request):
            request = request.merge(ReadRequest(names=True))  # a tab may have come back
        is_first = held is None or (request.is_urgent and now - held.sent_at > self._policy.pause)
        state.next_request = None
        state.in_flight = InFlight(request, now, state.generation, together=failure is None and is_first)
        state.sent_at = now
        return state.in_flight

    def _find_names_pause(self, request: ReadRequest) -> float:
        """Return the seconds after which a read brings the tabs' names, too, without being asked for them."""
        if self._state.reads_ahead():
            return self._policy.names_every
        return NAMES_AFTER_A_PAUSE if request.is_urgent else NAMES_WHILE_NOBODY_ASKS

    def _read_snapshot(self, flight: InFlight) -> Snapshot:
        """Return the snapshot that the read brings: the last good one if nothing changed."""
        workbook = self._read(flight.request.tabs, flight.request.names, flight.together)
        if self._state.in_flight is not flight:
            raise SourceUnavailable("a read of the sheet hangs", "another one is begun")
        held = self._state.last_good  # without the lock: nobody but this thread replaces it
        if held is None:
            return self._build(workbook, None)
        is_same = held.snapshot.workbook is workbook
        snapshot = held.snapshot if is_same else self._build(workbook, held.snapshot)
        self._losses.check(snapshot, held.snapshot, flight.sent_at)
        if not is_same:
            snapshot.note_lost_columns(held.snapshot)
            snapshot.warm_up(held.snapshot)
        return snapshot

    def _end_read(self, flight: InFlight, snapshot: Snapshot) -> None:
        state = self._state
        known = state.last_good.snapshot.workbook.left_out if state.last_good else {}
        for title, failure in snapshot.workbook.left_out.items():
            if str(known.get(title)) != str(failure):
                _log.warning("the tab “%s” is left out: %s", title, failure)
        with state.changed:
            if state.in_flight is not flight:
                return
            state.in_flight = None
            held = state.last_good
            names_at = held.names_at if held and not flight.request.names else flight.sent_at
            state.last_good = LastGood(snapshot, flight.sent_at, names_at, flight.generation)
            state.backoff.note_success(self._clock.now())
            state.changed.notify_all()

    def end_failed_read(self, flight: InFlight, error: BikordersError) -> None:
        """Note that a read has failed, unless it was given up before: then another one may be under way."""
        drop_frames(error)  # it is kept as long as the failure lasts
        state = self._state
        with state.changed:
            if state.in_flight is not flight:
                return
            state.in_flight = None
            usable_age = state.age() if state.can_serve() else None
            now, confirm_at = self._clock.now(), self._losses.confirm_at
            state.backoff.note_failure(error, flight.sent_at, now, usable_age, confirm_at)
            state.changed.notify_all()
