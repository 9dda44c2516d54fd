"""The placed orders that the sheet may not show yet, and how far each has come.

The threads that answer requests share it with the one that writes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Event, Lock
from weakref import WeakKeyDictionary

from bikorders.errors import BikordersError
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.journal import Journal, Record, State
from bikorders.placing.repair import list_drafts, plan_repair
from bikorders.reading.order_ids import fold_id
from bikorders.sheet.edits import Addition, Repair
from bikorders.text import strip_blanks

_REMARKS = 20
"""How many of the last remarks are kept."""


@dataclass(frozen=True)
class PendingOrder:
    """A placed order that the sheet may not show yet. Times are on the cache's clock.

    `typed` was written into the sheet at `written_at`; nothing if another process has written it. `is_misplaced`
    says that it is known to stand under other headers. It was put right `repairs` times. A refused order is not
    sent again before `retry_at`.
    """

    record: Record
    state: State
    typed: Sequence[Addition] = ()
    written_at: float = -math.inf
    is_misplaced: bool = False
    repairs: int = 0
    retry_at: float = -math.inf

    def plan_repair(self, snapshot: Snapshot) -> tuple[Repair, ...] | None:
        """Plan to put what was typed under its headers, as `repair.plan_repair` does."""
        return plan_repair(snapshot, self.record.order, self.typed, known_misplaced=self.is_misplaced)


class Pending:
    """The orders that are not verified yet, by folded id, and what keeps them from the sheet.

    Any thread may ask and add. Only the writing thread, in the process that leads, changes an order's state.
    Its lock may be held while the journal's is taken, and not the other way round.
    """

    def __init__(self, journal: Journal) -> None:
        """Begin with what the journal holds; raises `JournalUnavailable`."""
        self._journal = journal
        self._lock = Lock()
        self._orders: dict[str, PendingOrder] = {}
        self._failure: BikordersError | None = None
        self._remarks: tuple[str, ...] = ()
        self._drafts: WeakKeyDictionary[Snapshot, dict[str, str]] = WeakKeyDictionary()
        self.has_news = Event()
        """Set when an order was added."""
        self.follow(0.0, -math.inf)

    # What any thread may do

    def add(self, record: Record) -> None:
        """Add an order that was just recorded, unless it is in the sheet by now: nobody would take it out again."""
        with self._lock:
            now = self._journal.find_id(record.id)
            if now and now.state is not State.WRITTEN:
                self._orders.setdefault(fold_id(now.id), PendingOrder(now, now.state))
        self.has_news.set()

    def find(self, order_id: str) -> PendingOrder | None:
        """Find an order by its id, as a person may write it."""
        with self._lock:
            return self._orders.get(fold_id(order_id))

    def list_in(self, state: State) -> list[PendingOrder]:
        """Return the orders that are in a state."""
        with self._lock:
            return [order for order in self._orders.values() if order.state is state]

    def is_shown(self, record: Record, snapshot: Snapshot) -> bool:
        """Return whether a row of the snapshot has the order's draft id: the proof that it was written."""
        drafts = self._drafts.get(snapshot)
        if drafts is None:
            drafts = self._drafts[snapshot] = list_drafts(snapshot)
        return strip_blanks(record.draft_id) in drafts

    def get_trouble(self) -> tuple[BikordersError | None, tuple[str, ...]]:
        """Return why orders wait, if they do, and the last remarks for the merchant."""
        with self._lock:
            return self._failure, self._remarks

    # In a process that does not lead

    def follow(self, now: float, seen_since: float) -> None:
        """Take over what the journal says; `seen_since` is when the read of the last good snapshot began.

        What another process has written may not be in that snapshot yet.
        """
        with self._lock:
            records = [*self._journal.list_waiting(), *self._journal.list_parked()]
            orders = {fold_id(record.id): PendingOrder(record, record.state) for record in records}
            for folded in self._orders.keys() - orders.keys():
                order = self._orders[folded]
                if order.state is not State.WRITTEN:
                    order = PendingOrder(order.record, State.WRITTEN, written_at=now)
                if order.written_at > seen_since:
                    orders[folded] = order
            self._orders = orders

    # In the writing thread

    def list_waiting(self) -> list[PendingOrder]:
        """Return the orders that the sheet has not taken, in the order they came, those of other processes too.

        What the sheet took when the journal could not be written is noted there now.
        """
        records = self._journal.list_waiting()
        with self._lock:
            orders = [
                self._orders.setdefault(fold_id(record.id), PendingOrder(record, record.state))
                for record in records
            ]
        for order in orders:
            if order.state is State.WRITTEN:
                self._journal.mark_written(order.record.seq)
        return [order for order in orders if order.state is not State.WRITTEN]

    def mark_sent(self, record: Record) -> None:
        """Note that the order is on its way into the sheet, or may be."""
        self._put(PendingOrder(record, State.SENT))

    def mark_refused(self, record: Record, reason: str, retry_at: float) -> State:
        """Note that the sheet refused the order; return whether it is waiting for a second try or parked."""
        record = self._journal.note_refusal(record.seq, reason)
        self._put(PendingOrder(record, record.state, retry_at=retry_at))
        return record.state

    def mark_written(
        self, record: Record, typed: Sequence[Addition], now: float, *, is_misplaced: bool = False
    ) -> None:
        """Note that the sheet took what was typed for the order; a later read has to show it."""
        # Before the journal says so: an order that is neither here nor in the snapshot is not found.
        self._put(PendingOrder(record, State.WRITTEN, typed, now, is_misplaced))
        self._journal.mark_written(record.seq)

    def mark_repaired(self, order: PendingOrder, now: float) -> None:
        """Note a try to put the order right; a later read has to show it."""
        self._put(replace(order, written_at=now, repairs=order.repairs + 1))

    def mark_verified(self, order: PendingOrder) -> None:
        """Note that the sheet answers for the order from now on."""
        if order.state is not State.WRITTEN:
            self._journal.mark_written(order.record.seq)
        with self._lock:
            self._orders.pop(fold_id(order.record.id), None)

    def set_failure(self, failure: BikordersError | None) -> bool:
        """Keep why orders wait, None if nothing keeps them; return whether that reads differently than before."""
        with self._lock:
            is_new = str(self._failure) != str(failure)
            self._failure = failure
            return is_new

    def add_remark(self, text: str) -> bool:
        """Keep a remark for the merchant; return whether it is a new one."""
        with self._lock:
            if text in self._remarks:
                return False
            self._remarks = (*self._remarks, text)[-_REMARKS:]
            return True

    def _put(self, order: PendingOrder) -> None:
        with self._lock:
            self._orders[fold_id(order.record.id)] = order
