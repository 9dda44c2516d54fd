"""Takes Bik's orders: into the journal before they are answered, and from there into the sheet.

One thread of one process writes. It waits for a regular read of the sheet, writes what the journal holds and the
sheet does not, and looks at the next read whether all stands where it belongs. A draft id in the sheet is the
proof that an order was written: after a lost answer nothing is written twice.
"""

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from threading import Condition, Thread
from weakref import WeakKeyDictionary

from bikorders.bik.place_order import build_placed_order, dump_placed, parse_place_request
from bikorders.cache.policy import View
from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.errors import BikordersError, ChangeRefused, OrderConflict, SourceUnavailable
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.journal import Journal, Record
from bikorders.placing.numbering import IdTemplate
from bikorders.placing.repair import is_misplaced, list_drafts, plan_repair
from bikorders.placing.row_plan import plan_rows
from bikorders.placing.sheet_writers import SheetWriter
from bikorders.reading.order_ids import fold_id
from bikorders.sheet.edits import Addition, InsertRows, MakeTab
from bikorders.text import strip_blanks

PATIENCE = 30.0
"""Seconds that one try waits for a read of the sheet."""

LISTEN = 2.0
"""Seconds after which the journal is looked at without a reason: other processes take orders, too."""

SECOND_TRY = 75.0
"""Seconds before an order that was refused is tried again: by then the names of the tabs have been read anew."""

PAUSES = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds before the next try after a failure."""

_SOON = 0.1
"""Seconds before what was just written is looked at: with the next regular read that begins after that."""

_LOOKS = 3
"""So often is a written order looked at before it is left alone."""

_log = logging.getLogger("bikorders.desk")


@dataclass(frozen=True)
class Backlog:
    """The orders that are not in the sheet: how many wait, since when (Unix seconds), and why.

    `parked` were refused by the sheet; `remarks` tell what went in otherwise than meant.
    """

    waiting: int
    since: float | None
    failure: BikordersError | None
    parked: tuple[Record, ...]
    remarks: tuple[str, ...]


@dataclass
class _Written:
    """An order that was just written, and is looked at again."""

    record: Record
    typed: Sequence[Addition]
    at: float
    is_askew: bool = False
    looks: int = 0


@dataclass
class _State:
    """What requests ask for, kept in memory: orders by folded id that the sheet may not show yet."""

    held: dict[str, Record] = field(default_factory=dict)
    written: dict[str, _Written] = field(default_factory=dict)
    failure: BikordersError | None = None
    remarks: list[str] = field(default_factory=list)


class Desk:
    """Places orders. `start` begins to write those that wait; `wall` gives Unix seconds.

    Locks are taken in this order: the desk's, then the journal's or the cache's.
    """

    def __init__(
        self,
        journal: Journal,
        cache: SnapshotCache,
        sheet: SheetWriter,
        ids: IdTemplate,
        invoice_url: str = "",
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._journal = journal
        self._cache = cache
        self._sheet = sheet
        self._ids = ids
        self._invoice_url = invoice_url
        self._wall = wall
        self._changed = Condition()
        self._state = _State()
        self._refused: dict[int, float] = {}
        self._failures = 0
        self._resume_at = -math.inf
        self._is_leading = False
        self._is_in_doubt = False
        self._needs_names = False
        self._has_news = False
        self._highest: WeakKeyDictionary[Snapshot, int] = WeakKeyDictionary()
        self._drafts: WeakKeyDictionary[Snapshot, dict[str, str]] = WeakKeyDictionary()
        self._is_closed = False
        self._follow()

    def start(self) -> None:
        """Begin to write, in one thread of its own; orders that come from now on need not wait."""
        if not self._is_leading:
            self._lead()
        Thread(target=self._run, name="desk", daemon=True).start()

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def place(self, body: bytes) -> Record:
        """Take an order and give it with its answer; the same draft again gets the same.

        Raises `RequestRefused`, `JournalUnavailable`, or what reading raises if no id can be given: when the
        sheet was never read and the journal is new.
        """
        request = parse_place_request(body)
        digest = blake2b(
            dump_placed({"order": request.order, "pending": request.is_pending}), digest_size=16
        ).hexdigest()
        record = self._journal.find_draft(request.draft_id)
        if record is None:
            record, _ = self._journal.add(
                request.draft_id,
                digest,
                lambda order_id: dump_placed(build_placed_order(request, order_id, self._invoice_url)),
                self._ids,
                self._find_highest(),
                self._wall(),
            )
            self._hold(record)
        if record.digest != digest:
            _log.warning("order %s was placed again with other contents; the first stands", record.id)
        return record

    def find(self, order_id: str, view: View | None) -> bytes | None:
        """Give the answer of an order that the journal has to answer for; None if the sheet has.

        Raises `OrderConflict` if another order has its id in the sheet, and `JournalUnavailable` if an id that
        the sheet does not show can't be looked up.
        """
        is_shown = view is not None and view.snapshot.knows(order_id)
        folded = fold_id(order_id)
        with self._changed:
            written = self._state.written.get(folded)
            record = written.record if written else self._state.held.get(folded)
        if record is None and not is_shown:
            record = self._journal.find_id(order_id)  # another process may have taken it
            record = None if record and record.state == "written" else record
        if record is None:
            return None
        if view is None or not is_shown:
            return record.answer
        if strip_blanks(record.draft_id) in self._list_drafts(view.snapshot):
            return record.answer if written and _needs_repair(view.snapshot, written) else None
        raise OrderConflict(
            f"order {record.id} was placed by Bik, and another one has its number in the sheet",
            "give the one in the sheet another number",
        )

    def get_backlog(self) -> Backlog:
        waiting, since = self._journal.count_waiting()
        parked = tuple(self._journal.list_parked())
        with self._changed:
            state = self._state
            return Backlog(waiting, since, state.failure if waiting else None, parked, tuple(state.remarks))

    def list_drafts(self) -> dict[str, str]:
        """Give Bik's draft ids by order id."""
        return self._journal.list_drafts()

    def _hold(self, record: Record) -> None:
        """Keep a new order in memory, unless it was written meanwhile: then nobody would take it out again."""
        with self._changed:
            now = self._journal.find_id(record.id)
            if now and now.state != "written":
                self._state.held[fold_id(now.id)] = now
            self._has_news = True
            self._changed.notify_all()

    def _follow(self) -> None:
        """Take over what the journal says; what another process has written may not be in our snapshot yet."""
        with self._changed:
            state, now = self._state, self._cache.now()
            records = [*self._journal.list_waiting(), *self._journal.list_parked()]
            held = {fold_id(record.id): record for record in records}
            for folded in state.held.keys() - held.keys():
                state.written[folded] = _Written(state.held[folded], (), now)
            state.held = held
            view = self._cache.peek()
            began = now - view.age if view else -math.inf
            state.written = {folded: each for folded, each in state.written.items() if each.at > began}

    def _find_highest(self) -> int:
        """Give the highest number in the sheet, of the last good copy if it can't be read in time."""
        try:
            snapshot = self._cache.get(self._cache.now()).snapshot
        except BikordersError:
            view = self._cache.peek()
            if view is None and (known := self._journal.highest_number()):
                return known
            if view is None:
                raise
            snapshot = view.snapshot
        highest = self._highest.get(snapshot)
        if highest is None:
            highest = self._highest[snapshot] = self._ids.find_highest(snapshot.list_ids())
        return highest

    def _list_drafts(self, snapshot: Snapshot) -> dict[str, str]:
        drafts = self._drafts.get(snapshot)
        if drafts is None:
            drafts = self._drafts[snapshot] = list_drafts(snapshot)
        return drafts

    # What the writing thread does

    def _run(self) -> None:
        while not self._is_closed:
            with self._changed:
                self._has_news = False
            pause = self.work()
            with self._changed:
                if not self._is_closed and not self._has_news and pause > 0:
                    self._changed.wait(pause)

    def work(self) -> float:
        """Do one round, unless it is a pause after a failure; gives the seconds until the next."""
        left = self._resume_at - self._cache.now()
        if left > 0:
            return left
        try:
            return self._do_round()
        except BikordersError as error:
            return self._note_failure(error)
        except Exception as error:  # noqa: BLE001 - the one thread that writes must live on
            _log.exception("unforeseen while writing orders: %s", type(error).__name__)
            return self._pause(PAUSES[-1])

    def _do_round(self) -> float:
        if not self._is_leading and not self._lead():
            return self._resume_at - self._cache.now() if self._is_leading else LISTEN
        records = self._journal.list_waiting()
        with self._changed:
            for record in records:
                self._state.held.setdefault(fold_id(record.id), record)
        self._settle_parked()
        since = self._cache.now()
        due = [record for record in records if self._refused.get(record.seq, since) <= since]
        if not due and not self._state.written:
            return LISTEN
        snapshot = self._cache.await_read(since, PATIENCE, self._needs_names)
        if snapshot is None:
            error = self._cache.get_health().failure
            return self._note_failure(error or SourceUnavailable("the sheet can't be read", "this passes"))
        self._needs_names = False
        self._look_again(snapshot, since)
        self._write(due, snapshot)
        self._failures = 0
        with self._changed:
            self._state.failure = None
            return _SOON if self._state.written or self._needs_names else LISTEN

    def _lead(self) -> bool:
        """Try to become the one that writes; say whether it may begin.

        Who wrote before may have sent something that is still under way.
        """
        self._is_leading = self._journal.lead()
        if not self._is_leading:
            self._follow()
            return False
        self._is_in_doubt = bool(self._journal.list_waiting())
        if self._is_in_doubt:
            self._pause(self._sheet.settles)
        return not self._is_in_doubt or not self._sheet.settles

    def _write(self, records: Sequence[Record], snapshot: Snapshot) -> None:
        """Write what is not in the sheet yet, all planned with the one read."""
        drafts = self._list_drafts(snapshot)
        was_in_doubt = self._is_in_doubt
        inserted: list[InsertRows] = []
        for record in records:
            if strip_blanks(record.draft_id) in drafts:
                self._note_written(record)
                continue
            planned = self._plan(record, snapshot)
            if planned is None:
                continue
            if was_in_doubt and is_misplaced(snapshot, record.id, record.draft_id):
                self._note_written(record, planned, is_askew=True)
                continue
            if snapshot.knows(record.id):
                self._remark(
                    f"two orders have the number {record.id}: give the one that is not Bik's another"
                )
            # One that was made, perhaps, is not seen before the tabs' names are read.
            makes_tab = any(isinstance(addition, MakeTab) for addition in planned)
            self._needs_names = self._needs_names or makes_tab
            additions = [_shift(addition, inserted) for addition in planned]
            self._is_in_doubt = True
            try:
                self._sheet.write(additions, snapshot.workbook)
            except ChangeRefused as error:
                self._refuse(record, error)
                continue
            inserted += (addition for addition in planned if isinstance(addition, InsertRows))
            self._note_written(record, planned)
            self._failures = 0
            if makes_tab:
                return  # the next order is planned with the new tab
        self._is_in_doubt = False

    def _plan(self, record: Record, snapshot: Snapshot) -> Sequence[Addition] | None:
        """Plan an order's rows; one for which nobody foresaw how must not hold up the others."""
        try:
            return plan_rows(snapshot, record.order)
        except BikordersError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            _log.exception("unforeseen while planning order %s: %s", record.id, type(error).__name__)
            self._refuse(record, ChangeRefused("it can't be put into rows", "the log has the details"))
            return None

    def _look_again(self, snapshot: Snapshot, since: float) -> None:
        """See whether what was written stands under its headers; put it there if the columns were moved."""
        for folded, written in list(self._state.written.items()):
            if written.at >= since:
                continue
            record = written.record
            repairs = plan_repair(snapshot, record.order, written.typed, known_misplaced=written.is_askew)
            if repairs and written.looks < _LOOKS:
                _log.warning("columns were moved while order %s was written; it is put right", record.id)
                try:
                    self._sheet.write(repairs, snapshot.workbook)
                except (ChangeRefused, SourceUnavailable) as error:
                    _log.warning("order %s is not put right yet: %s", record.id, error)
                written.looks += 1
                written.at = self._cache.now()
                continue
            if repairs or repairs is None:
                self._remark(f"order {record.id} stands in the wrong columns: put its cells right by hand")
            with self._changed:
                del self._state.written[folded]

    def _settle_parked(self) -> None:
        """See whether a person has typed a parked order into the sheet."""
        with self._changed:
            parked = [record for record in self._state.held.values() if record.state == "parked"]
        view = self._cache.peek() if parked else None
        for record in parked if view else ():
            if view and strip_blanks(record.draft_id) in self._list_drafts(view.snapshot):
                self._note_written(record)

    def _remark(self, text: str) -> None:
        with self._changed:
            if text in self._state.remarks:
                return
            self._state.remarks = [*self._state.remarks[-19:], text]
        _log.error("%s", text)

    def _refuse(self, record: Record, error: ChangeRefused) -> None:
        record = self._journal.note_refusal(record.seq, error.message)
        self._refused[record.seq] = self._cache.now() + SECOND_TRY
        _log.warning("order %s was refused by the sheet: %s", record.id, error)
        if record.state == "parked":
            _log.error("order %s is parked: type it into the sheet with its draft id", record.id)
            del self._refused[record.seq]
            with self._changed:
                self._state.held[fold_id(record.id)] = record

    def _note_written(
        self, record: Record, typed: Sequence[Addition] = (), *, is_askew: bool = False
    ) -> None:
        """Note that an order is in the sheet; if it was `typed` just now, it is looked at again."""
        folded = fold_id(record.id)
        if typed:
            with self._changed:  # before the journal says so: what is neither held nor seen is not found
                self._state.written[folded] = _Written(record, typed, self._cache.now(), is_askew)
        self._journal.mark_written(record.seq)
        self._refused.pop(record.seq, None)
        with self._changed:
            self._state.held.pop(folded, None)

    def _note_failure(self, error: BikordersError) -> float:
        with self._changed:
            if str(self._state.failure) != str(error):
                _log.warning("placed orders wait: %s", error)
            self._state.failure = error
        pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
        return self._pause(max(pause, self._sheet.settles) if self._is_in_doubt else pause)

    def _pause(self, seconds: float) -> float:
        self._resume_at = self._cache.now() + seconds
        return seconds


def _needs_repair(snapshot: Snapshot, written: _Written) -> bool:
    """Say whether what was just written stands under other headers than it was meant for."""
    return plan_repair(snapshot, written.record.order, written.typed, known_misplaced=written.is_askew) != ()


def _shift(addition: Addition, inserted: Sequence[InsertRows]) -> Addition:
    """Move an insertion down by what was inserted above it since the read."""
    if isinstance(addition, InsertRows):
        tab, after = addition.tab, addition.after
        above = sum(len(other.rows) for other in inserted if other.tab == tab and other.after <= after)
        return replace(addition, after=after + above)
    return addition
