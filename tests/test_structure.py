"""The code stays easy to find one's way in: short files, and no reaching into another module."""

import ast
import re
import sys
from pathlib import Path

import pytest

import bikorders

PACKAGE = Path(bikorders.__file__).parent
MODULES = [path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*.py"))]

MOST_LINES = 300

PURE = re.compile(
    r"(?:text|errors|(?:reading|orders)/\w+|sheet/(?:workbook|edits|template|grid)|sheet/google/batch_update"
    r"|bik/(?:contract|get_order|place_order|answer_checks|auth)|placing/(?:numbering|row_plan|repair)"
    r"|alarm/(?:rules|wording)"
    r"|merchant/(?:report\w*|column_checks|summary|init_plan))\.py"
)
"""The modules that only compute: they read no file, no clock and no network."""

IMPURE = frozenset(
    "argparse asyncio concurrent datetime glob http io locale logging os pathlib multiprocessing queue random select "
    "shutil signal socket subprocess sys tempfile threading time uuid".split()
)
ONLY_IN = {
    "apprise": {"alarm"},
    "babel": {"reading"},
    "bottle": {"serving", "merchant"},
    "dotenv": {"environment.py"},
    "google": {"sheet"},
    "gspread": {"sheet"},
    "msgspec": {"alarm", "bik", "orders", "reading", "sheet"},
    "phonenumbers": {"reading", "settings.py"},
    "requests": {"bik", "sheet"},
    "sqlite3": {"placing"},
    "urllib3": {"bik", "sheet"},
    "waitress": {"serving"},
}
"""Packages of others that not every part may know, and the database; with the parts that may."""


def list_private_imports(path: Path) -> list[str]:
    """List the private names that a module takes from others of the package: imported, or as `module._name`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules, found = set(), []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "bikorders":
            found += [alias.name for alias in node.names if is_private(alias.name)]
            modules |= {
                alias.asname or alias.name for alias in node.names if is_module(node.module, alias.name)
            }
        elif isinstance(node, ast.Import):
            names = [alias for alias in node.names if alias.name.partition(".")[0] == "bikorders"]
            found += [alias.name for alias in names if any(map(is_private, alias.name.split(".")))]
            modules |= {alias.asname or "bikorders" for alias in names}
    return found + [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and is_private(node.attr)
        and ast.unparse(node.value).partition(".")[0] in modules
    ]


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def is_module(package: str | None, name: str) -> bool:
    place = PACKAGE.parent.joinpath(*(package or "").split("."), name)
    return place.is_dir() or place.with_suffix(".py").is_file()


@pytest.mark.parametrize("module", MODULES)
def test_no_file_has_over_300_lines(module):
    lines = (PACKAGE / module).read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES


@pytest.mark.parametrize("module", MODULES)
def test_no_private_name_is_taken_from_another_module(module):
    assert list_private_imports(PACKAGE / module) == []


def test_every_way_to_take_a_private_name_is_seen(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(
        "from bikorders.text import _a, fold_text\n"
        "import bikorders.cli as command\n"
        "from bikorders import terminal\n"
        "command._b, terminal._c, fold_text._d\n",
        "utf-8",
    )
    assert list_private_imports(path) == ["_a", "command._b", "terminal._c"]


def list_foreign_imports(module: str) -> set[str]:
    """List what a module imports from outside of the package, at the top and within functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((PACKAGE / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole path"
            names.add((node.module or "").partition(".")[0])
    return names - {"bikorders"}


@pytest.mark.parametrize("module", [module for module in MODULES if PURE.fullmatch(module)])
def test_the_pure_modules_touch_nothing_outside(module):
    assert not list_foreign_imports(module) & IMPURE
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not calls & {"open", "print", "input", "__import__"}


@pytest.mark.parametrize("module", MODULES)
def test_packages_of_others_are_known_in_few_places(module):
    others = list_foreign_imports(module) - (sys.stdlib_module_names - ONLY_IN.keys())
    assert {name for name in others if module.partition("/")[0] not in ONLY_IN.get(name, ())} == set()
