"""Who the log says has asked, which requests are none, and that nobody keeps others from being served."""

import logging
import resource
import socket
import time
from contextlib import ExitStack, suppress

import pytest

from bikorders.errors import SettingsError
from bikorders.serving import sockets
from tests.serving.test_app import ASK, StubService, assert_error
from tests.test_functional import send, serve


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
        (["X-Forwarded-For: 203.0.113.7:51234"], "203.0.113.7"),
        (["X-Forwarded-For: [2001:DB8::1]"], "2001:db8::1"),
        (["X-Forwarded-For: [2001:db8::1]:443"], "2001:db8::1"),
        (['X-Forwarded-For: "[2001:db8::1]:443"'], "2001:db8::1"),
        (["X-Forwarded-For: [::ffff:203.0.113.7]:443"], "203.0.113.7"),
        (["Forwarded: for=198.51.100.1", "X-Real-IP: 198.51.100.1"], "127.0.0.1"),
    ],
)
def test_behind_a_proxy_on_this_machine_the_last_hop_is_who_asked(log, headers, address):
    assert said_to_ask(log, "127.0.0.1", *headers) == address


@pytest.mark.parametrize(
    "hops",
    [
        "",
        ",",
        "unknown",
        "_hidden",
        '" "',
        ":.",
        "203.0.113.7, x",
        "1.2.3",
        "[::1",
        "1.2.3.4:x",
    ],
)
def test_who_asked_is_unknown_where_the_last_hop_is_no_address(log, hops):
    assert said_to_ask(log, "127.0.0.1", f"X-Forwarded-For: {hops}") == "unknown"


def test_a_server_on_localhost_listens_on_all_its_addresses_at_one_port(log, monkeypatch):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    found = [(socket.AF_INET6, 1, 6, "", ("::1", 0, 0, 0)), (socket.AF_INET, 1, 6, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(sockets.socket, "getaddrinfo", lambda *args, **more: found * 2)
    with serve(StubService(), host="localhost") as server:
        monkeypatch.undo()
        for host in ("::1", "127.0.0.1"):
            with socket.create_connection((host, server.port), timeout=30) as connection:
                connection.sendall(b"GET /nowhere HTTP/1.0\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n")
                assert b" 404 " in connection.recv(4096)
    assert [line.partition(" ")[0] for line in log.messages] == ["203.0.113.7"] * 2


def test_an_address_that_this_machine_lacks_is_left_out_if_there_is_another(monkeypatch):
    found = [(socket.AF_INET, 1, 6, "", ("203.0.113.7", 0)), (socket.AF_INET, 1, 6, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(sockets.socket, "getaddrinfo", lambda *args, **more: found)
    (listener,) = sockets.listen("localhost", 0)
    with listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_localhost_is_this_machine_also_where_the_system_does_not_know_it(monkeypatch):
    def fail(*args, **more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(sockets.socket, "getaddrinfo", fail)
    listeners = sockets.listen("LocalHost", 0)
    assert {listener.getsockname()[0] for listener in listeners} <= {"127.0.0.1", "::1"}
    for listener in listeners:
        listener.close()
    with pytest.raises(SettingsError, match="set BIKORDERS_HOST to an address of this machine"):
        sockets.listen("otherhost", 0)


@pytest.mark.parametrize(
    ("limits", "raised", "room"),
    [
        ((1024, 524288), (2032, 524288), 1000),
        ((1024, resource.RLIM_INFINITY), (2032, resource.RLIM_INFINITY), 1000),
        ((4096, 4096), None, 1000),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), None, 1000),
        ((256, 256), (256, 256), 112),
        ((64, 64), (64, 64), 16),
        ((16, 16), (16, 16), 4),
    ],
)
def test_there_are_no_more_connections_than_files_that_may_be_opened(log, monkeypatch, limits, raised, room):
    made = []
    monkeypatch.setattr(sockets.resource, "getrlimit", lambda what: limits)
    monkeypatch.setattr(sockets.resource, "setrlimit", lambda what, both: made.append(both))
    assert sockets.make_room() == room
    assert made == [raised] * (raised is not None)
    assert [f"at most {room} connections" in line for line in log.messages] == [True] * (room < 1000)


def test_who_comes_when_all_places_are_taken_is_served_after_those_who_only_hold_one(log, monkeypatch):
    monkeypatch.setattr("bikorders.serving.server.make_room", lambda: 8)
    monkeypatch.setattr("bikorders.serving.server.IDLE_IN_A_CROWD", 0.05)
    with serve(StubService()) as server, ExitStack() as stack:
        held = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
            for _ in range(30)
        ]
        assert ask(server.port).status == 200
        assert held[0].recv(1) == b""
        assert len(server._list_channels()) <= 8
    assert [line for line in log.messages if "POST" not in line] == []


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


# Requests that two readers could take for two

POST = b"POST /getOrder HTTP/1.1\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        POST + b"Transfer-Encoding : chunked",
        POST + b"Transfer-Encoding:\x0bchunked",
        POST + b"X: y\r\n Transfer-Encoding: chunked",
        POST + b" Transfer-Encoding: chunked",
        POST + b"X: y\nTransfer-Encoding: chunked",
        POST + b"X: y\rTransfer-Encoding: chunked",
        POST + b"Content-Length: 5\r\nContent-Length: 5",
        POST + b"Content-Length: 5\r\nContent-Length: 6",
        POST + b"Content-Length: 5, 5",
        POST + b"Content-Length: +5",
        POST + b"Content-Length: -5",
        POST + b"Content-Length: 0x5",
        POST + b"Content-Length: 5_0",
        POST + b"Content-Length: \xb2",
        POST + b"Content-Length: " + b"9" * 5000,
        POST + b"Content-Length:",
        POST + b"Content-Length : 5",
        POST + b"X\0: y",
        POST + b"X: \0",
        POST + b"X: \x1b",
        POST + b": y",
        POST + b"X" * 50,
        POST + b"X:" + b" " * 9 + b"y",
        b"POST /getOrder HTTP/1.1 \r\nX: y",
        b"POST  /getOrder HTTP/1.1\r\nX: y",
        b"POST /getOrder /x HTTP/1.1\r\nX: y",
        b"POST /getOrder HTTP/2.0\r\nX: y",
        b"POST /getOrder\r\nX: y",
        b"POST http://[x/getOrder HTTP/1.1\r\nX: y",
        b"PRI * HTTP/2.0\r\nX: y",
    ],
    ids=lambda head: repr(head[-50:]),
)
def test_a_request_that_can_be_read_in_two_ways_is_400_and_what_follows_is_not_read(log, head):
    with serve(StubService()) as server:
        received = send_all(server.port, head + b"\r\n\r\n" + b"0\r\n\r\n" + SMUGGLED)
    assert received.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 ")) and received.count(b"HTTP/1.") == 1
    assert "smuggled" not in log.text and "Traceback" not in log.text


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"http://x/getOrder", 200),
        (b"//getOrder", 200),
        (b"/%67etOrder", 200),
        (b"/getOrder%00", 404),
        (b"/x/../getOrder", 404),
        (b"/x/%2e%2e/getOrder", 404),
        (b"/getOrder%2f", 404),
        (b"/getOrder;x", 404),
        (b"/getOrder?x=%0d%0aX:y", 200),
        (b"/getOrder#x", 200),
        (b"*", 404),
        (b"/\xff\xfe", 400),
        (b"/%ff%fe%c0%af", 404),
        (b"/" + b"x" * 20_000, 404),
    ],
)
def test_a_target_means_one_thing(target, status):
    with serve(StubService()) as server:
        response = send(server.port, b"POST %s HTTP/1.1\r\nContent-Length: 23\r\n\r\n%s" % (target, ASK))
    assert response.status == status
    if status != 200:
        assert_error(response, status)


@pytest.mark.parametrize(
    "headers",
    [b"Connection: upgrade\r\nUpgrade: websocket", b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c"],
)
def test_nothing_is_upgraded_to(headers):
    with serve(StubService()) as server:
        data = POST + headers + b"\r\nContent-Length: 23\r\n\r\n" + ASK
        assert send(server.port, data).status == 200


def test_who_waits_to_be_told_to_go_on_is_told():
    with (
        serve(StubService()) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection,
    ):
        connection.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 23\r\n\r\n")
        assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(ASK)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "CONNECT"])
def test_no_other_method_gives_anything_away(method):
    with serve(StubService()) as server:
        received = send_all(server.port, f"{method} /getOrder HTTP/1.0\r\nX-Secret: mine\r\n\r\n".encode())
    assert b" 405 " in received.partition(b"\r\n")[0] and b"mine" not in received


@pytest.mark.parametrize(
    "head",
    [
        b"GET a://" + b"1" * 30_000 + b" x y",
        b"GET a://" + b"1" * 30_000 + b" HTTP/9.9",
        POST + b"X:" + b" " * 30_000 + b"\0",
        POST + b"X:" + b" " * 30_000 + b"x",
        POST + b"X: " + b"a " * 15_000 + b"\x7f",
        b"\r\n" * 15_000,
        POST + b"X: y\r\n" * 5000,
    ],
    ids=lambda head: repr(head[:12]),
)
def test_no_header_takes_long_to_refuse(head):
    with serve(StubService()) as server:
        started = time.process_time()
        send_all(server.port, head + b"\r\n\r\n" + SMUGGLED.replace(b"1.1", b"1.0"))
        assert (
            time.process_time() - started < 1
        )  # waitress alone takes 3 s for 4,000 digits, and 90 s for 16,000


def send_all(port, data):
    """Send bytes and give all that comes back until the server hangs up."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection, suppress(ConnectionError):
        connection.sendall(data)
        while chunk := connection.recv(65_536):
            received += chunk
    return received


# Greedy clients


def test_who_asks_ten_thousand_times_and_reads_nothing_holds_no_thread_and_little_memory():
    with serve(StubService(), page_password="secret of the page", threads=4) as server, ExitStack() as stack:
        for _ in range(6):
            deaf = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=0.2))
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            with suppress(OSError):
                deaf.sendall(b"GET /page.css HTTP/1.1\r\n\r\n" * 10_000)
        assert ask(server.port).status == 200
        channels = server._list_channels()
        assert sum(channel.total_outbufs_len for channel in channels) < 6 * 2 * 256 * 1024


def test_pipelined_requests_are_answered_in_their_order():
    bodies = [b'{"orderId": ""}' if number % 3 else ASK for number in range(300)]
    data = b"".join(b"POST /getOrder HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(b), b) for b in bodies)
    with serve(StubService()) as server:
        received = send_all(server.port, data + b"GET /x HTTP/1.1\r\nConnection: close\r\n\r\n")
    statuses = [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [400 if number % 3 else 200 for number in range(300)] + [404]
