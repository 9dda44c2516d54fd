"""Which row of a tab is its header, and where does a header stand again? Each one begins a table."""

import re
from collections.abc import Iterator
from itertools import count

from bikorders.reading.columns import Columns, map_columns, propose_header
from bikorders.reading.description_rows import find_first_row, has_words_for_numbers
from bikorders.reading.fields import ORDER_ID
from bikorders.reading.header_index import Role
from bikorders.reading.header_spelling import has_digit
from bikorders.reading.headers import HeaderWords
from bikorders.reading.rows import Table
from bikorders.sheet.workbook import Cell, Tab, is_blank, text_of
from bikorders.text import fold_heading

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


STATES = frozenset(
    {"status", "paymentStatus", "fulfillmentStatus", "shipping status", "total", "subTotal", "payment method"}
    | {"tracking number", "deliveryInfo.trackingURL", "shippingCharge", "items"}
)
"""Fields that only an order has, and neither a customer nor a product."""

_PERSON = frozenset({"customer", "phoneNumber", "email", "address.firstName", "address.address1"})
_ORDERS_WORD = re.compile(r"\b(?:orders?|pedidos?|commandes?|bestellungen|ordini|pesanan)\b")


def find_lost_header(tab: Tab, words: HeaderWords) -> Cell | None:
    """Return the first cell of a header that is one of orders but for their ids; None if there is none.

    It names the customers and two things that only orders have; one is enough in a tab that is named like orders.
    """
    needed = 1 if _ORDERS_WORD.search(fold_heading(tab.title)) else 2
    for row in range(1, min(len(tab.rows), HEADER_ROWS) + 1):
        known = propose_header(tab, row, "order", words).orders.keys()
        if ORDER_ID in known or len(known & STATES) < needed or not known & _PERSON:
            continue
        if any(tab.row(below) for below in range(row + 1, len(tab.rows) + 1)):
            return next(cell for column in count(1) if not (cell := tab.cell(row, column)).is_blank)
    return None


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
    end = len(tab.rows) + 1
    start = find_first_row(tab, first, end)
    for number in range(first.row + 1, end):
        raws = tab.rows[number - 1]
        raw = raws[id_column - 1] if id_column <= len(raws) else None
        is_blank_row = is_blank(raw) and not tab.row(number)
        if words.is_id_header(raw) or (is_below_blank and not is_blank_row):
            columns = map_columns(tab, number, role, words)
            is_header = _is_header(tab, columns, first)
            if is_header and (number >= start or not _explains(columns, first)):
                yield number, columns if columns.has_id else None
        is_below_blank = is_blank_row


def _is_header(tab: Tab, columns: Columns, first: Columns) -> bool:
    """Return whether a row below the first header is one, too: it names several fields and holds no values."""
    if len(columns.orders) + columns.item_count < 2:
        return False
    has_digits = any(has_digit(text_of(raw)) for raw in tab.row(columns.row))
    return columns.has_id or not has_digits or has_words_for_numbers(tab, first, columns.row)


def _explains(columns: Columns, first: Columns) -> bool:
    """Return whether a header says again, in another language, what the one above it says."""
    known = dict(_list_named(first))
    return all(known.get(column, path) == path for column, path in _list_named(columns))


def _list_named(columns: Columns) -> Iterator[tuple[int, str]]:
    """Yield the columns that a header names, each with the path of its field."""
    for found in (columns.orders, *columns.slots):
        for path, known in found.items():
            yield from ((column, path) for group in known.groups for column in group)
