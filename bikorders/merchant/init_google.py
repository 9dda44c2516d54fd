"""What of the planned additions does a Google Sheet have already, and which would meddle with its setup?"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bikorders.errors import SheetUnusable
from bikorders.sheet.edits import AddColumns, Addition, Freeze, KeepDigits, MakeTab, OfferWords, Protect
from bikorders.sheet.grid import Box, Grid
from bikorders.text import fold_text


def list_boxes(additions: Iterable[Addition]) -> dict[str, list[Box]]:
    """Give the cells to look at before the additions are made, by tab."""
    boxes: dict[str, list[Box]] = {}
    for addition in additions:
        match addition:
            case MakeTab(blank=blank) if blank:
                boxes.setdefault(blank, []).append(Box(1, 1))
            case AddColumns():
                boxes.setdefault(addition.tab, []).append(_box_columns(addition))
            case OfferWords() | KeepDigits():
                boxes.setdefault(addition.tab, []).append(Box(1, addition.column, right=addition.column))
    return {tab: list(dict.fromkeys(found)) for tab, found in boxes.items()}


def _box_columns(addition: AddColumns) -> Box:
    return Box(1, addition.left, right=addition.left + len(addition.columns) - 1)


def settle(additions: Iterable[Addition], grids: Mapping[str, Grid]) -> tuple[Addition, ...]:
    """Leave out what a Google Sheet has already, and what would meddle with something of the merchant's.

    Raises `SheetUnusable` if a tab that is to be made is there already, such as a hidden one.
    """
    additions = list(additions)
    if list_boxes(additions).keys() - grids.keys():
        raise SheetUnusable("the tabs of the sheet are being changed", "run it again")
    taken = {fold_text(title): title for title in grids}
    settled: list[Addition] = []
    for addition in additions:
        match addition:
            case MakeTab():
                if addition.blank and any(cell.is_filled for cell in grids[addition.blank].cells.values()):
                    if addition.blank == addition.title:
                        raise SheetUnusable(f"the tab “{addition.title}” looks empty and is not", "delete it")
                    addition = replace(addition, blank="")
                if addition.blank != addition.title and (title := taken.get(fold_text(addition.title))):
                    raise SheetUnusable(
                        f"there is a tab “{title}” that is not read", "show it if it is hidden, or rename it"
                    )
                settled.append(addition)
            case _ if addition.tab in grids and _is_to_do(addition, grids[addition.tab]):
                settled.append(addition)
    return tuple(settled)


def _is_to_do(addition: Addition, grid: Grid) -> bool:
    match addition:
        case AddColumns():
            box = _box_columns(addition)
            return not (
                any(cell.is_filled for cell in grid.find_cells(box))
                or any(box.meets(other) for other in (*grid.tables, *grid.merges))
            )
        case Freeze():
            cut = any(box.top <= addition.row < box.bottom for box in grid.merges)  # Google refuses that
            return grid.frozen == 0 and addition.row < grid.rows and not cut
        case Protect():
            return not any(
                box.top <= addition.row <= box.bottom and box.left == 1 and box.right >= addition.width
                for box in grid.protected
            )
        case OfferWords():
            box = Box(addition.row + 1, addition.column, right=addition.column)
            cells = grid.find_cells(box)
            return addition.row < grid.rows and not (
                any(cell.has_rule or cell.has_formula for cell in cells) or _lies_in_table(box, grid)
            )
        case KeepDigits():
            box = Box(1, addition.column, right=addition.column)
            return addition.row <= grid.rows and not (
                any(cell.has_formula for cell in grid.find_cells(box))
                or grid.get_cell(addition.row, addition.column).is_text
                or _lies_in_table(box, grid)
            )
    return True


def _lies_in_table(box: Box, grid: Grid) -> bool:
    return any(box.meets(table) for table in grid.tables)  # Google refuses rules for its typed columns
