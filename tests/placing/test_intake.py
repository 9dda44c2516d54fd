"""Taking orders and answering for them: each order under one id, and none unknown in between."""

import pytest

from bikorders.errors import (
    JournalUnavailable,
    OrderConflict,
    OrderNotFound,
    PlacingUnavailable,
    SourceUnavailable,
)
from bikorders.merchant.report import find_clashes
from tests.placing.conftest import LOST, body

# Taking orders


def test_an_order_is_in_the_journal_when_it_is_answered_and_in_the_sheet_soon(placing):
    record = placing.intake.place(body())
    assert record.id == "ORD-1002"
    assert placing.journal.find_draft("nb_1") == record
    placing.work()
    placing.require_once()


def test_the_same_draft_gets_the_same_answer_before_and_after_it_is_written_and_after_a_restart(placing):
    answers = {placing.intake.place(body()).answer}
    placing.work()
    answers.add(placing.intake.place(body()).answer)
    placing.restart()
    answers.add(placing.intake.place(body()).answer)
    placing.work()
    assert len(answers) == 1
    placing.require_once()


def test_of_a_draft_that_is_sent_with_another_body_the_first_stands_and_it_is_logged(placing, caplog):
    first = placing.intake.place(body())
    assert placing.intake.place(body(quantity=9)) == first
    assert "placed again with other contents; the first stands" in caplog.text
    placing.work()
    placing.require_once()


def test_ids_go_on_from_the_sheet_as_it_is_now_also_after_a_quiet_hour(placing):
    placing.shop.cache.get(placing.clock.now())
    placing.clock.advance(3600)
    placing.sheet.edit("Orders", lambda rows: rows.append(["ORD-1050", "Packed"]))
    assert placing.intake.place(body()).id == "ORD-1051"


def test_an_id_that_only_items_have_is_not_given(placing):
    placing.sheet.edit("Items", lambda rows: rows.append(["ORD-1007", "Soap", 1]))
    assert placing.intake.place(body()).id == "ORD-1008"


def test_with_google_down_the_journal_gives_ids_and_a_new_journal_none(placing):
    placing.shop.source.error = LOST
    with pytest.raises(SourceUnavailable):
        placing.intake.place(body())
    placing.shop.source.error = None
    placing.clock.advance(60)
    placing.intake.place(body())
    placing.shop.source.error = LOST
    assert placing.intake.place(body("nb_2")).id == "ORD-1003"


def test_a_journal_without_room_takes_no_order_and_answers_none(placing, monkeypatch):
    def fail(*args):
        raise JournalUnavailable("the disk is full")

    monkeypatch.setattr(placing.journal, "add", fail)
    with pytest.raises(JournalUnavailable):
        placing.intake.place(body())
    placing.work()
    placing.require_once(0)


@pytest.mark.parametrize(("title", "column", "reason"), [("Orders", 5, "Draft ID"), ("Items", 2, "products")])
def test_a_sheet_without_the_columns_for_orders_takes_none_and_answers_those_it_has(
    placing, caplog, title, column, reason
):
    first = placing.intake.place(body()).answer
    placing.work()
    placing.clock.advance(10)
    header = placing.shop.source.workbook.tabs[title].row(1)[column - 1]
    placing.sheet.edit(title, lambda rows: rows[0].__setitem__(column - 1, "Remark"))
    placing.clock.advance(10)
    for _ in range(2):
        with pytest.raises(PlacingUnavailable, match=reason):
            placing.intake.place(body("nb_2"))
    assert caplog.text.count("no order from Bik is taken") == 1
    assert reason in str(placing.intake.get_backlog().failure)
    assert placing.intake.place(body()).answer == first
    assert placing.ask("ORD-1001")["status"] == "PACKED"
    placing.sheet.edit(title, lambda rows: rows[0].__setitem__(column - 1, header))
    placing.clock.advance(10)
    assert placing.intake.place(body("nb_2")).id == "ORD-1003"
    assert placing.intake.get_backlog().failure is None


# Answering


def test_an_order_that_waits_is_answered_from_the_journal_and_then_from_the_sheet(placing):
    placing.shop.cache.get(placing.clock.now())
    record = placing.intake.place(body())
    assert placing.service.get_order(" #ord-1002").body == record.answer
    placing.work()
    placing.sheet.edit("Orders", lambda rows: rows[2].__setitem__(1, "Shipped"))
    placing.clock.advance(6)
    assert placing.ask("ORD-1002")["status"] == "SHIPPED"


def test_no_lookup_between_taking_and_reading_back_misses_an_order(placing):
    placing.shop.cache.get(placing.clock.now())
    placing.intake.place(body())
    for _ in range(8):
        assert placing.ask("ORD-1002")["total"] == 80
        placing.writer.work()
        assert placing.ask("ORD-1002")["total"] == 80
        placing.clock.advance(0.5)


def test_a_row_that_the_merchant_deletes_is_gone_and_not_written_again(placing):
    placing.intake.place(body())
    placing.work()
    placing.sheet.edit("Orders", lambda rows: rows.pop())
    placing.work()
    placing.restart()
    placing.work()
    assert placing.rows() == ["ORD-1001|Packed|80"]
    placing.clock.advance(60)
    with pytest.raises(OrderNotFound):
        placing.ask("ORD-1002")


def find_clash(placing) -> str:
    """Give the id that the page and `check` say two orders have; "" if there is none."""
    (clash,) = [*find_clashes(placing.shop.cache.peek().snapshot, placing.intake.list_drafts())] or [None]
    return clash.text if clash else ""


def test_a_number_that_somebody_types_by_hand_for_another_order_is_a_conflict_and_is_told(placing):
    placing.shop.cache.get(placing.clock.now())
    placing.intake.place(body())
    placing.sheet.edit("Orders", lambda rows: rows.append(["ORD-1002", "Packed", 9]))
    placing.sheet.edit("Items", lambda rows: rows.append(["ORD-1002", "Pen", 1, 9]))
    placing.clock.advance(6)
    with pytest.raises(OrderConflict):
        placing.ask("ORD-1002")
    placing.work()
    assert find_clash(placing) == "ORD-1002"
    assert [row for row in placing.rows("Items") if "Oil" in row or "Pen" in row] == [
        "ORD-1002|Pen|1|9",
        "ORD-1002|Oil|2|40",
    ]
    with pytest.raises(OrderConflict):
        placing.ask("ORD-1002")
    for title in ("Orders", "Items"):
        placing.sheet.edit(title, lambda rows: rows[2].__setitem__(0, "ORD-1003"))
    placing.clock.advance(6)
    assert placing.ask("ORD-1002")["total"] == 80
    assert find_clash(placing) == ""
    assert placing.intake.get_backlog().remarks == ()
