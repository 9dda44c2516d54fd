"""What is to be done where no column holds the orders' ids? Its header may be there and misspelt."""

from collections.abc import Iterable, Iterator

from bikorders.reading.columns import propose_header
from bikorders.reading.fields import ORDER_FIELDS, ORDER_ID
from bikorders.reading.header_rows import HEADER_ROWS
from bikorders.reading.headers import HeaderWords
from bikorders.reading.native_headers import list_headers
from bikorders.reading.near_headers import NearHeader, find_near_header
from bikorders.sheet.workbook import Cell, Tab


def list_near_ids(tab: Tab, words: HeaderWords) -> Iterator[tuple[Cell, NearHeader]]:
    """Yield the cells of a tab that are nearly a header of the ids and stand beside known headers, from top to bottom."""
    for row in range(1, min(len(tab.rows), HEADER_ROWS) + 1):
        found = [(cell, near) for cell in _list_cells(tab, row) if (near := _find_near_id(cell, words))]
        if found:
            columns = propose_header(tab, row, "order", words)
            yield from found if columns.order_count or columns.item_count else ()


def tell_how_to_head_ids(tabs: Iterable[Tab], words: HeaderWords) -> str:
    """Return what to type so that the orders of these tabs have ids."""
    found = (near for tab in tabs for near in list_near_ids(tab, words))
    surest = min(found, key=lambda near: near[1].sureness, default=None)
    if surest:
        cell, meant = surest
        return f"“{cell.text}” in {cell.a1} of “{cell.tab}” is not used; did you mean {meant.header}?"
    headers = " or ".join(f"“{known.header.title()}”" for known in list_headers(ORDER_FIELDS[0])[:3])
    return f"head the column with the orders' ids {headers}, within the first {HEADER_ROWS} rows"


def _list_cells(tab: Tab, row: int) -> Iterator[Cell]:
    return (tab.cell(row, column) for column in range(1, len(tab.rows[row - 1]) + 1))


def _find_near_id(cell: Cell, words: HeaderWords) -> NearHeader | None:
    near = find_near_header(cell.text, words.shop_headers, speaks_english=False)
    return near if near and near.path == ORDER_ID else None
