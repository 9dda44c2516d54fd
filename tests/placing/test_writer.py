"""From the journal into the sheet: each order once, whatever fails or moves in between."""

from contextlib import closing
from threading import Event

import pytest

from bikorders.placing import writer
from bikorders.placing.journal import Journal
from bikorders.placing.record import State
from tests.conftest import make_workbook
from tests.placing.conftest import LOST, NO_ACCESS, REFUSED, WORKBOOK, Placing, Sheet, body, leave_to_a_person

# Writing


def test_one_read_serves_all_waiting_orders_and_they_stand_in_the_order_they_came(placing):
    for n in range(1, 11):
        placing.intake.place(body(f"nb_{n}"))
    before = len(placing.shop.source.reads)
    placing.writer.work()
    assert len(placing.shop.source.reads) - before <= 1
    assert len(placing.sheet.writes) == 10
    placing.work()
    placing.require_once(10)


def test_many_orders_go_in_few_changes_and_stand_in_the_order_they_came(placing):
    for n in range(1, 23):
        placing.intake.place(body(f"nb_{n}"))
    placing.work()
    placing.require_once(22)
    assert len(placing.sheet.writes) == 6  # four in each


def test_of_many_orders_one_that_is_refused_holds_up_no_other(placing):
    placing.sheet.refuses = lambda text: "nb_6'" in text
    for n in range(1, 13):
        placing.intake.place(body(f"nb_{n}"))
    placing.work()
    assert [row.split("|")[-1] for row in placing.rows()[1:]] == [f"nb_{n}" for n in range(1, 13) if n != 6]
    assert len(placing.sheet.writes) == 2 + 3


@pytest.mark.parametrize("fault", [LOST, ("after", LOST)])
def test_many_orders_whose_answer_was_lost_stand_in_the_sheet_once(placing, fault):
    for n in range(1, 13):
        placing.intake.place(body(f"nb_{n}"))
    placing.sheet.faults = [None, fault]
    placing.work(12)
    placing.require_once(12)


def test_what_google_does_not_take_waits_and_is_written_in_order_when_it_is_back(placing):
    placing.intake.place(body())
    placing.sheet.faults = [LOST, LOST]
    placing.work(2)
    for n in (2, 3):
        placing.intake.place(body(f"nb_{n}"))
    assert placing.intake.get_backlog().waiting == 3
    assert placing.intake.get_backlog().failure is LOST
    assert placing.ask("ORD-1003")["total"] == 80
    placing.work()
    placing.require_once(3)
    assert placing.intake.get_backlog().failure is None


def test_when_the_sheet_can_not_be_read_orders_wait_and_the_reason_is_told(placing):
    placing.intake.place(body())
    placing.clock.advance(0.5)
    placing.shop.source.error = LOST
    placing.work(2)
    assert str(placing.intake.get_backlog().failure) == str(LOST)
    placing.shop.source.error = None
    placing.work()
    placing.require_once()


def test_after_an_answer_that_was_lost_the_draft_is_looked_for_before_it_is_written_again(placing):
    for n in range(1, 4):
        placing.intake.place(body(f"nb_{n}"))
    placing.sheet.faults = [None, ("after", LOST), None, ("after", LOST)]
    placing.work(12)
    placing.require_once(3)
    assert len(placing.sheet.writes) == 3


def test_a_lost_request_that_arrives_late_is_waited_for_though_new_orders_come(placing):
    placing.intake.place(body())
    planned = []

    class Slow(Sheet):
        def write(self, additions, workbook, name=""):
            planned.append(additions)
            raise LOST

    placing.writer._sheet = Slow(placing.shop.source)
    placing.writer.work()
    placing.writer._sheet = placing.sheet
    for _ in range(11):
        placing.intake.place(body("nb_2"))
        placing.writer.work()
        placing.clock.advance(1)
    placing.sheet.write(planned[0], WORKBOOK)
    placing.work()
    placing.require_once(2)


def test_after_a_restart_too_a_request_that_may_be_under_way_is_waited_for(placing):
    placing.intake.place(body())
    planned = []
    placing.sheet.faults = [LOST]
    real = placing.sheet.write
    placing.sheet.write = lambda additions, workbook, name="": (
        planned.append(additions),
        real(additions, workbook),
    )
    placing.writer.work()
    placing.sheet.write = real
    placing.restart()
    placing.clock.advance(placing.writer.work() - 1)
    placing.sheet.write(planned[0], WORKBOOK)
    placing.work()
    placing.require_once()


def test_a_new_order_is_not_held_up_after_a_restart_without_any(placing):
    placing.writer.work()
    placing.intake.place(body())
    placing.writer.work()
    assert len(placing.sheet.writes) == 1


def test_an_order_that_is_refused_twice_is_parked_and_the_others_go_on(placing):
    placing.sheet.refuses = lambda text: "nb_2" in text
    for n in (1, 2, 3):
        placing.intake.place(body(f"nb_{n}"))
    placing.work(60)
    assert [row[-4:] for row in placing.rows()[1:]] == ["nb_1", "nb_3"]
    backlog = placing.intake.get_backlog()
    assert backlog.waiting == 0
    assert [(record.id, record.reason) for record in backlog.parked] == [("ORD-1003", REFUSED.message)]
    assert placing.ask("ORD-1003")["total"] == 80


def test_what_the_sheet_refuses_to_all_parks_none_and_they_are_written_when_it_takes_them(placing, caplog):
    placing.sheet.refuses = lambda text: True
    for n in range(1, 8):
        placing.intake.place(body(f"nb_{n}"))
    placing.work(400)
    backlog = placing.intake.get_backlog()
    assert (backlog.waiting, backlog.failure, backlog.parked) == (7, REFUSED, ())
    assert {record.reason for record in placing.journal.list_waiting()} == {str(REFUSED)}
    assert caplog.text.count("placed orders wait") == 1
    placing.sheet.refuses = lambda text: False
    placing.work(100)
    assert sorted(row[-4:] for row in placing.rows()[1:]) == [f"nb_{n}" for n in range(1, 8)]
    assert placing.intake.get_backlog().waiting == 0


def test_an_order_that_is_refused_alone_waits_until_another_one_shows_whose_fault_it_is(placing):
    placing.sheet.refuses = lambda text: "nb_1" in text
    placing.intake.place(body())
    placing.work(200)
    assert placing.intake.get_backlog().waiting == 1
    placing.intake.place(body("nb_2"))
    placing.work(200)
    assert [row[-4:] for row in placing.rows()[1:]] == ["nb_2"]
    assert [record.id for record in placing.intake.get_backlog().parked] == ["ORD-1002"]


def test_more_orders_than_are_tried_at_once_hold_up_no_other(placing):
    placing.sheet.refuses = lambda text: any(f"nb_{n}'" in text for n in range(1, 6))
    for n in range(1, 9):
        placing.intake.place(body(f"nb_{n}"))
    placing.work(60)
    assert [row[-4:] for row in placing.rows()[1:]] == ["nb_6", "nb_7", "nb_8"]


def test_a_refusal_that_was_a_passing_one_costs_an_order_nothing_but_time(placing):
    placing.intake.place(body())
    placing.sheet.faults = [REFUSED]
    placing.work(60)
    placing.require_once()


def test_an_order_that_nobody_can_put_into_rows_does_not_hold_up_the_others(placing, monkeypatch):
    plan = writer.plan_rows
    monkeypatch.setattr(
        writer,
        "plan_rows",
        lambda snapshot, order, day: plan(snapshot, 1 / 0 if order["id"] == "ORD-1002" else order, day),
    )
    for n in (1, 2):
        placing.intake.place(body(f"nb_{n}"))
    placing.work(60)
    assert [row[-4:] for row in placing.rows()[1:]] == ["nb_2"]
    assert [record.id for record in placing.intake.get_backlog().parked] == ["ORD-1002"]


def test_a_parked_order_that_a_person_typed_in_is_settled(placing):
    placing.sheet.refuses = lambda text: "nb_1" in text
    for n in (1, 2):
        placing.intake.place(body(f"nb_{n}"))
    placing.work(60)
    assert placing.intake.get_backlog().parked
    placing.sheet.edit("Orders", lambda rows: rows.append(["ORD-1002", "Packed", 80, None, "nb_1"]))
    placing.clock.advance(60)
    assert placing.ask("ORD-1002")["status"] == "PACKED"
    placing.work(2)
    assert placing.intake.get_backlog().parked == ()


def test_where_access_is_lost_all_wait_and_none_is_parked(placing):
    for n in (1, 2):
        placing.intake.place(body(f"nb_{n}"))
    placing.sheet.faults = [NO_ACCESS] * 5
    placing.work(5)
    backlog = placing.intake.get_backlog()
    assert (backlog.waiting, backlog.failure, backlog.parked) == (2, NO_ACCESS, ())
    placing.work()
    placing.require_once(2)


def test_when_the_column_for_the_draft_id_goes_all_wait_and_the_reason_is_told(placing):
    placing.intake.place(body())
    placing.sheet.edit("Orders", lambda rows: rows[0].__setitem__(4, "Remark"))
    placing.work()
    assert "Draft ID" in str(placing.intake.get_backlog().failure)
    placing.sheet.edit("Orders", lambda rows: rows[0].__setitem__(4, "Draft ID"))
    placing.work()
    placing.require_once()


@pytest.mark.parametrize(
    ("title", "columns"),
    [("Orders", (1, 5)), ("Orders", (3, 4)), ("Orders", (4, 5)), ("Items", (2, 4))],
)
def test_columns_that_are_moved_while_an_order_is_written_are_made_up_for(placing, title, columns):
    placing.shop.cache.get(placing.clock.now())
    placing.intake.place(body())
    placing.sheet.faults = [lambda: placing.sheet.swap(title, *columns)]
    for _ in range(8):
        assert placing.ask("ORD-1002")["items"][0]["name"] == "Oil"
        placing.clock.advance(placing.writer.work())
    placing.sheet.swap(title, *columns)
    placing.work()
    placing.require_once()
    assert placing.intake.get_backlog().remarks == ()


def test_an_outage_while_an_order_is_put_right_is_no_attempt(placing, caplog):
    for n in range(1, 13):
        placing.intake.place(body(f"nb_{n}"))
    outage = [LOST, NO_ACCESS] * 8
    placing.sheet.faults = [lambda: placing.sheet.swap("Orders", 2, 4), *[None] * 11, *outage]
    placing.work(200)
    placing.sheet.swap("Orders", 2, 4)
    placing.work()
    placing.require_once(12)
    assert placing.intake.get_backlog().remarks == ()
    assert caplog.text.count("was put right") == 12


def test_an_order_that_can_not_be_put_right_is_left_to_a_person_and_nothing_is_read_for_it(placing):
    leave_to_a_person(placing)
    quiet = len(placing.shop.source.reads)
    placing.clock.advance(1000)  # nobody asks any more
    for _ in range(100):
        placing.clock.advance(placing.writer.work())
    assert len(placing.shop.source.reads) == quiet
    assert len(placing.intake.get_backlog().remarks) == 1


@pytest.mark.parametrize("columns", [(1, 5), (3, 4)])
@pytest.mark.parametrize("is_restarted", [False, True])
def test_columns_that_are_moved_while_the_answer_is_lost_are_made_up_for(placing, columns, is_restarted):
    placing.intake.place(body())
    real = placing.sheet.write

    def write(additions, workbook, name=""):
        placing.sheet.write = real
        placing.sheet.swap("Orders", *columns)
        real(additions, workbook)
        raise LOST

    placing.sheet.write = write
    placing.work(2)
    if is_restarted:
        placing.restart()
    placing.work(8)
    placing.sheet.swap("Orders", *columns)
    placing.work()
    placing.require_once()


def test_rows_that_are_sorted_away_before_a_repair_are_not_typed_over(placing):
    placing.intake.place(body())
    placing.sheet.faults = [
        lambda: placing.sheet.swap("Orders", 3, 4),
        lambda: placing.sheet.edit("Orders", lambda rows: rows.insert(1, rows.pop())),
    ]
    placing.work(10)
    placing.sheet.swap("Orders", 3, 4)
    assert sorted(placing.rows()) == ["ORD-1001|Packed|80", "ORD-1002|Placed|80|+919876543210|nb_1"]


def test_an_order_that_is_sorted_away_is_found_again(placing):
    placing.intake.place(body())
    placing.sheet.faults = [("after", LOST)]
    placing.writer.work()
    placing.sheet.edit("Orders", lambda rows: rows.insert(1, rows.pop()))
    placing.work()
    assert placing.rows() == ["ORD-1002|Placed|80|+919876543210|nb_1", "ORD-1001|Packed|80"]


def test_a_row_that_the_merchant_adds_at_that_moment_is_not_typed_over(placing):
    placing.intake.place(body())
    hand = ["ORD-2000", "Packed", 5]
    placing.sheet.faults = [lambda: placing.sheet.edit("Orders", lambda rows: rows.append(hand))]
    placing.work()
    assert sorted(placing.rows()) == [
        "ORD-1001|Packed|80",
        "ORD-1002|Placed|80|+919876543210|nb_1",
        "ORD-2000|Packed|5",
    ]


def test_a_sheet_without_items_gets_one_tab_for_all_orders(tmp_path):
    placing = Placing(
        tmp_path / "journal", make_workbook("Order ID,Status,Total,Draft ID\nORD-1001,Packed,80,")
    )
    placing.sheet.faults = [("after", LOST)]
    for n in (1, 2, 3):
        placing.intake.place(body(f"nb_{n}"))
    placing.work(12)
    assert [row.split("|")[0] for row in placing.rows("Items")] == [
        f"ORD-{n}" for n in (1002, 1002, 1003, 1003, 1004, 1004)
    ]
    assert len(placing.rows()) == 4
    assert len(placing.shop.source.names_read) >= 2  # the new tab's name was asked for
    placing.journal.close()


def test_what_was_written_is_in_the_journals_one_file_when_nothing_waits(placing, tmp_path):
    placing.intake.place(body())
    placing.work()
    copy = tmp_path / "copy"
    copy.write_bytes(placing.path.read_bytes())
    with closing(Journal(copy)) as alone:
        assert alone.find_draft("nb_1").state is State.VERIFIED


def test_an_order_wakes_the_writing_thread_at_once(placing, monkeypatch):
    worked = Event()
    monkeypatch.setattr("bikorders.placing.writer.LISTEN", 60.0)
    placing.pending.set_failure(None)
    seen: list[int] = []

    def work():
        seen.append(len(placing.journal.list_waiting()))
        if seen[-1]:
            worked.set()
        return 60.0

    monkeypatch.setattr(placing.writer, "work", work)
    placing.shop.cache.get(placing.clock.now())
    placing.writer.start()
    placing.intake.place(body())
    assert worked.wait(10)
    placing.writer.close()
