"""Who may import whom: inner parts know nothing of outer ones, and nothing heavy is loaded unasked."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import bikorders

PACKAGE = Path(bikorders.__file__).parent

MAY_IMPORT = {
    "errors": "",
    "workbook": "",
    "cells": "workbook",
    "words": "workbook",
    "currencies": "cells workbook",
    "money": "cells currencies workbook",
    "lines": "workbook",
    "couriers": "cells words workbook",
    "problems": "workbook errors",
    "fields": "",
    "columns": "currencies fields workbook",
    "entries": "cells columns fields words workbook",
    "settings_tab": "cells columns currencies problems words workbook",
    "reading": "cells columns currencies fields entries money problems settings_tab words workbook",
    "states": "cells reading words workbook",
    "sums": "cells entries money reading words workbook",
    "tabs": "columns fields entries errors reading settings_tab workbook",
    "orders": "cells columns fields couriers entries errors lines problems reading states sums words workbook",
    "snapshot": "entries errors orders reading settings_tab tabs workbook",
    "oddities": "cells columns entries problems reading snapshot sums workbook",
    "check": "cells columns entries fields oddities orders problems settings_tab snapshot sums tabs words workbook",
    "standard": "workbook",
    "additions": "standard workbook",
    "provision": "additions entries errors reading snapshot standard tabs words workbook",
    "grids": "",
    "sheet_setup": "additions errors grids workbook",
    "sheet_requests": "additions grids standard workbook",
    "bik": "entries errors orders reading workbook",
    "telling": "orders reading",
    "placing": "bik cells entries errors orders reading words workbook",
    "contract": "words",
    "rows": "additions cells columns entries errors fields lines placing reading snapshot standard workbook",
    "settings": "cells currencies errors placing",
    "sources": "errors grids workbook sources.files sources.google sources.google_write",
    "sources.files": "errors money workbook",
    "sources.google": "errors workbook sources.connection sources.values",
    "sources.values": "",
    "sources.google_write": "grids sources.connection workbook",
    "sources.connection": "errors sources.timelimit",
    "sources.timelimit": "",
    "quota": "errors",
    "courtesy": "",
    "logbook": "terminal",
    "cache": "courtesy errors quota snapshot workbook",
    "journal": "errors placing",
    "sinks": "additions errors grids sheet_requests sources sources.files workbook",
    "desk": "additions cache errors journal placing rows sinks snapshot workbook",
    "links": "cache orders workbook",
    "service": "problems errors bik cache check desk links placing orders snapshot",
    "throttle": "",
    "pages": "desk errors bik cache check orders problems service telling throttle",
    "web": "errors bik logbook pages settings service throttle",
    "server": "errors bik web",
    "terminal": "check errors problems workbook",
    "checking": "journal check errors snapshot sources terminal workbook",
    "init": (
        "additions check errors grids orders provision reading settings sheet_requests sheet_setup snapshot sources "
        "sources.files tabs terminal workbook"
    ),
    "trying": "contract placing settings terminal",
    "cli": "trying desk journal rows sinks init checking terminal errors bik links logbook reading snapshot tabs settings sources quota cache service web server",
    "__main__": "cli",
    "": "",
}
"""Each module, and those of the package that it may import; "" is the package itself, with the version."""

PURE = tuple(list(MAY_IMPORT)[: list(MAY_IMPORT).index("settings")])
IMPURE = {
    *(
        "argparse",
        "asyncio",
        "concurrent",
        "datetime",
        "glob",
        "http",
        "io",
        "locale",
        "logging",
        "os",
        "pathlib",
    ),
    *("multiprocessing", "queue", "random", "select", "shutil", "signal", "socket", "subprocess", "sys"),
    *("tempfile", "threading", "time", "uuid"),
}
ONLY_IN = {
    "gspread": {"sources.connection"},
    "google": {"sources.connection"},
    "requests": {"sources.connection", "sources.timelimit"},
    "urllib3": {"sources.timelimit"},
    "bottle": {"pages", "web"},
    "waitress": {"server"},
    "dotenv": {"settings"},
    "phonenumbers": {"cells", "settings", "settings_tab"},
    "sqlite3": {"journal"},
}
"""Packages that not every module may know, and those that may: the packages of others, and the database."""


def _name(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {_name(path): ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def find_imports(tree):
    """Name everything that a module imports, within functions too, with dots and all."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole path"
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = {f"bikorders.{name}" for name in TREES}
            yield from (name if name in modules else node.module for name in whole)


OWN = {
    name: {
        imported.removeprefix("bikorders").removeprefix(".")
        for imported in find_imports(tree)
        if imported.partition(".")[0] == "bikorders"
    }
    for name, tree in TREES.items()
}
FOREIGN = {
    name: {imported.partition(".")[0] for imported in find_imports(tree)} - {"bikorders"}
    for name, tree in TREES.items()
}


def test_every_module_has_its_place():
    assert set(TREES) == set(MAY_IMPORT)


@pytest.mark.parametrize("name", TREES)
def test_a_module_imports_only_what_lies_further_in(name):
    assert OWN[name] - {""} <= set(MAY_IMPORT[name].split())


def test_imports_run_one_way():
    for graph in (OWN, {name: allowed.split() for name, allowed in MAY_IMPORT.items()}):
        TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("name", PURE)
def test_the_pure_modules_touch_nothing_outside(name):
    assert not FOREIGN[name] & IMPURE
    calls = {ast.unparse(node.func) for node in ast.walk(TREES[name]) if isinstance(node, ast.Call)}
    assert not calls & {"open", "print", "input", "__import__"}


def test_packages_of_others_are_known_in_one_place_only():
    free = sys.stdlib_module_names - set(ONLY_IN)
    assert {module for name in FOREIGN for module in FOREIGN[name]} - free == set(ONLY_IN)
    for package, places in ONLY_IN.items():
        assert {name for name in FOREIGN if package in FOREIGN[name]} <= places


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("bikorders", ["bottle", "waitress", "dotenv", "phonenumbers", "gspread", "google", "requests"]),
        ("bikorders.cli", ["gspread", "google.auth", "google.oauth2", "requests"]),
    ],
)
def test_importing_loads_nothing_heavy(module, unwanted):
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({unwanted})))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.split() == []
