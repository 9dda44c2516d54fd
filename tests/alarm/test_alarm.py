"""The alarm beside a shop, on a simulated clock: what arrives, and what a receiver that is down and a restart change."""

import json
from dataclasses import replace

import pytest

from bikorders.alarm.alarm import LONGEST_PAUSE, Alarm, Shop
from bikorders.alarm.memory_file import MemoryFile
from bikorders.alarm.rules import APART, STAYS
from bikorders.alarm.sender import send
from bikorders.cache.policy import Policy
from bikorders.errors import SourceUnavailable
from bikorders.merchant.page_model import ReportCache
from bikorders.merchant.report import build_report
from tests import conftest
from tests.conftest import SimulatedClock, make_workbook
from tests.merchant.test_page import get
from tests.placing.conftest import body

WELL = "Order ID,Status,Phone\nAN-1,Packed,9811122244"
WRONG = "Order ID,Status,Phone\nAN-1,Packed,12345"
HERE, THERE = "json://here/", "json://there/"


class Watched:
    """A shop and its alarm; `post` takes the place of the child process, and `refuses` says who takes nothing."""

    def __init__(self, shop, path, service=None, addresses=(HERE,), post=None):
        self.shop, self.path, self.addresses = shop, path, addresses
        self.service = service or shop.service
        self.sent, self.refuses, self.tries = [], set(), 0
        self.began = 1_700_000_000.0
        self.post = post or self.take
        self.restart()

    def take(self, addresses, message):
        self.tries += 1
        self.sent += [(to, message) for to in addresses if to not in self.refuses]
        return [to for to in addresses if to in self.refuses]

    def tell_time(self):
        return self.began + self.shop.clock.now()

    def restart(self):
        parts = Shop(self.service, self.shop.cache, ReportCache())
        self.alarm = Alarm(
            parts, self.addresses, MemoryFile(self.path), self.shop.clock, self.post, self.tell_time
        )

    def wait(self, seconds):
        for _ in range(int(seconds // 10)):
            self.shop.clock.advance(10)
            self.alarm.look()

    def type(self, orders):
        self.shop.source.workbook = make_workbook(orders)

    @property
    def titles(self):
        return [message.title for _, message in self.sent]


@pytest.fixture
def make(tmp_path):
    def make(orders=WELL, **given):
        shop = conftest.Shop(make_workbook(orders), SimulatedClock(), Policy(watch=600.0))
        return Watched(shop, tmp_path / "alarm.json", **given)

    return make


def test_a_mistake_rings_though_nobody_asks_with_one_read_more_than_the_watch_makes(make):
    watched = make()
    watched.wait(60)
    watched.type(WRONG)
    watched.wait(600 + STAYS + 10)
    assert watched.titles == ["1 cell needs fixing"]
    assert len(watched.shop.source.reads) == 3


def test_a_mistake_that_is_put_right_before_the_second_look_rings_nobody(make):
    watched = make(WRONG)
    watched.wait(60)
    watched.type(WELL)
    watched.wait(3600)
    assert watched.sent == []


def test_while_bik_asks_a_mistake_rings_within_four_minutes(make):
    watched = make()
    for _ in range(6):
        watched.service.get_order("AN-1")
        watched.wait(10)
    watched.type(WRONG)
    for _ in range(24):
        watched.service.get_order("AN-1")
        watched.wait(10)
    assert watched.titles == ["1 cell needs fixing"]


def test_after_a_restart_nothing_is_told_twice(make):
    watched = make(WRONG)
    watched.wait(300)
    for _ in range(3):
        watched.restart()
        watched.wait(900)
    assert watched.titles == ["1 cell needs fixing"]


def test_an_outage_rings_and_so_does_its_end(make):
    watched = make()
    watched.wait(60)
    watched.shop.source.error = SourceUnavailable("Google did not answer in time", "this passes")
    watched.wait(1500)
    watched.restart()
    watched.shop.source.error = None
    watched.wait(60)
    assert watched.titles == ["The sheet can’t be read", "Bik gets no answers", "All is well again"]
    assert "after 15 min" in watched.sent[-1][1].body or "after 16 min" in watched.sent[-1][1].body


def test_each_message_begins_with_the_shops_name_also_if_nothing_was_read_since_the_start(make):
    watched = make()
    watched.shop.source.workbook = replace(watched.shop.source.workbook, name="Rose\nShop")
    watched.wait(60)
    watched.shop.source.error = SourceUnavailable("Google did not answer in time", "this passes")
    watched.shop = conftest.Shop(watched.shop.source.workbook, watched.shop.clock, Policy(watch=600.0))
    watched.service = watched.shop.service
    watched.shop.source.error = SourceUnavailable("Google did not answer in time", "this passes")
    watched.restart()
    watched.wait(60)
    assert watched.titles == ["Rose Shop: Bik gets no answers"]


def test_a_parked_order_rings_at_once_and_those_that_were_written_do_not(placing, tmp_path):
    watched = Watched(placing.shop, tmp_path / "alarm.json", placing.service)
    placing.sheet.refuses = lambda text: "nb_2" in text
    for n in (1, 2, 3):
        placing.intake.place(body(f"nb_{n}"))
    placing.work(60)
    watched.alarm.look()
    watched.alarm.look()
    ((_, message),) = watched.sent
    assert message.title == "The sheet did not take 1 order from Bik"
    assert message.body.startswith("ORD-1003: ")


def test_an_order_that_waits_for_more_than_ten_minutes_rings_once(placing, tmp_path):
    watched = Watched(placing.shop, tmp_path / "alarm.json", placing.service)
    watched.began = 5.0 - placing.clock.now()  # when the order comes, on the clock of the journal
    watched.restart()
    placing.sheet.refuses = lambda text: True
    placing.intake.place(body())
    while placing.clock.now() <= 1000 + 1200:
        placing.work(1)
        watched.alarm.look()
    assert watched.titles == ["1 order from Bik waits to be written into the sheet"]


def test_what_cannot_be_sent_is_tried_again_with_pauses_that_grow_and_is_logged_once_and_shown(make, caplog):
    watched = make(WRONG)
    watched.refuses = {HERE}
    watched.wait(STAYS + 20)
    assert watched.tries in (1, 2)
    assert "can't be sent to address 1 of BIKORDERS_NOTIFY" in watched.alarm.notice
    assert "here" not in watched.alarm.notice
    watched.wait(3600)
    assert 14 <= watched.tries <= 18
    assert caplog.text.count("can't be sent") == 1
    watched.refuses = set()
    watched.wait(LONGEST_PAUSE)
    assert watched.titles == ["1 cell needs fixing"]
    assert watched.alarm.notice == ""


def test_what_could_not_be_sent_before_a_restart_is_sent_after_it_and_only_to_whom_it_lacks(make):
    watched = make(WRONG, addresses=(HERE, THERE))
    watched.refuses = {THERE}
    watched.wait(300)
    watched.refuses = set()
    watched.restart()
    watched.wait(60)
    assert [to for to, _ in watched.sent] == [HERE, THERE]


def test_a_receiver_that_is_down_keeps_no_message_from_the_other(make):
    watched = make(WRONG, addresses=(THERE, HERE))
    watched.refuses = {THERE}
    watched.wait(300)
    watched.type(WRONG + "\nAN-2,Packed,77")
    watched.service.refresh()
    watched.wait(STAYS + APART)
    assert [to for to, _ in watched.sent] == [HERE, HERE]


def test_the_file_holds_no_address_and_nothing_typed_and_is_closed_to_others(make):
    watched = make(WRONG)
    watched.refuses = {HERE}
    watched.wait(300)
    content = watched.path.read_text("utf-8")
    assert json.loads(content)["letters"]
    assert "here" not in content and "12345" not in content
    assert watched.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "{", "[]", '{"memory": 5}', "\udcff"])
def test_a_file_that_cannot_be_read_is_begun_anew(make, tmp_path, content):
    (tmp_path / "alarm.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    watched = make(WRONG)
    watched.wait(300)
    assert watched.titles == ["1 cell needs fixing"]


def test_a_folder_that_takes_no_file_is_logged_once_and_all_rings_the_same(make, tmp_path, caplog):
    (tmp_path / "alarm.json-new").mkdir()
    watched = make(WRONG)
    watched.wait(900)
    assert watched.titles == ["1 cell needs fixing"]
    assert caplog.text.count("what was told can't be kept") == 1


def test_a_check_that_takes_long_leaves_ten_times_as_long_to_the_answers(make, monkeypatch):
    watched = make(WRONG)
    checks = []

    def find(snapshot):
        checks.append(watched.shop.clock.time)
        watched.shop.clock.time += 20
        return build_report(snapshot)

    monkeypatch.setattr(watched.alarm._reports, "find", find)
    for number in range(60):
        watched.type(f"{WRONG}\nAN-{number},Packed,")
        watched.service.refresh()
        watched.wait(10)
    assert 3 <= len(checks) <= 5


def test_all_the_way_to_a_receiver(make, receiver):
    watched = make(WRONG, addresses=(receiver.address,), post=send)
    watched.wait(STAYS + 20)
    ((title, body),) = receiver.received
    assert title == "1 cell needs fixing"
    assert body.startswith("AN-1 · Phone (C2)\n“…” is not a phone number.")


def test_an_unexpected_error_is_logged_and_the_next_look_comes(make, monkeypatch, caplog):
    watched = make()
    looks = []

    def look():
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError
        watched.alarm.close()

    monkeypatch.setattr(watched.alarm, "look", look)
    monkeypatch.setattr(watched.shop.clock, "wait", lambda condition, seconds: None)
    watched.alarm._run()
    assert len(looks) == 2
    assert "unexpected error in the alarm: RuntimeError" in caplog.text


def test_the_page_shows_that_messages_cannot_be_sent(make):
    watched = make()
    app = conftest.create_app(watched.service, conftest.Auth())
    conftest.install_page(app, watched.service, "", find_notice=lambda: "1 message <can't> be sent")
    assert b"1 message &lt;can&#039;t&gt; be sent" in get(app).body
