"""A Google Sheet behind a socket, in a process of its own: bytes that were made before, after a latency.

    python benchmarks/fake_google.py ORDERS

prints its port. What `/bench` takes in its query: `latency` (seconds), `pace` (bytes a second of
a long answer), `change=1` (each read finds another note in the first order), `edit=ID` with `to=TEXT` (the order's note), `twice=1` (the last order stands in two rows that differ), `broken=1` (answers lack
their end), `count` (answers how many reads there were).
"""

import json
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

KEY = "1a2B3c4D5e6F7g8H9i0J1k2L3"
ORDER_HEADERS = (
    "Order ID,Order date,Customer,Status,Payment status,Subtotal,Shipping charge,Discount,Total,Phone,Email,"
    "Tracking link,Notes,City,State,PIN code,Source,Packed by,Box,Order label"
).split(",")
ITEM_HEADERS = "Order ID,Product ID,Variant ID,Product name,Variant,Quantity,Price".split(",")
PIECE = 64 * 1024

LABEL = len(ORDER_HEADERS) - 1
"""Where the text stands that edits change; it is the answer's `name`."""


def make_id(number: int) -> str:
    return f"ORD-{100000 + number}"


def make_orders(size: int) -> list[list[Any]]:
    """Make a tab of orders with 20 columns."""
    return [ORDER_HEADERS] + [
        [
            make_id(n), f"2026-07-{n % 28 + 1:02}", f"Asha Rao {n}", "Shipped", "Paid", 998, 49, 100, 947,
            f"+91 98765 {n % 100000:05}", f"buyer{n}@example.com", f"https://courier.example.com/track/{n:08}",
            "gift wrap", "Pune", "MH", 411001 + n % 50, "web", "Ravi", n % 7, f"label {n}",
        ]
        for n in range(size)
    ]  # fmt: skip


def make_items(size: int) -> list[list[Any]]:
    """Make a tab of items: two and three of them by turns."""
    return [ITEM_HEADERS] + [
        [make_id(n), 6862852391049 + item, 40946134352009 + item, "Skin Renew Cream", "50 ml", 2, 499]
        for n in range(size)
        for item in range(2 + n % 2)
    ]


class Sheet:
    """The spreadsheet; `render` gives the bytes of its answer to values:batchGet."""

    def __init__(self, size: int) -> None:
        self.tabs = {"Orders": make_orders(size), "Items": make_items(size)}
        self.latency = 0.0
        self.changes = False
        self.is_broken = False
        self.pace = 0.0
        self.reads = 0
        self._lock = Lock()
        self._serial = count()
        self._parts: dict[bool, tuple[bytes, bytes]] = {}
        self._overviews: dict[bool, list[bytes]] = {}
        self._label = b""
        self.edit(make_id(0), "first")

    def repeat_last(self) -> None:
        """Put the last order into a second row, for another customer."""
        orders = self.tabs["Orders"]
        orders.append([*orders[-1]])
        orders[-1][ORDER_HEADERS.index("Email")] = "another@example.com"
        self.edit(make_id(0), "first")

    def edit(self, order_id: str, to: str) -> None:
        """Change an order's label."""
        with self._lock:
            rows = self.tabs["Orders"]
            row = int(order_id.removeprefix("ORD-")) - 100000 + 1
            rows[row][LABEL] = to
            label, rows[1][LABEL] = rows[1][LABEL], "@here@"
            self._parts = {shown: self._split(shown) for shown in (False, True)}
            self._overviews = {texts: self._split_metadata(texts) for texts in (False, True)}
            rows[1][LABEL] = label
            self._label = label.encode()

    def _split(self, shown: bool) -> tuple[bytes, bytes]:
        """Make what stands before and after the first order's label in the answer; shown cells are all text."""
        tabs = {
            title: [[str(cell) for cell in row] for row in rows] if shown else rows
            for title, rows in self.tabs.items()
        }
        ranges = [{"range": t, "majorDimension": "ROWS", "values": values} for t, values in tabs.items()]
        before, _, after = (
            json.dumps({"spreadsheetId": KEY, "valueRanges": ranges}).encode().partition(b"@here@")
        )
        return before, after

    def render(self, shown: bool) -> bytes:
        with self._lock:
            if self.changes and not shown:
                self._label = b"label %08d" % next(self._serial)
            content = self._label.join(self._parts[shown])
            return content[:-9] if self.is_broken else content

    def render_values(self, name: str) -> bytes:
        """Give one range, as gspread's worksheets ask for it: a tab, or one of its rows or columns."""
        title, _, cells = name.partition("!")
        rows = self.tabs[title.strip("'")]
        if match := re.fullmatch(r"A?(\d+):[A-Z]*(\d+)", cells):
            rows = rows[int(match[1]) - 1 : int(match[2])]
        return json.dumps({"range": name, "majorDimension": "ROWS", "values": rows}).encode()

    def render_metadata(self, texts: bool) -> bytes:
        """Give the tabs, with what all cells show if `texts`."""
        with self._lock:
            return self._label.join(self._overviews[texts])

    def _split_metadata(self, texts: bool) -> list[bytes]:
        """Make what stands before and after the first order's label in the answer."""
        sheets: list[dict[str, Any]] = [
            {
                "properties": {
                    "sheetId": gid,
                    "title": title,
                    "index": gid,
                    "sheetType": "GRID",
                    "gridProperties": {"rowCount": len(rows), "columnCount": len(rows[0])},
                }
            }
            for gid, (title, rows) in enumerate(self.tabs.items())
        ]
        for sheet, rows in zip(sheets, self.tabs.values(), strict=True) if texts else ():
            cells = [[{"formattedValue": str(cell)} for cell in row] for row in rows]
            sheet["data"] = [{"rowData": [{"values": row} for row in cells]}]
        answer = {"spreadsheetId": KEY, "properties": {"title": "Shop"}, "sheets": sheets}
        return json.dumps(answer).encode().split(b"@here@")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "Listener"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.server.sheet.latency)
        self._send(b'{"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}')

    def do_GET(self) -> None:
        sheet, url = self.server.sheet, urlsplit(self.path)
        if url.path == "/bench":
            self._send(self._order(parse_qs(url.query)))
            return
        sheet.reads += 1
        time.sleep(sheet.latency)
        if url.path.endswith(":batchGet"):
            self._send(sheet.render("FORMATTED_VALUE" in parse_qs(url.query)["valueRenderOption"]))
        elif "/values/" in url.path:
            self._send(sheet.render_values(unquote(url.path.rpartition("/values/")[2])))
        else:
            fields = parse_qs(url.query).get("fields", [""])[0]
            self._send(sheet.render_metadata("formattedValue" in fields))

    def _order(self, said: dict[str, list[str]]) -> bytes:
        sheet = self.server.sheet
        if "latency" in said:
            sheet.latency = float(said["latency"][0])
        if "pace" in said:
            sheet.pace = float(said["pace"][0])
        if "change" in said:
            sheet.changes = said["change"] == ["1"]
        if "broken" in said:
            sheet.is_broken = said["broken"] == ["1"]
        if "twice" in said:
            sheet.repeat_last()
        if "edit" in said:
            sheet.edit(said["edit"][0], said["to"][0])
        return json.dumps({"reads": sheet.reads}).encode()

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for start in range(0, len(body), PIECE):
            self.wfile.write(body[start : start + PIECE])
            self.wfile.flush()
            if self.server.sheet.pace and len(body) > PIECE:
                time.sleep(PIECE / self.server.sheet.pace)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        super().__init__(("127.0.0.1", 0), Handler)


if __name__ == "__main__":
    listener = Listener(Sheet(int(sys.argv[1])))
    print(listener.server_port, flush=True)
    listener.serve_forever()
