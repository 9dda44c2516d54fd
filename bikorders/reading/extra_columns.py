"""Which columns of the shop's own can be sent? Those headed `bik:` and a path that no field of the contract has."""

import re
from collections.abc import Iterable

from bikorders.reading.fields import SENT
from bikorders.reading.header_index import PATHS, Role
from bikorders.reading.headers import Header

_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,4}", re.ASCII)


def list_extra(headers: Iterable[Header], role: Role) -> tuple[dict[str, int], list[int]]:
    """Return the shop's own columns by the path they are sent under, and those that can't be sent."""
    taken, parents = set(_TAKEN[role]), set(_PARENTS[role])
    extra: dict[str, int] = {}
    refused: list[int] = []
    for header in headers:
        if (path := header.extra_path) is None:
            continue
        if _can_send(path, taken, parents):
            extra[path] = header.column
            taken.add(path)
            parents |= _list_parents(path)
        else:
            refused.append(header.column)
    return extra, refused


def _can_send(path: str, taken: set[str], parents: set[str]) -> bool:
    """Return whether a text is a path that neither holds nor lies in a field that is sent."""
    if not _PATH.fullmatch(path) or path == "items":
        return False
    return path not in taken and path not in parents and not taken & _list_parents(path)


def _list_parents(path: str) -> set[str]:
    """Return the objects that a path lies in.

    >>> sorted(_list_parents("a.b.c"))
    ['a', 'a.b']
    """
    parts = path.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts))}


_TAKEN: dict[Role, frozenset[str]] = {role: SENT & paths.keys() for role, paths in PATHS.items()}
_PARENTS: dict[Role, frozenset[str]] = {
    role: frozenset(parent for path in paths for parent in _list_parents(path))
    for role, paths in _TAKEN.items()
}
"""Paths that a column of the shop's own may not have, and the objects they lie in."""
