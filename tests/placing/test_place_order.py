"""placeOrder over HTTP, and what the page, the health and the check say of it."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from types import SimpleNamespace

import pytest

from bikorders.bik.auth import Auth
from bikorders.errors import SheetUnusable, SourceUnavailable
from bikorders.merchant.check import run_check
from bikorders.merchant.page_model import list_clashes
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.intake import Intake
from bikorders.placing.journal import Journal
from bikorders.placing.numbering import parse_id_template
from bikorders.placing.pending import Pending
from bikorders.placing.writer import Writer
from bikorders.reading.shop_settings import Options
from bikorders.serving.app import MAX_ORDER, create_app
from bikorders.serving.service import Service
from bikorders.settings import read_settings
from bikorders.sheet.open import open_source
from tests.conftest import Shop, SimulatedClock, make_app, make_workbook
from tests.serving.test_app import assert_error, call

SECRET = Auth("Authorization", "Bearer s3cret", "Bearer", "Bearer")
ORDERS = "Order ID,Status,Draft ID\n1001,Packed,\n1002,Packed,nb_0"


class RefusingWriter:
    """Takes nothing."""

    settles = 0.0
    together = 1

    def write_all(self, orders, workbook):
        raise SheetUnusable("the sheet is shared as Viewer", "share it as Editor")


@pytest.fixture
def placing(tmp_path):
    shop = Shop(make_workbook(ORDERS, "Order ID,Product,Qty\n1001,Soap,1\n1002,Soap,1"), SimulatedClock())
    journal = Journal(tmp_path / "journal.sqlite3")
    pending = Pending(journal)
    intake = Intake(journal, shop.cache, pending, parse_id_template("{number}"), wall=lambda: 1_000_000.0)
    writer = Writer(journal, shop.cache, pending, RefusingWriter())
    yield SimpleNamespace(shop=shop, intake=intake, writer=writer, service=Service(shop.cache, None, intake))
    journal.close()


def build_body(draft_id="nb_1", **order):
    order = {
        "id": draft_id,
        "name": "",
        "items": [{"name": "Soap", "quantity": 2, "price": 5}],
        "total": 10,
    } | order
    return json.dumps({"draftOrderId": draft_id, "paymentPending": True, "order": order}).encode()


def place(placing, body, auth=None, **environ):
    return call(create_app(placing.service, auth or Auth()), body, PATH_INFO="/placeOrder", **environ)


def ask(placing, order_id):
    return call(create_app(placing.service, Auth()), json.dumps({"orderId": order_id}).encode())


def test_the_answer_is_the_order_under_the_next_id(placing):
    order = json.loads(place(placing, build_body()).body)["order"]
    assert order == {
        "id": "1003", "name": "1003", "status": "PLACED", "paymentStatus": "pending",
        "fulfillmentStatus": "unfulfilled", "items": [{"name": "Soap", "quantity": 2, "price": 5}], "total": 10,
        "partnersData": {"id": "nb_1"},
    }  # fmt: skip


def test_an_order_that_waits_is_answered_from_the_journal(placing):
    placed = place(placing, build_body(tip={"for": "you"}))
    assert json.loads(ask(placing, "#1003").body) == json.loads(placed.body)


def test_the_route_is_not_there_where_no_orders_are_taken(shop):
    app = create_app(shop.service, Auth())
    assert_error(call(app, build_body(), PATH_INFO="/placeOrder"), 404)


def test_placing_needs_the_auth_header_and_leaves_no_trace_without(placing):
    assert_error(place(placing, build_body(), SECRET), 401)
    assert placing.intake.get_backlog().waiting == 0
    assert place(placing, build_body(), SECRET, HTTP_AUTHORIZATION="Bearer s3cret").status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        build_body(""),
        build_body(items=[]),
        build_body(items=[{"name": "Soap", "quantity": -1}]),
        build_body(name="a\0b"),
        build_body(name="x" * 50_001),
    ],
)
def test_a_bad_request_is_400_with_one_sentence_and_leaves_no_trace(placing, body):
    answer = place(placing, body)
    assert_error(answer, 400)
    assert "\n" not in json.loads(answer.body)["error"]
    assert placing.intake.get_backlog().waiting == 0
    assert placing.intake.list_drafts() == {}


def test_a_body_over_the_limit_is_413(placing):
    assert_error(place(placing, build_body(note="x" * MAX_ORDER)), 413)
    notes = {f"note{number}": "x" * 49_000 for number in range(5)}
    assert place(placing, build_body(**notes)).status == 200


def test_other_methods_are_405_and_other_types_415(placing):
    answer = place(placing, b"", REQUEST_METHOD="GET")
    assert_error(answer, 405)
    assert_error(place(placing, build_body(), CONTENT_TYPE="text/plain"), 415)


def test_a_journal_that_cannot_be_written_is_503_and_says_nothing_of_it(placing, tmp_path):
    (tmp_path / "journal.sqlite3").rename(tmp_path / "away")
    answer = place(placing, build_body())
    assert_error(answer, 503)
    assert "journal" not in json.loads(answer.body)["error"]


def test_the_log_names_the_id_and_nothing_of_the_customer(placing, caplog):
    caplog.set_level("DEBUG")
    place(
        placing,
        build_body(email="asha@example.com", phoneNumber="+919876543210", address={"firstName": "Asha"}),
    )
    place(placing, build_body(email="other@example.com"))
    assert "1003" in caplog.text
    assert not any(word in caplog.text for word in ("@", "9876", "Asha"))


def test_health_says_how_many_wait_since_when_and_why(placing):
    def look():
        answer = call(create_app(placing.service, Auth()), b"", PATH_INFO="/healthz", REQUEST_METHOD="GET")
        return json.loads(answer.body)["placed"]

    assert look() == {"waiting": 0, "since": None, "parked": 0, "last_error": None}
    place(placing, build_body())
    placing.writer.work()
    assert look() == {
        "waiting": 1,
        "since": 1_000_000,
        "parked": 0,
        "last_error": "SheetUnusable",
    }


def test_the_page_says_what_waits_why_and_which_numbers_clash(placing):
    def look(query=""):
        return call(
            make_app(placing.service), b"", PATH_INFO="/", REQUEST_METHOD="GET", QUERY_STRING=query
        ).body

    assert b"Each order from Bik is in your sheet." in look()
    place(placing, build_body("nb_<1>"))
    placing.writer.work()
    page = look("order=1003").decode()
    assert "1 order from Bik is not in your sheet yet" in page
    assert "The sheet is shared as Viewer." in page and "Share it as Editor." in page
    assert "Order 1003 is placed" in page


def test_check_says_what_waits_and_finds_numbers_that_clash(tmp_path, capsys):
    (tmp_path / "Orders.csv").write_text("Order ID,Status,Draft ID\n1001,Packed,\n", encoding="utf-8")
    ids = parse_id_template("{number}")
    journal = Journal(tmp_path / "journal.sqlite3")
    record, _ = journal.add(
        "nb_1", "", lambda order_id: b'{"order": {"id": "1001", "items": []}}', ids, 1000, 0.0
    )
    journal.note_refusal(record.seq, "it may just have been edited")
    code = run_check(
        lambda: open_source(str(tmp_path), ""),
        lambda workbook: Snapshot(workbook, Options()),
        output="text",
        strict=False,
        journal=journal,
    )
    out = capsys.readouterr().out
    assert code == 1
    assert "1 order from Bik not in the sheet yet" in out
    assert "it may just have been edited" in out  # the reason that the last try gave
    assert "1001 · Order ID (A2): An order from Bik has the number “1001”, too." in out
    journal.note_refusal(record.seq, "it may just have been edited")
    run_check(
        lambda: open_source(str(tmp_path), ""),
        lambda workbook: Snapshot(workbook, Options()),
        output="text",
        strict=False,
        journal=journal,
    )
    assert (
        "the sheet did not take the order 1001 from Bik (it may just have been edited)"
        in capsys.readouterr().out
    )
    journal.close()


@pytest.mark.parametrize("output", ["text", "json"])
def test_check_says_what_waits_also_while_the_sheet_is_away(tmp_path, capsys, output):
    journal = Journal(tmp_path / "journal.sqlite3")
    for draft in ("nb_1", "nb_2"):
        journal.add(draft, "", lambda order_id: b"{}", parse_id_template("{number}"), 1000, 0.0)

    class Away:
        def probe(self):
            raise SourceUnavailable("the sheet can't be reached")
            yield

    code = run_check(Away, Snapshot, output=output, strict=False, journal=journal)
    out = capsys.readouterr().out
    assert code == 2
    assert "2 orders from Bik not in the sheet yet" in out
    if output == "json":
        assert json.loads(out)["error"] == "the sheet can't be reached"
    journal.close()


def test_the_page_says_what_waits_also_while_the_sheet_is_away(placing):
    place(placing, build_body())
    placing.shop.source.error = SourceUnavailable("the sheet can't be reached")
    placing.shop.clock.advance(3600)
    page = call(make_app(placing.service), b"", PATH_INFO="/", REQUEST_METHOD="GET").body
    assert b"Customers get no answers" in page
    assert b"1 order from Bik is not in your sheet yet" in page


def test_a_row_that_is_the_order_from_bik_does_not_clash(placing):
    place(placing, build_body())
    snapshot = Snapshot(make_workbook("Order ID,Product,Qty,Draft ID\n1003,Soap,2,nb_1\n,Oil,1,"), Options())
    assert list_clashes(placing.service, snapshot) == []


@contextmanager
def serve(folder, **settings):
    """Run the command on a folder of its own; gives the process, to be read from."""
    environ = {
        "PATH": os.environ["PATH"],
        "BIKORDERS_PORT": "0",
        "BIKORDERS_AUTH": "none",
        "BIKORDERS_PLACE_ORDER": "on",
    }
    environ |= {f"BIKORDERS_{name}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "bikorders", "serve"]
    with subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_sheet_without_a_column_for_draft_ids_stops_the_first_start(tmp_path):
    (tmp_path / "Orders.csv").write_text("Order ID,Status\n1001,Packed\n", encoding="utf-8")
    with serve(tmp_path, SHEET=tmp_path) as process:
        errors = process.communicate(timeout=30)[1]
    assert process.returncode == 1
    assert "no column is headed Draft ID" in errors
    assert "bikorders init" in errors
    assert "Traceback" not in errors


def test_a_column_for_draft_ids_that_is_gone_stops_no_later_start_and_orders_get_the_reason(tmp_path):
    (tmp_path / "Orders.csv").write_text("Order ID,Status\n1001,Packed\n", encoding="utf-8")
    Journal(tmp_path / "journal").close()
    with serve(tmp_path, SHEET=tmp_path, JOURNAL=tmp_path / "journal") as process:
        port = re.search(r":(\d+)/", process.stdout.readline() + process.stdout.readline())[1]
        answers = []
        for path, sent in (("/getOrder", '{"orderId": "1001"}'), ("/placeOrder", build_body())):
            with closing(HTTPConnection("127.0.0.1", int(port), timeout=20)) as client:
                client.request("POST", path, sent, {"Content-Type": "application/json"})
                answer = client.getresponse()
                answers.append((answer.status, answer.read()))
        process.terminate()
        errors = process.communicate(timeout=30)[1]
    assert [status for status, _ in answers] == [200, 503]
    assert b"columns" in answers[1][1]
    assert process.returncode == 0
    assert errors.count("no order from Bik is taken: no column is headed Draft ID") == 1


def test_the_journal_lies_in_the_state_directory_and_is_private(tmp_path, monkeypatch):
    (tmp_path / "Orders.csv").write_text("Order ID,Status,Draft ID\n1001,Packed,\n", encoding="utf-8")
    (tmp_path / "state").mkdir()
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    assert read_settings(os.environ, tmp_path).journal == tmp_path / "state" / "bikorders.sqlite3"
    with serve(tmp_path, SHEET=tmp_path, JOURNAL=tmp_path / "state" / "orders.sqlite3") as process:
        assert "listens" in process.stdout.readline() + process.stdout.readline()
        assert (tmp_path / "state" / "orders.sqlite3").stat().st_mode & 0o777 == 0o600


def test_after_a_stop_the_journal_is_whole_in_its_file(tmp_path):
    (tmp_path / "Orders.csv").write_text("Order ID,Status,Draft ID\n1001,Packed,\n", encoding="utf-8")
    with serve(tmp_path, SHEET=tmp_path, JOURNAL=tmp_path / "journal") as process:
        port = re.search(r":(\d+)/", process.stdout.readline() + process.stdout.readline())[1]
        with closing(
            sqlite3.connect(tmp_path / "journal")
        ) as other:  # so that SQLite does not do it by itself
            other.execute("SELECT * FROM placed").fetchall()
            with closing(HTTPConnection("127.0.0.1", int(port), timeout=20)) as client:
                client.request("POST", "/placeOrder", build_body(), {"Content-Type": "application/json"})
                assert client.getresponse().status == 200
            process.terminate()
            process.communicate(timeout=30)
            assert process.returncode == 0
            (tmp_path / "copy").write_bytes((tmp_path / "journal").read_bytes())
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        assert copy.execute("SELECT COUNT(*) FROM placed").fetchone() == (1,)
