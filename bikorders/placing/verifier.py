"""Look whether written orders stand in the sheet as they were meant to, and put right what does not."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.errors import ChangeRefused, SheetUnusable
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.pending import Pending, PendingOrder, describe_stray
from bikorders.placing.record import State
from bikorders.placing.repair import find_stray_tab
from bikorders.placing.sheet_writers import SheetWriter
from bikorders.sheet.edits import Repair, RetypeRows

SECOND_TRY = 75.0
"""Seconds before what was refused is tried again: by then the names of the tabs have been read anew."""

_REPAIRS = 3
"""How often the sheet takes a repair of an order, or refuses it, before it is left to the merchant."""

_log = logging.getLogger(__name__)


class Verifier:
    """What the writing thread does with orders that the sheet has taken."""

    def __init__(self, cache: SnapshotCache, pending: Pending, sheet: SheetWriter) -> None:
        self._cache = cache
        self._pending = pending
        self._sheet = sheet

    def verify(self, snapshot: Snapshot, since: float) -> None:
        """Look whether what was written before `since` stands under its headers, and put it there if it does not."""
        for order in self._pending.list_unseen(since):
            if order.written_at >= since:
                continue
            repairs = order.plan_repair(snapshot)
            if repairs == ():
                self._settle(order, snapshot)
                continue
            if repairs is None or any(isinstance(repair, RetypeRows) for repair in repairs):
                order = replace(order, is_misplaced=True)  # also if the columns are moved back
            if repairs and order.repairs < _REPAIRS:
                self._repair(order, repairs, snapshot)
            else:
                self._pending.mark_left(order)
                _log.error(
                    "order %s stands in the wrong place: put its cells or rows right by hand", order.record.id
                )

    def _repair(self, order: PendingOrder, repairs: Sequence[Repair], snapshot: Snapshot) -> None:
        """Put an order right; only a try that the sheet answers for this order is one. Raises `SourceUnavailable`."""
        order_id, now = order.record.id, self._cache.now()
        try:
            self._sheet.write(repairs, snapshot.workbook)
        except SheetUnusable as error:
            _log.warning("order %s stands in the wrong place and is not put right yet: %s", order_id, error)
            if isinstance(error, ChangeRefused):
                self._pending.mark_repaired(order, now, now + SECOND_TRY)
            else:
                self._pending.put_off(order, now + SECOND_TRY)
            return
        _log.warning("the sheet was rearranged while order %s was written; it was put right", order_id)
        self._pending.mark_repaired(order, self._cache.now())

    def settle_by_hand(self) -> None:
        """Look whether a person has typed a parked order into the sheet, or moved one that was left to where it belongs."""
        parked, left = self._pending.list_in(State.PARKED), self._pending.list_in(State.LEFT)
        view = self._cache.peek() if parked or left else None
        if view is None:
            return
        for order in parked:
            if self._pending.is_shown(order.record, view.snapshot):
                self._pending.mark_verified(order)
        for order in left:
            if order.plan_repair(view.snapshot) == ():
                self._settle(order, view.snapshot)

    def _settle(self, order: PendingOrder, snapshot: Snapshot) -> None:
        """Let the sheet answer for an order under its headers, unless it stands in a tab that a person has to move it from."""
        title = find_stray_tab(snapshot, order.record.order, order.typed)
        if not title:
            self._pending.mark_verified(order)
        elif title != order.stray_tab:
            self._pending.mark_left(replace(order, stray_tab=title))
            _log.error("%s", describe_stray(order.record.id, title))
