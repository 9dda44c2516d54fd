"""When is the source read?"""

import sys

import pytest

from bikorders.errors import SheetUnusable, SourceUnavailable
from tests.cache.conftest import ask, orders
from tests.conftest import make_workbook


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


def test_asking_how_it_is_reads_once_a_minute_and_keeps_nothing_warm(shop):
    ask(shop)
    shop.clock.advance(3600)
    before = len(shop.source.reads)
    for _ in range(100):
        shop.clock.advance(10)
        assert shop.service.get_health().status == "ok"
    assert 14 <= len(shop.source.reads) - before <= 17


def test_a_share_that_was_taken_away_while_nobody_asks_is_known_when_somebody_looks(shop):
    ask(shop)
    shop.clock.advance(3600)
    shop.source.error = SheetUnusable("not shared")
    health = shop.service.get_health()
    assert (health.status, str(health.failure)) == ("down", "not shared")
    shop.source.error = None
    shop.clock.advance(30)
    shop.service.get_health()
    shop.clock.advance(1)
    assert shop.service.get_health().status == "ok"


def test_tabs_names_are_read_again_every_half_minute(shop):
    for _ in range(600):
        ask(shop)
        shop.clock.advance(1)
    gaps = [b - a for a, b in zip(shop.source.names_read, shop.source.names_read[1:], strict=False)]
    assert len(gaps) > 5 and 30 <= min(gaps) <= max(gaps) <= 33


def test_an_unchanged_workbook_is_not_parsed_again(shop):
    for _ in range(10):
        ask(shop)
        shop.clock.advance(4)
    assert len(shop.source.reads) > 5 and len(shop.built) == 1
    shop.source.workbook = orders("Shipped")
    shop.clock.advance(4)
    ask(shop)
    assert len(shop.built) == 2


def test_a_sheet_that_can_not_be_used_is_looked_at_for_tabs_that_came_back(shop):
    ask(shop)
    good = shop.source.workbook
    shop.source.workbook = make_workbook("Order ID,Status\n1,Shipped\n2,Packed", "")
    shop.clock.advance(10)
    assert ask(shop) == "PACKED"
    names = len(shop.source.names_read)
    shop.clock.advance(15)
    assert len(shop.source.names_read) > names
    shop.source.workbook = good
    shop.clock.advance(30)
    assert shop.service.get_health().status == "ok"


def test_threads_take_short_turns_during_a_read_even_a_bad_one_and_no_longer(shop):
    before, seen, read = sys.getswitchinterval(), [], shop.source.read

    def watch(tabs=(), names=False):
        seen.append(sys.getswitchinterval())
        if len(seen) == 1:
            raise ValueError
        return read(tabs, names)

    shop.source.read = watch
    with pytest.raises(SourceUnavailable):
        ask(shop)
    shop.clock.advance(10)
    ask(shop)
    assert len(seen) > 1
    assert max(seen) < before
    assert sys.getswitchinterval() == before


def test_a_deleted_tab_that_came_back_is_noticed_within_one_pause(shop):
    both = make_workbook("Order ID,Status\n1,Packed", July="Order ID,Status\n7,Shipped")
    shop.source.workbook = both
    ask(shop)
    shop.source.workbook = make_workbook("Order ID,Status\n1,Packed")
    shop.clock.advance(40)  # seen twice: it counts as deleted
    assert shop.service.get_health().orders == 1
    read = shop.source.read

    def read_names_only_when_due(tabs=(), names=False):
        shop.source.workbook = both if names else shop.source.workbook
        return read(tabs, names)

    shop.source.read = read_names_only_when_due
    shop.clock.advance(30)
    assert shop.service.get_health().orders == 2
