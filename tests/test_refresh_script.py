"""The script that the sheet runs at each edit, run as it is in Node against the real server: which notes it leaves."""

import json
import shutil
import socket
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bikorders.bik.auth import Auth, parse_auth
from tests.conftest import Clock, FakeSource, make_workbook
from tests.test_functional import serve_source

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="Node is not installed; the script runs in it")

SCRIPT = Path(__file__).parents[1] / "deploy" / "refresh.gs"
HARNESS = Path(__file__).with_name("apps_script.js")

GOOD = "+91 98765 43210"
ITEMS = "Order ID,Product,Qty,Price\n1,Soap,1,90\n2,Oil,1,80\n"
HINT = "bikorders: "


def orders(phone=GOOD, subtotal="90", email="asha@example.com"):
    return f"Order ID,Phone,Subtotal,Email\n1,{phone},{subtotal},{email}\n2,{GOOD},80,me@example.com\n"


class Sheet:
    """What the merchant sees: the notes of each tab, over values that the server reads."""

    def __init__(self, port, source):
        self.port, self.source = port, source
        self.notes = {"Orders": {}, "Items": {}}
        self.properties = {}
        self.merges = {}
        self.protected = []
        self.is_locked = False
        self.did = {}

    def type(self, first=None, second=ITEMS):
        self.source.workbook = make_workbook(first or orders(), second)

    def edit(self, *ranges, meanwhile=()):
        """Tell the script of edits, such as `Orders!B2`; None runs it by hand."""
        state = {
            "script": str(SCRIPT),
            "port": self.port,
            "edits": [split(text) for text in ranges],
            "meanwhile": [split(text) for text in meanwhile],
            "notes": self.notes,
            "properties": self.properties,
            "merges": self.merges,
            "protected": self.protected,
            "isLocked": self.is_locked,
        }
        ran = subprocess.run(
            [NODE, HARNESS], input=json.dumps(state), capture_output=True, text=True, timeout=60, check=False
        )
        assert ran.returncode == 0, ran.stderr
        self.did = json.loads(ran.stdout)
        self.notes, self.properties = self.did["notes"], self.did["properties"]
        assert self.did["unknown"] == [] and self.did["locks"] == 0


def split(text):
    return text and dict(zip(("tab", "range"), text.split("!"), strict=True))


@contextmanager
def open_sheet(auth=None):
    clock = Clock()
    source = FakeSource(make_workbook(orders(), ITEMS), clock, lambda: None)
    with serve_source(source, clock, auth=auth or Auth()) as port:
        yield Sheet(port, source)


@pytest.fixture
def sheet():
    with open_sheet() as sheet:
        yield sheet


def test_a_typo_gets_a_note_on_its_cell_that_goes_when_it_is_mended(sheet):
    sheet.type(orders("soon"))
    sheet.edit("Orders!B2")
    assert list(sheet.notes["Orders"]) == ["B2"]
    note = sheet.notes["Orders"]["B2"]
    assert note.startswith(HINT + "“soon” is not") and "Type" in note
    sheet.type()
    sheet.edit("Orders!B2")
    assert sheet.notes == {"Orders": {}, "Items": {}}


def test_from_the_typo_to_the_note_there_is_one_call_and_one_read(sheet):
    sheet.type(orders("soon"))
    sheet.edit("Orders!B2")
    assert (len(sheet.did["fetches"]), len(sheet.source.reads)) == (1, 1)


def test_what_is_right_costs_no_change_of_a_note(sheet):
    sheet.edit("Orders!B2")
    assert sheet.did["changed"] == []
    sheet.type(orders("soon"))
    sheet.edit("Orders!B2", "Orders!B2")
    assert sheet.did["changed"] == ["Orders!B2"]  # the second time it is there already


def test_a_note_changes_with_what_is_typed(sheet):
    for typed in ("soon", "later"):
        sheet.type(orders(typed))
        sheet.edit("Orders!B2")
        assert sheet.notes["Orders"]["B2"].startswith(f"{HINT}“{typed}”")


@pytest.mark.parametrize(
    "theirs", ["call her at 5", "bikorders", "bikorders: “x”\nI asked her", "I asked\nbikorders: x"]
)
def test_a_note_of_somebody_else_is_left_alone(sheet, theirs):
    sheet.notes["Orders"] = {"B2": theirs, "C2": theirs}
    sheet.type(orders("soon"))
    sheet.edit("Orders!B2")
    sheet.type()
    sheet.edit("Orders!A2:D2")
    assert sheet.notes["Orders"] == {"B2": theirs, "C2": theirs}
    assert sheet.did["changed"] == []


def test_what_the_edit_contradicts_gets_the_note_in_its_own_tab_and_loses_it_again(sheet):
    sheet.type(second=ITEMS.replace("1,90", "1,60"))
    sheet.edit("Items!D2")
    assert list(sheet.notes["Orders"]) == ["C2"] and sheet.notes["Items"] == {}
    sheet.type()
    sheet.edit("Items!D2")
    assert sheet.notes["Orders"] == {}


def test_notes_of_other_orders_stay(sheet):
    sheet.type(orders("soon"))
    sheet.edit("Orders!B2")
    sheet.edit("Orders!C3")
    assert list(sheet.notes["Orders"]) == ["B2"]


def test_several_things_wrong_with_a_cell_are_lines_of_one_note_that_is_ours(sheet):
    sheet.notes["Orders"] = {"B2": f"{HINT}one\n{HINT}two"}
    sheet.edit("Orders!B2")
    assert sheet.notes["Orders"] == {}


def test_500_cells_at_once_each_get_their_note_in_one_call(sheet):
    def type_phones(phone):
        rows = "".join(f"{number},{phone},,\n" for number in range(1, 501))
        sheet.type("Order ID,Phone,Subtotal,Email\n" + rows)

    type_phones("soon")
    sheet.edit("Orders!B2:B501")
    noted = {cell for cell in sheet.notes["Orders"] if cell.startswith("B")}
    assert noted == {f"B{row}" for row in range(2, 502)}
    assert len(sheet.did["fetches"]) == 1
    type_phones(GOOD)
    sheet.edit("Orders!B2:B501")
    assert not any(cell.startswith("B") for cell in sheet.notes["Orders"])


def test_a_merged_range_has_its_note_where_it_is_seen(sheet):
    sheet.merges = {"Orders": ["B2:C2"], "Items": ["C2:C3"]}
    sheet.type(orders("soon", ""), "Order ID,Product,Qty,Price\n1,Soap,1,45\n,Oil,,45\n2,Tea,1,80\n")
    sheet.edit("Orders!B2:C2")
    assert list(sheet.notes["Orders"]) == ["B2"]
    assert list(sheet.notes["Items"]) == ["C2"]  # the quantity that lacks is that of row 3


def test_a_server_that_is_away_changes_nothing_and_is_no_error(sheet):
    sheet.notes["Orders"] = {"B2": HINT + "x"}
    with closing(socket.socket()) as place:
        place.bind(("127.0.0.1", 0))
        sheet.port = place.getsockname()[1]
        sheet.edit("Orders!B2")
    assert sheet.notes["Orders"] == {"B2": HINT + "x"}
    assert len(sheet.did["warned"]) == 1


def test_what_can_not_be_told_in_time_changes_nothing(sheet):
    sheet.notes["Orders"] = {"B2": HINT + "x"}
    sheet.source.error = ValueError("unforeseen")
    sheet.edit("Orders!B2")
    assert sheet.notes["Orders"] == {"B2": HINT + "x"}


def test_a_tab_that_the_server_does_not_know_gets_no_notes(sheet):
    sheet.notes["Prices"] = {}
    sheet.edit("Prices!B2")
    assert sheet.did["changed"] == [] and sheet.did["warned"] == []


def test_a_tab_that_is_gone_when_the_answer_comes_is_passed_over(sheet):
    sheet.type(orders("soon"), ITEMS.replace("1,90", "x,90"))
    del sheet.notes["Items"]
    sheet.edit("Orders!B2")
    assert list(sheet.notes["Orders"]) == ["B2"]


def test_a_protected_cell_keeps_no_other_from_its_note(sheet):
    sheet.protected = ["Orders!B2"]
    sheet.type(orders("soon", email="me"))
    sheet.edit("Orders!B2")
    assert list(sheet.notes["Orders"]) == ["D2"]
    assert sheet.did["warned"]


def test_nothing_is_written_while_others_write_for_long(sheet):
    sheet.is_locked = True
    sheet.type(orders("soon"))
    sheet.edit("Orders!B2")
    assert sheet.notes["Orders"] == {}


def test_an_answer_that_comes_after_a_later_one_is_asked_for_again(sheet):
    """The first edit is a typo, and it is mended while the answer to it is under way."""
    books = [make_workbook(orders("soon"), ITEMS), *[make_workbook(orders(), ITEMS)] * 2]
    sheet.source.read = lambda *asked: books.pop(0)
    sheet.edit("Orders!B2", meanwhile=["Orders!B2"])
    assert sheet.notes["Orders"] == {}
    assert len(sheet.did["fetches"]) == 3


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        ("bearer:t0k:en", "Bearer t0k:en"),
        ("bearer:t0ken", " Authorization: Bearer t0ken\n"),
        ("basic:me:t0ken", "Basic bWU6dDBrZW4="),
        ("header:X-Api-Key:t0: ken", "X-Api-Key: t0: ken"),
    ],
)
def test_the_header_of_the_properties_is_sent_and_a_wrong_one_changes_nothing(auth, header):
    with open_sheet(parse_auth(auth)) as sheet:
        sheet.type(orders("soon"))
        sheet.edit("Orders!B2")
        assert sheet.notes["Orders"] == {}
        assert "AUTHORIZATION" in sheet.did["warned"][0]
        sheet.properties["AUTHORIZATION"] = header
        sheet.edit("Orders!B2")
        assert list(sheet.notes["Orders"]) == ["B2"]


def test_run_by_hand_it_only_has_the_sheet_read(sheet):
    sheet.type(orders("soon"))
    sheet.edit(None)
    assert [call["options"]["payload"] for call in sheet.did["fetches"]] == ["{}"]
    assert sheet.did["changed"] == []
