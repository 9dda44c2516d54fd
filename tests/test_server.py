"""Who the log says has asked: the peer itself, or whom a proxy on this machine names."""

import logging
import socket

import pytest

from tests.test_functional import send, serve
from tests.test_web import ASK, StubService, assert_error


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.INFO)
    return caplog


def ask(port, *headers):
    lines = ["POST /getOrder HTTP/1.1", f"Content-Length: {len(ASK)}", *headers]
    return send(port, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + ASK)


def said_to_ask(log, host, *headers):
    """Ask a server that listens on `host`, and give the address that begins its log line."""
    with serve(StubService(), host=host) as server:
        assert ask(server.port, *headers).status == 200
    (line,) = [record.getMessage() for record in log.records if record.name == "bikorders.requests"]
    address, _, rest = line.partition(" ")
    assert rest.startswith("POST /getOrder 200 ")
    return address


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ([], "127.0.0.1"),
        (["X-Forwarded-For: 203.0.113.7"], "203.0.113.7"),
        (["X-Forwarded-For: 2001:DB8::7"], "2001:db8::7"),
        (["X-Forwarded-For: ::ffff:203.0.113.7"], "203.0.113.7"),
        (["X-Forwarded-For: fe80::7%a.b"], "fe80::7"),
        (["X-Forwarded-For: 198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        (["X-Forwarded-For: 198.51.100.1", "X-Forwarded-For: 203.0.113.7"], "203.0.113.7"),
        (['X-Forwarded-For: "a b, ., 203.0.113.7'], "203.0.113.7"),
        (["Forwarded: for=198.51.100.1", "X-Real-IP: 198.51.100.1"], "127.0.0.1"),
    ],
)
def test_behind_a_proxy_on_this_machine_the_last_hop_is_who_asked(log, headers, address):
    assert said_to_ask(log, "127.0.0.1", *headers) == address


@pytest.mark.parametrize("hops", ["", ",", "unknown", '"203.0.113.7', '" "', ":.", "203.0.113.7, x", "1.2.3"])
def test_a_last_hop_that_is_no_address_is_400_and_said_in_the_log(log, hops):
    with serve(StubService()) as server:
        assert_error(ask(server.port, f"X-Forwarded-For: {hops}"), 400)
    (line,) = log.messages
    assert "X-Forwarded-For" in line and "Traceback" not in log.text


@pytest.mark.parametrize("hops", ["203.0.113.7", "", "unknown", ":."])
def test_nobody_is_believed_where_others_than_this_machine_can_connect(log, hops):
    assert said_to_ask(log, "0.0.0.0", f"X-Forwarded-For: {hops}") == "127.0.0.1"


def test_a_proxy_on_the_ipv6_loopback_is_believed_too(log):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    with (
        serve(StubService(), host="::1") as server,
        socket.create_connection(("::1", server.port), timeout=30) as connection,
    ):
        connection.sendall(b"GET /nowhere HTTP/1.0\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n")
        assert b" 404 " in connection.recv(4096)
    assert log.messages[0].startswith("203.0.113.7 GET /nowhere 404 ")
