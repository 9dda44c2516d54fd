"""The problems by their causes: the same mistake in many rows is told once, with a count and its first cells."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bikorders.merchant.report_entries import Entry, join_name, list_entries
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.problems import Problem
from bikorders.text import clean, plural, shorten

_MANY = 5
"""More cells of a column than these with the same kind of mistake are one cause, whatever was typed in each."""

_FIRST = 5
"""Cells of a cause that are named."""

_TEXTS = 3
"""What was typed in a cause's cells that is quoted."""

_OFTEN = 3
"""From how many cells on a word that is not known is one of the shop's, which can be taught."""


class Lesson(NamedTuple):
    """A row of the Settings tab that teaches a word."""

    what: str
    name: str
    value: str

    @property
    def row(self) -> str:
        """The row as it is pasted: a tab between its cells."""
        return "\t".join(" ".join(clean(cell).split()) for cell in self)


_LESSONS: dict[str, Callable[[str], Lesson]] = {
    # In capitals a status is told as it stands, so that the row changes nothing before its value is chosen.
    "status-unknown": lambda text: Lesson("status", text, text.upper()),
    "payment-unknown": lambda text: Lesson("payment", text, "paid or pending"),
    "tracking-courier": lambda text: Lesson("courier", text, "its link with {number}"),
}
"""The codes of words that are not known, and the row that teaches one. A word is one cause wherever it stands."""


@dataclass(frozen=True)
class Cause:
    """The entries of one cause, the first first."""

    entries: tuple[Entry, ...]

    @property
    def first(self) -> Entry:
        """The first entry; its problem speaks for all."""
        return self.entries[0]

    @property
    def shown(self) -> tuple[Entry, ...]:
        """The first entries, whose cells are named."""
        return self.entries[:_FIRST]

    @property
    def more(self) -> int:
        """How many cells are not named."""
        return len(self.entries) - len(self.shown)

    @property
    def name(self) -> str:
        """What the owner calls the cell, or the column with a count, without an address."""
        if len(self.entries) == 1:
            return self.first.name
        return join_name(self.first.header, plural(len(self.entries), "row"))

    def format_title(self, link: Callable[[Entry, str], str] = lambda entry, text: text) -> str:
        """Return what the owner calls the cells: `Status · 12 rows (B2, B3, B4, B5, B6 and 7 more)`.

        `link` makes a link into an entry's cell of its address.
        """
        aside = self.first.aside
        is_one_tab = all(entry.aside == aside for entry in self.entries)
        cells = [
            link(entry, entry.problem.cell) + ("" if is_one_tab else _say_tab(entry.aside))
            for entry in self.shown
        ]
        listed = ", ".join(cells) + (f" and {self.more:,} more" if self.more else "")
        return (f"{self.name} ({listed})" if self.name else listed) + (_say_tab(aside) if is_one_tab else "")

    @property
    def message(self) -> str:
        """The problem's sentence, with what was typed in the first cells."""
        problem = self.first.problem
        texts = list(dict.fromkeys(entry.problem.text for entry in self.entries))
        quoted = [f"“{shorten(text, _LONGEST)}”" for text in texts[:_TEXTS]]
        return problem.message.replace(f"“{problem.text}”", ", ".join(quoted + ["…"] * (len(texts) > _TEXTS)))

    @property
    def lesson(self) -> Lesson | None:
        """The row that teaches the word that is not known, if it stands often; None else."""
        problem = self.first.problem
        teach = _LESSONS.get(problem.code)
        return teach(problem.text) if teach and len(self.entries) >= _OFTEN else None


TEACH = "Or teach it: paste this row into the tab Settings, and type there what it means."
"""What stands before the row of a lesson."""

_LONGEST = 60
"""Characters of each text that is quoted."""


def _say_tab(title: str) -> str:
    return f" in {clean(title)}" if title else ""


def list_causes(snapshot: Snapshot, problems: Iterable[Problem]) -> list[Cause]:
    """Return a snapshot's problems by their causes, the worst first."""
    return group_entries(list_entries(snapshot, problems))


def group_entries(entries: Iterable[Entry]) -> list[Cause]:
    """Return entries by their cause, in the order of the first of each.

    Those that say the same are one, and those that differ only in what was typed, if there are many of them.
    """
    entries = list(entries)
    counts = Counter(map(_find_kind, entries))
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        kind = _find_kind(entry)
        key = kind if counts[kind] > _MANY else (*kind, entry.problem.message)
        groups.setdefault(key, []).append(entry)
    return [Cause(tuple(group)) for group in groups.values()]


def _find_kind(entry: Entry) -> tuple[str, ...]:
    """Return what is the same in the cells of a column with one kind of mistake."""
    problem = entry.problem
    if problem.code in _LESSONS:
        return problem.code, problem.message
    column = problem.cell.rstrip("0123456789")
    return (
        problem.code,
        problem.tab,
        column,
        problem.message.replace(f"“{problem.text}”", "“…”"),
        problem.hint,
    )
