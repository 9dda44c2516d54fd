"""The `check` command: tries the connection, reads the sheet as serving does, and prints what needs fixing."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_all_start_methods, get_context
from typing import Any, Literal

from bikorders.errors import BikordersError
from bikorders.merchant.report import Findings, Report, build_report, check_orders, find_clashes
from bikorders.merchant.report_tabs import UnderstoodTab
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.journal import Journal
from bikorders.reading.problems import Problem
from bikorders.sheet.source import Source, Step
from bikorders.sheet.workbook import Workbook, column_letters
from bikorders.terminal import LONGEST, Progress, Style
from bikorders.text import clean, escape_json, plural

_TOGETHER = 250
"""So many ids are checked as one piece of work."""

_LINKS = 20
"""So many links behind labels are looked up: each is a request, and serving needs its own."""

_TABS_TOGETHER = 25
"""So many of the tabs that did not travel at first are read at once."""


def run_check(
    open_source: Callable[[], Source],
    build_snapshot: Callable[[Workbook], Snapshot],
    *,
    output: Literal["text", "json"],
    strict: bool,
    journal: Journal | None = None,
) -> int:
    """Check and print; the exit code is 0 without errors, 1 with some (if `strict`, with warnings), 2 if unread."""
    steps: list[Step] = []
    style = Style(sys.stdout)
    progress = Progress()
    try:
        source = open_source()
        for step in source.probe():
            steps.append(step)
            if output == "text":
                print(format_step(step, style), flush=True)
        for step in _describe_journal(journal) if journal else ():
            steps.append(step)
            if output == "text":
                print(format_step(step, style))
        progress.show("reading ...")
        workbook = _read_all(source)
        snapshot = build_snapshot(workbook)
        with _check_in_parts(snapshot, progress) as parts:
            report = build_report(snapshot, parts)
        report = _look_behind_labels(report, workbook, source)
        if journal:
            report = report.with_first(find_clashes(snapshot, journal.list_drafts()))
        progress.clear()
    except BikordersError as error:
        progress.clear()
        if output == "json":
            said = {"error": error.message, "hint": error.hint}
            print(escape_json(json.dumps(said, ensure_ascii=False, indent=2)))
        print(f"bikorders: {clean(str(error))}", file=sys.stderr)
        return 2
    if output == "json":
        print(dump_report(source.name, steps, report, workbook))
    else:
        print()
        for line in format_report(report, workbook, style):
            print(line)
    return _judge(report, steps, strict=strict)


def _describe_journal(journal: Journal) -> Iterator[Step]:
    """Say which orders from Bik are not in the sheet."""
    count, since = journal.count_waiting()
    if count:
        minutes = (time.time() - (since or 0)) / 60
        message = (
            f"{plural(count, 'order')} from Bik not in the sheet yet, the oldest for {minutes:,.0f} minutes"
        )
        yield Step(message, "if this lasts, the log of bikorders serve says why")
    else:
        yield Step("no order from Bik waits to be written into the sheet")
    for record in journal.list_parked():
        yield Step(
            f"the sheet did not take the order {record.id} from Bik ({record.reason})",
            f"type it in by hand, with its draft ID {clean(record.draft_id)}; bikorders show {record.id} prints it",
        )


def _judge(report: Report, steps: list[Step], *, strict: bool) -> int:
    has_warnings = report.count("warning") > 0 or any(step.hint for step in steps)
    return int(report.count("error") > 0 or (strict and has_warnings))


def _look_behind_labels(report: Report, workbook: Workbook, source: Source) -> Report:
    """Leave out complaints of labels that have a web link behind them, which serving finds.

    Only some are looked up; where each of them has one, so have the others, for all that we know.
    """
    labels = [problem for problem in report.problems if problem.code == "link" and "://" not in problem.text]
    if not workbook.url or not labels:
        return report
    found = set()
    for problem in labels[:_LINKS]:
        tab = workbook.tabs[problem.tab]
        letters = problem.cell.rstrip("0123456789")
        number = int(problem.cell.removeprefix(letters))
        row = tab.row(number)
        column = next(c for c in range(1, len(row) + 1) if column_letters(c) == letters)
        url = source.read_link(tab.cell(number, column), row)
        if url and url.startswith(("https://", "http://")):
            found.add(problem)
    solved = set(labels) if len(found) == min(len(labels), _LINKS) else found
    return replace(report, problems=tuple(p for p in report.problems if p not in solved))


def _read_all(source: Source) -> Workbook:
    """Read the workbook with all of its tabs, also those that serving reads only when they are asked for."""
    workbook = source.read()
    tabs, unread = dict(workbook.tabs), set(workbook.unread)
    while unread:
        more = source.read(sorted(unread)[:_TABS_TOGETHER]).tabs
        if not unread & more.keys():
            break
        tabs |= more
        unread -= more.keys()
    return Workbook(tabs, frozenset(unread), workbook.url)


@contextmanager
def _check_in_parts(snapshot: Snapshot, progress: Progress) -> Iterator[Iterator[Findings]]:
    """Check the orders in parts; on all cores where there are many, and from now on."""
    starts = range(0, snapshot.id_count, _TOGETHER)
    cores = os.cpu_count() or 1
    if len(starts) < 3 or cores == 1 or "fork" not in get_all_start_methods():
        parts = (check_orders(snapshot, start, start + _TOGETHER) for start in starts)
        yield _show_progress(parts, snapshot, progress)
        return
    # Forked, the workers have the snapshot without a copy being handed over.
    pool = ProcessPoolExecutor(cores, get_context("fork"), _set_snapshot, (snapshot,))
    try:
        yield _show_progress(pool.map(_check_part, starts), snapshot, progress)
    finally:
        pool.shutdown(cancel_futures=True)


def _show_progress(parts: Iterable[Findings], snapshot: Snapshot, progress: Progress) -> Iterator[Findings]:
    for number, findings in enumerate(parts, start=1):
        yield findings
        progress.show(f"checked {number * _TOGETHER:,} of {snapshot.id_count:,} orders")


_worker: dict[str, Snapshot] = {}
"""The snapshot that a worker process checks."""


def _set_snapshot(snapshot: Snapshot) -> None:
    _worker["snapshot"] = snapshot


def _check_part(start: int) -> Findings:
    return check_orders(_worker["snapshot"], start, start + _TOGETHER)


def format_problem(problem: Problem) -> str:
    """Put a problem's words on one line, without its address."""
    shown = clean(problem.text, LONGEST)
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
            f"{column_letters(cell.column)} {clean(cell.text, LONGEST)} → {clean(field)}"
            for cell, field in tab.columns
        )
    if tab.ignored:
        yield "ignored: " + ", ".join(clean(cell.text, LONGEST) for cell in tab.ignored)


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
