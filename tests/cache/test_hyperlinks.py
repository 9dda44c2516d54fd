"""What is the link behind a label?"""

import json

import pytest

from bikorders.errors import SourceUnavailable
from bikorders.sheet.google.source import find_link
from bikorders.sheet.workbook import Cell
from tests.conftest import Shop, SimulatedClock, make_workbook

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
