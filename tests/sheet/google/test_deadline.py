"""Exchanges that take too long in total are cut off, over real sockets, with and without TLS."""

import datetime
import ipaddress
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from threading import enumerate as list_threads

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bikorders.sheet.google import deadline
from bikorders.sheet.google.deadline import TimeLimit
from tests.sheets_server import (
    Fault,
    Sheets,
    be_silent,
    drip_body,
    drip_headers,
    serve_sheets,
)

LIMIT = 0.1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine's loopback, with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(1))
        .not_valid_after(now + datetime.timedelta(1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + pem)
    return path


@pytest.fixture(params=["http", "https"])
def sheets(request: pytest.FixtureRequest, certificate: Path) -> Iterator[Sheets]:
    tls = None
    if request.param == "https":
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    with serve_sheets(tls=tls) as sheets:
        yield sheets


@pytest.fixture
def limit(request: pytest.FixtureRequest) -> TimeLimit:
    return TimeLimit(getattr(request, "param", LIMIT))


@pytest.fixture
def get(limit: TimeLimit, sheets: Sheets, certificate: Path) -> Iterator[Callable[[], requests.Response]]:
    """Asks for the values in one and the same session, with no other limit than the one that is tested."""
    with limit.make_session() as session:
        session.trust_env = False
        session.verify = str(certificate)
        yield lambda: session.get(f"{sheets.url}/values", timeout=30)


def run(limit: TimeLimit, get: Callable[[], requests.Response]) -> float:
    """Ask, expecting to be cut off; give the seconds that it took."""
    started = time.monotonic()
    # Headers that end early are headers, so that the answer may be an empty one.
    with pytest.raises((TimeoutError, ValueError)), limit.running():
        get().json()
    return time.monotonic() - started


def assert_one_thread_watches() -> None:
    assert [thread.name for thread in list_threads()].count("time limit") == 1


@pytest.mark.parametrize("fault", [drip_body, drip_headers, be_silent])
def test_an_answer_that_does_not_end_is_cut_off_in_time_and_the_session_lives_on(
    limit: TimeLimit, sheets: Sheets, get: Callable[[], requests.Response], fault: Fault
) -> None:
    get()
    sheets.faults["values"] = fault
    assert LIMIT * 0.9 <= run(limit, get) < LIMIT + 5
    assert_one_thread_watches()
    sheets.faults.clear()
    for _ in range(3):
        assert get().json()["valueRanges"] == []


@pytest.mark.parametrize("limit", [30.0], indirect=True)
def test_what_ends_in_time_is_left_alone(
    limit: TimeLimit, sheets: Sheets, get: Callable[[], requests.Response]
) -> None:
    for _ in range(50):
        with limit.running():
            assert get().status_code == 200
    assert sheets.connection_count == 1
    assert_one_thread_watches()


@pytest.mark.parametrize("sheets", ["http"], indirect=True)
def test_another_connection_that_is_opened_after_the_cut_is_cut_too(
    limit: TimeLimit, sheets: Sheets, get: Callable[[], requests.Response]
) -> None:
    sheets.faults["values"] = drip_body
    started = time.monotonic()
    with pytest.raises(TimeoutError), limit.running():
        with pytest.raises(requests.RequestException):
            get()
        get()
    assert time.monotonic() - started < LIMIT + 5


def test_an_error_before_the_time_is_over_stays_what_it_is(limit: TimeLimit) -> None:
    with pytest.raises(KeyError), limit.running():
        raise KeyError
    assert_one_thread_watches()


def test_many_quick_runs_share_one_thread(limit: TimeLimit) -> None:
    for _ in range(200):
        with limit.running():
            pass
    assert_one_thread_watches()


def test_two_limits_that_run_at_once_are_cut_each_at_its_time(sheets: Sheets) -> None:
    short, long = TimeLimit(LIMIT), TimeLimit(30)
    with long.running():
        with pytest.raises(TimeoutError), short.running():
            while True:
                Event().wait(0.001)
                if any(run.is_cut for run in deadline._cutter._runs):
                    raise ConnectionError
        assert not any(run.is_cut for run in deadline._cutter._runs)
