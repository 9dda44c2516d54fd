"""The same mistake in many rows is told once."""

import pytest

from bikorders.merchant.report import build_report
from bikorders.reading.problems import KINDS
from tests.conftest import make_snapshot


def list_told(snapshot):
    return [(cause.format_title(), cause.message) for cause in build_report(snapshot).causes]


def make_column(header, cells):
    return make_snapshot(f"Order ID,{header}\n" + "\n".join(f"{n},{cell}" for n, cell in enumerate(cells, 1)))


def test_the_same_words_in_a_column_are_one_problem_with_a_count_and_the_first_cells():
    assert list_told(make_column("Total", ["x", "5", "x"])) == [
        ("Total · 2 rows (B2, B4)", "“x” is not an amount.")
    ]


def test_a_few_different_mistakes_in_a_column_are_told_each_by_its_order():
    assert [title for title, _ in list_told(make_column("Total", "abcde"))] == [
        f"{n} · Total (B{n + 1})" for n in range(1, 6)
    ]


def test_many_different_mistakes_of_one_kind_in_a_column_are_one_problem():
    assert list_told(make_column("Total", "abcdefgh")) == [
        ("Total · 8 rows (B2, B3, B4, B5, B6 and 3 more)", "“a”, “b”, “c”, … is not an amount.")
    ]


def test_mistakes_that_each_need_another_answer_are_not_one():
    rows = "\n".join(f"{n},Soap,2,{n},{n}" for n in range(10, 20))
    good = "\n".join(f"{n},Soap,2,{n},{2 * n}" for n in range(20, 50))
    snapshot = make_snapshot(f"Order ID,Product,Qty,Price,Line total\n{rows}\n{good}")
    assert len(build_report(snapshot).causes) == 10


def test_a_word_that_is_not_known_and_stands_often_can_be_taught_wherever_it_stands():
    snapshot = make_snapshot(
        Jan="Order ID,Status,Total\n1,Left warehouse,5\n2,Left warehouse,5\n3,Flying,5",
        Feb="Order ID,Status,Total\n4,Left warehouse,5",
    )
    often, seldom = build_report(snapshot).causes
    assert often.format_title() == "Status · 3 rows (B2 in Jan, B3 in Jan, B2 in Feb)"
    assert often.lesson.row == "status\tLeft warehouse\tLEFT WAREHOUSE"
    assert seldom.lesson is None


@pytest.mark.parametrize(
    ("columns", "row", "left"),
    [
        ("Status", "Left warehouse", []),
        ("Payment status", "Naložen platež", ["settings-payment"]),
        ("Courier,AWB", "Pony Post,1904000000002", ["settings-courier"]),
    ],
)
def test_a_row_that_teaches_is_right_in_settings_or_asks_for_its_meaning(columns, row, left):
    orders = f"Order ID,{columns}\n1,{row}\n2,{row}\n3,{row}"
    (cause,) = build_report(make_snapshot(orders)).causes
    settings = "What,Name,Value\n" + cause.lesson.row.replace("\t", ",")
    after = build_report(make_snapshot(orders, Settings=settings))
    codes = {problem.code for problem in after.problems}
    assert codes - {cause.first.problem.code} == set(left)
    assert bool(left) or not codes
    assert all(
        "Settings" in KINDS[code].message + KINDS[code].hint or "“" in KINDS[code].message for code in left
    )
