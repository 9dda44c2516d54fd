"""The `.env` file that `init` offers to write: what the environment says, and secrets that were made."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from bikorders.bik.auth import parse_auth
from bikorders.environment import PREFIX
from bikorders.secret import make_secret
from bikorders.settings import Settings
from bikorders.text import clean

DOTENV = Path(".env")


def offer_env(settings: Settings, environ: Mapping[str, str], is_agreed: Callable[[str], bool]) -> Settings:
    """Write a `.env` if there is none and no header for Bik is set, and return the settings with what it sets.

    It also gets what the environment says, so that the next commands work in any shell.
    """
    if settings.auth is not None or os.path.lexists(DOTENV):
        return settings
    if not is_agreed(f"Write {DOTENV} with a secret for Bik and a password for the status page? [y/N] "):
        return settings
    said = {name: text for name, text in environ.items() if name.startswith(PREFIX) and text.strip()}
    auth = f"bearer:{make_secret()}"
    password = settings.page_password or make_secret()
    lines = said | {f"{PREFIX}AUTH": auth, f"{PREFIX}PAGE_PASSWORD": password}
    try:
        _write_private("".join(f"{name}={_quote(text)}\n" for name, text in lines.items()))
    except OSError as error:
        print(f"{DOTENV} can't be written here ({error.strerror}).")
        return settings
    print(
        f"{DOTENV} is written: it holds the secret for Bik and the page's password. Nobody else may read it."
    )
    return replace(settings, auth=parse_auth(auth), page_password=password)


def _write_private(text: str) -> None:
    """Write the file, which nobody else may read from its first moment on. Raises `OSError` if there is one."""
    number = os.open(DOTENV, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)


def _quote(text: str) -> str:
    """Return a value as it stands in a `.env` file.

    >>> _quote("./orders"), _quote("Bik's # orders")
    ('./orders', "'Bik\\\\'s # orders'")
    """
    if not set(text) & set(" #'\"\\$\n\r\t"):
        return text
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def list_secrets_to_set(settings: Settings) -> Iterator[str]:
    """Yield what to do for the secrets that are missing."""
    lacks = {
        f"{PREFIX}AUTH=bearer:": settings.auth is None,
        f"{PREFIX}PAGE_PASSWORD=": not settings.page_password,
    }
    if all(lacks.values()) and not os.path.lexists(DOTENV):
        yield f"Make a secret for Bik and a password for the status page, in {DOTENV}: bikorders init --yes"
        return
    for start, is_lacking in lacks.items():
        if is_lacking:
            # A blank line first: the last one of the file may not have ended.
            command = f"""print("\\n{start}" + secrets.token_urlsafe(24))"""
            what = "a secret for Bik" if "AUTH" in start else "a password for the status page"
            yield f"Make {what}: (umask 077; python3 -c 'import secrets; {command}' >> {DOTENV})"


def describe_page(settings: Settings) -> str:
    """Return where the status page is."""
    address = settings.find_address(settings.port)
    password = f"any user name, and the password of {PREFIX}PAGE_PASSWORD"
    return f"Open {clean(address)}/ to see how it is and what needs fixing: {password}"
