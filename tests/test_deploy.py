"""What is handed over: the wheel, and the files that make a server out of it."""

import importlib.metadata
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """Build the wheel from a copy, with one file of a kind that comes with the pages; gives the names in it."""
    try:
        importlib.metadata.version("setuptools")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("setuptools, which builds the wheel, is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "setup.cfg", "README.md"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "bikorders", folder / "bikorders", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__", "corpus"))
    views = folder / "bikorders" / "views"
    views.mkdir(exist_ok=True)
    (views / "later.svg").touch()
    build = "from setuptools import build_meta; build_meta.build_wheel('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=folder, check=True, capture_output=True)
    (built,) = (folder / "dist").glob("*.whl")
    with ZipFile(built) as file:
        return {name for name in file.namelist() if not name.endswith("/")}


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "bikorders").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert {"bikorders/py.typed", "bikorders/sources/sample/Orders.csv"} <= package
    described = {name for name in wheel if name.partition("/")[0].endswith(".dist-info")}
    assert wheel - described == package | {"bikorders/views/later.svg"}
