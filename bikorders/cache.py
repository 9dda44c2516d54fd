"""Is the snapshot fresh, and who reads the next one? One read at a time, and all who wait share it.

    fresh    at most max_age old, counted from the moment its read was sent: answers at once
    old      the next request reads; those who come meanwhile wait for that read and share its result,
             a failure too

Knows no source: it is handed `read`, and `build` to make a snapshot of what was read.
"""

from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from bikorders.snapshot import Snapshot
from bikorders.workbook import Workbook


class Read(Protocol):
    """Reads the workbook; `tabs` must travel from now on."""

    def __call__(self, tabs: Collection[str] = ()) -> Workbook: ...


@dataclass(frozen=True)
class _Held:
    snapshot: Snapshot
    sent_at: float


class SnapshotCache:
    """The latest snapshot. `clock` counts seconds and never goes back."""

    def __init__(
        self,
        read: Read,
        build: Callable[[Workbook], Snapshot],
        *,
        max_age: float,
        clock: Callable[[], float],
    ) -> None:
        self._read = read
        self._build = build
        self._max_age = max_age
        self._clock = clock
        self._lock = Lock()
        self._held: _Held | None = None
        self._flight: tuple[Future[Snapshot], str | None] | None = None

    def get(self, tab: str | None = None) -> Snapshot:
        """Give a fresh snapshot, with the tab of this title among those read.

        Raises what `read` and `build` raise.
        """
        while True:
            with self._lock:
                held = self._held
                if (
                    held
                    and self._is_fresh(held)
                    and (tab is None or tab not in held.snapshot.workbook.unread)
                ):
                    return held.snapshot
                if leads := self._flight is None:
                    self._flight = Future(), tab
                assert self._flight is not None
                flight, flying_tab = self._flight
            if leads:
                return self._fly(flight, tab)
            if tab in (None, flying_tab):
                return flight.result()
            flight.exception()  # another read was under way; this tab travels with the next

    def _is_fresh(self, held: _Held) -> bool:
        return self._clock() - held.sent_at <= self._max_age

    def _fly(self, flight: Future[Snapshot], tab: str | None) -> Snapshot:
        sent_at = self._clock()
        try:
            workbook = self._read([tab] if tab else [])
            held = self._held
            unchanged = held is not None and held.snapshot.workbook is workbook
            snapshot = held.snapshot if held and unchanged else self._build(workbook)
        except BaseException as error:
            with self._lock:
                self._flight = None
            flight.set_exception(error)
            raise
        with self._lock:
            self._held = _Held(snapshot, sent_at)
            self._flight = None
        flight.set_result(snapshot)
        return snapshot
