"""How the C library keeps memory that was freed."""

import ctypes
from contextlib import suppress

ARENAS = 2
"""Places from which memory is taken. One interpreter lets one thread at a time ask for it, so that more bring nothing."""

_M_ARENA_MAX = -8


def limit_arenas() -> bool:
    """Let all threads take memory from the same few places; return whether the C library (glibc) knows that.

    By itself it has eight for each core: each keeps its own holes, and large bodies and answers of Google's that come to
    ever other threads make them grow for hours (118 to 133 MB within ten minutes, where it stays at 114 with two).
    """
    with suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS))
    return False
