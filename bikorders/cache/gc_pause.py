"""Keeps the building of a snapshot from holding up requests in the same interpreter."""

import gc
import sys

HAND_OVER = 0.0005
"""Seconds after which a thread that computes lets another one run; a request needs that several times."""

MANY = 1000
"""New objects from which on a read has built a snapshot; they are then taken out of the garbage collector's walks."""

WALK_ALL_EVERY = 1000
"""New snapshots after which the collector walks over everything once, which takes it a moment."""


class GcPause:
    """A context in which threads take short turns and the garbage collector stands still.

    The collector would start with every few hundred objects that are made. Afterwards the snapshot is taken out of its
    walks, since one over it holds up requests for as long as 30 ms with 10,000 orders. A snapshot has no cycles: it goes when nobody refers to it any more. Cyclic garbage that was taken
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
