"""Let schemathesis make up requests from `/openapi.json` and send them to a real server: `make contract`.

The same requests at every run. The exit code is 0 if every answer is one that the document describes.
"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.running import ROOT, serve

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
    settings = {"SHEET": folder, "AUTH": "bearer:t0ken-of-the-contract", "PLACE_ORDER": "on"}
    with serve(settings, folder, log, WITHIN) as url:
        return fuzz(url, folder)


def fuzz(url, folder):
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json"]
    command += ["--header", "Authorization: Bearer t0ken-of-the-contract"]
    command += ["--checks", "all", "--max-examples", "25", "--generation-deterministic", "--no-color"]
    # What no schema says, and placeOrder refuses: NUL, and halves of character pairs.
    command += ["--generation-allow-x00", "false", "--generation-codec", "utf-8"]
    environ = os.environ | {"SCHEMATHESIS_HOOKS": "tests.contract_hooks", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
