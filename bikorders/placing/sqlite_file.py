"""The SQLite file of the journal: private, on the disk after each transaction, and missed when it is moved."""

import fcntl
import os
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import IO, NamedTuple

from bikorders.errors import JournalUnavailable, SettingsError

_PATIENCE = 5.0
"""Seconds that one process waits for another's transaction; an answer to Bik is worth nothing later."""

_WAL_TRIES = 100
"""Tries to switch the write-ahead log on while other processes do the same."""

_HINT = "name a file on a local disk, in a directory that the service may write to; it makes the file itself"


class Schema(NamedTuple):
    """What a file holds: the `application` that it belongs to, its `version`, and what creates its tables."""

    application: int
    version: int
    statements: Sequence[str]


class SqliteFile:
    """One connection to the file, for all threads of this process."""

    def __init__(self, path: Path, schema: Schema) -> None:
        """Open the file, or make a new one that nobody else may read.

        Raises `SettingsError` if the file can't be used, `JournalUnavailable` if another process holds it.
        """
        self._path = path.absolute()
        self._schema = schema
        self._lock = Lock()
        try:
            _make_private(self._path)
            self._identity = _identify(self._path)
        except OSError as error:
            raise SettingsError(
                f"the journal {self._path} can't be made or kept private ({error.strerror})", _HINT
            ) from error
        self._claim: IO[str] | None = None
        self._connection = self._open()

    def close(self) -> None:
        """Close the file, and give up what was claimed."""
        with self._lock:
            self._connection.close()
            if self._claim:
                self._claim.close()

    def claim(self) -> bool:
        """Return whether this process is the one that has claimed the file: the first to ask, until it ends."""
        if self._claim is None:
            claim = self._path.with_name(self._path.name + "-lead").open("a")
            try:
                fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                claim.close()
                return False
            self._claim = claim
        return True

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection to one thread; raises `JournalUnavailable` for what SQLite raises."""
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise self._unavailable(error) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for a transaction, which no other process is in; at its end it is on the disk."""
        with self.use() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def require_present(self) -> None:
        """Raise `JournalUnavailable` if another file, or none, has the name now: what is written would be lost."""
        try:
            if _identify(self._path) == self._identity:
                return
        except OSError:
            pass
        raise JournalUnavailable(
            f"the journal {self._path} was moved or removed", "put it back, or start bikorders again"
        )

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

    def _unavailable(self, error: sqlite3.Error) -> JournalUnavailable:
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


def _make_private(path: Path) -> None:
    """Create the file if it is missing, and let nobody else read it, from its first moment on.

    SQLite gives the files beside it the same mode. It is opened here only if it is new: closing a file takes away
    the locks that SQLite has on it in the whole process.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    for suffix in ("", "-wal", "-shm"):
        file = path.with_name(path.name + suffix)
        try:
            mode = file.stat().st_mode
            if stat.S_ISREG(mode) and stat.S_IMODE(mode) != 0o600:
                file.chmod(0o600)
        except FileNotFoundError:
            continue  # those beside it come and go


def _identify(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _is_busy(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
