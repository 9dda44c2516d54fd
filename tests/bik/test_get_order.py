"""The wire contract: requests in, BikOrders out."""

import json
from decimal import Decimal

import pytest

from bikorders.bik.get_order import dump_error, dump_order, parse_request
from bikorders.errors import RequestRefused
from bikorders.orders.order import Order
from tests.conftest import SEED_ORDER, make_snapshot
from tests.description import assert_schema

HEADERS = "id,name,status,paymentStatus,subTotal,shippingCharge,discount,total,currency,phoneNumber,email,fulfillmentStatus,deliveryInfo.trackingURL"
ROW = "ORD-1001,#1001,DELIVERED,paid,998,49,100,947,INR,+919876543210,buyer@example.com,fulfilled,https://courier.example.com/track/ABCD1234"
ITEM_HEADERS = "productId,variantId,name,variantName,quantity,price"
ITEM = "6862852391049,40946134352009,Skin Renew Cream,Default,2,499"


def answer(order: Order) -> dict:
    body = json.loads(dump_order(order))
    assert_schema("OrderAnswer", body)
    return body["order"]


def test_the_contracts_example_order_comes_back_key_for_key_from_an_items_tab():
    snapshot = make_snapshot(f"{HEADERS}\n{ROW}", f"id,{ITEM_HEADERS}\nORD-1001,{ITEM}")
    body = dump_order(snapshot.get_order("ORD-1001"))
    assert json.loads(body) == {"order": SEED_ORDER}
    assert list(json.loads(body)["order"]) == list(SEED_ORDER)


def test_the_contracts_example_order_comes_back_from_a_tab_of_its_own():
    snapshot = make_snapshot(f"{HEADERS}\n{ROW}", **{"ORD-1001": f"{ITEM_HEADERS}\n{ITEM}"})
    assert answer(snapshot.get_order("ORD-1001")) == SEED_ORDER


def test_friendly_headers_in_any_order_give_the_same_answer():
    snapshot = make_snapshot(
        "Tracking link,Order ID,Order name!,Fulfilment,E-Mail,Mobile,Grand Total,Shipping fee,Discount amount,Sub-total,Status,Payment\n"
        "https://courier.example.com/track/ABCD1234,ORD-1001,x,Fulfilled,buyer@example.com,98765 43210,947,49,100,998,delivered,Paid",
        "Qty,Unit Price,Product,Variant,SKU,Variant ID,Order No\n2,499,Skin Renew Cream,Default,6862852391049,40946134352009,ORD-1001",
    )
    assert answer(snapshot.get_order("ORD-1001")) == SEED_ORDER | {"name": "ORD-1001"}


def test_a_number_in_a_cell_and_the_same_digits_as_text_give_the_same_answer():
    text = make_snapshot(f"{HEADERS}\n{ROW}", f"id,{ITEM_HEADERS}\nORD-1001,{ITEM}")
    typed_row = ROW.replace("998,49,100,947", "=998.0,=49,=100,=947").replace("+91", "=91")
    typed_item = "=6862852391049,=40946134352009.0,Skin Renew Cream,Default,=2.0,=499"
    numbers = make_snapshot(f"{HEADERS}\n{typed_row}", f"id,{ITEM_HEADERS}\nORD-1001,{typed_item}")
    assert dump_order(numbers.get_order("ORD-1001")) == dump_order(text.get_order("ORD-1001"))


def test_an_order_with_nothing_but_an_id_has_no_nulls_no_blanks_and_an_empty_list_of_items():
    snapshot = make_snapshot("Order ID,Status,Tracking link,Email\n7,,,")
    assert answer(snapshot.get_order("7")) == {"id": "7", "name": "7", "items": [], "currency": "INR"}


def test_numbers_are_written_without_float_noise():
    values = {"id": "1", "total": Decimal("499.50"), "subTotal": Decimal("0.3"), "discount": Decimal(0)}
    body = dump_order(Order(values, (), ()))
    assert body == b'{"order": {"id": "1", "items": [], "subTotal": 0.3, "discount": 0, "total": 499.5}}'


def test_own_bik_columns_are_sent_under_their_path_with_their_type():
    snapshot = make_snapshot(
        "Order ID,bik:deliveryInfo.courier,bik:gift,bik:weight,bik:total,Notes,bik:empty\n1,Delhivery,=TRUE,=1.5,99,secret,"
    )
    assert answer(snapshot.get_order("1")) == {
        "id": "1",
        "name": "1",
        "items": [],
        "total": 99,
        "currency": "INR",
        "deliveryInfo": {"courier": "Delhivery"},
        "gift": True,
        "weight": 1.5,
    }


@pytest.mark.parametrize(
    "path", ["items", "deliveryInfo", "status.text", "a b", "", "a..b", "items[].x", "é"]
)
def test_an_own_column_that_would_break_the_contracts_shape_is_not_sent(path):
    snapshot = make_snapshot(f"Order ID,bik:{path}\n1,x")
    order = snapshot.get_order("1")
    assert answer(order) == {"id": "1", "name": "1", "items": [], "currency": "INR"}
    assert [(problem.code, problem.cell) for problem in order.problems] == [("path", "B1")]


def test_own_columns_in_the_items_tab_are_sent_with_the_item():
    snapshot = make_snapshot("Order ID\n1", "Order ID,Item,bik:options.size\n1,Shirt,XL")
    assert answer(snapshot.get_order("1"))["items"] == [{"name": "Shirt", "options": {"size": "XL"}}]


def test_text_that_utf8_cannot_hold_does_not_break_the_answer():
    assert json.loads(dump_error("order \ud800 not found")) == {"error": "order ? not found"}


@pytest.mark.parametrize(
    ("body", "order_id"),
    [
        ('{"orderId": "ORD-1001"}', "ORD-1001"),
        ('{"orderId":"ORD-1001"}', "ORD-1001"),
        ('{"orderId": "A\\u0031"}', "A1"),
        ('{"orderId": "1", "orderId": "2"}', "2"),
        ('{"orderId": " ORD-1001\\u00a0", "more": [1]}', "ORD-1001"),
        ('{"orderId": 1001}', "1001"),
        ('{"orderId": 1001.0}', "1001"),
        ('{"orderId": 10.5}', "10.5"),
        ('{"orderId": 1e999999999}', "1e999999999"),
        ('{"orderId": %s}' % ("9" * 10_000), "9" * 10_000),
        ('{"orderId": "№7"}', "№7"),
    ],
)
def test_the_order_id_is_taken_from_the_request(body, order_id):
    assert parse_request(body.encode()) == order_id


@pytest.mark.parametrize(
    "body",
    [
        b"", b"x", b"[]", b'"1"', b"null", b"{}", b'{"orderid": "1"}', b'{"orderId": null}', b'{"orderId": ""}',
        b'{"orderId": " # "}', b'{"orderId": true}', b'{"orderId": ["1"]}', b'{"orderId": {}}', b'{"orderId": NaN}',
        b'{"orderId": "\xff"}', b"[" * 100_000, b'{"orderId": "#REF!"}', b'{"orderId": "#"}',
    ],
)  # fmt: skip
def test_a_request_without_a_usable_order_id_is_refused(body):
    with pytest.raises(RequestRefused):
        parse_request(body)
