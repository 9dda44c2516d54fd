"""A file that nobody else may read, and how it is known again."""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def make_private(path: Path, suffixes: Iterable[str]) -> bool:
    """Create the file if it is missing, and return whether it was; let nobody else read it, from its first moment on.

    Those beside it, with these `suffixes`, are closed to others, too; SQLite gives its own the same mode. It is opened here only if it is new: closing a file takes away
    the locks that SQLite has on it in the whole process.
    """
    is_new = False
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        is_new = True
    for suffix in ("", *suffixes):
        file = path.with_name(path.name + suffix)
        try:
            mode = file.stat().st_mode
            if stat.S_ISREG(mode) and stat.S_IMODE(mode) != 0o600:
                file.chmod(0o600)
        except FileNotFoundError:
            continue  # those beside it come and go
    return is_new


def identify(path: Path) -> tuple[int, int]:
    """Return what tells the file from another one that gets its name."""
    status = path.stat()
    return status.st_dev, status.st_ino


def describe_place(path: Path) -> str:
    """Return where the file is, so that a copy of it elsewhere knows that it is one; "" is nowhere."""
    machine = ""
    with suppress(OSError, ValueError):
        machine = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    # The device's number is left out: it may be another one after each start of the machine.
    return f"{machine}:{path.stat().st_ino}"
