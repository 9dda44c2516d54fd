"""Which order does an id mean? A workbook at one instant, indexed by id; orders are built when asked for.

Ids match as a person would match them (`fold_order_id`). If several ids of the sheet fold to the same,
the exact one wins, for the items too.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice

from bikorders.errors import OrderConflict, OrderNotFound, SheetUnusable
from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.conflicts import prefer_exact
from bikorders.orders.failures import Failures
from bikorders.orders.id_remarks import find_bare_ids, rename
from bikorders.orders.item_places import ItemPlaces, Spellings
from bikorders.orders.look_up import LookUp
from bikorders.orders.order import Order
from bikorders.orders.order_builder import build_order
from bikorders.reading.lost_columns import LostColumn, find_lost_columns, is_lost
from bikorders.reading.order_ids import fold_order_id
from bikorders.reading.rows import Row, RowGroup, Table, TableKind, list_rows
from bikorders.reading.shop_settings import Options, read_shop_settings
from bikorders.reading.tab_roles import find_layout
from bikorders.reading.table_groups import TableGroups
from bikorders.sheet.workbook import Workbook

WARMED_UP = 10
"""Orders that a new snapshot builds before it answers."""


class Snapshot:
    """The workbook's orders by id. Raises `SheetUnusable` if there is no tab or no column to find them by.

    Or if a formula that should fill the tab of the orders, or of their items, has failed. What was made of tabs that are
    the same objects in `before` is taken over.
    """

    def __init__(self, workbook: Workbook, options: Options, before: "Snapshot | None" = None) -> None:
        self.workbook = workbook
        shop_settings = read_shop_settings(workbook)
        self.context = ColumnInference(options, shop_settings)
        self.layout = find_layout(workbook, options, self.context.header_words)
        self._orders: dict[str, Order] = {}
        self._last_rows: dict[tuple[str, int], int] | None = None
        tables: list[tuple[Table, TableKind]] = [
            (table, "lines" if table.columns.has_lines else "orders") for table in self.layout.orders
        ]
        self._tables: TableGroups = TableGroups(tables, before._tables if before else None)
        self._groups = self._tables.groups
        self._bare_ids = find_bare_ids(self._groups)
        self._item_places: ItemPlaces = ItemPlaces(
            workbook, self.layout, before._item_places if before else None
        )
        for grouped in (self._groups, self._item_places.groups):
            rename(grouped, self._bare_ids)
        self._shipments: dict[str, list[Row]] = {}
        for table in self.layout.shipments:
            for row in list_rows(table):
                self._shipments.setdefault(self._fold(row.id), []).append(row)
        self._failures = Failures(workbook, self.layout)
        if not self._groups:
            self._failures.require_orders(has_any=False)
        if not self._item_places.groups:
            self._failures.require_items()
        self.lost_columns: tuple[LostColumn, ...] = ()
        self.order_count = sum(len({group.id for group in groups}) for groups in self._groups.values())

    @property
    def has_items_tab(self) -> bool:
        """Return whether there is a tab with the items of all orders that can be understood."""
        return bool(self.layout.items)

    def find_loss(self, before: "Snapshot") -> str | None:
        """Return what a sheet that is half edited has lost since `before`; None if nothing is missing."""
        layout, told = self.layout, before.layout
        unread = self.workbook.unread | self.workbook.left_out.keys()
        for what, old, new, found in (
            ("orders", told.orders, layout.orders, self._groups),
            ("items", told.items, layout.items, self._item_places.groups),
            ("shipments", told.shipments, layout.shipments, self._shipments),
        ):
            filled = {table.tab.title for table in new if any(map(any, table.list_ids()))} | unread
            for title in dict.fromkeys(table.tab.title for table in old if table.tab.title not in filled):
                ids = {
                    order_id for table in old if table.tab.title == title for order_id, _ in table.list_ids()
                } - {""}
                wanted = {self._fold(each) for each in ids if what == "orders" or self.knows(each)}
                if sum(folded not in found for folded in wanted) * 2 > len(wanted):
                    return f"the tab “{title}” has lost its {what}"
        titles = self.workbook.tabs.keys() | unread
        for title in before.layout.per_order_tabs.keys() - titles:
            if self.knows(title):
                return f"the tab “{title}” with the items of an order is gone"
        return None

    def note_lost_columns(self, before: "Snapshot") -> None:
        """Note which columns were understood in `before`, or earlier, and are gone."""
        known = (*before.lost_columns, *find_lost_columns(self.layout, self.workbook, before.layout))
        lost = (column for column in known if is_lost(column, self.layout, self.workbook))
        self.lost_columns = tuple(dict.fromkeys(lost))

    def find_failure(self, before: "Snapshot") -> SheetUnusable | None:
        """Return why a tab can't tell its rows that held before what no other tab has; None if there is none.

        Of a tab that can't be read, it is enough that its rows counted: what was made of the others may be wrong.
        """
        layout = before.layout
        used = {table.tab.title for table in (*layout.orders, *layout.items, *layout.shipments)}
        for title, failure in self.workbook.left_out.items():
            if title in used:
                return failure
        for title, failure in self._failures.by_title.items():
            orders = (t for t in layout.orders if t.tab.title == title)
            if any(row.id and not self.knows(row.id) for table in orders for row in list_rows(table)):
                return failure
            items = (t for t in layout.items if t.tab.title == title)
            if any(row.id and not self.list_item_rows(row.id) for table in items for row in list_rows(table)):
                return failure
        return None

    def warm_up(self, before: "Snapshot") -> None:
        """Build the orders that `before` was last asked for, so that what whole columns show is found out now.

        With 10,000 orders that takes a tenth of a second, in which whoever asked first would keep all others waiting.
        """
        for order_id in list(before._orders)[-WARMED_UP:]:
            with suppress(Exception):  # whoever asks for it is told
                self.get_order(order_id)

    def list_ids(self) -> set[str]:
        """Return every order id that stands in the sheet, be it with items or a shipment alone."""
        ids = (
            group.id
            for found in (self._groups, self._item_places.groups)
            for same in found.values()
            for group in same
        )
        return {*ids, *(row.id for rows in self._shipments.values() for row in rows)}

    def list_part(self, start: int = 0, stop: int | None = None, step: int = 1) -> list[str]:
        """Return one of the ids that read the same for each place from `start` to `stop`."""
        return [same[0].id for same in islice(self._groups.values(), start, stop, step)]

    def list_groups(self, order_id: str) -> Sequence[RowGroup]:
        """Return the groups of rows that could be meant by this id."""
        return self._groups.get(self._fold(order_id), ())

    def list_item_rows(self, order_id: str) -> list[Row]:
        """Return the rows of this id in the tabs with the items of all orders."""
        groups = self._item_places.groups.get(self._fold(order_id), ())
        return [row for group in groups for row in group.rows]

    def find_last_row(self, table: Table) -> int | None:
        """Return the number of the last row of a tab, or of a block of one, that belongs to an order or its items."""
        if self._last_rows is None:
            last: dict[tuple[str, int], int] = {}
            for row in self._list_taken():
                key = row.table.tab.title, row.table.columns.row
                last[key] = max(last.get(key, 0), row.number)
            self._last_rows = last
        return self._last_rows.get((table.tab.title, table.columns.row))

    def knows(self, order_id: str) -> bool:
        """Return whether some row could be meant by this id."""
        return self._fold(order_id) in self._groups

    def look_up(self, order_id: str) -> LookUp:
        """Return the order that `order_id` means, or what is lacking to build it.

        Raises `OrderConflict` where that would be a choice between two customers, `SheetUnusable` where the
        order, or its items, may be in a tab whose formula has failed.
        """
        folded = self._fold(order_id)
        groups = self._groups.get(folded)
        if groups is None:
            self._failures.require_orders(has_any=True)
            return LookUp()
        if title := self._find_unread_tab(folded, groups):
            return LookUp(unread_tab=title)
        return LookUp(self._get_order(order_id, folded, groups))

    def _fold(self, order_id: str) -> str:
        """Return an id as the groups are found by it."""
        folded = fold_order_id(order_id)
        return fold_order_id(self._bare_ids[folded]) if folded in self._bare_ids else folded

    def find_unread_tab(self, order_id: str) -> str | None:
        """Return the title of the items tab that this order needs and that did not travel with the workbook."""
        folded = self._fold(order_id)
        return self._find_unread_tab(folded, self._groups.get(folded, ()))

    def get_order(self, order_id: str) -> Order:
        """Return the order that `order_id` means, without the items of a tab that was not read.

        Raises `OrderNotFound`, or `OrderConflict` where that would be a choice between two customers.
        """
        folded = self._fold(order_id)
        groups = self._groups.get(folded)
        if groups is None:
            self._failures.require_orders(has_any=True)
            raise OrderNotFound(order_id)
        return self._get_order(order_id, folded, groups)

    @property
    def id_count(self) -> int:
        """The number of ids that don't read the same."""
        return len(self._groups)

    def list_orders(
        self, ids: Iterable[str] | None = None
    ) -> Iterator[tuple[list[RowGroup], Order | OrderConflict]]:
        """Build the orders of these ids, or of all, anew, and yield each with the groups it stands in.

        Yields the conflict in place of an order that can't be told.
        """
        for folded in self._groups if ids is None else dict.fromkeys(map(self._fold, ids)):
            same = self._groups.get(folded, ())
            spellings = _list_spellings(folded, same)
            for order_id in spellings.ids:
                groups = [group for group in same if group.id == order_id]
                try:
                    yield groups, self._build(groups, spellings)
                except OrderConflict as conflict:
                    yield groups, conflict

    def list_orphans(self) -> Iterator[Row]:
        """Yield the first row of each order id that only an items tab or a report of shipments has."""
        for folded, groups in self._item_places.groups.items():
            if folded not in self._groups:
                yield groups[0].rows[0]
        for folded, rows in self._shipments.items():
            if folded and folded not in self._groups:
                yield rows[0]

    def list_unnamed_tabs(self) -> list[str]:
        """Return the titles of the tabs with one order's items that no order calls its own."""
        if not self.layout.per_order_tabs:
            return []
        named = {
            title
            for folded, groups in self._groups.items()
            for title in self._list_own_titles(folded, groups)
        }
        return [title for title in self.layout.per_order_tabs if title not in named]

    def list_ambiguous_ids(self) -> Iterator[Sequence[RowGroup]]:
        """Yield the groups of ids that read the same, where there are several."""
        return (groups for groups in self._groups.values() if len({group.id for group in groups}) > 1)

    def map_rows(self) -> dict[tuple[str, int], str]:
        """Return the order id of each row that belongs to an order, or to its items, by tab and number."""
        found = chain(self._groups.values(), self._item_places.groups.values())
        groups = (group for same in found for group in same)
        return {(row.table.tab.title, row.number): group.id for group in groups for row in group.rows}

    def _list_taken(self) -> Iterator[Row]:
        for groups in chain(self._groups.values(), self._item_places.groups.values()):
            for group in groups:
                yield from group.rows

    def _find_unread_tab(self, folded: str, groups: Sequence[RowGroup]) -> str | None:
        unread = self.workbook.unread | self.workbook.left_out.keys()
        if not unread:
            return None
        return next((title for title in self._list_own_titles(folded, groups) if title in unread), None)

    def _list_own_titles(self, folded: str, groups: Sequence[RowGroup]) -> Iterator[str]:
        """Yield the titles of the tabs that the orders of one folded id call their own."""
        spellings = _list_spellings(folded, groups)
        for order_id in spellings.ids:
            same = [group for group in groups if group.id == order_id]
            yield from self._item_places.list_own_titles(same, spellings)

    def _get_order(self, order_id: str, folded: str, groups: Sequence[RowGroup]) -> Order:
        """Return the order of one of the groups that fold to the same, built once."""
        meant = prefer_exact(groups, order_id)
        order = self._orders.get(meant[0].id) or self._build(meant, _list_spellings(folded, groups))
        if not order.items:
            self._failures.require_items()
        self._orders[order.id] = order
        return order

    def _build(self, groups: Sequence[RowGroup], spellings: Spellings) -> Order:
        """Build the order that stands in these groups of one id. Raises `OrderConflict` if they are about two."""
        shipments = self._find_shipments(groups[0].id, spellings)
        return build_order(groups, self._item_places.find(groups, spellings), self.context, shipments)

    def _find_shipments(self, order_id: str, spellings: Spellings) -> list[Row]:
        """Find what couriers and payment providers report of this order, and of no other that reads the same."""
        rows = self._shipments.get(spellings.folded, [])
        return [row for row in rows if row.id == order_id or len(spellings.ids) == 1]


def _list_spellings(folded: str, groups: Sequence[RowGroup]) -> Spellings:
    return Spellings(folded, dict.fromkeys(group.id for group in groups).keys())
