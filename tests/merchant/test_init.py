"""The command `init`: what it says, asks, writes and leaves alone; on a folder, and on Google through `responses`."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import parse_qs, unquote, urlsplit

import google.auth.jwt
import pytest
import requests
import responses

from bikorders.cli import main
from bikorders.errors import SheetUnusable
from bikorders.settings import find_risks, read_settings
from bikorders.sheet.csv_editor import write_file
from tests.conftest import EMAIL, TOKEN_URL

KEY = "1a2B3c4D5e6F7g8H9i0J1k2L3"
SHEET_URL = f"https://sheets.googleapis.com/v4/spreadsheets/{KEY}"


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
    """Run the command and give its exit code, standard output and standard error."""

    def run(*arguments):
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def answer(monkeypatch):
    """Sit at the terminal and answer the question; or do something at that moment."""

    def answer(text):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
        monkeypatch.setattr("builtins.input", text if callable(text) else lambda question: text)

    return answer


def give_up(question):
    raise EOFError


# A folder


def test_a_new_folder_gets_a_sheet_that_works(run, set_, tmp_path):
    set_(SHEET="./shop", AUTH="bearer:S3CRET-of-the-tests")
    code, out, err = run("init", "--yes")
    assert (code, err) == (0, "")
    assert sorted(path.name for path in (tmp_path / "shop").iterdir()) == [
        "Items.csv",
        "Orders.csv",
        "Settings.csv",
    ]
    assert "2 orders with 3 items: nothing needs fixing" in out
    assert run("check", "--strict")[0] == 0
    assert json.loads(run("show", "SAMPLE-1")[1])["order"]["status"] == "SHIPPED"


def test_it_ends_with_what_to_do_next_and_tells_no_secret(run, set_):
    set_(SHEET="./shop", AUTH="bearer:S3CRET-of-the-tests")
    out = run("init", "--yes")[1]
    for words in ("bikorders show SAMPLE-1", "bikorders serve", "https://YOUR-SERVER/getOrder"):
        assert words in out
    assert "the header Authorization: Bearer …" in out
    assert "S3CRET" not in out


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        ("basic:me:S3CRET-of-the-tests", "the header Authorization: Basic …"),
        ("header:X-Api-Key:S3CRET-of-the-tests", "the header X-Api-Key: …"),
        ("none", "anyone may read the orders"),
    ],
)
def test_the_header_is_told_by_its_shape(run, set_, auth, header):
    set_(SHEET="./shop", AUTH=auth)
    out = run("init", "--yes")[1]
    assert header in out and "S3CRET" not in out


def test_a_second_run_has_nothing_to_do_and_asks_nothing(run, set_, tmp_path):
    set_(SHEET="./shop")
    run("init", "--yes")
    before = {path: path.read_bytes() for path in (tmp_path / "shop").iterdir()}
    code, out, err = run("init")
    assert (code, err) == (0, "") and "nothing to do" in out
    assert {path: path.read_bytes() for path in (tmp_path / "shop").iterdir()} == before


def test_the_files_open_in_excel(run, set_, tmp_path):
    set_(SHEET="./shop")
    run("init", "--yes")
    assert (tmp_path / "shop" / "Orders.csv").read_bytes().startswith(b"\xef\xbb\xbfOrder ID,")


def test_without_a_terminal_it_says_what_it_would_do_and_does_nothing(run, set_, tmp_path):
    set_(SHEET="./shop")
    code, out, err = run("init")
    assert code == 2 and "make a tab “Orders”" in out and "--yes" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "n", "no", "what?", give_up])
def test_anything_but_yes_changes_nothing(run, set_, answer, tmp_path, text):
    set_(SHEET="./shop")
    answer(text)
    code, out, _err = run("init")
    assert code == 1 and "Nothing was changed." in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["y", " YES "])
def test_a_yes_goes_ahead(run, set_, answer, tmp_path, text):
    set_(SHEET="./shop")
    answer(text)
    assert run("init")[0] == 0
    assert (tmp_path / "shop" / "Orders.csv").exists()


def test_what_is_edited_while_it_asks_is_seen(run, set_, answer, tmp_path):
    set_(SHEET=tmp_path)

    def edit(question):
        (tmp_path / "Orders.csv").write_text("Order ID,Status\n1,Packed\n", "utf-8")
        return "y"

    answer(edit)
    code, _out, err = run("init")
    assert code == 1 and "edited meanwhile" in err
    assert [path.name for path in tmp_path.iterdir()] == ["Orders.csv"]


def test_files_with_content_stay_and_what_they_lack_is_told(run, set_, tmp_path):
    text = "Order ID,Customer\n1,Ann\n"
    (tmp_path / "sales.csv").write_text(text, "utf-8")
    set_(SHEET=tmp_path)
    code, out, _err = run("init", "--yes")
    assert code == 0 and "sales.csv has no column Status" in out
    assert (tmp_path / "sales.csv").read_text("utf-8") == text
    assert (tmp_path / "Items.csv").read_bytes().count(b"\n") == 1
    assert not (tmp_path / "Orders.csv").exists()
    assert "bikorders show 1\n" in out


def test_an_empty_file_is_filled(run, set_, tmp_path):
    (tmp_path / "Orders.csv").write_bytes(b"")
    set_(SHEET=tmp_path)
    assert run("init", "--yes")[0] == 0
    assert b"SAMPLE-1" in (tmp_path / "Orders.csv").read_bytes()


def test_a_file_that_is_filled_at_the_last_moment_stays(tmp_path):
    (tmp_path / "Orders.csv").write_text("a,b\n", "utf-8")
    with pytest.raises(SheetUnusable, match="by now"):
        write_file(tmp_path, "Orders", [["x"]])
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [("Orders.csv", "a,b\n")]


@pytest.mark.parametrize("title", ["../Orders", "a/b", ".hidden"])
def test_a_title_that_names_no_file_is_refused(run, set_, tmp_path, title):
    set_(SHEET="./shop", ORDERS_TAB=title)
    code, _out, err = run("init", "--yes")
    assert code == 2 and title in err
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_folder_that_is_not_understood_is_left_alone(run, set_, tmp_path):
    (tmp_path / "Stock.csv").write_text("Foo,Bar\n1,2\n", "utf-8")
    set_(SHEET=tmp_path)
    code, _out, err = run("init", "--yes")
    assert code == 1 and "order id column" in err
    assert [path.name for path in tmp_path.iterdir()] == ["Stock.csv"]


def test_without_a_sheet_it_says_what_to_set(run):
    code, out, err = run("init", "--yes")
    assert (code, out) == (2, "") and "BIKORDERS_SHEET is not set" in err


@pytest.mark.parametrize(
    "sheet",
    [
        "shop",
        "./no/shop",
        "docs.google.com/spreadsheets/d/short/edit",
        "https://example.com/shop",
        "~nobody-of-that-name/shop",
        "./a-file",
    ],
)
def test_what_may_be_a_mistyped_address_makes_no_folder(run, set_, tmp_path, sheet):
    (tmp_path / "a-file").write_text("x", "utf-8")
    set_(SHEET=sheet)
    code, out, err = run("init", "--yes")
    assert (code, out) == (2, "")
    assert ("is a file and no folder" if sheet == "./a-file" else "neither a folder") in err
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]


def test_an_address_without_its_scheme_is_a_google_sheet_and_no_folder(run, set_, tmp_path):
    set_(SHEET="docs.google.com/spreadsheets/d/1a2B3c4D5e6F7g8H9i0J1k2L3/edit")
    code, out, err = run("init", "--yes")
    assert (code, out) == (2, "") and "credentials.json" in err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said_in_one_line(run, set_, tmp_path, monkeypatch):
    def refuse(path, **options):
        raise PermissionError(13, "Permission denied")

    set_(SHEET="./shop")
    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    code, _, err = run("init", "--yes")
    assert (code, len(err.splitlines())) == (1, 1) and "can't be made (Permission denied)" in err


# The file with the settings


def read_env(tmp_path):
    return read_settings({}, tmp_path)


def test_yes_writes_a_private_file_with_secrets_that_work_in_any_shell(run, set_, monkeypatch, tmp_path):
    set_(SHEET="./shop", ORDERS_TAB="Bik's # 1 \\ orders")
    out = run("init", "--yes")[1]
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    monkeypatch.delenv("BIKORDERS_SHEET")
    monkeypatch.delenv("BIKORDERS_ORDERS_TAB")
    settings = read_env(tmp_path)
    assert (settings.sheet, settings.orders_tab) == ("./shop", "Bik's # 1 \\ orders")
    assert all(len(secret) >= 20 for secret in settings.secrets.values()) and len(settings.secrets) == 2
    assert list(find_risks(settings)) == []
    assert not [secret for secret in settings.secrets.values() if secret in out]
    assert "Open http://127.0.0.1:8080/ to see" in out and "the header Authorization: Bearer …" in out


def test_the_file_is_never_written_over_and_the_next_steps_say_how_to_add_to_it(run, set_, tmp_path):
    (tmp_path / ".env").write_text("BIKORDERS_SHEET=./shop")
    out = run("init", "--yes")[1]
    assert (tmp_path / ".env").read_text("utf-8") == "BIKORDERS_SHEET=./shop"
    commands = re.findall(r"Make a .*: (\(umask .*\))$", out, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True)
    settings = read_env(tmp_path)
    assert settings.sheet == "./shop" and len(settings.secrets) == 2
    assert "Make a" not in run("init", "--yes")[1]


@pytest.mark.parametrize("auth", ["none", "bearer:S3CRET-of-the-tests"])
def test_who_has_set_the_header_elsewhere_gets_no_file(run, set_, tmp_path, auth):
    set_(SHEET="./shop", AUTH=auth)
    assert ".env" not in run("init", "--yes")[1].replace(">> .env", "")
    assert not (tmp_path / ".env").exists()


def test_the_file_is_offered_in_a_terminal_and_not_written_without_a_yes(run, set_, answer, tmp_path):
    set_(SHEET="./shop")
    answers = iter(["y", "no"])
    answer(lambda question: next(answers))
    out = run("init")[1]
    assert (tmp_path / "shop").is_dir() and not (tmp_path / ".env").exists()
    assert re.search("Make a secret for Bik and a password .*: bikorders init --yes", out)
    answer("yes")
    run("init")
    assert (tmp_path / ".env").exists()


def test_a_folder_that_takes_no_file_does_not_end_it(run, set_, monkeypatch):
    def refuse(path, *args, open=os.open, **options):
        if str(path) == ".env":
            raise PermissionError(13, "Permission denied")
        return open(path, *args, **options)

    set_(SHEET="./shop")
    monkeypatch.setattr("os.open", refuse)
    code, out, _ = run("init", "--yes")
    assert code == 0 and ".env can't be written here (Permission denied)" in out and "What to do next" in out


# A Google Sheet


class FakeSpreadsheet:
    """A spreadsheet that answers as Google does what `init` asks, and takes the requests that it sends."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.tabs = [self._make({"sheetId": 0, "title": "Sheet1"})]
        self.scopes: list[str] = []
        self.bodies: list[dict] = []
        self.nonsense: tuple[str, str] | None = None
        self.refusal: tuple[int, str] | requests.RequestException | None = None
        mock.add_callback("POST", TOKEN_URL, self._token)
        mock.add_callback("GET", SHEET_URL, self._metadata)
        mock.add_callback("GET", f"{SHEET_URL}/values:batchGet", self._values)
        mock.add_callback("POST", f"{SHEET_URL}:batchUpdate", self._update)

    @staticmethod
    def _make(properties):
        size = {"rowCount": 1000, "columnCount": 26} | properties.get("gridProperties", {})
        return {"properties": {**properties, "gridProperties": size}, "protectedRanges": [], "cells": {}}

    def fill(self, title, rows):
        """Put a tab in place of the first one."""
        self.tabs[0]["properties"]["title"] = title
        for row, raws in enumerate(rows):
            for column, raw in enumerate(raws):
                kind = "numberValue" if isinstance(raw, int) else "stringValue"
                self._cell(self.tabs[0], row, column)["userEnteredValue"] = {kind: raw}

    def rows(self, title):
        (tab,) = [tab for tab in self.tabs if tab["properties"]["title"] == title]
        rows: list[list] = []
        for (row, column), cell in sorted(tab["cells"].items()):
            if value := cell.get("userEnteredValue"):
                rows += [[] for _ in range(row + 1 - len(rows))]
                rows[row] += [""] * (column - len(rows[row])) + list(value.values())
        return rows

    @staticmethod
    def _cell(tab, row, column):
        return tab["cells"].setdefault((row, column), {})

    def _token(self, request):
        (assertion,) = parse_qs(request.body.decode())["assertion"]
        self.scopes.append(google.auth.jwt.decode(assertion, verify=False)["scope"])
        return 200, {}, json.dumps({"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})

    def _metadata(self, request):
        if self.nonsense and self.nonsense[0] in unquote(request.url):
            return 200, {}, self.nonsense[1]
        query = parse_qs(urlsplit(request.url).query)
        sheets = []
        for tab in self.tabs:
            title = tab["properties"]["title"]
            ranges = [r for r in query.get("ranges", ()) if r.split("!")[0].strip("'") == title]
            if ranges:
                places = [place for place in tab["cells"] if any(self._holds(r, place[1]) for r in ranges)]
                data = [
                    {
                        "startRow": row,
                        "startColumn": column,
                        "rowData": [{"values": [tab["cells"][row, column]]}],
                    }
                    for row, column in places
                ]
                sheets.append({"properties": {"title": title}, "data": data})
            elif "ranges" not in query:
                sheets.append({key: value for key, value in tab.items() if key != "cells"})
        return 200, {}, json.dumps({"sheets": sheets})

    @staticmethod
    def _holds(range_, column):
        match = re.fullmatch(r".*!([A-Z]):([A-Z])", range_)
        return not match or ord(match[1]) <= column + ord("A") <= ord(match[2])

    def _values(self, request):
        titles = [r.strip("'") for r in parse_qs(urlsplit(request.url).query)["ranges"]]
        return 200, {}, json.dumps({"valueRanges": [{"values": self.rows(title)} for title in titles]})

    def _update(self, request):
        self.bodies.append(json.loads(request.body))
        if isinstance(self.refusal, requests.RequestException):
            return self.refusal
        if self.refusal:
            return self.refusal[0], {}, self.refusal[1]
        for each in self.bodies[-1]["requests"]:
            ((name, asked),) = each.items()
            getattr(self, f"_{name}")(asked)
        return 200, {}, "{}"

    def _find(self, gid):
        (tab,) = [tab for tab in self.tabs if tab["properties"]["sheetId"] == gid]
        return tab

    def _addSheet(self, asked):
        assert asked["properties"]["sheetId"] not in [tab["properties"]["sheetId"] for tab in self.tabs]
        self.tabs.append(self._make(asked["properties"]))

    def _updateSheetProperties(self, asked):
        properties = self._find(asked["properties"]["sheetId"])["properties"]
        for field in asked["fields"].split(","):
            if field == "title":
                properties["title"] = asked["properties"]["title"]
            else:
                part, name = field.split(".")
                properties[part][name] = asked["properties"][part][name]

    def _updateCells(self, asked):
        tab = self._find(asked["start"]["sheetId"])
        size = tab["properties"]["gridProperties"]
        for row, values in enumerate(asked["rows"], asked["start"]["rowIndex"]):
            for column, new in enumerate(values["values"], asked["start"]["columnIndex"]):
                assert row < size["rowCount"] and column < size["columnCount"]
                if new:
                    cell = self._cell(tab, row, column)
                    assert not cell.get("userEnteredValue"), "a cell that had content was written to"
                    cell.update(new)

    def _repeat(self, range_, name, value):
        tab = self._find(range_["sheetId"])
        rows = tab["properties"]["gridProperties"]["rowCount"]
        assert range_["startRowIndex"] < rows
        for row in range(range_["startRowIndex"], min(rows, 20)):
            for column in range(range_["startColumnIndex"], range_["endColumnIndex"]):
                self._cell(tab, row, column)[name] = value

    def _repeatCell(self, asked):
        self._repeat(asked["range"], "userEnteredFormat", asked["cell"]["userEnteredFormat"])

    def _setDataValidation(self, asked):
        self._repeat(asked["range"], "dataValidation", asked["rule"])

    def _addProtectedRange(self, asked):
        self._find(asked["protectedRange"]["range"]["sheetId"])["protectedRanges"].append(
            asked["protectedRange"]
        )

    def _appendDimension(self, asked):
        assert asked["dimension"] == "COLUMNS"
        self._find(asked["sheetId"])["properties"]["gridProperties"]["columnCount"] += asked["length"]


@pytest.fixture
def sheet(set_, key_file) -> Iterator[FakeSpreadsheet]:
    set_(SHEET=KEY, CREDENTIALS=key_file, AUTH="bearer:S3CRET-of-the-tests")
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield FakeSpreadsheet(mock)


def test_an_empty_google_sheet_becomes_one_that_works_in_one_request(run, sheet):
    code, out, err = run("init", "--yes")
    assert (code, err) == (0, "")
    assert "2 orders with 3 items: nothing needs fixing" in out
    assert [tab["properties"]["title"] for tab in sheet.tabs] == ["Orders", "Items", "Settings"]
    assert len(sheet.bodies) == 1
    assert "Nothing needs fixing." in run("check")[1]
    assert json.loads(run("show", "SAMPLE-2")[1])["order"]["total"] == 510


def test_only_init_asks_for_leave_to_write(run, sheet):
    run("init", "--yes")
    readonly, *both = sheet.scopes
    assert readonly == "https://www.googleapis.com/auth/spreadsheets.readonly"
    assert both == ["https://www.googleapis.com/auth/spreadsheets"]
    run("show", "SAMPLE-1")
    run("check")
    assert set(sheet.scopes[2:]) == {readonly}


def test_values_go_as_text_and_numbers_and_never_as_formulas(run, sheet):
    run("init", "--yes")
    (body,) = sheet.bodies
    assert not re.search("formulaValue|USER_ENTERED", json.dumps(body))
    assert sheet.rows("Orders")[1][3] == "+91 98765 43210"
    assert sheet.rows("Items")[1][5:] == [2, 149.5]


def test_a_new_tab_is_set_up(run, sheet):
    run("init", "--yes")
    orders = sheet.tabs[0]
    assert orders["properties"]["gridProperties"]["frozenRowCount"] == 1
    (protected,) = orders["protectedRanges"]
    assert protected["warningOnly"] is True
    assert protected["range"] == {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 1}
    rules = [
        request["setDataValidation"]["rule"]
        for request in sheet.bodies[0]["requests"]
        if "setDataValidation" in request
    ]
    assert len(rules) == 4
    assert all(rule["showCustomUi"] and not rule["strict"] for rule in rules)
    header = orders["cells"][0, 0]
    assert header["userEnteredFormat"]["textFormat"] == {"bold": True} and header["note"]
    texts = [
        c for c in range(21) if "numberFormat" in orders["cells"].get((9, c), {}).get("userEnteredFormat", {})
    ]
    assert [sheet.rows("Orders")[0][column] for column in texts] == [
        "Order ID",
        "Phone",
        "Pincode",
        "Tracking number",
        "Draft ID",
    ]


OWN = [["Order No", "Customer", "Mobile", "Status"], [1001, "Ann", 9876543210, "Dispatched"]]


@pytest.mark.parametrize("rows", [[], OWN])
def test_on_google_too_a_second_run_has_nothing_to_do(run, sheet, rows):
    sheet.fill("Sales", rows)
    assert run("init", "--yes")[0] == 0
    before = json.dumps([str(tab) for tab in sheet.tabs])
    code, out, _err = run("init", "--yes")
    assert code == 0 and "nothing to do" in out
    assert len(sheet.bodies) == 1
    assert json.dumps([str(tab) for tab in sheet.tabs]) == before


def test_a_merchants_own_sheet_keeps_every_cell(run, sheet):
    sheet.fill("Sales", OWN)
    sheet.tabs[0]["properties"]["gridProperties"] |= {"columnCount": 5, "rowCount": 10}
    code, out, err = run("init", "--yes")
    assert (code, err) == (0, "")
    assert "add the columns Payment status, Tracking link, Draft ID to “Sales”, in E1:G1" in out
    assert sheet.rows("Sales") == [[*OWN[0], "Payment status", "Tracking link", "Draft ID"], OWN[1]]
    assert [tab["properties"]["title"] for tab in sheet.tabs] == ["Sales", "Items", "Settings"]
    assert len(sheet.bodies) == 1
    formats = [cell for (row, _), cell in sheet.tabs[0]["cells"].items() if row == 1]
    assert not any("userEnteredFormat" in cell for cell in formats[:4])


def test_a_cell_that_is_filled_while_it_asks_is_seen(run, sheet, answer):
    sheet.fill("Sales", OWN)

    def edit(question):
        sheet.fill("Sales", [[*OWN[0], "Paid?"], *OWN[1:]])
        return "y"

    answer(edit)
    code, _out, err = run("init")
    assert code == 1 and "edited meanwhile" in err
    assert sheet.bodies == []


def error_body(code, message, status):
    return json.dumps({"error": {"code": code, "message": message, "status": status}})


@pytest.mark.parametrize(
    ("status", "message", "words"),
    [
        (403, "The caller does not have permission", f"shared with {EMAIL} as Viewer"),
        (403, "Google Sheets API has not been used in project 1 before", "enable it"),
        (400, "You are trying to edit a protected cell or object.", "protects cells"),
        (403, "You are trying to edit a protected cell or object.", "protects cells"),
        (400, "This action would increase the number of cells in the workbook above the limit", "is full"),
        (400, "A sheet with the name “Items” already exists.", "refuses to change"),
        (503, "Unavailable", "adds only what is missing"),
        (429, "Quota exceeded", "adds only what is missing"),
    ],
)
def test_a_refused_change_says_what_to_do(run, sheet, status, message, words):
    sheet.refusal = status, error_body(status, message, "X")
    code, out, err = run("init", "--yes")
    assert code == 1 and words in err and "Done" not in out
    assert len(sheet.bodies) == 1


def test_a_lost_answer_is_not_sent_again(run, sheet):
    sheet.refusal = requests.ConnectionError("reset")
    code, _out, err = run("init", "--yes")
    assert code == 1 and "adds only what is missing" in err
    assert len(sheet.bodies) == 1


@pytest.mark.parametrize(
    "text",
    ["[]", "null", '{"sheets": 5}', '{"sheets": [{"properties": {}}]}', '{"sheets": [{"properties": []}]}'],
)
@pytest.mark.parametrize("asked", ["frozenRowCount", "userEnteredValue"])
def test_an_answer_that_makes_no_sense_changes_nothing(run, sheet, asked, text):
    sheet.nonsense = asked, text
    code, _out, err = run("init", "--yes")
    assert code == 1 and "makes no sense" in err
    assert sheet.bodies == []
