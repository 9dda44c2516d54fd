"""Find out what of a written order stands in the wrong cells, and plan how to put it right.

Somebody may move columns and rows between the read that a row was planned with and the moment in which it is written.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bikorders.orders.snapshot import Snapshot
from bikorders.placing.row_plan import holds_row, list_cells, list_typed_values, plan_all_rows
from bikorders.reading.fields import DRAFT_PATH
from bikorders.reading.order_ids import clean_id, fold_order_id
from bikorders.reading.rows import Row, list_rows
from bikorders.sheet.edits import Addition, InsertRows, MoveRows, Repair, RetypeRows, Typed
from bikorders.sheet.workbook import Raw, Tab, text_of
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


def find_stray_tab(snapshot: Snapshot, order: Mapping[str, Any], written: Sequence[Addition]) -> str:
    """Return the title of the tab in which an order stands that was written for another, renamed at that moment; or "".

    Where no tab has the old title by now, it was only renamed, and the order stands where it belongs.
    """
    draft = _find_draft(order)
    insertions = [addition for addition in written if isinstance(addition, InsertRows)]
    wanted = {
        each.tab for each in insertions for row in each.rows if draft and _has_draft([*row.values()], draft)
    }
    tabs = snapshot.workbook.tabs
    if not wanted & {*tabs, *snapshot.workbook.unread}:
        return ""
    for title in sorted(
        tabs, key=lambda title: title not in wanted
    ):  # nearly always it stands there, at the end
        if any(_has_draft(row, draft) for row in reversed(tabs[title].rows)):
            return "" if title in wanted else title
    return ""


def _find_draft(order: Mapping[str, Any]) -> str:
    return strip_blanks(str(list_typed_values(order).get(DRAFT_PATH, "")))


def plan_repair(
    snapshot: Snapshot,
    order: Mapping[str, Any],
    written: Sequence[Addition],
    *,
    known_misplaced: bool = False,
) -> tuple[Repair, ...] | None:
    """Plan to put what was `written` under the headers as they are now, and out of the middle of another order.

    `known_misplaced` says that it is known to stand under other headers. Empty if nothing is to be done: all
    stands where it belongs, or is gone. None if it stands in the wrong place and can't be put right, because
    somebody has edited or moved it since.
    """
    insertions = [addition for addition in written if isinstance(addition, InsertRows)]
    if not insertions:
        return ()
    targets = {each.tab: each for each in plan_all_rows(snapshot, order) if isinstance(each, InsertRows)}
    repairs: list[Repair] = []
    for insertion in insertions:
        target = targets.get(insertion.tab)
        if target is None:
            continue
        tab = snapshot.workbook.tabs[insertion.tab]
        rows = _leave_out(target, insertion.left_blank, tab)
        is_moved = rows != insertion.rows or known_misplaced  # a column, since it was written
        found: Sequence[Repair] | None = _plan_cells(snapshot, order, insertion, rows) if is_moved else ()
        if found is not None and not found:
            found = _plan_move(snapshot, order["id"], replace(insertion, rows=rows))
        if found is None:
            return None
        repairs += found
    return tuple(repairs)


def _plan_cells(
    snapshot: Snapshot,
    order: Mapping[str, Any],
    insertion: InsertRows,
    target: Sequence[Mapping[int, Typed]],
) -> tuple[RetypeRows, ...] | None:
    """Plan to put rows that were written under the headers of `target`; None if somebody has edited them since."""
    tab = snapshot.workbook.tabs[insertion.tab]
    numbers = _find_rows(tab, insertion)
    if numbers is None or len(numbers) != len(target):
        return None if _is_edited(snapshot, order) else ()
    repair = _plan_retyping(tab, numbers, insertion.rows, target)
    if repair is None:
        return None
    return (repair,) if any(repair.rows) else ()


def _leave_out(target: InsertRows, left_blank: Collection[str], tab: Tab) -> tuple[Mapping[int, Typed], ...]:
    """Return the rows to be typed without what stands under headers that were left blank."""
    header = tab.row(target.header)
    blank = {column for column, raw in enumerate(header, start=1) if text_of(raw) in left_blank}
    return tuple({c: value for c, value in row.items() if c not in blank} for row in target.rows)


def _is_edited(snapshot: Snapshot, order: Mapping[str, Any]) -> bool:
    """Return whether the order stands under other headers; its rows are no longer as they were written."""
    draft = _find_draft(order)
    return draft not in list_drafts(snapshot) and is_misplaced(snapshot, order["id"], draft)


def _plan_retyping(
    tab: Tab,
    numbers: Sequence[int],
    written: Sequence[Mapping[int, Typed]],
    target: Sequence[Mapping[int, Typed]],
) -> RetypeRows | None:
    """Plan to move the cells that were written to where they belong; None if something else was typed there since."""
    held = tuple(list_cells(tab, number) for number in numbers)
    rows = [_move_cells(*each) for each in zip(held, written, target, strict=True)]
    if None in rows:
        return None
    return RetypeRows(tab.title, tuple(numbers), tuple(row for row in rows if row is not None), held)


def _move_cells(
    held: Sequence[Raw], written: Mapping[int, Typed], target: Mapping[int, Typed]
) -> dict[int, Typed | None] | None:
    """Return what a row's cells have to become, None for blank ones; only those are touched that are blank or hold ours."""
    texts = dict(enumerate(map(text_of, held), start=1))
    wrong = {column: value for column, value in target.items() if texts.get(column, "") != text_of(value)}
    ours = Counter(map(text_of, written.values()))
    ours -= Counter(text_of(value) for column, value in target.items() if column not in wrong)
    changed: dict[int, Typed | None] = {}
    for column, text in texts.items():
        if not text or (column in target and column not in wrong):
            continue
        if ours[text]:
            ours[text] -= 1
            changed[column] = None
        elif column in wrong:
            return None
    return changed | wrong


def _find_rows(tab: Tab, insertion: InsertRows) -> list[int] | None:
    """Find the rows that hold what was written, in whatever columns; None unless each is there once.

    Where formulas fill some of their cells, a row may hold more than was written.
    """
    has_more = bool(insertion.copied or insertion.left_blank)
    wanted = [Counter(map(text_of, row.values())) for row in insertion.rows]
    rows = range(1, len(tab.rows) + 1)
    cells = {number: Counter(filter(None, map(text_of, list_cells(tab, number)))) for number in rows}
    found = [[n for n in rows if cells[n] == each or (has_more and cells[n] >= each)] for each in wanted]
    if any(len(numbers) != wanted.count(each) for numbers, each in zip(found, wanted, strict=True)):
        return None
    return [numbers[wanted[:index].count(wanted[index])] for index, numbers in enumerate(found)]


def _plan_move(snapshot: Snapshot, order_id: str, insertion: InsertRows) -> tuple[MoveRows, ...] | None:
    """Plan to move rows that landed above another line of the order that they were to follow; None if they lie scattered.

    Rows that somebody adds to the order itself stay: only the row that was to stand above tells a wrong place.
    """
    tab = snapshot.workbook.tabs[insertion.tab]
    lines = _list_lines(snapshot, order_id, insertion.tab)
    numbers = sorted({row.number for row in lines})
    ours = [number for number in numbers if any(holds_row(tab, number, row) for row in insertion.rows)]
    if not ours or not insertion.above or list_cells(tab, ours[0] - 1) == insertion.above:
        return ()
    strangers = [number for number in numbers if number not in ours]
    if not any(list_cells(tab, number) == insertion.above for number in strangers):
        return ()
    if ours != list(range(numbers[0], numbers[0] + len(insertion.rows))):
        return None  # rows were moved while these were
    last = snapshot.find_last_row(lines[0].table) or strangers[-1]
    return (MoveRows(insertion.tab, tuple(ours), last, tuple(list_cells(tab, number) for number in ours)),)


def _list_lines(snapshot: Snapshot, order_id: str, title: str) -> list[Row]:
    """Return the rows of a tab that are told as the order's own, or as its items."""
    groups = (group for group in snapshot.list_groups(order_id) if group.id == order_id)
    rows = (*(row for group in groups for row in group.rows), *snapshot.list_item_rows(order_id))
    return [row for row in rows if row.table.tab.title == title]
