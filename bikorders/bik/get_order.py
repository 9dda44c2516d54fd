"""Bik's wire contract: a request body to an order id, an order to a BikOrder in JSON.

The shape is that of Bik's getOrder page: `{"orderId": "..."}` in, `{"order": {...}}` or `{"error": "..."}` out.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from bikorders.errors import RequestRefused
from bikorders.orders.order import Order
from bikorders.reading.fields import Value, Values
from bikorders.reading.order_ids import fold_order_id
from bikorders.text import strip_blanks

_FIRST = ("id", "name", "status", "paymentStatus", "items")
_LAST = (
    "subTotal", "shippingCharge", "discount", "total", "currency", "phoneNumber", "email", "fulfillmentStatus",
)  # fmt: skip
_ITEM = ("productId", "variantId", "name", "variantName", "quantity", "price")


def parse_request(body: bytes) -> str:
    """Give the order id that a getOrder request asks for; a number counts as its digits.

    >>> parse_request(b'{"orderId": "ORD-1001"}'), parse_request(b'{"orderId": 1001}')
    ('ORD-1001', '1001')

    Raises `RequestRefused`.
    """
    if usual := _USUAL.fullmatch(body):
        order_id: Any = usual[1].decode()
    else:
        order_id = read_object(body, 'send {"orderId": "..."}', _ASKED).get("orderId")
        if isinstance(order_id, _Number):
            order_id = re.sub(r"\.0+$", "", order_id)
    if not isinstance(order_id, str) or not fold_order_id(order_id):
        raise RequestRefused("orderId is missing or no text", 'send {"orderId": "..."}')
    return strip_blanks(order_id)


_USUAL = re.compile(rb'{"orderId": ?"([!#-[\]-~]{1,50})"}')
"""What nearly every request is, read in a third of the time that JSON takes."""


def read_object(body: bytes, hint: str, decoder: json.JSONDecoder) -> dict[str, Any]:
    """Read a request's JSON object. Raises `RequestRefused`."""
    try:
        request = decoder.decode(body.decode(json.detect_encoding(body), "surrogatepass"))
    except (ValueError, RecursionError):
        raise RequestRefused("the body is not JSON", hint) from None
    if not isinstance(request, dict):
        raise RequestRefused("the body is not a JSON object", hint)
    return request


class _Number(str):
    """A number of the request, as its digits were sent."""


def refuse_constant(constant: str) -> NoReturn:
    """Refuse NaN and the infinities, which are no JSON."""
    raise ValueError(f"{constant} is not JSON")


_ASKED = json.JSONDecoder(parse_int=_Number, parse_float=_Number, parse_constant=refuse_constant)


def dump_order(order: Order) -> bytes:
    """Give the answer `{"order": BikOrder}`; what the sheet does not say for certain is left out."""
    values = order.values
    paths = dict.fromkeys(path for path in (*_FIRST, *_LAST) if path in values or path == "items")
    body: dict[str, Any] = {}
    for path in paths | dict.fromkeys(values):
        if path == "items":
            body["items"] = [
                _nest({p: line[p] for p in (*_ITEM, *line) if p in line}) for line in order.items
            ]
        else:
            _put(body, path, values[path])
    return dump_json({"order": body})


def dump_error(message: str) -> bytes:
    """Give the answer to everything that went wrong."""
    return dump_json({"error": message})


def dump_json(answer: Mapping[str, Any]) -> bytes:
    """Write JSON; a lone half of a character pair, which UTF-8 can't hold, becomes a question mark."""
    return json.dumps(answer, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _nest(values: Values) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for path, value in values.items():
        _put(body, path, value)
    return body


def _put(body: dict[str, Any], path: str, value: Value) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        body = body.setdefault(parent, {})
    body[last] = _number(value) if isinstance(value, Decimal) else value


def _number(value: Decimal) -> int | float:
    """Give the JSON number without noise; at most 15 digits, which a double holds exactly.

    >>> _number(Decimal("499.00")), _number(Decimal("499.5"))
    (499, 499.5)
    """
    return int(value) if value == value.to_integral_value() else float(value)
