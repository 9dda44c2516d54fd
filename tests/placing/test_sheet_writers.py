"""Placed orders as they are sent to Google: one request for each, values as what they are, nothing typed over."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import responses

from bikorders.bik.place_order import build_placed_order, parse_place_request
from bikorders.errors import ChangeRefused, SheetUnusable, SourceUnavailable
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.row_plan import plan_rows
from bikorders.placing.sheet_writers import SheetWriter, open_sheet_writer
from bikorders.reading.shop_settings import Options
from bikorders.sheet.edits import RetypeRows
from bikorders.sheet.google.batch_update import build_requests
from bikorders.sheet.grid import Grid
from bikorders.sheet.workbook import Tab, Workbook
from tests.conftest import TOKEN_URL

KEY = "1a2B3c4D5e6F7g8H9i0J1k2L3"
SHEET_URL = f"https://sheets.googleapis.com/v4/spreadsheets/{KEY}"
HOSTILE = ("=IMPORTXML(1)", "+91 98", "'", "@x", "007", "2026-07-02", "x" * 50_000, "🎁", "\u202eabc")


def make_sheet(height: int = 1000, rows: int = 2) -> Workbook:
    orders = [["Order ID", "Total", "City", "Draft ID"], *[[f"ORD-{n}", 5, "Pune"] for n in range(1, rows)]]
    items = [["Order ID", "Product name", "Quantity", "Price"], ["ORD-1", "Soap", 1, 5]]
    return Workbook({"Orders": Tab("Orders", orders, 7, height), "Items": Tab("Items", items, 9, height)})


def place(city: str = "Pune", **changed: Any) -> dict[str, Any]:
    order = {"items": [{"name": "=A1", "quantity": 2, "price": 1.5}], "total": 3, "address": {"city": city}}
    body = {"draftOrderId": "nb_1", "paymentPending": False, "order": order | changed}
    return build_placed_order(parse_place_request(json.dumps(body).encode()), "ORD-2", "")


def plan(workbook: Workbook, order: dict[str, Any]) -> Any:
    return plan_rows(Snapshot(workbook, Options()), order)


def list_values(requests: Any) -> list[Any]:
    cells = [
        cell
        for request in requests
        for row in request.get("updateCells", {}).get("rows", [])
        for cell in row["values"]
    ]
    return [cell.get("userEnteredValue") for cell in cells]


@pytest.fixture
def google() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add("POST", TOKEN_URL, json={"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})
        yield mock


@pytest.fixture
def sheet_writer(key_file: Path) -> SheetWriter:
    return open_sheet_writer(KEY, str(key_file), lambda: None)


def list_updates(google: responses.RequestsMock) -> list[Any]:
    return [
        json.loads(call.request.body)["requests"]
        for call in google.calls
        if str(call.request.url).endswith(":batchUpdate")
    ]


def test_an_order_and_its_items_are_one_request_with_texts_as_texts_and_numbers_as_numbers(
    google, sheet_writer
):
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    sheet_writer.write(plan(make_sheet(), place()), make_sheet())
    (requests,) = list_updates(google)
    assert [value for value in list_values(requests) if value] == [
        *({"stringValue": "ORD-2"}, {"stringValue": "=A1"}, {"numberValue": 2}, {"numberValue": 1.5}),
        *({"stringValue": "ORD-2"}, {"numberValue": 3}, {"stringValue": "Pune"}, {"stringValue": "nb_1"}),
    ]
    assert len(google.calls) == 2  # the token, and this
    assert "auth/spreadsheets" in str(sheet_writer._editor._connection._credentials.scopes)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_customer_types_is_sent_as_a_text(text):
    requests = build_requests(
        plan(make_sheet(), place(text)), {"Orders": Grid(7, 1000, 0), "Items": Grid(9, 1000, 0)}
    )
    assert {"stringValue": text} in list_values(requests)
    sent = json.dumps(requests)
    assert "USER_ENTERED" not in sent and "formulaValue" not in sent


def test_rows_are_inserted_below_the_last_order_and_look_like_it():
    requests = build_requests(plan(make_sheet(), place())[1:], {"Orders": Grid(7, 1000, 0)})
    insertion, *pastes, values = requests
    assert insertion["insertDimension"] == {
        "range": {"sheetId": 7, "dimension": "ROWS", "startIndex": 2, "endIndex": 3},
        "inheritFromBefore": True,
    }
    assert [paste["copyPaste"]["pasteType"] for paste in pastes] == ["PASTE_FORMAT", "PASTE_DATA_VALIDATION"]
    assert {paste["copyPaste"]["source"]["startRowIndex"] for paste in pastes} == {1}
    assert values["updateCells"]["start"] == {"sheetId": 7, "rowIndex": 2, "columnIndex": 0}
    assert values["updateCells"]["fields"] == "userEnteredValue"


@pytest.mark.parametrize("height", [2, 1])
def test_at_the_end_of_the_grid_it_grows_and_even_then_nothing_is_typed_over(height):
    requests = build_requests(plan(make_sheet(), place())[1:], {"Orders": Grid(7, height, 0)})
    assert requests[0] == {"appendDimension": {"sheetId": 7, "dimension": "ROWS", "length": 1}}
    assert requests[1]["insertDimension"]["range"]["startIndex"] == 2


def test_the_first_order_does_not_look_like_the_header():
    requests = build_requests(plan(make_sheet(rows=1), place())[1:], {"Orders": Grid(7, 1000, 0)})
    assert [*map(next, map(iter, requests))] == ["insertDimension", "updateCells"]
    assert requests[0]["insertDimension"]["inheritFromBefore"] is False


def test_a_new_tab_for_items_is_in_the_same_request(google, sheet_writer):
    sheets = [
        {"properties": {"sheetId": gid, "title": title, "gridProperties": {"rowCount": 9, "columnCount": 9}}}
        for gid, title in ((7, "Orders"), (8, "Hidden"))
    ]
    google.add("GET", SHEET_URL, json={"sheets": sheets})
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    workbook = Workbook({"Orders": make_sheet().tabs["Orders"]})
    sheet_writer.write(plan(workbook, place()), workbook)
    (requests,) = list_updates(google)
    kinds = [next(iter(request)) for request in requests]
    assert kinds[0] == "addSheet" and "insertDimension" in kinds
    assert requests[0]["addSheet"]["properties"]["sheetId"] not in (7, 8)


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [
        (400, "Invalid requests[0].insertDimension", ChangeRefused),
        (400, "You are trying to edit a protected cell", SheetUnusable),
        (403, "The caller does not have permission", SheetUnusable),
        (429, "Quota exceeded", SourceUnavailable),
        (500, "Internal error", SourceUnavailable),
    ],
)
def test_only_what_is_refused_as_such_is_a_refusal(google, sheet_writer, monkeypatch, status, message, error):
    body = {"error": {"code": status, "message": message, "status": ""}}
    google.add("POST", f"{SHEET_URL}:batchUpdate", json=body, status=status)
    with pytest.raises(error) as raised:
        sheet_writer.write(plan(make_sheet(), place()), make_sheet())
    assert type(raised.value) is error


@pytest.mark.parametrize("is_other", [False, True])
def test_rows_are_typed_anew_only_where_they_still_are(google, sheet_writer, is_other):
    row = ["ORD-2", "nb_1" if not is_other else "x", 3]
    google.add("GET", f"{SHEET_URL}/values:batchGet", json={"valueRanges": [{"values": [row]}]})
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    repair = RetypeRows("Orders", (3,), ({1: "ORD-2", 2: 3, 4: "nb_1"},), 4, (("ORD-2", "nb_1", 3),))
    if is_other:
        with pytest.raises(SourceUnavailable):
            sheet_writer.write([repair], make_sheet())
        assert not list_updates(google)
    else:
        sheet_writer.write([repair], make_sheet())
        ((request,),) = list_updates(google)
        assert request["updateCells"]["start"]["rowIndex"] == 2
        assert [value and next(iter(value.values())) for value in list_values([request])] == [
            "ORD-2",
            3,
            None,
            "nb_1",
        ]
