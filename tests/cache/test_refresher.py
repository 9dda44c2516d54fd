"""When is the source read?"""

import math
import sys
from itertools import pairwise
from random import Random

import pytest

from bikorders.cache.policy import Policy
from bikorders.cache.refresher import USUAL_TURN
from bikorders.errors import SheetUnusable, SourceUnavailable
from bikorders.orders import snapshot
from bikorders.orders.order_builder import build_order
from tests.cache.conftest import DOWN, ask, orders
from tests.conftest import Shop, SimulatedClock, make_workbook


def test_while_requests_come_none_waits_for_the_source(shop):
    shop.source.seconds = 0.5
    ask(shop)
    for _ in range(300):
        shop.clock.advance(0.5)
        before = shop.clock.now()
        ask(shop)
        assert shop.clock.now() == before


def test_half_a_minute_after_the_last_of_several_questions_nothing_is_read_any_more(shop):
    ask(shop)
    shop.clock.advance(20)
    ask(shop)
    asked_at = shop.clock.now()
    shop.clock.advance(3600)
    assert asked_at + 25 < shop.source.reads[-1] <= asked_at + 30
    late = [at for at in shop.source.reads if at >= asked_at]
    assert max(b - a for a, b in pairwise(late)) <= 5


@pytest.mark.parametrize("pause", [31, 60, 3600])
def test_a_question_that_comes_alone_costs_one_read_and_a_second_request_at_most(shop, pause):
    ask(shop)
    shop.clock.advance(3600)
    charged, spend = [], shop.quota.spend
    shop.quota.spend = lambda count=1: charged.append(count) or spend(count)
    before = len(shop.source.reads)
    for turn in range(5):
        shop.source.workbook = orders("Shipped" if turn % 2 else "Packed")
        assert ask(shop) == ("SHIPPED" if turn % 2 else "PACKED")
        shop.clock.advance(pause)
    assert len(shop.source.reads) == before + 5
    names = sum(at > shop.source.reads[before - 1] for at in shop.source.names_read)
    assert names <= 1 + 5 * pause / 600
    assert sum(charged) <= 10 + names


@pytest.mark.parametrize(("watch", "most"), [(math.inf, 30), (600, 50)])
def test_a_hundred_shops_with_twenty_questions_a_day_fit_into_the_quota_of_one_project(watch, most):
    """All of a day within ten hours takes a sixth of the 300 reads a minute, so that the busiest minutes fit, too."""
    shop = make_watched(watch)
    ask(shop)
    shop.clock.advance(3600)
    draw = Random(15)
    charged, spend = [], shop.quota.spend
    shop.quota.spend = lambda count=1: charged.append(count) or spend(count)
    began = shop.clock.now()
    for _ in range(20):
        shop.clock.advance(draw.expovariate(20 / 36000))
        ask(shop)
    shop.clock.advance(60)
    minutes = (shop.clock.now() - began) / 60
    assert sum(charged) / minutes * 100 < most


def test_the_second_question_of_several_begins_the_reading_ahead_also_if_the_copy_answers_it(shop):
    ask(shop)
    shop.clock.advance(3600)
    ask(shop)
    shop.clock.advance(1)
    ask(shop)
    before = shop.clock.now()
    shop.clock.advance(10)
    assert len([at for at in shop.source.reads if at > before]) >= 2


def test_who_asks_before_the_first_read_was_kept_waiting_and_is_not_alone(shop):
    ask(shop)
    shop.clock.advance(20)
    assert len(shop.source.reads) > 3


def test_a_source_that_fails_is_tried_for_a_quarter_of_an_hour_after_the_last_question(shop):
    ask(shop)
    shop.clock.advance(3600)
    shop.source.error = SourceUnavailable("down")
    with pytest.raises(SourceUnavailable):
        ask(shop)
    asked_at = shop.clock.now()
    shop.clock.advance(3600)
    assert asked_at + 850 < shop.source.reads[-1] <= asked_at + 900


def test_the_first_request_after_a_quiet_night_waits_for_one_read(shop):
    ask(shop)
    shop.clock.advance(8 * 3600)
    shop.source.workbook = orders("Shipped")
    before = len(shop.source.reads)
    assert ask(shop) == "SHIPPED"
    assert len(shop.source.reads) == before + 1


def test_who_waits_at_the_start_or_after_a_pause_waits_for_requests_at_the_same_time_and_nobody_else(shop):
    began = shop.clock.now()
    ask(shop)
    for _ in range(60):
        shop.clock.advance(1)
        ask(shop, "1")
    assert shop.read_together == [began]
    shop.clock.advance(3600)
    ask(shop)
    asked_at = shop.clock.now()
    shop.clock.advance(3600)
    shop.service.get_health()
    shop.cache.look_again(shop.clock.now())
    shop.clock.advance(3600)
    shop.service.refresh()
    shop.clock.advance(0)
    assert shop.read_together == [began, asked_at, shop.clock.now()]


@pytest.mark.parametrize("reads", [13, 50])
def test_the_read_at_the_start_is_one_for_all_and_needs_no_spare_reads(reads):
    shop = make_watched(math.inf, reads_per_minute=reads)
    shop.cache.seek_evidence()
    shop.clock.advance(1)
    assert (len(shop.source.reads), shop.cache.get_health().status) == (1, "ok")
    ask(shop)
    assert len(shop.source.reads) == 1


@pytest.mark.parametrize("max_age", [1, 5])
def test_a_question_a_few_seconds_after_the_last_one_has_nothing_asked_for_at_the_same_time(max_age):
    shop = make_watched(math.inf, max_age=max_age, reads_per_minute=300)
    shop.cache.seek_evidence()
    shop.clock.advance(1)
    ask(shop)
    shop.clock.advance(8)
    ask(shop)
    assert (len(shop.source.reads), len(shop.read_together)) == (2, 1)


def test_after_a_failure_nothing_is_asked_for_at_the_same_time(shop):
    shop.source.error = DOWN
    with pytest.raises(SourceUnavailable):
        ask(shop)
    shop.source.error = None
    shop.clock.advance(30)
    ask(shop)
    assert len(shop.source.reads) > 1 and len(shop.read_together) == 1


@pytest.mark.parametrize("watch", [600, math.inf])
def test_what_was_never_read_is_tried_until_it_can_be_though_nobody_asks(watch):
    shop = make_watched(watch)
    shop.source.error = DOWN
    shop.cache.seek_evidence()
    shop.clock.advance(3600)
    assert len(shop.source.reads) > 100
    shop.source.error = None
    shop.clock.advance(31)
    assert shop.cache.get_health().status == "ok"


def make_watched(watch=600.0, **policy):
    return Shop(orders(), SimulatedClock(), Policy(watch=watch, **policy))


def test_a_watched_sheet_is_read_every_ten_minutes_from_the_start_while_nobody_asks():
    shop = make_watched()
    began = shop.clock.now()
    shop.clock.advance(3600)
    assert [at - began for at in shop.source.reads] == [600 * n for n in range(7)]
    ask(shop)
    shop.clock.advance(900 + 1199)
    assert shop.source.reads[-1] - shop.source.reads[-2] == 600


def test_a_day_of_watching_costs_one_request_for_each_look_and_two_more_twice_an_hour():
    shop = make_watched()
    shop.clock.advance(3600)
    charged, spend = [], shop.quota.spend
    shop.quota.spend = lambda count=1: charged.append(count) or spend(count)
    shop.clock.advance(24 * 3600)
    assert sum(charged) == 24 * (6 + 2 * 2)
    assert len(shop.read_together) == 1


def test_a_watched_sheet_that_fails_is_tried_again_until_it_is_well_and_never_twice_at_once():
    shop = make_watched()
    shop.clock.advance(1)
    shop.source.error = DOWN
    shop.clock.advance(900)
    assert shop.cache.get_health().status == "down"
    assert 10 <= len(shop.source.reads) <= 20
    shop.source.error = None
    shop.clock.advance(31)
    assert shop.cache.get_health().status == "ok"


def test_a_second_look_is_one_read_and_keeps_nothing_warm(shop):
    ask(shop)
    shop.clock.advance(3600)
    before = len(shop.source.reads)
    for _ in range(3):
        shop.cache.look_again(shop.clock.now())
    shop.clock.advance(600)
    shop.cache.look_again(shop.clock.now() - 600)
    shop.clock.advance(600)
    assert len(shop.source.reads) == before + 1


def test_asking_how_it_is_reads_once_a_minute_and_keeps_nothing_warm(shop):
    ask(shop)
    shop.clock.advance(3600)
    before = len(shop.source.reads)
    for _ in range(100):
        shop.clock.advance(10)
        assert shop.service.get_health().status == "ok"
    assert 14 <= len(shop.source.reads) - before <= 17
    assert len([at for at in shop.source.names_read if at > shop.source.reads[before - 1]]) == 1


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


def test_what_was_asked_for_last_is_built_by_the_read_that_brings_news_and_not_by_the_next_question(
    shop, monkeypatch
):
    built = []

    def build(groups, *args):
        built.append(groups[0].id)
        return build_order(groups, *args)

    monkeypatch.setattr(snapshot, "build_order", build)
    ask(shop)
    shop.clock.advance(1)
    ask(shop)
    assert built == ["1"]
    shop.source.workbook = orders("Shipped")
    shop.clock.advance(3)
    assert built == ["1", "1"]
    assert ask(shop) == "SHIPPED"
    assert built == ["1", "1"]


def test_an_order_that_can_not_be_built_does_not_make_a_read_fail(shop, monkeypatch):
    ask(shop, "1")
    shop.clock.advance(1)
    ask(shop, "2")

    def build(groups, *args):
        if groups[0].id == "1":
            raise ZeroDivisionError
        return build_order(groups, *args)

    monkeypatch.setattr(snapshot, "build_order", build)
    shop.source.workbook = orders("Shipped")
    shop.clock.advance(3)
    assert shop.service.get_order("2").stale_age is None
    with pytest.raises(ZeroDivisionError):
        ask(shop, "1")


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
    seen, read = [], shop.source.read

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
    assert max(seen) < USUAL_TURN
    assert sys.getswitchinterval() == USUAL_TURN


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
    for _ in range(2):
        ask(shop)
        shop.clock.advance(15)
    assert shop.service.get_health().orders == 2
