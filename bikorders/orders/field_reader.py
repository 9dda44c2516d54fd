"""What do the cells of an order's rows say? Cells to values, with a problem for each that can't be read.

A field whose cells differ between the order's rows, or between two of its columns, says nothing for certain.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import NamedTuple

from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.meanings import WORDS, choose_spelling, drop_repeated, find_other, strip_word
from bikorders.reading.cells import (
    Unreadable,
    is_placeholder,
    parse_digits,
    parse_email,
    parse_product_id,
    parse_quantity,
    parse_text,
    parse_url,
)
from bikorders.reading.columns import ColumnMap
from bikorders.reading.currencies import find_written_currency, parse_currency
from bikorders.reading.dates import is_date
from bikorders.reading.fields import DRAFT_PATH, ORDER_ID, Field, Value, Values
from bikorders.reading.marks import Convention
from bikorders.reading.money import is_free, parse_money
from bikorders.reading.phones import parse_phones
from bikorders.reading.problems import Problem, build_problem, name_place
from bikorders.reading.remarks import STRIPPED, find_remark, is_aside_of_number
from bikorders.reading.rows import Row, Table
from bikorders.reading.vocabulary import find_country, is_payment
from bikorders.sheet.workbook import Cell, Raw


class Reading(NamedTuple):
    """What the cells of some rows say about one order or one item. Nobody changes it.

    `unreadable` are the paths whose cells say nothing for certain, `differing` those of them on which the rows
    disagree, `failed` those where no more than a formula's error stands. `cells` and `tables` say where a path was
    read first. `columns` are the paths that have a column, even if it is blank. `currencies` are those that the
    amounts name, each with the first place that does; "" stands for amounts that name none.
    """

    values: Values
    unreadable: AbstractSet[str]
    differing: AbstractSet[str]
    failed: AbstractSet[str]
    cells: Mapping[str, Cell]
    tables: Mapping[str, Table]
    columns: AbstractSet[str]
    problems: Sequence[Problem]
    currencies: Mapping[str, "Place"]

    def get_amount(self, path: str) -> Decimal | None:
        """Return the amount of a path; None where no amount was read."""
        amount = self.values.get(path)
        return amount if isinstance(amount, Decimal) else None

    def find_header(self, path: str) -> Cell:
        """Return the cell that heads the column where a path was read."""
        table = self.tables[path]
        return table.tab.cell(table.columns.row, self.cells[path].column)

    def without(self, path: str, problem: Problem | None = None) -> "Reading":
        """Return the reading without a value that was read but is not certain."""
        return self._replace(
            values={other: value for other, value in self.values.items() if other != path},
            unreadable=self.unreadable | {path},
            problems=[*self.problems, problem] if problem else self.problems,
        )


class Place(NamedTuple):
    """A cell with the table that it stands in."""

    cell: Cell
    table: Table


class Settled(NamedTuple):
    """What one step of building an order found: values by path, and problems."""

    values: Values
    problems: Sequence[Problem]


def read_fields(
    rows: Sequence[Row],
    columns: ColumnMap,
    inference: ColumnInference,
    country: str = "",
    *,
    is_placed: bool = False,
) -> Reading:
    """Return what rows of one table that are about the same thing say in these columns.

    `country` is that of phone numbers which name none, if it is not the shop's or the rows' own. The texts of an
    order that `is_placed` by Bik, as its draft id shows, are told as they were placed.
    """
    is_placed = is_placed or (DRAFT_PATH in columns and any(row.cells(DRAFT_PATH) for row in rows))
    return _FieldReader(rows[0].table, inference, country, is_placed=is_placed).read(rows, columns)


def read_amount(row: Row, column: int, inference: ColumnInference) -> Decimal | None:
    """Return the amount in a row's cell; None if there is none, or none that can be read."""
    cell = row.cell(column)
    if cell.is_blank or is_placeholder(cell.raw):
        return None
    try:
        return parse_money(
            cell.raw, inference.currency, find_cell_convention(cell, row.table, inference)
        ).amount
    except Unreadable:
        return None


def find_cell_convention(cell: Cell, table: Table, inference: ColumnInference) -> Convention | None:
    """Return how the cell's column parts thousands and cents, if the cell needs to know."""
    has_mark = isinstance(cell.raw, str) and ("," in cell.raw or "." in cell.raw)
    return inference.get_convention(table, cell.column) if has_mark else None


def list_currencies(written: str, cell: Cell, table: Table) -> list[str]:
    """Return the currencies of an amount: the one `written` beside it, and that of its header; "" if there is none."""
    return [named for named in (written, table.columns.currencies.get(cell.column, "")) if named] or [""]


def merge_currencies(first: Mapping[str, Place], then: Mapping[str, Place]) -> Mapping[str, Place]:
    """Return the currencies of two readings, each with the place that named it first."""
    return {**first, **then, **first} if then else first


HINTS = frozenset({"payment method", "payment reference", "tax", "advance", "balance"})
"""Fields that only help to conclude something: where they can't be read, nothing is concluded and no problem told."""

_COUNTRIES = frozenset({"address.country", "address.countryCode"})

_PARSERS: dict[str, Callable[[Raw], Value]] = {
    **dict.fromkeys(("text", "status", "payment", "fulfillment", "discount", "packed"), parse_text),
    **dict.fromkeys(("tracking", "digits"), parse_digits),
    "quantity": parse_quantity,
    "product_id": parse_product_id,
    "email": parse_email,
    "url": parse_url,
}
"""How cells are read of the kinds that need nothing else; what words mean is settled where they are used."""


_WITH_REMARKS = frozenset({"phone", "email", "url", "money"})
"""Kinds of cells that are read again without a remark where they can't be read with it."""


class _FieldReader:
    """Reads rows of one table, once; collects what becomes the `Reading`."""

    def __init__(self, table: Table, inference: ColumnInference, country: str, *, is_placed: bool) -> None:
        self._table = table
        self._inference = inference
        self._is_placed = is_placed
        self._country = country or inference.country
        """The country of phone numbers that name none; "" if the order goes to one that we don't know."""
        self._values: Values = {}
        self._unreadable: set[str] = set()
        self._differing: set[str] = set()
        self._failed: set[str] = set()
        self._cells: dict[str, Cell] = {}
        self._problems: list[Problem] = []
        self._currencies: dict[str, Place] = {}

    def read(self, rows: Sequence[Row], columns: ColumnMap) -> Reading:
        for path, (field, _, _) in columns.items():
            if path == ORDER_ID:
                continue
            cells = rows[0].cells(path, columns)
            for row in rows[1:]:
                cells += row.cells(path, columns)
            if len(cells) > 1:
                cells = drop_repeated(cells)
            if not cells or is_placeholder(cells[0].raw):
                continue
            if len(cells) == 1:
                self._cells[path] = cells[0]
                value = self._read_cell(field, cells[0])
            else:
                value = self._read_several(field, cells)
            if value is None:
                self._unreadable.add(path)
                continue
            self._values[path] = value
            if path in _COUNTRIES:
                self._country = find_country(str(value), self._inference.country)
        return Reading(
            self._values,
            self._unreadable,
            self._differing,
            self._failed,
            self._cells,
            dict.fromkeys(self._cells, self._table),
            columns.keys(),
            self._problems,
            self._currencies,
        )

    def _read_cell(self, field: Field, cell: Cell) -> Value | None:
        """Return a cell's value; None if it can't be read."""
        try:
            return self._read_without_remark(field, cell)
        except Unreadable as refusal:
            if field.path not in HINTS or refusal.code == "formula-error":
                self._problems.append(build_problem(refusal.code, cell, field.path))
            if refusal.code == "formula-error":
                self._failed.add(field.path)
            return None

    def _read_without_remark(self, field: Field, cell: Cell) -> Value:
        """Return what a cell says without a remark; raise `Unreadable` where that is not certain."""
        parse = _PARSERS.get(field.kind)
        try:
            value = parse(cell.raw) if parse else self._parse(field, cell)
        except Unreadable:
            remark = find_remark(cell.text) if field.kind in _WITH_REMARKS else None
            if remark is None or not is_aside_of_number(remark):
                raise
            if field.kind == "money" and not is_payment(remark.text):
                raise
            bare = cell._replace(raw=remark.head)
            return parse(bare.raw) if parse else self._parse(field, bare)
        if field.path in STRIPPED and isinstance(value, str) and not self._is_placed:
            return STRIPPED[field.path](value)
        if field.kind in WORDS and isinstance(value, str):
            return strip_word(field.kind, value, self._inference.shop_settings)
        return value

    def _read_several(self, field: Field, cells: Sequence[Cell]) -> Value | None:
        """Return what several cells of a field mean; None if one can't be read, or if they differ.

        A formula's error says nothing, and so contradicts nothing.
        """
        read: list[tuple[Cell, Value]] = []
        has_unclear = False
        for cell in cells:
            value = self._read_cell(field, cell)
            if value is not None:
                read.append((cell, value))
            elif field.path in self._failed:
                self._failed.remove(field.path)
            else:
                has_unclear = True
        self._cells[field.path] = read[0][0] if read else cells[0]
        if not read and not has_unclear:
            self._failed.add(field.path)
        if has_unclear or not read:
            return None
        other = find_other(field, read, self._inference.shop_settings)
        if other is None:
            return choose_spelling(value for _, value in read)
        rows_differ = len({cell.row for cell, _ in read}) > 1
        if rows_differ:
            self._differing.add(field.path)
        if field.path not in HINTS:
            code = "rows-differ" if rows_differ else "column-conflict"
            place = name_place(read[0][0], other) if rows_differ else ""
            self._problems.append(build_problem(code, other, field.path, place))
        return None

    def _parse(self, field: Field, cell: Cell) -> Value:
        """Parse a cell of a kind for which more counts than the cell alone."""
        match field.kind:
            case "money" if field.path == "shippingCharge" and is_free(cell.raw):
                return Decimal(0)
            case "money":
                return self._parse_amount(cell)
            case "phone":
                phones = parse_phones(cell.raw, self._country)
                if len(phones) > 1:
                    self._problems.append(build_problem("phone-two", cell))
                return phones[0]
            case "currency":
                return parse_currency(cell.raw, self._inference.currency)
            case "date" if not is_date(cell.raw):
                raise Unreadable("date")
        return parse_text(cell.raw)

    def _parse_amount(self, cell: Cell) -> Decimal:
        """Parse an amount, by the convention of its column where it needs one, and note its currency."""
        local = self._inference.currency
        try:
            money = parse_money(cell.raw, local, find_cell_convention(cell, self._table, self._inference))
        except Unreadable:
            if written := find_written_currency(cell.raw, local):
                self._note_currency(written, cell)
            raise
        self._note_currency(money.currency, cell)
        return money.amount

    def _note_currency(self, written: str, cell: Cell) -> None:
        for currency in list_currencies(written, cell, self._table):
            self._currencies.setdefault(currency, Place(cell, self._table))
