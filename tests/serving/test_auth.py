"""Who guesses at a secret is slowed, and nobody else is."""

import logging
import re
from base64 import b64encode

import pytest

from bikorders.bik.auth import parse_auth
from bikorders.errors import SourceUnavailable
from bikorders.serving.app import create_app
from bikorders.serving.auth import LIMIT, MOST_ADDRESSES, Throttle
from tests.conftest import Clock, make_app
from tests.serving.test_app import StubService, assert_error, call

SECRET = "S3CRET-of-the-page"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def throttle(clock):
    return Throttle("word", clock.now)


def be_wrong(throttle, address, times=LIMIT):
    for _ in range(times):
        assert throttle.find_wait(address) == 0
        throttle.note_wrong(address)


def test_an_address_waits_after_the_limit_until_the_first_is_a_minute_old(throttle, clock):
    be_wrong(throttle, "192.0.2.1", 1)
    clock.advance(30)
    be_wrong(throttle, "192.0.2.1", LIMIT - 1)
    assert throttle.find_wait("192.0.2.1") == 30
    clock.advance(29.5)
    assert throttle.find_wait("192.0.2.1") == 1
    clock.advance(0.5)
    be_wrong(throttle, "192.0.2.1", 1)
    assert throttle.find_wait("192.0.2.1") == 30


def test_in_no_minute_are_there_more_than_the_limit(throttle, clock):
    let = []
    for _ in range(1000):
        if not throttle.find_wait("192.0.2.1"):
            throttle.note_wrong("192.0.2.1")
            let.append(clock.now())
        clock.advance(0.7)
    assert max(sum(at <= other < at + 60 for other in let) for at in let) == LIMIT
    assert len(let) >= LIMIT * 11


def test_others_do_not_wait(throttle):
    be_wrong(throttle, "192.0.2.1")
    assert throttle.find_wait("192.0.2.2") == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("-", "localhost", False),
    ],
)
def test_an_ipv6_network_counts_as_one_address(throttle, one, other, same):
    be_wrong(throttle, one)
    assert bool(throttle.find_wait(other)) is same


def test_only_so_many_addresses_are_remembered_and_the_latest_are(throttle):
    be_wrong(throttle, "192.0.2.1")
    be_wrong(throttle, "192.0.2.2", LIMIT - 1)
    for number in range(MOST_ADDRESSES - 2):
        throttle.note_wrong(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    be_wrong(throttle, "192.0.2.2", 1)
    throttle.note_wrong("192.0.2.3")
    assert len(throttle._wrong) == MOST_ADDRESSES
    assert not throttle.find_wait("192.0.2.1") and throttle.find_wait("192.0.2.2")


def test_one_line_of_the_log_says_it_however_many_follow(throttle, clock, caplog):
    for _ in range(3 * LIMIT):
        throttle.note_wrong("2001:db8::1")
    throttle.note_wrong("x\n192.0.2.1")
    assert caplog.messages == ["2001:db8::/64 sent a wrong word too often and is refused for a minute"]


@pytest.mark.parametrize("address", ["x\nforged", "\x1b[2J", "\u202e1.2.3.4", "y" * 500])
def test_an_address_that_is_none_cannot_forge_a_log_line(throttle, caplog, address):
    be_wrong(throttle, address)
    (line,) = caplog.messages
    assert line.isascii() and line.isprintable() and len(line) < 200


# Over HTTP


@pytest.fixture
def app(clock):
    return make_app(StubService(), SECRET, parse_auth("bearer:t0ken"), clock.now)


def ask(app, sent="Bearer wrong", **environ):
    return call(app, **({"HTTP_AUTHORIZATION": sent} if sent else {}), **environ)


def look(app, password="wrong", **environ):
    sent = {"HTTP_AUTHORIZATION": f"Basic {b64encode(f'x:{password}'.encode()).decode()}"}
    page = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
    return call(app, b"", **page, **(sent if password is not None else {}), **environ)


@pytest.mark.parametrize("sent", ["Bearer wrong", "Basic eDp4", "", None])
@pytest.mark.parametrize("path", ["/getOrder", "/refresh"])
def test_a_wrong_auth_header_is_429_after_twenty_in_a_minute(app, clock, sent, path):
    statuses = [ask(app, sent, PATH_INFO=path).status for _ in range(LIMIT + 5)]
    assert statuses == [401] * LIMIT + [429] * 5
    response = ask(app, sent, PATH_INFO=path)
    assert_error(response, 429)
    assert int(response.headers["retry-after"]) == 60
    clock.advance(60)
    assert ask(app, sent, PATH_INFO=path).status == 401


def test_the_right_auth_header_is_let_in_from_any_address_at_any_time(app):
    for _ in range(3 * LIMIT):
        ask(app)
        assert ask(app, "Bearer t0ken").status == 200
    assert ask(app, REMOTE_ADDR="192.0.2.2").status == 401


def test_a_guessed_password_is_429_even_if_it_is_right(app, clock):
    statuses = [look(app).status for _ in range(LIMIT + 1)]
    assert statuses == [401] * LIMIT + [429]
    response = look(app, SECRET)
    assert response.status == 429 and '<h2 id="title">Wait a minute</h2>' in response.body.decode()
    assert response.headers["content-type"] == "text/html; charset=UTF-8"
    assert int(response.headers["retry-after"]) > 0 and response.headers["cache-control"] == "no-store"
    assert look(app, REMOTE_ADDR="192.0.2.2").status == 401
    for _ in range(50):  # who is refused unseen does not wait longer for it
        look(app)
    clock.advance(60)
    assert look(app).status == 401


def test_a_browser_that_has_not_asked_for_the_password_yet_is_no_guess(app):
    assert {look(app, None).status for _ in range(2 * LIMIT)} == {401}


def test_what_is_wrong_at_one_door_does_not_close_the_other(app):
    for _ in range(LIMIT + 1):
        ask(app)
    assert look(app).status == 401


def test_the_log_says_once_that_somebody_guesses(app, caplog):
    caplog.set_level(logging.INFO)
    for _ in range(LIMIT + 10):
        ask(app)
        look(app)
    said = [record.getMessage() for record in caplog.records if record.name == "bikorders.throttle"]
    assert said == [
        f"192.0.2.1 sent a wrong {word} too often and is refused for a minute"
        for word in ("auth header", "password")
    ]
    assert not re.search("S3CRET|t0ken|wrong:", caplog.text)


def test_health_is_told_to_everybody(clock):
    class Service(StubService):
        def get_health(self):
            raise SourceUnavailable("x")

    app = create_app(Service(), parse_auth("bearer:t0ken"), clock.now)
    for _ in range(LIMIT + 1):
        ask(app)
    assert call(app, b"", REQUEST_METHOD="GET", PATH_INFO="/healthz").status == 503
