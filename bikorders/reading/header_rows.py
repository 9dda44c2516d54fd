"""Which row of a tab is its header, and where does a header stand again? Each one begins a table."""

from collections.abc import Iterator

from bikorders.reading.columns import Columns, map_columns, propose_header
from bikorders.reading.fields import ORDER_ID
from bikorders.reading.headers import HeaderWords, Role, has_digit
from bikorders.reading.rows import Table
from bikorders.sheet.workbook import Tab, is_blank, text_of

HEADER_ROWS = 20
"""How far down a header row is looked for."""


def find_header(tab: Tab, role: Role, words: HeaderWords) -> Columns | None:
    """Return the header among the first 20 rows: the row with the most known columns.

    None if no row has an order id, or columns of an item.
    """
    best: Columns | None = None
    for row in range(1, min(len(tab.rows), HEADER_ROWS) + 1):
        columns = propose_header(tab, row, role, words)
        if (columns.has_id or columns.has_lines) and (best is None or _rate(columns) > _rate(best)):
            best = columns
    if best is None:
        return None
    columns = map_columns(tab, best.row, role, words)
    return columns if columns.has_id or columns.has_lines else None


def _rate(columns: Columns) -> int:
    return columns.has_id + columns.order_count + columns.item_count


def split_tables(tab: Tab, columns: Columns, role: Role, words: HeaderWords) -> list[Table]:
    """Return the tables of a tab whose first header is `columns`, each with the rows down to the next header.

    Other lists, whose header has no order id, end a table and are left out.
    """
    headers = [(columns.row, columns), *_find_more_headers(tab, columns, role, words)]
    ends = [*(row for row, _ in headers[1:]), len(tab.rows) + 1]
    return [Table(tab, header, end) for (_, header), end in zip(headers, ends, strict=True) if header]


def _find_more_headers(
    tab: Tab, first: Columns, role: Role, words: HeaderWords
) -> Iterator[tuple[int, Columns | None]]:
    """Yield the rows below the first header that are headers again; None with one of another list."""
    id_column = first.orders[ORDER_ID].first
    is_below_blank = False
    for number in range(first.row + 1, len(tab.rows) + 1):
        raws = tab.rows[number - 1]
        raw = raws[id_column - 1] if id_column <= len(raws) else None
        is_blank_row = is_blank(raw) and not tab.row(number)
        if words.is_id_header(raw) or (is_below_blank and not is_blank_row):
            columns = map_columns(tab, number, role, words)
            if _is_header(tab, columns):
                yield number, columns if columns.has_id else None
        is_below_blank = is_blank_row


def _is_header(tab: Tab, columns: Columns) -> bool:
    """Return whether a row below the first header is one, too: it names several fields and holds no digits."""
    if len(columns.orders) + columns.item_count < 2:
        return False
    return columns.has_id or not any(has_digit(text_of(raw)) for raw in tab.row(columns.row))
