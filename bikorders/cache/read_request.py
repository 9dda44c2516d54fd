"""What is wanted of the next read: a request's need, the needs merged, and the quotas that allow a read for them."""

import math
from dataclasses import dataclass, replace

from bikorders.cache.clock import Clock
from bikorders.cache.rate_limit import Quota


@dataclass(frozen=True)
class Need:
    """What a request asks of a snapshot beyond being fresh.

    The reads of the rows and of the tabs' names must have begun at or after these times, on the cache's clock;
    `tab` must be among the tabs that were read. `is_urgent` says that an answer or an edit waits for it.
    """

    rows_since: float = -math.inf
    names_since: float = -math.inf
    tab: str | None = None
    is_urgent: bool = True

    @property
    def wants_both(self) -> bool:
        """Whether it asks for new rows and for the tabs' names."""
        return self.rows_since > -math.inf and self.names_since > -math.inf

    def without_names(self) -> "Need":
        """Return the need for rows alone, for when the names can't be had."""
        return replace(self, names_since=-math.inf)

    def build_request(self) -> "ReadRequest":
        """Return what a read must bring to meet this need, whatever is known already."""
        tabs = frozenset(() if self.tab is None else (self.tab,))
        return ReadRequest(self.names_since > -math.inf, tabs, self.is_urgent)


@dataclass(frozen=True)
class ReadRequest:
    """What a read brings beside the usual rows: the tabs' `names`, and the rows of these `tabs`; whether it is urgent."""

    names: bool = False
    tabs: frozenset[str] = frozenset()
    is_urgent: bool = False

    def merge(self, other: "ReadRequest") -> "ReadRequest":
        """Return the request for one read that serves both."""
        return ReadRequest(
            self.names or other.names, self.tabs | other.tabs, self.is_urgent or other.is_urgent
        )

    def covers(self, other: "ReadRequest") -> bool:
        """Return whether a read for this request brings what the other one asks for."""
        return self.names >= other.names and self.tabs >= other.tabs


class ReadQuotas:
    """Allows reads beside the regular ones, so that no kind of question can use up the source's whole quota.

    `spare` is how many reads a minute the regular ones leave; each kind gets a quarter of it.
    """

    def __init__(self, spare: int | None, clock: Clock) -> None:
        share = None if spare is None else spare // 4
        self._new_rows, self._new_tabs, self._refreshes, self._tasks = (Quota(share, clock) for _ in range(4))

    def may_request(self, need: Need, is_fresh: bool) -> bool:
        """Return whether a read for this need may be requested now, and charge it if so.

        It costs nothing where only the rows are wanted and the snapshot is not fresh: a regular read is due then.
        """
        if need.names_since > -math.inf and not self.may_read_names():
            return False
        if need.tab is not None:
            return self._new_tabs.spend()
        return not is_fresh or need.rows_since == -math.inf or self._new_rows.spend()

    def may_read_names(self) -> bool:
        """Return whether a read may bring the tabs' names, too, and charge it if so.

        They take a request for themselves, and one for what the cells show.
        """
        return self._new_tabs.spend(2)

    def may_refresh(self) -> bool:
        """Return whether somebody who says that the sheet changed gets a read, and charge it if so.

        It takes a second request for what the cells show.
        """
        return self._refreshes.spend(2)

    def may_run_task(self) -> bool:
        """Return whether a task may ask the source for something, and charge it if so."""
        return self._tasks.spend()
