"""What is handed over: the wheel, and the files that make a server out of it."""

import importlib.metadata
import os
import re
import shlex
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from bikorders.placing.journal import Journal
from bikorders.placing.numbering import parse_id_template
from bikorders.serving.app import MAX_ORDER
from bikorders.serving.server import MAX_HEADER, STOP_WITHIN
from bikorders.settings import PREFIX, TABLE

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "bikorders.service").read_text(encoding="utf-8")
CADDYFILE = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
README = (DEPLOY / "README.md").read_text(encoding="utf-8")
SCRIPTS = ["update", "rollback", "switch"]


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
    views = folder / "bikorders" / "merchant" / "views"
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
    assert {
        "bikorders/py.typed",
        "bikorders/sheet/sample/Orders.csv",
        "bikorders/bik/openapi.json",
    } <= package
    described = {name for name in wheel if name.partition("/")[0].endswith(".dist-info")}
    assert wheel - described == package | {"bikorders/merchant/views/later.svg"}


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


@pytest.mark.parametrize("file", ["bikorders.service", "bikorders.env", "README.md", "switch"])
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


def test_restarts_that_do_not_help_come_later_each_time():
    assert re.search(r"^RestartSteps=\d+$", UNIT, re.MULTILINE)
    assert re.search(r"^RestartMaxDelaySec=60$", UNIT, re.MULTILINE)


# The proxy


def test_the_proxy_lets_through_what_the_server_takes_and_little_more():
    limit = int(re.search(r"max_size (\d+)KB", CADDYFILE)[1]) * 1000
    assert 2 * MAX_ORDER < limit < 3 * MAX_ORDER


def test_the_proxy_waits_for_no_header_or_body_as_long_as_the_server_would():
    timeouts = [int(seconds) for seconds in re.findall(r"read_\w+ (\d+)s", CADDYFILE)]
    assert len(timeouts) == 2 and max(timeouts) < 60
    assert int(re.search(r"max_header_size (\d+)KB", CADDYFILE)[1]) * 1024 < MAX_HEADER
    assert re.search(r"^\s*keepalive off$", CADDYFILE, re.MULTILINE)


def test_the_proxy_passes_every_path_on_to_where_the_server_listens():
    address = f"{TABLE['HOST'].default}:{TABLE['PORT'].default}"
    assert re.findall(r"^\s*reverse_proxy (.*)$", CADDYFILE, re.MULTILINE) == [address + " {"]
    site = CADDYFILE.partition("handle_errors")[0]
    assert not re.search(r"^\s*(@|handle|route|respond|redir|rewrite|uri)", site, re.MULTILINE)


def test_the_proxy_understands_its_file(tmp_path):
    command = [need("caddy"), "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"]
    done = subprocess.run(command, env={"HOME": str(tmp_path)}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


# Update and roll-back


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_has_no_flaw_that_a_checker_sees(name):
    assert os.access(DEPLOY / name, os.X_OK)
    subprocess.run(["sh", "-n", DEPLOY / name], check=True)
    done = subprocess.run([need("shellcheck"), DEPLOY / name], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()


STUBS = {
    "systemctl": """case "$*" in
        *is-active*) ! grep -q crashes current/kind;;
        *show*) cat restarts;;
        *reset-failed*) echo 0 >restarts;;
        esac""",
    "curl": """if grep -qE 'HUP|TERM' current/kind; then kill -$(cat current/kind) $PPID; fi
        ! grep -qE 'silent|HUP|TERM' current/kind""",
    "journalctl": "echo a line of the journal",
    "sleep": "exit 0",
}
"""Stand-ins for what a machine of its own would have; the kind of the release decides.

One of a signal's name is broken off by it while it starts.
"""


@pytest.fixture
def server(tmp_path):
    """Make a server of three releases, of which `good` runs; called, it runs a script and gives the exit code."""
    (tmp_path / "deploy").mkdir()
    for name in SCRIPTS:
        script = (DEPLOY / name).read_text(encoding="utf-8")
        copy = tmp_path / "deploy" / name
        copy.write_text(re.sub("/(opt|etc)/bikorders", str(tmp_path), script), encoding="utf-8")
        copy.chmod(0o755)
    (tmp_path / "bin").mkdir()
    for name, body in STUBS.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (tmp_path / "bin" / name).chmod(0o755)
    for kind in ("good", "better", "crashes", "silent", "HUP", "TERM"):
        (tmp_path / "releases" / kind).mkdir(parents=True)
        (tmp_path / "releases" / kind / "kind").write_text(kind, encoding="utf-8")
    (tmp_path / "bikorders.env").touch()
    (tmp_path / "restarts").write_text("0", encoding="utf-8")

    def run(script, *kinds):
        command = [tmp_path / "deploy" / script, *(tmp_path / "releases" / kind for kind in kinds)]
        env = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
        return subprocess.run(command, env=env, capture_output=True, encoding="utf-8", check=False)

    run.current = lambda: (tmp_path / "current").readlink().name
    assert run("switch", "good").returncode == 0
    return run


def test_a_release_that_comes_up_stays_and_rollback_goes_back_and_forth(server):
    assert server("switch", "better").returncode == 0
    assert server.current() == "better"
    for current in ("good", "better"):
        assert server("rollback").returncode == 0
        assert server.current() == current


@pytest.mark.parametrize("kind", ["crashes", "silent"])
def test_a_release_that_does_not_come_up_is_gone_back_from(server, kind):
    server("switch", "better")
    done = server("switch", kind)
    assert done.returncode == 1
    assert "did not come up" in done.stderr and "a line of the journal" in done.stderr
    assert "Running again" in done.stderr
    assert server.current() == "better"
    assert server("rollback").returncode == 0
    assert server.current() == "good"


@pytest.mark.parametrize("signal", ["HUP", "TERM"])
def test_a_switch_that_is_broken_off_leaves_the_release_that_ran_before(server, signal):
    server("switch", "better")
    assert server("switch", signal).returncode == 1
    assert server.current() == "better"
    assert server("rollback").returncode == 0
    assert server.current() == "good"


def test_restarts_of_the_release_before_are_not_counted_against_the_new_one(server, tmp_path):
    (tmp_path / "restarts").write_text("3", encoding="utf-8")
    assert server("switch", "better").returncode == 0
    assert server.current() == "better"


def test_a_rollback_with_nothing_to_go_back_to_says_so(server):
    done = server("rollback")
    assert (done.returncode, done.stderr) == (1, "There is no version to go back to.\n")
    assert server.current() == "good"


# The README


def test_the_readme_names_files_that_exist_and_fits_on_a_page():
    commands = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL)) + README
    names = {
        *re.findall(r"/opt/bikorders/source/deploy/(\w+)", commands),
        *re.findall(r"^\./(\w+)", commands, re.MULTILINE),
        *re.findall(r"^install -m 600 ([\w.]+) ", commands, re.MULTILINE),
        *re.findall(r"\]\((\w[\w.]+)\)", commands),
    }
    assert {"update", "rollback", "bikorders.env", "refresh.gs"} <= names
    assert [name for name in names if not (DEPLOY / name).is_file()] == []
    assert len(README.partition("\n## ")[0].splitlines()) <= 60


# Backups


BACKUP_UNIT = (DEPLOY / "bikorders-backup@.service").read_text(encoding="utf-8")


def run_commands(folder, *lines):
    """Run lines in a folder as the unit or the README has them, each by itself; our command stands for the installed one."""
    stubs = {
        "bikorders": f'exec {sys.executable} -m bikorders "$@"',
        "systemctl": f'echo "$@" >>{folder}/calls',
    }
    (folder / "bin").mkdir(exist_ok=True)
    for name, body in stubs.items():
        (folder / "bin" / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (folder / "bin" / name).chmod(0o755)
    environ = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    environ |= {"SHOP": "rosa", "BACKUP": str(folder / "backup")}
    for line in lines:
        text = line.replace("/opt/bikorders/current/bin/bikorders", "bikorders")
        subprocess.run(["sh", "-ec", text], cwd=folder, env=environ, check=True)


def add_orders(path, count):
    """Begin a journal with orders that wait."""
    with closing(Journal(path)) as journal:
        for number in range(count):
            journal.add(
                f"nb_{number}", "", lambda order_id: b'{"order": {}}', parse_id_template("{number}"), 0, 0.0
            )


def list_backup_commands():
    return [
        shlex.split(line.partition("=")[2].replace("$$", "$").replace("%%", "%"))[2]
        for line in BACKUP_UNIT.splitlines()
        if line.startswith("ExecStart")
    ]


def test_the_daily_backup_is_whole_and_takes_the_place_of_the_oldest_of_14(tmp_path):
    add_orders(tmp_path / "bikorders.sqlite3", 3)
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 16):
        (folder / f"2026-07-{day:02}T000000Z.sqlite3").touch()
    run_commands(tmp_path, *list_backup_commands())
    *older, newest = sorted(folder.iterdir())
    assert [file.name[8:10] for file in older] == [f"{day:02}" for day in range(3, 16)]
    with closing(Journal(newest)) as journal:
        assert journal.count_waiting()[0] == 3


def test_a_backup_that_fails_takes_none_of_those_before_away(tmp_path):
    (tmp_path / "backups").mkdir()
    for day in range(1, 16):
        (tmp_path / "backups" / f"2026-07-{day:02}T000000Z.sqlite3").touch()
    with pytest.raises(subprocess.CalledProcessError):
        run_commands(tmp_path, *list_backup_commands())
    assert len([*(tmp_path / "backups").iterdir()]) == 15


def test_the_steps_of_the_readme_bring_a_journal_back_whatever_was_in_its_place(tmp_path):
    (steps,) = [block for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if "$BACKUP" in block]
    state = tmp_path / "rosa"
    state.mkdir()
    steps = steps.replace("/var/lib/bikorders", str(tmp_path))
    for count in (3, 2):  # on a server of its own, and again on one that has a journal
        add_orders(tmp_path / "made", count)
        with closing(Journal(tmp_path / "made")) as journal:
            journal.back_up(tmp_path / "backup")
        run_commands(tmp_path, steps)
        with closing(Journal(state / "bikorders.sqlite3")) as journal:
            assert (journal.count_waiting()[0], journal.is_at_home()) == (count, False)
        assert stat.S_IMODE((state / "bikorders.sqlite3").stat().st_mode) == 0o600
        with closing(sqlite3.connect(state / "bikorders.sqlite3")) as left:  # as after a kill
            left.execute("CREATE TABLE later (x)")
            left.commit()
        (tmp_path / "backup").unlink()
        (tmp_path / "made").unlink()
    assert (tmp_path / "calls").read_text().split("\n")[:2] == ["stop bikorders@rosa", "start bikorders@rosa"]


def test_the_backup_runs_as_closed_as_the_service_and_without_a_network():
    ours = set(BACKUP_UNIT.splitlines())
    section = UNIT.partition("DynamicUser=yes")[2].partition("[Install]")[0]
    closed = {line for line in section.splitlines() if line and line[0] != "#"}
    assert {line.partition("=")[0] for line in closed - ours} <= {"User", "RestrictAddressFamilies"}
    assert {"PrivateNetwork=yes", "RestrictAddressFamilies=none", "UMask=0077"} <= ours


def test_the_units_of_the_backup_are_understood_by_systemd(tmp_path):
    files = [tmp_path / f"bikorders-backup@rosa.{kind}" for kind in ("service", "timer")]
    for file in files:
        shutil.copy(DEPLOY / f"bikorders-backup@{file.suffix}", file)
    done = subprocess.run(
        [need("systemd-analyze"), "verify", *files], capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_update_installs_what_sends_messages_to_the_owner():
    assert '"$release/source[notify]"' in (DEPLOY / "update").read_text(encoding="utf-8")


# The dependencies


def test_every_dependency_that_is_installed_here_is_pinned_to_its_version():
    pins = dict(
        line.split("==")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
    pinned = {fold_name(name): version for name, version in pins.items()}
    assert len(pinned) == len(pins)
    installed = dict(list_dependencies("bikorders", {"dev"}))
    assert len(installed) > 20
    assert {name: pinned.get(name) for name in installed} == installed


def fold_name(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def list_dependencies(name, extras=(), seen=None):
    """Give what a package needs here, with the versions that are installed, and what these need."""
    seen = set() if seen is None else seen
    for text in importlib.metadata.requires(name) or ():
        needed = Requirement(text)
        folded = fold_name(needed.name)
        wanted = needed.marker is None or any(
            needed.marker.evaluate({"extra": extra}) for extra in ("", *extras)
        )
        if wanted and folded not in seen:
            seen.add(folded)
            yield folded, importlib.metadata.version(folded)
            yield from list_dependencies(folded, needed.extras, seen)
