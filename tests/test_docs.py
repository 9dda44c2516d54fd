"""The documents say what the code does."""

import re
from pathlib import Path

import pytest

from bikorders.columns import ITEM_FIELDS, ORDER_FIELDS, fold_header
from bikorders.settings import PREFIX, TABLE
from bikorders.web import _STATUSES

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
    table = README.partition("## What the sheet needs")[2].partition("## Settings")[0]
    promised = re.findall(r"^\| ([^|`]+) \|", table, re.MULTILINE)[1:]
    known = {
        fold_header(header)
        for field in (*ORDER_FIELDS, *ITEM_FIELDS)
        for header in (field.path, *field.headers.split(", "))
    }
    words = [fold_header(word) for row in promised for word in row.split(", ")]
    assert len(words) > 15
    assert [word for word in words if word not in known] == []


def test_the_readme_is_short_and_its_commands_exist():
    assert len(README.splitlines()) <= 150
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"`make (\w+)`", README)) <= set(targets)
