"""Does an answer keep to Bik's contract? Judges the JSON of any shop's getOrder, not only of ours.

Which fields must be there is not known: what is there must be of its type.
"""

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import urlsplit

from bikorders.reading.vocabulary import FULFILLMENTS

_TEXT, _NUMBER, _OBJECT, _LIST = "a text", "a number", "an object", "a list"
_EITHER = "a number or a text"
"""The contract shows numbers, as one well-known shop system has them; other shops' ids are texts."""

ORDER_TYPES = {
    "id": _TEXT,
    "name": _TEXT,
    "status": _TEXT,
    "paymentStatus": _TEXT,
    "fulfillmentStatus": _TEXT,
    "items": _LIST,
    "subTotal": _NUMBER,
    "shippingCharge": _NUMBER,
    "discount": _NUMBER,
    "total": _NUMBER,
    "currency": _TEXT,
    "phoneNumber": _TEXT,
    "email": _TEXT,
    "deliveryInfo": _OBJECT,
    "deliveryInfo.trackingURL": _TEXT,
    "address": _OBJECT,
    "address.firstName": _TEXT,
    "address.lastName": _TEXT,
    "address.address1": _TEXT,
    "address.city": _TEXT,
    "address.country": _TEXT,
    "address.countryCode": _TEXT,
    "address.zip": _TEXT,
    "address.phoneNumber": _TEXT,
    "tags": f"{_TEXT} or {_LIST}",
    "invoiceUrl": _TEXT,
    "partnersData": _OBJECT,
    "partnersData.id": _TEXT,
}
ITEM_TYPES = {
    "productId": _EITHER,
    "variantId": _EITHER,
    "name": _TEXT,
    "variantName": _TEXT,
    "quantity": _NUMBER,
    "price": _NUMBER,
}
"""Every field that the contract names, with its type in words; other fields may be anything."""

_MISSING = object()
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_INSIDE = re.compile(
    rb"Traceback \(most recent call last\)|File \"[^\"\n]{1,300}\", line \d|^[ \t]{1,40}at [\w.$<>]{1,200} ?\("
    rb"|node_modules|SQLSTATE|ORA-\d{5}|stack ?trace|(?:Fatal error|Warning): .{0,300} on line \d"
    rb"|\w{1,100}\.(?:py|php|rb|js|ts|go|java):\d",
    re.MULTILINE | re.IGNORECASE,
)


def read_answer(body: bytes) -> Any:
    """Read JSON as strictly as a stranger may: UTF-8, no NaN.

    Raises `ValueError`, which says what is wrong.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("the body is not UTF-8") from None
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ValueError("the body is not JSON") from None


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(constant)


def is_error(body: bytes) -> bool:
    """Say whether a body is what every refusal must be.

    >>> is_error(b'{"error": "order 7 not found"}'), is_error(b'{"error": ""}'), is_error(b"Not Found")
    (True, False, False)
    """
    try:
        answer = read_answer(body)
    except ValueError:
        return False
    error = answer.get("error") if isinstance(answer, dict) else None
    return isinstance(error, str) and bool(error.strip())


def is_json(content_type: str) -> bool:
    """Say whether a content type is JSON, in UTF-8 or without a word about it.

    >>> is_json("application/json; charset=utf-8"), is_json("text/html"), is_json("application/json;charset=latin1")
    (True, False, False)
    """
    kind, _, rest = content_type.partition(";")
    charset = re.search(r"charset=\"?([\w-]+)", rest.casefold())
    return kind.strip().casefold() == "application/json" and (not charset or charset[1] in ("utf-8", "utf8"))


def shows_inside(body: bytes) -> bool:
    """Say whether a body tells of the program behind it: a traceback, a file with a line, a database's error.

    >>> shows_inside(b'File "app.py", line 7, in get'), shows_inside(b'{"error": "order 7 not found"}')
    (True, False)
    """
    return bool(_INSIDE.search(body))


def find_wrong_types(order: dict[str, Any]) -> list[str]:
    """Name each field that has another type than the contract gives it.

    >>> find_wrong_types({"id": 7, "email": None, "items": [{"price": "499"}], "deliveryInfo": []})
    ['id is a number, not a text', 'email is null, not a text', 'deliveryInfo is a list, not an object', \
'items[0].price is a text, not a number']
    """
    wrong = _hold(order, ORDER_TYPES, "")
    items = order.get("items")
    for number, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            wrong += _hold(item, ITEM_TYPES, f"items[{number}].")
        else:
            wrong.append(f"items[{number}] is {_name_type(item)}, not {_OBJECT}")
    return wrong


def _hold(part: dict[str, Any], types: dict[str, str], where: str) -> list[str]:
    found = ((path, _find(part, path), wanted) for path, wanted in types.items())
    return [
        f"{where}{path} is {_name_type(value)}, not {wanted}"
        for path, value, wanted in found
        if value is not _MISSING and _name_type(value) not in wanted.split(" or ")
    ]


def _find(part: dict[str, Any], path: str) -> Any:
    value: Any = part
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return _MISSING
        value = value[key]
    return value


def _name_type(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = {str: _TEXT, int: _NUMBER, float: _NUMBER, dict: _OBJECT, list: _LIST, type(None): "null"}
    return names[type(value)]


def judge_text(order: dict[str, Any], path: str) -> bool | None:
    """Say whether a text is written as the contract wants it; None where there is none.

    >>> order = {"currency": "INR", "phoneNumber": "98765 43210", "fulfillmentStatus": "Fulfilled"}
    >>> [judge_text(order, path) for path in FORMS]
    [False, False, True, None]
    """
    value = _find(order, path)
    return FORMS[path][0](value) if isinstance(value, str) and value else None


def _is_web_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)


FORMS: dict[str, tuple[Callable[[str], bool], str]] = {
    "fulfillmentStatus": (lambda text: text in FULFILLMENTS, f"one of {', '.join(FULFILLMENTS)}"),
    "phoneNumber": (lambda text: bool(_E164.fullmatch(text)), "E.164, such as +919876543210"),
    "currency": (lambda text: bool(re.fullmatch("[A-Z]{3}", text)), "three letters, such as INR"),
    "deliveryInfo.trackingURL": (_is_web_link, "an http or https link"),
}
"""Fields whose texts have a form: a test, and the form in words."""
