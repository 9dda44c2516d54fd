"""What strangers and merchants write is kept only as long as it is needed, however much of it there is."""

import gc
import json
import tracemalloc
from collections.abc import Callable, Iterator
from weakref import ref

import pytest

from bikorders import text
from bikorders.bik.auth import Auth, parse_auth
from bikorders.errors import OrderConflict, OrderNotFound, SourceUnavailable, drop_frames
from bikorders.merchant.report import build_report
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.shop_settings import Options
from bikorders.serving.app import create_app
from bikorders.sheet.csv_source import FolderSource
from bikorders.sheet.workbook import Tab
from tests.conftest import Shop, SimulatedClock, make_snapshot, make_workbook
from tests.serving.test_app import call

KB = 1024


@pytest.fixture(scope="module", autouse=True)
def only_what_is_new() -> Iterator[None]:
    """Keep the collector from walking over what all the other tests have left, which takes half a second each time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


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


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Let no garbage be found: what goes now goes because nothing refers to it."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
def test_a_snapshot_goes_with_the_last_reference_to_it_without_the_collector():
    snapshot = make_snapshot(
        "Order ID,Email,Items tab\n1,a@example.com,\n1,b@example.com,\n2,,Two\n3 (urgent),,",
        "Order ID,Item\n1,Soap\n3,Oil",
        Two="Item,Quantity\nComb,1",
    )
    assert snapshot.get_order("2").items
    with pytest.raises(OrderConflict):
        snapshot.look_up("1")
    list(snapshot.list_orders())
    assert snapshot.find_loss(snapshot) is None
    build_report(snapshot)
    gone = ref(snapshot), ref(snapshot.workbook)
    del snapshot
    assert [find() for find in gone] == [None, None]


REFUSED: dict[str, tuple[int, bytes, dict[str, str]]] = {
    "a conflict": (409, b'{"orderId": "1"}', {}),
    "no such order": (404, b'{"orderId": "7"}', {}),
    "a long id": (404, b'{"orderId": "%s"}' % (b"7" * 300), {}),
    "no JSON": (400, b"{", {}),
    "no id": (400, b"{}", {}),
    "a large body": (413, b"x" * 70_000, {}),
    "another type": (415, b"{}", {"CONTENT_TYPE": "text/plain"}),
    "another method": (405, b"", {"REQUEST_METHOD": "GET"}),
    "another path": (404, b"", {"PATH_INFO": "/other"}),
    "no auth": (401, b"{}", {"HTTP_AUTHORIZATION": ""}),
}


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_request_leaves_nothing_for_the_collector(name):
    status, body, environ = REFUSED[name]
    workbook = make_workbook("Order ID,Email\n1,a@example.com\n1,b@example.com\n2,")
    shop = Shop(workbook, SimulatedClock())
    app = create_app(shop.service, parse_auth("bearer:secret-secret"), note=lambda line: None)
    environ = {"HTTP_AUTHORIZATION": "Bearer secret-secret"} | environ
    assert call(app, body, **environ).status == status  # whatever is made once
    gc.collect()
    assert call(app, body, **environ).status == status
    assert gc.collect() == 0


def test_errors_that_led_to_each_other_lose_their_frames_too():
    try:
        try:
            raise ValueError
        except ValueError as error:
            raise KeyError from error
    except KeyError as error:
        found, cause = error, error.__cause__
    cause.__cause__ = found  # as where one error object is raised again and again
    drop_frames(found)
    assert found.__traceback__ is None
    assert cause.__traceback__ is None


@pytest.mark.usefixtures("no_collector")
def test_a_failed_read_holds_neither_the_answer_nor_the_snapshot(shop):
    class Answer(list[int]):
        pass

    held = []

    def fail(tabs=(), names=False):
        answer = Answer()
        held.append(ref(answer))
        try:
            raise ConnectionError
        except ConnectionError as error:
            answer.append(error)  # as libraries do
            raise SourceUnavailable("no answer") from error

    shop.source.read = fail
    with pytest.raises(SourceUnavailable):
        shop.service.get_order("1")
    assert held and [find() for find in held] == [None] * len(held)


def test_the_collector_need_not_walk_over_rows(tmp_path):
    count = 2000
    orders = "".join(f"{n},Packed,{n}\n" for n in range(count))
    items = "".join(f"{n},Soap,1\n{n},Oil,2\n" for n in range(count))
    (tmp_path / "Orders.csv").write_text(f"Order ID,Status,Total\n{orders}", "utf-8")
    (tmp_path / "Items.csv").write_text(f"Order ID,Item,Quantity\n{items}", "utf-8")
    source = FolderSource(tmp_path)
    make_snapshot("Order ID\n1", "Order ID,Item\n1,Soap")
    gc.collect()
    before = len(gc.get_objects())
    snapshot = Snapshot(source.read(), Options())
    gc.collect()
    assert snapshot.order_count == count
    assert len(gc.get_objects()) - before < count / 2


def test_the_collector_need_not_walk_over_orders_that_are_kept():
    count = 500
    rows = "".join(f"{n},Packed,lots,x\n" for n in range(count))
    snapshot = make_snapshot(f"Order ID,Status,Total,Phone\n{rows}")
    snapshot.get_order("0")
    gc.collect()
    before = len(gc.get_objects())
    for n in range(1, count):
        assert len(snapshot.get_order(str(n)).problems) == 2
    gc.collect()
    assert len(gc.get_objects()) - before < count


def test_the_work_for_an_order_of_equal_rows_grows_with_its_cells(monkeypatch):
    slots, rows, seen = 40, 50, []
    headers = ",".join(f"Item {n},Qty {n}" for n in range(1, slots + 1))
    cells = ",".join(f"Soap {n},1" for n in range(1, slots + 1))
    snapshot = make_snapshot(f"Order ID,{headers}\n" + f"1,{cells}\n" * rows)
    row = Tab.row
    monkeypatch.setattr(Tab, "row", lambda tab, number: seen.append(number) or row(tab, number))
    assert len(snapshot.get_order("1").items) == slots
    assert len(seen) <= 3 * rows
