"""The turn to write: one thread of this process has it at a time, and only a few wait behind one that keeps it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

PATIENCE = 3.0
"""Seconds that a thread waits for others, of this process and then of others; an answer to Bik is worth nothing later."""

GLANCE = 0.25
"""Seconds that any number of threads may wait. A turn that lasts longer may last for ever."""

PLACES = 4
"""How many threads may wait longer for a turn that lasts; the others have to answer what needs no writing."""


class WriteTurn:
    """A lock that refuses rather than let all threads wait."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._began = 0.0
        self._places = BoundedSemaphore(PLACES)

    @contextmanager
    def take(self) -> Iterator[float]:
        """Have the turn, and the seconds that are left to wait for other processes; raises `TimeoutError`."""
        until = time.monotonic() + PATIENCE
        self._wait(until)
        try:
            self._began = time.monotonic()
            yield max(0.0, until - self._began)
        finally:
            self._lock.release()

    def _wait(self, until: float) -> None:
        while not self._lock.acquire(timeout=GLANCE):
            now = time.monotonic()
            if now - self._began <= GLANCE and now < until:
                continue  # those before it go on
            if not self._places.acquire(blocking=False):
                raise TimeoutError("too many orders wait for it")
            try:
                if not self._lock.acquire(timeout=max(0.0, until - now)):
                    raise TimeoutError("what is written before it lasts too long")
                return
            finally:
                self._places.release()
