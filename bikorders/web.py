"""The routes, who may call them, and the one table from errors to HTTP statuses.

Every answer that is not 2xx is `{"error": "..."}` and says nothing about the inside.
"""

import hmac
import logging
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import bottle

from bikorders.bik.auth import Auth
from bikorders.bik.get_order import dump_error, dump_json, parse_request
from bikorders.errors import (
    BikordersError,
    JournalUnavailable,
    OrderConflict,
    OrderNotFound,
    RequestRefused,
    SheetUnusable,
    SourceUnavailable,
)
from bikorders.logbook import SHOWN, Request
from bikorders.merchant.page import install_page, protect_errors
from bikorders.service import Service
from bikorders.throttle import Throttle

MAX_BODY = 64 * 1024
"""Bytes; a getOrder request has some 30."""

MAX_ORDER = 256 * 1024
"""Bytes; so large may a placeOrder request be."""

RETRY_AFTER = 5
"""Seconds after which a 503 asks to be tried again."""

_STATUSES: dict[type[BikordersError], tuple[int, str]] = {
    RequestRefused: (400, ""),
    OrderNotFound: (404, ""),
    OrderConflict: (409, ""),
    SheetUnusable: (502, "the order sheet can't be used at the moment"),
    JournalUnavailable: (503, "orders can't be taken at the moment"),
    SourceUnavailable: (503, "the order sheet can't be reached at the moment"),
}
"""Status and what the caller reads; "" lets the error's own message out."""

_REASONS = {
    400: "bad request",
    401: "the auth header is missing or wrong",
    404: "there is nothing here; orders are at POST /getOrder",
    405: "method not allowed",
    415: "the body must be application/json",
    429: "too many requests with a wrong auth header or password; wait a minute",
    500: "internal error",
}

_DESCRIPTION = Path(__file__).parent / "bik" / "openapi.json"
_KEPT = "public, max-age=300"
"""How long the description may be kept; after an update it is another."""

_log = logging.getLogger("bikorders.requests")
_ORDER_ID = "bikorders.order_id"

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def log_request(request: Request) -> None:
    """Log a request as everything else is logged."""
    _log.info("%s", request)


def create_app(
    service: Service,
    auth: Auth,
    page_password: str | None = None,
    now: Callable[[], float] = time.monotonic,
    note: Callable[[Request], None] = log_request,
) -> WSGIApp:
    """Make the WSGI application that answers from `service` to those who send what `auth` asks for.

    `page_password` opens the status page: "" for everybody; None if there is to be none. `now` is the clock by
    which wrong auths are counted; `note` is told of every request when it is answered.
    """
    throttle = Throttle("auth header", now)
    app = bottle.Bottle()
    app.uninstall("json")  # no route returns a dict
    app.catchall = False  # what nobody foresaw is caught in _note_requests, where it leaves no traceback

    def get_order() -> bytes:
        require_auth(auth, throttle)
        environ = bottle.request.environ
        environ[_ORDER_ID] = order_id = parse_request(_read_body(environ))
        answer = service.get_order(order_id)
        if answer.stale_age is not None:
            bottle.response.set_header("Age", str(answer.stale_age))
        return _answer_json(answer.body)

    def refresh() -> bytes:
        require_auth(auth, throttle)
        service.refresh()
        return _answer_json(dump_json({}), 202)

    def get_health() -> bytes:
        health = service.get_health()
        body: dict[str, Any] = {
            "status": health.status,
            "age": None if health.age is None else round(health.age, 1),
            "orders": health.orders,
            "last_error": type(health.failure).__name__ if health.failure else None,
            "reads_last_minute": health.reads_last_minute,
        }
        if service.desk:
            backlog = service.desk.get_backlog()
            body["placed"] = {
                "waiting": backlog.waiting,
                "since": backlog.since and round(backlog.since),
                "parked": len(backlog.parked),
                "last_error": type(backlog.failure).__name__ if backlog.failure else None,
            }
        if health.failure is None or health.status != "down":
            return _answer_json(dump_json(body))
        bottle.response.set_header("Retry-After", str(RETRY_AFTER))
        return _answer_json(dump_json(body | {"error": _STATUSES[type(health.failure)][1]}), 503)

    def place_order() -> bytes:
        require_auth(auth, throttle)
        assert service.desk is not None
        environ = bottle.request.environ
        record = service.desk.place(_read_body(environ, MAX_ORDER))
        environ[_ORDER_ID] = record.id
        return _answer_json(record.answer)

    description = _DESCRIPTION.read_bytes()

    def get_description() -> bytes:
        bottle.response.set_header("Cache-Control", _KEPT)
        return _answer_json(description)

    app.route("/getOrder", "POST", get_order)
    if service.desk:
        app.route("/placeOrder", "POST", place_order)
    app.route("/refresh", "POST", refresh)
    app.route("/healthz", ["GET", "HEAD"], get_health)  # both named, so that a 405 names them, too
    app.route("/openapi.json", ["GET", "HEAD"], get_description)
    app.install(_translate_errors)
    if page_password is None:
        app.default_error_handler = _answer_error
    else:
        app.default_error_handler = protect_errors(_answer_error)
        install_page(app, service, page_password, _find_answer, Throttle("password", now))
    return _note_requests(app, note)


def _answer_json(body: bytes, status: int = 200) -> bytes:
    if status != 200:  # which it is already
        bottle.response.status = status
    bottle.response.content_type = "application/json"
    return body


class _Refusal(bottle.HTTPError):  # type: ignore[misc]
    """An error answer whose text is ours; Bottle's own texts repeat what the stranger sent."""


def require_auth(auth: Auth, throttle: Throttle) -> None:
    """Refuse with 401, before anything of the request is read, unless the auth header is right.

    An address that was wrong too often gets 429 for a wrong one. The right one is let in even then: Bik may share
    its address with others, who must not lock it out, and what is long and random can't be guessed at any speed.
    """
    if not auth.header:
        return
    sent = bottle.request.environ.get("HTTP_" + auth.header.upper().replace("-", "_"), "")
    scheme, _, rest = sent.partition(" ")
    if auth.scheme and scheme.casefold() == auth.scheme.casefold():
        sent = f"{auth.scheme} {rest.strip()}"
    if not hmac.compare_digest(sent.encode("latin-1", "replace"), auth.value.encode()):
        address = bottle.request.environ.get("REMOTE_ADDR", "-")
        if wait := throttle.find_wait(address):
            raise bottle.HTTPError(429, **{"Retry-After": str(wait)})
        throttle.note_wrong(address)
        raise bottle.HTTPError(401, **{"WWW-Authenticate": auth.challenge})


def _read_body(environ: dict[str, Any], limit: int = MAX_BODY) -> bytes:
    """Read the body: JSON, also where no content type says so."""
    content_type = environ.get("CONTENT_TYPE", "")
    if content_type != "application/json":
        content_type = content_type.partition(";")[0].strip().lower()
        if content_type not in ("", "application/json"):
            raise bottle.HTTPError(415)
    body: bytes = environ["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        raise _Refusal(413, f"the body is larger than {limit} bytes")
    return body


def _translate_errors(callback: Callable[..., Any]) -> Callable[..., Any]:
    def translated(*args: Any, **kwargs: Any) -> Any:
        try:
            return callback(*args, **kwargs)
        except BikordersError as error:
            if type(error) not in _STATUSES:
                raise  # nobody foresaw it here
            status, public = _find_answer(error)
            if isinstance(error, OrderConflict):
                _log.warning("%s", error)
            headers = {"Retry-After": str(RETRY_AFTER)} if error.can_retry else {}
            raise _Refusal(status, public, **headers) from None

    return translated


def _find_answer(error: BikordersError) -> tuple[int, str]:
    """Give the status and what the caller reads."""
    status, public = _STATUSES[type(error)]
    return status, public or error.message


def _answer_error(error: bottle.HTTPError) -> bytes:
    bottle.response.content_type = "application/json"
    if isinstance(error, _Refusal):
        return dump_error(error.body)
    return dump_error(_REASONS.get(error.status_code, "request refused"))


def _note_requests(app: bottle.Bottle, note: Callable[[Request], None]) -> WSGIApp:
    """Note every request, and turn what nobody foresaw into a 500 that says nothing."""

    def noted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        started = time.perf_counter()
        try:
            answer: Iterable[bytes] = app(environ, start_response)
            status: int = bottle.response.status_code
        except Exception as error:  # noqa: BLE001 - the one place where nothing may get through
            _log.exception("unforeseen: %s", type(error).__name__)
            body = dump_error(_REASONS[500])
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
            start_response("500 Internal Server Error", headers, sys.exc_info())
            answer, status = [body], 500
        note(
            Request(
                time.time(),
                time.perf_counter() - started,
                environ.get("REMOTE_ADDR", "-"),
                environ["REQUEST_METHOD"][:SHOWN],
                environ.get("PATH_INFO", "")[:SHOWN],
                status,
                environ[_ORDER_ID][:SHOWN] if _ORDER_ID in environ else None,
            )
        )
        return answer

    return noted
