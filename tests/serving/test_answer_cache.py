"""Answers are made once for a snapshot, and go when it goes."""

import gc
from weakref import ref

from bikorders.serving.answer_cache import AnswerCache
from tests.conftest import make_snapshot


def test_an_answer_is_made_once_for_each_snapshot_and_link():
    cache, made = AnswerCache(), []

    def dump(order):
        made.append(order)
        return b"%d" % len(made)

    first, second = make_snapshot("Order ID\n1"), make_snapshot("Order ID\n1")
    order = first.get_order("1")
    assert [cache.make(first, order, dump) for _ in range(2)] == [b"1", b"1"]
    assert cache.make(first, order.with_link("https://track.example.com/1"), dump) == b"2"
    assert cache.make(second, second.get_order("1"), dump) == b"3"


def test_only_what_is_kept_is_found_by_its_id():
    cache, snapshot = AnswerCache(), make_snapshot("Order ID\n1")
    body = cache.make(snapshot, snapshot.get_order("1"), lambda order: b"{}")
    assert cache.find(snapshot, "1") is None
    cache.keep(snapshot, "1", body)
    assert cache.find(snapshot, "1") == body
    assert cache.find(make_snapshot("Order ID\n1"), "1") is None


def test_it_keeps_no_snapshot_alive():
    cache, snapshot = AnswerCache(), make_snapshot("Order ID\n1")
    cache.keep(snapshot, "1", b"{}")
    gone = ref(snapshot)
    del snapshot
    gc.collect()
    assert gone() is None
