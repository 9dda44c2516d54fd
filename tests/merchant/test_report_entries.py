"""What the owner knows of a problem's cell, and in which order problems are told."""

import pytest

from bikorders.merchant.report import build_report
from bikorders.merchant.report_entries import Cost, list_entries
from bikorders.reading.problems import KINDS, build_problem
from bikorders.sheet.workbook import Cell
from tests.conftest import make_snapshot

ORDERS = "Order ID,Customer,Phone,Status\nAN-2003,Ravi Das,9811122244,Packed\nAN-2004,Asha Rao,12345,Packed"


def list_titles(snapshot):
    return [entry.title for entry in build_report(snapshot).entries]


def test_a_problem_is_titled_by_order_customer_column_and_address():
    assert list_titles(make_snapshot(ORDERS)) == ["AN-2004 · Asha Rao · Phone (C3)"]


def test_an_item_is_titled_by_its_orders_customer_and_its_tab():
    items = "Order ID,Product,Qty\nAN-2003,Soap,1\nAN-2004,Soap,1\n,Oil,lots"
    snapshot = make_snapshot(ORDERS.replace("12345", "9811122245"), items)
    assert list_titles(snapshot) == ["AN-2004 · Asha Rao · Qty (C4) in Items"]


def test_of_several_tabs_of_orders_each_is_named():
    snapshot = make_snapshot(Jan=ORDERS, Feb="Order ID,Phone,Status\n7,98,Packed")
    assert list_titles(snapshot) == ["AN-2004 · Asha Rao · Phone (C3) in Jan", "7 · Phone (B2) in Feb"]


def test_items_in_a_tab_of_their_own_belong_to_the_order_that_it_is_named_like():
    snapshot = make_snapshot(ORDERS.replace("12345", ""), **{"an-2004": "Product,Qty\nSoap,lots"})
    assert list_titles(snapshot)[0] == "AN-2004 · Asha Rao · Qty (B2) in an-2004"


def test_a_row_without_a_number_is_titled_by_its_customer():
    snapshot = make_snapshot(ORDERS.replace("AN-2004", "").replace("12345", "9811122245"))
    assert list_titles(snapshot) == ["Asha Rao · Order ID (A3)"]


def test_names_in_two_columns_are_one_customer_and_what_is_no_name_is_none():
    orders = "Order ID,First name,Last name,Phone\n1,Asha,Rao,12"
    assert list_titles(make_snapshot(orders)) == ["1 · Asha Rao · Phone (D2)"]
    orders = "Order ID,Customer,Status\n1,Ravi Das 5 pcs,Packed"
    assert list_titles(make_snapshot(orders)) == ["1 · Customer (B2)"]


def test_what_stands_in_a_header_belongs_to_no_order():
    orders = "Order ID,Tracking No\n1,1904000000001\n2,1904000000002"
    assert list_titles(make_snapshot(orders)) == ["Tracking No (B1)"]


@pytest.mark.parametrize(
    ("orders", "field"),
    [
        ("Order ID,Phone\n1,12", "phoneNumber"),
        ("Order ID,Product,Qty\n1,Soap,lots", "items[].quantity"),
        ("Order ID,Staus\n1,Packed", "status"),
        ("Order ID,Product,Qty,Prce\n1,Soap,1,5", "items[].price"),
        ("Order ID,Courier,AWB\n1,Pony Post,1904000000002", "deliveryInfo.trackingURL"),
    ],
)
def test_a_cells_field_is_the_contracts_path(orders, field):
    assert [entry.field for entry in build_report(make_snapshot(orders)).entries] == [field]


def test_the_worst_consequence_comes_first_across_tabs():
    snapshot = make_snapshot(
        Jan="Order ID,Status,Total\n1,Flying,5\n2,Packed,x",
        Feb="Order ID,Status,Total\n3,Flying,y\n,Packed,7\n4,Packed,5",
    )
    entries = build_report(snapshot).entries
    assert [(entry.cost, entry.problem.tab, entry.problem.cell) for entry in entries] == [
        (Cost.ANSWER, "Feb", "A3"),
        (Cost.PART, "Jan", "C3"),
        (Cost.PART, "Feb", "C2"),
        (Cost.NOTHING, "Jan", "B2"),
        (Cost.NOTHING, "Feb", "B2"),
    ]


def test_what_leaves_the_house_names_no_customer_and_no_typed_text():
    (entry,) = build_report(make_snapshot(ORDERS)).entries
    assert entry.public_title == "AN-2004 · Phone (C3)"
    assert entry.public_message == "“…” is not a phone number."
    assert "12345" in entry.problem.message


def test_what_leaves_the_house_names_the_order():
    orders = ORDERS.replace("AN-2004", "AN-2003").replace("12345", "9811122245")
    (entry,) = build_report(make_snapshot(orders)).entries
    assert "The order “AN-2003” stands in row 2 too" in entry.public_message


def test_what_leaves_the_house_names_headers_and_tabs():
    entries = build_report(make_snapshot("Order ID,Staus,Total\n1,x,5", "Order ID,Prodct\n1,Soap")).entries
    assert [f"{entry.public_title}: {entry.public_message}" for entry in entries] == [
        "A1 in Items: The tab “Items” has no columns for items that can be understood.",
        "Staus (B1): “Staus” is not used.",
        "Prodct (B1) in Items: “Prodct” is not used.",
    ]


@pytest.mark.parametrize("code", KINDS)
def test_no_problem_tells_the_typed_text_in_what_leaves_the_house(code):
    text = "Asha Rao 98765 43210"
    snapshot = make_snapshot(ORDERS)
    (entry,) = list_entries(snapshot, [build_problem(code, Cell("Orders", 3, 3, text), "total", "C2")])
    assert text not in entry.public_title + entry.public_message + entry.problem.hint
