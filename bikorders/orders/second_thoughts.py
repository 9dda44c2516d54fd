"""Does a remark take back what the status says? `Shipped`, and beside it: `Cancelled`, `RTO - customer not home`."""

import re
from collections.abc import Iterable

from bikorders.orders.field_reader import Reading
from bikorders.reading.header_spelling import fold_header
from bikorders.reading.other_headers import list_remarks
from bikorders.reading.remarks import find_remark, split_day
from bikorders.reading.rows import Row
from bikorders.reading.statuses import BAD
from bikorders.reading.vocabulary import find_status
from bikorders.sheet.workbook import Cell
from bikorders.text import LONGEST, remember


def find_second_thought(fields: Reading, rows: Iterable[Row], status: str) -> Cell | None:
    """Return the cell beside an order that says it did not stay with its status; None if there is none.

    It holds a remark, or what has become of the parcel.
    """
    if status in BAD:
        return None
    if find_status(str(fields.values.get("shipping status", ""))) in _ENDS:
        return fields.cells["shipping status"]
    for row in rows:
        for header in row.table.columns.ignored:
            if _is_remark(header.text):
                cell = row.cell(header.column)
                if not cell.is_blank and _is_end(cell.text):
                    return cell
    return None


@remember
def _is_remark(header: str) -> bool:
    return len(header) <= LONGEST and fold_header(header) in list_remarks()


@remember
def _is_end(text: str) -> bool:
    """Return whether a remark says no more than that an order was cancelled or has come back, and why."""
    if len(text) > LONGEST:
        return False
    remark = find_remark(text)
    heads = (text, split_day(text) or text, remark.head if remark else text, _REASON.sub("", text))
    return any(find_status(head) in _ENDS for head in heads)


_REASON = re.compile(r"(?:\b(?:by|due|as|because|since|per|on)\b|[,:;]).*", re.IGNORECASE | re.DOTALL)

_ENDS = frozenset(
    "CANCELLED RETURNED RTO RTO_INITIATED RTO_IN_TRANSIT RTO_DELIVERED RETURNED_BY_CUSTOMER LOST DESTROYED".split()
)
