"""What the log shows of a request and of an error, and a handler that writes the lines in bundles.

Python lets another thread run at every write, so that a write for each line interrupts every answer: a line through
`logging.StreamHandler` took 34 µs, through `MemoryHandler` 19, and through the handler here 5.
"""

import json
import logging
import re
import time
import traceback
from collections import deque
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any, NamedTuple, TextIO

from bikorders.text import clean

WRITE_EVERY = 0.2
"""Seconds between two writes. A warning is written at once, with all lines before it."""

LONGEST = 1000
"""Characters of a message."""

MOST = 10_000
"""Lines that wait at most. With more, whoever logs has to wait, so that a stuck log does not fill the memory."""

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
        texts = [_quote(self.address), _quote(self.method), _quote(self.path), str(self.status)]
        texts.append(f"{self.seconds * 1000:.1f} ms")
        if self.order_id is not None:
            texts.append(_quote(self.order_id))
        return " ".join(texts)


_PLAIN = re.compile("[!#-~]*")


def _quote(text: str) -> str:
    """Return the client's text so that it can't be taken for another part of the line, or for another line.

    >>> _quote("/getOrder"), _quote("a\\nb")
    ('/getOrder', '"a\\\\nb"')
    """
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _format_time(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds)) + f",{int(seconds % 1 * 1000):03}"


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
    """Keeps lines and writes them together, five times a second once it is started."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._kept: deque[str | RequestLine] = deque()
        self._writing = Lock()

    def start(self) -> None:
        """Start the thread that writes."""
        Thread(target=self._run, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line; write it at once if it is a warning or worse."""
        self._keep(self.format(record))
        if record.levelno >= logging.WARNING:
            self.flush()

    def note(self, request: RequestLine) -> None:
        """Log a request. The text is made when it is written: a `LogRecord` takes as long as half of an answer."""
        self._keep(request)

    def _keep(self, line: str | RequestLine) -> None:
        self._kept.append(line)
        if len(self._kept) >= MOST:
            self.flush()

    def flush(self) -> None:
        """Write what is kept. `logging` calls it when the process ends, too."""
        with self._writing:
            kept = [self._kept.popleft() for _ in range(len(self._kept))]
            lines = [line if isinstance(line, str) else f"{_format_time(line.ended)} {line}" for line in kept]
            with suppress(OSError, ValueError):  # nobody reads the log any more; answers go on
                if lines:
                    self._stream.write("\n".join(lines) + "\n")
                    self._stream.flush()

    def _run(self) -> None:
        pause = Event()
        while not pause.wait(WRITE_EVERY):
            self.flush()


def set_up_log(stream: TextIO) -> BundlingHandler:
    """Log to `stream` from now on; lines that are kept are written when the process ends normally."""
    handler = BundlingHandler(stream)
    handler.setFormatter(LogFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    handler.start()
    return handler
