"""What does a row, together with its items' rows, say about an order?

Serving and checking both build orders here. A cell that can't be read costs its field, and the sums that
need it, and yields a problem.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bikorders.cells import (
    FORMULA_ERRORS,
    Money,
    Unreadable,
    parse_currency,
    parse_email,
    parse_money,
    parse_phone,
    parse_product_id,
    parse_quantity,
    parse_text,
    parse_url,
)
from bikorders.columns import ITEMS_TAB, ORDER_ID, Columns, Field
from bikorders.problems import Problem, build_problem
from bikorders.words import (
    find_fulfillment,
    find_implied_fulfillment,
    find_payment_status,
    find_status,
    spell_payment_status,
    spell_status,
)
from bikorders.workbook import Cell, Tab, fold_text

Value = str | int | bool | Decimal
Values = dict[str, Value]
"""Contract path -> value; a path that is not there has nothing certain to say."""


@dataclass(frozen=True)
class Options:
    """How a sheet is read: what is meant where the sheet does not say, and which tabs, if not by name."""

    currency: str = "INR"
    country: str = "IN"
    orders_tab: str = ""
    items_tab: str = ""

    @property
    def dollar(self) -> str:
        """The currency that a bare `$` means."""
        return self.currency if self.currency in _DOLLARS else "USD"


_DOLLARS = frozenset(["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD"])


@dataclass(frozen=True, slots=True)
class Row:
    """A row under its tab's header; `number` is 1-based."""

    tab: Tab
    number: int
    columns: Columns

    def cells(self, path: str) -> list[Cell]:
        """Give the cells of a field that hold something."""
        if path not in self.columns:
            return []
        cells = (self.tab.cell(self.number, column) for column in self.columns.fields[path][1])
        return [cell for cell in cells if not cell.is_blank]

    @property
    def id(self) -> str:
        """The order id in this row; "" where there is none, or none that is certain."""
        cells = self.cells(ORDER_ID)
        ids = {fold_order_id(cell.text) for cell in cells} - {""}
        return cells[0].text if len(ids) == 1 else ""


def fold_order_id(text: str) -> str:
    """Make ids equal that a person takes for the same: case, blanks, full-width letters, a leading `#`.

    Leading zeros stay: `0042` and `42` are two orders. "" is no id.

    >>> fold_order_id(" #ORD-1 "), fold_order_id("0042"), fold_order_id("#REF!")
    ('ord-1', '0042', '')
    """
    if text in FORMULA_ERRORS:
        return ""
    return fold_text(fold_text(text).removeprefix("#"))


@dataclass(frozen=True, slots=True)
class Items:
    """Where an order's items are: their rows; or, if they can't be known for certain, the problem."""

    rows: Sequence[Row] = ()
    problem: Problem | None = None


@dataclass(frozen=True)
class Order:
    """One order as the sheet tells it: values by contract path, and what could not be read."""

    values: Values
    items: tuple[Values, ...]
    problems: tuple[Problem, ...]

    @property
    def id(self) -> str:
        return str(self.values[ORDER_ID])

    @property
    def says(self) -> tuple[Values, tuple[Values, ...]]:
        """What a customer would be told, for comparing two rows."""
        return self.values, self.items


class _Reader:
    """Reads rows into values; keeps the problems, and the currencies that the amounts name."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.problems: list[Problem] = []
        self.currencies: set[str] = set()
        self.money_cell: Cell | None = None

    def complain(self, code: str, cell: Cell, field: str = "") -> None:
        self.problems.append(build_problem(code, cell, field))

    def read_row(self, row: Row) -> tuple[Values, set[str]]:
        """Give the row's values, and the paths whose cells hold something that can't be read."""
        values: Values = {}
        unreadable: set[str] = set()
        for path, (field, _) in row.columns.fields.items():
            cells = row.cells(path)
            if not cells or path in (ORDER_ID, ITEMS_TAB):
                continue
            try:
                readings = [self._read_cell(field, row.columns, cell) for cell in cells]
            except _Refused:
                unreadable.add(path)
                continue
            if any(reading != readings[0] for reading in readings):
                self.complain("column-conflict", cells[-1], path)
                unreadable.add(path)
            else:
                values[path] = readings[0]
        for header in row.columns.refused:
            self.complain("path", header)
        for path, column in row.columns.extra.items():
            cell = row.tab.cell(row.number, column)
            if not cell.is_blank:
                values |= self._read_extra(path, cell)
        return values, unreadable

    def _read_cell(self, field: Field, columns: Columns, cell: Cell) -> Value:
        try:
            return self._parse(field, columns, cell)
        except Unreadable as refusal:
            self.complain(refusal.code, cell, field.path)
            raise _Refused from refusal

    def _parse(self, field: Field, columns: Columns, cell: Cell) -> Value:
        raw, options = cell.raw, self.options
        match field.kind:
            case "money":
                return self._note_currency(parse_money(raw, options.dollar), columns, cell)
            case "quantity":
                return parse_quantity(raw)
            case "product_id":
                return parse_product_id(raw)
            case "phone":
                return parse_phone(raw, options.country)
            case "email":
                return parse_email(raw)
            case "url":
                return parse_url(raw)
            case "currency":
                return parse_currency(raw, options.dollar)
            case "status":
                text = _parse_words(raw, "status-unknown")
                return find_status(text) or self._pass_on("status-unknown", cell, spell_status(text))
            case "payment":
                text = _parse_words(raw, "payment-unknown")
                spelled = spell_payment_status(text)
                return find_payment_status(text) or self._pass_on("payment-unknown", cell, spelled)
            case "fulfillment":
                fulfillment = find_fulfillment(parse_text(raw))
                if fulfillment is None:
                    raise Unreadable("fulfillment")
                return fulfillment
            case "id" | "text":
                return parse_text(raw)

    def _note_currency(self, money: Money, columns: Columns, cell: Cell) -> Decimal:
        named = {money.currency, columns.currencies.get(cell.column, "")} - {""}
        if named:
            self.currencies |= named
            self.money_cell = cell
        return money.amount

    def _pass_on(self, code: str, cell: Cell, value: str) -> str:
        self.complain(code, cell)
        return value

    def _read_extra(self, path: str, cell: Cell) -> Values:
        """Send a merchant's own column as the sheet has it: numbers and ticks as such, the rest as text."""
        if isinstance(cell.raw, bool):
            return {path: cell.raw}
        try:
            if isinstance(cell.raw, (int, float)):
                return {path: parse_money(cell.raw).amount}
            return {path: parse_text(cell.raw)}
        except Unreadable as refusal:
            self.complain(refusal.code, cell, path)
            return {}


class _Refused(Exception):
    """A cell was refused, and its problem is noted."""


def _parse_words(raw: object, code: str) -> str:
    """Read a status word; numbers, ticks and signs are no words."""
    text = parse_text(raw) if isinstance(raw, str) else ""
    if not any(letter.isalpha() for letter in text):
        raise Unreadable("text")
    return text


def build_order(row: Row, items: Items, options: Options) -> Order:
    """Build the order of one row; `items` are the rows of its items, wherever they stand."""
    reader = _Reader(options)
    values, unreadable = reader.read_row(row)
    values[ORDER_ID] = row.id
    lines, lines_total = _read_items(reader, items)

    if "name" not in unreadable:
        values.setdefault("name", row.id)
    _fill_sums(values, unreadable, lines_total)
    _fill_currency(reader, values, unreadable)
    if "fulfillmentStatus" not in unreadable | values.keys() and "status" in values:
        implied = find_implied_fulfillment(str(values["status"]))
        if implied:
            values["fulfillmentStatus"] = implied
    return Order(values, tuple(lines), tuple(reader.problems))


def _read_items(reader: _Reader, items: Items) -> tuple[list[Values], Decimal | None]:
    """Read the items, and sum price x quantity: None if there is nothing to sum or not all can be read."""
    if items.problem:
        reader.problems.append(items.problem)
    lines: list[Values] = []
    total = Decimal(0)
    complete = bool(items.rows) and items.problem is None
    for row in items.rows:
        line, unreadable = reader.read_row(row)
        if not line and not unreadable:
            continue
        price, quantity = line.get("price"), line.get("quantity")
        if isinstance(price, Decimal) and isinstance(quantity, Decimal):
            total += price * quantity
        else:
            complete = False
        lines.append(line)
    return lines, total if complete else None


def _fill_sums(values: Values, unreadable: set[str], lines_total: Decimal | None) -> None:
    """Work out a missing subtotal and total; what the sheet says wins, what it says unreadably blocks."""
    discount = values.get("discount")
    if isinstance(discount, Decimal):
        values["discount"] = abs(discount)
    if "subTotal" not in unreadable | values.keys() and lines_total is not None:
        values["subTotal"] = lines_total
    parts = [values.get(path, Decimal(0)) for path in ("subTotal", "shippingCharge", "discount")]
    readable = not unreadable & {"total", "shippingCharge", "discount"}
    if "total" not in values and "subTotal" in values and readable:
        subtotal, shipping, discount = (part for part in parts if isinstance(part, Decimal))
        values["total"] = subtotal + shipping - discount


def _fill_currency(reader: _Reader, values: Values, unreadable: set[str]) -> None:
    """Settle the order's currency: its column, else the amounts' own, else the setting; two are none."""
    named = set(reader.currencies)
    if "currency" in values:
        named.add(str(values["currency"]))
    if len(named) > 1:
        values.pop("currency", None)
        if reader.money_cell:
            reader.complain("currency-mixed", reader.money_cell)
    elif "currency" not in unreadable:
        values["currency"] = named.pop() if named else reader.options.currency
