"""What strangers and merchants write is kept only as long as it is needed, however much of it there is."""

import gc
import json
import tracemalloc
from collections.abc import Callable

import pytest

from bikorders import text
from bikorders.bik.auth import Auth
from bikorders.errors import OrderNotFound
from bikorders.serving.app import create_app
from tests.conftest import make_snapshot
from tests.serving.test_app import call

KB = 1024


def measure_growth(act: Callable[[int], object], times: int) -> int:
    """Return how many bytes more are held after acting `times` times than after a few times."""
    for n in range(20):
        act(n)
    gc.collect()
    tracemalloc.start()
    try:
        for n in range(20, 20 + times):
            act(n)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("letter", ["x", "é", "é ", "🙂"])
def test_long_ids_that_nobody_has_are_not_kept(shop, letter):
    app = create_app(shop.service, Auth(), note=lambda line: None)

    def ask(n: int) -> None:
        body = json.dumps({"orderId": f"{n}{letter * 4000}"}).encode()
        assert call(app, body).status == 404

    assert measure_growth(ask, 100) < 100 * KB


def test_ids_that_nobody_has_are_not_kept(shop):
    app = create_app(shop.service, Auth(), note=lambda line: None)

    def ask(n: int) -> None:
        assert call(app, b'{"orderId": "%d%s"}' % (n, b"x" * 150)).status == 404

    assert measure_growth(ask, 2000) < 200 * KB


def test_an_id_of_more_than_200_characters_is_not_looked_for_and_comes_back_cut(shop):
    shop.source.reads.clear()
    with pytest.raises(OrderNotFound) as refused:
        shop.service.get_order("x" * 201)
    assert shop.source.reads == []
    assert refused.value.message == f"order {'x' * 200} not found"
    assert shop.service.list_lookups()[0].failure is OrderNotFound


def test_long_cells_are_not_kept_when_the_sheet_has_others():
    headers = "Order ID,Status,Payment status,Items,Customer,Phone,City,Country,Total,Currency,Courier,Tracking,Date"

    def read(n: int) -> None:
        cells = ",".join(f"{word} {n} {'word ' * 200}".strip() for word in "abcdefghijkl")
        snapshot = make_snapshot(f"{headers}\n{n},{cells}")
        assert snapshot.get_order(str(n)).id == str(n)

    assert measure_growth(read, 50) < 200 * KB


def test_a_table_of_characters_is_begun_anew_when_strangers_fill_it(monkeypatch):
    monkeypatch.setattr(text, "MOST_CHARS", 100)
    for code in range(0x4E00, 0x4E00 + 1000):
        text.fold_words(f"{chr(code)}४")
    tables = [held for held in vars(text).values() if type(held).__mro__[1].__name__ == "_Table"]
    assert len(tables) == 3
    assert all(len(table) <= 100 for table in tables)
    assert text.fold_words("४ Boxes") == "4 boxes"
