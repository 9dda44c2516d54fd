"""How the app is served and how it stops: waitress with limits that fit small JSON requests.

waitress's own errors come as JSON too, and a stop answers what has arrived before it ends.
"""

import ipaddress
import logging
import re
import signal
import socket
import time
from contextlib import suppress
from typing import Any

import waitress.channel
import waitress.parser
import waitress.server
import waitress.task
from waitress import wasyncore

from bikorders.bik.get_order import dump_error
from bikorders.errors import SettingsError
from bikorders.serving.app import MAX_ORDER, WSGIApp

STOP_WITHIN = 8.0
"""Seconds that requests in flight get when the server is told to stop."""

MAX_HEADER = 32 * 1024
"""Bytes of a request line with its headers; Caddy lets half of that through."""

MAX_HEADERS = 100

MAX_UNREAD = 256 * 1024
"""Bytes of answers that a connection may hold when it asks for more."""

MAX_CONNECTIONS = 1000

MAX_HELD = 64 * 1024 * 1024
"""Bytes that all connections together may hold of requests and answers that are under way."""

_ROOM = 100
"""So many connections are to be free for new ones."""

PATIENCE = 0.25
"""Seconds in which nobody has to make room for others."""

_log = logging.getLogger("bikorders.server")


class _Parser(waitress.parser.HTTPRequestParser):  # type: ignore[misc]
    """Refuses what two readers could take for two requests, and what waitress's own reading takes for ever for."""

    def parse_header(self, header_plus: bytes) -> None:
        first, *lines = header_plus.rstrip(b"\r\n").split(b"\r\n")
        if (
            len(lines) > MAX_HEADERS
            or not _REQUEST_LINE.fullmatch(first)
            or not all(map(_HEADER_LINE.fullmatch, lines))
        ):
            raise waitress.parser.ParsingError("header")
        try:
            super().parse_header(header_plus)
        except ValueError:  # a length of 5,000 digits, an address with half of its brackets
            raise waitress.parser.ParsingError("header") from None
        encodings = [line for line in lines if line.lower().startswith(b"transfer-encoding:")]
        is_plain = self.chunked and encodings[0].count(b",") == 0 and "CONTENT_LENGTH" not in self.headers
        if len(encodings) > 1 or (encodings and not is_plain):
            raise waitress.parser.ParsingError("Transfer-Encoding")
        if self.adj.trusted_proxy and (hops := self.headers.get("X_FORWARDED_FOR")) is not None:
            self.headers["X_FORWARDED_FOR"] = _read_last_hop(hops)


_REQUEST_LINE = re.compile(rb"[^ ]+ [^ ]+ HTTP/1\.[01]")
_HEADER_LINE = re.compile(rb"[!#-'*+.^_`|~0-9A-Za-z-]+:[\t ]{0,8}(?:[!-~\x80-\xff][\t -~\x80-\xff]*)?")
"""No folded lines, no blanks before the colon, no control characters, and no end of blanks after the colon."""


def _read_last_hop(hops: str) -> str:
    """Give what the trusted proxy itself appended, if that is an address.

    What stands before it was sent by a stranger, and waitress's own reading fails on some of what is none.
    """
    try:
        address = ipaddress.ip_address(hops.rpartition(",")[2].strip().partition("%")[0])
    except ValueError:
        _log.warning("the proxy's X-Forwarded-For does not end in an address")
        raise waitress.parser.ParsingError("X-Forwarded-For") from None
    return str(getattr(address, "ipv4_mapped", None) or address)


class _JsonErrorTask(waitress.task.ErrorTask):  # type: ignore[misc]
    """Answers what never reaches the app, such as a broken request line, in the shape of all other errors."""

    def execute(self) -> None:
        error = self.request.error
        body = dump_error(error.reason.lower())
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "application/json"))
        self.content_length = len(body)
        self.set_close_on_finish()
        self.write(body)


class _Channel(waitress.channel.HTTPChannel):  # type: ignore[misc]
    """A connection. Its `last_activity` is when its last request began to arrive, arrived or was answered."""

    parser_class = _Parser
    error_task_class = _JsonErrorTask
    _began = 0.0

    def writable(self) -> bool:
        """Say whether the main loop has something to send; not while a worker is still at the answer.

        Without this it would spin on the socket until the worker is done, and keep the interpreter from it.
        """
        if self.requests and self.total_outbufs_len < self.adj.send_bytes:
            return bool(self.will_close or self.close_when_flushed)
        return bool(super().writable())

    @property
    def is_busy(self) -> bool:
        """Say whether a request is arriving, queued, being answered or not yet sent out."""
        return bool(self.requests or self.request or self.total_outbufs_len)

    @property
    def held(self) -> int:
        """How many bytes it holds of a request that is arriving, and of answers that are not sent out."""
        request = self.request
        arrived = request.header_bytes_received + request.body_bytes_received if request else 0
        return int(arrived + self.total_outbufs_len)

    def received(self, data: bytes) -> bool:
        before = self.request
        more = bool(super().received(data))
        if before is not None and self.request is before:
            self.last_activity = self._began  # a drop more of the same request is no new one
        else:
            self._began = self.last_activity
        return more

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Hang up on who asks on and reads no answers; waitress lets a thread wait for it."""
        if self.total_outbufs_len > self.adj.outbuf_high_watermark:
            with self.outbuf_lock:
                self._flush_exception(self._flush_some, do_close=False)
                if self.total_outbufs_len > self.adj.outbuf_high_watermark:
                    self.will_close = True
                    self.connected = False
            self.server.pull_trigger()


class Server:
    """Binds the address at once and serves it in `run` until `stop`.

    Raises `SettingsError` if the address can't be had.
    """

    def __init__(self, app: WSGIApp, host: str, port: int, threads: int) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._stopping = False
        listener = _bind(host, port)
        self._server: Any = waitress.server.create_server(
            app,
            sockets=[listener],
            threads=threads,
            ident=None,
            # The app answers 413 itself up to here; above it waitress refuses without reading on.
            max_request_body_size=2 * MAX_ORDER,
            max_request_header_size=MAX_HEADER,
            outbuf_high_watermark=MAX_UNREAD,
            connection_limit=MAX_CONNECTIONS,
            channel_timeout=60,
            cleanup_interval=5,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=True,
            **_trust_proxy(listener),
        )
        # A worker that sends makes the main loop spin on the same socket until all is sent; a send buffer
        # larger than any answer of ours hands the whole answer over at once. As an argument it is deprecated.
        self._server.adj.send_bytes = 16 * 1024
        self._server.channel_class = _Channel
        self._accept = self._server.handle_accept
        self._server.handle_accept = self._accept_all
        self.port: int = int(self._server.effective_port)

    def run(self) -> None:
        """Serve until `stop`; then take no new connections, answer what has arrived, and return."""
        while not self._stopping:
            self._turn(1.0)
        self._accept_waiting()
        wasyncore.dispatcher.close(self._server)  # the listening socket only; connections live on
        ends = time.monotonic() + STOP_WITHIN
        while time.monotonic() < ends and any(c.is_busy for c in self._server.active_channels.values()):
            self._turn(0.05)
        self._server.task_dispatcher.shutdown(timeout=1)
        wasyncore.close_all(self._server._map)

    def stop(self, *_: object) -> None:
        """Ask `run` to end; safe in a signal handler and from any thread."""
        if not self._stopping:
            self._stopping = True
            with suppress(OSError):  # `run` may have seen it already, and closed all
                self._server.pull_trigger()

    def stop_on_signals(self) -> None:
        """Let SIGTERM and Ctrl-C stop the server."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)

    def _turn(self, seconds: float) -> None:
        if not self._make_room():
            seconds = min(seconds, PATIENCE)
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._server._map, count=1)

    def _make_room(self) -> bool:
        """Hang up on the largest, and on those that wait the longest, if new ones would find no room.

        Says whether there was room already.
        """
        most_harmless = MAX_HELD // (2 * MAX_ORDER + MAX_UNREAD)  # fewer can't hold as much
        if len(self._server.active_channels) <= min(most_harmless, MAX_CONNECTIONS - _ROOM):
            return True  # nearly always, and this is asked at every turn
        channels = [c for c in self._server.active_channels.values() if not c.will_close]
        if len(channels) > most_harmless:
            excess = sum(channel.held for channel in channels) - MAX_HELD
            for channel in sorted(channels, key=lambda channel: -channel.held) if excess > 0 else ():
                excess -= channel.held
                channel.will_close = True
                if excess <= 0:
                    break
        if len(channels) <= MAX_CONNECTIONS - _ROOM:
            return True
        before = time.time() - PATIENCE
        waiting = [c for c in channels if not c.requests and c.last_activity < before]
        for channel in sorted(waiting, key=lambda channel: channel.last_activity)[:_ROOM]:
            channel.will_close = True
        return False

    def _accept_all(self) -> None:
        """Accept who has come, and not one for each turn through all that is open."""
        for _ in range(_ROOM):
            before = len(self._server.active_channels)
            self._accept()
            if len(self._server.active_channels) == before:
                return

    def _accept_waiting(self) -> None:
        """Take the connections that the system has accepted for us already, and read what they sent."""
        before = -1
        while before != (before := len(self._server.active_channels)):
            self._turn(0)


def _trust_proxy(listener: socket.socket) -> dict[str, Any]:
    """Believe a proxy on this machine about the client's address, if nobody else can connect."""
    address = ipaddress.ip_address(listener.getsockname()[0])
    if not address.is_loopback:
        return {}
    return {
        "trusted_proxy": "127.0.0.1" if address.version == 4 else "::1",
        "trusted_proxy_headers": {"x-forwarded-for"},
        "trusted_proxy_count": 1,
    }


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except (OSError, UnicodeError) as error:
        raise SettingsError(
            f"can't listen on {host} port {port}: {getattr(error, 'strerror', None) or error}",
            "free it, or set another BIKORDERS_HOST or BIKORDERS_PORT",
        ) from error
    return listener
