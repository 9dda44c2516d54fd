"""When is a failing source tried again, and what does the log say?"""

import contextlib
import itertools
import logging

from bikorders.errors import SheetUnusable, SourceUnavailable
from tests.cache.conftest import DOWN, ask, orders
from tests.conftest import Shop, SimulatedClock


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


def test_a_try_that_hung_does_not_put_off_the_next_one(shop):
    ask(shop)
    shop.source.error, shop.source.seconds = DOWN, 20.0
    while len(shop.source.reads) < 10:
        shop.clock.advance(0.5)
        ask(shop)
    tries = shop.source.reads[1:]
    pauses = [round(b - a) for a, b in itertools.pairwise(tries)]
    assert pauses[:6] == [21, 21, 21, 21, 21, 30] and set(pauses[5:]) == {30}


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
