"""What the log shows of a request and of an error, and a handler that writes the lines in bundles.

Python lets another thread run at every write, so that a write for each line interrupts every answer: a line through
`logging.StreamHandler` took 34 µs, through `MemoryHandler` 19, and through the handler here 5. `QueueListener` waits
without an end for its last write when it is stopped.
"""

import io
import json
import logging
import os
import re
import sys
import time
import traceback
from contextlib import suppress
from functools import lru_cache
from threading import Condition, Thread
from typing import Any, NamedTuple

from bikorders.text import clean

WRITE_EVERY = 0.2
"""Seconds between two writes. A warning is written at once, with all lines before it."""

LONGEST = 1000
"""Characters of a message."""

MOST = 10_000
"""Lines that wait at most, so that a log that nobody reads does not fill the memory."""

FLUSH_WITHIN = 1.0
"""Seconds that the end of the process waits for the reader of the log."""

SHOWN = 80
"""Characters of each text from the client that a request's line shows."""


class RequestLine(NamedTuple):
    """What the log shows of a request: `ended` is the time of day in seconds, `seconds` is how long it took.

    `order_id` is None for a request about no order. Texts from the client are cut to `SHOWN` characters before,
    because they stay in memory until they are written.
    """

    ended: float
    seconds: float
    address: str
    method: str
    path: str
    status: int
    order_id: str | None

    def __str__(self) -> str:
        """Return the line without the time of day."""
        _, seconds, address, method, path, status, order_id = self
        if not _PLAIN.fullmatch(f"{address}{method}{path}{order_id}"):
            address, method, path = map(_quote, (address, method, path))
            order_id = None if order_id is None else _quote(order_id)
        about = "" if order_id is None else f" {order_id}"
        return f"{address} {method} {path} {status} {seconds * 1000:.1f} ms{about}"


_PLAIN = re.compile("[!#-~]*")


def _quote(text: str) -> str:
    """Return the client's text so that it can't be taken for another part of the line, or for another line.

    >>> _quote("/getOrder"), _quote("a\\nb")
    ('/getOrder', '"a\\\\nb"')
    """
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _format_time(seconds: float) -> str:
    return f"{_format_second(int(seconds))},{int(seconds % 1 * 1000):03}"


@lru_cache(maxsize=8)
def _format_second(second: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))


class LogFormatter(logging.Formatter):
    """Writes each message on one line, whatever a sheet or a client put into it.

    Of an exception it shows the type and the places in the code. Its text may hold a customer's data.
    """

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if len(message) > LONGEST or not message.isprintable():
            message = clean(message, LONGEST)
        line = f"{_format_time(record.created)} {message}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line

    def formatException(self, ei: Any) -> str:
        kind, _, trace = ei
        return "".join(traceback.format_tb(trace)) + str(kind.__name__)


class BundlingHandler(logging.Handler):
    """Keeps lines, and has a thread write them together: five times a second, and at once for a warning.

    Nobody but that thread waits for whoever reads the log. While he takes nothing, lines beyond `MOST` are dropped and
    counted. The lock of `_changed` guards all; it is not held while the thread writes.
    """

    def __init__(self, file: io.FileIO) -> None:
        super().__init__()
        self._file = file
        self._kept: list[str | RequestLine] = []
        self._dropped = 0
        self._is_urgent = False
        self._is_writing = False
        self._changed = Condition()

    def start(self) -> None:
        """Start the thread that writes."""
        Thread(target=self._run, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line, to be written at once if it is a warning or worse."""
        self._keep(self.format(record), is_urgent=record.levelno >= logging.WARNING)

    def note(self, request: RequestLine) -> None:
        """Log a request. The text is made when it is written: a `LogRecord` takes as long as half of an answer."""
        self._keep(request)

    def _keep(self, line: str | RequestLine, *, is_urgent: bool = False) -> None:
        with self._changed:
            if len(self._kept) >= MOST:
                self._dropped += 1
            else:
                self._kept.append(line)
            if is_urgent:
                self._is_urgent = True
                self._changed.notify_all()

    def flush(self) -> None:
        """Wait until all is written, but not for a reader who takes nothing. `logging` calls it at the end, too."""
        with self._changed:
            self._is_urgent = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._kept and not self._is_writing, FLUSH_WITHIN)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_urgent, WRITE_EVERY)
                kept, self._kept = self._kept, []
                dropped, self._dropped = self._dropped, 0
                self._is_urgent, self._is_writing = False, True
            self._write(kept, dropped)
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()

    def _write(self, kept: list[str | RequestLine], dropped: int) -> None:
        lines = [line if isinstance(line, str) else f"{_format_time(line.ended)} {line}" for line in kept]
        if dropped:
            lines.append(
                f"{_format_time(time.time())} {dropped} lines of the log were dropped: nobody read it"
            )
        left = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
        with suppress(OSError):  # nobody reads the log any more; answers go on
            while left and (count := self._file.write(left)):
                left = left[count:]


def set_up_log() -> BundlingHandler:
    """Log to the standard error from now on; lines that are kept are written when the process ends normally.

    They go past the buffer of `sys.stderr`: a thread that is stuck with its lock crashes the interpreter at the end.
    """
    handler = BundlingHandler(io.FileIO(2 if sys.stderr else os.devnull, "w", closefd=not sys.stderr))
    handler.setFormatter(LogFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    handler.start()
    return handler
