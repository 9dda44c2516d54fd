"""The journal's file: full disks, files that are moved, none of ours or open to others."""

import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import BoundedSemaphore, Event

import pytest

from bikorders.errors import JournalUnavailable, SettingsError
from bikorders.placing.journal import Journal
from bikorders.placing.journal_schema import VERSION
from bikorders.placing.write_turn import PLACES
from tests.placing.conftest import add, build, run


def test_a_full_disk_is_an_error_that_passes(path):
    code = """
record, _ = journal.add("draft-1", "d", build, IDS, 1000, 0.0)
size = os.path.getsize(sys.argv[1] + "-wal")
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
try:
    journal.add("draft-2", "d", build, IDS, 1000, 0.0)
except JournalUnavailable as error:
    assert error.can_retry
    print("refused")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(journal.add("draft-2", "d", build, IDS, 1000, 0.0)[0].id)
"""
    assert run(path, code) == [(0, "refused\nORD-1002\n")]


def test_a_file_that_another_process_holds_is_an_error_that_passes(path, journal, monkeypatch):
    add(journal, "draft-1")
    monkeypatch.setattr("bikorders.placing.write_turn.PATIENCE", 0.001)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalUnavailable, match="locked"):
            add(journal, "draft-2")
        assert journal.find_draft("draft-1")  # reading goes on
        monkeypatch.setattr("bikorders.placing.sqlite_file.PATIENCE", 0.001)
        with pytest.raises(JournalUnavailable, match="locked"):
            Journal(path)
    assert add(journal, "draft-2")[1]


def test_a_file_that_was_removed_or_replaced_takes_no_orders(path, journal):
    add(journal, "draft-1")
    moved = path.rename(path.with_name("moved"))
    with pytest.raises(JournalUnavailable, match="moved or removed"):
        add(journal, "draft-2")
    path.write_bytes(b"")
    with pytest.raises(JournalUnavailable, match="moved or removed"):
        add(journal, "draft-2")
    moved.replace(path)
    assert add(journal, "draft-2")[1]


def test_a_journal_that_is_closed_says_so(path):
    journal = Journal(path)
    journal.close()
    journal.close()
    with pytest.raises(JournalUnavailable):
        add(journal, "draft-1")


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_nobody_else_can_read_the_files(path, umask):
    before = os.umask(umask)
    try:
        with closing(Journal(path)) as journal:
            add(journal, "draft-1")
            assert journal.lead()
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {path.name + suffix: 0o600 for suffix in ("", "-wal", "-shm", "-lead")}


def test_the_file_is_private_before_anything_is_in_it(path, monkeypatch):
    seen = []
    connect = sqlite3.connect

    def look(*args, **options):
        seen.append((stat.S_IMODE(path.stat().st_mode), path.stat().st_size))
        return connect(*args, **options)

    def mend(*args):
        raise AssertionError("the file was not private when it was made")

    monkeypatch.setattr("sqlite3.connect", look)
    monkeypatch.setattr("pathlib.Path.chmod", mend)
    Journal(path).close()
    assert seen[0] == (0o600, 0)
    assert {mode for mode, _ in seen} == {0o600}


def test_files_that_others_could_read_are_closed_to_them(path):
    lead = path.with_name(path.name + "-lead")
    for file in (path, lead):
        file.touch(0o644)
    Journal(path).close()
    assert [stat.S_IMODE(file.stat().st_mode) for file in (path, lead)] == [0o600, 0o600]


# One file


def count_in_a_copy(path: Path) -> int:
    """Count the orders in a copy of the file alone, without those beside it."""
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(copy)) as opened:
        return opened.execute("SELECT COUNT(*) FROM placed").fetchone()[0]


def test_after_it_was_closed_the_file_alone_has_every_order(path, journal):
    with closing(
        Journal(path)
    ):  # another process has it open, so that SQLite itself leaves the rest beside it
        add(journal, "draft-1")
        journal.close()
        assert count_in_a_copy(path) == 1


def test_what_was_settled_is_in_the_file_alone_while_it_is_open(path, journal):
    add(journal, "draft-1")
    journal.settle()
    assert count_in_a_copy(path) == 1
    before = os.stat(path).st_mtime_ns
    journal.settle()
    assert os.stat(path).st_mtime_ns == before  # nothing is left to do


def test_orders_outlive_the_removal_of_the_file_beside_it(path, journal, caplog):
    add(journal, "draft-1")
    for draft in ("draft-2", "draft-3"):
        path.with_name(path.name + "-wal").unlink()
        add(journal, draft)
    assert journal.find_draft("draft-1")
    assert caplog.text.count("-wal was removed; nothing is lost") == 2
    journal.close()
    assert count_in_a_copy(path) == 3


# What is said, and who waits


def test_what_keeps_it_from_being_written_is_said_once_with_the_path_and_again_after_it_worked(
    path, journal, caplog
):
    for _ in range(2):
        moved = path.rename(path.with_name("moved"))
        for draft in ("draft-1", "draft-2"):
            with pytest.raises(JournalUnavailable):
                add(journal, draft)
            journal.find_draft("draft-1")  # that reading works says nothing of writing
        moved.replace(path)
        add(journal, "draft-1")
    told = [record.getMessage() for record in caplog.records]
    lost = f"the journal {path} was moved or removed: put it back, or start bikorders again"
    assert told == [lost, f"the journal {path} can be written again"] * 2


def test_reading_goes_on_while_another_process_writes_and_a_thread_waits_for_it(path, journal, monkeypatch):
    add(journal, "draft-1")
    monkeypatch.setattr("bikorders.placing.write_turn.PATIENCE", 30.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other, ThreadPoolExecutor(1) as pool:
        other.execute("BEGIN IMMEDIATE")
        waiting = pool.submit(add, journal, "draft-2")
        while not journal._file._turn._lock.locked():
            pass
        assert journal.find_draft("draft-1")
        assert journal.count_waiting()[0] == 1
        assert not waiting.done()
        other.execute("COMMIT")
        assert waiting.result()[1]


def test_a_disk_that_hangs_keeps_a_few_threads_waiting_and_the_rest_are_refused(journal, monkeypatch):
    monkeypatch.setattr("bikorders.placing.write_turn.PATIENCE", 30.0)
    monkeypatch.setattr("bikorders.placing.write_turn.GLANCE", 0.01)
    hangs, refused = Event(), BoundedSemaphore(70 - PLACES)
    for _ in range(70 - PLACES):
        refused.acquire()

    def hang(order_id):
        assert hangs.wait(30)
        return build(order_id)

    def place(number):
        try:
            return add(journal, f"draft-{number}")[0].id
        except JournalUnavailable:
            refused.release()
            return None

    with ThreadPoolExecutor(71) as pool:
        first = pool.submit(add, journal, "draft", build=hang)
        while not journal._file._turn._lock.locked():
            pass
        placed = [pool.submit(place, number) for number in range(70)]
        for _ in range(70 - PLACES):
            assert refused.acquire(timeout=20)
        hangs.set()
        assert first.result()[0].id == "ORD-1001"
        assert sum(future.result() is not None for future in placed) == PLACES


def test_every_commit_is_on_the_disk(path, journal):
    for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("busy_timeout", 3000)):
        assert journal._file._writer.execute(f"PRAGMA {pragma}").fetchone() == (value,)
    assert journal._file._writer.execute("PRAGMA user_version").fetchone() == (VERSION,)


def refuse(path: Path, match: str) -> None:
    with pytest.raises(SettingsError, match=match) as refusal:
        Journal(path)
    assert refusal.value.hint


def test_a_journal_of_a_newer_version_is_refused_and_left_alone(path, journal):
    journal._file._writer.execute(f"PRAGMA user_version = {VERSION + 1}")
    journal.close()
    before = path.read_bytes()
    refuse(path, "newer")
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(path):
    path.write_text("Order ID,Status\n1,Packed\n" * 100)
    before = path.read_bytes()
    refuse(path, "not a database")
    assert path.read_bytes() == before


@pytest.mark.parametrize("statement", ["CREATE TABLE placed (x)", "PRAGMA user_version = 1"])
def test_the_database_of_something_else_is_refused_and_left_alone(path, statement):
    with closing(sqlite3.connect(path)) as other:
        other.execute(statement)
    before = path.read_bytes()
    refuse(path, "something else")
    assert path.read_bytes() == before


def test_a_place_where_no_file_can_be_made_is_refused(tmp_path):
    refuse(tmp_path / "missing" / "orders.journal", "No such file or directory")
    refuse(tmp_path, "can't be opened")
    if Path("/proc/self").exists():
        refuse(Path("/proc/self/orders.journal"), "can't be made")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_may_not_be_written_to_is_refused(path):
    Journal(path).close()
    path.parent.chmod(0o500)
    try:
        refuse(path, "can't be opened")
        refuse(path.with_name("other"), "can't be made")
    finally:
        path.parent.chmod(0o700)
