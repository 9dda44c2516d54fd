"""What rings, when, and what it says."""

import dataclasses

import msgspec
import pytest

from bikorders.alarm.rules import APART, DAY, STAYS, Facts, Memory, Rules, key_cells
from bikorders.errors import SheetUnusable, SourceUnavailable
from bikorders.merchant.report import build_report
from bikorders.merchant.report_entries import Cost, Entry
from bikorders.reading.problems import KINDS, build_problem
from bikorders.sheet.workbook import Cell
from tests.conftest import make_snapshot

NOW = 1_700_000_000.0
LOST = SheetUnusable("the sheet is not shared", "share it")


def check(orders, items=""):
    return key_cells(build_report(make_snapshot(orders, items)).entries)


class Day:
    """A shop's day: what is found at each moment, and what rung."""

    def __init__(self, memory=None):
        self.rules = Rules(memory or Memory())
        self.at = NOW

    def look(self, after=0.0, status="ok", cells=None, **facts):
        self.at += after
        return self.rules.decide(Facts(self.at, status, cells=cells, read_at=self.at, **facts))

    def restart(self):
        self.rules = Rules(Memory(**dataclasses.asdict(self.rules.memory)))


@pytest.fixture
def day():
    return Day()


ONE = check("Order ID,Customer,Phone\nAN-1,Ravi Das,9811122244\nAN-2,Asha Rao,12345")
TWO = check("Order ID,Customer,Phone\nAN-1,Ravi Das,77\nAN-2,Asha Rao,12345")
WELL = check("Order ID,Customer,Phone\nAN-1,Ravi Das,9811122244")


# Cells


def test_a_cell_rings_once_it_has_been_wrong_for_three_minutes(day):
    assert day.look(cells=ONE) is None
    assert day.look(STAYS - 1, cells=ONE) is None
    title, body = day.look(1, cells=ONE)
    assert title == "1 cell needs fixing"
    assert body.splitlines() == [
        "AN-2 · Phone (C3)",
        "“…” is not a phone number. Type one whole number and nothing else, such as +91 98765 43210.",
    ]


def test_a_cell_that_is_put_right_or_typed_anew_meanwhile_does_not_ring(day):
    day.look(cells=ONE)
    assert day.look(100, cells=check("Order ID,Customer,Phone\nAN-2,Asha Rao,1234567")) is None
    assert day.look(100, cells=WELL) is None
    assert day.look(100, cells=ONE) is None


def test_a_cell_never_rings_twice_for_the_same_text_also_after_a_restart_and_when_its_row_moves(day):
    day.look(cells=ONE)
    assert day.look(STAYS, cells=ONE)
    moved = check("Order ID,Customer,Phone\nAN-2,Asha Rao,12345\nAN-1,Ravi Das,9811122244")
    for cells in (ONE, WELL, ONE, moved):
        day.restart()
        assert day.look(STAYS, cells=cells) is None
        assert day.look(STAYS, cells=cells) is None


def test_all_that_is_new_is_one_message_with_five_in_full_and_the_rest_counted(day):
    header = ["Order ID", *(f"{name} total" for name in ("Order",)), "Phone", "Email", "Tracking link"]
    rows = [f"{n},x{n},y{n},z{n},w{n}" for n in range(250)]
    cells = check("\n".join([",".join(header), *rows]))
    assert len(cells) == 1000
    day.look(cells=cells)
    title, body = day.look(STAYS, cells=cells)
    assert title == "1,000 cells need fixing"
    assert len(body) < 3000
    assert "Phone · 250 rows (C2, C3, C4, C5, C6 and 245 more)" in body
    assert day.look(APART, cells=cells) is None
    odd = {
        str(n): dataclasses.replace(
            entry, header=str(n), problem=msgspec.structs.replace(entry.problem, cell=f"A{n}", hint=str(n))
        )
        for n, entry in enumerate(cells.values())
    }
    day.look(cells=odd)
    body = day.look(STAYS + APART, cells=odd).body
    assert body.count(" · ") == 5 and "And 995 more." in body


def test_messages_about_cells_come_five_minutes_apart_with_all_that_is_new(day):
    day.look(cells=ONE)
    day.look(100, cells=TWO)
    assert day.look(STAYS - 100, cells=TWO).title == "1 cell needs fixing"
    assert day.look(100, cells=TWO) is None
    title, body = day.look(APART - 100, cells=TWO)
    assert title == "1 cell needs fixing"
    assert "AN-1 · Phone (C2)" in body and "AN-2" not in body
    assert body.endswith("With those of before, 2 cells need fixing.")


def test_what_is_told_as_it_stands_does_not_ring_and_a_header_that_is_nearly_known_does():
    assert check("Order ID,Status\n1,Wobbling") == {}
    (entry,) = check("Order ID,Staus\n1,Packed").values()
    assert entry.problem.code == "header-near"


def test_problems_that_stay_are_counted_once_a_day_until_none_is_left(day):
    day.look(cells=TWO)
    day.look(STAYS, cells=TWO)
    assert day.look(DAY - 1, cells=ONE) is None
    assert day.look(1, cells=ONE).title == "1 cell still needs fixing"
    day.restart()
    assert day.look(DAY - 1, cells=ONE) is None
    assert day.look(1, cells=ONE).title == "1 cell still needs fixing"
    for _ in range(3):
        assert day.look(DAY, cells=WELL) is None


def test_a_cell_whose_read_is_old_has_not_stayed_and_a_second_look_is_asked_for(day):
    day.look(cells=ONE)
    assert day.rules.find_second_look(NOW + STAYS - 1) is None
    assert day.rules.find_second_look(NOW + STAYS) == NOW + STAYS
    old = Facts(NOW + 600, "ok", cells=ONE, read_at=NOW)
    assert day.rules.decide(old) is None
    assert day.look(600, cells=ONE)
    assert day.rules.find_second_look(NOW + 1000) is None


def test_what_is_told_does_not_grow_without_end(day, monkeypatch):
    monkeypatch.setattr("bikorders.alarm.rules._MOST_TOLD", 2)
    for number in range(5):
        cells = check(f"Order ID,Phone\n{number},12")
        day.look(APART, cells=cells)
        assert day.look(STAYS, cells=cells)
        assert len(day.rules.memory.told) <= 2


# The sheet


def test_a_sheet_that_cannot_be_read_rings_after_three_minutes_once(day):
    assert day.look(status="stale", failing_for=179.0, failure=LOST) is None
    title, body = day.look(1, status="stale", failing_for=180.0, failure=LOST)
    assert title == "The sheet can’t be read"
    assert "the sheet is not shared.\n" in body and "Share it." in body
    day.restart()
    assert day.look(60, status="stale", failing_for=240.0, failure=LOST) is None


def test_an_outage_says_what_the_owner_can_do(day):
    failure = SheetUnusable("no tab has ids", "did you mean Order ID?")
    _, body = day.look(status="stale", failing_for=180.0, failure=failure)
    assert body.splitlines() == [
        "The sheet could not be read for 3 min: no tab has ids.",
        "It is tried again by itself. Until then Bik gets the last good copy of it.",
        "Did you mean Order ID? If you can’t do that, tell the person who set up bikorders for you.",
    ]


def test_what_passes_by_itself_asks_nothing_of_the_owner(day):
    failure = SourceUnavailable("Google can't be reached", "check this machine's network and DNS")
    _, body = day.look(status="stale", failing_for=180.0, failure=failure)
    assert "Google can't be reached.\n" in body and "You don’t have to do anything." in body
    assert "DNS" not in body


def test_nothing_left_to_answer_from_rings_and_so_does_the_end_with_how_long_it_took(day):
    assert day.look(status="stale", failing_for=180.0, failure=LOST)
    assert day.look(720, status="down", failing_for=900.0, failure=LOST).title == "Bik gets no answers"
    day.restart()
    assert day.look(60, status="starting") is None
    assert day.look(60, status="down", failing_for=30.0, failure=LOST) is None
    title, body = day.look(60, status="ok")
    assert (title, body) == ("All is well again", "The sheet can be read again, after 18 min.")
    assert day.look(60, status="ok") is None


def test_a_failure_that_passes_rings_nobody(day):
    assert day.look(status="stale", failing_for=100.0, failure=LOST) is None
    assert day.look(10, status="down", failing_for=5.0, failure=LOST) is None
    assert day.look(10, status="ok") is None


def test_an_outage_and_a_parked_order_ring_at_once_while_cells_wait_their_turn(day):
    day.look(cells=ONE)
    assert day.look(STAYS, cells=ONE)
    message = day.look(1, status="down", failing_for=900.0, failure=LOST, parked=["ORD-7"], cells=TWO)
    assert message.title == "Bik gets no answers; The sheet did not take 1 order from Bik"
    assert day.look(1, status="ok", parked=["ORD-7"]).title == "All is well again"


# Bik's orders


def test_each_parked_order_rings_once_also_after_a_restart(day):
    assert "ORD-7: type it into the sheet" in day.look(parked=["ORD-7"]).body
    day.restart()
    assert day.look(parked=["ORD-7"]) is None
    assert "ORD-8" in day.look(parked=["ORD-7", "ORD-8"]).body


def test_orders_that_wait_for_more_than_ten_minutes_ring_once_until_none_does(day):
    assert day.look(600, waiting=1, waiting_since=NOW, parked=()) is None
    title, _ = day.look(1, waiting=2, waiting_since=NOW, parked=())
    assert title == "2 orders from Bik wait to be written into the sheet"
    assert day.look(60, waiting=3, waiting_since=NOW, parked=()) is None
    assert day.look(60, parked=()) is None
    assert day.look(700, waiting=1, waiting_since=day.at, parked=())


def test_while_nothing_is_known_of_orders_from_bik_what_was_told_of_them_stays_told(day):
    waits = {"waiting": 1, "waiting_since": NOW - 601, "parked": ["ORD-7"]}
    assert day.look(**waits)
    assert day.look() is None
    assert day.look(**waits) is None


# Privacy


@pytest.mark.parametrize("code", KINDS)
def test_no_message_holds_what_was_typed_or_the_customer(code):
    typed = "asha@example.com"
    problem = build_problem(code, Cell("Orders", 2, 3, typed), "price", "D5")
    entry = Entry(problem, Cost.PART, "AN-2", "Meena Iyer", "Email", "email")
    day = Day()
    for number in (1, 7):
        cells = {f"{code}{n}": entry for n in range(number)}
        day.look(APART, cells=cells)
        message = "".join(day.look(STAYS, cells=cells))
        assert typed not in message and "Meena" not in message
        assert "AN-2" in message or number == 7
