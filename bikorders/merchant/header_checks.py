"""Checks of the headers: those that mean nothing and nearly something, those that are gone, and those left open."""

from collections.abc import Iterator

from bikorders.merchant.report_entries import find_contract_path
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.columns import Columns
from bikorders.reading.field_words import name_field
from bikorders.reading.id_advice import list_near_ids
from bikorders.reading.near_headers import NearHeader, find_near_header, is_foreign
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Table
from bikorders.reading.shop_settings import is_settings_title
from bikorders.sheet.workbook import Cell, Tab


def find_header_problems(snapshot: Snapshot) -> Iterator[Problem]:
    """Yield the problems of headers that no order tells."""
    layout = snapshot.layout
    for header in layout.lost:
        yield build_problem("id-column", header._replace(raw=header.tab))
    for table in layout.tables[len(layout.orders) :]:  # an order tells those of its own table
        yield from table.columns.unclear
    lost = {(column.header.tab, column.header.a1) for column in snapshot.lost_columns}
    for column in snapshot.lost_columns:
        yield build_problem(
            "header-lost",
            column.header,
            name_field(column.path, column.role),
            path=find_contract_path(column.path, column.role),
        )
    for problem in _find_near_headers(snapshot):
        if (problem.tab, problem.cell) not in lost:
            yield problem


def _find_near_headers(snapshot: Snapshot) -> Iterator[Problem]:
    """Yield a problem for each header that is not used and nearly means a field that its table lacks."""
    shop_headers = tuple(snapshot.context.shop_settings.headers)
    for table in snapshot.layout.tables:
        columns = table.columns
        speaks_english = not any(is_foreign(cell.text) for cell in _list_used(table))
        for cell in columns.ignored:
            near = find_near_header(cell.text, shop_headers, speaks_english=speaks_english)
            if near and not _has_field(columns, near):
                yield _build_near(cell, near)
    not_understood = snapshot.layout.not_understood
    used = {table.tab.title for table in snapshot.layout.tables}
    for tab in snapshot.workbook.tabs.values():
        if tab is not_understood:
            for cell in _list_first_cells(tab):
                if near := find_near_header(cell.text, shop_headers):
                    yield _build_near(cell, near)
        elif tab.title not in used and not is_settings_title(tab.title):
            for cell, near in list_near_ids(tab, snapshot.context.header_words):
                yield _build_near(cell, near)


def _build_near(cell: Cell, near: NearHeader) -> Problem:
    return build_problem("header-near", cell, near.header, path=find_contract_path(near.path, near.role))


def _has_field(columns: Columns, near: NearHeader) -> bool:
    """Return whether another column has the field that a header nearly means, by a header as sure."""
    found = (columns.orders,) if near.role == "order" else columns.slots
    return any(near.path in fields and fields[near.path].sureness <= near.sureness for fields in found)


def _list_used(table: Table) -> Iterator[Cell]:
    """Yield the headers that mean a field."""
    columns = table.columns
    for fields in (columns.orders, *columns.slots):
        for known in fields.values():
            yield table.tab.cell(columns.row, known.first)


def _list_first_cells(tab: Tab) -> Iterator[Cell]:
    """Yield the cells of a tab's first row that is not blank."""
    number = next(number for number in range(1, len(tab.rows) + 1) if tab.row(number))
    yield from (tab.cell(number, column) for column in range(1, len(tab.rows[number - 1]) + 1))
