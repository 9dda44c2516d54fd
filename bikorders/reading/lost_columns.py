"""Which columns were understood a while ago and are gone? Somebody renamed or deleted them while the service runs."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bikorders.reading.columns import ColumnMap, Columns
from bikorders.reading.header_index import Role
from bikorders.reading.header_rows import HEADER_ROWS
from bikorders.reading.rows import Table
from bikorders.reading.tab_roles import Layout
from bikorders.sheet.workbook import Cell, Tab, Workbook, is_blank, text_of


class LostColumn(NamedTuple):
    """A column that is gone: where its header stood, and the field that it was."""

    header: Cell
    path: str
    role: Role


def find_lost_columns(layout: Layout, workbook: Workbook, before: Layout) -> Iterator[LostColumn]:
    """Yield the filled columns of `before` whose headers are gone from their tabs, without a tab that is gone whole."""
    for table in before.tables:
        for column in _list_columns(table):
            if is_lost(column, layout, workbook) and _is_filled(table, column.header.column):
                yield column


def is_lost(column: LostColumn, layout: Layout, workbook: Workbook) -> bool:
    """Return whether a tab has neither the header of a column any more, nor another one for its field."""
    title = column.header.tab
    tab = workbook.tabs.get(title)
    if tab is None or _has_header(tab, column.header.text):
        return False
    return not any(_has_field(table.columns, column) for table in layout.tables if table.tab.title == title)


def _has_header(tab: Tab, header: str) -> bool:
    return any(text_of(raw) == header for raws in tab.rows[:HEADER_ROWS] for raw in raws)


def _has_field(columns: Columns, column: LostColumn) -> bool:
    found = (columns.orders,) if column.role == "order" else columns.slots
    return any(column.path in fields for fields in found)


def _list_columns(table: Table) -> Iterator[LostColumn]:
    """Yield the columns that are read, as they are lost if they go."""
    columns = table.columns
    found: dict[Role, Sequence[ColumnMap]] = {"order": (columns.orders,), "item": columns.slots}
    for role, maps in found.items():
        for path, known in ((path, known) for fields in maps for path, known in fields.items()):
            yield LostColumn(table.tab.cell(columns.row, known.first), path, role)


def _is_filled(table: Table, column: int) -> bool:
    return not all(map(is_blank, table.list_raws(column)))
