"""Ends an HTTP exchange that takes too long in total.

The timeouts of requests count from packet to packet: an answer that comes byte by byte can take for ever. Here a
thread shuts the connections in use when the time is over, and the reader gets a connection error.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
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
        done, cut = Event(), Event()
        Thread(target=self._watch, args=(done, cut), name="time limit", daemon=True).start()
        try:
            yield
        except Exception as error:
            if cut.is_set():
                raise TimeoutError(f"cut off after {self._seconds:g} s") from error
            raise
        finally:
            done.set()

    def _watch(self, done: Event, cut: Event) -> None:
        seconds = self._seconds
        while not done.wait(seconds):
            cut.set()
            with suppress(RuntimeError):  # another connection was opened just now: the next turn cuts both
                for connection in list(self._connections):
                    if connection.sock is not None:
                        with suppress(OSError):
                            connection.sock.shutdown(socket.SHUT_RDWR)
            seconds = 1.0  # again: the reader may have opened another one


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
