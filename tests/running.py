"""`bikorders serve` in a process of its own, for what is run beside the tests."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

ROOT = Path(__file__).parents[1]


@contextmanager
def start(settings, cwd, log, within):
    """Run the server with these settings and no others; gives the process, and ends it after `within` seconds."""
    environ = make_environ({"PORT": 0} | settings)
    command = [sys.executable, "-m", "bikorders", "serve"]
    with subprocess.Popen(
        command, cwd=cwd, env=environ, stdout=subprocess.PIPE, stderr=log, text=True
    ) as server:
        watchdog = Timer(within, server.kill)
        watchdog.start()
        try:
            yield server
        finally:
            watchdog.cancel()
            server.terminate()


def make_environ(settings):
    """Return the environment of a command of ours with these settings and no others."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("BIKORDERS_")}
    environ |= {f"BIKORDERS_{name}": str(value) for name, value in settings.items()}
    return environ | {"PYTHONPATH": str(ROOT)}


@contextmanager
def serve(settings, cwd, log, within):
    """Run the server as `start` does; gives its address."""
    with start(settings, cwd, log, within) as server:
        yield next(found[1] for line in server.stdout if (found := re.search(r"(http://\S+)/getOrder", line)))
