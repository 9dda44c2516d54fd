"""The WSGI application: the routes, who may call them, and the line of the log for each request."""

import logging
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import bottle

from bikorders.bik.auth import Auth
from bikorders.bik.get_order import dump_error, dump_json, parse_request
from bikorders.cache.policy import Health
from bikorders.errors import drop_frames
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.intake import Backlog
from bikorders.serving.auth import Throttle, has_auth, require_auth
from bikorders.serving.edit import Edit, parse_edit, require_tab
from bikorders.serving.http_errors import (
    REASONS,
    RETRY_AFTER,
    STATUSES,
    Refusal,
    answer_error,
    translate_errors,
)
from bikorders.serving.logs import SHOWN, RequestLine
from bikorders.serving.service import Service

MAX_BODY = 64 * 1024
"""Bytes of a request to getOrder; a usual one has 30."""

MAX_ORDER = 256 * 1024
"""Bytes of a request to placeOrder."""

_DESCRIPTION = Path(__file__).parents[1] / "bik" / "openapi.json"
_KEPT = "public, max-age=300"
"""How long a client may keep the description; an update of the program can change it."""

_log = logging.getLogger("bikorders.requests")
_ORDER_ID = "bikorders.order_id"

FindNotes = Callable[[Snapshot, Edit], dict[str, Any] | None]
"""Says what is wrong in the cells that were edited; None if that takes too long."""

UNLOGGED = "bikorders.unlogged"
"""In a request's environ if its line says nothing new: an open page asks again every few seconds. Errors are logged."""

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def log_request(request: RequestLine) -> None:
    """Log a request through `logging`, as all other lines."""
    _log.info("%s", request)


class App(bottle.Bottle):  # type: ignore[misc]
    """A Bottle app that calls `note` with every request and answers all errors in one shape."""

    def __init__(self, note: Callable[[RequestLine], None]) -> None:
        super().__init__()
        self._note = note
        self.uninstall("json")  # no route returns a dict
        self.install(translate_errors)
        self.catchall = False  # an unexpected exception is caught in __call__, where its text is not shown

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request; an unexpected exception becomes a 500 that says nothing."""
        started = time.perf_counter()
        try:
            answer: Iterable[bytes] = self.wsgi(environ, start_response)
            status: int = bottle.response.status_code
        except Exception as error:  # noqa: BLE001 - the one place where nothing may get through
            _log.exception("unexpected error: %s", type(error).__name__)
            body = dump_error(REASONS[500])
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
            start_response("500 Internal Server Error", headers, sys.exc_info())
            answer, status = [body], 500
        if status != 200 or UNLOGGED not in environ:
            self._note(
                RequestLine(
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

    def default_error_handler(self, res: bottle.HTTPError) -> bytes:
        """Answer an HTTP error; Bottle calls it, in a frame that holds the error."""
        drop_frames(res)
        return answer_error(res)


def create_app(
    service: Service,
    auth: Auth,
    now: Callable[[], float] = time.monotonic,
    note: Callable[[RequestLine], None] = log_request,
    find_notes: FindNotes = lambda snapshot, edit: None,
) -> App:
    """Return the app that answers from `service` to those who send what `auth` asks for.

    `now` is the clock by which wrong auth headers are counted; `note` is called with every request when it is
    answered; `find_notes` says what is wrong in cells that were edited. More routes may be added to the app; their errors are answered like those of its own.
    """
    throttle = Throttle("auth header", now)
    app = App(note)

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
        edit = parse_edit(_read_edit(bottle.request.environ))
        notes = None
        if edit is None:
            service.refresh()
        elif snapshot := service.read_edit():
            require_tab(edit, snapshot.workbook)
            notes = find_notes(snapshot, edit)
        return _answer_json(dump_json({}), 202) if notes is None else _answer_json(dump_json(notes))

    def get_health() -> bytes:
        health = service.get_health()
        backlog = service.intake.get_backlog() if service.intake else None
        body: dict[str, Any] = {
            "status": health.status,
            "age": None if health.age is None else round(health.age, 1),
        }
        if backlog:
            body["orders_wait"] = backlog.waiting > 0
        if has_auth(auth):
            body |= _describe_inside(health, backlog)
        if health.failure is None or health.status in ("ok", "stale"):
            return _answer_json(dump_json(body))
        bottle.response.set_header("Retry-After", str(RETRY_AFTER))
        return _answer_json(dump_json(body | {"error": STATUSES[type(health.failure)][1]}), 503)

    def place_order() -> bytes:
        require_auth(auth, throttle)
        assert service.intake is not None
        environ = bottle.request.environ
        record = service.intake.place(_read_body(environ, MAX_ORDER))
        environ[_ORDER_ID] = record.id
        return _answer_json(record.answer)

    description = _DESCRIPTION.read_bytes()

    def get_description() -> bytes:
        bottle.response.set_header("Cache-Control", _KEPT)
        return _answer_json(description)

    app.route("/getOrder", "POST", get_order)
    if service.intake:
        app.route("/placeOrder", "POST", place_order)
    app.route("/refresh", "POST", refresh)
    app.route("/healthz", ["GET", "HEAD"], get_health)  # both named, so that a 405 names them, too
    app.route("/openapi.json", ["GET", "HEAD"], get_description)
    return app


def _describe_inside(health: Health, backlog: Backlog | None) -> dict[str, Any]:
    """Return what only those hear about the service who may ask for orders."""
    inside: dict[str, Any] = {
        "orders": health.orders,
        "last_error": type(health.failure).__name__ if health.failure else None,
        "reads_last_minute": health.reads_last_minute,
    }
    if backlog:
        inside["placed"] = {
            "waiting": backlog.waiting,
            "since": backlog.since and round(backlog.since),
            "parked": len(backlog.parked),
            "last_error": type(backlog.failure).__name__ if backlog.failure else None,
        }
    return inside


def _answer_json(body: bytes, status: int = 200) -> bytes:
    if status != 200:  # which it is already
        bottle.response.status = status
    bottle.response.content_type = "application/json"
    return body


def _read_body(environ: dict[str, Any], limit: int = MAX_BODY) -> bytes:
    """Return the body. A request without a content type is taken for JSON.

    Raises an HTTP error for another content type, a compressed body, and one over `limit` bytes.
    """
    _require_json(environ)
    return _read_bytes(environ, limit)


def _read_edit(environ: dict[str, Any]) -> bytes:
    """Return the body, which may be blank; then its content type means nothing."""
    body = _read_bytes(environ, MAX_BODY)
    if body.strip():
        _require_json(environ)
    return body


def _require_json(environ: dict[str, Any]) -> None:
    content_type = environ.get("CONTENT_TYPE", "")
    if content_type != "application/json":
        content_type = content_type.partition(";")[0].strip().lower()
        if content_type not in ("", "application/json"):
            raise bottle.HTTPError(415)
    encoding = environ.get("HTTP_CONTENT_ENCODING")
    if encoding and encoding.strip().lower() not in ("", "identity"):
        raise Refusal(415, "the body must not be compressed")


def _read_bytes(environ: dict[str, Any], limit: int) -> bytes:
    body: bytes = environ["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        raise Refusal(413, f"the body is larger than {limit} bytes")
    return body
