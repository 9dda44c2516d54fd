"""The placed orders that the sheet may not show yet, and how far each has come.

The threads that answer requests share it with the one that writes.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Event, Lock
from weakref import WeakKeyDictionary

from bikorders.errors import BikordersError
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.journal import Journal
from bikorders.placing.record import Record, State
from bikorders.placing.repair import list_drafts, plan_repair
from bikorders.placing.typed_rows import dump_typed, read_typed
from bikorders.reading.order_ids import fold_id
from bikorders.sheet.edits import Addition, Repair
from bikorders.text import strip_blanks

_NAMED = 50
"""How many orders in the wrong cells are named."""


@dataclass(frozen=True)
class PendingOrder:
    """A placed order that the sheet may not show yet. Times are on the cache's clock.

    `typed` was sent to the sheet, which took it at `written_at`, or before this process began. `is_misplaced` says that it
    is known to stand under other headers, and `stray_tab` is the tab where it stands if it belongs into another. It was put
    right `repairs` times. It is not sent or put right again before `retry_at`.
    """

    record: Record
    state: State
    typed: Sequence[Addition] = ()
    written_at: float = -math.inf
    is_misplaced: bool = False
    stray_tab: str = ""
    repairs: int = 0
    retry_at: float = -math.inf

    def plan_repair(self, snapshot: Snapshot) -> tuple[Repair, ...] | None:
        """Plan to put what was typed under its headers, as `repair.plan_repair` does."""
        return plan_repair(snapshot, self.record.order, self.typed, known_misplaced=self.is_misplaced)


def describe_stray(order_id: str, title: str) -> str:
    """Return what the merchant is told of an order in a tab that had another title."""
    return f"order {order_id} stands in “{title}”, which was renamed while it was written: move it to the tab for new orders"


def _describe_left(orders: Sequence[PendingOrder]) -> Iterator[str]:
    """Yield what the merchant is told of orders in the wrong cells or tabs."""
    stray = [order for order in orders if order.stray_tab]
    yield from (describe_stray(order.record.id, order.stray_tab) for order in stray[:_NAMED])
    ids = [order.record.id for order in orders if not order.stray_tab]
    if ids:
        named = ", ".join(ids[:_NAMED]) + (f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else "")
        word = "order" if len(ids) == 1 else "orders"
        yield f"in the wrong place: {word} {named}; put the cells or rows right by hand"


def _take_over(record: Record) -> PendingOrder:
    """Return the order as the journal has it."""
    typed = read_typed(record.typed)
    return PendingOrder(record, record.state, typed, is_misplaced=record.is_misplaced, repairs=record.repairs)


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
        self._drafts: WeakKeyDictionary[Snapshot, dict[str, str]] = WeakKeyDictionary()
        self.has_news = Event()
        """Set when an order was added."""
        self.follow(0.0, -math.inf)

    # What any thread may do

    def add(self, record: Record) -> None:
        """Add an order that was just recorded, unless it is in the sheet by now: nobody would take it out again."""
        with self._lock:
            now = self._journal.find_id(record.id)
            if now and now.state is not State.VERIFIED:
                self._orders.setdefault(fold_id(now.id), _take_over(now))
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
        return self.find_shown(record.draft_id, snapshot) is not None

    def find_shown(self, draft_id: str, snapshot: Snapshot) -> str | None:
        """Find the order id in the snapshot's row that has a draft id; "" if the row has none."""
        drafts = self._drafts.get(snapshot)
        if drafts is None:
            drafts = self._drafts[snapshot] = list_drafts(snapshot)
        return drafts.get(strip_blanks(draft_id))

    def get_trouble(self) -> tuple[BikordersError | None, tuple[str, ...]]:
        """Return why orders wait, if they do, and what is in the sheet but not as it should be."""
        left = self.list_in(State.LEFT)
        with self._lock:
            return self._failure, tuple(_describe_left(left))

    # In a process that does not lead

    def follow(self, now: float, seen_since: float) -> None:
        """Take over what the journal says; `seen_since` is when the read of the last good snapshot began.

        What another process has verified may not be in that snapshot yet.
        """
        with self._lock:
            records = self._journal.list_unverified()
            orders = {fold_id(record.id): _take_over(record) for record in records}
            for folded in self._orders.keys() - orders.keys():
                order = self._orders[folded]
                if order.state is not State.VERIFIED:
                    order = PendingOrder(order.record, State.VERIFIED, written_at=now)
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
            orders = [self._take_waiting(record) for record in records]
        for order in orders:
            if order.state is State.WRITTEN:
                self._keep(order)
        return [order for order in orders if order.state is not State.WRITTEN]

    def _take_waiting(self, record: Record) -> PendingOrder:
        """Return the order as it is known here; one that was parked was let go by a person, through the journal."""
        folded = fold_id(record.id)
        known = self._orders.get(folded)
        if known is None or known.state is State.PARKED:
            known = self._orders[folded] = _take_over(record)
        return known

    def list_unseen(self, now: float) -> list[PendingOrder]:
        """Return the orders that a read has to show, but for those that are to be looked at later."""
        return [order for order in self.list_in(State.WRITTEN) if order.retry_at <= now]

    def mark_sent(self, orders: Sequence[tuple[Record, Sequence[Addition]]]) -> None:
        """Note that orders are on their way into the sheet, or will be in a moment; the journal says so first."""
        self._journal.mark_sent((record.seq, dump_typed(typed)) for record, typed in orders)
        for record, typed in orders:
            self._put(PendingOrder(record, State.SENT, typed))

    def mark_waiting(self, record: Record, retry_at: float) -> None:
        """Note that the sheet did not take the order, for whatever reason."""
        self._put(PendingOrder(record, State.WAITING, retry_at=retry_at))
        self._journal.mark_waiting(record.seq)

    def mark_refused(self, record: Record, reason: str, retry_at: float) -> State:
        """Note that the sheet refused the order for itself; return whether it is waiting for a second try or parked."""
        record = self._journal.note_refusal(record.seq, reason)
        self._put(PendingOrder(record, record.state, retry_at=retry_at))
        return record.state

    def mark_written(
        self, record: Record, typed: Sequence[Addition], now: float, *, is_misplaced: bool = False
    ) -> None:
        """Note that the sheet took what was typed for the order; a later read has to show it."""
        self._keep(PendingOrder(record, State.WRITTEN, typed, now, is_misplaced))

    def mark_repaired(self, order: PendingOrder, now: float, retry_at: float = -math.inf) -> None:
        """Note a try to put the order right, to which the sheet answered; a later read has to show it."""
        self._keep(replace(order, written_at=now, repairs=order.repairs + 1, retry_at=retry_at))

    def put_off(self, order: PendingOrder, retry_at: float) -> None:
        """Look at a written order again later."""
        self._put(replace(order, retry_at=retry_at))

    def mark_left(self, order: PendingOrder) -> None:
        """Note that the order stands in the wrong cells, and is left to a person."""
        self._put(replace(order, state=State.LEFT))
        self._journal.mark_left(order.record.seq, dump_typed(order.typed), order.is_misplaced)

    def mark_verified(self, order: PendingOrder) -> None:
        """Note that the sheet answers for the order from now on."""
        self._journal.mark_verified(order.record.seq)
        with self._lock:
            self._orders.pop(fold_id(order.record.id), None)

    def _keep(self, order: PendingOrder) -> None:
        """Note what the sheet has of the order."""
        # Before the journal says so: an order that is neither here nor in the snapshot is not found.
        self._put(order)
        self._journal.mark_written(
            order.record.seq, dump_typed(order.typed), order.is_misplaced, order.repairs
        )

    def set_failure(self, failure: BikordersError | None) -> bool:
        """Keep why orders wait, None if nothing keeps them; return whether that reads differently than before."""
        with self._lock:
            is_new = str(self._failure) != str(failure)
            self._failure = failure
            return is_new

    def _put(self, order: PendingOrder) -> None:
        with self._lock:
            self._orders[fold_id(order.record.id)] = order
