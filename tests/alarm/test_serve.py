"""The alarm as `bikorders serve` starts it."""

import json

import pytest

from bikorders import cli
from bikorders import serve as serving
from bikorders.alarm import alarm, rules


@pytest.fixture
def serve(monkeypatch, tmp_path, capsys):
    """Run `bikorders serve` for a sheet with a mistake until `run` returns; give its exit code and its errors."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Orders.csv").write_text("Order ID,Phone\n1,123\n", encoding="utf-8")

    def serve(addresses, run=lambda: None):
        class Server:
            port = 8080

            def __init__(self, *args):
                self.run = run

            def stop_on_signals(self):
                pass

            def stop(self):
                pass

        monkeypatch.setattr(serving, "Server", Server)
        settings = {"SHEET": str(tmp_path), "AUTH": "none", "NOTIFY": addresses, "JOURNAL": "state/j.sqlite3"}
        (tmp_path / "state").mkdir(exist_ok=True)
        for name, text in settings.items():
            monkeypatch.setenv(f"BIKORDERS_{name}", text)
        code = cli.main(["serve"])
        return code, capsys.readouterr().err

    return serve


def test_a_mistake_rings_and_what_was_told_is_kept_beside_the_journal(serve, receiver, monkeypatch, tmp_path):
    monkeypatch.setattr(rules, "STAYS", 0.0)
    monkeypatch.setattr(alarm, "LOOK_EVERY", 0.05)
    code, _ = serve(receiver.address, lambda: receiver.arrived.wait(60))
    assert code == 0
    assert [title for title, _ in receiver.received] == [f"{tmp_path.name}: 1 cell needs fixing"]
    kept = json.loads((tmp_path / "state" / "j.alarm.json").read_text("utf-8"))
    assert len(kept["memory"]["told"]) == 1


def test_a_wrong_address_stops_the_start(serve, tmp_path):
    code, errors = serve("nosuchservice://S3CRET", lambda: pytest.fail("it started"))
    assert code == 2
    assert "address 1 of BIKORDERS_NOTIFY is wrong" in errors and "S3CRET" not in errors
