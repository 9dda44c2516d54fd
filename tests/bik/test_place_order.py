"""The contract of placeOrder: what is taken and refused, what is answered, and how our ids are spelled."""

import json
from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bikorders.bik.place_order import (
    PlaceRequest,
    build_placed_order,
    dump_placed,
    parse_place_request,
    read_placed,
)
from bikorders.errors import RequestRefused
from bikorders.placing.numbering import parse_id_template
from tests.conftest import SEED_ORDER
from tests.description import assert_schema

DRAFT = "nb_1719900000000_x7k2"
SENT = {
    "id": DRAFT,
    "name": "",
    "items": SEED_ORDER["items"],
    "subTotal": 998,
    "shippingCharge": 49,
    "discount": 100,
    "total": 947,
    "currency": "",
    "phoneNumber": "+919876543210",
    "address": {"firstName": "Asha", "lastName": None, "zip": "560001"},
    "tags": "ordered_via_bik",
}
BODY = {"draftOrderId": DRAFT, "paymentPending": True, "order": SENT}
IDS = parse_id_template("ORD-{number}")


def parse(order=SENT, **top):
    return parse_place_request(json.dumps(BODY | {"order": order} | top).encode())


def refuse(order=SENT, **top):
    with pytest.raises(RequestRefused) as refusal:
        parse(order, **top)
    return refusal.value.message


def with_item(**members):
    return SENT | {"items": [SENT["items"][0], SENT["items"][0] | members]}


def test_a_request_is_read_as_it_was_sent():
    request = parse()
    assert request == PlaceRequest(DRAFT, True, SENT)
    assert list(request.order) == list(SENT)


def test_a_field_of_the_contract_that_is_null_is_not_answered():
    order = with_item(variantId=None, gift=None) | {"email": None, "deliveryInfo": None, "note": None}
    placed = build_placed_order(parse(order), "ORD-1001", "")
    assert placed["address"] == {"firstName": "Asha", "zip": "560001"}
    assert not placed.keys() & {"email", "deliveryInfo"} and placed["note"] is None
    assert "variantId" not in placed["items"][1] and placed["items"][1]["gift"] is None


def test_fractions_keep_every_digit():
    body = json.dumps(BODY).replace("947", "947.50").replace("998", "119.75999999999999").encode()
    order = parse_place_request(body).order
    assert (str(order["total"]), str(order["subTotal"])) == ("947.50", "119.75999999999999")
    assert type(order["shippingCharge"]) is int


@pytest.mark.parametrize(
    "order",
    [
        {"items": [{"name": "Soap", "quantity": 1}]},
        {"items": [{"productId": "SKU-7", "quantity": 1}]},
        {"items": [{"productId": 0, "variantId": None, "quantity": 0.5, "price": None}]},
        SENT | dict.fromkeys(["name", "status", "email", "address", "deliveryInfo", "partnersData", "tags", "total"]),
        SENT | {"tags": ["a", "b"]},
        SENT | {"discount": -5, "total": 0},
        SENT | {"fulfillmentStatus": " "},
        SENT | {"fulfillmentStatus": "partial"},
        SENT | {"note": "a" * 50_000, "gift": {"for": [None, True, 1e99]}, "weight": 10**40},
        SENT | {"total": 999_999_999_999_999, "subTotal": 998.0000000000001},
    ],
)  # fmt: skip
def test_what_the_contract_leaves_open_is_taken(order):
    assert parse(order).order.keys() == order.keys()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the body is not JSON"),
        (b"\xff", "the body is not JSON"),
        (b'{"order": NaN}', "the body is not JSON"),
        (b'{"order": -Infinity}', "the body is not JSON"),
        (b"[" * 100_000, "the body is not JSON"),
        (b"[1]", "the body is not a JSON object"),
        (b'{"a": ' + b"[" * 30 + b"]" * 30 + b"}", "the body is nested too deep"),
        (b'{"a": ' + b"9" * 101 + b"}", "a number in the body is too long"),
        (b'{"a": 0.' + b"9" * 100 + b"}", "a number in the body is too long"),
        (b'{"a": 1e101}', "a number in the body is too large or too small"),
        (b'{"a": 1e-99999999999999999999}', "a number in the body is too large or too small"),
        (b'{"a": "\\u0000"}', "(unknown) holds a NUL character"),
        (b'{"\\u0000": 1}', "a key in the body holds a NUL character"),
        (b'{"a": "\\ud800"}', "the body is not JSON"),
        (b'{"order": {"\\udfff": 1}}', "the body is not JSON"),
        (b'{"order": {"address": {"city": "\xed\xa0\x80"}}}', "the body is not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a number in the body is too long"),
        (b'{"a": -' + b"9" * 100 + b"}", "a number in the body is too long"),
        (b'{"order": {"note": [{"name": "%s"}]}}' % (b"a" * 50_001), "(unknown)[0].name has more than 50000 characters"),
    ],
)  # fmt: skip
def test_a_body_that_can_not_be_kept_is_refused(body, message):
    with pytest.raises(RequestRefused) as refusal:
        parse_place_request(body)
    assert refusal.value.message == message


def test_the_last_of_two_members_with_the_same_key_counts():
    body = json.dumps(BODY).replace('"total": 947', '"total": "x", "total": 947').encode()
    assert parse_place_request(body) == parse()


@pytest.mark.parametrize(
    ("top", "message"),
    [
        ({"draftOrderId": None}, "draftOrderId is missing or no text"),
        ({"draftOrderId": 7}, "draftOrderId is missing or no text"),
        ({"draftOrderId": " \u200b"}, "draftOrderId is missing or no text"),
        ({"draftOrderId": "a\nb"}, "draftOrderId holds a control character"),
        ({"draftOrderId": "a\u2028b"}, "draftOrderId holds a control character"),
        ({"draftOrderId": "a" * 201}, "draftOrderId has more than 200 characters"),
        ({"paymentPending": None}, "paymentPending is missing or neither true nor false"),
        ({"paymentPending": 0}, "paymentPending is missing or neither true nor false"),
        ({"order": None}, "order is missing or no object"),
        ({"order": [SENT]}, "order is missing or no object"),
    ],
)
def test_a_request_without_its_three_parts_is_refused(top, message):
    assert refuse(**top) == message


@pytest.mark.parametrize("key", ["draftOrderId", "paymentPending", "order"])
def test_a_part_that_is_not_there_is_missing(key):
    with pytest.raises(RequestRefused, match=f"^{key} is missing"):
        parse_place_request(json.dumps({k: v for k, v in BODY.items() if k != key}).encode())


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ({}, "items is missing, empty or no list"),
        (SENT | {"items": []}, "items is missing, empty or no list"),
        (SENT | {"items": {"0": {}}}, "items is missing, empty or no list"),
        (SENT | {"items": ["Soap"]}, "items[0] is no object"),
        (with_item(name=" ", productId=None), "items[1] has neither a name nor a productId"),
        (with_item(name=["x"]), "items[1].name is no text"),
        (with_item(variantName=1), "items[1].variantName is no text"),
        (with_item(productId=True), "items[1].productId is neither a number nor text"),
        (with_item(variantId=[]), "items[1].variantId is neither a number nor text"),
        (with_item(quantity=None), "items[1].quantity is missing or no number"),
        (with_item(quantity="2"), "items[1].quantity is missing or no number"),
        (with_item(quantity=True), "items[1].quantity is missing or no number"),
        (with_item(quantity=0), "items[1].quantity is not more than zero"),
        (with_item(quantity=-0.5), "items[1].quantity is not more than zero"),
        (with_item(price="499"), "items[1].price is missing or no number"),
        (with_item(price=False), "items[1].price is missing or no number"),
        (with_item(price=-1), "items[1].price is negative"),
        (with_item(price=1e15), "items[1].price has too many digits"),
        (SENT | {"total": "947"}, "total is missing or no number"),
        (SENT | {"discount": True}, "discount is missing or no number"),
        (SENT | {"total": -1}, "total is negative"),
        (SENT | {"subTotal": -0.01}, "subTotal is negative"),
        (SENT | {"shippingCharge": -1}, "shippingCharge is negative"),
        (SENT | {"total": 10**15}, "total has too many digits"),
        (SENT | {"discount": -(10**15)}, "discount has too many digits"),
        (SENT | {"status": 1}, "status is no text"),
        (SENT | {"invoiceUrl": {}}, "invoiceUrl is no text"),
        (SENT | {"fulfillmentStatus": "Fulfilled"}, "fulfillmentStatus is none of unfulfilled, partial, fulfilled"),
        (SENT | {"tags": 1}, "tags is neither text nor a list of texts"),
        (SENT | {"tags": ["a", None]}, "tags is neither text nor a list of texts"),
        (SENT | {"address": "Pune"}, "address is no object"),
        (SENT | {"address": {"zip": 560001}}, "address.zip is no text"),
        (SENT | {"deliveryInfo": {"trackingURL": []}}, "deliveryInfo.trackingURL is no text"),
        (SENT | {"partnersData": {"id": 1}}, "partnersData.id is no text"),
    ],
)  # fmt: skip
def test_an_order_that_breaks_the_contract_is_refused_by_the_field(order, message):
    assert refuse(order) == message


def test_a_number_with_more_digits_than_a_double_has_is_refused():
    body = json.dumps(BODY).replace("947", "947.1234567890123456").encode()
    with pytest.raises(RequestRefused, match="total has too many digits"):
        parse_place_request(body)


def test_a_refusal_repeats_nothing_that_was_sent():
    secret = "Asha Rao"
    for order in (SENT | {secret: "\0"}, SENT | {secret + "\0": 1}, SENT | {"fulfillmentStatus": secret}):
        assert secret not in refuse(order)


def test_the_answer_has_our_id_and_states_and_keeps_the_rest_in_its_order():
    placed = build_placed_order(parse(), "ORD-1001", "")
    assert placed == SENT | {
        "id": "ORD-1001",
        "name": "ORD-1001",
        "status": "PLACED",
        "paymentStatus": "pending",
        "fulfillmentStatus": "unfulfilled",
        "partnersData": {"id": DRAFT},
        "address": {"firstName": "Asha", "zip": "560001"},
    }
    assert list(placed)[: len(SENT)] == list(SENT)


def test_what_was_said_stays_said():
    order = SENT | {"name": "#7", "status": "CONFIRMED", "fulfillmentStatus": "partial"}
    order |= {
        "partnersData": {"shop": 1, "id": "old"},
        "invoiceUrl": "https://bik.example.com/7",
        "vip": [True],
    }
    request = parse(order, paymentPending=False)
    before = deepcopy(request.order)
    placed = build_placed_order(request, "ORD-1001", "")
    assert placed == order | {
        "id": "ORD-1001",
        "paymentStatus": "paid",
        "partnersData": {"shop": 1, "id": DRAFT},
        "address": {"firstName": "Asha", "zip": "560001"},
    }
    assert request.order == before


def test_the_invoices_link_holds_the_id_in_a_form_that_a_link_can_hold():
    placed = build_placed_order(parse(), "№ 7/A", "https://shop.example.com/{id}?from=bik")
    assert placed["invoiceUrl"] == "https://shop.example.com/%E2%84%96%207%2FA?from=bik"


def test_numbers_are_answered_without_float_noise():
    order = {"a": Decimal("0.10"), "b": Decimal("1E+3"), "c": 10**40, "d": [None, True, "é\n"], "e": {}}
    text = '{"order": {"a": 0.10, "b": 1E+3, "c": 1%s, "d": [null, true, "é\\n"], "e": {}}}' % ("0" * 40)
    assert dump_placed(order) == text.encode()
    assert read_placed(dump_placed(order)) == order


TEXTS = st.one_of(st.sampled_from(["", " ", "x", "\0", "\ud800", "é", "partial"]), st.text(max_size=8))
NUMBERS = st.one_of(
    st.integers(-3, 10**16),
    st.floats(allow_nan=True, allow_infinity=True),
    st.decimals(0, 10**6, places=2).map(float),
)
ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
KNOWN = st.sampled_from(
    ["name", "status", "fulfillmentStatus", "tags", "total", "discount", "address", "invoiceUrl"]
)
ITEMS = st.fixed_dictionaries(
    {"name": st.just("Soap"), "quantity": st.sampled_from([1, 2.5, 0, 1e300])},
    optional={"price": NUMBERS, "productId": TEXTS},
)
GOOD_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
UNKNOWN = st.dictionaries(
    GOOD_TEXTS.map(lambda key: f"x-{key}"),
    st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            GOOD_TEXTS,
            st.integers(-(10**30), 10**30),
            st.decimals(-(10**30), 10**30, allow_nan=False),
        ),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(GOOD_TEXTS, inner, max_size=3)),
        max_leaves=8,
    ),
    max_size=4,
)


def try_body(body):
    """Place a body if it is accepted, and hold the answer against what was sent."""
    try:
        request = parse_place_request(body)
    except RequestRefused as refusal:
        assert refusal.message.isprintable()
        return
    placed = build_placed_order(request, "ORD-1001", "https://shop.example.com/{id}")
    assert read_placed(dump_placed(placed)) == placed
    assert_schema("PlacedAnswer", json.loads(dump_placed(placed)))


@given(st.one_of(st.binary(), st.text().map(str.encode), ANY.map(lambda value: json.dumps(value).encode())))
def test_no_body_at_all_does_anything_but_be_refused_or_kept(body):
    try_body(body)


@given(
    st.one_of(st.just({}), st.dictionaries(st.sampled_from(list(BODY)), ANY, max_size=1)),
    st.dictionaries(KNOWN, ANY, max_size=1),
    st.dictionaries(TEXTS, ANY, max_size=1),
    st.lists(ITEMS, min_size=1, max_size=2),
)
def test_no_order_does_anything_but_be_refused_or_kept(top, members, more, items):
    order = SENT | more | members | {"items": items}
    try_body(json.dumps(BODY | {"order": order} | top).encode())


@given(UNKNOWN)
def test_unknown_fields_are_answered_as_they_were_sent(unknown):
    body = dump_placed(SENT | unknown).removesuffix(b"}") + b', "draftOrderId": "d", "paymentPending": false}'
    placed = build_placed_order(parse_place_request(body), "ORD-1001", "")
    answer = read_placed(dump_placed(placed))
    assert {key: answer[key] for key in unknown} == unknown
    assert list(answer)[: len(SENT)] == list(SENT)


@pytest.mark.parametrize(
    ("template", "order_id", "number"),
    [
        ("ORD-{number}", "ORD-1001", 1001),
        ("ORD-{number}", "#ord-1001", 1001),
        ("ORD-{number}", " ＯＲＤ－１００１ ", 1001),
        ("ORD-{number}", "ORD-0", 0),
        ("ORD-{number}", "ORD-999999999999999", 999_999_999_999_999),
        ("ORD-{number}", "ORD-1000000000000000", None),
        ("ORD-{number}", "ORD-01001", None),
        ("ORD-{number}", "ORD-", None),
        ("ORD-{number}", "1001", None),
        ("ORD-{number}", "ORD-10.5", None),
        ("ORD-{number}", "", None),
        ("{number}", "1001.0", 1001),
        ("{number}", "0042", None),
        ("#{number}", "1001", 1001),
        ("20{number}-5", "201001-5", 1001),
        ("20{number}-5", "1001-5", None),
        ("ORD {number} A", "ord 7 a", 7),
        ("0{number}", "07", 7),
        ("№{number}", "no7", 7),
    ],
)
def test_our_ids_are_known_as_people_write_them(template, order_id, number):
    assert parse_id_template(template).find_number(order_id) == number


@given(
    st.sampled_from(["ORD-{number}", "{number}", "# {number}/x", "É{number}²"]), st.integers(0, 10**15 - 1)
)
def test_every_id_of_ours_is_known_again(template, number):
    ids = parse_id_template(template)
    assert ids.find_number(ids.spell(number)) == number
    assert ids.find_highest(["x", ids.spell(number)]) == number


@given(st.text(max_size=6), st.text(max_size=6), st.integers(0, 10**15 - 1))
def test_a_template_that_is_taken_knows_its_ids_again(before, after, number):
    try:
        ids = parse_id_template(f"{before}{{number}}{after}")
    except ValueError:
        return
    assert ids.find_number(ids.spell(number)) == number


def test_the_first_number_is_1001_and_others_ids_do_not_count():
    assert IDS.find_highest([]) == 1000
    assert IDS.find_highest(["1", "X-5000", "ORD-7x", "#REF!"]) == 1000
    assert IDS.find_highest(["ORD-3", "#ord-12", "ORD-5"]) == 12


@pytest.mark.parametrize(
    "template",
    [
        "", "ORD", "{}", "{Number}", "{number}{number}", "ORD-{number}-{x}", "ORD-{number}}", " {number}", "{number}\u00a0",
        "a\n{number}", "\u200b{number}", "{number}\u202e", "'{number}", "{number}.0", "1E+{number}",
        "1E{number}", "={number}", "+{number}", "-{number}", "@{number}", "\ud800{number}",
    ],
)  # fmt: skip
def test_a_template_that_spells_no_lasting_ids_is_refused(template):
    with pytest.raises(ValueError):
        parse_id_template(template)
