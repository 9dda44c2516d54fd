"""The links behind the labels of cells: read when an order with one is asked for, and remembered for a while."""

from collections.abc import Callable, Sequence
from threading import Lock

from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.orders.tracking import Link
from bikorders.sheet.workbook import Cell, Raw

REMEMBER = 300.0
"""Seconds; a row that changes is read again at once."""

_MOST = 1000
"""How many links are remembered; all are forgotten when there are more."""


class Hyperlinks:
    """Finds links through the tasks of the cache, within their quota; `read_link` is the source's.

    A lock of its own guards the links that are known, and is held while nothing else is done.
    """

    def __init__(self, cache: SnapshotCache, read_link: Callable[[Cell, Sequence[Raw]], str | None]) -> None:
        self._cache = cache
        self._read_link = read_link
        self._lock = Lock()
        self._known: dict[Link, tuple[float, str]] = {}

    def find(self, link: Link, since: float, *, may_read: bool) -> str | None:
        """Return the link for a request that came at `since`; None if there is none, or if it can't be read in time.

        Without `may_read`, as while the source fails, it is the last one that is known, however old.
        """
        with self._lock:
            known = self._known.get(link)
        if known and (not may_read or since - known[0] <= REMEMBER):
            return known[1] or None
        return self._cache.tasks.run(since, link, lambda: self._read(link)) if may_read else None

    def _read(self, link: Link) -> str | None:
        read_at = self._cache.now()
        url = self._read_link(link.cell, link.row)
        with self._lock:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[link] = read_at, url or ""
        return url
