"""Writes the log in bundles: a write for each line would hand the interpreter over in the middle of every answer."""

import json
import logging
import re
import time
import traceback
from collections import deque
from contextlib import suppress
from functools import lru_cache
from threading import Event, Lock, Thread
from typing import Any, NamedTuple, TextIO

from bikorders.text import clean

WRITE_EVERY = 0.2
"""Seconds that a line waits at most for others; one with a warning takes all before it out at once."""

LONGEST = 1000
"""Characters of a message."""

MOST = 10_000
"""So many lines wait at most; a log that can't be written holds up who writes to it, and not memory."""


SHOWN = 80
"""Characters of what a stranger sent that a request's line shows."""


class RequestLine(NamedTuple):
    """What the log tells of a request: the time of day at its end and the seconds it took, whose it was and what.

    `order_id` is None where it was about no order. What a stranger sent comes cut to `SHOWN` characters: it is kept.
    """

    ended: float
    seconds: float
    address: str
    method: str
    path: str
    status: int
    order_id: str | None

    def __str__(self) -> str:
        """Give its line, without the time of day."""
        line = f"{_quote(self.address)} {_quote(self.method)} {_quote(self.path)} {self.status} {self.seconds * 1000:.1f} ms"
        return line if self.order_id is None else f"{line} {_quote(self.order_id)}"


@lru_cache(maxsize=256)
def _quote(text: str) -> str:
    """Write what a stranger sent so that it can't break out of its log line.

    >>> _quote("/getOrder"), _quote("a\\nb")
    ('/getOrder', '"a\\\\nb"')
    """
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


_PLAIN = re.compile("[!#-~]*")


def set_up_log(stream: TextIO) -> "BundlingHandler":
    """Log to `stream` from now on; whatever waits is written when the process ends in good order."""
    # What no line shows need not be found out for each: https://docs.python.org/3/howto/logging.html#optimization
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    handler = BundlingHandler(stream)
    handler.setFormatter(LogFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    handler.start()
    return handler


@lru_cache(maxsize=2)
def _spell_second(second: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))


def _spell_time(seconds: float) -> str:
    second = int(seconds)
    return f"{_spell_second(second)},{int((seconds - second) * 1000):03}"


class LogFormatter(logging.Formatter):
    """Writes each message on one line, whatever a sheet or a stranger put into it.

    Of an exception it gives the type and the places: its text may hold what is a customer's.
    """

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if len(message) > LONGEST or not message.isprintable():
            message = clean(message, LONGEST)
        line = f"{_spell_time(record.created)} {message}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line

    def formatException(self, ei: Any) -> str:
        kind, _, trace = ei
        return "".join(traceback.format_tb(trace)) + str(kind.__name__)


class BundlingHandler(logging.Handler):
    """Keeps lines, and writes them together."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._kept: deque[str | RequestLine] = deque()
        self._some = Event()
        self._writing = Lock()

    def start(self) -> None:
        """Begin to write every now and then, in a thread of its own."""
        Thread(target=self._run, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        self._keep(self.format(record) + "\n")
        if record.levelno >= logging.WARNING:
            self.flush()

    def note(self, request: RequestLine) -> None:
        """Log a request. Its line is made when it is written: a `LogRecord` takes as long as half of an answer."""
        self._keep(request)

    def _keep(self, line: str | RequestLine) -> None:
        self._kept.append(line)
        if len(self._kept) >= MOST:
            self.flush()
        elif not self._some.is_set():
            self._some.set()

    def flush(self) -> None:
        """Write what is kept; `logging` calls it when the process ends, too."""
        with self._writing:
            self._some.clear()
            kept = [self._kept.popleft() for _ in range(len(self._kept))]
            lines = [k if isinstance(k, str) else f"{_spell_time(k.ended)} {k}\n" for k in kept]
            with suppress(OSError, ValueError):  # nobody reads it any more; orders are answered all the same
                if lines:
                    self._stream.write("".join(lines))
                    self._stream.flush()

    def _run(self) -> None:
        pause = Event()
        while True:
            self._some.wait()
            pause.wait(WRITE_EVERY)
            self.flush()
