"""What does a row, together with its items' rows, say about an order?"""

from decimal import Decimal

import pytest

from bikorders.reading.shop_settings import Options
from tests.conftest import make_snapshot


def build(headers: str, cells: str, items: str = "", options: Options | None = None):
    return make_snapshot(f"Order ID,{headers}\n1,{cells}", items, options).get_order("1")


def values(headers: str, cells: str, items: str = "", options: Options | None = None):
    return build(headers, cells, items, options).values


SOAP = "Order ID,Item,Qty,Price\n1,Soap,2,49.50\n1,Cream,1,100"


def test_a_missing_subtotal_is_the_sum_of_the_items():
    assert values("Status", "Packed", SOAP)["subTotal"] == Decimal("199.00")


def test_without_items_a_missing_subtotal_is_left_out_and_the_total_too():
    assert not {"subTotal", "total"} & values("Shipping fee", "49").keys()


def test_a_missing_total_counts_blank_shipping_and_discount_as_zero():
    assert values("Subtotal,Shipping fee,Discount", "100,,")["total"] == 100
    assert values("Subtotal,Shipping fee,Discount", "100,20,")["total"] == 120
    assert values("Subtotal,Shipping fee,Discount", "100,20,-30")["total"] == 90


def test_the_total_wins_over_arithmetic_and_a_subtotal_only_where_lines_or_total_bear_it_out():
    told = values("Subtotal,Total", "150,500", SOAP)
    assert (told.get("subTotal"), told["total"]) == (None, 500)
    told = values("Subtotal,Total", "150,150", SOAP)
    assert (told["subTotal"], told["total"]) == (150, 150)


@pytest.mark.parametrize(
    ("headers", "cells", "missing"),
    [
        ("Subtotal,Total", "#REF!,", {"subTotal", "total"}),
        ("Total", "abc", {"total"}),
        ("Shipping fee", "abc", {"shippingCharge", "total"}),
        ("Discount", "#N/A", {"discount", "total"}),
    ],
)
def test_a_cell_that_cannot_be_read_leaves_out_its_field_and_the_sums_that_need_it(headers, cells, missing):
    order = build(headers, cells, SOAP)
    assert not missing & order.values.keys()
    assert len(order.problems) == 1


def test_an_unreadable_subtotal_does_not_cost_the_total_that_stands_in_the_sheet():
    assert values("Subtotal,Total", "abc,500")["total"] == 500


@pytest.mark.parametrize("item", ["Soap,,10", "Soap,0,10", "Soap,2,", "Soap,2,abc", "Soap,-1,10"])
def test_an_item_without_readable_quantity_and_price_blocks_the_sums(item):
    order = build("Status", "Packed", f"Order ID,Item,Qty,Price\n1,{item}\n1,Cream,1,100")
    assert not {"subTotal", "total"} & order.values.keys()
    assert [line["name"] for line in order.items] == ["Soap", "Cream"]


def test_a_problem_says_where_and_what_was_typed():
    (problem,) = build("Total", "abc").problems
    assert (problem.tab, problem.cell, problem.text, problem.level) == ("Orders", "B2", "abc", "error")
    assert "abc" in problem.message and problem.hint


@pytest.mark.parametrize(
    ("status", "fulfillment"),
    [
        ("Shipped", "fulfilled"),
        ("Delivered", "fulfilled"),
        ("Packed", "unfulfilled"),
        ("New", "unfulfilled"),
        ("Cancelled", None),
        ("Left warehouse", None),
        ("Undelivered", None),
    ],
)
def test_a_missing_fulfilment_follows_only_from_a_status_that_leaves_no_doubt(status, fulfillment):
    assert values("Status", status).get("fulfillmentStatus") == fulfillment


def test_an_unreadable_fulfilment_is_left_out_and_not_inferred():
    assert "fulfillmentStatus" not in values("Status,Fulfilment", "Shipped,perhaps")


def test_an_unknown_status_is_told_as_it_stands_with_a_problem():
    order = build("Status", "Left warehouse")
    assert order.values["status"] == "Left warehouse"
    assert [p.code for p in order.problems] == ["status-unknown"]


@pytest.mark.parametrize("cell", ["#REF!", "=5", "=TRUE", "---"])
def test_a_status_that_is_no_word_is_left_out(cell):
    assert "status" not in values("Status", cell)


def test_the_currency_is_the_column_else_the_amounts_own_else_the_setting():
    assert values("Currency,Total", "usd,5")["currency"] == "USD"
    assert values("Total", "€5.50")["currency"] == "EUR"
    assert values("Total ($)", "5.50")["currency"] == "USD"
    assert values("Total ($)", "5.50", options=Options(currency="CAD"))["currency"] == "CAD"
    assert values("Total", "5.50")["currency"] == "INR"
    assert values("Total", "$5.50 CAD")["currency"] == "CAD"


@pytest.mark.parametrize(
    ("headers", "cells"),
    [
        ("Total,Shipping fee", "€5,₹5"),
        ("Currency,Total", "INR,€5"),
        ("Total (₹)", "€5"),
        ("Currency", "money"),
    ],
)
def test_a_currency_that_is_not_certain_is_left_out(headers, cells):
    order = build(headers, cells)
    assert "currency" not in order.values and order.problems


def test_two_columns_for_one_field_count_only_where_they_agree():
    assert values("Phone,Mobile", "98765 43210,+919876543210")["phoneNumber"] == "+919876543210"
    assert values("Phone,Mobile", ",98765 43210")["phoneNumber"] == "+919876543210"
    order = build("Phone,Mobile", "98765 43210,98765 43211")
    assert "phoneNumber" not in order.values and order.problems[0].code == "column-conflict"


def test_the_name_is_the_id_where_there_is_no_name_column_and_never_the_customers():
    assert values("Name,Customer", "Asha,Asha")["name"] == "1"
    assert values("name", "#1001")["name"] == "#1001"


def test_columns_that_are_not_known_are_never_sent():
    told = values("Cost price,Notes,Margin", "300,call her,12%")
    assert told == {"id": "1", "name": "1", "currency": "INR"}


def test_ragged_rows_read_as_blank_cells():
    order = make_snapshot("Order ID,Status,Total\n1").get_order("1")
    assert order.values == {"id": "1", "name": "1", "currency": "INR"}


def test_an_address_is_put_together_from_its_columns():
    told = values("City,Pincode,address.country", "Pune,=411001,India")
    assert (told["address.city"], told["address.zip"], told["address.country"]) == ("Pune", "411001", "India")
