"""GoogleSource through the real gspread and google-auth; `responses` answers in Google's place."""

import json
import os
import subprocess
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import google.auth.jwt
import pytest
import requests
import responses

from bikorders.bik.get_order import dump_order
from bikorders.errors import BikordersError, SettingsError, SheetUnusable, SourceUnavailable
from bikorders.merchant.init_plan import plan
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.shop_settings import Options
from bikorders.sheet.edits import KeepDigits
from bikorders.sheet.google.errors import translate_refused_write
from bikorders.sheet.google.source import MAX_RANGES, GoogleSource
from bikorders.sheet.source import Step
from bikorders.sheet.workbook import Cell, Shown, typed_in

KEY = "1a2B3c4D5e6F7g8H9i0J1k2L3"
SHEET_URL = f"https://sheets.googleapis.com/v4/spreadsheets/{KEY}"
HTML = "<!DOCTYPE html><html><title>Error</title></html>"
Answer = tuple[int, str] | Exception
from tests.conftest import EMAIL, SEED_ORDER, TOKEN_URL


def error_body(code: int, message: str, status: str = "") -> str:
    return json.dumps({"error": {"code": code, "message": message, "status": status}})


NOT_SHARED = error_body(403, "The caller does not have permission", "PERMISSION_DENIED")
API_OFF = error_body(
    403,
    "Google Sheets API has not been used in project 123 before or it is disabled. Enable it by visiting "
    "https://console.developers.google.com/apis/api/sheets.googleapis.com/overview?project=123 then retry.",
    "PERMISSION_DENIED",
)
CONSOLE = "https://console.developers.google.com/apis/api/sheets.googleapis.com/overview?project=123"
API_OFF_DETAILS = json.dumps(
    {
        "error": {
            "code": 403,
            "message": "Google Sheets API has not been used in project 123 before or it is disabled.",
            "details": [{"reason": "SERVICE_DISABLED", "metadata": {"activationUrl": CONSOLE}}],
        }
    }
)
API_OFF_ODD = error_body(
    403, "Google Sheets API is disabled. Enable it at https://console.example.com/enable"
)
USER_RATE = json.dumps(
    {
        "error": {
            "code": 403,
            "message": "User Rate Limit Exceeded",
            "errors": [{"reason": "userRateLimitExceeded"}],
        }
    }
)
RATE = json.dumps(
    {"error": {"code": 403, "message": "Rate Limit Exceeded", "errors": [{"reason": "rateLimitExceeded"}]}}
)
RATE_DETAILS = json.dumps(
    {"error": {"code": 403, "message": "Quota exceeded", "details": [{"reason": "RATE_LIMIT_EXCEEDED"}]}}
)
NOT_FOUND = error_body(404, "Requested entity was not found.", "NOT_FOUND")
OFFICE = error_body(400, "This operation is not supported for this document", "FAILED_PRECONDITION")
TAB_GONE = error_body(400, "Unable to parse range: 'Orders'", "INVALID_ARGUMENT")
QUOTA = error_body(429, "Quota exceeded for quota metric 'Read requests'", "RESOURCE_EXHAUSTED")
UNAUTHENTICATED = error_body(401, "Request had invalid authentication credentials.", "UNAUTHENTICATED")
INVALID_GRANT = '{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}'


class FakeGoogle:
    """Answers with what `tabs` holds, or with what `instead` holds for "token", "names", "values" or "shown".

    `looks` holds what cells show that show something else than their value; `edits` are made after as many answers.
    """

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.tabs: dict[str, Any] = {"Orders": [["Order ID"], ["1001"]]}
        self.looks: dict[Any, str] = {}
        self.edits: list[Callable[[], None]] = []
        self.charts: list[str] = []
        self.title: Any = "Rose Shop"
        self.instead: dict[str, Answer] = {}
        self.expires_in = 3600
        self.asked: list[str] = []
        self.calls = mock.calls
        mock.add_callback("POST", TOKEN_URL, lambda request: self._answer("token", request))
        mock.add_callback("GET", SHEET_URL, lambda request: self._answer("names", request))
        mock.add_callback("GET", f"{SHEET_URL}/values:batchGet", self._answer_values)

    @property
    def last(self) -> requests.PreparedRequest:
        return self.calls[-1].request

    @property
    def last_query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.last.url).query)

    def _answer_values(self, request: requests.PreparedRequest) -> Any:
        query = parse_qs(urlsplit(request.url).query)
        what = "shown" if query["valueRenderOption"] == ["FORMATTED_VALUE"] else "values"
        answer = self._answer(what, request)
        if self.edits:
            self.edits.pop(0)()
        return answer

    def _shown(self, request: requests.PreparedRequest) -> Answer:
        status, body = self._values(request)
        answer = json.loads(body)
        for tab in answer.get("valueRanges", []):
            tab["values"] = [[self._show(value) for value in row] for row in tab.get("values", [])]
        return status, json.dumps(answer)

    def _show(self, value: Any) -> str:
        if isinstance(value, bool):
            return str(value).upper()
        return self.looks.get(value, str(value))

    def _answer(self, what: str, request: requests.PreparedRequest) -> Any:
        self.asked.append(what)
        answer = self.instead.get(what) or getattr(self, f"_{what}")(request)
        return answer if isinstance(answer, Exception) else (answer[0], {}, answer[1])

    def _token(self, request: requests.PreparedRequest) -> Answer:
        token = f"token-{self.asked.count('token')}"
        return 200, json.dumps({"access_token": token, "expires_in": self.expires_in, "token_type": "Bearer"})

    def _names(self, request: requests.PreparedRequest) -> Answer:
        sheets = [("GRID", title) for title in self.tabs] + [("OBJECT", title) for title in self.charts]
        properties = [
            {"sheetId": 10 * number, "title": title, "sheetType": kind}
            for number, (kind, title) in enumerate(sheets)
        ]
        tabs = [{"properties": each} for each in properties]
        if "formattedValue" in str(parse_qs(urlsplit(request.url).query)["fields"]):
            for tab, rows in zip(tabs, self.tabs.values(), strict=False):
                cells = [[{"formattedValue": self._show(v)} if v != "" else {} for v in row] for row in rows]
                tab["data"] = [{"rowData": [{"values": row} if row else {} for row in cells]}]
        return 200, json.dumps({"properties": {"title": self.title}, "sheets": tabs})

    def _values(self, request: requests.PreparedRequest) -> Answer:
        ranges = parse_qs(urlsplit(request.url).query)["ranges"]
        titles = [name[1:-1].replace("''", "'") for name in ranges]
        for name, title in zip(ranges, titles, strict=True):
            if title not in self.tabs:
                return 400, error_body(400, f"Unable to parse range: {name}", "INVALID_ARGUMENT")
        answers = [{"range": name, "majorDimension": "ROWS"} for name in ranges]
        for answer, title in zip(answers, titles, strict=True):
            if self.tabs[title]:
                answer["values"] = self.tabs[title]
        return 200, json.dumps({"spreadsheetId": KEY, "valueRanges": answers})


@pytest.fixture
def fake_google(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    """Let nothing out to a network and nobody sleep; no host but Google's two may be asked."""
    patience = SimpleNamespace(sleep=lambda seconds: None)
    monkeypatch.setattr("google.auth._exponential_backoff.time", patience)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield FakeGoogle(mock)
        hosts = {urlsplit(call.request.url).hostname for call in mock.calls}
        assert hosts <= {"oauth2.googleapis.com", "sheets.googleapis.com"}


@pytest.fixture
def source(fake_google: FakeGoogle, key_file: Path) -> GoogleSource:
    return GoogleSource(KEY, key_file, named=["orders"])


# What is asked


def test_names_and_what_is_shown_are_asked_for_once_and_values_in_one_request_per_read(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    fake_google.tabs = {"Orders": [["Order ID"]], "Items": [["Order ID"]]}
    source.read()
    source.read()
    assert fake_google.asked == ["token", "names", "values", "shown", "values"]


def test_each_cell_has_the_address_that_opens_it(source: GoogleSource, fake_google: FakeGoogle) -> None:
    fake_google.tabs = {"Items": [["Order ID"]], "Orders": [["Order ID"]]}
    url = f"https://docs.google.com/spreadsheets/d/{KEY}/edit#gid=10&range=F17"
    assert source.read().find_url("Orders", "F17") == url


def test_a_tab_that_was_made_anew_under_its_title_has_a_new_address(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    fake_google.tabs = {"Orders": [["Order ID"]]}
    before = source.read()
    fake_google.tabs = {"": [], "Orders": [["Order ID"]]}
    fake_google.charts = []
    after = source.read(names=True)
    assert (before.tabs["Orders"].gid, after.tabs["Orders"].gid) == (0, 10)


def test_probing_goes_from_the_key_file_to_the_token_to_the_sheet(
    source: GoogleSource, fake_google: FakeGoogle, key_file: Path
) -> None:
    key_file.chmod(0o600)
    steps = list(source.probe())
    assert fake_google.asked == ["token", "names"]
    assert [step.hint for step in steps] == ["", "", ""]
    assert [
        word in step.message for word, step in zip(("key file", EMAIL, "shared"), steps, strict=True)
    ] == [True] * 3
    source.read()
    assert fake_google.asked == ["token", "names", "values", "shown"]


def test_the_command_that_mends_the_key_file_works_with_any_path(
    fake_google: FakeGoogle, key_file: Path
) -> None:
    path = key_file.rename(key_file.with_name("my key.json"))
    path.chmod(0o644)
    step = next(iter(GoogleSource(KEY, path).probe()))
    subprocess.run(["sh", "-c", step.hint], check=True)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_file_that_others_can_read_is_told_with_the_command_that_mends_it(
    source: GoogleSource, key_file: Path
) -> None:
    key_file.chmod(0o644)
    step = next(source.probe())
    assert "other users" in step.message
    assert step.hint == f"chmod 600 {key_file}"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to a group")
@pytest.mark.parametrize(("group", "hints"), [(0, [""]), (1, ["chmod"])])
def test_a_key_file_of_a_group_is_told_of_unless_only_root_is_in_it(
    source: GoogleSource, key_file: Path, group: int, hints: list[str]
) -> None:
    key_file.chmod(0o440)
    os.chown(key_file, 0, group)
    assert next(source.probe()).hint.split(" ")[:1] == hints


@pytest.mark.parametrize(
    ("what", "answer", "steps", "says"),
    [
        ("token", (400, '{"error": "invalid_grant"}'), 1, "refuses the key"),
        (
            "names",
            (403, '{"error": {"code": 403, "message": "The caller does not have permission"}}'),
            2,
            "not shared",
        ),
        (
            "names",
            (403, '{"error": {"code": 403, "message": "API has not been used in project"}}'),
            2,
            "API is off",
        ),
    ],
)
def test_probing_stops_at_what_fails(
    source: GoogleSource, fake_google: FakeGoogle, what: str, answer: Answer, steps: int, says: str
) -> None:
    fake_google.instead[what] = answer
    done: list[Step] = []
    with pytest.raises(BikordersError, match=says):
        done.extend(source.probe())
    assert len(done) == steps


def test_opening_asks_google_nothing(source: GoogleSource, fake_google: FakeGoogle) -> None:
    assert fake_google.asked == []


def test_numbers_come_unformatted_and_dates_as_text(source: GoogleSource, fake_google: FakeGoogle) -> None:
    source.read()
    source.read()
    query = fake_google.last_query
    assert query["valueRenderOption"] == ["UNFORMATTED_VALUE"]
    assert query["dateTimeRenderOption"] == ["FORMATTED_STRING"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Orders", "'Orders'"),
        ("Jo's", "'Jo''s'"),
        ("'", "''''"),
        ("A1", "'A1'"),
        ("a!b&c", "'a!b&c'"),
        ("ऑर्डर +", "'ऑर्डर +'"),
    ],
)
def test_titles_are_quoted(source: GoogleSource, fake_google: FakeGoogle, title: str, name: str) -> None:
    fake_google.tabs = {title: [["Order ID"]]}
    assert source.read().tabs[title].rows == [("Order ID",)]
    assert fake_google.last_query["ranges"] == [name]


def test_the_token_is_asked_for_reading_only(source: GoogleSource, fake_google: FakeGoogle) -> None:
    source.read()
    (assertion,) = parse_qs(fake_google.calls[0].request.body.decode())["assertion"]
    claims = google.auth.jwt.decode(assertion, verify=False)
    assert claims["scope"] == "https://www.googleapis.com/auth/spreadsheets.readonly"
    assert claims["iss"] == EMAIL


def test_the_token_travels_with_every_request(source: GoogleSource, fake_google: FakeGoogle) -> None:
    source.read()
    assert [call.request.headers.get("Authorization") for call in fake_google.calls] == [
        None,
        *["Bearer token-1"] * 3,
    ]


def test_a_token_about_to_run_out_is_replaced_after_the_read(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    fake_google.expires_in = 60
    source.read()
    assert fake_google.asked == ["token", "names", "values", "shown", "token"]
    source.read()
    assert fake_google.asked[5:] == ["values"]
    assert fake_google.last.headers["Authorization"] == "Bearer token-2"


def test_a_token_that_has_run_out_is_replaced_before_it_is_sent(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    fake_google.expires_in = 0
    source.read()
    assert fake_google.asked == ["token", "names", "token", "values", "token", "shown"]


@pytest.mark.parametrize("answer", [(503, "{}"), (400, INVALID_GRANT), requests.ConnectionError("refused")])
def test_a_good_token_is_used_to_its_end_while_no_new_one_can_be_had(
    source: GoogleSource, fake_google: FakeGoogle, answer: Answer
) -> None:
    fake_google.expires_in = 60
    now = 1000.0
    source._connection._now = lambda: now
    source._connection.refresh_token()
    fake_google.instead["token"] = answer
    for second in range(50):
        now = 1000.0 + second
        fake_google.tabs["Orders"] = [["Order ID"], [second]]
        assert source.read().tabs["Orders"].rows[1] == (second,)
    tries = [call for call in fake_google.calls if call.request.url == TOKEN_URL][1:]
    assert 2 <= len(tries) <= 2 * 4  # google-auth tries some failures again
    assert {call.request.req_kwargs["timeout"] for call in tries} == {3.0}


def test_every_request_has_a_timeout(source: GoogleSource, fake_google: FakeGoogle) -> None:
    source.read()
    assert [call.request.req_kwargs["timeout"] for call in fake_google.calls] == [
        10.0,
        *[(3.05, 10.0)] * 3,
    ]


def test_no_third_host_is_asked_not_even_in_the_background(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    before = set(threading.enumerate())
    source.read()
    source.read()
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert [urlsplit(call.request.url).hostname for call in fake_google.calls] == [
        "oauth2.googleapis.com",
        *["sheets.googleapis.com"] * 4,
    ]


# What comes back


def test_same_bytes_give_the_very_same_workbook(source: GoogleSource) -> None:
    assert source.read() is source.read()


def test_changed_bytes_give_a_new_workbook(source: GoogleSource, fake_google: FakeGoogle) -> None:
    old = source.read()
    fake_google.tabs["Orders"] = [["Order ID"], ["1002"]]
    new = source.read()
    assert new is not old
    assert (old.tabs["Orders"].rows[1], new.tabs["Orders"].rows[1]) == (("1001",), ("1002",))


def test_cells_come_as_they_are_ragged_rows_and_blank_rows_included(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    rows = [["Order ID", "Total", "Paid"], [], ["00123", 499.5], [1001, "₹ 1,200", True], [""]]
    fake_google.tabs["Orders"] = rows
    assert source.read().tabs["Orders"].rows == [tuple(row) for row in rows]


def test_an_empty_tab_has_no_rows(source: GoogleSource, fake_google: FakeGoogle) -> None:
    fake_google.tabs = {"Empty": [], "Orders": [["Order ID"]]}
    tabs = source.read().tabs
    assert [(title, tab.title, tab.rows) for title, tab in tabs.items()] == [
        ("Empty", "Empty", []),
        ("Orders", "Orders", [("Order ID",)]),
    ]


def test_charts_are_no_tabs(source: GoogleSource, fake_google: FakeGoogle) -> None:
    fake_google.charts = ["Sales"]
    workbook = source.read()
    assert list(workbook.tabs) == ["Orders"]
    assert not workbook.unread


# What the cells show


def test_a_cell_is_read_as_it_is_shown_with_all_digits_of_its_value(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    fake_google.tabs["Orders"] = [["Order ID", "Total", "Paid"], [42, 1234.5, True], [7, 20, False]]
    fake_google.looks = {42: "0042", 1234.5: "$1,235", 7: "0007"}
    rows = source.read().tabs["Orders"].rows
    assert rows[1:] == [("0042", "$1234.5", True), ("0007", 20, False)]
    assert [typed_in(raw) for raw in rows[1]] == [42, 1234.5, True]


def test_an_edit_costs_one_read_more_and_no_edit_none(source: GoogleSource, fake_google: FakeGoogle) -> None:
    source.read()
    fake_google.asked.clear()
    source.read()
    fake_google.tabs["Orders"] = [["Order ID"], [1002]]
    source.read()
    source.read()
    assert fake_google.asked == ["values", "values", "shown", "values"]


def test_only_a_tab_that_was_edited_is_another_object(source: GoogleSource, fake_google: FakeGoogle) -> None:
    fake_google.tabs = {"Orders": [["Order ID"], ["1"]], "Items": [["Order ID", "Quantity"], ["1", 1]]}
    before = source.read().tabs
    fake_google.tabs["Orders"].append(["2"])
    after = source.read().tabs
    assert after["Items"] is before["Items"] and after["Orders"] is not before["Orders"]
    fake_google.tabs["Items"][1][1] = True  # which equals 1
    assert source.read().tabs["Items"].rows[1][1] is True


def test_a_new_format_is_seen_when_the_names_are_read(source: GoogleSource, fake_google: FakeGoogle) -> None:
    fake_google.tabs["Orders"] = [["Order ID"], [42]]
    plain = source.read()
    fake_google.looks = {42: "0042"}
    assert source.read() is plain
    shown = source.read(names=True)
    assert shown.tabs["Orders"].rows[1] == ("0042",)
    assert source.read(names=True) is shown


@pytest.fixture
def paused(source: GoogleSource, fake_google: FakeGoogle) -> GoogleSource:
    """A source that has read once."""
    source.read()
    fake_google.asked.clear()
    return source


@pytest.fixture
def meet(fake_google: FakeGoogle, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let nothing of `what` be answered before all of it has been asked for."""
    answer = fake_google._answer

    def let_meet(*what: str) -> None:
        all_here = threading.Barrier(len(what), timeout=10)

        def answer_together(asked: str, request: requests.PreparedRequest) -> Any:
            if asked in what:
                all_here.wait()
            return answer(asked, request)

        monkeypatch.setattr(fake_google, "_answer", answer_together)

    return let_meet


def test_at_the_start_the_usual_tabs_are_asked_for_at_the_same_time_as_the_tabs_names(
    source: GoogleSource, fake_google: FakeGoogle, meet: Callable[..., None]
) -> None:
    fake_google.tabs = {title: [["Order ID"], [42]] for title in ("Orders", "Items")}
    fake_google.looks = {42: "0042"}
    meet("names", "values")
    tabs = source.read(together=True).tabs
    assert [tab.rows[1] for tab in tabs.values()] == [("0042",)] * 2
    assert fake_google.asked[0] == "token"
    assert sorted(fake_google.asked[1:]) == ["names", "values"]


@pytest.mark.parametrize("titles", [["Orders"], ["Orders", "Items", "July"], ["Items", "Orders"], ["ऑर्डर"]])
def test_where_the_tabs_are_others_one_more_answer_has_their_values(
    source: GoogleSource, fake_google: FakeGoogle, titles: list[str]
) -> None:
    fake_google.tabs = {title: [["Order ID"], [title], ["", 42, ""]] for title in titles}
    fake_google.looks = {42: "0042"}
    tabs = source.read(together=True).tabs
    assert {title: tab.rows[1:] for title, tab in tabs.items()} == {
        title: [(title,), ("", "0042", "")] for title in titles
    }
    assert list(tabs) == titles
    assert sorted(fake_google.asked[1:]) == ["names", "values", "values"]


def test_what_was_tried_first_is_not_read_again_and_the_title_stays(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    assert len(list(source.probe())) == 3
    assert source.read().name == "Rose Shop"
    assert fake_google.asked.count("names") == 1


def test_an_edit_between_the_two_answers_of_the_start_is_seen(
    source: GoogleSource, fake_google: FakeGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_google.tabs = {"Orders": [["Order ID"], [42]], "Items": [["Order ID"]]}
    fake_google.looks = {42: "0042"}

    def edit() -> None:
        fake_google.tabs["Orders"] = [["Order ID"], [1], [42]]

    answer = fake_google._names

    def answer_and_edit(request: requests.PreparedRequest) -> Answer:
        told = answer(request)
        edit()
        return told

    monkeypatch.setattr(fake_google, "_names", answer_and_edit)
    assert source.read(together=True).tabs["Orders"].rows[1:] == [(1,), ("0042",)]


@pytest.mark.parametrize(("names", "count"), [(False, 2), (True, 3)])
def test_after_a_pause_all_is_asked_for_at_the_same_time_once(
    paused: GoogleSource, fake_google: FakeGoogle, meet: Callable[..., None], names: bool, count: int
) -> None:
    fake_google.tabs["Orders"] = [["Order ID"], [42]]
    fake_google.looks = {42: "0042"}
    asked = ["names", "shown", "values"][-count:]
    meet(*asked)
    assert paused.read(names=names, together=True).tabs["Orders"].rows[1] == ("0042",)
    assert sorted(fake_google.asked) == asked


def test_an_unchanged_sheet_is_the_same_workbook_after_a_pause(paused: GoogleSource) -> None:
    assert paused.read(together=True) is paused._workbook


def test_after_a_pause_one_token_is_asked_for(paused: GoogleSource, fake_google: FakeGoogle) -> None:
    paused._connection._credentials.token = None
    paused.read(names=True, together=True)
    assert fake_google.asked[0] == "token" and fake_google.asked.count("token") == 1


def test_a_token_with_little_time_left_is_renewed_while_a_read_after_a_pause_is_waited_for(
    paused: GoogleSource, fake_google: FakeGoogle, meet: Callable[..., None]
) -> None:
    paused._connection._credentials.expiry -= timedelta(minutes=46)
    meet("token", "values", "shown")
    paused.read(together=True)
    assert sorted(fake_google.asked) == ["shown", "token", "values"]
    assert fake_google.asked.count("token") == 1


def test_a_read_for_nobody_renews_a_token_that_would_end_before_the_next_one(
    paused: GoogleSource, fake_google: FakeGoogle
) -> None:
    for minute in range(10, 180, 10):
        paused._connection._credentials.expiry -= timedelta(minutes=10)
        paused._connection._renew_at = 0.0
        fake_google.asked.clear()
        paused.read()
        assert fake_google.asked[0] == "values", (
            f"after {minute} minutes somebody would have waited for a token"
        )


def test_a_tab_that_was_renamed_in_a_pause_is_found_in_the_same_read(
    paused: GoogleSource, fake_google: FakeGoogle
) -> None:
    fake_google.tabs = {"Bestellungen": [["Order ID"], ["1001"]], "New": [["x"]]}
    assert list(paused.read(together=True).tabs) == ["Bestellungen", "New"]


@pytest.mark.parametrize("failed", ["names", "values", "shown"])
def test_a_failure_of_one_of_several_requests_at_the_same_time_is_told_and_no_answer_is_kept_for_later(
    paused: GoogleSource, fake_google: FakeGoogle, failed: str
) -> None:
    fake_google.instead[failed] = (503, "{}")
    with pytest.raises(SourceUnavailable):
        paused.read(names=True, together=True)
    del fake_google.instead[failed]
    fake_google.tabs["Orders"] = [["Order ID"], ["1002"]]
    fake_google.asked.clear()
    assert paused.read().tabs["Orders"].rows[1] == ("1002",)
    assert fake_google.asked == ["values", "shown"]


def test_the_spreadsheet_is_named_as_its_owner_named_it_last(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    assert source.read().name == "Rose Shop"
    fake_google.title = "Lily Shop"
    assert source.read().name == "Rose Shop"
    assert source.read(names=True).name == "Lily Shop"


def edit_total(fake_google: FakeGoogle, total: int) -> Callable[[], None]:
    def edit() -> None:
        fake_google.tabs["Orders"] = [["Order ID", "Total"], ["A", total]]

    return edit


def test_an_edit_between_the_two_answers_has_both_read_again(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    edit_total(fake_google, 500)()
    fake_google.looks = {500: "$500", 600: "$600"}
    fake_google.edits = [edit_total(fake_google, 600)]
    workbook = source.read()
    assert workbook.tabs["Orders"].rows[1] == ("A", "$600")
    assert fake_google.asked == ["token", "names", "values", "shown", "values", "shown"]
    assert source.read() is workbook


def test_a_number_is_left_out_while_edits_keep_it_from_being_known_how_it_is_shown(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    fake_google.tabs["Orders"] = [["Order ID", "Total", "Phone"], ["A", 500, 7], ["B", 5, 8]]

    def edit(total: int) -> Callable[[], None]:
        rows = [["Order ID", "Total", "Phone"], ["A", total, 7], ["B", 5, 8]]
        return lambda: fake_google.tabs.update(Orders=rows)

    fake_google.edits = [edit(501), edit(502), edit(503)]
    rows = source.read().tabs["Orders"].rows
    assert rows[1:] == [("A", "Loading...", "Loading..."), ("B", 5, 8)]
    assert len(fake_google.asked) == 6
    assert source.read().tabs["Orders"].rows[1] == ("A", 503, 7)


def test_a_format_that_shows_another_number_is_named_and_costs_one_read_more_once(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    fake_google.tabs["Orders"] = [["Order ID", "Total", "Gift"], ["A", 1234, 1], ["B", 5, 0]]
    fake_google.looks = {1234: "1.2K", 1: "yes", 0: ""}
    assert source.read().tabs["Orders"].rows[1:] == [("A", "#FORMAT!", "yes"), ("B", 5, "")]
    assert fake_google.asked == ["token", "names", "values", "shown", "values"]
    fake_google.tabs["Orders"].append(["C", 6, 1])
    assert source.read().tabs["Orders"].rows[3] == ("C", 6, "yes")
    assert fake_google.asked[5:] == ["values", "shown"]


def test_the_link_of_a_formatted_row_is_found(source: GoogleSource, fake_google: FakeGoogle) -> None:
    row = [Shown("0042", 42), "Track"]
    cells = [
        {"effectiveValue": {"numberValue": 42}, "formattedValue": "0042"},
        {"effectiveValue": {"stringValue": "Track"}, "hyperlink": "https://courier.example.com/1"},
    ]
    fake_google.instead["names"] = 200, json.dumps({"sheets": [{"data": [{"rowData": [{"values": cells}]}]}]})
    assert source.read_link(Cell("Orders", 2, 2, "Track"), row) == "https://courier.example.com/1"
    assert source.read_link(Cell("Orders", 2, 2, "Track"), [Shown("0042", 43), "Track"]) is None


# Tabs that go, tabs that are too many


def test_a_renamed_tab_is_found_in_the_same_read(source: GoogleSource, fake_google: FakeGoogle) -> None:
    old = source.read()
    fake_google.asked.clear()
    fake_google.tabs = {"Orders 2024": fake_google.tabs["Orders"]}
    new = source.read()
    assert fake_google.asked == ["values", "names", "values", "shown"]
    assert new is not old
    assert list(new.tabs) == ["Orders 2024"]


def test_a_deleted_tab_is_gone_from_the_next_read(source: GoogleSource, fake_google: FakeGoogle) -> None:
    fake_google.tabs["Notes"] = [["x"]]
    source.read()
    del fake_google.tabs["Notes"]
    assert list(source.read().tabs) == ["Orders"]


def test_a_tab_that_stays_unparseable_is_asked_for_twice_only(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    good = source.read()
    fake_google.asked.clear()
    fake_google.instead["values"] = 400, TAB_GONE
    with pytest.raises(SourceUnavailable, match="renamed"):
        source.read()
    assert fake_google.asked == ["values", "names", "values"]
    fake_google.instead.clear()
    assert source.read() is good


def refuse(fake_google: FakeGoogle, *titles: str) -> None:
    """Let Google refuse every read of values that asks for one of these tabs, naming the first."""
    answer = FakeGoogle._values

    def values(request: requests.PreparedRequest) -> Answer:
        ranges = parse_qs(urlsplit(request.url).query)["ranges"]
        refused = next((name for name in ranges if name[1:-1] in titles), None)
        return (
            (400, error_body(400, f"Invalid range: {refused}")) if refused else answer(fake_google, request)
        )

    fake_google._values = values  # type: ignore[method-assign]


def test_a_tab_that_google_refuses_is_left_out_and_the_others_are_read(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    fake_google.tabs |= {"Stock": [["x"]], "Report": [["x"]]}
    refuse(fake_google, "Stock", "Report")
    workbook = source.read()
    assert list(workbook.tabs) == ["Orders"]
    assert [error.message for error in workbook.left_out.values()] == [
        "Google can't read the tab “Stock”",
        "Google can't read the tab “Report”",
    ]
    assert not workbook.unread
    fake_google.asked.clear()
    assert source.read() is workbook
    assert fake_google.asked == ["values"]


def test_tabs_that_were_left_out_are_tried_again_one_with_each_reading_of_the_names(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    fake_google.tabs |= {"Stock": [["x"]], "Report": [["x"]]}
    refuse(fake_google, "Stock", "Report")
    workbook = source.read()
    fake_google.asked.clear()
    assert source.read(names=True) is workbook
    assert fake_google.asked == ["names", "values", "values", "shown"]
    refuse(fake_google)
    assert list(source.read(names=True).left_out) == ["Stock"]
    assert not source.read(names=True).left_out


@pytest.mark.parametrize("title", ["Stock report", "it's", "A1", "Orders"])
def test_the_only_tab_is_not_left_out(source: GoogleSource, fake_google: FakeGoogle, title: str) -> None:
    fake_google.tabs = {title: [["x"]]}
    refuse(fake_google, title.replace("'", "''"))
    with pytest.raises(SourceUnavailable):
        source.read()


@pytest.fixture
def many_tabs(fake_google: FakeGoogle) -> FakeGoogle:
    """Sixty tabs, and then the one with the orders."""
    fake_google.tabs = {f"T{number}": [[number]] for number in range(60)} | {"ORDERS": [["Order ID"]]}
    return fake_google


def test_fifty_tabs_travel_and_the_rest_is_named_as_unread(
    source: GoogleSource, many_tabs: FakeGoogle
) -> None:
    workbook = source.read()
    assert list(workbook.tabs) == [*(f"T{number}" for number in range(50)), "ORDERS"]
    assert workbook.unread == {f"T{number}" for number in range(50, 60)}
    assert workbook.tabs["T7"].rows == [(7,)]


def test_an_unread_tab_that_is_wanted_travels_from_then_on(
    source: GoogleSource, many_tabs: FakeGoogle
) -> None:
    source.read()
    many_tabs.asked.clear()
    workbook = source.read(tabs=["T59"])
    assert workbook.tabs["T59"].rows == [(59,)]
    assert workbook.unread == {f"T{number}" for number in range(49, 59)}
    assert source.read() is workbook
    assert many_tabs.asked == ["values", "shown", "values"]


def test_the_tabs_wanted_last_win(source: GoogleSource, many_tabs: FakeGoogle) -> None:
    for number in range(60):
        workbook = source.read(tabs=[f"T{number}"])
    assert workbook.unread == {f"T{number}" for number in range(10)}
    assert "T0" in source.read(tabs=["T0"]).tabs


def test_a_wanted_tab_that_does_not_exist_changes_nothing(
    source: GoogleSource, many_tabs: FakeGoogle
) -> None:
    assert source.read() is source.read(tabs=["Gone"])


@pytest.mark.parametrize("char", ["a", "é", "😀", "'", " ", "/"])
def test_long_names_do_not_make_the_address_too_long(
    source: GoogleSource, fake_google: FakeGoogle, char: str
) -> None:
    fake_google.tabs = {f"{number}{char * 95}": [] for number in range(49)} | {"Orders": [["Order ID"]]}
    workbook = source.read()
    parts = urlsplit(fake_google.last.url).query.split("&")
    assert sum(len("&" + part) for part in parts if part.startswith("ranges=")) <= MAX_RANGES + len(
        "&ranges=%27Orders%27"
    )
    assert "Orders" in workbook.tabs
    assert workbook.tabs.keys() | workbook.unread == fake_google.tabs.keys()
    assert char == "a" or workbook.unread


# Failures

PASSES = "passes"
FAILURES: dict[str, tuple[Answer, type[Exception], str]] = {
    "not shared": ((403, NOT_SHARED), SheetUnusable, EMAIL),
    "API off": ((403, API_OFF), SheetUnusable, f"enable it at {CONSOLE};"),
    "API off, link in the details": ((403, API_OFF_DETAILS), SheetUnusable, f"enable it at {CONSOLE};"),
    "API off, link to elsewhere": ((403, API_OFF_ODD), SheetUnusable, "enable it in Google Cloud"),
    "quota as 403": ((403, USER_RATE), SourceUnavailable, "key"),
    "rate as 403": ((403, RATE), SourceUnavailable, "key"),
    "rate in the details": ((403, RATE_DETAILS), SourceUnavailable, "key"),
    "no such sheet": ((404, NOT_FOUND), SheetUnusable, "copy its address"),
    "Excel file": ((400, OFFICE), SheetUnusable, "Save as Google Sheets"),
    "other 400": ((400, error_body(400, "Bad Request")), SheetUnusable, "BIKORDERS_SHEET"),
    "quota": ((429, QUOTA), SourceUnavailable, "key"),
    "401": ((401, UNAUTHENTICATED), SourceUnavailable, "new JSON key"),
    "500": ((500, error_body(500, "Internal error", "INTERNAL")), SourceUnavailable, PASSES),
    "503": ((503, error_body(503, "Unavailable", "UNAVAILABLE")), SourceUnavailable, PASSES),
    "HTML 502": ((502, HTML), SourceUnavailable, PASSES),
    "HTML 200": ((200, HTML), SourceUnavailable, PASSES),
    "nothing 200": ((200, ""), SourceUnavailable, PASSES),
    "truncated 200": ((200, '{"sheets": [{"properties": {"tit'), SourceUnavailable, PASSES),
    "object 200": ((200, "{}"), SourceUnavailable, PASSES),
    "list 200": ((200, "[]"), SourceUnavailable, PASSES),
    "null 200": ((200, "null"), SourceUnavailable, PASSES),
    "deep 200": ((200, "[" * 100_000), SourceUnavailable, PASSES),
    "no connection": (requests.ConnectionError("refused"), SourceUnavailable, "network"),
    "connect timeout": (requests.ConnectTimeout(), SourceUnavailable, PASSES),
    "read timeout": (requests.ReadTimeout(), SourceUnavailable, PASSES),
    "no memory": (MemoryError(), SourceUnavailable, "more memory"),
    "no threads": (RuntimeError("can't start new thread"), SourceUnavailable, "more memory"),
    "cut off": (requests.exceptions.ChunkedEncodingError(), SourceUnavailable, "network"),
}


@pytest.mark.parametrize("what", ["names", "values", "shown"])
@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_says_whose_turn_it_is_and_what_to_do(
    source: GoogleSource, fake_google: FakeGoogle, what: str, failure: str
) -> None:
    fake_google.instead[what], error_class, hint = FAILURES[failure]
    with pytest.raises(error_class) as caught:
        source.read()
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "failure", ["quota", "quota as 403", "rate as 403", "rate in the details", "API off"]
)
def test_what_ends_reads_and_writes_alike_is_no_refusal_of_the_change(failure: str) -> None:
    response = requests.Response()
    (response.status_code, body), _, _ = FAILURES[failure]  # type: ignore[misc]
    response._content = body.encode()
    assert translate_refused_write(response, EMAIL) is None


@pytest.mark.parametrize("what", ["names", "values", "shown"])
@pytest.mark.parametrize("failure", FAILURES)
def test_after_a_failure_the_next_read_answers(
    source: GoogleSource, fake_google: FakeGoogle, what: str, failure: str
) -> None:
    fake_google.instead[what] = FAILURES[failure][0]
    with pytest.raises((SheetUnusable, SourceUnavailable)):
        source.read()
    fake_google.instead.clear()
    assert list(source.read().tabs) == ["Orders"]


def test_after_a_failure_unchanged_bytes_still_give_the_same_workbook(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    workbook = source.read()
    fake_google.instead["values"] = 200, '{"valueRanges": [{"values": 5}]}'
    with pytest.raises(SourceUnavailable):
        source.read()
    fake_google.instead.clear()
    assert source.read() is workbook


def test_a_refused_token_is_not_used_again(source: GoogleSource, fake_google: FakeGoogle) -> None:
    source.read()
    fake_google.instead["values"] = 401, UNAUTHENTICATED
    with pytest.raises(SourceUnavailable):
        source.read()
    fake_google.instead.clear()
    source.read()
    assert fake_google.last.headers["Authorization"] == "Bearer token-2"


@pytest.mark.parametrize(
    "body", ["", "[]", '"x"', "5", "null", "{}", '{"error": "text"}', '{"error": []}', '{"error": {}}']
)
@pytest.mark.parametrize("status", [400, 403, 500])
def test_an_odd_error_body_raises_nothing_foreign(
    source: GoogleSource, fake_google: FakeGoogle, status: int, body: str
) -> None:
    fake_google.instead["values"] = status, body
    with pytest.raises((SheetUnusable, SourceUnavailable)) as caught:
        source.read()
    assert caught.value.can_retry or status < 500


def test_a_deeply_nested_error_body_raises_nothing_foreign(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    fake_google.instead["values"] = 500, "[" * 100_000
    with pytest.raises(SourceUnavailable):
        source.read()


@pytest.mark.parametrize(
    "body",
    [
        '{"valueRanges": null}',
        '{"valueRanges": []}',
        '{"valueRanges": [{}, {}]}',
        '{"valueRanges": ["x"]}',
        '{"valueRanges": [null]}',
        '{"valueRanges": [{"values": null}]}',
        '{"valueRanges": [{"values": "x"}]}',
        '{"valueRanges": [{"values": {"0": ["x"]}}]}',
        '{"valueRanges": [{"values": [["Order ID"], "x"]}]}',
        '{"valueRanges": [{"values": [["Order ID"], null]}]}',
        '{"valueRanges": [{"values": [["Order ID", NaN]]}]}',
        '{"valueRanges": [{"values": [["Order ID", -Infinity]]}]}',
    ],
)
def test_values_of_an_odd_shape_make_no_sense(
    source: GoogleSource, fake_google: FakeGoogle, body: str
) -> None:
    fake_google.instead["values"] = 200, body
    with pytest.raises(SourceUnavailable, match="makes no sense"):
        source.read()


@pytest.mark.parametrize(
    "body",
    [
        '{"sheets": null}',
        '{"sheets": 5}',
        '{"sheets": "x"}',
        '{"sheets": [null]}',
        '{"sheets": [{}]}',
        '{"sheets": [{"properties": null}]}',
        '{"sheets": [{"properties": "x"}]}',
        '{"sheets": [{"properties": {}}]}',
        '{"sheets": [{"properties": {"title": null}}]}',
        '{"sheets": [{"properties": {"title": 2024}}]}',
    ],
)
def test_names_of_an_odd_shape_make_no_sense(
    source: GoogleSource, fake_google: FakeGoogle, body: str
) -> None:
    fake_google.instead["names"] = 200, body
    with pytest.raises(SourceUnavailable, match="makes no sense"):
        source.read()
    assert "values" not in fake_google.asked


TOKEN_FAILURES: dict[str, tuple[Answer, type[Exception], str]] = {
    "invalid grant": ((400, INVALID_GRANT), SheetUnusable, "new JSON key"),
    "invalid client": ((401, '{"error": "invalid_client"}'), SheetUnusable, "new JSON key"),
    "other 400": ((400, '{"error": "internal"}'), SourceUnavailable, PASSES),
    "HTML 400": ((400, HTML), SourceUnavailable, PASSES),
    "list 400": ((400, "[]"), SourceUnavailable, PASSES),
    "503": ((503, "{}"), SourceUnavailable, PASSES),
    "HTML 502": ((502, HTML), SourceUnavailable, PASSES),
    "HTML 200": ((200, HTML), SourceUnavailable, PASSES),
    "list 200": ((200, "[]"), SourceUnavailable, PASSES),
    "null 200": ((200, "null"), SourceUnavailable, PASSES),
    "no token 200": ((200, "{}"), SourceUnavailable, PASSES),
    "odd expiry 200": ((200, '{"access_token": "t", "expires_in": "soon"}'), SourceUnavailable, PASSES),
    "no connection": (requests.ConnectionError("refused"), SourceUnavailable, "network"),
    "read timeout": (requests.ReadTimeout(), SourceUnavailable, "network"),
}


@pytest.mark.parametrize("failure", TOKEN_FAILURES)
def test_a_failed_login_says_whose_turn_it_is_and_the_next_read_answers(
    source: GoogleSource, fake_google: FakeGoogle, failure: str
) -> None:
    fake_google.instead["token"], error_class, hint = TOKEN_FAILURES[failure]
    with pytest.raises(error_class) as caught:
        source.read()
    assert hint in caught.value.hint
    assert set(fake_google.asked) == {"token"}
    fake_google.instead.clear()
    assert list(source.read().tabs) == ["Orders"]


def test_a_refused_key_is_named_by_its_address(source: GoogleSource, fake_google: FakeGoogle) -> None:
    fake_google.instead["token"] = 400, INVALID_GRANT
    with pytest.raises(SheetUnusable, match=EMAIL):
        source.read()


REFUSALS: dict[str, Answer] = {"token": (400, INVALID_GRANT), "values": (403, NOT_SHARED)}


@pytest.mark.parametrize("refused", REFUSALS)
def test_a_key_that_was_replaced_is_read_again_when_google_refuses_the_old_one(
    source: GoogleSource, fake_google: FakeGoogle, key_file: Path, key_info: dict[str, Any], refused: str
) -> None:
    fake_google.instead[refused] = REFUSALS[refused]
    new = key_info | {"private_key_id": "new", "client_email": "new@shop-123.test"}
    for content in ("half a key", json.dumps(new)):
        key_file.write_text(content, encoding="utf-8")
        with pytest.raises(SheetUnusable):
            source.read()
    fake_google.instead.clear()
    fake_google.asked.clear()
    source.read()
    assert fake_google.asked[0] == "token"
    request = next(call.request for call in reversed(fake_google.calls) if call.request.url == TOKEN_URL)
    (assertion,) = parse_qs(request.body.decode())["assertion"]
    assert google.auth.jwt.decode(assertion, verify=False)["iss"] == "new@shop-123.test"


def test_a_key_that_is_still_the_same_keeps_its_token(source: GoogleSource, fake_google: FakeGoogle) -> None:
    fake_google.instead["values"] = 403, NOT_SHARED
    for _ in range(3):
        with pytest.raises(SheetUnusable):
            source.read()
    assert fake_google.asked.count("token") == 1


# The key file


def open_with(content: str | bytes | None, path: Path) -> pytest.ExceptionInfo[SettingsError]:
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SettingsError) as caught:
        GoogleSource(KEY, path)
    return caught


def assert_tells_nothing(caught: pytest.ExceptionInfo[SettingsError], private_key: str) -> None:
    """Neither the error nor its traceback in a log repeats a line of the key."""
    told = repr(caught.value) + "".join(traceback.format_exception(caught.value))
    assert not [line for line in private_key.splitlines()[1:-1] if line[:12] in told]


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (None, "BIKORDERS_CREDENTIALS"),
        ("", "as JSON"),
        (b"\xff\xfe{}", "as JSON"),
        ("[]", "Service accounts"),
        ("null", "Service accounts"),
        ("{}", "Service accounts"),
        ('{"installed": {"client_id": "x", "client_secret": "y"}}', "Service accounts"),
        ('{"type": "authorized_user", "refresh_token": "x"}', "Service accounts"),
        ('{"type": "service_account"}', "download the key again"),
    ],
)
def test_a_wrong_key_file_is_refused_with_what_to_do(
    tmp_path: Path, content: str | bytes | None, hint: str
) -> None:
    caught = open_with(content, tmp_path / "key.json")
    assert "key.json" in caught.value.message
    assert hint in caught.value.hint


def test_a_key_file_that_was_saved_with_a_mark_is_read(key_file: Path) -> None:
    key_file.write_bytes(b"\xef\xbb\xbf" + key_file.read_bytes())
    assert GoogleSource(KEY, key_file).name


def test_a_folder_as_key_file_is_refused(tmp_path: Path) -> None:
    assert "can't be read" in open_with(None, tmp_path).value.message


@pytest.mark.parametrize("field", ["private_key", "client_email", "token_uri"])
def test_a_key_file_without_a_field_is_refused_and_tells_nothing(
    tmp_path: Path, key_info: dict[str, Any], private_key: str, field: str
) -> None:
    del key_info[field]
    caught = open_with(json.dumps(key_info), tmp_path / "key.json")
    assert "damaged" in caught.value.message
    assert_tells_nothing(caught, private_key)


BROKEN_KEYS: dict[str, Callable[[str], Any]] = {
    "line lost": lambda pem: pem.replace(pem.splitlines()[5], ""),
    "line garbled": lambda pem: pem.replace(pem.splitlines()[5], "*" * 64),
    "end lost": lambda pem: pem[:800],
    "frame lost": lambda pem: "\n".join(pem.splitlines()[1:-1]),
    "list": lambda pem: pem.splitlines(),
    "number": lambda pem: 5,
    "nothing": lambda pem: "",
}


@pytest.mark.parametrize("damage", BROKEN_KEYS)
def test_a_broken_private_key_is_refused_and_tells_nothing(
    tmp_path: Path, key_info: dict[str, Any], private_key: str, damage: str
) -> None:
    key_info["private_key"] = BROKEN_KEYS[damage](private_key)
    caught = open_with(json.dumps(key_info), tmp_path / "key.json")
    assert "damaged" in caught.value.message
    assert_tells_nothing(caught, private_key)


DAMAGED_FILES: dict[str, Callable[[str], str]] = {
    "end lost": lambda text: text[:-1],
    "comma lost": lambda text: text.replace(",", "", 1),
    "only the private key": lambda text: json.loads(text)["private_key"],
    "in a list": lambda text: f"[{text}]",
    "other type": lambda text: text.replace("service_account", "authorized_user"),
}


@pytest.mark.parametrize("damage", DAMAGED_FILES)
def test_a_damaged_key_file_is_refused_and_tells_nothing(
    tmp_path: Path, key_info: dict[str, Any], private_key: str, damage: str
) -> None:
    content = DAMAGED_FILES[damage](json.dumps(key_info))
    assert_tells_nothing(open_with(content, tmp_path / "key.json"), private_key)


# The contract's example


@pytest.mark.parametrize("items_tab", ["Items", "ORD-1001"])
def test_the_contracts_example_order_comes_back_key_for_key_from_google(
    source: GoogleSource, fake_google: FakeGoogle, items_tab: str
) -> None:
    item = {key: value for key, value in SEED_ORDER["items"][0].items()}
    items = [list(item), list(item.values())]
    if items_tab == "Items":
        items = [["id", *items[0]], ["ORD-1001", *items[1]]]
    order = {key: value for key, value in SEED_ORDER.items() if key not in ("items", "deliveryInfo")}
    order |= {"deliveryInfo.trackingURL": SEED_ORDER["deliveryInfo"]["trackingURL"]}
    fake_google.tabs = {"Orders": [list(order), list(order.values())], items_tab: items}
    snapshot = Snapshot(source.read(), Options())
    assert json.loads(dump_order(snapshot.get_order("ORD-1001"))) == {"order": SEED_ORDER}


def test_an_order_is_told_as_its_cells_show_it_and_a_format_that_hides_a_number_is_named(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    header = ["Order ID", "Phone", "Subtotal", "Discount", "Total", "City"]
    fake_google.tabs = {"Orders": [header, [42, 7911123456, 2000, 0.1, 1800, 1234]]}
    fake_google.looks = {
        42: "ORD-0042", 7911123456: "+44 7911123456", 2000: "2.000,00 €", 0.1: "10%", 1800: "€1,800", 1234: "1K",
    }  # fmt: skip
    order = Snapshot(source.read(), Options()).get_order("ord-0042")
    told = {path: str(value) for path, value in order.values.items()}
    wanted = {"phoneNumber": "+447911123456", "subTotal": "2000", "total": "1800", "currency": "EUR"}
    assert told.items() >= wanted.items()
    assert Decimal(told["discount"]) == 200
    assert "address.city" not in told
    assert [(problem.code, problem.cell) for problem in order.problems] == [("number-format", "F2")]


def test_a_format_of_words_is_no_reason_for_init_to_keep_digits(
    source: GoogleSource, fake_google: FakeGoogle
) -> None:
    fake_google.tabs = {"Orders": [["Order ID", "Status"], [1001, "Packed"]]}
    fake_google.looks = {1001: "ORD-1001"}
    planned = plan(source.read(), Options())
    assert not [addition for addition in planned if isinstance(addition, KeepDigits) and addition.column == 1]
