"""The states of an order on its way into the sheet."""

import pytest

from bikorders.errors import JournalUnavailable
from bikorders.placing.pending import Pending
from bikorders.placing.record import State
from tests.placing.conftest import LOST, body


def find_state(placing):
    order = placing.pending.find("ORD-1002")
    return order and order.state


def test_an_order_is_waiting_then_written_and_then_verified_by_a_later_read(placing):
    placing.intake.place(body())
    assert find_state(placing) is State.WAITING
    placing.writer.work()
    assert find_state(placing) is State.WRITTEN
    placing.work()
    assert find_state(placing) is None
    assert placing.journal.find_id("ORD-1002").state is State.VERIFIED


def test_an_order_is_sent_while_nobody_knows_whether_the_sheet_has_it(placing):
    placing.intake.place(body())
    placing.sheet.faults = [LOST]
    assert placing.writer.work() == placing.sheet.settles
    assert find_state(placing) is State.SENT
    placing.restart()
    assert find_state(placing) is State.SENT
    placing.work()
    placing.require_once()


def test_a_refused_order_is_waiting_again_and_parked_if_it_is_refused_twice_while_another_is_taken(placing):
    for n in (1, 2):
        placing.intake.place(body(f"nb_{n}"))
    placing.sheet.refuses = lambda text: "nb_1" in text
    placing.writer.work()
    assert find_state(placing) is State.WAITING
    placing.work(60)
    assert find_state(placing) is State.PARKED


def test_what_the_sheet_took_is_noted_in_the_journal_as_soon_as_it_can_be_written(placing, monkeypatch):
    placing.intake.place(body())

    def fail(seq, *args):
        raise JournalUnavailable("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(placing.journal, "mark_written", fail)
        placing.work(3)
    assert find_state(placing) is State.WRITTEN
    assert placing.journal.find_id("ORD-1002").state is State.SENT
    placing.work()
    placing.require_once()
    assert len(placing.sheet.writes) == 1


@pytest.mark.parametrize("state", ["waiting", "parked"])
def test_what_is_not_in_the_sheet_yet_is_taken_over_from_the_journal(placing, state):
    record = placing.intake.place(body())
    if state == "parked":
        placing.journal.note_refusal(record.seq, "no")
        placing.journal.note_refusal(record.seq, "no")
    assert Pending(placing.journal).find("#ord-1002").state == state
