"""The thread that looks after the shop: it finds what is wrong, has the rules decide what rings, and sends it."""

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from threading import Condition, Thread
from typing import NamedTuple
from weakref import ref

from bikorders.alarm.memory_file import Kept, Letter, MemoryFile, hash_address
from bikorders.alarm.rules import Facts, Rules, key_cells
from bikorders.alarm.sender import send
from bikorders.alarm.wording import Message, name_shop
from bikorders.cache.clock import Clock
from bikorders.cache.policy import View
from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.errors import BikordersError
from bikorders.merchant.page_model import ReportCache, find_report
from bikorders.merchant.report_entries import Entry
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.pauses import Pauses
from bikorders.serving.service import Service
from bikorders.text import plural

LOOK_EVERY = 10.0
"""Seconds from one look to the next."""

CHECK_EVERY = 30.0
"""Seconds from one check of the cells to the next."""

CHECK_SHARE = 10
"""How many times as long as a check took it is to the next one: the answers need the processor, too."""

LONGEST_PAUSE = 300.0
PAUSES = (10.0, 20.0, 40.0, 80.0, 160.0, LONGEST_PAUSE)
"""Seconds before messages that could not be sent are tried again."""

MOST_LETTERS = 20
"""Messages that wait to be sent; the oldest is dropped for one more."""

_log = logging.getLogger("bikorders.alarm")


class Shop(NamedTuple):
    """Whom the alarm looks after; the reports are shared with the page, so that each is made once."""

    service: Service
    cache: SnapshotCache
    reports: ReportCache


class Alarm:
    """Looks every few seconds, in a thread of its own, and asks the sheet no more than a second look at a mistake.

    `post` sends a message and returns the addresses that did not take it; `wall` gives Unix seconds. Nothing here is
    locked: other threads see no more than `notice`, which is replaced as a whole.
    """

    def __init__(
        self,
        shop: Shop,
        addresses: Sequence[str],
        file: MemoryFile,
        clock: Clock,
        post: Callable[[Sequence[str], Message], list[str]] = send,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._service, self._cache, self._reports = shop
        self._addresses = {hash_address(address): address for address in addresses}
        self._file = file
        self._clock = clock
        self._post = post
        self._began = wall() - clock.now()
        self._kept: Kept = file.load(addresses)
        self._rules = Rules(self._kept.memory)
        self._checked: Callable[[], Snapshot | None] = lambda: None
        self._check_at = -math.inf
        self._cells: Mapping[str, Entry] = {}
        self._pauses = Pauses(PAUSES)
        self._is_closed = False
        self._wake = Condition()
        self.notice = ""
        """What the owner should know of the alarm itself; "" if it is well."""

    def start(self) -> None:
        """Begin to look, in a thread of its own."""
        Thread(target=self._run, name="alarm", daemon=True).start()

    def close(self) -> None:
        """Stop looking; a message that is being sent is left to itself."""
        self._is_closed = True
        with self._wake:
            self._wake.notify_all()

    def _run(self) -> None:
        while not self._is_closed:
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - the one thread that rings must live on
                if not self._is_closed:
                    _log.exception("unexpected error in the alarm: %s", type(error).__name__)
            with self._wake:
                if not self._is_closed:
                    self._clock.wait(self._wake, LOOK_EVERY)

    def look(self) -> None:
        """Find what is wrong, and send what rings."""
        facts = self._find_facts()
        is_held_up = any(len(letter.to) == len(self._addresses) for letter in self._kept.letters)
        self._kept.name = self._service.find_name() or self._kept.name
        message = self._rules.decide(facts, may_tell_cells=not is_held_up)
        if message:
            letter = Letter(name_shop(message, self._kept.name), list(self._addresses))
            self._kept.letters = [*self._kept.letters, letter][-MOST_LETTERS:]
        if since := self._rules.find_second_look(facts.at):
            self._cache.look_again(since - self._began)
        # Before it is sent: a machine that goes down meanwhile sends it at its next start.
        self._file.save(self._kept)
        self._send_letters(is_new=message is not None)
        self._file.save(self._kept)
        self.notice = self._describe_trouble()

    def _find_facts(self) -> Facts:
        view, health, now = self._cache.peek(), self._cache.get_health(), self._cache.now()
        at = now + self._began
        facts = Facts(at, health.status, health.lasting or 0.0, health.failure)
        if view and health.status == "ok":
            facts = replace(facts, cells=self._find_cells(view, now), read_at=at - view.age)
        return self._add_backlog(facts)

    def _add_backlog(self, facts: Facts) -> Facts:
        """Return the facts with those about Bik's orders; without them while the journal can't be read."""
        if not self._service.intake:
            return facts
        try:
            backlog = self._service.intake.get_backlog()
        except BikordersError:
            return facts
        parked = tuple(record.id for record in backlog.parked)
        return replace(facts, parked=parked, waiting=backlog.waiting, waiting_since=backlog.since)

    def _find_cells(self, view: View, now: float) -> Mapping[str, Entry] | None:
        """Return the cells that need fixing; None if the snapshot was not checked yet and another one was just now."""
        snapshot = view.snapshot
        is_known = self._checked() is snapshot
        if now < self._check_at:
            return self._cells if is_known else None
        if is_known and not self._service.intake:
            return self._cells
        try:
            report = find_report(self._service, self._reports, snapshot)
        except BikordersError:
            return None
        if report is None:
            return None
        self._cells = key_cells(report.entries)
        took = self._clock.now() - now
        self._check_at = now + max(CHECK_EVERY, CHECK_SHARE * took)
        # Weakly: the snapshot before the last one must not stay in memory for this.
        self._checked = ref(snapshot)
        return self._cells

    # Sending

    def _send_letters(self, *, is_new: bool) -> None:
        """Send what waits: the newest message at once, and those that were refused before after a pause."""
        now, letters = self._clock.now(), self._kept.letters
        due = letters if self._pauses.find_left(now) <= 0 else letters[-1:] if is_new else []
        refused: set[str] = set()
        for letter in list(due):
            to = [self._addresses[to] for to in letter.to if to not in refused]
            failed = {hash_address(address) for address in self._post(to, letter.message)} if to else set()
            refused |= failed
            letter.to = [to for to in letter.to if to in refused]
            self._file.save(self._kept)
        self._kept.letters = [letter for letter in letters if letter.to]
        if not due:
            return
        if refused:
            if not self._pauses.is_failing:
                _log.warning("%s", self._describe_refusal())
            self._pauses.note_failure(now)
        elif not self._kept.letters:
            if self._pauses.is_failing:
                _log.warning("messages to the owner can be sent again")
            self._pauses.note_success()

    def _describe_refusal(self) -> str:
        waiting = {to for letter in self._kept.letters for to in letter.to}
        numbers = [str(number) for number, to in enumerate(self._addresses, start=1) if to in waiting]
        return (
            f"{plural(len(self._kept.letters), 'message')} to the owner can't be sent to address "
            f"{', '.join(numbers)} of BIKORDERS_NOTIFY; it is tried again, and bikorders notify --test shows whether it works"
        )

    def _describe_trouble(self) -> str:
        return self._describe_refusal() if self._kept.letters else ""
