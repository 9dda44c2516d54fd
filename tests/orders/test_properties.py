"""What holds for any workbook at all: no crash, no value out of nowhere, and no dependence on what nobody reads."""

import json
import math
import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bikorders.bik.get_order import dump_order
from bikorders.errors import BikordersError, OrderNotFound, SheetUnusable
from bikorders.orders.order import Order
from bikorders.orders.snapshot import Snapshot
from bikorders.orders.tracking import COURIERS
from bikorders.reading.currency_habits import list_currencies
from bikorders.reading.fields import ITEM_FIELDS, ORDER_FIELDS
from bikorders.reading.native_headers import list_headers
from bikorders.reading.shop_settings import Options
from bikorders.reading.vocabulary import FULFILLMENTS, PAYMENT_STATUSES, STATUSES, fold_words
from bikorders.sheet.workbook import Raw, Tab, Workbook, text_of
from bikorders.text import fold_text
from tests.description import assert_schema

HEADERS = sorted({header for field in (*ORDER_FIELDS, *ITEM_FIELDS) for header, _, _ in list_headers(field)})
DECORATED = st.sampled_from(["{}", " {} ", "{}*", "{}\n", "{} (₹)", "{} ($)", "{} 1", "bik:{}", "{} [x]"])
KNOWN = st.builds(lambda text, form: form.format(text), st.sampled_from(HEADERS).map(str.title), DECORATED)
COMMON = st.sampled_from(
    [
        "Order ID",
        "Name",
        "Status",
        "State",
        "Total",
        "Amount",
        "Price",
        "Qty",
        "Product",
        "Items",
        "Discount",
        "Phone",
        "Currency",
        "Settings",
        "Id",
        "Paid?",
    ]
)

SAYINGS = [
    "1", "#1", "1.0", "001", "ORD-2", "ord-2", "2", "Total", "Packed", "Dispatched", "UNDELIVERED", "Paid", "cod",
    "UPI", "✓", "no", "₹1,23,456.50", "1.234", "1,234", "1.234,50 €", "-100", "(5)", "10%", "0.1", "12x", "x2", "free",
    "#REF!", "%!f(string=82.)", "N/A", "--", "98765 43210", "+919876543210", "9.19877E+11", "a@example.com", "a@b",
    "https://example.com/t/1", "javascript:alert(1)", "ftp://example.com/x", "Delhivery", "DHL", "19040011223344",
    "1.41E+13", "2026-07-02", "02/07/2026", "45366", "Soap x 1, Oil x 2", "Soap\nOil", "1\n2", '[{"name": "Soap", "qty": 1}]',
    '[{"name": NaN}]', "India", "USD", "$", "€5", "What", "Value", "column", "status", "courier", "setting", "=1+1",
    "\u202eevil", "\ud800", "\x00", "\u200b", "\u00a0", "１２", "½", "²", "①", "٣", "İ", "ß", "ﬁ", "𝟏", "🚚", "",
]  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20),
    st.integers(0, 9),
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(0, 1000),
)
WILD = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    st.sampled_from(SAYINGS),
    st.text(max_size=12),
    KNOWN,
    st.sampled_from(["9" * 400, "x" * 5000, "1," * 300, "[" * 3000, "(" * 500]),
)
TITLES = st.one_of(
    st.sampled_from(["Orders", "Items", "Settings", "Sheet1", "📦", "1", "#1", "ORD-2", " 2026 ", ""]),
    st.text(max_size=6),
)
ASKED = ["1", "#1", "001", "ORD-2", "2", "Total", "１", ""]

CALM = settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))


@st.composite
def tabs(draw: st.DrawFn) -> list[list[Raw]]:
    """Draw a tab: perhaps a preamble, perhaps a header of known words, and rows of anything in any length."""
    above = draw(st.lists(st.lists(WILD, max_size=4), max_size=2))
    header = draw(st.lists(st.one_of(KNOWN, COMMON, WILD), max_size=9))
    if draw(st.booleans()):
        header.insert(draw(st.integers(0, len(header))), "Order ID")
    cell = st.one_of(st.sampled_from(SAYINGS), WILD)
    rows = draw(st.lists(st.lists(cell, max_size=len(header) + 2), max_size=6))
    return [*above, header, *rows]


@st.composite
def filled_tabs(draw: st.DrawFn) -> list[list[Raw]]:
    """Draw a tab of rows with an id under headers that are mostly known, so that much of it is read."""
    plain = st.sampled_from(HEADERS).map(str.capitalize)
    header = [
        "Order ID",
        *draw(st.lists(st.one_of(plain, plain, plain, KNOWN, COMMON), min_size=1, max_size=12)),
    ]
    cell = st.one_of(st.sampled_from(SAYINGS), st.sampled_from(SAYINGS), WILD)
    row = st.tuples(st.sampled_from(["1", "ORD-2", "1", 1, ""]), st.lists(cell, max_size=len(header)))
    return [header, *([order_id, *cells] for order_id, cells in draw(st.lists(row, min_size=1, max_size=4)))]


WORKBOOKS = st.dictionaries(TITLES, st.one_of(filled_tabs(), tabs()), max_size=3).map(
    lambda sheets: Workbook({title: Tab(title, rows) for title, rows in sheets.items()})
)


def list_ids(workbook: Workbook) -> list[str]:
    """List what may be asked for: some fixed ids, and the text of any cell."""
    cells = [
        text_of(raw) for tab in workbook.tabs.values() for row in tab.rows for raw in row if _is_finite(raw)
    ]
    return [*ASKED, *dict.fromkeys(text for text in cells if 0 < len(text) < 30)][:60]


def _is_finite(raw: Raw) -> bool:
    return not isinstance(raw, float) or math.isfinite(raw)


def list_orders(workbook: Workbook) -> Iterator[Order]:
    try:
        snapshot = Snapshot(workbook, Options())
    except BikordersError:
        return
    for order_id in list_ids(workbook):
        try:
            yield snapshot.get_order(order_id)
        except BikordersError:
            continue


def parse(order: Order) -> dict[str, object]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    answer = json.loads(dump_order(order).decode("utf-8"), parse_constant=refuse)
    assert_schema("OrderAnswer", answer)
    return answer["order"]


def walk(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Give each value that is no object or list with its path; `items` count as one path."""
    if isinstance(value, dict):
        assert value, f"{path} is an empty object"
        for key, inner in value.items():
            yield from walk(inner, f"{path}.{key}".strip("."))
    elif isinstance(value, list):
        assert path == "items"
        for inner in value:
            yield from walk(inner, path)
    else:
        yield path, value


@CALM
@given(WORKBOOKS)
def test_any_workbook_is_answered_or_refused_with_a_reason(workbook):
    for order in list_orders(workbook):
        answer = parse(order)
        assert isinstance(answer["items"], list)
        assert answer["id"]
        for path, value in walk(answer):
            assert value is not None and value != "", path
            if isinstance(value, float):
                assert math.isfinite(value)
                assert len(re.sub(r"e.*|\D", "", repr(value)).strip("0")) <= 15, (path, value)
            elif isinstance(value, int):
                assert abs(value) < 10**15, (path, value)
        assert answer.get("fulfillmentStatus", "partial") in ("fulfilled", "partial", "unfulfilled")
        for link in (answer.get("deliveryInfo", {}).get("trackingURL"), answer.get("invoiceUrl")):
            assert link is None or re.match(r"https?://[^\s/]", link), link
        for problem in order.problems:
            assert str(problem) and problem.tab in workbook.tabs


VOCABULARY = (
    {word for words in (STATUSES, PAYMENT_STATUSES, FULFILLMENTS) for word in words}
    | list_currencies()
    | {"INR"}
)


def implies(seen: set[str], all_text: str, path: str, text: str) -> bool:
    """Say whether some cell holds a text, or implies it."""
    folded = fold_words(text)
    if text in VOCABULARY and path in ("status", "paymentStatus", "fulfillmentStatus", "currency"):
        return True
    if path in ("status", "paymentStatus"):
        return any(folded == fold_words(cell) for cell in seen)
    if path == "phoneNumber" or path == "address.phoneNumber":
        digits = re.sub(r"\D", "", text)
        return any(digits[-7:] in re.sub(r"\D", "", unquote(cell)) for cell in seen)
    if path == "deliveryInfo.trackingURL" and any(
        text.startswith(link.partition("{")[0]) for link in COURIERS.values()
    ):
        return any(len(cell) > 3 and re.sub(r"\s", "", cell) in unquote(text).casefold() for cell in seen)
    return fold_text(text) in seen or " ".join(fold_text(text).split()) in all_text


@CALM
@given(WORKBOOKS)
def test_a_text_of_the_answer_stands_in_a_cell_or_follows_from_one(workbook):
    seen = {
        fold_text(text_of(raw))
        for tab in workbook.tabs.values()
        for row in tab.rows
        for raw in row
        if raw is not None
    }
    all_text = " ".join(" ".join(re.sub(r"\\[nrt]", " ", cell).split()) for cell in sorted(seen))
    for order in list_orders(workbook):
        for path, value in walk(parse(order)):
            if isinstance(value, str):
                # half a character pair is sent as a question mark; several lines or a size and a colour make a text
                parts = [part for part in re.split(r" / |\?", value) if fold_text(part)]
                stands = implies(seen, all_text, path, value)
                assert stands or all(implies(seen, all_text, path, part) for part in parts), (path, value)


ORDER_HEADERS = ["Order ID", "Status", "Payment Status", "Fulfilment", "Customer", "Phone", "Email", "Subtotal",
    "Shipping fee", "Discount", "Total", "Currency", "Courier", "AWB No", "Tracking URL", "City", "Pincode", "Dispatched on",
    "Payment method", "Delivery status"]  # fmt: skip
LINE_HEADERS = ["Product", "SKU", "Qty", "Price", "Variant"]
TYPED = {
    "Status": ["Packed", "shipped", "RTO", "", "Lost it", "Paid"],
    "Payment Status": ["paid", "Unpaid", "", "perhaps"],
    "Fulfilment": ["", True, False, "partial", "?!"],
    "Customer": ["Asha Rao", "Ravi", ""],
    "Phone": ["9811122233", 9811122244, "", "12"],
    "Email": ["a@example.com", "", "bad"],
    "Subtotal": [100, "₹1,100", "", "abc"],
    "Shipping fee": [40, "", "free"],
    "Discount": [10, "10%", 0.1, "", "SAVE"],
    "Total": [130, "₹1,130", "", "1.234"],
    "Currency": ["INR", "", "usd"],
    "Courier": ["Delhivery", "", "Some Van"],
    "AWB No": ["19040011223344", "", "1.41E+13"],
    "Tracking URL": ["https://example.com/t/1", "", "here"],
    "City": ["Pune", ""],
    "Pincode": [411001, "'411002", ""],
    "Dispatched on": ["2026-07-02", "", "soon"],
    "Payment method": ["COD", "Prepaid", "UPI", ""],
    "Delivery status": ["", "Delivered", "In transit"],
    "Product": ["Soap", "Rose Oil", "Soap x 2", ""],
    "SKU": ["007", 12, ""],
    "Qty": [1, "2 pcs", "", 0],
    "Price": [50, "₹60", ""],
    "Variant": ["M", ""],
}  # fmt: skip


@st.composite
def sheets(draw: st.DrawFn, headers: list[str], has_lines: bool) -> list[list[Raw]]:
    """Draw a well-kept tab: a header of some of `headers`, and orders of one row, or of several lines."""
    header = ["Order ID", *draw(st.lists(st.sampled_from(headers[1:]), unique=True, min_size=1))]
    ids = st.lists(st.sampled_from("12234"), min_size=1, max_size=5, unique=not has_lines)
    rows = [[i, *(draw(st.sampled_from(TYPED[title])) for title in header[1:])] for i in draw(ids)]
    return [header, *rows]


def answers(rows: list[list[Raw]]) -> list[object]:
    """Give what is answered to the ids 1 to 5: the order, and the problems without their places."""
    try:
        snapshot = Snapshot(Workbook({"Orders": Tab("Orders", rows)}), Options())
    except SheetUnusable as error:
        return [type(error)]
    told: list[object] = []
    for order_id in "12345":
        try:
            order = snapshot.get_order(order_id)
        except BikordersError as error:
            told.append(type(error))
        else:
            told.append((parse(order), sorted(p.code for p in order.problems)))
    return told


ONE_ROW_EACH = sheets(ORDER_HEADERS, has_lines=False)
WITH_LINES = sheets([*ORDER_HEADERS, *LINE_HEADERS], has_lines=True)


@CALM
@given(WITH_LINES, st.randoms(use_true_random=False))
def test_the_order_of_the_columns_does_not_matter(rows, random):
    order = list(range(len(rows[0])))
    random.shuffle(order)
    assert answers([[row[column] for column in order] for row in rows]) == answers(rows)


@CALM
@given(WITH_LINES, st.lists(st.tuples(st.integers(0, 9), st.sampled_from(SAYINGS)), min_size=1, max_size=3))
def test_columns_that_mean_nothing_do_not_matter(rows, columns):
    expected = answers(rows)
    rows = [list(row) for row in rows]
    for number, (position, cell) in enumerate(columns):
        for row in rows:
            row.insert(min(position, len(row)), cell)
        rows[0][min(position, len(rows[0]) - 1)] = f"Karton {'abc'[number]}"
    assert answers(rows) == expected


@CALM
@given(
    ONE_ROW_EACH,
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from([[], [""], [None, " "], ["\u200b"]])), max_size=5),
)
def test_blank_rows_between_orders_do_not_matter(rows, blanks):
    assert answers(_insert(rows, blanks)) == answers(rows)


@CALM
@given(
    WITH_LINES, st.lists(st.tuples(st.integers(0, 9), st.sampled_from([[], [""], [None, " "]])), max_size=5)
)
def test_blank_rows_above_and_between_numbered_lines_do_not_matter(rows, blanks):
    assert answers(_insert(rows, blanks)) == answers(rows)


def _insert(rows: list[list[Raw]], blanks: list[tuple[int, list[Raw]]]) -> list[list[Raw]]:
    rows = list(rows)
    for position, blank in blanks:
        rows.insert(min(position, len(rows)), blank)
    return rows


@CALM
@given(WITH_LINES, st.data())
def test_trailing_blanks_do_not_matter(rows, data):
    blank = st.sampled_from(["", None, " ", "\u00a0"])
    longer = [[*row, *data.draw(st.lists(blank, max_size=3))] for row in rows]
    shorter = []
    for row in rows:
        end = len(row)
        while end and row[end - 1] == "":
            end -= 1
        shorter.append(row[:end])
    below = data.draw(st.lists(st.lists(blank, max_size=4), max_size=3))
    assert answers([*longer, *below]) == answers(rows) == answers(shorter)


MARKED = {
    "Status": "Packed in crate {}",
    "Payment Status": "promised by {}",
    "Customer": "Asha {}",
    "Phone": "981112220{}",
    "Email": "asha{}@example.com",
    "Subtotal": "100{}",
    "Shipping fee": "30{}",
    "Discount": "20{}",
    "Total": "500{}",
    "Tracking URL": "https://example.com/t/{}",
    "City": "Pune {}",
    "Pincode": "41100{}",
    "Product": "Soap {}",
    "SKU": "S-{}",
    "Qty": "{}",
    "Price": "7000{}",
    "Variant": "M {}",
}
"""Cells that end with the order they belong to."""


@CALM
@given(
    st.lists(st.sampled_from(list(MARKED)), unique=True, min_size=1),
    st.lists(
        st.tuples(st.sampled_from(["1", "2", "3", "", "Total"]), st.integers(0, 2**17)),
        min_size=1,
        max_size=8,
    ),
    st.booleans(),
)
def test_nothing_of_another_order_is_told(titles, lines, has_items_tab):
    rows: list[list[Raw]] = [["Order ID", *titles]]
    above = "9"  # to whom a row without a number belongs, if to anybody
    for order_id, filled in lines:
        mark = order_id if order_id.isdecimal() else above
        rows.append(
            [order_id, *(MARKED[t].format(mark) if filled >> n & 1 else "" for n, t in enumerate(titles))]
        )
        above = order_id if order_id.isdecimal() else above if order_id == "" else "8"
    tabs = {"Sheet1": rows}
    if has_items_tab:
        tabs["Items"] = [["Order ID", "Product", "Qty"], *([n, f"Soap {n}", n] for n in "3132")]
    try:
        snapshot = Snapshot(Workbook({title: Tab(title, cells) for title, cells in tabs.items()}), Options())
    except SheetUnusable:
        return
    for order_id in "123":
        try:
            order = snapshot.get_order(order_id)
        except BikordersError:
            continue
        for path, value in walk(parse(order)):
            if path == "total" or (path == "subTotal" and order.items):
                continue  # perhaps worked out
            assert (
                path == "currency"
                or path == "address.firstName"
                or str(value).endswith((order_id, f"{order_id}@example.com", f"_{order_id}"))
            ), (path, value)


def test_an_empty_workbook_is_unusable():
    with pytest.raises(SheetUnusable):
        Snapshot(Workbook({}), Options())
    snapshot = Snapshot(Workbook({"Orders": Tab("Orders", [["Order ID", "Status"]])}), Options())
    with pytest.raises(OrderNotFound):
        snapshot.get_order("")
