"""The protocols: what a source of workbooks can do, and what a writer to a Google Sheet can do."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from bikorders.sheet.grid import Box, Grid
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

    def read(self, tabs: Collection[str] = (), names: bool = False) -> Workbook:
        """Read the workbook; the same object as before if nothing changed.

        `tabs` are titles from `Workbook.unread` that must travel from now on; `names` asks for the tabs' names
        too, where a read does not bring them. Raises `SheetUnusable` or `SourceUnavailable`. Not safe to call
        from two threads at once.
        """
        ...

    def read_link(self, cell: Cell, row: Sequence[Raw]) -> str | None:
        """Read the one link behind a cell; None if there is none or several, or if the row is another by now.

        `row` are the row's values as they were read with the cell. Raises as `read` does.
        """
        ...


class Writer(Protocol):
    """A Google Sheet that can be changed. Its methods raise `SheetUnusable` or `SourceUnavailable`."""

    def read_grids(self, boxes: Mapping[str, Sequence[Box]]) -> dict[str, Grid]:
        """Read how every tab is set up, hidden ones too, and the cells of `boxes`, which are by title."""
        ...

    def read_rows(self, title: str, numbers: Sequence[int]) -> list[list[Raw]]:
        """Read the values of some rows of a tab."""
        ...

    def update(self, requests: Sequence[Mapping[str, Any]]) -> None:
        """Send requests of `spreadsheets.batchUpdate`: all of them happen, or none.

        After `SourceUnavailable` they may have happened all the same.
        """
        ...
