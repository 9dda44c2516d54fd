"""Every failure of the sheet, replayed over real sockets against the real stack, while requests keep coming.

Time is cranked by hand, so that a failure of a minute takes no longer than its requests.
"""

import itertools
import json
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from threading import enumerate as list_threads

import pytest

from bikorders.bik.auth import Auth
from bikorders.cache.hyperlinks import Hyperlinks
from bikorders.cache.policy import Policy
from bikorders.cache.rate_limit import Quota
from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.shop_settings import Options
from bikorders.reading.tab_roles import find_named_titles
from bikorders.serving.app import create_app
from bikorders.serving.service import Service
from bikorders.sheet.google.source import GoogleSource
from tests import test_functional
from tests.conftest import Clock
from tests.serving.test_app import Response, assert_error, call
from tests.sheets_server import (
    HTML,
    KEY,
    Fault,
    Sheets,
    be_silent,
    cut,
    drip_body,
    drip_headers,
    error,
    redirect_gspread,
    reset,
    say,
    send_half,
    serve_sheets,
    write_key_file,
)

KNOWN = ("1", "ORD-2")
ORDERS = [["Order ID", "Status"], ["1", "Packed"], ["ORD-2", "Packed"]]
ITEMS = [["Order ID", "Item", "Qty"], ["1", "Soap", 2], ["ORD-2", "Oil", 1]]
SHIPPED = [["Order ID", "Status"], ["1", "Shipped"], ["ORD-2", "Shipped"], ["3", "Shipped"]]
RETURNS = [["Order ID", "Status"], ["1", "Returned"], ["ORD-2", "Returned"]]
OUTAGE = [1.5] + [0.5] * 12 + [5] * 14
"""Steps of the clock; after each of them everybody asks. The first makes the last answer old enough for a 404."""


@dataclass(frozen=True)
class Asked:
    """One request's answer: `age` is that of the last good read, `took` in seconds of the clock."""

    order_id: str
    response: Response
    age: float
    took: float

    @property
    def is_known(self) -> bool:
        return self.order_id in KNOWN


class Shop:
    """The whole of bikorders, put together as the command does, with customers who ask at every step.

    If it `is_patient`, the clock stands still while an answer that does not end is waited for.
    """

    is_patient = False

    def __init__(self, sheets: Sheets, clock: Clock, key_file: Path) -> None:
        self.sheets = sheets
        self.clock = clock
        self.policy = Policy()
        options = Options()
        quota = Quota(self.policy.reads_per_minute, clock)
        self.source = GoogleSource(KEY, key_file, find_named_titles(options), quota.charge)
        self.cache = SnapshotCache(
            self.source.read,
            lambda workbook, before: Snapshot(workbook, options, before),
            self.policy,
            clock,
            quota,
            jitter=lambda: 0.0,
        )
        self.app = create_app(Service(self.cache, Hyperlinks(self.cache, self.source.read_link)), Auth())
        self.send: Callable[..., Response] = lambda body, **environ: call(self.app, body, **environ)
        self.answers: list[Asked] = []
        self.health: list[Response] = []
        self.read_at = -1.0
        self._strangers = itertools.count(100)
        self._pending: list[tuple[float, Future[None]]] = []
        self._pool = ThreadPoolExecutor(40)

    def close(self) -> None:
        self.sheets.cut_all()
        self.cache.close()
        self._pool.shutdown()
        reader = self.cache.refresher._reader  # other tests may have left theirs in this process
        wait_until(lambda: reader not in {thread.ident for thread in list_threads()})
        self.source._connection.close()

    def open(self) -> None:
        """Begin the day: everybody is answered, from a read of this moment."""
        self.cache.start()
        self.step(0)
        self.read_at = self.clock.now()
        self.bodies = {asked.order_id: asked.response.body for asked in self.answers if asked.is_known}
        assert [json.loads(self.bodies[each])["order"]["items"][0]["name"] for each in KNOWN] == [
            "Soap",
            "Oil",
        ]
        assert {asked.response.status for asked in self.answers} == {200, 404}
        self.answers.clear()

    def step(self, seconds: float, *more: str) -> list[Asked]:
        """Crank the clock; then all ask again, and a stranger for an id that was never asked for.

        Give the answers since the last step.
        """
        before = len(self.answers)
        self.clock.advance(seconds)
        self._settle()
        for order_id in (*KNOWN, str(next(self._strangers)), *more):
            self._pending.append((self.clock.now(), self._pool.submit(self._ask, order_id, self.clock.now())))
        self._settle()
        self.health.append(self.send(b"", REQUEST_METHOD="GET", PATH_INFO="/healthz"))
        return self.answers[before:]

    def go_on(self, steps: Iterable[float]) -> list[Asked]:
        return [asked for seconds in steps for asked in self.step(seconds)]

    def _ask(self, order_id: str, came: float) -> None:
        response = self.send(json.dumps({"orderId": order_id}).encode())
        now = self.clock.now()
        self.answers.append(Asked(order_id, response, now - self.read_at, now - came))

    def _settle(self) -> None:
        """Wait until nothing happens any more before the clock is cranked again.

        Whoever has waited as long as anybody may has to be answered by then.
        """
        wait_until(self._is_settled)
        for _, done in self._pending:
            if done.done():
                done.result()
        self._pending = [each for each in self._pending if not each[1].done()]

    def _is_settled(self) -> bool:
        waiting = [came for came, done in self._pending if not done.done()]
        now = self.clock.now()
        with self.cache._state.changed:
            if self.cache._state.in_flight is None:
                return not waiting and self.cache.refresher.due_at() > now
            return (
                self.sheets.held > 0
                and not self.is_patient
                and self.cache._state.waiting == len(waiting)
                and all(now - came < self.policy.deadline for came in waiting)
            )


def wait_until(is_true: Callable[[], bool]) -> None:
    """Give up sooner than an answer that does not end would."""
    ends = time.monotonic() + 6
    while not is_true():
        assert time.monotonic() < ends
        Event().wait(0.0002)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sheets(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sheets]:
    with serve_sheets(clock.now) as sheets:
        sheets.tabs = {"Orders": ORDERS, "Items": ITEMS}
        redirect_gspread(monkeypatch, sheets)
        yield sheets


@pytest.fixture
def shop(sheets: Sheets, clock: Clock, tmp_path: Path) -> Iterator[Shop]:
    with make_shop(sheets, clock, tmp_path) as shop:
        yield shop


@contextmanager
def make_shop(sheets: Sheets, clock: Clock, tmp_path: Path) -> Iterator[Shop]:
    """Open the shop; whatever happens, all were answered in time and Google was not asked too often."""
    shop = Shop(sheets, clock, write_key_file(tmp_path / "key.json", sheets))
    with closing(shop):
        shop.open()
        yield shop
    assert max(asked.took for asked in shop.answers) <= shop.policy.deadline
    reads = [at for what, at in sheets.asked if what != "token"]
    assert max(bisect_right(reads, at + 60) - n for n, at in enumerate(reads)) <= 50
    charged = json.loads(shop.health[-1].body)["reads_last_minute"]
    assert len(reads) - bisect_right(reads, clock.now() - 60) <= charged


def assert_last_good_answers(shop: Shop, answers: list[Asked]) -> None:
    """Known orders are answered as they were, with their age, while that is young enough; nothing is missing."""
    assert {asked.is_known for asked in answers} == {True, False}
    for asked in answers:
        if asked.is_known and asked.age <= shop.policy.max_stale:
            assert (asked.response.status, asked.response.body) == (200, shop.bodies[asked.order_id])
            age = str(int(asked.age)) if asked.age > shop.policy.max_age else None
            assert asked.response.headers.get("age") == age
        elif asked.is_known:
            assert asked.response.status in (502, 503)
        else:
            assert_error(asked.response, 503)
        assert ("retry-after" in asked.response.headers) == (asked.response.status == 503)


def assert_recovers(shop: Shop, within: float = 30) -> None:
    """Within one pause everybody gets fresh answers; until then the last good ones."""
    shop.sheets.tabs = {"Orders": SHIPPED, "Items": ITEMS}
    healed_at, answers = shop.clock.now(), []
    while shop.clock.now() < healed_at + within:
        answers = shop.step(2.5, "3")
        if is_fresh(answers):
            break
        assert_last_good_answers(shop, answers)
    assert is_fresh(answers)
    assert all(is_fresh(shop.step(2.5, "3")) for _ in range(4))
    assert json.loads(shop.health[-1].body)["status"] == "ok"


def is_fresh(answers: list[Asked]) -> bool:
    """Say whether all answers tell the sheet as it is after the failure."""
    statuses = {asked.order_id: asked.response.status for asked in answers}
    told = [asked.response for asked in answers if asked.response.status == 200]
    return (
        sorted(statuses.values()) == [200, 200, 200, 404]
        and all(b'"SHIPPED"' in response.body and "age" not in response.headers for response in told)
    )  # fmt: skip


def break_sheets(sheets: Sheets, fault: Fault) -> None:
    sheets.faults = dict.fromkeys(("names", "values"), fault)


# Failures that are told at once

FAILURES = {
    "503": error(503, "The service is currently unavailable."),
    "500": error(500, "Internal error"),
    "429 for a minute": error(429, "Quota exceeded for quota metric 'Read requests'"),
    "HTML 502": say(502, HTML),
    "HTML 200": say(200, HTML),
    "nothing 200": say(200, ""),
    "half the JSON": send_half,
    "cut in the middle": cut,
    "reset": reset,
    "token refused": error(401, "Request had invalid authentication credentials."),
    "no longer shared": error(403, "The caller does not have permission"),
    "deleted": error(404, "Requested entity was not found."),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_while_sheets_fails_the_last_good_answers_are_given(shop: Shop, failure: str) -> None:
    before = shop.sheets.count_reads()
    break_sheets(shop.sheets, FAILURES[failure])
    assert_last_good_answers(shop, shop.go_on(OUTAGE))
    assert shop.sheets.count_reads() - before <= 8
    assert {(each.status, json.loads(each.body)["status"]) for each in shop.health[-14:]} == {(200, "stale")}
    shop.sheets.faults.clear()
    assert_recovers(shop)


def test_a_hundred_503s_in_a_row_outlast_the_last_good_answers_and_are_recovered_from(shop: Shop) -> None:
    before = shop.sheets.count_reads()
    break_sheets(shop.sheets, FAILURES["503"])
    answers = shop.go_on(OUTAGE)
    while shop.sheets.count_reads() < before + 100:
        answers += shop.step(15)
    assert_last_good_answers(shop, answers)
    assert {asked.response.status for asked in answers if asked.age > shop.policy.max_stale} == {503}
    assert (shop.health[-1].status, json.loads(shop.health[-1].body)["status"]) == (503, "down")
    shop.sheets.faults.clear()
    assert_recovers(shop)


def test_over_http_too_an_outage_is_told_by_nothing_but_the_age(shop: Shop) -> None:
    def send(body: bytes, REQUEST_METHOD: str = "POST", PATH_INFO: str = "/getOrder") -> Response:
        return test_functional.ask(server.port, body, REQUEST_METHOD, PATH_INFO)

    with test_functional.serve(Service(shop.cache, Hyperlinks(shop.cache, shop.source.read_link))) as server:
        shop.send = send
        break_sheets(shop.sheets, FAILURES["503"])
        assert_last_good_answers(shop, shop.go_on(OUTAGE[:30]))
        shop.sheets.faults.clear()
        assert_recovers(shop)


def test_without_a_network_the_last_good_answers_are_given(shop: Shop) -> None:
    shop.sheets.hang_up()
    assert_last_good_answers(shop, shop.go_on(OUTAGE))
    assert b"SourceUnavailable" in shop.health[-1].body
    shop.sheets.listen()
    assert_recovers(shop)


TOKEN_FAILURES = {
    "503": say(503, "{}"),
    "HTML 502": say(502, HTML),
    "invalid grant": say(400, '{"error": "invalid_grant"}'),
    "half the JSON": send_half,
    "cut in the middle": cut,
    "reset": reset,
}


@pytest.fixture
def short_token(sheets: Sheets) -> None:
    """Let every token run out at once, so that every read needs a new one."""
    sheets.token_lasts = 0


@pytest.mark.parametrize("failure", TOKEN_FAILURES)
def test_while_no_token_is_to_be_had_the_last_good_answers_are_given(
    short_token: None, shop: Shop, failure: str
) -> None:
    before = shop.sheets.count_reads()
    shop.sheets.faults["token"] = TOKEN_FAILURES[failure]
    assert_last_good_answers(shop, shop.go_on(OUTAGE))
    assert shop.sheets.count_reads() == before
    shop.sheets.faults.clear()
    assert_recovers(shop)


# Answers that do not end

ENDLESS = {"silent": be_silent, "dripping headers": drip_headers, "dripping body": drip_body}


@pytest.mark.parametrize("what", ["sheets", "token"])
@pytest.mark.parametrize("failure", ENDLESS)
def test_nobody_waits_past_the_deadline_for_an_answer_that_does_not_end(
    short_token: None, shop: Shop, failure: str, what: str
) -> None:
    shop.sheets.faults = dict.fromkeys(
        ("names", "values") if what == "sheets" else ("token",), ENDLESS[failure]
    )
    answers = shop.go_on([1.5] + [0.5] * 40)
    assert max(asked.took for asked in answers) == shop.policy.deadline
    assert_last_good_answers(shop, answers)
    shop.sheets.faults.clear()
    shop.sheets.cut_all()
    wait_until(lambda: shop.sheets.held == 0)
    assert_recovers(shop)


@pytest.mark.parametrize("what", ["sheets", "token"])
@pytest.mark.parametrize(
    ("failure", "limit"),
    [
        ("silent", ("TIMEOUT", (3.05, 0.2))),
        ("dripping body", ("WITHIN", 0.2)),
    ],
)
def test_an_answer_that_does_not_end_is_given_up_and_asked_for_again(
    sheets: Sheets,
    clock: Clock,
    short_token: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    failure: str,
    limit: tuple[str, object],
    what: str,
) -> None:
    monkeypatch.setattr(f"bikorders.sheet.google.connection.{limit[0]}", limit[1])
    with make_shop(sheets, clock, tmp_path) as shop:
        shop.is_patient = True
        sheets.faults = dict.fromkeys(
            ("names", "values") if what == "sheets" else ("token",), ENDLESS[failure]
        )
        assert_last_good_answers(shop, shop.go_on([1.5, 0.5]))
        wait_until(lambda: sheets.held == 0)
        sheets.faults.clear()
        assert_recovers(shop)


# A sheet that is being edited

EDITS = {
    "orders tab deleted": {"Items": ITEMS},
    "items tab deleted": {"Orders": SHIPPED},
    "id header deleted": {"Orders": [["", "Status"], *SHIPPED[1:]], "Items": ITEMS},
    "all headers deleted": {"Orders": SHIPPED[1:], "Items": ITEMS},
    "orders tab emptied": {"Orders": [], "Items": ITEMS},
    "items tab emptied": {"Orders": SHIPPED, "Items": []},
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_half_edited_sheet_is_no_new_truth(shop: Shop, edit: str) -> None:
    shop.sheets.tabs = EDITS[edit]
    assert_last_good_answers(shop, shop.go_on([3.5, *OUTAGE[1:]]))
    assert_recovers(shop)


@pytest.mark.parametrize(
    "tabs",
    [
        {"Orders 2024": SHIPPED, "Items": ITEMS},
        {"Orders": SHIPPED, "Things": ITEMS},
        {"A": SHIPPED, "B": ITEMS},
    ],
)
def test_renamed_tabs_are_known_by_their_headers(shop: Shop, tabs: dict[str, list[list[str]]]) -> None:
    shop.sheets.tabs = tabs
    answers = shop.go_on([3.5, *OUTAGE[1:]])
    assert {asked.response.status for asked in answers if asked.is_known} == {200}
    assert all(b"SHIPPED" in asked.response.body for asked in answers[-9:] if asked.is_known)


def test_a_sheet_without_rows_is_the_truth_when_ten_seconds_later_it_still_is(shop: Shop) -> None:
    shop.sheets.tabs = {"Orders": ORDERS[:1], "Items": ITEMS}
    assert_last_good_answers(shop, shop.go_on([3.5] + [0.5] * 12))
    for _ in range(30):
        answers = shop.step(0.5)
    assert {asked.response.status for asked in answers} == {404}
    assert_recovers(shop, within=shop.policy.max_age)


def test_a_sheet_without_items_is_no_truth_before_ten_seconds_later_it_still_has_none(shop: Shop) -> None:
    shop.sheets.tabs = {"Orders": ORDERS, "Items": ITEMS[:1]}
    assert_last_good_answers(shop, shop.go_on([3.5] + [0.5] * 12))
    assert_recovers(shop, within=10)


def test_an_order_whose_own_items_tab_is_deleted_is_not_answered_without_items_at_once(
    sheets: Sheets, clock: Clock, tmp_path: Path
) -> None:
    own = {"1": [["Item", "Qty"], ["Soap", 2]], "ORD-2": [["Item", "Qty"], ["Oil", 1]]}
    sheets.tabs = {"Orders": ORDERS} | own
    with make_shop(sheets, clock, tmp_path) as shop:
        del sheets.tabs["1"]
        for asked in shop.go_on([3.5] + [0.5] * 12):
            if asked.order_id == "1" and asked.response.status == 200:
                assert asked.response.body == shop.bodies["1"]
