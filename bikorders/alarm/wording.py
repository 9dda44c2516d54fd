"""What do the messages to the owner say?

They go through the hands of others: no customer's name, phone, e-mail or address is in them, also not as what was
typed in a cell that is wrong.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bikorders.errors import BikordersError
from bikorders.merchant.page_head import advise, make_sentence
from bikorders.merchant.report_causes import Cause, group_entries
from bikorders.merchant.report_entries import Entry
from bikorders.merchant.summary import tell_span
from bikorders.text import clean, plural, shorten

IN_FULL = 5
"""Causes that are told in full in one message."""

_LONGEST_NAME = 60
"""Characters of the shop's name."""

_NAMED = 10
"""Orders that are named in one message."""


class Message(NamedTuple):
    """What is sent: its title, and its lines."""

    title: str
    body: str


def name_shop(message: Message, shop: str) -> Message:
    """Return a message whose title says which shop it is about: several may ring on one phone.

    >>> name_shop(Message("All is well again", ""), "Rose Shop").title
    'Rose Shop: All is well again'
    """
    name = shorten(clean(shop), _LONGEST_NAME)
    return message._replace(title=f"{name}: {message.title}") if name else message


def join_messages(messages: Iterable[Message]) -> Message | None:
    """Return one message that says all; None if there is nothing to say."""
    said = list(messages)
    if not said:
        return None
    return Message("; ".join(part.title for part in said), "\n\n".join(part.body for part in said))


def tell_cells(new: Sequence[Entry], all_of_them: int) -> Message:
    """Say which cells need fixing; `all_of_them` counts those that were told before, too."""
    causes = group_entries(new)
    told = causes[:IN_FULL]
    lines = [_tell_cause(cause) for cause in told]
    if left := len(new) - sum(len(cause.entries) for cause in told):
        lines.append(f"And {left:,} more.")
    if all_of_them > len(new):
        lines.append(f"With those of before, {_need_fixing(all_of_them)}.")
    return Message(_need_fixing(len(new)), "\n\n".join(lines))


def tell_that_cells_stay(count: int) -> Message:
    """Say how many cells still need fixing."""
    verb = "needs" if count == 1 else "need"
    return Message(
        f"{plural(count, 'cell')} still {verb} fixing",
        "You were told of each before; the status page lists them.",
    )


def _need_fixing(count: int) -> str:
    return f"{plural(count, 'cell')} {'needs' if count == 1 else 'need'} fixing"


def _tell_cause(cause: Cause) -> str:
    """Return the title, the sentence, what to type, and the link into the first cell."""
    entry = cause.first
    title = entry.public_title if len(cause.entries) == 1 else cause.format_title()
    return "\n".join(filter(None, (title, f"{entry.public_message} {entry.problem.hint}", entry.url)))


def tell_outage(level: str, lasting: float, failure: BikordersError | None) -> Message:
    """Say that the sheet can't be read, what Bik gets meanwhile, and what the owner can do; `level` is `stale` or `down`."""
    if level == "down":
        title, meanwhile = "Bik gets no answers", "Nothing young enough is left to answer from."
    else:
        title, meanwhile = "The sheet can’t be read", "Until then Bik gets the last good copy of it."
    why = failure.message if failure else "it did not answer in time"
    lines = [
        make_sentence(f"The sheet could not be read for {tell_span(lasting)}: {_cut(why)}"),
        f"It is tried again by itself. {meanwhile}",
        _cut(advise(failure)),
    ]
    return Message(title, "\n".join(lines))


def _cut(text: str) -> str:
    return shorten(clean(text), 500)


def tell_end(lasting: float) -> Message:
    """Say that the sheet can be read again."""
    return Message("All is well again", f"The sheet can be read again, after {tell_span(lasting)}.")


def tell_parked(ids: Sequence[str]) -> Message:
    """Say which of Bik's orders the sheet did not take."""
    named = ", ".join(clean(order_id) for order_id in ids[:_NAMED])
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    them = "it" if len(ids) == 1 else "them"
    return Message(
        f"The sheet did not take {plural(len(ids), 'order')} from Bik",
        f"{named}{more}: type {them} into the sheet by hand. The status page says what to type.",
    )


def tell_waiting(count: int, lasting: float) -> Message:
    """Say how many of Bik's orders wait to be written, and how long the oldest does."""
    title = (
        f"{plural(count, 'order')} from Bik {'waits' if count == 1 else 'wait'} to be written into the sheet"
    )
    return Message(
        title, f"The oldest has waited for {tell_span(lasting)}. The status page says why; none is lost."
    )
