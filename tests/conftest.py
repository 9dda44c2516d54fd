"""What the tests share: a hand-cranked clock, a source in memory, and workbooks from a few lines of CSV;
and a key file that nothing but tests take."""

import csv
import json
import logging
import os
import re
import textwrap
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Condition
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import settings

from bikorders.bik.auth import Auth
from bikorders.cache.hyperlinks import Hyperlinks
from bikorders.cache.policy import Policy
from bikorders.cache.rate_limit import Quota
from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.merchant.notes import Notes
from bikorders.merchant.page import install_page
from bikorders.merchant.page_model import ReportCache
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.shop_settings import Options
from bikorders.serving.app import App, create_app
from bikorders.serving.logs import LogFormatter
from bikorders.serving.service import Service
from bikorders.sheet.edits import (
    AddColumns,
    Addition,
    InsertRows,
    MakeTab,
    MoveRows,
    RetypeRows,
    add_columns,
    lay_out,
)
from bikorders.sheet.workbook import Cell, Raw, Tab, Workbook

collect_ignore = ["contract_hooks.py"]
"""Needs schemathesis, which only `make contract` installs."""

# The same examples at every run: a test that fails by chance tells nobody what they broke.
settings.register_profile("repeatable", derandomize=True, deadline=None)
# Other examples at every run, and many: `make fuzz`.
settings.register_profile("fuzz", max_examples=4000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

EMAIL = "reader@shop-123.iam.gserviceaccount.com"
TOKEN_URL = "https://oauth2.googleapis.com/token"

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


PRIVATE = re.compile(
    r"98765\s?43210|98200\s?12345|98111\s?222\d\d|(?:buyer|asha|ravi|meera)[\w.]*@|Rao\b|MG Road|\bt0ken\b|S3CRET|s3cret|\bk3y\b"
    r"|PRIVATE KEY|\btoken-\d|secret of the page|YmlrOnB3",
    re.IGNORECASE,
)
"""The customers' phones, addresses and names that the tests make up, and their secrets."""


class LogOfAll(logging.Handler):
    """Keeps each line that the service would write to its log in the whole run, if it tells something private."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.lines = 0
        self.setFormatter(LogFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += 1
        if PRIVATE.search(line := self.format(record)):
            self.told.append(line)


@pytest.fixture(scope="session", autouse=True)
def log_of_all() -> Iterator[LogOfAll]:
    """Fail at the very end if any line of the log told what is private."""
    handler = LogOfAll()
    logging.getLogger("bikorders").setLevel(logging.INFO)  # as when it serves
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)
    assert handler.told == []


class Clock:
    """A clock that stands still until it is cranked; threads that wait on it are woken by the crank."""

    def __init__(self) -> None:
        self.time = 1000.0
        self._conditions: set[Condition] = set()

    def now(self) -> float:
        return self.time

    def wait(self, condition: Condition, seconds: float | None) -> None:
        self._conditions.add(condition)
        condition.wait(10)

    def advance(self, seconds: float) -> None:
        self.time += seconds
        for condition in list(self._conditions):
            with condition:
                condition.notify_all()


class SimulatedClock:
    """A clock for one thread alone: whoever waits lets the time pass, and due reads happen as it does."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.cache: SnapshotCache | None = None

    def now(self) -> float:
        return self.time

    def wait(self, condition: Condition, seconds: float | None) -> None:
        assert self.cache is not None and seconds is not None
        condition.release()
        try:
            self.cache.tasks.run_all()
            self._run_until(min(self.time + seconds, max(self.time, self.cache.refresher.due_at())))
        finally:
            condition.acquire()

    def advance(self, seconds: float) -> None:
        self._run_until(self.time + seconds)

    def _run_until(self, end: float) -> None:
        assert self.cache is not None
        while (due := self.cache.refresher.due_at()) <= end:
            self.time = max(self.time, due)
            self.cache.refresher.read_if_due()
            if self.time > end:  # the read itself took until now
                return
        self.time = end


class FakeSource:
    """A source in memory: answers with `workbook`, or raises `error`; notes when it was read and for what.

    A read takes `seconds` of its clock, and charges one request, a second one if the workbook changed or all is asked for
    `together` or with the tabs' names, and one for these.
    """

    def __init__(self, workbook: Workbook, clock: Clock | SimulatedClock, charge: Callable[[], None]) -> None:
        self.name = "a fake"
        self.workbook = workbook
        self.error: Exception | None = None
        self.seconds = 0.0
        self.together = False
        self.reads: list[float] = []
        self.names_read: list[float] = []
        self.tabs_asked: list[list[str]] = []
        self.links: dict[str, str] = {}
        self.links_read: list[str] = []
        self._clock = clock
        self._charge = charge
        self._read: Workbook | None = None

    def read(self, tabs: Collection[str] = (), names: bool = False, together: bool = False) -> Workbook:
        self._charge()
        if names or together or self.together or self.workbook is not self._read:
            self._read = self.workbook
            self._charge()
        if names:
            self._charge()
            self.names_read.append(self._clock.now())
        self.reads.append(self._clock.now())
        self.tabs_asked.append(list(tabs))
        self._clock.time += self.seconds
        if self.error:
            raise self.error
        return self.workbook

    def read_link(self, cell: Cell, row: Sequence[Raw]) -> str | None:
        self._charge()
        self.links_read.append(cell.a1)
        return self.links.get(cell.a1)


def make_app(
    service: Any,
    page_password: str = "",
    auth: Auth | None = None,
    now: Callable[[], float] = time.monotonic,
) -> App:
    """Make an app with the status page, as the command does; "" opens the page to everybody."""
    reports = ReportCache()
    app = create_app(service, auth or Auth(), now, find_notes=Notes(service).find)
    install_page(app, service, page_password, now, reports)
    return app


class Shop:
    """A source, its cache and the service, on one clock."""

    def __init__(
        self, workbook: Workbook, clock: Clock | SimulatedClock, policy: Policy | None = None
    ) -> None:
        self.clock = clock
        self.policy = policy or Policy()
        self.quota = Quota(self.policy.reads_per_minute, clock)
        self.source = FakeSource(workbook, clock, self.quota.charge)
        self.built: list[Workbook] = []
        self.read_together: list[float] = []
        """When a read was to ask for all that it may need at the same time."""
        self.cache = SnapshotCache(
            self._read,
            self._build,
            self.policy,
            clock,
            self.quota,
            jitter=lambda: 0.0,
        )
        if isinstance(clock, SimulatedClock):
            clock.cache = self.cache
        links = Hyperlinks(self.cache, lambda cell, row: self.source.read_link(cell, row))
        self.service = Service(self.cache, links)
        self._apps: dict[str, App] = {}

    def get_app(self, page_password: str = "") -> App:
        """Get the shop's app with the page; the same one for the same password."""
        if page_password not in self._apps:
            self._apps[page_password] = make_app(self.service, page_password)
        return self._apps[page_password]

    def _read(self, tabs: Collection[str] = (), names: bool = False, together: bool = False) -> Workbook:
        self.source.together = together
        if together:
            self.read_together.append(self.clock.now())
        return self.source.read(tabs, names)

    def _build(self, workbook: Workbook, before: Snapshot | None) -> Snapshot:
        self.built.append(workbook)
        return Snapshot(workbook, Options(), before)


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
def shop() -> Shop:
    """A shop with the orders 1 and 2, on a simulated clock."""
    return Shop(
        make_workbook("Order ID,Status\n1,Packed\n2,Packed", "Order ID,Item\n1,Soap\n2,Oil"), SimulatedClock()
    )


@pytest.fixture(scope="session")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture
def key_info(private_key: str) -> dict[str, Any]:
    return {
        "type": "service_account",
        "project_id": "shop-123",
        "private_key_id": "abc",
        "private_key": private_key,
        "client_email": EMAIL,
        "token_uri": TOKEN_URL,
    }


@pytest.fixture
def key_file(tmp_path: Path, key_info: dict[str, Any]) -> Path:
    path = tmp_path / "credentials.json"
    path.write_text(json.dumps(key_info), encoding="utf-8")
    return path


def apply(additions: Iterable[Addition], workbook: Workbook) -> Workbook:
    """Return the workbook as its values are after the additions."""
    tabs = dict(workbook.tabs)
    for addition in additions:
        match addition:
            case MakeTab():
                rows = [[column.header for column in addition.columns], *addition.rows]
                made = {addition.title: Tab(addition.title, rows)}
                if addition.blank:
                    tabs = {
                        title: tab
                        for old, held in tabs.items()
                        for title, tab in (made if old == addition.blank else {old: held}).items()
                    }
                else:
                    tabs |= made
            case AddColumns():
                tabs[addition.tab] = add_columns(tabs[addition.tab], addition)
            case InsertRows():
                held = tabs[addition.tab].rows
                new = [lay_out(row, max(row)) for row in addition.rows]
                changed = [*held[: addition.after], *new, *held[addition.after :]]
                tabs[addition.tab] = replace(tabs[addition.tab], rows=changed)
            case RetypeRows():
                changed = list(tabs[addition.tab].rows)
                for number, row in zip(addition.numbers, addition.rows, strict=True):
                    cells = dict(enumerate(changed[number - 1], start=1)) | row
                    changed[number - 1] = lay_out(cells, max(cells))
                tabs[addition.tab] = replace(tabs[addition.tab], rows=changed)
            case MoveRows():
                held = list(tabs[addition.tab].rows)
                first, last = addition.numbers[0], addition.numbers[-1]
                rest = [*held[last : addition.after], *held[first - 1 : last], *held[addition.after :]]
                tabs[addition.tab] = replace(tabs[addition.tab], rows=[*held[: first - 1], *rest])
    return Workbook(tabs, workbook.unread, workbook.url)
