"""The documents say what the code does."""

import ast
import json
import re
from pathlib import Path

import pytest

from bikorders.arguments import build_parser
from bikorders.bik.get_order import dump_order
from bikorders.environment import PREFIX
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.fields import ITEM_FIELDS, ORDER_FIELDS
from bikorders.reading.header_spelling import fold_header
from bikorders.reading.native_headers import list_headers
from bikorders.reading.problems import KINDS
from bikorders.reading.shop_settings import Options
from bikorders.serving.http_errors import REASONS, STATUSES
from bikorders.settings import TABLE
from bikorders.sheet.workbook import Tab, Workbook

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETUP = (ROOT / "docs" / "setup.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
MERCHANT = (ROOT / "docs" / "merchant.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

PACKAGES = sorted(path.parent.name for path in ROOT.glob("bikorders/*/__init__.py"))


def list_rows(heading: str, text: str = REFERENCE) -> list[list[str]]:
    """Give the cells of the tables below a heading."""
    section = re.split(r"^## ", text.partition(f"\n## {heading}\n")[2], flags=re.MULTILINE)[0]
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in section.splitlines()
        if line[:1] == "|" and set(line) - set("|- ")
    ]


@pytest.mark.parametrize("name", TABLE)
def test_the_documents_name_every_setting_with_its_default(name):
    (row,) = [row for row in list_rows("Settings") if f"`{PREFIX}{name}`" in row[0]]
    assert TABLE[name].default in row[1]


@pytest.mark.parametrize("text", [README, SETUP, REFERENCE, MERCHANT, ARCHITECTURE, CONTRIBUTING])
def test_the_documents_name_no_setting_that_is_not_there(text):
    assert set(re.findall(rf"{PREFIX}([A-Z_]+)", text)) <= set(TABLE)


@pytest.mark.parametrize("status", sorted({s for s, _ in STATUSES.values()} | REASONS.keys() - {500}))
def test_the_documents_explain_every_error(status):
    assert any(str(status) in row[0] for row in list_rows("Errors over HTTP"))


def test_the_documents_name_every_command_and_its_options():
    help_text = build_parser().format_help()
    commands = re.findall(r"^    (\w+) ", help_text, re.MULTILINE)
    assert len(commands) > 2
    told = " ".join(cell for row in list_rows("Commands") for cell in row)
    for command in commands:
        assert f"`bikorders {command}" in told
    (subparsers,) = (action.choices for action in build_parser()._actions if isinstance(action.choices, dict))
    options = {
        option for parser in subparsers.values() for option in re.findall(r"--[a-z]+", parser.format_usage())
    }
    assert options - {"--help"} <= set(re.findall(r"--[a-z]+", told))


@pytest.mark.parametrize("code", KINDS)
def test_the_documents_say_what_every_problem_means_and_what_to_do(code):
    kind = KINDS[code]
    words = [text.format(text="…", field="…", place="…") for text in (kind.message, kind.hint)]
    assert [f"`{code}`", kind.level, *words] in list_rows("What check says")


ERRORS = {"SettingsError", "SheetUnusable", "SourceUnavailable", "OrderConflict", "JournalUnavailable"}


@pytest.mark.parametrize("path", sorted((ROOT / "bikorders").rglob("*.py")), ids=lambda path: path.stem)
def test_every_message_says_what_to_do(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            hint = node.args[1:2] or [word.value for word in node.keywords if word.arg == "hint"]
            assert hint and ast.unparse(hint[0]) not in ("''", "None"), ast.unparse(node)


def test_the_headers_that_the_documents_promise_are_understood():
    table = REFERENCE.partition("## How your sheet is read")[2].partition("**A tab of orders")[0]
    promised = re.findall(r"^\| ([^|`]+) \|", table, re.MULTILINE)[1:]
    known = {
        fold_header(header)
        for field in (*ORDER_FIELDS, *ITEM_FIELDS)
        for header in (field.path, *(header for header, _, _ in list_headers(field)))
    }
    words = [fold_header(word) for row in promised for word in re.split(", or |, | and ", row)]
    assert len(words) > 15
    assert [word for word in words if word not in known] == []


def read_examples() -> list[tuple[list[list[str]], dict]]:
    """Give the example sheets, as rows of cells, each with the answer below it."""
    section = REFERENCE.partition("**A tab of orders")[2].partition("## Orders from Bik")[0]
    tables = re.findall(r"((?:^\|.*\|\n)+)\n```json\n(.*)\n```", section, re.MULTILINE)
    return [
        (
            [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()],
            json.loads(answer),
        )
        for table, answer in tables
    ]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_example_sheets_give_the_answers_that_are_shown(number):
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
    assert len(README.splitlines()) <= 60
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"\bmake (\w+)`", README + SETUP + CONTRIBUTING)) <= set(targets)


def test_the_architecture_names_every_package():
    table = ARCHITECTURE.partition("\n## The packages\n")[2].partition("\n## ")[0]
    named = {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.partition(" | ")[0])}
    alone = {path.stem for path in ROOT.glob("bikorders/[!_]*.py")}
    assert named == {*PACKAGES, *alone}


@pytest.mark.parametrize(
    "name",
    [name for name in sorted(set(re.findall(rf"`((?:{'|'.join(PACKAGES)})/[\w/.]+)`", ARCHITECTURE)))],
)
def test_every_module_and_file_that_the_architecture_names_is_there(name):
    path = ROOT / "bikorders" / name
    assert path.is_file() or path.is_dir() or path.with_suffix(".py").is_file()


def test_the_architecture_names_tables_that_are_where_it_says():
    tables = re.findall(r"`(\w+/\w+)`, `([A-Z_]+)`", ARCHITECTURE)
    assert len(tables) > 4
    for module, table in tables:
        text = (ROOT / "bikorders" / f"{module}.py").read_text(encoding="utf-8")
        assert re.search(rf"^{table}\b.* = ", text, re.MULTILINE), (module, table)


DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/merchant.md",
    "docs/reference.md",
    "docs/setup.md",
    "deploy/README.md",
    "deploy/backup.md",
    "deploy/refresh.md",
    "deploy/refresh.md",
]


def list_anchors(path: Path) -> set[str]:
    """Give the names by which a page's headings can be linked to."""
    headings = [line.lstrip("# ") for line in path.read_text("utf-8").splitlines() if line[:1] == "#"]
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_link_and_picture_of_the_documents_is_there(path):
    page = ROOT / path
    for target in re.findall(r"\]\(([^)]+)\)|src=\"([^\"]+)\"", page.read_text(encoding="utf-8")):
        link = "".join(target)
        if "://" not in link:
            name, _, anchor = link.partition("#")
            linked = page.parent / name if name else page
            assert linked.exists(), link
            assert not anchor or anchor in list_anchors(linked), link


def test_every_problem_that_is_worded_can_come_up():
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "bikorders").rglob("*.py")
        if path.stem not in ("problems", "settings_problems")
    )
    assert [kind for kind in KINDS if f'"{kind}"' not in code] == []
