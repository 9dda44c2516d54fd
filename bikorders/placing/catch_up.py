"""Hold a journal that may be a backup against the sheet: orders were placed after it that it does not know."""

import logging
from collections.abc import Collection, Iterable
from itertools import islice

from bikorders.errors import SheetUnusable
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.journal import Journal
from bikorders.placing.numbering import IdTemplate
from bikorders.placing.repair import list_drafts
from bikorders.placing.row_plan import find_orders_table
from bikorders.text import shorten, strip_blanks

_NAMED = 50
"""How many orders, and how many numbers, are named."""

_log = logging.getLogger(__name__)


class CatchUp:
    """What the start of the service knows of the numbers, for the first snapshot with Bik's orders."""

    def __init__(self, journal: Journal, ids: IdTemplate) -> None:
        """Look at the journal before any order is added; raises `JournalUnavailable`."""
        self._journal = journal
        self._ids = ids
        self._highest = journal.highest_number()

    def hold_against(self, snapshot: Snapshot) -> bool:
        """Log which orders of the sheet are Bik's, of higher numbers than the journal's, and let no number be given twice.

        Return whether that was done: a sheet without its tab for Bik's orders says nothing. Raises `JournalUnavailable`.
        """
        try:
            find_orders_table(snapshot)
        except SheetUnusable:
            return False
        known = self._journal.list_drafts()
        drafts = {strip_blanks(draft) for draft in known.values()}
        unknown = {
            number: order_id
            for draft, order_id in list_drafts(snapshot).items()
            if draft not in drafts and (number := self._ids.find_number(order_id) or 0) > self._highest
        }
        if unknown:
            _log.warning(
                "the journal is older than the sheet: it does not know %s, which Bik placed",
                _name(shorten(unknown[number], 50) for number in sorted(unknown)),
            )
            self._tell_gaps(max(unknown), snapshot.list_ids(), known)
        if not self._journal.is_at_home():
            self._journal.settle_in(self._ids.find_highest(snapshot.list_ids()))
        return True

    def _tell_gaps(self, end: int, shown: Iterable[str], known: Collection[str]) -> None:
        """Log which numbers before `end` neither the sheet nor the journal has: they may be orders that were lost."""
        if not self._highest:
            return  # nobody knows where the numbers began
        taken = {self._ids.find_number(order_id) for order_id in (*shown, *known)}
        gaps = (self._ids.spell(number) for number in range(self._highest + 1, end) if number not in taken)
        if named := _name(gaps):
            _log.warning(
                "neither the sheet nor the journal has %s: if Bik placed them, they are lost, and Bik has to place them again",
                named,
            )


def _name(ids: Iterable[str]) -> str:
    """Return the first of the ids, parted by commas; "" if there are none."""
    first = list(islice(ids, _NAMED + 1))
    return ", ".join(first[:_NAMED]) + (" and more" if len(first) > _NAMED else "")
