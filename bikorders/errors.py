"""The exceptions that cross module borders. A cell that can't be read is no exception but a `Problem`.

`message` and `hint` are for the person who runs the server (log, command line, status page). What a caller over
HTTP reads is decided in `serving.http_errors`: only `RequestRefused`, `OrderNotFound` and `OrderConflict` show
their message.
"""

from typing import Self


class BikordersError(Exception):
    """The base class: what happened, what to do about it, and whether trying again can help."""

    can_retry = False

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def again(self) -> Self:
        """Return the same error, to be raised anew: an exception that is raised keeps where it came from."""
        return type(self)(self.message, self.hint)

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}" if self.hint else self.message


def drop_frames(error: BaseException) -> None:
    """Let an error, and those that led to it, hold none of the frames that they came through.

    Frames hold a whole snapshot, or an answer of Google's. Where one of them holds the error, too, they would stay until
    the garbage collector comes, which counts objects and not their size.
    """
    chain = [error]
    for each in chain:
        each.__traceback__ = None
        led = (each.__cause__, each.__context__)
        chain += [other for other in led if other is not None and other not in chain]  # it may be a circle


class SettingsError(BikordersError):
    """A setting is missing, unknown, wrong, or contradicts another. It stops the start."""


class RequestRefused(BikordersError):
    """The request lacks what it must hold: a usable order id, or an order that can be placed."""


class OrderNotFound(BikordersError):
    """No row of the sheet has this id, of which the message shows the start."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"order {order_id[:200]} not found")


class OrderConflict(BikordersError):
    """Several rows have this id, and they disagree; `row` is the one that contradicts another above it."""

    def __init__(self, message: str, hint: str = "", row: object = None) -> None:
        super().__init__(message, hint)
        self.row = row


class SheetUnusable(BikordersError):
    """The sheet can't be read before somebody shares it, names a tab, puts back a column, or replaces a key."""


class ChangeRefused(SheetUnusable):
    """The sheet refuses one change, because it is not as it was when the change was planned; others may work."""


class AlreadyWritten(ChangeRefused):
    """The change was sent before and has happened: the name that it gives to a range is there."""


class NamesRefused(ChangeRefused):
    """The change was refused for the name that it gives to a range."""


class SourceUnavailable(BikordersError):
    """The source did not answer, or its answer can't be read. The next try may work."""

    can_retry = True


class PlacingUnavailable(BikordersError):
    """The sheet has no place for orders from Bik: none are taken until it has, and the others are answered all the same."""

    can_retry = True


class JournalUnavailable(BikordersError):
    """The journal of placed orders can't be read or written: the disk is full, or another process holds it."""

    can_retry = True
