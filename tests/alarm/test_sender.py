"""Messages that are sent for real, to a receiver on this machine."""

import subprocess
import sys

import pytest

from bikorders.alarm import sender
from bikorders.alarm.sender import check_addresses, send
from bikorders.alarm.wording import Message
from bikorders.cli import main
from bikorders.errors import SettingsError

HELLO = Message("A title", "<b>A line</b>\nhttps://example.com/#gid=0&range=D5")
NOBODY = "json://127.0.0.1:9/"


@pytest.fixture
def notify(monkeypatch, tmp_path, capsys):
    """Run `bikorders notify --test` for these addresses; give its exit code and what it prints."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Rose Shop").mkdir()
    (tmp_path / "Rose Shop" / "Orders.csv").write_text("Order ID,Status\n1,Packed\n", encoding="utf-8")
    monkeypatch.setenv("BIKORDERS_SHEET", "Rose Shop")

    def notify(*addresses):
        monkeypatch.setenv("BIKORDERS_NOTIFY", " ".join(addresses))
        code = main(["notify", "--test"])
        return code, *capsys.readouterr()

    return notify


def test_a_message_arrives_as_it_is(receiver):
    assert send([receiver.address], HELLO) == []
    assert receiver.received == [HELLO]


def test_the_service_itself_never_loads_apprise():
    code = "import sys, bikorders.cli; sys.exit('apprise' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


def test_of_several_addresses_those_that_took_nothing_are_named_and_the_others_served(receiver):
    assert send([NOBODY, receiver.address], HELLO) == [NOBODY]
    receiver.status = 500
    assert send([receiver.address], HELLO) == [receiver.address]
    assert receiver.received == [HELLO]


def test_a_child_that_hangs_is_given_up(monkeypatch, receiver):
    monkeypatch.setattr(sender, "WITHIN", 0.001)
    assert send([receiver.address], HELLO) == [receiver.address]


@pytest.mark.parametrize("wrong", ["nosuchservice://S3CRET", "mailto://S3CRET"])
def test_a_wrong_address_stops_the_start_and_is_not_repeated(receiver, wrong):
    with pytest.raises(SettingsError, match="address 2 of BIKORDERS_NOTIFY is wrong") as caught:
        check_addresses([receiver.address, wrong])
    assert "S3CRET" not in str(caught.value)
    assert receiver.received == []


def test_without_apprise_an_address_stops_the_start_and_none_does_not(monkeypatch):
    monkeypatch.setattr(sender, "find_spec", lambda name: None)
    check_addresses([])
    with pytest.raises(SettingsError, match=r"install bikorders\[notify\]"):
        check_addresses([NOBODY])


def test_the_command_sends_one_message_to_each_address(notify, receiver):
    assert notify(receiver.address, f"{receiver.address}other") == (
        0,
        "Sent to address 1.\nSent to address 2.\n",
        "",
    )
    assert [title for title, _ in receiver.received] == ["Rose Shop: bikorders can reach you"] * 2


def test_the_command_sends_its_message_also_while_the_sheet_cannot_be_read(notify, receiver, tmp_path):
    (tmp_path / "Rose Shop" / "Orders.csv").unlink()
    assert notify(receiver.address)[0] == 0
    assert [title for title, _ in receiver.received] == ["bikorders can reach you"]


def test_the_command_ends_with_1_if_it_cannot_send(notify, receiver):
    receiver.status = 500
    code, out, errors = notify(receiver.address)
    assert (code, out) == (1, "")
    assert "address 1 of BIKORDERS_NOTIFY did not take the message" in errors


@pytest.mark.parametrize("addresses", [(), ("nobody@example.com",), ("nosuchservice://x",)])
def test_the_command_ends_with_2_without_an_address_and_for_what_is_none(notify, addresses):
    assert notify(*addresses)[0] == 2
