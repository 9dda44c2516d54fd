"""Where is kept what was told, so that a restart tells nothing twice and loses no message that waits?"""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path

import msgspec

from bikorders.alarm.rules import Memory
from bikorders.alarm.wording import Message

_log = logging.getLogger("bikorders.alarm")


@dataclass
class Letter:
    """A message, and the addresses that have not taken it, as `hash_address` writes them."""

    message: Message
    to: list[str]


@dataclass
class Kept:
    """What the file holds: what was told, what waits to be sent, the oldest first, and the spreadsheet's title."""

    memory: Memory = field(default_factory=Memory)
    letters: list[Letter] = field(default_factory=list)
    name: str = ""


def hash_address(address: str) -> str:
    """Return what an address is known by in the file, which is no place for its password."""
    return blake2b(address.encode(), digest_size=12).hexdigest()


class MemoryFile:
    """The file, which nobody else may read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._saved = b""
        self.is_well = True
        """Whether the last try to write it went well."""

    def load(self, addresses: Sequence[str]) -> Kept:
        """Return what the file holds; of the messages those for one of the addresses. A file that can't be read is begun anew."""
        try:
            self._saved = self._path.read_bytes()
            kept = msgspec.json.decode(self._saved, type=Kept)
        except FileNotFoundError:
            return Kept()
        except (OSError, msgspec.DecodeError):
            _log.warning("what was told before can't be read, so that it may be told again")
            return Kept()
        known = {hash_address(address) for address in addresses}
        letters = [Letter(letter.message, [to for to in letter.to if to in known]) for letter in kept.letters]
        return replace(kept, letters=[letter for letter in letters if letter.to])

    def save(self, kept: Kept) -> None:
        """Write what has changed, whole or not at all; a disk that takes nothing is logged once."""
        content = msgspec.json.encode(kept)
        if content == self._saved:
            return
        beside = self._path.with_name(self._path.name + "-new")
        try:
            beside.unlink(missing_ok=True)
            descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with open(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        except OSError as error:
            if self.is_well:
                _log.warning(
                    "what was told can't be kept, so that a restart tells it again: %s", error.strerror
                )
            self.is_well = False
        else:
            self._saved, self.is_well = content, True
