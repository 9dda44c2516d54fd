"""The command: what it prints where, and its exit codes."""

import json
import os
import socket
import subprocess
import sys
from contextlib import closing

import pytest

from bikorders import __version__
from bikorders.bik.get_order import dump_order
from bikorders.cli import main
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.journal import Journal
from bikorders.placing.numbering import parse_id_template
from bikorders.reading.shop_settings import Options
from bikorders.sheet.csv_source import FolderSource
from bikorders.sheet.open import SAMPLE, copy_sample

KEY = "1a2B3c4D5e6F7g8H9i0J1k2L3"
READS_SAMPLE = f"BIKORDERS_SHEET is not set: this is the sample in {SAMPLE}"


@pytest.fixture(autouse=True)
def set_(monkeypatch, tmp_path):
    """Start in an empty folder with nothing set; called, it sets by the names without the prefix."""
    for name in os.environ:
        if name.startswith("BIKORDERS_") or name == "GOOGLE_APPLICATION_CREDENTIALS":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["bikorders"])

    def set_(**said):
        for name, text in said.items():
            monkeypatch.setenv(f"BIKORDERS_{name}", str(text))

    return set_


@pytest.fixture
def run(capsys):
    """Run the command and give its exit code, standard output and the lines of standard error."""

    def run(*arguments):
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = stop.code
        said = capsys.readouterr()
        return code, said.out, said.err.splitlines()

    return run


@pytest.fixture
def refuse(run):
    """See that the command stops with this exit code and one line on standard error, which is given."""

    def refuse(code, *arguments):
        got, out, errors = run(*arguments)
        assert (got, out, len(errors)) == (code, "", 1), errors
        assert errors[0].startswith("bikorders: ")
        return errors[0]

    return refuse


def test_show_prints_exactly_what_bik_would_get(run):
    snapshot = Snapshot(FolderSource(SAMPLE).read(), Options())
    for order_id in ("ORD-1001", "ORD-1002", "ORD-1003"):
        expected = dump_order(snapshot.get_order(order_id)).decode()
        assert run("show", order_id) == (0, expected + "\n", [READS_SAMPLE])


def test_show_prints_problems_on_standard_error_only_and_needs_no_auth(run, set_, tmp_path):
    (tmp_path / "Orders.csv").write_text("Order ID,Total,Email\nक-1,abc,a@example.com\n", "utf-8")
    set_(SHEET=tmp_path)
    code, out, errors = run("show", "क-1")
    assert code == 0
    assert json.loads(out) == {"order": {"id": "क-1", "name": "क-1", "items": [], "email": "a@example.com"}}
    assert len(errors) == 1 and errors[0].startswith("क-1 · Total (B2): ")
    assert errors[0].endswith("  Orders!B2")


def test_settings_reach_the_order(run, set_, tmp_path):
    (tmp_path / "Sales.csv").write_text("Order ID,Phone\n1,20 7946 0958\n", "utf-8")
    (tmp_path / "Lines.csv").write_text("Order ID,Item,Qty,Price\n1,Tea,2,4\n", "utf-8")
    (tmp_path / "Other.csv").write_text("x\n", "utf-8")
    set_(SHEET=tmp_path, ORDERS_TAB="sales", ITEMS_TAB="lines", CURRENCY="GBP", COUNTRY="GB")
    order = json.loads(run("show", "1")[1])["order"]
    assert (order["currency"], order["phoneNumber"], order["subTotal"]) == ("GBP", "+442079460958", 8)


@pytest.mark.parametrize(("is_away", "code"), [(False, 0), (True, 1)])
def test_show_says_how_many_orders_wait_also_while_the_sheet_is_away(run, set_, tmp_path, is_away, code):
    (tmp_path / "Orders.csv").write_text("Order ID,Draft ID\n1,\n", "utf-8")
    journal = Journal(tmp_path / "bikorders.sqlite3")
    journal.add("nb_1", "", lambda order_id: b'{"order": {}}', parse_id_template("{number}"), 1000, 0.0)
    journal.close()
    if is_away:
        (tmp_path / "Orders.csv").unlink()
    set_(SHEET=tmp_path, PLACE_ORDER="on")
    got, _, errors = run("show", "1")
    assert got == code
    assert any(line.startswith("1 order from Bik not in the sheet yet") for line in errors)


def test_show_and_check_without_a_sheet_read_the_copy_that_serve_made_and_say_so(run, tmp_path):
    copy_sample()
    (tmp_path / "sample-orders" / "Orders.csv").write_text("Order ID,Total\nMINE,x\n", "utf-8")
    code, _, errors = run("show", "MINE")
    assert code == 0 and errors[0] == "BIKORDERS_SHEET is not set: this is the sample in sample-orders"
    code, out, errors = run("check")
    assert code == 1 and "“x” is not an amount" in out and errors[0].endswith("sample-orders")


def test_a_copy_of_the_sample_is_kept_as_it_is(tmp_path):
    copy_sample()
    orders = tmp_path / "sample-orders" / "Orders.csv"
    assert orders.read_bytes() == (SAMPLE / "Orders.csv").read_bytes()
    orders.write_text("mine", "utf-8")
    copy_sample()
    assert orders.read_text("utf-8") == "mine"


def test_a_sample_that_cannot_be_copied_is_exit_2(refuse, set_, tmp_path):
    (tmp_path / "sample-orders").write_text("a file", "utf-8")
    set_(PORT=0)
    assert "can't be copied into" in refuse(2, "serve")


def test_show_of_an_unknown_order_is_exit_1(refuse, set_):
    set_(SHEET=SAMPLE)
    assert "ORD-9 not found" in refuse(1, "show", "ORD-9")


@pytest.mark.parametrize(
    "orders",
    [None, "Name\nx\n", "Order ID,Email\n1,a@example.com\n1,b@example.com\n"],
    ids=["none", "no id", "conflict"],
)
def test_show_from_a_sheet_that_does_not_say_it_is_exit_1(refuse, set_, tmp_path, orders):
    if orders:
        (tmp_path / "Orders.csv").write_text(orders, "utf-8")
    set_(SHEET=tmp_path)
    refuse(1, "show", "1")


@pytest.mark.parametrize("command", [("show", "1"), ("serve",)])
def test_a_wrong_setting_is_exit_2(refuse, set_, command):
    set_(PORT="abc")
    assert "BIKORDERS_PORT" in refuse(2, *command)


def test_an_unknown_setting_in_a_dotenv_file_is_exit_2(refuse, tmp_path):
    (tmp_path / ".env").write_text("BIKORDERS_SHEETS=x\n", "utf-8")
    assert "BIKORDERS_SHEET?" in refuse(2, "show", "1")


@pytest.mark.parametrize("command", [("show", "1"), ("serve",)])
@pytest.mark.parametrize("sheet", ["./missing", "nonsense", "https://example.com/"])
def test_a_missing_folder_is_exit_2(refuse, set_, command, sheet):
    set_(SHEET=sheet, AUTH="none")
    assert sheet in refuse(2, *command)


@pytest.mark.parametrize("command", [("show", "1"), ("serve",)])
@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"not JSON S3CRET",
        b"\xff",
        b"[]",
        b'{"type": "authorized_user", "refresh_token": "S3CRET"}',
        b'{"type": "service_account"}',
        b'{"type": "service_account", "client_email": "a@b.c", "token_uri": "https://x.invalid", "private_key": "S3CRET"}',
        b'{"type": "service_account", "client_email": 5, "token_uri": null, "private_key": ["S3CRET"]}',
    ],
    ids=[
        "missing",
        "empty",
        "no JSON",
        "no text",
        "a list",
        "another type",
        "nothing in it",
        "bad key",
        "types",
    ],
)
def test_a_missing_or_broken_key_file_is_exit_2_and_its_content_is_not_repeated(
    refuse, set_, tmp_path, command, content
):
    if content is not None:
        (tmp_path / "credentials.json").write_bytes(content)
    set_(SHEET=KEY, AUTH="none")
    error = refuse(2, *command)
    assert "credentials.json" in error and "S3CRET" not in error


def test_serve_of_a_folder_without_auth_is_exit_2(refuse, set_, tmp_path):
    (tmp_path / "Orders.csv").write_text("Order ID\n1\n", "utf-8")
    set_(SHEET=tmp_path, PORT=0)
    assert "BIKORDERS_AUTH" in refuse(2, "serve")


def test_serve_of_the_sample_to_everybody_without_auth_is_exit_2(refuse, set_):
    set_(HOST="0.0.0.0", PORT=0)
    assert "BIKORDERS_AUTH" in refuse(2, "serve")


def test_serve_on_a_port_in_use_is_exit_2(refuse, set_):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        set_(PORT=port)
        error = refuse(2, "serve")
    assert f"port {port}" in error and "stop what listens there" in error


@pytest.mark.parametrize(
    "host",
    [
        "192.0.2.1",
        "a..b",
        "a" * 64,
    ],
)
def test_serve_on_an_address_that_cannot_be_had_is_exit_2(refuse, set_, host):
    set_(HOST=host, PORT=0, AUTH="none")
    error = refuse(2, "serve")
    assert host in error and "set BIKORDERS_HOST to an address of this machine" in error


def test_version_and_help_are_printed(run):
    assert run("--version") == (0, f"bikorders {__version__}\n", [])
    code, out, errors = run("--help")
    assert (code, errors) == (0, [])
    assert "serve" in out and "show" in out and "BIKORDERS_" in out


@pytest.mark.parametrize("arguments", [(), ("show",), ("shwo", "1"), ("show", "1", "2"), ("serve", "now")])
def test_a_wrong_command_line_is_exit_2(run, arguments):
    code, out, errors = run(*arguments)
    assert (code, out) == (2, "")
    assert "usage" in errors[0]


def test_check_of_the_sample_says_what_is_understood_and_is_exit_0(run):
    code, out, errors = run("check")
    assert (code, errors) == (0, [READS_SAMPLE])
    assert "3 orders with 4 items" in out
    assert out.endswith("Nothing needs fixing.\n")


def test_check_as_json_is_json(run):
    code, out, _ = run("check", "--format", "json", "--strict")
    assert code == 0
    assert json.loads(out)["problems"] == []


def test_check_of_a_sheet_with_a_mistake_is_exit_1(run, set_, tmp_path):
    (tmp_path / "Orders.csv").write_text("Order ID,Total\n1,x\n", encoding="utf-8")
    set_(SHEET=tmp_path)
    code, out, _ = run("check")
    assert code == 1
    assert "“x” is not an amount" in out


def test_check_of_what_cannot_be_opened_is_exit_2(refuse, set_):
    set_(SHEET="/nowhere")
    assert "there is no folder '/nowhere'" in refuse(2, "check")


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        (
            "https://docs.google.com/spreadsheets/d/e/2PACX-1vQ0123456789abcdefghij/pubhtml",
            "a published copy",
        ),
        ("Orders.csv", "set it to the folder of CSV files, one for each tab: ."),
        ("./orders", "let `bikorders init` make the folder"),
        ("orders", "such as ./orders, which `bikorders init` makes"),
        ("~/orders", "let `bikorders init` make the folder"),
        (KEY, "save the service account's JSON key there, or set BIKORDERS_CREDENTIALS"),
        (f"docs.google.com/spreadsheets/d/{KEY}/edit", "save the service account's JSON key there"),
    ],
)
def test_each_mistake_in_the_name_of_the_sheet_has_its_own_message(
    refuse, set_, monkeypatch, tmp_path, sheet, words
):
    (tmp_path / "Orders.csv").write_text("Order ID\n1\n", "utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    set_(SHEET=sheet, AUTH="none")
    for command in (("check",), ("show", "1"), ("serve",)):
        assert words in refuse(2, *command)


def test_a_home_directory_is_understood_wherever_a_path_is_taken(run, set_, monkeypatch, tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "Orders.csv").write_text("Order ID\n1\n", "utf-8")
    (tmp_path / "auth").write_text("none", "utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    set_(SHEET="~/shop", AUTH_FILE="~/auth", JOURNAL="~/journal.sqlite3", PLACE_ORDER="on")
    assert run("show", "1")[0] == 0
    assert (tmp_path / "journal.sqlite3").exists()


@pytest.mark.parametrize("text", ["", "\n", ",,\n\n"])
def test_an_empty_sheet_is_sent_to_init(run, set_, tmp_path, text):
    (tmp_path / "Orders.csv").write_text(text, "utf-8")
    set_(SHEET=tmp_path)
    code, _, errors = run("check")
    assert (code, errors) == (
        2,
        ["bikorders: the sheet is empty: let `bikorders init` make its tabs, with two orders to try"],
    )


def test_commands_are_printed_as_they_were_called(run, set_, monkeypatch, tmp_path):
    (tmp_path / "my bin").mkdir()
    program = tmp_path / "my bin" / "bikorders"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    set_(SHEET="./orders", AUTH="none")
    for path, argv, expected in (
        ("/usr/bin", str(program), f"'{program}'"),
        ("/usr/bin", "my bin/bikorders", "'my bin/bikorders'"),
        (str(program.parent), str(program), "bikorders"),
    ):
        monkeypatch.setenv("PATH", path)
        monkeypatch.setattr("sys.argv", [argv])
        assert f"let `{expected} init` make" in run("check")[2][0]
    assert f"Try it: {expected} show SAMPLE-1" in run("init", "--yes")[1]
    monkeypatch.setenv("CALLED_AS", "bikorders-shop rosa")
    assert "Try it: bikorders-shop rosa show SAMPLE-1" in run("init", "--yes")[1]


def test_nobody_is_shown_a_traceback_because_they_stopped_reading(tmp_path):
    rows = "\n".join(f"{number},Flying {number}" for number in range(5000))
    (tmp_path / "Orders.csv").write_text(f"Order ID,Status\n{rows}\n", encoding="utf-8")
    command = [sys.executable, "-m", "bikorders", "check"]
    environ = {"PATH": os.environ["PATH"], "BIKORDERS_SHEET": str(tmp_path)}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (1, b"")


# The journal


@pytest.fixture
def journal(tmp_path):
    """A journal where the command looks for it, held open as by a service that runs: ORD-1001 waits, ORD-1002 is parked."""
    ids = parse_id_template("ORD-{number}")
    with closing(Journal(tmp_path / "bikorders.sqlite3")) as opened:
        for draft in ("nb_1", "nb_2\n"):
            answer = b'{"order": {"phoneNumber": "+919876543210"}}'
            opened.add(draft, "", lambda order_id: answer, ids, 1000, 1_720_000_000.0)  # noqa: B023
        opened.note_reason("the spreadsheet is full")
        for _ in range(2):
            opened.note_refusal(2, "Google refuses to change the sheet")
        yield opened


def test_journal_list_says_what_waits_and_what_is_parked_since_when_and_why_and_nothing_of_a_customer(
    run, journal
):
    waiting, parked = [
        f"{state:9}  {order}  placed 2024-07-03 09:46 UTC: {reason}"
        for state, order, reason in (
            ("waiting", "ORD-1001  draft ID nb_1", "the spreadsheet is full"),
            ("parked", "ORD-1002  draft ID nb_2 ", "Google refuses to change the sheet"),
        )
    ]
    assert run("journal", "list") == (0, f"{waiting}\n{parked}\n", [])
    for record in journal.list_unverified():
        journal.mark_verified(record.seq)
    assert run("journal", "list") == (0, "Each order from Bik is in the sheet.\n", [])


def test_journal_list_names_an_order_that_stands_in_the_wrong_place(run, journal):
    journal.mark_left(1, "[]", is_misplaced=True)
    assert run("journal", "list")[1].startswith("misplaced  ORD-1001  draft ID nb_1  placed")


@pytest.mark.parametrize("order_id", ["ORD-1002", "#ord-1002", "nb_2\n"])
def test_journal_retry_lets_a_parked_order_wait_again(run, journal, order_id):
    done = "Order ORD-1002 waits again; bikorders serve tries it within seconds.\n"
    assert run("journal", "retry", order_id) == (0, done, [])
    assert [record.refusals for record in journal.list_waiting()] == [0, 0]


def test_journal_retry_of_what_is_not_parked_says_how_it_is(refuse, journal):
    assert "ORD-1001 is not parked: it waits" in refuse(1, "journal", "retry", "ORD-1001")
    journal.mark_verified(1)
    assert "ORD-1001 is not parked: it is in the sheet" in refuse(1, "journal", "retry", "ORD-1001")
    assert "ORD-9 not found" in refuse(1, "journal", "retry", "ORD-9")


def test_journal_backup_keeps_all_orders_and_overwrites_nothing(run, refuse, journal, tmp_path):
    done = "Backed up 2 orders from Bik to copy; waiting for the sheet: 1.\n"
    assert run("journal", "backup", "copy") == (0, done, [])
    assert "there is a file" in refuse(2, "journal", "backup", "copy")
    with closing(Journal(tmp_path / "copy")) as copy:
        assert copy.list_unverified() == journal.list_unverified()


@pytest.mark.parametrize("action", [("backup", "copy"), ("list",), ("retry", "ORD-1001")])
def test_without_a_journal_the_commands_for_it_make_none(refuse, tmp_path, action):
    assert "there is no journal" in refuse(2, "journal", *action)
    assert [*tmp_path.iterdir()] == []
