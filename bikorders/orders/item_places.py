"""Where do an order's items stand? In the tab that its row names, in its own tab, or in one for all orders."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from bikorders.orders.conflicts import prefer_own_items
from bikorders.orders.items import Items, build_items_problem
from bikorders.reading.order_ids import clean_id, fold_order_id
from bikorders.reading.rows import (
    Row,
    RowGroup,
    find_id_cell,
    has_product,
    list_rows,
)
from bikorders.reading.tab_roles import Layout
from bikorders.reading.tab_titles import match_title
from bikorders.reading.table_groups import TableGroups
from bikorders.sheet.workbook import Cell, Workbook, is_blank


class Spellings(NamedTuple):
    """An id as it is folded, and all ids of the sheet's orders that fold to it."""

    folded: str
    ids: Collection[str]


class ItemPlaces:
    """The places of a workbook where items stand; `groups` are those of the tabs for all orders, by folded id."""

    def __init__(self, workbook: Workbook, layout: Layout, before: "ItemPlaces | None") -> None:
        self._workbook = workbook
        self._layout = layout
        self._tables: TableGroups = TableGroups(
            ((table, "items") for table in layout.items), before._tables if before else None
        )
        self.groups = self._tables.groups
        taken = {table.tab.title for table in (*layout.orders, *layout.items)}
        self._titles = [*workbook.tabs, *workbook.unread, *workbook.left_out]
        self._titles_by_id: dict[str, list[str]] = {}
        for title in self._titles:
            if title not in taken:
                self._titles_by_id.setdefault(fold_order_id(title), []).append(title)

    def find(self, groups: Sequence[RowGroup], spellings: Spellings) -> Items:
        """Return the rows of an order's items by the place where they stand, or why they can't be known.

        `groups` are the order's own rows. Raises `OrderConflict` if the items could belong to several orders.
        """
        if named := _find_named_cell(groups):
            titles = match_title(clean_id(named.raw), self._titles)
            if len(titles) != 1:
                return build_items_problem("items-tab-missing", named)
            return self._read_own_tab(titles[0])
        own = [self._read_own_tab(title) for title in self._find_titles_like(groups, spellings)]
        places = [place for items in own for place in items.places]
        places += self._list_shared(groups[0].id, spellings)
        if problem := next((items.problem for items in own if items.problem), None):
            return Items(places, problem)
        if doubtful := next((group.doubtful for group in groups if group.doubtful), None):
            return build_items_problem("id-missing", find_id_cell(doubtful))
        has_lines = any(group.rows[0].table.columns.has_lines for group in groups)
        if (tab := self._layout.not_understood) and not places and not has_lines:
            return build_items_problem("items-unreadable", Cell(tab.title, 1, 1, tab.title))
        return Items(places)

    def list_own_titles(self, groups: Sequence[RowGroup], spellings: Spellings) -> list[str]:
        """Return the titles of the tabs that are this order's own: the one its row names, else those like its id."""
        if named := _find_named_cell(groups):
            return match_title(clean_id(named.raw), self._titles)
        return self._find_titles_like(groups, spellings)

    def _find_titles_like(self, groups: Sequence[RowGroup], spellings: Spellings) -> list[str]:
        titles = self._titles_by_id.get(spellings.folded, [])
        if not titles:
            return []
        exact = [title for title in titles if title.strip() == groups[0].id]
        return exact or (titles if len(spellings.ids) == 1 else [])

    def _list_shared(self, order_id: str, spellings: Spellings) -> list[list[Row]]:
        """Return the rows of an order's items in each of the tabs for all orders that has some."""
        groups = prefer_own_items(self.groups.get(spellings.folded, ()), order_id, spellings.ids)
        by_tab: dict[str, list[Row]] = {}
        for group in groups:
            by_tab.setdefault(group.rows[0].table.tab.title, []).extend(group.rows)
        return list(by_tab.values())

    def _read_own_tab(self, title: str) -> Items:
        if title not in self._workbook.tabs:
            return Items()
        if table := self._layout.per_order_tabs.get(title):
            rows = [row for row in list_rows(table) if has_product(row)]
            return Items([rows] if rows else [])
        if all(is_blank(raw) for raws in self._workbook.tabs[title].rows for raw in raws):
            return Items()
        return build_items_problem("items-unreadable", Cell(title, 1, 1, title))


def _find_named_cell(groups: Sequence[RowGroup]) -> Cell | None:
    """Find the cell that names the order's own items tab."""
    return next((cell for group in groups for row in group.rows for cell in row.cells("items tab")), None)
