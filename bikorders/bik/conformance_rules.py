"""The rules that `try` checks an endpoint by, one function for each group of them."""

import json
import secrets
import ssl
import statistics
from base64 import b64encode
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Literal, NamedTuple

from bikorders.bik.answer_checks import (
    FORMS,
    find_error,
    find_wrong_types,
    is_json,
    judge_text,
    read_answer,
    shows_inside,
)
from bikorders.bik.auth import is_loopback
from bikorders.bik.http_probe import Bik, Reply
from bikorders.bik.target import Target
from bikorders.reading.order_ids import fold_id

WITHIN = 5.0
"""Seconds; how long Bik waits is not known, and it can't be assumed to wait longer than this."""

AT_ONCE = 10
_IN_A_ROW = 5

BAD_BODIES = {"not JSON": b"orderId=1", "a list": b'["orderId"]', "no orderId": b'{"order": "1"}'}

Level = Literal["pass", "warn", "FAIL", "skip"]


class Finding(NamedTuple):
    """The result of one rule."""

    level: Level
    rule: str
    text: str


class Unreachable(Exception):
    """Nothing answers at the address; the message says why."""


def span(seconds: float) -> str:
    """Return how long something took, in words; "" for less than a millisecond.

    >>> span(0.0123), span(2.5), span(0.0005)
    ('12 ms', '2.5 s', '')
    """
    if seconds < 0.001:
        return ""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def try_address(target: Target) -> Iterator[Finding]:
    """Judge the address itself."""
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


def try_connection(bik: Bik) -> Generator[Finding, None, bool]:
    """Connect once; return False if the certificate is wrong. Raises `Unreachable`."""
    try:
        bik.connect()
    except ssl.SSLCertVerificationError as error:
        yield Finding("FAIL", "certificate", error.verify_message or "not valid")
        return False
    except TimeoutError:
        raise Unreachable("it does not answer in time") from None
    except (OSError, UnicodeError) as error:
        raise Unreachable(getattr(error, "strerror", None) or type(error).__name__) from None
    yield Finding("pass", "connection", "it can be reached")
    if bik.target.is_secure:
        yield Finding("pass", "certificate", "valid")
    else:
        yield Finding("skip", "certificate", "there is none without https")
    return True


def _write_request(order_id: str) -> bytes:
    return json.dumps({"orderId": order_id}).encode()


def try_order(bik: Bik, order_id: str) -> Generator[Finding, None, tuple[Reply, dict[str, Any] | None]]:
    """Ask for the order as Bik does; return the answer, and the order in it if there is one."""
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
    """Return what may be the reason for an answer that is not the order."""
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


def try_fields(order: dict[str, Any], order_id: str) -> Iterator[Finding]:
    """Judge the id, the types of all fields, and the form of those that have one."""
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


def try_speed(bik: Bik, order_id: str, first: Reply) -> Iterator[Finding]:
    """Ask again, first on one connection and then on many at once; the speed of `first` counts, too."""
    request = _write_request(order_id)
    replies = [first]
    with closing(bik.make_transport()) as transport:
        replies += (bik.ask(request, transport=transport) for _ in range(_IN_A_ROW - 1))
    spans = [reply.seconds for reply in replies]
    middle, slowest = (span(seconds) or "under 1 ms" for seconds in (statistics.median(spans), max(spans)))
    yield Finding(
        "pass" if max(spans) <= WITHIN else "FAIL",
        "speed",
        f"{len(spans)} answers: p50 {middle}, slowest {slowest}; Bik is not known to wait more than {WITHIN:g} s",
    )
    yield _judge_connection(replies[1:])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        together = list(pool.map(lambda _: bik.ask(request), range(AT_ONCE)))
    yield _judge_together(together)


def _judge_connection(replies: list[Reply]) -> Finding:
    """Judge whether requests that could all travel on one connection did."""
    rule = "keep-alive"
    if lost := [reply.failure for reply in replies if reply.failure]:
        return Finding("FAIL", rule, f"a second request on one connection: {lost[0]}")
    if not all(reply.port for reply in replies):
        return Finding("warn", rule, "each request needs a new connection, which takes longer")
    if len({reply.port for reply in replies}) > 1:
        return Finding("FAIL", rule, "a second request on one connection: it was closed without notice")
    return Finding("pass", rule, "one connection serves many requests")


def _judge_together(replies: list[Reply]) -> Finding:
    rule = "at once"
    bad = [reply for reply in replies if reply.failure or not reply.is_success]
    if bad:
        return Finding("FAIL", rule, f"{len(bad)} of {len(replies)} requests: {_explain(bad[0])}")
    if len({reply.body for reply in replies}) > 1:
        return Finding("FAIL", rule, f"{len(replies)} answers about one order are not the same")
    return Finding("pass", rule, f"{len(replies)} requests got the same answer")


def try_refusals(bik: Bik) -> Iterator[Finding]:
    """Send what can't be answered, and judge how it is refused."""
    unknown = bik.ask(_write_request(f"TRY-{secrets.token_hex(6)}"))
    level, text = _judge_refusal(unknown, range(300, 600))
    if level == "pass" and unknown.status != 404:
        level, text = "warn", f"{text}; the contract's example is 404"
    yield Finding(level, "unknown order", text)
    for rule, body in BAD_BODIES.items():
        level, text = _judge_refusal(bik.ask(body), range(400, 500))
        yield Finding(level, rule, text)
    got = bik.ask(None, method="GET")
    if got.status == 405:
        yield Finding("pass", "GET", "refused with status 405")
    else:
        yield Finding("warn", "GET", got.failure or f"status {got.status}; 405 is usual for all but POST")


def _judge_refusal(reply: Reply, wanted: range) -> tuple[Level, str]:
    """Return a level and its reason: a refusal must have a status in `wanted`, and say why as JSON."""
    if reply.failure:
        return "FAIL", reply.failure
    if reply.status not in wanted:
        return "FAIL", f"status {reply.status}; it must be {wanted[0]} to {wanted[-1]}"
    if not find_error(reply.body):
        return "FAIL", f'status {reply.status}, but the body is not {{"error": "..."}}'
    return "pass", f"status {reply.status}{reply.error}"


def try_auth(bik: Bik, order_id: str) -> Iterator[Finding]:
    """Ask for the order with a wrong auth header, and without one."""
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
        elif not find_error(reply.body):
            yield Finding("warn", rule, f'status {reply.status}, but the body is not {{"error": "..."}}')
        else:
            yield Finding("pass", rule, f"refused with status {reply.status}")


def look_back(bik: Bik) -> Iterator[Finding]:
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
