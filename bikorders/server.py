"""How the app is served: waitress with limits that fit small JSON requests, and JSON also for its own errors."""

import socket
from typing import Any

import waitress.channel
import waitress.server
import waitress.task

from bikorders.bik import dump_error
from bikorders.errors import SettingsError
from bikorders.web import MAX_BODY, WSGIApp


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
    error_task_class = _JsonErrorTask


def create_server(app: WSGIApp, host: str, port: int, threads: int) -> Any:
    """Bind the address and give the server; `.effective_port` is its port and `.run()` serves until stopped.

    Raises `SettingsError` if the address can't be had.
    """
    server = waitress.server.create_server(
        app,
        sockets=[_bind(host, port)],
        threads=threads,
        ident=None,
        # The app answers 413 itself up to here; above it waitress refuses without reading on.
        max_request_body_size=4 * MAX_BODY,
        connection_limit=1000,
        channel_timeout=60,
        clear_untrusted_proxy_headers=True,
    )
    # A worker that sends makes the main loop spin on the same socket until all is sent; a send buffer larger
    # than any answer of ours hands the whole answer over at once. As an argument it is deprecated.
    server.adj.send_bytes = 16 * 1024
    server.channel_class = _Channel
    return server


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
