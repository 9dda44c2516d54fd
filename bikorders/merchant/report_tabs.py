"""What each tab of a sheet was taken for, in words: its role, its columns, and where the items are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bikorders.orders.snapshot import Snapshot
from bikorders.reading.columns import ColumnMap, Columns
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Table
from bikorders.reading.shop_settings import is_settings_title
from bikorders.reading.tab_roles import Layout
from bikorders.sheet.workbook import Cell


@dataclass(frozen=True)
class UnderstoodTab:
    """One tab: its role in words, and its headers with the field that each means; `ignored` mean none."""

    title: str
    role: str
    columns: tuple[tuple[Cell, str], ...] = ()
    ignored: tuple[Cell, ...] = ()


def describe_items(layout: Layout, *, has_per_order_tabs: bool) -> str:
    """Return in words where the items are; with `has_per_order_tabs` some orders have a tab of their own."""
    places = [f"in the tab “{title}”" for title in _list_titles(layout.items)]
    for table in layout.orders:
        columns, title = table.columns, table.tab.title
        if len(columns.slots) > 1:
            places.append(f"side by side in the rows of “{title}”")
        elif columns.has_lines:
            places.append(f"in the rows of “{title}”, one in each")
        elif "items" in columns.orders:
            places.append(f"in one cell of each row of “{title}”")
        elif any("productId" in slot for slot in columns.slots):
            places.append(f"in the rows of “{title}”, by their numbers alone")
    if has_per_order_tabs:
        places.append("in tabs named like their orders")
    return "; ".join(dict.fromkeys(places))


def describe_tabs(snapshot: Snapshot, unnamed: list[str]) -> Iterator[UnderstoodTab]:
    """Yield each tab with what it was taken for, in the spreadsheet's order.

    `unnamed` are the titles of tabs that look like one order's items, but no order names them.
    """
    layout = snapshot.layout
    named = [table for title, table in layout.per_order_tabs.items() if title not in unnamed]
    roles: list[tuple[str, Iterable[Table]]] = [
        ("orders", layout.orders),
        ("items", layout.items),
        ("shipments and payments", layout.shipments),
        ("one order's items", named),
    ]
    tables: dict[str, tuple[str, Table]] = {}
    for role, found in roles:
        for table in found:
            tables.setdefault(table.tab.title, (role, table))
    for title in snapshot.workbook.tabs:
        if title in tables:
            role, table = tables[title]
            columns = tuple(_list_columns(table.columns, table))
            yield UnderstoodTab(title, role, columns, table.columns.ignored)
        else:
            yield UnderstoodTab(title, "settings" if is_settings_title(title) else "not used")
    for title in sorted(snapshot.workbook.unread):
        yield UnderstoodTab(title, "read when an order asks for it")
    for title in snapshot.workbook.left_out:
        yield UnderstoodTab(title, "left out, since it can't be read")


def find_tabs_left_out(snapshot: Snapshot) -> Iterator[Problem]:
    """Yield the problems of tabs that can't be read."""
    for title, failure in snapshot.workbook.left_out.items():
        yield build_problem("tab-left-out", Cell(title, 1, 1, title), place=str(failure))


def _list_columns(columns: Columns, table: Table) -> Iterator[tuple[Cell, str]]:
    """Yield each header that is used with its field's path, from left to right."""
    fields: dict[int, str] = {}
    for found in (columns.orders, *columns.slots):
        fields |= {column: path for path, column in _list_used(found)}
    fields |= {column: path for path, column in columns.extra.items()}
    for column, path in sorted(fields.items()):
        yield table.tab.cell(columns.row, column), path


def _list_used(found: ColumnMap) -> Iterator[tuple[str, int]]:
    for path, known in found.items():
        for group in known.used:
            yield from ((path, column) for column in group)


def _list_titles(tables: Iterable[Table]) -> list[str]:
    return list(dict.fromkeys(table.tab.title for table in tables))
