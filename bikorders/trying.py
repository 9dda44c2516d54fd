"""The `try` command: plays Bik against a getOrder endpoint, ours or another, and says which rules it keeps.

Sends some 25 requests, two of them with a wrong auth header or none. Never prints the auth header.
"""

import json
import secrets
import ssl
import statistics
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from bikorders import __version__
from bikorders.bik.auth import Auth, is_loopback
from bikorders.contract import (
    FORMS,
    find_wrong_types,
    is_error,
    is_json,
    judge_text,
    read_answer,
    shows_inside,
)
from bikorders.reading.order_ids import fold_id
from bikorders.terminal import Style
from bikorders.text import clean

WITHIN = 5.0
"""Seconds; an answer that takes longer is worth nothing to Bik, for all that is known."""

PATIENCE = 15.0
"""Seconds after which no answer is waited for any more."""

AT_ONCE = 10
_IN_A_ROW = 5
_LARGEST = 1024 * 1024
"""Bytes of an answer that are read."""

_BAD_BODIES = {"not JSON": b"orderId=1", "a list": b'["orderId"]', "no orderId": b'{"order": "1"}'}

Level = Literal["pass", "warn", "FAIL", "skip"]


@dataclass(frozen=True)
class Target:
    """Where requests go. `shown` is the address without its query, in which people put secrets."""

    is_secure: bool
    host: str
    port: int | None
    path: str
    shown: str


def parse_target(text: str) -> Target:
    """Read the address of an endpoint.

    >>> parse_target("https://orders.example.com/getOrder").path
    '/getOrder'

    Raises `ValueError`, which does not repeat it: there may be a password in it.
    """
    message = "the address must be like https://orders.example.com/getOrder"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(message) from None
    if parts.scheme not in ("http", "https") or not host or not all("!" <= char <= "~" for char in text):
        raise ValueError(message)
    if parts.username is not None:
        raise ValueError("the address must hold no password; --auth takes it")
    path = parts.path or "/"
    shown = f"{parts.scheme}://{parts.netloc}{path}"
    return Target(
        parts.scheme == "https", host, port, path + (f"?{parts.query}" if parts.query else ""), shown
    )


class Reply(NamedTuple):
    """An answer, or why there is none. Header names are in lower case; `closes` tells of the connection."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    closes: bool = True
    failure: str = ""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def error(self) -> str:
        """What an error body says, in quotes."""
        return f" “{json.loads(self.body)['error']}”" if is_error(self.body) else ""


class Finding(NamedTuple):
    """What came of one rule."""

    level: Level
    rule: str
    text: str


class Bik:
    """Sends what Bik would, and worse, and remembers every answer."""

    def __init__(self, target: Target, auth: Auth, patience: float, clock: Callable[[], float]) -> None:
        self.target = target
        self.auth = auth
        self.replies: list[Reply] = []
        self.clock = clock
        self._patience = patience

    def make_connection(self) -> HTTPConnection:
        """Make a connection, which opens with its first request."""
        kind = HTTPSConnection if self.target.is_secure else HTTPConnection
        return kind(self.target.host, self.target.port, timeout=self._patience)

    def ask(
        self,
        body: bytes | None,
        *,
        method: str = "POST",
        auth: str | None = None,
        connection: HTTPConnection | None = None,
    ) -> Reply:
        """Send one request, on a connection of its own unless one is given; `auth` "" sends no auth header."""
        headers = {"Content-Type": "application/json", "User-Agent": f"bikorders-try/{__version__}"}
        if value := self.auth.value if auth is None else auth:
            headers[self.auth.header] = value
        started = self.clock()
        own = connection or self.make_connection()
        try:
            reply = self._exchange(own, method, body, headers, started)
        except TimeoutError:
            reply = self._fail(f"no answer within {self._patience:g} s", started)
        except (OSError, HTTPException, ValueError) as error:
            reply = self._fail(f"no answer that can be read ({type(error).__name__})", started)
        if reply.failure or not connection:
            own.close()
        self.replies.append(reply)
        return reply

    def _exchange(
        self,
        connection: HTTPConnection,
        method: str,
        body: bytes | None,
        headers: dict[str, str],
        started: float,
    ) -> Reply:
        connection.request(method, self.target.path, body, headers)
        response = connection.getresponse()
        content = b""
        while chunk := response.read1(_LARGEST):
            content += chunk
            if len(content) > _LARGEST:
                return self._fail(f"an answer of more than {_LARGEST} bytes", started)
            if self.clock() - started > self._patience:
                raise TimeoutError
        response.close()  # read1 leaves it open at the end, and the next request would be refused
        got = {name.lower(): value for name, value in response.getheaders()}
        closes = connection.sock is None  # http.client closes it where the server said that it will
        return Reply(response.status, got, content, self.clock() - started, closes)

    def _fail(self, why: str, started: float) -> Reply:
        return Reply(0, {}, b"", self.clock() - started, failure=why)

    def hide(self, text: str) -> str:
        """Take the auth header out of a text: a server may have repeated it."""
        secret = self.auth.value
        for part in (secret, secret.removeprefix(f"{self.auth.scheme} ")):
            text = text.replace(part, "…") if part else text
        return text


def run_try(
    target: Target,
    auth: Auth,
    order_id: str,
    *,
    patience: float = PATIENCE,
    clock: Callable[[], float] = time.perf_counter,
) -> int:
    """Try every rule and print what came of it; 0 if none is broken, 1 if one is, 2 if nothing answers there."""
    style = Style(sys.stdout)
    bik = Bik(target, auth, patience, clock)
    print(style.strong(f"Asking {target.shown} as Bik does"))
    counts: dict[str, int] = dict.fromkeys(("pass", "warn", "FAIL", "skip"), 0)
    started = clock()
    try:
        for finding in _try_all(bik, order_id):
            counts[finding.level] += 1
            took = _span(clock() - started)
            text = clean(bik.hide(finding.text), 300)
            print(f"  {style.mark(finding.level)}  {took:>6}  {finding.rule}: {text}", flush=True)
            started = clock()
    except _Unreachable as error:
        print(f"bikorders: {target.shown} can't be reached: {clean(str(error))}", file=sys.stderr)
        return 2
    print(style.strong(", ".join(f"{count} {level}" for level, count in counts.items() if count)))
    return 1 if counts["FAIL"] else 0


class _Unreachable(Exception):
    """Nothing answers at the address; the message says why."""


def _span(seconds: float) -> str:
    """Write how long something took; "" if it took no time worth a word.

    >>> _span(0.0123), _span(2.5), _span(0.0005)
    ('12 ms', '2.5 s', '')
    """
    if seconds < 0.001:
        return ""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _try_all(bik: Bik, order_id: str) -> Iterator[Finding]:
    yield from _try_address(bik.target)
    is_certified = yield from _try_connection(bik)
    if not is_certified:
        return
    reply, order = yield from _try_order(bik, order_id)
    if order is not None:
        yield from _try_fields(order, order_id)
        yield from _try_speed(bik, order_id, reply)
    else:
        for rule in ("id", "types", *FORMS, "speed", "keep-alive", "at once"):
            yield Finding("skip", rule, "the order was not given")
    if reply.status in (401, 403):
        # Each of them would count as one more try of a wrong auth header.
        for rule in ("unknown order", *_BAD_BODIES, "GET"):
            yield Finding("skip", rule, "the auth header was refused")
    else:
        yield from _try_refusals(bik)
    yield from _try_auth(bik, order_id)
    yield from _look_back(bik)


def _try_address(target: Target) -> Iterator[Finding]:
    if target.is_secure:
        yield Finding("pass", "https", "nobody reads along")
    elif is_loopback(target.host):
        yield Finding("pass", "https", "not needed on this machine; Bik's address must begin with https")
    else:
        yield Finding(
            "warn", "https", "the address begins with http: orders and the auth header can be read on the way"
        )
    if target.path.partition("?")[0].endswith("/getOrder"):
        yield Finding("pass", "path", "ends in /getOrder")
    else:
        yield Finding(
            "warn", "path", "does not end in /getOrder; see that it is the address that Bik is given"
        )


def _try_connection(bik: Bik) -> Generator[Finding, None, bool]:
    """Connect once; gives False if the certificate is wrong. Raises `_Unreachable`."""
    try:
        with closing(bik.make_connection()) as connection:
            connection.connect()
    except ssl.SSLCertVerificationError as error:
        yield Finding("FAIL", "certificate", error.verify_message or "not valid")
        return False
    except TimeoutError:
        raise _Unreachable("it does not answer in time") from None
    except (OSError, UnicodeError) as error:
        raise _Unreachable(getattr(error, "strerror", None) or type(error).__name__) from None
    yield Finding("pass", "connection", "it can be reached")
    if bik.target.is_secure:
        yield Finding("pass", "certificate", "valid")
    else:
        yield Finding("skip", "certificate", "there is none without https")
    return True


def _write_request(order_id: str) -> bytes:
    return json.dumps({"orderId": order_id}).encode()


def _try_order(bik: Bik, order_id: str) -> Generator[Finding, None, tuple[Reply, dict[str, Any] | None]]:
    """Ask for the order as Bik does; gives the answer, and the order in it if there is one."""
    reply = bik.ask(_write_request(order_id))
    if not reply.is_success or reply.failure:
        yield Finding("FAIL", "order", _explain(reply))
        return reply, None
    yield Finding("pass", "order", f"answered with status {reply.status}")
    content_type = reply.headers.get("content-type", "")
    said = f"the content type is {content_type or 'missing'}"
    yield Finding("pass" if is_json(content_type) else "FAIL", "content type", said)
    try:
        answer = read_answer(reply.body)
    except ValueError as error:
        yield Finding("FAIL", "JSON", str(error))
        return reply, None
    order = answer.get("order") if isinstance(answer, dict) else None
    if not isinstance(order, dict):
        yield Finding("FAIL", "JSON", 'the body is not {"order": {...}}')
        return reply, None
    yield Finding("pass", "JSON", "an object with an order, in UTF-8")
    return reply, order


def _explain(reply: Reply) -> str:
    """Say what may be behind an answer that is not the order."""
    if reply.failure:
        return reply.failure
    hints = {
        401: "the auth header is not the right one",
        403: "the auth header is not the right one",
        404: "name an order that there is, and see that the address is right",
        405: "the endpoint must take POST",
    }
    if 300 <= reply.status < 400:
        return f"status {reply.status}: Bik does not follow a redirect of a POST; give it the address that is meant"
    hint = hints.get(reply.status, "the order must come with status 200")
    return f"status {reply.status}{reply.error}: {hint}"


def _try_fields(order: dict[str, Any], order_id: str) -> Iterator[Finding]:
    own = order.get("id")
    if isinstance(own, (str, int, float)) and fold_id(str(own)) == fold_id(order_id):
        yield Finding("pass", "id", "order.id is the id that was asked for")
    else:
        yield Finding("FAIL", "id", "order.id is missing" if own is None else f"order.id is “{own}”")
    wrong = find_wrong_types(order)
    yield Finding("FAIL" if wrong else "pass", "types", "; ".join(wrong) or "every field has its type")
    for path, (_, form) in FORMS.items():
        match judge_text(order, path):
            case None:
                yield Finding("skip", path, "not in the order")
            case True:
                yield Finding("pass", path, form)
            case False:
                yield Finding("FAIL", path, f"must be {form}")


def _try_speed(bik: Bik, order_id: str, first: Reply) -> Iterator[Finding]:
    """Ask again on one connection and at once on many; the first answer counts for the speed, too."""
    request = _write_request(order_id)
    replies = [first]
    was_kept, lost = True, ""
    with closing(bik.make_connection()) as connection:
        for _ in range(_IN_A_ROW - 1):
            reply = bik.ask(request, connection=connection)
            replies.append(reply)
            lost = lost or reply.failure
            was_kept = was_kept and not reply.closes
    spans = [reply.seconds for reply in replies]
    middle, slowest = (_span(span) or "under 1 ms" for span in (statistics.median(spans), max(spans)))
    yield Finding(
        "pass" if max(spans) <= WITHIN else "FAIL",
        "speed",
        f"{len(spans)} answers: p50 {middle}, slowest {slowest}; Bik is not known to wait more than {WITHIN:g} s",
    )
    if lost:
        yield Finding("FAIL", "keep-alive", f"a second request on one connection: {lost}")
    elif was_kept:
        yield Finding("pass", "keep-alive", "one connection serves many requests")
    else:
        yield Finding("warn", "keep-alive", "each request needs a new connection, which takes longer")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        together = list(pool.map(lambda _: bik.ask(request), range(AT_ONCE)))
    yield _judge_together(together)


def _judge_together(replies: list[Reply]) -> Finding:
    rule = "at once"
    bad = [reply for reply in replies if reply.failure or not reply.is_success]
    if bad:
        return Finding("FAIL", rule, f"{len(bad)} of {len(replies)} requests: {_explain(bad[0])}")
    if len({reply.body for reply in replies}) > 1:
        return Finding("FAIL", rule, f"{len(replies)} answers about one order are not the same")
    return Finding("pass", rule, f"{len(replies)} requests got the same answer")


def _try_refusals(bik: Bik) -> Iterator[Finding]:
    unknown = bik.ask(_write_request(f"TRY-{secrets.token_hex(6)}"))
    level, text = _judge_refusal(unknown, range(300, 600))
    if level == "pass" and unknown.status != 404:
        level, text = "warn", f"{text}; the contract's example is 404"
    yield Finding(level, "unknown order", text)
    for rule, body in _BAD_BODIES.items():
        level, text = _judge_refusal(bik.ask(body), range(400, 500))
        yield Finding(level, rule, text)
    got = bik.ask(None, method="GET")
    if got.status == 405:
        yield Finding("pass", "GET", "refused with status 405")
    else:
        yield Finding("warn", "GET", got.failure or f"status {got.status}; 405 is usual for all but POST")


def _judge_refusal(reply: Reply, wanted: range) -> tuple[Level, str]:
    """Judge the answer to what can't be answered: an error's status, and its reason as JSON."""
    if reply.failure:
        return "FAIL", reply.failure
    if reply.status not in wanted:
        return "FAIL", f"status {reply.status}; it must be {wanted[0]} to {wanted[-1]}"
    if not is_error(reply.body):
        return "FAIL", f'status {reply.status}, but the body is not {{"error": "..."}}'
    return "pass", f"status {reply.status}{reply.error}"


def _try_auth(bik: Bik, order_id: str) -> Iterator[Finding]:
    rules = ("wrong auth", "no auth")
    if not bik.auth.header:
        for rule in rules:
            yield Finding("skip", rule, "no auth header was given to try with")
        return
    guess = b64encode(b"bikorders:try").decode() if bik.auth.scheme == "Basic" else "bikorders-try"
    wrong = f"{bik.auth.scheme} {guess}".strip()
    for rule, value in zip(rules, (wrong, ""), strict=True):
        reply = bik.ask(_write_request(order_id), auth=value)
        if reply.is_success:
            yield Finding("FAIL", rule, f"status {reply.status}: everybody may read the orders")
        elif reply.status not in (401, 403):
            yield Finding("FAIL", rule, reply.failure or f"status {reply.status}; it must be 401 or 403")
        elif not is_error(reply.body):
            yield Finding("warn", rule, f'status {reply.status}, but the body is not {{"error": "..."}}')
        else:
            yield Finding("pass", rule, f"refused with status {reply.status}")


def _look_back(bik: Bik) -> Iterator[Finding]:
    """Judge what holds for every answer that came."""
    replies = bik.replies
    redirects = [reply for reply in replies if 300 <= reply.status < 400]
    if redirects:
        yield Finding("FAIL", "no redirect", f"{len(redirects)} of {len(replies)} answers lead elsewhere")
    else:
        yield Finding("pass", "no redirect", "no answer leads elsewhere")
    pages = [reply for reply in replies if _is_page(reply)]
    if pages:
        yield Finding("FAIL", "no HTML", f"{len(pages)} of {len(replies)} answers are pages for people")
    else:
        yield Finding("pass", "no HTML", "no answer is a page for people")
    if any(shows_inside(reply.body) for reply in replies if not reply.is_success):
        yield Finding(
            "FAIL", "no inside", "an error tells of the program behind it: a traceback, a file, a line"
        )
    else:
        yield Finding("pass", "no inside", "no error tells of the program behind it")


def _is_page(reply: Reply) -> bool:
    return "html" in reply.headers.get("content-type", "").casefold() or reply.body.lstrip()[:1] == b"<"
