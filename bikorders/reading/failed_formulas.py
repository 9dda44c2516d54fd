"""Which tabs are empty because the one formula that fills them has failed? That is no evidence that rows are gone.

A list that is imported or queried (`IMPORTRANGE`, `QUERY`, `FILTER`) is one cell; where it fails, an error or
`Loading...` stands in that cell, and nothing below.
"""

from collections.abc import Iterator

from bikorders.reading.order_ids import is_damaged_id
from bikorders.reading.rows import Table, find_id_cell, list_rows
from bikorders.sheet.workbook import Cell, Tab, is_blank

NO_MATCH = "#N/A"
"""What `FILTER` and `QUERY` show where no row is meant, too."""


def find_failure(table: Table) -> Cell | None:
    """Return the error that stands in place of the rows of a table; None if it has ids, or is just empty."""
    rows = (
        row for row in list_rows(table) if any(not is_blank(raw) for raw in table.tab.rows[row.number - 1])
    )
    first = next(rows, None)
    if first is None or first.id:
        return None
    filled = next(_list_filled(table.tab, first.number))
    failed = next((cell for cell in (filled, find_id_cell(first)) if is_damaged_id(cell.raw)), None)
    return None if failed is None or any(row.id for row in rows) else failed


def find_failed_tab(tab: Tab) -> Cell | None:
    """Return the error that is all that stands in a tab; None if it holds anything else, or nothing."""
    filled = (cell for number in range(1, len(tab.rows) + 1) for cell in _list_filled(tab, number))
    first = next(filled, None)
    return first if first and is_damaged_id(first.raw) and next(filled, None) is None else None


def _list_filled(tab: Tab, number: int) -> Iterator[Cell]:
    raws = tab.rows[number - 1]
    return (tab.cell(number, column) for column, raw in enumerate(raws, start=1) if not is_blank(raw))
