"""While a read is at work."""

import gc
import sys

import pytest

from bikorders.cache import gc_pause
from bikorders.cache.gc_pause import MANY, GcPause


@pytest.fixture(autouse=True)
def thaw():
    yield
    gc.unfreeze()


def test_slices_are_short_and_the_collector_stands_still_until_the_end_of_it_even_a_bad_one():
    before = sys.getswitchinterval()
    with pytest.raises(ValueError), GcPause():
        assert sys.getswitchinterval() < before and not gc.isenabled()
        raise ValueError
    assert sys.getswitchinterval() == before and gc.isenabled()


def test_a_new_snapshot_is_taken_out_of_the_collectors_walks_and_nothing_new_is_not():
    held = GcPause()
    with held:
        pass
    assert gc.get_freeze_count() == 0
    with held:
        rows = [[number] for number in range(2 * MANY)]
    assert gc.get_freeze_count() >= len(rows)


def test_garbage_that_was_taken_out_with_it_goes_in_the_end(monkeypatch):
    monkeypatch.setattr(gc_pause, "WALK_ALL_EVERY", 2)
    held = GcPause()

    class Loop:
        left = 0

        def __init__(self):
            self.me = self
            Loop.left += 1

        def __del__(self):
            Loop.left -= 1

    rows = []
    for _ in range(2):
        with held:
            rows += [[number] for number in range(2 * MANY)]
            Loop()
    assert Loop.left == 2
    with held:
        pass
    assert Loop.left == 0
