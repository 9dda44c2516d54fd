"""Headers that leave open what their column holds: the cells decide, or the column is left out with one problem."""

import pytest

from bikorders.reading.columns import map_columns
from bikorders.reading.evidence import sample_column
from bikorders.sheet.workbook import Tab


def read(header: str, *rows: str):
    return map_columns(Tab("T", [line.split(",") for line in (header, *rows)]), 1, "order")


@pytest.mark.parametrize(
    ("header", "cells", "path"),
    [
        ("Estado", ["Packed", "Shipped", "Delivered"], "status"),
        ("Contact", ["+919811122244", "9811122255"], "phoneNumber"),
        ("Contact", ["a@example.com", "b@example.com"], "email"),
        ("Delivery", ["50", "Free"], "shippingCharge"),
        ("Delivery", ["In transit", "Delivered"], "shipping status"),
        ("Order", ["Soap x 2", "Comb x 1"], "items"),
        ("Name", ["Asha Rao", "Ravi Das"], "customer"),
        ("Name", ["#AB1", "#AB2"], "name"),
        ("Monto", ["45.000", "12.500"], "total"),
    ],
)
def test_an_unsure_header_means_what_most_cells_are(header, cells, path):
    columns = read(f"Order ID,{header}", *(f"{n},{cell}" for n, cell in enumerate(cells)))
    assert columns.orders.keys() == {"id", path}
    assert columns.unclear == ()


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Estado", ["SP", "Minas Gerais"]),
        ("Estado", ["Packed", "SP", "RJ"]),
        ("Description", ["Brass lamp", "Clay pot"]),
        ("Discount", ["EID10", "WELCOME"]),
        ("Payment", ["Paystack", "Flutterwave"]),
        ("Amount", ["soon", "later"]),
    ],
)
def test_a_header_that_the_cells_do_not_confirm_is_left_out_with_one_problem(header, cells):
    columns = read(f"Order ID,{header}", *(f"{n},{cell}" for n, cell in enumerate(cells)))
    assert columns.orders.keys() == {"id"}
    assert [(problem.code, problem.cell) for problem in columns.unclear] == [("header-unclear", "B1")]


def test_a_column_that_is_not_understood_and_could_hold_the_same_keeps_a_header_open():
    assert read("Order ID,Estado,Fase", "1,Packed,Shipped", "2,Shipped,Packed").orders.keys() == {"id"}
    assert "status" in read("Order ID,Estado,Notas", "1,Packed,Shipped", "2,Shipped,Packed").orders


def test_a_surer_column_wins_without_a_word():
    columns = read("Order ID,Order status,Estado", "1,Packed,SP")
    assert columns.orders["status"].first == 2
    assert (columns.unclear, [cell.text for cell in columns.ignored]) == ((), ["Estado"])


def test_a_blank_column_means_the_likeliest_because_nothing_is_told_of_it():
    assert "status" in read("Order ID,Estado", "1,").orders


def test_errors_and_blank_cells_are_no_evidence():
    tab = Tab("T", [["Estado"], ["#N/A"], [""], ["-"], ["Packed"], []])
    assert sample_column(tab, 1, 1) == ("Packed",)


def test_a_sample_is_bounded():
    assert len(sample_column(Tab("T", [["Estado"], *([["Packed"]] * 5000)]), 1, 1)) == 200
