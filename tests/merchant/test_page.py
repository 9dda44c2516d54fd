"""The status page, called as plain WSGI: who may see it, what it says, and that nothing of the sheet gets through as HTML."""

import re
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import pairwise
from threading import Event
from urllib.parse import quote, urlencode

import pytest

from bikorders.bik.auth import Auth, parse_auth
from bikorders.errors import OrderNotFound, SheetUnusable, SourceUnavailable
from bikorders.merchant import page_model
from bikorders.merchant.page import HEADERS, LONGEST_ID, VIEWS
from bikorders.merchant.page_model import MOST_PROBLEMS, ReportCache
from bikorders.merchant.report import build_report
from bikorders.serving.app import create_app
from bikorders.serving.service import LOOKUPS
from bikorders.sheet.workbook import Tab, Workbook
from tests.conftest import Clock, Shop, SimulatedClock, make_app, make_snapshot, make_workbook
from tests.serving.test_app import assert_error, call

PASSWORD = "kolo:ñandú 7"


class Page(HTMLParser):
    """What a browser would make of the page: its text, and its elements with their attributes."""

    VOID = ("br", "img", "input", "link", "meta")

    def __init__(self, body):
        super().__init__()
        self.html = body.decode()
        self.elements, self.words, self.open = [], [], []
        self.feed(self.html)
        assert self.open == []
        self.text = " ".join("".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.words.append("" if tag in ("a", "bdi", "code", "span") else " ")
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def find(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


def get(shop, path="/", query="", password="", method="GET", **environ):
    app = shop if callable(shop) else shop.get_app(password)
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query} | environ
    return call(app, b"", **environ)


def look(shop, asked=None):
    """Open the page and give what a browser would make of it."""
    response = get(shop, query="" if asked is None else f"order={quote(asked)}")
    assert response.status == 200
    assert response.headers["content-type"] == "text/html; charset=UTF-8"
    return Page(response.body)


def make_shop(orders, items="", **tabs):
    return Shop(make_workbook(orders, items, **tabs), SimulatedClock())


def send_password(password, user="anyone"):
    return {"HTTP_AUTHORIZATION": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


# Who may see it

PATHS = ["/", "/page.css", "/live.js", "/fresh.svg", "/stale.svg", "/down.svg"]


@pytest.mark.parametrize("path", PATHS)
def test_without_a_password_set_there_is_no_page(shop, path):
    response = get(create_app(shop.service, Auth()), path)
    assert_error(response, 404)
    assert set(response.headers) == {"content-type", "content-length"}


def test_an_empty_password_asks_for_none(shop):
    assert get(shop).status == 200


@pytest.mark.parametrize("user", ["", "anyone", "मालिक"])
def test_the_password_lets_in_under_any_name(shop, user):
    assert get(shop, password=PASSWORD, **send_password(PASSWORD, user)).status == 200


def test_the_scheme_may_be_spelled_in_any_case_and_letters_with_marks_in_two_ways(shop):
    sent = send_password(PASSWORD.replace("ú", "u\u0301"))["HTTP_AUTHORIZATION"].replace("Basic", "bASIC ")
    assert get(shop, password=PASSWORD, HTTP_AUTHORIZATION=sent).status == 200


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"HTTP_AUTHORIZATION": ""},
        {"HTTP_AUTHORIZATION": "Basic"},
        {"HTTP_AUTHORIZATION": "Basic ***"},
        {"HTTP_AUTHORIZATION": "Basic \xe9"},
        {"HTTP_AUTHORIZATION": "Basic " + b64encode(b"x:\xff\xfe").decode()},
        {"HTTP_AUTHORIZATION": "Basic " + b64encode(PASSWORD.encode()).decode()},
        {"HTTP_AUTHORIZATION": "Bearer " + b64encode(f"x:{PASSWORD}".encode()).decode()},
        {"HTTP_AUTHORIZATION": f"Bearer {PASSWORD}".encode().decode("latin-1")},
        send_password(""),
        send_password("kolo"),
        send_password(PASSWORD + " "),
        send_password(PASSWORD.upper()),
        send_password("x", PASSWORD),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_without_the_right_password_nothing_is_told(shop, environ, method):
    response = get(shop, query="order=1", password=PASSWORD, method=method, **environ)
    assert response.status == 401
    assert response.headers["content-type"] == "text/html; charset=UTF-8"
    if method == "GET":
        assert "Type any user name." in Page(response.body).text
        assert "BIKORDERS_PAGE_PASSWORD" in Page(response.body).text
    assert response.headers["www-authenticate"] == 'Basic realm="bikorders", charset="UTF-8"'
    assert_protected(response)
    assert shop.source.reads == []


def test_the_pages_password_and_biks_header_do_not_stand_in_for_each_other(shop):
    app = make_app(shop.service, PASSWORD, parse_auth("basic:bik:12345678"))
    assert get(app, **send_password("12345678", "bik")).status == 401
    assert_error(call(app, b'{"orderId": "1"}', **send_password(PASSWORD, "bik")), 401)
    assert call(app, b'{"orderId": "1"}', **send_password("12345678", "bik")).status == 200


def test_neither_the_password_nor_what_was_asked_is_logged(shop, caplog):
    caplog.set_level("DEBUG")
    get(shop, query="order=S3CRET-1", password=PASSWORD, **send_password(PASSWORD))
    get(shop, query="order=S3CRET-1", password=PASSWORD, **send_password("S3CRET-2"))
    lines = [re.sub(r" \d+\.\d ms", "", line) for line in caplog.messages]
    assert lines == ["192.0.2.1 GET / 200", "192.0.2.1 GET / 401"]


# Headers and methods


def assert_protected(response):
    assert {name.lower(): value for name, value in HEADERS.items()}.items() <= response.headers.items()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_every_answer_of_the_page_is_protected(shop, path, method):
    response = get(shop, path, method=method)
    assert response.status == (200 if method in ("GET", "HEAD") else 405)
    assert_protected(response)
    if response.status == 405:
        assert_error(response, 405)
        assert response.headers["allow"] == "GET"


def test_head_is_the_same_without_a_body(shop):
    head, whole = get(shop, method="HEAD"), get(shop)
    assert head.body == b"" and head.headers == whole.headers


def test_the_headers_forbid_script_in_the_page_frames_guessing_and_keeping():
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert (HEADERS["X-Frame-Options"], HEADERS["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert HEADERS["Cache-Control"] == "no-store"


def test_answers_for_bik_are_as_lean_as_without_the_page(shop):
    response = call(shop.get_app(PASSWORD), b'{"orderId": "1"}')
    assert set(response.headers) == {"content-type", "content-length"}


# The page


def test_the_page_asks_for_nothing_from_elsewhere_and_holds_no_script_or_style(shop):
    page = look(shop, "1")
    sources = [
        attrs.get("src") or attrs.get("href")
        for tag, attrs in page.elements
        if tag in ("script", "link", "img")
    ]
    assert set(sources) == {"live.js", "page.css", "fresh.svg"}
    assert all("src" in attrs for attrs in page.find("script")) and page.find("style") == []
    names = {name for _, attrs in page.elements for name in attrs}
    assert "style" not in names and not [name for name in names if name.startswith("on")]
    for path in ("page.css", "live.js", "fresh.svg", "stale.svg", "down.svg"):
        text = (VIEWS / path).read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"// .*", "", text) and "@import" not in text and "url(" not in text


def test_a_screen_reader_finds_its_way(shop):
    page = look(make_shop("Order ID,Total\n1,abc", "Order ID,Item\n1,Soap"), "1")
    assert page.find("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    labels = {attrs["for"] for attrs in page.find("label")}
    assert {attrs["id"] for attrs in page.find("input")} == labels
    assert all("alt" in attrs for attrs in page.find("img"))
    assert {attrs["aria-labelledby"] for attrs in page.find("section")} <= set(ids)
    assert all(attrs["scope"] == "col" for attrs in page.find("th"))
    (answer,) = [attrs for _, attrs in page.elements if attrs.get("id") == "answer"]
    assert (answer["role"], answer["aria-live"], answer["tabindex"]) == ("region", "polite", "-1")
    assert answer["aria-label"] and page.find("form")[0]["action"].endswith("#answer")


def read_colours():
    """Give the stylesheet's colours by name: as they are, and in the dark."""
    css = (VIEWS / "page.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    )
    assert light.keys() == dark.keys()
    assert set(re.findall(r"var\(--([\w-]+)\)", css)) == light.keys()
    assert not re.findall(r"(?<!: )#[0-9a-f]{3,6}\b|rgb|hsl", re.sub(r"--.*", "", css))
    return light, dark


def rate_contrast(one, other):
    """Give the ratio that WCAG 2 defines."""

    def rate(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    bright, dim = sorted((rate(one), rate(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "backs"),
    [
        ("ink", "page card fresh-back stale-back"),
        ("soft", "card page"),
        ("link", "card page fresh-back"),
        ("fresh", "fresh-back card"),
        ("stale", "stale-back card"),
        ("down", "down-back card"),
        ("on-button", "button"),
    ],
)
def test_text_stands_out_from_what_is_behind_it(scheme, text, backs):
    colours = read_colours()[scheme]
    assert rate_contrast("#000000", "#ffffff") == pytest.approx(21)
    for back in backs.split():
        assert rate_contrast(colours[text], colours[back]) >= 4.5
    assert rate_contrast(colours["field"], colours["card"]) >= 3


# How it is


def test_a_sheet_without_problems_needs_no_fixing(shop):
    shop.source.workbook = make_workbook(
        "Order ID,Status,Notes\n1,Packed,x\n2,Packed,", "Order ID,Item,Qty\n1,Soap,1\n2,Oil,1"
    )
    page = look(shop)
    assert (
        "up to date Bik gets what your sheet says now The sheet was read 1 s ago. No trouble for 1 s."
        in page.text
    )
    assert "2 orders" in list_numbers(page) and "0 to fix" in list_numbers(page)
    assert "What needs fixing Nothing." in page.text
    assert "Status status" in page.text and "Stays in the sheet: Notes" in page.text


def test_the_page_shows_when_the_last_edit_was_heard(shop):
    look(shop)
    assert "heard" not in look(shop).text.partition("How it is")[2]
    call(shop.get_app(), b"", PATH_INFO="/refresh")
    shop.clock.advance(150)
    assert "Your last edit was heard 2 min ago." in look(shop).text
    body = b'{"tab": "Orders", "range": "B2"}'
    assert call(shop.get_app(), body, PATH_INFO="/refresh").status == 200
    shop.clock.advance(3)
    assert "Your last edit was heard 3 s ago." in look(shop).text


def test_an_edit_that_is_refused_is_not_heard(shop):
    assert call(shop.get_app(), b'{"tab": "Orders", "range": "?"}', PATH_INFO="/refresh").status == 400
    assert "heard" not in look(shop).text


def test_in_a_google_sheet_it_is_said_that_no_edit_was_heard_since_the_start(shop):
    tabs = shop.source.workbook.tabs
    shop.source.workbook = Workbook(tabs, url="https://sheet.example.com/edit")
    look(shop)
    shop.clock.advance(7200)
    assert "No edit was heard since the start 2 h ago." in look(shop).text


def list_numbers(page):
    """Give the numbers as they look: above what they count."""
    found = re.findall(r"<dt>(?:<a href=\"#\w+\">)?([\w ]+)(?:</a>)?</dt><dd>(\d+)</dd>", page.html)
    return [f"{number} {label}" for label, number in found]


def list_links(page):
    """Give the links that lead out of the page."""
    return [attrs for attrs in page.find("a") if not attrs["href"].startswith("#")]


def test_opening_the_page_keeps_the_sheet_fresh(shop):
    look(shop)
    shop.source.workbook = make_workbook(
        "Order ID,Status\n1,Shipped\n2,Packed", "Order ID,Item\n1,Soap\n2,Oil"
    )
    shop.clock.advance(shop.policy.max_age + 1)
    assert "Order 1 is shipped." in look(shop, "1").text


def test_while_the_source_fails_the_page_says_since_when_why_until_when_and_what_the_owner_can_do(shop):
    look(shop)
    shop.source.error = SourceUnavailable("Google <b>is away", "check this machine's network and DNS")
    shop.clock.advance(125)
    page = look(shop)
    assert (
        "old copy Customers get the last good copy of your sheet This copy is 2 min old: what was typed after it is "
        "not told. The sheet could not be read for 2 min: Google <b>is away. Customers get this copy for 13 min "
        "more, then no answers. It is tried again by itself. You don’t have to do anything."
    ) in page.text
    assert "network" not in page.text
    assert page.find("b") == []
    assert "2 orders" in list_numbers(page)


def test_what_only_a_person_can_put_right_is_said(shop):
    look(shop)
    shop.source.error = SheetUnusable(
        "the sheet is not shared with the service account", "share it with a@b.example"
    )
    shop.clock.advance(60)
    page = look(shop)
    assert (
        "The sheet could not be read for 57 s: the sheet is not shared with the service account." in page.text
    )
    assert (
        "Share it with a@b.example. If you can’t do that, tell the person who set up bikorders" in page.text
    )


def test_when_nothing_is_left_the_page_says_why_and_that_bik_gets_no_answer(shop):
    look(shop)
    shop.source.error = SheetUnusable("the sheet is not shared", "share it with a@example.com")
    shop.clock.advance(shop.policy.max_stale + 60)
    page = look(shop, "1")
    assert (
        "no answers Customers get no answers about orders The sheet could not be read for 16 min" in page.text
    )
    assert "then no answers" not in page.text
    assert "Share it with a@example.com." in page.text
    assert "Bik gets no answer. The sheet is not shared. As JSON, status 502" in page.text
    assert '"error": "the order sheet can\'t be used at the moment"' in page.text
    shop.source.error = None
    shop.clock.advance(60)
    assert "No trouble for" in look(shop).text


def test_before_the_first_good_read_the_page_says_why_there_is_none(shop):
    shop.source.error = SourceUnavailable("the folder is gone", "put it back")
    page = look(shop)
    assert (
        "no answers Customers get no answers about orders" in page.text
        and ": the folder is gone." in page.text
    )
    assert "This shows once the sheet can be read again." in page.text


def test_in_an_outage_a_look_up_of_a_new_order_says_that_bik_gets_no_answer(shop):
    look(shop)
    shop.source.error = SourceUnavailable("Google is away")
    shop.clock.advance(125)
    text = look(shop, "9").text
    assert (
        "Bik gets no answer. The sheet can't be asked for an order that is not in the last good copy." in text
    )
    assert "Order 1 is packed." in look(shop, "1").text


@pytest.mark.parametrize(("seconds", "icon"), [(0, "fresh.svg"), (125, "stale.svg"), (2000, "down.svg")])
def test_the_mark_and_the_icon_follow_the_state(shop, seconds, icon):
    look(shop)
    shop.source.error = SourceUnavailable("Google is away") if seconds else None
    shop.clock.advance(seconds)
    page = look(shop)
    assert [attrs["href"] for attrs in page.find("link") if attrs["rel"] == "icon"] == [icon]
    assert [attrs["src"] for attrs in page.find("img")] == [icon]


def test_the_page_says_whose_it_is_in_an_outage_too():
    workbook = Workbook(make_workbook("Order ID\n1").tabs, name="Rose <i> Shop")
    shop = Shop(workbook, SimulatedClock())
    assert "Up to date – Rose <i> Shop Rose <i> Shop" in look(shop).text
    shop.source.error = SourceUnavailable("Google is away")
    shop.clock.advance(2000)
    assert "No answers – Rose <i> Shop Rose <i> Shop" in look(shop).text
    assert "bikorders bikorders" in look(make_shop("Order ID\n1")).text


# What needs fixing


def test_each_problem_is_a_link_into_its_cell_that_tells_the_sheet_nothing():
    workbook = Workbook(
        {"Orders": Tab("Orders", [["Order ID", "Total"], ["1", "abc"]], 7)},
        url="https://sheet.example.com/edit",
    )
    page = look(Shop(workbook, SimulatedClock()))
    links = [attrs for attrs in list_links(page) if "range" in attrs["href"]]
    assert links == [
        {
            "href": "https://sheet.example.com/edit#gid=7&range=B2",
            "target": "_blank",
            "rel": "noopener noreferrer",
        }
    ]
    assert "“abc” is not an amount." in page.text
    assert "1 to fix" in list_numbers(page)


def test_without_links_the_address_is_text_and_the_worst_comes_first():
    page = look(
        make_shop(
            "Order ID,Status,Total\n1,Shipped,5\n2,On its way,5", "Order ID,Item,Qty\n1,Soap,lots\n2,Oil,1"
        )
    )
    assert list_links(page) == []
    assert page.text.index("1 · Qty C2 in Items in Items fix “lots”") < page.text.index(
        "2 · Status B3 in Orders check “On its way”"
    )


def test_each_count_leads_to_its_list():
    page = look(
        make_shop(
            "Order ID,Status,Total\n1,On its way,5\n2,Packed,abc", "Order ID,Item,Qty\n1,Soap,1\n2,Oil,1"
        )
    )
    leads = {attrs["href"].removeprefix("#") for attrs in page.find("a") if attrs["href"][0] == "#"}
    assert leads == {"understood", "problems", "check"}
    assert leads <= {attrs.get("id") for _, attrs in page.elements}
    assert (
        page.html.index("is not an amount") < page.html.index('id="check"') < page.html.index("“On its way”")
    )


def test_many_problems_are_cut_and_counted():
    rows = "\n".join(f"{n},50,{n + 1}" for n in range(MOST_PROBLEMS + 5))
    page = look(
        make_shop(
            f"Order ID,Shipping,Total\n{rows}",
            "Order ID,Item,Qty,Price\n" + "\n".join(f"{n},Soap,1,{n}" for n in range(MOST_PROBLEMS + 5)),
        )
    )
    assert page.text.count("amounts add up to") == MOST_PROBLEMS
    assert "And 5 more; the command bikorders check lists them all." in page.text


def test_a_fixed_cell_is_gone_from_the_page():
    shop = make_shop("Order ID,Total\n1,abc")
    assert "B2" in look(shop).text
    shop.source.workbook = make_workbook("Order ID,Total\n1,5")
    shop.clock.advance(10)
    assert "B2" not in look(shop).text


@pytest.fixture
def built(monkeypatch):
    """Count the reports that are built."""
    built = []

    def count(snapshot):
        built.append(snapshot)
        return build_report(snapshot)

    monkeypatch.setattr(page_model, "build_report", count)
    return built


def test_a_sheet_is_checked_once_until_it_changes(shop, built):
    for _ in range(3):
        look(shop, "1")
        shop.clock.advance(10)
    assert len(built) == 1
    shop.source.workbook = make_workbook(
        "Order ID,Status\n1,Shipped\n2,Packed", "Order ID,Item\n1,Soap\n2,Oil"
    )
    shop.clock.advance(10)
    look(shop)
    assert len(built) == 2


def test_many_who_open_the_page_at_once_share_one_check(shop, built):
    snapshot, cache = make_snapshot("Order ID\n1"), ReportCache()
    with ThreadPoolExecutor(8) as threads:
        reports = list(threads.map(lambda _: cache.find(snapshot), range(8)))
    assert len(built) == 1 and len(set(map(id, reports))) == 1


def test_bik_is_answered_while_the_sheet_is_checked_and_another_page_does_not_wait_long(monkeypatch):
    shop = Shop(make_workbook("Order ID,Status\n1,Packed"), Clock())
    shop.cache.start()
    began, leave = Event(), Event()

    def check_slowly(snapshot):
        began.set()
        assert leave.wait(30)
        return build_report(snapshot)

    monkeypatch.setattr(page_model, "build_report", check_slowly)
    monkeypatch.setattr(page_model, "CHECK_WITHIN", 0.01)
    with ThreadPoolExecutor(1) as threads:
        try:
            first = threads.submit(look, shop)
            assert began.wait(30)
            assert b'"PACKED"' in shop.service.get_order("1").body
            page = look(shop, "1")
            assert "The sheet is being checked; this shows in a moment." in page.text
            assert "Order 1 is packed." in page.text and "1 orders" in list_numbers(page)
        finally:
            leave.set()
        assert "What needs fixing" in first.result(30).text
    shop.cache.close()


# What Bik would tell


def test_a_lookup_tells_in_words_and_as_json_what_bik_would_get():
    shop = make_shop(
        "Order ID,Status,Payment,Shipping,Tracking link\n7,Out for delivery,COD,49,https://courier.example.com/7?a=1&b=2",
        "Order ID,Item,Variant,Qty,Price\n7,Soap,Neem,2,149.50",
    )
    page = look(shop, " 7 ")
    assert "Order 7 is out for delivery. It is not paid yet. 2 × Soap, Neem: ₹149.50 each" in page.text
    assert "Total ₹348" in page.text and "As JSON, status 200" in page.text
    assert (
        '"total": 348' in page.text and '"trackingURL": "https://courier.example.com/7?a=1&b=2"' in page.text
    )
    (link,) = list_links(page)
    assert link == {
        "href": "https://courier.example.com/7?a=1&b=2",
        "target": "_blank",
        "rel": "noopener noreferrer",
    }
    (field,) = page.find("input")
    assert field["value"] == " 7 "


def test_what_is_missing_and_what_needs_fixing_in_an_order_is_said():
    page = look(make_shop("Order ID,Status,Total\n7,Packed,abc"), "7")
    assert (
        "The sheet does not say for certain: whether it is paid; the total; a tracking link; what was ordered."
        in page.text
    )
    assert "To fix in this order 7 · Total C2 in Orders fix “abc” is not an amount." in page.text


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("9", 404, "No row of the sheet has this number"),
        (
            "3",
            409,
            "Bik gets no answer. Order 3 stands in several rows that differ. Keep one order in the rows Orders!",
        ),
        (" ", 400, "This is no order number."),
        ("#", 400, "This is no order number."),
    ],
)
def test_a_lookup_that_fails_says_why(asked, status, words):
    page = look(make_shop("Order ID,Email\n3,a@example.com\n3,b@example.com"), asked)
    assert words in page.text and f"As JSON, status {status}" in page.text


@pytest.mark.parametrize("query", ["order", "order=", "orders=1", "order=%ff", "&&&", "x=" + "y" * 5000])
def test_a_query_that_asks_for_nothing_is_no_lookup(shop, query):
    assert "As JSON" not in Page(get(shop, query=query).body).text


def test_an_id_is_read_as_utf_8_and_cut():
    assert "Order आदेश-१ is packed." in look(make_shop("Order ID,Status\nआदेश-१,Packed"), "आदेश-१").text
    page = look(make_shop("Order ID\n1"), "9" * 5000)
    assert page.find("input")[0]["value"] == "9" * LONGEST_ID
    assert len(page.html) < 20_000


LIVE = {"HTTP_X_REQUESTED_WITH": "live.js"}
"""What the page's script sends."""


@pytest.mark.parametrize("asked", ["1", "9", "3", " ", "A/B ?"])
def test_whatever_was_looked_up_is_asked_for_again_by_the_page_itself(asked):
    shop = make_shop("Order ID,Email\n1,\n3,a@example.com\n3,b@example.com")
    assert f'data-url="./?{urlencode({"order": asked})}"' in look(shop, asked).html
    assert 'data-url=""' in look(shop).html


def test_an_order_that_is_missing_shows_once_it_is_typed_and_costs_no_read_until_then(shop):
    assert "No row of the sheet has this number" in look(shop, "9").text
    reads = len(shop.source.reads)
    for _ in range(20):
        assert b"No row of the sheet has this number" in get(shop, query="order=9", **LIVE).body
    assert len(shop.source.reads) == reads
    shop.source.workbook = make_workbook("Order ID,Status\n1,Packed\n9,Shipped", "Order ID,Item\n1,Soap")
    shop.clock.advance(10)
    assert b"Order 9 is shipped." in get(shop, query="order=9", **LIVE).body


def test_an_order_without_items_costs_no_read_of_the_tabs_names_while_the_page_is_open(shop):
    shop.source.workbook = make_workbook("Order ID,Status\n1,Packed")
    look(shop, "1")
    names = len(shop.source.names_read)
    for _ in range(20):
        assert b"Order 1 is packed." in get(shop, query="order=1", **LIVE).body
    assert len(shop.source.names_read) == names


IDLE = {"HTTP_X_REQUESTED_WITH": "live.js, idle"}
"""What it sends while nobody touches the page."""


def test_a_page_that_nobody_touches_costs_no_read_and_says_how_old_it_is(shop):
    look(shop, "1")
    shop.clock.advance(60)
    reads = len(shop.source.reads)
    for _ in range(1800):
        shop.clock.advance(4)
        get(shop, query="order=1", **IDLE)
    page = Page(get(shop, query="order=9", **IDLE).body)
    assert len(shop.source.reads) == reads
    assert "up to date" in page.text and "The sheet was read 2 h ago." in page.text
    assert "No row of the sheet has this number" in page.text
    shop.source.workbook = make_workbook("Order ID,Status\n1,Delivered", "Order ID,Item\n1,Soap")
    assert b"Order 1 is delivered." in get(shop, query="order=1", **LIVE).body
    assert len(shop.source.reads) == reads + 1


def test_a_page_that_nobody_touches_shows_what_others_have_read(shop):
    get(shop, **IDLE)
    shop.source.workbook = make_workbook("Order ID,Status\n1,Delivered", "Order ID,Item\n1,Soap")
    shop.service.refresh()
    shop.clock.advance(10)
    assert b"Order 1 is delivered." in get(shop, query="order=1", **IDLE).body
    shop.source.error = SourceUnavailable("Google did not answer in time")
    shop.service.refresh()
    shop.clock.advance(10)
    assert b"old copy" in get(shop, **IDLE).body
    shop.clock.advance(1000)
    assert b"no answers" in get(shop, **IDLE).body


def test_a_page_that_nobody_touches_while_nothing_was_read_yet_shows_that(shop):
    assert b"no answers" in get(shop, **IDLE).body
    assert shop.source.reads == []


def test_a_page_that_stays_open_does_not_fill_the_log(shop, caplog):
    caplog.set_level("INFO", "bikorders.requests")
    for _ in range(20):
        get(shop, query="order=1", password=PASSWORD, **LIVE, **send_password(PASSWORD))
    assert caplog.messages == []
    get(shop, password=PASSWORD, **LIVE)
    get(shop, password=PASSWORD, **send_password(PASSWORD))
    assert [line.split()[3] for line in caplog.messages] == ["401", "200"]


# What Bik asked


def ask(app, order_id, **environ):
    return call(app, b'{"orderId": "%s"}' % order_id.encode(), **environ)


def read_lookups(shop):
    rows = re.findall(
        r"<tr><td><a .*><bdi>(.*)</bdi></a></td><td>(.*)</td><td>(.*)</td></tr>", look(shop).html
    )
    return [tuple(row) for row in rows]


def test_biks_last_lookups_are_listed_with_time_and_result_the_latest_first(shop):
    app = shop.get_app()
    ask(app, "1")
    shop.clock.advance(60)
    ask(app, "9")
    shop.clock.advance(12)
    assert read_lookups(shop) == [("9", "12 s ago", "not found"), ("1", "72 s ago", "found")]
    for n in range(LOOKUPS + 5):
        ask(app, f"A-{n}")
    assert len(read_lookups(shop)) == LOOKUPS


def test_each_of_biks_lookups_leads_to_what_it_would_get_now(shop):
    ask(shop.get_app(), "#1 & 2")
    assert [attrs["href"] for attrs in list_links(look(shop))] == ["./?order=%231+%26+2#answer"]


def test_a_lookup_in_an_outage_says_so(shop):
    app = shop.get_app()
    ask(app, "1")
    shop.source.error = SourceUnavailable("away")
    shop.clock.advance(120)
    ask(app, "1")
    ask(app, "9")
    assert [result for _, _, result in read_lookups(shop)] == [
        "the sheet can’t be read", "found, in a copy 2 min old", "found",
    ]  # fmt: skip


def test_only_biks_own_requests_that_name_an_order_are_listed(shop):
    app = make_app(shop.service, "", parse_auth("bearer:t0ken"))
    ask(app, "1")
    call(app, b"{}", HTTP_AUTHORIZATION="Bearer t0ken")
    look(shop, "2")
    assert read_lookups(shop) == []
    ask(app, "1", HTTP_AUTHORIZATION="Bearer t0ken")
    assert [row[0] for row in read_lookups(shop)] == ["1"]


def test_an_unforeseen_failure_is_listed_too(shop, monkeypatch):
    monkeypatch.setattr(shop.service, "_answer", lambda order_id: 1 / 0)
    assert ask(shop.get_app(), "1").status == 500
    assert [result for _, _, result in read_lookups(shop)] == ["internal error"]


# Nothing of the sheet or of a request is HTML

NASTY = [
    "<script>pwned=1</script>",
    '"><img src=x onerror="pwned=1">',
    "' onfocus='pwned=1",
    "</pre><svg onload=pwned=1>",
]


@pytest.mark.parametrize("nasty", NASTY)
def test_what_is_typed_in_cells_headers_and_titles_shows_as_text(nasty):
    rows = [["Order ID", "Status", "Total", nasty, "bik:x"], [nasty, nasty, nasty, "1", nasty]]
    items = [["Order ID", "Item", "Variant", "Qty"], [nasty, nasty, nasty, nasty]]
    # A title that holds an order's id makes a tab of the order's own.
    workbook = Workbook({"Orders" + nasty: Tab("Orders" + nasty, rows), "Items": Tab("Items", items)})
    shop = Shop(workbook, SimulatedClock())
    ask(shop.get_app(), nasty.replace('"', '\\"'))
    page = look(shop, nasty)
    plain = look(
        make_shop("Order ID,Status,Total,x,bik:x\n1,x,x,1,x", "Order ID,Item,Variant,Qty\n1,x,x,x"), "1"
    )
    assert page.text.count(nasty) > 8
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in plain.elements} | {
        "tr",
        "td",
        "th",
        "table",
        "thead",
        "tbody",
    }
    assert {name for _, attrs in page.elements for name in attrs} <= {
        name for _, attrs in plain.elements for name in attrs
    } | {"scope"}
    assert len(page.find("script")) == 1 and len(page.find("img")) == 1


def test_half_a_character_pair_does_no_harm(shop):
    with pytest.raises(OrderNotFound):
        shop.service.get_order("X\ud800")
    assert "X?" in look(shop).text
    shop.source.workbook = Workbook({"Orders": Tab("Orders", [["Order ID", "Status"], ["1", "\ud800 x"]])})
    shop.clock.advance(10)
    assert look(shop, "1")


def test_no_template_lets_anything_through_unescaped():
    for path in VIEWS.glob("*.tpl"):
        assert "{{!" not in path.read_text(encoding="utf-8")


def test_a_cell_as_long_as_a_book_is_cut():
    shop = make_shop(f"Order ID,Total\n1,{'x' * 50_000}")
    assert len(look(shop, "1").html) < 20_000
