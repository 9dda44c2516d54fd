"""A placed order as the journal keeps it, and how far it has come."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bikorders.bik.place_order import read_placed


class State(StrEnum):
    """How far an order has come on its way into the sheet.

        waiting --> sent --> written --> verified
           ^          |         |
           +----------+         +--> left --> verified
           +--> parked --> verified

    In the table of placed orders a sent one is waiting, and all that the sheet has are written; the table of those that
    are under way knows the rest.
    """

    WAITING = "waiting"
    """In the journal only."""

    SENT = "sent"
    """Sent to the sheet, without an answer: it may be there, or still get there."""

    WRITTEN = "written"
    """The sheet took it; no read has shown yet that it stands under its headers."""

    VERIFIED = "verified"
    """Seen in the sheet, which answers for it from now on."""

    LEFT = "left"
    """In the sheet under other headers, and nothing could put it right: a person has to."""

    PARKED = "parked"
    """Refused by the sheet: a person has to type it in."""


@dataclass(frozen=True)
class Record:
    """A placed order. `digest` is of the request that placed it; `received_at` is in Unix seconds.

    `answer` is what was answered. `refusals` counts how often the sheet refused it for itself, the last time for
    `reason`; without refusals, that is what kept all that wait from the sheet. `typed` is what was typed into the
    sheet, as `typed_rows` dumps it, `is_misplaced` says that it is known to stand under other headers, and `repairs`
    how often it was put right; all until it is verified.
    """

    seq: int
    draft_id: str
    digest: str
    id: str
    number: int
    answer: bytes = field(repr=False)
    received_at: float
    state: State
    refusals: int
    reason: str
    typed: str = field(default="[]", repr=False)
    is_misplaced: bool = False
    repairs: int = 0

    @property
    def order(self) -> dict[str, Any]:
        """Return the order in the answer, its fractions as `Decimal`."""
        return read_placed(self.answer)
