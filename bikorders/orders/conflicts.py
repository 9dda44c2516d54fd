"""When do rows and tabs contradict each other? All decisions about it are here.

Two customers under one id are a conflict: no answer would be right. Where only a field differs, that field is
left out with a problem. An id that is spelled in several ways means the one that is spelled exactly so.
"""

from collections.abc import Collection, Iterable, Sequence

from bikorders.errors import OrderConflict
from bikorders.orders.field_reader import Reading, merge_currencies
from bikorders.orders.order import Order
from bikorders.reading.problems import build_problem
from bikorders.reading.rows import RowGroup

CUSTOMER = frozenset({"phoneNumber", "email", "customer", "address.firstName", "address.lastName"})
"""Fields that say who the customer is: rows that differ in one of them are two orders."""

_PAID_IN_PARTS = frozenset({"payment method", "payment reference"})
"""Fields that differ where an order was paid in two parts; then they say nothing, and nothing is wrong."""

_MOST_ROWS = 20
"""How many rows a conflict's hint names."""


def require_one_customer(fields: Reading, group: RowGroup) -> None:
    """Raise `OrderConflict` if the rows of a group are about two customers."""
    if not CUSTOMER.isdisjoint(fields.differing):
        raise _build_conflict([group], "keep one order in the rows")


def require_one_order(orders: Iterable[Order], groups: Sequence[RowGroup]) -> Order:
    """Return the order that stands in several groups of one id. Raise `OrderConflict` if they differ."""
    others = iter(orders)
    first = next(others)
    if any(order.says != first.says for order in others):
        raise _build_conflict(groups, "keep one of the rows")
    return first


def add_report(fields: Reading, report: Reading) -> Reading:
    """Return what the order's rows and a report of another tab say together; where both speak, they must agree."""
    fields = fields._replace(
        columns=fields.columns | report.columns,
        problems=[*fields.problems, *report.problems],
        currencies=merge_currencies(fields.currencies, report.currencies),
    )
    for path, value in report.values.items():
        if path in fields.values and fields.values[path] != value:
            is_wrong = path not in _PAID_IN_PARTS
            problem = build_problem("rows-differ", report.cells[path], path) if is_wrong else None
            fields = fields.without(path, problem)
        elif path not in fields.unreadable:
            fields = fields._replace(
                values={**fields.values, path: value},
                cells={path: report.cells[path], **fields.cells},
                tables={path: report.tables[path], **fields.tables},
            )
    return fields


def prefer_exact(groups: Sequence[RowGroup], order_id: str) -> Sequence[RowGroup]:
    """Return the groups of one id, the exact one if several read the same. Raise `OrderConflict` without one."""
    exact = [group for group in groups if group.id == order_id]
    if exact:
        return exact
    ids = sorted({group.id for group in groups})
    if len(ids) > 1:
        raise OrderConflict(f"order {order_id} could mean {' or '.join(ids)}", "ask for one of them exactly")
    return groups


def prefer_own_items(groups: Sequence[RowGroup], order_id: str, ids: Collection[str]) -> Sequence[RowGroup]:
    """Return the items' groups that are this order's, where the sheet has several `ids` that read the same.

    Raise `OrderConflict` if some could belong to several of them.
    """
    if len(ids) == 1:
        return groups
    if any(group.id not in ids for group in groups):
        raise OrderConflict(
            f"items could belong to several of the orders {', '.join(sorted(ids))}",
            "make the ids differ in more than case or a leading #",
        )
    return [group for group in groups if group.id == order_id]


def _build_conflict(groups: Sequence[RowGroup], hint: str) -> OrderConflict:
    """Build the error for rows of one id that disagree; it names them."""
    rows = [f"{row.table.tab.title}!{row.number}" for group in groups for row in group.rows]
    more = f" and {len(rows) - _MOST_ROWS} more" if rows[_MOST_ROWS:] else ""
    places = ", ".join(rows[:_MOST_ROWS]) + more
    return OrderConflict(f"order {groups[0].id} stands in several rows that differ", f"{hint} {places}")
