"""Ends an HTTP exchange that takes too long in total.

The timeouts of requests count from packet to packet: an answer that comes byte by byte can take for ever. Here one
thread shuts the connections in use when the time is over, and the reader gets a connection error.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Any
from weakref import WeakSet

import requests
import urllib3
from requests.adapters import HTTPAdapter


class TimeLimit:
    """Sessions made by `make_session` are cut off when `running` has lasted `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._connections: WeakSet[Any] = WeakSet()

    def make_session(self) -> requests.Session:
        """Return a session whose connections are cut off with the others."""
        session = requests.Session()
        adapter = _Adapter(self._connections)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session

    @contextmanager
    def running(self) -> Iterator[None]:
        """Limit what is done inside. Raises `TimeoutError` if it was cut off."""
        run = _Run(self, time.monotonic() + self._seconds)
        _cutter.add(run)
        try:
            yield
        except Exception as error:
            if run.is_cut:
                raise TimeoutError(f"cut off after {self._seconds:g} s") from error
            raise
        finally:
            _cutter.remove(run)

    def cut(self) -> None:
        """Shut the connections that are open."""
        with suppress(RuntimeError):  # another connection was opened just now: the next turn cuts both
            for connection in list(self._connections):
                if connection.sock is not None:
                    with suppress(OSError):
                        connection.sock.shutdown(socket.SHUT_RDWR)


@dataclass(eq=False)
class _Run:
    """What goes on within a limit, and when it ends."""

    limit: TimeLimit
    ends: float
    is_cut: bool = False


class _Cutter:
    """Cuts off what takes too long, in one thread for all limits of the process.

    A thread for each exchange would have to be started each time, and a start waits for ever for a thread that dies
    at once for want of memory.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._runs: set[_Run] = set()
        self._thread: Thread | None = None

    def add(self, run: _Run) -> None:
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._watch, name="time limit", daemon=True)
                self._thread.start()
            self._runs.add(run)
            self._changed.notify()

    def remove(self, run: _Run) -> None:
        with self._changed:
            self._runs.discard(run)

    def _watch(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for run in self._runs:
                    if run.ends <= now:
                        run.is_cut = True
                        run.limit.cut()
                        run.ends = now + 1.0  # again: the reader may have opened another one
                ends = min((run.ends for run in self._runs), default=None)
                self._changed.wait(None if ends is None else ends - now)


_cutter = _Cutter()


class _Adapter(HTTPAdapter):
    """Records the connections that its pools open."""

    def __init__(self, connections: "WeakSet[Any]") -> None:
        self._connections = connections
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._watch_pools(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        self._watch_pools(manager)
        return manager

    def _watch_pools(self, manager: Any) -> None:
        connections = self._connections

        class HTTPConnection(urllib3.connection.HTTPConnection):
            def connect(self) -> None:
                connections.add(self)
                super().connect()

        class HTTPSConnection(urllib3.connection.HTTPSConnection):
            def connect(self) -> None:
                connections.add(self)
                super().connect()

        class HTTPPool(urllib3.HTTPConnectionPool):
            ConnectionCls = HTTPConnection

        class HTTPSPool(urllib3.HTTPSConnectionPool):
            ConnectionCls = HTTPSConnection

        manager.pool_classes_by_scheme = {"http": HTTPPool, "https": HTTPSPool}
