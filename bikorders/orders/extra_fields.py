"""The shop's own columns, headed `bik:`, which are sent as the sheet has them."""

from bikorders.orders.field_reader import Settled
from bikorders.reading.cells import Unreadable, parse_text
from bikorders.reading.fields import Value, Values
from bikorders.reading.money import read_number
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row
from bikorders.sheet.workbook import Raw


def read_extra(row: Row) -> Settled:
    """Return a row's `bik:` columns as the sheet has them: numbers and ticks as such, the rest as text."""
    values: Values = {}
    problems: list[Problem] = []
    for path, column in row.table.columns.extra.items():
        cell = row.cell(column)
        if cell.is_blank:
            continue
        try:
            values[path] = _parse_extra(cell.raw)
        except Unreadable as refusal:
            problems.append(build_problem(refusal.code, cell, path))
    return Settled(values, problems)


def _parse_extra(raw: Raw) -> Value:
    if isinstance(raw, bool):
        return raw
    return read_number(raw) if isinstance(raw, (int, float)) else parse_text(raw)
