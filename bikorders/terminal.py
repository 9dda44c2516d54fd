"""What a terminal shows beside plain text: colours, links, a line of progress, and commands as they work there."""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import IO

LONGEST = 60
"""Characters of a cell's text that are shown."""

_COLOURS = {"error": "31", "warning": "33", "ok": "32", "FAIL": "31", "warn": "33", "pass": "32", "skip": "2"}


class Style:
    """Colours and links for a stream: only on a terminal, and no colours if NO_COLOR is set (no-color.org)."""

    def __init__(self, stream: IO[str]) -> None:
        self.is_terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._has_colours = self.is_terminal and not os.environ.get("NO_COLOR")

    def mark(self, level: str) -> str:
        """Return the word for a level in its colour, padded to the width of the longest."""
        word = f"{level:7}"
        return f"\033[{_COLOURS[level]}m{word}\033[0m" if self._has_colours else word

    def strong(self, text: str) -> str:
        """Return the text in bold."""
        return f"\033[1m{text}\033[0m" if self._has_colours else text

    def link(self, text: str, url: str) -> str:
        """Return the text as a link that a terminal opens; elsewhere `append_url` adds the address itself."""
        return f"\033]8;;{url}\033\\{text}\033]8;;\033\\" if url and self.is_terminal else text

    def append_url(self, url: str) -> str:
        """Return the address to print behind a line; "" on a terminal, where `link` has it."""
        return f"  {url}" if url and not self.is_terminal else ""


class Progress:
    """A line on standard error that says how far the work is, once it has taken a second."""

    def __init__(self, stream: IO[str] = sys.stderr) -> None:
        self._stream = stream if stream.isatty() else None
        self._shows_at = monotonic() + 1

    def show(self, text: str) -> None:
        """Replace the line by a text."""
        if self._stream and monotonic() >= self._shows_at:
            self._stream.write(f"\r\033[K{text}")
            self._stream.flush()

    def clear(self) -> None:
        """Remove the line."""
        self.show("")


CALLED_AS = "CALLED_AS"
"""The variable in which a script that runs a command for somebody says how it was called itself."""

_OUR_COMMAND = re.compile(r"(?<![\w/.-])bikorders(?= (?:serve|show|check|init|journal|notify|try)\b)")


def spell_commands(text: str) -> str:
    """Return a text with our commands in it as they have to be typed here: as this one was called."""
    command = os.environ.get(CALLED_AS) or find_command(sys.argv, sys.orig_argv)
    return _OUR_COMMAND.sub(lambda _: command, text)


def find_command(argv: Sequence[str], whole: Sequence[str]) -> str:
    """Return how this program was called, for a shell. `whole` is the command line with the interpreter.

    >>> find_command([".venv/bin/bikorders", "check"], ["python", ".venv/bin/bikorders", "check"])
    '.venv/bin/bikorders'
    >>> find_command(["/src/bikorders/__main__.py"], ["my env/bin/python", "-m", "bikorders"])
    "'my env/bin/python' -m bikorders"
    """
    called = Path(argv[0])
    if called.name == "__main__.py":
        return f"{shlex.quote(whole[0])} -m bikorders"
    found = shutil.which("bikorders")
    if called.name != "bikorders" or (found and Path(found).absolute() == called.absolute()):
        return "bikorders"  # which the shell finds; or it runs inside of another program
    return shlex.quote(argv[0])
