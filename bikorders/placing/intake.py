"""Take Bik's orders in, and answer for them until the sheet does.

An order is in the journal before it is answered, so that no order that Bik knows of can be lost.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from weakref import WeakKeyDictionary

from bikorders.bik.place_order import PlaceRequest, build_placed_order, dump_placed, parse_place_request
from bikorders.cache.policy import View
from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.errors import BikordersError, OrderConflict, PlacingUnavailable, SheetUnusable
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.journal import Journal
from bikorders.placing.numbering import IdTemplate
from bikorders.placing.pending import Pending, PendingOrder
from bikorders.placing.record import Record, State
from bikorders.placing.repair import is_misplaced
from bikorders.placing.row_plan import require_columns

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Backlog:
    """The orders that are not in the sheet: how many wait, since when (Unix seconds), and why, or why none are taken.

    `parked` were refused by the sheet; `remarks` say what is in the sheet but not as it should be.
    """

    waiting: int
    since: float | None
    failure: BikordersError | None
    parked: tuple[Record, ...]
    remarks: tuple[str, ...]


class Intake:
    """Takes orders, for any number of threads; `wall` returns Unix seconds.

    `invoice_url` holds `{id}` where the order's id belongs; "" leaves the link as Bik sent it.
    """

    def __init__(
        self,
        journal: Journal,
        cache: SnapshotCache,
        pending: Pending,
        ids: IdTemplate,
        invoice_url: str = "",
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._journal = journal
        self._cache = cache
        self._pending = pending
        self._ids = ids
        self._invoice_url = invoice_url
        self._wall = wall
        self._told = ""
        self._highest: WeakKeyDictionary[Snapshot, int] = WeakKeyDictionary()

    def place(self, body: bytes) -> Record:
        """Take an order, and return its record with the answer; the same draft again gets the same record.

        Raises `RequestRefused`, `JournalUnavailable`, and `PlacingUnavailable` where the sheet has no columns for orders
        that come. If it was never read and the journal is new, or was put here from a backup, no id can be given: then it
        raises what reading raises.
        """
        request = parse_place_request(body)
        digest = _digest(request)
        record = self._journal.find_draft(request.draft_id)
        if record is None:
            record = self._take(request, digest)
            self._pending.add(record)
        if record.digest != digest:
            _log.warning("order %s was placed again with other contents; the first stands", record.id)
        return record

    def find(self, order_id: str, view: View | None) -> bytes | None:
        """Find the answer of an order that the sheet can't answer for yet; `view` is the last good one.

        Raises `OrderConflict` if another order has its id in the sheet. Raises `JournalUnavailable` if an id that
        the sheet does not show can't be looked up.
        """
        shown = view.snapshot if view and view.snapshot.knows(order_id) else None
        order = self._pending.find(order_id)
        if shown is None:
            record = order.record if order else self._find_unwritten(order_id)
            return record.answer if record else None
        if order is None:
            return None
        record = order.record
        if not self._pending.is_shown(record, shown):
            if is_misplaced(shown, record.id, record.draft_id):
                return record.answer
            raise OrderConflict(
                f"order {record.id} was placed by Bik, and another one has its number in the sheet",
                "give the one in the sheet another number",
            )
        return record.answer if _needs_repair(order, shown) else None

    def waits_for_person(self, order_id: str) -> bool:
        """Return whether somebody has to type or move the order in the sheet: no read is made for it meanwhile."""
        order = self._pending.find(order_id)
        return order is not None and order.state in (State.PARKED, State.LEFT)

    def get_backlog(self) -> Backlog:
        """Return what is not in the sheet; raises `JournalUnavailable`."""
        waiting, since = self._journal.count_waiting()
        parked = tuple(self._journal.list_parked())
        failure, remarks = self._pending.get_trouble()
        view = self._cache.peek()
        refusal = _find_refusal(view.snapshot) if view else None
        return Backlog(waiting, since, refusal or (failure if waiting else None), parked, remarks)

    def list_waiting(self) -> list[Record]:
        """Return the orders that the sheet has not taken yet, in the order they came; raises `JournalUnavailable`."""
        return self._journal.list_waiting()

    def now(self) -> float:
        """Return the time on the clock of `Record.received_at`."""
        return self._wall()

    def list_drafts(self) -> dict[str, str]:
        """Return Bik's draft ids by order id, of all orders that were ever placed."""
        return self._journal.list_drafts()

    def _find_unwritten(self, order_id: str) -> Record | None:
        """Find an order in the journal that is not verified yet: another process may have taken it."""
        record = self._journal.find_id(order_id)
        return None if record and record.state is State.VERIFIED else record

    def _take(self, request: PlaceRequest, digest: str) -> Record:
        """Take an order that the journal does not know; one that the sheet has keeps the id that it has there."""

        def build(order_id: str) -> bytes:
            return dump_placed(build_placed_order(request, order_id, self._invoice_url))

        snapshot = self._get_snapshot()
        if snapshot and (shown := self._pending.find_shown(request.draft_id, snapshot)):
            number = self._ids.find_number(shown) or 0
            adopted = self._journal.adopt(request.draft_id, digest, build(shown), shown, number, self._wall())
            if adopted:
                _log.warning("order %s of Bik's is in the sheet, and the journal did not know it", adopted.id)
                return adopted
        highest = self._find_highest(snapshot) if snapshot else 0
        return self._journal.add(request.draft_id, digest, build, self._ids, highest, self._wall())[0]

    def _get_snapshot(self) -> Snapshot | None:
        """Return the last good snapshot if the sheet can't be read in time, None if the journal knows all numbers without one.

        Raises `PlacingUnavailable` if an order can't be written there.
        """
        try:
            snapshot = self._cache.get(self._cache.now()).snapshot
        except BikordersError:
            view = self._cache.peek()
            if view is None and self._journal.is_at_home() and self._journal.highest_number():
                return None
            if view is None:
                raise
            snapshot = view.snapshot
        self._require_columns(snapshot)
        return snapshot

    def _find_highest(self, snapshot: Snapshot) -> int:
        highest = self._highest.get(snapshot)
        if highest is None:
            highest = self._highest[snapshot] = self._ids.find_highest(snapshot.list_ids())
        return highest

    def _require_columns(self, snapshot: Snapshot) -> None:
        refusal = _find_refusal(snapshot)
        if refusal and str(refusal) != self._told:
            _log.warning("no order from Bik is taken: %s", refusal)
        self._told = str(refusal)
        if refusal:
            raise refusal


def _find_refusal(snapshot: Snapshot) -> PlacingUnavailable | None:
    """Return why no order can be taken, None if nothing is against it."""
    try:
        require_columns(snapshot)
    except SheetUnusable as error:
        return PlacingUnavailable(error.message, error.hint)
    return None


def _digest(request: PlaceRequest) -> str:
    """Return a digest by which the same request is known again."""
    content = dump_placed({"order": request.order, "pending": request.is_pending})
    return blake2b(content, digest_size=16).hexdigest()


def _needs_repair(order: PendingOrder, snapshot: Snapshot) -> bool:
    """Return whether what was written stands under other headers than it was meant for."""
    return order.state in (State.WRITTEN, State.LEFT) and order.plan_repair(snapshot) != ()
