"""Checks of answers by Bik's contract, for `try`: any shop's getOrder is judged, not only ours."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from bikorders.bik.contract import Item, Number, ProductId, Tags, Text, find_wrong_fields, get_value
from bikorders.reading.vocabulary import FULFILLMENTS

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_INSIDE = re.compile(
    rb"Traceback \(most recent call last\)|File \"[^\"\n]{1,300}\", line \d|^[ \t]{1,40}at [\w.$<>]{1,200} ?\("
    rb"|node_modules|SQLSTATE|ORA-\d{5}|stack ?trace|(?:Fatal error|Warning): .{0,300} on line \d"
    rb"|\w{1,100}\.(?:py|php|rb|js|ts|go|java):\d",
    re.MULTILINE | re.IGNORECASE,
)

_WANTED: Mapping[Any, str] = {
    Text: "a text",
    Number: "a number",
    ProductId: "a number or a text",
    Tags: "a text or a list of texts",
    list[Item]: "a list",
}
"""The contract's types in words; every other one is an object."""

_FOUND: Mapping[type, str] = {
    str: "a text",
    int: "a number",
    float: "a number",
    dict: "an object",
    list: "a list",
    bool: "true or false",
    type(None): "null",
}


def read_answer(body: bytes) -> Any:
    """Read JSON as strictly as a stranger may: UTF-8, no NaN, no half of a character pair.

    Raises `ValueError`, which says what is wrong.
    """
    try:
        return msgspec.json.decode(body)
    except UnicodeDecodeError:
        raise ValueError("the body is not UTF-8") from None
    except (ValueError, RecursionError):
        raise ValueError("the body is not JSON") from None


def find_error(body: bytes) -> str:
    """Return the reason in a refusal's body; "" if the body is not what every refusal must be.

    >>> find_error(b'{"error": "order 7 not found"}'), find_error(b'{"error": ""}'), find_error(b"Not Found")
    ('order 7 not found', '', '')
    """
    try:
        answer = read_answer(body)
    except ValueError:
        return ""
    error = answer.get("error") if isinstance(answer, dict) else None
    return error if isinstance(error, str) and error.strip() else ""


def is_json(content_type: str) -> bool:
    """Return whether a content type is JSON, in UTF-8 or without a charset.

    >>> is_json("application/json; charset=utf-8"), is_json("text/html"), is_json("application/json;charset=latin1")
    (True, False, False)
    """
    kind, _, rest = content_type.partition(";")
    charset = re.search(r"charset=\"?([\w-]+)", rest.casefold())
    return kind.strip().casefold() == "application/json" and (not charset or charset[1] in ("utf-8", "utf8"))


def shows_inside(body: bytes) -> bool:
    """Return whether a body tells of the program behind it: a traceback, a file with a line, a database's error.

    >>> shows_inside(b'File "app.py", line 7, in get'), shows_inside(b'{"error": "order 7 not found"}')
    (True, False)
    """
    return bool(_INSIDE.search(body))


def find_wrong_types(order: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each field that has another type than the contract gives it.

    >>> find_wrong_types({"id": 7, "email": None, "items": [{"price": "499"}], "deliveryInfo": []})
    ['id is a number, not a text', 'email is null, not a text', 'deliveryInfo is a list, not an object', \
'items[0].price is a text, not a number']
    """
    return [
        f"{path} is {_FOUND[type(value)]}, not {_WANTED.get(wanted, 'an object')}"
        for path, value, wanted in find_wrong_fields(order)
    ]


def judge_text(order: Mapping[str, Any], path: str) -> bool | None:
    """Return whether a text is written as the contract wants it; None where there is none.

    >>> order = {"currency": "INR", "phoneNumber": "98765 43210", "fulfillmentStatus": "Fulfilled"}
    >>> [judge_text(order, path) for path in FORMS]
    [False, False, True, None]
    """
    value = get_value(order, path)
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
