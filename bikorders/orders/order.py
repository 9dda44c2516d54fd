"""What does the sheet say about an order? Its rows and its items' rows become one `Order`.

Serving and checking both build orders here. A cell that can't be read costs its field, and the sums that
need it, and yields a problem.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bikorders.couriers import build_tracking_url
from bikorders.errors import OrderConflict
from bikorders.orders.field_reader import Context, Reader, Reading
from bikorders.reading.cells import Unreadable, parse_url, split_name
from bikorders.reading.columns import Found
from bikorders.reading.fields import ORDER_ID, Field, Values
from bikorders.reading.packed_items import Line, split_items, split_lists
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Entry, Row, Sheet, is_fee
from bikorders.reading.vocabulary import GONE_BACK, find_status
from bikorders.sheet.workbook import Cell, Raw
from bikorders.states import fill_states
from bikorders.sums import TotalFit, fill_currency, fill_sums

CUSTOMER = frozenset({"phoneNumber", "email", "customer", "address.firstName", "address.lastName"})
"""Fields that say who the customer is: rows that differ in one of them are two orders."""

_COUNT = re.compile(r"\d+(?:\.0+)?\s*(?:items?|products?|pcs?|pieces?|nos?)?\.?", re.IGNORECASE)
"""A number of items, in a column that may also hold the items."""

TRACKING_URL = "deliveryInfo.trackingURL"


@dataclass(frozen=True, slots=True)
class Items:
    """Where an order's items are: their rows; or, if they can't be known for certain, the problem."""

    rows: Sequence[Row] = ()
    problem: Problem | None = None


@dataclass(frozen=True)
class Link:
    """A cell with a label, and its row's values by column: whoever reads the link must find the same row."""

    cell: Cell
    row: tuple[Raw, ...]


@dataclass(frozen=True)
class Order:
    """One order as the sheet tells it: values by contract path, and what could not be read.

    `link` is where a label stands that may have the tracking link behind it, `fit` how its total comes about.
    """

    values: Values
    items: tuple[Values, ...]
    problems: tuple[Problem, ...]
    link: Link | None = None
    fit: TotalFit | None = None

    @property
    def id(self) -> str:
        return str(self.values[ORDER_ID])

    @property
    def says(self) -> tuple[Values, tuple[Values, ...]]:
        """What a customer would be told, for comparing two rows."""
        return self.values, self.items

    def with_link(self, url: str) -> "Order":
        """Give the order with the link that was found behind its label."""
        try:
            link = parse_url(url)
        except Unreadable:
            return self
        solved = ("link", "tracking-courier", "courier-missing", "courier-column", "tracking-number")
        problems = tuple(problem for problem in self.problems if problem.code not in solved)
        return replace(self, values=self.values | {TRACKING_URL: link}, problems=problems, link=None)


def build_order(entry: Entry, items: Items, context: Context, shipments: Sequence[Row] = ()) -> Order:
    """Build the order of an entry; `items` are its items' rows, if they stand in another tab, as `shipments` do.

    Raises `OrderConflict` if the entry's rows are about two customers.
    """
    reader = Reader(context)
    sheet = entry.rows[0].sheet
    found = _leave_out_line_totals(entry, context)
    order = reader.read(entry.rows, found)
    if order.differing & CUSTOMER:
        raise build_conflict(entry.id, [entry], "keep one order in the rows")
    for row in shipments:
        # What was paid on a day may have been a part.
        told = {p: field for p, field in row.sheet.columns.orders.items() if p not in ("total", "paid on")}
        _add(reader, order, reader.read([row], told))
        found |= {path: field for path, field in told.items() if path not in found}
    values = order.values
    values[ORDER_ID] = entry.id
    if "name" not in order.unreadable:
        values.setdefault("name", entry.id)
    _refuse_unclear_total(reader, order, entry)
    lines, lines_total = _read_items(reader, order, entry, items)
    if "status" in order.differing and any(
        find_status(cell.text) in GONE_BACK for row in entry.rows for cell in row.cells("status")
    ):
        lines_total = None  # a line is cancelled
    fill_states(reader, order, lines, has_status_column="status" in found)
    fit = fill_sums(reader, order, entry.rows, lines_total)
    fill_currency(reader, order, entry.rows)
    _fill_address(order)
    label = _fill_tracking(reader, order, has_courier_column="courier" in found)
    _fill_extra(reader, order, entry.rows)
    for header in sheet.columns.refused:
        reader.complain("path", header)
    for header in sheet.columns.unclear:
        reader.complain("header-unclear", header)
    link = Link(label, sheet.tab.row(label.row)) if label else None
    return Order(values, tuple(lines), tuple(reader.problems), link, fit)


_PAID_IN_PARTS = frozenset({"payment method", "payment reference"})
"""Fields that differ where an order was paid in two parts; then they say nothing, and nothing is wrong."""


def _add(reader: Reader, order: Reading, more: Reading) -> None:
    """Add what another tab says of the order; where both say something, they must agree."""
    for path, value in more.values.items():
        if path in order.values and order.values[path] != value:
            if path in _PAID_IN_PARTS:
                del order.values[path]
                order.unreadable.add(path)
                continue
            reader.refuse(order, path, "rows-differ", more.cells[path])
        elif path not in order.unreadable:
            order.values[path] = value
            order.copy_place(path, more, path)


def _leave_out_line_totals(
    entry: Entry, context: Context
) -> dict[str, tuple[Field, tuple[tuple[int, ...], ...]]]:
    """Give the order's fields, without a `Total` or `Subtotal` that holds the lines' own."""
    sheet = entry.rows[0].sheet
    found = dict(sheet.columns.orders)
    found.pop("items tab", None)
    for path in ("total", "subTotal"):
        column = found[path][1][0][0] if path in found else 0
        if _may_be_the_lines(sheet, column) and context.is_line_total(sheet, column):
            del found[path]
    return found


def _may_be_the_lines(sheet: Sheet, column: int) -> bool:
    return sheet.columns.has_lines and column in sheet.columns.line_totals


def _refuse_unclear_total(reader: Reader, order: Reading, entry: Entry) -> None:
    """Leave out a total that stands in several lines alike and that nothing tells from the lines' own."""
    sheet = entry.rows[0].sheet
    for path in ("total", "subTotal"):
        cell = order.cells.get(path)
        if path not in order.values or cell is None or not _may_be_the_lines(sheet, cell.column):
            continue
        filled = [row for row in entry.rows if not row.cell(cell.column).is_blank]
        if len(filled) > 1 and reader.context.is_line_total(sheet, cell.column) is None:
            reader.refuse(order, path, "total-unclear", cell)


def _read_items(
    reader: Reader, order: Reading, entry: Entry, items: Items
) -> tuple[list[Values], Decimal | None]:
    """Read the items, and sum them up: None if there is nothing to sum or not all of it can be read."""
    packed = order.values.pop("items", None)
    if items.problem:
        reader.problems.append(items.problem)
        return [], None
    rows = items.rows or (entry.rows if entry.rows[0].sheet.columns.slots else [])
    fees = [row for row in rows if is_fee(row)]
    read = [(row, line) for row in rows if row not in fees for line in _read_lines(reader, row)]
    nameless = [line for _, line in read if not line.keys() & {"name", "productId"}]
    read = [(row, line) for row, line in read if line not in nameless]
    if not read and isinstance(packed, str) and not _COUNT.fullmatch(packed):
        lines = _split_cell(reader, order.cells["items"], packed)
        return [_line_values(line) for line in lines], None
    is_certain = not nameless
    if fees:
        order.unreadable.add("tax")  # a charge of its own among the items
    if (
        len(read) > 1
        and _may_stand_twice(read)
        and len({row.raws for row, _ in read}) < len({row.number for row, _ in read})
    ):
        count = len(read)
        read = _settle_twice(reader, order, read)
        is_certain = is_certain and (len(read) == count or bool({"total", "subTotal"} & order.values.keys()))
    if any(line.get("line discount") for _, line in read):
        order.unreadable.add("tax")  # something else than the discount comes off the total
    total = _add_up(read) if read and is_certain else None
    return [_finish(line) for _, line in read], total


def _add_up(read: Sequence[tuple[Row, Values]]) -> Decimal | None:
    """Add up the lines; None if one of them can't be read."""
    total = Decimal(0)
    for _, line in read:
        amount = _amount(line)
        if amount is None:
            return None
        total += amount
    return total


def _amount(line: Values) -> Decimal | None:
    price, quantity, total = line.get("price"), line.get("quantity"), line.get("line total")
    if isinstance(quantity, Decimal):
        if isinstance(price, Decimal):
            return price * quantity
        if "price" not in line and isinstance(total, Decimal):
            return total
    return None


def _finish(line: Values) -> Values:
    """Leave only what is sent; a size and a colour of their own make the variant's name."""
    parts = [str(line.pop(path)) for path in ("size", "color") if path in line]
    if parts and "variantName" not in line:
        line["variantName"] = " / ".join(parts)
    for path in ("line total", "line discount"):
        line.pop(path, None)
    return line


def _may_stand_twice(read: Sequence[tuple[Row, Values]]) -> bool:
    """Say whether two lines are about the same product, so that their rows may be the same in every cell."""
    products = {tuple(line.get(path) for path in ("name", "productId", "variantId")) for _, line in read}
    return len(products) < len(read)


def _settle_twice(reader: Reader, order: Reading, read: list[tuple[Row, Values]]) -> list[tuple[Row, Values]]:
    """Count rows that are the same in every cell once, unless the order's total says that they count twice."""
    once: list[tuple[Row, Values]] = []
    first: dict[tuple[object, ...], int] = {}
    for row, line in read:
        number = first.setdefault(row.raws, row.number)
        if number == row.number:
            once.append((row, line))
        else:
            repeated = row.cell(next(i for i, raw in enumerate(row.raws, start=1) if raw is not None))
            before = str(number)
    totals = {order.values.get(path) for path in ("subTotal", "total")} - {None}
    if _add_up(read) in totals and _add_up(once) not in totals:
        return read
    reader.complain("row-twice", repeated, before)
    return once


def _read_lines(reader: Reader, row: Row) -> list[Values]:
    """Read a row's items: one in each slot that holds something, or those packed into its name."""
    lines: list[Values] = []
    for slot in row.sheet.columns.slots:
        lines += _read_slot(reader, row, slot)
    return lines


def _read_slot(reader: Reader, row: Row, slot: Found) -> list[Values]:
    if lists := _pair_lists(row, slot):
        return [_line_values(line) for line in lists]
    if _is_unused(row, slot):
        return []
    reading = reader.read([row], slot)
    line, unreadable = reading.values, reading.unreadable
    if not line and not unreadable:
        return []
    name = line.get("name")
    if "quantity" not in line and not row.cells("quantity", slot):
        if isinstance(name, str) and (split := split_items(name)):
            rest = {path: value for path, value in line.items() if path != "name"} if len(split) == 1 else {}
            return [rest | _line_values(part) for part in split]
        if not line.keys() & {"name", "productId"} and not unreadable:
            return []  # a price or a size alone is no item
        if isinstance(name, str) and _looks_packed(name):
            reader.complain("items-packed", reading.cells["name"])
            line["name"] = " ".join(name.split())
        else:
            _complain_of_no_quantity(reader, reading, row, slot)
    elif isinstance(name, str) and "\n" in name:
        reader.complain("items-packed", reading.cells["name"])
        line["name"] = " ".join(name.split())
    elif isinstance(name, str) and (split := split_items(name)):
        if len(split) == 1 and split[0].quantity == line.get("quantity"):
            line["name"] = split[0].name
        elif len(split) > 1 and sum(part.quantity or 0 for part in split) == line.get("quantity"):
            return [_line_values(part) for part in split]
    if row.sheet.columns.extra and not row.sheet.columns.order_count:
        line |= reader.read_extra(row)
    return [line]


def _pair_lists(row: Row, slot: Found) -> list[Line] | None:
    """Pair the names and the quantities that stand one below the other in a row's two cells."""
    names = row.cells("name", slot)
    if len(names) != 1 or len(names[0].text.splitlines()) < 2:
        return None
    quantities = row.cells("quantity", slot)
    return split_lists(names[0].text, quantities[0].text) if len(quantities) == 1 else None


def _is_unused(row: Row, slot: Found) -> bool:
    """Say whether nothing but noughts stands in one of several slots side by side: formulas fill in those."""
    if len(row.sheet.columns.slots) < 2 or any(row.cells(path, slot) for path in ("name", "productId")):
        return False
    return not any(cell.text.strip("0.") for path in slot for cell in row.cells(path, slot))


def _complain_of_no_quantity(reader: Reader, line: Reading, row: Row, slot: Found) -> None:
    """Complain of the blank cell, or once of the header of the items where there is no column for quantities."""
    if "quantity" in slot:
        reader.complain("quantity-missing", row.cell(slot["quantity"][1][0][0]))
        return
    cells = line.cells
    where = cells.get("name") or cells.get("productId") or next(iter(cells.values()))
    reader.complain("quantity-column", row.sheet.tab.cell(row.sheet.columns.row, where.column))


def _looks_packed(name: str) -> bool:
    return "\n" in name or name.startswith(("[", "{"))


def _split_cell(reader: Reader, cell: Cell, text: str) -> Sequence[Line]:
    if lines := split_items(text):
        return lines
    reader.complain("items-packed", cell)
    return [Line(" ".join(text.split()), None)]


def _line_values(line: Line) -> Values:
    values: Values = {"name": line.name}
    if line.quantity is not None:
        values["quantity"] = line.quantity
    return values


def _fill_address(order: Reading) -> None:
    """Split the customer's name, where it has no columns of its own."""
    values = order.values
    customer = values.pop("customer", None)
    if isinstance(customer, str) and not values.keys() & {"address.firstName", "address.lastName"}:
        for path, part in zip(("address.firstName", "address.lastName"), split_name(customer), strict=True):
            if part:
                values[path] = part


def _fill_tracking(reader: Reader, order: Reading, *, has_courier_column: bool) -> Cell | None:
    """Settle the tracking link: a link that stands there, else the courier's with the number.

    Without either, gives the cell that holds a label: there may be a link behind it.
    """
    values = order.values
    typed = {
        path: str(values.pop(path)) for path in (TRACKING_URL, "tracking number", "courier") if path in values
    }
    for path in (TRACKING_URL, "tracking number"):
        try:
            if ":" in typed.get(path, ""):
                values[TRACKING_URL] = parse_url(typed[path])
                return None
        except Unreadable:
            continue
    label = order.cells[TRACKING_URL] if TRACKING_URL in typed else None
    number = typed.get("tracking number") or typed.get(TRACKING_URL)
    if number is None or order.unreadable & {TRACKING_URL, "tracking number", "courier"}:
        return label
    cell = order.cells.get("tracking number", label)
    assert cell is not None
    try:
        url = build_tracking_url(typed.get("courier", ""), number, reader.context.own.couriers)
    except Unreadable as refusal:
        is_label = not typed.keys() & {"tracking number", "courier"}
        reader.complain("link" if is_label and refusal.code == "tracking-number" else refusal.code, cell)
        return label
    if url:
        values[TRACKING_URL] = url
        return None
    if "tracking number" not in typed:
        reader.complain("link", cell)
    elif "courier" in typed:
        reader.complain("tracking-courier", order.cells["courier"])
    elif has_courier_column:
        reader.complain("courier-missing", cell)
    else:
        sheet = order.sheets["tracking number"]
        reader.complain("courier-column", sheet.tab.cell(sheet.columns.row, cell.column))
    return label


def _fill_extra(reader: Reader, order: Reading, rows: Sequence[Row]) -> None:
    """Send the merchant's own columns, where the order's rows agree on them."""
    extras = [reader.read_extra(row) for row in rows]
    for path in rows[0].sheet.columns.extra:
        told = [extra[path] for extra in extras if path in extra]
        if told and all(value == told[0] and type(value) is type(told[0]) for value in told):
            order.values[path] = told[0]


_MOST_ROWS = 20


def build_conflict(order_id: str, entries: Sequence[Entry], hint: str) -> OrderConflict:
    """Say that rows of one id disagree, and which they are."""
    rows = [f"{row.sheet.tab.title}!{row.number}" for entry in entries for row in entry.rows]
    places = ", ".join(rows[:_MOST_ROWS]) + (
        f" and {len(rows) - _MOST_ROWS} more" if rows[_MOST_ROWS:] else ""
    )
    return OrderConflict(f"order {order_id} stands in several rows that differ", f"{hint} {places}")


def build_items_problem(code: str, cell: Cell) -> Items:
    """Say why an order's items can't be known; `cell` is where to look."""
    return Items(problem=build_problem(code, cell))
