"""What the tests share: a hand-cranked clock, a source in memory, and workbooks from a few lines of CSV."""

import csv
import textwrap
from collections.abc import Collection

import pytest

from bikorders.orders import Options
from bikorders.snapshot import Snapshot
from bikorders.workbook import Raw, Tab, Workbook

SEED_ORDER = {
    "id": "ORD-1001",
    "name": "#1001",
    "status": "DELIVERED",
    "paymentStatus": "paid",
    "items": [
        {
            "productId": 6862852391049,
            "variantId": 40946134352009,
            "name": "Skin Renew Cream",
            "variantName": "Default",
            "quantity": 2,
            "price": 499,
        }
    ],
    "subTotal": 998,
    "shippingCharge": 49,
    "discount": 100,
    "total": 947,
    "currency": "INR",
    "phoneNumber": "+919876543210",
    "email": "buyer@example.com",
    "fulfillmentStatus": "fulfilled",
    "deliveryInfo": {"trackingURL": "https://courier.example.com/track/ABCD1234"},
}
"""The example answer of Bik's getOrder page."""


class Clock:
    """A clock that stands still until it is cranked."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class FakeSource:
    """A source in memory: answers with `workbook`, or raises `error`; counts its reads."""

    def __init__(self, workbook: Workbook) -> None:
        self.name = "a fake"
        self.workbook = workbook
        self.error: Exception | None = None
        self.reads = 0
        self.asked_for: list[list[str]] = []

    def read(self, tabs: Collection[str] = ()) -> Workbook:
        self.reads += 1
        self.asked_for.append(list(tabs))
        if self.error:
            raise self.error
        return self.workbook


def make_tab(title: str, text: str) -> Tab:
    """Make a tab of CSV text; a cell written `=5` is the number 5, `=TRUE` a ticked box."""
    rows = csv.reader(textwrap.dedent(text).strip("\n").splitlines())
    return Tab(title, [[_type_cell(cell) for cell in row] for row in rows])


def _type_cell(cell: str) -> Raw:
    if not cell.startswith("="):
        return cell
    if cell in ("=TRUE", "=FALSE"):
        return cell == "=TRUE"
    return float(cell[1:]) if "." in cell or "e" in cell else int(cell[1:])


def make_workbook(orders: str = "", items: str = "", **tabs: str) -> Workbook:
    """Make a workbook; keywords name further tabs."""
    texts = ({"Orders": orders} if orders else {}) | ({"Items": items} if items else {}) | tabs
    return Workbook({title: make_tab(title, text) for title, text in texts.items()})


def make_snapshot(orders: str = "", items: str = "", options: Options | None = None, **tabs: str) -> Snapshot:
    return Snapshot(make_workbook(orders, items, **tabs), options or Options())


@pytest.fixture
def clock() -> Clock:
    return Clock()
