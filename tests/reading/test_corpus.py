"""Does every cell of `corpus/*.csv` read as a careful person reads it?

A line holds a cell and either what it says, or the code of `problems.KINDS` with which it is refused (and
then what is passed on all the same, if anything). Cells and answers are written with `\\n` and `\\u00a0` where
a character can't be seen; the option `raw=json` means the value itself and not its text: `5`, `true`. A `bug`
is a line that the code does not get right yet: it has to fail.
"""

import csv
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from bikorders.orders import tracking
from bikorders.orders.snapshot import Snapshot
from bikorders.reading import (
    cells,
    currencies,
    dates,
    money,
    names,
    order_ids,
    packed_items,
    phones,
    remarks,
    vocabulary,
)
from bikorders.reading.cells import Unreadable
from bikorders.reading.packed_items import Line
from bikorders.reading.problems import KINDS
from bikorders.reading.shop_settings import Options
from bikorders.sheet.workbook import Raw, Tab, Workbook

FILES = sorted((Path(__file__).parents[1] / "corpus").glob("*.csv"))
COLUMNS = ["kind", "cell", "options", "expected", "code", "note", "bug"]
NOTHING = "none"


class Case(NamedTuple):
    """One line of the corpus."""

    file: str
    line: int
    kind: str
    raw: Raw
    options: dict[str, str]
    expected: str
    code: str
    is_bug: bool

    @property
    def text(self) -> str:
        assert isinstance(self.raw, str)
        return self.raw


def _read_corpus() -> list[Case]:
    cases = []
    for path in FILES:
        with path.open(encoding="utf-8", newline="") as file:
            for line, row in enumerate(csv.DictReader(file), start=2):
                options = dict(option.split("=", 1) for option in row["options"].split("; ") if option)
                cell, expected = (_unescape(row[column]) for column in ("cell", "expected"))
                raw = json.loads(cell) if options.pop("raw", "") == "json" else cell
                is_bug = row["bug"] == "yes"
                cases.append(Case(path.name, line, row["kind"], raw, options, expected, row["code"], is_bug))
    return cases


def _unescape(text: str) -> str:
    ends = {"n": "\n", "r": "\r"}
    return re.sub(r"\\(?:([nr])|u([0-9a-f]{4}))", lambda m: ends[m[1]] if m[1] else chr(int(m[2], 16)), text)


CASES = _read_corpus()


def of_kind(*kinds: str) -> Callable:
    """Give a test the lines of its kinds."""
    cases = [case for case in CASES if case.kind in kinds]
    return pytest.mark.parametrize(
        "case",
        [
            pytest.param(
                case,
                id=f"{case.file}:{case.line}",
                marks=[pytest.mark.xfail(strict=True, raises=(AssertionError, Unreadable))]
                if case.is_bug
                else [],
            )
            for case in cases
        ],
    )


def check(case: Case, read: Callable[[], str]) -> None:
    """Hold what `read` gives or refuses against the line."""
    if not case.code:
        assert read() == case.expected
        return
    try:
        said = read()
    except Unreadable as refusal:
        assert refusal.code == case.code
    else:
        raise AssertionError(f"{case.raw!r} reads as {said}, not refused as {case.code}")


def answer(header: str, *raws: Raw) -> tuple[dict[str, object], set[str]]:
    """Give what an order says whose row has the first cell under `header`, and the codes of its problems."""
    rows = [[str(number), raw, "x"] for number, raw in enumerate(raws, start=1)]
    tab = Tab("Orders", [["Order ID", header, "City"], *rows])
    order = Snapshot(Workbook({"Orders": tab}), Options()).get_order("1")
    return order.values, {problem.code for problem in order.problems}


def amount(text: str) -> tuple[Decimal, str]:
    number, _, currency = text.partition(" ")
    return Decimal(number), currency


def test_the_corpus_is_large_and_every_line_is_a_case_of_a_test():
    assert len(CASES) >= 400
    assert {case.kind for case in CASES} == set(TESTED)
    keys = [(case.kind, repr(case.raw), *sorted(case.options.items())) for case in CASES]
    assert len(keys) == len(set(keys))


def test_the_files_have_the_same_columns():
    for path in FILES:
        assert path.read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS)


def test_every_code_of_a_refusal_has_its_wording():
    assert {case.code for case in CASES} - {""} <= KINDS.keys()


@of_kind("money")
def test_money(case: Case):
    read = money.parse_money
    if case.code:
        check(case, lambda: repr(read(case.raw, **case.options)))
    else:
        assert read(case.raw, **case.options) == amount(case.expected)


@of_kind("discount")
def test_discount(case: Case):
    if case.code:
        check(case, lambda: repr(money.parse_discount(case.raw, **case.options)))
        return
    reading = money.parse_discount(case.raw, **case.options)
    if case.expected.startswith("share "):
        assert reading == money.Share(Decimal(case.expected.removeprefix("share ")))
    else:
        assert isinstance(reading, money.Money)
        assert (abs(reading.amount), reading.currency) == amount(case.expected)


@of_kind("header currency")
def test_header_currency(case: Case):
    check(case, lambda: currencies.find_header_currency(case.text, case.options.get("local", "INR")))


@of_kind("currency")
def test_currency(case: Case):
    check(case, lambda: currencies.parse_currency(case.raw, **case.options))


@of_kind("convention")
def test_convention(case: Case):
    check(case, lambda: money.find_convention(case.text.split(" | ")) or NOTHING)


@of_kind("column")
def test_column(case: Case):
    values, codes = answer("Total", *case.text.split(" | "))
    assert values.get("total") == (Decimal(case.expected) if case.expected else None)
    assert codes == ({case.code} if case.code else set())


@of_kind("phone")
def test_phone(case: Case):
    check(case, lambda: " ".join(phones.parse_phones(case.raw, **case.options)))


@of_kind("order id")
def test_order_id(case: Case):
    check(case, lambda: order_ids.clean_id(case.raw))


@of_kind("folded id")
def test_folded_id(case: Case):
    check(case, lambda: order_ids.fold_order_id(order_ids.clean_id(case.raw)))


@of_kind("product id")
def test_product_id(case: Case):
    check(case, lambda: json.dumps(cells.parse_product_id(case.raw), ensure_ascii=False))


@of_kind("quantity")
def test_quantity(case: Case):
    check(case, lambda: f"{cells.parse_quantity(case.raw):f}")


@of_kind("status")
def test_status(case: Case):
    if case.code:
        values, codes = answer("Status", case.raw)
        assert values.get("status", "") == case.expected
        assert "paymentStatus" not in values
        assert case.code in codes
    else:
        assert (vocabulary.find_status(case.text) or NOTHING) == case.expected


@of_kind("payment")
def test_payment_status(case: Case):
    if case.code:
        values, codes = answer("Payment Status", case.raw)
        assert values.get("paymentStatus", "") == case.expected
        assert case.code in codes
    else:
        assert vocabulary.find_payment_status(case.text) == case.expected


@of_kind("payment method")
def test_payment_method(case: Case):
    implied = vocabulary.find_implied_payment(case.text, has_reference="reference" in case.options)
    assert (implied or NOTHING) == case.expected


@of_kind("fulfillment")
def test_fulfillment(case: Case):
    if case.code:
        values, codes = answer("Fulfillment Status", case.raw)
        assert "fulfillmentStatus" not in values
        assert case.code in codes
    else:
        assert vocabulary.find_fulfillment(case.text) == case.expected


@of_kind("implied fulfillment")
def test_implied_fulfillment(case: Case):
    assert (vocabulary.find_implied_fulfillment(case.text) or NOTHING) == case.expected


@of_kind("country")
def test_country(case: Case):
    assert (vocabulary.find_country(case.text) or NOTHING) == case.expected


@of_kind("tracking")
def test_tracking(case: Case):
    name, _, link = case.options.get("own", "").partition("=")
    own = {vocabulary.fold_words(name): link} if name else {}
    if case.code == "tracking-courier":
        assert tracking.build_tracking_url(case.options.get("courier", ""), case.text, own) is None
    else:
        check(case, lambda: tracking.build_tracking_url(case.options["courier"], case.text, own) or NOTHING)


@of_kind("email")
def test_email(case: Case):
    check(case, lambda: cells.parse_email(case.raw))


@of_kind("url")
def test_url(case: Case):
    check(case, lambda: cells.parse_url(case.raw))


@of_kind("text")
def test_text(case: Case):
    check(case, lambda: cells.parse_text(case.raw))


@of_kind("placeholder")
def test_placeholder(case: Case):
    assert cells.is_placeholder(case.raw) == (case.expected == "yes")


@of_kind("name")
def test_name(case: Case):
    assert " | ".join(names.split_name(case.text)) == case.expected


@of_kind("bare name")
def test_name_without_a_remark(case: Case):
    check(case, lambda: remarks.strip_name(case.text))


@of_kind("place")
def test_place_without_a_remark(case: Case):
    assert remarks.strip_place(case.text) == case.expected


FIELDS = {
    "Email": "email",
    "Phone": "phoneNumber",
    "Total": "total",
    "Tracking Link": "deliveryInfo.trackingURL",
    "Status": "status",
    "Payment Status": "paymentStatus",
    "Order Title": "name",
}


@of_kind(*(f"field {header}" for header in FIELDS))
def test_field_without_a_remark(case: Case):
    header = case.kind.removeprefix("field ")
    values, codes = answer(header, case.raw)
    assert str(values.get(FIELDS[header], "")) == case.expected
    assert codes == ({case.code} if case.code else set())


@of_kind("date")
def test_date(case: Case):
    assert dates.is_date(case.raw) == (case.expected == "yes")


def _tell(split: list[Line] | None) -> str:
    return " | ".join(f"{line.quantity} {line.name}" for line in split or [])


@of_kind("items")
def test_items(case: Case):
    assert _tell(packed_items.split_items(case.text)) == case.expected


@of_kind("lists")
def test_lists(case: Case):
    names, quantities = case.text.split(" // ")
    assert _tell(packed_items.split_lists(names, quantities)) == case.expected


TESTED = [
    "money", "discount", "header currency", "currency", "convention", "column", "phone", "order id", "folded id",
    "product id", "quantity", "status", "payment", "payment method", "fulfillment", "implied fulfillment", "country",
    "tracking", "email", "url", "text", "placeholder", "name", "date", "items", "lists",
    "bare name", "place", *(f"field {header}" for header in FIELDS),
]  # fmt: skip
