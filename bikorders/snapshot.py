"""Which order does an id mean? A workbook at one instant, indexed by id; orders are built when asked for.

Ids match as a person would match them (`orders.fold_order_id`). If several ids of the sheet fold to the same,
the exact one wins, for the items too.
"""

from collections.abc import Iterable, Sequence

from bikorders.columns import HEADER_ROWS, ITEMS_TAB, ORDER_ID, Columns, find_header
from bikorders.errors import OrderConflict, OrderNotFound, SheetUnusable
from bikorders.orders import Items, Options, Order, Row, build_order, fold_order_id
from bikorders.problems import build_problem
from bikorders.workbook import Cell, Tab, Workbook, fold_text, is_blank

ORDERS_TABS = ("orders", "order", "order details", "orderdetails", "sheet1", "data")
ITEMS_TABS = ("items", "item", "order items", "orderitems", "line items", "lineitems")
_ITEM_NEEDS = ("name", "productId", "quantity", "price")


def find_important_titles(options: Options) -> set[str]:
    """Give the titles, folded, of tabs without which nothing can be answered."""
    return {*ORDERS_TABS, *ITEMS_TABS, fold_text(options.orders_tab), fold_text(options.items_tab)} - {""}


class Snapshot:
    """The workbook's orders by id. Raises `SheetUnusable` if there is no tab or no column to find them by.

    `answers` holds what was answered from this snapshot, by the order's id; it goes when the snapshot goes.
    """

    def __init__(self, workbook: Workbook, options: Options) -> None:
        self.workbook = workbook
        self.answers: dict[str, bytes] = {}
        self._orders: dict[str, Order] = {}
        self._options = options
        self._orders_tab = _find_orders_tab(workbook, options)
        self._items_tab = _find_items_tab(workbook, options, self._orders_tab)
        columns = find_header(self._orders_tab, "order", [ORDER_ID], options.dollar)
        if columns is None:
            raise SheetUnusable(
                f"the tab “{self._orders_tab.title}” has no order id column in its first {HEADER_ROWS} rows",
                "head the column with the orders' ids “Order ID”",
            )
        self._columns = columns
        self._rows = _index_rows(self._orders_tab, columns)
        self.order_count = sum(len({row.id for row in rows}) for rows in self._rows.values())
        self._items_columns, self._item_rows = self._index_items()
        taken = {self._orders_tab.title, self._items_tab.title if self._items_tab else ""}
        self._own_tabs: dict[str, list[str]] = {}
        for title in [*workbook.tabs, *workbook.unread]:
            if title not in taken:
                self._own_tabs.setdefault(fold_order_id(title), []).append(title)

    @property
    def has_items_tab(self) -> bool:
        """Say whether there is a tab with the items of all orders that can be understood."""
        return self._items_columns is not None

    def find_loss(self, before: "Snapshot") -> str | None:
        """Say what a sheet that is half edited has lost since `before`; None if nothing is missing."""
        if self.order_count == 0 < before.order_count:
            return "the sheet has lost every order"
        if not self._item_rows and before._item_rows:
            return "the items tab has lost every row"
        for title in before.workbook.tabs.keys() - self.workbook.tabs.keys() - self.workbook.unread:
            if title in before._own_tabs.get(fold_order_id(title), ()) and self.knows(title):
                return f"the tab “{title}” with the items of an order is gone"
        return None

    def has_moved(self, before: "Snapshot") -> bool:
        """Say whether the tab of the orders, or that of their items, is another one than before, or gone."""
        if before.has_items_tab and not self.has_items_tab:
            return True
        return before._orders_tab.title not in self.workbook.tabs

    def knows(self, order_id: str) -> bool:
        """Say whether some row could be meant by this id."""
        return fold_order_id(order_id) in self._rows

    def find_unread_tab(self, order_id: str) -> str | None:
        """Name the items tab that this order needs and that did not travel with the workbook."""
        if not self.workbook.unread:
            return None
        for row in self._rows.get(fold_order_id(order_id), ()):
            for title in self._own_titles(row):
                if title in self.workbook.unread:
                    return title
        return None

    def get_order(self, order_id: str) -> Order:
        """Build the order that `order_id` means.

        Raises `OrderNotFound`, or `OrderConflict` where that would be a choice between two customers.
        """
        candidates = self._rows.get(fold_order_id(order_id))
        if not candidates:
            raise OrderNotFound(order_id)
        rows = _prefer_exact(candidates, order_id)
        if order := self._orders.get(rows[0].id):
            return order
        orders = [build_order(row, self._find_items(row), self._options) for row in rows]
        if any(order.says != orders[0].says for order in orders):
            places = ", ".join(f"{row.tab.title}!{row.number}" for row in rows)
            raise OrderConflict(
                f"order {order_id} stands in several rows that differ",
                f"keep one of the rows {places}",
            )
        self._orders[orders[0].id] = orders[0]
        return orders[0]

    def _index_items(self) -> tuple[Columns | None, dict[str, list[Row]]]:
        if self._items_tab is None:
            return None, {}
        columns = find_header(self._items_tab, "item", [ORDER_ID], self._options.dollar)
        if columns is None or not any(path in columns for path in _ITEM_NEEDS):
            return None, {}
        return columns, _index_rows(self._items_tab, columns)

    def _find_items(self, row: Row) -> Items:
        """Find the rows of an order's items: in its own tab, or in the tab for all orders."""
        if named := row.cells(ITEMS_TAB):
            return self._read_named_tab(named[0])
        titles = self._own_titles(row)
        own = [self._read_own_tab(title, row) for title in titles]
        if self._items_tab is not None and self._items_columns is None and not own:
            cell = Cell(self._items_tab.title, 1, 1, self._items_tab.title)
            return Items(problem=build_problem("items-unreadable", cell))
        shared = self._find_shared_items(row)
        places = [items for items in (*own, shared) if items.rows or items.problem]
        if len(places) > 1:
            return Items(problem=build_problem("items-ambiguous", row.cells(ORDER_ID)[0]))
        return places[0] if places else Items()

    def _find_shared_items(self, row: Row) -> Items:
        """Find the items of this order's id; with several ids that fold to the same, those exactly its own."""
        folded = fold_order_id(row.id)
        rows = self._item_rows.get(folded, [])
        ids = {other.id for other in self._rows[folded]}
        if len(ids) > 1:
            if any(item.id not in ids for item in rows):
                raise OrderConflict(
                    f"items could belong to several of the orders {', '.join(sorted(ids))}",
                    "make the ids differ in more than case or a leading #",
                )
            rows = [item for item in rows if item.id == row.id]
        return Items(rows)

    def _own_titles(self, row: Row) -> list[str]:
        """Name the tabs that are this order's own: the one its row names, else those named like its id."""
        if named := row.cells(ITEMS_TAB):
            return [title for title in _match_title(named[0].text, self._all_titles())]
        titles = self._own_tabs.get(fold_order_id(row.id), [])
        exact = [title for title in titles if title.strip() == row.id]
        ids = {other.id for other in self._rows[fold_order_id(row.id)]}
        return exact or (titles if len(ids) == 1 else [])

    def _all_titles(self) -> Iterable[str]:
        return [*self.workbook.tabs, *self.workbook.unread]

    def _read_named_tab(self, cell: Cell) -> Items:
        titles = _match_title(cell.text, self._all_titles())
        if len(titles) != 1:
            return Items(problem=build_problem("items-tab-missing", cell))
        return self._read_own_tab(titles[0], None)

    def _read_own_tab(self, title: str, row: Row | None) -> Items:
        tab = self.workbook.tabs.get(title)
        if tab is None:
            return Items()
        columns = find_header(tab, "item", _ITEM_NEEDS, self._options.dollar)
        if columns is None:
            return Items(problem=build_problem("items-unreadable", Cell(title, 1, 1, title)))
        return Items([Row(tab, number, columns) for number in _filled_rows(tab, columns.row)])


def _filled_rows(tab: Tab, header: int) -> list[int]:
    return [
        number
        for number, cells in enumerate(tab.rows[header:], start=header + 1)
        if not all(is_blank(raw) for raw in cells)
    ]


def _index_rows(tab: Tab, columns: Columns) -> dict[str, list[Row]]:
    """Group a tab's rows by the folded order id; rows without a certain id are no orders."""
    rows: dict[str, list[Row]] = {}
    for number in range(columns.row + 1, len(tab.rows) + 1):
        row = Row(tab, number, columns)
        if order_id := row.id:
            rows.setdefault(fold_order_id(order_id), []).append(row)
    return rows


def _prefer_exact(rows: Sequence[Row], order_id: str) -> Sequence[Row]:
    """Keep the rows of one id, the exact one if several fold to the same."""
    exact = [row for row in rows if row.id == order_id]
    if exact:
        return exact
    ids = sorted({row.id for row in rows})
    if len(ids) > 1:
        raise OrderConflict(f"order {order_id} could mean {' or '.join(ids)}", "ask for one of them exactly")
    return rows


def _match_title(text: str, titles: Iterable[str]) -> list[str]:
    titles = list(titles)
    return [t for t in titles if t == text] or [t for t in titles if fold_text(t) == fold_text(text)]


def _find_orders_tab(workbook: Workbook, options: Options) -> Tab:
    titles = ", ".join(f"“{title}”" for title in workbook.tabs) or "none at all"
    if options.orders_tab:
        match = _match_title(options.orders_tab, workbook.tabs)
        if not match:
            raise SheetUnusable(
                f"there is no tab “{options.orders_tab}”",
                f"name one of the tabs in BIKORDERS_ORDERS_TAB; the spreadsheet has {titles}",
            )
        return workbook.tabs[match[0]]
    for name in ORDERS_TABS:
        for title in _match_title(name, workbook.tabs):
            return workbook.tabs[title]
    if len(workbook.tabs) == 1:
        return next(iter(workbook.tabs.values()))
    raise SheetUnusable(
        "no tab is named “Orders”",
        f"rename the tab with the orders, or name it in BIKORDERS_ORDERS_TAB; the spreadsheet has {titles}",
    )


def _find_items_tab(workbook: Workbook, options: Options, orders_tab: Tab) -> Tab | None:
    if options.items_tab:
        match = _match_title(options.items_tab, workbook.tabs)
        if not match:
            raise SheetUnusable(
                f"there is no tab “{options.items_tab}”",
                "correct BIKORDERS_ITEMS_TAB, or rename the tab with the items",
            )
        return workbook.tabs[match[0]]
    for name in ITEMS_TABS:
        for title in _match_title(name, workbook.tabs):
            if title != orders_tab.title:
                return workbook.tabs[title]
    return None
