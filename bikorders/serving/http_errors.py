"""The one table from errors to HTTP statuses, and the one shape in which all are answered.

Every answer that is not 2xx is `{"error": "..."}` and says nothing about the inside.
"""

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
    PlacingUnavailable,
    RequestRefused,
    SheetUnusable,
    SourceUnavailable,
)

_log = logging.getLogger("bikorders.http_errors")

RETRY_AFTER = 5
"""Seconds after which the caller of a 503 may try again."""

STATUSES: dict[type[BikordersError], tuple[int, str]] = {
    RequestRefused: (400, ""),
    OrderNotFound: (404, ""),
    OrderConflict: (409, ""),
    PlacingUnavailable: (503, "orders can't be taken before the order sheet has the columns for them"),
    SheetUnusable: (502, "the order sheet can't be used at the moment"),
    JournalUnavailable: (503, "orders can't be taken at the moment"),
    SourceUnavailable: (503, "the order sheet can't be reached at the moment"),
}
"""The status and the text for the caller; with "" the caller gets the error's own message."""

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
    """An error answer with a text of ours. Bottle's own texts are not sent: they repeat what the client sent."""


def translate_errors(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a route, as a plugin of Bottle's, so that our errors become HTTP errors."""

    def translated(*args: Any, **kwargs: Any) -> Any:
        try:
            return callback(*args, **kwargs)
        except BikordersError as error:
            if type(error) not in STATUSES:
                raise  # not expected while a request is answered
            status, public = find_answer(error)
            if isinstance(error, OrderConflict):
                _log.warning("%s", error)
            headers = {"Retry-After": str(RETRY_AFTER)} if error.can_retry else {}
            raise Refusal(status, public, **headers) from None

    return translated


def find_answer(error: BikordersError) -> tuple[int, str]:
    """Return the status and the text for the caller."""
    status, public = STATUSES[type(error)]
    return status, public or error.message


def answer_error(error: bottle.HTTPError) -> bytes:
    """Return the body of an error answer, and set its content type."""
    bottle.response.content_type = "application/json"
    if isinstance(error, Refusal):
        return dump_error(error.body)
    return dump_error(REASONS.get(error.status_code, "request refused"))
