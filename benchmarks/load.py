"""Sends requests over keep-alive connections and takes the time of each; one thread, so that it costs little."""

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Timing:
    """Of one run: requests a second, and seconds from sending to the last byte, sorted."""

    rate: float
    seconds: Sequence[float]

    def quantile(self, share: float) -> float:
        """Give the time within which this share of the requests was answered, in milliseconds."""
        return 1000 * self.seconds[min(int(share * len(self.seconds)), len(self.seconds) - 1)]


def build_request(order_id: str, path: str = "/getOrder", header: str = "") -> bytes:
    body = b'{"orderId": "%s"}' % order_id.encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n{header}"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def run_closed(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Timing:
    """Keep every connection busy: the next request is sent as soon as the last is answered."""
    with _Clients(port, connections) as clients:
        ends = time.perf_counter() + seconds
        began = time.perf_counter()
        for number, client in enumerate(clients.all):
            client.send(requests[number % len(requests)])
        count = 0
        while (now := time.perf_counter()) < ends:
            for client in clients.wait(ends - now):
                count += 1
                client.send(requests[count % len(requests)])
        return Timing(count / (time.perf_counter() - began), sorted(clients.seconds))


def run_open(
    port: int,
    requests: Sequence[bytes],
    per_second: float,
    seconds: float,
    connections: int = 16,
    answers: list[bytes] | None = None,
) -> Timing:
    """Send at a steady rate, whatever the answers; waiting for a free connection counts as time.

    The bodies that come back are added to `answers`.
    """
    with _Clients(port, connections) as clients:
        began = time.perf_counter()
        free = list(clients.all)
        due = [began + number / per_second for number in range(int(seconds * per_second))]
        sent = 0
        while sent < len(due) or len(free) < connections:
            now = time.perf_counter()
            while sent < len(due) and due[sent] <= now and free:
                free.pop().send(requests[sent % len(requests)], due[sent])
                sent += 1
            rest = due[sent] - now if sent < len(due) and free else 1.0
            done = clients.wait(max(0.0, rest))
            free += done
            if answers is not None:
                answers += [client.body for client in done]
        return Timing(len(due) / (time.perf_counter() - began), sorted(clients.seconds))


class _Client:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self.body = b""
        self._left = b""

    def send(self, request: bytes, began: float = 0.0) -> None:
        self.began = began or time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has come; say whether the answer is whole."""
        self._left += self.socket.recv(1 << 16)
        head, found, body = self._left.partition(b"\r\n\r\n")
        if not found:
            return False
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        if len(body) < length:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode("latin-1"))
        self._left, self.body = b"", body
        return True


class _Clients:
    def __init__(self, port: int, count: int) -> None:
        self.all = [_Client(port) for _ in range(count)]
        self.seconds: list[float] = []
        self._selector = selectors.DefaultSelector()
        for client in self.all:
            self._selector.register(client.socket, selectors.EVENT_READ, client)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()
        for client in self.all:
            client.socket.close()

    def wait(self, seconds: float) -> list[_Client]:
        """Give those whose answers have come, in at most so many seconds."""
        done = [key.data for key, _ in self._selector.select(seconds) if key.data.receive()]
        now = time.perf_counter()
        self.seconds += [now - client.began for client in done]
        return done
