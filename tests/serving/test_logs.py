"""The log in bundles: nothing is lost, and what is bad is written at once."""

import io
import logging
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import bikorders
from bikorders.serving import logs
from bikorders.serving.app import log_request
from bikorders.serving.logs import BundlingHandler, RequestLine


class Pipe:
    """A log's reader, who takes nothing unless he is asked to."""

    def __init__(self):
        self.out, self.end = os.pipe()
        self.file = io.FileIO(self.end, "w")

    def read(self, size=1 << 20):
        return os.read(self.out, size).decode()

    def close(self):
        self.file.close()
        os.close(self.out)


@pytest.fixture
def pipe():
    pipe = Pipe()
    os.set_blocking(pipe.out, False)
    yield pipe
    pipe.close()


@pytest.fixture
def log(pipe, monkeypatch):
    """A log that is written when something makes it, and not by and by."""
    monkeypatch.setattr(logs, "WRITE_EVERY", None)
    monkeypatch.setattr(logs, "FLUSH_WITHIN", 30)
    handler = BundlingHandler(pipe.file)
    handler.start()
    logger = logging.getLogger("test_logbook")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)


def read_line(pipe):
    os.set_blocking(pipe.out, True)
    return pipe.read()


def test_lines_wait_for_each_other(log, pipe):
    log.info("a %s", 1)
    log.info("b")
    with pytest.raises(BlockingIOError):
        pipe.read()
    log.handlers[0].flush()
    assert pipe.read() == "a 1\nb\n"


def test_a_warning_takes_all_before_it_out_at_once(log, pipe):
    log.info("a")
    log.warning("b")
    assert read_line(pipe) == "a\nb\n"


def test_lines_are_written_after_a_while(pipe, monkeypatch):
    monkeypatch.setattr(logs, "WRITE_EVERY", 0.05)
    handler = BundlingHandler(pipe.file)
    handler.start()
    handler.emit(logging.makeLogRecord({"msg": "a", "levelno": logging.INFO}))
    assert read_line(pipe) == "a\n"


def test_a_reader_who_takes_nothing_holds_up_nobody_and_hears_how_much_was_dropped(log, pipe, monkeypatch):
    monkeypatch.setattr(logs, "MOST", 10)
    handler = log.handlers[0]
    log.warning("x" * (1 << 20))  # more than a pipe holds: the thread that writes is stuck from here on
    os.set_blocking(pipe.out, True)
    seen = pipe.read(1)
    for n in range(10):
        log.warning("kept %d", n)
    for _ in range(7):
        log.error("dropped")
    monkeypatch.setattr(logs, "FLUSH_WITHIN", 0)
    handler.flush()
    while not seen.endswith("read it\n"):
        seen += pipe.read()
    lines = seen.splitlines()
    assert lines[1:-1] == [f"kept {n}" for n in range(10)]
    assert lines[-1].endswith("7 lines of the log were dropped: nobody read it")


def test_a_stream_that_is_gone_stops_nobody(log, pipe):
    os.close(pipe.out)
    pipe.out = os.open(os.devnull, os.O_RDONLY)
    log.warning("a")
    log.handlers[0].flush()
    log.warning("b")
    log.handlers[0].flush()


def test_a_process_ends_though_nobody_reads_its_log():
    code = (
        "import logging; from bikorders.serving.logs import set_up_log; set_up_log()\n"
        "for n in range(3000): logging.getLogger('x').warning('x' * 900)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(Path(bikorders.__file__).parents[1])},
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.wait(60) == 0
        process.stderr.close()


def test_what_waits_is_written_at_the_end_with_the_time_and_the_traceback():
    code = (
        "import logging; from bikorders.serving.logs import set_up_log; set_up_log()\n"
        "log = logging.getLogger('x')\n"
        "try: 1 / 0\n"
        "except ArithmeticError: log.exception('bad')\n"
        "for n in range(500): log.info('line %d', n)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(Path(bikorders.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    lines = done.stderr.splitlines()
    time = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} "
    assert re.fullmatch(time + "bad", lines[0])
    assert "ZeroDivisionError" in lines
    assert [re.sub(time, "", line) for line in lines[-500:]] == [f"line {n}" for n in range(500)]


def test_a_request_is_noted_as_it_would_be_logged(log, pipe, caplog):
    caplog.set_level(logging.INFO)
    request = RequestLine(1_790_000_000.75, 0.00125, "192.0.2.1", "POST", "/get\nOrder", 404, "ORD 1")
    log.handlers[0].note(request)
    log.handlers[0].flush()
    log_request(request)
    assert caplog.messages == ['192.0.2.1 POST "/get\\nOrder" 404 1.2 ms "ORD 1"']
    second = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(1_790_000_000))
    assert pipe.read() == f"{second},750 {caplog.messages[0]}\n"


def test_a_request_about_no_order_names_none():
    assert str(RequestLine(0, 0.0, "-", "GET", "/healthz", 200, None)) == "- GET /healthz 200 0.0 ms"
