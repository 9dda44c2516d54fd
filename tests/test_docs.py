"""The documents say what the code does."""

import json
import re
from pathlib import Path

import pytest

from bikorders.bik import dump_order
from bikorders.columns import fold_header
from bikorders.fields import ITEM_FIELDS, ORDER_FIELDS, list_headers
from bikorders.problems import KINDS
from bikorders.reading import Options
from bikorders.settings import PREFIX, TABLE
from bikorders.snapshot import Snapshot
from bikorders.web import _STATUSES
from bikorders.workbook import Tab, Workbook

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TABLE)
def test_the_readme_names_every_setting_with_its_default(name):
    table = README.partition("## Settings")[2].partition("## Errors")[0]
    (row,) = [line for line in table.splitlines() if f"`{PREFIX}{name}`" in line.rpartition(" | ")[0]]
    assert TABLE[name].default in row


def test_the_readme_names_no_setting_that_is_not_there():
    assert set(re.findall(rf"{PREFIX}([A-Z_]+)", README)) <= set(TABLE)


@pytest.mark.parametrize("status", sorted({status for status, _ in _STATUSES.values()}))
def test_the_readme_explains_every_error(status):
    assert re.search(rf"^\| .*\b{status}\b.* \|$", README, re.MULTILINE)


def test_the_headers_that_the_readme_promises_are_understood():
    table = README.partition("## Your sheet")[2].partition("**A tab of orders")[0]
    promised = re.findall(r"^\| ([^|`]+) \|", table, re.MULTILINE)[1:]
    known = {
        fold_header(header)
        for field in (*ORDER_FIELDS, *ITEM_FIELDS)
        for header in (field.path, *(header for header, _ in list_headers(field)))
    }
    words = [fold_header(word) for row in promised for word in re.split(", or |, | and ", row)]
    assert len(words) > 15
    assert [word for word in words if word not in known] == []


def read_examples() -> list[tuple[list[list[str]], dict]]:
    """Give the README's example sheets, as rows of cells, each with the answer below it."""
    section = README.partition("**A tab of orders")[2].partition("## Settings")[0]
    tables = re.findall(r"((?:^\|.*\|\n)+)\n```json\n(.*)\n```", section, re.MULTILINE)
    return [
        (
            [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()],
            json.loads(answer),
        )
        for table, answer in tables
    ]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_readmes_example_sheets_give_the_answers_that_it_shows(number):
    (header, _, *rows), answer = read_examples()[number]
    gap = header.index("") if "" in header else len(header)
    tabs = {
        "Orders": [row[:gap] for row in (header, *rows)],
        "Items": [row[gap + 1 :] for row in (header, *rows)],
    }
    workbook = Workbook({title: Tab(title, rows) for title, rows in tabs.items() if rows[0]})
    order = Snapshot(workbook, Options()).get_order(answer["id"])
    assert json.loads(dump_order(order)) == {"order": answer}
    assert order.problems == ()


def test_the_readme_is_short_and_its_commands_exist():
    assert len(README.splitlines()) <= 150
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"`make (\w+)`", README)) <= set(targets)


def test_every_problem_that_is_worded_can_come_up():
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "bikorders").glob("*.py")
        if path.stem != "problems"
    )
    assert [kind for kind in KINDS if f'"{kind}"' not in code] == []
