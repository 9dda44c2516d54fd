"""Bik's orders in the head of the status page: which are not in the sheet, what is in them, and what the owner can do."""

import json
import math
from types import SimpleNamespace

import pytest

from bikorders.errors import ChangeRefused, JournalUnavailable, SheetUnusable
from bikorders.merchant.page_head import MOST_WAITING, describe_waiting
from bikorders.placing.intake import Intake
from bikorders.placing.journal import Journal
from bikorders.placing.numbering import parse_id_template
from bikorders.placing.pending import Pending
from bikorders.serving.service import Service
from tests.conftest import Shop, SimulatedClock, make_app, make_workbook
from tests.serving.test_app import call

VIEWER = SheetUnusable(
    "the sheet is shared with a@b.example as Viewer, which is too little to change it",
    "share it as Editor for this; to answer Bik, Viewer is enough",
)


@pytest.fixture
def placing(tmp_path):
    """A shop that takes orders and writes none; `time` is the time of day in Unix seconds."""
    shop = Shop(make_workbook("Order ID,Draft ID\n1001,"), SimulatedClock())
    journal = Journal(tmp_path / "journal.sqlite3")
    pending = Pending(journal)
    placing = SimpleNamespace(shop=shop, journal=journal, pending=pending, time=1_000_000.0)
    ids = parse_id_template("{number}")
    placing.intake = Intake(journal, shop.cache, pending, ids, wall=lambda: placing.time)
    placing.app = make_app(Service(shop.cache, None, placing.intake))
    yield placing
    journal.close()


def place(placing, draft_id="nb_1", **order):
    items = [
        {"name": "Soap", "quantity": 2, "price": 5},
        {"name": "<b>Oil", "variantName": "1 l", "quantity": 1},
    ]
    order = {"id": draft_id, "items": items, "total": 1499.5, "currency": "INR"} | order
    body = {"draftOrderId": draft_id, "paymentPending": True, "order": order}
    return placing.intake.place(json.dumps(body).encode())


def look(placing):
    return call(placing.app, b"", REQUEST_METHOD="GET", PATH_INFO="/", QUERY_STRING="").body.decode()


def test_what_waits_is_said_with_its_number_and_what_is_in_it(placing):
    place(placing)
    placing.time += 125
    (order,) = describe_waiting(placing.intake).orders
    assert (order.id, order.contents, order.since) == (
        "1002",
        "2 × Soap, 1 × <b>Oil, 1 l; ₹1,499.50",
        "2 min",
    )
    page = look(placing)
    assert (
        '<span class="mark">waiting</span> <strong>1 order from Bik is not in your sheet yet</strong>' in page
    )
    assert '<a href="./?order=1002#answer"><bdi>1002</bdi></a> <span class="hint">for 2 min</span>' in page
    assert "2 × Soap, 1 × &lt;b&gt;Oil, 1 l; ₹1,499.50" in page
    assert "Customers who ask for them are answered all the same." in page
    assert 'href="stale.svg"' in page


def test_an_order_that_just_came_is_no_reason_to_worry(placing):
    place(placing)
    waiting = describe_waiting(placing.intake)
    assert (waiting.level, waiting.reasons[0]) == ("soon", "They are being written.")
    assert 'href="fresh.svg"' in look(placing)


def test_with_viewer_access_the_page_says_to_share_as_editor(placing):
    place(placing)
    placing.pending.set_failure(VIEWER)
    reasons = describe_waiting(placing.intake).reasons
    assert reasons[0].startswith("The sheet is shared with a@b.example as Viewer")
    assert reasons[1].startswith("Share it as Editor for this; to answer Bik, Viewer is enough.")


def test_an_order_that_the_sheet_refused_comes_first_and_is_to_be_typed_in(placing):
    place(placing, "nb_1")
    refused = place(placing, "nb_2")
    for _ in range(2):
        placing.pending.mark_refused(refused, ChangeRefused("it may just have been edited").message, 0.0)
    waiting = describe_waiting(placing.intake)
    assert (waiting.level, waiting.headline) == ("parked", "2 orders from Bik are not in your sheet yet")
    assert [order.id for order in waiting.orders] == ["1003", "1002"]
    assert waiting.orders[0].advice == (
        "The sheet did not take it. Type it in yourself, with the draft ID nb_2."
    )
    assert waiting.orders[1].advice == ""


def test_of_many_that_wait_the_first_are_listed(placing):
    for number in range(MOST_WAITING + 5):
        place(placing, f"nb_{number}")
    waiting = describe_waiting(placing.intake)
    assert (len(waiting.orders), waiting.more) == (MOST_WAITING, 5)
    assert "And 5 more." in look(placing)


def test_remarks_are_said_when_nothing_waits_and_else_that_all_is_in_the_sheet(placing):
    assert "Each order from Bik is in your sheet." in look(placing)
    placing.pending.mark_written(place(placing), (), 0.0)
    (order,) = placing.pending.list_unseen(math.inf)
    placing.pending.mark_left(order)
    waiting = describe_waiting(placing.intake)
    assert (waiting.level, waiting.headline) == ("late", "Orders from Bik need a look")
    assert waiting.reasons[0].startswith("In the wrong place: order 1002")


def test_a_sheet_without_a_place_for_orders_is_said_with_what_to_do(placing):
    placing.shop.source.workbook = make_workbook("Order ID,Status\n1001,")
    look(placing)
    waiting = describe_waiting(placing.intake)
    assert (waiting.level, waiting.headline) == ("late", "No orders from Bik are taken")
    assert waiting.reasons[0].startswith("No column is headed Draft ID")
    assert "or add it yourself." in waiting.reasons[1]


def test_the_page_is_there_though_the_journal_can_not_be_read(placing, monkeypatch):
    def fail():
        raise JournalUnavailable("the journal can't be read", "see that the disk is not full")

    monkeypatch.setattr(placing.intake, "get_backlog", fail)
    page = look(placing)
    assert "Orders from Bik can’t be looked up" in page and "The journal can&#039;t be read." in page
    assert "up to date" in page
