"""Write the placed orders into the sheet, each of them once.

One thread of one process writes. It waits for a regular read of the sheet, writes the orders of the journal that the
sheet does not show, and looks in the next read whether all stands where it belongs. A draft id in the sheet is the
proof that an order was written: after a lost answer nothing is written twice.
"""

import logging
import math
from collections.abc import Sequence
from contextlib import suppress
from threading import Thread

from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.errors import (
    AlreadyWritten,
    BikordersError,
    ChangeRefused,
    JournalUnavailable,
    SourceUnavailable,
)
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.batches import Planned, find_due, find_inserted, shift, split
from bikorders.placing.catch_up import CatchUp
from bikorders.placing.journal import Journal
from bikorders.placing.pauses import Pauses
from bikorders.placing.pending import Pending, PendingOrder
from bikorders.placing.record import Record, State
from bikorders.placing.repair import is_misplaced
from bikorders.placing.row_plan import plan_rows
from bikorders.placing.sheet_writers import Named, SheetWriter, build_name
from bikorders.placing.verifier import SECOND_TRY, Verifier
from bikorders.sheet.edits import Addition, InsertRows, MakeTab

PATIENCE = 30.0
"""Seconds that one try waits for a read of the sheet."""

PAUSES = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds before the next try after a failure."""

LISTEN = 2.0
"""Seconds after which the journal is looked at without a reason: other processes take orders, too."""

_PROBES = 3
"""After so many refusals, and no order that was taken, the others are not tried: what is refused is not one order."""

LAST_ROUND = 3.0
"""Seconds that the end of the process waits for what is being written; the next start looks whether it was."""

_SOON = 0.1
"""Seconds before what was just written is looked at: in the next regular read that begins after that."""

_log = logging.getLogger(__name__)


class Writer:
    """The thread that writes; `start` begins it."""

    def __init__(
        self,
        journal: Journal,
        cache: SnapshotCache,
        pending: Pending,
        table: SheetWriter,
        catch_up: CatchUp | None = None,
    ) -> None:
        self._journal = journal
        self._cache = cache
        self._pending = pending
        self._sheet = table
        self._catch_up = catch_up
        self._verifier = Verifier(cache, pending, table)
        self._pauses = Pauses(PAUSES)
        self._is_leading = False
        self._needs_names = False
        self._is_closed = False
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to write, in one thread of its own; orders that come from now on need not wait."""
        if not self._is_leading:
            self._lead()
        self._thread = Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the round that is under way; it gets a moment to end."""
        self._is_closed = True
        self._pending.has_news.set()
        if self._thread:
            self._thread.join(LAST_ROUND)

    def _run(self) -> None:
        while True:
            self._pending.has_news.clear()
            if self._is_closed:  # asked after the clearing, which may take away what `close` has set
                return
            self._pending.has_news.wait(self.work())

    def work(self) -> float:
        """Do one round, unless it is a pause after a failure; return the seconds until the next."""
        with suppress(JournalUnavailable):  # it is logged
            self._journal.settle()
        left = self._pauses.find_left(self._cache.now())
        if left > 0:
            return left
        try:
            return self._do_round()
        except BikordersError as error:
            return self._note_failure(error)
        except Exception as error:  # noqa: BLE001 - the one thread that writes must live on
            _log.exception("unexpected error while writing orders: %s", type(error).__name__)
            return self._pauses.begin(self._cache.now(), PAUSES[-1])

    def _do_round(self) -> float:
        if not self._is_leading and not self._lead():
            return self._pauses.find_left(self._cache.now()) if self._is_leading else LISTEN
        if self._catch_up and (view := self._cache.peek()) and self._catch_up.hold_against(view.snapshot):
            self._catch_up = None
        waiting = self._pending.list_waiting()
        self._verifier.settle_by_hand()
        since = self._cache.now()
        due = find_due(waiting, since)
        if not due and not self._pending.list_unseen(since):
            return LISTEN
        snapshot = self._cache.await_read(since, PATIENCE, self._needs_names)
        if snapshot is None:
            error = self._cache.get_health().failure
            return self._note_failure(error or SourceUnavailable("the sheet can't be read", "this passes"))
        self._needs_names = False
        self._verifier.verify(snapshot, since)
        if due:
            self._tell_failure(self._write(due, snapshot))
        self._pauses.note_success()
        return _SOON if self._needs_names or self._pending.list_unseen(self._cache.now()) else LISTEN

    def _lead(self) -> bool:
        """Try to become the process that writes; return whether it may begin.

        The process that wrote before may have sent something that is still under way.
        """
        self._is_leading = self._journal.lead()
        view, now = self._cache.peek(), self._cache.now()
        self._pending.follow(now, now - view.age if view else -math.inf)
        if not self._is_leading:
            return False
        is_under_way = bool(self._sheet.settles and self._pending.list_in(State.SENT))
        if is_under_way:
            self._pauses.begin(now, self._sheet.settles)
        return not is_under_way

    # Writing

    def _write(self, orders: Sequence[PendingOrder], snapshot: Snapshot) -> ChangeRefused | None:
        """Write the orders that the sheet does not show, all planned with the one read.

        A refusal is the order's own if the sheet takes another order after it, or said the same when that was so.
        Any other may be for all that wait: it is returned, or raised after some of them.
        """
        inserted: list[InsertRows] = []
        refused: list[tuple[Record, ChangeRefused]] = []
        groups = split(self._prepare_all(orders, snapshot), self._sheet.together)
        while groups and len(refused) < _PROBES:
            group = groups.pop(0)
            refusal = self._send(group, inserted, snapshot)
            if refusal is None:
                for each, reason in refused:
                    self._refuse(each, reason)
                refused = []
            elif len(group) > 1:
                groups[:0] = [[each] for each in group]  # one of them may be to blame
            else:
                refused.append((group[0].record, refusal))
        if len(refused) == _PROBES:
            raise refused[-1][1]
        left = None
        for record, refusal in refused:
            if record.refusals and record.reason == refusal.message:
                self._refuse(record, refusal)
            else:
                left = refusal
        return left

    def _prepare_all(self, orders: Sequence[PendingOrder], snapshot: Snapshot) -> list[Planned]:
        """Return what is to be written of the orders, up to one that makes a tab: the next are planned with that tab."""
        ready: list[Planned] = []
        for order in orders:
            planned = self._prepare(order, snapshot)
            if planned is None:
                continue
            ready.append(Planned(order.record, planned))
            if any(isinstance(addition, MakeTab) for addition in planned):
                # It is seen only after they have been read, even if the answer is lost.
                self._needs_names = True
                break
        return ready

    def _prepare(self, order: PendingOrder, snapshot: Snapshot) -> Sequence[Addition] | None:
        """Return what is to be written for an order; None if nothing is."""
        record = order.record
        if self._pending.is_shown(record, snapshot):
            if order.typed:  # it is to be verified, as if its answer had not been lost
                self._pending.mark_written(record, order.typed, self._cache.now())
            else:
                self._pending.mark_verified(order)
            return None
        planned = self._plan(record, snapshot)
        if planned is None:
            return None
        if order.state is State.SENT and is_misplaced(snapshot, record.id, record.draft_id):
            self._pending.mark_written(record, order.typed or planned, self._cache.now(), is_misplaced=True)
            return None
        return planned

    def _plan(self, record: Record, snapshot: Snapshot) -> Sequence[Addition] | None:
        """Plan an order's rows; an order that makes this code fail is refused, so that the others go on."""
        try:
            return plan_rows(snapshot, record.order, record.received_at)
        except BikordersError:
            raise
        except Exception as error:  # noqa: BLE001 - as in `work`
            _log.exception("unexpected error while planning order %s: %s", record.id, type(error).__name__)
            self._refuse(record, ChangeRefused("it can't be put into rows", "the log has the details"))
            return None

    def _send(
        self, group: Sequence[Planned], inserted: list[InsertRows], snapshot: Snapshot
    ) -> ChangeRefused | None:
        """Write the rows of some orders and add them to `inserted`; return why the sheet did not take them, if so."""
        orders = [
            Named(
                build_name(each.record.draft_id, each.record.received_at),
                [shift(addition, inserted) for addition in each.additions],
            )
            for each in group
        ]
        self._pending.mark_sent(
            [(each.record, order.additions) for each, order in zip(group, orders, strict=True)]
        )
        try:
            made = self._sheet.write_all(orders, snapshot.workbook)
        except ChangeRefused as error:
            if isinstance(error, AlreadyWritten) and len(group) == 1:
                _log.info("order %s is in the sheet already", group[0].record.id)
                now = self._cache.now()  # the columns may have been moved since what Google took was planned
                self._pending.mark_written(group[0].record, group[0].additions, now, is_misplaced=True)
                return None
            for each in group:
                self._pending.mark_waiting(each.record, self._cache.now() + SECOND_TRY)
            return error
        for each, typed in zip(group, made, strict=True):
            inserted += find_inserted(each.additions, typed)
            self._pending.mark_written(each.record, typed, self._cache.now())
        self._pauses.note_success()
        return None

    def _refuse(self, record: Record, error: ChangeRefused) -> None:
        """Note that the sheet refused the order for itself; the second time parks it."""
        state = self._pending.mark_refused(record, error.message, self._cache.now() + SECOND_TRY)
        _log.warning("order %s was refused by the sheet: %s", record.id, error)
        if state is State.PARKED:
            _log.error("order %s is parked: type it into the sheet with its draft id", record.id)

    # What goes wrong

    def _tell_failure(self, error: BikordersError | None) -> None:
        """Say why orders wait, in the log when it changes, and in the journal for `check`."""
        if self._pending.set_failure(error) and error and not isinstance(error, JournalUnavailable):
            _log.warning("placed orders wait: %s", error)
            with suppress(JournalUnavailable):  # it is logged
                self._journal.note_reason(str(error))

    def _note_failure(self, error: BikordersError) -> float:
        self._tell_failure(error)
        settles = self._sheet.settles if self._pending.list_in(State.SENT) else 0.0
        return self._pauses.note_failure(self._cache.now(), settles)
