"""Which order does an id mean?"""

import pytest

from bikorders.errors import OrderConflict, OrderNotFound, SheetUnusable
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.shop_settings import Options
from bikorders.sheet.workbook import Tab, Workbook
from tests.conftest import make_snapshot, make_tab


def statuses(snapshot, order_id):
    return snapshot.get_order(order_id).values.get("status")


@pytest.mark.parametrize(
    "asked", ["ORD-1", " ord-1 ", "#ORD-1", "ＯＲＤ－１", "\u200bOrd-1\u00a0", "# ORD-1"]
)
def test_an_id_matches_as_a_person_would_match_it(asked):
    assert make_snapshot("Order ID,Status\n ORD-1 ,Packed").get_order(asked).id == "ORD-1"


@pytest.mark.parametrize("cell", ["=1001", "=1001.0", "1001", "#1001", "１００１"])
def test_a_numeric_cell_matches_its_digits(cell):
    assert make_snapshot(f"Order ID\n{cell}").get_order("1001").id == cell.strip("=").removesuffix(".0")


def test_leading_zeros_make_another_order():
    snapshot = make_snapshot("Order ID\n0042")
    assert snapshot.get_order("0042").id == "0042"
    with pytest.raises(OrderNotFound):
        snapshot.get_order("42")


def test_of_ids_that_differ_only_in_spelling_the_exact_one_wins():
    snapshot = make_snapshot("Order ID,Status\nA1,Packed\na1,Shipped\n#A1,Delivered")
    assert [statuses(snapshot, asked) for asked in ("A1", "a1", "#A1")] == ["PACKED", "SHIPPED", "DELIVERED"]


def test_without_an_exact_one_the_ids_that_differ_only_in_spelling_are_a_conflict():
    with pytest.raises(OrderConflict):
        make_snapshot("Order ID,Status\nAB1,Packed\nab1,Shipped").get_order("Ab1")


def test_the_items_of_ids_that_differ_only_in_spelling_go_to_the_exact_one():
    snapshot = make_snapshot("Order ID\nA1\na1", "Order ID,Item\nA1,Soap\na1,Cream\na1,Oil")
    assert [item["name"] for item in snapshot.get_order("A1").items] == ["Soap"]
    assert [item["name"] for item in snapshot.get_order("a1").items] == ["Cream", "Oil"]


def test_items_that_could_belong_to_two_orders_are_a_conflict():
    snapshot = make_snapshot("Order ID\nA1\na1", "Order ID,Item\n#a1,Soap")
    with pytest.raises(OrderConflict):
        snapshot.get_order("A1")


def test_items_match_their_order_as_a_person_would():
    snapshot = make_snapshot("Order ID\n3001", "Order ID,Item\n#3001,Soap\n=3001,Cream")
    assert len(snapshot.get_order("3001").items) == 2


def test_two_rows_that_disagree_are_a_conflict_and_two_that_agree_are_one_order():
    snapshot = make_snapshot("Order ID,Status,Notes\n1,Packed,a\n1,Shipped,b\n2,Packed,a\n2,packed,b")
    with pytest.raises(OrderConflict) as conflict:
        snapshot.get_order("1")
    assert "Orders!2, Orders!3" in conflict.value.hint
    assert statuses(snapshot, "2") == "PACKED"


def test_an_unknown_id_is_not_found():
    with pytest.raises(OrderNotFound, match="order X not found"):
        make_snapshot("Order ID\n1").get_order("X")


def test_rows_without_an_id_and_formula_errors_are_no_orders():
    snapshot = make_snapshot("Order ID,Status\n,Packed\n#REF!,Packed\n1,Packed")
    for asked in ("#REF!", "REF!"):
        with pytest.raises(OrderNotFound):
            snapshot.get_order(asked)


def test_two_id_columns_that_disagree_make_no_order():
    snapshot = make_snapshot("Order ID,Order No\n1,1\n2,3\n,4")
    assert snapshot.get_order("1").id == "1"
    assert snapshot.get_order("4").id == "4"
    for asked in "23":
        with pytest.raises(OrderNotFound):
            snapshot.get_order(asked)


def test_a_tab_named_in_the_row_holds_the_items():
    snapshot = make_snapshot("Order ID,Items tab\n1,Basket one", **{"Basket one": "Item,Qty\nSoap,2"})
    assert snapshot.get_order("1").items[0]["name"] == "Soap"


def test_a_named_tab_that_is_not_there_is_a_problem_and_blocks_the_sums():
    order = make_snapshot("Order ID,Items tab\n1,Gone").get_order("1")
    assert [(p.code, p.cell) for p in order.problems] == [("items-tab-missing", "B2")]
    assert "subTotal" not in order.values and order.items == ()


def test_both_item_layouts_work_in_one_workbook():
    snapshot = make_snapshot("Order ID\n1\n2", "Order ID,Item\n1,Soap", **{"2": "Item\nCream"})
    assert [snapshot.get_order(i).items[0]["name"] for i in "12"] == ["Soap", "Cream"]


def test_items_in_two_places_are_a_problem_not_a_choice():
    order = make_snapshot("Order ID\n1", "Order ID,Item\n1,Soap", **{"1": "Item\nCream"}).get_order("1")
    assert order.items == () and order.problems[0].code == "items-ambiguous"


def test_an_items_tab_that_is_not_understood_is_a_problem():
    order = make_snapshot("Order ID\n1", "Nr,Was\n1,Soap").get_order("1")
    assert order.problems[0].code == "items-unreadable"


def test_an_own_tab_that_did_not_travel_is_named():
    workbook = Workbook({"Orders": make_tab("Orders", "Order ID\n1\n2")}, unread=frozenset({"2", "3"}))
    snapshot = Snapshot(workbook, Options())
    assert [snapshot.find_unread_tab(i) for i in ("1", "2", "3", "#2")] == [None, "2", None, "2"]


def test_looking_up_an_id_gives_the_order_or_what_is_lacking():
    tabs = {"Orders": make_tab("Orders", "Order ID,Item\n1,Soap\n2,\n3,\n4,Oil\n4,Cream\na4,Oil\nA4,Oil")}
    snapshot = Snapshot(Workbook(tabs, unread=frozenset({"2"})), Options())
    complete, unread, bare, unknown = (snapshot.look_up(asked) for asked in ("#1", "2", "3", "5"))
    assert complete.order is snapshot.get_order("1") and not complete.may_lack_items
    assert (unread.order, unread.unread_tab, unread.lacks_id) == (None, "2", False)
    assert bare.order is snapshot.get_order("3") and bare.may_lack_items
    assert unknown.lacks_id and not unknown.may_lack_items
    with pytest.raises(OrderConflict):
        snapshot.look_up("#a4")


def test_the_header_is_found_below_titles():
    assert statuses(make_snapshot("My shop\n\n,Order ID,Status\n,1,Packed"), "1") == "PACKED"


@pytest.mark.parametrize("title", ["Orders", "ORDERS ", "order", "Sheet1", "Whatever it is called"])
def test_the_orders_tab_is_found_by_name_or_because_it_is_the_only_one(title):
    assert make_snapshot(**{title: "Order ID\n1"}).get_order("1")


def test_the_settings_name_the_tabs():
    tabs = {"Orders": "Order ID\n0", "Live": "Order ID\n1", "Baskets": "Order ID,Item\n1,Soap"}
    order = make_snapshot(options=Options(orders_tab="live", items_tab="Baskets"), **tabs).get_order("1")
    assert order.items[0]["name"] == "Soap"


@pytest.mark.parametrize(
    ("tabs", "options"),
    [
        ({"A": "Nummer\n1", "B": "x"}, Options()),
        ({"Orders": "Name,Status\n1,Packed"}, Options()),
        ({"Orders": ""}, Options()),
        ({"Orders": "Order ID\n1"}, Options(orders_tab="Gone")),
        ({"Orders": "Order ID\n1"}, Options(items_tab="Gone")),
        ({}, Options()),
    ],
)
def test_a_workbook_without_orders_is_unusable_and_says_what_to_do(tabs, options):
    with pytest.raises(SheetUnusable) as unusable:
        make_snapshot(options=options, **tabs)
    assert unusable.value.hint


def test_looking_up_an_id_touches_no_other_rows():
    class Counting(list):
        gets = 0

        def __getitem__(self, index):
            Counting.gets += 1
            return super().__getitem__(index)

    rows = Counting([["Order ID", "Status"], *([str(n), "Packed"] for n in range(1000))])
    snapshot = Snapshot(Workbook({"Orders": Tab("Orders", rows)}), Options())
    Counting.gets = 0
    assert statuses(snapshot, "999") == "PACKED"
    assert Counting.gets < 20


def test_an_order_is_built_once():
    snapshot = make_snapshot("Order ID\nA1")
    assert snapshot.get_order("a1") is snapshot.get_order("#A1")


def test_the_id_is_that_of_the_id_column_that_holds_one():
    orders = "Order ID,Order ID,Status\n-,1,Packed\n2,#REF!,Packed\n3,4,Packed"
    snapshot = make_snapshot(orders)
    assert [snapshot.knows(order_id) for order_id in "1234"] == [True, True, False, False]
