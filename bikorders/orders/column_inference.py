"""What do whole columns show? The options, the shop's settings, and what only all cells of a column can tell.

An order's cells are read by it: how a column parts thousands and cents, whether its numbers are shares.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bikorders.reading.cells import Unreadable
from bikorders.reading.headers import HeaderWords
from bikorders.reading.marks import Convention
from bikorders.reading.money import Share, find_convention, parse_discount
from bikorders.reading.rows import Table
from bikorders.reading.shop_settings import Options, ShopSettings
from bikorders.sheet.workbook import Raw, is_blank

Conclusion = TypeVar("Conclusion")


@dataclass
class ColumnInference:
    """What holds for a whole workbook; what its columns show is found out when it is first asked for, and kept."""

    options: Options
    shop_settings: ShopSettings
    _conclusions: dict[tuple[object, str, int, int], Any] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """The shop's own currency; "" where its Settings tab names one that can't be read."""
        said = self.shop_settings.currency
        return self.options.currency if said is None else said

    @property
    def header_words(self) -> HeaderWords:
        """The headers that the shop may use, and the words of its own below them."""
        shop = self.shop_settings
        return HeaderWords(self.currency, shop.headers, {"status": shop.statuses, "payment": shop.payments})

    @property
    def country(self) -> str:
        """The shop's own country: that of phone numbers which name none."""
        return self.shop_settings.country or self.options.country

    def get_convention(self, table: Table, column: int) -> Convention | None:
        """Return how the amounts of a column part thousands and cents: one column, one convention."""
        return self.conclude(_find_convention, table, column)

    def has_only_fractions(self, table: Table, column: int) -> bool:
        """Return whether all of a column's numbers lie between 0 and 1, so that they are shares."""
        return self.conclude(_has_only_fractions, table, column)

    def conclude(
        self, question: Callable[["ColumnInference", Table, int], Conclusion], table: Table, column: int
    ) -> Conclusion:
        """Return what `question` finds in a column; it is asked once for each column of a table."""
        key = question, table.tab.title, table.columns.row, column
        if key not in self._conclusions:
            self._conclusions[key] = question(self, table, column)
        conclusion: Conclusion = self._conclusions[key]
        return conclusion


def _find_convention(inference: ColumnInference, table: Table, column: int) -> Convention | None:
    return find_convention(table.list_raws(column), inference.currency)


def _has_only_fractions(_: ColumnInference, table: Table, column: int) -> bool:
    return all(_is_fraction(raw) for raw in table.list_raws(column) if not is_blank(raw))


def _is_fraction(raw: Raw) -> bool:
    try:
        reading = parse_discount(raw)
    except Unreadable:
        return False
    return not isinstance(reading, Share) and not reading.currency and 0 <= abs(reading.amount) < 1
