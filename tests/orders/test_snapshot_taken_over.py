"""A snapshot that takes over what an edit did not touch tells what one that is made anew would tell."""

from collections.abc import Iterator
from random import Random

import pytest

from bikorders.errors import BikordersError
from bikorders.orders.snapshot import Snapshot
from bikorders.reading import table_groups
from bikorders.reading.shop_settings import Options
from bikorders.sheet.workbook import Raw, Tab, Workbook
from tests.conftest import make_workbook
from tests.orders.test_metamorphic import CASES, Told, ask

EDITS = 12
"""Edits of each workbook, one after the other."""


def edit_cells(workbook: Workbook, random: Random) -> Iterator[Workbook]:
    """Yield the workbook after each of a few edits; the tabs that are not edited stay the same objects."""
    for _ in range(EDITS):
        title = random.choice([title for title, tab in workbook.tabs.items() if tab.rows])
        rows = [list(row) for row in workbook.tabs[title].rows]
        others = [raw for tab in workbook.tabs.values() for row in tab.rows for raw in row]
        row = random.choice([0, random.randrange(len(rows))])  # the header, every other time
        rows[row] = rows[row] or [""]
        rows[row][random.randrange(len(rows[row]))] = random.choice([*others, "", 1, True])
        workbook = Workbook(workbook.tabs | {title: Tab(title, rows)})
        yield workbook


def tell(workbook: Workbook, options: Options, before: Snapshot | None) -> tuple[Snapshot | None, list[Told]]:
    try:
        snapshot = Snapshot(workbook, options, before)
    except BikordersError as error:
        return None, [str(error)]
    ids = sorted(snapshot.list_ids())
    return snapshot, [*ids, *(ask(snapshot, order_id) for order_id in ids), str(snapshot.order_count)]


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if len(case.tabs) > 1])
def test_what_is_taken_over_tells_the_same(name: str) -> None:
    workbook, options = Workbook(CASES[name].tabs), CASES[name].options
    held, _ = tell(workbook, options, None)
    for edited in edit_cells(workbook, Random(name)):
        snapshot, told = tell(edited, options, held)
        assert told == tell(edited, options, None)[1]
        held = snapshot or held


def test_rows_of_a_tab_that_was_not_edited_are_not_grouped_again(monkeypatch: pytest.MonkeyPatch) -> None:
    grouped = []

    def group_rows(table, kind):  # type: ignore[no-untyped-def]
        grouped.append(table.tab.title)
        return group(table, kind)

    group = table_groups.group_rows
    monkeypatch.setattr(table_groups, "group_rows", group_rows)
    workbook = make_workbook("Order ID,Status\n1,Packed", "Order ID,Item\n1,Soap\n1 (gift),Oil")
    before = Snapshot(workbook, Options())
    assert grouped == ["Orders", "Items"]
    rows: list[list[Raw]] = [["Order ID", "Status"], ["1", "Shipped"], ["2", "Packed"]]
    edited = Workbook(workbook.tabs | {"Orders": Tab("Orders", rows)})
    snapshot = Snapshot(edited, Options(), before)
    assert grouped == ["Orders", "Items", "Orders"]
    assert len(snapshot.get_order("1").items) == len(before.get_order("1").items) > 0
