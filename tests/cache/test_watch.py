"""What is done about a read that hangs for good?"""

from collections.abc import Iterator
from threading import Event

import pytest

from tests.cache.conftest import ask, orders
from tests.conftest import Clock, Shop


class HangingSource:
    """Lets reads hang while it is told to, and counts those that do."""

    def __init__(self, shop: Shop) -> None:
        self.hangs, self.hanging, self.release = False, 0, Event()
        self._read = shop.source.read
        shop.source.read = self.read  # type: ignore[method-assign]

    def read(self, tabs=(), names=False):
        if self.hangs:
            self.hanging += 1
            assert self.release.wait(30)
        return self._read(tabs, names)


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop(orders(), Clock())
    shop.ended = Event()
    shop.told = []
    shop.cache.start(end=shop.ended.set, tell_alive=lambda: shop.told.append(shop.clock.now()))
    shop.hung = HangingSource(shop)
    yield shop
    shop.cache.close()
    shop.hung.release.set()


def wait_until(is_true) -> None:
    for _ in range(20_000):
        if is_true():
            return
        Event().wait(0.0005)
    raise AssertionError


def let_hang(shop: Shop, count: int) -> None:
    """Crank the clock until as many reads hang, and the last of them is under way."""
    shop.hung.hangs = True
    for number in range(1, count + 1):
        if number > 1:
            shop.clock.advance(60)
            wait_until(lambda: shop.cache._state.in_flight is None)
        shop.service.refresh()
        shop.clock.advance(30)
        wait_until(lambda number=number: shop.hung.hanging == number)


def test_a_read_that_hangs_is_given_up_after_a_minute_and_another_thread_reads(shop, caplog):
    ask(shop)
    let_hang(shop, 1)
    shop.hung.hangs = False
    shop.source.workbook = orders("Shipped")
    shop.clock.advance(60)
    wait_until(lambda: "a read of the sheet hangs" in caplog.text)
    shop.clock.advance(2)
    wait_until(lambda: shop.service.get_health().status == "ok")
    assert ask(shop) == "SHIPPED"
    assert not shop.ended.is_set()


def test_what_a_read_brings_that_was_given_up_does_not_count(shop):
    ask(shop)
    let_hang(shop, 1)
    shop.hung.hangs = False
    shop.clock.advance(60)
    wait_until(lambda: shop.cache._state.backoff.failure is not None)
    shop.clock.advance(2)
    wait_until(lambda: shop.cache._state.backoff.failure is None)
    held = shop.cache._state.last_good
    shop.hung.release.set()
    assert ask(shop) == "PACKED"
    assert shop.cache._state.last_good.sent_at >= held.sent_at


def test_the_process_ends_when_reads_hang_on_and_nothing_is_left_to_answer_from(shop):
    ask(shop)
    let_hang(shop, 3)
    shop.clock.advance(60)
    wait_until(lambda: shop.cache._state.in_flight is None)
    assert (ask(shop), shop.ended.is_set()) == ("PACKED", False)
    shop.clock.advance(900)
    wait_until(shop.ended.is_set)
    assert shop.service.get_health().status == "down"
    assert shop.hung.hanging == 3


def test_while_the_reads_are_watched_it_is_told_every_minute_also_when_nobody_asks(shop):
    wait_until(lambda: shop.told)
    for _ in range(3):
        before = len(shop.told)
        shop.clock.advance(60)
        wait_until(lambda before=before: len(shop.told) > before)
