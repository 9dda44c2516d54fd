"""What can be told of an order id, and what must be read first?"""

from dataclasses import dataclass

from bikorders.orders.order import Order


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a snapshot can tell of an order id: the order, or the tab that must be read first.

    `order` is None if the snapshot lacks something: `unread_tab` names the tab with the order's items, which did
    not travel with the workbook; without it, no row has such an id.
    """

    order: Order | None = None
    unread_tab: str | None = None

    @property
    def lacks_id(self) -> bool:
        """Return whether no row could be meant by the id."""
        return self.order is None and self.unread_tab is None

    @property
    def may_lack_items(self) -> bool:
        """Return whether the order has no items, so that they may stand in a tab that is new."""
        return self.order is not None and not self.order.items
