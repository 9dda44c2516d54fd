"""What makes the next read come early, and what keeps that within the quota?"""

import contextlib
import random
from bisect import bisect_right

import pytest

from bikorders.cache.policy import Policy
from bikorders.errors import OrderNotFound
from bikorders.sheet.workbook import Workbook
from tests.cache.conftest import ask, orders
from tests.conftest import Shop, SimulatedClock, make_tab, make_workbook


def test_an_order_that_was_added_just_now_is_found(shop):
    ask(shop)
    shop.clock.advance(1.5)
    shop.source.workbook = orders(more="\n3,New")
    assert ask(shop, "3") == "PLACED"


def test_an_unknown_id_is_not_found_after_one_more_read(shop):
    ask(shop)
    shop.clock.advance(1.5)
    with pytest.raises(OrderNotFound):
        ask(shop, "9")
    assert len(shop.source.reads) == 2


def test_an_unknown_id_is_not_found_at_once_in_a_snapshot_younger_than_a_second(shop):
    ask(shop)
    shop.clock.advance(0.9)
    with pytest.raises(OrderNotFound):
        ask(shop, "9")
    assert len(shop.source.reads) == 1


def test_random_ids_cannot_burn_the_quota_and_are_not_found_all_the_while(shop):
    shop.source.seconds = 0.1
    ask(shop)
    for _ in range(1200):
        shop.clock.advance(0.1)
        with pytest.raises(OrderNotFound):
            ask(shop, str(random.randrange(10, 10**9)))
        assert shop.quota.used() <= 35
        assert ask(shop) == "PACKED"


def test_an_order_whose_own_tab_is_new_is_never_answered_without_it(shop):
    shop.source.workbook = make_workbook("Order ID,Status\n1,Packed")
    ask(shop)
    shop.clock.advance(1.5)
    new = make_workbook("Order ID,Status\n1,Packed", **{"1": "Item,Qty\nSoap,2"})
    read = shop.source.read

    def read_names_only_when_asked(tabs=(), names=False):
        shop.source.workbook = new if names else shop.source.workbook
        return read(tabs, names)

    shop.source.read = read_names_only_when_asked
    assert b"Soap" in shop.service.get_order("1").body


def show_tabs_only_when_asked(shop: Shop, new: Workbook) -> None:
    """Let the sheet be `new`, which only a read with the tabs' names shows."""
    read = shop.source.read

    def read_new(tabs=(), names=False):
        shop.source.workbook = new if names else shop.source.workbook
        return read(tabs, names)

    shop.source.read = read_new


def test_an_order_in_a_new_tab_is_found_before_it_counts_as_missing(shop):
    ask(shop)
    shop.clock.advance(1.5)
    new = make_workbook(
        "Order ID,Status\n1,Packed", "Order ID,Item\n1,Soap", July="Order ID,Status\n7,Shipped"
    )
    show_tabs_only_when_asked(shop, new)
    assert ask(shop, "7") == "SHIPPED"


def test_a_new_tab_shows_after_refresh(shop):
    ask(shop)
    shop.clock.advance(1.5)
    show_tabs_only_when_asked(shop, orders("Shipped"))
    shop.service.refresh()
    assert ask(shop) == "SHIPPED"


def test_where_the_names_are_beyond_the_quota_new_rows_are_found_all_the_same(shop):
    ask(shop)
    for number in range(2):
        shop.clock.advance(1.5)
        with pytest.raises(OrderNotFound):
            ask(shop, f"9{number}")
    names = len(shop.source.names_read)
    shop.clock.advance(1.5)
    shop.source.workbook = orders(more="\n3,New")
    assert ask(shop, "3") == "PLACED"
    assert len(shop.source.names_read) == names


def test_orders_without_items_cannot_burn_the_quota(shop):
    shop.source.workbook = make_workbook("Order ID,Status\n1,Packed")
    for _ in range(600):
        shop.clock.advance(0.2)
        assert ask(shop) == "PACKED"
        assert shop.quota.used() <= 40


def test_a_tab_that_did_not_travel_is_asked_for_once(shop):
    sheet, own = make_tab("Orders", "Order ID,Status\n1,Packed"), make_tab("1", "Item,Qty\nSoap,2")
    shop.source.workbook = Workbook({"Orders": sheet}, unread=frozenset({"1"}))
    read = shop.source.read

    def read_tabs(tabs=(), names=False):
        if "1" in tabs:
            shop.source.workbook = Workbook({"Orders": sheet, "1": own})
        return read(tabs, names)

    shop.source.read = read_tabs
    for _ in range(3):
        assert b"Soap" in shop.service.get_order("1").body
    assert shop.source.tabs_asked == [[], ["1"]]


@pytest.mark.parametrize("is_edited", [False, True])
def test_ten_minutes_of_traffic_with_random_ids_stay_within_the_quota_in_every_minute(is_edited):
    shop = Shop(orders(), SimulatedClock())
    shop.source.seconds = 0.35
    spent = []
    charge = shop.quota.charge
    shop.source._charge = lambda: (charge(), spent.append(shop.clock.now()))
    stale = 0
    dice = random.Random(7)
    end = shop.clock.now() + 600
    while shop.clock.now() < end:
        shop.clock.advance(0.01)
        if is_edited and dice.random() < 0.01:
            shop.source.workbook = orders()
        asked = str(dice.randrange(100, 10**6)) if dice.random() < 0.3 else "1"
        with contextlib.suppress(OrderNotFound):
            stale += shop.service.get_order(asked).stale_age is not None
    assert stale == 0
    assert len(spent) > 200
    assert max(bisect_right(spent, at + 60) - n for n, at in enumerate(spent)) <= 50


def test_out_of_quota_is_like_a_source_that_does_not_answer(shop):
    ask(shop)
    assert shop.quota.spend(47)
    shop.clock.advance(5.5)
    assert shop.service.get_order("1").stale_age == 5
    shop.clock.advance(60)
    assert shop.service.get_order("1").stale_age is None


def test_files_have_no_quota():
    shop = Shop(orders(), SimulatedClock(), Policy(reads_per_minute=None))
    for number in range(300):
        shop.clock.advance(1.1)
        with pytest.raises(OrderNotFound):
            ask(shop, f"new-{number}")
    assert len(shop.source.reads) == 300
