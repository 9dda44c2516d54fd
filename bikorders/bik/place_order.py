"""The contract of placeOrder: a request body to an order that can be kept, and the order as it is answered.

What is sent is a customer's and is kept as it is, to the last digit and the last unknown field; what can't be
kept for certain is refused. Ids of our own are spelled here, and known again.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn
from urllib.parse import quote

from bikorders.bik.get_order import read_object, refuse_constant
from bikorders.errors import RequestRefused
from bikorders.orders.order import Order
from bikorders.reading.cells import EXACT_DIGITS
from bikorders.reading.fields import Values
from bikorders.reading.vocabulary import FULFILLMENTS
from bikorders.text import strip_blanks

_HINT = 'send {"draftOrderId": "...", "paymentPending": true, "order": {...}}'

_TEXTS = (
    "name", "status", "paymentStatus", "fulfillmentStatus", "currency", "phoneNumber", "email", "invoiceUrl",
)  # fmt: skip
_ITEM_TEXTS = ("name", "variantName")
_PRODUCT_IDS = ("productId", "variantId")
_OBJECTS = {
    "address": "firstName lastName address1 city country countryCode zip phoneNumber".split(),
    "deliveryInfo": ["trackingURL"],
    "partnersData": ["id"],
}
_NOT_NEGATIVE = ("subTotal", "shippingCharge", "total")
_KNOWN = frozenset(
    ["draftOrderId", "paymentPending", "order", "id", "tags", "items", "quantity", "price", "discount"]
    + [*_TEXTS, *_ITEM_TEXTS, *_PRODUCT_IDS, *_NOT_NEGATIVE, *_OBJECTS]
    + [member for members in _OBJECTS.values() for member in members]
)
"""The contract's words. A refusal repeats no other key: that is a stranger's text."""

_MAX_DRAFT_ID = 200
_MAX_TEXT = 50_000
"""Characters; as many as a cell of a Google Sheet holds."""

_MAX_DEPTH = 30
"""Objects and lists within each other; the contract has 4."""

_MAX_NUMBER = 100
"""Characters of any number, and powers of ten: more would be costly to reckon with, and nobody means it."""

_DOUBLE_DIGITS = 17
"""As many digits as a double is ever written with: 998 * 0.12 reaches us as 119.75999999999999."""


@dataclass(frozen=True)
class PlaceRequest:
    """An order to place, as it was sent: fractions are `Decimal`, and nothing is left out.

    `is_pending` says that the money is still to come.
    """

    draft_id: str
    is_pending: bool
    order: dict[str, Any] = field(repr=False)


def parse_place_request(body: bytes) -> PlaceRequest:
    """Read a placeOrder request; null is as good as absent where a field may be absent.

    Raises `RequestRefused`, which names the field that is wrong and repeats nothing that was sent.
    """
    request = read_object(body, _HINT, _PLACED)
    _check_texts(request, "", 1)
    draft_id, is_pending, order = (request.get(key) for key in ("draftOrderId", "paymentPending", "order"))
    if not isinstance(draft_id, str) or not strip_blanks(draft_id):
        _refuse("draftOrderId is missing or no text")
    draft_id = strip_blanks(draft_id)  # as a cell is read
    if len(draft_id) > _MAX_DRAFT_ID:
        _refuse(f"draftOrderId has more than {_MAX_DRAFT_ID} characters")
    if any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in draft_id):
        _refuse("draftOrderId holds a control character")
    if not isinstance(is_pending, bool):
        _refuse("paymentPending is missing or neither true nor false")
    if not isinstance(order, dict):
        _refuse("order is missing or no object")
    _check_order(order)
    return PlaceRequest(draft_id, is_pending, order)


def build_placed_order(request: PlaceRequest, order_id: str, invoice_url: str) -> dict[str, Any]:
    """Build the order as it is kept and answered: what Bik sent, under our id, with its states filled in.

    `invoice_url` holds `{id}` where the id belongs; "" leaves the link as Bik sent it. A field of the contract
    that is null is left out: the contract knows no null.
    """
    sent = _leave_out_nulls(request.order)
    for name in _OBJECTS.keys() & sent.keys():
        sent[name] = _leave_out_nulls(sent[name])
    sent["items"] = [_leave_out_nulls(item) for item in sent["items"]]
    own: dict[str, Any] = {
        "id": order_id,
        "name": _fill(sent, "name", order_id),
        "status": _fill(sent, "status", "PLACED"),
        "paymentStatus": "pending" if request.is_pending else "paid",
        "fulfillmentStatus": _fill(sent, "fulfillmentStatus", "unfulfilled"),
        "partnersData": sent.get("partnersData", {}) | {"id": request.draft_id},
    }
    if invoice_url:
        own["invoiceUrl"] = invoice_url.replace("{id}", quote(order_id, safe=""))
    return sent | own


def _leave_out_nulls(part: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if value is not None or key not in _KNOWN}


def dump_placed(order: Mapping[str, Any]) -> bytes:
    """Give the answer `{"order": BikOrder}`, every number with the digits it was sent with."""
    return _spell({"order": order}).encode("utf-8", "replace")


def read_placed(answer: bytes) -> dict[str, Any]:
    """Read back the order of an answer that `dump_placed` made.

    >>> read_placed(dump_placed({"id": "ORD-1001", "total": Decimal("947.50")}))
    {'id': 'ORD-1001', 'total': Decimal('947.50')}
    """
    order: dict[str, Any] = json.loads(answer, parse_float=Decimal)["order"]
    return order


def restore_order(placed: Mapping[str, Any]) -> Order:
    """Give a placed order as the sheet would tell it: its texts and numbers by their paths.

    >>> restore_order({"id": "1", "items": [{"name": "Soap", "quantity": 2}], "address": {"city": "Pune"}}).values
    {'id': '1', 'address.city': 'Pune'}
    """
    values = flatten({key: value for key, value in placed.items() if key != "items"})
    items = tuple(flatten(item) for item in placed["items"])
    return Order(values, items, ())


def flatten(body: Mapping[str, Any], before: str = "") -> Values:
    """Give the texts and numbers of an object by their paths; lists and what is blank are left out."""
    values: Values = {}
    for key, value in body.items():
        if isinstance(value, Mapping):
            values |= flatten(value, f"{before}{key}.")
        elif isinstance(value, (str, int, Decimal)) and not isinstance(value, bool) and value != "":
            values[before + key] = (
                Decimal(value) if isinstance(value, int) and key not in _PRODUCT_IDS else value
            )
    return values


def _refuse(message: str) -> NoReturn:
    raise RequestRefused(message, _HINT)


def _parse_int(text: str) -> int:
    if len(text) > _MAX_NUMBER:
        _refuse("a number in the body is too long")
    return int(text)


def _parse_fraction(text: str) -> Decimal:
    if len(text) > _MAX_NUMBER:
        _refuse("a number in the body is too long")
    try:
        value = Decimal(text)
    except InvalidOperation:  # its power of ten has 19 digits
        _refuse("a number in the body is too large or too small")
    if abs(value.adjusted()) > _MAX_NUMBER:
        _refuse("a number in the body is too large or too small")
    return value


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object; of two members with the same key nobody knows which one is meant."""
    members = dict(pairs)
    if len(members) != len(pairs):
        _refuse("an object in the body has the same key twice")
    return members


_PLACED = json.JSONDecoder(
    parse_int=_parse_int,
    parse_float=_parse_fraction,
    parse_constant=refuse_constant,
    object_pairs_hook=_build_object,
)


def _check_texts(value: Any, where: str, depth: int) -> None:
    """Refuse text that can't be kept, keys too, and what is nested too deep; an unknown key is not repeated."""
    if isinstance(value, str):
        _check_text(value, where)
    elif isinstance(value, (dict, list)):
        if depth > _MAX_DEPTH:
            _refuse("the body is nested too deep")
        if isinstance(value, list):
            for number, item in enumerate(value):
                _check_texts(item, f"{where}[{number}]", depth + 1)
            return
        for key, item in value.items():
            _check_text(key, f"a key in {where or 'the body'}")
            name = key if key in _KNOWN else "(unknown)"
            parent = "" if where in ("", "order") else where
            _check_texts(item, f"{parent}.{name}" if parent else name, depth + 1)


def _check_text(text: str, where: str) -> None:
    if len(text) > _MAX_TEXT:
        _refuse(f"{where} has more than {_MAX_TEXT} characters")
    if "\0" in text:
        _refuse(f"{where} holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        _refuse(f"{where} holds half of a character pair")


def _check_order(order: dict[str, Any]) -> None:
    _require_texts(order, _TEXTS, "")
    fulfillment = order.get("fulfillmentStatus")
    if not _is_nothing(fulfillment) and fulfillment not in FULFILLMENTS:
        _refuse(f"fulfillmentStatus is none of {', '.join(FULFILLMENTS)}")
    tags = order.get("tags")
    if not isinstance(tags, (str, list, type(None))) or (
        isinstance(tags, list) and not all(isinstance(tag, str) for tag in tags)
    ):
        _refuse("tags is neither text nor a list of texts")
    for name, members in _OBJECTS.items():
        part = order.get(name)
        if part is None:
            continue
        if not isinstance(part, dict):
            _refuse(f"{name} is no object")
        _require_texts(part, members, f"{name}.")
    for name in (*_NOT_NEGATIVE, "discount"):
        if order.get(name) is not None:
            number = _require_number(order, name, "")
            if number < 0 and name in _NOT_NEGATIVE:
                _refuse(f"{name} is negative")
    items = order.get("items")
    if not isinstance(items, list) or not items:
        _refuse("items is missing, empty or no list")
    for number, item in enumerate(items):
        if not isinstance(item, dict):
            _refuse(f"items[{number}] is no object")
        _check_item(item, f"items[{number}].")


def _check_item(item: dict[str, Any], where: str) -> None:
    _require_texts(item, _ITEM_TEXTS, where)
    for name in _PRODUCT_IDS:
        product_id = item.get(name)
        if isinstance(product_id, bool) or not isinstance(product_id, (str, int, Decimal, type(None))):
            _refuse(f"{where}{name} is neither a number nor text")
    if _is_nothing(item.get("name")) and _is_nothing(item.get("productId")):
        _refuse(f"{where[:-1]} has neither a name nor a productId")
    if _require_number(item, "quantity", where) <= 0:
        _refuse(f"{where}quantity is not more than zero")
    if item.get("price") is not None and _require_number(item, "price", where) < 0:
        _refuse(f"{where}price is negative")


def _require_texts(part: dict[str, Any], names: Iterable[str], where: str) -> None:
    for name in names:
        if not isinstance(part.get(name), (str, type(None))):
            _refuse(f"{where}{name} is no text")


def _require_number(part: dict[str, Any], name: str, where: str) -> int | Decimal:
    """Give a number that a sheet and a JSON number can hold."""
    value = part.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        _refuse(f"{where}{name} is missing or no number")
    digits = f"{Decimal(value):f}".replace(".", "").lstrip("-").strip("0")
    if not -(10**EXACT_DIGITS) < value < 10**EXACT_DIGITS or len(digits) > _DOUBLE_DIGITS:
        _refuse(f"{where}{name} has too many digits")
    return value


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not strip_blanks(value))


def _fill(order: dict[str, Any], name: str, default: str) -> Any:
    value = order.get(name)
    return default if _is_nothing(value) else value


def _spell(value: Any) -> str:
    """Write JSON; the standard library has no way to write a `Decimal` as it is."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_spell(key)}: {_spell(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_spell, value)) + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
