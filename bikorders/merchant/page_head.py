"""The head of the status page in words: how the service is, and which of Bik's orders are not in the sheet.

It is written for the shop's owner: what it means for customers, and what the owner can do.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bikorders.bik.place_order import restore_order
from bikorders.cache.policy import Health, View
from bikorders.cache.snapshot_cache import EVIDENCE_FOR
from bikorders.errors import BikordersError, JournalUnavailable, PlacingUnavailable, SourceUnavailable
from bikorders.merchant.summary import tell_contents, tell_span
from bikorders.placing.intake import Intake
from bikorders.placing.record import Record
from bikorders.serving.service import Service
from bikorders.text import shorten

MOST_WAITING = 20
"""Orders that wait, of which the page says what is in them."""

WRITTEN_WITHIN = 60.0
"""Seconds in which an order from Bik usually is in the sheet."""

_TELL = "tell the person who set up bikorders for you"


@dataclass(frozen=True)
class State:
    """The service's state, `fresh`, `stale` or `down`, that in words, and what it means for customers."""

    name: str
    mark: str
    headline: str
    details: tuple[str, ...]


def describe_state(health: Health, view: View | None, failure: BikordersError | None) -> State:
    """Return how the service is: with `view` Bik is answered, without one `failure` says why not."""
    failure = failure or health.failure
    if view and health.status == "ok":
        lasting = () if health.lasting is None else (f"No trouble for {tell_span(health.lasting)}.",)
        read = f"The sheet was read {tell_span(view.age)} ago."
        if view.age > EVIDENCE_FOR:
            read += " It is read again as soon as Bik asks, or as you touch this page."
        return State("fresh", "up to date", "Bik gets what your sheet says now", (read, *lasting))
    details = list(_explain_failure(health, failure))
    if view is None:
        return State("down", "no answers", "Customers get no answers about orders", tuple(details))
    age = f"This copy is {tell_span(view.age)} old: what was typed after it is not told."
    if health.usable_for is not None:
        details.insert(
            1, f"Customers get this copy for {tell_span(health.usable_for)} more, then no answers."
        )
    headline = "Customers get the last good copy of your sheet"
    return State("stale", "old copy", headline, (age, *details))


def _explain_failure(health: Health, failure: BikordersError | None) -> Iterator[str]:
    """Yield why the sheet can't be read, that it is tried again, and what the owner can do."""
    lasting = "now" if health.lasting is None else f"for {tell_span(health.lasting)}"
    reason = f": {failure.message}" if failure else ""
    yield make_sentence(f"The sheet could not be read {lasting}{reason}")
    yield "It is tried again by itself."
    yield advise(failure)


def advise(failure: BikordersError | None) -> str:
    """Return what the owner can do about a failure: nothing, if it passes by itself."""
    if failure is None or isinstance(failure, SourceUnavailable) or not failure.hint:
        return f"You don’t have to do anything. If it lasts for hours, {_TELL}."
    return f"{make_sentence(failure.hint)} If you can’t do that, {_TELL}."


def describe_edits(service: Service, *, has_script: bool) -> str:
    """Return when the last edit was heard; without one, say so if the sheet may have the script that tells of edits."""
    now = service.now()
    if service.heard_at is not None:
        return f"Your last edit was heard {tell_span(now - service.heard_at)} ago."
    if not has_script:
        return ""
    began = tell_span(now - service.began_at)
    return f"No edit was heard since the start {began} ago. Without the script in your sheet, that is as it should be."


@dataclass(frozen=True)
class WaitingOrder:
    """An order from Bik that is not in the sheet: what is in it, since when it waits, what to do about it."""

    id: str
    contents: str
    since: str
    advice: str = ""


@dataclass(frozen=True)
class Waiting:
    """Bik's orders that are not in the sheet, `more` beside those that are listed, and why they wait.

    `level` is `none`, `soon` if they will be in the sheet within the minute, `late`, or `parked`.
    """

    level: str
    mark: str
    headline: str
    reasons: tuple[str, ...]
    orders: tuple[WaitingOrder, ...] = ()
    more: int = 0


def describe_waiting(intake: Intake) -> Waiting:
    """Return which of Bik's orders are not in the sheet, and why."""
    try:
        backlog, waiting = intake.get_backlog(), intake.list_waiting()
    except JournalUnavailable as error:
        reason = make_sentence(error.message)
        return Waiting("late", "look", "Orders from Bik can’t be looked up", (reason, advise(error)))
    now = intake.now()
    reasons = [*_explain_backlog(backlog.failure), *map(make_sentence, backlog.remarks)]
    missing = [*backlog.parked, *waiting]
    if not missing:
        if reasons:
            is_refused = isinstance(backlog.failure, PlacingUnavailable)
            headline = "No orders from Bik are taken" if is_refused else "Orders from Bik need a look"
            return Waiting("late", "look", headline, tuple(reasons))
        return Waiting("none", "", "Each order from Bik is in your sheet.", ())
    is_late = max(now - record.received_at for record in missing) > WRITTEN_WITHIN
    if waiting and not backlog.failure:
        reasons.insert(
            0, "They are written as soon as the sheet can be read." if is_late else "They are being written."
        )
    level, mark = (
        ("parked", "type in") if backlog.parked else ("late", "waiting") if is_late else ("soon", "new")
    )
    are = "order from Bik is" if len(missing) == 1 else "orders from Bik are"
    return Waiting(
        level,
        mark,
        f"{len(missing):,} {are} not in your sheet yet",
        (*reasons, "Customers who ask for them are answered all the same."),
        tuple(
            _describe_order(record, now, is_parked=number < len(backlog.parked))
            for number, record in enumerate(missing[:MOST_WAITING])
        ),
        max(0, len(missing) - MOST_WAITING),
    )


def _explain_backlog(failure: BikordersError | None) -> Iterator[str]:
    if failure:
        yield make_sentence(failure.message)
        yield advise(failure)


def _describe_order(record: Record, now: float, *, is_parked: bool) -> WaitingOrder:
    advice = (
        f"The sheet did not take it. Type it in yourself, with the draft ID {shorten(record.draft_id, 200)}."
        if is_parked
        else ""
    )
    since = tell_span(max(0.0, now - record.received_at))
    return WaitingOrder(record.id, tell_contents(restore_order(record.order)), since, advice)


def make_sentence(text: str) -> str:
    """Return an error's message as a sentence.

    >>> make_sentence("the sheet is away"), make_sentence("")
    ('The sheet is away.', '')
    """
    return text[:1].upper() + text[1:] + ("." if text and text[-1] not in ".!?" else "")
