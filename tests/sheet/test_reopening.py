"""A source of which a read does not come back is opened again."""

from collections.abc import Callable
from typing import Any

import pytest

from bikorders.errors import SourceUnavailable
from bikorders.sheet.reopening import ReopeningSource
from bikorders.sheet.workbook import Workbook


class Fake:
    """A source during whose read something else is done."""

    name = "a fake"

    def __init__(self, meanwhile: Callable[[], Any] = lambda: None) -> None:
        self.meanwhile = meanwhile
        self.workbook = Workbook({})

    def read(self, tabs: object = (), names: bool = False, together: bool = False) -> Workbook:
        self.meanwhile()
        return self.workbook


def test_a_source_is_opened_again_only_where_a_read_of_it_is_under_way() -> None:
    found: list[Workbook] = []
    second = Fake()
    first = Fake(lambda: found.append(source.read()))
    to_open: list[Any] = [second, first]
    source = ReopeningSource(to_open.pop)
    assert source.read() is first.workbook
    assert found == [second.workbook]
    assert [source.read(), source.read()] == [second.workbook] * 2


def test_a_read_that_fails_has_come_back() -> None:
    def fail() -> None:
        raise SourceUnavailable("down")

    only = Fake(fail)
    to_open: list[Any] = [only]
    source = ReopeningSource(to_open.pop)
    for _ in range(2):
        with pytest.raises(SourceUnavailable):
            source.read()
