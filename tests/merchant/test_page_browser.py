"""The status page in a real browser: it keeps itself up to date, is worked by keyboard, and runs nothing but its own script."""

from contextlib import contextmanager
from urllib.parse import quote

import pytest

from bikorders.cache.clock import SystemClock
from bikorders.cache.hyperlinks import Hyperlinks
from bikorders.cache.policy import Policy
from bikorders.cache.rate_limit import Quota
from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.shop_settings import Options
from bikorders.serving.service import Service
from bikorders.sheet.csv_source import FolderSource
from tests.browser import CHROMIUM, DRIVER, ENTER, TAB, start_browser
from tests.test_functional import ask, serve

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="there is no browser: apt-get install chromium chromium-driver"
)

PASSWORD = "kolo:ñandú 7"
ORDERS = "Order ID,Status,Total\nORD-1,Shipped,{}\nORD-2,Packed,80\n"
ITEMS = "Order ID,Item,Qty,Price\nORD-1,Rose Water,1,149.50\nORD-2,Soap,1,80\n"


@pytest.fixture(scope="module")
def started():
    with start_browser() as browser:
        yield browser


@pytest.fixture
def browser(started):
    """The browser as a phone with a light screen; what a test emulates is undone, and nothing may be on the console."""
    emulate(started)
    started.list_errors()
    yield started
    assert started.list_errors() == []
    started.command("Emulation.setScriptExecutionDisabled", value=False)


def emulate(browser, width=390, scheme="light"):
    browser.command(
        "Emulation.setDeviceMetricsOverride", width=width, height=780, deviceScaleFactor=2, mobile=width < 800
    )
    browser.command(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
    )


def come_back(browser):
    """Look at the page again, so that it renews itself at once."""
    browser.run("document.dispatchEvent(new Event('visibilitychange'))")


def wait_for(browser, selector, text):
    """Wait until the page has renewed itself and shows a text."""
    browser.wait(lambda: come_back(browser) or text in browser.read(selector))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "Orders.csv").write_text(ORDERS.format("one fifty"), "utf-8")
    (tmp_path / "Items.csv").write_text(ITEMS, "utf-8")
    return tmp_path


@contextmanager
def serve_page(folder, port=0):
    """Serve a folder as the command does; gives the page's address, with the password in it, and the port."""
    clock, source = SystemClock(), FolderSource(folder)
    cache = SnapshotCache(
        source.read,
        lambda workbook, before: Snapshot(workbook, Options(), before),
        Policy(max_age=0.3, reads_per_minute=None),
        clock,
        Quota(None, clock),
    )
    cache.start()
    try:
        with serve(
            Service(cache, Hyperlinks(cache, source.read_link)), page_password=PASSWORD, port=port
        ) as server:
            yield f"http://me:{quote(PASSWORD)}@127.0.0.1:{server.port}/", server.port
    finally:
        cache.close()


@pytest.fixture
def url(started, folder):
    with serve_page(folder) as (url, _):
        yield url
        started.open("about:blank")  # a page that asks when the server is gone would complain on the console


def test_a_fixed_problem_disappears_without_disturbing_what_is_typed(browser, url, folder):
    browser.open(url)
    assert "“one fifty” is not an amount." in browser.read("#problems")
    assert "up to date" in browser.read("#health")
    browser.click("#order")
    browser.type("ORD")
    browser.run("window.stays = document.getElementById('order')")
    (folder / "Orders.csv").write_text(ORDERS.format("149.50"), "utf-8")
    browser.wait(lambda: "Nothing. Every cell" in browser.read("#problems"))
    browser.type("-2")
    assert browser.run("return document.activeElement === window.stays && window.stays.value") == "ORD-2"


def test_a_page_that_nobody_touches_for_minutes_says_so_until_somebody_does(browser, url):
    browser.open(url)
    browser.run(
        "const ask = fetch, now = Date.now; window.sent = []; window.later = 0; Date.now = () => now() + later;"
        "window.fetch = (url, options) => { sent.push(options.headers['X-Requested-With']); return ask(url, options); }"
    )
    browser.run("later = 200000")
    browser.wait(lambda: browser.run("return sent.at(-1)") == "live.js")
    browser.run("later = 400000")
    browser.wait(lambda: browser.run("return sent.at(-1)") == "live.js, idle")
    browser.type(TAB)
    browser.wait(lambda: browser.run("return sent.at(-1)") == "live.js", seconds=2)


def test_what_is_open_and_in_focus_stays_so_when_the_page_changes(browser, url, folder):
    browser.open(url + "?order=ORD-1")
    browser.click("#understood summary")
    browser.click("#answer summary")
    assert '"status": "SHIPPED"' in browser.read("#answer pre")
    (folder / "Orders.csv").write_text(ORDERS.format("149.50").replace("Shipped", "Delivered"), "utf-8")
    wait_for(browser, "#answer pre", '"status": "DELIVERED"')
    assert "Order ORD-1 is delivered." in browser.read("#answer")
    assert "paymentStatus" not in browser.read("#understood") and "Status" in browser.read(
        "#understood details"
    )
    assert browser.run("return document.activeElement.textContent") == "As JSON, status 200"


def test_the_lookup_box_is_worked_by_keyboard(browser, url):
    browser.open(url)
    browser.type(TAB * 4)
    assert browser.run("return document.activeElement.textContent") == "to check"
    browser.type(TAB)
    assert browser.run("return document.activeElement.id") == "order"
    browser.type("ord-2" + ENTER)
    browser.wait(lambda: "Order ORD-2 is packed." in browser.read("#answer"))
    browser.wait(lambda: browser.run("return document.activeElement.id") == "answer")
    browser.run("document.getElementById('order').focus()")
    browser.type(TAB)
    assert browser.run("return document.activeElement.textContent") == "Look up"
    browser.type(TAB + ENTER)
    assert '"total": 80' in browser.read("#answer pre")


def test_what_bik_asks_shows_by_itself(browser, folder):
    with serve_page(folder) as (url, port):
        browser.open(url)
        assert "Nothing since the start." in browser.read("#lookups")
        ask(port, b'{"orderId": "ORD-2"}')
        ask(port, b'{"orderId": "ORD-9"}')
        wait_for(browser, "#lookups", "ORD-9")
        assert [line.split()[0] for line in browser.read("#lookups tbody").splitlines()] == ["ORD-9", "ORD-2"]


def test_without_script_the_page_does_all_but_renew_itself(browser, url):
    browser.command("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(url)
    assert "“one fifty” is not an amount." in browser.read("#problems")
    browser.click("#order")
    browser.type("ORD-2" + ENTER)
    browser.wait(lambda: "Order ORD-2 is packed." in browser.read("main"))
    browser.wait(lambda: browser.run("return document.activeElement.id") == "answer")


def pass_time(browser, seconds):
    """Let the page believe that so much more time has passed; it looks at the time every second."""
    browser.run(f"const real = Date.now; Date.now = () => real.call(Date) + {seconds * 1000}")


def read_icons(browser):
    icons = "[document.getElementById('icon').href, document.querySelector('#whose img').src]"
    return {address.rpartition("/")[2] for address in browser.run(f"return {icons}")}


def require_lost(browser):
    """Wait until the page says that it may be out of date, and see that nothing of it says otherwise."""
    browser.wait(lambda: "may be out of date" in browser.read("#state"))
    assert "up to date" not in browser.read("#health")
    assert "What you see is as it was at " in browser.read("#details")
    assert "It is tried again by itself." in browser.read("#details")
    assert browser.run("return document.title").startswith("May be out of date – ")
    assert read_icons(browser) == {"stale.svg"}


def require_found(browser):
    browser.wait(lambda: "up to date" in browser.read("#state"))
    assert "The sheet was read" in browser.read("#details")
    assert browser.run("return document.title").startswith("Up to date – ")
    assert read_icons(browser) == {"fresh.svg"}


def test_after_a_restart_of_the_service_the_page_goes_on_by_itself(browser, folder):
    with serve_page(folder) as (url, port):
        browser.open(url)
    require_lost(browser)
    assert "“one fifty”" in browser.read("#problems")
    (folder / "Orders.csv").write_text(ORDERS.format("149.50"), "utf-8")
    with serve_page(folder, port):
        pass_time(browser, 60)
        require_found(browser)
        assert "“one fifty”" not in browser.read("#problems")
        browser.open("about:blank")
    assert all("ERR_" in message for message in browser.list_errors())


def test_after_an_error_of_the_proxy_the_page_goes_on_by_itself(browser, url):
    browser.open(url)
    browser.run("window.real = fetch; window.fetch = async () => new Response('', { status: 502 })")
    pass_time(browser, 5)
    require_lost(browser)
    browser.run("window.fetch = window.real")
    pass_time(browser, 60)
    require_found(browser)


def test_after_a_sleep_the_page_does_not_claim_what_it_does_not_know_and_asks_anew(browser, url):
    browser.open(url)
    browser.run(
        """
        window.real = fetch;
        window.asked = 0;
        window.fetch = (url, { signal }) => {
          asked += 1;
          return new Promise((_, fail) => { signal.onabort = () => fail(signal.reason); });
        };
        """
    )
    pass_time(browser, 5)
    browser.wait(lambda: browser.run("return asked") == 1)  # and gets no answer
    pass_time(browser, 3600)
    require_lost(browser)
    browser.run("window.fetch = window.real")
    come_back(browser)
    require_found(browser)


def test_when_the_password_was_changed_the_page_says_so_and_stops(browser, url):
    browser.open(url)
    browser.run(
        "window.asked = 0; window.fetch = async () => { asked += 1; return new Response('', { status: 401 }); }"
    )
    come_back(browser)
    browser.wait(lambda: "The password of this page is another one now." in browser.read("#note"))
    require_lost(browser)
    come_back(browser)
    assert browser.run("return asked") == 1


def test_an_order_that_is_not_there_yet_shows_once_it_is(browser, url, folder):
    browser.open(url + "?order=ORD-3")
    assert "No row of the sheet has this number" in browser.read("#answer")
    (folder / "Orders.csv").write_text(ORDERS.format("149.50") + "ORD-3,Shipped,9\n", "utf-8")
    wait_for(browser, "#answer", "Order ORD-3 is shipped.")


def test_a_count_leads_to_its_list_and_a_lookup_of_biks_to_its_answer(browser, folder):
    with serve_page(folder) as (url, port):
        ask(port, b'{"orderId": "ORD-2"}')
        browser.open(url)
        browser.click("#numbers .error a")
        assert browser.run("return location.hash") == "#problems"
        browser.click("#lookups a")
        browser.wait(lambda: "Order ORD-2 is packed." in browser.read("#answer"))
        browser.open("about:blank")


def test_the_page_asks_only_while_somebody_looks_at_it(browser, url):
    browser.open(url)
    browser.run(
        "const real = fetch; window.asked = 0; window.fetch = (...all) => { asked += 1; return real(...all); }"
    )
    browser.run("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    come_back(browser)
    assert browser.run("return asked") == 0
    browser.run("delete document.hidden")
    come_back(browser)
    assert browser.run("return asked") == 1


NASTY = ["<script>pwned = 1</script>", '"><img src=x onerror="pwned = 1">', "<svg/onload=pwned=1>"]


@pytest.mark.parametrize("nasty", NASTY)
def test_a_script_in_a_cell_shows_as_text_and_does_not_run(browser, tmp_path, nasty):
    cell = '"' + nasty.replace('"', '""') + '"'
    (tmp_path / "Orders.csv").write_text(
        f"Order ID,Status,Total,{cell}\n{cell},{cell},{cell},{cell}\n2,Packed,80,{cell}\n", "utf-8"
    )
    (tmp_path / "Items.csv").write_text(f"Order ID,Item,Qty\n{cell},{cell},{cell}\n", "utf-8")
    if "/" not in nasty:  # as a file's name, which is the tab's title
        (tmp_path / f"{nasty}.csv").write_text("Order ID,Total\n9,x\n", "utf-8")
    with serve_page(tmp_path) as (url, port):
        ask(port, b'{"orderId": "%s"}' % nasty.replace('"', '\\"').encode())
        browser.open(f"{url}?order={quote(nasty)}")
        browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
        assert browser.run("return document.getElementById('order').value") == nasty
        for part in ("#answer", "#problems", "#lookups", "#understood"):
            assert nasty[:12] in browser.read(part)
        (tmp_path / "Orders.csv").write_text(f"Order ID,Status,Total\n{cell},New {cell},{cell}\n", "utf-8")
        wait_for(browser, "#answer", "New ")
        assert browser.run("return typeof pwned") == "undefined"
        assert browser.run("return document.querySelectorAll('script, img, svg').length") == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_narrow_phone_light_and_dark(browser, folder, scheme):
    long = "x" * 120
    (folder / "Orders.csv").write_text(
        f"Order ID,Status,Total,{long}\n{long},{long},{long},{long}\n", "utf-8"
    )
    (folder / f"{long}.csv").write_text(f"Item,Qty\n{long},{long}\n", "utf-8")
    emulate(browser, 360, scheme)
    with serve_page(folder) as (url, port):
        ask(port, b'{"orderId": "%s"}' % long.encode())
        browser.open(f"{url}?order={long[:100]}")
        browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
        assert browser.run("return document.documentElement.scrollWidth") <= 360
        wide = "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 361).length"
        assert browser.run(f"return {wide}") == 0
        colours = "const style = getComputedStyle(document.body); return [style.backgroundColor, style.color]"
        back, ink = (int(colour[4:].split(",")[0]) for colour in browser.run(colours))
        assert (back < 64 and ink > 192) if scheme == "dark" else (back > 192 and ink < 64)
        assert browser.draw().startswith(b"\x89PNG")


def test_two_hundred_problems_stay_readable_on_a_narrow_phone(browser, tmp_path):
    orders = [f"AN-{n},Asha Subramanian Rao,{n + 50},{n}" for n in range(2000, 2200)]
    items = [f"AN-{n},Rose Water,1,{n - 1}" for n in range(2000, 2200)]
    header = "Order ID,Customer,Total,Subtotal"
    (tmp_path / "Orders.csv").write_text("\n".join([header, *orders]), "utf-8")
    (tmp_path / "Items.csv").write_text("\n".join(["Order ID,Item,Qty,Price", *items]), "utf-8")
    emulate(browser, 360)
    with serve_page(tmp_path) as (url, _):
        browser.open(url)
        assert browser.run("return document.querySelectorAll('#found li').length") == 200
        assert browser.run("return document.documentElement.scrollWidth") <= 360
        marks = "Math.max(...[...document.querySelectorAll('.level')].map((mark) => mark.offsetHeight))"
        assert browser.run(f"return {marks}") < 32  # one line
        titles = "Math.min(...[...document.querySelectorAll('.whose')].map((title) => title.offsetWidth))"
        assert browser.run(f"return {titles}") > 180
        browser.open("about:blank")
