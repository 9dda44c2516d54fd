"""Plan the rows in which a placed order is typed into a workbook, as a careful person would type it.

The rows go directly below the last order, and the items below the last item, in the way the sheet keeps them:
in a tab of their own, one in each row, side by side, or in one cell.

Every value is typed as Bik sent it. Some of it the reader does not return so: surrounding blanks, a lone “-”, a
formula's error, a `'` before digits, digits after the 15th and cents after the 4th, an item that is named like a
charge (“Discount”) or with its quantity at the end, items that are the same in every cell, a list, a tick.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain, count
from typing import Any

from bikorders.bik.place_order import flatten
from bikorders.errors import SheetUnusable
from bikorders.orders.line_totals import is_line_total
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.habits import add_day, spell_words
from bikorders.reading.cells import EXACT_DIGITS
from bikorders.reading.columns import ColumnMap
from bikorders.reading.fields import DRAFT_PATH, ORDER_ID, Value
from bikorders.reading.packed_items import split_items
from bikorders.reading.rows import Table
from bikorders.sheet.edits import Addition, InsertRows, MakeTab, Typed
from bikorders.sheet.template import ITEMS
from bikorders.sheet.workbook import Raw, Tab, Workbook, text_of, typed_in
from bikorders.text import fold_text

_AMOUNTS = ("subTotal", "shippingCharge", "discount", "total")


def find_orders_table(snapshot: Snapshot) -> Table:
    """Return the table for new orders, the last one with a column for Bik's draft id; raises `SheetUnusable`."""
    tables = snapshot.layout.orders
    for table in reversed(tables):
        if DRAFT_PATH in table.columns.orders:
            return table
    titles = ", ".join(f"“{title}”" for title in dict.fromkeys(table.tab.title for table in tables))
    raise SheetUnusable(
        f"no column is headed Draft ID, by which placed orders are known again; the orders are in {titles}",
        "run “bikorders init”, which adds it, or add it yourself",
    )


def require_columns(snapshot: Snapshot) -> None:
    """Raise `SheetUnusable` if new orders have no place in the sheet, whatever they hold."""
    find_orders_table(snapshot)
    if snapshot.layout.items:
        _find_product_slot(snapshot.layout.items[-1])


def plan_rows(
    snapshot: Snapshot, order: Mapping[str, Any], received_at: float | None = None
) -> tuple[Addition, ...]:
    """Plan the rows that a placed order still needs, its items before the order itself.

    `received_at`, in Unix seconds, is its day in a sheet that has a column for it.

    Items that an earlier try has written are left out. In one tab the lower rows come first, so that no insertion
    moves the place of the next. Raises `SheetUnusable` if a column that matters is missing.
    """
    planned = plan_all_rows(snapshot, order)
    if received_at is not None and isinstance(last := planned[-1], InsertRows):
        planned = (*planned[:-1], add_day(last, find_orders_table(snapshot), received_at))
    if len(planned) > 1 and _has_items(snapshot, order, planned[0]):
        return planned[1:]
    if len({addition.tab for addition in planned if isinstance(addition, InsertRows)}) < len(planned):
        return tuple(sorted(planned, key=lambda a: -a.after if isinstance(a, InsertRows) else -math.inf))
    return planned


def plan_all_rows(snapshot: Snapshot, order: Mapping[str, Any]) -> tuple[Addition, ...]:
    """Plan the rows of an order as if nothing of it were in the sheet, its items before the order itself."""
    table = find_orders_table(snapshot)
    values = _list_values(order, table, snapshot)
    items: Sequence[Mapping[str, Any]] = order["items"]
    columns = table.columns
    row = _fill(columns.orders, values) | _fill_extra(columns.extra, order)
    if snapshot.layout.items:
        return _plan_items(snapshot, order), _insert(snapshot, table, [row])
    if len(columns.slots) > 1:
        return (_insert(snapshot, table, _fill_slots(table, row, values, items)),)
    if columns.has_lines:
        return (_insert(snapshot, table, _fill_lines(table, row, values, items, snapshot)),)
    if "items" in columns.orders:
        row |= _fill(columns.orders, {"items": _pack(items)})
        return (_insert(snapshot, table, [row]),)
    return _make_items_tab(snapshot.workbook, order), _insert(snapshot, table, [row])


def _has_items(snapshot: Snapshot, order: Mapping[str, Any], planned: Addition) -> bool:
    """Return whether the planned items are in the sheet already, maybe below others with the same order id."""
    if not isinstance(planned, InsertRows):
        return False
    there = [row for row in snapshot.list_item_rows(order["id"]) if row.table.tab.title == planned.tab]
    return len(there) >= len(planned.rows) and all(
        holds_row(row.table.tab, row.number, typed)
        for row, typed in zip(there[-len(planned.rows) :], planned.rows, strict=True)
    )


def _list_values(order: Mapping[str, Any], table: Table, snapshot: Snapshot) -> dict[str, Typed]:
    """Return what is typed for each field of the order, by its path; blank fields are left out."""
    values = list_typed_values({key: value for key, value in order.items() if key != "items"})
    first, last = (str(values.get(f"address.{part}", "")) for part in ("firstName", "lastName"))
    if name := f"{first} {last}".strip():
        values["customer"] = name
    values |= spell_words(values, table, snapshot.find_last_row(table) or 0, snapshot.context.shop_settings)
    if isinstance(tags := order.get("tags"), list):
        values["tags"] = ", ".join(tags)
    currency = str(values.get("currency", ""))
    if currency and "currency" not in table.columns.orders and currency != snapshot.context.currency:
        for path in _AMOUNTS:
            if path in values and path in table.columns.orders:
                values[path] = f"{values[path]} {currency}"
    return values


def list_typed_values(body: Mapping[str, Any]) -> dict[str, Typed]:
    """Return what is typed for the texts and numbers of an object, by their paths."""
    return {path: _type(value) for path, value in flatten(body).items()}


def _type(value: Value) -> Typed:
    """Return the value as a cell can hold it exactly: a number with too many digits becomes text."""
    if isinstance(value, str):
        return value
    number = int(value) if value == int(value) else float(value)
    return number if abs(number) < 10**EXACT_DIGITS else f"{value:f}"


def _fill(found: ColumnMap, values: Mapping[str, Typed]) -> dict[int, Typed]:
    """Return the values by column, each in the surest column of its field; those without a column are left out."""
    return {found[path].first: value for path, value in values.items() if path in found}


def _fill_extra(extra: Mapping[str, int], body: Mapping[str, Any]) -> dict[int, Typed]:
    """Return the values of the columns headed `bik:` and a path."""
    flat = list_typed_values(body)
    return {column: flat[path] for path, column in extra.items() if path in flat}


def _fill_item(item: Mapping[str, Any], found: ColumnMap) -> dict[int, Typed]:
    """Return an item's cells by column; without a column for it the quantity is typed after the name."""
    values = list_typed_values(item)
    if (total := _multiply(item)) is not None:
        values["line total"] = total
    if "quantity" not in found:
        values["name"] = _pack([item])
    return _fill(found, values)


def _multiply(item: Mapping[str, Any]) -> Typed | None:
    price = item.get("price")
    return None if price is None else _type(Decimal(price) * Decimal(item["quantity"]))


def _fill_lines(
    table: Table,
    row: dict[int, Typed],
    values: Mapping[str, Typed],
    items: Sequence[Mapping[str, Any]],
    snapshot: Snapshot,
) -> list[dict[int, Typed]]:
    """Return a row for each item, the first with the order's own cells.

    Where items have a column for their names only, all of them go into one cell.
    """
    columns = table.columns
    slot = columns.slots[0]
    if slot.keys() == {"name"}:
        return [row | _fill(slot, {"name": _pack(items)})]
    lines = [_fill_item(item, slot) for item in items]
    for path in ("total", "subTotal"):
        column = columns.orders[path].first if path in columns.orders else 0
        if column in columns.line_totals and is_line_total(snapshot.context, table, column):
            row.pop(column, None)
            for line, item in zip(lines, items, strict=True):
                if (total := _multiply(item)) is not None:
                    line[column] = total
    ids = _fill(columns.orders, {ORDER_ID: values[ORDER_ID]})
    return [(ids if number else row) | line for number, line in enumerate(lines)]


def _fill_slots(
    table: Table, row: dict[int, Typed], values: Mapping[str, Typed], items: Sequence[Mapping[str, Any]]
) -> list[dict[int, Typed]]:
    """Return rows with the items side by side; those that find no place go into further rows of the order."""
    slots = table.columns.slots
    ids = _fill(table.columns.orders, {ORDER_ID: values[ORDER_ID]})
    rows = []
    for start in range(0, len(items), len(slots)):
        line = dict(ids if start else row)
        for slot, item in zip(slots, items[start : start + len(slots)], strict=False):
            line |= _fill_item(item, slot)
        rows.append(line)
    return rows


def _pack(items: Sequence[Mapping[str, Any]]) -> str:
    """Return the text of one cell for all items, one that is read again as they were sent."""
    pairs = [(str(item.get("name") or item.get("productId")), Decimal(item["quantity"])) for item in items]
    text = "\n".join(f"{name} x {quantity.normalize():f}" for name, quantity in pairs)
    if [tuple(line) for line in split_items(text) or ()] == pairs:
        return text
    return json.dumps([{"name": n, "quantity": _type(q)} for n, q in pairs], ensure_ascii=False)


def _plan_items(snapshot: Snapshot, order: Mapping[str, Any]) -> InsertRows:
    table = snapshot.layout.items[-1]
    columns = table.columns
    ids = _fill(columns.orders, {ORDER_ID: order["id"]})
    slot = _find_product_slot(table)
    rows = [ids | _fill_item(item, slot) | _fill_extra(columns.extra, item) for item in order["items"]]
    return _insert(snapshot, table, rows)


def _find_product_slot(table: Table) -> ColumnMap:
    slot = table.columns.slots[0] if table.columns.slots else {}
    if not slot.keys() & {"name", "productId"}:
        raise SheetUnusable(
            f"the tab “{table.tab.title}” has no column for the products of placed orders",
            "head one of them Product name",
        )
    return slot


def choose_items_title(titles: Iterable[str]) -> str:
    """Return a title for a tab with the items of all orders, in a spreadsheet whose tabs have these `titles`."""
    taken = {fold_text(title) for title in titles}
    candidates = chain((ITEMS.title, "Bik items"), (f"Bik items {number}" for number in count(2)))
    return next(title for title in candidates if fold_text(title) not in taken)


def _make_items_tab(workbook: Workbook, order: Mapping[str, Any]) -> MakeTab:
    """Plan a tab for the items of all orders, under a title that the workbook does not have."""
    title = choose_items_title((*workbook.tabs, *workbook.unread))
    rows = []
    for item in order["items"]:
        values = list_typed_values(item) | {ORDER_ID: order["id"]}
        rows.append(tuple(values.get(column.path) for column in ITEMS.columns))
    return MakeTab(title, ITEMS.columns, tuple(rows))


def _insert(snapshot: Snapshot, table: Table, rows: Sequence[Mapping[int, Typed]]) -> InsertRows:
    header = table.columns.row
    last = snapshot.find_last_row(table)
    return InsertRows(
        table.tab.title,
        last or header,
        tuple(rows),
        width=len(table.tab.rows[header - 1]),
        is_first=last is None,
        header=header,
        above=list_cells(table.tab, last or header),
    )


def list_cells(tab: Tab, number: int) -> tuple[Raw, ...]:
    """Return what was typed into a row, without its trailing blanks."""
    return Tab(tab.title, [[typed_in(raw) for raw in tab.rows[number - 1]]]).row(1)


def holds_row(tab: Tab, number: int, row: Mapping[int, Typed]) -> bool:
    """Return whether a row of the tab holds what was typed, by column."""
    return all(_is_same(tab.cell(number, column).raw, value) for column, value in row.items())


def _is_same(raw: Raw, value: Typed) -> bool:
    """Return whether a cell holds what was typed, whatever it shows; in a CSV file a number is a text, maybe with a decimal comma.

    >>> _is_same("12,5", 12.5), _is_same(2.0, 2), _is_same(" a", "a "), _is_same(None, 0)
    (True, True, True, False)
    """
    raw = typed_in(raw)
    text, typed = text_of(raw), text_of(value)
    if text == typed or isinstance(value, str) or not isinstance(raw, str):
        return text == typed
    try:
        return float(text.replace(",", ".")) == value
    except ValueError:
        return False
