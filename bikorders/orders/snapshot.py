"""Which order does an id mean? A workbook at one instant, indexed by id; orders are built when asked for.

Ids match as a person would match them (`order_ids.fold_order_id`). If several ids of the sheet fold alike,
the exact one wins, for the items too.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from bikorders.errors import OrderConflict, OrderNotFound
from bikorders.orders.field_reader import ColumnInference
from bikorders.orders.items import Items, build_items_problem
from bikorders.orders.order import Order, build_conflict, build_order
from bikorders.reading.order_ids import clean_id, fold_order_id
from bikorders.reading.rows import Row, RowGroup, Table, group_rows, has_product, list_rows
from bikorders.reading.shop_settings import Options, read_shop_settings
from bikorders.reading.tab_roles import find_layout, match_title
from bikorders.sheet.workbook import Cell, Workbook, is_blank


class Snapshot:
    """The workbook's orders by id. Raises `SheetUnusable` if there is no tab or no column to find them by.

    `answers` holds what was answered from this snapshot, by the order's id and link; `ready` those of them that an
    id alone stands for. Both go when the snapshot goes.
    """

    def __init__(self, workbook: Workbook, options: Options) -> None:
        self.workbook = workbook
        self.answers: dict[object, bytes] = {}
        self.ready: dict[str, bytes] = {}
        self._orders: dict[str, Order] = {}
        shop_settings = read_shop_settings(workbook)
        self.context = ColumnInference(options, shop_settings)
        self.layout = find_layout(workbook, options, shop_settings.headers)
        self._last_rows: dict[tuple[str, int], int] | None = None
        self._groups: dict[str, list[RowGroup]] = {}
        for table in self.layout.orders:
            lines = table.columns.has_lines
            for folded, groups in group_rows(table, "lines" if lines else "orders").items():
                self._groups.setdefault(folded, []).extend(groups)
        self._items: dict[str, list[RowGroup]] = {}
        for table in self.layout.items:
            for folded, groups in group_rows(table, "items").items():
                self._items.setdefault(folded, []).extend(groups)
        self._shipments: dict[str, list[Row]] = {}
        for table in self.layout.shipments:
            for row in list_rows(table):
                self._shipments.setdefault(fold_order_id(row.id), []).append(row)
        self.order_count = sum(len({group.id for group in groups}) for groups in self._groups.values())
        taken = {table.tab.title for table in (*self.layout.orders, *self.layout.items)}
        self._alike: dict[str, set[str]] = {}
        self._own_titles: dict[str, list[str]] = {}
        for title in [*workbook.tabs, *workbook.unread]:
            if title not in taken:
                self._own_titles.setdefault(fold_order_id(title), []).append(title)

    @property
    def has_items_tab(self) -> bool:
        """Say whether there is a tab with the items of all orders that can be understood."""
        return bool(self.layout.items)

    def find_loss(self, before: "Snapshot") -> str | None:
        """Say what a sheet that is half edited has lost since `before`; None if nothing is missing."""
        if self.order_count == 0 < before.order_count:
            return "the sheet has lost every order"
        if not self._items and before._items:
            return "the items tab has lost every row"
        titles = self.workbook.tabs.keys() | self.workbook.unread
        for table in before.layout.orders:
            ids = {row.id for row in list_rows(table)} if table.tab.title not in titles else set()
            if sum(not self.knows(order_id) for order_id in ids - {""}) * 2 > len(ids):
                return f"the tab “{table.tab.title}” with orders is gone"
        for title in before.layout.per_order_tabs.keys() - titles:
            if self.knows(title):
                return f"the tab “{title}” with the items of an order is gone"
        return None

    def list_ids(self) -> set[str]:
        """Give every order id that stands in the sheet, be it with items or a shipment alone."""
        ids = (group.id for found in (self._groups, self._items) for same in found.values() for group in same)
        return {*ids, *(row.id for rows in self._shipments.values() for row in rows)}

    def list_groups(self, order_id: str) -> list[RowGroup]:
        """Give the groups of rows that could be meant by this id."""
        return self._groups.get(fold_order_id(order_id), [])

    def list_item_rows(self, order_id: str) -> list[Row]:
        """Give the rows of this id in the tab with the items of all orders."""
        return [row for group in self._items.get(fold_order_id(order_id), ()) for row in group.rows]

    def find_last_row(self, table: Table) -> int | None:
        """Find the last row of a tab, or of a block of one, that belongs to an order or its items."""
        if self._last_rows is None:
            last: dict[tuple[str, int], int] = {}
            for row in self._list_taken():
                key = row.table.tab.title, row.table.columns.row
                last[key] = max(last.get(key, 0), row.number)
            self._last_rows = last
        return self._last_rows.get((table.tab.title, table.columns.row))

    def knows(self, order_id: str) -> bool:
        """Say whether some row could be meant by this id."""
        return fold_order_id(order_id) in self._groups

    def find_unread_tab(self, order_id: str) -> str | None:
        """Name the items tab that this order needs and that did not travel with the workbook."""
        if not self.workbook.unread:
            return None
        for group in self._groups.get(fold_order_id(order_id), ()):
            for title in self._find_own_titles(group):
                if title in self.workbook.unread:
                    return title
        return None

    def get_order(self, order_id: str) -> Order:
        """Build the order that `order_id` means.

        Raises `OrderNotFound`, or `OrderConflict` where that would be a choice between two customers.
        """
        candidates = self._groups.get(fold_order_id(order_id))
        if not candidates:
            raise OrderNotFound(order_id)
        groups = _prefer_exact(candidates, order_id)
        order = self._orders.get(groups[0].id) or self._build(groups)
        self._orders[order.id] = order
        return order

    @property
    def id_count(self) -> int:
        """How many ids there are that don't read the same."""
        return len(self._groups)

    def list_orders(
        self, start: int = 0, stop: int | None = None
    ) -> Iterator[tuple[list[RowGroup], Order | OrderConflict]]:
        """Build the orders of the ids from `start` to `stop` anew, each with the groups of rows it stands in.

        Gives the conflict in place of an order that can't be told.
        """
        for alike in islice(self._groups.values(), start, stop):
            for order_id in dict.fromkeys(group.id for group in alike):
                groups = [group for group in alike if group.id == order_id]
                try:
                    yield groups, self._build(groups)
                except OrderConflict as conflict:
                    yield groups, conflict

    def list_orphans(self) -> Iterator[Row]:
        """Give the first row of each order id that only an items tab or a report of shipments has."""
        for folded, groups in self._items.items():
            if folded not in self._groups:
                yield groups[0].rows[0]
        for folded, rows in self._shipments.items():
            if folded and folded not in self._groups:
                yield rows[0]

    def list_unnamed_tabs(self) -> list[str]:
        """Name the tabs with one order's items that no order calls its own."""
        if not self.layout.per_order_tabs:
            return []
        named = {
            title
            for groups in self._groups.values()
            for group in groups
            for title in self._find_own_titles(group)
        }
        return [title for title in self.layout.per_order_tabs if title not in named]

    def list_ambiguous_ids(self) -> Iterator[list[RowGroup]]:
        """Give the groups of rows of ids that read the same, where there are several."""
        return (alike for alike in self._groups.values() if len({group.id for group in alike}) > 1)

    def list_taken_rows(self) -> set[tuple[str, int]]:
        """Give the tab and number of each row that belongs to an order, or to an order's items."""
        return {(row.table.tab.title, row.number) for row in self._list_taken()}

    def _list_taken(self) -> Iterator[Row]:
        for groups in chain(self._groups.values(), self._items.values()):
            for group in groups:
                yield from group.rows

    def _build(self, groups: Sequence[RowGroup]) -> Order:
        """Build the order that stands in these groups of one id. Raises `OrderConflict` if they differ."""
        orders = (
            build_order(group, self._find_items(group), self.context, self._find_shipments(group))
            for group in groups
        )
        first = next(orders)
        if any(order.says != first.says for order in orders):
            raise build_conflict(groups[0].id, groups, "keep one of the rows")
        return first

    def _find_shipments(self, group: RowGroup) -> list[Row]:
        """Find what couriers and payment providers report of this order, and of no other that reads alike."""
        rows = self._shipments.get(fold_order_id(group.id), [])
        return [row for row in rows if row.id == group.id or len(self._list_alike(group)) == 1]

    def _list_alike(self, group: RowGroup) -> set[str]:
        """Give the ids of the sheet that fold to this group's; its own is one of them."""
        folded = fold_order_id(group.id)
        if folded not in self._alike:
            self._alike[folded] = {other.id for other in self._groups[folded]}
        return self._alike[folded]

    def _find_items(self, group: RowGroup) -> Items:
        """Find the rows of an order's items: in the tab its row names, in its own, or in one for all orders."""
        if named := _find_named_cell(group):
            titles = match_title(clean_id(named.raw), self._list_titles())
            return (
                self._read_own(titles[0])
                if len(titles) == 1
                else build_items_problem("items-tab-missing", named)
            )
        own = [self._read_own(title) for title in self._find_titles_like(group)]
        places = [items for items in (*own, self._find_shared(group)) if items.rows or items.problem]
        if not places and (tab := self.layout.not_understood) and not group.rows[0].table.columns.has_lines:
            return build_items_problem("items-unreadable", Cell(tab.title, 1, 1, tab.title))
        if len(places) > 1:
            return build_items_problem("items-ambiguous", group.rows[0].cells("id")[0])
        return places[0] if places else Items()

    def _find_shared(self, group: RowGroup) -> Items:
        """Find the items of this order's id; with several ids that fold to the same, those exactly its own."""
        found = self._items.get(fold_order_id(group.id), [])
        ids = self._list_alike(group)
        if len(ids) > 1:
            if any(items.id not in ids for items in found):
                raise OrderConflict(
                    f"items could belong to several of the orders {', '.join(sorted(ids))}",
                    "make the ids differ in more than case or a leading #",
                )
            found = [items for items in found if items.id == group.id]
        return Items([row for items in found for row in items.rows])

    def _find_own_titles(self, group: RowGroup) -> list[str]:
        """Name the tabs that are this order's own: the one its row names, else those named like its id."""
        if named := _find_named_cell(group):
            return match_title(clean_id(named.raw), self._list_titles())
        return self._find_titles_like(group)

    def _find_titles_like(self, group: RowGroup) -> list[str]:
        titles = self._own_titles.get(fold_order_id(group.id), [])
        if not titles:
            return []
        exact = [title for title in titles if title.strip() == group.id]
        return exact or (titles if len(self._list_alike(group)) == 1 else [])

    def _list_titles(self) -> Iterable[str]:
        return [*self.workbook.tabs, *self.workbook.unread]

    def _read_own(self, title: str) -> Items:
        if title in self.workbook.unread:
            return Items()
        table = self.layout.per_order_tabs.get(title)
        if table is None:
            rows = self.workbook.tabs[title].rows
            if all(is_blank(raw) for row in rows for raw in row):
                return Items()
            return build_items_problem("items-unreadable", Cell(title, 1, 1, title))
        return Items([row for row in list_rows(table) if has_product(row)])


def _find_named_cell(group: RowGroup) -> Cell | None:
    """Find the cell that names the order's own items tab."""
    return next((cell for row in group.rows for cell in row.cells("items tab")), None)


def _prefer_exact(groups: list[RowGroup], order_id: str) -> list[RowGroup]:
    """Keep the groups of rows of one id, the exact one if several fold to the same."""
    exact = [group for group in groups if group.id == order_id]
    if exact:
        return exact
    ids = sorted({group.id for group in groups})
    if len(ids) > 1:
        raise OrderConflict(f"order {order_id} could mean {' or '.join(ids)}", "ask for one of them exactly")
    return groups
