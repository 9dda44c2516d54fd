"""Where the server listens, and for how many connections at once this process may open files."""

import errno
import ipaddress
import logging
import resource
import socket
from collections.abc import Sequence
from typing import Any

from bikorders.errors import SettingsError

MOST_CONNECTIONS = 1000

FILES_EACH = 2
"""A connection's own, and the file in which a large body waits for its end."""

OTHER_FILES = 32
"""Files that are open beside connections: the journal's, Google's, those of the sheet, of the server itself."""

_log = logging.getLogger("bikorders.server")


def make_room() -> int:
    """Return for how many connections there is room among the files that this process may open; the log says if few.

    It may open as many as it asks for, up to a limit that only the system can raise.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OTHER_FILES + FILES_EACH * MOST_CONNECTIONS
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MOST_CONNECTIONS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    room = min(MOST_CONNECTIONS, max(4, (wanted - OTHER_FILES) // FILES_EACH))
    if room < MOST_CONNECTIONS:
        _log.warning(
            "this process may open only %d files: at most %d connections are served at once, and idle ones are "
            "ended when there are more; raise LimitNOFILE, or ulimit -n",
            wanted,
            room,
        )
    return room


def listen(host: str, port: int) -> list[socket.socket]:
    """Return sockets at all addresses of a host. Raises `SettingsError` if there is none that can be had."""
    try:
        return _bind_all(_find_addresses(host, port))
    except (OSError, UnicodeError) as error:
        raise SettingsError(
            f"can't listen on {host} port {port}: {getattr(error, 'strerror', None) or error}", _advise(error)
        ) from error


def _find_addresses(host: str, port: int) -> list[tuple[int, Any]]:
    """Return the addresses that a name has; localhost has its own also where the system does not know it (RFC 6761)."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror:
        if host.casefold() != "localhost":
            raise
        return [(socket.AF_INET6, ("::1", port)), (socket.AF_INET, ("127.0.0.1", port))]
    return [(family, address) for family, _, _, _, address in found]


def _advise(error: Exception) -> str:
    """Return what to do about an address that can't be had."""
    number = None if isinstance(error, socket.gaierror) else getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return "stop what listens there, or set another BIKORDERS_PORT"
    if number == errno.EACCES:
        return "set BIKORDERS_PORT to 1024 or more"
    return (
        "set BIKORDERS_HOST to an address of this machine: 127.0.0.1 for this machine only, 0.0.0.0 for all"
    )


def _bind_all(addresses: Sequence[tuple[int, Any]]) -> list[socket.socket]:
    """Return a socket at each address that this machine has, all at the same port."""
    listeners: list[socket.socket] = []
    missing: OSError | None = None
    try:
        for family, (host, port, *rest) in dict.fromkeys(addresses):
            if listeners:
                port = listeners[0].getsockname()[1]
            try:
                listeners.append(_bind(family, (host, port, *rest)))
            except OSError as error:
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise
                missing = error
    except OSError:
        for listener in listeners:
            listener.close()
        raise
    if missing and not listeners:
        raise missing
    return listeners


def _bind(family: int, address: Any) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def trust_proxy(listeners: Sequence[socket.socket]) -> dict[str, Any]:
    """Return waitress's settings to take the client's address from a proxy on this machine.

    There are none if other machines can connect: they could claim any address.
    """
    if not all(ipaddress.ip_address(listener.getsockname()[0]).is_loopback for listener in listeners):
        return {}
    return {"trusted_proxy": "*", "trusted_proxy_headers": {"x-forwarded-for"}, "trusted_proxy_count": 1}
