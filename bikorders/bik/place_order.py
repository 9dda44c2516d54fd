"""placeOrder on the wire: a request body to an order that can be kept, and the order as it is answered.

What is sent is a customer's and is kept as it is, to the last digit and the last unknown field; what can't be
kept for certain is refused.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, is_typeddict
from urllib.parse import quote

import msgspec

from bikorders.bik.contract import (
    FIELDS,
    KNOWN_NAMES,
    BikOrder,
    Item,
    Number,
    ProductId,
    Tags,
    Text,
    find_wrong_fields,
    read_request,
)
from bikorders.errors import RequestRefused
from bikorders.orders.order import Order
from bikorders.reading.cells import EXACT_DIGITS
from bikorders.reading.fields import Values
from bikorders.reading.vocabulary import FULFILLMENTS
from bikorders.text import strip_blanks

_HINT = 'send {"draftOrderId": "...", "paymentPending": true, "order": {...}}'

_NOT_NEGATIVE = ("subTotal", "shippingCharge", "total")
_OBJECTS = tuple(name for name, kind in FIELDS[BikOrder].items() if is_typeddict(kind))
_PRODUCT_IDS = tuple(name for name, kind in FIELDS[Item].items() if kind == ProductId)

_REFUSALS: Mapping[Any, str] = {
    Text: "is no text",
    Number: "is missing or no number",
    ProductId: "is neither a number nor text",
    Tags: "is neither text nor a list of texts",
    list[Item]: "is missing, empty or no list",
}
"""What is wrong with a field of the wrong type; where none of these was wanted, it is no object."""

_MAX_DRAFT_ID = 200
_MAX_TEXT = 50_000
"""Characters; a cell of a Google Sheet holds no more."""

_MAX_DEPTH = 30
"""Objects and lists within each other; the contract has 4."""

_MAX_NUMBER = 100
"""Characters of any number, and powers of ten: more would be slow to calculate with, and no amount has them."""

_DOUBLE_DIGITS = 17
"""The most digits that a double is written with: 998 * 0.12 reaches us as 119.75999999999999."""


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
    request = read_request(body, _PLACED.decode, _HINT)
    if not isinstance(request, dict):
        _refuse("the body is not a JSON object")
    _check_limits(request, "", 1)
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
    """Return the order as it is kept and answered: what Bik sent, under our id, with its states filled in.

    `invoice_url` holds `{id}` where the id belongs; "" leaves the link as Bik sent it. A field of the contract
    that is null is left out: the contract knows no null.
    """
    sent = _leave_out_nulls(request.order)
    for name in sent.keys() & set(_OBJECTS):
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
    return {key: value for key, value in part.items() if value is not None or key not in KNOWN_NAMES}


def dump_placed(order: Mapping[str, Any]) -> bytes:
    """Return the answer `{"order": BikOrder}`, every number with the digits it was sent with."""
    return msgspec.json.format(_ANSWER.encode({"order": order}), indent=0)


_ANSWER = msgspec.json.Encoder(decimal_format="number")


def read_placed(answer: bytes) -> dict[str, Any]:
    """Return the order of an answer that `dump_placed` made, its fractions as `Decimal`.

    >>> read_placed(dump_placed({"id": "ORD-1001", "total": Decimal("947.50")}))
    {'id': 'ORD-1001', 'total': Decimal('947.50')}
    """
    order: dict[str, Any] = _KEPT.decode(answer)["order"]
    return order


_KEPT = msgspec.json.Decoder(float_hook=Decimal)


def restore_order(placed: Mapping[str, Any]) -> Order:
    """Return a placed order as it would be read from the sheet: its texts and numbers by their paths.

    >>> restore_order({"id": "1", "items": [{"name": "Soap", "quantity": 2}], "address": {"city": "Pune"}}).values
    {'id': '1', 'address.city': 'Pune'}
    """
    values = flatten({key: value for key, value in placed.items() if key != "items"})
    items = tuple(flatten(item) for item in placed["items"])
    return Order(values, items, ())


def flatten(body: Mapping[str, Any], before: str = "") -> Values:
    """Return the texts and numbers of an object by their paths; lists and what is blank are left out."""
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


_PLACED = msgspec.json.Decoder(float_hook=_parse_fraction)


def _check_limits(value: Any, where: str, depth: int) -> None:
    """Refuse what can't be kept: texts, keys among them, numbers and depth without an end.

    An unknown key is not repeated: it is a stranger's text.
    """
    if isinstance(value, str):
        _check_text(value, where)
    elif isinstance(value, int) and len(str(value)) > _MAX_NUMBER:
        _refuse("a number in the body is too long")
    elif isinstance(value, (dict, list)):
        if depth > _MAX_DEPTH:
            _refuse("the body is nested too deep")
        if isinstance(value, list):
            for number, item in enumerate(value):
                _check_limits(item, f"{where}[{number}]", depth + 1)
            return
        for key, item in value.items():
            _check_text(key, f"a key in {where or 'the body'}")
            name = key if key in KNOWN_NAMES else "(unknown)"
            parent = "" if where in ("", "order") else where
            _check_limits(item, f"{parent}.{name}" if parent else name, depth + 1)


def _check_text(text: str, where: str) -> None:
    if len(text) > _MAX_TEXT:
        _refuse(f"{where} has more than {_MAX_TEXT} characters")
    if "\0" in text:
        _refuse(f"{where} holds a NUL character")


def _check_order(order: dict[str, Any]) -> None:
    # The draft's own id may be anything: ours takes its place.
    for path, _, wanted in find_wrong_fields(order | {"id": ""}, allow_null=True):
        _refuse(f"{path} {_REFUSALS.get(wanted, 'is no object')}")
    fulfillment = order.get("fulfillmentStatus")
    if not _is_nothing(fulfillment) and fulfillment not in FULFILLMENTS:
        _refuse(f"fulfillmentStatus is none of {', '.join(FULFILLMENTS)}")
    for name in (*_NOT_NEGATIVE, "discount"):
        amount = order.get(name)
        if amount is None:
            continue
        _check_digits(amount, name)
        if amount < 0 and name in _NOT_NEGATIVE:
            _refuse(f"{name} is negative")
    if not order.get("items"):
        _refuse(f"items {_REFUSALS[list[Item]]}")
    for number, item in enumerate(order["items"]):
        _check_item(item, f"items[{number}]")


def _check_item(item: dict[str, Any], where: str) -> None:
    if _is_nothing(item.get("name")) and _is_nothing(item.get("productId")):
        _refuse(f"{where} has neither a name nor a productId")
    if item.get("quantity") is None:
        _refuse(f"{where}.quantity {_REFUSALS[Number]}")
    _check_digits(item["quantity"], f"{where}.quantity")
    if item["quantity"] <= 0:
        _refuse(f"{where}.quantity is not more than zero")
    if item.get("price") is not None:
        _check_digits(item["price"], f"{where}.price")
        if item["price"] < 0:
            _refuse(f"{where}.price is negative")


def _check_digits(number: int | Decimal, where: str) -> None:
    """Refuse a number that a sheet or a JSON number can't hold."""
    digits = f"{Decimal(number):f}".replace(".", "").lstrip("-").strip("0")
    if not -(10**EXACT_DIGITS) < number < 10**EXACT_DIGITS or len(digits) > _DOUBLE_DIGITS:
        _refuse(f"{where} has too many digits")


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not strip_blanks(value))


def _fill(order: dict[str, Any], name: str, default: str) -> Any:
    value = order.get(name)
    return default if _is_nothing(value) else value
