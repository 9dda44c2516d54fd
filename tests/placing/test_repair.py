"""Columns that somebody moves while an order is written: what is put right, and what is left alone."""

import pytest

from bikorders.placing.repair import is_misplaced, plan_repair
from bikorders.placing.row_plan import plan_rows
from bikorders.sheet.workbook import Tab, Workbook
from tests.conftest import apply, make_workbook
from tests.placing.test_row_plan import DRAFT, LAYOUTS, place, require_same, snap


def swap(workbook: Workbook, title: str, a: int, b: int) -> Workbook:
    """Swap two columns, with header and cells."""

    def swapped(row):
        cells = [*row, *[None] * (max(a, b) - len(row))]
        cells[a - 1], cells[b - 1] = cells[b - 1], cells[a - 1]
        return cells

    tab = workbook.tabs[title]
    return Workbook(workbook.tabs | {title: Tab(title, [swapped(row) for row in tab.rows])})


@pytest.mark.parametrize(("title", "columns"), [("Orders", (4, 6)), ("Orders", (1, 17)), ("Items", (4, 6))])
def test_rows_that_were_typed_under_other_headers_are_put_right(title, columns):
    workbook, item_paths = LAYOUTS["items tab"]
    planned = plan_rows(snap(workbook), place())
    wrong = apply(planned, swap(workbook, title, *columns))
    repairs = plan_repair(snap(wrong), place(), planned)
    assert [repair.tab for repair in repairs] == [title]
    right = snap(apply(repairs, wrong))
    require_same(right, place(), item_paths)
    assert plan_repair(right, place(), planned) == ()


def test_columns_that_moved_together_with_the_order_need_no_repair():
    workbook, _ = LAYOUTS["items tab"]
    planned = plan_rows(snap(workbook), place())
    after = snap(swap(apply(planned, workbook), "Orders", 4, 6))
    assert plan_repair(after, place(), planned) == ()


def test_an_order_that_was_edited_or_deleted_since_is_left_alone():
    workbook, _ = LAYOUTS["items tab"]
    planned = plan_rows(snap(workbook), place())
    after = apply(planned, workbook)
    edited = [*after.tabs["Orders"].rows[:2], ["ORD-1002", "Asha R."]]
    for rows in (edited, edited[:2]):
        changed = snap(Workbook(after.tabs | {"Orders": Tab("Orders", rows)}))
        assert plan_repair(changed, place(), planned) == ()


def test_a_misplaced_order_that_was_edited_is_reported():
    workbook, _ = LAYOUTS["items tab"]
    planned = plan_rows(snap(workbook), place())
    wrong = apply(planned, swap(workbook, "Orders", 1, 17))
    row = [*wrong.tabs["Orders"].rows[2]]
    row[1] = "Ravi"
    edited = snap(Workbook(wrong.tabs | {"Orders": Tab("Orders", [*wrong.tabs["Orders"].rows[:2], row])}))
    assert plan_repair(edited, place(), planned) is None
    assert is_misplaced(edited, "ORD-1002", DRAFT)


def test_an_order_is_known_under_other_headers_by_its_id_and_draft_id_together():
    misplaced = make_workbook("Order ID,Draft ID,Status\nnb_1,ORD-7,Packed\nORD-8,2,Packed")
    assert is_misplaced(snap(misplaced), "ORD-7", "nb_1")
    assert not is_misplaced(snap(misplaced), "ORD-9", "2")
    assert not is_misplaced(snap(misplaced), "ORD-8", "nb_1")
