"""What Bik would tell, in words."""

from decimal import Decimal

import pytest

from bikorders.bik.get_order import dump_order
from bikorders.merchant.summary import tell_amount, tell_order
from bikorders.reading.vocabulary import PAYMENT_STATUSES, STATUSES
from tests.conftest import make_snapshot


def tell(orders, items=""):
    return tell_order(make_snapshot(orders, items).get_order("1"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Dispatched", "Order 1 is shipped."),
        ("Out for delivery", "Order 1 is out for delivery."),
        ("RTO initiated", "Order 1 has the status “rto initiated”."),
        ("Left warehouse", "Order 1 has the status “left warehouse”."),
    ],
)
def test_a_status_makes_a_sentence(typed, sentence):
    assert tell(f"Order ID,Status\n1,{typed}").sentences == (sentence,)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_in_the_sentence(status):
    order = make_snapshot(f"Order ID,Status\n1,{status}").get_order("1")
    assert f'"{status}"'.encode() in dump_order(order)
    assert status.replace("_", " ").lower() in tell_order(order).sentences[0]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Paid", "It is paid."),
        ("COD", "It is not paid yet."),
        ("refund done", "The payment was given back."),
        ("half by cheque", "Its payment is “half by cheque”."),
    ],
)
def test_a_payment_makes_a_sentence(typed, sentence):
    assert tell(f"Order ID,Payment status\n1,{typed}").sentences == (sentence,)


@pytest.mark.parametrize("payment", PAYMENT_STATUSES)
def test_every_payment_has_its_own_sentence(payment):
    (sentence,) = tell(f"Order ID,Payment status\n1,{payment}").sentences
    assert "“" not in sentence


def test_items_and_amounts_are_told_as_far_as_they_are_known():
    told = tell(
        "Order ID,Shipping,Discount\n1,49,10",
        "Order ID,Item,SKU,Variant,Qty,Price\n1,Soap,,Neem,2,149.5\n1,,A-7,,1,80\n1,Comb,,,,20",
    )
    assert told.items == (
        "2 × Soap, Neem: ₹149.50 each",
        "1 × Product A-7: ₹80 each",
        "Comb: ₹20 each",
    )
    assert told.amounts == (("Shipping", "₹49"), ("Discount", "₹10"))
    assert told.missing == (
        "how far it is", "whether it is paid", "the total", "a tracking link", "how many of each item",
    )  # fmt: skip


def test_an_order_that_says_everything_misses_nothing():
    told = tell(
        "Order ID,Status,Payment,Tracking link\n1,Shipped,Paid,https://courier.example.com/1",
        "Order ID,Item,Qty,Price\n1,Soap,2,10",
    )
    assert (told.missing, told.tracking_url) == ((), "https://courier.example.com/1")
    assert told.amounts == (("Subtotal", "₹20"), ("Total", "₹20"))


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("1499.5", "INR", "₹1,499.50"),
        ("12345678.125", "INR", "₹1,23,45,678.125"),
        ("100000", "INR", "₹1,00,000"),
        ("999", "INR", "₹999"),
        ("0.00", "INR", "₹0"),
        ("-1499.50", "EUR", "-€1,499.50"),
        ("1234567", "USD", "$1,234,567"),
        ("1499", "AED", "AED 1,499"),
        ("1499", "XOF", "F\u202fCFA 1,499"),
        ("1499", "", "1,499"),
    ],
)
def test_an_amount_is_told_as_people_write_it(amount, currency, words):
    assert tell_amount(Decimal(amount), currency) == words
