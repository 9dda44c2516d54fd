"""What do the messages to the owner say? Nothing in them is a customer's: they go through the hands of others."""

from typing import NamedTuple


class Message(NamedTuple):
    """What is sent: its title, and its lines."""

    title: str
    body: str
