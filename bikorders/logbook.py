"""Writes the log in bundles: a write for each line would hand the interpreter over in the middle of every answer."""

import logging
import time
import traceback
from collections import deque
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any, TextIO

from bikorders.terminal import clean

WRITE_EVERY = 0.2
"""Seconds that a line waits at most for others; one with a warning takes all before it out at once."""

LONGEST = 1000
"""Characters of a message."""

MOST = 10_000
"""So many lines wait at most; a log that can't be written holds up who writes to it, and not memory."""


def set_up_log(stream: TextIO) -> None:
    """Log to `stream` from now on; whatever waits is written when the process ends in good order."""
    # What no line shows need not be found out for each: https://docs.python.org/3/howto/logging.html#optimization
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    handler = BundlingHandler(stream)
    handler.setFormatter(LogFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    handler.start()


class LogFormatter(logging.Formatter):
    """Writes each message on one line, whatever a sheet or a stranger put into it; spells a second once.

    Of an exception it gives the type and the places: its text may hold what is a customer's.
    """

    _spelled = 0, ""

    def format(self, record: logging.LogRecord) -> str:
        second, text = self._spelled
        if second != int(record.created):
            second = int(record.created)
            text = time.strftime(self.default_time_format, time.localtime(second))
            self._spelled = second, text
        message = record.getMessage()
        if len(message) > LONGEST or not message.isprintable():
            message = clean(message, LONGEST)
        line = f"{text},{int(record.msecs):03} {message}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line

    def formatException(self, ei: Any) -> str:
        kind, _, trace = ei
        return "".join(traceback.format_tb(trace)) + str(kind.__name__)


class BundlingHandler(logging.Handler):
    """Keeps lines, and writes them together."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._kept: deque[str] = deque()
        self._some = Event()
        self._writing = Lock()

    def start(self) -> None:
        """Begin to write every now and then, in a thread of its own."""
        Thread(target=self._run, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(self.format(record) + "\n")
        if record.levelno >= logging.WARNING or len(self._kept) >= MOST:
            self.flush()
        elif not self._some.is_set():
            self._some.set()

    def flush(self) -> None:
        """Write what is kept; `logging` calls it when the process ends, too."""
        with self._writing:
            self._some.clear()
            lines = [self._kept.popleft() for _ in range(len(self._kept))]
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
