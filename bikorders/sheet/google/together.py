"""Several requests to Google at the same time, so that whoever waits for all of them waits as long as for one."""

from _thread import start_new_thread
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any


def run_together(jobs: Sequence[Callable[[], Any]], patience: float) -> list[Any]:
    """Return what each job returns or, in its place, the exception that it raises; the first runs in this thread.

    Raises `TimeoutError` if one is not done `patience` seconds after the first. They are daemons' threads: none keeps
    the process from ending.
    """
    done: SimpleQueue[tuple[int, Any]] = SimpleQueue()

    def run(place: int) -> None:
        try:
            result = jobs[place]()
        except Exception as error:  # noqa: BLE001 - the caller decides
            result = error
        done.put((place, result))

    for place in range(1, len(jobs)):
        # Thread.start would wait for ever for a thread that dies at once for want of memory.
        start_new_thread(run, (place,))
    run(0)
    try:
        results = dict(done.get(timeout=patience) for _ in jobs)
    except Empty:
        raise TimeoutError("requests at the same time are not done in time") from None
    return [results[place] for place in range(len(jobs))]
