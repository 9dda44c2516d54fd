"""The SQLite file of the journal: private, on the disk after each transaction, and missed when it is moved.

What is written stands in a second file at first, the one that ends in `-wal`; `settle` moves it into the file itself.
"""

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from bikorders.errors import JournalUnavailable, SettingsError
from bikorders.placing.private_file import describe_place, identify, make_private
from bikorders.placing.write_turn import PATIENCE, WriteTurn

_READ_PATIENCE = 0.05
"""Seconds that reading waits, one thread behind the other: nothing but another program that locks all keeps it waiting."""

_WAL_TRIES = 100
"""Tries to switch the write-ahead log on while other processes do the same."""

_WAL, _SHM, _LEAD = "-wal", "-shm", "-lead"
"""What is added to the file's name for those beside it: SQLite's two, and the one by which a process claims the file."""

_log = logging.getLogger(__name__)

_HINT = "name a file on a local disk, in a directory that the service may write to; it makes the file itself"


class Schema(NamedTuple):
    """What a file holds: the `application` that it belongs to, its `version`, and what creates its tables.

    `later` are tables that came afterwards, with what creates each. Older versions do without them, and can still use the
    file: that is how an update is taken back.
    """

    application: int
    version: int
    statements: Sequence[str]
    later: Mapping[str, Sequence[str]] = {}


class SqliteFile:
    """Two connections to the file, for all threads of this process: one to read, which waits for no writer, and one to write.

    What keeps it from being read or written is logged once, and again only after that has worked.
    """

    def __init__(self, path: Path, schema: Schema) -> None:
        """Open the file, or make a new one that nobody else may read.

        Raises `SettingsError` if the file can't be used, `JournalUnavailable` if another process holds it.
        """
        self._path = path.absolute()
        self._schema = schema
        self._reading = Lock()
        self._turn = WriteTurn()
        self._is_settled = False
        self._is_closed = False
        self._failing: set[str] = set()
        self._claim: int | None = None
        try:
            self.is_new = make_private(self._path, (_WAL, _SHM, _LEAD))
            """Whether there was no file before."""
            self._identity = identify(self._path)
        except OSError as error:
            raise SettingsError(
                f"the journal {self._path} can't be made or kept private ({error.strerror})", _HINT
            ) from error
        self._writer = self._open(PATIENCE)
        self._reader = self._open(_READ_PATIENCE)
        self._wal = self._identify_wal()

    def close(self) -> None:
        """Leave all in the file itself, close it, and give up what was claimed; may be called twice."""
        if not self._is_closed:
            with suppress(JournalUnavailable):
                self.settle()
        with suppress(TimeoutError), self._turn.take(), self._reading:
            self._is_closed = True
            self._reader.close()
            self._writer.close()
            if self._claim is not None:
                os.close(self._claim)
                self._claim = None

    def describe_place(self) -> str:
        """Return where the file is, so that a copy of it elsewhere knows that it is one."""
        with self._telling("read"):
            return describe_place(self._path)

    def claim(self) -> bool:
        """Return whether this process is the one that has claimed the file: the first to ask, until it ends."""
        if self._claim is None:
            with self._telling("claimed"):
                claim = os.open(self._beside(_LEAD), os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(claim)
                return False
            self._claim = claim
        return True

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection that reads; raises `JournalUnavailable` for what SQLite raises."""
        with self._telling("read"), self._reading:
            yield self._reader

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection that writes for a transaction, which no other thread or process is in.

        At its end it is on the disk. Raises `JournalUnavailable` for what SQLite raises, if the file was moved, and if it
        could not begin in time.
        """
        with self._writing("written"):
            self._require_present()
            connection = self._writer  # maybe another one by now
            connection.execute("BEGIN IMMEDIATE")
            self._is_settled = False
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def settle(self) -> None:
        """Move what was written into the file itself, so that a copy of it alone is whole."""
        if not self._is_settled:
            with self._writing("kept in one file"):
                self._is_settled = self._move_wal()

    @contextmanager
    def _writing(self, what: str) -> Iterator[None]:
        with self._telling(what), self._turn.take() as seconds:
            self._writer.execute(f"PRAGMA busy_timeout = {round(1000 * seconds)}")
            yield

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        """Make every error a `JournalUnavailable`, and log it if it is the first since the file could be `what`."""
        try:
            yield
        except (sqlite3.Error, OSError, JournalUnavailable) as error:
            told = error if isinstance(error, JournalUnavailable) else self._unavailable(error)
            if what not in self._failing and not self._is_closed:
                self._failing.add(what)
                _log.error("%s", told)
            raise told from error
        if what in self._failing:
            self._failing.discard(what)
            _log.info("the journal %s can be %s again", self._path, what)

    def _move_wal(self) -> bool:
        """Move what is in the `-wal` file to where it belongs; return whether all was. It waits for nobody who reads."""
        is_busy, held, moved = self._writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return not is_busy and bool(held == moved)

    def _require_present(self) -> None:
        """Raise `JournalUnavailable` if another file, or none, has the name now: what is written would be lost.

        Where only the file that ends in `-wal` is missing, nothing is: what it held is moved to where it belongs.
        """
        try:
            if identify(self._path) != self._identity:
                raise FileNotFoundError
        except OSError:
            raise JournalUnavailable(
                f"the journal {self._path} was moved or removed", "put it back, or start bikorders again"
            ) from None
        wal = self._identify_wal()
        if self._wal and wal != self._wal:
            self._begin_wal()
        self._wal = self._wal or wal

    def _begin_wal(self) -> None:
        """Save what is in a `-wal` file that somebody has removed, and begin a new one."""
        if not self._move_wal():
            raise sqlite3.OperationalError(f"the {_WAL} beside it was removed while it is read")
        _log.warning("%s was removed; nothing is lost, but leave it where it is", self._beside(_WAL))
        try:
            writer, reader = self._open(PATIENCE), self._open(_READ_PATIENCE)
        except SettingsError as error:
            raise sqlite3.OperationalError(error.message) from error
        with self._reading:
            self._writer.close()
            self._reader.close()
            self._writer, self._reader = writer, reader
        self._wal = self._identify_wal()

    def _identify_wal(self) -> tuple[int, int] | None:
        try:
            return identify(self._beside(_WAL))
        except FileNotFoundError:
            return None

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(self._path.name + suffix)

    def _open(self, patience: float) -> sqlite3.Connection:
        try:
            # A URI, because only there can be said that a file must not be created: it would not be private.
            connection = sqlite3.connect(
                f"{self._path.as_uri()}?mode=rw",
                uri=True,
                timeout=PATIENCE,
                isolation_level=None,
                check_same_thread=False,
            )
            try:
                self._prepare(connection)
                connection.execute(f"PRAGMA busy_timeout = {round(1000 * patience)}")
            except BaseException:
                connection.close()
                raise
            return connection
        except sqlite3.Error as error:
            if _is_busy(error):
                raise self._unavailable(error) from error
            raise SettingsError(f"the journal {self._path} can't be opened ({error})", _HINT) from error

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Create what is missing, and make every commit wait for the disk."""
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        if self._read_version(connection) < self._schema.version:
            for statement in self._schema.statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {self._schema.application}")
            connection.execute(f"PRAGMA user_version = {self._schema.version}")
        for table, statements in self._schema.later.items():
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
                for statement in statements:
                    connection.execute(statement)
        connection.execute("COMMIT")
        if _switch_to_wal(connection) != "wal":
            raise SettingsError(f"the journal {self._path} is on a disk that can't hold it", _HINT)

    def _read_version(self, connection: sqlite3.Connection) -> int:
        """Return the version of what the file holds, 0 for nothing; raises `SettingsError` if it is not for us."""
        version: int
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (count,) = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if application != self._schema.application and (application or version or count):
            raise SettingsError(
                f"{self._path} is the database of something else", "name another file for the journal"
            )
        if version > self._schema.version:
            raise SettingsError(
                f"the journal {self._path} was made by a newer bikorders",
                "run that one, or a newer one still",
            )
        return version

    def _unavailable(self, error: Exception) -> JournalUnavailable:
        return JournalUnavailable(
            f"the journal {self._path} can't be used ({error})",
            "see that the disk has room, and that no other program holds the file",
        )


def _switch_to_wal(connection: sqlite3.Connection) -> str:
    """Switch the write-ahead log on, and return the mode that the file has then."""
    for _ in range(_WAL_TRIES):
        try:
            return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
        # That statement does not wait while another process does the same; this one does.
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    return ""


def _is_busy(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
