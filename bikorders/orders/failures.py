"""Which tabs can't tell their rows? What they hold is not known, and does not count as gone.

The formula that fills a tab has failed, or the source left the tab out because it can't be read.
"""

from collections.abc import Sequence

from bikorders.errors import SheetUnusable
from bikorders.reading.failed_formulas import NO_MATCH, find_failed_tab, find_failure
from bikorders.reading.tab_roles import Layout
from bikorders.reading.tab_titles import is_named_items, is_named_orders
from bikorders.sheet.workbook import Cell, Workbook


class Failures:
    """What keeps tabs from telling their rows, by what the tabs hold; `by_title` are the failed formulas'."""

    def __init__(self, workbook: Workbook, layout: Layout) -> None:
        failed = _list_failed(workbook, layout)
        items = {table.tab.title for table in layout.items}
        left_out = workbook.left_out.items()
        self._of_items = [_build_failure(cell) for has_items, cell in failed if has_items]
        self._of_items += [error for title, error in left_out if is_named_items(title)]
        of_orders = [cell for _, cell in failed if cell.tab not in items]
        lists = [error for title, error in left_out if is_named_orders(title)]
        self._of_orders = [_build_failure(cell) for cell in of_orders] + lists
        self._of_some_orders = [_build_failure(cell) for cell in of_orders if cell.text != NO_MATCH] + lists
        self.by_title = {cell.tab: _build_failure(cell) for _, cell in failed}

    def require_orders(self, *, has_any: bool) -> None:
        """Raise `SheetUnusable` if an id that is not in the sheet may be in a tab that can't tell.

        `has_any` says whether other tabs have ids; then a list in which nothing matches may just be empty.
        """
        _require_none(self._of_some_orders if has_any else self._of_orders)

    def require_items(self) -> None:
        """Raise `SheetUnusable` if an order's items may be in a tab that can't tell."""
        _require_none(self._of_items)


def _list_failed(workbook: Workbook, layout: Layout) -> list[tuple[bool, Cell]]:
    """Return the error of each formula that has failed, and whether its tab holds items."""
    tables = (*layout.orders, *layout.items)
    known = {table.tab.title for table in tables} | layout.per_order_tabs.keys()
    failed = [(table.columns.item_count > 0, cell) for table in tables if (cell := find_failure(table))]
    others = (tab for tab in workbook.tabs.values() if tab.title not in known)
    return failed + [(is_named_items(tab.title), cell) for tab in others if (cell := find_failed_tab(tab))]


def _build_failure(cell: Cell) -> SheetUnusable:
    return SheetUnusable(
        f"the formula that fills the tab “{cell.tab}” has failed", f"repair it in cell {cell.a1}"
    )


def _require_none(failed: Sequence[SheetUnusable]) -> None:
    if failed:
        raise failed[0].again()
