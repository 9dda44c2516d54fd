"""Which waiting orders are written now and together, and how the rows of one move those of the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bikorders.placing.pending import PendingOrder
from bikorders.placing.record import Record
from bikorders.sheet.edits import Addition, InsertRows

_FEW = 10
"""Up to so many orders are written one by one: what is refused then is refused to one of them."""

_SIZE = 250_000
"""Bytes of orders that are written together; Google recommends requests of at most 2 MB, and cells take more than orders."""


@dataclass(frozen=True)
class Planned:
    """An order's rows as they are to be written."""

    record: Record
    additions: Sequence[Addition]


def split(planned: Sequence[Planned], together: int) -> list[list[Planned]]:
    """Return the orders in groups that are written together, in their order: at most `together` in each, if there are many."""
    groups: list[list[Planned]] = []
    size = 0
    for each in planned:
        size += len(each.record.answer)
        if len(planned) > _FEW and groups and len(groups[-1]) < together and size <= _SIZE:
            groups[-1].append(each)
        else:
            groups.append([each])
            size = len(each.record.answer)
    return groups


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
    if not isinstance(addition, InsertRows):
        return addition
    above = [other for other in inserted if other.tab == addition.tab and other.after <= addition.after]
    after = addition.after + sum(len(other.rows) for other in above)
    if not above or above[-1].after != addition.after:
        return replace(addition, after=after)
    last = above[-1].lay_out()[-1]  # stands directly above by now
    return replace(addition, after=after, above=tuple(last), is_first=False)


def find_inserted(planned: Sequence[Addition], made: Sequence[Addition]) -> list[InsertRows]:
    """Return what was inserted where it was planned, with the rows as they were made."""
    return [
        replace(plan, rows=fitted.rows, days=fitted.days)
        for plan, fitted in zip(planned, made, strict=True)
        if isinstance(plan, InsertRows) and isinstance(fitted, InsertRows)
    ]
