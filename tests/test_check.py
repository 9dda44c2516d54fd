"""The report: what was understood of a sheet, and what only shows across its orders."""

import pytest

from bikorders.check import build_report, check_orders
from bikorders.reading import Options
from bikorders.snapshot import Snapshot
from bikorders.workbook import Tab, Workbook
from tests.conftest import make_snapshot, make_workbook

ITEMS = "Order ID,Product name,Quantity,Price\n1,Soap,1,50\n2,Oil,2,30"


def list_problems(snapshot):
    """Give the report's problems as `code Tab!A1`, in its order."""
    return [f"{p.code} {p.tab}!{p.cell}" for p in build_report(snapshot).problems]


def test_a_sheet_without_mistakes_has_no_problems():
    report = build_report(make_snapshot("Order ID,Status\n1,Packed\n2,Shipped", ITEMS))
    assert (report.order_count, report.item_count, report.problems) == (2, 2, ())


def test_the_report_says_what_each_tab_and_column_was_taken_for():
    snapshot = make_snapshot(
        "Order ID,Status,Notes\n1,Packed,x\n2,Packed,x",
        "Order ID,Product,Qty\n2,Soap,1",
        **{"1": "Product,Qty\nSoap,1", "Prices": "Product,Price\nSoap,5", "Settings": "What,Name,Value"},
    )
    report = build_report(snapshot)
    roles = {tab.title: tab.role for tab in report.tabs}
    assert roles == {
        "Orders": "orders",
        "Items": "items",
        "1": "one order's items",
        "Prices": "not used",
        "Settings": "settings",
    }
    orders = report.tabs[0]
    assert [(cell.a1, field) for cell, field in orders.columns] == [("A1", "id"), ("B1", "status")]
    assert [cell.text for cell in orders.ignored] == ["Notes"]
    assert "“Items”" in report.items


@pytest.mark.parametrize(
    ("orders", "items", "where"),
    [
        ("Order ID,Status\n1,Packed", ITEMS, "in the tab “Items”"),
        ("Order ID,Product,Qty\n1,Soap,1", "", "in the rows of “Orders”, one in each"),
        ("Order ID,Items\n1,Soap x 2", "", "in one cell of each row of “Orders”"),
        ("Order ID,Product 1 name,Product 1 qty,Product 2 name,Product 2 qty\n1,A,1,B,1", "", "side by side"),
        ("Order ID,Status\n1,Packed", "", "nowhere"),
    ],
)
def test_the_report_says_where_the_items_are(orders, items, where):
    assert where in build_report(make_snapshot(orders, items)).items


def test_a_number_that_stands_twice_and_differs_is_an_error_at_the_later_row():
    assert list_problems(make_snapshot("Order ID,Status\n1,Packed\n2,Packed\n1,Shipped")) == [
        "id-twice Orders!A4"
    ]


def test_lines_of_two_customers_under_one_number_are_an_error_at_the_last():
    orders = "Order ID,Email,Product,Qty\n1,a@example.com,Soap,1\n1,b@example.com,Oil,1"
    assert list_problems(make_snapshot(orders)) == ["id-twice Orders!A3"]


def test_a_number_that_stands_twice_with_the_same_contents_is_a_warning():
    assert list_problems(make_snapshot("Order ID,Status\n1,Packed\n1,Packed")) == ["id-again Orders!A3"]


def test_two_spellings_of_one_number_are_a_warning_that_names_the_other():
    report = build_report(make_snapshot("Order ID,Status\nORD-1,Packed\nord-1,Shipped"))
    (problem,) = report.problems
    assert (problem.code, problem.cell) == ("id-alike", "A3")
    assert "ORD-1" in problem.message


def test_items_of_an_order_that_is_not_there_are_an_error():
    assert list_problems(make_snapshot("Order ID,Status\n1,Packed", ITEMS)) == ["order-missing Items!A3"]


def test_an_order_without_items_is_a_warning_where_others_have_some():
    orders = "Order ID,Status\n1,Packed\n2,Packed\n3,Packed"
    assert list_problems(make_snapshot(orders, ITEMS)) == ["items-missing Orders!A4"]
    assert list_problems(make_snapshot(orders)) == []


def test_an_order_whose_items_cannot_be_understood_is_not_also_without_items():
    orders = "Order ID,Status,Items tab\n1,Packed,\n2,Packed,nowhere"
    items = "Order ID,Product name,Quantity,Price\n1,Soap,1,50"
    assert list_problems(make_snapshot(orders, items)) == ["items-tab-missing Orders!C3"]


def test_an_order_whose_items_were_not_read_is_not_called_without_items():
    tabs = make_workbook("Order ID,Status\n1,Packed\n2,Packed", Items=ITEMS.replace("\n2,Oil,2,30", "")).tabs
    snapshot = Snapshot(Workbook(tabs, frozenset({"2"})), Options())
    assert list_problems(snapshot) == []
    assert list_problems(Snapshot(Workbook(tabs), Options())) == ["items-missing Orders!A3"]


@pytest.mark.parametrize("text", ["1.00E+05", "#REF!", "#N/A"])
def test_a_number_that_a_spreadsheet_has_damaged_is_an_error(text):
    assert list_problems(make_snapshot(f"Order ID,Status\n1,Packed\n{text},Packed")) == [
        "id-damaged Orders!A3"
    ]


def test_a_row_that_says_something_of_an_order_but_not_of_which_is_an_error():
    orders = "Order ID,Customer,Status,Total\n1,Asha,Packed,5\n,Ravi,Packed,7"
    assert list_problems(make_snapshot(orders)) == ["id-missing Orders!A3"]


@pytest.mark.parametrize(
    "row",
    [
        ",,,",
        ",Total,,12",
        ",,,12",
        ",,sum of all,12",
        ",packed on Mondays,,",
        ",=FALSE,=FALSE,",
        ",-,n/a,0",
    ],
)
def test_totals_notes_and_blank_rows_are_no_orders_without_a_number(row):
    row = row.replace("sum of all", "Grand total")
    assert list_problems(make_snapshot(f"Order ID,Customer,Status,Total\n1,Asha,Packed,5\n{row}")) == []


def test_two_columns_for_the_number_that_differ_are_an_error():
    assert list_problems(make_snapshot("Order ID,Order No,Status\n1,1,Packed\n2,3,Packed")) == [
        "column-conflict Orders!A3"
    ]


def test_a_tab_named_like_no_order_is_a_warning_where_others_are():
    own = "Product name,Quantity\nSoap,1"
    tabs = {"ORD-1": own, "ORD-9": own, "Catalogue": own}
    assert list_problems(make_snapshot("Order ID,Status\nORD-1,Packed", **tabs)) == ["tab-unnamed ORD-9!A1"]


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ("100,10,0,0,110", []),
        ("100,10,0,0,111", ["sum"]),
        ("100,10,20,0,90", []),  # the subtotal before the discount
        ("80,10,20,0,90", []),  # the subtotal after it
        ("100,10,0,18,128", []),  # the tax on top
        ("100,10,0,18,110", []),  # the tax in the prices
        ("82,10,0,18,110", []),  # the subtotal before the tax
        ("100,10,0,0,110.4", ["sum"]),
        (",10,0,0,110", []),
        (",10,0,0,100", ["sum"]),
        ("90,10,0,0,100", ["sum"]),  # not what the items sum up to
        ("100,,0,0,120", ["sum"]),
        ("100,about 10,0,0,150", ["amount"]),  # who can tell
    ],
)
def test_sums_that_their_parts_do_not_add_up_to_are_warnings(cells, codes):
    orders = f"Order ID,Subtotal,Shipping charge,Discount,Tax,Total\n1,{cells}"
    snapshot = make_snapshot(orders, "Order ID,Product name,Quantity,Price\n1,Soap,2,50")
    assert [problem.code for problem in build_report(snapshot).problems] == codes


def test_a_total_may_be_rounded_to_the_whole():
    items = "Order ID,Product name,Quantity,Price\n1,Soap,1,99.60"
    assert list_problems(make_snapshot("Order ID,Shipping charge,Total\n1,0,100", items)) == []
    assert list_problems(make_snapshot("Order ID,Shipping charge,Total\n1,0,101", items)) == ["sum Orders!C2"]


def test_a_total_may_hold_the_shipping_where_no_column_does():
    items = "Order ID,Product name,Quantity,Price\n1,Soap,1,100"
    assert list_problems(make_snapshot("Order ID,Total\n1,150", items)) == []
    assert list_problems(make_snapshot("Order ID,Total\n1,50", items)) == ["sum Orders!B2"]


def test_a_sum_says_what_it_should_be():
    snapshot = make_snapshot(
        "Order ID,Shipping charge,Total\n1,10,999", "Order ID,Product name,Quantity,Price\n1,Soap,2,50"
    )
    assert "110" in build_report(snapshot).problems[0].message


def test_a_mistake_of_a_whole_column_is_told_once():
    orders = "Order ID,Product,Price\n" + "\n".join(f"{n},Soap,5" for n in range(1, 9))
    assert list_problems(make_snapshot(orders)) == ["quantity-column Orders!B1"]


def test_mistakes_in_the_settings_tab_are_in_the_report():
    snapshot = make_snapshot("Order ID\n1", Settings="What,Name,Value\nsetting,currency,Rupee")
    assert list_problems(snapshot) == ["settings-value Settings!C2"]


def test_tabs_with_errors_come_first_and_in_a_tab_the_errors_then_the_rows():
    report = build_report(
        make_snapshot(
            Jan="Order ID,Status,Total\n1,Flying,5\n2,Flying,5",
            Feb="Order ID,Status,Total\n3,Flying,x\n11,Packed,5\n12,Packed,y",
        )
    )
    assert [(p.tab, p.level, p.cell) for p in report.problems] == [
        ("Feb", "error", "C2"),
        ("Feb", "error", "C4"),
        ("Feb", "warning", "B2"),
        ("Jan", "warning", "B2"),
        ("Jan", "warning", "B3"),
    ]


def test_orders_checked_in_parts_give_the_same_report():
    orders = "Order ID,Status,Total\n" + "\n".join(f"{n},Flying,x{n}" for n in range(40)) + "\n3,Packed,1"
    snapshot = make_snapshot(orders, ITEMS)
    parts = [check_orders(snapshot, start, start + 7) for start in range(0, snapshot.id_count, 7)]
    assert len(parts) > 3
    assert build_report(snapshot, parts) == build_report(snapshot)


def test_checking_leaves_the_snapshots_own_orders_alone():
    snapshot = make_snapshot("Order ID,Status\n1,Packed\n2,Packed", ITEMS)
    order = snapshot.get_order("1")
    build_report(snapshot)
    assert snapshot.get_order("1") is order
    assert snapshot.answers == {}


def test_a_cell_of_a_google_sheet_has_a_link_that_opens_it():
    workbook = Workbook(
        {"A B": Tab("A B", [["Order ID"]], 12)}, url="https://docs.google.com/spreadsheets/d/k/edit"
    )
    assert workbook.find_url("A B", "F17") == "https://docs.google.com/spreadsheets/d/k/edit#gid=12&range=F17"
    assert workbook.find_url("Gone", "A1") == ""
    assert make_workbook("Order ID\n1").find_url("Orders", "A1") == ""


@pytest.mark.parametrize(
    ("headers", "cells"),
    [
        ("CGST,SGST", "90,90"),  # each is half of it
        ("CGST,SGST,IGST", "90,90,"),
        ("GST %,GST amount", "18,180"),  # a rate and no amount
        ("GST %", "0.18"),
        ("IGST amount", "180"),
        ("UTGST amount,Cess", "90,90"),
    ],
)
def test_a_tax_in_columns_of_its_own_may_be_in_the_total(headers, cells):
    orders = f"Order ID,Subtotal,{headers},Shipping,Total\n1,1000,{cells},50,1230"
    assert list_problems(make_snapshot(orders)) == []


def test_a_tax_registration_number_is_no_amount_in_the_total():
    orders = "Order ID,Subtotal,GST No,Shipping,Total\n1,1000,27AAAPL1234C1ZV,50,1230"
    assert list_problems(make_snapshot(orders)) == ["sum Orders!E2"]


@pytest.mark.parametrize("state", ["Cancelled,", "Returned,", ",Refunded", ",Partially refunded"])
def test_the_sums_of_an_order_that_was_given_back_need_not_add_up(state):
    orders = f"Order ID,Status,Payment status,Subtotal,Shipping,Total\n1,{state},200,50,100"
    assert list_problems(make_snapshot(orders)) == []


def test_a_refund_in_a_column_of_its_own_may_be_off_the_total():
    orders = "Order ID,Subtotal,Shipping,Refund,Total\n1,200,50,50,200\n2,200,50,,200"
    assert list_problems(make_snapshot(orders)) == ["sum Orders!E3"]


def test_a_shipping_charge_that_cannot_be_read_is_told_once():
    orders = "Order ID,Product,Qty,Price,Shipping,Total\n1,Soap,2,100,Free,200\n2,Soap,2,100,49,200"
    assert list_problems(make_snapshot(orders)) == ["amount Orders!E2", "total-unclear Orders!F3"]
