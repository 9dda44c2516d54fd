"""Tabs that the source left out because they can't be read: which of them does nothing work without?"""

from collections.abc import Collection

from bikorders.reading.shop_settings import is_settings_title
from bikorders.sheet.workbook import Workbook
from bikorders.text import fold_text


def require_read(workbook: Workbook, named: Collection[str]) -> None:
    """Raise why the Settings tab, or one of those whose folded titles are `named`, can't be read, if that is so."""
    for title, failure in workbook.left_out.items():
        if is_settings_title(title) or fold_text(title) in named:
            raise failure.again()


def require_all_read(workbook: Workbook) -> None:
    """Raise why a tab can't be read, whichever it is."""
    for failure in workbook.left_out.values():
        raise failure.again()
