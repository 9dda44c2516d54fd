"""Answers for Bik by order id, for the routes, the page and the commands."""

from collections import deque
from contextlib import suppress
from threading import Lock
from typing import NamedTuple

from bikorders.bik.get_order import dump_order
from bikorders.bik.place_order import read_placed, restore_order
from bikorders.cache.hyperlinks import Hyperlinks
from bikorders.cache.policy import Health, View
from bikorders.cache.read_request import Need
from bikorders.cache.snapshot_cache import YOUNG, SnapshotCache
from bikorders.errors import BikordersError, OrderNotFound, SourceUnavailable
from bikorders.orders.look_up import LookUp
from bikorders.orders.order import Order
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.intake import Intake
from bikorders.serving.answer_cache import AnswerCache
from bikorders.text import LONGEST

LOOKUPS = 20
"""Bik's last lookups that are remembered."""


class Answer(NamedTuple):
    """`{"order": BikOrder}` as JSON; `stale_age` is its age in whole seconds if the sheet can't be read now."""

    body: bytes
    stale_age: int | None


class Lookup(NamedTuple):
    """One request of Bik's: the start of the id, the time on the cache's clock, and the error if there was one."""

    order_id: str
    at: float
    failure: type[Exception] | None
    stale_age: int | None = None


class Service:
    """Answers from the cache's snapshot; an order's JSON is made once per snapshot, on first demand."""

    def __init__(self, cache: SnapshotCache, links: Hyperlinks, intake: Intake | None = None) -> None:
        self._cache = cache
        self._links = links
        self.intake = intake
        """Takes orders, where that is switched on."""
        self.answers = AnswerCache()
        self._building = Lock()
        self._lookups: deque[Lookup] = deque(maxlen=LOOKUPS)
        self.began_at = cache.now()
        self.heard_at: float | None = None
        """When the sheet last said that it was edited, on the cache's clock, as `began_at`; None if it did not since then."""

    def get_order(self, order_id: str) -> Answer:
        """Return what Bik gets for an order, and remember the lookup.

        Raises `OrderNotFound`, `OrderConflict`, `SheetUnusable` or `SourceUnavailable`.
        """
        came = self._cache.now()
        try:
            answer = self._answer(order_id, came)
        except Exception as error:
            self._lookups.append(Lookup(order_id[:100], came, type(error)))
            raise
        self._lookups.append(Lookup(order_id[:100], came, None, answer.stale_age))
        return answer

    def _answer(self, order_id: str, came: float) -> Answer:
        if len(order_id) > LONGEST:
            raise OrderNotFound(order_id)  # at once: no read can find it
        if placed := self._find_placed(order_id, came):
            return Answer(placed, None)
        view = self._cache.get(came)
        body = self.answers.find(view.snapshot, order_id)
        if body is None:
            found, view = self._find_order(order_id, came, view)
            order = self._find_link(found, came, view)
            with self._building:
                body = self.answers.make(view.snapshot, order, dump_order)
            # Without items there may be a new tab with them, and a link may change; other spellings have no end.
            if found.items and not found.link and found.id == order_id:
                self.answers.keep(view.snapshot, order_id, body)
        return Answer(body, None if view.is_fresh else int(view.age))

    def list_lookups(self) -> list[Lookup]:
        """Return Bik's last lookups, the latest first."""
        return list(self._lookups.copy())[::-1]  # at once, while others append

    def get_order_with_problems(self, order_id: str, *, seek: bool = True, may_read: bool = True) -> Order:
        """Return the order itself; raises as `get_order` does. It is not remembered as a lookup of Bik's.

        Without `seek`, no read is asked for beyond the regular ones, as if Bik had asked a few seconds ago; unless it
        `may_read`, not these either.
        """
        came = self._cache.now()
        if placed := self._find_placed(order_id, came, may_read=may_read):
            return restore_order(read_placed(placed))
        view = self.get_view(may_read=may_read)
        order, view = self._find_order(order_id, came, view, seek=seek and may_read)
        return self._find_link(order, came, view)

    def find_name(self) -> str:
        """Return what the owner calls the spreadsheet; "" before the first read."""
        view = self._cache.peek()
        return view.snapshot.workbook.name if view else ""

    def refresh(self) -> None:
        """Note that the sheet was edited: no later answer is older, if the read quota allows; does not wait."""
        self.heard_at = self._cache.now()
        self._cache.mark_old()

    def read_edit(self) -> Snapshot | None:
        """Note that the sheet was edited, and return what it holds then; None if that can't be had in time."""
        self.heard_at = self._cache.now()
        return self._cache.read_again()

    def get_health(self, *, may_read: bool = True) -> Health:
        """Return how the last reads of the sheet went.

        If it `may_read`, the very last is at most a minute old if it can be had in time.
        """
        if may_read:
            self._cache.seek_evidence()
        return self._cache.get_health()

    def get_view(self, *, may_read: bool = True) -> View:
        """Return the snapshot that orders are answered from now; raises as the cache does.

        Unless it `may_read`, it is what is known without a question, and may be old.
        """
        return self._cache.get(self._cache.now()) if may_read else self._cache.look()

    def now(self) -> float:
        """Return the time on the clock of `Lookup.at`."""
        return self._cache.now()

    def _find_placed(self, order_id: str, came: float, *, may_read: bool = True) -> bytes | None:
        """Find the answer of an order of Bik's that the sheet does not show yet."""
        if self.intake is None:
            return None
        if may_read and self.intake.waits_for_person(order_id):
            with suppress(BikordersError):  # then the journal answers
                self._cache.get(came)
        return self.intake.find(order_id, self._cache.peek())

    def _find_order(self, order_id: str, came: float, view: View, *, seek: bool = True) -> tuple[Order, View]:
        """Find the order; what the snapshot lacks is looked for in the source before it counts as missing."""
        found = self._look_up(view, order_id)
        if found.lacks_id and seek:
            view = self._cache.get(came, Need(rows_since=came - YOUNG, names_since=came - YOUNG))
            found = self._look_up(view, order_id)
        if found.lacks_id and not view.certain:
            raise SourceUnavailable(
                "the sheet can't be asked for an order that is not in the last good copy", "this passes"
            )
        if found.may_lack_items and seek:
            view = self._cache.get(came, Need(names_since=came - YOUNG))  # its own tab may be new
            found = self._look_up(view, order_id)
        if found.unread_tab:
            view = self._cache.get(came, Need(tab=found.unread_tab))
            found = self._look_up(view, order_id)
            if found.unread_tab:
                raise SourceUnavailable(
                    "the tab with the order's items can't be read at the moment", "this passes"
                )
        if found.order is None:
            raise OrderNotFound(order_id)
        return found.order, view

    def _find_link(self, order: Order, came: float, view: View) -> Order:
        """Complete an order whose link stands behind a label, if it can be had."""
        if order.link and (url := self._links.find(order.link, came, may_read=view.is_fresh)):
            return order.with_link(url)
        return order

    def _look_up(self, view: View, order_id: str) -> LookUp:
        """Look the order up; each is built once, by one thread."""
        with self._building:
            return view.snapshot.look_up(order_id)
