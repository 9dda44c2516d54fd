"""The code stays easy to find one's way in: short files, and no reaching into another module."""

import ast
from pathlib import Path

import pytest

import bikorders

PACKAGE = Path(bikorders.__file__).parent
MODULES = [path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*.py"))]

MOST_LINES = 300


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
