"""Write the placed orders into the sheet, each of them once.

One thread of one process writes. It waits for a regular read of the sheet, writes the orders of the journal that the
sheet does not show, and looks in the next read whether all stands where it belongs. A draft id in the sheet is the
proof that an order was written: after a lost answer nothing is written twice.
"""

import logging
import math
from collections.abc import Sequence
from dataclasses import replace
from threading import Thread

from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.errors import AlreadyWritten, BikordersError, ChangeRefused, SourceUnavailable
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.journal import Journal, Record, State
from bikorders.placing.pending import Pending, PendingOrder
from bikorders.placing.repair import find_stray_tab, is_misplaced
from bikorders.placing.row_plan import plan_rows
from bikorders.placing.sheet_writers import SheetWriter, build_name
from bikorders.sheet.edits import Addition, InsertRows, MakeTab, Repair, lay_out

PATIENCE = 30.0
"""Seconds that one try waits for a read of the sheet."""

LISTEN = 2.0
"""Seconds after which the journal is looked at without a reason: other processes take orders, too."""

SECOND_TRY = 75.0
"""Seconds before an order that was refused is tried again: by then the names of the tabs have been read anew."""

PAUSES = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds before the next try after a failure."""

_SOON = 0.1
"""Seconds before what was just written is looked at: in the next regular read that begins after that."""

_REPAIRS = 3
"""How often a written order is put right before it is left to the merchant."""

_log = logging.getLogger(__name__)


class Writer:
    """The thread that writes; `start` begins it."""

    def __init__(self, journal: Journal, cache: SnapshotCache, pending: Pending, table: SheetWriter) -> None:
        self._journal = journal
        self._cache = cache
        self._pending = pending
        self._sheet = table
        self._failures = 0
        self._resume_at = -math.inf
        self._is_leading = False
        self._needs_names = False
        self._is_closed = False

    def start(self) -> None:
        """Begin to write, in one thread of its own; orders that come from now on need not wait."""
        if not self._is_leading:
            self._lead()
        Thread(target=self._run, name="writer", daemon=True).start()

    def close(self) -> None:
        """Stop after the round that is under way."""
        self._is_closed = True
        self._pending.has_news.set()

    def _run(self) -> None:
        while True:
            self._pending.has_news.clear()
            if self._is_closed:  # asked after the clearing, which may take away what `close` has set
                return
            self._pending.has_news.wait(self.work())

    def work(self) -> float:
        """Do one round, unless it is a pause after a failure; return the seconds until the next."""
        left = self._resume_at - self._cache.now()
        if left > 0:
            return left
        try:
            return self._do_round()
        except BikordersError as error:
            return self._note_failure(error)
        except Exception as error:  # noqa: BLE001 - the one thread that writes must live on
            _log.exception("unexpected error while writing orders: %s", type(error).__name__)
            return self._pause(PAUSES[-1])

    def _do_round(self) -> float:
        if not self._is_leading and not self._lead():
            return self._resume_at - self._cache.now() if self._is_leading else LISTEN
        waiting = self._pending.list_waiting()
        self._settle_parked()
        since = self._cache.now()
        due = [order for order in waiting if order.retry_at <= since]
        if not due and not self._pending.list_in(State.WRITTEN):
            return LISTEN
        snapshot = self._cache.await_read(since, PATIENCE, self._needs_names)
        if snapshot is None:
            error = self._cache.get_health().failure
            return self._note_failure(error or SourceUnavailable("the sheet can't be read", "this passes"))
        self._needs_names = False
        self._verify(snapshot, since)
        self._write(due, snapshot)
        self._failures = 0
        self._pending.set_failure(None)
        return _SOON if self._needs_names or self._pending.list_in(State.WRITTEN) else LISTEN

    def _lead(self) -> bool:
        """Try to become the process that writes; return whether it may begin.

        The process that wrote before may have sent something that is still under way.
        """
        self._is_leading = self._journal.lead()
        if not self._is_leading:
            view, now = self._cache.peek(), self._cache.now()
            self._pending.follow(now, now - view.age if view else -math.inf)
            return False
        waiting = self._pending.list_waiting()
        for order in waiting:
            self._pending.mark_sent(order.record)
        if waiting:
            self._pause(self._sheet.settles)
        return not waiting or not self._sheet.settles

    # Writing

    def _write(self, orders: Sequence[PendingOrder], snapshot: Snapshot) -> None:
        """Write the orders that the sheet does not show, all planned with the one read."""
        inserted: list[InsertRows] = []
        for order in orders:
            record = order.record
            if self._pending.is_shown(record, snapshot):
                self._pending.mark_verified(order)
                continue
            planned = self._plan(record, snapshot)
            if planned is None:
                continue
            if order.state is State.SENT and is_misplaced(snapshot, record.id, record.draft_id):
                self._pending.mark_written(record, planned, self._cache.now(), is_misplaced=True)
                continue
            if snapshot.knows(record.id):
                self._remark(
                    f"two orders have the number {record.id}: give the one that is not Bik's another"
                )
            # If a tab is made, it is seen only after the tabs' names have been read, even if the answer is lost.
            makes_tab = any(isinstance(addition, MakeTab) for addition in planned)
            self._needs_names = self._needs_names or makes_tab
            if self._send(record, planned, inserted, snapshot) and makes_tab:
                return  # the next order is planned with the new tab

    def _plan(self, record: Record, snapshot: Snapshot) -> Sequence[Addition] | None:
        """Plan an order's rows; an order that makes this code fail is refused, so that the others go on."""
        try:
            return plan_rows(snapshot, record.order)
        except BikordersError:
            raise
        except Exception as error:  # noqa: BLE001 - as in `work`
            _log.exception("unexpected error while planning order %s: %s", record.id, type(error).__name__)
            self._refuse(record, ChangeRefused("it can't be put into rows", "the log has the details"))
            return None

    def _send(
        self, record: Record, planned: Sequence[Addition], inserted: list[InsertRows], snapshot: Snapshot
    ) -> bool:
        """Write an order's rows and add them to `inserted`; return whether the sheet took them."""
        self._pending.mark_sent(record)
        shifted = [_shift(addition, inserted) for addition in planned]
        name = build_name(record.draft_id, record.received_at)
        try:
            typed = self._sheet.write(shifted, snapshot.workbook, name)
        except AlreadyWritten:
            _log.info("order %s is in the sheet already", record.id)
            self._pending.mark_written(record, planned, self._cache.now())
            return True
        except ChangeRefused as error:
            self._refuse(record, error)
            return False
        for plan, made in zip(planned, typed, strict=True):
            if isinstance(plan, InsertRows) and isinstance(made, InsertRows):
                inserted.append(replace(plan, rows=made.rows))
        self._pending.mark_written(record, typed, self._cache.now())
        self._failures = 0
        return True

    def _refuse(self, record: Record, error: ChangeRefused) -> None:
        state = self._pending.mark_refused(record, error.message, self._cache.now() + SECOND_TRY)
        _log.warning("order %s was refused by the sheet: %s", record.id, error)
        if state is State.PARKED:
            _log.error("order %s is parked: type it into the sheet with its draft id", record.id)

    # Looking again

    def _verify(self, snapshot: Snapshot, since: float) -> None:
        """Look whether what was written before `since` stands under its headers, and put it there if it does not."""
        for order in self._pending.list_in(State.WRITTEN):
            if order.written_at >= since:
                continue
            record = order.record
            if title := find_stray_tab(snapshot, record.order, order.typed):
                self._remark(
                    f"order {record.id} stands in “{title}”, which was renamed while it was written: move it to the "
                    "tab for new orders"
                )
            repairs = order.plan_repair(snapshot)
            if repairs and order.repairs < _REPAIRS:
                self._repair(order, repairs, snapshot)
                continue
            if repairs or repairs is None:
                self._remark(
                    f"order {order.record.id} stands in the wrong columns: put its cells right by hand"
                )
            self._pending.mark_verified(order)

    def _repair(self, order: PendingOrder, repairs: Sequence[Repair], snapshot: Snapshot) -> None:
        order_id = order.record.id
        _log.warning("the sheet was rearranged while order %s was written; it is put right", order_id)
        try:
            self._sheet.write(repairs, snapshot.workbook)
        except (ChangeRefused, SourceUnavailable) as error:
            _log.warning("order %s is not put right yet: %s", order_id, error)
        self._pending.mark_repaired(order, self._cache.now())

    def _settle_parked(self) -> None:
        """Look whether a person has typed a parked order into the sheet."""
        parked = self._pending.list_in(State.PARKED)
        view = self._cache.peek() if parked else None
        for order in parked if view else ():
            if view and self._pending.is_shown(order.record, view.snapshot):
                self._pending.mark_verified(order)

    # What goes wrong

    def _remark(self, text: str) -> None:
        if self._pending.add_remark(text):
            _log.error("%s", text)

    def _note_failure(self, error: BikordersError) -> float:
        if self._pending.set_failure(error):
            _log.warning("placed orders wait: %s", error)
        pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
        is_under_way = bool(self._pending.list_in(State.SENT))
        return self._pause(max(pause, self._sheet.settles) if is_under_way else pause)

    def _pause(self, seconds: float) -> float:
        self._resume_at = self._cache.now() + seconds
        return seconds


def _shift(addition: Addition, inserted: Sequence[InsertRows]) -> Addition:
    """Return an insertion as it has to be after others, made since the read, have moved its rows down."""
    if not isinstance(addition, InsertRows):
        return addition
    above = [other for other in inserted if other.tab == addition.tab and other.after <= addition.after]
    after = addition.after + sum(len(other.rows) for other in above)
    if not above or above[-1].after != addition.after:
        return replace(addition, after=after)
    last = above[-1].rows[-1]  # stands directly above by now
    return replace(addition, after=after, above=tuple(lay_out(last, max(last, default=0))), is_first=False)
