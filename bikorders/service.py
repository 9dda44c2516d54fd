"""What the routes and the commands share: an order id in, the answer for Bik out."""

from dataclasses import dataclass
from threading import Lock

from bikorders.bik import dump_order
from bikorders.cache import YOUNG, Health, Need, SnapshotCache, View
from bikorders.errors import OrderNotFound, SourceUnavailable
from bikorders.links import Links
from bikorders.orders import TRACKING_URL, Order


@dataclass(frozen=True)
class Answer:
    """`{"order": BikOrder}` as JSON; `stale_age` is its age in whole seconds if the sheet can't be read now."""

    body: bytes
    stale_age: int | None


class Service:
    """Answers from the cache's snapshot; an order's JSON is made once per snapshot, on first demand."""

    def __init__(self, cache: SnapshotCache, links: Links) -> None:
        self._cache = cache
        self._links = links
        self._building = Lock()

    def get_order(self, order_id: str) -> Answer:
        """Give what Bik is told about an order.

        Raises `OrderNotFound`, `OrderConflict`, `SheetUnusable` or `SourceUnavailable`.
        """
        order, view = self._find_order(order_id)
        answers = view.snapshot.answers
        key = order.id, order.values.get(TRACKING_URL)
        with self._building:
            body = answers[key] = answers.get(key) or dump_order(order)
        return Answer(body, None if view.is_fresh else int(view.age))

    def get_order_with_problems(self, order_id: str) -> Order:
        """Give the order itself; raises as `get_order` does."""
        return self._find_order(order_id)[0]

    def refresh(self) -> None:
        """Let no later answer be older than this moment, as far as the quota reaches; does not wait."""
        self._cache.mark_old()

    def get_health(self) -> Health:
        return self._cache.get_health()

    def _find_order(self, order_id: str) -> tuple[Order, View]:
        """Find the order; what the snapshot lacks is looked for in the source before it counts as missing."""
        came = self._cache.now()
        view = self._cache.get(came)
        if not view.snapshot.knows(order_id):
            view = self._cache.get(came, Need(rows_since=came - YOUNG))
            if not view.snapshot.knows(order_id):
                if view.certain:
                    raise OrderNotFound(order_id)
                raise SourceUnavailable(
                    "the sheet can't be asked for an order that is not in the last good copy"
                )
        if not view.snapshot.find_unread_tab(order_id) and not self._build(view, order_id).items:
            view = self._cache.get(came, Need(names_since=came - YOUNG))  # its own tab may be new
        if tab := view.snapshot.find_unread_tab(order_id):
            view = self._cache.get(came, Need(tab=tab))
            if view.snapshot.find_unread_tab(order_id):
                raise SourceUnavailable("the tab with the order's items can't be read at the moment")
        order = self._build(view, order_id)
        if order.link and (url := self._links.find(order.link, came, may_read=view.is_fresh)):
            order = order.with_link(url)
        return order, view

    def _build(self, view: View, order_id: str) -> Order:
        """Build the order, or give the one that this snapshot has built already."""
        with self._building:
            return view.snapshot.get_order(order_id)
