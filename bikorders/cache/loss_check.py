"""Whether a read may replace the last good snapshot, or shows a sheet that somebody is still editing."""

from bikorders.errors import SheetUnusable
from bikorders.orders.snapshot import Snapshot

CONFIRM_LOSS = 10.0
"""Seconds between the two reads that must both miss something before it counts as deleted."""


class LossCheck:
    """Remembers what the last read missed, until a second read misses it too. For the reading thread alone."""

    def __init__(self) -> None:
        self._loss: str | None = None
        self._lost_at: float | None = None

    @property
    def confirm_at(self) -> float | None:
        """When the second read may begin at the earliest; None if nothing is missing."""
        return None if self._lost_at is None else self._lost_at + CONFIRM_LOSS

    def check(self, new: Snapshot, before: Snapshot, sent_at: float) -> None:
        """Raise `SheetUnusable` if `new`, whose read was sent at `sent_at`, may not replace `before` yet.

        Without the items' tab or its headers it never may, nor without what a tab held that can't tell it now.
        Without all of its rows, or a tab, it may when a read `CONFIRM_LOSS` later misses the same.
        """
        if failure := new.find_failure(before):
            raise failure.again()
        if before.has_items_tab and not new.has_items_tab:
            raise SheetUnusable(
                "the tab with the items is gone, or its headers are",
                "put it back as it was; if it is meant to be gone, start bikorders again",
            )
        loss = new.find_loss(before)
        if loss != self._loss:
            self._loss, self._lost_at = loss, sent_at if loss else None
        if loss and self._lost_at is not None and sent_at - self._lost_at < CONFIRM_LOSS:
            raise SheetUnusable(loss, "if that is meant, nothing needs to be done: it counts in a moment")
        self._loss = self._lost_at = None
