"""The routes, called as plain WSGI: what is answered, what is refused, and what the log says of it."""

import io
import json
import logging
import re
from base64 import b64encode
from typing import NamedTuple
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from bikorders.bik.auth import Auth, parse_auth
from bikorders.cache.policy import Health
from bikorders.errors import OrderConflict, OrderNotFound, SettingsError, SheetUnusable, SourceUnavailable
from bikorders.serving.app import MAX_BODY, create_app
from bikorders.serving.service import Answer
from tests.description import assert_described

ASK = b'{"orderId": "ORD-1001"}'
ANSWER = b'{"order": {"id": "ORD-1001", "items": [], "email": "asha@example.com"}}'


class Response(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class StubService:
    """Answers each order with `answer`, or raises it; takes no orders."""

    intake = None

    def __init__(self, answer=ANSWER):
        self.answer = answer
        self.asked = []
        self.stale_age = None

    def get_order(self, order_id):
        self.asked.append(order_id)
        if isinstance(self.answer, Exception):
            raise self.answer
        return Answer(self.answer, self.stale_age)


class Unreadable(io.BytesIO):
    """A body that must not be read."""

    def read(self, *args):
        raise AssertionError("the body was read")


def call(app, body=ASK, **environ):
    """POST the body to /getOrder, unless `environ` says otherwise; the answer is as the document describes it."""
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/getOrder", "CONTENT_LENGTH": str(len(body))} | environ
    environ = {"SCRIPT_NAME": "", "QUERY_STRING": "", "wsgi.input": io.BytesIO(body)} | environ
    environ = {"REMOTE_ADDR": "192.0.2.1"} | environ
    setup_testing_defaults(environ)
    started = []
    answer = app(environ, lambda *args: started.append(args))
    try:
        body = b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    ((status, headers, _),) = started
    response = Response(int(status[:3]), {name.lower(): value for name, value in headers}, body)
    assert_described(environ["REQUEST_METHOD"], environ["PATH_INFO"], *response)
    return response


def ask(body=ASK, answer=ANSWER, auth="none", **environ):
    return call(create_app(StubService(answer), parse_auth(auth)), body, **environ)


def assert_error(response, status):
    """Hold an answer against the one shape that all errors have."""
    assert response.status == status
    assert response.headers["content-type"] == "application/json"
    assert int(response.headers["content-length"]) == len(response.body)
    answer = json.loads(response.body)
    assert list(answer) == ["error"]
    assert isinstance(answer["error"], str) and answer["error"].strip()


# Orders


def test_an_order_is_answered_as_the_service_gives_it():
    response = ask()
    assert (response.status, response.body) == (200, ANSWER)
    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-length"] == str(len(ANSWER))


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "application/json; charset=utf-8", "Application/JSON;charset=x"]
)
def test_json_is_read_also_without_a_content_type(content_type):
    assert ask(CONTENT_TYPE=content_type).status == 200
    assert ask().status == 200


@pytest.mark.parametrize(
    ("body", "order_id"),
    [
        (b'{"orderId": 1001}', "1001"),
        (b'{"orderId": 1001.0}', "1001"),
        (b'{"orderId": 6862852391049123456789}', "6862852391049123456789"),
        (b'{"orderId": ' + b"9" * 10_000 + b"}", "9" * 10_000),
        (b'{"orderId": "  ORD-1001\\n"}', "ORD-1001"),
        (b'{"orderId": "ORD-1001", "event": {"a": [1, null]}, "orderid": 5}', "ORD-1001"),
        ('{"orderId": "आदेश-१"}'.encode(), "आदेश-१"),
        (b"\xef\xbb\xbf" + ASK, "ORD-1001"),
        (ASK[:-1] + b" " * (MAX_BODY - len(ASK)) + b"}", "ORD-1001"),
    ],
    ids=["number", "float", "long", "10000 digits", "blanks", "unknown keys", "hindi", "BOM", "64 KB"],
)
def test_the_order_id_is_the_requests_text_or_number(body, order_id):
    service = StubService()
    assert call(create_app(service, Auth()), body).status == 200
    assert service.asked == [order_id]


@pytest.mark.parametrize("answer", [ANSWER, OrderNotFound("1"), SourceUnavailable("x"), RuntimeError("x")])
def test_the_app_keeps_to_the_rules_of_wsgi(answer):
    assert call(validator(create_app(StubService(answer), Auth()))).body


# Errors


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"orderId=ORD-1001",
        b'{"orderId": "ORD-1001"',
        ASK + b"x",
        b"[]",
        b'["orderId"]',
        b'"ORD-1001"',
        b"1001",
        b"null",
        b"{}",
        b'{"orderid": "ORD-1001"}',
        b'{"orderId": ""}',
        b'{"orderId": " \\t"}',
        b'{"orderId": "\\u200b"}',
        b'{"orderId": "#"}',
        b'{"orderId": true}',
        b'{"orderId": false}',
        b'{"orderId": null}',
        b'{"orderId": ["ORD-1001"]}',
        b'{"orderId": {"id": "ORD-1001"}}',
        b'{"orderId": NaN}',
        b'{"orderId": -Infinity}',
        b'{"orderId": "ORD-1001", "x": NaN}',
        b'{"orderId": "ORD-\xff"}',
        b"\xff\xfe\x00",
        b"[" * 60_000,
        b'{"orderId": ' + b"[" * 60_000,
        b'{"orderId":' * 5_000,
        b"[" * 30_000 + b"]" * 30_000,
    ],
    ids=lambda body: repr(body[:40]),
)
def test_a_body_without_a_usable_order_id_is_400(body):
    service = StubService()
    assert_error(call(create_app(service, Auth()), body), 400)
    assert service.asked == []


BEARER, BASIC, CUSTOM = "bearer:t0ken", "basic:bik:pw", "header:X-Api-Key:k3y"
PASSWORD = b64encode(b"bik:pw").decode()


@pytest.mark.parametrize(
    ("auth", "headers"),
    [
        ("none", {}),
        ("none", {"HTTP_AUTHORIZATION": "Bearer whatever"}),
        (BEARER, {"HTTP_AUTHORIZATION": "Bearer t0ken"}),
        (BEARER, {"HTTP_AUTHORIZATION": "bearer t0ken"}),
        (BEARER, {"HTTP_AUTHORIZATION": "BEARER  t0ken"}),
        (BASIC, {"HTTP_AUTHORIZATION": f"Basic {PASSWORD}"}),
        (BASIC, {"HTTP_AUTHORIZATION": f"bAsIc {PASSWORD}"}),
        (CUSTOM, {"HTTP_X_API_KEY": "k3y"}),
        ("header:x-api-key:k3y", {"HTTP_X_API_KEY": "k3y"}),
        ("header:Authorization:Bearer t0ken", {"HTTP_AUTHORIZATION": "Bearer t0ken"}),
        ("header:Authorization:token t0ken", {"HTTP_AUTHORIZATION": "token t0ken"}),
        ("header:Authorization:t0ken", {"HTTP_AUTHORIZATION": "t0ken"}),
        ("header:Authorization:ApiKey t0ken", {"HTTP_AUTHORIZATION": "ApiKey t0ken"}),
    ],
)
def test_the_right_auth_header_lets_in(auth, headers):
    assert ask(auth=auth, **headers).status == 200


@pytest.mark.parametrize(
    ("auth", "headers"),
    [
        (BEARER, {}),
        (BEARER, {"HTTP_AUTHORIZATION": ""}),
        (BEARER, {"HTTP_AUTHORIZATION": "t0ken"}),
        (BEARER, {"HTTP_AUTHORIZATION": "Bearer"}),
        (BEARER, {"HTTP_AUTHORIZATION": "Bearer T0KEN"}),
        (BEARER, {"HTTP_AUTHORIZATION": "Bearer t0kenx"}),
        (BEARER, {"HTTP_AUTHORIZATION": "Basic t0ken"}),
        (BEARER, {"HTTP_AUTHORIZATION": "Bearer t0ken, Bearer t0ken"}),
        (BEARER, {"HTTP_AUTHORIZATION": "Bearer \xe9\u20ac"}),
        (BEARER, {"HTTP_X_AUTHORIZATION": "Bearer t0ken"}),
        (BASIC, {}),
        (BASIC, {"HTTP_AUTHORIZATION": "Basic bik:pw"}),
        (BASIC, {"HTTP_AUTHORIZATION": f"Basic {PASSWORD.lower()}"}),
        (CUSTOM, {}),
        (CUSTOM, {"HTTP_X_API_KEY": "K3Y"}),
        (CUSTOM, {"HTTP_AUTHORIZATION": "k3y"}),
    ],
)
def test_a_missing_or_wrong_auth_header_is_401_before_anything_is_read(auth, headers):
    service = StubService()
    # A wrong content type too: who may not ask learns nothing else.
    environ = {"wsgi.input": Unreadable(), "CONTENT_TYPE": "text/plain"} | headers
    response = call(create_app(service, parse_auth(auth)), **environ)
    assert_error(response, 401)
    assert response.headers["www-authenticate"].split()[0] in ("Bearer", "Basic", "ApiKey")
    assert service.asked == []


def test_an_order_that_is_not_there_is_404_in_the_words_of_the_contract():
    response = ask(answer=OrderNotFound("ORD-1001"))
    assert_error(response, 404)
    assert response.body == b'{"error": "order ORD-1001 not found"}'


def test_half_a_character_pair_in_an_order_id_does_no_harm():
    assert_error(ask(b'{"orderId": "\\ud800"}'), 400)
    assert_error(ask(answer=OrderNotFound("\ud800")), 404)


@pytest.mark.parametrize("path", ["", "/", "/getorder", "/getOrder/", "/getOrder/1", "/x?y", "/\xff", "/<b>"])
def test_an_unknown_route_is_404_and_not_repeated(path):
    for method in ("GET", "POST"):
        response = ask(PATH_INFO=path, REQUEST_METHOD=method)
        assert_error(response, 404)
        assert "<b>" not in response.body.decode()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_a_wrong_method_is_405_and_the_right_one_is_named(method):
    response = ask(REQUEST_METHOD=method)
    assert_error(response, 405)
    assert response.headers["allow"] == "POST"


def test_rows_that_disagree_are_409_without_saying_how_to_repair_the_sheet():
    response = ask(answer=OrderConflict("two rows differ", "keep Orders!7"))
    assert_error(response, 409)
    assert b"Orders!7" not in response.body


def test_a_body_over_64_kb_is_413():
    assert_error(ask(ASK + b" " * (MAX_BODY + 1 - len(ASK))), 413)
    assert_error(ask(b"[" * 100_000), 413)


def test_a_compressed_body_is_415():
    response = ask(HTTP_CONTENT_ENCODING="gzip")
    assert_error(response, 415)
    assert b"compressed" in response.body
    assert ask(HTTP_CONTENT_ENCODING="identity").status == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
    ],
)
def test_another_content_type_is_415(content_type):
    assert_error(ask(CONTENT_TYPE=content_type), 415)


@pytest.mark.parametrize(
    "error",
    [RuntimeError("inside <orders>"), KeyError("inside"), MemoryError("inside"), SettingsError("inside")],
)
def test_what_nobody_foresaw_is_500_says_nothing_and_is_logged(error, caplog):
    response = ask(answer=error)
    assert_error(response, 500)
    assert b"inside" not in response.body and b"Traceback" not in response.body
    assert type(error).__name__ in caplog.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SheetUnusable("no tab is named “Orders”", "hint"), 502),
        (SourceUnavailable("Google is away", "hint"), 503),
    ],
)
def test_a_sheet_that_cannot_be_used_or_reached_is_502_or_503_and_says_no_more(error, status):
    response = ask(answer=error)
    assert_error(response, status)
    assert error.message not in response.body.decode() and b"hint" not in response.body
    assert ("retry-after" in response.headers) is (status == 503)
    assert status == 502 or int(response.headers["retry-after"]) > 0


# The log


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


def test_a_request_is_one_log_line_with_nothing_of_the_answer(log):
    ask()
    (line,) = log.messages
    assert re.fullmatch(r"192\.0\.2\.1 POST /getOrder 200 \d+\.\d ms ORD-1001", line)


def test_a_refused_request_is_one_log_line_too(log):
    ask(b"{}")
    ask(REQUEST_METHOD="GET", PATH_INFO="/favicon.ico")
    ask(answer=OrderNotFound("ORD-1001"))
    assert [re.sub(r" \d+\.\d ms", "", line) for line in log.messages] == [
        "192.0.2.1 POST /getOrder 400",
        "192.0.2.1 GET /favicon.ico 404",
        "192.0.2.1 POST /getOrder 404 ORD-1001",
    ]


NASTY = [
    "X\nPOST /getOrder 200 0.1 ms Y",
    "X\r\nPOST",
    'X" 200 0.1 ms "Y',
    "X 200 0.1 ms Y",
    "X\\",
    "X\u2028Y",
    "X\x85Y",
    "X\x1b[2JY",
    "Y\u202eX",
    "%s%d",
]


@pytest.mark.parametrize("text", NASTY)
def test_an_order_id_cannot_break_out_of_its_log_line(log, text):
    ask(json.dumps({"orderId": text}).encode())
    assert_unforged(log, r"192\.0\.2\.1 POST /getOrder 200 \d+\.\d ms (.*)", text)


@pytest.mark.parametrize("text", NASTY)
def test_a_path_cannot_break_out_of_its_log_line(log, text):
    ask(PATH_INFO="/" + text.encode().decode("latin-1"))
    assert_unforged(log, r"192\.0\.2\.1 POST (.*) 404 \d+\.\d ms", "/" + text)


@pytest.mark.parametrize("text", ["GET\nPOST", "GET\x1b[2J", "GET 200 0.1 ms"])
def test_a_method_cannot_break_out_of_its_log_line(log, text):
    ask(REQUEST_METHOD=text)
    assert_unforged(log, r"192\.0\.2\.1 (.*) /getOrder 405 \d+\.\d ms", text)


def assert_unforged(log, pattern, text):
    """See that the one line has the pattern, and one quoted word for the text where it could mislead."""
    (line,) = log.messages
    assert line.isascii() and line.isprintable()
    word = re.fullmatch(pattern, line)[1]
    assert word == text and " " not in word if word[0] != '"' else json.loads(word) == text


def test_a_log_line_has_an_end(log):
    ask(json.dumps({"orderId": "x" * 50_000}).encode(), PATH_INFO="/getOrder")
    ask(PATH_INFO="/" + "x" * 50_000)
    assert all(len(line) < 250 for line in log.messages)


@pytest.mark.parametrize("answer", [ANSWER, OrderNotFound("1"), SourceUnavailable("away"), RuntimeError("x")])
@pytest.mark.parametrize(
    ("auth", "name"),
    [
        ("bearer:S3CRET", "HTTP_AUTHORIZATION"),
        ("basic:bik:S3CRET", "HTTP_AUTHORIZATION"),
        ("header:X-Key:S3CRET", "HTTP_X_KEY"),
    ],
)
def test_neither_the_secret_nor_what_a_stranger_sent_instead_is_logged_or_answered(log, auth, name, answer):
    value = parse_auth(auth).value
    responses = [ask(answer=answer, auth=auth, **{name: sent}) for sent in (value, "Bearer GUESS", "GUESS")]
    assert [response.status for response in responses][1:] == [401, 401]
    assert responses[0].status != 401
    told = log.text + repr(responses)
    assert not any(secret in told for secret in ("S3CRET", value, "GUESS"))


def test_a_stale_answer_says_its_age_and_a_fresh_one_does_not():
    service = StubService()
    assert "age" not in call(create_app(service, Auth())).headers
    service.stale_age = 61
    response = call(create_app(service, Auth()))
    assert (response.status, response.headers["age"]) == (200, "61")


def test_a_conflict_is_logged_with_the_rows_that_the_merchant_must_look_at(log):
    ask(answer=OrderConflict("order 1 stands in several rows", "keep one of Orders!2, Orders!3"))
    assert "Orders!2" in log.messages[0]


class StubHealth(StubService):
    def __init__(self, health):
        super().__init__()
        self.health = health
        self.refreshed = 0

    def get_health(self):
        return self.health

    def refresh(self):
        self.refreshed += 1


HEALTH = {"REQUEST_METHOD": "GET", "PATH_INFO": "/healthz"}


def test_health_needs_no_auth_and_says_nothing_of_orders():
    service = StubHealth(Health("stale", 61.04, 7, SourceUnavailable("Google: row 7 of ada@example.com"), 12))
    app = create_app(service, parse_auth("bearer:t0ken"))
    for headers in ({}, {"HTTP_AUTHORIZATION": "Bearer wrong"}):
        response = call(app, b"", **HEALTH, **headers)
        assert (response.status, json.loads(response.body)) == (200, {"status": "stale", "age": 61.0})


def test_health_says_more_to_who_may_ask_for_orders():
    service = StubHealth(Health("stale", 61.04, 7, SourceUnavailable("Google: row 7 of ada@example.com"), 12))
    app = create_app(service, parse_auth("bearer:t0ken"))
    assert json.loads(call(app, b"", HTTP_AUTHORIZATION="Bearer t0ken", **HEALTH).body) == {
        "status": "stale",
        "age": 61.0,
        "orders": 7,
        "last_error": "SourceUnavailable",
        "reads_last_minute": 12,
    }


@pytest.mark.parametrize("error", [SourceUnavailable("x"), SheetUnusable("x")])
def test_health_is_503_with_an_error_when_nothing_can_be_served(error):
    service = StubHealth(Health("down", None, None, error, 0))
    response = call(create_app(service, Auth()), b"", **HEALTH)
    body = json.loads(response.body)
    assert response.status == 503 and "retry-after" in response.headers
    assert set(body) == {"status", "age", "orders", "last_error", "reads_last_minute", "error"}
    assert (body["status"], body["last_error"]) == ("down", type(error).__name__)


def test_refresh_needs_the_auth_header_and_takes_any_body():
    service = StubHealth(None)
    app = create_app(service, parse_auth("bearer:t0ken"))
    refresh = {"PATH_INFO": "/refresh", "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    assert_error(call(app, b"", **refresh), 401)
    assert service.refreshed == 0
    assert call(app, b"", HTTP_AUTHORIZATION="Bearer t0ken", **refresh).status == 202
    assert service.refreshed == 1
