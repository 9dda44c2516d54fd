"""getOrder on the wire: a request body to an order id, an order to the JSON that answers it.

The shape is that of Bik's getOrder page: `{"orderId": "..."}` in, `{"order": {...}}` or `{"error": "..."}` out.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from bikorders.bik.contract import ITEM_PATHS, ORDER_PATHS, GetOrderRequest, nest, read_request
from bikorders.errors import RequestRefused
from bikorders.orders.order import Order
from bikorders.reading.fields import Values
from bikorders.reading.order_ids import fold_order_id
from bikorders.text import LONGEST, remember, strip_blanks

_HINT = 'send {"orderId": "..."}'
_REQUEST = msgspec.json.Decoder(GetOrderRequest)
_TEXT = msgspec.json.Decoder(str)


def parse_request(body: bytes) -> str:
    """Return the order id that a getOrder request asks for; a number counts as its digits.

    >>> parse_request(b'{"orderId": "ORD-1001"}'), parse_request(b'{"orderId": 1001}')
    ('ORD-1001', '1001')

    Raises `RequestRefused`.
    """
    order_id = strip_blanks(read_request(body, _read_order_id, _HINT))
    if not _may_be_id(order_id[:LONGEST]):
        raise RequestRefused("orderId is missing or no text", _HINT)
    return order_id


@remember
def _may_be_id(text: str) -> bool:
    return bool(fold_order_id(text))


def _read_order_id(body: bytes) -> str:
    """Return the order id as it was sent, a number as its digits; "" if it is something else."""
    sent = bytes(_REQUEST.decode(body).orderId)
    if sent.startswith(b'"'):
        return _TEXT.decode(sent)
    return re.sub(r"\.0+$", "", sent.decode()) if sent[:1] in b"-0123456789" else ""


def dump_order(order: Order) -> bytes:
    """Return the answer `{"order": BikOrder}`; what the sheet does not say for certain is left out."""
    body: dict[str, Any] = _as_json(order.values)
    body["items"] = [nest(_as_json(item), ITEM_PATHS) for item in order.items]
    return dump_json({"order": nest(body, ORDER_PATHS)})


def dump_error(message: str) -> bytes:
    """Return the answer to everything that went wrong."""
    return dump_json({"error": message})


def dump_json(answer: Mapping[str, Any]) -> bytes:
    """Return JSON; a lone half of a character pair, which UTF-8 can't hold, becomes a question mark."""
    return json.dumps(answer, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _as_json(values: Values) -> dict[str, Any]:
    """Return the values with numbers that JSON can say, without noise: at most 15 digits, which a double holds.

    >>> _as_json({"total": Decimal("499.00"), "price": Decimal("499.5"), "name": "Soap"})
    {'total': 499, 'price': 499.5, 'name': 'Soap'}
    """
    return {
        path: value
        if not isinstance(value, Decimal)
        else int(value)
        if value == value.to_integral_value()
        else float(value)
        for path, value in values.items()
    }
