"""What is handed over: the wheel, and the files that make a server out of it."""

import importlib.metadata
import json
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

from bikorders.cache.watch import HANGS_AFTER
from bikorders.placing.journal import Journal
from bikorders.placing.numbering import parse_id_template
from bikorders.serving.app import MAX_ORDER
from bikorders.serving.server import MAX_HEADER, STOP_WITHIN
from bikorders.settings import PREFIX, TABLE, read_settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "bikorders@.service").read_text(encoding="utf-8")
CADDYFILE = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
README = (DEPLOY / "README.md").read_text(encoding="utf-8")
SHOP_SCRIPTS = ["add-shop", "remove-shop", "adopt-shop", "bikorders-shop"]
SCRIPTS = ["update", "rollback", "switch", *SHOP_SCRIPTS]
SHOPS = ["lily", "rosa", "tara"]


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


def test_the_unit_is_as_closed_as_it_was_meant_to_be(tmp_path):
    unit = shutil.copy(DEPLOY / "bikorders@.service", tmp_path / "bikorders@rosa.service")
    command = [need("systemd-analyze"), "security", "--offline=true", "--no-pager", unit]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze judges only units that are installed")
    exposure, level = re.search(
        r"exposure level for bikorders@rosa.service: (\d+\.\d) (\w+)", done.stdout
    ).groups()
    assert float(exposure) <= 2.0 and level == "OK"


@pytest.mark.parametrize("file", ["bikorders@.service", "bikorders.env", "README.md", "shop.sh", "add-shop"])
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


def test_the_watchdog_is_more_patient_than_the_thread_that_it_hears_of():
    assert get_limit("WatchdogSec") > 2 * HANGS_AFTER


@pytest.mark.parametrize(
    "name", ["User", "EnvironmentFile", "LoadCredential", "StateDirectory", "WorkingDirectory"]
)
def test_no_shop_shares_its_user_files_or_secrets_with_another(name):
    values = re.findall(rf"^{name}=(.*)$", UNIT, re.MULTILINE)
    assert values and all("%i" in value for value in values)


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


def test_the_proxy_passes_every_path_on_to_where_the_shop_listens():
    address = f"{TABLE['HOST'].default}:{{args.0}}"
    assert re.findall(r"^\s*reverse_proxy (.*)$", CADDYFILE, re.MULTILINE) == [address + " {"]
    site = CADDYFILE.partition("handle_errors")[0]
    assert not re.search(r"^\s*(@|handle|route|respond|redir|rewrite|uri)", site, re.MULTILINE)


def test_the_proxy_understands_its_file_and_a_site_for_each_shop(server, tmp_path):
    for shop in SHOPS:
        server.add(shop)
    shutil.copy(DEPLOY / "Caddyfile", tmp_path / "etc" / "caddy")
    command = [need("caddy"), "adapt", "--adapter", "caddyfile"]
    done = subprocess.run(
        [*command, "--config", tmp_path / "etc" / "caddy" / "Caddyfile", "--validate"],
        env={"HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    routes = json.loads(done.stdout)["apps"]["http"]["servers"]["srv0"]["routes"]
    dials = {
        route["match"][0]["host"][0]: re.findall(r'"dial": "(.*?)"', json.dumps(route)) for route in routes
    }
    assert dials == {f"{shop}.example.com": [f"127.0.0.1:{8080 + n}"] for n, shop in enumerate(SHOPS)}


# Update and roll-back


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_has_no_flaw_that_a_checker_sees(name):
    assert os.access(DEPLOY / name, os.X_OK)
    subprocess.run(["sh", "-n", DEPLOY / name], check=True)
    done = subprocess.run(
        [need("shellcheck"), "-x", f"deploy/{name}"], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode()


STUBS = {
    "systemctl": r"""shop=$(echo "$*" | sed 's/.*bikorders@*//; s/\.service$//')
        echo "$*" >>calls
        echo $PPID >script
        case "$*" in
        *enable\ *) touch "enabled-$shop";;
        *disable\ *) rm -f "enabled-$shop" "runs-$shop";;
        *is-enabled*) test -e "enabled-$shop";;
        *restart\ *) cat opt/bikorders/current/kind >"runs-$shop"; ! grep -q wrong "runs-$shop";;
        *is-active*) ! grep -qE "crashes( $shop)?$" "runs-$shop";;
        *show*) cat restarts;;
        *reset-failed*) echo 0 >restarts;;
        esac""",
    "curl": r"""for shop in lily rosa tara; do
            test -e "etc/bikorders/$shop/env" || continue
            port=$(sed -n s/BIKORDERS_PORT=//p "etc/bikorders/$shop/env")
            case "$*" in *":${port:-8080}/healthz"*) break;; esac
        done
        kind=$(cat "runs-$shop" 2>/dev/null || echo silent)
        case "$kind" in
        HUP | TERM) kill "-$kind" $(cat script); status=ok;;
        silent | wrong) exit 7;;
        "never reads") status=starting;;
        *) status=$(cat "sheet-$shop" 2>/dev/null || echo ok);;
        esac
        printf '{"status": "%s", "age": 1.0}\n' "$status" """,
    "journalctl": "echo a line of the journal",
    "sleep": "exit 0",
    "systemd-run": r"""printf '%s\n' "$@" >run; exit "$(cat code 2>/dev/null || echo 0)" """,
}
"""Stand-ins for what a machine of its own would have; the kind of the release that a shop runs decides.

One of a signal's name is broken off by it while it starts.
"""

KINDS = ("good", "better", "crashes", "crashes rosa", "silent", "never reads", "wrong", "HUP", "TERM")


class Server:
    """A server below a folder, on which nothing is installed yet."""

    def __init__(self, folder):
        self.folder = folder
        self.etc = folder / "etc" / "bikorders"
        self.releases = folder / "opt" / "bikorders" / "releases"
        for name in ("deploy", "bin", "etc/bikorders", "etc/caddy", "etc/systemd/system", "var/lib/private"):
            (folder / name).mkdir(parents=True)
        shutil.copy(DEPLOY / "Caddyfile", folder / "deploy")
        shutil.copy(DEPLOY / "bikorders.env", folder / "deploy")
        for name in (*SCRIPTS, "shop.sh"):
            script = (DEPLOY / name).read_text(encoding="utf-8")
            self._write(f"deploy/{name}", re.sub(r"(?<![\w.])/(opt|etc|var)/", rf"{folder}/\1/", script))
        for name, body in STUBS.items():
            self._write(f"bin/{name}", f"#!/bin/sh\ncd {folder}\n{body}\n")
        for kind in KINDS:
            release = self.releases / kind
            release.mkdir(parents=True)
            (release / "kind").write_text(kind, encoding="utf-8")
            shutil.copy(DEPLOY / "bikorders@.service", release)
        (folder / "restarts").write_text("0", encoding="utf-8")

    def _write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
        (self.folder / name).chmod(0o755)

    def __call__(self, script, *args):
        env = {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        # A shell can't trap what was ignored before it began, as below nohup.
        return subprocess.run(
            ["env", "--default-signal=HUP", self.folder / "deploy" / script, *args],
            env=env,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def switch(self, kind):
        return self("switch", self.releases / kind)

    def current(self):
        return (self.folder / "opt" / "bikorders" / "current").readlink().name

    def runs(self):
        """Give the release of each shop that runs."""
        return {path.name.partition("-")[2]: path.read_text("utf-8") for path in self.folder.glob("runs-*")}

    def calls(self):
        """Give what systemd was told so far."""
        return (self.folder / "calls").read_text(encoding="utf-8").splitlines()

    def start_anew(self):
        (self.folder / "calls").write_text("", encoding="utf-8")

    def fill_in(self, shop):
        """Do what the operator does between the two calls of add-shop."""
        env = self.etc / shop / "env"
        env.write_text(env.read_text("utf-8").replace("…", "a-sheet"), encoding="utf-8")
        key = json.dumps({"client_email": f"{shop}@example.com"})
        (self.etc / shop / "credentials.json").write_text(key, encoding="utf-8")

    def add(self, shop):
        """Add a shop, both times."""
        assert self("add-shop", shop, f"{shop}.example.com").returncode == 0
        self.fill_in(shop)
        done = self("add-shop", shop, f"{shop}.example.com")
        assert done.returncode == 0, done.stderr
        return done


@pytest.fixture
def server(tmp_path):
    """Make a server with a release that is good."""
    server = Server(tmp_path)
    assert server.switch("good").returncode == 0
    return server


@pytest.fixture
def added_shops(server):
    """Make a server with three shops."""
    for shop in SHOPS:
        server.add(shop)
    server.start_anew()
    return server


@pytest.fixture
def shops(server, tmp_path):
    """Make a server with three shops as `add-shop` leaves them, in a fraction of its time."""
    sites = tmp_path / "etc/caddy/shops"
    sites.mkdir()
    for port, shop in enumerate(SHOPS, start=8080):
        (server.etc / shop).mkdir(mode=0o700)
        env = (DEPLOY / "bikorders.env").read_text("utf-8")
        (server.etc / shop / "env").write_text(f"{env}BIKORDERS_PORT={port}\n", encoding="utf-8")
        server.fill_in(shop)
        (sites / shop).write_text(f"{shop}.example.com {{\n\timport bikorders {port}\n}}\n", encoding="utf-8")
        (tmp_path / f"enabled-{shop}").touch()
        (tmp_path / f"runs-{shop}").write_text("good", encoding="utf-8")
    server.start_anew()
    return server


def test_a_release_that_comes_up_stays_and_rollback_goes_back_and_forth(shops):
    assert shops.switch("better").returncode == 0
    assert shops.current() == "better"
    for current in ("good", "better"):
        assert shops("rollback").returncode == 0
        assert shops.current() == current
        assert shops.runs() == dict.fromkeys(SHOPS, current)


def test_all_shops_are_restarted_one_after_the_other(shops):
    assert shops.switch("better").returncode == 0
    restarts = [call for call in shops.calls() if "restart " in call]
    assert restarts == [f"restart bikorders@{shop}" for shop in SHOPS]
    assert shops.runs() == dict.fromkeys(SHOPS, "better")


@pytest.mark.parametrize("kind", ["crashes", "silent", "wrong", "never reads"])
def test_a_release_that_does_not_come_up_is_gone_back_from(shops, kind):
    shops.switch("better")
    done = shops.switch(kind)
    assert done.returncode == 1
    assert "lily did not come up" in done.stderr and "a line of the journal" in done.stderr
    assert "Running again" in done.stderr
    assert shops.current() == "better"
    assert shops("rollback").returncode == 0
    assert shops.current() == "good"


def test_a_release_that_fails_in_one_shop_is_taken_back_in_all_and_the_next_shops_never_see_it(shops):
    done = shops.switch("crashes rosa")
    assert done.returncode == 1
    assert "rosa did not come up" in done.stderr and "Running again" in done.stderr
    assert shops.runs() == dict.fromkeys(SHOPS, "good")
    restarted = [call.partition("@")[2] for call in shops.calls() if "restart " in call]
    assert restarted == ["lily", "rosa", "lily", "rosa"]


@pytest.mark.parametrize("status", ["down", "starting", "stale"])
def test_a_release_is_not_taken_back_for_a_sheet_that_could_not_be_read_before(shops, tmp_path, status):
    (tmp_path / "sheet-rosa").write_text(status, encoding="utf-8")
    done = shops.switch("better")
    assert done.returncode == 0
    assert shops.runs() == dict.fromkeys(SHOPS, "better")
    assert f"rosa was {status} before and after: bikorders-shop rosa check" in done.stdout


def test_a_shop_that_could_not_read_its_sheet_must_still_answer(shops, tmp_path):
    (tmp_path / "sheet-rosa").write_text("down", encoding="utf-8")
    assert shops.switch("silent").returncode == 1
    assert shops.runs() == dict.fromkeys(SHOPS, "good")


def test_a_release_is_not_taken_back_for_a_shop_that_did_not_run_before(shops, tmp_path):
    (tmp_path / "runs-rosa").write_text("wrong", encoding="utf-8")
    assert shops.switch("better").returncode == 0
    assert shops.runs() == dict.fromkeys(SHOPS, "better")
    (tmp_path / "runs-rosa").write_text("silent", encoding="utf-8")
    assert shops.switch("crashes rosa").returncode == 0
    assert shops.current() == "crashes rosa"


def test_a_shop_that_is_switched_off_stays_so(shops, tmp_path):
    (tmp_path / "enabled-rosa").unlink()
    assert shops.switch("better").returncode == 0
    assert shops.runs() == {"lily": "better", "rosa": "good", "tara": "better"}


@pytest.mark.parametrize("signal", ["HUP", "TERM"])
def test_a_switch_that_is_broken_off_leaves_the_release_that_ran_before(shops, signal):
    shops.switch("better")
    assert shops.switch(signal).returncode == 1
    assert shops.current() == "better"
    assert shops.runs() == dict.fromkeys(SHOPS, "better")
    assert shops("rollback").returncode == 0
    assert shops.current() == "good"


def test_restarts_of_the_release_before_are_not_counted_against_the_new_one(shops, tmp_path):
    (tmp_path / "restarts").write_text("3", encoding="utf-8")
    assert shops.switch("better").returncode == 0
    assert shops.current() == "better"


def test_a_rollback_with_nothing_to_go_back_to_says_so(server):
    done = server("rollback")
    assert (done.returncode, done.stderr) == (1, "There is no version to go back to.\n")
    assert server.current() == "good"


def test_what_is_to_be_called_next_is_said_while_there_is_no_shop(server, tmp_path):
    assert "There is no shop yet. Call: add-shop NAME DOMAIN\n" in server.switch("better").stdout
    unit = tmp_path / "etc/systemd/system/bikorders.service"
    unit.symlink_to(tmp_path / "old.service")
    (tmp_path / "old.service").write_text("of one shop", encoding="utf-8")
    assert "until you call: adopt-shop NAME DOMAIN\n" in server.switch("good").stdout
    assert not unit.is_symlink() and unit.read_text("utf-8") == "of one shop"  # also after the next update


def test_every_unit_of_a_release_is_told_to_systemd(server, tmp_path):
    (server.releases / "better" / "bikorders-later@.timer").touch()
    assert server.switch("better").returncode == 0
    units = {path.name for path in (tmp_path / "etc/systemd/system").iterdir()}
    assert units == {"bikorders@.service", "bikorders-later@.timer"}


def test_a_release_without_the_unit_of_many_shops_is_refused(shops):
    (shops.releases / "better" / "bikorders@.service").unlink()
    done = shops.switch("better")
    assert done.returncode == 1 and "from before there could be several shops" in done.stderr
    assert shops.current() == "good" and shops.calls() == []


# Shops


def test_a_shop_is_made_in_two_calls_with_what_it_needs_in_between(server, tmp_path):
    done = server("add-shop", "rosa", "rosa.example.com")
    assert done.returncode == 0
    assert "rosa/credentials.json" in done.stdout and "rosa/env" in done.stdout
    assert not server.runs()
    server.fill_in("rosa")
    done = server("add-shop", "rosa", "rosa.example.com")
    token = (server.etc / "rosa" / "auth").read_text("utf-8").removeprefix("bearer:").strip()
    password = read_env(server, "rosa")["BIKORDERS_PAGE_PASSWORD"]
    assert len(token) == 64
    assert f"https://rosa.example.com/getOrder\n  Authorization: Bearer {token}\n" in done.stdout
    assert f"https://rosa.example.com/\n  {password}\n" in done.stdout
    assert server.runs() == {"rosa": "good"}
    assert (tmp_path / "enabled-rosa").exists()
    assert server.calls()[-1] == "reload caddy"
    site = (tmp_path / "etc/caddy/shops/rosa").read_text("utf-8")
    assert site == "rosa.example.com {\n\timport bikorders 8080\n}\n"


def read_env(server, shop):
    lines = (server.etc / shop / "env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_the_timers_of_a_shop_are_on_for_as_long_as_it_is_there(server, tmp_path):
    (server.releases / "better" / "bikorders-later@.timer").touch()
    server.switch("better")
    server.add("rosa")
    assert "enable --quiet --now bikorders-later@rosa.timer" in server.calls()
    assert server("remove-shop", "rosa").returncode == 0
    assert "disable --quiet --now bikorders-later@rosa.timer" in server.calls()


def test_the_service_takes_what_a_new_shop_is_given(added_shops, tmp_path):
    for shop in SHOPS:
        environ = read_env(added_shops, shop) | {"BIKORDERS_AUTH_FILE": str(added_shops.etc / shop / "auth")}
        settings = read_settings(environ, tmp_path)
        assert settings.auth and settings.page_password and settings.sheet


def test_every_shop_has_a_port_and_secrets_of_its_own_that_nobody_else_can_read(added_shops):
    envs = [read_env(added_shops, shop) for shop in SHOPS]
    assert [env["BIKORDERS_PORT"] for env in envs] == ["8080", "8081", "8082"]
    assert len({env["BIKORDERS_PAGE_PASSWORD"] for env in envs}) == 3
    assert len({(added_shops.etc / shop / "auth").read_text("utf-8") for shop in SHOPS}) == 3
    for shop in SHOPS:
        assert (added_shops.etc / shop).stat().st_mode & 0o777 == 0o700
        assert all((added_shops.etc / shop / name).stat().st_mode & 0o077 == 0 for name in ("env", "auth"))


def test_a_shop_that_is_added_again_keeps_its_secrets_and_its_port(added_shops):
    before = {path: path.read_text("utf-8") for path in (added_shops.etc / "lily").iterdir()}
    assert added_shops("add-shop", "lily", "lily.example.com").returncode == 0
    assert {path: path.read_text("utf-8") for path in (added_shops.etc / "lily").iterdir()} == before


def test_the_port_of_a_shop_that_was_removed_is_not_that_of_two_later_ones(added_shops):
    assert added_shops("remove-shop", "rosa").returncode == 0
    added_shops.add("rosa")
    ports = [read_env(added_shops, shop)["BIKORDERS_PORT"] for shop in SHOPS]
    assert len(set(ports)) == 3


@pytest.mark.parametrize(
    "name", ["", "Rosa", "rosa mumbai", "../rosa", "rosa-", "-rosa", "7rosas", "r" * 21, "rosa@mumbai"]
)
def test_a_name_that_no_user_or_unit_can_have_is_refused(server, name):
    assert server("add-shop", name, "rosa.example.com").returncode == 1
    assert list(server.etc.iterdir()) == []


@pytest.mark.parametrize("domain", ["", "rosa", "https://rosa.example.com", "rosa.example.com/x", "a.b {"])
def test_what_is_no_domain_is_refused(server, domain):
    assert server("add-shop", "rosa", domain).returncode == 1
    assert list(server.etc.iterdir()) == []


def test_two_shops_cannot_have_one_domain(shops):
    done = shops("add-shop", "other", "rosa.example.com")
    assert (done.returncode, done.stderr) == (1, "rosa.example.com is the domain of the shop rosa.\n")
    assert not (shops.etc / "other").exists()


def test_two_shops_cannot_have_one_service_account(server):
    server.add("lily")
    server("add-shop", "rosa", "rosa.example.com")
    server.fill_in("rosa")
    shutil.copy(server.etc / "lily" / "credentials.json", server.etc / "rosa")
    done = server("add-shop", "rosa", "rosa.example.com")
    assert done.returncode == 1
    assert "the account that lily uses" in done.stderr
    assert server.runs() == {"lily": "good"}


def test_a_shop_whose_sheet_cannot_be_read_is_not_started(server, tmp_path):
    server("add-shop", "rosa", "rosa.example.com")
    server.fill_in("rosa")
    (tmp_path / "code").write_text("2", encoding="utf-8")
    done = server("add-shop", "rosa", "rosa.example.com")
    assert done.returncode == 1 and "Share it with rosa@example.com" in done.stderr
    assert not server.runs()
    (tmp_path / "code").write_text("1", encoding="utf-8")  # cells to put right are the shop owner's
    assert server("add-shop", "rosa", "rosa.example.com").returncode == 0
    assert server.runs() == {"rosa": "good"}


def test_a_shop_that_is_removed_leaves_its_journal_and_no_secret(shops, tmp_path):
    journal = tmp_path / "var/lib/private/bikorders/rosa/bikorders.sqlite3"
    journal.parent.mkdir(parents=True)
    journal.touch()
    done = shops("remove-shop", "rosa")
    assert done.returncode == 0 and str(journal.parent) in done.stdout
    assert journal.exists()
    assert not (shops.etc / "rosa").exists() and not (tmp_path / "etc/caddy/shops/rosa").exists()
    assert sorted(shops.runs()) == ["lily", "tara"]
    assert shops.calls()[-1] == "reload caddy"


@pytest.mark.parametrize("name", ["other", "", ".", "../bikorders/rosa"])
@pytest.mark.parametrize("script", ["remove-shop", "bikorders-shop"])
def test_a_shop_that_is_not_there_is_neither_removed_nor_asked(shops, script, name):
    done = shops(script, name, *["check"] * (script == "bikorders-shop"))
    assert (done.returncode, done.stderr) == (1, f"There is no shop {name}. There are: lily rosa tara\n")
    assert sorted(path.name for path in shops.etc.iterdir()) == SHOPS and shops.calls() == []


def test_a_command_runs_with_the_settings_and_the_rights_of_the_shops_service(shops, tmp_path):
    assert shops("bikorders-shop", "rosa", "show", "an id").returncode == 0
    args = (tmp_path / "run").read_text("utf-8").splitlines()
    opt = tmp_path / "opt/bikorders"
    assert args[-3:] == [f"{opt}/current/bin/bikorders", "show", "an id"]
    given = [arg.removeprefix("--property=") for arg in args if arg.startswith("--property=")]
    unit = next(arg.partition("=")[2] for arg in args if arg.startswith("--unit="))
    specifiers = {"%i": "rosa", "%S": str(tmp_path / "var/lib"), "%d": f"/run/credentials/{unit}.service"}
    service = UNIT.partition("[Service]")[2].partition("[Install]")[0]
    wanted = [
        re.sub("%.", lambda found: specifiers[found[0]], line)
        for line in service.splitlines()
        if line[:1].isalpha() and not re.match("Type|ExecStart|Restart|Watchdog|TimeoutStop", line)
    ]
    assert given == wanted and len(given) > 40  # in this order, for filters of system calls depend on it


def test_a_command_ends_with_its_own_code(shops, tmp_path):
    (tmp_path / "code").write_text("1", encoding="utf-8")
    assert shops("bikorders-shop", "rosa", "check").returncode == 1


def test_the_only_shop_of_a_server_from_before_becomes_the_first_of_many(server, tmp_path):
    env = (DEPLOY / "bikorders.env").read_text("utf-8").replace("…", "a-sheet")
    (server.etc / "bikorders.env").write_text(f"{env}BIKORDERS_PAGE_PASSWORD=as-it-was\n", encoding="utf-8")
    (server.etc / "auth").write_text("bearer:as-it-was\n", encoding="utf-8")
    (server.etc / "credentials.json").write_text('{"client_email": "a@example.com"}', encoding="utf-8")
    (tmp_path / "etc/caddy/Caddyfile").write_text("of one shop", encoding="utf-8")
    state = tmp_path / "var/lib/private/bikorders"
    state.mkdir()
    (state / "bikorders.sqlite3").touch()
    (tmp_path / "var/lib/bikorders").symlink_to("private/bikorders")
    assert "adopt-shop" in server("add-shop", "lily", "lily.example.com").stderr
    assert server("adopt-shop", "Rosa", "rosa.example.com").returncode == 1
    done = server("adopt-shop", "rosa", "rosa.example.com")
    assert done.returncode == 0, done.stderr
    assert "Bearer as-it-was" in done.stdout and "  as-it-was\n" in done.stdout
    assert [path.name for path in state.rglob("*")] == ["rosa", "bikorders.sqlite3"]
    assert not (tmp_path / "var/lib/bikorders").is_symlink()
    assert [path.name for path in server.etc.iterdir()] == ["rosa"]
    assert "disable --quiet --now bikorders" in server.calls()
    assert server.runs() == {"rosa": "good"}
    assert (tmp_path / "etc/caddy/Caddyfile").read_text("utf-8") == CADDYFILE
    server.add("lily")
    assert read_env(server, "lily")["BIKORDERS_PORT"] == "8081"


# The README


def test_the_readme_names_files_that_exist_and_fits_on_a_page():
    commands = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL)) + README
    names = {
        *re.findall(r"/opt/bikorders/source/deploy/([\w-]+)", commands),
        *re.findall(r"^(?:\./|deploy/)([\w-]+)", commands, re.MULTILINE),
        *re.findall(r"^install -m 644 ([\w.]+) ", commands, re.MULTILINE),
        *re.findall(r"\]\((\w[\w.]+)\)", commands),
    }
    assert {
        "update",
        "rollback",
        "add-shop",
        "remove-shop",
        "adopt-shop",
        "Caddyfile",
        "backup.md",
        "refresh.md",
    } <= names
    assert [name for name in names if not (DEPLOY / name).is_file()] == []
    assert len(README.splitlines()) <= 80


# Backups


BACKUP_UNIT = (DEPLOY / "bikorders-backup@.service").read_text(encoding="utf-8")


def run_commands(folder, *lines):
    """Run lines in a folder as the unit or its page has them, each by itself; our command stands for the installed one."""
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
    page = (DEPLOY / "backup.md").read_text("utf-8")
    (steps,) = [block for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) if "$BACKUP" in block]
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
