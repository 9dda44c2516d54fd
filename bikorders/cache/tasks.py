"""Small questions to the source that are no reads of the sheet, such as the link behind a cell."""

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Thread

from bikorders.cache.cache_state import CacheState
from bikorders.cache.policy import Policy
from bikorders.cache.read_request import ReadQuotas
from bikorders.errors import BikordersError

_log = logging.getLogger("bikorders.cache")


@dataclass
class Task:
    """Something to ask the source, for which some requests are `waiting`; `result` counts once it is `done`."""

    run: Callable[[], str | None]
    waiting: int = 0
    done: bool = False
    result: str | None = None


class TaskQueue:
    """Runs tasks in a thread of its own, so that no read waits for them, while the requests that want the results wait.

    The lock of `CacheState` guards it, since those who wait for a task take the same places as those who wait for a read.
    A task that nobody waits for any more is dropped: one that is slow must not make all that come after it late.
    """

    def __init__(self, state: CacheState, policy: Policy, quotas: ReadQuotas) -> None:
        self._state = state
        self._policy = policy
        self._quotas = quotas
        self._pending: dict[Hashable, Task] = {}

    def start(self) -> None:
        """Begin to run tasks, in a thread of its own."""
        Thread(target=self._run, name="links", daemon=True).start()

    def _run(self) -> None:
        state = self._state
        while True:
            with state.changed:
                while not self._pending and not state.is_closed:
                    state.changed.wait()
                if state.is_closed:
                    return
            self.run_all()

    def run(self, since: float, key: Hashable, function: Callable[[], str | None]) -> str | None:
        """Return what the function returns in the other thread; requests with the same key share one task.

        `since` is when the request came. None if the function fails or is not done by the request's deadline, while
        the source fails, and if the quota or the places to wait are used up.
        """
        with self._state.changed:
            if self._state.backoff.failure or not self._state.has_place():
                return None
            task = self._pending.get(key)
            if task is None:
                if not self._quotas.may_run_task():
                    return None
                task = self._pending[key] = Task(function)
                self._state.changed.notify_all()
            task.waiting += 1
            with self._state.take_place():
                while not task.done and self._state.wait_for_change(since + self._policy.deadline):
                    pass
            task.waiting -= 1
            return task.result

    def run_all(self) -> None:
        """Run the tasks that wait, and those that come meanwhile, in this thread."""
        while True:
            with self._state.changed:
                if not self._pending:
                    return
                key, task = next(iter(self._pending.items()))
                if not task.waiting:
                    del self._pending[key]
                    continue
            result = _run(task)
            with self._state.changed:
                task.done, task.result = True, result
                del self._pending[key]
                self._state.changed.notify_all()


def _run(task: Task) -> str | None:
    try:
        return task.run()
    except BikordersError as error:
        _log.info("a link could not be read: %s", error)
    except Exception as error:  # noqa: BLE001 - the one thread that runs tasks must live on
        _log.exception("unexpected error while reading a link: %s", type(error).__name__)
    return None
