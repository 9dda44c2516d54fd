"""Which tabs have lost their rows to a formula that fails? What they held is not known, and does not count as gone."""

from collections.abc import Sequence

from bikorders.errors import SheetUnusable
from bikorders.reading.failed_formulas import NO_MATCH, find_failed_tab, find_failure
from bikorders.reading.tab_roles import Layout, is_named_items
from bikorders.sheet.workbook import Cell, Workbook


class Failures:
    """The errors that stand in place of all rows of a tab, by what the tab holds."""

    def __init__(self, workbook: Workbook, layout: Layout) -> None:
        tables = [(table, find_failure(table)) for table in (*layout.orders, *layout.items)]
        known = {table.tab.title for table, _ in tables} | layout.per_order_tabs.keys()
        failed = [(table.tab, table.columns.item_count > 0, cell) for table, cell in tables if cell]
        failed += [
            (tab, is_named_items(tab), cell)
            for tab in workbook.tabs.values()
            if tab.title not in known and (cell := find_failed_tab(tab))
        ]
        items = {table.tab.title for table in layout.items}
        self._of_items = [cell for tab, has_items, cell in failed if has_items]
        self._of_orders = [cell for tab, _, cell in failed if tab.title not in items]
        self.titles = {tab.title for tab, _, _ in failed}

    def require_orders(self, *, has_any: bool) -> None:
        """Raise `SheetUnusable` if an id that is not in the sheet may be in a tab that has failed.

        `has_any` says whether other tabs have ids; then a list in which nothing matches may just be empty.
        """
        _require_none([cell for cell in self._of_orders if not (has_any and cell.text == NO_MATCH)])

    def require_items(self) -> None:
        """Raise `SheetUnusable` if an order's items may be in a tab that has failed."""
        _require_none(self._of_items)


def _require_none(failed: Sequence[Cell]) -> None:
    if failed:
        cell = failed[0]
        raise SheetUnusable(
            f"the formula that fills the tab “{cell.tab}” has failed", f"repair it in cell {cell.a1}"
        )
