"""A copy of the journal in one file that is whole, made while others write into the journal."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import mkstemp

from bikorders.errors import JournalUnavailable, SettingsError
from bikorders.files import sync_folder

_HINT = "name a new file in a folder that is there, that you may write to, and whose disk has room"


def write_backup(source: sqlite3.Connection, path: Path, mark: str) -> None:
    """Write all that `source` holds at this moment, changed by the statement `mark`, into a file that nobody else may read.

    The file is there when it is whole and on the disk, or not at all. Raises `SettingsError` if it can't be made or is
    there already, `JournalUnavailable` if what was copied is damaged.
    """
    try:
        descriptor, draft = mkstemp(
            suffix=".part", prefix=path.name, dir=path.parent
        )  # nobody else may read it
        os.close(descriptor)
        try:
            _copy(source, draft, mark)
            os.link(draft, path)  # unlike a renaming, this takes nobody's place
        finally:
            os.unlink(draft)
        sync_folder(path.parent)
    except FileExistsError:
        raise SettingsError(f"there is a file {path} already", "name another one") from None
    except OSError as error:
        raise SettingsError(f"the backup {path} can't be written ({error.strerror})", _HINT) from error
    except sqlite3.Error as error:
        raise SettingsError(f"the backup {path} can't be written ({error})", _HINT) from error


def _copy(source: sqlite3.Connection, draft: str, mark: str) -> None:
    with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # else a second file would belong to it
        copy.execute(mark)
        (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise JournalUnavailable(
            f"the journal is damaged ({found})", "stop bikorders, and put the last good backup in its place"
        )
