"""The command `bikorders check`: tries the connection, reads the whole sheet, and prints what needs fixing.

The orders are built by the same code that answers Bik.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from typing import Any, Literal

from bikorders.errors import BikordersError
from bikorders.merchant.journal_steps import describe_journal
from bikorders.merchant.report import (
    Findings,
    Report,
    add_problems,
    build_report,
    check_orders,
    find_clashes,
)
from bikorders.merchant.report_causes import TEACH, Cause
from bikorders.merchant.report_entries import dump_entry
from bikorders.merchant.report_tabs import UnderstoodTab
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.journal import Journal
from bikorders.reading.problems import Problem
from bikorders.sheet.source import Source, Step
from bikorders.sheet.workbook import Workbook, column_letters, split_address
from bikorders.terminal import LONGEST, Progress, Style, spell_commands
from bikorders.text import clean, escape_json, plural

_ORDERS_PER_PART = 250
"""Orders that are checked as one piece of work."""

_MOST_LINKS = 20
"""Links behind labels that are looked up: each takes a request, and `serve` needs the same quota."""

_TABS_PER_READ = 25
"""Tabs that are read with one request, of those that `serve` reads only when an order needs them."""


def run_check(
    open_source: Callable[[], Source],
    build_snapshot: Callable[[Workbook], Snapshot],
    *,
    output: Literal["text", "json"],
    strict: bool,
    journal: Journal | None = None,
) -> int:
    """Check the sheet, print the result, and return the exit code.

    The code is 0 without errors, 1 with errors (if `strict`, also with warnings), 2 if the sheet can't be read.
    """
    steps: list[Step] = []
    style = Style(sys.stdout)
    progress = Progress()
    try:
        source = open_source()
        # The journal first: what waits is told also while the sheet can't be read.
        for step in chain(describe_journal(journal) if journal else (), source.probe()):
            steps.append(step)
            if output == "text":
                print(format_step(step, style), flush=True)
        progress.show("reading ...")
        workbook = _read_all(source)
        report = _build_full_report(build_snapshot(workbook), source, journal, progress)
        progress.clear()
    except BikordersError as error:
        progress.clear()
        if output == "json":
            body = {"error": error.message, "hint": error.hint, "connection": _dump_steps(steps)}
            print(escape_json(json.dumps(body, ensure_ascii=False, indent=2)))
        print(f"bikorders: {spell_commands(clean(str(error)))}", file=sys.stderr)
        return 2
    if output == "json":
        print(dump_report(source.name, steps, report))
    else:
        print()
        for line in format_report(report, style):
            print(line)
    return _find_exit_code(report, steps, strict=strict)


def _find_exit_code(report: Report, steps: list[Step], *, strict: bool) -> int:
    has_warnings = report.count("warning") > 0 or any(step.hint for step in steps)
    return int(report.count("error") > 0 or (strict and has_warnings))


# What is checked


def _read_all(source: Source) -> Workbook:
    """Read the workbook with all of its tabs, also those that `serve` reads only when an order needs them."""
    workbook = source.read()
    tabs, unread, left_out = dict(workbook.tabs), set(workbook.unread), dict(workbook.left_out)
    while unread:
        more = source.read(sorted(unread)[:_TABS_PER_READ])
        settled = more.tabs.keys() | more.left_out.keys()
        if not unread & settled:
            break
        tabs |= more.tabs
        left_out |= more.left_out
        unread -= settled
    return replace(workbook, tabs=tabs, unread=frozenset(unread), left_out=left_out)


def _build_full_report(
    snapshot: Snapshot, source: Source, journal: Journal | None, progress: Progress
) -> Report:
    """Return the report, with what only the source (links) and the journal (orders from Bik) can say."""
    with _check_in_parts(snapshot, progress) as parts:
        report = build_report(snapshot, parts)
    report = _drop_labels_with_links(report, snapshot.workbook, source)
    if journal:
        report = add_problems(report, snapshot, find_clashes(snapshot, journal.list_drafts()))
    return report


def _drop_labels_with_links(report: Report, workbook: Workbook, source: Source) -> Report:
    """Return the report without the problems of labels that have a web link behind them: `serve` finds the link.

    Only the first labels are looked up. If each of them has a link, the others are taken to have one, too.
    """
    labels = [problem for problem in report.problems if problem.code == "link" and "://" not in problem.text]
    if not workbook.url or not labels:
        return report
    asked = labels[:_MOST_LINKS]
    linked = {problem for problem in asked if _has_link(problem, workbook, source)}
    dropped = set(labels) if len(linked) == len(asked) else linked
    return report.without(dropped)


def _has_link(problem: Problem, workbook: Workbook, source: Source) -> bool:
    """Return whether the source has a web link behind the cell of a problem."""
    tab = workbook.tabs[problem.tab]
    number, column = split_address(problem.cell)
    row = tab.row(number)
    url = source.read_link(tab.cell(number, column), row)
    return bool(url) and str(url).startswith(("https://", "http://"))


# All orders, on all cores


@contextmanager
def _check_in_parts(snapshot: Snapshot, progress: Progress) -> Iterator[Iterator[Findings]]:
    """Yield the findings of the orders, part by part.

    If there are many orders, processes on all cores begin to check them at once.
    """
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - 3 MB that `serve` never needs
    from multiprocessing import get_all_start_methods, get_context  # noqa: PLC0415 - as above

    starts = range(0, snapshot.id_count, _ORDERS_PER_PART)
    cores = os.cpu_count() or 1
    if len(starts) < 3 or cores == 1 or "fork" not in get_all_start_methods():
        parts = (_check_orders(snapshot, start) for start in starts)
        yield _show_progress(parts, snapshot, progress)
        return
    # A forked process has the snapshot already: nothing is copied to it.
    pool = ProcessPoolExecutor(cores, get_context("fork"), _set_snapshot, (snapshot,))
    try:
        yield _show_progress(pool.map(_check_part, starts), snapshot, progress)
    finally:
        pool.shutdown(cancel_futures=True)


def _show_progress(parts: Iterable[Findings], snapshot: Snapshot, progress: Progress) -> Iterator[Findings]:
    for number, findings in enumerate(parts, start=1):
        yield findings
        progress.show(f"checked {number * _ORDERS_PER_PART:,} of {snapshot.id_count:,} orders")


_worker: dict[str, Snapshot] = {}
"""The snapshot that a worker process checks."""


def _set_snapshot(snapshot: Snapshot) -> None:
    _worker["snapshot"] = snapshot


def _check_part(start: int) -> Findings:
    return _check_orders(_worker["snapshot"], start)


def _check_orders(snapshot: Snapshot, start: int) -> Findings:
    return check_orders(snapshot, snapshot.list_part(start, start + _ORDERS_PER_PART))


# How the report is printed


def format_cause(cause: Cause, style: Style) -> str:
    """Return what is wrong, where, and what to do, as one line that is safe to print.

    It ends with the link into the first cell, or with its whole address where there are no links.
    """
    first = cause.first
    title = cause.format_title(lambda entry, text: style.link(text, entry.url))
    lesson = f" {TEACH} {cause.lesson.row}" if cause.lesson else ""
    address = f"  {clean(first.problem.tab)}!{first.problem.cell}"
    end = style.append_url(first.url) if first.url else address
    return f"{title}: {clean(f'{cause.message} {first.problem.hint}')}{lesson}{end}"


def format_step(step: Step, style: Style) -> str:
    """Return the line for something that was tried."""
    mark = style.mark("warning" if step.hint else "ok")
    return f"  {mark}  {step.message}{f': {spell_commands(step.hint)}' if step.hint else ''}"


def format_report(report: Report, style: Style) -> Iterator[str]:
    """Yield the lines of a report: what was understood, then the problems, the worst first."""
    orders, items = plural(report.order_count, "order"), plural(report.item_count, "item")
    yield style.strong(f"Understood: {orders} with {items}")
    if report.items:
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
    for cause in report.causes:
        yield f"  {style.mark(cause.first.problem.level)}  {format_cause(cause, style)}"


def _format_columns(tab: UnderstoodTab) -> Iterator[str]:
    if tab.columns:
        yield ", ".join(
            f"{column_letters(cell.column)} {clean(cell.text, LONGEST)} → {clean(field)}"
            for cell, field in tab.columns
        )
    if tab.ignored:
        yield "ignored: " + ", ".join(clean(cell.text, LONGEST) for cell in tab.ignored)


def dump_report(source: str, steps: Iterable[Step], report: Report) -> str:
    """Return the report as JSON. A problem has a `url` that opens its cell if the sheet has addresses."""
    body = {
        "source": source,
        "connection": _dump_steps(steps),
        "understood": {
            "orders": report.order_count,
            "items": report.item_count,
            "items_are": report.items,
            "tabs": [_dump_tab(tab) for tab in report.tabs],
        },
        "problems": [dump_entry(entry) for entry in report.entries],
    }
    return escape_json(json.dumps(body, ensure_ascii=False, indent=2))


def _dump_steps(steps: Iterable[Step]) -> list[dict[str, str]]:
    return [
        {"level": "warning" if step.hint else "ok", "message": step.message, "hint": step.hint}
        for step in steps
    ]


def _dump_tab(tab: UnderstoodTab) -> dict[str, Any]:
    return {
        "title": tab.title,
        "role": tab.role,
        "columns": [{"cell": cell.a1, "header": cell.text, "field": field} for cell, field in tab.columns],
        "ignored": [{"cell": cell.a1, "header": cell.text} for cell in tab.ignored],
    }
