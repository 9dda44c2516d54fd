"""What a Google Sheet has besides values: sizes, frozen rows, protections, and how cells are set up.

It is read before anything is changed, so that nothing is made twice and nothing of the merchant's is replaced. Rows and columns count from 1; a `Box` holds both of its ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bikorders.sheet.workbook import Raw

MANY = 10_000_000
"""A row or column that no sheet has: the end of a box that goes on to the end of the tab."""


class Box(NamedTuple):
    """Cells of a tab: rows and columns, from and to."""

    top: int
    left: int
    bottom: int = MANY
    right: int = MANY

    def meets(self, other: "Box") -> bool:
        """Return whether a cell lies in both.

        >>> Box(1, 3, 1, 3).meets(Box(1, 1)), Box(1, 3, 1, 3).meets(Box(2, 1))
        (True, False)
        """
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )


class CellSetup(NamedTuple):
    """How one cell is set up: whether anything was typed, a formula, a rule for what may be typed, plain text.

    `is_array` says that its formula fills further cells, `is_spilled` that another cell's formula fills it, `is_tick_box`
    that it can only be ticked. `values` are what it holds and what it shows.
    """

    is_filled: bool
    has_formula: bool
    has_rule: bool
    is_text: bool
    is_array: bool = False
    is_spilled: bool = False
    is_tick_box: bool = False
    values: tuple[Raw, ...] = ()


BARE = CellSetup(False, False, False, False)


@dataclass(frozen=True)
class Grid:
    """One tab. `protected` are its protected boxes, `tables` and `merges` those of its tables and merged cells.

    `cells` are those of the boxes that were looked at, by row and column; one that is not there is bare.
    """

    gid: int
    rows: int
    columns: int
    frozen: int = 0
    protected: tuple[Box, ...] = ()
    tables: tuple[Box, ...] = ()
    merges: tuple[Box, ...] = ()
    cells: Mapping[tuple[int, int], CellSetup] = field(default_factory=dict)
    is_hidden: bool = False

    def find_cells(self, box: Box) -> list[CellSetup]:
        """Return the set-ups of a box's cells, the bare ones left out."""
        return [
            cell for (row, column), cell in self.cells.items() if box.meets(Box(row, column, row, column))
        ]

    def get_cell(self, row: int, column: int) -> CellSetup:
        """Return how a cell is set up; bare if nothing was found there."""
        return self.cells.get((row, column), BARE)
