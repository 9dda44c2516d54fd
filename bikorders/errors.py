"""What can go wrong with the world, as opposed to a cell: the exceptions that cross module borders.

A leaf: imports nothing. `message` and `hint` are for the person who runs the server (log, command line, status page).
What a caller over HTTP may read is decided in `web.py`, and only `RequestRefused`, `OrderNotFound` and
`OrderConflict` let their message out.
"""


class BikordersError(Exception):
    """The base: what happened, what to do about it, and whether trying again can help."""

    can_retry = False

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}" if self.hint else self.message


class SettingsError(BikordersError):
    """A setting is missing, unknown, wrong or contradicts another; the start stops."""


class RequestRefused(BikordersError):
    """The request does not hold what it must: a usable order id, or an order that can be placed."""


class OrderNotFound(BikordersError):
    """No row of the sheet has this id."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"order {order_id} not found")


class OrderConflict(BikordersError):
    """Several rows could be meant by this id, and they disagree."""


class SheetUnusable(BikordersError):
    """Somebody has to change something first: share the sheet, name a tab, put back a column, fix a key."""


class ChangeRefused(SheetUnusable):
    """The sheet does not take a change, though it may be changed: something in it is not as it was planned with."""


class SourceUnavailable(BikordersError):
    """The source did not answer, or not with anything that can be read; it may the next time."""

    can_retry = True


class JournalUnavailable(BikordersError):
    """The journal of placed orders can't be written or read: the disk is full, or another process holds it."""

    can_retry = True
