"""waitress, with limits that fit small JSON requests.

Its own errors are answered as JSON, and a stop answers what has arrived. Slow and greedy clients are the
proxy's task: the Caddyfile in `deploy` cuts them off.
"""

import logging
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import waitress.channel
import waitress.server
import waitress.task
from waitress import wasyncore

from bikorders.bik.get_order import dump_error
from bikorders.serving.app import MAX_ORDER, WSGIApp
from bikorders.serving.parser import Parser
from bikorders.serving.sockets import listen, make_room, trust_proxy

STOP_WITHIN = 8.0
"""Seconds that requests in flight get when the server is told to stop."""

MAX_HEADER = 32 * 1024
"""Bytes of a request line with its headers; Caddy lets half of that through."""

IDLE = 60.0
"""Seconds after which a connection on which nothing happens is ended."""

IDLE_IN_A_CROWD = 1.0
"""The same while there are as many connections as there is room for."""

_MOST_AT_ONCE = 100
"""Connections that are accepted before the others are served."""


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

    parser_class = Parser
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
        for name in ("waitress", "waitress.queue"):  # they say again and again that there are many
            logging.getLogger(name).setLevel(logging.ERROR)
        self._stopping = False
        listeners = listen(host, port)
        self._map: dict[int, Any] = {}
        self._dispatcher: Any = waitress.server.create_server(
            app,
            map=self._map,
            sockets=listeners,
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
            connection_limit=make_room(),
            cleanup_interval=1,
            log_socket_errors=False,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=True,
            **trust_proxy(listeners),
        ).task_dispatcher
        self._servers = [
            held for held in self._map.values() if isinstance(held, waitress.server.BaseWSGIServer)
        ]
        for server in self._servers:
            # By default the head and the body of an answer are sent one after the other. Sent together, a request
            # takes 116 µs of the processor's time instead of 179 (8 connections). As an argument it is deprecated.
            server.adj.send_bytes = 16 * 1024
            server.channel_class = _Channel
            server.handle_accept = partial(_accept_all, server, server.handle_accept)
            server.maintenance = partial(_end_idle, server)
        self.port: int = int(self._servers[0].effective_port)

    def run(self) -> None:
        """Serve until `stop`; then take no new connections, answer what has arrived, and return."""
        while not self._stopping:
            self._turn(1.0)
        self._accept_waiting()
        for server in self._servers:
            wasyncore.dispatcher.close(server)  # the listening socket only; connections live on
        ends = time.monotonic() + STOP_WITHIN
        while time.monotonic() < ends and any(channel.is_busy for channel in self._list_channels()):
            self._turn(0.05)
        self._dispatcher.shutdown(timeout=1)
        wasyncore.close_all(self._map)

    def stop(self, *_: object) -> None:
        """Make `run` return; safe in a signal handler and from any thread."""
        if not self._stopping:
            self._stopping = True
            with suppress(OSError):  # `run` may have seen it already, and closed all
                self._servers[0].pull_trigger()

    def stop_on_signals(self) -> None:
        """Stop the server at SIGTERM and at Ctrl-C."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)

    def _accept_waiting(self) -> None:
        """Accept what the system has queued and read it: closing the listening socket would reset it."""
        before = -1
        while before != (before := len(self._list_channels())):
            self._turn(0)

    def _list_channels(self) -> list[_Channel]:
        return [channel for server in self._servers for channel in server.active_channels.values()]


def _accept_all(server: Any, accept_one: Callable[[], None]) -> None:
    """Accept all connections that have come, where waitress accepts one in each turn of its loop.

    A request takes 177 µs of the processor's time instead of 223 where a proxy opens a connection for each, 64 at once.
    """
    for _ in range(_MOST_AT_ONCE):
        before = len(server.active_channels)
        accept_one()
        if len(server.active_channels) == before or len(server._map) >= server.adj.connection_limit:
            return


def _end_idle(server: Any, now: float) -> None:
    """End the connections on which nothing happens; sooner while others wait for their place."""
    cutoff = now - (IDLE_IN_A_CROWD if server.in_connection_overflow else IDLE)
    for channel in server.active_channels.values():
        if not channel.requests and channel.last_activity < cutoff:
            channel.will_close = True
