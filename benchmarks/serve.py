"""Serves one of those that are compared, in a process of its own; prints `/getOrder`'s address as `bikorders` does.

    python benchmarks/serve.py ours|constant|plain|refreshes

`ours` is `bikorders serve`, `constant` a Bottle route that returns a constant of the same size on the same server,
`plain` asks gspread anew for every request. `refreshes` serves nothing: it reads the sheet as often as said and
prints the memory that it takes. The environment says the rest: BENCH_GOOGLE (where Google is), BENCH_SEND_BYTES.
"""

import json
import logging
import os
import re
import sys
import threading
from pathlib import Path

import bottle

from bikorders import cli
from bikorders.serving import server

HERE = Path(__file__).parent
SIZE = 564
"""Bytes of the constant answer: as many as the sample's order has."""


def redirect_google(url: str) -> None:
    """Let gspread ask the simulated Google."""
    import gspread.http_client  # noqa: PLC0415 - memory that the sample's run must not have

    import bikorders.sheet.google.connection  # noqa: PLC0415

    os.environ["NO_PROXY"] = "127.0.0.1"
    for module in (gspread.http_client, bikorders.sheet.google.connection):
        for name, value in list(vars(module).items()):
            if isinstance(value, str) and value.startswith("https://sheets.googleapis.com/"):
                setattr(module, name, value.replace("https://sheets.googleapis.com", url))


def set_send_bytes(count: int) -> None:
    """Give waitress another setting than ours."""
    make = server.Server.__init__

    def init(self: server.Server, *args: object) -> None:
        make(self, *args)  # type: ignore[arg-type]
        self._servers[0].adj.send_bytes = count

    server.Server.__init__ = init  # type: ignore[method-assign,assignment]


def serve(app: bottle.Bottle) -> None:
    listener = server.Server(app, "127.0.0.1", 0, int(os.environ.get("BIKORDERS_THREADS", "64")))
    listener.stop_on_signals()
    print(f"and listens on http://127.0.0.1:{listener.port}/getOrder", flush=True)
    listener.run()


def serve_constant() -> None:
    app = bottle.Bottle()
    body = json.dumps({"order": "x" * (SIZE - 13)}).encode()

    def get_order() -> bytes:
        bottle.response.content_type = "application/json"
        return body

    app.route("/getOrder", "POST", get_order)
    serve(app)


def serve_plain() -> None:
    import gspread  # noqa: PLC0415
    from fake_google import KEY  # noqa: PLC0415

    client = gspread.service_account(os.environ["BIKORDERS_CREDENTIALS"])
    app = bottle.Bottle()

    def get_order() -> dict[str, object]:
        order_id = bottle.request.json["orderId"]
        spreadsheet = client.open_by_key(KEY)
        orders = spreadsheet.worksheet("Orders")
        cell = orders.find(order_id, in_column=1)
        assert cell is not None
        row = dict(zip(orders.row_values(1), orders.row_values(cell.row), strict=False))
        items = [r for r in spreadsheet.worksheet("Items").get_all_records() if r["Order ID"] == order_id]
        return {"order": {"id": row["Order ID"], "status": row["Status"], "items": items}}

    app.route("/getOrder", "POST", get_order)
    serve(app)


def run_refreshes() -> None:
    """Read again and again through the cache, on a clock that is cranked; print the memory along the way."""
    from fake_google import make_id  # noqa: PLC0415

    from bikorders.cache.policy import Policy  # noqa: PLC0415
    from bikorders.cache.rate_limit import Quota  # noqa: PLC0415
    from bikorders.cache.snapshot_cache import SnapshotCache  # noqa: PLC0415
    from bikorders.orders.snapshot import Snapshot  # noqa: PLC0415
    from bikorders.reading.shop_settings import Options  # noqa: PLC0415
    from bikorders.sheet.open import open_source  # noqa: PLC0415

    class Crank:
        seconds = 0.0

        def now(self) -> float:
            return self.seconds

        def wait(self, condition: threading.Condition, seconds: float | None) -> None:
            raise AssertionError("nobody waits here")

    clock = Crank()
    source = open_source(os.environ["BIKORDERS_SHEET"], os.environ["BIKORDERS_CREDENTIALS"], (), lambda: None)
    connection, number, contents = source._connection, 0, dict[bool, bytes]()
    fetch = connection.fetch_values

    def fetch_values(ranges: list[str], *, shown: bool = False) -> bytes:
        """Ask over the network every fiftieth time, which takes longer than all the rest."""
        if number % 50 == 0 or shown not in contents:
            contents[shown] = fetch(ranges, shown=shown)
        return re.sub(rb"label \d{8}", b"label %08d" % (10_000_000 + number), contents[shown], count=1)

    connection.fetch_values = fetch_values
    policy = Policy(reads_per_minute=None)
    cache = SnapshotCache(
        source.read,
        lambda workbook, before: Snapshot(workbook, Options(), before),
        policy,
        clock,
        Quota(None, clock),
    )
    cache.mark_old()
    for number in range(1, int(sys.argv[2]) + 1):
        clock.seconds += 10
        cache.mark_old()
        cache.refresher.read_if_due()
        view = cache.get(clock.now())
        assert view.snapshot.get_order(make_id(0)).values["name"]
        if str(number) in sys.argv[3:]:
            print(json.dumps({"refreshes": number, "mb": read_memory()}), flush=True)


def read_memory(pid: int | str = "self") -> float:
    """Give a process's resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def main() -> None:
    if "BENCH_GOOGLE" in os.environ:
        redirect_google(os.environ["BENCH_GOOGLE"])
    if "BENCH_SEND_BYTES" in os.environ:
        set_send_bytes(int(os.environ["BENCH_SEND_BYTES"]))
    if sys.argv[1] == "ours":
        logging.raiseExceptions = False
        sys.exit(cli.main(["serve"]))
    {"constant": serve_constant, "plain": serve_plain, "refreshes": run_refreshes}[sys.argv[1]]()


if __name__ == "__main__":
    main()
