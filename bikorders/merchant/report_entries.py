"""What the owner knows of a problem's cell: whose order it is, under which header, and what it costs.

The list that the page, the commands, the alarm and the notes on cells share. An entry is about one cell.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from bikorders.orders.customer import NAME_PATHS
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.columns import Columns
from bikorders.reading.fields import ORDER_ID, SENT
from bikorders.reading.header_index import Role
from bikorders.reading.problems import Problem
from bikorders.reading.rows import Row, Table
from bikorders.sheet.workbook import split_address
from bikorders.text import clean, shorten

_LONGEST = 60
"""Characters of an order's number, a name or a header in a title."""


class Cost(IntEnum):
    """What a problem costs customers, the worst first."""

    ANSWER = 0
    """They get no answer."""
    PART = 1
    """Something is kept from them."""
    NOTHING = 2
    """They are told it as it stands, but it is odd."""


def _find_cost(problem: Problem, *, is_of_number: bool = False) -> Cost:
    """Return what a problem costs customers; with `is_of_number` its cell is to hold an order's number."""
    is_error = problem.level == "error"
    if problem.code in _COST_ANSWERS or (is_error and is_of_number):
        return Cost.ANSWER
    return Cost.PART if is_error or problem.code in _COST_PARTS else Cost.NOTHING


_COST_ANSWERS = frozenset({"id-column", "id-letters"})
"""Codes beyond the errors of the orders' numbers."""

_COST_PARTS = frozenset(
    "header-near header-unclear items-packed discount-share currency-missing tracking-courier courier-missing "
    "courier-column".split()
)
"""Warnings that keep something from customers; each error does."""

_TOLD_BY = {
    "customer": "address.firstName",
    "courier": "deliveryInfo.trackingURL",
    "tracking number": "deliveryInfo.trackingURL",
    "payment method": "paymentStatus",
    "payment reference": "paymentStatus",
    "paid on": "paymentStatus",
    "shipped on": "status",
    "delivered on": "status",
    "cancelled on": "status",
    "packed on": "status",
    "shipping status": "status",
    "items tab": "items",
    "tax": "total",
    "size": "items[].variantName",
    "color": "items[].variantName",
    "line total": "items[].price",
    "line discount": "discount",
    "item fulfillment": "fulfillmentStatus",
}
"""Where the contract has what a field that is not sent itself helps to find."""


@dataclass(frozen=True)
class Entry:
    """One problem of one cell. `order` and `customer` are those of its row, "" where there is none.

    `header` is its column's header as typed, `field` the contract's path that the column is for, `url` what opens
    the cell, and `aside` its tab's title if the tab is not the one where the orders stand. `is_header` says that
    the cell is a header itself.
    """

    problem: Problem
    cost: Cost
    order: str = ""
    customer: str = ""
    header: str = ""
    field: str = ""
    url: str = ""
    aside: str = ""
    is_header: bool = False

    @property
    def name(self) -> str:
        """What the owner calls the cell, without its address: `AN-2004 · Asha Rao · Phone`."""
        return join_name(self.order, self.customer, self._column)

    @property
    def title(self) -> str:
        """What the owner calls the cell: `AN-2004 · Asha Rao · Phone (D5)`."""
        return self._add_address(self.name)

    @property
    def public_title(self) -> str:
        """The title without the customer, for a message that leaves the house."""
        return self._add_address(join_name(self.order, self._column))

    @property
    def public_message(self) -> str:
        """The problem's sentence without what was typed, unless that is the order's number, a header or a tab."""
        text = self.problem.text
        if not text or self.is_header or text in (self.order, self.problem.tab):
            return self.problem.message
        return self.problem.message.replace(f"“{text}”", "“…”")

    @property
    def _column(self) -> str:
        """The header, unless the problem is one of the whole tab."""
        return "" if self.problem.text == self.problem.tab else self.header

    def _add_address(self, name: str) -> str:
        address = f"{name} ({self.problem.cell})" if name else self.problem.cell
        return f"{address} in {clean(self.aside)}" if self.aside else address


def join_name(*words: str) -> str:
    """Return the words of a name that are not blank, each cut short."""
    return " · ".join(shorten(clean(word), _LONGEST) for word in words if word)


def list_entries(snapshot: Snapshot, problems: Iterable[Problem]) -> list[Entry]:
    """Return the entries of a snapshot's problems, the worst consequence first, then from top to bottom."""
    maker = _EntryMaker(snapshot)
    places = {title: place for place, title in enumerate(snapshot.workbook.tabs)}

    def rank(entry: Entry) -> tuple[object, ...]:
        problem = entry.problem
        place = places.get(problem.tab, len(places))
        return entry.cost, problem.level != "error", place, split_address(problem.cell)

    return sorted(map(maker.make_entry, dict.fromkeys(problems)), key=rank)


class _EntryMaker:
    """Makes the entries of a snapshot's problems."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        layout = snapshot.layout
        self._tables: dict[str, list[Table]] = {}
        for table in layout.tables:
            self._tables.setdefault(table.tab.title, []).append(table)
        titles = {table.tab.title for table in layout.orders}
        self._home = titles.pop() if len(titles) == 1 else None

    def make_entry(self, problem: Problem) -> Entry:
        """Return the entry of a problem."""
        url = self._snapshot.workbook.find_url(problem.tab, problem.cell)
        aside = "" if problem.tab == self._home else problem.tab
        number, column = split_address(problem.cell)
        table = self._find_table(problem.tab, number)
        if table is None:
            is_header = problem.code.startswith("header-")
            header = problem.text if is_header else ""
            cost = _find_cost(problem)
            return Entry(problem, cost, "", "", header, problem.path, url, aside, is_header)
        header = table.tab.cell(table.columns.row, column).text
        field = problem.path or _find_field(table.columns, column)
        is_of_number = field == ORDER_ID and (
            table in self._snapshot.layout.orders or problem.code == "order-missing"
        )
        cost = _find_cost(problem, is_of_number=is_of_number)
        order_id = customer = ""
        is_header = number == table.columns.row
        if not is_header:
            row = Row(table, number)
            order_id = self._find_order(row)
            customer = self._find_customer(row, order_id)
            customer = "" if customer == problem.text else customer  # which is no name then
        return Entry(problem, cost, order_id, customer, header, field, url, aside, is_header)

    def _find_table(self, title: str, number: int) -> Table | None:
        """Find the table of a tab in which a row stands, its header included."""
        tables = self._tables.get(title, ())
        return next((table for table in tables if table.columns.row <= number < table.end), None)

    @cached_property
    def _orders(self) -> dict[tuple[str, int], str]:
        return self._snapshot.map_rows()

    def _find_order(self, row: Row) -> str:
        """Return the number of the order that a row belongs to; "" if it belongs to none."""
        title = row.table.tab.title
        if row.table.columns.has_id:
            return self._orders.get((title, row.number), "") or row.id
        groups = self._snapshot.list_groups(title)
        return groups[0].id if groups else ""

    def _find_customer(self, row: Row, order_id: str) -> str:
        """Return the customer's name as it is typed in a row, or else in the first row of its order that has one."""
        groups = self._snapshot.list_groups(order_id) if order_id else []
        rows = [row, *(other for group in groups if group.id == order_id for other in group.rows)]
        return next(filter(None, map(_read_customer, rows)), "")


def _read_customer(row: Row) -> str:
    """Return the customer's name as it is typed in a row: the whole, or its parts."""
    columns = row.table.columns.orders
    whole = [cell.text for cell in row.cells("customer")[:1]]
    parts = [cell.text for path in sorted(NAME_PATHS & columns.keys()) for cell in row.cells(path)[:1]]
    return " ".join(whole or parts)


def find_contract_path(path: str, role: Role) -> str:
    """Return the contract's path of a field, or the one that the field helps to find.

    >>> find_contract_path("price", "item"), find_contract_path("courier", "order")
    ('items[].price', 'deliveryInfo.trackingURL')
    """
    return f"items[].{path}" if role == "item" and path in SENT else _TOLD_BY.get(path, path)


def _find_field(columns: Columns, column: int) -> str:
    """Return the contract's path that a column is for; "" if it is for none."""
    for path, known in columns.orders.items():
        if any(column in group for group in known.groups):
            return find_contract_path(path, "order")
    for slot in columns.slots:
        for path, known in slot.items():
            if any(column in group for group in known.groups):
                return find_contract_path(path, "item")
    return next((path for path, number in columns.extra.items() if number == column), "")


def dump_entry(entry: Entry) -> dict[str, str]:
    """Return an entry as programs get it."""
    problem = entry.problem
    return {
        "level": problem.level,
        "code": problem.code,
        "tab": problem.tab,
        "cell": problem.cell,
        "order": entry.order,
        "field": entry.field,
        "header": entry.header,
        "text": problem.text,
        "message": problem.message,
        "hint": problem.hint,
    } | ({"url": entry.url} if entry.url else {})
