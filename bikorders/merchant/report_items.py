"""The items across all orders: where they are, which orders lack them, and which tabs should have some and don't."""

from collections.abc import Collection, Iterator

from bikorders.merchant.report_rows import list_typed
from bikorders.merchant.report_tabs import describe_items
from bikorders.orders.order import Order
from bikorders.orders.snapshot import Snapshot
from bikorders.orders.totals import was_given_back
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import RowGroup, Table, has_product, list_rows
from bikorders.reading.tab_titles import is_named_items


def describe_places(snapshot: Snapshot, unnamed: list[str], *, has_items: bool) -> str:
    """Return where the items are, in words. `unnamed` are the titles of tabs that no order claims."""
    if not has_items and not snapshot.has_items_tab:
        return "nowhere: no tab has columns for them"
    has_per_order_tabs = len(unnamed) < len(snapshot.layout.per_order_tabs)
    return describe_items(snapshot.layout, has_per_order_tabs=has_per_order_tabs)


def lacks_items_for_a_reason(snapshot: Snapshot, groups: list[RowGroup], order: Order) -> bool:
    """Return whether a missing item is no problem of its own.

    The order needs no items, another problem says why there are none, or their tab was not read. A row that holds
    hardly more than its number is prepared for a later order. A row whose number has no digits, though other
    numbers have some, is an average, a count or a heading.
    """
    if was_given_back(order.values) or any(problem.code.startswith("items-") for problem in order.problems):
        return True
    rows = [row for group in groups for row in group.rows]
    if not any(list_typed(row) for row in rows):
        return True
    if not _has_digit(order.id) and any(_has_digit(row.id) for row in list_rows(rows[0].table)):
        return True
    return snapshot.find_unread_tab(order.id) is not None


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def find_empty_items_tabs(snapshot: Snapshot, unnamed: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each tab of items that has rows and no item.

    `unnamed` are the titles of tabs with items of which no order is known, if no order has items.
    """
    layout = snapshot.layout
    for table in layout.items:
        if _has_rows(table) and not any(map(has_product, list_rows(table))):
            yield _build_problem(table)
    others = layout.orders if len(layout.orders) > 1 else ()
    ids_alone = [table for table in others if not table.columns.item_count]
    for table in (*ids_alone, *layout.shipments, *(layout.per_order_tabs[title] for title in unnamed)):
        if is_named_items(table.tab.title) and not table.columns.order_count and _has_rows(table):
            yield _build_problem(table)


def _has_rows(table: Table) -> bool:
    return any(row.raws for row in list_rows(table))


def _build_problem(table: Table) -> Problem:
    cell = table.tab.cell(1, 1)._replace(raw=table.tab.title)
    columns = table.columns
    names_products = any(slot.keys() & {"name", "productId"} for slot in columns.slots)
    return build_problem("items-none" if names_products and columns.has_id else "items-unreadable", cell)
