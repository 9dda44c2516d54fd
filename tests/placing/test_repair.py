"""Columns that somebody moves while an order is written: what is put right, and what is left alone."""

import pytest

from bikorders.bik.get_order import dump_order
from bikorders.placing.repair import find_stray_tab, is_misplaced, plan_repair
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


LINES = "Order ID,Customer,Product name,Quantity,Draft ID\nORD-1001,Asha,Soap,1,\n,,Oil,2,"


def tell(snapshot):
    return dump_order(snapshot.get_order("ORD-1001"))


IN_ITEMS = (
    "Order ID,Customer,Draft ID\nORD-1001,Asha,",
    "Order ID,Product name,Quantity\nORD-1001,Soap,1\n,Oil,2",
)


@pytest.mark.parametrize(
    ("texts", "title", "row"),
    [((LINES,), "Orders", ["ORD-1000", "Ravi", "Tea", 1]), (IN_ITEMS, "Items", ["ORD-1000", "Tea", 1])],
)
def test_rows_that_landed_between_the_lines_of_an_order_are_moved_below_it(texts, title, row):
    workbook = make_workbook(*texts)
    order = place()
    planned = plan_rows(snap(workbook), order)
    rows = [list(row) for row in workbook.tabs[title].rows]
    moved_down = Workbook(workbook.tabs | {title: Tab(title, [rows[0], row, *rows[1:]])})
    wrong = snap(apply(planned, moved_down))
    assert tell(wrong) != tell(snap(workbook))
    (move,) = plan_repair(wrong, order, planned)
    right = snap(apply([move], wrong.workbook))
    assert tell(right) == tell(snap(workbook))
    assert plan_repair(right, order, planned) == ()


def test_rows_that_lie_scattered_among_the_lines_of_an_order_are_left_to_a_person():
    workbook = make_workbook(*IN_ITEMS)
    items = [{"name": name, "quantity": 1, "price": 40} for name in ("Lamp", "Wick")]
    order = place(items=items)
    planned = plan_rows(snap(workbook), order)
    tabs = apply(planned, workbook).tabs
    header, soap, oil, lamp, wick = tabs["Items"].rows
    for rows in ([header, soap, wick, oil, lamp], [header, wick, oil, soap, lamp]):
        scattered = snap(Workbook({**tabs, "Items": Tab("Items", rows)}))
        for known_misplaced in (False, True):
            assert plan_repair(scattered, order, planned, known_misplaced=known_misplaced) is None
    right = snap(Workbook(tabs))
    assert plan_repair(right, order, planned, known_misplaced=True) == ()


def test_a_line_that_somebody_adds_to_the_new_order_moves_nothing():
    workbook = make_workbook(LINES)
    (planned,) = plan_rows(snap(workbook), place())
    rows = [*apply([planned], workbook).tabs["Orders"].rows, [None, None, "Oil", 2]]
    assert plan_repair(snap(Workbook({"Orders": Tab("Orders", rows)})), place(), [planned]) == ()


def test_a_repair_moves_what_was_written_and_nothing_that_was_typed_beside_it():
    workbook, _ = LAYOUTS["items tab"]
    planned = plan_rows(snap(workbook), place())
    wrong = apply(planned, swap(workbook, "Orders", 4, 6))
    (repair,) = plan_repair(snap(wrong), place(), planned)
    (cells,) = repair.rows
    assert set(cells) == {4, 6}


def test_an_order_in_a_tab_that_was_renamed_at_that_moment_is_found():
    workbook, _ = LAYOUTS["items tab"]
    planned = plan_rows(snap(workbook), place())
    tabs = apply(planned, workbook).tabs
    fresh = Tab("Orders", workbook.tabs["Orders"].rows[:1])
    renamed = snap(Workbook({**tabs, "Last month": Tab("Last month", tabs["Orders"].rows), "Orders": fresh}))
    assert find_stray_tab(renamed, place(), planned) == "Last month"
    assert find_stray_tab(snap(Workbook(tabs)), place(), planned) == ""
