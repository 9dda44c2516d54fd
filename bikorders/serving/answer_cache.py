"""The answers that were made from a snapshot, as JSON; they go when the snapshot goes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from bikorders.orders.order import Order
from bikorders.orders.snapshot import Snapshot
from bikorders.orders.tracking import TRACKING_URL


@dataclass
class _Answers:
    """What was answered from one snapshot.

    `by_id` are the answers that an id alone stands for, `by_order` all of them by the order's id and link.
    """

    by_id: dict[str, bytes] = field(default_factory=dict)
    by_order: dict[tuple[str, object], bytes] = field(default_factory=dict)


class AnswerCache:
    """Keeps each order's answer, for as long as its snapshot is in use."""

    def __init__(self) -> None:
        self._answers: WeakKeyDictionary[Snapshot, _Answers] = WeakKeyDictionary()

    def find(self, snapshot: Snapshot, order_id: str) -> bytes | None:
        """Return the answer that this id alone stands for, if it was kept."""
        answers = self._answers.get(snapshot)
        return answers.by_id.get(order_id) if answers else None

    def make(self, snapshot: Snapshot, order: Order, dump: Callable[[Order], bytes]) -> bytes:
        """Return the order's answer, made by `dump` unless it was made before."""
        answers = self._answers.setdefault(snapshot, _Answers())
        key = order.id, order.values.get(TRACKING_URL)
        body = answers.by_order.get(key)
        if body is None:
            body = answers.by_order[key] = dump(order)
        return body

    def keep(self, snapshot: Snapshot, order_id: str, body: bytes) -> None:
        """Keep an answer to be found by the id alone."""
        self._answers.setdefault(snapshot, _Answers()).by_id[order_id] = body
