"""The processes that are compared: started on free ports, told what to do, and taken down again."""

import atexit
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fake_google import KEY
from serve import read_memory

HERE = Path(__file__).parent
FOLDER = Path(tempfile.mkdtemp(prefix="bikorders-bench-"))
_ask = build_opener(ProxyHandler({})).open


@dataclass
class Server:
    """A process that listens."""

    process: subprocess.Popen[str]
    port: int

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def pause(self) -> None:
        """Let it stand still, so that it does not disturb what is measured beside it."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def read_memory(self) -> float:
        return read_memory(self.process.pid)


class Google(Server):
    """A simulated Google with a sheet of so many orders."""

    @classmethod
    def start(cls, size: int, latency: float = 0.0) -> "Google":
        server = _start(cls, ["fake_google.py", str(size)], {}, r"(\d+)")
        server.tell(latency=latency)
        return server

    def tell(self, **said: object) -> int:
        """Tell it something; gives how many reads it has answered."""
        url = f"http://127.0.0.1:{self.port}/bench?{urlencode(said)}"
        return int(json.load(_ask(url, timeout=60))["reads"])

    def refresh(self, server: Server) -> None:
        """Ask a server to read again."""
        _ask(f"http://127.0.0.1:{server.port}/refresh", b"", timeout=60).close()


def start(kind: str, google: Google | None = None, **settings: object) -> Server:
    """Start `ours`, `constant` or `plain`, with settings of `bikorders` or BENCH_ ones."""
    return _start(Server, ["serve.py", kind], _build_environ(google, settings), r"listens on \S+:(\d+)/")


def run(arguments: Sequence[str], google: Google) -> list[dict[str, float]]:
    """Run something to its end; give the lines of JSON that it prints."""
    done = subprocess.run(
        [sys.executable, str(HERE / "serve.py"), *arguments],
        cwd=FOLDER,
        env=_build_environ(google, {}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _build_environ(google: Google | None, settings: dict[str, object]) -> dict[str, str]:
    environ = {name: text for name, text in os.environ.items() if not name.startswith("BIKORDERS_")}
    environ |= {"BIKORDERS_PORT": "0", "PYTHONPATH": str(HERE.parent)}
    if google:
        environ |= {
            "BENCH_GOOGLE": f"http://127.0.0.1:{google.port}",
            "BIKORDERS_SHEET": KEY,
            "BIKORDERS_CREDENTIALS": str(_write_key_file(google)),
            "BIKORDERS_AUTH": "none",
        }
    return environ | {name: str(value) for name, value in settings.items()}


def _start(kind: type[Server], arguments: list[str], environ: dict[str, str], pattern: str) -> "Server":
    process = subprocess.Popen(
        [sys.executable, str(HERE / arguments[0]), *arguments[1:]],
        cwd=FOLDER,
        env=environ or None,
        stdout=subprocess.PIPE,
        stderr=(FOLDER / "log").open("a"),
        text=True,
    )
    atexit.register(process.kill)
    assert process.stdout
    for line in process.stdout:
        if match := re.search(pattern, line):
            return kind(process, int(match[1]))
    raise RuntimeError(f"{arguments} did not start; see {FOLDER / 'log'}")


def _write_key_file(google: Google) -> Path:
    path = FOLDER / f"key-{google.port}.json"
    if not path.exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        info = {
            "type": "service_account",
            "private_key": pem.decode(),
            "client_email": "reader@shop-123.iam.gserviceaccount.com",
            "token_uri": f"http://127.0.0.1:{google.port}/token",
        }
        path.touch(0o600)
        path.write_text(json.dumps(info), encoding="utf-8")
    return path
