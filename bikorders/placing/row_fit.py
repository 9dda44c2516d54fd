"""Fit planned rows to how the sheet is set up right before they are written: formulas and tick boxes are not typed over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import chain, repeat

from bikorders.errors import SourceUnavailable
from bikorders.placing.row_plan import choose_items_title
from bikorders.sheet.edits import Addition, Day, InsertRows, MakeTab, MoveRows, Repair, RetypeRows, Typed
from bikorders.sheet.grid import CellSetup, Grid
from bikorders.sheet.workbook import Raw, text_of
from bikorders.text import fold_text, strip_blanks

_TICKED = "paid"
"""The one word that a ticked box says as surely."""


def list_row_numbers(addition: InsertRows | Repair) -> list[int]:
    """Return the rows that have to be looked at before a change."""
    if isinstance(addition, InsertRows):
        return sorted({addition.header, min(addition.header + 1, addition.after), addition.after})
    return list(addition.numbers)


def fit_addition(addition: Addition, grids: Mapping[str, Grid]) -> Addition:
    """Return a change as it can be made in tabs that are set up like that.

    Raises `SourceUnavailable` if other rows stand in its place by now.
    """
    match addition:
        case InsertRows():
            return _fit_insertion(addition, grids[addition.tab])
        case RetypeRows() | MoveRows():
            return _fit_repair(addition, grids[addition.tab])
        case MakeTab() if any(
            grid.is_hidden and fold_text(title) == fold_text(addition.title) for title, grid in grids.items()
        ):
            return replace(addition, title=choose_items_title(grids))
        case _:
            return addition


def _fit_insertion(addition: InsertRows, grid: Grid) -> InsertRows:
    """Return the insertion with the cells left blank that are filled by formulas, or can only be ticked."""
    _require_rows([addition.above], [addition.after], grid)
    columns = range(1, addition.width + 1)
    arrays = {column for column in columns if _is_filled_by_array(addition, column, grid)}
    formulas = (
        set() if addition.is_first else {c for c in columns if grid.get_cell(addition.after, c).has_formula}
    )
    ticks = {column for column in columns if grid.get_cell(addition.after, column).is_tick_box}
    blank = arrays | formulas
    rows = [{column: value for column, value in row.items() if column not in blank} for row in addition.rows]
    rows = [_tick(row, ticks) for row in rows]
    missing = {column for row in addition.rows for column in row} - {c for row in rows for c in row}
    return replace(
        addition,
        rows=tuple(rows),
        copied=frozenset(formulas - arrays),
        left_blank=addition.left_blank
        | frozenset(text_of(raw) for c in missing for raw in grid.get_cell(addition.header, c).values),
        days={
            c: _fit_day(day, grid.get_cell(addition.after, c))
            for c, day in addition.days.items()
            if c not in blank
        },
    )


def _fit_day(day: Typed, above: CellSetup) -> Typed:
    """Return the day as the cell above has one: as a number, which the cell's format shows, or as a text."""
    has_number = any(isinstance(value, (int, float)) for value in above.values)
    return day.serial if has_number and isinstance(day, Day) else day


def _fit_repair(repair: Repair, grid: Grid) -> Repair:
    """Return the repair without the cells that hold a formula by now."""
    _require_rows(repair.held, repair.numbers, grid)
    if not isinstance(repair, RetypeRows):
        return repair
    rows = tuple(
        {column: value for column, value in row.items() if not _is_computed(grid.get_cell(number, column))}
        for number, row in zip(repair.numbers, repair.rows, strict=True)
    )
    return replace(repair, rows=rows)


def _is_filled_by_array(addition: InsertRows, column: int, grid: Grid) -> bool:
    """Return whether one formula fills the column: in its header, in its first row, or somewhere above the place."""
    if grid.get_cell(addition.header, column).has_formula:
        return True
    if addition.is_first:
        return False
    return (
        grid.get_cell(addition.header + 1, column).is_array
        or grid.get_cell(addition.after, column).is_spilled
    )


def _tick(row: Mapping[int, Typed], ticks: Collection[int]) -> dict[int, Typed]:
    """Return the row with ticks for words: a box for any other word stays as it is."""
    return {
        column: True if column in ticks else value
        for column, value in row.items()
        if column not in ticks or value == _TICKED
    }


def _is_computed(cell: CellSetup) -> bool:
    return cell.has_formula or cell.is_spilled


def _require_rows(held: Sequence[Sequence[Raw]], numbers: Sequence[int], grid: Grid) -> None:
    """Raise `SourceUnavailable` if the rows hold something else by now; formulas may have been calculated anew."""
    for number, row in zip(numbers, held, strict=True):
        width = max(len(row), *(column for other, column in grid.cells if other == number), 0)
        for column, raw in enumerate(chain(row, repeat(None, width - len(row))), start=1):
            cell = grid.get_cell(number, column)
            texts = {strip_blanks(text_of(value)) for value in cell.values} or {""}
            if strip_blanks(text_of(raw)) not in texts and not _is_computed(cell):
                raise SourceUnavailable("the sheet is being edited", "this passes")
