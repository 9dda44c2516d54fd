"""What does a read of a half edited sheet count?"""

import pytest

from bikorders.errors import OrderNotFound, SheetUnusable, SourceUnavailable
from tests.cache.conftest import DOWN, ask
from tests.conftest import make_workbook

EMPTIED = make_workbook("Order ID,Status", "Order ID,Item\n1,Soap")


def test_a_read_without_the_id_column_is_a_failure(shop):
    ask(shop)
    shop.source.workbook = make_workbook("Status\nPacked")
    shop.clock.advance(60)
    assert (ask(shop), shop.service.get_health().status) == ("PACKED", "stale")


@pytest.mark.parametrize("items", ["", "Item\nSoap", "Nothing,here"])
def test_a_read_without_the_items_tab_or_its_headers_is_a_failure(shop, items):
    ask(shop)
    shop.source.workbook = make_workbook("Order ID,Status\n1,Shipped\n2,Packed", items)
    shop.clock.advance(60)
    assert (ask(shop), shop.service.get_health().status) == ("PACKED", "stale")


def test_a_sheet_that_lost_every_order_counts_only_when_a_read_ten_seconds_later_says_so_too(shop):
    ask(shop)
    shop.source.workbook = EMPTIED
    lost_at = shop.clock.now()
    while shop.service.get_health().orders == 2:
        with (
            pytest.raises(SourceUnavailable)
            if shop.clock.now() > lost_at + 1
            else pytest.raises(OrderNotFound)
        ):
            ask(shop, "9")
        shop.clock.advance(0.5)
        assert shop.clock.now() < lost_at + 15
    assert shop.clock.now() >= lost_at + 10
    with pytest.raises(OrderNotFound):
        ask(shop)


def test_the_second_look_at_an_emptied_sheet_does_not_wait_for_a_long_pause(shop):
    ask(shop)
    shop.source.error = DOWN
    shop.clock.advance(200)
    shop.source.error = None
    shop.source.workbook = EMPTIED
    shop.clock.advance(30 + 10.1)
    assert shop.service.get_health().orders == 0


def test_orders_that_come_back_before_the_second_look_are_simply_there(shop):
    ask(shop)
    good = shop.source.workbook
    shop.source.workbook = EMPTIED
    shop.clock.advance(4)
    shop.source.workbook = good
    shop.clock.advance(3)
    assert shop.service.get_order("1").stale_age is None
    shop.source.workbook = EMPTIED
    shop.clock.advance(9)
    assert ask(shop) == "PACKED"


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "Loading..."])
@pytest.mark.parametrize("tab", ["orders", "items"])
def test_a_formula_that_fails_is_never_taken_for_rows_that_are_gone(shop, tab, error):
    orders, items = "Order ID,Status\n1,Packed\n2,Packed", "Order ID,Item\n1,Soap"
    shop.source.workbook = make_workbook(orders, items, More="Order ID,Status\n3,Packed")
    shop.clock.advance(60)
    ask(shop)
    if tab == "orders":
        orders = f"Order ID,Status\n{error}"
    else:
        items = f"Order ID,Item\n{error}"
    shop.source.workbook = make_workbook(orders, items, More="Order ID,Status\n3,Packed")
    shop.clock.advance(60)
    assert (ask(shop), shop.service.get_health().status) == ("PACKED", "stale")
    shop.clock.advance(3600)
    with pytest.raises(SheetUnusable):
        ask(shop)
