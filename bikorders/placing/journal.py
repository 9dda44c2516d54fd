"""Every placed order, durable before it is answered: a SQLite file beside the service.

An order is waiting until it stands in the sheet. Several threads share one connection, several processes one
file. What goes wrong with the file later than at the opening is `JournalUnavailable`.
"""

import fcntl
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from threading import Lock
from typing import IO, Any, Literal

from bikorders.bik.place_order import read_placed
from bikorders.errors import JournalUnavailable, SettingsError
from bikorders.placing.numbering import IdTemplate
from bikorders.placing.sqlite_file import identify, is_busy, make_private
from bikorders.reading.order_ids import fold_id

VERSION = 1
"""Of the schema; a journal of a later one is not touched."""

_APPLICATION = 0x42694B4F
"""Marks the file as ours, so that nobody else's database is written to."""

_PATIENCE = 5.0
"""Seconds that one process waits for another's transaction; an answer to Bik is worth nothing later."""

_REFUSALS = 2
"""After so many the sheet will not take the order; the first may have been a passing one."""

_HINT = "name a file on a local disk, in a directory that the service may write to; it makes the file itself"

_SCHEMA = (
    """
    CREATE TABLE placed (
        seq INTEGER PRIMARY KEY,
        draft_id TEXT NOT NULL UNIQUE,
        digest TEXT NOT NULL,
        id TEXT NOT NULL,
        folded_id TEXT NOT NULL UNIQUE,
        number INTEGER NOT NULL,
        answer BLOB NOT NULL,
        received_at REAL NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'written', 'parked')),
        refusals INTEGER NOT NULL DEFAULT 0,
        reason TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX placed_number ON placed (number)",
    "CREATE INDEX placed_state ON placed (state)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)


@dataclass(frozen=True)
class Record:
    """A placed order. `digest` is of the request that placed it; `received_at` is in Unix seconds.

    `answer` is what was answered. `refusals` counts how often the sheet refused it, the last time for `reason`.
    """

    seq: int
    draft_id: str
    digest: str
    id: str
    number: int
    answer: bytes = field(repr=False)
    received_at: float
    state: Literal["waiting", "written", "parked"]
    refusals: int
    reason: str

    @property
    def order(self) -> dict[str, Any]:
        """The order in the answer, its fractions as `Decimal`."""
        return read_placed(self.answer)


_SELECT = f"SELECT {', '.join(column.name for column in fields(Record))} FROM placed"


class Journal:
    """The file's one connection in this process, for all of its threads."""

    def __init__(self, path: Path) -> None:
        """Open the journal, or begin a new one that nobody else may read.

        Raises `SettingsError` if the file can't be used, `JournalUnavailable` if another process holds it.
        """
        self._path = path.absolute()
        self._lock = Lock()
        try:
            make_private(self._path)
            self._file = identify(self._path)
        except OSError as error:
            raise SettingsError(
                f"the journal {self._path} can't be made or kept private ({error.strerror})", _HINT
            ) from error
        self._leading: IO[str] | None = None
        self._connection = self._open()

    def close(self) -> None:
        with self._lock:
            self._connection.close()
            if self._leading:
                self._leading.close()

    def add(
        self,
        draft_id: str,
        digest: str,
        build: Callable[[str], bytes],
        ids: IdTemplate,
        highest: int,
        now: float,
    ) -> tuple[Record, bool]:
        """Record an order unless its draft is known; give its record, and whether it is new.

        It gets the next free number after `highest` and all that were given before; `build` makes the answer
        from the id, and must not use the journal. Once this returns, the record outlives a power cut.
        """
        with self._transaction() as connection:
            self._require_file()
            if known := _find(connection, "draft_id", draft_id):
                return known, False
            number = max(highest, _highest_number(connection)) + 1
            while _find(connection, "folded_id", fold_id(ids.spell(number))):
                number += 1  # the template was another one when this id was given
            order_id = ids.spell(number)
            connection.execute(
                "INSERT INTO placed (draft_id, digest, id, folded_id, number, answer, received_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (draft_id, digest, order_id, fold_id(order_id), number, build(order_id), now),
            )
            record = _find(connection, "draft_id", draft_id)
            assert record is not None
            return record, True

    def lead(self) -> bool:
        """Say whether this is the process that writes the orders to the sheet: the first to ask, while it lives."""
        if self._leading is None:
            file = self._path.with_name(self._path.name + "-lead").open("a")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return False
            self._leading = file
        return True

    def find_draft(self, draft_id: str) -> Record | None:
        with self._use() as connection:
            return _find(connection, "draft_id", draft_id)

    def find_id(self, order_id: str) -> Record | None:
        """Find an order by its id, as a person may write it."""
        with self._use() as connection:
            return _find(connection, "folded_id", fold_id(order_id))

    def list_waiting(self) -> list[Record]:
        """Give the orders that are not in the sheet yet, in the order they came."""
        return self._list("waiting")

    def list_parked(self) -> list[Record]:
        """Give the orders that the sheet did not take, in the order they came: a person has to look at them."""
        return self._list("parked")

    def list_drafts(self) -> dict[str, str]:
        """Give the draft ids of all orders that were ever placed, by their order ids."""
        with self._use() as connection:
            return dict(connection.execute("SELECT id, draft_id FROM placed"))

    def count_waiting(self) -> tuple[int, float | None]:
        """Say how many are waiting, and when the oldest came."""
        with self._use() as connection:
            sql = "SELECT COUNT(*), MIN(received_at) FROM placed WHERE state = 'waiting'"
            count, oldest = connection.execute(sql).fetchone()
        return count, oldest

    def highest_number(self) -> int:
        """Give the highest number that was ever given; 0 if there is none."""
        with self._use() as connection:
            return _highest_number(connection)

    def mark_written(self, seq: int) -> None:
        """Note that the order stands in the sheet; a parked one too, if a person helped it there."""
        with self._transaction() as connection:
            connection.execute("UPDATE placed SET state = 'written' WHERE seq = ?", (seq,))

    def note_refusal(self, seq: int, reason: str) -> Record:
        """Note that the sheet refused the order; the second time parks it. One that is written stays so.

        Raises `LookupError` if there is no such record.
        """
        with self._transaction() as connection:
            connection.execute(
                "UPDATE placed SET refusals = refusals + 1, reason = ?,"
                " state = CASE WHEN refusals + 1 >= ? THEN 'parked' ELSE state END"
                " WHERE seq = ? AND state != 'written'",
                (reason, _REFUSALS, seq),
            )
            record = _find(connection, "seq", seq)
        if record is None:
            raise LookupError(f"no record {seq}")
        return record

    def _list(self, state: str) -> list[Record]:
        with self._use() as connection:
            rows = connection.execute(f"{_SELECT} WHERE state = ? ORDER BY seq", (state,)).fetchall()
        return [Record(*row) for row in rows]

    def _open(self) -> sqlite3.Connection:
        try:
            # A URI, because only there can be said that a file must not be created: it would not be private.
            connection = sqlite3.connect(
                f"{self._path.as_uri()}?mode=rw",
                uri=True,
                timeout=_PATIENCE,
                isolation_level=None,
                check_same_thread=False,
            )
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            return connection
        except sqlite3.Error as error:
            if is_busy(error):
                raise self._unavailable(error) from error
            raise SettingsError(f"the journal {self._path} can't be opened ({error})", _HINT) from error

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Create what is missing, and see that it can be written."""
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (count,) = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if application != _APPLICATION and (application or version or count):
            raise SettingsError(
                f"{self._path} is the database of something else", "name another file for the journal"
            )
        if version > VERSION:
            raise SettingsError(
                f"the journal {self._path} was made by a newer bikorders",
                "run that one, or a newer one still",
            )
        if version < VERSION:
            for statement in _SCHEMA:
                connection.execute(statement)
        connection.execute("COMMIT")
        mode = ""
        for _ in range(100):
            try:
                (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
                break
            except sqlite3.OperationalError as error:
                if not is_busy(error):
                    raise
            # That statement does not wait while another process is at the same; this one does.
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        if mode != "wal":
            raise SettingsError(f"the journal {self._path} is on a disk that can't hold it", _HINT)

    @contextmanager
    def _use(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection; what SQLite raises is translated."""
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise self._unavailable(error) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for a transaction that no other process is in; it is on the disk at the end."""
        with self._use() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def _require_file(self) -> None:
        """Raise if the open file is no longer the one with this name: what is written to it would be lost."""
        try:
            if identify(self._path) == self._file:
                return
        except OSError:
            pass
        raise JournalUnavailable(
            f"the journal {self._path} was moved or removed", "put it back, or start bikorders again"
        )

    def _unavailable(self, error: sqlite3.Error) -> JournalUnavailable:
        return JournalUnavailable(
            f"the journal {self._path} can't be used ({error})",
            "see that the disk has room, and that no other program holds the file",
        )


def _find(connection: sqlite3.Connection, column: str, value: str | int) -> Record | None:
    try:
        row = connection.execute(f"{_SELECT} WHERE {column} = ?", (value,)).fetchone()
    except UnicodeEncodeError:  # half of a character pair, which no record holds
        return None
    return Record(*row) if row else None


def _highest_number(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("SELECT COALESCE(MAX(number), 0) FROM placed").fetchone()
    return int(number)
