"""What `bikorders serve` says at its start, and how its parts are put together."""

import json
import re
import subprocess
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from bikorders.serve import MOST_CHECKED
from tests import running

MISTAKES = "Order ID,Total,Status\n1,x,Flying\n2,5,Packed\n"


@contextmanager
def start(cwd, **settings):
    """Start the server; give its lines up to what it says of the first read, and after the end also its errors."""
    said = SimpleNamespace(lines=[], environ=running.make_environ(settings))
    with running.start(settings, cwd, subprocess.PIPE, 60) as server:
        for line in server.stdout:
            said.lines.append(line.rstrip("\n"))
            if line.startswith(("Read ", "Can't read ")):
                break
        try:
            yield said
        finally:
            server.terminate()
            said.errors = server.communicate(timeout=30)[1]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "Orders.csv").write_text(MISTAKES, "utf-8")
    return tmp_path


def test_the_first_read_says_what_was_understood_and_where_the_mistakes_are(folder):
    with start(folder, SHEET=folder, AUTH="none", PAGE_PASSWORD="k7-wq40zP") as said:
        pass
    address = re.search(r"http://\S+(?=/getOrder)", said.lines[1])[0]
    counts = f"Read 2 orders and 0 items from the folder {folder}, 1 thing to fix and "
    assert said.lines[-1].startswith(counts)
    assert said.lines[-1].endswith(f" to check: {address}/ shows them")


def test_without_a_page_the_command_that_lists_them_works_as_it_is_printed(folder):
    with start(folder, SHEET=folder, AUTH="none") as said:
        pass
    (command,) = re.findall("`(.*)` lists them$", said.lines[-1])
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=said.environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and "“x” is not an amount" in done.stdout


def test_a_sheet_of_so_many_orders_that_checking_them_takes_seconds_is_only_read(folder):
    rows = "".join(f"{number},Packed\n" for number in range(MOST_CHECKED + 1))
    (folder / "Orders.csv").write_text(f"Order ID,Status\n{rows}", "utf-8")
    with start(folder, SHEET=folder, AUTH="none") as said:
        pass
    counted = f"Read {MOST_CHECKED + 1:,} orders from the folder {folder}. If there are mistakes, `"
    assert said.lines[-1].startswith(counted) and said.lines[-1].endswith(" check` lists them")


def test_a_sheet_that_cannot_be_read_is_said_with_its_hint_and_tried_again(tmp_path):
    shop = tmp_path / "shop"
    shop.mkdir()
    with start(tmp_path, SHEET="shop", AUTH="none") as said:
        assert len(said.lines) == 3
    assert said.lines[-1].startswith(
        "Can't read the folder shop, and goes on trying: the folder shop holds no CSV"
    )
    assert re.search("put an Orders.csv into it, or let `.* init` make one$", said.lines[-1])


def test_each_start_warns_of_what_guards_the_orders_badly(folder):
    with start(folder, SHEET=folder, AUTH="none", PAGE_PASSWORD="k7-wq40zP") as said:
        pass
    assert "BIKORDERS_AUTH is none: whoever reaches this server may read the orders" in said.errors
    assert "BIKORDERS_PAGE_PASSWORD has under 20 characters" in said.errors
    with start(folder) as said:
        pass
    assert "BIKORDERS_AUTH" not in said.errors and "under 20" not in said.errors


FIRST_ANSWER = """
import json, sys
from bikorders import serve
from bikorders.bik.get_order import dump_order
from tests.conftest import make_snapshot
{rehearse}
known = set(sys.modules)
orders = "Order ID,Status,Total,Phone,Tracking number,Courier\\n7,Shipped,₹499,98765 43210,AB1,DTDC"
dump_order(make_snapshot(orders, "Order ID,Item,Price\\n7,Soap,₹499").get_order("7"))
print(json.dumps(sorted(set(sys.modules) - known)))
"""


def load_at_first_answer(rehearse: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_ANSWER.format(rehearse=rehearse)],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def test_nothing_is_left_to_load_when_the_first_answer_of_google_comes():
    assert load_at_first_answer("serve.rehearse()") == []
    assert load_at_first_answer("") != []
