"""How many events may happen in a minute?"""

import pytest

from bikorders.cache.rate_limit import Quota, SlidingWindow
from bikorders.errors import SourceUnavailable
from tests.conftest import Clock


def test_a_quota_counts_over_a_minute_that_slides():
    clock = Clock()
    quota = Quota(3, clock)
    assert quota.spend() and quota.spend()
    clock.advance(30)
    assert quota.spend() and not quota.spend()
    clock.advance(30)
    assert quota.used() == 1 and quota.spend(2) and not quota.spend()


def test_a_quota_gives_all_or_nothing():
    quota = Quota(3, Clock())
    assert quota.spend(2) and not quota.spend(2) and quota.spend(1)


def test_a_spent_quota_is_like_a_source_that_does_not_answer():
    quota = Quota(1, Clock())
    quota.charge()
    with pytest.raises(SourceUnavailable):
        quota.charge()


def test_without_a_limit_there_is_no_end():
    quota = Quota(None, Clock())
    assert all(quota.spend() for _ in range(1000)) and quota.used() == 1000


def test_a_window_says_how_long_to_wait_until_one_more_fits():
    window = SlidingWindow(2)
    assert window.find_wait(0) == 0 and window.add(0) and window.find_wait(10) == 0
    assert window.add(30) and window.find_wait(40) == 20
    assert not window.add(59.9) and window.count(59.9) == 2
    assert window.find_wait(60) == 0 and window.count(60) == 1


def test_a_window_without_a_limit_never_makes_anybody_wait():
    window = SlidingWindow(None)
    assert window.add(0, 1000) and window.find_wait(0) == 0 and window.count(0) == 1000
