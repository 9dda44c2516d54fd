"""Which tab is what? Tabs are known by their headers, whatever they are called.

- *orders*: an order id column and columns of an order; several such tabs (per month, per status) are one set.
- *lines*: an orders tab whose rows are the lines of orders, as in shop systems' exports.
- *items*: an order id column and columns of items, for orders that stand in other tabs.
- *own*: columns of items and no order id: one order's items, in a tab that is named like the order.
- *settings*: the columns What, Name and Value; read by `settings_tab`.

A tab of lines is an items tab if its name says so, if it has no column of an order, or if its orders stand in
another tab that is none of lines.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bikorders.errors import SheetUnusable
from bikorders.reading.columns import HEADER_ROWS, Columns, ShopHeader, map_columns
from bikorders.reading.fields import ORDER_FIELDS, ORDER_ID, list_headers
from bikorders.reading.headers import Role, fold_header
from bikorders.reading.order_ids import fold_order_id
from bikorders.reading.rows import Table, list_rows
from bikorders.reading.shop_settings import Options, is_settings_title
from bikorders.sheet.workbook import Tab, Workbook, is_blank, text_of
from bikorders.text import fold_text

_ITEMS_WORDS = re.compile(r"\b(items?|line ?items?|order ?lines?|lines)\b")


_REPORTS = frozenset(
    {"courier", "tracking number", "shipped on", "delivered on", "shipping status"}
    | {"payment method", "payment reference", "paid on"}
)
"""What couriers and payment providers report of orders that stand elsewhere."""

_MAY_BE_ANYTHINGS = 6
"""From this sureness on (invoice numbers, references, a bare `#`) an id counts only if no tab has a surer one."""


@dataclass(frozen=True)
class Layout:
    """The tabs by what they are. `per_order_tabs` hold one order's items each, by title.

    `shipments` add what the courier reports to orders that stand in another tab.
    `not_understood` is a tab whose name says that it holds the items, but whose headers don't.
    """

    orders: tuple[Table, ...]
    items: tuple[Table, ...]
    per_order_tabs: dict[str, Table]
    shipments: tuple[Table, ...] = ()
    not_understood: Tab | None = None


def find_header(tab: Tab, role: Role, local: str, shop_headers: Iterable[ShopHeader] = ()) -> Columns | None:
    """Find the header among the first 20 rows that hold something: the row with the most known columns.

    None if no row has an order id, or columns of an item.
    """
    best: Columns | None = None
    for row in range(1, min(len(tab.rows), HEADER_ROWS) + 1):
        columns = map_columns(tab, row, role, local, shop_headers)
        if (columns.has_id or columns.has_lines) and (best is None or _rate(columns) > _rate(best)):
            best = columns
    return best


def _rate(columns: Columns) -> int:
    return columns.has_id + columns.order_count + columns.item_count


def find_layout(workbook: Workbook, options: Options, shop_headers: Sequence[ShopHeader] = ()) -> Layout:
    """Tell the tabs apart. Raises `SheetUnusable` if none can hold orders, saying what was looked for."""
    orders_tab = _find_named(workbook, options.orders_tab, "BIKORDERS_ORDERS_TAB")
    items_tab = _find_named(workbook, options.items_tab, "BIKORDERS_ITEMS_TAB")
    tables: list[Table] = []
    lonely: list[Table] = []
    per_order_tabs: dict[str, Table] = {}
    for title, tab in workbook.tabs.items():
        if tab in (orders_tab, items_tab) or is_settings_title(title):
            continue
        columns = find_header(tab, "order", options.currency, shop_headers)
        if columns and columns.has_id:
            (lonely if _is_lonely(columns) else tables).extend(
                _split_blocks(tab, columns, "order", options, shop_headers)
            )
        elif columns and (header := find_header(tab, "item", options.currency, shop_headers)):
            per_order_tabs[title] = Table(tab, header, len(tab.rows) + 1)
    if any(table.columns.id_sureness < _MAY_BE_ANYTHINGS for table in tables):
        tables = [table for table in tables if not _is_something_else(table)]
        lonely = [table for table in lonely if not _is_something_else(table)]
    items = [table for table in tables if _is_items(table, tables)]
    orders = [table for table in tables if table not in items]
    shipments = [table for table in lonely if orders and _share_ids(table, orders)]
    orders += [table for table in lonely if table not in shipments and (not orders or _is_sure(table))]
    if not orders and not orders_tab and not items_tab:
        orders, items = items, []  # lines alone are orders, too
    if items_tab:
        items = _require_header(items_tab, "item", options, shop_headers)
    else:
        items = [block for table in items for block in _read_as_items(table, options, shop_headers)]
    if orders_tab:
        orders = _require_header(orders_tab, "order", options, shop_headers)
    if not orders:
        titles = ", ".join(f"“{title}”" for title in workbook.tabs) or "none at all"
        raise SheetUnusable(f"no tab has an order id column; the tabs are {titles}", _say_what_was_wanted())
    known = {table.tab.title for table in (*orders, *items)} | per_order_tabs.keys()
    unknown = (tab for tab in workbook.tabs.values() if tab.title not in known and tab.rows)
    not_understood = None if items else next((tab for tab in unknown if _is_named_items(tab)), None)
    return Layout(tuple(orders), tuple(items), per_order_tabs, tuple(shipments), not_understood)


def _require_header(
    tab: Tab, role: Role, options: Options, shop_headers: Sequence[ShopHeader]
) -> list[Table]:
    columns = find_header(tab, role, options.currency, shop_headers)
    if columns is None or not columns.has_id:
        raise SheetUnusable(f"the tab “{tab.title}” has no order id column", _say_what_was_wanted())
    return _split_blocks(tab, columns, role, options, shop_headers)


def _read_as_items(table: Table, options: Options, shop_headers: Sequence[ShopHeader]) -> list[Table]:
    columns = map_columns(table.tab, table.columns.row, "item", options.currency, shop_headers)
    return [Table(table.tab, columns, table.end)] if columns.has_id else []


def _split_blocks(
    tab: Tab, columns: Columns, role: Role, options: Options, shop_headers: Sequence[ShopHeader]
) -> list[Table]:
    """Split a tab where a header stands again: each block is read by its own, and other lists by none."""
    column = columns.orders[ORDER_ID][1][0][0]
    id_headers = _ID_HEADERS | {fold_header(named.header) for named in shop_headers if named.path == ORDER_ID}
    headers: list[tuple[int, Columns | None]] = [(columns.row, columns)]
    after_blank = False
    for number in range(columns.row + 1, len(tab.rows) + 1):
        raws = tab.rows[number - 1]
        raw = raws[column - 1] if column <= len(raws) else None
        is_blank_row = is_blank(raw) and not tab.row(number)
        names_id = isinstance(raw, str) and not _DIGIT.search(raw) and fold_header(raw) in id_headers
        if names_id or (after_blank and not is_blank_row):
            again = map_columns(tab, number, role, options.currency, shop_headers)
            known = len(again.orders) + again.item_count
            if known > 1 and (
                again.has_id or not any(_DIGIT.search(text_of(raw)) for raw in tab.row(number))
            ):
                headers.append((number, again if again.has_id else None))
        after_blank = is_blank_row
    ends = [*(number for number, _ in headers[1:]), len(tab.rows) + 1]
    return [Table(tab, header, end) for (_, header), end in zip(headers, ends, strict=True) if header]


_ID_HEADERS = frozenset(fold_header(header) for header, _ in list_headers(ORDER_FIELDS[0]))
_DIGIT = re.compile(r"\d")


def find_named_titles(options: Options) -> set[str]:
    """Give the titles, folded, of the tabs that the settings name."""
    return {fold_text(title) for title in (options.orders_tab, options.items_tab)} - {""}


def _is_lonely(columns: Columns) -> bool:
    """Say whether the tab has no more than an id column and what couriers or payment providers report."""
    reported = _REPORTS | {"total"} if columns.orders.keys() & _REPORTS else _REPORTS
    return not columns.orders.keys() - reported - {ORDER_ID} and not columns.item_count and not columns.extra


def _is_sure(table: Table) -> bool:
    """Say whether a tab that is hardly more than a list of ids lists orders: its header says so."""
    return table.columns.order_count > 0 or table.columns.id_sureness == 0


def _is_something_else(table: Table) -> bool:
    """Say whether a tab with a number that may be anything's holds no orders: it does not know their status."""
    columns = table.columns
    return columns.id_sureness >= _MAY_BE_ANYTHINGS and not columns.orders.keys() & {
        "status",
        "paymentStatus",
    }


def _share_ids(table: Table, others: Sequence[Table]) -> bool:
    """Say whether most of a tab's orders stand in other tabs too."""
    known = {order_id for other in others for order_id in _list_ids(other)}
    ids = _list_ids(table)
    return bool(ids) and len(ids & known) * 2 > len(ids)


def _is_items(table: Table, tables: Sequence[Table]) -> bool:
    columns = table.columns
    if not columns.item_count:
        return False
    if not columns.order_count:
        return True
    others = [other for other in tables if other is not table and not other.columns.has_lines]
    if not columns.has_lines or not others:
        return False
    if _is_named_items(table.tab):
        return True
    return _share_ids(table, others)


def _is_named_items(tab: Tab) -> bool:
    return bool(_ITEMS_WORDS.search(fold_text(tab.title).replace("_", " ")))


def _list_ids(table: Table) -> set[str]:
    return {fold_order_id(row.id) for row in list_rows(table)} - {""}


def _find_named(workbook: Workbook, name: str, setting: str) -> Tab | None:
    if not name:
        return None
    match = match_title(name, workbook.tabs)
    if not match:
        titles = ", ".join(f"“{title}”" for title in workbook.tabs)
        raise SheetUnusable(f"there is no tab “{name}”", f"correct {setting}; the spreadsheet has {titles}")
    return workbook.tabs[match[0]]


def match_title(text: str, titles: Iterable[str]) -> list[str]:
    """Find the titles that a person means by `text`: the exact one, else those that read the same."""
    titles = list(titles)
    return [t for t in titles if t == text] or [t for t in titles if fold_text(t) == fold_text(text)]


def _say_what_was_wanted() -> str:
    words = " or ".join(f"“{header.title()}”" for header, _ in list_headers(ORDER_FIELDS[0])[:3])
    return f"head the column with the orders' ids {words}, within the first {HEADER_ROWS} rows"
