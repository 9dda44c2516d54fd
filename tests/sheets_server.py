"""A spreadsheet behind a real socket: as much of Google's Sheets API v4 and its login as bikorders asks for.

It can be told to fail in the ways that a network and Google's servers do.
"""

import json
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from select import select
from socketserver import TCPServer
from threading import Lock, Thread
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import gspread.http_client
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import bikorders.sheet.google.connection

KEY = "1a2B3c4D5e6F7g8H9i0J1k2L3"
GOOGLE = "https://sheets.googleapis.com"
HTML = "<!DOCTYPE html><html><title>Error</title></html>"

Answer = tuple[int, str]


class Handler(BaseHTTPRequestHandler):
    """One connection; `answer` is what the request would get if nothing failed."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "_Listener"
    answer: Answer

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def do_GET(self) -> None:
        sheets, url = self.server.sheets, urlsplit(self.path)
        what = {"/token": "token", f"/v4/spreadsheets/{KEY}": "names"}.get(url.path, "values")
        self.answer = sheets.answer(what, parse_qs(url.query))
        fault = sheets.note_request(what)
        if fault is None:
            self.send(*self.answer)
        else:
            fault(self)

    def send(self, status: int, text: str, kind: str = "application/json") -> None:
        self.send_head(status, len(text.encode()), kind)
        self.wfile.write(text.encode())

    def send_head(self, status: int, length: int, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def drip(self, data: bytes) -> None:
        """Send `data` again and again until the client goes away; ten seconds are for ever."""
        self.server.sheets.note_held(+1)
        try:
            for _ in range(1000):
                if select([self.connection], [], [], 0.01)[0] and not self.connection.recv(1):
                    break
                self.connection.sendall(data)
        finally:
            self.server.sheets.note_held(-1)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


Fault = Callable[[Handler], None]


def error(status: int, message: str = "") -> Fault:
    """Refuse as Google does."""
    return lambda handler: handler.send(
        status, json.dumps({"error": {"code": status, "message": message, "status": ""}})
    )


def say(status: int, text: str, kind: str = "text/html") -> Fault:
    return lambda handler: handler.send(status, text, kind)


def send_half(handler: Handler) -> None:
    """End a good answer in the middle of its JSON, as if that were all."""
    handler.send(200, handler.answer[1][: len(handler.answer[1]) // 2])


def cut(handler: Handler) -> None:
    """Close the connection in the middle of a good answer."""
    text = handler.answer[1].encode()
    handler.send_head(200, len(text))
    handler.wfile.write(text[: len(text) // 2])
    handler.close_connection = True


def reset(handler: Handler) -> None:
    """Drop the connection without a word."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.rfile.close()
    handler.wfile.close()
    handler.connection.close()
    raise ConnectionResetError


def be_silent(handler: Handler) -> None:
    handler.drip(b"")


def drip_body(handler: Handler) -> None:
    handler.send_head(200, 10**9)
    handler.drip(b" ")


def drip_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    handler.drip(b" ")


class Sheets:
    """The spreadsheet `tabs`; `faults` holds how "token", "names" and "values" fail, if they do.

    `asked` notes each request and, by `now`, its time; `token_lasts` is in seconds; `held` counts the requests
    whose answer does not end.
    """

    def __init__(self, now: Callable[[], float] = lambda: 0.0, tls: ssl.SSLContext | None = None) -> None:
        self.tabs: dict[str, list[list[Any]]] = {"Orders": [["Order ID"], ["1"]]}
        self.faults: dict[str, Fault] = {}
        self.token_lasts = 3600
        self.asked: list[tuple[str, float]] = []
        self.held = 0
        self.connection_count = 0
        self._now = now
        self._tls = tls
        self._lock = Lock()
        self._connections: list[socket.socket] = []
        self._place = socket.socket()  # keeps the port while nobody listens
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._place.bind(("127.0.0.1", 0))
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._place.getsockname()[1]}"
        self._listener: _Listener | None = None

    def listen(self) -> None:
        self._listener = _Listener(self._place.getsockname(), self, self._tls)
        Thread(target=self._listener.serve_forever, args=(0.01,), name="sheets").start()

    def hang_up(self) -> None:
        """Cut all connections and refuse new ones."""
        if self._listener:
            self._listener.shutdown()
            self.cut_all()
            self._listener.server_close()
            self._listener = None

    def cut_all(self) -> None:
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._connections.clear()

    def close(self) -> None:
        self.hang_up()
        self._place.close()

    def count_reads(self) -> int:
        """Say how many requests came that Google counts."""
        return sum(what != "token" for what, _ in self.asked)

    # What the connections ask

    def note_connection(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.append(connection)
            self.connection_count += 1

    def note_request(self, what: str) -> Fault | None:
        self.asked.append((what, self._now()))
        return self.faults.get(what)

    def note_held(self, change: int) -> None:
        with self._lock:
            self.held += change

    def answer(self, what: str, query: dict[str, list[str]]) -> Answer:
        if what == "token":
            answer: dict[str, Any] = {
                "access_token": "t",
                "expires_in": self.token_lasts,
                "token_type": "Bearer",
            }
        elif what == "names":
            answer = {"sheets": [{"properties": {"title": t, "sheetType": "GRID"}} for t in self.tabs]}
            for tab, values in zip(answer["sheets"], self.tabs.values(), strict=True):
                if "formattedValue" in query["fields"][0]:
                    cells = [[{"formattedValue": show(value)} for value in row] for row in values]
                    tab["data"] = [{"rowData": [{"values": row} for row in cells]}]
        else:
            answer = {"spreadsheetId": KEY, "valueRanges": []}
            for name in query.get("ranges", []):
                title = name[1:-1].replace("''", "'")
                if title not in self.tabs:
                    message = f"Unable to parse range: {name}"
                    return 400, json.dumps({"error": {"code": 400, "message": message, "status": ""}})
                values = self.tabs[title]
                if query["valueRenderOption"] == ["FORMATTED_VALUE"]:
                    values = [[show(value) for value in row] for row in values]
                rows = {"values": values} if values else {}
                answer["valueRanges"].append({"range": name, "majorDimension": "ROWS"} | rows)
        return 200, json.dumps(answer)


def show(value: Any) -> str:
    """Give what a cell without a format shows."""
    return str(value).upper() if isinstance(value, bool) else "" if value is None else str(value)


class _Listener(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, address: tuple[str, int], sheets: Sheets, tls: ssl.SSLContext | None) -> None:
        self.sheets = sheets
        super().__init__(address, Handler)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer would ask for this machine's name

    def process_request(self, request: Any, client_address: Any) -> None:
        self.sheets.note_connection(request)
        super().process_request(request, client_address)


@contextmanager
def serve_sheets(
    now: Callable[[], float] = lambda: 0.0, tls: ssl.SSLContext | None = None
) -> Iterator[Sheets]:
    """Listen on a free port of loopback, and take everything down again."""
    sheets = Sheets(now, tls)
    sheets.listen()
    try:
        yield sheets
    finally:
        sheets.close()


def redirect_gspread(monkeypatch: pytest.MonkeyPatch, sheets: Sheets) -> None:
    """Let the sources that are opened from now on ask here; nobody sleeps between tries for a token."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    patience = SimpleNamespace(sleep=lambda seconds: None)
    monkeypatch.setattr("google.auth._exponential_backoff.time", patience)
    for module in (gspread.http_client, bikorders.sheet.google.connection):
        for name, url in list(vars(module).items()):
            if isinstance(url, str) and url.startswith(f"{GOOGLE}/"):
                monkeypatch.setattr(module, name, url.replace(GOOGLE, sheets.url))


def write_key_file(path: Path, sheets: Sheets) -> Path:
    """Write a service account's key whose tokens are to be had from `sheets`."""
    key = {
        "type": "service_account",
        "private_key": _make_key(),
        "client_email": "reader@shop-123.iam.gserviceaccount.com",
        "token_uri": f"{sheets.url}/token",
    }
    path.write_text(json.dumps(key), encoding="utf-8")
    return path


@cache
def _make_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
