"""A backup of the journal that is made while it is written, and a server that comes back from one."""

import errno
import os
import shutil
import sqlite3
import stat
from contextlib import closing

import pytest

from bikorders.errors import JournalUnavailable, SettingsError, SourceUnavailable
from bikorders.placing.journal import Journal
from bikorders.sheet.workbook import Workbook
from tests.placing.conftest import Placing, add, body, build

AWAY = SourceUnavailable("the sheet did not answer in time", "this passes")


def count(path):
    """Count the orders in a file that has nothing beside it."""
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return opened.execute("SELECT COUNT(*) FROM placed").fetchone()[0]


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "backups"
    made.mkdir()
    return made


# The file


def test_a_backup_is_one_whole_file_that_nobody_else_may_read(journal, folder):
    add(journal, "draft-1")
    before = os.umask(0)
    try:
        journal.back_up(folder / "copy")
    finally:
        os.umask(before)
    assert [file.name for file in folder.iterdir()] == ["copy"]
    assert stat.S_IMODE((folder / "copy").stat().st_mode) == 0o600
    assert count(folder / "copy") == 1


def test_a_backup_holds_what_was_placed_in_the_last_second_and_waits_for_nobody_who_writes(
    path, journal, folder
):
    add(journal, "draft-1")

    def build_meanwhile(order_id):
        journal.back_up(folder / "meanwhile")
        return build(order_id)

    add(journal, "draft-2", build=build_meanwhile)
    assert count(folder / "meanwhile") == 1
    with closing(Journal(path)) as other:  # as the command has it while the service runs
        other.back_up(folder / "after")
    assert count(folder / "after") == 2


def test_a_backup_never_takes_the_place_of_a_file(journal, folder):
    add(journal, "draft-1")
    (folder / "copy").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"there is a file .*copy already"):
        journal.back_up(folder / "copy")
    assert [file.read_text(encoding="utf-8") for file in folder.iterdir()] == ["mine"]


def test_a_backup_that_can_not_be_written_leaves_nothing_behind(journal, folder, monkeypatch):
    with pytest.raises(SettingsError, match=r"backup .*can't be written \(No such file or directory\)"):
        journal.back_up(folder / "missing" / "copy")

    def fail(*names):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.link", fail)
    with pytest.raises(SettingsError, match=r"can't be written \(No space left on device\)"):
        journal.back_up(folder / "copy")
    assert [*folder.iterdir()] == []
    assert add(journal, "draft-1")[1]  # the journal goes on


def test_a_damaged_journal_is_no_backup(path, journal, folder):
    for number in range(200):
        add(journal, f"draft-{number}")
    journal.close()
    content = bytearray(path.read_bytes())
    content[-4096:-4000] = b"\xff" * 96  # the head of a page
    path.write_bytes(content)
    with closing(Journal(path)) as damaged, pytest.raises(JournalUnavailable, match="the journal is damaged"):
        damaged.back_up(folder / "copy")
    assert [*folder.iterdir()] == []


# A server that is lost


@pytest.fixture
def lose_server(placing, tmp_path):
    """Lose the server of `placing`; gives another one on the same sheet, away at first, that begins with a file as its journal."""
    opened = []

    def lose(backup):
        placing.journal.close()
        place = tmp_path / "another server" / "journal"
        place.parent.mkdir()
        shutil.copy(backup, place)
        opened.append(Placing(place, placing.shop.source.workbook, error=AWAY))
        return opened[-1]

    yield lose
    for again in opened:
        again.journal.close()


def place(placing, *drafts):
    """Place orders that are written into the sheet, if it can be read."""
    for draft in drafts:
        placing.intake.place(body(draft))
    placing.work(12)


def come_back(again):
    """Let the sheet be read again, as the start does, and the writer work."""
    again.shop.source.error = None
    again.clock.advance(60)
    again.shop.cache.get(again.clock.now())
    again.work(12)


def test_a_server_that_was_lost_with_three_waiting_orders_comes_back_and_writes_them(
    placing, lose_server, folder, caplog
):
    placing.shop.cache.get(placing.clock.now())
    placing.shop.source.error = AWAY
    placing.clock.advance(1)
    place(placing, "nb_1", "nb_2", "nb_3")
    placing.journal.back_up(folder / "copy")
    again = lose_server(folder / "copy")
    assert again.journal.count_waiting()[0] == 3
    assert again.ask("ORD-1003")["partnersData"]["id"] == "nb_2"  # before the sheet can be read
    come_back(again)
    again.require_once(3)
    assert "older than the sheet" not in caplog.text


def test_no_id_is_given_twice_though_orders_were_placed_after_the_backup(
    placing, lose_server, folder, caplog
):
    place(placing, "nb_1")
    placing.journal.back_up(folder / "copy")
    place(placing, "nb_2", "nb_3", "nb_4")
    for title in ("Orders", "Items"):  # as if it had been lost with the server
        placing.sheet.edit(title, lambda rows: [rows.remove(row) for row in [*rows] if row[0] == "ORD-1004"])
    again = lose_server(folder / "copy")
    come_back(again)
    told = [record.getMessage() for record in caplog.records if "journal" in record.getMessage()]
    assert told == [
        "the journal is older than the sheet: it does not know ORD-1003, ORD-1005, which Bik placed",
        "neither the sheet nor the journal has ORD-1004: if Bik placed them, they are lost, and Bik has to place them again",
    ]
    assert again.intake.place(body("nb_5")).id == "ORD-1006"


def test_an_order_that_only_the_sheet_knows_keeps_its_id_when_bik_places_it_again(
    placing, lose_server, folder
):
    place(placing, "nb_1")
    placing.journal.back_up(folder / "copy")
    record = placing.intake.place(body("nb_2"))
    placing.work(12)
    again = lose_server(folder / "copy")
    come_back(again)
    for _ in range(2):
        adopted = again.intake.place(body("nb_2"))
        assert (adopted.id, adopted.answer, adopted.state) == ("ORD-1003", record.answer, "verified")
    again.work(12)
    assert [row for row in again.rows() if "nb_2" in row] == ["ORD-1003|Placed|80|+919876543210|nb_2"]
    assert again.intake.place(body("nb_3")).id == "ORD-1004"
    assert again.ask("ORD-1003")["total"] == 80


def test_an_order_in_the_sheet_whose_id_the_journal_gave_to_another_gets_one_of_its_own(placing):
    place(placing, "nb_1")
    placing.sheet.edit("Orders", lambda rows: rows.append(["ORD-1002", "Packed", 5, "", "nb_9"]))
    placing.clock.advance(60)
    assert placing.intake.place(body("nb_9")).id == "ORD-1003"


@pytest.mark.parametrize("is_copied_by_hand", [False, True])
def test_while_a_restored_journal_was_not_held_against_the_sheet_no_number_is_given(
    placing, lose_server, folder, is_copied_by_hand
):
    place(placing, "nb_1")
    if is_copied_by_hand:
        placing.journal.settle()
        shutil.copy(placing.path, folder / "copy")
    else:
        placing.journal.back_up(folder / "copy")
    place(placing, "nb_2")
    again = lose_server(folder / "copy")
    with pytest.raises(SourceUnavailable):
        again.intake.place(body("nb_3"))
    assert again.intake.place(body("nb_1")).id == "ORD-1002"  # what it knows, it answers
    come_back(again)
    again.shop.source.error = AWAY
    again = Placing(again.path, again.shop.source.workbook, error=AWAY)  # started again
    with closing(again.journal):
        assert again.intake.place(body("nb_3")).id == "ORD-1004"


def test_a_restored_journal_is_not_held_against_a_sheet_without_its_tab_for_orders(
    placing, lose_server, folder, caplog
):
    place(placing, "nb_1")
    placing.journal.back_up(folder / "copy")
    place(placing, "nb_2")
    tabs = placing.shop.source.workbook.tabs
    again = lose_server(folder / "copy")
    again.shop.source.workbook = Workbook({"Items": tabs["Items"]})
    come_back(again)
    assert not again.journal.is_at_home()
    again.shop.source.workbook = Workbook(tabs)
    come_back(again)
    assert again.journal.is_at_home()
    assert "does not know ORD-1003, which Bik placed" in caplog.text


def test_a_backup_that_is_put_back_in_the_same_place_is_known_as_one(placing, folder):
    place(placing, "nb_1")
    placing.journal.back_up(folder / "copy")
    place(placing, "nb_2")
    placing.journal.close()
    placing.path.write_bytes((folder / "copy").read_bytes())
    with closing(Journal(placing.path)) as journal:
        assert not journal.is_at_home()


def test_a_journal_on_another_machine_is_known_as_a_copy_though_its_file_may_have_the_same_number(
    path, journal, monkeypatch
):
    assert journal.is_at_home()
    monkeypatch.setattr("pathlib.Path.read_text", lambda *args, **named: "another machine\n")
    with closing(Journal(path)) as elsewhere:
        assert not elsewhere.is_at_home()
        elsewhere.settle_in(1009)
        assert elsewhere.is_at_home() and elsewhere.highest_number() == 1009
        elsewhere.settle_in(5)
        assert elsewhere.highest_number() == 1009


def test_a_journal_that_stays_where_it_is_gives_numbers_while_the_sheet_is_away(placing):
    place(placing, "nb_1")
    placing.journal.close()
    again = Placing(placing.path, placing.shop.source.workbook, error=AWAY)
    with closing(again.journal):
        assert again.intake.place(body("nb_2")).id == "ORD-1003"


def test_a_journal_that_knows_all_orders_of_the_sheet_says_nothing_at_its_start(placing, caplog):
    place(placing, "nb_1", "nb_2")
    own = ["ORD-1009", "Packed", 5, "", ""]  # of the merchant's own
    placing.sheet.edit("Orders", lambda rows: rows.append(own))
    placing.restart()
    placing.work()
    assert caplog.text == ""


def test_a_journal_that_begins_anew_beside_a_sheet_with_orders_of_biks_says_which_it_does_not_know(
    placing, caplog
):
    place(placing, "nb_1")
    placing.journal.close()
    placing.path.unlink()
    placing.open()
    placing.work()
    told = [record.getMessage() for record in caplog.records]
    assert told == ["the journal is older than the sheet: it does not know ORD-1002, which Bik placed"]


# A parked order


def park(placing):
    """Place an order that the sheet refuses for itself, and one that it takes."""
    placing.sheet.refuses = lambda text: "nb_1" in text
    place(placing, "nb_1", "nb_2")
    placing.clock.advance(100)
    placing.intake.place(body("nb_3"))
    placing.work(12)
    placing.sheet.refuses = lambda text: False
    (record,) = placing.journal.list_parked()
    return record


def test_a_parked_order_is_tried_again_by_the_service_that_runs_when_another_process_says_so(placing):
    record = park(placing)
    with closing(Journal(placing.path)) as other:
        assert other.retry(record.seq)
        assert not other.retry(record.seq)
    placing.work()
    assert placing.journal.list_unverified() == []
    assert [row for row in placing.rows() if "nb_1" in row] == ["ORD-1002|Placed|80|+919876543210|nb_1"]
    assert placing.ask("ORD-1002")["total"] == 80


def test_an_order_that_is_refused_again_after_a_retry_has_two_tries_before_it_is_parked(placing):
    record = park(placing)
    placing.sheet.refuses = lambda text: "nb_1" in text
    placing.journal.retry(record.seq)
    place(placing, "nb_4")
    assert [each.refusals for each in placing.journal.list_waiting()] == [1]
    placing.clock.advance(100)
    place(placing, "nb_5")
    assert [each.id for each in placing.journal.list_parked()] == ["ORD-1002"]


def test_an_order_that_was_typed_in_by_hand_before_the_retry_is_not_written_twice(placing):
    record = park(placing)
    placing.sheet.edit("Orders", lambda rows: rows.append(["ORD-1002", "Placed", 80, "", "nb_1"]))
    placing.journal.retry(record.seq)
    placing.clock.advance(60)
    placing.work()
    assert [row for row in placing.rows() if "nb_1" in row] == ["ORD-1002|Placed|80||nb_1"]
    assert placing.journal.list_unverified() == []
