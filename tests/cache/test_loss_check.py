"""What does a read of a half edited sheet count?"""

import pytest

from bikorders.errors import OrderNotFound, SheetUnusable, SourceUnavailable
from bikorders.sheet.workbook import Workbook
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


def leave_out(workbook: Workbook, *titles: str) -> Workbook:
    """Give the workbook as it is when some of its tabs can't be read."""
    tabs = {title: tab for title, tab in workbook.tabs.items() if title not in titles}
    return Workbook(tabs, left_out={title: SheetUnusable(f"{title} is a picture") for title in titles})


FULL = make_workbook(
    "Order ID,Status\n1,Shipped\n2,Packed",
    "Order ID,Item\n1,Soap",
    **{"Old orders": "Order ID,Status\n3,Packed", "Parcels": "Order ID,AWB\n1,777\n2,888"},
    **{"2": "Item\nOil", "Stock": "x", "Settings": "What,Name,Value"},
)


@pytest.mark.parametrize("title", ["Orders", "Items", "Old orders", "Parcels", "Settings"])
def test_a_tab_that_answers_came_from_and_that_can_not_be_read_leaves_the_last_good_answer(shop, title):
    shop.source.workbook = FULL
    ask(shop)
    shop.source.workbook = leave_out(FULL, title)
    for seconds in (60, 60):
        shop.clock.advance(seconds)
        assert (ask(shop), shop.service.get_health().status) == ("SHIPPED", "stale")
    assert f"{title} is a picture" in str(shop.service.get_health().failure)


def test_a_tab_that_no_answer_came_from_and_that_can_not_be_read_is_named_in_the_log_once(shop, caplog):
    shop.source.workbook = make_workbook("Order ID,Status\n1,Packed", Stock="x")
    ask(shop)
    shop.source.workbook = leave_out(make_workbook("Order ID,Status\n1,Shipped", Stock="x"), "Stock")
    shop.clock.advance(60)
    shop.source.workbook = leave_out(shop.source.workbook, "Stock")
    shop.clock.advance(60)
    assert (ask(shop), shop.service.get_health().status) == ("SHIPPED", "ok")
    assert caplog.text.count("the tab “Stock” is left out: Stock is a picture") == 1
    with pytest.raises(OrderNotFound):
        ask(shop, "9")


def test_an_orders_own_tab_that_can_not_be_read_takes_only_this_order_along(shop):
    shop.source.workbook = leave_out(FULL, "2")
    assert ask(shop) == "SHIPPED"
    before = shop.clock.now()
    with pytest.raises(SourceUnavailable):
        ask(shop, "2")
    assert shop.clock.now() == before


@pytest.mark.parametrize(("title", "asked"), [("Orders", "1"), ("Items", "2"), ("Old orders", "9")])
def test_what_may_stand_in_a_tab_that_could_never_be_read_is_not_denied(shop, title, asked):
    few = make_workbook(
        "Order ID,Status\n2,Packed", "Order ID,Item\n1,Soap", **{"Old orders": "Order ID,Status\n3,Packed"}
    )
    shop.source.workbook = leave_out(few, title)
    with pytest.raises(SheetUnusable, match="picture"):
        ask(shop, asked)
    if title != "Items":
        assert ask(shop, "3" if title == "Orders" else "2") == "PACKED"


PARTS = {
    "Orders": "Order ID,Status\n1,Packed",
    "Items": "Order ID,Item,Quantity\n1,Soap,2",
    "Old orders": "Order ID,Status\n3,Packed",
    "Old items": "Order ID,Item,Quantity\n3,Oil,1",
    "Parcels": "Order ID,AWB,Courier\n1,777001,Delhivery",
    "Old parcels": "Order ID,AWB,Courier\n3,777003,Delhivery",
}


@pytest.mark.parametrize("title", PARTS)
@pytest.mark.parametrize("is_there", [False, True])
def test_one_of_several_tabs_that_is_gone_or_emptied_counts_only_ten_seconds_later(shop, title, is_there):
    def find_answers():
        found = []
        for order_id in ("1", "3"):
            try:
                found.append(shop.service.get_order(order_id))
            except (SourceUnavailable, OrderNotFound) as error:
                found.append(type(error))
        return [(each.body, each.stale_age is None) if isinstance(each, tuple) else each for each in found]

    shop.source.workbook = make_workbook(**PARTS)
    shop.clock.advance(60)
    before = find_answers()
    emptied = {title: PARTS[title].partition("\n")[0]} if is_there else {}
    shop.source.workbook = make_workbook(
        **{name: text for name, text in PARTS.items() if name != title}, **emptied
    )
    shop.clock.advance(6)
    assert find_answers() == [(body, False) for body, _ in before]
    shop.clock.advance(11)
    assert find_answers() != before
    assert shop.service.get_health().status == "ok"
