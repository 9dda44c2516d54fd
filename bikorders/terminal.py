"""How does a report look in a terminal, or as JSON?

Whatever comes from the sheet is printed without control characters: a terminal would obey them.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import IO, Any

from bikorders.check import Report, UnderstoodTab
from bikorders.reading.problems import Problem
from bikorders.sheet.source import Step
from bikorders.sheet.workbook import Workbook, column_letters
from bikorders.text import clean, escape_json, plural

_LONGEST = 60
"""Characters of a cell that are shown."""

_COLOURS = {"error": "31", "warning": "33", "ok": "32", "FAIL": "31", "warn": "33", "pass": "32", "skip": "2"}


class Style:
    """Colours and links, where a person looks and has not said NO_COLOR (no-color.org)."""

    def __init__(self, stream: IO[str]) -> None:
        self.is_terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._has_colours = self.is_terminal and not os.environ.get("NO_COLOR")

    def mark(self, level: str) -> str:
        """Give the word for a level in its colour, as wide as the widest."""
        word = f"{level:7}"
        return f"\033[{_COLOURS[level]}m{word}\033[0m" if self._has_colours else word

    def strong(self, text: str) -> str:
        return f"\033[1m{text}\033[0m" if self._has_colours else text

    def link(self, text: str, url: str) -> str:
        """Make the text a link that a terminal opens; elsewhere the address itself is for `append_url`."""
        return f"\033]8;;{url}\033\\{text}\033]8;;\033\\" if url and self.is_terminal else text

    def append_url(self, url: str) -> str:
        return f"  {url}" if url and not self.is_terminal else ""


class Progress:
    """A line on standard error that says how far something is, if it takes longer than a second."""

    def __init__(self, stream: IO[str] = sys.stderr) -> None:
        self._stream = stream if stream.isatty() else None
        self._shows_at = monotonic() + 1

    def show(self, text: str) -> None:
        if self._stream and monotonic() >= self._shows_at:
            self._stream.write(f"\r\033[K{text}")
            self._stream.flush()

    def clear(self) -> None:
        self.show("")


def format_problem(problem: Problem) -> str:
    """Put a problem's words on one line, without its address."""
    shown = clean(problem.text, _LONGEST)
    message = problem.message.replace(problem.text, shown) if problem.text else problem.message
    return clean(f"{message} {problem.hint}")


def format_step(step: Step, style: Style) -> str:
    mark = style.mark("warning" if step.hint else "ok")
    return f"  {mark}  {step.message}{f': {step.hint}' if step.hint else ''}"


def format_report(report: Report, workbook: Workbook, style: Style) -> Iterator[str]:
    """Give the lines of a report: what was understood, then the problems by tab, the worst first."""
    orders, items = plural(report.order_count, "order"), plural(report.item_count, "item")
    yield style.strong(f"Understood: {orders} with {items}")
    yield f"  items: {clean(report.items)}"
    for tab in report.tabs:
        yield f"  {style.strong(clean(tab.title))}: {tab.role}"
        yield from (f"    {line}" for line in _format_columns(tab))
    yield ""
    errors, warnings = plural(report.count("error"), "error"), plural(report.count("warning"), "warning")
    if not report.problems:
        yield style.strong("Nothing needs fixing.")
        return
    yield style.strong(f"{errors}, {warnings}")
    title = None
    width = max(len(problem.cell) for problem in report.problems)
    for problem in report.problems:
        if problem.tab != title:
            title = problem.tab
            yield style.strong(clean(title))
        url = workbook.find_url(problem.tab, problem.cell)
        address = style.link(problem.cell, url) + " " * (width - len(problem.cell))
        yield f"  {style.mark(problem.level)}  {address}  {format_problem(problem)}{style.append_url(url)}"


def _format_columns(tab: UnderstoodTab) -> Iterator[str]:
    if tab.columns:
        yield ", ".join(
            f"{column_letters(cell.column)} {clean(cell.text, _LONGEST)} → {clean(field)}"
            for cell, field in tab.columns
        )
    if tab.ignored:
        yield "ignored: " + ", ".join(clean(cell.text, _LONGEST) for cell in tab.ignored)


def dump_report(source: str, steps: Iterable[Step], report: Report, workbook: Workbook) -> str:
    """Give the report as JSON; a problem's `url` opens its cell where the sheet has addresses."""
    body = {
        "source": source,
        "connection": [
            {"level": "warning" if step.hint else "ok", "message": step.message, "hint": step.hint}
            for step in steps
        ],
        "understood": {
            "orders": report.order_count,
            "items": report.item_count,
            "items_are": report.items,
            "tabs": [_dump_tab(tab) for tab in report.tabs],
        },
        "problems": [_dump_problem(problem, workbook) for problem in report.problems],
    }
    return escape_json(json.dumps(body, ensure_ascii=False, indent=2))


def _dump_tab(tab: UnderstoodTab) -> dict[str, Any]:
    return {
        "title": tab.title,
        "role": tab.role,
        "columns": [{"cell": cell.a1, "header": cell.text, "field": field} for cell, field in tab.columns],
        "ignored": [{"cell": cell.a1, "header": cell.text} for cell in tab.ignored],
    }


def _dump_problem(problem: Problem, workbook: Workbook) -> dict[str, str]:
    url = workbook.find_url(problem.tab, problem.cell)
    return {
        "level": problem.level,
        "code": problem.code,
        "tab": problem.tab,
        "cell": problem.cell,
        "text": problem.text,
        "message": problem.message,
        "hint": problem.hint,
    } | ({"url": url} if url else {})
