"""The `try` command against our own server, which keeps every rule, and against servers that break one."""

import datetime
import ipaddress
import json
import re
import ssl
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bikorders.bik.answer_checks import FORMS, find_wrong_types, shows_inside
from bikorders.bik.auth import Auth, parse_auth
from bikorders.bik.conformance import run_try
from bikorders.bik.target import parse_target
from bikorders.cli import main
from bikorders.sheet.csv_source import FolderSource
from bikorders.sheet.open import SAMPLE
from tests.conftest import SEED_ORDER, Clock
from tests.test_cli import run, set_  # noqa: F401 - fixtures
from tests.test_functional import serve_source

SECRETS = ["bearer:S3CRET-token", "basic:bik:S3CRET-word", "header:X-Api-Key:S3CRET-key"]
JSON = "application/json"


def error(status, text="refused"):
    return status, JSON, json.dumps({"error": text})


def answer(order=SEED_ORDER, **members):
    return 200, JSON, json.dumps({"order": order | members})


class Endpoint:
    """A getOrder endpoint that keeps every rule; tests replace a method to break one."""

    auth = ""
    protocol = "HTTP/1.1"
    hangs_up = False
    """Ends each connection after an answer, and does not say so."""

    def answer(self, method, sent, body):
        if sent != self.auth:
            return error(401)
        if method != "POST":
            return error(405)
        try:
            order_id = json.loads(body)["orderId"]
        except (ValueError, TypeError, KeyError):
            return error(400)
        return self.give(order_id) if order_id == "ORD-1001" else error(404)

    def give(self, order_id):
        return answer()


@contextmanager
def serve(endpoint, context=None):
    """Serve an endpoint of a test; gives the address and the list of the auth headers that came."""
    came = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = endpoint.protocol
        disable_nagle_algorithm = True

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sent = self.headers.get("Authorization") or ""
            came.append(sent)
            status, content_type, text = endpoint.answer(self.command, sent, body)
            content = text if isinstance(text, bytes) else text.encode()
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.close_connection |= endpoint.hangs_up

        do_GET = do_POST

        def log_message(self, *args):
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 50

        def handle_error(self, request, client_address):
            """Say nothing: a client that hangs up is no news."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        loop = Thread(target=server.serve_forever, args=(0.01,))
        loop.start()
        try:
            scheme = "https" if context else "http"
            yield f"{scheme}://127.0.0.1:{server.server_port}/getOrder", came
        finally:
            server.shutdown()
            loop.join(20)


@pytest.fixture
def attempt(capsys):
    """Try an address; gives the exit code, and the level and the text of each rule."""

    def attempt(url, auth=None, order_id="ORD-1001", **options):
        code = run_try(parse_target(url), auth or Auth(), order_id, **options)
        out = capsys.readouterr().out
        found = {}
        for line in out.splitlines()[1:-1]:
            level, rule, text = re.fullmatch(r"  (\w+) +(?:[\d.]+ m?s  )?(.+?): (.*)", line).groups()
            assert rule in RULES and rule not in found
            found[rule] = (level, text)
        return code, found

    return attempt


RULES = [
    "https", "path", "connection", "certificate", "order", "content type", "JSON", "id", "types", *FORMS, "speed",
    "keep-alive", "at once", "unknown order", "not JSON", "a list", "no orderId", "GET", "wrong auth", "no auth",
    "no redirect", "no HTML", "no inside",
]  # fmt: skip


def try_endpoint(attempt, endpoint, auth=None, **options):
    with serve(endpoint) as (url, _):
        return attempt(url, auth, **options)


def list_levels(found, *levels):
    return {rule for rule, (level, _) in found.items() if level in levels}


# What keeps every rule


@pytest.mark.parametrize("auth", SECRETS)
def test_our_own_server_keeps_every_rule_and_the_secret_is_not_printed(capsys, auth):
    auth = parse_auth(auth)
    with serve_source(FolderSource(SAMPLE), Clock(), 16, auth=auth) as port:
        assert run_try(parse_target(f"http://127.0.0.1:{port}/getOrder"), auth, "#ord-1001") == 0
    out = capsys.readouterr().out
    assert out.endswith("25 pass, 1 skip\n") and "\033" not in out
    assert "S3CRET" not in out and auth.value not in out


def test_our_own_server_without_auth_keeps_every_rule(attempt):
    with serve_source(FolderSource(SAMPLE), Clock(), 16) as port:
        code, found = attempt(f"http://127.0.0.1:{port}/getOrder", order_id="ORD-1002")
    assert code == 0
    assert list_levels(found, "FAIL", "warn") == set()
    assert {"wrong auth", "no auth"} <= list_levels(found, "skip")


def test_another_shops_server_keeps_every_rule(attempt):
    endpoint = Endpoint()
    endpoint.auth = "Bearer t0ken"
    code, found = try_endpoint(attempt, endpoint, parse_auth("bearer:t0ken"))
    assert code == 0
    assert list_levels(found, "FAIL", "warn") == set()
    assert set(found) == set(RULES)


def test_no_more_than_three_requests_have_a_wrong_auth_header(attempt):
    endpoint = Endpoint()
    endpoint.auth = "Bearer t0ken"
    for auth, wrong in (("bearer:t0ken", 2), ("bearer:other", 3)):
        with serve(endpoint) as (url, came):
            attempt(url, parse_auth(auth))
        counts = Counter(came)
        assert sum(counts.values()) - counts[endpoint.auth] == wrong


# What breaks one


def broken(**members):
    return type("Broken", (Endpoint,), members)()


def always(*reply):
    return broken(answer=lambda self, *_: reply)


PAGE = (200, "text/html", "<!doctype html><h1>Welcome</h1>")
TRACE = 'Traceback (most recent call last):\n  File "app.py", line 7, in get'


def giving(order):
    return broken(give=lambda self, _: order)


@pytest.mark.parametrize(
    ("endpoint", "rules"),
    [
        (always(*PAGE), {"content type", "JSON", "no HTML", "unknown order", "not JSON", "a list", "no orderId"}),
        (always(301, JSON, "{}"), {"order", "no redirect", "unknown order", "not JSON", "a list", "no orderId"}),
        (always(500, "text/plain", TRACE), {"order", "unknown order", "not JSON", "a list", "no orderId", "no inside"}),
        (always(*answer()), {"unknown order", "not JSON", "a list", "no orderId"}),
        (giving((200, "text/plain", json.dumps({"order": SEED_ORDER}))), {"content type"}),
        (giving((200, JSON, "not JSON")), {"JSON"}),
        (giving((200, JSON, '{"order": {"id": "ORD-1001", "total": NaN}}')), {"JSON"}),
        (giving((200, JSON, json.dumps({"order": {"name": "é"}}, ensure_ascii=False).encode("latin-1"))), {"JSON"}),
        (giving((200, JSON, "[]")), {"JSON"}),
        (giving((200, JSON, json.dumps(SEED_ORDER))), {"JSON"}),
        (giving(answer(id="ORD-1002")), {"id"}),
        (giving(answer(id=None)), {"id", "types"}),
        (giving(answer(total="947")), {"types"}),
        (giving(answer(fulfillmentStatus="Fulfilled")), {"fulfillmentStatus"}),
        (giving(answer(phoneNumber="98765 43210")), {"phoneNumber"}),
        (giving(answer(currency="₹")), {"currency"}),
        (giving(answer(deliveryInfo={"trackingURL": "on its way"})), {"deliveryInfo.trackingURL"}),
        (broken(answer=lambda self, method, sent, body: error(200) if b"TRY-" in body else Endpoint.answer(self, method, sent, body)), {"unknown order"}),
        (broken(answer=lambda self, method, sent, body: (404, JSON, '{"message": "x"}') if b"TRY-" in body else Endpoint.answer(self, method, sent, body)), {"unknown order"}),
    ],
)  # fmt: skip
def test_a_broken_rule_is_found_and_no_other(attempt, endpoint, rules):
    code, found = try_endpoint(attempt, endpoint)
    assert code == 1
    assert list_levels(found, "FAIL") == rules


def test_every_wrong_field_is_listed(attempt):
    wrong = giving(answer(total="947", items=[{"price": True}, "Soap"], address=["Pune"], email=None))
    _, found = try_endpoint(attempt, wrong)
    assert found["types"] == (
        "FAIL",
        (
            "total is a text, not a number; email is null, not a text; address is a list, not an object; "
            "items[0].price is true or false, not a number; items[1] is a text, not an object"
        ),
    )


def test_an_endpoint_that_lets_everybody_in_is_found(attempt):
    endpoint = broken(answer=lambda self, method, sent, body: Endpoint.answer(self, method, "", body))
    code, found = try_endpoint(attempt, endpoint, parse_auth("bearer:t0ken"))
    assert code == 1
    assert list_levels(found, "FAIL") == {"wrong auth", "no auth"}


def test_what_is_unusual_is_a_warning_and_no_failure(attempt):
    def reply(self, method, sent, body):
        status, kind, text = Endpoint.answer(self, method, sent, body)
        return {404: 410, 405: 404}.get(status, status), kind, text

    endpoint = broken(answer=reply, protocol="HTTP/1.0")
    code, found = try_endpoint(attempt, endpoint)
    assert code == 0
    assert list_levels(found, "warn") == {"unknown order", "GET", "keep-alive"}


def test_an_answer_that_takes_too_long_for_bik_is_found(attempt):
    ticks = count()
    code, found = try_endpoint(attempt, Endpoint(), clock=lambda: next(ticks) * 6.0, patience=1e6)
    assert code == 1
    assert list_levels(found, "FAIL") == {"speed"}


def test_an_answer_that_does_not_come_is_waited_for_no_longer_than_said(attempt):
    release = Event()
    endpoint = broken(answer=lambda self, *_: release.wait(30) and error(500))
    with serve(endpoint) as (url, _):
        try:
            code, found = attempt(url, patience=0.05)
        finally:
            release.set()
    assert code == 1
    assert found["order"] == ("FAIL", "no answer within 0.05 s")


def test_a_connection_that_is_hung_up_without_a_word_is_found(attempt):
    code, found = try_endpoint(attempt, broken(hangs_up=True))
    assert (code, list_levels(found, "FAIL")) == (1, {"keep-alive"})


def test_answers_that_differ_between_requests_at_once_are_found(attempt):
    numbers = count()
    endpoint = broken(give=lambda self, _: answer(total=next(numbers)))
    code, found = try_endpoint(attempt, endpoint)
    assert (code, list_levels(found, "FAIL")) == (1, {"at once"})


def test_a_secret_that_the_server_repeats_is_not_printed(capsys):
    endpoint = broken(answer=lambda self, method, sent, body: error(400, f"what is {sent}?"))
    with serve(endpoint) as (url, _):
        assert run_try(parse_target(f"{url}?key=S3CRET"), parse_auth("bearer:S3CRET"), "ORD-1001") == 1
    out = capsys.readouterr().out
    assert "what is …" in out and "S3CRET" not in out


def test_what_a_server_says_cannot_reach_the_terminal_as_it_is(capsys):
    with serve(always(*error(400, "\x1b[2J\r\npass"))) as (url, _):
        run_try(parse_target(url), Auth(), "ORD-1001")
    out = capsys.readouterr().out
    assert "\x1b" not in out and "\r" not in out


# The address


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Make a certificate for this machine that nobody but itself vouches for; gives the file, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    builder = builder.add_extension(x509.SubjectAlternativeName([here]), critical=False)
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    pem += key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(pem)
    return path


@pytest.fixture
def context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_vouches_for_is_found_and_nothing_is_sent(attempt, context):
    with serve(Endpoint(), context) as (url, came):
        code, found = attempt(url, parse_auth("bearer:t0ken"))
    assert (code, came) == (1, [])
    assert found["certificate"][0] == "FAIL" and found["https"][0] == "pass"


def test_a_certificate_that_this_machine_trusts_is_valid(attempt, context, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serve(Endpoint(), context) as (url, _):
        code, found = attempt(url)
    assert (code, list_levels(found, "FAIL", "warn")) == (0, set())
    assert found["certificate"] == ("pass", "valid")


def test_an_address_where_nobody_listens_is_exit_2(attempt, capsys):
    with serve(Endpoint()) as (url, _):
        pass
    assert run_try(parse_target(url), Auth(), "1") == 2
    assert "can't be reached" in capsys.readouterr().err


def test_a_path_that_is_not_get_order_is_said(attempt):
    with serve(Endpoint()) as (url, _):
        code, found = attempt(url.replace("getOrder", "hook"))
    assert (code, found["path"][0]) == (0, "warn")


def test_http_is_a_warning_but_on_this_machine():
    from bikorders.bik.conformance_rules import try_address  # noqa: PLC0415 - nobody else needs it

    def judge(url):
        return next(iter(try_address(parse_target(url)))).level

    assert judge("http://orders.example.com/getOrder") == judge("http://192.0.2.1/getOrder") == "warn"
    assert judge("http://localhost/getOrder") == judge("http://[::1]:80/getOrder") == "pass"


@pytest.mark.parametrize(
    "url",
    [
        "", "orders.example.com/getOrder", "ftp://x/getOrder", "https:///getOrder", "https://x:99999/getOrder",
        "https://x/get Order", "https://x/é", "https://u:S3CRET@x/getOrder", "https://[x/getOrder",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_not_repeated(url):
    with pytest.raises(ValueError) as refusal:
        parse_target(url)
    assert "S3CRET" not in str(refusal.value)


# The command


def test_the_command_takes_the_auth_from_the_settings(run, set_):  # noqa: F811
    set_(AUTH="bearer:S3CRET-of-the-tests")
    endpoint = Endpoint()
    endpoint.auth = "Bearer S3CRET-of-the-tests"
    with serve(endpoint) as (url, _):
        code, out, errors = run("try", url, "--order", "ORD-1001")
        assert (code, errors) == (0, []) and "no auth: refused" in out
        assert run("try", url, "--order", "ORD-1001", "--auth", "bearer:other")[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("https://x/getOrder",),
        ("--order", "1"),
        ("x", "--order", "1"),
        ("https://x/getOrder", "--order", "1", "--auth", "S3CRET"),
        ("https://u:S3CRET@x/getOrder", "--order", "1"),
    ],
)
def test_a_wrong_command_line_is_exit_2_and_repeats_no_secret(arguments):
    with pytest.raises(SystemExit) as stop:
        main(["try", *arguments])
    assert stop.value.code == 2


def test_a_refused_argument_is_not_repeated(run):  # noqa: F811
    _, _, errors = run("try", "https://x/getOrder", "--order", "1", "--auth", "S3CRET")
    assert "bearer:TOKEN" in errors[-1] and "S3CRET" not in "".join(errors)


# The contract


def test_the_contracts_example_has_the_contracts_types():
    assert find_wrong_types(SEED_ORDER) == []


@pytest.mark.parametrize(
    "body",
    [
        TRACE.encode(),
        b"Error: x\n    at Object.get (/srv/app/index.js:10:5)",
        b"java.lang.X\n\tat com.shop.Orders.get(Orders.java:12)",
        b"Fatal error: Uncaught x in /var/www/a.php on line 3",
        b'{"error": "SQLSTATE[42S02]: no such table"}',
    ],
)
def test_what_tells_of_the_inside_is_known(body):
    assert shows_inside(body)


def test_a_long_body_is_looked_through_in_no_time():
    assert not shows_inside(b" " * 100_000 + b"a" * 100_000 + b"Warning: " * 10_000)
