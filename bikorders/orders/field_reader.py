"""What do the cells of an order's rows say? Cells to values, with a problem for each that can't be read.

A field whose cells differ between the order's rows, or between two of its columns, says nothing for certain.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

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
from bikorders.reading.fields import ORDER_ID, Field, Value, Values
from bikorders.reading.money import (
    Convention,
    Share,
    find_convention,
    parse_discount,
    parse_money,
    read_number,
)
from bikorders.reading.phones import parse_phones
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row, Table, list_rows
from bikorders.reading.shop_settings import Options, ShopSettings
from bikorders.reading.vocabulary import (
    find_country,
    find_fulfillment,
    find_payment_status,
    find_status,
    fold_words,
)
from bikorders.sheet.workbook import Cell, Raw
from bikorders.text import fold_text


@dataclass
class ColumnInference:
    """What holds for a whole workbook: the options, the merchant's own words, and what whole columns show.

    The latter is found out when it is first asked for, and kept.
    """

    options: Options
    shop_settings: ShopSettings
    _conventions: dict[tuple[str, int], Convention | None] = field(default_factory=dict)
    _line_totals: dict[tuple[str, int], bool | None] = field(default_factory=dict)
    _fractions: dict[tuple[str, int], bool] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """The shop's own currency."""
        return self.shop_settings.currency or self.options.currency

    def get_convention(self, table: Table, column: int) -> Convention | None:
        """Say how the amounts of a column part thousands and cents: one column, one convention."""
        key = table.tab.title, column
        if key not in self._conventions:
            self._conventions[key] = find_convention(row.cell(column).raw for row in list_rows(table))
        return self._conventions[key]

    def has_only_fractions(self, table: Table, column: int) -> bool:
        """Say whether all of a column's numbers lie between 0 and 1, so that they are shares."""
        key = table.tab.title, column
        if key not in self._fractions:
            cells = [row.cell(column) for row in list_rows(table)]
            self._fractions[key] = all(_is_fraction(cell) for cell in cells if not cell.is_blank)
        return self._fractions[key]

    def is_line_total(self, table: Table, column: int) -> bool | None:
        """Say whether a column headed `Total` holds the lines' totals; None if nothing decides it.

        It does if every line's quantity times price is its total, in orders of several lines among them.
        """
        key = table.tab.title, column
        if key not in self._line_totals:
            self._line_totals[key] = _decide_line_total(self, table, column)
        return self._line_totals[key]


def _is_fraction(cell: Cell) -> bool:
    try:
        reading = parse_discount(cell.raw)
    except Unreadable:
        return False
    return not isinstance(reading, Share) and not reading.currency and 0 <= abs(reading.amount) < 1


def _decide_line_total(context: ColumnInference, table: Table, column: int) -> bool | None:
    slot = table.columns.slots[0] if table.columns.slots else {}
    seen: set[str] = set()
    has_several = False
    for row in list_rows(table):
        reader = Reader(context)
        total = reader.try_money(row, column)
        line = reader.read([row], slot).values
        price, quantity = line.get("price"), line.get("quantity")
        if total is None or not isinstance(price, Decimal) or not isinstance(quantity, Decimal):
            continue
        if total != price * quantity:
            return False
        has_several = has_several or not row.id or row.id in seen
        seen.add(row.id)
    return True if has_several else None


_HINTS = frozenset({"payment method", "payment reference", "tax"})
"""Fields that only help to conclude something: where they can't be read nothing is concluded, and nobody minds."""


@dataclass
class Reading:
    """The values of a row or rows; `unreadable` are paths whose cells hold something that can't be read.

    `differing` are those of them on which the rows disagree. `cells` and `tables` say where a path was first read.
    """

    values: Values = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    differing: set[str] = field(default_factory=set)
    cells: dict[str, Cell] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)

    def header_of(self, path: str) -> str:
        """Give the text that heads the column where a path was read."""
        table = self.tables[path]
        return table.tab.cell(table.columns.row, self.cells[path].column).text

    def copy_place(self, path: str, other: "Reading", other_path: str) -> None:
        """Take over where `other` read a path, unless this one was read already."""
        self.cells.setdefault(path, other.cells[other_path])
        self.tables.setdefault(path, other.tables[other_path])


_PARSERS: dict[str, Callable[[Raw], Value]] = {
    **dict.fromkeys(("text", "status", "payment", "fulfillment", "discount", "packed"), parse_text),
    **dict.fromkeys(("tracking", "digits"), parse_digits),
    "quantity": parse_quantity,
    "product_id": parse_product_id,
    "email": parse_email,
    "url": parse_url,
}
"""How cells are read of the kinds that need nothing else; what words mean is settled where they are used."""


def _drop_repeated(cells: list[Cell]) -> list[Cell]:
    """Leave out the cells that stand for nothing, and those that repeat what their column says above."""
    first: dict[tuple[object, ...], Cell] = {}
    for cell in cells:
        if not is_placeholder(cell.raw):
            first.setdefault((cell.column, type(cell.raw), cell.raw), cell)
    return list(first.values())


class Reader:
    """Reads rows into values; keeps the problems, and the currencies that the amounts name."""

    def __init__(self, context: ColumnInference) -> None:
        self.context = context
        self.home = self.country = context.shop_settings.country or context.options.country
        """The country of phone numbers that name none; "" if the order goes to one that we don't know."""
        self.problems: list[Problem] = []
        self.currencies: dict[str, Cell] = {}

    def add_problem(self, code: str, cell: Cell, field: str = "") -> None:
        problem = build_problem(code, cell, field)
        if problem not in self.problems:
            self.problems.append(problem)

    def drop(self, reading: Reading, path: str, code: str, cell: Cell) -> None:
        """Leave out a value that was read but is not certain."""
        self.add_problem(code, cell, path)
        del reading.values[path]
        reading.unreadable.add(path)

    def read(self, rows: Sequence[Row], found: ColumnMap) -> Reading:
        """Read the fields `found` of rows of one tab that are about the same thing."""
        reading = Reading()
        table = rows[0].table
        for path, (known, _, _) in found.items():
            if path == ORDER_ID:
                continue
            cells = rows[0].cells(path, found)
            for row in rows[1:]:
                cells += row.cells(path, found)
            if len(cells) > 1:
                cells = _drop_repeated(cells)
            if not cells or is_placeholder(cells[0].raw):
                continue
            reading.cells[path], reading.tables[path] = cells[0], table
            parse = _PARSERS.get(known.kind)
            values: list[Value] = []
            for cell in cells:
                try:
                    values.append(parse(cell.raw) if parse else self._parse(known, table, cell))
                except Unreadable as refusal:
                    if path not in _HINTS or refusal.code == "formula-error":
                        self.add_problem(refusal.code, cell, path)
                    reading.unreadable.add(path)
            if len(values) == len(cells):
                reading.values[path] = values[0]
                if len(values) > 1:
                    self._compare(reading, known, cells, values)
            if path in ("address.country", "address.countryCode") and path in reading.values:
                self.country = find_country(str(reading.values[path]), self.home)
        return reading

    def _compare(self, reading: Reading, field: Field, cells: list[Cell], values: list[Value]) -> None:
        """Leave out a field whose cells don't mean the same."""
        path, meant = field.path, self._mean(field, values[0])
        differing = [c for c, value in zip(cells, values, strict=True) if self._mean(field, value) != meant]
        if not differing:
            return
        del reading.values[path]
        reading.unreadable.add(path)
        rows_differ = len({cell.row for cell in cells}) > 1
        if rows_differ:
            reading.differing.add(path)
        if path not in _HINTS:
            self.add_problem("rows-differ" if rows_differ else "column-conflict", differing[0], path)

    def _mean(self, field: Field, value: Value) -> Value | None:
        """Give what a value means, for comparing it with another that may be spelled otherwise."""
        if not isinstance(value, str):
            return value
        shop = self.context.shop_settings
        match field.kind:
            case "status":
                return shop.statuses.get(fold_words(value)) or find_status(value) or fold_words(value)
            case "payment":
                return shop.payments.get(fold_words(value)) or find_payment_status(value) or fold_words(value)
            case "fulfillment":
                return find_fulfillment(value) or fold_words(value)
            case "text" | "digits" | "packed":
                return fold_text(" ".join(value.split()))
        return value

    def _parse(self, field: Field, table: Table, cell: Cell) -> Value:
        raw = cell.raw
        match field.kind:
            case "money":
                return self.parse_amount(table, cell)
            case "phone":
                phones = parse_phones(raw, self.country)
                if len(phones) > 1:
                    self.add_problem("phone-two", cell)
                return phones[0]
            case "currency":
                return parse_currency(raw, self.context.currency)
            case "date" if not is_date(raw):
                raise Unreadable("date")
        return parse_text(raw)

    def parse_amount(self, table: Table, cell: Cell) -> Decimal:
        """Read an amount, by the convention of its column where it needs one, and note its currency."""
        raw, local = cell.raw, self.context.currency
        try:
            money = parse_money(raw, local, self.find_convention(table, cell))
        except Unreadable:
            self.note_currency(find_written_currency(raw, local), table, cell)
            raise
        self.note_currency(money.currency, table, cell)
        return money.amount

    def find_convention(self, table: Table, cell: Cell) -> Convention | None:
        """Give the convention of the cell's column, if the cell needs one."""
        has_mark = isinstance(cell.raw, str) and ("," in cell.raw or "." in cell.raw)
        return self.context.get_convention(table, cell.column) if has_mark else None

    def note_currency(self, currency: str, table: Table, cell: Cell) -> None:
        for named in (currency, table.columns.currencies.get(cell.column, "")):
            if named:
                self.currencies.setdefault(named, cell)

    def read_extra(self, row: Row) -> Values:
        """Read a row's own columns as the sheet has them: numbers and ticks as such, the rest as text."""
        values: Values = {}
        for path, column in row.table.columns.extra.items():
            cell = row.cell(column)
            if cell.is_blank:
                continue
            try:
                if isinstance(cell.raw, bool):
                    values[path] = cell.raw
                elif isinstance(cell.raw, (int, float)):
                    values[path] = read_number(cell.raw)
                else:
                    values[path] = parse_text(cell.raw)
            except Unreadable as refusal:
                self.add_problem(refusal.code, cell, path)
        return values

    def try_money(self, row: Row, column: int) -> Decimal | None:
        cell = row.cell(column)
        if cell.is_blank or is_placeholder(cell.raw):
            return None
        try:
            return self.parse_amount(row.table, cell)
        except Unreadable:
            return None
