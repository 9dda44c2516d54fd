"""Is the snapshot fresh enough, and when is the source read again?"""

import contextlib
import itertools
import json
import logging
import random
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest

from bikorders.cache.policy import Policy
from bikorders.errors import OrderNotFound, SheetUnusable, SourceUnavailable
from bikorders.sheet.workbook import Workbook
from tests.conftest import Clock, Shop, SimulatedClock, make_tab, make_workbook

DOWN = SourceUnavailable("down")


def ask(shop: Shop, order_id: str = "1") -> str:
    """Ask for an order; give its status."""
    return json.loads(shop.service.get_order(order_id).body)["order"]["status"]


def orders(status: str = "Packed", more: str = "") -> Workbook:
    return make_workbook(
        f"Order ID,Status\n1,{status}\n2,Packed{more}", "Order ID,Item\n1,Soap\n2,Oil\n3,Tea"
    )


EMPTIED = make_workbook("Order ID,Status", "Order ID,Item\n1,Soap")


# Fresh


def test_the_first_request_waits_for_one_read_and_the_next_ones_for_none(shop):
    for _ in range(3):
        assert ask(shop) == "PACKED"
    assert len(shop.source.reads) == 1


def test_no_answer_is_older_than_max_age_while_the_source_answers(shop):
    shop.source.seconds = 0.4
    for _ in range(500):
        shop.clock.advance(0.37)
        assert shop.service.get_order("1").stale_age is None
        assert shop.cache.get(shop.clock.now()).age <= shop.policy.max_age


def test_the_age_counts_from_the_moment_the_read_was_sent(shop):
    shop.source.seconds = 3
    ask(shop)
    assert shop.cache.get(shop.clock.now()).age == 3


def test_an_edit_shows_within_max_age(shop):
    ask(shop)
    shop.source.workbook = orders("Shipped")
    shop.clock.advance(5.01)
    assert ask(shop) == "SHIPPED"


def test_an_unchanged_workbook_is_not_parsed_again(shop):
    for _ in range(10):
        ask(shop)
        shop.clock.advance(4)
    assert len(shop.source.reads) > 5 and len(shop.built) == 1
    shop.source.workbook = orders("Shipped")
    shop.clock.advance(4)
    ask(shop)
    assert len(shop.built) == 2


def test_an_orders_json_is_made_once_per_snapshot(shop, monkeypatch):
    made = []
    monkeypatch.setattr("bikorders.serving.service.dump_order", lambda order: made.append(order.id) or b"{}")
    for asked in ("1", "#1", " 1", "1"):
        shop.service.get_order(asked)
    shop.clock.advance(6)
    shop.service.get_order("1")
    assert made == ["1"]


# Warm


def test_while_requests_come_none_waits_for_the_source(shop):
    shop.source.seconds = 0.5
    ask(shop)
    for _ in range(300):
        shop.clock.advance(0.5)
        before = shop.clock.now()
        ask(shop)
        assert shop.clock.now() == before


def test_a_quarter_of_an_hour_after_the_last_request_nothing_is_read_any_more(shop):
    ask(shop)
    asked_at = shop.clock.now()
    shop.clock.advance(3600)
    assert asked_at + 895 < shop.source.reads[-1] <= asked_at + 900
    assert max(b - a for a, b in zip(shop.source.reads, shop.source.reads[1:], strict=False)) <= 5


def test_the_first_request_after_a_quiet_night_waits_for_one_read(shop):
    ask(shop)
    shop.clock.advance(8 * 3600)
    shop.source.workbook = orders("Shipped")
    before = len(shop.source.reads)
    assert ask(shop) == "SHIPPED"
    assert len(shop.source.reads) == before + 1


def test_asking_how_it_is_keeps_nothing_warm(shop):
    for _ in range(100):
        shop.clock.advance(60)
        assert shop.service.get_health().status == "ok"
    assert shop.source.reads == []


# New rows


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


# Within the quota


def test_ten_minutes_of_traffic_with_random_ids_stay_within_the_quota_in_every_minute():
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
        asked = str(dice.randrange(100, 10**6)) if dice.random() < 0.3 else "1"
        with contextlib.suppress(OrderNotFound):
            stale += shop.service.get_order(asked).stale_age is not None
    assert stale == 0
    assert len(spent) > 200
    assert max(bisect_right(spent, at + 60) - n for n, at in enumerate(spent)) <= 50


def test_out_of_quota_is_like_a_source_that_does_not_answer(shop):
    ask(shop)
    assert shop.quota.spend(48)
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


# The last good answer


def test_the_last_good_answer_is_given_with_its_age_while_the_source_fails(shop):
    ask(shop)
    shop.source.error = DOWN
    shop.clock.advance(2)
    assert shop.service.get_order("1").stale_age is None
    shop.clock.advance(28.5)
    assert shop.service.get_order("1").stale_age == 30
    shop.clock.advance(869)
    assert shop.service.get_order("1").stale_age == 899
    shop.clock.advance(1)
    with pytest.raises(SourceUnavailable):
        shop.service.get_order("1")


@pytest.mark.parametrize("error", [DOWN, SheetUnusable("not shared"), ValueError("unforeseen")])
def test_every_kind_of_failure_leaves_the_last_good_answer(shop, error):
    ask(shop)
    shop.source.error = error
    shop.clock.advance(60)
    assert ask(shop) == "PACKED"
    shop.source.error = None
    shop.clock.advance(31)
    assert shop.service.get_order("1").stale_age is None


def test_without_a_good_answer_the_failure_itself_is_the_answer(shop):
    shop.source.error = SheetUnusable("not shared")
    with pytest.raises(SheetUnusable, match="not shared"):
        ask(shop)


def test_an_unknown_id_is_never_not_found_while_the_source_fails(shop):
    ask(shop)
    shop.source.error = DOWN
    for seconds in (1.5, 10, 100, 1000):
        shop.clock.advance(seconds)
        with pytest.raises(SourceUnavailable):
            ask(shop, "9")


def test_pauses_after_failures_grow_to_half_a_minute_and_recovery_is_noticed_within_one(shop):
    ask(shop)
    shop.source.error = DOWN
    for _ in range(600):
        shop.clock.advance(0.5)
        ask(shop)
    tries = shop.source.reads[1:]
    pauses = [round(b - a) for a, b in itertools.pairwise(tries)]
    assert pauses[:6] == [1, 2, 4, 8, 16, 30] and set(pauses[5:]) == {30}
    shop.source.error = None
    shop.source.workbook = orders("Shipped")
    shop.clock.advance(30)
    assert ask(shop) == "SHIPPED"


def test_pauses_have_jitter():
    shop = Shop(orders(), SimulatedClock())
    shop.cache._state.backoff._jitter = lambda: 1.0
    ask(shop)
    shop.source.error = DOWN
    shop.clock.advance(7)
    assert [round(b - a, 2) for a, b in zip(shop.source.reads[1:], shop.source.reads[2:], strict=False)] == [
        0.75,
        1.5,
    ]


def test_one_failure_between_two_regular_reads_is_noticed_by_nobody(shop):
    ask(shop)
    shop.source.error = DOWN
    shop.clock.advance(3.5)
    shop.source.error = None
    shop.clock.advance(1.4)
    assert shop.service.get_order("1").stale_age is None


def test_a_failure_of_yesterday_does_not_spoil_todays_first_answer(shop):
    ask(shop)
    shop.source.error = DOWN
    shop.clock.advance(8 * 3600)
    shop.source.error = None
    assert shop.service.get_order("1").stale_age is None


# A sheet that is half edited


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


def test_tabs_names_are_read_again_once_a_minute(shop):
    for _ in range(600):
        ask(shop)
        shop.clock.advance(1)
    gaps = [b - a for a, b in zip(shop.source.names_read, shop.source.names_read[1:], strict=False)]
    assert len(gaps) > 5 and 60 <= min(gaps) <= max(gaps) <= 63


# Refresh at once


def test_after_refresh_no_answer_is_built_from_an_older_read(shop):
    ask(shop)
    shop.source.workbook = orders("Shipped")
    shop.clock.advance(0.1)
    shop.service.refresh()
    assert ask(shop) == "SHIPPED"
    assert len(shop.source.reads) == 2


def test_repeated_refreshes_share_one_read(shop):
    ask(shop)
    for _ in range(20):
        shop.service.refresh()
    ask(shop)
    assert len(shop.source.reads) == 2


def test_refreshes_cannot_burn_the_quota(shop):
    shop.source.seconds = 0.2
    ask(shop)
    for _ in range(600):
        shop.service.refresh()
        shop.clock.advance(0.2)
        assert shop.service.get_order("1").stale_age is None
        assert shop.quota.used() <= 40


def test_refresh_keeps_the_snapshot_warm(shop):
    shop.service.refresh()
    shop.clock.advance(20)
    assert len(shop.source.reads) > 3


# How it is


def test_health_tells_ok_stale_and_down(shop):
    assert (
        (health := shop.service.get_health()).status == "ok" and health.age is None and health.orders is None
    )
    ask(shop)
    health = shop.service.get_health()
    assert (health.status, health.age, health.orders, health.failure) == ("ok", 0, 2, None)
    assert health.reads_last_minute == 2  # one for the tabs' names
    shop.source.error = DOWN
    shop.clock.advance(20)
    health = shop.service.get_health()
    assert (health.status, health.age, health.failure) == ("stale", 20, DOWN)
    shop.clock.advance(1000)
    assert shop.service.get_health().status == "down"
    shop.source.error = None
    ask(shop)
    assert shop.service.get_health().status == "ok"


def test_health_tells_since_when_it_is_so(shop):
    assert shop.service.get_health().lasting is None
    ask(shop)
    shop.clock.advance(100)
    assert shop.service.get_health().lasting == 100
    shop.source.error, reads = DOWN, len(shop.source.reads)
    for seconds, status in ((60, "stale"), (1000, "down")):
        shop.clock.advance(seconds)
        health = shop.service.get_health()
        assert (health.status, health.lasting) == (status, shop.clock.now() - shop.source.reads[reads])
    shop.source.error = None
    ask(shop)
    shop.clock.advance(30)
    assert shop.service.get_health().lasting == pytest.approx(30, abs=5)


def test_an_idle_service_is_well(shop):
    ask(shop)
    shop.clock.advance(8 * 3600)
    assert shop.service.get_health().status == "ok"


def test_an_outage_is_a_story_of_five_lines(shop, caplog):
    caplog.set_level(logging.INFO)
    ask(shop)
    shop.source.error = SourceUnavailable("Google has a bad moment", "this passes")
    for second in range(3600):
        shop.clock.advance(1)
        if second == 1000:
            shop.source.error = SheetUnusable("not shared", "share it")
        with contextlib.suppress(SourceUnavailable, SheetUnusable):
            shop.service.get_order("1")
    shop.source.error = None
    shop.clock.advance(31)
    assert [record.getMessage() for record in caplog.records] == [
        "the sheet can't be read: Google has a bad moment: this passes",
        "answering from the sheet as it was 3 s ago",
        "nothing young enough is left to answer from",
        "the sheet can't be read: not shared: share it",
        "the sheet can be read again, after 3601 s and 124 failed tries",
    ]


# Many at once, with real threads


@pytest.fixture
def threaded():
    shop = Shop(orders(), Clock())
    shop.cache.start()
    yield shop
    shop.cache.close()


class Gate:
    """Holds a source's reads until it is opened."""

    def __init__(self, shop: Shop) -> None:
        self.entered, self.leave = Semaphore(0), Event()
        self._read = shop.source.read
        shop.source.read = self._hold

    def _hold(self, tabs=(), names=False):
        self.entered.release()
        assert self.leave.wait(10)
        return self._read(tabs, names)


def wait_until_waiting(shop: Shop, count: int) -> None:
    """Wait until so many requests wait in the cache."""
    for _ in range(10_000):
        with shop.cache._state.changed:
            if shop.cache._state.waiting >= count:
                return
        Event().wait(0.001)
    raise AssertionError(f"{shop.cache._state.waiting} of {count} wait")


def result_of(future):
    error = future.exception(timeout=10)
    return error or future.result()


def test_of_200_requests_at_once_on_a_cold_cache_one_reads():
    shop = Shop(orders(), Clock(), Policy(waiting=200))
    shop.cache.start()
    gate = Gate(shop)
    with ThreadPoolExecutor(200) as pool:
        futures = [pool.submit(shop.service.get_order, "1") for _ in range(200)]
        wait_until_waiting(shop, 200)
        gate.leave.set()
        assert len({result_of(future).body for future in futures}) == 1
    shop.cache.close()
    assert len(shop.source.reads) == 1


def test_of_50_requests_at_a_failing_source_one_tries_and_all_are_answered(threaded):
    threaded.source.error = DOWN
    gate = Gate(threaded)
    with ThreadPoolExecutor(50) as pool:
        futures = [pool.submit(threaded.service.get_order, "1") for _ in range(50)]
        wait_until_waiting(threaded, 50)
        gate.leave.set()
        assert {type(result_of(future)) for future in futures} == {SourceUnavailable}
    assert len(threaded.source.reads) == 1


def test_followers_of_a_failed_refresh_get_the_stale_answer_at_once(threaded):
    ask(threaded)
    gate = Gate(threaded)
    threaded.source.error = DOWN
    with ThreadPoolExecutor(20) as pool:
        threaded.clock.advance(6)
        assert gate.entered.acquire(timeout=10)
        futures = [pool.submit(threaded.service.get_order, "1") for _ in range(20)]
        wait_until_waiting(threaded, 20)
        gate.leave.set()
        assert {result_of(future).stale_age for future in futures} == {6}
    assert len(threaded.source.reads) == 2


def test_no_request_waits_longer_than_the_deadline_and_a_late_read_is_still_used(threaded):
    ask(threaded)
    gate = Gate(threaded)
    threaded.source.workbook = orders("Shipped")
    threaded.clock.advance(6)
    assert gate.entered.acquire(timeout=10)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(threaded.service.get_order, "1")
        wait_until_waiting(threaded, 1)
        threaded.clock.advance(3.9)
        assert not future.done()
        threaded.clock.advance(0.2)
        assert result_of(future).stale_age == 10
    assert threaded.service.get_health().status == "stale"
    assert threaded.service.get_order("1").stale_age == 10  # at once: the read is known to be late
    threaded.clock.time -= 6
    gate.leave.set()
    wait_for_read(threaded, 2)
    assert ask(threaded) == "SHIPPED"


def wait_for_read(shop: Shop, count: int) -> None:
    for _ in range(10_000):
        with shop.cache._state.changed:
            if len(shop.source.reads) >= count and shop.cache._state.in_flight is None:
                return
        Event().wait(0.001)
    raise AssertionError("no read")


def test_with_all_places_taken_the_rest_get_the_stale_answer_or_503_at_once():
    shop = Shop(orders(), Clock(), Policy(waiting=3))
    shop.cache.start()
    gate = Gate(shop)
    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(shop.service.get_order, "1") for _ in range(3)]
        wait_until_waiting(shop, 3)
        with pytest.raises(SourceUnavailable):
            shop.service.get_order("1")
        gate.leave.set()
        assert {result_of(future).stale_age for future in futures} == {None}
    shop.cache.close()


def test_a_read_that_began_before_refresh_does_not_count(threaded):
    gate = Gate(threaded)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(ask, threaded)
        assert gate.entered.acquire(timeout=10)
        threaded.service.refresh()
        threaded.source.workbook = orders("Shipped")
        gate.leave.set()
        assert result_of(future) == "SHIPPED"
    assert len(threaded.source.reads) == 2


def test_an_order_without_items_is_not_kept_ready(shop):
    shop.source.workbook = make_workbook("Order ID,Status\n1,Packed\n2,Packed", "Order ID,Item\n2,Oil")
    ask(shop, "1")
    ask(shop, "2")
    assert list(shop.service.get_view().snapshot.ready) == ["2"]
