"""Which HTTP status each error is, and the one shape in which all are answered."""

import logging
from collections.abc import Callable
from typing import Any

import bottle

from bikorders.bik.get_order import dump_error
from bikorders.errors import (
    BikordersError,
    JournalUnavailable,
    OrderConflict,
    OrderNotFound,
    RequestRefused,
    SheetUnusable,
    SourceUnavailable,
)

_log = logging.getLogger("bikorders.requests")

RETRY_AFTER = 5
"""Seconds after which a 503 asks to be tried again."""

STATUSES: dict[type[BikordersError], tuple[int, str]] = {
    RequestRefused: (400, ""),
    OrderNotFound: (404, ""),
    OrderConflict: (409, ""),
    SheetUnusable: (502, "the order sheet can't be used at the moment"),
    JournalUnavailable: (503, "orders can't be taken at the moment"),
    SourceUnavailable: (503, "the order sheet can't be reached at the moment"),
}
"""Status and what the caller reads; "" lets the error's own message out."""

REASONS = {
    400: "bad request",
    401: "the auth header is missing or wrong",
    404: "there is nothing here; orders are at POST /getOrder",
    405: "method not allowed",
    415: "the body must be application/json",
    429: "too many requests with a wrong auth header or password; wait a minute",
    500: "internal error",
}


class Refusal(bottle.HTTPError):  # type: ignore[misc]
    """An error answer whose text is ours; Bottle's own texts repeat what the stranger sent."""


def translate_errors(callback: Callable[..., Any]) -> Callable[..., Any]:
    def translated(*args: Any, **kwargs: Any) -> Any:
        try:
            return callback(*args, **kwargs)
        except BikordersError as error:
            if type(error) not in STATUSES:
                raise  # nobody foresaw it here
            status, public = find_answer(error)
            if isinstance(error, OrderConflict):
                _log.warning("%s", error)
            headers = {"Retry-After": str(RETRY_AFTER)} if error.can_retry else {}
            raise Refusal(status, public, **headers) from None

    return translated


def find_answer(error: BikordersError) -> tuple[int, str]:
    """Give the status and what the caller reads."""
    status, public = STATUSES[type(error)]
    return status, public or error.message


def answer_error(error: bottle.HTTPError) -> bytes:
    bottle.response.content_type = "application/json"
    if isinstance(error, Refusal):
        return dump_error(error.body)
    return dump_error(REASONS.get(error.status_code, "request refused"))
