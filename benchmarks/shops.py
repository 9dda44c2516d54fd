"""Measures what each of several shops on one machine takes of its memory.

    python benchmarks/shops.py [--shops 25] [--orders 1000] [--minutes 2] [--files]

Each shop is a process of its own that reads a simulated Google, or a folder of CSV files with `--files`. All orders are
asked for once, the status page is opened, and then some orders are asked for, while each read finds an edit. RSS counts what processes share
in each of them, PSS shares it out among them: the sum of PSS is what they take together.
"""

import argparse
import csv
import json
import time
from base64 import b64encode
from pathlib import Path
from statistics import mean
from urllib.request import ProxyHandler, Request, build_opener

from fake_google import make_id, make_items, make_orders
from load import build_request, run_closed
from processes import FOLDER, Google, Server, start

PASSWORD = "a-password-of-the-page"


def write_files(orders: int) -> Path:
    """Write a folder of CSV files."""
    folder = FOLDER / "files"
    folder.mkdir()
    for title, rows in (("Orders", make_orders(orders)), ("Items", make_items(orders))):
        with (folder / f"{title}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    return folder


def read_sizes(server: Server) -> tuple[float, float]:
    """Give what the kernel says of a process: MB of RSS and of PSS."""
    lines = Path(f"/proc/{server.process.pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
    sizes = {line.split()[0]: int(line.split()[1]) / 1024 for line in lines}
    return sizes["Rss:"], sizes["Pss:"]


def open_page(server: Server) -> None:
    """Look at the status page, for which all orders are checked."""
    login = b64encode(f"owner:{PASSWORD}".encode()).decode()
    request = Request(f"http://127.0.0.1:{server.port}/", headers={"Authorization": f"Basic {login}"})
    build_opener(ProxyHandler({})).open(request, timeout=60).read()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--shops", type=int, default=25)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--files", action="store_true")
    args = parser.parse_args()
    google = None if args.files else Google.start(args.orders)
    files = {"BIKORDERS_SHEET": write_files(args.orders), "BIKORDERS_AUTH": "none"} if args.files else {}
    requests = [build_request(make_id(number)) for number in range(args.orders)]
    shops = []
    for _ in range(args.shops):
        shop = start("ours", google, BIKORDERS_PAGE_PASSWORD=PASSWORD, **files)
        run_closed(shop.port, requests, 8, 2)
        open_page(shop)
        shops.append(shop)
    if google:
        google.tell(change=1)
    ends = time.monotonic() + 60 * args.minutes
    while time.monotonic() < ends:
        for shop in shops:
            run_closed(shop.port, requests[:100], 1, 0.1)
            time.sleep(max(0.0, 10 / args.shops - 0.1))
    rss, pss = zip(*(read_sizes(shop) for shop in shops), strict=True)
    print(
        json.dumps(
            {
                "shops": args.shops,
                "orders": args.orders,
                "rss": [round(size, 1) for size in (min(rss), mean(rss), max(rss))],
                "pss": [round(size, 1) for size in (min(pss), mean(pss), max(pss))],
                "together": round(sum(pss)),
            }
        )
    )


if __name__ == "__main__":
    main()
