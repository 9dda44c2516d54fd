"""Which of the planned additions does a Google Sheet still need, and which of them can be made?

An addition is left out if the sheet has it already, if it would change what the merchant has set up, or if Google
refuses it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bikorders.errors import SheetUnusable
from bikorders.sheet.edits import AddColumns, Addition, Freeze, KeepDigits, MakeTab, OfferWords, Protect
from bikorders.sheet.grid import Box, Grid
from bikorders.text import fold_text


def list_boxes(additions: Iterable[Addition]) -> dict[str, list[Box]]:
    """Return the cells to read before the additions are made, by tab."""
    boxes: dict[str, list[Box]] = {}
    for addition in additions:
        match addition:
            case MakeTab(blank=blank) if blank:
                boxes.setdefault(blank, []).append(Box(1, 1))
            case AddColumns():
                boxes.setdefault(addition.tab, []).append(_box_new_columns(addition))
            case OfferWords() | KeepDigits():
                boxes.setdefault(addition.tab, []).append(_box_column(addition.column))
    return {tab: list(dict.fromkeys(found)) for tab, found in boxes.items()}


def settle(additions: Iterable[Addition], grids: Mapping[str, Grid]) -> tuple[Addition, ...]:
    """Return the additions that the sheet still needs and that can be made.

    `grids` says how each tab is set up, by title. Raises `SheetUnusable` if a tab that is to be made is there
    already, for example as a hidden one.
    """
    additions = list(additions)
    if list_boxes(additions).keys() - grids.keys():
        raise SheetUnusable("the tabs of the sheet are being changed", "run it again")
    settled: list[Addition] = []
    for addition in additions:
        if isinstance(addition, MakeTab):
            settled.append(_settle_tab(addition, grids))
        elif addition.tab in grids and _is_needed(addition, grids[addition.tab]):
            settled.append(addition)
    return tuple(settled)


def _settle_tab(addition: MakeTab, grids: Mapping[str, Grid]) -> MakeTab:
    """Return the tab to make: in a new tab if the one that was taken for blank is not blank."""
    if addition.blank and any(cell.is_filled for cell in grids[addition.blank].cells.values()):
        if addition.blank == addition.title:
            raise SheetUnusable(f"the tab “{addition.title}” looks empty and is not", "delete it")
        addition = replace(addition, blank="")
    titles = {fold_text(title): title for title in grids}
    if addition.blank != addition.title and (title := titles.get(fold_text(addition.title))):
        raise SheetUnusable(
            f"there is a tab “{title}” that is not read", "show it if it is hidden, or rename it"
        )
    return addition


def _is_needed(addition: Addition, grid: Grid) -> bool:
    """Return whether the tab lacks the addition and can take it."""
    match addition:
        case AddColumns():
            return _has_room(addition, grid)
        case Freeze():
            return _can_freeze(addition, grid)
        case Protect():
            return not _is_protected(addition, grid)
        case OfferWords():
            return _can_offer_words(addition, grid)
        case KeepDigits():
            return _can_format_as_text(addition, grid)
    return True


def _has_room(addition: AddColumns, grid: Grid) -> bool:
    """Return whether the new columns are empty, and outside of tables and merged cells."""
    box = _box_new_columns(addition)
    is_empty = not any(cell.is_filled for cell in grid.find_cells(box))
    return is_empty and not any(box.meets(other) for other in (*grid.tables, *grid.merges))


def _can_freeze(addition: Freeze, grid: Grid) -> bool:
    """Return whether no rows are frozen and Google lets this one be the last that is."""
    cuts_merged_cells = any(box.top <= addition.row < box.bottom for box in grid.merges)
    return grid.frozen == 0 and addition.row < grid.rows and not cuts_merged_cells


def _is_protected(addition: Protect, grid: Grid) -> bool:
    """Return whether one protected range covers the whole header already."""
    return any(
        box.top <= addition.row <= box.bottom and box.left == 1 and box.right >= addition.width
        for box in grid.protected
    )


def _can_offer_words(addition: OfferWords, grid: Grid) -> bool:
    """Return whether there are rows below the header, without rules or formulas, that may get a drop-down."""
    box = _box_column(addition.column, addition.row + 1)
    has_setup = any(cell.has_rule or cell.has_formula for cell in grid.find_cells(box))
    return addition.row < grid.rows and not has_setup and not _meets_table(box, grid)


def _can_format_as_text(addition: KeepDigits, grid: Grid) -> bool:
    """Return whether the column has rows to format that are not text yet, and no formula anywhere."""
    box = _box_column(addition.column)
    has_formula = any(cell.has_formula for cell in grid.find_cells(box))
    is_text = grid.get_cell(addition.row, addition.column).is_text
    return addition.row <= grid.rows and not has_formula and not is_text and not _meets_table(box, grid)


def _meets_table(box: Box, grid: Grid) -> bool:
    """Return whether the box touches a table: Google refuses rules and formats for the typed columns of one."""
    return any(box.meets(table) for table in grid.tables)


def _box_new_columns(addition: AddColumns) -> Box:
    return Box(1, addition.left, right=addition.left + len(addition.columns) - 1)


def _box_column(column: int, top: int = 1) -> Box:
    return Box(top, column, right=column)
