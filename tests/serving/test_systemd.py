"""What does systemd hear of the service, and what does the service do where nobody listens?"""

import socket

import pytest

from bikorders.serving.systemd import find_watchdog


@pytest.fixture
def listener(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(5)
        yield listener


def test_the_watchdog_hears_each_word(listener):
    tell = find_watchdog({"NOTIFY_SOCKET": listener.getsockname(), "WATCHDOG_USEC": "180000000"})
    for _ in range(2):
        tell()
        assert listener.recv(100) == b"WATCHDOG=1"


def test_the_watchdog_hears_at_an_address_without_a_file():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("")  # Linux takes a free name
        listener.settimeout(5)
        name = listener.getsockname().decode()
        find_watchdog({"NOTIFY_SOCKET": "@" + name[1:], "WATCHDOG_USEC": "1"})()
        assert listener.recv(100) == b"WATCHDOG=1"


def test_nobody_waits_for_a_watchdog_that_does_not_listen(listener):
    tell = find_watchdog({"NOTIFY_SOCKET": listener.getsockname(), "WATCHDOG_USEC": "1"})
    for _ in range(2000):  # more than the system keeps for a reader
        tell()
    listener.close()
    tell()


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "/nowhere"}, {"WATCHDOG_USEC": "1"}])
def test_without_a_watchdog_nothing_is_told(environ):
    find_watchdog(environ)()
