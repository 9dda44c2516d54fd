"""Nothing that a stranger or a sheet says forges a line of the log or of a terminal, and nothing private is told."""

import csv
import json
import logging

import pytest

from bikorders.bik.auth import Auth
from bikorders.cli import main
from bikorders.errors import OrderConflict, OrderNotFound
from bikorders.serving.app import create_app
from bikorders.serving.logs import LogFormatter
from bikorders.sheet.open import SAMPLE
from bikorders.text import escape_json
from tests.conftest import PRIVATE, SEED_ORDER, make_app
from tests.serving.test_app import StubService, call

NASTY = ["a\nb", "a\r\nb", "\x1b[2Ja", "a\u202eb", "a\u2028b", "a\x9b2Jb", 'a"b\\', "\ud800", "a\x00b"]


def write(message, *args, error=None):
    """Give what is logged, without the time."""
    info = (type(error), error, error.__traceback__) if error else None
    line = LogFormatter().format(logging.LogRecord("x", logging.INFO, "x.py", 1, message, args, info))
    return line[len("2026-11-23 15:00:00,000 ") :]


@pytest.mark.parametrize("text", NASTY)
def test_a_message_is_one_line_without_control_characters(text):
    line = write("the tab “%s” is gone", text)
    assert line.isprintable() and "a" in line


def test_a_line_has_an_end():
    assert len(write("%s", "x" * 100_000)) <= 1000


def test_what_a_stranger_sends_at_length_is_not_kept_for_the_log():
    noted = []
    app = create_app(StubService(), Auth(), note=noted.append)
    call(app, json.dumps({"orderId": "x" * 50_000}).encode())
    call(app, PATH_INFO="/" + "x" * 30_000, REQUEST_METHOD="X" * 9_000)
    assert [len(request.order_id or "") for request in noted] == [80, 0]
    assert all(len(str(request)) < 300 for request in noted)
    assert all(len(request.path) <= 80 and len(request.method) <= 80 for request in noted)


@pytest.mark.parametrize("text", [*NASTY, "buyer@example.com"])
def test_of_an_exception_only_its_type_and_places_are_told(text):
    try:
        raise KeyError(text)
    except KeyError as error:
        lines = write("unforeseen", error=error).splitlines()
    assert (lines[0], lines[-1]) == ("unforeseen", "KeyError")
    assert "test_log_privacy.py" in lines[1] and text not in "\n".join(lines)
    assert not any(line[:1].isdigit() for line in lines)


def test_the_run_is_watched_for_what_is_private(log_of_all):
    values = [SEED_ORDER["phoneNumber"], SEED_ORDER["email"], "Bearer t0ken", "S3CRET"]
    with (SAMPLE / "Orders.csv").open(encoding="utf-8", newline="") as file:
        values += [
            row[column] for row in csv.DictReader(file) for column in ("Phone", "Email") if row[column]
        ]
    assert len(values) > 6
    assert [value for value in values if not PRIVATE.search(value)] == []
    before = log_of_all.lines
    call(create_app(StubService(), Auth()))
    assert log_of_all.lines == before + 1


@pytest.mark.parametrize("text", NASTY)
def test_no_header_of_an_answer_repeats_what_was_sent(text):
    app = make_app(StubService(OrderNotFound(text)))
    sent = text.encode("utf-8", "surrogatepass").decode("latin-1")  # as WSGI has it
    for environ in (
        {},
        {"PATH_INFO": "/" + sent, "REQUEST_METHOD": "GET"},
        {"REQUEST_METHOD": "X" + sent},
        {"QUERY_STRING": sent, "HTTP_HOST": sent, "HTTP_ORIGIN": sent},
    ):
        response = call(app, json.dumps({"orderId": text}).encode(), **environ)
        for value in response.headers.values():
            assert value.isascii() and value.isprintable() and text not in value


def test_a_conflict_of_many_rows_names_some_of_them(tmp_path, monkeypatch, capsys):
    rows = "\n".join(f"1,{number}" for number in range(500))
    (tmp_path / "Orders.csv").write_text(f"Order ID,Total\n{rows}\n", encoding="utf-8")
    assert run(tmp_path, monkeypatch, "show", "1") == 1
    error = capsys.readouterr().err
    assert "Orders!2, Orders!3" in error and "and 480 more" in error and len(error) < 500


@pytest.mark.parametrize("arguments", [("show", "1"), ("check",), ("check", "--format", "json")])
def test_a_terminal_is_told_no_control_characters(tmp_path, monkeypatch, capfd, arguments):
    text = "\x1b[2J\x9b2J\u202eX"
    (tmp_path / f"Orders{text}.csv").write_text(
        f'Order ID,Status,Total,City{text}\n1,"{text}",{text},{text}\n{text},,,\n', encoding="utf-8"
    )
    assert run(tmp_path, monkeypatch, *arguments) in (0, 1, 2)
    out, err = capfd.readouterr()
    assert all(char.isprintable() or char == "\n" for char in out + err)


def run(folder, monkeypatch, *arguments):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BIKORDERS_SHEET", str(folder))
    monkeypatch.setenv("BIKORDERS_AUTH", "none")
    return main(arguments)


@pytest.mark.parametrize("text", NASTY)
def test_json_for_a_terminal_is_the_same_json(text):
    spelled = escape_json(json.dumps({"id": text, "x": [1, "ä", "🚚"]}, ensure_ascii=False, indent=2))
    assert json.loads(spelled) == {"id": text, "x": [1, "ä", "🚚"]}
    assert all(char.isprintable() or char == "\n" for char in spelled) and "🚚" in spelled


def test_a_conflict_in_the_log_is_one_line(caplog):
    caplog.handler.setFormatter(LogFormatter())
    call(create_app(StubService(OrderConflict("order 1\n192.0.2.1 POST", "x\x1b[2J")), Auth()))
    assert "order 1 192.0.2.1 POST: x [2J" in caplog.text and "\x1b" not in caplog.text
