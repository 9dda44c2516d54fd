"""The routes of the status page, with its password and its headers.

The template escapes everything from the sheet or from a request. The page needs no script; with it, the page stays
up to date.
"""

import time
from collections.abc import Callable
from pathlib import Path

import bottle

from bikorders.merchant.page_model import (
    Asker,
    ReportCache,
    describe_answer,
    describe_lookups,
    describe_service,
    find_lookup_url,
)
from bikorders.merchant.report_causes import TEACH
from bikorders.serving.app import UNLOGGED
from bikorders.serving.auth import Throttle, require_password
from bikorders.serving.service import Service
from bikorders.text import shorten

VIEWS = Path(__file__).with_name("views")
MOST_ITEMS = 50
LONGEST_ID = 100
"""Characters of an order id that is looked up."""

_ASKERS = {asker.value: asker for asker in Asker}
"""Who asks, by the X-Requested-With."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_FILES = {
    "/page.css": "text/css; charset=UTF-8",
    "/live.js": "text/javascript; charset=UTF-8",
    "/fresh.svg": "image/svg+xml",
    "/stale.svg": "image/svg+xml",
    "/down.svg": "image/svg+xml",
}
_PATHS = {"/", *_FILES}


def install_page(
    app: bottle.Bottle,
    service: Service,
    password: str,
    now: Callable[[], float] = time.monotonic,
    reports: ReportCache | None = None,
    find_notice: Callable[[], str] = str,
) -> None:
    """Add the page at `/` and its files to the app; the page asks for `password` unless that is "".

    `now` is the clock by which wrong passwords are counted. `reports` are those of others who check the sheet, too, and
    `find_notice` returns what the owner should know beside the sheet, "" for nothing.
    """
    template, refused = (
        bottle.SimpleTemplate(name=name, lookup=[str(VIEWS)]) for name in ("page", "refused")
    )
    throttle = Throttle("password", now)
    known = reports or ReportCache()

    def get_page() -> bytes:
        try:
            require_password(password, throttle)
        except bottle.HTTPError as refusal:
            bottle.response.status = refusal.status_code
            bottle.response.headers.update(refusal.headers)
            return _send_page(refused.render(status=refusal.status_code))
        asked = bottle.request.query.order[:LONGEST_ID]
        asker = _ASKERS.get(bottle.request.get_header("X-Requested-With"), Asker.PERSON)
        if asker is not Asker.PERSON:
            bottle.request.environ[UNLOGGED] = True
        page: str = template.render(
            **describe_service(service, known, asker),
            notice=find_notice(),
            asked=asked,
            answer=describe_answer(service, asked, asker) if asked else None,
            lookups=describe_lookups(service),
            find_lookup_url=find_lookup_url,
            shorten=shorten,
            most_items=MOST_ITEMS,
            teach=TEACH,
        )
        return _send_page(page)

    def add_file(path: str, content_type: str) -> None:
        content = (VIEWS / path[1:]).read_bytes()
        # No password: the files are the same for everybody, and browsers may ask for an icon without it.
        app.route(path, "GET", lambda: _send(content, content_type))

    app.route("/", "GET", get_page)
    for path, content_type in _FILES.items():
        add_file(path, content_type)
    app.add_hook("after_request", _add_headers)


def _add_headers() -> None:
    """Add the page's headers to every answer on its own paths, error answers included."""
    if bottle.request.path in _PATHS:
        bottle.response.headers.update(HEADERS)


def _send_page(html: str) -> bytes:
    return _send(html.encode("utf-8", "replace"), "text/html; charset=UTF-8")


def _send(content: bytes, content_type: str) -> bytes:
    bottle.response.content_type = content_type
    return content
