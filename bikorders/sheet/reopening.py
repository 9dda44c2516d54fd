"""A source that is opened again after a read that has not come back: no source can be read by two threads at once."""

from collections.abc import Callable, Collection, Iterator, Sequence

from bikorders.errors import SettingsError, SourceUnavailable
from bikorders.sheet.source import Source, Step
from bikorders.sheet.workbook import Cell, Raw, Workbook


class ReopeningSource:
    """Reads from what `open_source` opens; where a read is still under way at the next one, from a new one."""

    def __init__(self, open_source: Callable[[], Source]) -> None:
        self._open = open_source
        self._source = open_source()
        self._is_reading = False
        self.name = self._source.name

    def probe(self) -> Iterator[Step]:
        """Try what a read needs."""
        return self._source.probe()

    def read(self, tabs: Collection[str] = (), names: bool = False, together: bool = False) -> Workbook:
        """Read the workbook."""
        if self._is_reading:
            try:
                self._source = self._open()
            except SettingsError as error:  # the key file is being replaced
                raise SourceUnavailable(error.message, error.hint) from error
        source, self._is_reading = self._source, True
        try:
            return source.read(tabs, names, together)
        finally:
            if source is self._source:
                self._is_reading = False

    def read_link(self, cell: Cell, row: Sequence[Raw]) -> str | None:
        """Read the one link behind a cell."""
        return self._source.read_link(cell, row)
