"""What do the columns of a header row say of each other? One may keep another from meaning what its header says."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bikorders.reading.header_index import ITEM_PATHS, Meaning
from bikorders.reading.headers import BARE_NAME, BILLING, PLACES, Header
from bikorders.text import fold_heading, fold_words


class Column(NamedTuple):
    """A column and the field that its header means."""

    number: int
    header: str
    meaning: Meaning

    @property
    def path(self) -> str:
        """The path of the field."""
        return self.meaning.field.path

    @property
    def is_orders(self) -> bool:
        """Whether the field is an order's, and not an item's."""
        return self.meaning.role == "order"


def name_products(columns: Sequence[Column]) -> list[Column]:
    """Return the columns, the list of an order's items as the product's name where only it stands beside a quantity."""
    packed = [column for column in columns if column.is_orders and column.path == "items"]
    slots = {column.meaning.slot for column in columns if not column.is_orders}
    paths = {column.path for column in columns if not column.is_orders}
    if len(packed) != 1 or slots != {0} or "quantity" not in paths or paths & {"name", "productId"}:
        return list(columns)
    product = packed[0]._replace(meaning=Meaning("item", ITEM_PATHS["name"], 0))
    return [product if column == packed[0] else column for column in columns]


def list_without_product(columns: Sequence[Column]) -> list[Column]:
    """Return the columns that may mean two things because no column names the product.

    Beside a quantity or a price a bare `Name` may be the customer's or the product's, and without either a
    `Price` may be one piece's or the order's.
    """
    items = [column for column in columns if not column.is_orders]
    if not items or any(column.path in ("name", "productId") for column in items):
        return []
    names = [c for c in columns if c.is_orders and (c.path, c.meaning.sureness) == ("customer", BARE_NAME)]
    return [*(column for column in items if column.path == "price"), *names]


def list_of_payouts(columns: Sequence[Column], headers: Sequence[Header]) -> list[Column]:
    """Return the columns of a net amount beside what a marketplace keeps: it is what the shop gets."""
    if not any(_KEPT.search(fold_heading(header.text)) for header in headers):
        return []
    return [c for c in columns if c.path == "total" and fold_heading(c.header).startswith("net")]


_KEPT = re.compile(
    r"\b(?:commission|tds|tcs|payout|settlement|(?:gateway|platform|marketplace|processing|payment) (?:fees?|charges?))\b"
)


def list_of_remainders(columns: Sequence[Column]) -> list[Column]:
    """Return the columns of a total that may be what is left to pay of it: what is payable, beside an advance."""
    if not any(column.path == "advance" for column in columns):
        return []
    return [c for c in columns if c.path == "total" and _LEFT.search(fold_heading(c.header))]


_LEFT = re.compile(r"^net\b|\bpayable\b")


def is_report_of_payments(headers: Sequence[Header]) -> bool:
    """Return whether a header row is that of a payment service: what it took stands beside the payment's number."""
    folded = {fold_words(header.text) for header in headers}
    return not folded.isdisjoint(_FEE) and not folded.isdisjoint(_PAYMENT)


_FEE = frozenset({"fee", "fees", "gateway fee", "transaction fee", "processing fee"})
_PAYMENT = frozenset({"payment id", "transaction id", "razorpay payment id", "method", "utr"})


def list_of_other_address(columns: Sequence[Column]) -> list[Column]:
    """Return the columns of the billing or the customer's address where others hold parts of another: parts of two are no address."""
    places = [column for column in columns if column.is_orders and column.path in PLACES]
    others = [column for column in places if column.meaning.sureness == BILLING]
    if any(_OF_PARCEL.match(fold_heading(column.header)) for column in places):
        others += [column for column in places if _OF_CUSTOMER.match(fold_heading(column.header))]
    return others if len(others) < len(places) else []


_OF_PARCEL = re.compile(r"(?:ship|deliver|recipient|receiver|consignee|destination|post to)")
_OF_CUSTOMER = re.compile(r"(?:customer|buyer|client)\b(?!.*deliver)")


def list_of_other_persons(columns: Sequence[Column], headers: Sequence[Header]) -> list[Column]:
    """Return the columns of a receiver's phone where a column names another person, who may be the customer."""
    receivers = [c for c in columns if c.path == "phoneNumber" and c.meaning.sureness >= _RECEIVER]
    if not receivers:
        return []
    has_customer = any(column.path == "customer" and column.meaning.sureness for column in columns)
    has_giver = any(_GIVER.search(fold_heading(header.text)) for header in headers)
    return receivers if has_customer or has_giver else []


_RECEIVER = 3
"""From which sureness on a phone is that of whoever gets the parcel."""

_GIVER = re.compile(
    r"\b(?:sender|sent by|gift(?:er|ed by|ing)?|giver|ordered by|orderer|purchaser|payer|buyer|remitente|remetente|"
    r"comprador|expéditeur|acheteur|absender|käufer|mittente|pengirim|pembeli|gönderen|người (?:gửi|mua)|отправитель|"
    r"nadawca|afzender)\b|ผู้ส่ง|ผู้ซื้อ|المرسل|المشتري"
)
