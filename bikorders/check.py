"""What was understood of a sheet, and what in it needs fixing? A snapshot's orders, all built as serving builds them.

What only shows across orders is found here: ids that stand twice or in no order, rows without an id, orders
without items.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bikorders.cells import is_placeholder
from bikorders.columns import Columns, Found
from bikorders.entries import Entry, Row, Sheet, is_damaged_id, is_note, list_rows
from bikorders.fields import ORDER_ID
from bikorders.orders import Order
from bikorders.problems import Problem, build_problem
from bikorders.settings_tab import is_settings_title
from bikorders.snapshot import Snapshot
from bikorders.tabs import Layout
from bikorders.workbook import Cell


@dataclass(frozen=True)
class UnderstoodTab:
    """One tab: its role in words, and its headers with the field that each means; `ignored` mean none."""

    title: str
    role: str
    columns: tuple[tuple[Cell, str], ...] = ()
    ignored: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Report:
    """A checked snapshot. `items` says in words where the items are; `problems` come by tab, the worst first."""

    tabs: tuple[UnderstoodTab, ...]
    order_count: int
    item_count: int
    items: str
    problems: tuple[Problem, ...]

    def count(self, level: str) -> int:
        """Count the problems of a level."""
        return sum(problem.level == level for problem in self.problems)


@dataclass(frozen=True)
class Findings:
    """What some of a snapshot's orders gave. `without_items` counts as problems only if others have some."""

    order_count: int
    item_count: int
    problems: tuple[Problem, ...]
    without_items: tuple[Problem, ...]


def check_orders(snapshot: Snapshot, start: int = 0, stop: int | None = None) -> Findings:
    """Build the orders of the ids from `start` to `stop`, and collect what is wrong.

    Shares nothing with the answers of the snapshot, so that it may run beside them.
    """
    problems: dict[Problem, None] = {}
    without_items: list[Problem] = []
    order_count = item_count = 0
    for entries, order in snapshot.list_orders(start, stop):
        order_count += 1
        problems.update(dict.fromkeys(_check_order(entries, order)))
        if isinstance(order, Order):
            item_count += len(order.items)
            if not order.items and not _lacks_items_for_a_reason(snapshot, order):
                without_items.append(build_problem("items-missing", _find_id_cell(entries[0].rows[0])))
    return Findings(order_count, item_count, tuple(problems), tuple(without_items))


def build_report(snapshot: Snapshot, findings: Iterable[Findings] | None = None) -> Report:
    """Put together what the orders gave, and what shows beside them; checks all orders unless given `findings`."""
    findings = [check_orders(snapshot)] if findings is None else list(findings)
    item_count = sum(part.item_count for part in findings)
    knows_items = item_count > 0 or snapshot.has_items_tab
    found: list[Iterable[Problem]] = [snapshot.context.own.problems]
    for part in findings:
        found += [part.problems, part.without_items if item_count else ()]
    unnamed = snapshot.list_unnamed_tabs()
    found += [_find_alike(snapshot), _find_strays(snapshot, unnamed), _find_rows_without_id(snapshot)]
    problems = dict.fromkeys(problem for some in found for problem in some)
    return Report(
        tuple(_describe_tabs(snapshot, unnamed)),
        sum(part.order_count for part in findings),
        item_count,
        _describe_items(snapshot.layout, has_own=len(unnamed) < len(snapshot.layout.own))
        if knows_items
        else "nowhere: no tab has columns for them",
        tuple(_sort(problems, list(snapshot.workbook.tabs))),
    )


def _check_order(entries: list[Entry], order: Order | Exception) -> Iterator[Problem]:
    """Give an order's own problems, and those of the rows it stands in."""
    if not isinstance(order, Order):
        last = entries[-1].rows[-1 if len(entries) == 1 else 0]
        yield build_problem("id-twice", _find_id_cell(last))
        return
    yield from order.problems
    for entry in entries[1:]:
        yield build_problem("id-again", _find_id_cell(entry.rows[0]))


def _lacks_items_for_a_reason(snapshot: Snapshot, order: Order) -> bool:
    """Say whether another problem tells why there are no items, or their tab has not been read."""
    has_problem = any(problem.code.startswith("items-") for problem in order.problems)
    return has_problem or snapshot.find_unread_tab(order.id) is not None


def _find_id_cell(row: Row) -> Cell:
    """Give the cell with a row's order id; in a row below the order's first it may be blank."""
    cells = row.cells(ORDER_ID)
    return cells[0] if cells else row.cell(row.sheet.columns.orders[ORDER_ID][1][0][0])


def _find_alike(snapshot: Snapshot) -> Iterator[Problem]:
    """Find ids that a person takes for the same, though they are spelled in two ways."""
    for alike in snapshot.list_alike():
        seen = {alike[0].id}
        for entry in alike[1:]:
            if entry.id not in seen:
                seen.add(entry.id)
                yield build_problem("id-alike", _find_id_cell(entry.rows[0]), alike[0].id)


def _find_strays(snapshot: Snapshot, unnamed: list[str]) -> Iterator[Problem]:
    """Find items, shipments and items' tabs that no order claims."""
    for row in snapshot.list_strays():
        yield build_problem("order-missing", _find_id_cell(row))
    if len(unnamed) < len(snapshot.layout.own):  # else such tabs are a price list, or whatever
        for title in unnamed:
            if any(char.isdigit() for char in title):
                yield build_problem("tab-unnamed", Cell(title, 1, 1, title))


_SUMS = frozenset({"money", "discount", "quantity"})
"""Kinds of fields that a row of sums fills, too."""


def _find_rows_without_id(snapshot: Snapshot) -> Iterator[Problem]:
    """Find rows that say something of an order but not of which."""
    taken = snapshot.list_taken_rows()
    for sheet in (*snapshot.layout.orders, *snapshot.layout.items):
        for row in list_rows(sheet):
            if (sheet.tab.title, row.number) in taken or row.id:
                continue
            cell = _find_id_cell(row)
            if is_damaged_id(cell.raw):
                yield build_problem("id-damaged", cell)
            elif len(row.cells(ORDER_ID)) > 1:
                yield build_problem("column-conflict", cell, "order id")
            elif _says_something(row):
                yield build_problem("id-missing", cell)


def _says_something(row: Row) -> bool:
    """Say whether a row fills two fields, one of them none that a row of sums would fill."""
    columns = row.sheet.columns
    filled = [
        field.kind
        for found in (columns.orders, *columns.slots)
        for path, (field, _) in found.items()
        if path != ORDER_ID and any(_is_typed(cell) for cell in row.cells(path, found))
    ]
    return len(filled) > 1 and not set(filled) <= _SUMS and not is_note(row)


def _is_typed(cell: Cell) -> bool:
    return not isinstance(cell.raw, bool) and not is_placeholder(cell.raw)


def _describe_items(layout: Layout, *, has_own: bool) -> str:
    """Say in words where the items of the orders are."""
    places = [f"in the tab “{title}”" for title in _list_titles(layout.items)]
    for sheet in layout.orders:
        columns, title = sheet.columns, sheet.tab.title
        if len(columns.slots) > 1:
            places.append(f"side by side in the rows of “{title}”")
        elif columns.has_lines:
            places.append(f"in the rows of “{title}”, one in each")
        elif "items" in columns.orders:
            places.append(f"in one cell of each row of “{title}”")
    if has_own:
        places.append("in tabs named like their orders")
    return "; ".join(dict.fromkeys(places))


def _describe_tabs(snapshot: Snapshot, unnamed: list[str]) -> Iterator[UnderstoodTab]:
    """Say of every tab what it was taken for, in the spreadsheet's order."""
    layout = snapshot.layout
    roles = [
        ("orders", layout.orders),
        ("items", layout.items),
        ("shipments and payments", layout.shipments),
        ("one order's items", [sheet for title, sheet in layout.own.items() if title not in unnamed]),
    ]
    sheets = {
        sheet.tab.title: (role, sheet) for role, found in reversed(roles) for sheet in reversed([*found])
    }
    for title in snapshot.workbook.tabs:
        if title in sheets:
            role, sheet = sheets[title]
            columns = tuple(_list_columns(sheet.columns, sheet))
            yield UnderstoodTab(title, role, columns, sheet.columns.ignored)
        else:
            yield UnderstoodTab(title, "settings" if is_settings_title(title) else "not used")
    for title in sorted(snapshot.workbook.unread):
        yield UnderstoodTab(title, "read when an order asks for it")


def _list_columns(columns: Columns, sheet: Sheet) -> Iterator[tuple[Cell, str]]:
    """Pair each header that counts with its field's path, from left to right."""
    fields: dict[int, str] = {}
    for found in (columns.orders, *columns.slots):
        fields |= {column: path for path, column in _list_used(found)}
    fields |= {column: path for path, column in columns.extra.items()}
    for column, path in sorted(fields.items()):
        yield sheet.tab.cell(columns.row, column), path


def _list_used(found: Found) -> Iterator[tuple[str, int]]:
    for path, (field, groups) in found.items():
        for group in groups if field.falls_back else groups[:1]:
            yield from ((path, column) for column in group)


def _list_titles(sheets: Iterable[Sheet]) -> list[str]:
    return list(dict.fromkeys(sheet.tab.title for sheet in sheets))


def _sort(problems: Iterable[Problem], titles: list[str]) -> list[Problem]:
    """Sort by tab, the tabs with errors first, and within a tab the errors before the warnings, top down."""
    problems = list(problems)
    bad = {problem.tab for problem in problems if problem.level == "error"}
    places = {title: place for place, title in enumerate(titles)}

    def rank(problem: Problem) -> tuple[object, ...]:
        letters = problem.cell.rstrip("0123456789")
        return (
            problem.tab not in bad,
            places.get(problem.tab, len(places)),
            problem.level != "error",
            int(problem.cell.removeprefix(letters)),
            len(letters),
            letters,
        )

    return sorted(problems, key=rank)
