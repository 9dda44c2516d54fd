"""What a sheet lacks before Bik can be answered from it: tabs, columns, and the set-up of its columns.

The plan is made from the sheet's values alone, and nothing is changed here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bikorders.errors import SheetUnusable
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.header_rows import find_header
from bikorders.reading.rows import Table
from bikorders.reading.shop_settings import Options
from bikorders.reading.vocabulary import (
    find_fulfillment,
    find_implied_payment,
    find_payment_status,
    find_status,
    fold_words,
)
from bikorders.sheet.edits import (
    AddColumns,
    Addition,
    Freeze,
    KeepDigits,
    MakeTab,
    OfferWords,
    Protect,
    add_columns,
)
from bikorders.sheet.template import (
    DROP_DOWNS,
    ESSENTIAL,
    ITEMS,
    ORDERS,
    SETTINGS,
    STANDARD_TABS,
    TEXT_PATHS,
    StandardTab,
)
from bikorders.sheet.workbook import Raw, Tab, Workbook, is_blank, typed_in
from bikorders.text import fold_text

_FROZEN_ROWS = 5
"""A header further down is not frozen: it would leave little room on the screen of a phone."""


def plan(workbook: Workbook, options: Options, *, can_rename: bool = True) -> tuple[Addition, ...]:
    """Return the additions that are missing. With `can_rename`, an empty tab may become the one with the orders.

    Raises `SheetUnusable` if the workbook has content but no orders are found in it.
    """
    if workbook.is_empty:
        return tuple(_plan_empty(workbook, options, can_rename=can_rename))
    try:
        snapshot = Snapshot(workbook, options)
    except SheetUnusable as error:
        raise SheetUnusable(error.message, f"{error.hint}, or start with an empty sheet") from error
    return tuple(_plan_additions(snapshot))


def _plan_empty(workbook: Workbook, options: Options, *, can_rename: bool) -> list[MakeTab]:
    """Return the plan of all standard tabs, with samples; the settings may give them other titles."""
    named = {ORDERS: options.orders_tab, ITEMS: options.items_tab}
    standard = [replace(tab, title=named.get(tab) or tab.title) for tab in STANDARD_TABS]
    made = [_make_tab(workbook, tab, tab.samples) for tab in standard]
    titles = {fold_text(tab.title) for tab in standard}
    spare = next((title for title in workbook.tabs if fold_text(title) not in titles), "")
    if can_rename and spare and not made[0].blank:
        made[0] = replace(made[0], blank=spare)
    return made


def _plan_additions(snapshot: Snapshot) -> Iterable[Addition]:
    workbook, layout = snapshot.workbook, snapshot.layout
    if len(layout.orders) == 1:
        yield from _plan_columns(snapshot, layout.orders[0])
    titles = [table.tab.title for table in (*layout.orders, *layout.items)]
    for table in (*layout.orders, *layout.items):
        if titles.count(table.tab.title) == 1:  # else a header stands again further down
            yield from _plan_setup(snapshot, table)
    if not _has_items(snapshot):
        yield from _plan_tab(workbook, ITEMS)
    yield from _plan_tab(workbook, SETTINGS)


def _has_items(snapshot: Snapshot) -> bool:
    """Return whether items are kept somewhere, also where they are not understood; a price list is no such place."""
    layout = snapshot.layout
    return bool(
        layout.items
        or len(snapshot.list_unnamed_tabs()) < len(layout.per_order_tabs)
        or layout.not_understood
        or any(
            table.columns.slots or table.columns.orders.keys() & {"items", "items tab"}
            for table in layout.orders
        )
    )


def _plan_tab(workbook: Workbook, tab: StandardTab) -> Iterable[Addition]:
    addition = _make_tab(workbook, tab)
    if addition.blank or addition.title not in workbook.tabs:
        yield addition


def _make_tab(workbook: Workbook, tab: StandardTab, rows: tuple[tuple[Raw, ...], ...] = ()) -> MakeTab:
    """Return the plan of a tab, in the place of a blank tab with the same title if there is one."""
    for title, other in workbook.tabs.items():
        if fold_text(title) == fold_text(tab.title):
            return MakeTab(title, tab.columns, rows, title if _is_blank_tab(other) else "")
    return MakeTab(tab.title, tab.columns, rows)


def _plan_columns(snapshot: Snapshot, table: Table) -> Iterable[Addition]:
    """Plan the columns without which a customer can't be answered, right of the last header."""
    layout, tab, header = snapshot.layout, table.tab, table.columns.row
    known = {path for other in (*layout.orders, *layout.shipments) for path in other.columns.orders}
    missing = tuple(column for column, same in ESSENTIAL if not same & known)
    if not missing:
        return
    addition = AddColumns(tab.title, header, len(tab.row(header)) + 1, missing)
    if _is_room_blank(tab, addition) and _is_read_as_planned(snapshot, table, addition):
        yield addition


def _is_room_blank(tab: Tab, addition: AddColumns) -> bool:
    """Return whether nothing is typed in the new columns, in any row."""
    return all(
        tab.cell(row, column).is_blank
        for row in range(1, len(tab.rows) + 1)
        for column in _list_new(addition)
    )


def _is_read_as_planned(snapshot: Snapshot, table: Table, addition: AddColumns) -> bool:
    """Return whether the new headers would be read as what they are, and change the meaning of no other."""
    after = find_header(add_columns(table.tab, addition), "order", snapshot.context.header_words)
    if after is None or after.row != addition.row:
        return False
    expected = {path: known.groups for path, known in table.columns.orders.items()}
    new = zip(addition.columns, _list_new(addition), strict=True)
    expected |= {column.path: ((place,),) for column, place in new}
    return expected == {path: known.groups for path, known in after.orders.items()}


def _list_new(addition: AddColumns) -> range:
    return range(addition.left, addition.left + len(addition.columns))


def _plan_setup(snapshot: Snapshot, table: Table) -> Iterable[Addition]:
    """Plan what is no content: for the header, and for the columns that are known."""
    tab, columns = table.tab, table.columns
    if columns.row <= _FROZEN_ROWS:
        yield Freeze(tab.title, columns.row)
    for path, words in DROP_DOWNS.items():
        for column in _list_surest(table, path):
            typed = [raw for raw in table.list_raws(column) if not is_blank(raw)]
            if all(isinstance(raw, str) for raw in typed):  # no ticked boxes
                choice = _choose_words(path, words, [str(raw) for raw in typed], snapshot)
                yield OfferWords(tab.title, columns.row, column, tab.cell(columns.row, column).text, choice)
    below = max(len(tab.rows), columns.row) + 1
    for path in TEXT_PATHS:
        for column in _list_surest(table, path):
            if path != "id" or not _holds_numbers(
                table, column
            ):  # a formula that looks up 1001 does not find “1001”
                yield KeepDigits(tab.title, below, column, tab.cell(columns.row, column).text)
    yield Protect(tab.title, columns.row, len(tab.row(columns.row)))


def _list_surest(table: Table, path: str) -> Sequence[int]:
    """Return the columns of a field's surest headers; none if the table does not have the field."""
    orders = table.columns.orders
    return orders[path].surest if path in orders else ()


def _holds_numbers(table: Table, column: int) -> bool:
    return any(not isinstance(typed_in(raw), str | None) for raw in table.list_raws(column))


def _choose_words(
    path: str, words: Iterable[str], typed: Iterable[str], snapshot: Snapshot
) -> tuple[str, ...]:
    """Return what a drop-down offers: the understood words that the merchant uses, and ours for other meanings."""
    shop = snapshot.context.shop_settings
    mine = {"status": shop.statuses, "paymentStatus": shop.payments}.get(path, {})
    find = {"status": find_status, "paymentStatus": find_payment_status}.get(path, find_fulfillment)
    used: dict[str, str] = {}
    for text in typed:
        used.setdefault(fold_words(text) or text, text.strip())
    means = {text: mine.get(folded) or find(text) for folded, text in used.items()}
    kept = [
        text
        for text in means
        if means[text] or (path == "paymentStatus" and find_implied_payment(text, has_reference=True))
    ]
    return (*kept, *(word for word in words if find(word) not in means.values()))


def _is_blank_tab(tab: Tab) -> bool:
    return all(is_blank(raw) for row in tab.rows for raw in row)
