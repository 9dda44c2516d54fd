"""What is handed over: the wheel, and the files that make a server out of it."""

import importlib.metadata
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from bikorders.server import STOP_WITHIN
from bikorders.settings import PREFIX, TABLE
from bikorders.web import MAX_BODY

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "bikorders.service").read_text(encoding="utf-8")
CADDYFILE = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")


def need(command):
    """Give the path of a command that not every machine has, or skip."""
    return shutil.which(command) or pytest.skip(f"{command} is not installed")


# The wheel


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


# The unit


def get_limit(name):
    return int(re.search(rf"^{name}=(\d+)M?$", UNIT, re.MULTILINE)[1])


def test_the_unit_is_as_closed_as_it_was_meant_to_be():
    command = [
        need("systemd-analyze"),
        "security",
        "--offline=true",
        "--no-pager",
        DEPLOY / "bikorders.service",
    ]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze judges only units that are installed")
    exposure, level = re.search(
        r"exposure level for bikorders.service: (\d+\.\d) (\w+)", done.stdout
    ).groups()
    assert float(exposure) <= 2.0 and level == "OK"


@pytest.mark.parametrize("file", ["bikorders.service", "bikorders.env", "README.md"])
def test_what_is_set_is_a_setting(file):
    names = re.findall(rf"{PREFIX}([A-Z_]+)", (DEPLOY / file).read_text(encoding="utf-8"))
    assert names and set(names) <= set(TABLE)


def test_the_unit_grants_what_the_server_may_need():
    assert get_limit("TimeoutStopSec") > STOP_WITHIN + 2
    with pytest.raises(ValueError):
        TABLE["THREADS"].parse(str(get_limit("TasksMax") - 16))
    assert get_limit("LimitNOFILE") > 2000
    assert get_limit("MemoryMax") < 400


def test_a_wrong_setting_is_not_tried_again():
    assert re.search(r"^RestartPreventExitStatus=.*\b2\b", UNIT, re.MULTILINE)


# The proxy


def test_the_proxy_lets_through_what_the_server_takes_and_little_more():
    limit = int(re.search(r"max_size (\d+)KB", CADDYFILE)[1]) * 1000
    assert 4 * MAX_BODY < limit < 6 * MAX_BODY


def test_the_proxy_passes_every_path_on_to_where_the_server_listens():
    address = f"{TABLE['HOST'].default}:{TABLE['PORT'].default}"
    assert re.findall(r"^\s*reverse_proxy (.*)$", CADDYFILE, re.MULTILINE) == [address + " {"]
    site = CADDYFILE.partition("handle_errors")[0]
    assert not re.search(r"^\s*(@|handle|route|respond|redir|rewrite|uri)", site, re.MULTILINE)


def test_the_proxy_understands_its_file(tmp_path):
    command = [need("caddy"), "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"]
    done = subprocess.run(command, env={"HOME": str(tmp_path)}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
