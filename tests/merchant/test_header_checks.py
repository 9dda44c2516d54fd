"""Headers that are nearly known, and columns that were understood a while ago."""

import pytest

from bikorders.errors import BikordersError, SheetUnusable
from bikorders.merchant.header_checks import find_header_problems
from bikorders.merchant.report import build_report
from bikorders.orders.snapshot import Snapshot
from bikorders.sheet.workbook import Workbook
from tests.conftest import Shop, SimulatedClock, make_snapshot, make_workbook
from tests.orders.test_workbooks import FILES, read_case

STATUS = "Order ID,Status,Total\n1,Packed,5\n2,Packed,7"


def list_told(snapshot):
    """Give the problems of headers, as `code Tab!A1 hint`."""
    return [f"{p.code} {p.tab}!{p.cell} {p.hint}" for p in find_header_problems(snapshot)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Staus", "Status"),
        ("Stauts", "Status"),
        ("Phne", "Phone"),
        ("Totl (₹)", "Total"),
        ("TOTLA", "Total"),
        ("Prodct name", "Product name"),
        ("ProdctName", "Product name"),
        ("Qantity*", "Quantity"),
        ("Custmer Nmae", "Customer name"),
        ("Traking id", "Tracking ID"),
        ("Paymnt status", "Payment status"),
    ],
)
def test_a_header_that_is_nearly_one_of_ours_is_told_with_the_one_that_may_be_meant(typed, meant):
    snapshot = make_snapshot(f"Order ID,{typed}\n1,x\n2,y")
    assert list_told(snapshot) == [f"header-near Orders!B1 Did you mean {meant}?"]


def test_a_header_that_is_nearly_one_of_the_shops_own_words_is_told():
    settings = "What,Name,Value\ncolumn,Status,Wohin damit"
    snapshot = make_snapshot("Order ID,Wohin dammit\n1,x", Settings=settings)
    assert list_told(snapshot) == ["header-near Orders!B1 Did you mean Wohin damit?"]


def test_headers_of_a_tab_of_items_that_is_not_understood_are_told_too():
    snapshot = make_snapshot("Order ID,Status\n1,Packed", "Ordr ID,Prodct name,Qantity\n1,Soap,1")
    assert [line.split()[1] for line in list_told(snapshot)] == ["Items!A1", "Items!B1", "Items!C1"]


@pytest.mark.parametrize(
    ("orders", "items", "told"),
    [
        ("Ordr ID,Status,Total\n1,Packed,5", "Order ID,Product,Qty\n1,Soap,1", "Order ID"),
        ("Oder No,Status\n1,Packed", "Order ID,Product,Qty\n1,Soap,1", "Order number"),
    ],
)
def test_a_misspelt_header_of_the_ids_is_told_though_its_whole_tab_is_not_used(orders, items, told):
    assert list_told(make_snapshot(orders, items)) == [f"header-near Orders!A1 Did you mean {told}?"]


def test_a_tab_of_orders_among_others_that_lost_its_ids_to_a_misspelling_says_which_header_it_is():
    lost = "Ordr ID,Customer,Status\n7,Asha,Packed"
    told = list_told(make_snapshot("Order ID,Status\n1,Packed", May=lost))
    assert "header-near May!A1 Did you mean Order ID?" in told


def test_a_note_that_names_nearly_a_header_is_none():
    assert list_told(make_snapshot("Order ID,Status\n1,Packed", Notes="Oder No\nask Ravi,Oder No")) == []


@pytest.mark.parametrize(
    ("orders", "told"),
    [
        ("Ordr ID,Status\n1,Packed", "“Ordr ID” in A1 of “Orders” is not used; did you mean Order ID?"),
        (
            "All,my orders\n\nStatus,Customer,Oder No\nPacked,Asha,1",
            "“Oder No” in C3 of “Orders” is not used; did you mean Order number?",
        ),
        (
            "Invoce No,Status,Ordr ID\n7,Packed,1",
            "“Ordr ID” in C1 of “Orders” is not used; did you mean Order ID?",
        ),
        ("Colour,Status\n1,Packed", "head the column with the orders' ids “Order Id”"),
    ],
)
def test_a_sheet_without_ids_says_which_header_may_be_a_misspelt_one(orders, told):
    with pytest.raises(SheetUnusable) as caught:
        make_snapshot(orders)
    assert told in caught.value.hint


def test_a_misspelt_word_of_the_shops_own_for_ids_is_named():
    with pytest.raises(SheetUnusable) as caught:
        make_snapshot("Paketnumer,Status\n1,Packed", Settings="What,Name,Value\ncolumn,Order ID,Paketnummer")
    assert "did you mean Paketnummer?" in caught.value.hint


@pytest.mark.parametrize(
    "header",
    (
        "Delivery date,Unit,Order date,Coments,Phone 2,Address 2,County,Totals,Stage,Device,Fulfilled,Unpaid,"
        "Correios,ที่อยู,注文番,CustomerID,Gift wrap,Cost,Taxi,Pack size,Quality,Transport,Counter,Customs,Carat,Truck number,Producer"
    ).split(","),
)
def test_a_header_that_is_a_word_of_its_own_is_no_misspelt_one(header):
    assert list_told(make_snapshot(f"Order ID,{header}\n1,x\n2,y")) == []


def test_a_misspelt_header_beside_the_right_one_is_not_told():
    assert list_told(make_snapshot("Order ID,Status,Staus\n1,Packed,x")) == []
    assert list_told(make_snapshot("Order ID,Billing phone,Phne\n1,9811122244,x")) == [
        "header-near Orders!C1 Did you mean Phone?"
    ]


def test_words_of_other_languages_are_meant_only_in_sheets_of_another_language():
    told = ["header-near Orders!C1 Did you mean Estado del pedido?"]
    assert list_told(make_snapshot("Número de pedido,Total,Estdo del pedido\n1,5,x")) == told
    assert list_told(make_snapshot("Order ID,Total,Estdo del pedido\n1,5,x")) == []


def test_no_header_of_the_corpus_is_taken_for_a_misspelt_one():
    told = []
    for path in FILES:
        case = read_case(path.read_text(encoding="utf-8"))
        try:
            snapshot = Snapshot(Workbook(case.tabs), case.options)
        except BikordersError:
            continue
        near = [problem.text for problem in find_header_problems(snapshot) if problem.code == "header-near"]
        told += [] if path.stem == "header-misspelt-is-not-guessed" else near
    assert told == []


# Columns that are gone


def read_twice(before, after, **kept):
    """Read a sheet, then what it became; gives the shop."""
    shop = Shop(make_workbook(before, **kept), SimulatedClock())
    shop.service.get_view()
    shop.source.workbook = make_workbook(after, **kept)
    shop.clock.advance(10)
    return shop


def list_lost(shop):
    report = build_report(shop.service.get_view().snapshot)
    return [(p.cell, p.message) for p in report.problems if p.code == "header-lost"]


STATUS_LOST = "The column “Status” was the order's status and is gone, so customers are told none."


@pytest.mark.parametrize(
    "after",
    [
        STATUS.replace("Status", "Staus"),
        STATUS.replace("Status", "Colour"),
        STATUS.replace("Status", ""),
        "Order ID,Total\n1,5\n2,7",
        STATUS.replace("Status", "Payment status"),
    ],
)
def test_a_column_that_was_understood_and_is_renamed_or_deleted_is_an_error_where_it_stood(after):
    assert list_lost(read_twice(STATUS, after)) == [("B1", STATUS_LOST)]


@pytest.mark.parametrize(
    "after",
    [
        STATUS.replace("Status", "Order status"),
        "Status,Order ID,Total\nPacked,1,5\nPacked,2,7",
        "My orders\n\n" + STATUS,
        STATUS.replace("Packed", ""),
    ],
)
def test_a_column_that_was_moved_or_headed_otherwise_for_the_same_is_not_gone(after):
    assert list_lost(read_twice(STATUS, after)) == []


def test_a_column_without_cells_may_go():
    assert list_lost(read_twice(STATUS.replace("Packed", ""), "Order ID,Total\n1,5\n2,7")) == []


def test_a_column_stays_lost_through_later_edits_until_it_is_back():
    shop = read_twice(STATUS, STATUS.replace("Status", "Staus"))
    shop.source.workbook = make_workbook(STATUS.replace("Status", "Staus").replace("7", "8"))
    shop.clock.advance(10)
    assert list_lost(shop) == [("B1", STATUS_LOST)]
    shop.source.workbook = make_workbook(STATUS)
    shop.clock.advance(10)
    assert list_lost(shop) == []


def test_a_column_of_items_that_is_gone_is_told_in_its_tab():
    items = "Order ID,Product name,Quantity,Price\n1,Soap,1,5\n2,Oil,1,7"
    shop = Shop(make_workbook(STATUS, items), SimulatedClock())
    shop.service.get_view()
    shop.source.workbook = make_workbook(STATUS, items.replace("Price", "Prce"))
    shop.clock.advance(10)
    report = build_report(shop.service.get_view().snapshot)
    assert [(entry.problem.code, entry.title) for entry in report.entries] == [
        ("header-lost", "Prce (D1) in Items")
    ]


def test_a_column_that_is_lost_is_not_called_nearly_known_too():
    shop = read_twice(STATUS, STATUS.replace("Status", "Staus"))
    assert [p.code for p in build_report(shop.service.get_view().snapshot).problems] == ["header-lost"]


def test_a_tab_that_was_renamed_has_lost_no_column():
    other = make_workbook(Jan=STATUS)
    shop = Shop(make_workbook(STATUS), SimulatedClock())
    shop.service.get_view()
    shop.source.workbook = other
    shop.clock.advance(10)
    assert list_lost(shop) == []
