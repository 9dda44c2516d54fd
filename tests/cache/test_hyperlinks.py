"""What is the link behind a label?"""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from bikorders.errors import SourceUnavailable
from bikorders.sheet.google.source import find_link
from bikorders.sheet.workbook import Cell
from tests.conftest import Clock, Shop, SimulatedClock, make_workbook

TRACK = "https://courier.example.com/t/1"
LABELLED = make_workbook(
    "Order ID,Tracking link\n1,Track here\n2,https://courier.example.com/t/2\n3,",
    "Order ID,Item,Qty\n1,a,1\n2,b,1\n3,c,1",
)


@pytest.fixture
def shop() -> Shop:
    shop = Shop(LABELLED, SimulatedClock())
    shop.source.links["B2"] = TRACK
    return shop


def ask(shop: Shop, order_id: str) -> str | None:
    order = json.loads(shop.service.get_order(order_id).body)["order"]
    return order.get("deliveryInfo", {}).get("trackingURL")


def test_a_link_behind_a_label_is_read_when_its_order_is_asked_for_and_only_then(shop):
    assert ask(shop, "2") == "https://courier.example.com/t/2" and ask(shop, "3") is None
    assert shop.source.links_read == []
    assert ask(shop, "1") == TRACK
    assert shop.service.get_order_with_problems("1").problems == ()


def test_it_is_remembered_for_five_minutes(shop):
    for _ in range(29):
        assert ask(shop, "1") == TRACK
        shop.clock.advance(10)
    assert shop.source.links_read == ["B2"]
    shop.clock.advance(20)
    ask(shop, "1")
    assert shop.source.links_read == ["B2", "B2"]


def test_what_an_id_alone_stands_for_is_kept_ready_and_nothing_else_is(shop):
    for asked in ("1", "2", "2", "#2", " 2"):
        ask(shop, asked)
    snapshot = shop.service.get_view().snapshot
    answers = shop.service.answers
    kept = [asked for asked in ("1", "2", "#2", " 2") if answers.find(snapshot, asked)]
    assert kept == ["2"]  # 1 has a label, the others are spellings of 2
    assert answers.find(snapshot, "2") == shop.service.get_order("2").body


def test_it_is_read_again_when_its_row_changes(shop):
    ask(shop, "1")
    shop.source.workbook = make_workbook("Order ID,Tracking link\n1,Track it", "Order ID,Item,Qty\n1,a,1")
    shop.source.links["B2"] = TRACK + "/new"
    shop.clock.advance(5.1)
    assert ask(shop, "1") == TRACK + "/new"


@pytest.mark.parametrize("link", [None, "javascript:alert(1)", "mailto:a@example.com"])
def test_without_a_web_link_behind_it_the_label_stays_a_problem(shop, link):
    shop.source.links["B2"] = link
    assert ask(shop, "1") is None
    assert [problem.code for problem in shop.service.get_order_with_problems("1").problems] == ["link"]


def test_reading_links_stays_within_the_quota():
    rows = "\n".join(f"{n},Track {n}" for n in range(200))
    items = "\n".join(f"{n},x,1" for n in range(200))
    shop = Shop(
        make_workbook(f"Order ID,Tracking link\n{rows}", f"Order ID,Item,Qty\n{items}"), SimulatedClock()
    )
    for n in range(200):
        ask(shop, str(n))
        shop.clock.advance(0.3)
        assert shop.quota.used() <= 50
    assert 5 < len(shop.source.links_read) < 20


def test_while_the_source_fails_the_last_link_is_told_and_none_is_asked_for(shop):
    ask(shop, "1")
    shop.source.error = SourceUnavailable("down")
    shop.clock.advance(400)
    before = shop.clock.now()
    assert ask(shop, "1") == TRACK
    assert shop.clock.now() == before and shop.source.links_read == ["B2"]


class SlowLinks:
    """A source whose links come when they are let go, while its rows come at once."""

    def __init__(self, shop):
        self.entered, self.release, self.asked = Event(), Event(), []
        shop.source.read_link = self.read_link

    def read_link(self, cell, row):
        self.asked.append(cell.a1)
        self.entered.set()
        assert self.release.wait(10)
        return TRACK


@pytest.fixture
def slow_shop():
    rows = "Order ID,Tracking link,Status\n1,Track it,Packed\n2,Track it too,Packed\n3,,{}"
    shop = Shop(make_workbook(rows.format("Packed"), "Order ID,Item,Qty\n1,a,1\n2,b,1\n3,c,1"), Clock())
    shop.edited = make_workbook(rows.format("Shipped"), "Order ID,Item,Qty\n1,a,1\n2,b,1\n3,c,1")
    shop.cache.start()
    shop.service.get_order("3")
    yield shop
    shop.cache.close()


def test_while_a_link_is_read_the_sheet_is_read_and_others_are_answered(slow_shop):
    links = SlowLinks(slow_shop)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(slow_shop.service.get_order, "1")
        assert links.entered.wait(10)
        slow_shop.source.workbook = slow_shop.edited
        slow_shop.service.refresh()
        answer = slow_shop.service.get_order("3")
        assert (b"SHIPPED" in answer.body, answer.stale_age) == (True, None)
        assert not waiting.done()
        links.release.set()
        assert TRACK.encode() in waiting.result(10).body


def test_a_link_that_nobody_waits_for_any_more_is_not_asked_for(slow_shop):
    links = SlowLinks(slow_shop)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(slow_shop.service.get_order, "1")
        assert links.entered.wait(10)
        second = pool.submit(slow_shop.service.get_order, "2")
        while slow_shop.cache._state.waiting < 2:
            Event().wait(0.001)
        slow_shop.clock.advance(slow_shop.policy.deadline)
        assert all(TRACK.encode() not in each.result(10).body for each in (first, second))
    links.release.set()
    while slow_shop.cache.tasks._pending:
        Event().wait(0.001)
    assert links.asked == ["B2"]


def row_data(*values: dict) -> dict:
    return {"sheets": [{"data": [{"rowData": [{"values": list(values)}]}]}]}


ID = {"effectiveValue": {"stringValue": "1"}}
LABEL = {"effectiveValue": {"stringValue": "Track"}}
CELL, ROW = Cell("Orders", 2, 2, "Track"), ("1", "Track")


@pytest.mark.parametrize(
    "parts",
    [
        {"hyperlink": TRACK},
        {"textFormatRuns": [{}, {"format": {"link": {"uri": TRACK}}}]},
        {"chipRuns": [{"chip": {"richLinkProperties": {"uri": TRACK}}}, {}]},
        {"hyperlink": TRACK, "textFormatRuns": [{"format": {"link": {"uri": TRACK}}}]},
    ],
)
def test_a_link_is_found_wherever_google_puts_it(parts):
    assert find_link(row_data(ID, LABEL | parts), CELL, ROW) == TRACK


def test_two_links_in_a_cell_are_none():
    runs = [{"format": {"link": {"uri": TRACK}}}, {"format": {"link": {"uri": TRACK + "/2"}}}]
    assert find_link(row_data(ID, LABEL | {"textFormatRuns": runs}), CELL, ROW) is None


def test_the_link_of_a_row_that_has_moved_is_never_taken():
    other = {"effectiveValue": {"stringValue": "2"}}
    assert find_link(row_data(other, LABEL | {"hyperlink": TRACK}), CELL, ROW) is None


def test_numbers_ticks_and_dates_of_the_row_are_compared_as_they_were_read():
    number, date = (
        {"effectiveValue": {"numberValue": 1}},
        {"effectiveValue": {"numberValue": 46205}, "formattedValue": "2026-07-02"},
    )
    answer = row_data(number, LABEL | {"hyperlink": TRACK}, date)
    assert find_link(answer, CELL, (1, "Track", "2026-07-02")) == TRACK
    assert find_link(answer, CELL, (2, "Track", "2026-07-02")) is None
    assert find_link(answer, CELL, (1, "Track", "2026-07-03")) is None


@pytest.mark.parametrize(
    "answer", [{}, [], None, {"sheets": []}, row_data(), row_data(ID, {"textFormatRuns": 5})]
)
def test_an_odd_answer_has_no_link(answer):
    assert find_link(answer, CELL, ROW) is None
