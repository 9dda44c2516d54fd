"""Long work in the background lets requests pass, though one interpreter does both."""

import gc
import sys

HAND_OVER = 0.0005
"""Seconds after which a thread that computes hands the interpreter over; a request needs it several times."""

MANY = 1000
"""So many new objects are taken out of the garbage collector's walks: those of a new snapshot, not of none."""

WALK_ALL_EVERY = 1000
"""After so many new snapshots the collector walks over everything once, which takes it a moment."""


class GcPause:
    """Works in small slices, and keeps the garbage collector from walking over a large snapshot.

    The collector stands still meanwhile, since it would start with every few hundred objects that are made, and the
    snapshot is taken out of its walks afterwards, since one over it holds up requests for as long as 30 ms with
    10,000 orders. A snapshot has no cycles: it goes when nobody refers to it any more. Cyclic garbage that was taken
    out with it, as refused requests leave some, goes after `WALK_ALL_EVERY`. For one thread at a time.
    """

    def __init__(self) -> None:
        self._frozen = 0
        self._before = 0.0

    def __enter__(self) -> None:
        self._before = sys.getswitchinterval()
        sys.setswitchinterval(HAND_OVER)
        if self._frozen >= WALK_ALL_EVERY:
            self._frozen = 0
            gc.unfreeze()
            gc.collect()
        else:
            gc.collect(1)  # so that young garbage is not frozen
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if gc.get_count()[0] >= MANY:
            gc.freeze()
            self._frozen += 1
        gc.enable()
        sys.setswitchinterval(self._before)
