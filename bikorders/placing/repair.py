"""What of a written order stands in the wrong cells, and how is it put right?"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bikorders.orders.snapshot import Snapshot
from bikorders.placing.row_plan import _flatten, _holds, _plan
from bikorders.reading.fields import DRAFT_PATH
from bikorders.reading.order_ids import clean_id, fold_order_id
from bikorders.reading.rows import list_rows
from bikorders.sheet.edits import Addition, InsertRows, RetypeRows, Typed
from bikorders.sheet.workbook import Raw, Tab, text_of
from bikorders.text import strip_blanks


def list_drafts(snapshot: Snapshot) -> dict[str, str]:
    """Give the order ids of the sheet by their draft ids; "" where the row has none."""
    return {
        cell.text: row.id
        for table in snapshot.layout.orders
        if DRAFT_PATH in table.columns.orders
        for row in list_rows(table)
        for cell in row.cells(DRAFT_PATH)
    }


def is_misplaced(snapshot: Snapshot, order_id: str, draft_id: str) -> bool:
    """Say whether a row holds an order's id and draft id, though maybe under other headers."""
    draft, folded = strip_blanks(draft_id), fold_order_id(order_id)
    return any(
        any(isinstance(raw, str) and strip_blanks(raw) == draft for raw in row)
        and any(raw is not None and fold_order_id(clean_id(raw)) == folded for raw in row)
        for title in dict.fromkeys(table.tab.title for table in snapshot.layout.orders)
        for row in snapshot.workbook.tabs[title].rows
        if draft_id in row or any(isinstance(raw, str) and draft in raw for raw in row)
    )


def plan_repair(
    snapshot: Snapshot, order: Mapping[str, Any], typed: Sequence[Addition], *, is_askew: bool = False
) -> tuple[RetypeRows, ...] | None:
    """Plan to put what was `typed` under the headers as they are now; nothing if it stands there, or is gone.

    `is_askew` says that it is known to stand under others. None if it stands under other headers and can't be put right: somebody has edited it since.
    """
    repairs: list[RetypeRows] = []
    wanted = {a.tab: a for a in _plan(snapshot, order) if isinstance(a, InsertRows)} if typed else {}
    draft = strip_blanks(str(_flatten(order).get(DRAFT_PATH, "")))
    for addition in typed:
        target = wanted.get(addition.tab) if isinstance(addition, InsertRows) else None
        if not isinstance(addition, InsertRows) or target is None:
            continue
        if target.rows == addition.rows and not is_askew:
            continue  # no column was moved
        tab = snapshot.workbook.tabs[addition.tab]
        numbers = _find_rows(tab, addition.rows)
        if numbers is None or len(target.rows) != len(numbers):
            if draft not in list_drafts(snapshot) and is_misplaced(snapshot, order["id"], draft):
                return None
            continue
        if not all(_holds(tab, number, row) for number, row in zip(numbers, target.rows, strict=True)):
            held = tuple(tab.row(number) for number in numbers)
            width = max(target.width, *map(len, held))
            repairs.append(RetypeRows(addition.tab, tuple(numbers), target.rows, width, held))
    return tuple(repairs)


def _find_rows(tab: Tab, rows: Sequence[Mapping[int, Typed]]) -> list[int] | None:
    """Find rows that hold exactly what was typed, in whatever columns; None unless each is there once."""
    wanted = [_sort_cells(row.values()) for row in rows]
    places: dict[tuple[str, ...], list[int]] = {cells: [] for cells in wanted}
    for number in range(1, len(tab.rows) + 1):
        cells = _sort_cells(tab.row(number))
        if cells in places:
            places[cells].append(number)
    if any(len(numbers) != wanted.count(cells) for cells, numbers in places.items()):
        return None
    return [places[cells].pop(0) for cells in wanted]


def _sort_cells(raws: Iterable[Raw]) -> tuple[str, ...]:
    return tuple(sorted(text for raw in raws if (text := text_of(raw))))
