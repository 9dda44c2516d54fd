"""Each workbook of the corpus, changed in ways that change nothing, or that must cost a value and never change one."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from bikorders.bik.get_order import dump_order
from bikorders.errors import BikordersError
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.fields import ORDER_ID, SENT
from bikorders.reading.rows import Table
from bikorders.reading.shop_settings import is_settings_title
from bikorders.sheet.workbook import Raw, Tab, Workbook, is_blank, text_of
from tests.orders.test_workbooks import FILES, read_case

Grid = list[list[Raw]]
CASES = {file.stem: read_case(file.read_text("utf-8")) for file in FILES}
ASKED = [name for name, case in CASES.items() if case.questions and not case.differs]


Told = dict[str, Any] | str
"""An order as it is sent, or the name of the error."""


@cache
def read_before(name: str) -> Snapshot:
    return Snapshot(Workbook(CASES[name].tabs), CASES[name].options)


def ask(snapshot: Snapshot, order_id: str) -> Told:
    try:
        order = snapshot.get_order(order_id)
    except BikordersError as error:
        return type(error).__name__
    told: dict[str, Any] = json.loads(dump_order(order))["order"]
    return told


def ask_changed(tabs: dict[str, Tab], name: str, order_ids: Sequence[str]) -> list[Told]:
    try:
        snapshot = Snapshot(Workbook(tabs), CASES[name].options)
    except BikordersError as error:
        return [type(error).__name__ for _ in order_ids]
    return [ask(snapshot, order_id) for order_id in order_ids]


@cache
def ask_before(name: str) -> dict[str, Told]:
    """Return what is told of the orders of a workbook before it is changed, by id."""
    return {
        question.order_id: ask(read_before(name), question.order_id) for question in CASES[name].questions
    }


def list_tables(name: str) -> list[Table]:
    return list(read_before(name).layout.tables)


def list_plain_tables(name: str) -> list[Table]:
    """Return the tables that are a whole tab: one header, and nothing beside it."""
    tables = list_tables(name)
    titles = [table.tab.title for table in tables]
    return [
        table
        for table in tables
        if titles.count(table.tab.title) == 1
        and not any(is_blank(raw) for raw in table.tab.row(table.columns.row))
    ]


def list_columns(table: Table) -> dict[int, str]:
    """Return the path that is read from each column."""
    found: dict[int, str] = {}
    for columns in (table.columns.orders, *table.columns.slots):
        found |= {column: path for path, known in columns.items() for group in known.used for column in group}
    return found


def rebuild(name: str, grids: dict[str, Grid]) -> dict[str, Tab]:
    return {title: replace(tab, rows=grids.get(title, tab.rows)) for title, tab in CASES[name].tabs.items()}


def copy(tab: Tab) -> Grid:
    return [list(row) for row in tab.rows]


# Changes that change nothing


def respell(spell: Callable[[str], str]) -> Callable[[str], dict[str, Tab]]:
    def change(name: str) -> dict[str, Tab]:
        named = {
            text_of(row[2])
            for title, tab in CASES[name].tabs.items()
            if is_settings_title(title)
            for row in tab.rows
            if len(row) > 2
        }
        grids: dict[str, Grid] = {}
        for table in list_tables(name):
            grid = grids.setdefault(table.tab.title, copy(table.tab))
            row = grid[table.columns.row - 1]
            for column in list_columns(table):
                header = text_of(row[column - 1])
                if header not in named and not header.lower().startswith("bik:"):
                    row[column - 1] = spell(header)
        return rebuild(name, grids)

    return change


def says_more(header: str) -> bool:
    """Return whether a header says more than the contract's word: that it was sent, or which address it is."""
    return header in ("Shipped", "Delivery Address", "Delivery City")


def head_with_paths(name: str) -> dict[str, Tab]:
    """Head each column of a sent field with the contract's own word, where one column alone is read for it."""
    grids: dict[str, Grid] = {}
    for table in list_tables(name):
        grid = grids.setdefault(table.tab.title, copy(table.tab))
        for columns in (table.columns.orders, *table.columns.slots[:1]):
            for path, known in columns.items():
                is_settled = len(known.groups) == len(known.groups[0]) == 1 and len(table.columns.slots) < 2
                header = text_of(grid[table.columns.row - 1][known.first - 1])
                if (
                    path in SENT - {ORDER_ID, "name"}
                    and is_settled
                    and not says_more(header)
                    and known.first not in table.columns.currencies
                ):
                    grid[table.columns.row - 1][known.first - 1] = path
    return rebuild(name, grids)


def reverse_columns(name: str) -> dict[str, Tab]:
    grids: dict[str, Grid] = {}
    for table in list_plain_tables(name):
        above = table.tab.rows[table.columns.row - 2] if table.columns.row > 1 else ()
        if len(table.columns.slots) > 1 or sum(not is_blank(raw) for raw in above) > 1:
            continue  # what stands above several columns stands in the first
        width = max(len(row) for row in table.tab.rows)
        grids[table.tab.title] = [[*row, *[None] * (width - len(row))][::-1] for row in table.tab.rows]
    return rebuild(name, grids)


def reverse_tabs(name: str) -> dict[str, Tab]:
    return dict(reversed(CASES[name].tabs.items()))


def reverse_rows(name: str) -> dict[str, Tab]:
    """Turn the orders of a tab around, where each has one row."""
    grids: dict[str, Grid] = {}
    for table in list_plain_tables(name):
        column = table.columns.orders[ORDER_ID].first if table.columns.has_id else 0
        rows = table.tab.rows[table.columns.row :]
        ids = [row[column - 1] if column and len(row) >= column else None for row in rows]
        if table.columns.has_lines or any(is_blank(raw) for raw in ids):
            continue
        grids[table.tab.title] = [*copy(table.tab)[: table.columns.row], *map(list, reversed(rows))]
    return rebuild(name, grids)


def add_list(name: str) -> dict[str, Tab]:
    """Add a tab that repeats the number and two more columns of an orders tab."""
    tabs = dict(CASES[name].tabs)
    for table in list_plain_tables(name):
        if not table.columns.has_id or table.columns.has_lines or tabs.keys() != CASES[name].tabs.keys():
            continue
        paths = {column: path for column, path in list_columns(table).items() if path in table.columns.orders}
        id_column = table.columns.orders[ORDER_ID].first
        chosen = [id_column, *[column for column in paths if column != id_column][:2]]
        rows = [
            [table.tab.cell(number, column).raw for column in chosen]
            for number in range(table.columns.row, len(table.tab.rows) + 1)
        ]
        if len(chosen) > 1 and len(rows) > 1:
            tabs["For the courier"] = Tab("For the courier", rows)
    return tabs


def add_unknown(name: str) -> dict[str, Tab]:
    grids: dict[str, Grid] = {}
    for table in list_plain_tables(name):
        grid = copy(table.tab)
        width = max(len(row) for row in grid)
        for number, row in enumerate(grid, start=1):
            if number == table.columns.row or (
                number > table.columns.row and any(not is_blank(raw) for raw in row)
            ):
                row += [None] * (width - len(row))
                row.append("Zibble" if number == table.columns.row else f"zab {number}")
        grids[table.tab.title] = grid
    recipes = Tab("Recipes", [["Zibble", "Zabble"], ["a", "b"]])
    return rebuild(name, grids) | {"Recipes": recipes}


def add_blank_rows(name: str) -> dict[str, Tab]:
    """Add a blank row on top, below the header and at the end."""
    grids: dict[str, Grid] = {}
    for table in list_plain_tables(name):
        rows = copy(table.tab)
        header = table.columns.row
        grids[table.tab.title] = [[], *rows[:header], [], *rows[header:], [], []]
    return rebuild(name, grids)


def add_description(name: str) -> dict[str, Tab]:
    grids: dict[str, Grid] = {}
    for table in list_plain_tables(name):
        rows = copy(table.tab)
        header = table.columns.row
        explained = [
            f"What the platform says about its {text_of(raw).lower()} here." for raw in rows[header - 1]
        ]
        if table.columns.has_id:
            grids[table.tab.title] = [*rows[:header], explained, *rows[header:]]
    return rebuild(name, grids)


def read_as_csv(name: str) -> dict[str, Tab]:
    """Make numbers and ticks the text that a CSV file has for them."""
    return {
        title: replace(tab, rows=[[None if raw is None else text_of(raw) for raw in row] for row in tab.rows])
        for title, tab in CASES[name].tabs.items()
    }


SAME: dict[str, Callable[[str], dict[str, Tab]]] = {
    "headers in lower case": respell(str.lower),
    "headers in upper case": respell(str.upper),
    "headers in title case": respell(str.title),
    "headers in snake_case": respell(lambda header: header.strip().replace(" ", "_")),
    "headers in kebab-case with a mark": respell(lambda header: header.strip().replace(" ", "-") + " *:"),
    "an invisible mark in headers": respell(lambda header: header[:1] + "\u200b" + header[1:] + "\u200e"),
    "the contract's words as headers": head_with_paths,
    "columns the other way round": reverse_columns,
    "tabs the other way round": reverse_tabs,
    "rows the other way round": reverse_rows,
    "a list that repeats a part": add_list,
    "an unknown column and tab": add_unknown,
    "blank rows": add_blank_rows,
    "a row that describes the columns": add_description,
    "as CSV": read_as_csv,
}

REORDERED = {"tabs the other way round", "rows the other way round"}
"""Changes after which the same items stand in another order, and are told in that."""

_NOT_ORDERS = "without the word order the header may be one of each line's amounts"
_MAY_NAME = "a column of words that nobody understands may name the product as well"
_ANOTHER_LINE = "rows that differ in a cell, whatever it means, are two lines"
_NO_CODE = "only in capitals it is the code of a currency, and no word"
DIFFERENT: dict[str, dict[str, str]] = {
    "headers in lower case": {"header-signs-around-brackets": _NO_CODE},
    "headers in title case": {"header-signs-around-brackets": _NO_CODE},
    "the contract's words as headers": {
        "ambiguous-discount-percent-column": "without the % in its header the column holds amounts",
        "sums-disprove-a-part": _NOT_ORDERS,
        "sums-shipping-on-the-first-line": _NOT_ORDERS,
    },
    "an unknown column and tab": {
        "columns-description-names-the-product": _MAY_NAME,
        "columns-item-is-a-count": _MAY_NAME,
        "lines-identical-rows": _ANOTHER_LINE,
        "lines-identical-rows-but-for-the-order": _ANOTHER_LINE,
    },
    "blank rows": {"header-on-row-twenty": "below a blank row the header is beyond those that are looked at"},
    "as CSV": {
        "digits-beyond-fifteen": "a text has all the digits that a number of the same length has lost"
    },
}
"""For a change, the workbooks in which it does change something, each with the reason."""


def sort_items(told: Told) -> Told:
    if isinstance(told, str):
        return told
    return told | {"items": sorted(told["items"], key=lambda item: json.dumps(item, sort_keys=True))}


def changes_answers(name: str, change: str) -> bool:
    before = ask_before(name)
    told, known = ask_changed(SAME[change](name), name, [*before]), [*before.values()]
    if change in REORDERED:
        told, known = [*map(sort_items, told)], [*map(sort_items, known)]
    return told != known


@pytest.mark.parametrize("change", SAME)
def test_what_changes_nothing_for_a_reader_changes_no_answer(change):
    changed = [name for name in ASKED if changes_answers(name, change)]
    assert changed == sorted(DIFFERENT.get(change, {}), key=[*ASKED].index)


DIGITS = {"Arabic": "٠١٢٣٤٥٦٧٨٩", "Devanagari": "०१२३४५६७८९", "Bengali": "০১২৩৪৫৬৭৮৯", "Thai": "๐๑๒๓๔๕๖๗๘๙"}


@pytest.mark.parametrize("script", DIGITS)
def test_an_id_asked_in_the_digits_of_another_script_is_the_same_id(script):
    for name in ASKED:
        for order_id, told in ask_before(name).items():
            asked = order_id.translate(str.maketrans("0123456789", DIGITS[script]))
            assert ask(read_before(name), asked) == told, name


# Changes that must cost a value


def list_asked() -> list[tuple[str, str]]:
    return [(name, order_id) for name in ASKED for order_id in ask_before(name)]


def flatten(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from flatten(part, f"{path}.{key}" if path else key)
    else:
        yield path, json.dumps(value, sort_keys=True)


def list_cells(name: str, wanted: str, order_id: str) -> Iterator[tuple[Table, int, int]]:
    """Yield the table, row and column of each cell of a field in the rows of an order."""
    for group in read_before(name).list_groups(order_id):
        for row in group.rows:
            yield from (
                (row.table, row.number, cell.column) for cell in row.cells(wanted) if group.id == order_id
            )


def retype(name: str, place: tuple[Table, int, int], raw: Raw) -> dict[str, Tab]:
    table, number, column = place
    grid = copy(table.tab)
    grid[number - 1][column - 1] = raw
    return rebuild(name, {table.tab.title: grid})


_OTHER_CURRENCY = frozenset({"currency"})
_DISPROVED = frozenset({"subTotal", "shippingCharge", "discount"})
APPEARS: dict[str, frozenset[str]] = {
    # Of the two currencies one is left: that of the amounts that are told.
    "currency-by-header": _OTHER_CURRENCY,
    "currency-two-in-an-order-are-not-added": _OTHER_CURRENCY,
    # What stands under the payment's own header is told where nothing contradicts it.
    "payment-under-status-against-payment-column": frozenset({"paymentStatus"}),
    # What the sums disprove is what the sheet says, once one of them can't be read.
    "sums-discount-of-nothing": _DISPROVED,
    "sums-disprove-a-part": _DISPROVED,
    "placed-sums-are-told-as-placed": _DISPROVED,
}
"""For a workbook, the paths that may be told once another cell costs its value."""


def assert_costs(name: str, order_id: str, tabs: dict[str, Tab], typed: str = "") -> None:
    """Assert that nothing is told after a change that was not told before, but for the status as it is typed."""
    before, (after,) = ask_before(name)[order_id], ask_changed(tabs, name, [order_id])
    if isinstance(before, str) or isinstance(after, str):
        assert isinstance(after, str), name  # an error may cost the order, and does not become an answer
        return
    told = dict(flatten(before)) | ({"status": json.dumps(typed)} if typed else {})
    appeared = {path for path, value in flatten(after) if value not in (told.get(path), "[]")}
    assert appeared <= APPEARS.get(name, frozenset()) - told.keys(), name


@pytest.mark.parametrize("word", ["กำลังรอผู้ขาย", "बाद में देखेंगे", "قيد الانتظار عند الجار"])
def test_a_status_in_words_that_nobody_knows_is_told_as_typed_or_not_at_all(word):
    for name, order_id in list_asked():
        for place in list_cells(name, "status", order_id):
            assert_costs(name, order_id, retype(name, place, word), word)


@pytest.mark.parametrize("path", ["total", "subTotal", "shippingCharge", "discount"])
def test_an_amount_that_may_be_two_changes_no_other_value(path):
    for name, order_id in list_asked():
        for place in list_cells(name, path, order_id):
            assert_costs(name, order_id, retype(name, place, "about 90 or 95"))


@pytest.mark.parametrize("path", ["status", "total"])
def test_a_second_row_that_differs_costs_what_differs(path):
    for name, order_id in list_asked():
        before = ask_before(name)[order_id]
        for table, number, column in list_cells(name, path, order_id):
            if table.columns.has_lines or path not in before:
                continue
            read = list_columns(table)
            grid = copy(table.tab)
            again = [raw if at in read else None for at, raw in enumerate(grid[number - 1], start=1)]
            grid.insert(number, again)
            grid[number][column - 1] = "Delivered" if path == "status" else 987654
            assert_costs(name, order_id, rebuild(name, {table.tab.title: grid}))
