"""Reads a Google Sheet, read-only: what is asked of Google, and what its answers say.

One request reads the values of all tabs that are needed. Where they changed, a second one reads what the cells show; so it
does with the tabs' names, since a new format changes no value. The names are asked for at the start and when one is gone.
At the start and after a pause somebody waits, and the sheet may well have changed: then all that is known to be needed is
asked for at the same time.
"""

import os
import shlex
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from bikorders.errors import SheetUnusable
from bikorders.sheet.google.connection import WITHIN, Connection, quote_title
from bikorders.sheet.google.errors import TabRefused
from bikorders.sheet.google.overview import TABS, TABS_AND_TEXTS, Overview
from bikorders.sheet.google.together import run_together
from bikorders.sheet.google.values import Answer, AnswerMerger, TabSize
from bikorders.sheet.shown import Doubt, settle_doubts
from bikorders.sheet.source import Step
from bikorders.sheet.template import ITEMS, ORDERS
from bikorders.sheet.workbook import Cell, Raw, Tab, Workbook, keep_same, typed_in
from bikorders.text import fold_text

SCOPE = "https://www.googleapis.com/auth/spreadsheets.readonly"
MAX_TABS = 50
"""The most tabs that one request reads, besides those that the settings name."""

_LIKELY = [ORDERS.title, ITEMS.title]
"""The tabs that are asked for before their names are known."""

MAX_RANGES = 6000
"""Characters that the tabs' names may take in the request's address."""


class GoogleSource:
    """One spreadsheet. `named` are titles, folded, that are always read, hidden or not.

    `charge` is called before every request to Sheets; what it raises ends the read. Raises `SettingsError` if the key
    file can't be used.
    """

    def __init__(
        self,
        key: str,
        credentials: Path,
        named: Collection[str] = (),
        charge: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = f"the Google Sheet {key}"
        self._url = f"https://docs.google.com/spreadsheets/d/{key}/edit"
        self._named = frozenset(named)
        self._key_file = credentials
        self._connect = partial(Connection, key, credentials, SCOPE, charge)
        self._connection = self._connect()
        self._grids: dict[str, TabSize] = {}
        self._left_out: dict[str, SheetUnusable] = {}
        self._title = ""
        self._wanted: dict[str, None] = {}
        self._early: dict[Hashable, Any] = {}
        self._digests = b"", b""
        self._merger = AnswerMerger()
        self._known_doubts: frozenset[tuple[Raw, str]] = frozenset()
        self._workbook = Workbook({})

    def probe(self) -> Iterator[Step]:
        """Try the key file, the token, and then the API and the sharing, which one answer shows."""
        file = self._key_file.stat()
        others = (
            0o077 if file.st_gid else 0o007
        )  # root's group is root alone, and systemd hands a key over in it
        exposed = os.name == "posix" and file.st_mode & others
        yield Step(
            f"the key file {self._key_file} can be read{', by other users of this machine too' if exposed else ''}",
            f"chmod 600 {shlex.quote(str(self._key_file))}" if exposed else "",
        )
        email = self._connection.email
        with self._connection.guarded():
            self._connection.refresh_token()
        yield Step(f"Google accepts the key of {email}")
        with self._connection.guarded():
            self._renew_titles()
        yield Step(f"the Google Sheets API is on, and the sheet is shared with {email}")

    def read(self, tabs: Collection[str] = (), names: bool = False, together: bool = False) -> Workbook:
        """Return the workbook, read in one request; in more when it changed or the tabs' names have to be asked for."""
        for title in tabs:
            self._wanted.pop(title, None)
            self._wanted[title] = None
        try:
            with self._connection.guarded():
                if together:
                    self._connection.ensure_token()
                return self._read(names or not self._grids, together)
        finally:
            self._early = {}

    def _ask_together(self, *, names: bool) -> None:
        """Ask for all that a read needs at the same time. What was answered, or raised, is kept for it.

        At the start the tabs' names come with what their cells show, so that a wrong guess at them costs one request.
        """
        titles = self._choose_titles() if self._grids else _LIKELY
        jobs: dict[Hashable, Callable[[], Any]] = {}
        if names:
            jobs["names"] = partial(self._read_overview, TABS if self._grids else TABS_AND_TEXTS)
        jobs[(*titles, False)] = partial(self._fetch, titles)
        if self._grids:
            jobs[(*titles, True)] = partial(self._fetch, titles, shown=True)
        if self._connection.may_renew():
            jobs["token"] = self._connection.renew_token
        self._early = dict(zip(jobs, run_together(list(jobs.values()), WITHIN), strict=True))

    @cached_property
    def _link_connection(self) -> Connection:
        """The connection for links, so that they can be read beside the rows, in another thread."""
        return self._connect()

    def read_link(self, cell: Cell, row: Sequence[Raw]) -> str | None:
        """Return the link behind a cell; None if the row that it was read in has changed."""
        connection = self._link_connection
        with connection.guarded():
            metadata = connection.fetch_metadata(
                {"ranges": f"{quote_title(cell.tab)}!{cell.row}:{cell.row}", "fields": LINK_FIELDS}
            )
            return find_link(metadata, cell, row)

    def _read(self, names_are_new: bool, together: bool) -> Workbook:
        """Read the values. If Google refuses a tab, the names are read; a tab that is there all the same is left out."""
        if together:
            self._ask_together(names=names_are_new)
        if names_are_new:
            self._renew_titles()
        while True:
            titles = self._choose_titles()
            try:
                return self._read_values(titles, shown_is_due=names_are_new or together)
            except TabRefused as refused:
                if names_are_new:
                    self._leave_out(refused, titles)
                else:
                    self._renew_titles()
                    names_are_new = True

    def _choose_titles(self) -> list[str]:
        readable = [title for title in self._grids if title not in self._left_out]
        return choose_tabs(readable, self._named, self._wanted)

    def _renew_titles(self) -> None:
        """Read the tabs' names. Of the tabs that were left out the one that waits longest is tried again."""
        overview: Overview = self._take_early("names") or self._read_overview()
        self._grids, self._title = overview.tabs, overview.title
        waiting = [title for title in self._left_out if title in self._grids]
        self._left_out = {title: self._left_out[title] for title in waiting[1:]}
        titles = self._choose_titles()
        if texts := overview.find_texts(titles):
            self._early[(*titles, True)] = texts

    def _leave_out(self, refused: TabRefused, titles: Collection[str]) -> None:
        """Note the tab that Google does not give; raise what it said if that is not one of several."""
        title = next((title for title in titles if quote_title(title) == refused.range), None)
        if title is None or len(titles) == 1:
            raise refused
        self._left_out[title] = SheetUnusable(
            f"Google can't read the tab “{title}”", "see that it has rows and columns, or delete it"
        )

    def _read_overview(self, fields: str = TABS) -> Overview:
        return Overview(self._connection.fetch_overview(fields), self._named)

    def _read_values(self, titles: Collection[str], *, shown_is_due: bool) -> Workbook:
        values = self._fetch(titles)
        grids = {title: self._grids[title] for title in titles}
        unread = self._grids.keys() - grids.keys() - self._left_out.keys()
        held = self._workbook
        travelled = [(title, (tab.gid, tab.height)) for title, tab in held.tabs.items()]
        is_same = unread == held.unread and list(grids.items()) == travelled
        is_same = is_same and self._left_out.keys() == held.left_out.keys() and self._title == held.name
        if is_same and not shown_is_due and values.digest == self._digests[0]:
            return held
        _ = values.rows  # no more is asked for if this makes no sense
        is_older = (*titles, True) in self._early
        shown = self._fetch(titles, shown=True)
        if not is_same or (values.digest, shown.digest) != self._digests:
            tabs = self._merge(values, shown, grids, is_older=is_older)
            self._workbook = Workbook(
                keep_same(tabs, held.tabs),
                frozenset(unread),
                self._url,
                dict(self._left_out),
                name=self._title,
            )
        return self._workbook

    def _fetch(self, titles: Collection[str], *, shown: bool = False) -> Answer:
        if early := self._take_early((*titles, shown)):
            return cast("Answer", early)
        ranges = [quote_title(title) for title in titles]
        return Answer(self._connection.fetch_values(ranges, shown=shown), len(ranges))

    def _take_early(self, key: Hashable) -> Any:
        """Return what was asked for before, None if it was not; raises what that raised."""
        early = self._early.pop(key, None)
        if isinstance(early, Exception):
            raise early
        return early

    def _merge(
        self, values: Answer, shown: Answer, grids: Mapping[str, TabSize], *, is_older: bool
    ) -> dict[str, Tab]:
        """Return the tabs with what their cells show; ask for both answers again if the sheet was edited between them.

        A third answer tells an edit from an odd format: if it has the same values, the texts are of their moment. The
        texts of odd formats are remembered, so that they cost no read again.
        """
        tabs, doubts = self._merger.merge(values, shown, grids)
        if is_older and not self._knows(doubts):  # what cells show may be of a moment before the values
            shown = self._fetch(grids, shown=True)
            tabs, doubts = self._merger.merge(values, shown, grids)
        is_same_moment = self._knows(doubts)
        if not is_same_moment:
            again = self._fetch(grids)
            is_same_moment = again.digest == values.digest
            if not is_same_moment:
                values, shown = again, self._fetch(grids, shown=True)
                tabs, doubts = self._merger.merge(values, shown, grids)
                is_same_moment = self._knows(doubts)
        settle_doubts(doubts, is_same_moment=is_same_moment)
        if is_same_moment:
            self._known_doubts = frozenset((doubt.value, doubt.text) for doubt in doubts)
        self._digests = (values.digest, shown.digest) if is_same_moment else (b"", b"")
        if not doubts:
            return tabs
        return {title: replace(tab, rows=[tuple(row) for row in tab.rows]) for title, tab in tabs.items()}

    def _knows(self, doubts: Iterable[Doubt]) -> bool:
        return all((doubt.value, doubt.text) in self._known_doubts for doubt in doubts)


def choose_tabs(titles: Iterable[str], named: Collection[str], wanted: Iterable[str]) -> list[str]:
    """Return the tabs to read, in the spreadsheet's order: those named, the last wanted, then the rest.

    Of the rest those without a digit come first: an order's own tab has its number.

    >>> choose_tabs(["Orders", "A", "B"], ["orders"], ["B"])
    ['Orders', 'A', 'B']
    """
    titles = list(titles)
    always = [title for title in titles if fold_text(title) in named]
    late = [title for title in reversed(list(wanted)) if title in titles]
    plain = [title for title in titles if not any(char.isdigit() for char in title)]
    chosen = dict.fromkeys(always)
    room = MAX_RANGES
    for title in dict.fromkeys([*late, *plain, *titles]):
        room -= len(quote(quote_title(title), safe="")) + len("&ranges=")
        if room < 0 or len(chosen) >= len(always) + MAX_TABS:
            break
        chosen[title] = None
    return [title for title in titles if title in chosen]


LINK_FIELDS = (
    "sheets.data.rowData.values(effectiveValue,formattedValue,hyperlink,textFormatRuns.format.link.uri,"
    "chipRuns.chip.richLinkProperties.uri)"
)


def find_link(metadata: Any, cell: Cell, row: Sequence[Raw]) -> str | None:
    """Return the one link of a cell in the answer for its row; None unless the row still is `row`."""
    try:
        values = metadata["sheets"][0]["data"][0]["rowData"][0]["values"]
        if not all(raw is None or _holds(values[number], raw) for number, raw in enumerate(row)):
            return None
        value = values[cell.column - 1]
        links = [value.get("hyperlink")]
        links += [run.get("format", {}).get("link", {}).get("uri") for run in value.get("textFormatRuns", [])]
        chips = [run.get("chip", {}) for run in value.get("chipRuns", [])]
        links += [chip.get("richLinkProperties", {}).get("uri") for chip in chips]
        found = {link for link in links if isinstance(link, str)}
    except (KeyError, IndexError, TypeError, AttributeError):
        return None
    return found.pop() if len(found) == 1 else None


def _holds(value: Any, raw: Raw) -> bool:
    """Return whether a cell of the answer holds what was typed; dates were read as they are shown."""
    typed = typed_in(raw)
    return typed == value.get("formattedValue") or any(
        isinstance(typed, bool) == isinstance(v, bool) and typed == v
        for v in value.get("effectiveValue", {}).values()
    )
