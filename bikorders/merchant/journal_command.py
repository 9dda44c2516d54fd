"""The commands `bikorders journal`: keep a backup of Bik's orders, list those that are not in the sheet, try one again.

They work on the journal's file, also while the service runs. Nothing of a customer is printed.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bikorders.errors import BikordersError, OrderNotFound, SettingsError
from bikorders.placing.journal import Journal
from bikorders.placing.record import Record, State
from bikorders.text import clean, plural

_WORDS = {
    State.WAITING: "waiting",
    State.SENT: "waiting",
    State.PARKED: "parked",
    State.LEFT: "misplaced",
}
"""What the list calls the orders that are not in the sheet, or not where they belong."""

_NOT_PARKED = {
    State.WAITING: "it waits, and is tried by itself",
    State.SENT: "it waits, and is tried by itself",
    State.LEFT: "it is in the sheet, in the wrong place: put it right by hand",
}
"""What there is to do about an order that is not parked."""


def open_existing(path: Path) -> Journal:
    """Open the journal that the service has made; raises `SettingsError` if there is none."""
    if not path.exists():
        raise SettingsError(
            f"there is no journal {path.absolute()}",
            "it begins when bikorders serve takes orders from Bik; set BIKORDERS_JOURNAL if it is another file",
        )
    return Journal(path)


def back_up(journal: Journal, path: Path) -> None:
    """Write the backup, and print what it holds."""
    journal.back_up(path)
    orders, (waiting, _) = len(journal.list_drafts()), journal.count_waiting()
    print(f"Backed up {plural(orders, 'order')} from Bik to {path}; waiting for the sheet: {waiting}.")


def print_orders(journal: Journal) -> None:
    """Print a line for each order that the sheet does not have, or has in the wrong place."""
    lines = list(list_lines(journal))
    for line in lines:
        print(line)
    if not lines:
        print("Each order from Bik is in the sheet.")


def list_lines(journal: Journal) -> Iterator[str]:
    """Yield what is printed of the orders: in which state each is, since when, and why."""
    for record in journal.list_unverified():
        if word := _WORDS.get(record.state):
            since = datetime.fromtimestamp(record.received_at, UTC)
            head = (
                f"{word:9}  {record.id}  draft ID {clean(record.draft_id)}  placed {since:%Y-%m-%d %H:%M} UTC"
            )
            yield f"{head}: {_tell_reason(record)}"


def _tell_reason(record: Record) -> str:
    if record.state is State.LEFT:
        return "in the sheet, but in the wrong cells or the wrong tab; the log and the page say more"
    return clean(record.reason) or "not tried yet"


def retry(journal: Journal, order_id: str) -> None:
    """Let a parked order wait again, by its id or its draft id; the service that runs, or the next one, tries it.

    Raises `BikordersError` if there is no such order, or if it is not parked.
    """
    record = journal.find_id(order_id) or journal.find_draft(order_id)
    if record is None:
        raise OrderNotFound(order_id)
    if not journal.retry(record.seq):
        hint = _NOT_PARKED.get(record.state, "it is in the sheet")
        raise BikordersError(f"order {record.id} is not parked", hint)
    print(f"Order {record.id} waits again; bikorders serve tries it within seconds.")
