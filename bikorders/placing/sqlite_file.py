"""A private SQLite file that notices when it is lost."""

import os
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path


def make_private(path: Path) -> None:
    """See that nobody else can read the file, from its first moment; SQLite gives those beside it its mode.

    Opened here only if it is new: closing a file takes SQLite's locks on it from the whole process.
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


def identify(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def is_busy(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
