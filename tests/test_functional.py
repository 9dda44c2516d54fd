"""The real server over real sockets."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from threading import Event, Semaphore, Thread, Timer
from urllib.parse import urlsplit

import pytest

from bikorders.bik.auth import Auth
from bikorders.cache.hyperlinks import Hyperlinks
from bikorders.cache.policy import Policy
from bikorders.cache.rate_limit import Quota
from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.merchant.notes import Notes
from bikorders.merchant.page import install_page
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.shop_settings import Options
from bikorders.serving.app import MAX_BODY, create_app
from bikorders.serving.server import MAX_HEADER, Server
from bikorders.serving.service import Answer, Service
from bikorders.sheet.csv_source import FolderSource
from bikorders.sheet.open import SAMPLE
from tests.conftest import SEED_ORDER, Clock
from tests.description import assert_described
from tests.running import ROOT
from tests.running import serve as run_command
from tests.serving.test_app import ASK, Response, StubService, assert_error

SAMPLE_ORDER = SEED_ORDER | {
    "name": "ORD-1001",
    "status": "SHIPPED",
    "email": "asha@example.com",
    "address": {"firstName": "Asha", "lastName": "Rao"},
}
"""The sample's order: the contract's example, but for these."""


@contextmanager
def serve(service, threads=4, host="127.0.0.1", page_password=None, auth=None, port=0):
    """Serve on a free port, of loopback unless said; gives the server, and takes everything down again."""
    app = create_app(service, auth or Auth(), find_notes=Notes(service).find)
    if page_password is not None:
        install_page(app, service, page_password)
    server = Server(app, host, port, threads)
    loop = Thread(target=server.run)
    loop.start()
    try:
        yield server
    finally:
        server.stop()
        loop.join(20)
        assert not loop.is_alive()


@contextmanager
def serve_source(source, clock, threads=4, kind=SnapshotCache, auth=None):
    """Serve what a source holds, on a hand-cranked clock; gives the port."""
    policy = Policy(reads_per_minute=None)
    cache = kind(
        source.read,
        lambda workbook, before: Snapshot(workbook, Options(), before),
        policy,
        clock,
        Quota(None, clock),
    )
    cache.start()
    try:
        with serve(Service(cache, Hyperlinks(cache, source.read_link)), threads, auth=auth) as server:
            yield server.port
    finally:
        cache.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def port(clock):
    with serve_source(FolderSource(SAMPLE), clock) as port:
        yield port


def ask(port, body=ASK, method="POST", path="/getOrder", headers=None, **options):
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body, headers or {}, **options)
        response = _read(connection.getresponse())
    assert_described(method, path, *response)
    return response


def send(port, data):
    """Send bytes as they are and read the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(data)
        with closing(HTTPResponse(connection)) as response:
            response.begin()
            return _read(response)


def _read(response):
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Response(response.status, headers, response.read())


def test_the_server_asks_for_nothing_that_is_on_its_way_out(clock):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with serve_source(FolderSource(SAMPLE), clock):
            pass
    assert [str(warning.message) for warning in caught] == []


def test_the_sample_order_is_answered(port):
    response = ask(port)
    assert response.status == 200
    assert response.headers["content-type"] == "application/json"
    assert json.loads(response.body) == {"order": SAMPLE_ORDER}


def test_one_connection_serves_many_requests_and_survives_an_error(port):
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        statuses = []
        for body in (ASK, b"{}", b'{"orderId": "nope"}', ASK):
            connection.request("POST", "/getOrder", body)
            statuses.append(_read(connection.getresponse()).status)
    assert statuses == [200, 400, 404, 200]


def test_a_body_in_chunks_is_read(port):
    assert ask(port, iter([ASK[:5], ASK[5:]]), encode_chunked=True).status == 200


def test_the_server_does_not_say_what_it_is(port):
    for response in (ask(port), send(port, b"GARBAGE\r\n\r\n")):
        assert not re.search("waitress|bottle|python", repr(response), re.IGNORECASE)


def test_an_edit_of_the_sheet_shows_in_the_next_answer_once_the_last_read_is_too_old(tmp_path, clock):
    folder = shutil.copytree(SAMPLE, tmp_path / "sample")
    orders = folder / "Orders.csv"

    def status(port):
        return json.loads(ask(port).body)["order"]["status"]

    with serve_source(FolderSource(folder), clock) as port:
        assert status(port) == "SHIPPED"
        edited = orders.read_text("utf-8").replace("Asha Rao,Shipped", "Asha Rao,Delivered")
        orders.write_text(edited, "utf-8")
        assert status(port) == "SHIPPED"
        clock.advance(5.1)
        assert status(port) == "DELIVERED"
        shutil.rmtree(folder)
        clock.advance(5.1)
        response = ask(port)
        assert (response.status, response.headers["age"]) == (200, "5")
        clock.advance(900)
        assert_error(ask(port), 503)


def test_fifty_requests_at_once_on_a_cold_server_cause_one_read(clock):
    arrived, release, reads = Semaphore(0), Event(), []

    class CountingSource(FolderSource):
        def read(self, tabs=(), names=False, together=False):
            reads.append(tabs)
            assert release.wait(30)
            return super().read(tabs, names, together)

    class CountingCache(SnapshotCache):
        def get(self, since, need=None):
            arrived.release()
            return super().get(since, need)

    serving = serve_source(CountingSource(SAMPLE), clock, 64, CountingCache)
    with serving as port, ThreadPoolExecutor(50) as clients:
        try:
            futures = [clients.submit(ask, port) for _ in range(50)]
            for _ in futures:  # no read ends before all 50 have come as far as the cache
                assert arrived.acquire(timeout=30)
        finally:
            release.set()
        responses = [future.result() for future in futures]
    assert {response.status for response in responses} == {200}
    assert len({response.body for response in responses}) == 1
    assert len(reads) == 1


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"get /getOrder HTTP/1.1\r\n\r\n", 400),
        (b"POST /getOrder HTTP/1.1\r\nno header\r\n\r\n", 400),
        (b"POST /getOrder HTTP/1.1\r\nContent-Length: abc\r\n\r\n", 400),
        (b"POST /getOrder HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /getOrder HTTP/1.1\r\nContent-Length: 1, 2\r\n\r\n", 400),
        (b"POST /getOrder HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        (b"POST /getOrder HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST /getOrder HTTP/1.1\r\nContent-Length: 1073741824\r\n\r\n", 413),
        # Exactly the limit, so that nothing is left unread when the server closes.
        (b"POST /getOrder HTTP/1.1\r\nX: ".ljust(MAX_HEADER, b"x"), 431),
    ],
    ids=lambda value: value if isinstance(value, int) else repr(value[-45:]),
)
def test_what_the_server_refuses_before_the_app_has_the_shape_of_all_errors(port, data, status):
    assert_error(send(port, data), status)


def test_what_the_app_refuses_has_the_shape_of_all_errors(port):
    assert_error(ask(port, b"not JSON"), 400)
    assert_error(ask(port, b'{"orderId": "ORD-9"}'), 404)
    assert_error(ask(port, path="/"), 404)
    assert_error(ask(port, b" " * (MAX_BODY + 1)), 413)
    assert_error(ask(port, headers={"Content-Type": "text/plain"}), 415)


def test_get_and_head_of_get_order_are_405(port):
    get, head = (ask(port, None, method) for method in ("GET", "HEAD"))
    assert_error(get, 405)
    assert (head.status, head.body) == (405, b"")
    assert get.headers["allow"] == head.headers["allow"] == "POST"


def read_printed():
    """Give what the README shows: what `make run` prints, and what its request is answered with."""
    started, asked = re.findall(r"```console\n(.*?)\n```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    command, *printed = started.splitlines()
    assert command == "$ make run"
    echoed = re.findall(r'@echo "(.*)"', (ROOT / "Makefile").read_text("utf-8").replace("$(VENV)", ".venv"))
    made = [line for line in printed if line in echoed]
    assert printed[: len(made)] == made == echoed[: len(made)]
    request, answer = asked.splitlines()
    assert request.removeprefix("$ ") == next(line.strip() for line in printed if "curl " in line)
    return printed[len(made) :], answer


def test_the_command_prints_what_the_readme_shows_and_serves_the_request_in_it(tmp_path):
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("BIKORDERS_", "GOOGLE_"))}
    shown, shown_answer = read_printed()
    process = subprocess.Popen(
        [sys.executable, "-m", "bikorders", "serve"],
        cwd=tmp_path,
        env=kept | {"BIKORDERS_PORT": "0", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    watchdog = Timer(60, process.kill)
    watchdog.start()
    try:
        lines = [process.stdout.readline().rstrip("\n") for _ in shown]
        assert lines[-1], process.stderr.read()
        curl = next(line for line in lines if line.strip().startswith("curl "))
        _, url, *options = shlex.split(curl)
        port = urlsplit(url).port
        said = dict(zip(options[::2], options[1::2], strict=True))
        response = ask(port, said["-d"], path=urlsplit(url).path, headers=dict([said["-H"].split(": ")]))
        seen = ask(port, None, "GET", "/")
    finally:
        watchdog.cancel()
        process.terminate()
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert [line.replace(f":{port}/", ":8080/") for line in lines] == shown
    assert response.body.decode() == shown_answer
    assert json.loads(response.body) == {"order": SAMPLE_ORDER}
    assert seen.status == 200 and b"Nothing. Every cell" in seen.body and b"<bdi>ORD-1001</bdi>" in seen.body
    assert re.search(r" 127\.0\.0\.1 POST /getOrder 200 \d+\.\d ms ORD-1001\n", errors)
    assert "Traceback" not in errors and "asha" not in errors.casefold()


def test_the_sample_is_served_from_a_copy_that_may_be_edited(tmp_path):
    before = {path.name: path.read_bytes() for path in SAMPLE.iterdir()}
    orders = tmp_path / "sample-orders" / "Orders.csv"
    with run_command({"MAX_AGE": 0.1}, tmp_path, subprocess.DEVNULL, 60) as address:
        port = urlsplit(address).port
        edited = tmp_path / "edited"
        edited.write_text("Order ID,Status\nORD-1001,Delivered\n", "utf-8")
        edited.replace(orders)  # whole, since the first read believes what it finds
        while json.loads(ask(port).body)["order"]["status"] != "DELIVERED":
            Event().wait(0.05)
    assert {path.name: path.read_bytes() for path in SAMPLE.iterdir()} == before


class BlockingService:
    """Holds every answer until it is let go; takes no orders."""

    intake = None

    def __init__(self):
        self.entered, self.leave = Semaphore(0), Event()

    def get_order(self, order_id):
        self.entered.release()
        assert self.leave.wait(30)
        return Answer(b'{"order": {"id": "1", "items": []}}', None)


def test_a_stop_answers_requests_in_flight_and_queued_and_takes_no_new_ones():
    service = BlockingService()
    with ThreadPoolExecutor(12) as clients, serve(service, threads=4) as server:
        futures = [clients.submit(ask, server.port) for _ in range(12)]
        for _ in range(4):
            assert service.entered.acquire(timeout=30)
        queue = server._dispatcher.queue
        while len(queue) < 8:
            Event().wait(0.001)
        server.stop()
        while True:
            try:
                socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
            except ConnectionError:
                break
        service.leave.set()
        assert [future.result(30).status for future in futures] == [200] * 12


def test_a_stop_answers_connections_that_wait_to_be_accepted():
    server = Server(create_app(StubService(), Auth()), "127.0.0.1", 0, 4)
    with ExitStack() as stack:
        address = ("127.0.0.1", server.port)
        clients = [stack.enter_context(socket.create_connection(address, timeout=30)) for _ in range(20)]
        for client in clients:
            client.sendall(b"POST /getOrder HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(ASK), ASK))
        server.stop()
        server.run()
        assert all(client.recv(4096).startswith(b"HTTP/1.1 200 ") for client in clients)


def test_a_stop_ends_idle_connections_at_once(clock):
    with (
        serve_source(FolderSource(SAMPLE), clock) as port,
        closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection,
    ):
        connection.request("POST", "/getOrder", ASK)
        assert _read(connection.getresponse()).status == 200


def test_requests_that_wait_leave_threads_for_health_and_fresh_answers(clock):
    entered, release = Event(), Event()

    class SlowSource(FolderSource):
        def read(self, tabs=(), names=False, together=False):
            entered.set()
            assert release.wait(30)
            return super().read(tabs, names, together)

    cache = SnapshotCache(
        SlowSource(SAMPLE).read,
        lambda workbook, before: Snapshot(workbook, Options(), before),
        Policy(reads_per_minute=None, waiting=56),
        clock,
        Quota(None, clock),
    )
    cache.start()
    with (
        ThreadPoolExecutor(60) as clients,
        serve(Service(cache, Hyperlinks(cache, FolderSource(SAMPLE).read_link)), threads=64) as server,
    ):
        futures = [clients.submit(ask, server.port) for _ in range(56)]
        while cache._state.waiting < 56:
            Event().wait(0.001)
        assert json.loads(ask(server.port, None, "GET", "/healthz").body)["status"] == "starting"
        assert_error(ask(server.port), 503)  # no place left to wait
        release.set()
        assert {future.result(30).status for future in futures} == {200}
    cache.close()


def test_health_and_refresh_are_answered(port):
    health = ask(port, None, "GET", "/healthz")
    assert (health.status, json.loads(health.body)["status"]) == (503, "starting")
    ask(port)
    assert ask(port, None, "POST", "/refresh").status == 202
    assert ask(port).status == 200
    assert json.loads(ask(port, None, "GET", "/healthz").body)["orders"] == 3
