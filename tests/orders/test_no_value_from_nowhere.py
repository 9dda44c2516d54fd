"""Every text that is told stands in a cell of that order, and every number is such a cell's or follows from such cells."""

import json
import re
import unicodedata
from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from bikorders.bik.get_order import dump_order
from bikorders.errors import BikordersError
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.shop_settings import Options
from bikorders.sheet.workbook import Raw, Tab, Workbook

WORDS = {
    "Latin": "enviado pedido Ção Größe łódź Đơn pronto".split(),
    "Devanagari": "भेज दिया पैक देय ऑर्डर साबुन".split(),
    "Bengali": "পাঠানো হয়েছে বাকি সাবান ঢাকা".split(),
    "Tamil": "அனுப்பப்பட்டது நிலுவை சோப்பு சென்னை".split(),
    "Thai": "ส่งแล้ว สั่งแล้ว รอรับของ สบู่ กรุงเทพ".split(),
    "Arabic": "تم الشحن مدفوع صابون القاهرة جديد".split(),
    "Cyrillic": "отправлен оплачен мыло Київ новый".split(),
    "Han": "已发货 待付款 肥皂 上海 新订单".split(),
    "Hangul": "배송완료 미결제 비누 서울".split(),
    "Hebrew": "נשלח שולם סבון חיפה".split(),
}
DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "๐๑๒๓๔๕๖๗๘๙")
HEADERS = (
    "Status, Payment status, Customer, City, Product, Qty, Price, Shipping fee, Discount, Total, Tracking number, "
    "Courier, Estado, State, Description, Reference, Notes, Delivery, Zibble"
).split(", ")
AMOUNTS = {"Price", "Shipping fee", "Discount", "Total"}


@st.composite
def cells(draw: st.DrawFn, header: str) -> Raw:
    if header in AMOUNTS or header == "Qty":
        number = draw(st.integers(1, 9 if header == "Qty" else 900))
        digits = draw(st.sampled_from(DIGITS))
        typed = str(number).translate(str.maketrans("0123456789", digits))
        return draw(st.sampled_from([number, typed, f"₹{typed}", None, f"{typed} ?"]))
    words = WORDS[draw(st.sampled_from(sorted(WORDS)))]
    text = " ".join(draw(st.lists(st.sampled_from(words), min_size=1, max_size=2)))
    return draw(st.sampled_from([text, text, f"{text} ({words[0]})", f"{text} - {words[-1]}", None]))


@st.composite
def workbooks(draw: st.DrawFn) -> Workbook:
    headers = draw(st.lists(st.sampled_from(HEADERS), min_size=2, max_size=10, unique=True))
    rows = [
        [f"A-{number}", *(draw(cells(header)) for header in headers)]
        for number in range(draw(st.integers(1, 4)))
    ]
    return Workbook({"Orders": Tab("Orders", [["Order ID", *headers], *rows])})


def fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def list_numbers(row: list[Raw]) -> set[Decimal]:
    """Return the numbers of the cells, and what sums of price, quantity, shipping and discount make of them."""
    found = {Decimal(0)}
    for raw in row[1:]:
        for digits in re.findall(r"\d+", str(raw)):
            found.add(Decimal(int(digits)))
    lines = {price * quantity for price, quantity in product(found, found)}
    return {line + more - off for line in lines for more in found for off in found}


VOCABULARY = re.compile(
    r"[A-Z_]+|paid|pending|partially_paid|refunded|partially_refunded|voided|failed|unfulfilled|partial|fulfilled"
)


@settings(deadline=None, max_examples=300)
@given(workbooks())
def test_what_is_told_of_an_order_stands_in_its_own_cells(workbook):
    rows = workbook.tabs["Orders"].rows
    snapshot = Snapshot(workbook, Options())
    for row in rows[1:]:
        try:
            order = json.loads(dump_order(snapshot.get_order(str(row[0]))))["order"]
        except BikordersError:
            continue
        seen = [fold(str(raw)) for raw in row if raw is not None]
        numbers = list_numbers(list(row))

        def check(value: object, path: str, seen=seen, numbers=numbers) -> None:
            if isinstance(value, dict):
                for key, part in value.items():
                    check(part, f"{path}.{key}")
            elif isinstance(value, list):
                for part in value:
                    check(part, path)
            elif isinstance(value, str):
                is_word = VOCABULARY.fullmatch(value) and path.rpartition(".")[2] in (
                    "status", "paymentStatus", "fulfillmentStatus", "currency",
                )  # fmt: skip
                assert is_word or any(fold(value) in cell for cell in seen), (path, value)
            else:
                assert Decimal(str(value)) in numbers, (path, value)

        check(order, "")
