"""Does a column that we don't understand hold an amount that may belong to an order's total, or be it?

A total is worked out only where all amounts of the order are understood.
"""

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.field_reader import read_amount
from bikorders.reading.evidence import Sample, holds_amounts, sample_column
from bikorders.reading.headers import HeaderWords
from bikorders.reading.rows import Row, Table
from bikorders.sheet.workbook import text_of


def has_unknown_amount(rows: Iterable[Row], made: Decimal, inference: ColumnInference) -> bool:
    """Return whether an amount stands under an unknown header that may change what the known ones make.

    The same amount changes nothing, and one of quite another size is none: a postcode, a phone number.
    """
    for row in rows:
        for header in row.table.columns.ignored:
            cell = row.cell(header.column)
            if cell.is_blank or not inference.conclude(_may_hold_amounts, row.table, header.column):
                continue
            amount = read_amount(row, header.column, inference)
            if amount is None or (amount and amount != made and abs(amount) <= abs(made) * _MOST_TIMES):
                return True
    return False


_MOST_TIMES = 10
_WORDS = HeaderWords()


def _may_hold_amounts(_: ColumnInference, table: Table, column: int) -> bool:
    header = table.tab.cell(table.columns.row, column)
    if not any(read.is_unknown for read in _WORDS.read([header.text], "order")):
        return False
    sample = sample_column(table.tab, table.columns.row, column)
    return holds_amounts(sample) and not _is_counter(sample)


def _is_counter(sample: Sample) -> bool:
    """Return whether cells count the rows: each is one more than that above it."""
    texts = [text_of(raw) for raw in sample]
    if not all(text.isdecimal() and len(text) < _LONG for text in texts):
        return False
    return all(int(then) == int(first) + 1 for first, then in pairwise(texts))


_LONG = 7
