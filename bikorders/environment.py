"""What is said in the environment and in a `.env` file; names that were meant to be settings and are none are refused.

The environment wins over the file. Nothing that was to be set may be missing without a word: in the file every name
counts that looks like one of ours, in the environment, which holds others' names too, what begins like ours.
"""

import difflib
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from dotenv.parser import parse_stream

from bikorders.errors import SettingsError

PREFIX = "BIKORDERS_"

_LIKE_OURS = re.compile("bikorder", re.IGNORECASE)

_PREFIX_AS_TYPED = re.compile("^bik_?o?r?d?e?r?s?_?", re.IGNORECASE)

_CLOSE = 0.8
"""From how alike to one of ours on a name in the file counts as misspelt; others' names there are nothing to us."""


def read_environment(environ: Mapping[str, str], dotenv: Path, known: Collection[str]) -> dict[str, str]:
    """Return what is said, by name. `known` are the settings, without the prefix.

    Raises `SettingsError` for a name that was meant to be one of them, and for a file that can't be read.
    """
    in_file = _read_dotenv(dotenv)
    for name in in_file:
        if not _is_setting(name, known) and _is_meant(name, known):
            raise _unknown(name, f"{name} in {dotenv}", known)
    for name in environ:
        if not _is_setting(name, known) and _LIKE_OURS.match(name):
            raise _unknown(name, name, known)
    return in_file | dict(environ)


def _is_setting(name: str, known: Collection[str]) -> bool:
    return name.startswith(PREFIX) and name.removeprefix(PREFIX) in known


def _is_meant(name: str, known: Collection[str]) -> bool:
    """Return whether a name in the file was meant to be one of the settings."""
    upper, whole = name.upper(), [PREFIX + other for other in known]
    is_like_ours = bool(_LIKE_OURS.match(name) or difflib.get_close_matches(upper, whole, 1, _CLOSE))
    return is_like_ours or upper in known


def _unknown(name: str, shown: str, known: Collection[str]) -> SettingsError:
    close = difflib.get_close_matches(_PREFIX_AS_TYPED.sub("", name).upper(), known, 1)
    return SettingsError(
        f"{shown} is not a setting",
        f"did you mean {PREFIX}{close[0]}?" if close else f"known are {', '.join(PREFIX + o for o in known)}",
    )


def _read_dotenv(path: Path) -> dict[str, str]:
    """Read lines `NAME=value`. Raises `SettingsError` for any other line: what it was to set would be missing."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            bindings = list(parse_stream(file))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} can't be read", "make it a readable UTF-8 text file") from error
    for binding in bindings:
        if binding.error or (binding.key is not None and binding.value is None):
            text = binding.original.string
            line = binding.original.line + len(text) - len(text.lstrip("\n"))
            raise SettingsError(f"line {line} of {path} is not a setting", "write NAME=value, one on a line")
    return {binding.key: binding.value or "" for binding in bindings if binding.key is not None}
