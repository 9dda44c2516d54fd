"""Placed orders as they are sent to Google: one request for each, values as what they are, nothing typed over."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import responses

from bikorders.bik.place_order import build_placed_order, parse_place_request
from bikorders.errors import AlreadyWritten, ChangeRefused, SheetUnusable, SourceUnavailable
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.row_fit import fit_addition
from bikorders.placing.row_plan import plan_rows
from bikorders.placing.sheet_writers import Named, SheetWriter, open_sheet_writer
from bikorders.reading.shop_settings import Options
from bikorders.sheet.edits import Day, InsertRows, MoveRows, RetypeRows
from bikorders.sheet.google.batch_update import build_requests
from bikorders.sheet.grid import CellSetup, Grid
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
    return open_sheet_writer(KEY, str(key_file), lambda: None, lambda: None)


def look(google, **tabs: dict[int, list[Any]]) -> None:
    """Let Google answer a look at some rows of tabs; a cell is its value or all that Google says of it."""
    sheets = [
        {
            "properties": {"sheetId": gid, "title": title, "gridProperties": {"rowCount": 1000}},
            "data": [
                {"startRow": number - 1, "rowData": [{"values": [describe(cell) for cell in row]}]}
                for number, row in rows.items()
            ],
        }
        for gid, (title, rows) in zip((7, 9), tabs.items(), strict=False)
    ]
    google.add("GET", SHEET_URL, json={"sheets": sheets})


def describe(cell: Any) -> dict[str, Any]:
    if cell is None or isinstance(cell, dict):
        return cell or {}
    kind = (
        "stringValue" if isinstance(cell, str) else "boolValue" if isinstance(cell, bool) else "numberValue"
    )
    return {"userEnteredValue": {kind: cell}, "effectiveValue": {kind: cell}, "formattedValue": str(cell)}


def compute(formula: str, value: Any) -> dict[str, Any]:
    return describe(value) | {"userEnteredValue": {"formulaValue": formula}}


def spill(value: Any) -> dict[str, Any]:
    return {key: held for key, held in describe(value).items() if key != "userEnteredValue"}


ITEM_ROWS = {1: ["Order ID", "Product name", "Quantity", "Price"], 2: ["ORD-1", "Soap", 1, 5]}
HEADER = ["Order ID", "Total", "City", "Draft ID"]
LAST = ["ORD-1", 5, "Pune"]
PLACED = {1: "ORD-2", 2: 3, 3: "Pune", 4: "nb_1"}


def write(google, sheet_writer, *rows: list[Any], order: dict[str, Any] | None = None) -> list[Any]:
    """Place an order into a sheet whose Orders tab looks like that by now; give the requests about it."""
    look(google, Orders={number: row for number, row in enumerate(rows, start=1)}, Items=ITEM_ROWS)
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    sheet_writer.write(plan(make_sheet(), order or place()), make_sheet(), "bikorders_9000_aa")
    (requests,) = list_updates(google)
    return [request for request in requests if '"sheetId": 7' in json.dumps(request)]


def find_typed(requests: list[Any]) -> dict[int, Any]:
    """Give what is typed into the new row of the orders, by column."""
    (cells,) = [
        request["updateCells"]["rows"][0]["values"] for request in requests if "updateCells" in request
    ]
    values = [cell.get("userEnteredValue", {}) for cell in cells]
    return {column: next(iter(value.values())) for column, value in enumerate(values, start=1) if value}


def find_copied(requests: list[Any]) -> list[int]:
    """Give the columns whose formula is copied down."""
    copies = [request["copyPaste"] for request in requests if "copyPaste" in request]
    return [c["destination"]["startColumnIndex"] + 1 for c in copies if c["pasteType"] == "PASTE_FORMULA"]


@pytest.mark.parametrize(
    "rows",
    [
        ([HEADER[0], compute('={"Total";ARRAYFORMULA(B2:B)}', "Total"), *HEADER[2:]], LAST),
        (HEADER, ["ORD-1", compute("=arrayformula(C2:C)", 5), "Pune"]),
        (HEADER, ["ORD-1", spill(5), "Pune"]),
    ],
)
def test_a_column_that_one_formula_fills_is_left_blank(google, sheet_writer, rows):
    requests = write(google, sheet_writer, *rows)
    assert find_typed(requests) == {1: "ORD-2", 3: "Pune", 4: "nb_1"}
    assert find_copied(requests) == []


def test_a_formula_in_the_row_above_is_copied_down_as_a_person_would(google, sheet_writer):
    requests = write(google, sheet_writer, HEADER, ["ORD-1", compute("=SUM(E2:F2)", 5), "Pune"])
    assert find_typed(requests) == {1: "ORD-2", 3: "Pune", 4: "nb_1"}
    assert find_copied(requests) == [2]
    assert "PASTE_FORMULA" in str(requests[-2])  # after what is typed, which would clear it


@pytest.mark.parametrize(("word", "typed"), [("paid", True), ("pending", None)])
def test_a_tick_box_gets_a_tick_and_no_word(google, sheet_writer, word, typed):
    box = describe("Pune") | {"dataValidation": {"condition": {"type": "BOOLEAN"}}}
    requests = write(google, sheet_writer, HEADER, ["ORD-1", 5, box], order=place(word))
    assert find_typed(requests).get(3) is typed


@pytest.mark.parametrize(("above", "typed"), [(46_000, 46_286), ("21/09/2026", "21/09/2026")])
def test_a_day_is_a_number_where_the_cell_above_has_one_and_a_text_where_that_is_a_text(above, typed):
    grid = Grid(7, 1000, 4, cells={(2, 1): CellSetup(True, False, False, False, values=("ORD-1",)),
                                   (2, 2): CellSetup(True, False, False, False, values=(above, "21/09/2026"))})  # fmt: skip
    planned = InsertRows(
        "Orders", 2, ({1: "ORD-2"},), 4, above=("ORD-1", "21/09/2026"), days={2: Day("21/09/2026", 46_286)}
    )
    fitted = fit_addition(planned, {"Orders": grid})
    (row,) = fitted.lay_out()
    assert row == ["ORD-2", typed, None, None]


def test_another_row_at_the_place_by_now_is_looked_for_in_the_next_read(google, sheet_writer):
    with pytest.raises(SourceUnavailable):
        write(google, sheet_writer, HEADER, ["ORD-9", 5, "Pune"])
    assert not list_updates(google)


def test_an_order_goes_into_the_tab_that_has_the_name_when_it_is_written(google, sheet_writer):
    sheets = make_sheet()
    sheets.tabs["Orders"] = Tab("Orders", sheets.tabs["Orders"].rows, 77, 1000)
    look(google, Orders={1: HEADER, 2: LAST}, Items=ITEM_ROWS)
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    sheet_writer.write(plan(sheets, place()), sheets)
    assert '"sheetId": 77' not in json.dumps(list_updates(google))


def test_google_takes_an_order_once(google, sheet_writer):
    look(google, Orders={1: HEADER, 2: LAST}, Items=ITEM_ROWS)
    message = "Invalid requests[9].addNamedRange: A named range with name: bikorders_9000_aa already exists."
    google.add(
        "POST",
        f"{SHEET_URL}:batchUpdate",
        json={"error": {"code": 400, "message": message, "status": ""}},
        status=400,
    )
    with pytest.raises(AlreadyWritten):
        sheet_writer.write(plan(make_sheet(), place()), make_sheet(), "bikorders_9000_aa")
    ((*_, named),) = list_updates(google)
    assert named["addNamedRange"]["namedRange"]["range"] == {
        "sheetId": 7,
        "startRowIndex": 2,
        "endRowIndex": 3,
    }


def test_where_google_names_no_ranges_orders_are_written_and_lost_answers_waited_for_longer(
    google, sheet_writer
):
    look(google, Orders={1: HEADER, 2: LAST}, Items=ITEM_ROWS)
    refusal = {"error": {"code": 400, "message": "Invalid requests[9].addNamedRange: no", "status": ""}}
    google.add("POST", f"{SHEET_URL}:batchUpdate", json=refusal, status=400)
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    before = sheet_writer.settles
    sheet_writer.write(plan(make_sheet(), place()), make_sheet(), "bikorders_9000_aa")
    assert "addNamedRange" not in json.dumps(list_updates(google)[-1])
    assert sheet_writer.settles >= 180 > before


def test_a_change_that_is_sent_again_without_its_name_counts_as_two(google, key_file):
    charged: list[str] = []
    writer = open_sheet_writer(KEY, str(key_file), lambda: charged.append("write"), lambda: None)
    look(google, Orders={1: HEADER, 2: LAST}, Items=ITEM_ROWS)
    refusal = {"error": {"code": 400, "message": "Invalid requests[9].addNamedRange: no", "status": ""}}
    google.add("POST", f"{SHEET_URL}:batchUpdate", json=refusal, status=400)
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    writer.write(plan(make_sheet(), place()), make_sheet(), "bikorders_9000_aa")
    assert len(charged) == len(list_updates(google)) == 2


@pytest.mark.parametrize(("has_items", "looks"), [(True, 1), (False, 2)])
def test_each_look_at_the_sheet_counts_as_a_read(google, key_file, has_items, looks):
    charged: list[str] = []
    writer = open_sheet_writer(KEY, str(key_file), lambda: None, lambda: charged.append("read"))
    sheet = make_sheet()
    sheet = sheet if has_items else Workbook({"Orders": sheet.tabs["Orders"]})
    look(google, Orders={1: HEADER, 2: LAST}, Items=ITEM_ROWS)
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    writer.write(plan(sheet, place()), sheet)
    asked = [call for call in google.calls if call.request.method == "GET"]
    assert len(charged) == len(asked) == looks


def test_names_of_orders_from_long_before_are_taken_away(google, sheet_writer):
    names = {"bikorders_9000_" + "a" * 16: "new", "bikorders_100_" + "b" * 16: "old", "Prices": "mine"}
    look(google, Orders={1: HEADER, 2: LAST}, Items=ITEM_ROWS)
    answer = json.loads(google.registered()[-1].body)
    answer["namedRanges"] = [{"name": name, "namedRangeId": id_} for name, id_ in names.items()]
    google.replace("GET", SHEET_URL, json=answer)
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    sheet_writer.write(plan(make_sheet(), place()), make_sheet(), "bikorders_9001_" + "c" * 16)
    (requests,) = list_updates(google)
    dropped = [request["deleteNamedRange"] for request in requests if "deleteNamedRange" in request]
    assert dropped == [{"namedRangeId": "old"}]


def test_several_orders_are_one_request_each_below_the_one_before_and_with_a_name_of_its_own(
    google, sheet_writer
):
    look(google, Orders={1: HEADER, 2: ["ORD-1", compute("=SUM(E2:F2)", 5), "Pune"]}, Items=ITEM_ROWS)
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    orders = [Named(f"bikorders_9000_{n}", plan(make_sheet(), place())) for n in "ab"]
    made = sheet_writer.write_all(orders, make_sheet())
    (requests,) = list_updates(google)
    inserted = [r["insertDimension"]["range"] for r in requests if "insertDimension" in r]
    assert [(r["sheetId"], r["startIndex"], r["endIndex"]) for r in inserted] == [
        *((9, 2, 3), (7, 2, 3)),
        *((9, 3, 4), (7, 3, 4)),
    ]
    copied = [r["copyPaste"] for r in requests if r.get("copyPaste", {}).get("pasteType") == "PASTE_FORMULA"]
    assert [(c["source"]["startRowIndex"], c["destination"]["startRowIndex"]) for c in copied] == [
        (1, 2),
        (2, 3),
    ]
    named = [r["addNamedRange"]["namedRange"] for r in requests if "addNamedRange" in r]
    assert [(n["name"][-1], n["range"]["startRowIndex"]) for n in named] == [("a", 2), ("b", 3)]
    assert [additions[1].after for additions in made] == [2, 3]
    assert len(google.calls) == 3  # the token, one look, and this


def test_a_hidden_tab_with_the_title_of_the_items_refuses_no_order(google, sheet_writer):
    sheet = make_sheet()
    orders = Workbook({"Orders": sheet.tabs["Orders"]})
    look(google, Orders={1: HEADER, 2: LAST})
    properties = [{"sheetId": 7, "title": "Orders"}, {"sheetId": 8, "title": "items", "hidden": True}]
    google.add("GET", SHEET_URL, json={"sheets": [{"properties": each} for each in properties]})
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    sheet_writer.write(plan(orders, place()), orders)
    (requests,) = list_updates(google)
    (made,) = [request["addSheet"]["properties"] for request in requests if "addSheet" in request]
    assert made["title"] == "Bik items" and made["sheetId"] not in (7, 8)


def list_updates(google: responses.RequestsMock) -> list[Any]:
    return [
        json.loads(call.request.body)["requests"]
        for call in google.calls
        if str(call.request.url).endswith(":batchUpdate")
    ]


def test_an_order_and_its_items_are_one_request_with_texts_as_texts_and_numbers_as_numbers(
    google, sheet_writer
):
    look(google, Orders={1: HEADER, 2: LAST}, Items=ITEM_ROWS)
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    sheet_writer.write(plan(make_sheet(), place()), make_sheet())
    (requests,) = list_updates(google)
    assert [value for value in list_values(requests) if value] == [
        *({"stringValue": "ORD-2"}, {"stringValue": "=A1"}, {"numberValue": 2}, {"numberValue": 1.5}),
        *({"stringValue": "ORD-2"}, {"numberValue": 3}, {"stringValue": "Pune"}, {"stringValue": "nb_1"}),
    ]
    assert len(google.calls) == 3  # the token, a look, and this
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
    look(google, Orders={1: HEADER, 2: LAST})
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
    look(google, Orders={1: HEADER, 2: LAST}, Items=ITEM_ROWS)
    body = {"error": {"code": status, "message": message, "status": ""}}
    google.add("POST", f"{SHEET_URL}:batchUpdate", json=body, status=status)
    with pytest.raises(error) as raised:
        sheet_writer.write(plan(make_sheet(), place()), make_sheet())
    assert type(raised.value) is error


REPAIR = RetypeRows("Orders", (3,), ({2: 3, 3: None, 4: "nb_1"},), (("ORD-2", "nb_1", 3),))


def test_only_cells_that_were_written_are_typed_anew_and_none_with_a_formula(google, sheet_writer):
    look(google, Orders={3: ["ORD-2", "nb_1", 3, compute('=IF(A3="","","x")', "")]})
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    sheet_writer.write([REPAIR], make_sheet())
    (requests,) = list_updates(google)
    places = [request["updateCells"]["start"] for request in requests]
    assert [(place["rowIndex"], place["columnIndex"]) for place in places] == [(2, 1), (2, 2)]
    assert list_values(requests) == [{"numberValue": 3}, None]


def test_rows_that_are_others_by_now_are_not_typed_anew(google, sheet_writer):
    look(google, Orders={3: ["ORD-2", "x", 3]})
    with pytest.raises(SourceUnavailable):
        sheet_writer.write([REPAIR], make_sheet())
    assert not list_updates(google)


def test_rows_that_part_an_order_are_moved(google, sheet_writer):
    look(google, Orders={3: ["ORD-2", "nb_1"]})
    google.add("POST", f"{SHEET_URL}:batchUpdate", json={"replies": []})
    sheet_writer.write([MoveRows("Orders", (3,), 9, (("ORD-2", "nb_1"),))], make_sheet())
    ((request,),) = list_updates(google)
    assert request["moveDimension"] == {
        "source": {"sheetId": 7, "dimension": "ROWS", "startIndex": 2, "endIndex": 3},
        "destinationIndex": 9,
    }
