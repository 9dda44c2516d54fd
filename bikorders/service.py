"""What the routes and the commands share: an order id in, the answer for Bik out."""

from threading import Lock

from bikorders.bik import dump_order
from bikorders.cache import SnapshotCache
from bikorders.orders import Order
from bikorders.snapshot import Snapshot


class Service:
    """Answers from the cache's snapshot; an order's JSON is made once per snapshot, on first demand."""

    def __init__(self, cache: SnapshotCache) -> None:
        self._cache = cache
        self._building = Lock()

    def get_order(self, order_id: str) -> bytes:
        """Give `{"order": BikOrder}` as JSON.

        Raises `OrderNotFound`, `OrderConflict`, `SheetUnusable` or `SourceUnavailable`.
        """
        snapshot = self._get_snapshot(order_id)
        with self._building:
            order = snapshot.get_order(order_id)
            if order.id not in snapshot.answers:
                snapshot.answers[order.id] = dump_order(order)
            return snapshot.answers[order.id]

    def get_order_with_problems(self, order_id: str) -> Order:
        """Give the order with its problems; raises as `get_order` does."""
        return self._get_snapshot(order_id).get_order(order_id)

    def _get_snapshot(self, order_id: str) -> Snapshot:
        snapshot = self._cache.get()
        unread = snapshot.find_unread_tab(order_id)
        return self._cache.get(unread) if unread else snapshot
