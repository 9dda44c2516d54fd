"""The log in bundles: nothing is lost, and what is bad is written at once."""

import io
import logging
import re
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import pytest

import bikorders
from bikorders.serving import logs
from bikorders.serving.app import log_request
from bikorders.serving.logs import BundlingHandler, RequestLine


class Stream(io.StringIO):
    def __init__(self):
        super().__init__()
        self.written = Event()

    def flush(self):
        self.written.set()


@pytest.fixture
def stream():
    return Stream()


@pytest.fixture
def log(stream):
    handler = BundlingHandler(stream)
    logger = logging.getLogger("test_logbook")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)


def test_lines_wait_for_each_other(log, stream):
    log.info("a %s", 1)
    log.info("b")
    assert stream.getvalue() == ""
    log.handlers[0].flush()
    assert stream.getvalue() == "a 1\nb\n"


def test_a_warning_takes_all_before_it_out_at_once(log, stream):
    log.info("a")
    log.warning("b")
    assert stream.getvalue() == "a\nb\n"


def test_too_many_lines_are_written_by_who_has_the_last(log, stream, monkeypatch):
    monkeypatch.setattr(logs, "MOST", 3)
    for _ in range(3):
        log.info("a")
    assert stream.getvalue() == "a\n" * 3


def test_lines_are_written_after_a_while(log, stream, monkeypatch):
    monkeypatch.setattr(logs, "WRITE_EVERY", 0.001)
    log.handlers[0].start()
    log.info("a")
    assert stream.written.wait(30)
    assert stream.getvalue() == "a\n"


def test_a_stream_that_is_gone_stops_nobody(log, stream):
    stream.close()
    log.info("a")
    log.handlers[0].flush()
    log.warning("b")


def test_what_waits_is_written_at_the_end_with_the_time_and_the_traceback():
    code = (
        "import logging, sys; from bikorders.serving.logs import set_up_log; set_up_log(sys.stderr)\n"
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


def test_a_request_is_noted_as_it_would_be_logged(stream, caplog):
    caplog.set_level(logging.INFO)
    request = RequestLine(1_790_000_000.75, 0.00125, "192.0.2.1", "POST", "/get\nOrder", 404, "ORD 1")
    handler = BundlingHandler(stream)
    handler.note(request)
    assert stream.getvalue() == ""
    handler.flush()
    log_request(request)
    assert caplog.messages == ['192.0.2.1 POST "/get\\nOrder" 404 1.2 ms "ORD 1"']
    second = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(1_790_000_000))
    assert stream.getvalue() == f"{second},750 {caplog.messages[0]}\n"


def test_a_request_about_no_order_names_none():
    assert str(RequestLine(0, 0.0, "-", "GET", "/healthz", 200, None)) == "- GET /healthz 200 0.0 ms"
