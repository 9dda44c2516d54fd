"""waitress, with limits that fit small JSON requests.

Its own errors are answered as JSON, and a stop answers what has arrived. Slow and greedy clients are the
proxy's task: the Caddyfile in `deploy` cuts them off.
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

MAX_CONNECTIONS = 1000

_MOST_AT_ONCE = 100
"""Connections that are accepted before the others are served."""

_log = logging.getLogger("bikorders.server")


class _Parser(waitress.parser.HTTPRequestParser):  # type: ignore[misc]
    """Refuses what waitress's parser fails on, or reads so slowly that nobody else is served.

    It reads headers in the one thread that serves all connections.
    """

    def parse_header(self, header_plus: bytes) -> None:
        """Read the request line and the headers; a `ParsingError` is answered as 400."""
        first, *lines = header_plus.rstrip(b"\r\n").split(b"\r\n")
        if not _REQUEST_LINE.fullmatch(first) or not all(map(_HEADER_LINE.fullmatch, lines)):
            raise waitress.parser.ParsingError("header")
        try:
            super().parse_header(header_plus)
        except ValueError:
            # A length of 5,000 digits or an address with half of its brackets: waitress would write a traceback
            # to the log and hang up without an answer.
            raise waitress.parser.ParsingError("header") from None
        if self.adj.trusted_proxy and (hops := self.headers.get("X_FORWARDED_FOR")) is not None:
            self.headers["X_FORWARDED_FOR"] = _read_last_hop(hops)


_REQUEST_LINE = re.compile(rb"[^ ]+ [^ ]+ HTTP/1\.[01]")
"""waitress's own pattern takes 3 s to refuse a line such as `GET a://1111 x y` with 4,000 digits, 90 s with 16,000."""

_HEADER_LINE = re.compile(rb"[!#-'*+.^_`|~0-9A-Za-z-]+:[\t ]{0,8}(?:[!-~\x80-\xff][\t -~\x80-\xff]*)?")
"""Few blanks after the colon: waitress's own pattern takes 0.3 s to refuse a value that begins with 8,000 of
them, and 4 s with 30,000. No folded lines, which could hold as many.
"""


def _read_last_hop(hops: str) -> str:
    """Return the last address of X-Forwarded-For: what the trusted proxy itself appended.

    Raises `ParsingError` if it is none. What stands before it was sent by a stranger; where that is no address,
    waitress's own reading answers 400 in plain text, and the client of the proxy is not served.
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
    """A connection."""

    parser_class = _Parser
    error_task_class = _JsonErrorTask

    @property
    def is_busy(self) -> bool:
        """Whether a request is arriving, queued, being answered or not yet sent out; a stop waits for it."""
        return bool(self.requests or self.request or self.total_outbufs_len)


class Server:
    """Binds the address at once and serves the app in `run` until `stop`.

    Raises `SettingsError` if it can't listen at the address.
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
            # A larger body waits for its end in a file: 1,000 slow senders fit into the memory.
            inbuf_overflow=64 * 1024,
            # All requests of one read are answered, also to a client that never reads: at most 113, which is too
            # little for waitress to let a thread wait for that client.
            recv_bytes=2048,
            connection_limit=MAX_CONNECTIONS,
            channel_timeout=60,
            cleanup_interval=5,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=True,
            **_trust_proxy(listener),
        )
        # By default the head and the body of an answer are sent one after the other. Sent together, a request
        # takes 116 µs of the processor's time instead of 179 (8 connections). As an argument it is deprecated.
        self._server.adj.send_bytes = 16 * 1024
        self._server.channel_class = _Channel
        self._accept_one = self._server.handle_accept
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
        """Make `run` return; safe in a signal handler and from any thread."""
        if not self._stopping:
            self._stopping = True
            with suppress(OSError):  # `run` may have seen it already, and closed all
                self._server.pull_trigger()

    def stop_on_signals(self) -> None:
        """Stop the server at SIGTERM and at Ctrl-C."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._server._map, count=1)

    def _accept_all(self) -> None:
        """Accept all connections that have come, where waitress accepts one in each turn of its loop.

        A request takes 177 µs of the processor's time instead of 223 where a proxy opens a connection for each,
        64 at once.
        """
        for _ in range(_MOST_AT_ONCE):
            before = len(self._server.active_channels)
            self._accept_one()
            if len(self._server.active_channels) == before:
                return

    def _accept_waiting(self) -> None:
        """Accept what the system has queued and read it: closing the listening socket would reset it."""
        before = -1
        while before != (before := len(self._server.active_channels)):
            self._turn(0)


def _trust_proxy(listener: socket.socket) -> dict[str, Any]:
    """Return waitress's settings to take the client's address from a proxy on this machine.

    There are none if other machines can connect: they could claim any address.
    """
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
