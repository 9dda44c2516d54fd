"""What was typed into the sheet for an order, as a text that the journal keeps until the order is verified."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from bikorders.sheet.edits import Addition, InsertRows


def dump_typed(additions: Sequence[Addition]) -> str:
    """Return the text for the rows that were inserted; other changes can't stand in the wrong place."""
    kept = [asdict(replace(addition, days={})) for addition in additions if isinstance(addition, InsertRows)]
    return json.dumps(kept, default=sorted)  # sets


def read_typed(text: str) -> tuple[InsertRows, ...]:
    """Return the rows that were inserted; what a later version keeps beside them is left out.

    >>> rows = InsertRows("Orders", 2, ({1: "1001", 3: 5},), 3, above=("1", None), copied=frozenset({4}))
    >>> read_typed(dump_typed([rows])) == (rows,)
    True
    """
    return tuple(_build(kept) for kept in json.loads(text))


def _build(kept: dict[str, Any]) -> InsertRows:
    values = {}
    for field in fields(InsertRows):
        if field.name in kept and field.name != "days":
            kind = type(field.default)
            values[field.name] = kind(kept[field.name]) if kind in (tuple, frozenset) else kept[field.name]
    rows = tuple({int(column): value for column, value in row.items()} for row in kept["rows"])
    return InsertRows(**values | {"rows": rows})
