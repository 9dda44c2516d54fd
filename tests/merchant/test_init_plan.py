"""What a sheet lacks, and that adding it changes nothing else and gives a sheet without problems."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bikorders.errors import SheetUnusable
from bikorders.merchant.init_google import list_boxes, settle
from bikorders.merchant.init_plan import plan
from bikorders.merchant.report import build_report
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.columns import map_columns
from bikorders.reading.fields import ITEM_FIELDS, ORDER_FIELDS
from bikorders.reading.native_headers import list_headers
from bikorders.reading.shop_settings import Options
from bikorders.reading.vocabulary import find_fulfillment, find_payment_status, find_status
from bikorders.sheet.edits import AddColumns, Freeze, KeepDigits, MakeTab, OfferWords, Protect
from bikorders.sheet.google.batch_update import build_requests
from bikorders.sheet.grid import Box, CellSetup, Grid
from bikorders.sheet.template import (
    DROP_DOWNS,
    FULFILLMENT_WORDS,
    ITEMS,
    ORDERS,
    PAYMENT_WORDS,
    SETTINGS,
    STANDARD_TABS,
    STATUS_WORDS,
)
from bikorders.sheet.workbook import Tab, Workbook, text_of
from tests.conftest import apply, make_snapshot, make_workbook

EMPTY = Workbook({"Sheet1": Tab("Sheet1", [])})
FORMULA = CellSetup(True, True, False, False)
TYPED = CellSetup(True, False, False, False)
RULE = CellSetup(False, False, True, False)
TEXT = CellSetup(False, False, False, True)


def make_grid(**changes):
    return replace(Grid(7, 1000, 26), **changes)


def additions_of(kind, workbook, grid=None):
    found = plan(workbook, Options())
    if grid:
        found = settle(found, {title: grid for title in workbook.tabs})
    return [addition for addition in found if isinstance(addition, kind)]


# The standard: what is made is what is read


@pytest.mark.parametrize(("tab", "role"), [(ORDERS, "order"), (ITEMS, "item")])
def test_every_header_is_read_as_the_field_that_it_is_made_for(tab, role):
    headers = [column.header for column in tab.columns]
    columns = map_columns(Tab(tab.title, [headers]), 1, role)
    (slot,) = columns.slots or ({},)
    found = {
        place: path
        for fields in (columns.orders, slot)
        for path, known in fields.items()
        for group in known.groups
        for place in group
    }
    assert found == {n: column.path for n, column in enumerate(tab.columns, start=1) if column.path}
    assert [cell.text for cell in columns.ignored] == [c.header for c in tab.columns if not c.path]
    assert (columns.id_sureness, columns.unclear, columns.refused) == (0, (), ())


@pytest.mark.parametrize(
    ("tab", "fields"), [(ORDERS, ORDER_FIELDS), (ITEMS, (*ITEM_FIELDS, ORDER_FIELDS[0]))]
)
def test_every_header_is_one_of_the_table_of_fields(tab, fields):
    known = {field.path: [header for header, _, _ in list_headers(field)] for field in fields}
    named = [column for column in tab.columns if column.path]
    assert [column for column in named if column.header.casefold() not in known[column.path]] == []


@pytest.mark.parametrize(
    ("words", "find"),
    [
        (STATUS_WORDS, find_status),
        (PAYMENT_WORDS, find_payment_status),
        (FULFILLMENT_WORDS, find_fulfillment),
    ],
)
def test_every_word_of_a_drop_down_has_a_meaning_of_its_own(words, find):
    assert len({find(word) for word in words} - {None}) == len(words)


@pytest.mark.parametrize(("path", "word"), [(path, word) for path in DROP_DOWNS for word in DROP_DOWNS[path]])
def test_every_word_of_a_drop_down_may_stand_in_a_row(path, word):
    place = next(n for n, column in enumerate(ORDERS.columns) if column.path == path)
    made = apply(plan(EMPTY, Options()), EMPTY)
    row = list(ORDERS.samples[0])
    row[place] = word
    orders = Tab("Orders", [made.tabs["Orders"].rows[0], row, ORDERS.samples[1]])
    assert build_report(Snapshot(Workbook({**made.tabs, "Orders": orders}), Options())).problems == ()


@pytest.mark.parametrize(
    ("what", "name", "value"),
    [
        ("column", "Order ID", "Nummer"),
        ("status", "Left", "SHIPPED"),
        ("payment", "Later", "pending"),
        ("courier", "Mine", "https://courier.example.com/{number}"),
        ("setting", "currency", "INR"),
    ],
)
def test_every_word_that_settings_offers_is_understood(what, name, value):
    header = [column.header for column in SETTINGS.columns]
    made = apply(plan(EMPTY, Options()), EMPTY)
    tabs = {**made.tabs, "Settings": Tab("Settings", [header, [what, name, value]])}
    assert build_report(Snapshot(Workbook(tabs), Options())).problems == ()
    assert what in SETTINGS.columns[0].words


def test_nothing_else_is_offered_in_settings():
    assert SETTINGS.columns[0].words == ("column", "status", "payment", "courier", "setting")


@pytest.mark.parametrize("tab", STANDARD_TABS)
def test_samples_are_as_wide_as_their_header(tab):
    assert {len(row) for row in tab.samples} <= {len(tab.columns)}
    assert len({column.header for column in tab.columns}) == len(tab.columns)


# An empty sheet


@pytest.mark.parametrize("workbook", [Workbook({}), EMPTY, Workbook({"a": Tab("a", [[""], [None, " "]])})])
@pytest.mark.parametrize("can_rename", [True, False])
def test_an_empty_sheet_becomes_one_without_problems(workbook, can_rename):
    made = apply(plan(workbook, Options(), can_rename=can_rename), workbook)
    report = build_report(Snapshot(made, Options()))
    assert report.problems == ()
    assert (report.order_count, report.item_count) == (2, 3)
    assert [tab.role for tab in report.tabs if tab.role != "not used"] == ["orders", "items", "settings"]
    assert [cell.text for tab in report.tabs for cell in tab.ignored] == ["Order date", "Notes"]


def test_the_samples_are_answered_with_all_that_a_customer_asks():
    snapshot = Snapshot(apply(plan(EMPTY, Options()), EMPTY), Options())
    orders = [snapshot.get_order(order_id) for order_id in ("SAMPLE-1", "SAMPLE-2")]
    assert [order.problems for order in orders] == [(), ()]


def test_other_currencies_and_countries_make_no_problem():
    options = Options(currency="EUR", country="DE")
    assert build_report(Snapshot(apply(plan(EMPTY, options), EMPTY), options)).problems == ()


def test_the_empty_tab_that_is_there_becomes_the_orders():
    made = apply(plan(EMPTY, Options()), EMPTY)
    assert list(made.tabs) == ["Orders", "Items", "Settings"]


def test_empty_tabs_that_are_named_like_ours_are_used_under_their_names():
    workbook = Workbook({title: Tab(title, []) for title in ("items", "Sheet1", "ORDERS")})
    found = plan(workbook, Options())
    assert [(tab.title, tab.blank) for tab in found] == [
        ("ORDERS", "ORDERS"),
        ("items", "items"),
        ("Settings", ""),
    ]


def test_in_a_folder_no_empty_tab_is_renamed():
    assert [tab.blank for tab in plan(EMPTY, Options(), can_rename=False)] == ["", "", ""]


def test_the_tabs_are_titled_as_the_settings_name_them():
    options = Options(orders_tab="Bestellungen", items_tab="Artikel")
    made = apply(plan(EMPTY, options), EMPTY)
    assert list(made.tabs) == ["Bestellungen", "Artikel", "Settings"]
    assert build_report(Snapshot(made, options)).problems == ()


@pytest.mark.parametrize("title", ["Sheet1", "Orders"])
def test_a_tab_that_only_looks_empty_is_not_written_to(title):
    workbook = Workbook({title: Tab(title, [[""]])})
    grids = {title: make_grid(cells={(1, 1): FORMULA})}
    found = plan(workbook, Options())
    assert list_boxes(found) == {title: [Box(1, 1)]}
    if title == "Orders":
        with pytest.raises(SheetUnusable, match="looks empty"):
            settle(found, grids)
    else:
        assert [tab.blank for tab in settle(found, grids)] == ["", "", ""]


def test_a_hidden_tab_of_the_same_name_is_told_and_nothing_is_made():
    with pytest.raises(SheetUnusable, match="“items” that is not read"):
        settle(plan(EMPTY, Options()), {"Sheet1": make_grid(), "items": make_grid(gid=8)})


def test_a_tab_that_goes_meanwhile_stops_it():
    with pytest.raises(SheetUnusable, match="are being changed"):
        settle(plan(EMPTY, Options()), {"Other": make_grid()})


# A sheet of the merchant's own


def test_a_sheet_that_is_not_understood_is_refused_with_what_to_do():
    with pytest.raises(SheetUnusable) as caught:
        plan(make_workbook("Foo,Bar\n1,2"), Options())
    assert "head the column" in caught.value.hint and "empty sheet" in caught.value.hint


OWN = make_workbook("Order No,Customer,Mobile,Status\n1001,Ann,98765 43210,Packed")


def test_what_a_customer_asks_for_is_added_right_of_the_last_header():
    (added,) = additions_of(AddColumns, OWN)
    assert (added.tab, added.row, added.left) == ("Orders", 1, 5)
    assert [column.header for column in added.columns] == ["Payment status", "Tracking link", "Draft ID"]
    assert str(added).endswith("in E1:G1")
    after = Snapshot(apply([added], OWN), Options())
    assert {"paymentStatus", "deliveryInfo.trackingURL"} <= after.layout.orders[0].columns.orders.keys()


@pytest.mark.parametrize(
    "headers",
    [
        "Order ID,Status,Payment method,AWB,Draft ID",
        "Order ID,Dispatched on,Paid on,Tracking link,Draft ID",
        "Order ID,Delivery status,Paid?,Tracking no,Draft ID",
    ],
)
def test_what_is_there_in_other_words_is_not_added(headers):
    assert additions_of(AddColumns, make_workbook(f"{headers}\n1,,,,")) == []


@pytest.mark.parametrize(
    "orders",
    [
        "Order ID,Customer\n1,Ann,,x",
        "Order ID,Customer\n1,Ann\n\n,,,,,total",
        "Note to all,,,\nOrder ID,Customer\n1,Ann\n,,=5",
        "Order ID,Customer,,Stock,Left\n1,Ann,,Soap,5",
    ],
    ids=["in the row", "below", "a number", "side table"],
)
def test_no_column_is_added_where_cells_are_filled_or_it_would_not_be_read(orders):
    assert additions_of(AddColumns, make_workbook(orders)) == []


def test_no_column_is_added_where_several_tabs_hold_orders():
    workbook = make_workbook(May="Order ID,Status\n1,Packed", June="Order ID,Status\n2,Packed")
    assert additions_of(AddColumns, workbook) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"cells": {(900, 6): TYPED}},
        {"cells": {(1, 5): FORMULA}},
        {"tables": (Box(1, 1, 50, 5),)},
        {"merges": (Box(1, 4, 1, 6),)},
    ],
)
def test_no_column_is_added_over_what_only_google_shows(changes):
    assert additions_of(AddColumns, OWN, make_grid(**changes)) == []
    assert additions_of(AddColumns, OWN, make_grid(cells={(900, 9): TYPED}))


def test_items_and_settings_are_added_where_there_are_none():
    assert [tab.title for tab in additions_of(MakeTab, OWN)] == ["Items", "Settings"]
    assert all(tab.rows == () for tab in additions_of(MakeTab, OWN))


@pytest.mark.parametrize(
    "tabs",
    [
        {"orders": "Order ID,Status\n1,Packed", "items": "Order ID,Item,Qty\n1,Soap,1"},
        {"orders": "Order ID,Status,Items\n1,Packed,Soap x 1"},
        {"orders": "Order ID,Status,Item,Qty\n1,Packed,Soap,1"},
        {"orders": "Order ID,Status\n1,Packed", "1": "Item,Qty\nSoap,1"},
        {"orders": "Order ID,Status\n1,Packed", "items": "Foo,Bar\n1,2"},
        {"orders": "Order ID,Status,Items tab\n1,Packed,x"},
    ],
    ids=["tab", "packed", "lines", "own", "not understood", "named"],
)
def test_items_are_not_added_where_they_are_kept_in_any_way(tabs):
    workbook = make_workbook(**tabs, Settings="What,Name,Value")
    assert additions_of(MakeTab, workbook) == []


def test_a_price_list_holds_no_orders_items():
    workbook = make_workbook("Order ID,Status\n1,Packed", Prices="Product,Price\nSoap,5")
    assert [tab.title for tab in additions_of(MakeTab, workbook)] == ["Items", "Settings"]


def test_adding_what_is_missing_makes_no_new_problem():
    before = build_report(Snapshot(OWN, Options())).problems
    after = build_report(Snapshot(apply(plan(OWN, Options()), OWN), Options())).problems
    assert before == after == ()


def test_known_columns_get_their_setup():
    assert additions_of(Freeze, OWN) == [Freeze("Orders", 1)]
    assert additions_of(Protect, OWN) == [Protect("Orders", 1, 4)]
    assert [(a.row, a.column, a.header) for a in additions_of(KeepDigits, OWN)] == [
        (3, 1, "Order No"),
        (3, 3, "Mobile"),
    ]
    (words,) = additions_of(OfferWords, OWN)
    assert (words.column, words.header, words.words[0]) == (4, "Status", "Packed")


def test_ids_that_are_numbers_stay_numbers():
    workbook = make_workbook("Order No,Mobile\n=1001,=9876543210")
    assert [a.header for a in additions_of(KeepDigits, workbook)] == ["Mobile"]


def test_a_column_of_ticks_gets_no_drop_down():
    assert additions_of(OfferWords, make_workbook("Order ID,Status,Paid?\n1,,=TRUE"))[0].header == "Status"
    assert len(additions_of(OfferWords, make_workbook("Order ID,Status,Paid?\n1,,=TRUE"))) == 1


def test_a_drop_down_offers_the_words_in_use_in_place_of_ours():
    workbook = make_workbook(
        "Order ID,Status\n1,Dispatched\n2,Weg\n3,dispatched\n4,no idea\n5,12",
        Settings="What,Name,Value\nstatus,weg,RETURNED",
    )
    (words,) = additions_of(OfferWords, workbook)
    assert words.words[:2] == ("Dispatched", "Weg")
    assert {"Packed", "Delivered"} <= set(words.words)
    assert not {"Shipped", "no idea", "12", "dispatched"} & set(words.words)


def test_a_drop_down_offers_yes_and_no_where_these_are_in_use():
    (words,) = additions_of(OfferWords, make_workbook("Order ID,Paid?\n1,Yes\n2,no\n3,✓"))
    assert words.words[:3] == ("Yes", "no", "✓")
    assert not {"Paid", "Pending"} & set(words.words)


def test_a_drop_down_offers_the_ways_to_pay_that_are_in_use_too():
    (words,) = additions_of(OfferWords, make_workbook("Order ID,Payment\n1,COD\n2,gpay\n3,Paid"))
    assert words.words[:3] == ("COD", "gpay", "Paid")
    assert "Pending" in words.words


def test_a_tab_where_the_header_stands_again_gets_no_setup():
    workbook = make_workbook("Order ID,Status\n1,Packed\n\nOrder ID,Status\n2,Packed")
    assert additions_of((OfferWords, KeepDigits, Protect, Freeze), workbook) == []


def test_a_header_far_down_is_not_frozen():
    assert additions_of(Freeze, make_workbook("x\n" * 9 + "Order ID,Status\n1,Packed")) == []


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (Freeze, {"frozen": 1}),
        (Freeze, {"merges": (Box(1, 1, 2, 1),)}),
        (Freeze, {"rows": 1}),
        (Protect, {"protected": (Box(1, 1),)}),
        (Protect, {"protected": (Box(1, 1, 1, 26),)}),
        (OfferWords, {"cells": {(500, 4): RULE}}),
        (OfferWords, {"cells": {(2, 4): FORMULA}}),
        (OfferWords, {"tables": (Box(1, 1, 2, 4),)}),
        (OfferWords, {"rows": 1}),
        (KeepDigits, {"cells": {(3, 1): TEXT, (3, 3): TEXT}}),
        (KeepDigits, {"cells": {(1, 1): FORMULA, (9, 3): FORMULA}}),
        (KeepDigits, {"tables": (Box(1, 1, 2, 4),)}),
        (KeepDigits, {"rows": 2}),
    ],
)
def test_what_is_there_or_would_meddle_is_left_out(kind, changes):
    assert additions_of(kind, OWN, make_grid())
    assert additions_of(kind, OWN, make_grid(**changes)) == []


@pytest.mark.parametrize("box", [Box(2, 1), Box(1, 2, 1, 9), Box(1, 1, 1, 2)])
def test_a_protection_of_something_else_does_not_count(box):
    assert additions_of(Protect, OWN, make_grid(protected=(box,)))


# Never a cell that has content

CELLS = st.sampled_from(
    [
        "",
        "",
        " ",
        "Order ID",
        "Status",
        "Customer",
        "Item",
        "Qty",
        "Price",
        "1",
        "ORD-2",
        "Packed",
        "x",
        5,
        True,
    ]
)
TABS = st.dictionaries(
    st.sampled_from(["Orders", "items", "Settings", "Sheet1", "7"]),
    st.lists(st.lists(CELLS, max_size=6), max_size=5),
    max_size=3,
)


@given(TABS)
def test_whatever_there_is_only_blank_cells_are_written_to(tabs):
    workbook = Workbook({title: Tab(title, rows, gid) for gid, (title, rows) in enumerate(tabs.items())})
    grids = {title: make_grid(gid=gid) for gid, title in enumerate(tabs)}
    try:
        found = settle(plan(workbook, Options()), grids)
    except SheetUnusable:
        return
    gids = dict(enumerate(tabs))
    for request in build_requests(found, grids):
        if write := request.get("updateCells"):
            start = write["start"]
            title = gids.get(start["sheetId"])
            for row, values in enumerate(write["rows"], start["rowIndex"] + 1):
                for column, _ in enumerate(values["values"], start["columnIndex"] + 1):
                    assert title is None or workbook.tabs[title].cell(row, column).is_blank
    made = apply(found, workbook)
    for title, tab in workbook.tabs.items():
        for row, raws in enumerate(tab.rows, start=1):
            for column, raw in enumerate(raws, start=1):
                if text_of(raw):
                    assert made.tabs[title].cell(row, column).raw == raw


@given(TABS)
def test_what_was_added_is_not_added_again(tabs):
    workbook = Workbook({title: Tab(title, rows) for title, rows in tabs.items()})
    try:
        made = apply(plan(workbook, Options()), workbook)
        again = plan(made, Options())
    except SheetUnusable:
        return
    assert not [addition for addition in again if isinstance(addition, MakeTab | AddColumns)]


def test_check_says_nothing_of_orders_without_items_while_none_has_any():
    assert build_report(make_snapshot("Order ID,Status\n1,Packed", "Order ID,Item,Qty")).problems == ()
