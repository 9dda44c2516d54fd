"""The thread that watches the one that reads: a read that hangs for good must not keep the sheet from being read."""

import logging
from _thread import start_new_thread
from collections.abc import Callable
from threading import Thread

from bikorders.cache.cache_state import CacheState, LastGood
from bikorders.cache.clock import Clock
from bikorders.cache.refresher import Refresher
from bikorders.errors import SourceUnavailable

HANGS_AFTER = 60.0
"""Seconds after which a read is given up. Its own time limits are far shorter; what lasts so long does not know them."""

MOST_HANGING = 3
"""Reads that were given up in a row, from which on a new process is the only help."""

_log = logging.getLogger("bikorders.cache")


class Watch:
    """Gives up a read that hangs, and has another thread read from then on.

    After `MOST_HANGING` in a row it calls `end` once nothing is left to answer from: a new process would have lost the
    last good snapshot. It calls `tell_alive` after each look, at least every `HANGS_AFTER` seconds: whoever does not hear
    that any more knows that nobody watches.
    """

    def __init__(
        self,
        refresher: Refresher,
        state: CacheState,
        clock: Clock,
        end: Callable[[], None],
        tell_alive: Callable[[], None],
    ) -> None:
        self._refresher = refresher
        self._state = state
        self._clock = clock
        self._end = end
        self._tell_alive = tell_alive
        self._hanging = 0
        self._last_good: LastGood | None = None

    def start(self) -> None:
        """Begin to watch, in a thread of its own."""
        Thread(target=self._run, name="watch", daemon=True).start()

    def _run(self) -> None:
        state = self._state
        while not state.is_closed:
            self._tell_alive()
            with state.changed:
                seconds = self._look()
                if seconds is None:
                    break
                if not state.is_closed:
                    self._clock.wait(state.changed, seconds)
        else:
            return
        _log.error("reads of the sheet hang, and nothing is left to answer from: bikorders ends")
        self._end()

    def _look(self) -> float | None:
        """Give up the read under way if it hangs; return the seconds until the next look, or None if nothing helps.

        The lock is held.
        """
        state, flight = self._state, self._state.in_flight
        if state.last_good is not self._last_good:
            self._hanging, self._last_good = 0, state.last_good
        if self._hanging >= MOST_HANGING and not state.can_serve():
            return None
        if flight is None:
            return HANGS_AFTER
        left = HANGS_AFTER - (self._clock.now() - flight.sent_at)
        if left > 0:
            return left
        self._hanging += 1
        self._refresher.end_failed_read(
            flight, SourceUnavailable("a read of the sheet hangs", "another one is begun")
        )
        if self._hanging < MOST_HANGING:
            # Thread.start would wait for ever for a thread that dies at once for want of memory.
            start_new_thread(self._refresher.run, ())
        return HANGS_AFTER
