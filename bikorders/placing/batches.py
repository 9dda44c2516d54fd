"""Which waiting orders are written now, and how the rows of one move those of the next."""

from collections.abc import Sequence
from dataclasses import replace

from bikorders.placing.pending import PendingOrder
from bikorders.sheet.edits import Addition, InsertRows


def find_due(waiting: Sequence[PendingOrder], now: float) -> list[PendingOrder]:
    """Return the orders to be written now, in the order they came.

    Among them is one that was refused lately, if there are others: they show whether it was refused for itself.
    """
    due = [order for order in waiting if order.retry_at <= now]
    later = [order for order in waiting if order.retry_at > now]
    again = [min(later, key=lambda order: order.retry_at)] if due and later else []
    return sorted(due + again, key=lambda order: order.record.seq)


def shift(addition: Addition, inserted: Sequence[InsertRows]) -> Addition:
    """Return an insertion as it has to be after others, made since the read, have moved its rows down."""
    if isinstance(addition, InsertRows):
        tab, after = addition.tab, addition.after
        above = sum(len(other.rows) for other in inserted if other.tab == tab and other.after <= after)
        return replace(addition, after=after + above)
    return addition
