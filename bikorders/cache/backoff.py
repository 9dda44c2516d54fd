"""Since when the source fails, when it is tried again, and what the log says of it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from bikorders.errors import BikordersError

LONGEST_PAUSE = 30.0
"""Seconds; the pauses after failures start with one and double up to this."""

_log = logging.getLogger("bikorders.cache")


@dataclass(frozen=True)
class Failure:
    """The last error of a source that fails since a moment, after `tries` failed reads; the next is at `retry_at`."""

    error: BikordersError
    since: float
    tries: int
    retry_at: float


class Backoff:
    """The failure that lasts, if one does, and the pauses between the tries: longer each time.

    `jitter` gives a number from 0 to 1, which shortens a pause by up to a quarter. Has no lock of its own: the lock of
    `CacheState` guards it.
    """

    def __init__(self, jitter: Callable[[], float]) -> None:
        self._jitter = jitter
        self.failure: Failure | None = None
        self.failed_reads = 0
        """Only grows: a request that waits sees by it that a read failed meanwhile."""
        self.well_since: float | None = None
        self._is_down = False

    def end_pause(self, now: float) -> None:
        """Let the next try be made now, if somebody may have put right why the last one failed."""
        if self.failure and not self.failure.error.can_retry:
            self.failure = replace(self.failure, retry_at=min(now, self.failure.retry_at))

    def note_success(self, now: float) -> None:
        """End the failure; one line of the log says how long it lasted."""
        if self.failure or self.well_since is None:
            self.well_since = now
        if failure := self.failure:
            _log.warning(
                "the sheet can be read again, after %.0f s and %d failed tries",
                now - failure.since,
                failure.tries,
            )
        self.failure = None
        self._is_down = False

    def note_failure(
        self,
        error: BikordersError,
        sent_at: float,
        now: float,
        usable_age: float | None,
        retry_by: float | None,
    ) -> None:
        """Set the next try: a pause after `sent_at`, when this one began, at `retry_by` at the latest; never at once.

        `usable_age` is the age in seconds of the snapshot that may answer meanwhile, or None if there is none. The log
        gets a line for a new reason, one for the age when a failure begins, and one when nothing is left to answer from.
        """
        before = self.failure
        tries = before.tries + 1 if before else 1
        pause = min(LONGEST_PAUSE, 2.0 ** min(tries - 1, 10)) * (1 - self._jitter() / 4)
        retry_at = max(sent_at + pause, now + min(pause, 1.0))
        if retry_by is not None:
            retry_at = min(retry_at, max(retry_by, now + 0.1))
        self.failure = Failure(error, before.since if before else now, tries, retry_at)
        self.failed_reads += 1
        if before is None or str(before.error) != str(error):
            _log.warning("the sheet can't be read: %s", error)
        if usable_age is not None and before is None:
            _log.warning("answering from the sheet as it was %.0f s ago", usable_age)
        if usable_age is None and not self._is_down:
            _log.error("nothing young enough is left to answer from")
        self._is_down = usable_age is None
