"""The `check` command: what it prints, and its exit codes."""

import io
import json
import re
from concurrent.futures import ProcessPoolExecutor

import pytest

from bikorders.errors import SheetUnusable
from bikorders.merchant import check as check_module
from bikorders.merchant.check import format_cause, run_check
from bikorders.merchant.report import build_report
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.shop_settings import Options
from bikorders.sheet.source import Step
from bikorders.sheet.workbook import Tab, Workbook
from bikorders.terminal import Progress, Style
from bikorders.text import clean
from tests.conftest import make_snapshot, make_workbook

GOOD = make_workbook("Order ID,Status\n1,Packed")
BAD = make_workbook("Order ID,Status,Total\n1,Flying,x")
ODD = make_workbook("Order ID,Status\n1,Flying")


class FakeSource:
    """Holds a workbook; `late` are tabs that travel only when they are asked for."""

    name = "the Google Sheet k"

    def __init__(self, workbook, steps=(), late=(), error=None):
        self.workbook, self.late, self.error = workbook, set(late), error
        self.steps = steps or [Step("it can be read")]
        self.asked = []

    def probe(self):
        yield from self.steps
        if self.error:
            raise self.error

    def read(self, tabs=(), names=False, together=False):
        self.asked.append(list(tabs))
        held = self.workbook.tabs
        travel = {title: tab for title, tab in held.items() if title not in self.late - set(tabs)}
        return Workbook(travel, frozenset(held.keys() - travel.keys()), self.workbook.url)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def check(capsys):
    """Run the check of a workbook or source; gives the exit code and what was printed."""

    def check(source, output="text", strict=False):
        source = FakeSource(source) if isinstance(source, Workbook) else source
        code = run_check(
            lambda: source, lambda workbook: Snapshot(workbook, Options()), output=output, strict=strict
        )
        return code, capsys.readouterr()

    return check


@pytest.mark.parametrize(
    ("workbook", "strict", "code"),
    [(GOOD, False, 0), (GOOD, True, 0), (ODD, False, 0), (ODD, True, 1), (BAD, False, 1), (BAD, True, 1)],
)
def test_the_exit_code_is_1_for_errors_and_if_strict_for_warnings(check, workbook, strict, code):
    assert check(workbook, strict=strict)[0] == code


def test_what_was_understood_comes_before_the_problems(check):
    out = check(BAD)[1].out
    assert out.index("it can be read") < out.index("Understood: 1 order with 0 items") < out.index("1 error")
    assert "A Order ID → id" in out
    assert re.search(r"error +1 · Total \(C2\): “x” is not an amount\. Type a number", out)
    assert re.search(r"warning +1 · Status \(B2\): “Flying”", out)


def test_a_clean_sheet_is_told_so(check):
    assert check(GOOD)[1].out.endswith("Nothing needs fixing.\n")


def test_the_address_of_a_cell_follows_its_problem_where_links_cannot_be_shown(check):
    workbook = Workbook(
        {"Orders": Tab("Orders", [["Order ID", "Total"], ["1", "x"]], 7)}, url="https://s.example/edit"
    )
    lines = check(workbook)[1].out.splitlines()
    assert lines[-1].endswith("  https://s.example/edit#gid=7&range=B2")


def test_on_a_terminal_the_address_is_the_link_itself(check, monkeypatch):
    workbook = Workbook(
        {"Orders": Tab("Orders", [["Order ID", "Total"], ["1", "x"]], 7)}, url="https://s.example/edit"
    )
    out = Terminal()
    monkeypatch.setattr("sys.stdout", out)
    check(workbook)
    link = "\033]8;;https://s.example/edit#gid=7&range=B2\033\\B2\033]8;;\033\\"
    assert f"1 · Total ({link}): " in out.getvalue()


def test_colours_are_for_terminals_and_for_those_who_want_them(monkeypatch):
    assert Style(Terminal()).mark("error") == "\033[31merror  \033[0m"
    assert Style(io.StringIO()).mark("error") == "error  "
    monkeypatch.setenv("NO_COLOR", "1")
    assert Style(Terminal()).mark("error") == "error  "
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert Style(Terminal()).mark("error") == "error  "


def test_json_holds_what_was_understood_and_every_problem_in_full(check):
    body = json.loads(check(BAD, output="json")[1].out)
    assert body["source"] == "the Google Sheet k"
    assert body["connection"] == [{"level": "ok", "message": "it can be read", "hint": ""}]
    assert body["understood"]["orders"] == 1
    assert body["understood"]["tabs"][0]["columns"][0] == {"cell": "A1", "header": "Order ID", "field": "id"}
    assert [set(problem) for problem in body["problems"]] == [
        {"level", "code", "tab", "cell", "order", "field", "header", "text", "message", "hint"}
    ] * 2
    assert body["problems"][0] | {"message": "", "hint": ""} == {
        "level": "error", "code": "amount", "tab": "Orders", "cell": "C2", "order": "1", "field": "total",
        "header": "Total", "text": "x", "message": "", "hint": "",
    }  # fmt: skip


def test_one_mistake_in_many_rows_is_one_line_and_in_json_one_entry_a_cell(check):
    workbook = make_workbook("Order ID,Status\n" + "\n".join(f"{n},Flying" for n in range(1, 10)))
    (line,) = [line for line in check(workbook)[1].out.splitlines() if "Flying" in line]
    assert "warning  Status · 9 rows (B2, B3, B4, B5, B6 and 4 more): “Flying” is not a known status" in line
    assert line.endswith("what it means. status\tFlying\tFLYING  Orders!B2")
    cells = [problem["cell"] for problem in json.loads(check(workbook, output="json")[1].out)["problems"]]
    assert cells == [f"B{row}" for row in range(2, 11)]


def test_a_sheet_that_cannot_be_read_is_exit_2_after_what_could_be_done(check):
    source = FakeSource(GOOD, error=SheetUnusable("the sheet is not shared", "share it"))
    code, said = check(source)
    assert code == 2
    assert "it can be read" in said.out
    assert said.err == "bikorders: the sheet is not shared: share it\n"
    assert json.loads(check(source, output="json")[1].out) == {
        "error": "the sheet is not shared",
        "hint": "share it",
        "connection": [{"level": "ok", "message": "it can be read", "hint": ""}],
    }


def test_a_sheet_without_orders_is_exit_2(check):
    code, said = check(make_workbook(Prices="Product,Price\nSoap,5"))
    assert code == 2
    assert "order id column" in said.err


def test_a_step_that_works_but_is_not_right_is_a_warning(check):
    source = FakeSource(GOOD, steps=(Step("others can read the key file", "chmod 600 key.json"),))
    code, said = check(source, strict=True)
    assert code == 1
    assert re.search(r"warning +others can read the key file: chmod 600 key.json", said.out)
    assert check(source)[0] == 0


def test_all_tabs_are_read_also_those_that_do_not_travel_at_first(check, monkeypatch):
    monkeypatch.setattr(check_module, "_TABS_PER_READ", 2)
    own = "Product,Qty\nSoap,1"
    workbook = make_workbook("Order ID\n" + "\n".join("12345"), **dict.fromkeys("12345", own))
    source = FakeSource(workbook, late="12345")
    assert "5 orders with 5 items" in check(source)[1].out
    assert source.asked == [[], ["1", "2"], ["3", "4"], ["5"]]


def test_many_orders_are_checked_by_several_processes_with_the_same_result(monkeypatch):
    monkeypatch.setattr(check_module, "_ORDERS_PER_PART", 10)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    snapshot = make_snapshot("Order ID,Status,Total\n" + "\n".join(f"{n},Flying,x{n}" for n in range(95)))
    with check_module._check_in_parts(snapshot, Progress(io.StringIO())) as found:
        parts = list(found)
    assert [part.order_count for part in parts] == [10] * 9 + [5]
    assert build_report(snapshot, parts) == build_report(snapshot)


class CountingPool(ProcessPoolExecutor):
    """Says how many parts were given up."""

    given_up = 0

    def map(self, function, parts):
        self.futures = [self.submit(function, part) for part in parts]
        return iter(())

    def shutdown(self, **how):
        super().shutdown(**how)
        CountingPool.given_up = sum(future.cancelled() for future in self.futures)


def test_whoever_stops_a_check_does_not_wait_for_all_the_orders(monkeypatch):
    monkeypatch.setattr(check_module, "_ORDERS_PER_PART", 100)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", CountingPool)
    snapshot = make_snapshot("Order ID,Total\n" + "\n".join(f"{n},{n}" for n in range(5000)))
    with pytest.raises(KeyboardInterrupt), check_module._check_in_parts(snapshot, Progress(io.StringIO())):
        raise KeyboardInterrupt
    assert CountingPool.given_up > 0


def test_progress_is_shown_on_a_terminal_after_a_second(monkeypatch):
    time = 0.0
    monkeypatch.setattr("bikorders.terminal.monotonic", lambda: time)
    stream = Terminal()
    progress = Progress(stream)
    progress.show("reading ...")
    assert stream.getvalue() == ""
    time = 1.5
    progress.show("checked 1,000 of 5,000 orders")
    progress.clear()
    assert stream.getvalue() == "\r\033[Kchecked 1,000 of 5,000 orders\r\033[K"
    silent = io.StringIO()
    progress = Progress(silent)
    time = 9.0
    progress.show("checked")
    assert silent.getvalue() == ""


def test_what_a_terminal_would_obey_is_not_printed(check):
    evil = "\x1b]0;owned\x07\x1b[2J\r\n\u202e" + "x" * 500
    tab = Tab(f"Orders{evil}", [["Order ID", f"Notes{evil}", "Total"], [f"1{evil}", "", evil]])
    out = check(Workbook({tab.title: tab}))[1].out
    assert all(char.isprintable() for line in out.split("\n") for char in line)
    assert max(map(len, out.splitlines())) < 1500
    (cause,) = build_report(make_snapshot("Order ID,Total\n1,a\x1bb")).causes
    assert "“a b” is not an amount." in format_cause(cause, Style(io.StringIO()))
    assert clean("a\tb") == "a b"


def test_a_label_with_a_link_behind_it_is_no_mistake(check):
    class Linked(FakeSource):
        def read_link(self, cell, row):
            assert row == ("1", "Track here") or row == ("2", "soon")
            return "https://example.com/t/1" if cell.a1 == "B2" else None

    tabs = make_workbook("Order ID,Tracking link\n1,Track here\n2,soon").tabs
    workbook = Workbook(tabs, url="https://docs.google.com/spreadsheets/d/k/edit")
    text = check(Linked(workbook))[1].out
    assert "soon" in text
    assert "Track here" not in text
