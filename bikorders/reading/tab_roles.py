"""Which tab is what? Tabs are known by their headers, whatever they are called.

- *orders*: an order id column and columns of an order; several such tabs (per month, per status) are one set.
- *lines*: an orders tab whose rows are the lines of orders, as in shop systems' exports.
- *items*: an order id column and columns of items, for orders that stand in other tabs.
- *per order*: columns of items and no order id: one order's items, in a tab that is named like the order.
- *lists*: lines of orders that repeat what an orders tab and an items tab hold, such as a packing list; not read.
- *lost*: columns of orders, customers among them, and no order id any more: an error that names the tab.
- *settings*: the columns What, Name and Value; read by `shop_settings`.

A tab of lines is an items tab if its name says so, if it has no column of an order, or if its orders stand in
another tab that is none of lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bikorders.errors import SheetUnusable
from bikorders.reading.columns import Columns, map_columns
from bikorders.reading.fields import ORDER_ID
from bikorders.reading.header_index import Role
from bikorders.reading.header_rows import STATES, find_header, find_lost_header, split_tables
from bikorders.reading.headers import HeaderWords
from bikorders.reading.id_advice import tell_how_to_head_ids
from bikorders.reading.left_out import require_all_read, require_read
from bikorders.reading.rows import Table
from bikorders.reading.shop_settings import Options, is_settings_title
from bikorders.reading.tab_titles import is_named_items, match_title
from bikorders.sheet.workbook import Cell, Tab, Workbook
from bikorders.text import fold_text


@dataclass(frozen=True)
class Layout:
    """The tabs by what they are. `per_order_tabs` hold one order's items each, by title.

    `shipments` add what the courier reports to orders that stand in another tab.
    `lost` heads the tabs of orders that have lost their ids. `not_understood` is a tab whose name says that it holds the items, but whose headers don't.
    """

    orders: tuple[Table, ...]
    items: tuple[Table, ...]
    per_order_tabs: dict[str, Table]
    shipments: tuple[Table, ...] = ()
    lost: tuple[Cell, ...] = ()
    not_understood: Tab | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables, those of the orders first."""
        return (*self.orders, *self.items, *self.per_order_tabs.values(), *self.shipments)


def find_layout(workbook: Workbook, options: Options, words: HeaderWords) -> Layout:
    """Return which tab is what. Raises `SheetUnusable` if none can hold orders."""
    require_read(workbook, find_named_titles(options))
    orders_tab = _find_named(workbook, options.orders_tab, "BIKORDERS_ORDERS_TAB")
    items_tab = _find_named(workbook, options.items_tab, "BIKORDERS_ITEMS_TAB")
    others = [tab for tab in workbook.tabs.values() if tab not in (orders_tab, items_tab)]
    candidates = _find_candidates(others, words)
    orders, items, shipments = _assign_roles(candidates, words)
    if not orders and not orders_tab and not items_tab:
        require_all_read(workbook)  # the orders may be in a tab that was left out
        orders, items = items, []  # lines alone are orders, too
    if items_tab:
        items = _require_tables(items_tab, "item", words)
    else:
        items = [again for table in items for again in _read_as_items(table, words)]
    if orders_tab:
        orders = _require_tables(orders_tab, "order", words)
    if candidates.lost and not any(_is_told_of(table) for table in orders):
        raise _build_no_ids(workbook.tabs[candidates.lost[0].tab], words)
    if not orders:
        raise _build_no_orders(workbook, words)
    known = {table.tab.title for table in (*orders, *items)} | candidates.per_order.keys()
    not_understood = None if items else _find_not_understood(workbook, known)
    lost = () if orders_tab else tuple(candidates.lost)
    return Layout(tuple(orders), tuple(items), candidates.per_order, tuple(shipments), lost, not_understood)


# Which tabs have a header that means something


@dataclass
class _Candidates:
    """The tables that have an order id, and the items that have none.

    `sparse` tables have hardly more than ids. `per_order` are the tabs with one order's items, by title. `lost` are
    the first cells of the headers of orders without an id.
    """

    full: list[Table] = field(default_factory=list)
    sparse: list[Table] = field(default_factory=list)
    per_order: dict[str, Table] = field(default_factory=dict)
    lost: list[Cell] = field(default_factory=list)


def _find_candidates(tabs: Iterable[Tab], words: HeaderWords) -> _Candidates:
    found = _Candidates()
    for tab in tabs:
        if is_settings_title(tab.title):
            continue
        columns = find_header(tab, "order", words)
        if columns and columns.has_id:
            tables = found.sparse if _is_sparse(columns) else found.full
            tables += split_tables(tab, columns, "order", words)
        elif lost := find_lost_header(tab, words):
            found.lost.append(lost)
        elif header := find_header(tab, "item", words):
            found.per_order[tab.title] = Table(tab, header, len(tab.rows) + 1)
    return found


_REPORTS = frozenset(
    {"courier", "tracking number", "shipped on", "delivered on", "shipping status"}
    | {"payment method", "payment reference", "paid on"}
)
"""Fields that couriers and payment providers report of orders, which stand in another tab."""


def _is_sparse(columns: Columns) -> bool:
    """Return whether a tab has only an id column and what couriers or payment providers report."""
    reported = _REPORTS | {"total", "advance", "balance"} if columns.orders.keys() & _REPORTS else _REPORTS
    return not columns.orders.keys() - reported - {ORDER_ID} and not columns.item_count and not columns.extra


# What each of them holds


class _Roles(NamedTuple):
    orders: list[Table]
    items: list[Table]
    shipments: list[Table]


def _assign_roles(candidates: _Candidates, words: HeaderWords) -> _Roles:
    """Return which of the tables with an order id hold orders, items, and reports of shipments."""
    full, sparse = _drop_doubtful(candidates)
    items = [table for table in full if _is_items(table, full, words)]
    orders = [table for table in full if table not in items]
    shipments = [table for table in sparse if orders and _share_ids(table, orders)]
    rest = [table for table in sparse if table not in shipments]
    lists = [table for table in rest if not orders or _is_list_of_orders(table)]
    return _Roles(orders + lists, _drop_repeating(items), shipments)


def _drop_doubtful(candidates: _Candidates) -> tuple[list[Table], list[Table]]:
    """Return the full and the sparse tables, without those whose number may be no order's where others are surer."""
    full, sparse = candidates.full, candidates.sparse
    sure = [table for table in full if table.columns.id_sureness < _DOUBTFUL_ID]
    if not sure:
        return full, sparse
    return (
        [table for table in full if not _is_no_list_of_orders(table) or _has_lines_of(table, sure)],
        [table for table in sparse if not _is_no_list_of_orders(table)],
    )


def _drop_repeating(items: Sequence[Table]) -> list[Table]:
    """Return the tables of items without those that say something of orders, too, and repeat what others list."""
    plain = [table for table in items if not table.columns.order_count]
    return [table for table in items if table in plain or not _share_ids(table, plain)]


def _has_lines_of(table: Table, orders: Sequence[Table]) -> bool:
    """Return whether a table with a doubtful id holds items of these orders; a count of its rows is no id."""
    ids = [order_id for order_id, _ in table.list_ids() if order_id]
    is_count = ids == [str(number) for number in range(1, len(ids) + 1)]
    return bool(table.columns.item_count) and not is_count and _share_ids(table, orders)


_DOUBTFUL_ID = 6
"""From this sureness on (invoice numbers, references, a bare `#`) the number may be no order's.

It counts only if no tab has a surer one."""


def _is_no_list_of_orders(table: Table) -> bool:
    """Return whether a tab with a doubtful id holds no orders: it has no column for their status."""
    columns = table.columns
    knows_status = columns.orders.keys() & {"status", "paymentStatus"}
    return columns.id_sureness >= _DOUBTFUL_ID and not knows_status


def _is_list_of_orders(table: Table) -> bool:
    """Return whether a tab with hardly more than ids lists orders: its header says so."""
    return table.columns.order_count > 0 or table.columns.id_sureness == 0


def _is_items(table: Table, tables: Sequence[Table], words: HeaderWords) -> bool:
    """Return whether a table holds the items of orders that stand in others of `tables`."""
    columns = table.columns
    if not columns.item_count:
        return False
    if not columns.order_count:
        return True
    others = [other for other in tables if other is not table and not other.columns.has_lines]
    if not others or not (columns.has_lines or _may_name_products(table, words)):
        return False
    if is_named_items(table.tab.title):
        return True
    if columns.has_lines:
        told = {path for other in others for path in other.columns.orders}
        if columns.orders.keys() - {ORDER_ID} - (_SUMS & told):
            return False  # its lines say of orders what would be lost
    return _share_ids(table, others)


_SUMS = frozenset({"total", "subTotal", "discount", "shippingCharge", "tax", "currency"})
"""What may be meant of each line in a list of items; a tab of orders that has it, too, tells the orders'."""


def _may_name_products(table: Table, words: HeaderWords) -> bool:
    """Return whether a bare `Name` is that of products: beside it stand prices, and nothing of an order but sums."""
    slots = map_columns(table.tab, table.columns.row, "item", words).slots
    is_priced = any("name" in slot and slot.keys() & {"price", "productId"} for slot in slots)
    return is_priced and table.columns.orders.keys() <= _OF_LINES


_OF_LINES = frozenset({ORDER_ID, "customer", "name", "total", "subTotal", "discount", "tax", "currency"})
"""What stands in a list of items too; a bare `Name` is taken for a customer's in a tab of orders."""


def _share_ids(table: Table, others: Sequence[Table]) -> bool:
    """Return whether most of a table's orders stand in other tables, too."""
    known = {order_id for other in others for order_id in _list_ids(other)}
    ids = _list_ids(table)
    return bool(ids) and len(ids & known) * 2 > len(ids)


def _list_ids(table: Table) -> set[str]:
    return {folded for _, folded in table.list_ids() if folded}


def _read_as_items(table: Table, words: HeaderWords) -> list[Table]:
    """Return the table with its header read as that of an items tab; nothing if it has no order id then."""
    columns = map_columns(table.tab, table.columns.row, "item", words)
    return [Table(table.tab, columns, table.end)] if columns.has_id else []


def _find_not_understood(workbook: Workbook, known: Iterable[str]) -> Tab | None:
    """Return the tab whose name says that it holds the items, and that is none of the known ones."""
    unknown = (tab for tab in workbook.tabs.values() if tab.title not in known and tab.rows)
    return next((tab for tab in unknown if is_named_items(tab.title)), None)


# Tabs of orders that have lost their ids


def _is_told_of(table: Table) -> bool:
    """Return whether a tab says how its orders stand, as a list of some of them for packing does not."""
    return bool(table.columns.orders.keys() & STATES)


# Tabs that the operator names


def _require_tables(tab: Tab, role: Role, words: HeaderWords) -> list[Table]:
    columns = find_header(tab, role, words)
    if columns is None or not columns.has_id:
        raise _build_no_ids(tab, words)
    return split_tables(tab, columns, role, words)


def find_named_titles(options: Options) -> set[str]:
    """Return the folded titles of the tabs that the operator names."""
    return {fold_text(title) for title in (options.orders_tab, options.items_tab)} - {""}


def _find_named(workbook: Workbook, name: str, setting: str) -> Tab | None:
    if not name:
        return None
    match = match_title(name, workbook.tabs)
    if not match:
        titles = ", ".join(f"“{title}”" for title in workbook.tabs)
        raise SheetUnusable(f"there is no tab “{name}”", f"correct {setting}; the spreadsheet has {titles}")
    return workbook.tabs[match[0]]


def _build_no_orders(workbook: Workbook, words: HeaderWords) -> SheetUnusable:
    if workbook.is_empty:
        return SheetUnusable(
            "the sheet is empty", "let `bikorders init` make its tabs, with two orders to try"
        )
    titles = ", ".join(f"“{title}”" for title in workbook.tabs) or "none at all"
    hint = tell_how_to_head_ids(workbook.tabs.values(), words)
    return SheetUnusable(f"no tab has an order id column; the tabs are {titles}", hint)


def _build_no_ids(tab: Tab, words: HeaderWords) -> SheetUnusable:
    hint = tell_how_to_head_ids([tab], words)
    return SheetUnusable(f"the tab “{tab.title}” has no order id column", hint)
