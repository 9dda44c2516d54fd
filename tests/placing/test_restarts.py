"""Restarts, several processes, many threads and kills: no order is lost, and none written twice."""

import json
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from random import Random
from threading import Event

import pytest

from bikorders.cache.clock import SystemClock
from bikorders.cache.policy import Policy
from bikorders.cache.rate_limit import Quota
from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.errors import (
    JournalUnavailable,
)
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.intake import Intake
from bikorders.placing.journal import Journal
from bikorders.placing.pending import Pending
from bikorders.placing.record import State
from bikorders.placing.writer import Writer
from bikorders.reading.shop_settings import Options
from bikorders.sheet.csv_source import FolderSource
from bikorders.sheet.workbook import Tab, Workbook
from tests.placing.conftest import IDS, LOST, WORKBOOK, Sheet, body, leave_to_a_person

# Restarts, several processes, many threads


@pytest.mark.parametrize("stop", range(6))
def test_a_restart_at_any_point_neither_loses_nor_doubles_an_order(placing, stop):
    placing.sheet.faults = [None, ("after", LOST), LOST, None]
    for n in (1, 2, 3, 4):
        placing.intake.place(body(f"nb_{n}"))
    placing.work(stop)
    placing.restart()
    placing.work(12)
    placing.require_once(4)


def test_an_order_that_was_written_but_not_noted_is_not_written_again(placing, monkeypatch):
    placing.intake.place(body())

    def fail(seq, *args):
        raise JournalUnavailable("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(placing.journal, "mark_written", fail)
        placing.work(2)
    placing.restart()
    placing.work()
    placing.require_once()


@pytest.mark.parametrize("stop", range(1, 6))
def test_what_is_to_be_put_right_outlives_a_restart_at_any_point(placing, stop):
    for n in range(1, 4):
        placing.intake.place(body(f"nb_{n}"))
    placing.sheet.faults = [lambda: placing.sheet.swap("Orders", 2, 4), None, None, LOST, LOST]
    placing.work(stop)
    placing.restart()
    placing.work(20)
    placing.sheet.swap("Orders", 2, 4)
    placing.work()
    placing.require_once(3)
    assert placing.journal.list_unverified() == []


def test_an_order_that_was_left_to_a_person_is_still_told_after_a_restart(placing):
    leave_to_a_person(placing)
    placing.restart()
    (remark,) = placing.intake.get_backlog().remarks
    assert "order ORD-1002" in remark
    assert placing.ask("ORD-1002")["total"] == 80  # what Bik was answered, not what stands in the wrong cells
    cells = ["nb_1", "Placed", 80, "+919876543210", "ORD-1002"]
    placing.sheet.edit("Orders", lambda rows: rows.__setitem__(2, cells))
    placing.clock.advance(10)
    assert placing.ask("ORD-1002")["total"] == 80
    placing.work()
    assert placing.intake.get_backlog().remarks == ()
    placing.sheet.swap("Orders", 1, 5)
    placing.require_once()


def rename_while_written(placing, *, makes_a_fresh_one):
    """Place an order, and let a script rename its tab before it is seen there."""
    placing.shop.cache.get(placing.clock.now())
    placing.clock.advance(10)
    placing.intake.place(body())
    while not placing.sheet.writes:
        placing.clock.advance(placing.writer.work())
    tabs = placing.shop.source.workbook.tabs
    last = Tab("Last month", tabs["Orders"].rows)
    fresh = {"Orders": Tab("Orders", tabs["Orders"].rows[:1])} if makes_a_fresh_one else {}
    placing.shop.source.workbook = Workbook({"Last month": last, "Items": tabs["Items"]} | fresh)
    placing.work()


def test_an_order_in_a_tab_that_was_renamed_is_told_until_it_is_moved_also_after_a_restart(placing, caplog):
    rename_while_written(placing, makes_a_fresh_one=True)
    told = (
        "order ORD-1002 stands in “Last month”, which was renamed while it was written: "
        "move it to the tab for new orders"
    )
    assert placing.intake.get_backlog().remarks == (told,)
    placing.restart()
    placing.work()
    assert placing.intake.get_backlog().remarks == (told,)
    assert caplog.text.count("“Last month”") == 2  # once by each start
    assert placing.ask("ORD-1002")["total"] == 80
    row = placing.shop.source.workbook.tabs["Last month"].rows[2]
    placing.sheet.edit("Last month", lambda rows: rows.pop(2))
    placing.sheet.edit("Orders", lambda rows: rows.append(row))
    placing.clock.advance(10)
    assert placing.ask("ORD-1002")["total"] == 80
    placing.work()
    assert placing.intake.get_backlog().remarks == ()
    assert placing.journal.list_unverified() == []


def test_an_order_in_a_tab_that_only_has_another_title_now_is_where_it_belongs(placing):
    rename_while_written(placing, makes_a_fresh_one=False)
    assert placing.intake.get_backlog().remarks == ()
    assert placing.journal.list_unverified() == []


def test_a_journal_of_a_version_that_did_not_know_what_was_sent_is_taken_over(placing):
    placing.intake.place(body())
    with closing(sqlite3.connect(placing.path, isolation_level=None)) as older:
        assert older.execute("PRAGMA user_version").fetchone() == (1,)  # it can be taken back to that version
        older.execute("DROP TABLE under_way")
    placing.restart()
    assert placing.pending.find("ORD-1002").state is State.SENT
    placing.work()
    placing.require_once()


def test_of_two_processes_on_one_journal_one_writes_and_both_answer(placing):
    placing.writer.work()
    journal = Journal(placing.path)
    cache, pending = placing.shop.cache, Pending(journal)
    intake, writer = Intake(journal, cache, pending, IDS), Writer(journal, cache, pending, placing.sheet)
    writer.work()
    record = intake.place(body())
    writer.work()
    assert not placing.sheet.writes
    assert placing.intake.find("ORD-1002", cache.peek()) == record.answer
    assert placing.intake.place(body()) == record
    placing.work()
    assert intake.find("ORD-1002", None) == record.answer
    writer.work()
    placing.require_once()
    placing.journal.close()
    assert intake.place(body("nb_2")).id == "ORD-1003"
    for _ in range(6):
        placing.clock.advance(writer.work())
    assert len(placing.sheet.writes) == 2
    journal.close()


def test_an_order_that_is_written_while_it_is_still_being_answered_is_not_held_for_ever(placing, monkeypatch):
    add = placing.journal.add

    def add_and_write(*args):
        result = add(*args)
        placing.work()
        return result

    monkeypatch.setattr(placing.journal, "add", add_and_write)
    placing.intake.place(body())
    placing.require_once()


class RealSource:
    """A sheet in memory for real threads; reading it fails now and then."""

    def __init__(self) -> None:
        self.workbook = WORKBOOK

    def read(self, tabs=(), names=False, together=False):
        return self.workbook


def test_200_requests_at_once_for_50_drafts_give_50_orders_though_the_sheet_fails_at_random(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("bikorders.placing.writer.PAUSES", (0.01,))
    source, chance = RealSource(), Random(7)
    clock = SystemClock()
    cache = SnapshotCache(
        source.read, lambda workbook, before: Snapshot(workbook, Options(), before),
        Policy(max_age=0.02, reads_per_minute=None), clock, Quota(None, clock),
    )  # fmt: skip

    class Flaky(Sheet):
        settles = 0.0

        def write(self, additions, workbook, name=""):
            self.faults = [chance.choice([None, None, LOST, ("after", LOST)])]
            return super().write(additions, workbook)

    with closing(Journal(tmp_path / "journal")) as journal:
        pending = Pending(journal)
        intake, writer = Intake(journal, cache, pending, IDS), Writer(journal, cache, pending, Flaky(source))
        cache.start()
        writer.start()
        drafts = [f"nb_{n % 50}" for n in range(200)]
        with ThreadPoolExecutor(32) as pool:
            records = list(pool.map(lambda draft: intake.place(body(draft)), drafts))
        for _ in range(3000):
            if not journal.list_waiting() and not pending.list_in(State.WRITTEN):
                break
            Event().wait(0.01)
        writer.close()
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


# Killed

SCRIPT = """
import json, os, signal, sys, time
from pathlib import Path
from bikorders.placing import intake, journal, pending, sheet_writers, verifier, writer
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
    source = csv_source.FolderSource(folder, now=lambda: time.time() + 60)  # no file is too young to be believed
    cache = SnapshotCache(source.read, lambda w, before: Snapshot(w, Options(), before),
                          Policy(max_age=0.02, reads_per_minute=None), clock, Quota(None, clock))
    kept = journal.Journal(folder / "journal")
    waits = pending.Pending(kept)
    takes = intake.Intake(kept, cache, waits, parse_id_template("ORD-{number}"))
    cache.start()
    writer.Writer(kept, cache, waits, sheet_writers.FolderWriter(folder)).start()
    with (folder / "answers").open("ab", buffering=0) as answers:
        for n in (1, 2):
            answers.write(takes.place((folder / f"nb_{n}").read_bytes()).answer + b"\\n")
        for _ in range(2000):
            if not kept.list_unverified():
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
        "pending.Pending.add": 1,
        "sheet_writers.FolderWriter.write": 1,
        "csv_editor._write_through": 2,
        "csv_editor.Path.replace": 2,
        "csv_editor.sync_folder": 2,
        "journal.Journal.mark_written": 2,
        "verifier.Verifier.verify": 1,
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
