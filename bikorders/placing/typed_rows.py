"""What was typed into the sheet for an order, as a text that the journal keeps until the order is verified."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields

from bikorders.sheet.edits import Addition, InsertRows


def dump_typed(additions: Sequence[Addition]) -> str:
    """Return the text for the rows that were inserted; other changes can't stand in the wrong place."""
    return json.dumps([asdict(addition) for addition in additions if isinstance(addition, InsertRows)])


def read_typed(text: str) -> tuple[InsertRows, ...]:
    """Return the rows that were inserted; what a later version keeps beside them is left out.

    >>> rows = InsertRows("Orders", 2, ({1: "1001", 3: 5},), 3)
    >>> read_typed(dump_typed([rows])) == (rows,)
    True
    """
    known = {field.name for field in fields(InsertRows)}
    found = []
    for kept in json.loads(text):
        rows = tuple({int(column): value for column, value in row.items()} for row in kept["rows"])
        found.append(InsertRows(**{name: kept[name] for name in known & kept.keys()} | {"rows": rows}))
    return tuple(found)
