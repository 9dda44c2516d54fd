"""What a source of workbooks can do."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple, Protocol

from bikorders.sheet.workbook import Cell, Raw, Workbook


class Step(NamedTuple):
    """One thing that was tried and works; `hint` says what to change if it works but should be otherwise."""

    message: str
    hint: str = ""


class Source(Protocol):
    """Something that a workbook can be read from."""

    name: str
    """What a person would call it, for the log."""

    def probe(self) -> Iterator[Step]:
        """Try what a read needs, one thing after another. Raises at the first that fails, as `read` does."""
        ...

    def read(self, tabs: Collection[str] = (), names: bool = False, together: bool = False) -> Workbook:
        """Read the workbook; the same object as before if nothing changed.

        `tabs` are titles from `Workbook.unread` that must travel from now on; `names` asks for the tabs' names
        too, where a read does not bring them. With `together`, all that the read may need is asked for at the same
        time: it is over sooner, and costs a request more if nothing changed. Raises `SheetUnusable` or `SourceUnavailable`. Not safe to call
        from two threads at once.
        """
        ...

    def read_link(self, cell: Cell, row: Sequence[Raw]) -> str | None:
        """Read the one link behind a cell; None if there is none or several, or if the row is another by now.

        `row` are the row's values as they were read with the cell. Raises as `read` does. Another thread may call it
        while `read` is under way.
        """
        ...
