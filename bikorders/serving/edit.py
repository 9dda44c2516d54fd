"""What the script in the sheet says was edited: a tab, and a range of its cells."""

import json
from typing import NamedTuple

from bikorders.bik.contract import read_request
from bikorders.errors import RequestRefused
from bikorders.sheet.grid import Box, parse_range
from bikorders.sheet.workbook import Workbook

_HINT = 'send {"tab": "Orders", "range": "D17:F17"}'


class Edit(NamedTuple):
    """`range` is the `box` of cells as it was sent."""

    tab: str
    range: str
    box: Box


def parse_edit(body: bytes) -> Edit | None:
    """Return the edit that a body tells of; None if it tells of none.

    >>> parse_edit(b'{"tab": "Orders", "range": "D17:F17"}').box
    Box(top=17, left=4, bottom=17, right=6)
    >>> parse_edit(b""), parse_edit(b"{}")
    (None, None)

    Raises `RequestRefused`.
    """
    said = read_request(body, json.loads, _HINT) if body.strip() else {}
    if not isinstance(said, dict):
        raise RequestRefused("the body is not a JSON object", _HINT)
    if not said:
        return None
    tab, cells = said.get("tab"), said.get("range")
    box = parse_range(cells) if isinstance(cells, str) else None
    if not isinstance(tab, str) or not isinstance(cells, str) or box is None:
        raise RequestRefused(f"tab and range don't name cells: {_HINT}", _HINT)
    return Edit(tab, cells, box)


def require_tab(edit: Edit, workbook: Workbook) -> None:
    """Raise `RequestRefused` if the sheet has no such tab."""
    if edit.tab not in workbook.tabs.keys() | workbook.unread | workbook.left_out.keys():
        raise RequestRefused(f"the sheet has no such tab: {_HINT}", _HINT)
