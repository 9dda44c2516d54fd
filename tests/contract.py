"""Let schemathesis make up requests from `/openapi.json` and send them to a real server: `make contract`.

The same requests at every run. The exit code is 0 if every answer is one that the document describes.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer

ROOT = Path(__file__).parents[1]
ORDERS = "Order ID,Status,Payment status,Total,Phone,Draft ID\nORD-1001,Shipped,Paid,947,+91 98765 43210,\n"
ITEMS = "Order ID,Product name,Quantity,Price\nORD-1001,Skin Renew Cream,2,499\n"
WITHIN = 300
"""Seconds; after them the server is ended, and with it the run."""


def main():
    with TemporaryDirectory() as folder:
        (Path(folder) / "Orders.csv").write_text(ORDERS, encoding="utf-8")
        (Path(folder) / "Items.csv").write_text(ITEMS, encoding="utf-8")
        with (Path(folder) / "log").open("w+", encoding="utf-8") as log:
            code = run(folder, log)
            log.seek(0)
            lines = log.read()
    if any(sign in lines for sign in ("unexpected error", "Traceback")):
        print(lines, "The server's log tells of something that nobody foresaw.", sep="\n", file=sys.stderr)
        return 1
    return code


def run(folder, log):
    """Serve the folder, with orders taken and auth asked for, and give the exit code of schemathesis."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("BIKORDERS_")}
    environ |= {"BIKORDERS_SHEET": folder, "BIKORDERS_AUTH": "bearer:t0ken", "BIKORDERS_PLACE_ORDER": "on"}
    command = [sys.executable, "-m", "bikorders", "serve"]
    package = {"PYTHONPATH": str(ROOT), "BIKORDERS_PORT": "0"}
    with subprocess.Popen(
        command, cwd=folder, env=environ | package, stdout=subprocess.PIPE, stderr=log, text=True
    ) as server:
        watchdog = Timer(WITHIN, server.kill)
        watchdog.start()
        try:
            url = next(
                found[1] for line in server.stdout if (found := re.search(r"(http://\S+)/getOrder", line))
            )
            return fuzz(url, folder)
        finally:
            watchdog.cancel()
            server.terminate()


def fuzz(url, folder):
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json"]
    command += ["--header", "Authorization: Bearer t0ken"]
    command += ["--checks", "all", "--max-examples", "25", "--generation-deterministic", "--no-color"]
    # What no schema says, and placeOrder refuses: NUL, and halves of character pairs.
    command += ["--generation-allow-x00", "false", "--generation-codec", "utf-8"]
    environ = os.environ | {"SCHEMATHESIS_HOOKS": "tests.contract_hooks", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
