"""The report: what was understood of a sheet, and what only shows across its orders."""

import pytest

from bikorders.errors import SheetUnusable
from bikorders.merchant.report import build_report, check_orders
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.shop_settings import Options
from bikorders.sheet.workbook import Tab, Workbook
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


def test_a_number_that_stands_twice_and_differs_is_an_error_at_the_later_cell():
    snapshot = make_snapshot("Order ID,Status\n1,Packed\n2,Packed\n1,Shipped")
    assert list_problems(snapshot) == ["rows-differ Orders!B4"]
    assert " in row 2," in list_told(snapshot)[0]


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


def test_a_cell_of_a_google_sheet_has_a_link_that_opens_it():
    workbook = Workbook(
        {"A B": Tab("A B", [["Order ID"]], 12)}, url="https://docs.google.com/spreadsheets/d/k/edit"
    )
    assert workbook.find_url("A B", "F17") == "https://docs.google.com/spreadsheets/d/k/edit#gid=12&range=F17"
    assert workbook.find_url("Gone", "A1") == ""
    assert make_workbook("Order ID\n1").find_url("Orders", "A1") == ""


def list_told(snapshot):
    """Give the report's problems as they are printed: address and message."""
    return [f"{p.cell} {p.message}" for p in build_report(snapshot).problems]


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
    orders = "Order ID,Product,Qty,Price,Shipping,Total\n1,Soap,2,100,later,200\n2,Soap,2,100,49,200\n3,Soap,2,100,49,249"
    assert list_problems(make_snapshot(orders)) == ["amount Orders!E2", "total-unclear Orders!F3"]


def test_quantities_of_a_cancelled_order_may_be_blank_or_nought():
    orders = "Order ID,Status,Product,Qty,Price\n{}"
    rows = ["1,{0},Soap,0,50", "2,{0},Oil,,50", "3,{0},,,"]
    told = orders.format("\n".join(rows).format("Cancelled") + "\n4,Packed,Soap,1,50")
    assert list_problems(make_snapshot(told)) == []
    told = orders.format("\n".join(rows).format("Packed"))
    assert list_problems(make_snapshot(told)) == [
        "quantity Orders!D2",
        "quantity-missing Orders!D3",
        "items-missing Orders!A4",
    ]


def test_a_row_of_another_customer_or_another_status_names_the_tab_of_the_first_one():
    snapshot = make_snapshot(
        Jan="Order ID,Status,Email\n1,Packed,a@example.com\n2,Packed,\n3,Packed,",
        Feb="Order ID,Status,Email\n1,Packed,b@example.com\n2,Shipped,\n3,Packed,",
    )
    assert [(p.code, p.cell) for p in build_report(snapshot).problems] == [
        ("id-twice", "A2"),
        ("rows-differ", "B3"),
    ]
    assert ["Jan!A2" in line or "Jan!B3" in line for line in list_told(snapshot)] == [True, True]


def test_a_list_of_some_of_the_orders_in_another_tab_is_no_problem():
    orders = "Order ID,Status,Customer\n1,Packed,Asha\n2,Shipped,Ravi"
    assert (
        list_problems(make_snapshot(orders, **{"To pack": "Order ID,Customer,Status\n1,Asha,Packed"})) == []
    )


def test_of_an_orders_lines_the_one_with_another_customer_is_told():
    orders = "Order ID,Customer,Product,Qty\n1,Asha,Soap,1\n1,,Comb,1\n1,Ravi,Oil,1\n1,Asha,Gel,1"
    (line,) = list_told(make_snapshot(orders))
    assert line.startswith("A4 The order “1” stands in row 2 too")


def test_items_that_two_orders_claim_are_not_told_as_rows_that_differ():
    orders = "Order ID,Status\nORD-1,Packed\nord-1,Shipped"
    items = "Order ID,Product,Qty\nOrd-1,Soap,1"
    assert list_problems(make_snapshot(orders, items)) == [
        "items-unclear Orders!A2",
        "items-unclear Orders!A3",
        "id-alike Orders!A3",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        ",,New,COD,INR,0\n,,New,COD,INR,0",  # filled in for rows to come
        ",,New,COD,INR,49\n,,New,COD,INR,49",
        ",#N/A,#REF!,#N/A,,",  # formulas that find nothing
        ",,,,,\n,Net,,,,246",  # a sum and its name, below the list
        ",,GST @18%,,,54",
    ],
)
def test_what_stands_below_the_orders_is_no_order_without_a_number(rows):
    orders = f"Order ID,Customer,Status,Payment method,Currency,Total\n1,Asha,New,UPI,INR,5\n{rows}"
    assert list_problems(make_snapshot(orders)) == []


@pytest.mark.parametrize("row", [",Ravi,New,,,", ",Ravi,,,,7", ",,Shipped,,,499", ",Ravi,Shipped,UPI,INR,7"])
def test_an_order_without_a_number_is_told_wherever_it_stands(row):
    orders = f"Order ID,Customer,Status,Payment method,Currency,Total\n1,Asha,New,UPI,INR,5\n{row}"
    assert list_problems(make_snapshot(orders)) == ["id-missing Orders!A3"]


def test_what_else_is_wrong_in_an_order_without_a_number_is_told_too():
    orders = "Order ID,Customer,Phone,Total\n1,Asha,98765 43210,5\n,Ravi,9.19877E+11,7\n1.00E+05,Uma,,x"
    assert list_problems(make_snapshot(orders)) == [
        "id-missing Orders!A3",
        "id-damaged Orders!A4",
        "digits-lost Orders!C3",
        "amount Orders!D4",
    ]


def test_numbers_filled_in_for_orders_to_come_are_not_told_to_have_no_items():
    orders = "Order ID,Status,Dispatched?,Total\n1,Packed,FALSE,50\n2,,,\n3,,,0\n4,Packed,,"
    items = "Order ID,Product name,Quantity,Price\n1,Soap,1,50"
    assert list_problems(make_snapshot(orders, items)) == ["items-missing Orders!A5"]


def test_averages_and_counts_below_the_orders_are_not_told_to_have_no_items():
    orders = "Order ID,Product,Qty,Price,Total\n1,Soap,1,50,50\n2,Oil,2,30,60\nAverage,,1.5,40,55\nCount,,2,,"
    assert list_problems(make_snapshot(orders)) == []
    words = "Order ID,Product,Qty,Price,Total\nasha,Soap,1,50,50\nravi,,,,60"
    assert list_problems(make_snapshot(words)) == ["items-missing Orders!A3"]


def test_a_number_too_long_for_a_spreadsheet_has_lost_its_last_digits():
    tab = Tab("Orders", [["Order ID", "Status"], [5.764614130387857e17, "Packed"], [1001, "Packed"]])
    snapshot = Snapshot(Workbook({"Orders": tab}), Options())
    assert list_problems(snapshot) == ["digits-lost Orders!A2"]


def test_a_price_list_with_a_year_in_its_title_is_no_orders_tab_of_items():
    own = "Product name,Quantity\nSoap,1"
    tabs = {"1001": own, "1009": own, "Prices 2026": own}
    assert list_problems(make_snapshot("Order ID,Status\n1001,Packed", **tabs)) == ["tab-unnamed 1009!A1"]


def test_tracking_numbers_without_any_courier_are_told_once():
    orders = "Order ID,Tracking No\n1,1904000000001\n2,1904000000002\n3,soon\n4,"
    assert list_problems(make_snapshot(orders)) == ["tracking-number Orders!B4", "courier-column Orders!B1"]


def test_a_tracking_number_says_whether_its_courier_is_missing_or_not_known():
    orders = "Order ID,Courier,AWB\n1,,1904000000001\n2,Pony Post,1904000000002\n3,Delhivery,1904000000003"
    snapshot = make_snapshot(orders)
    assert list_problems(snapshot) == ["courier-missing Orders!C2", "tracking-courier Orders!B3"]
    assert "Pony Post" in list_told(snapshot)[1]


def test_an_order_paid_in_two_parts_is_no_mistake():
    orders = "Order ID,Status,Total\n1,Packed,100\n2,Packed,100"
    paid = "Order ID,Payment method,UTR\n1,UPI,412345678901\n2,UPI,412345678902\n2,Cash,412345678903"
    assert list_problems(make_snapshot(orders, Payments=paid)) == []


def test_fields_are_called_what_a_shop_calls_them():
    orders = "Order ID,Payment status,Product,Qty\n1,Paid,Soap,1\n1,Due,Oil,1"
    (line,) = list_told(make_snapshot(orders))
    assert line == "B3 “Due” is another payment status than in row 2, so customers are told none."


def test_a_lines_total_that_is_not_its_quantity_times_its_price_is_told_and_nothing_else():
    orders = (
        "Order No,Customer,Item,Qty,Rate,Amount\n1,Asha,Soap,2,100,200\n1,Asha,Comb,1,60,60\n"
        "2,Uma,Soap,3,100,300\n3,Leela,Soap,2,100,2000\n4,Leela,Soap,1,100,100\n4,Leela,Comb,2,60,120"
    )
    (line,) = list_told(make_snapshot(orders))
    assert line == "F5 “2000” is not the quantity times the price: 200."


def test_a_lines_total_in_an_items_tab_is_held_against_its_line():
    items = "Order ID,Item,Qty,Price,Amount\n1,Soap,2,100,200\n1,Comb,2,60,200"
    assert list_problems(make_snapshot("Order ID,Total\n1,320", items)) == ["line-total Items!E3"]


@pytest.mark.parametrize(
    "lines",
    [
        "Item,Qty,Price,Discount,Line total\n1,Soap,2,100,20,180\n2,Soap,1,100,,100",
        "Item,Qty,Price,GST amount,Line total\n1,Soap,2,100,36,236\n2,Soap,1,100,18,118",
        "Item,Qty,Rate,Order total\n1,Soap,2,100,260\n1,Comb,1,60,260\n2,Soap,1,100,100",
        "Item,Qty,Price,Line total\n1,Soap,2,118,200\n2,Soap,1,118,100",  # without the tax in the price
    ],
)
def test_totals_that_may_hold_more_than_a_price_are_not_held_against_their_lines(lines):
    assert list_problems(make_snapshot(f"Order ID,{lines}")) == []


def test_a_discount_that_only_one_total_leaves_out_is_told():
    rows = ["1,500,50,20,530", "2,600,50,20,630", "3,700,50,20,730", "4,500,50,20,550", "5,500,50,0,550"]
    orders = "Order ID,Subtotal,Shipping,Discount,Total\n"
    assert list_problems(make_snapshot(orders + "\n".join(rows))) == ["sum Orders!E5"]
    assert list_problems(make_snapshot(orders + "\n".join(rows[3:]))) == []  # the subtotal may be after it


def test_a_charge_that_no_total_holds_is_told_once():
    orders = "Order ID,Product,Qty,Price,Shipping cost,Order total\n1,Soap,2,90,80,180\n2,Soap,1,90,80,90"
    assert list_problems(make_snapshot(orders)) == ["shipping-left-out Orders!E1"]
    assert list_problems(make_snapshot(f"{orders}\n3,Soap,2,90,80,260")) == [
        "sum Orders!F2",
        "sum Orders!F3",
    ]


def test_a_slot_that_formulas_fill_with_noughts_is_no_item():
    orders = "Order ID,Item 1,Qty 1,Price 1,Item 2,Qty 2,Price 2,Total\n1,Soap,2,100,,0,0,200"
    assert list_problems(make_snapshot(orders)) == []


def test_how_much_was_paid_is_no_payment_status_and_no_mistake():
    assert list_problems(make_snapshot("Order No,Amount,Paid,Balance\n1,500,₹500,0\n2,500,200.50,300")) == []
    assert list_problems(make_snapshot("Order No,Payment status\n1,500")) == ["payment-word Orders!B2"]


def test_a_date_of_an_order_that_is_none_is_told_where_the_others_are():
    orders = "Order ID,Order date\n1,14-Mar-24\n2,03/16/24\n3,{}\n4,2024-03-15\n5,"
    assert list_problems(make_snapshot(orders.format("wrong-date"))) == ["order-date Orders!B4"]
    assert list_problems(make_snapshot(orders.format("n/a"))) == []
    assert list_problems(make_snapshot("Order ID,Date\n1,Monday\n2,Tuesday\n3,03/16/24")) == []


def test_an_error_in_a_cell_that_only_helps_is_told_too():
    orders = "Order ID,COD charges,Payment method\n1,%!f(string=40.),COD\n2,18%,#REF!"
    assert list_problems(make_snapshot(orders)) == ["formula-error Orders!B2", "formula-error Orders!C3"]


def test_a_line_that_stands_twice_names_the_row_above():
    orders = "Order ID,Product,Qty\n1,Soap,1\n2,Oil,1\n1,Soap,1"
    assert list_told(make_snapshot(orders)) == ["A4 This row is the same as row 2; they count once."]


def test_a_number_with_letters_of_two_alphabets_is_not_found_as_it_is_read():
    orders = "Order ID,Status\n\u041eRD-1,Packed\nORD-2,Packed\n\u041e\u0420\u0414-3,Packed\n注文-4a,Packed"
    assert list_problems(make_snapshot(orders)) == ["id-letters Orders!A2"]


def test_a_row_that_explains_the_columns_draws_no_problem():
    orders = (
        "Order ID,Order Status,Product,Qty,Price,Paid Time\n"
        "Platform order ID.,Order status.,Its name.,Sold quantity.,Price paid.,When it was paid.\n"
        "1,Shipped,Soap,1,50,2026-07-01"
    )
    assert list_problems(make_snapshot(orders)) == []


def test_a_tab_of_orders_without_its_ids_is_named_and_counts_as_lost():
    july = "Order ID,Customer,Status,Total\n1,Ravi Das,Packed,90"
    before = make_snapshot(july, June="Order ID,Customer,Phone,Status,Total\n7,Asha,9811122244,Packed,5")
    after = make_snapshot(july, June="Customer,Phone,Status,Total\nAsha,9811122244,Packed,5")
    assert "June" in (after.find_loss(before) or "")
    assert list_problems(after) == ["id-column June!A1"]


def test_a_header_left_open_in_a_tab_of_items_is_reported():
    items = "Order ID,Bidhaa,Description,Quantity\n1,Kofia,cotton red,2"
    assert "header-unclear Items!C1" in list_problems(make_snapshot("Order ID,Status\n1,Packed", items))


def test_what_was_ordered_is_never_an_empty_line():
    report = build_report(make_snapshot("Order ID,SKU\n1,A-7\n2,A-8"))
    assert (report.item_count, report.items) == (2, "in the rows of “Orders”, by their numbers alone")


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        ("Order ID\n1\n2", "items-unreadable Items!A1"),
        ("Order ID\n8\n9", "items-unreadable Items!A1"),
        ("Order ID,Colour\n1,red\n2,blue", "items-unreadable Items!A1"),
        ("Order ID,What,Quantity\n1,Soap,1\n2,Oil,2", "items-unreadable Items!A1"),
        ("Number,Product name,Quantity\n1,Soap,1\n2,Oil,2", "items-unreadable Items!A1"),
        ("Order ID,Product name,Quantity\n1,,1\n2,,2", "items-none Items!A1"),
    ],
)
def test_a_tab_of_items_that_has_rows_and_no_item_is_an_error(items, problem):
    assert list_problems(make_snapshot("Order ID,Status\n1,Packed\n2,Packed", items)) == [problem]


def test_a_second_tab_of_items_with_ids_alone_is_an_error_though_the_first_has_items():
    snapshot = make_snapshot("Order ID,Status\n1,Packed\n2,Packed", ITEMS, **{"Items 2": "Order ID\n1\n2"})
    assert list_problems(snapshot) == ["items-unreadable Items 2!A1"]


@pytest.mark.parametrize("items", ["Order ID,Product name,Quantity", "Product name,Price\nSoap,50\nOil,30"])
def test_a_tab_of_items_without_rows_or_a_price_list_beside_the_items_is_no_mistake(items):
    snapshot = make_snapshot("Order ID,Product,Qty\n1,Soap,1\n2,Oil,1", items)
    assert list_problems(snapshot) == []


def test_a_tab_that_can_not_be_read_is_named_with_the_reason():
    tabs = make_workbook("Order ID,Status\n1001,Packed").tabs
    failure = SheetUnusable("price list.csv is not UTF-8 text", "save it as “CSV UTF-8”")
    report = build_report(Snapshot(Workbook(tabs, left_out={"price list": failure}), Options()))
    assert [tab.role for tab in report.tabs] == ["orders", "left out, since it can't be read"]
    assert [(problem.code, problem.tab) for problem in report.problems] == [("tab-left-out", "price list")]
    assert "save it as “CSV UTF-8”" in report.problems[0].message
