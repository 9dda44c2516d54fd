"""Who is the customer? The name that an order's rows give, and whether they are about one person.

Two customers under one id are a conflict, because no answer would be right: their phone or e-mail differs, or their
names share no word. What two rows spell differently in any other way is left out.
"""

from collections.abc import Sequence
from typing import NamedTuple

from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.field_reader import Reading, Settled, read_fields
from bikorders.orders.meanings import choose_spelling
from bikorders.reading.cells import Unreadable, parse_email
from bikorders.reading.fields import DRAFT_PATH, Values
from bikorders.reading.names import list_words, may_be_one_person, split_name
from bikorders.reading.phones import parse_phones
from bikorders.reading.problems import Problem, build_problem, name_place
from bikorders.reading.remarks import strip_name
from bikorders.reading.rows import Row
from bikorders.sheet.workbook import Cell

_FIRST, _LAST, _WHOLE = "address.firstName", "address.lastName", "customer"
_FIELDS = (_FIRST, _LAST, _WHOLE)
NAME_PATHS = frozenset(_FIELDS)
"""The fields that a name is made of; it is read in each row by itself."""

CONTACTS = ("phoneNumber", "email")
"""The fields that prove who the customer is."""


class Name(NamedTuple):
    """What a row says of the customer's name, and where; `is_split` says that the row has no more than the whole."""

    row: Row
    parts: dict[str, str]
    cells: dict[str, Cell]
    is_split: bool

    @property
    def text(self) -> str:
        return " ".join(self.parts.values())


def list_named_rows(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows that give a name, without those that repeat one above."""
    if len(rows) == 1:
        return rows
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        raws = [(path, cell.raw) for path in _FIELDS for cell in row.cells(path)]
        if raws:
            first.setdefault((id(row.table), *raws), row)
    return list(first.values())


def read_names(rows: Sequence[Row], inference: ColumnInference) -> tuple[list[Name], list[Problem]]:
    """Return the name that each of the rows gives, and the problems with their cells."""
    names: list[Name] = []
    problems: list[Problem] = []
    for row in rows:
        columns = {path: found for path, found in row.table.columns.orders.items() if path in NAME_PATHS}
        reading = read_fields([row], columns, inference)
        problems += reading.problems
        name, wrong = find_name(row, reading, inference.country)
        names += name
        problems += wrong
    return names, problems


def find_name(row: Row, reading: Reading, country: str) -> tuple[list[Name], list[Problem]]:
    """Return the name in what was read of a row, if there is one, and the problems with cells that hold more.

    The whole name gives the parts that are not typed, if it agrees with those that are. What Bik placed is told as
    it was placed. `country` is the shop's.
    """
    is_placed = bool(row.cells(DRAFT_PATH))
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in _FIELDS:
        if path not in reading.values:
            continue
        try:
            text = str(reading.values[path])
            texts[path] = text if is_placed else strip_name(text)
        except Unreadable as refusal:
            problems.append(build_problem(refusal.code, reading.cells[path], path))
    unclear = reading.unreadable | {path for path in _FIELDS if path in reading.values and path not in texts}
    parts = {path: texts[path] for path in (_FIRST, _LAST) if path in texts}
    cells = {path: reading.cells[path] for path in parts}
    is_split = not parts
    if _WHOLE in texts and unclear.isdisjoint((_FIRST, _LAST)):
        cell = reading.cells[_WHOLE]
        header = row.table.tab.cell(row.table.columns.row, cell.column).text
        split = zip((_FIRST, _LAST), split_name(texts[_WHOLE], header, country), strict=True)
        found = {path: part for path, part in split if part}
        if all(list_words(found.get(path, "")) == list_words(part) for path, part in parts.items()):
            parts = {**found, **parts}
            cells = {**dict.fromkeys(found, cell), **cells}
    return ([Name(row, parts, cells, is_split)] if parts else []), problems


def settle_name(names: Sequence[Name]) -> Settled:
    """Return the parts of the name on which all rows that give them agree.

    Where a row parts the name, a whole name of the same words is parted in the same way.
    """
    if len(names) == 1:
        return Settled({**names[0].parts}, [])
    values: Values = {}
    problems: list[Problem] = []
    if names:
        parted = {list_words(name.text) for name in names if not name.is_split}
        names = [name for name in names if not name.is_split or list_words(name.text) not in parted]
    for path in (_FIRST, _LAST):
        told = [name for name in names if path in name.parts]
        if not told:
            continue
        meant = list_words(told[0].parts[path])
        other = next((name for name in told if list_words(name.parts[path]) != meant), None)
        if other is None:
            values[path] = choose_spelling(name.parts[path] for name in told)
        else:
            cell = other.cells[path]
            problems.append(build_problem("rows-differ", cell, path, name_place(told[0].cells[path], cell)))
    return Settled(values, problems)


def find_other_customer(
    rows: Sequence[Row], names: Sequence[Name], fields: Reading, country: str
) -> Row | None:
    """Return the row that is about another customer than one above; None if all may be about the same.

    A phone or an e-mail that two rows have in common proves that they are, however the name is spelled. `country`
    is that of phone numbers which name none.
    """
    if DRAFT_PATH in fields.cells and (row := _find_other_draft(rows)):
        return row
    for path in CONTACTS:
        if path in fields.differing and (row := _find_other_contact(rows, path, country)):
            return row
    known = _list_known(names, fields)
    for place, name in enumerate(names):
        for other in names[: min(place, _MOST_NAMES)]:
            is_proved = any({list_words(name.text), list_words(other.text)} <= told for told in known)
            if not is_proved and not may_be_one_person(name.text, other.text):
                return name.row
    return None


def _list_known(names: Sequence[Name], fields: Reading) -> list[set[tuple[str, ...]]]:
    """Return the names that stand beside the order's phone, and those beside its e-mail."""
    return [
        {list_words(name.text) for name in names if name.row.cells(path)}
        for path in CONTACTS
        if path in fields.values
    ]


_MOST_NAMES = 20
"""How many spellings of a name each further one is compared with."""


def _find_other_draft(rows: Sequence[Row]) -> Row | None:
    """Return the first row of a tab of orders that lacks the draft id of one above, or has another.

    Bik's own order has one in its row, so that a row without one was typed for another order.
    """
    first: dict[int, tuple[str, ...]] = {}
    for row in rows:
        columns = row.table.columns
        if DRAFT_PATH in columns.orders and not columns.slots:
            drafts = tuple(cell.text for cell in row.cells(DRAFT_PATH))
            if first.setdefault(id(row.table), drafts) != drafts:
                return row
    return None


def _find_other_contact(rows: Sequence[Row], path: str, country: str) -> Row | None:
    """Return the first row whose phones or e-mails are all others than those of the first row that has some."""
    first: set[str] = set()
    for row in rows:
        told = {contact for cell in row.cells(path) for contact in _list_contacts(cell, path, country)}
        first = first or told
        if told and first.isdisjoint(told):
            return row
    return None


def _list_contacts(cell: Cell, path: str, country: str) -> Sequence[str]:
    try:
        return (
            parse_phones(cell.raw, country) if path == "phoneNumber" else [parse_email(cell.raw).casefold()]
        )
    except Unreadable:
        return ()
