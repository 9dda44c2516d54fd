"""What is a request answered from, and does it wait?"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest

from bikorders.cache.policy import Policy
from bikorders.errors import SheetUnusable, SourceUnavailable
from tests.cache.conftest import DOWN, ask, orders
from tests.conftest import Clock, Shop, make_workbook

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


def test_an_orders_json_is_made_once_per_snapshot(shop, monkeypatch):
    made = []
    monkeypatch.setattr("bikorders.serving.service.dump_order", lambda order: made.append(order.id) or b"{}")
    for asked in ("1", "#1", " 1", "1"):
        shop.service.get_order(asked)
    shop.clock.advance(6)
    shop.service.get_order("1")
    assert made == ["1"]


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


def test_refresh_reads_once_and_is_no_question(shop):
    ask(shop)
    shop.clock.advance(3600)
    before = len(shop.source.reads)
    for _ in range(3):
        shop.service.refresh()
        shop.clock.advance(20)
    assert len(shop.source.reads) == before + 3


# How it is


def test_health_tells_ok_stale_and_down(shop):
    health = shop.service.get_health()
    assert (health.status, health.age, health.orders) == ("starting", None, None)
    assert "first time" in str(health.failure)
    ask(shop)
    health = shop.service.get_health()
    assert (health.status, health.age, health.orders, health.failure) == ("ok", 0, 2, None)
    assert health.reads_last_minute == 3  # one for the tabs' names, one for what the cells show
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
    for seconds, status in ((61, "stale"), (1000, "down")):
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


def test_who_tells_of_the_first_read_gets_it_or_its_failure_and_causes_no_other(shop):
    shop.source.error = DOWN
    shop.cache.mark_old()
    shop.cache.refresher.read_if_due()
    with pytest.raises(SourceUnavailable):
        shop.cache.await_first()
    shop.source.error = None
    shop.clock.advance(60)
    assert shop.cache.await_first().order_count == 2  # it went on trying, though nobody asked
    reads = len(shop.source.reads)
    shop.clock.advance(300)
    assert len(shop.source.reads) == reads


def test_who_tells_of_the_first_read_waits_until_it_is_there_or_nothing_is_read_any_more(threaded):
    gate = Gate(threaded)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(threaded.cache.await_first)
        threaded.cache.mark_old()
        assert gate.entered.acquire(timeout=10)
        assert not future.done()
        gate.leave.set()
        assert future.result(10).order_count > 0
    closed = Shop(orders(), Clock())
    closed.cache.close()
    assert closed.cache.await_first() is None


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
    snapshot = shop.service.get_view().snapshot
    assert [asked for asked in "12" if shop.service.answers.find(snapshot, asked)] == ["2"]
