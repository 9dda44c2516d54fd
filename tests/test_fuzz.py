"""What strangers and broken sources may send: no 500, no traceback, no hang, whatever it is.

The examples are few and always the same; `make fuzz` takes many others.
"""

import json
import re
import socket
import time
from contextlib import suppress
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bikorders import text
from bikorders.bik.auth import Auth, parse_auth
from bikorders.bik.get_order import parse_request
from bikorders.bik.place_order import (
    build_placed_order,
    dump_placed,
    flatten,
    parse_place_request,
    read_placed,
)
from bikorders.cache.policy import Health
from bikorders.errors import BikordersError, RequestRefused, SheetUnusable
from bikorders.merchant.check import dump_report, format_report
from bikorders.merchant.report import build_report
from bikorders.merchant.summary import tell_order
from bikorders.orders import totals
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.row_plan import plan_rows
from bikorders.reading import (
    cells,
    columns,
    currencies,
    dates,
    money,
    names,
    order_ids,
    packed_items,
    phones,
    vocabulary,
)
from bikorders.reading.shop_settings import Options
from bikorders.serving.app import create_app
from bikorders.sheet.csv_source import parse_csv
from bikorders.sheet.google.source import GoogleSource, find_link
from bikorders.sheet.workbook import Cell, Tab, Workbook
from bikorders.terminal import Style
from tests.conftest import Shop, SimulatedClock, make_app
from tests.orders.test_properties import WORKBOOKS, list_ids
from tests.placing.test_place_order import build_body
from tests.serving.test_app import ASK, StubHealth, StubService, assert_error, call
from tests.sheet.google.test_source import KEY, fake_google  # noqa: F401 - a fixture
from tests.test_functional import serve

FEW = settings(max_examples=settings().max_examples // 4, suppress_health_check=list(HealthCheck))
MORE = settings(FEW, max_examples=settings().max_examples)


def assert_honest(response):
    """See that an answer is an order, or an error that is one of those that we give."""
    assert response.status in (200, 400, 401, 404, 405, 409, 413, 415, 502, 503)
    assert b"Traceback" not in response.body
    if response.status != 200:
        assert_error(response, response.status)


# Bytes

LINES = st.one_of(
    st.sampled_from(
        [
            b"POST /getOrder HTTP/1.1", b"GET / HTTP/1.1", b"GET //getOrder HTTP/1.0", b"GET /%2e%2e/%00 HTTP/1.1",
            b"POST http://x/getOrder HTTP/1.1", b"POST http://[x/getOrder HTTP/1.1", b"OPTIONS * HTTP/1.1",
            b"CONNECT x:1 HTTP/1.1", b"TRACE / HTTP/1.1", b"HEAD /healthz HTTP/1.1", b"PRI * HTTP/2.0", b"GET /",
            b"POST /getOrder HTTP/9.9", b"GET \xff HTTP/1.1", b"GET /?order=%ff%00%0d%0aX HTTP/1.1", b"", b"\0",
        ]
    ),
    st.binary(max_size=40),
)  # fmt: skip
HEADERS = st.one_of(
    st.sampled_from(
        [
            b"Content-Length: 23", b"Content-Length: 0", b"Content-Length: -1", b"Content-Length: +5", b"Content-Length: 5, 5",
            b"Content-Length: " + b"9" * 5000, b"Content-Length : 5", b"content-length:\t7", b"Content_Length: 7",
            b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: \x0bchunked",
            b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding:", b" folded: x", b"Expect: 100-continue",
            b"Connection: close", b"Connection: keep-alive", b"Connection: upgrade", b"Upgrade: h2c", b"Host: a\nX: b",
            b"Host:", b"X: \xff\xfe", b"X: " + b" " * 5000 + b"x", b"X-Forwarded-For: 192.0.2.7", b"X-Forwarded-For: ',",
            b"Authorization: Basic " + b"zIE=" * 900, b"Authorization: Bearer \x00", b"Content-Type: application/json",
            b"Content-Type: text/plain", b"No header", b"A: b\rC: d",
        ]
    ),
    st.binary(max_size=40),
)  # fmt: skip
BODIES = st.one_of(
    st.sampled_from(
        [ASK, b"5\r\nhello\r\n0\r\n\r\n", b"ffffffffffffffff\r\n", b"-1\r\n", b"1;" + b"x" * 900]
    ),
    st.binary(max_size=60),
)
REQUESTS = st.builds(
    lambda line, headers, body, ending: ending.join([line, *headers, b"", body]),
    LINES,
    st.lists(HEADERS, max_size=4),
    BODIES,
    st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"]),
)


HEALTH = Health("ok", 1.0, 3, None, 0)


@pytest.fixture(scope="module")
def port():
    with serve(StubHealth(HEALTH), page_password="secret of the page") as server:
        yield server.port


@FEW
@given(st.lists(st.one_of(REQUESTS, REQUESTS, st.binary(max_size=200)), min_size=1, max_size=3))
def test_any_bytes_are_answered_or_hung_up_on_and_the_next_one_is_served(port, caplog, pieces):
    caplog.clear()
    answered = exchange(port, b"".join(pieces), within=0.1)
    for head, body in split_answers(answered):
        status = int(head[9:12])
        assert status != 500 and (status < 500 or status == 501), head
        if status >= 400 and body:
            assert list(json.loads(body)) == ["error"]
    assert b"Traceback" not in answered and "Traceback" not in caplog.text and "uncaptured" not in caplog.text
    assert all("\n" not in line for line in caplog.messages)
    honest = b"POST /getOrder HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(ASK)
    assert b" 200 OK" in exchange(port, honest + ASK, within=10)


def exchange(port, data, within):
    """Send bytes and give what comes back until the server hangs up or has been silent for `within` seconds."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=within) as connection:
        try:
            connection.sendall(data)
            while chunk := connection.recv(65_536):
                received += chunk
        except (TimeoutError, ConnectionError):
            pass
    return received


def split_answers(received):
    """Give the head and the body of each answer; each begins on its own, and nothing stands between them."""
    starts = [match.start() for match in re.finditer(rb"HTTP/1\.[01] \d{3} ", received)]
    assert starts[:1] in ([0], []) and bool(received) == bool(starts)
    for start, end in pairwise([*starts, len(received)]):
        head, _, body = received[start:end].partition(b"\r\n\r\n")
        yield head, body


# Requests, as the app sees them

TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["ORD-1001", "1", "#1", "", "\ud800", "\x00", "\n", "x" * 60_000, "\u0301\u0327" * 9000, "1" * 5000]),
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(), st.floats(), st.sampled_from(["1E999999", "-1e-999999", "1" * 5000, "1E9999999999999999999", "-0"])
).map(lambda number: RawJson(number if isinstance(number, str) else json.dumps(number)))  # fmt: skip


class RawJson(str):
    """A piece of JSON, or what looks like one."""


def spell(value):
    """Write JSON as strangers do: keys may stand twice, numbers may be any, nothing is escaped but what must be."""
    if isinstance(value, RawJson):
        return value
    if isinstance(value, list):
        if value and isinstance(value[0], tuple):
            return "{" + ",".join(f"{json.dumps(key)}:{spell(item)}" for key, item in value) + "}"
        return "[" + ",".join(map(spell, value)) + "]"
    return json.dumps(value)


KEYS = st.one_of(
    st.sampled_from(
        "orderId draftOrderId paymentPending order id name items quantity price total discount address partnersData "
        "deliveryInfo trackingURL tags productId currency phoneNumber".split()
    ),
    st.text(max_size=5),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.lists(st.tuples(KEYS, inner), min_size=1, max_size=6)
    ),
    max_leaves=12,
)
DEEP = st.builds(
    lambda opening, depth, closes: opening * depth + ("]" * depth if closes else ""),
    st.sampled_from(["[", '{"a":', '[{"orderId":', '{"order":{"items":[']),
    st.sampled_from([31, 1000, 20_000]),
    st.booleans(),
)
JSONS = st.one_of(VALUES.map(spell), DEEP).map(lambda text: text.encode("utf-8", "surrogatepass"))


@MORE
@given(JSONS)
def test_any_body_is_answered(body):
    app = create_app(StubService(), Auth())
    assert_honest(call(app, body))
    with_id = b'{"orderId": ' + body + b"}"
    assert_honest(call(app, with_id[:60_000]))


@MORE
@given(JSONS, st.sampled_from(["draftOrderId", "paymentPending", "order", "items", "total", "x"]))
def test_any_order_is_placed_or_refused(body, name):
    sound = json.loads(build_body())
    where = sound if name in sound else sound["order"]
    where[name] = "HERE"
    for sent in (body, json.dumps(sound).encode().replace(b'"HERE"', body)):
        try:
            request = parse_place_request(sent)
        except RequestRefused as error:
            assert str(error).isprintable() and len(str(error)) < 500
            continue
        placed = build_placed_order(request, "ORD-1", "https://example.com/{id}")
        answer = dump_placed(placed)
        assert len(answer) < 2 * len(sent) + 500
        assert dump_placed(read_placed(answer)) == answer
        flatten(placed)
        for orders in (
            ["Order ID", "Draft ID", "Items"],
            ["Order ID", "Draft ID", "Product", "Qty", "Total"],
        ):
            plan_rows(Snapshot(Workbook({"Orders": Tab("Orders", [orders])}), Options()), placed)


@FEW
@given(
    st.dictionaries(
        st.sampled_from(
            "REQUEST_METHOD PATH_INFO QUERY_STRING CONTENT_TYPE HTTP_AUTHORIZATION HTTP_COOKIE HTTP_ACCEPT "
            "HTTP_HOST HTTP_X_HTTP_METHOD_OVERRIDE".split()
        ),
        st.one_of(
            st.text(st.characters(max_codepoint=255), max_size=30),
            st.sampled_from(["/", "//getOrder", "/getOrder/..", "/\xff", "order=1&order=%ff", "a" * 30_000]),
        ),
        max_size=4,
    ),
    st.sampled_from(["/", "/getOrder", "/healthz", "/refresh"]),
)
def test_any_header_is_answered(environ, path):
    app = make_app(StubHealth(HEALTH), "secret of the page", parse_auth("bearer:t0ken"))
    environ = {"PATH_INFO": path} | environ
    environ["REQUEST_METHOD"] = environ.get("REQUEST_METHOD") or "POST"
    response = call(app, **environ)
    if environ["REQUEST_METHOD"] != "HEAD":
        assert_honest(response)


# Sources


@MORE
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(st.sampled_from("ab1\",;\t\r\n\0\ufeff'=\ud83d\u2028"), max_size=200).map(
            lambda text: text.encode("utf-8", "surrogatepass")
        ),
    )
)
@example(b'"' + b"x" * 300_000)
@example(b"," * 20_000)
@example(b"a\0b")
def test_any_file_is_read_or_refused(content):
    try:
        rows = parse_csv(content, "Orders.csv")
    except SheetUnusable:
        return
    read_all(Workbook({"Orders": Tab("Orders", rows)}))


def read_all(book):
    try:
        snapshot = Snapshot(book, Options())
    except BikordersError:
        return
    build_report(snapshot)


ANSWERS = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from([10**400, "Orders"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                "sheets properties title sheetType hidden sheetId gridProperties rowCount valueRanges values data "
                "rowData effectiveValue formattedValue hyperlink textFormatRuns format link uri chipRuns chip".split()
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=15,
)


@FEW
@given(ANSWERS, st.sampled_from(["token", "names", "values", "rows", "row", "cell"]))
def test_any_answer_of_google_is_read_or_refused(fake_google, key_file, answer, place):  # noqa: F811
    def wrap(values):
        return {"valueRanges": [{"range": "Orders", "values": values}]}

    whole = {
        "rows": wrap(answer),
        "row": wrap([["Order ID"], answer]),
        "cell": wrap([["Order ID"], [answer]]),
    }
    what = "values" if place in whole else place
    fake_google.instead = {what: (200, json.dumps(whole.get(place, answer)))}
    source = GoogleSource(KEY, key_file)
    try:
        book = source.read()
    except BikordersError:
        return
    read_all(book)


@MORE
@given(ANSWERS)
def test_any_answer_about_a_link_is_read(answer):
    cell = Cell("Orders", 1, 1, "x")
    for metadata in (answer, {"sheets": [{"data": [{"rowData": [{"values": [answer]}]}]}]}):
        assert isinstance(find_link(metadata, cell, [None]), (str, type(None)))


# Workbooks


@FEW
@given(WORKBOOKS)
def test_any_workbook_is_checked_told_and_shown(book):
    shop = Shop(book, SimulatedClock())
    app = make_app(shop.service)
    page = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
    assert call(app, b"", **page).status == 200
    try:
        snapshot = Snapshot(book, Options())
    except BikordersError:
        return
    report = build_report(snapshot)
    said = "\n".join(format_report(report, Style(NoTerminal())))
    # The cells of a row to paste have tabs between them.
    assert all(part.isprintable() for line in said.split("\n") for part in line.split("\t"))
    dump_report("x", [], report)
    placed = build_placed_order(parse_place_request(build_body()), "1003", "")
    with suppress(SheetUnusable):
        plan_rows(snapshot, placed)
    for order_id in list_ids(book)[:8]:
        with suppress(BikordersError):
            tell_order(snapshot.get_order(order_id))
    for order_id in list_ids(book)[:2]:
        query = {"QUERY_STRING": "order=" + quote(order_id, errors="replace")}
        assert call(app, b"", **page, **query).status == 200


class NoTerminal:
    def isatty(self):
        return False


# Cells that take long


def fill(unit, end=""):
    return unit * ((50_000 - len(end)) // len(unit)) + end


LONG = [
    *(start + fill(unit, end)
      for unit in ("1", " ", "\t", "1,", "1 ", "1.", "a ", "a x 2, ", "(", "-", "\u0301\u0327", "ﷺ", ", ", "1x", "a.", "e\u0301")
      for start, end in (("", ""), ("1", "!"), ("(", "x"), ("a", " x 2"), ("₹", ""), ("https://", ".com/x"))),
    "a" + " " * 25_000 + "1" * 25_000,
    "[" + "1," * 25_000,
]  # fmt: skip

READERS = {
    "quantity": cells.parse_quantity,
    "product id": cells.parse_product_id,
    "phones": lambda text: phones.parse_phones(text, "IN"),
    "email": cells.parse_email,
    "link": cells.parse_url,
    "name": names.split_name,
    "date": dates.is_date,
    "placeholder": cells.is_placeholder,
    "money": money.parse_money,
    "discount": money.parse_discount,
    "convention": lambda text: money.find_convention([text]),
    "currency": lambda text: currencies.find_written_currency(text, "INR"),
    "items": packed_items.split_items,
    "status": vocabulary.find_status,
    "payment": vocabulary.find_payment_status,
    "country": vocabulary.find_country,
    "id": order_ids.fold_order_id,
    "header": lambda text: columns.map_columns(Tab("x", [[text]]), 1, "order"),
    "charge": totals._is_charge,
    "folded": text.fold_text,
    "request": lambda text: parse_request(json.dumps({"orderId": text}).encode()),
}


@pytest.mark.parametrize("name", READERS)
def test_no_cell_takes_long(name):
    read = getattr(READERS[name], "__wrapped__", READERS[name])
    for cell in LONG:
        spent = min(measure(read, cell) for _ in range(2))
        assert spent < 0.25, repr(cell[:20])  # most take a hundredth of it; what is not linear takes seconds


def measure(read, text):
    started = time.process_time()
    with suppress(cells.Unreadable, BikordersError):
        read(text)
    return time.process_time() - started
