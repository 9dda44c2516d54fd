"""Find out what of a written order stands in the wrong cells, and plan how to put it right.

Somebody may move columns between the read that a row was planned with and the moment in which it is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bikorders.orders.snapshot import Snapshot
from bikorders.placing.row_plan import holds_row, list_typed_values, plan_all_rows
from bikorders.reading.fields import DRAFT_PATH
from bikorders.reading.order_ids import clean_id, fold_order_id
from bikorders.reading.rows import list_rows
from bikorders.sheet.edits import Addition, InsertRows, RetypeRows, Typed
from bikorders.sheet.workbook import Raw, Tab, text_of, typed_in
from bikorders.text import strip_blanks


def list_drafts(snapshot: Snapshot) -> dict[str, str]:
    """Return the order ids of the sheet by their draft ids; "" where the row has no order id."""
    return {
        cell.text: row.id
        for table in snapshot.layout.orders
        if DRAFT_PATH in table.columns.orders
        for row in list_rows(table)
        for cell in row.cells(DRAFT_PATH)
    }


def is_misplaced(snapshot: Snapshot, order_id: str, draft_id: str) -> bool:
    """Return whether a row holds an order's id and draft id, in whatever columns."""
    draft, folded = strip_blanks(draft_id), fold_order_id(order_id)
    titles = dict.fromkeys(table.tab.title for table in snapshot.layout.orders)
    rows = (row for title in titles for row in snapshot.workbook.tabs[title].rows)
    return any(_has_draft(row, draft) and _has_id(row, folded) for row in rows)


def _has_draft(row: Sequence[Raw], draft: str) -> bool:
    return any(isinstance(raw, str) and draft in raw and strip_blanks(raw) == draft for raw in row)


def _has_id(row: Sequence[Raw], folded: str) -> bool:
    return any(raw is not None and fold_order_id(clean_id(raw)) == folded for raw in row)


def plan_repair(
    snapshot: Snapshot,
    order: Mapping[str, Any],
    written: Sequence[Addition],
    *,
    known_misplaced: bool = False,
) -> tuple[RetypeRows, ...] | None:
    """Plan to put what was `written` under the headers as they are now.

    `known_misplaced` says that it is known to stand under other headers. Empty if nothing is to be done: all
    stands where it belongs, or is gone. None if it stands under other headers and can't be put right, because
    somebody has edited it since.
    """
    insertions = [addition for addition in written if isinstance(addition, InsertRows)]
    if not insertions:
        return ()
    targets = {each.tab: each for each in plan_all_rows(snapshot, order) if isinstance(each, InsertRows)}
    repairs: list[RetypeRows] = []
    for insertion in insertions:
        target = targets.get(insertion.tab)
        if target is None or (target.rows == insertion.rows and not known_misplaced):
            continue  # no column was moved
        tab = snapshot.workbook.tabs[insertion.tab]
        numbers = _find_rows(tab, insertion.rows)
        if numbers is None or len(numbers) != len(target.rows):
            if _is_edited(snapshot, order):
                return None
        elif repair := _retype(tab, numbers, target):
            repairs.append(repair)
    return tuple(repairs)


def _is_edited(snapshot: Snapshot, order: Mapping[str, Any]) -> bool:
    """Return whether the order stands under other headers; its rows are no longer as they were written."""
    draft = strip_blanks(str(list_typed_values(order).get(DRAFT_PATH, "")))
    return draft not in list_drafts(snapshot) and is_misplaced(snapshot, order["id"], draft)


def _retype(tab: Tab, numbers: Sequence[int], target: InsertRows) -> RetypeRows | None:
    """Plan to type `target` over the rows with these numbers; None if they hold it already."""
    if all(holds_row(tab, number, row) for number, row in zip(numbers, target.rows, strict=True)):
        return None
    held = tuple(_list_typed(tab, number) for number in numbers)
    return RetypeRows(tab.title, tuple(numbers), target.rows, max(target.width, *map(len, held)), held)


def _find_rows(tab: Tab, rows: Sequence[Mapping[int, Typed]]) -> list[int] | None:
    """Find the rows that hold exactly what was written, in whatever columns; None unless each is there once."""
    wanted = [_sort_cells(row.values()) for row in rows]
    places: dict[tuple[str, ...], list[int]] = {cells: [] for cells in wanted}
    for number in range(1, len(tab.rows) + 1):
        cells = _sort_cells(_list_typed(tab, number))
        if cells in places:
            places[cells].append(number)
    if any(len(numbers) != wanted.count(cells) for cells, numbers in places.items()):
        return None
    return [places[cells].pop(0) for cells in wanted]


def _list_typed(tab: Tab, number: int) -> tuple[Raw, ...]:
    """Return what was typed into a row, without its trailing blanks."""
    return Tab(tab.title, [[typed_in(raw) for raw in tab.rows[number - 1]]]).row(1)


def _sort_cells(raws: Iterable[Raw]) -> tuple[str, ...]:
    return tuple(sorted(text for raw in raws if (text := text_of(raw))))
