"""POST /refresh with an edit: what is answered, after which read, and what counts as an edit."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from bikorders.bik.auth import Auth
from bikorders.cache.policy import Policy
from bikorders.errors import BikordersError, SourceUnavailable
from bikorders.merchant.notes import SAMPLE, Notes, check_some
from bikorders.merchant.report import build_report
from bikorders.orders import snapshot as snapshot_module
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.rows import list_rows
from bikorders.serving.app import MAX_BODY, create_app
from bikorders.sheet.workbook import Workbook
from tests.cache.test_snapshot_cache import Gate, wait_until_waiting
from tests.conftest import Clock, Shop, SimulatedClock, make_workbook
from tests.orders.test_workbooks import FILES, read_case
from tests.serving.test_app import assert_error, call

ORDERS = "Order ID,Phone,Subtotal,Email\n1,{},90,\n2,soon,80,\n3,+91 98765 43210,70,me\n"
ITEMS = "Order ID,Product,Qty,Price\n1,Soap,1,90\n2,Oil,1,80\n,Tea,x,80\n3,Wax,1,70\n"


def make_shop(phone="+91 98765 43210", clock=None, items=ITEMS, **tabs):
    return Shop(make_workbook(ORDERS.format(phone), items, **tabs), clock or SimulatedClock())


def send(shop, tab="Orders", cells="B2", body=None):
    body = json.dumps({"tab": tab, "range": cells}).encode() if body is None else body
    return call(shop.get_app(), body, PATH_INFO="/refresh", CONTENT_TYPE="application/json")


def edit(shop, tab="Orders", cells="B2"):
    """Tell of an edit; give the addresses of the problems, and the ranges that were looked at."""
    response = send(shop, tab, cells)
    assert response.status == 200
    answer = json.loads(response.body)
    return (
        [f"{problem['tab']}!{problem['cell']}" for problem in answer["problems"]],
        [f"{checked['tab']}!{checked['range']}" for checked in answer["checked"]],
    )


def test_an_edit_is_answered_with_what_is_wrong_in_its_cells_and_what_to_type():
    shop = make_shop("soon")
    (problem,) = json.loads(send(shop).body)["problems"]
    assert (problem["tab"], problem["cell"], problem["code"]) == ("Orders", "B2", "phone")
    assert "“soon”" in problem["message"] and problem["hint"]


def test_the_answer_comes_from_a_read_that_began_after_the_edit():
    shop = make_shop()
    assert edit(shop)[0] == []
    shop.source.workbook = make_workbook(ORDERS.format("soon"), ITEMS)
    assert edit(shop)[0] == ["Orders!B2"]
    shop.source.workbook = make_workbook(ORDERS.format("+91 98765 43210"), ITEMS)
    assert edit(shop)[0] == []
    assert len(shop.source.reads) == 3


def test_a_header_that_is_typed_settles_what_was_wrong_with_another():
    def shop(header):
        return Shop(make_workbook(f"Order ID,Produkt,{header}\n1,Soap,2\n2,Oil,1"), SimulatedClock())

    assert edit(shop("Number of"), cells="C1") == (["Orders!B1"], ["Orders!C1", "Orders!A1:C1"])
    assert edit(shop("Quantity"), cells="C1") == ([], ["Orders!C1", "Orders!A1:C1"])
    assert edit(shop("Number of"), cells="C2")[1] == ["Orders!C2", "Orders!A2:C2"]


def test_a_problem_of_another_order_is_not_told():
    assert edit(make_shop("soon"), cells="B2:C2")[0] == ["Orders!B2"]


def test_what_the_edit_contradicts_in_its_order_is_told_where_it_stands():
    shop = make_shop(items=ITEMS.replace("Soap,1,90", "Soap,1,60"))
    problems, checked = edit(shop, "Items", "D2")
    assert problems == ["Orders!C2"]
    assert checked == ["Items!D2", "Items!A2:D2", "Orders!A2:D2"]


def test_a_line_below_its_orders_first_belongs_to_it():
    problems, checked = edit(make_shop(), "Items", "C4")
    assert "Items!C4" in problems and "Orders!B3" in problems
    assert checked == ["Items!C4", "Items!A3:D4", "Orders!A3:D3"]


@pytest.mark.parametrize("cells", ["B:B", "A1:D4", "d4:a1", "1:9000000", "A1:ZZZ99999999"])
def test_a_range_may_be_of_any_size(cells):
    problems, _ = edit(make_shop("soon"), cells=cells)
    assert {"Orders!B2", "Orders!B3", "Orders!D4"} <= set(problems)


def test_an_edit_in_a_tab_with_one_orders_items_is_of_that_order():
    shop = make_shop("soon", items="", **{"1": "Product,Qty,Price\nSoap,x,90"})
    assert set(edit(shop, "1", "B2")[0]) == {"1!B2", "Orders!B2"}


@pytest.mark.parametrize("tab", ["Notes", "Settings"])
def test_a_tab_without_orders_has_no_problems_but_its_own(tab):
    shop = make_shop("soon", **{tab: "Anything,else\n1,2"})
    assert edit(shop, tab, "A2") == ([], [f"{tab}!A2"])


@pytest.mark.parametrize(
    "body",
    [
        b'{"tab": "Orders"}',
        b'{"range": "D17"}',
        b'{"tab": "Orders", "range": ""}',
        b'{"tab": "Orders", "range": "D17:"}',
        b'{"tab": "Orders", "range": "D17:F"}',
        b'{"tab": "Orders", "range": "D0"}',
        b'{"tab": "Orders", "range": "Orders!D17"}',
        b'{"tab": "Orders", "range": "R1C1"}',
        b'{"tab": "Orders", "range": ["D17"]}',
        b'{"tab": 7, "range": "D17"}',
        b'{"tab": "", "range": "D17"}',
        b'{"tab": "Order", "range": "D17"}',
        b"[]",
        b"tab=Orders",
        b"\xff",
        b"[" * 50_000,
    ],
)
def test_what_is_no_range_of_a_known_tab_is_400(body):
    shop = make_shop()
    response = send(shop, body=body)
    assert_error(response, 400)
    assert "JSON" in json.loads(response.body)["error"] or "send" in json.loads(response.body)["error"]


def test_a_range_that_is_none_costs_no_read():
    shop = make_shop()
    send(shop, cells="D0")
    assert shop.source.reads == [] and shop.service.heard_at is None


def test_too_long_a_body_is_413_and_another_kind_of_it_415():
    shop = make_shop()
    assert_error(send(shop, body=b" " * (MAX_BODY + 1)), 413)
    assert_error(call(shop.get_app(), b"x", PATH_INFO="/refresh", CONTENT_TYPE="text/plain"), 415)


@pytest.mark.parametrize("body", [b"", b" \n", b"{}"])
def test_without_an_edit_it_is_answered_at_once(body):
    shop = make_shop()
    response = send(shop, body=body)
    assert (response.status, response.body, shop.source.reads) == (202, b"{}", [])


def test_a_new_tab_is_known_at_its_first_edit():
    shop = make_shop()
    edit(shop)
    shop.source.workbook = make_workbook(ORDERS.format(""), ITEMS, Returns="Anything\n1")
    assert edit(shop, "Returns", "A2")[1] == ["Returns!A2"]


def test_while_the_sheet_can_not_be_read_it_is_202():
    shop = make_shop()
    shop.source.error = SourceUnavailable("down")
    assert send(shop).status == 202
    assert send(shop).status == 202  # in the pause after a failure: at once


def test_an_edit_that_puts_the_sheet_right_is_answered_though_it_comes_in_the_pause_after_a_failure():
    shop = make_shop("soon")
    edit(shop)
    good = shop.source.workbook
    shop.source.workbook = make_workbook(ORDERS.format("soon").replace("Order ID", "Ordr ID"), "")
    for _ in range(3):
        shop.clock.advance(61)
        assert send(shop, cells="A1").status == 202
    shop.clock.advance(3)
    shop.source.workbook = good
    came = shop.clock.now()
    assert edit(shop)[0] == ["Orders!B2"]
    assert shop.clock.now() == came


def test_edits_of_a_sheet_that_can_not_be_used_stay_within_the_quota():
    shop = make_shop()
    edit(shop)
    for number in range(200):
        shop.clock.advance(0.5)
        shop.source.workbook = make_workbook(f"Ordr ID,Status\n{number},Packed")
        assert send(shop).status == 202
        assert shop.quota.used() < shop.policy.reads_per_minute


def test_a_read_that_takes_longer_than_the_deadline_is_202():
    shop = make_shop(clock=Clock())
    shop.cache.start()
    gate = Gate(shop)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(send, shop)
        assert gate.entered.acquire(timeout=10)
        wait_until_waiting(shop, 1)
        shop.clock.advance(4.1)
        assert future.result(10).status == 202
        gate.leave.set()
    shop.cache.close()


def test_while_others_are_checked_for_too_long_it_is_202(monkeypatch):
    monkeypatch.setattr("bikorders.merchant.notes.CHECK_WITHIN", 0.0)
    shop = make_shop()
    notes = Notes(shop.service)
    body = json.dumps({"tab": "Orders", "range": "B2"}).encode()
    app = create_app(shop.service, Auth(), find_notes=notes.find)
    with notes._checking:
        assert call(app, body, PATH_INFO="/refresh").status == 202
    assert call(app, body, PATH_INFO="/refresh").status == 200


def test_only_the_edits_own_orders_and_a_sample_of_the_others_are_built(monkeypatch):
    built = []
    build = snapshot_module.build_order
    monkeypatch.setattr(
        snapshot_module,
        "build_order",
        lambda groups, *args: (built.append(groups[0].id), build(groups, *args))[1],
    )
    rows = "".join(f"{n},soon,90\n" for n in range(3 * SAMPLE))
    shop = Shop(make_workbook("Order ID,Phone,Subtotal\n" + rows), SimulatedClock())
    assert edit(shop, cells="B7:B8")[0] == ["Orders!B7", "Orders!B8"]
    assert {"5", "6"} <= set(built) and len(built) <= SAMPLE + 2


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_edit_of_a_whole_tab_is_told_what_the_report_tells_of_it(path):
    case = read_case(path.read_text(encoding="utf-8"))
    try:
        snapshot = Snapshot(Workbook(case.tabs), case.options)
    except BikordersError:
        return
    report = build_report(snapshot)
    for table in snapshot.layout.orders:
        groups = (snapshot.list_groups(row.id) for row in list_rows(table) if row.id)
        ids = {group.id for same in groups for group in same}
        some = check_some(snapshot, ids)
        assert set(some.problems) == set(report.problems)


def test_where_nobody_checks_the_sheet_it_is_202():
    body = json.dumps({"tab": "Orders", "range": "B2"}).encode()
    app = create_app(make_shop().service, Auth())
    assert call(app, body, PATH_INFO="/refresh").status == 202


def test_all_who_wait_share_one_read():
    shop = make_shop("soon", clock=Clock())
    shop.cache.start()
    gate = Gate(shop)
    with ThreadPoolExecutor(30) as pool:
        first = pool.submit(send, shop)
        assert gate.entered.acquire(timeout=10)
        futures = [pool.submit(send, shop) for _ in range(29)]
        wait_until_waiting(shop, 30)
        gate.leave.set()
        assert {future.result(10).status for future in (first, *futures)} == {200}
    assert len(shop.source.reads) == 2  # the one that was under way, and one for all who came after
    shop.cache.close()


def test_edits_leave_places_for_questions_to_wait_in():
    shop = Shop(make_workbook(ORDERS, ITEMS), Clock(), Policy(waiting=3))
    shop.cache.start()
    gate = Gate(shop)
    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(send, shop) for _ in range(3)]
        wait_until_waiting(shop, 3)
        assert send(shop).status == 202
        gate.leave.set()
        assert {future.result(10).status for future in futures} == {200}
    shop.cache.close()


def test_edits_in_a_row_stay_within_the_quota_and_each_is_answered_for_its_own_moment():
    shop = make_shop()
    for number in range(60):
        shop.clock.advance(0.5)
        shop.source.workbook = make_workbook(ORDERS.format(f"soon {number}"), ITEMS)
        assert f"soon {number}" in json.loads(send(shop).body)["problems"][0]["message"]
        assert shop.quota.used() <= shop.policy.reads_per_minute


def test_edits_that_come_no_faster_than_regular_reads_each_get_their_own_at_once():
    shop = make_shop()
    for number in range(40):
        shop.clock.advance(shop.policy.interval)
        came = shop.clock.now()
        shop.source.workbook = make_workbook(ORDERS.format(f"soon {number}"), ITEMS)
        assert f"soon {number}" in json.loads(send(shop).body)["problems"][0]["message"]
        assert shop.clock.now() == came
