"""How is a message sent? By a child process, so that apprise takes memory only for that moment."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from bikorders.alarm.wording import Message, name_shop
from bikorders.environment import PREFIX
from bikorders.errors import BikordersError, SettingsError
from bikorders.settings import Settings

WITHIN = 60.0
"""Seconds after which sending is given up."""


def check_addresses(addresses: Sequence[str]) -> None:
    """Raise `SettingsError` if one of the addresses is none, or if nothing is installed that could send to it.

    An address holds a password, so that no error repeats it.
    """
    if not addresses:
        return
    if find_spec("apprise") is None:
        raise SettingsError(
            f"{PREFIX}NOTIFY needs apprise, which is not installed", "install bikorders[notify]"
        )
    if wrong := send(addresses, Message("", "")):
        number = addresses.index(wrong[0]) + 1
        raise SettingsError(
            f"address {number} of {PREFIX}NOTIFY is wrong",
            "write it as apprise does, such as mailto://USER:PASSWORD@gmail.com or ntfy://TOPIC",
        )


def send(addresses: Sequence[str], message: Message) -> list[str]:
    """Send a message, and return the addresses that did not take it; without a body, those that are none."""
    errand = {"addresses": list(addresses), "title": message.title, "body": message.body}
    command = [sys.executable, "-P", "-m", "bikorders.alarm.child"]
    # On standard input, since others on the machine see the words of a command.
    said: bytes | str | None
    try:
        said = subprocess.run(
            command,
            input=json.dumps(errand).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WITHIN,
            check=False,
        ).stdout
    except subprocess.TimeoutExpired as late:
        said = late.stdout
    except OSError:
        said = b""
    taken = (said.decode() if isinstance(said, bytes) else said or "").split()
    return [address for number, address in enumerate(addresses) if str(number) not in taken]


TEST = Message("bikorders can reach you", "This is a test. Messages about your sheet will come here.")


def run_test(settings: Settings, find_name: Callable[[], str]) -> int:
    """Send one message to each address that is set; return the exit code.

    `find_name` gives the spreadsheet's title, which messages begin with. A sheet that can't be read is `check`'s matter.
    """
    addresses = settings.notify
    if not addresses:
        raise SettingsError(f"{PREFIX}NOTIFY is not set", "set the address where messages are to go")
    check_addresses(addresses)
    try:
        name = find_name()
    except BikordersError:
        name = ""
    failed = send(addresses, name_shop(TEST, name))
    for number, address in enumerate(addresses, start=1):
        if address in failed:
            print(
                f"bikorders: address {number} of {PREFIX}NOTIFY did not take the message; "
                "check its password and names, and that this machine reaches it",
                file=sys.stderr,
            )
        else:
            print(f"Sent to address {number}.")
    return 1 if failed else 0
