"""Small workbooks as people keep them, each with an order that is asked for and what a careful reader is certain of.

A file of `corpus/workbooks` is text in sections. The first lines say what it is about; then come

    === tab TITLE         the tab's cells as CSV; `=5` is the number 5, `=TRUE` a ticked box
    === options           words such as `country=GB currency=EUR`, where they are not the default
    === settings          the problems of the Settings tab, one on a line: `code Tab!A1`
    === unusable          instead of anything asked: the workbook can't hold orders
    === ask ID            the whole order as JSON, or the class of the error
    === problems          those of the order just asked for
    === differs           why the answer is not yet this one
"""

import csv
import io
import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bikorders import errors
from bikorders.bik.get_order import dump_order
from bikorders.errors import BikordersError, SheetUnusable
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.shop_settings import Options
from bikorders.sheet.workbook import Raw, Tab, Workbook
from tests.description import assert_schema

FOLDER = Path(__file__).parents[1] / "corpus" / "workbooks"
FILES = sorted(FOLDER.glob("*.txt"))


@dataclass
class Question:
    """An order id, what must be answered, and the problems that must be told, as `code Tab!A1`."""

    order_id: str
    answer: str
    problems: set[str] = field(default_factory=set)


@dataclass
class Case:
    tabs: dict[str, Tab] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
    questions: list[Question] = field(default_factory=list)
    settings: set[str] = field(default_factory=set)
    is_unusable: bool = False
    differs: str = ""


def read_case(text: str) -> Case:
    case = Case()
    _, *sections = ("\n" + text).split("\n=== ")
    for section in sections:
        heading, _, body = section.partition("\n")
        kind, _, argument = heading.partition(" ")
        match kind:
            case "tab":
                case.tabs[argument] = Tab(argument, read_cells(body))
            case "options":
                case.options = Options(**dict(word.split("=", 1) for word in body.split()))
            case "settings":
                case.settings = read_problems(body)
            case "unusable":
                case.is_unusable = True
            case "ask":
                case.questions.append(Question(argument, body.strip()))
            case "problems":
                case.questions[-1].problems = read_problems(body)
            case "differs":
                case.differs = " ".join(body.split())
            case _:
                raise ValueError(f"no section is called {kind}")
    return case


def read_cells(text: str) -> list[list[Raw]]:
    return [
        [type_cell(cell) for cell in row] for row in csv.reader(io.StringIO(text.rstrip("\n"), newline=""))
    ]


def type_cell(cell: str) -> Raw:
    if not cell.startswith("="):
        return cell
    if cell in ("=TRUE", "=FALSE"):
        return cell == "=TRUE"
    return float(cell[1:]) if "." in cell or "e" in cell else int(cell[1:])


def read_problems(text: str) -> set[str]:
    return {line for line in text.splitlines() if line}


def list_cases() -> list[object]:
    """Give every file; one whose answer is known to differ must go on differing until the file says otherwise."""
    cases = []
    for file in FILES:
        differs = read_case(file.read_text("utf-8")).differs
        marks = [pytest.mark.xfail(reason=differs, strict=True)] if differs else []
        cases.append(pytest.param(file, id=file.stem, marks=marks))
    return cases


@pytest.mark.parametrize("file", list_cases())
def test_the_answer_is_what_a_careful_reader_is_certain_of(file):
    case = read_case(file.read_text("utf-8"))
    workbook = Workbook(case.tabs)
    if case.is_unusable:
        with pytest.raises(SheetUnusable):
            Snapshot(workbook, case.options)
        return
    snapshot = Snapshot(workbook, case.options)
    settings = {f"{p.code} {p.tab}!{p.cell}" for p in snapshot.context.shop_settings.problems}
    assert settings == case.settings
    assert case.questions
    for question in case.questions:
        if not question.answer.startswith("{"):
            error = getattr(errors, question.answer)
            assert issubclass(error, BikordersError)
            with pytest.raises(error):
                snapshot.get_order(question.order_id)
            continue
        order = snapshot.get_order(question.order_id)
        answer = json.loads(dump_order(order))
        assert_schema("OrderAnswer", answer)
        assert answer["order"] == json.loads(question.answer)
        assert {f"{p.code} {p.tab}!{p.cell}" for p in order.problems} == question.problems


def test_there_are_enough_workbooks():
    assert len(FILES) >= 60
