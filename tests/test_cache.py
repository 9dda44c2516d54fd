"""Is the snapshot fresh, and who reads the next one?"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest

from bikorders.cache import SnapshotCache
from bikorders.errors import SourceUnavailable
from bikorders.orders import Options
from bikorders.service import Service
from bikorders.snapshot import Snapshot
from bikorders.workbook import Workbook
from tests.conftest import FakeSource, make_tab, make_workbook

BOOK = make_workbook("Order ID,Status\n1,Packed")


def make_cache(source, clock, build=lambda workbook: Snapshot(workbook, Options())):
    return SnapshotCache(source.read, build, max_age=5, clock=clock)


def test_a_snapshot_answers_until_it_is_max_age_old_and_then_is_read_again(clock):
    source = FakeSource(BOOK)
    cache = make_cache(source, clock)
    cache.get()
    clock.advance(5)
    cache.get()
    assert source.reads == 1
    clock.advance(0.01)
    cache.get()
    assert source.reads == 2


def test_the_age_counts_from_the_moment_the_read_was_sent(clock):
    source = FakeSource(BOOK)
    cache = make_cache(source, clock)
    read = source.read
    cache._read = lambda tabs=(): (clock.advance(4), read(tabs))[1]
    cache.get()
    clock.advance(1.5)
    cache.get()
    assert source.reads == 2


def test_an_unchanged_workbook_is_not_parsed_again_and_a_changed_one_is(clock):
    source = FakeSource(BOOK)
    built = []
    cache = make_cache(
        source, clock, lambda workbook: built.append(workbook) or Snapshot(workbook, Options())
    )
    first = cache.get()
    clock.advance(6)
    assert cache.get() is first
    source.workbook = make_workbook("Order ID,Status\n1,Shipped")
    clock.advance(6)
    assert cache.get() is not first
    assert len(built) == 2


def test_a_failure_is_not_remembered(clock):
    source = FakeSource(BOOK)
    source.error = SourceUnavailable("down")
    cache = make_cache(source, clock)
    with pytest.raises(SourceUnavailable):
        cache.get()
    source.error = None
    assert cache.get().get_order("1")


@pytest.mark.parametrize("fails", [False, True])
def test_of_many_at_once_one_reads_and_all_share_its_result(clock, fails):
    entered, leave = Event(), Event()
    source = FakeSource(BOOK)
    source.error = SourceUnavailable("down") if fails else None
    read = source.read

    def slow(tabs=()):
        entered.set()
        assert leave.wait(10)
        return read(tabs)

    waiting = Semaphore(0)
    cache = make_cache(source, clock)
    cache._read = slow

    def get():
        waiting.release()
        try:
            return cache.get()
        except SourceUnavailable as error:
            return error

    with ThreadPoolExecutor(20) as pool:
        leader = pool.submit(get)
        assert entered.wait(10)
        futures = [pool.submit(get) for _ in range(19)]
        for _ in range(20):
            assert waiting.acquire(timeout=10)
        leave.set()
        results = {id(future.result()) for future in [leader, *futures]}
    # A follower that was not yet inside when the shared read failed may have led a second one.
    assert source.reads == 1 or fails
    assert len(results) == source.reads


def test_a_tab_that_did_not_travel_is_asked_for_once(clock):
    orders, own = make_tab("Orders", "Order ID\n1"), make_tab("1", "Item,Qty\nSoap,2")
    source = FakeSource(Workbook({"Orders": orders}, unread=frozenset({"1"})))
    full = Workbook({"Orders": orders, "1": own})

    def read(tabs=()):
        if "1" in tabs:
            source.workbook = full
        return FakeSource.read(source, tabs)

    cache = make_cache(source, clock)
    cache._read = read
    service = Service(cache)
    assert b"Soap" in service.get_order("1")
    assert b"Soap" in service.get_order("1")
    assert source.asked_for == [[], ["1"]]


def test_an_orders_json_is_made_once_per_snapshot(clock, monkeypatch):
    made = []
    monkeypatch.setattr("bikorders.service.dump_order", lambda order: made.append(order.id) or b"{}")
    source = FakeSource(BOOK)
    service = Service(make_cache(source, clock))
    for asked in ("1", "#1", " 1", "1"):
        service.get_order(asked)
    clock.advance(6)
    service.get_order("1")
    assert made == ["1"]
