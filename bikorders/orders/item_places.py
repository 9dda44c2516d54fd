"""Where do an order's items stand? In the tab that its row names, in its own tab, or in one for all orders."""

from collections.abc import Collection
from typing import NamedTuple

from bikorders.orders.conflicts import prefer_own_items
from bikorders.orders.items import Items, build_items_problem
from bikorders.reading.order_ids import clean_id, fold_order_id
from bikorders.reading.rows import RowGroup, group_rows, has_product, list_rows
from bikorders.reading.tab_roles import Layout, match_title
from bikorders.sheet.workbook import Cell, Workbook, is_blank


class Spellings(NamedTuple):
    """An id as it is folded, and all ids of the sheet's orders that fold to it."""

    folded: str
    ids: Collection[str]


class ItemPlaces:
    """The places of a workbook where items stand; `groups` are those of the tabs for all orders, by folded id."""

    def __init__(self, workbook: Workbook, layout: Layout) -> None:
        self._workbook = workbook
        self._layout = layout
        self.groups: dict[str, list[RowGroup]] = {}
        for table in layout.items:
            for folded, groups in group_rows(table, "items").items():
                self.groups.setdefault(folded, []).extend(groups)
        taken = {table.tab.title for table in (*layout.orders, *layout.items)}
        self._titles = [*workbook.tabs, *workbook.unread]
        self._titles_by_id: dict[str, list[str]] = {}
        for title in self._titles:
            if title not in taken:
                self._titles_by_id.setdefault(fold_order_id(title), []).append(title)

    def find(self, group: RowGroup, spellings: Spellings) -> Items:
        """Return the rows of an order's items, or the problem if they stand in no place or in two.

        Raises `OrderConflict` if they could belong to several orders.
        """
        if named := _find_named_cell(group):
            titles = match_title(clean_id(named.raw), self._titles)
            if len(titles) != 1:
                return build_items_problem("items-tab-missing", named)
            return self._read_own_tab(titles[0])
        own = [self._read_own_tab(title) for title in self._find_titles_like(group, spellings)]
        found = [*own, self._find_shared(group, spellings)]
        places = [items for items in found if items.rows or items.problem]
        if len(places) > 1:
            return build_items_problem("items-ambiguous", group.rows[0].cells("id")[0])
        if places:
            return places[0]
        if (tab := self._layout.not_understood) and not group.rows[0].table.columns.has_lines:
            return build_items_problem("items-unreadable", Cell(tab.title, 1, 1, tab.title))
        return Items()

    def list_own_titles(self, group: RowGroup, spellings: Spellings) -> list[str]:
        """Return the titles of the tabs that are this order's own: the one its row names, else those like its id."""
        if named := _find_named_cell(group):
            return match_title(clean_id(named.raw), self._titles)
        return self._find_titles_like(group, spellings)

    def _find_titles_like(self, group: RowGroup, spellings: Spellings) -> list[str]:
        titles = self._titles_by_id.get(spellings.folded, [])
        if not titles:
            return []
        exact = [title for title in titles if title.strip() == group.id]
        return exact or (titles if len(spellings.ids) == 1 else [])

    def _find_shared(self, group: RowGroup, spellings: Spellings) -> Items:
        """Find the items of this order's id in the tabs for all orders."""
        groups = prefer_own_items(self.groups.get(spellings.folded, []), group.id, spellings.ids)
        return Items([row for items in groups for row in items.rows])

    def _read_own_tab(self, title: str) -> Items:
        if title in self._workbook.unread:
            return Items()
        if table := self._layout.per_order_tabs.get(title):
            return Items([row for row in list_rows(table) if has_product(row)])
        rows = self._workbook.tabs[title].rows
        if all(is_blank(raw) for row in rows for raw in row):
            return Items()
        return build_items_problem("items-unreadable", Cell(title, 1, 1, title))


def _find_named_cell(group: RowGroup) -> Cell | None:
    """Find the cell that names the order's own items tab."""
    return next((cell for row in group.rows for cell in row.cells("items tab")), None)
