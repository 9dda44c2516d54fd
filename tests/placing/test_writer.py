"""From the request into the sheet: each order once, whatever fails, moves or stops in between."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random
from threading import Event, Lock
from typing import Any

import pytest

from bikorders.cache.clock import SystemClock
from bikorders.cache.hyperlinks import Hyperlinks
from bikorders.cache.policy import Policy
from bikorders.cache.rate_limit import Quota
from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.errors import (
    ChangeRefused,
    JournalUnavailable,
    OrderConflict,
    OrderNotFound,
    SheetUnusable,
    SourceUnavailable,
)
from bikorders.orders.snapshot import Snapshot
from bikorders.placing import writer
from bikorders.placing.journal import Journal
from bikorders.placing.numbering import parse_id_template
from bikorders.placing.writer import Desk
from bikorders.reading.shop_settings import Options
from bikorders.serving.service import Service
from bikorders.sheet.csv_source import FolderSource
from bikorders.sheet.edits import Addition, MakeTab, RetypeRows, apply
from bikorders.sheet.workbook import Raw, Tab, Workbook, text_of
from tests.conftest import Shop, SimulatedClock, make_workbook

IDS = parse_id_template("ORD-{number}")
WORKBOOK = make_workbook(
    "Order ID,Status,Total,Phone,Draft ID\nORD-1001,Packed,80,,",
    "Order ID,Product name,Quantity,Price\nORD-1001,Soap,1,80",
)
LOST = SourceUnavailable("Google did not answer in time")
REFUSED = ChangeRefused("Google refuses to change the sheet")
NO_ACCESS = SheetUnusable("the sheet is shared as Viewer")


def body(draft: str = "nb_1", name: str = "Oil", quantity: int = 2) -> bytes:
    items = [{"name": name, "quantity": quantity, "price": 40}, {"name": "Gift", "quantity": 1, "price": 0}]
    order = {"id": draft, "items": items, "total": 40 * quantity, "phoneNumber": "+919876543210"}
    return json.dumps({"draftOrderId": draft, "paymentPending": True, "order": order}).encode()


class Sheet:
    """A sheet in memory that orders are written into; `faults` say how the next writes go wrong.

    A fault is an error before the change is made, or ("after", error), or something that is done before it.
    """

    settles = 12.0

    def __init__(self, source: Any) -> None:
        self.source = source
        self.faults: list[Any] = []
        self.refuses: Callable[[str], bool] = lambda text: False
        self.writes: list[Sequence[Addition]] = []
        self.lock = Lock()

    def write(self, additions: Sequence[Addition], workbook: Workbook) -> None:
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        if self.refuses(str(additions)):
            raise REFUSED
        if callable(fault):
            fault()
        self.writes.append(additions)
        with self.lock:
            for addition in additions:
                if isinstance(addition, RetypeRows):
                    tab = self.source.workbook.tabs[addition.tab]
                    if tuple(tab.row(number) for number in addition.numbers) != addition.held:
                        raise LOST
                if isinstance(addition, MakeTab) and addition.title in self.source.workbook.tabs:
                    raise REFUSED
            self.source.workbook = apply(additions, self.source.workbook)
        if isinstance(fault, tuple):
            raise fault[1]

    def edit(self, title: str, change: Callable[[list[list[Raw]]], Any]) -> None:
        """Let the merchant change a tab's rows."""
        tabs = self.source.workbook.tabs
        rows = [list(row) for row in tabs[title].rows]
        change(rows)
        self.source.workbook = Workbook({**tabs, title: Tab(title, rows)})

    def swap(self, title: str, a: int, b: int) -> None:
        def change(rows: list[list[Raw]]) -> None:
            for row in rows:
                row += [None] * (max(a, b) - len(row))
                row[a - 1], row[b - 1] = row[b - 1], row[a - 1]

        self.edit(title, change)


class Counter:
    """A shop's desk on a simulated clock, worked by hand."""

    def __init__(self, path: Path, workbook: Workbook = WORKBOOK) -> None:
        self.path = path
        self.clock = SimulatedClock()
        self.shop = Shop(workbook, self.clock)
        self.sheet = Sheet(self.shop.source)
        self.open()

    def open(self) -> None:
        self.journal = Journal(self.path)
        self.desk = Desk(self.journal, self.shop.cache, self.sheet, IDS, wall=lambda: 5.0)
        self.service = Service(
            self.shop.cache, Hyperlinks(self.shop.cache, lambda cell, row: None), self.desk
        )
        self.desk.work()

    def restart(self) -> None:
        """Begin anew on the same journal: what was in memory is gone."""
        self.journal.close()
        self.open()

    def work(self, rounds: int = 6) -> None:
        """Let the desk do some rounds, with the pauses that it asks for."""
        for _ in range(rounds):
            self.clock.advance(self.desk.work())

    def ask(self, order_id: str) -> dict[str, Any]:
        return json.loads(self.service.get_order(order_id).body)["order"]

    def rows(self, title: str = "Orders") -> list[str]:
        """Give a tab's rows below its header as text."""
        tab = self.shop.source.workbook.tabs[title]
        return ["|".join(map(text_of, tab.row(row))) for row in range(2, len(tab.rows) + 1)]

    def require_once(self, count: int = 1) -> None:
        """Require that the orders nb_1 to nb_N stand in the sheet once each, in their order, with their items."""
        wanted = [f"ORD-{1001 + n}|PLACED|80|+919876543210|nb_{n}" for n in range(1, count + 1)]
        assert self.rows() == ["ORD-1001|Packed|80", *wanted]
        items = [f"ORD-{1001 + n}|{item}" for n in range(1, count + 1) for item in ("Oil|2|40", "Gift|1|0")]
        assert self.rows("Items") == ["ORD-1001|Soap|1|80", *items]
        assert self.journal.count_waiting()[0] == 0
        assert not self.desk._state.held and not self.desk._state.written


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(tmp_path / "journal")
    yield made
    made.journal.close()


# Taking orders


def test_an_order_is_in_the_journal_when_it_is_answered_and_in_the_sheet_soon(counter):
    record = counter.desk.place(body())
    assert record.id == "ORD-1002"
    assert counter.journal.find_draft("nb_1") == record
    counter.work()
    counter.require_once()


def test_the_same_draft_gets_the_same_answer_before_and_after_it_is_written_and_after_a_restart(counter):
    answers = {counter.desk.place(body()).answer}
    counter.work()
    answers.add(counter.desk.place(body()).answer)
    counter.restart()
    answers.add(counter.desk.place(body()).answer)
    counter.work()
    assert len(answers) == 1
    counter.require_once()


def test_of_a_draft_that_is_sent_with_another_body_the_first_stands_and_it_is_logged(counter, caplog):
    first = counter.desk.place(body())
    assert counter.desk.place(body(quantity=9)) == first
    assert "placed again with other contents; the first stands" in caplog.text
    counter.work()
    counter.require_once()


def test_ids_go_on_from_the_sheet_as_it_is_now_also_after_a_quiet_hour(counter):
    counter.shop.cache.get(counter.clock.now())
    counter.clock.advance(3600)
    counter.sheet.edit("Orders", lambda rows: rows.append(["ORD-1050", "Packed"]))
    assert counter.desk.place(body()).id == "ORD-1051"


def test_an_id_that_only_items_have_is_not_given(counter):
    counter.sheet.edit("Items", lambda rows: rows.append(["ORD-1007", "Soap", 1]))
    assert counter.desk.place(body()).id == "ORD-1008"


def test_with_google_down_the_journal_gives_ids_and_a_new_journal_none(counter):
    counter.shop.source.error = LOST
    with pytest.raises(SourceUnavailable):
        counter.desk.place(body())
    counter.shop.source.error = None
    counter.clock.advance(60)
    counter.desk.place(body())
    counter.shop.source.error = LOST
    assert counter.desk.place(body("nb_2")).id == "ORD-1003"


def test_a_journal_without_room_takes_no_order_and_answers_none(counter, monkeypatch):
    def fail(*args):
        raise JournalUnavailable("the disk is full")

    monkeypatch.setattr(counter.journal, "add", fail)
    with pytest.raises(JournalUnavailable):
        counter.desk.place(body())
    counter.work()
    counter.require_once(0)


# Answering


def test_an_order_that_waits_is_answered_from_the_journal_and_then_from_the_sheet(counter):
    counter.shop.cache.get(counter.clock.now())
    record = counter.desk.place(body())
    assert counter.service.get_order(" #ord-1002").body == record.answer
    counter.work()
    counter.sheet.edit("Orders", lambda rows: rows[2].__setitem__(1, "Shipped"))
    counter.clock.advance(6)
    assert counter.ask("ORD-1002")["status"] == "SHIPPED"


def test_no_lookup_between_taking_and_reading_back_misses_an_order(counter):
    counter.shop.cache.get(counter.clock.now())
    counter.desk.place(body())
    for _ in range(8):
        assert counter.ask("ORD-1002")["total"] == 80
        counter.desk.work()
        assert counter.ask("ORD-1002")["total"] == 80
        counter.clock.advance(0.5)


def test_a_row_that_the_merchant_deletes_is_gone_and_not_written_again(counter):
    counter.desk.place(body())
    counter.work()
    counter.sheet.edit("Orders", lambda rows: rows.pop())
    counter.work()
    counter.restart()
    counter.work()
    assert counter.rows() == ["ORD-1001|Packed|80"]
    counter.clock.advance(60)
    with pytest.raises(OrderNotFound):
        counter.ask("ORD-1002")


def test_a_number_that_somebody_types_by_hand_for_another_order_is_a_conflict_and_is_told(counter):
    counter.shop.cache.get(counter.clock.now())
    counter.desk.place(body())
    counter.sheet.edit("Orders", lambda rows: rows.append(["ORD-1002", "Packed", 9]))
    counter.sheet.edit("Items", lambda rows: rows.append(["ORD-1002", "Pen", 1, 9]))
    counter.clock.advance(6)
    with pytest.raises(OrderConflict):
        counter.ask("ORD-1002")
    counter.work()
    assert counter.desk.get_backlog().remarks == (
        "two orders have the number ORD-1002: give the one that is not Bik's another",
    )
    assert [row for row in counter.rows("Items") if "Oil" in row or "Pen" in row] == [
        "ORD-1002|Pen|1|9",
        "ORD-1002|Oil|2|40",
    ]
    with pytest.raises(OrderConflict):
        counter.ask("ORD-1002")


# Writing


def test_one_read_serves_all_waiting_orders_and_they_stand_in_the_order_they_came(counter):
    for n in range(1, 11):
        counter.desk.place(body(f"nb_{n}"))
    before = len(counter.shop.source.reads)
    counter.desk.work()
    assert len(counter.shop.source.reads) - before <= 1
    assert len(counter.sheet.writes) == 10
    counter.work()
    counter.require_once(10)


def test_what_google_does_not_take_waits_and_is_written_in_order_when_it_is_back(counter):
    counter.desk.place(body())
    counter.sheet.faults = [LOST, LOST]
    counter.work(2)
    for n in (2, 3):
        counter.desk.place(body(f"nb_{n}"))
    assert counter.desk.get_backlog().waiting == 3
    assert counter.desk.get_backlog().failure is LOST
    assert counter.ask("ORD-1003")["total"] == 80
    counter.work()
    counter.require_once(3)
    assert counter.desk.get_backlog().failure is None


def test_when_the_sheet_can_not_be_read_orders_wait_and_the_reason_is_told(counter):
    counter.desk.place(body())
    counter.clock.advance(0.5)
    counter.shop.source.error = LOST
    counter.work(2)
    assert str(counter.desk.get_backlog().failure) == str(LOST)
    counter.shop.source.error = None
    counter.work()
    counter.require_once()


def test_after_an_answer_that_was_lost_the_draft_is_looked_for_before_it_is_written_again(counter):
    for n in range(1, 4):
        counter.desk.place(body(f"nb_{n}"))
    counter.sheet.faults = [None, ("after", LOST), None, ("after", LOST)]
    counter.work(12)
    counter.require_once(3)
    assert len(counter.sheet.writes) == 3


def test_a_lost_request_that_arrives_late_is_waited_for_though_new_orders_come(counter):
    counter.desk.place(body())
    planned = []

    class Slow(Sheet):
        def write(self, additions, workbook):
            planned.append(additions)
            raise LOST

    counter.desk._sheet = Slow(counter.shop.source)
    counter.desk.work()
    counter.desk._sheet = counter.sheet
    for _ in range(11):
        counter.desk.place(body("nb_2"))
        counter.desk.work()
        counter.clock.advance(1)
    counter.sheet.write(planned[0], WORKBOOK)
    counter.work()
    counter.require_once(2)


def test_after_a_restart_too_a_request_that_may_be_under_way_is_waited_for(counter):
    counter.desk.place(body())
    planned = []
    counter.sheet.faults = [LOST]
    real = counter.sheet.write
    counter.sheet.write = lambda additions, workbook: (planned.append(additions), real(additions, workbook))
    counter.desk.work()
    counter.sheet.write = real
    counter.restart()
    counter.clock.advance(counter.desk.work() - 1)
    counter.sheet.write(planned[0], WORKBOOK)
    counter.work()
    counter.require_once()


def test_a_new_order_is_not_held_up_after_a_restart_without_any(counter):
    counter.desk.work()
    counter.desk.place(body())
    counter.desk.work()
    assert len(counter.sheet.writes) == 1


def test_an_order_that_is_refused_twice_is_parked_and_the_others_go_on(counter):
    counter.sheet.refuses = lambda text: "nb_2" in text
    for n in (1, 2, 3):
        counter.desk.place(body(f"nb_{n}"))
    counter.work(60)
    assert [row[-4:] for row in counter.rows()[1:]] == ["nb_1", "nb_3"]
    backlog = counter.desk.get_backlog()
    assert backlog.waiting == 0
    assert [(record.id, record.reason) for record in backlog.parked] == [("ORD-1003", REFUSED.message)]
    assert counter.ask("ORD-1003")["total"] == 80


def test_a_refusal_that_was_a_passing_one_costs_an_order_nothing_but_time(counter):
    counter.desk.place(body())
    counter.sheet.faults = [REFUSED]
    counter.work(60)
    counter.require_once()


def test_an_order_that_nobody_can_put_into_rows_does_not_hold_up_the_others(counter, monkeypatch):
    plan = writer.plan_rows
    monkeypatch.setattr(
        writer,
        "plan_rows",
        lambda snapshot, order: plan(snapshot, 1 / 0 if order["id"] == "ORD-1002" else order),
    )
    for n in (1, 2):
        counter.desk.place(body(f"nb_{n}"))
    counter.work(60)
    assert [row[-4:] for row in counter.rows()[1:]] == ["nb_2"]
    assert [record.id for record in counter.desk.get_backlog().parked] == ["ORD-1002"]


def test_a_parked_order_that_a_person_typed_in_is_settled(counter):
    counter.sheet.refuses = lambda text: "nb_1" in text
    counter.desk.place(body())
    counter.work(60)
    counter.sheet.edit("Orders", lambda rows: rows.append(["ORD-1002", "Packed", 80, None, "nb_1"]))
    counter.clock.advance(60)
    assert counter.ask("ORD-1002")["status"] == "PACKED"
    counter.work(2)
    assert counter.desk.get_backlog().parked == ()


def test_where_access_is_lost_all_wait_and_none_is_parked(counter):
    for n in (1, 2):
        counter.desk.place(body(f"nb_{n}"))
    counter.sheet.faults = [NO_ACCESS] * 5
    counter.work(5)
    backlog = counter.desk.get_backlog()
    assert (backlog.waiting, backlog.failure, backlog.parked) == (2, NO_ACCESS, ())
    counter.work()
    counter.require_once(2)


def test_without_a_column_for_the_draft_id_all_wait_and_the_reason_is_told(counter):
    counter.sheet.edit("Orders", lambda rows: rows[0].__setitem__(4, "Remark"))
    counter.desk.place(body())
    counter.work()
    assert "Draft ID" in str(counter.desk.get_backlog().failure)
    counter.sheet.edit("Orders", lambda rows: rows[0].__setitem__(4, "Draft ID"))
    counter.work()
    counter.require_once()


@pytest.mark.parametrize(("title", "columns"), [("Orders", (1, 5)), ("Orders", (3, 4)), ("Items", (2, 4))])
def test_columns_that_are_moved_while_an_order_is_written_are_made_up_for(counter, title, columns):
    counter.shop.cache.get(counter.clock.now())
    counter.desk.place(body())
    counter.sheet.faults = [lambda: counter.sheet.swap(title, *columns)]
    for _ in range(8):
        assert counter.ask("ORD-1002")["items"][0]["name"] == "Oil"
        counter.clock.advance(counter.desk.work())
    counter.sheet.swap(title, *columns)
    counter.work()
    counter.require_once()
    assert counter.desk.get_backlog().remarks == ()


def test_a_lost_answer_and_moved_columns_together_write_nothing_twice(counter):
    counter.desk.place(body())

    def move_and_lose():
        counter.sheet.swap("Orders", 1, 5)
        counter.sheet.refuses = lambda text: False

    real = counter.sheet.write

    def write(additions, workbook):
        counter.sheet.write = real
        move_and_lose()
        real(additions, workbook)
        raise LOST

    counter.sheet.write = write
    counter.work(8)
    counter.sheet.swap("Orders", 1, 5)
    counter.work()
    counter.require_once()


def test_rows_that_are_sorted_away_before_a_repair_are_not_typed_over(counter):
    counter.desk.place(body())
    counter.sheet.faults = [
        lambda: counter.sheet.swap("Orders", 3, 4),
        lambda: counter.sheet.edit("Orders", lambda rows: rows.insert(1, rows.pop())),
    ]
    counter.work(10)
    counter.sheet.swap("Orders", 3, 4)
    assert sorted(counter.rows()) == ["ORD-1001|Packed|80", "ORD-1002|PLACED|80|+919876543210|nb_1"]


def test_an_order_that_is_sorted_away_is_found_again(counter):
    counter.desk.place(body())
    counter.sheet.faults = [("after", LOST)]
    counter.desk.work()
    counter.sheet.edit("Orders", lambda rows: rows.insert(1, rows.pop()))
    counter.work()
    assert counter.rows() == ["ORD-1002|PLACED|80|+919876543210|nb_1", "ORD-1001|Packed|80"]


def test_a_row_that_the_merchant_adds_at_that_moment_is_not_typed_over(counter):
    counter.desk.place(body())
    hand = ["ORD-2000", "Packed", 5]
    counter.sheet.faults = [lambda: counter.sheet.edit("Orders", lambda rows: rows.append(hand))]
    counter.work()
    assert sorted(counter.rows()) == [
        "ORD-1001|Packed|80",
        "ORD-1002|PLACED|80|+919876543210|nb_1",
        "ORD-2000|Packed|5",
    ]


def test_a_sheet_without_items_gets_one_tab_for_all_orders(tmp_path):
    counter = Counter(
        tmp_path / "journal", make_workbook("Order ID,Status,Total,Draft ID\nORD-1001,Packed,80,")
    )
    counter.sheet.faults = [("after", LOST)]
    for n in (1, 2, 3):
        counter.desk.place(body(f"nb_{n}"))
    counter.work(12)
    assert [row.split("|")[0] for row in counter.rows("Items")] == [
        f"ORD-{n}" for n in (1002, 1002, 1003, 1003, 1004, 1004)
    ]
    assert len(counter.rows()) == 4
    assert len(counter.shop.source.names_read) >= 2  # the new tab's name was asked for
    counter.journal.close()


# Restarts, several desks, many threads


@pytest.mark.parametrize("stop", range(6))
def test_a_restart_at_any_point_neither_loses_nor_doubles_an_order(counter, stop):
    counter.sheet.faults = [None, ("after", LOST), LOST, None]
    for n in (1, 2, 3, 4):
        counter.desk.place(body(f"nb_{n}"))
    counter.work(stop)
    counter.restart()
    counter.work(12)
    counter.require_once(4)


def test_an_order_that_was_written_but_not_noted_is_not_written_again(counter, monkeypatch):
    counter.desk.place(body())

    def fail(seq):
        raise JournalUnavailable("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(counter.journal, "mark_written", fail)
        counter.work(2)
    counter.restart()
    counter.work()
    counter.require_once()


def test_of_two_desks_on_one_journal_one_writes_and_both_answer(counter):
    counter.desk.work()
    other = Journal(counter.path)
    second = Desk(other, counter.shop.cache, counter.sheet, IDS)
    second.work()
    record = second.place(body())
    second.work()
    assert not counter.sheet.writes
    assert counter.desk.find("ORD-1002", counter.shop.cache.peek()) == record.answer
    assert counter.desk.place(body()) == record
    counter.work()
    assert second.find("ORD-1002", None) == record.answer
    second.work()
    counter.require_once()
    counter.journal.close()
    assert second.place(body("nb_2")).id == "ORD-1003"
    for _ in range(6):
        counter.clock.advance(second.work())
    assert len(counter.sheet.writes) == 2
    other.close()


def test_an_order_that_is_written_while_it_is_still_being_answered_is_not_held_for_ever(counter, monkeypatch):
    add = counter.journal.add

    def add_and_write(*args):
        result = add(*args)
        counter.work()
        return result

    monkeypatch.setattr(counter.journal, "add", add_and_write)
    counter.desk.place(body())
    counter.require_once()


class RealSource:
    """A sheet in memory for real threads; reading it fails now and then."""

    def __init__(self) -> None:
        self.workbook = WORKBOOK

    def read(self, tabs=(), names=False):
        return self.workbook


def test_200_requests_at_once_for_50_drafts_give_50_orders_though_the_sheet_fails_at_random(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("bikorders.placing.writer.PAUSES", (0.01,))
    source, chance = RealSource(), Random(7)
    clock = SystemClock()
    cache = SnapshotCache(
        source.read, lambda workbook: Snapshot(workbook, Options()),
        Policy(max_age=0.02, reads_per_minute=None), clock, Quota(None, clock),
    )  # fmt: skip

    class Flaky(Sheet):
        settles = 0.0

        def write(self, additions, workbook):
            self.faults = [chance.choice([None, None, LOST, ("after", LOST)])]
            super().write(additions, workbook)

    with closing(Journal(tmp_path / "journal")) as journal:
        worker = Desk(journal, cache, Flaky(source), IDS)
        cache.start()
        worker.start()
        drafts = [f"nb_{n % 50}" for n in range(200)]
        with ThreadPoolExecutor(32) as pool:
            records = list(pool.map(lambda draft: worker.place(body(draft)), drafts))
        for _ in range(3000):
            if not journal.list_waiting() and not worker._state.written:
                break
            Event().wait(0.01)
        worker.close()
        cache.close()
        assert len({(record.draft_id, record.id, record.answer) for record in records}) == 50
        snapshot = Snapshot(source.workbook, Options())
        assert snapshot.order_count == 51 == len(source.workbook.tabs["Orders"].rows) - 1
        assert len(source.workbook.tabs["Items"].rows) == 2 + 100
        for record in records:
            order = snapshot.get_order(record.id)
            assert order.values["partnersData.id"] == record.draft_id
            assert [item["name"] for item in order.items] == ["Oil", "Gift"]
        numbers = [record.number for record in journal.list_waiting()] or sorted({r.number for r in records})
        assert numbers == list(range(1002, 1052))


def test_an_order_wakes_the_writing_thread_at_once(counter, monkeypatch):
    worked = Event()
    monkeypatch.setattr("bikorders.placing.writer.LISTEN", 60.0)
    counter.desk._state.failure = None
    seen: list[int] = []

    def work():
        seen.append(len(counter.journal.list_waiting()))
        if seen[-1]:
            worked.set()
        return 60.0

    monkeypatch.setattr(counter.desk, "work", work)
    counter.shop.cache.get(counter.clock.now())
    counter.desk.start()
    counter.desk.place(body())
    assert worked.wait(10)
    counter.desk.close()


# Killed

SCRIPT = """
import json, os, signal, sys, time
from pathlib import Path
from bikorders.placing import journal, sheet_writers, writer
from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.placing.numbering import parse_id_template
from bikorders.cache.policy import Policy
from bikorders.cache.rate_limit import Quota
from bikorders.cache.clock import SystemClock
from bikorders.reading.shop_settings import Options
from bikorders.orders.snapshot import Snapshot
from bikorders.sheet import csv_editor, csv_source

def run(folder, where, nth, moment):
    # Place two orders on threads as they are in service; be killed at the nth call of `where`.
    count = 0

    def wrap(function):
        def wrapped(*args, **kwargs):
            nonlocal count
            count += 1
            is_now = count == nth
            if is_now and moment == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = function(*args, **kwargs)
            if is_now and moment == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return result
        return wrapped

    owner, _, name = where.rpartition(".")
    if owner:
        setattr(eval(owner), name, wrap(getattr(eval(owner), name)))
    clock = SystemClock()
    source = csv_source.FolderSource(folder)
    cache = SnapshotCache(source.read, lambda w: Snapshot(w, Options()),
                          Policy(max_age=0.02, reads_per_minute=None), clock, Quota(None, clock))
    kept = journal.Journal(folder / "journal")
    worker = writer.Desk(kept, cache, sheet_writers.FolderWriter(folder), parse_id_template("ORD-{number}"))
    cache.start()
    worker.start()
    with (folder / "answers").open("ab", buffering=0) as answers:
        for n in (1, 2):
            answers.write(worker.place((folder / f"nb_{n}").read_bytes()).answer + b"\\n")
        for _ in range(2000):
            if not kept.list_waiting() and not worker._state.written:
                break
            time.sleep(0.005)
        answers.write(b"done\\n")

for line in sys.stdin:
    folder, *point = json.loads(line)
    child = os.fork()
    if not child:
        run(Path(folder), *point)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


POINTS = [
    (where, nth, moment)
    for where, count in {
        "journal.Journal.add": 2,
        "writer.Desk._hold": 1,
        "sheet_writers.FolderWriter.write": 1,
        "csv_editor._write_through": 2,
        "csv_editor.Path.replace": 2,
        "csv_editor._sync_folder": 2,
        "journal.Journal.mark_written": 2,
        "writer.Desk._look_again": 1,
    }.items()
    for nth in range(1, count + 1)
    for moment in (("before", "after") if where.startswith("journal.") else ("before",))
]


@pytest.mark.parametrize("layout", ["items", "no items"])
def test_a_kill_at_any_step_loses_no_acknowledged_order_and_doubles_none(tmp_path, layout):
    runs: list[tuple[str, str, int, str]] = []
    points = [point for point in POINTS if layout == "items" or point[0].startswith("csv_editor.")]
    for number, point in enumerate(points):
        folder = tmp_path / str(number)
        folder.mkdir()
        for n in (1, 2):
            (folder / f"nb_{n}").write_bytes(body(f"nb_{n}"))
        text = "Order ID,Status,Draft ID\r\nORD-1001,Packed,\r\n\r\n,note,\r\n"
        (folder / "Orders.csv").write_bytes(text.encode())
        if layout == "items":
            (folder / "Items.csv").write_text("Order ID,Product name,Quantity\nORD-1001,Soap,1\n", "utf-8")
        runs += [(str(folder), *point), (str(folder), "", 0, "")]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input="\n".join(map(json.dumps, runs)),
        stdout=subprocess.PIPE,
        text=True,
        timeout=100,
        check=True,
    )
    assert [*map(int, done.stdout.split())] == [-signal.SIGKILL, 0] * len(points)
    for number, point in enumerate(points):
        folder = tmp_path / str(number)
        answers = (folder / "answers").read_text("utf-8").splitlines()
        assert answers.pop() == "done"
        assert len(set(answers)) == 2, point  # acknowledged before and after, with the same answer
        snapshot = Snapshot(FolderSource(folder).read(), Options())
        assert snapshot.order_count == 3, point
        rows = (folder / "Orders.csv").read_text("utf-8").split("\n")
        for order in (json.loads(answer)["order"] for answer in answers):
            assert sum(order["partnersData"]["id"] in row for row in rows) == 1, point
            items = snapshot.get_order(order["id"]).items
            assert [item["name"] for item in items] == ["Oil", "Gift"], point
        items = (folder / "Items.csv").read_text("utf-8-sig").splitlines()
        assert len(items) == 1 + 4 + (layout == "items"), point
        assert not [*folder.glob(".*.bikorders")]
