"""The command `bikorders init`: says what a sheet lacks, asks, adds it, and says what to do next.

`init_plan` and `init_google` decide what is added. After the question the sheet is read again, so that a cell
that the merchant has filled meanwhile is seen before anything is changed.
"""

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from bikorders.errors import SettingsError, SheetUnusable, SourceUnavailable
from bikorders.merchant.init_env import describe_page, list_secrets_to_set, offer_env
from bikorders.merchant.init_google import list_boxes, settle
from bikorders.merchant.init_plan import plan
from bikorders.merchant.report import Report, build_report
from bikorders.merchant.report_tabs import describe_tabs
from bikorders.orders.order import Order
from bikorders.orders.snapshot import Snapshot
from bikorders.reading.shop_settings import Options
from bikorders.reading.tab_roles import find_named_titles
from bikorders.settings import Settings
from bikorders.sheet.edits import AddColumns, Addition, MakeTab
from bikorders.sheet.google.batch_update import build_requests
from bikorders.sheet.grid import Grid
from bikorders.sheet.open import find_folder, find_missing_folder, get_spreadsheet_key, open_source
from bikorders.sheet.workbook import Workbook
from bikorders.terminal import spell_commands
from bikorders.text import clean, plural


class Plan(NamedTuple):
    """What will be done, and what is left to the merchant."""

    additions: tuple[Addition, ...]
    remarks: tuple[str, ...] = ()


class Target(Protocol):
    """What `init` adds to: a Google Sheet or a folder."""

    name: str

    def read(self) -> Workbook:
        """Read the workbook again; it has no tabs if there is nothing."""
        ...

    def plan(self, workbook: Workbook) -> Plan:
        """Return what the workbook lacks."""
        ...

    def write(self, additions: Sequence[Addition]) -> None:
        """Make the additions. A Google Sheet takes all of them or none."""
        ...


def run_init(settings: Settings, *, ask: bool = True) -> int:
    """Add what the sheet of the settings lacks, and return the exit code. Without `ask` no question is asked."""
    options = settings.options
    target = _open_target(settings, options)
    workbook = target.read()
    plan = target.plan(workbook)
    _show(target, workbook, plan, options)
    if plan.additions:
        if ask and not _can_ask():
            raise SettingsError(
                "nobody can be asked whether to go ahead", "run it in a terminal, or with --yes"
            )
        if ask and not _is_agreed("Go ahead? [y/N] "):
            print("Nothing was changed.")
            return 1
        if ask and target.plan(target.read()) != plan:
            raise SheetUnusable(f"{target.name} was edited meanwhile", "nothing was changed; run it again")
        try:
            target.write(plan.additions)
        except SourceUnavailable as error:
            hint = f"{error.hint}; then run it again: it adds only what is missing"
            raise SourceUnavailable(error.message, hint) from error
        print("Done.\n")
        workbook = target.read()
    snapshot = Snapshot(workbook, options)
    print(spell_commands(_describe_report(build_report(snapshot))))
    settings = offer_env(
        settings, os.environ, lambda question: not ask or (_can_ask() and _is_agreed(question))
    )
    first = next((order.id for _, order in snapshot.list_orders() if isinstance(order, Order)), "ORDER-ID")
    print("What to do next:")
    for line in _list_next_steps(settings, shlex.quote(clean(first))):
        print(f"  - {spell_commands(line)}")
    return 0


def _show(target: Target, workbook: Workbook, plan: Plan, options: Options) -> None:
    """Print what was found, and what will be done."""
    if workbook.is_empty:
        print(f"{target.name} is empty.")
    else:
        print(f"{target.name} has content. It is read like this:")
        snapshot = Snapshot(workbook, options)
        for tab in describe_tabs(snapshot, snapshot.list_unnamed_tabs()):
            columns = f", {plural(len(tab.columns), 'column')} understood" if tab.columns else ""
            print(f"  - the tab “{clean(tab.title)}”: {tab.role}{columns}")
    if plan.additions:
        print("This will be done; nothing that is there is changed:")
        for addition in plan.additions:
            print(f"  - {clean(str(addition))}")
    else:
        print("There is nothing to do.")
    for remark in plan.remarks:
        print(remark)


def _can_ask() -> bool:
    return sys.stdin.isatty()


def _is_agreed(question: str) -> bool:
    """Return whether the person at the terminal agrees."""
    try:
        answer = input(question)
    except (EOFError, KeyboardInterrupt):
        print()
        return False
    return answer.strip().casefold() in ("y", "yes")


def _describe_report(report: Report) -> str:
    orders, items = plural(report.order_count, "order"), plural(report.item_count, "item")
    if not report.problems:
        return f"Checked {orders} with {items}: nothing needs fixing."
    errors, warnings = plural(report.count("error"), "error"), plural(report.count("warning"), "warning")
    return f"Checked {orders} with {items}: {errors} and {warnings}; `bikorders check` lists them."


def _list_next_steps(settings: Settings, order_id: str) -> Iterator[str]:
    yield f"Try it: bikorders show {order_id}"
    yield from list_secrets_to_set(settings)
    yield "Start it: bikorders serve"
    if settings.page_password:
        yield describe_page(settings)
    yield (
        f"At Bik, which needs HTTPS, enter under getOrder: https://YOUR-SERVER/getOrder, "
        f"with {_describe_header(settings)}"
    )


def _describe_header(settings: Settings) -> str:
    """Return the header that Bik has to send, in words and without its secret."""
    auth = settings.auth
    if auth is None:
        return "the header Authorization: Bearer … as BIKORDERS_AUTH has it then"
    if not auth.header:
        return "no header, because BIKORDERS_AUTH is none: anyone may read the orders"
    scheme = f"{auth.scheme} " if auth.scheme else ""
    return f"the header {auth.header}: {scheme}… as BIKORDERS_AUTH has it"


def _open_target(settings: Settings, options: Options) -> Target:
    sheet = settings.sheet
    if not sheet:
        raise SettingsError(
            "BIKORDERS_SHEET is not set",
            "set it to the address of your Google Sheet, or to a folder for CSV files such as ./orders",
        )
    if folder := find_folder(sheet) or find_missing_folder(sheet):
        return _Folder(folder, options)
    return _GoogleSheet(settings, options)


class _Folder:
    """A folder of CSV files. New files are written; existing files stay as they are."""

    def __init__(self, folder: Path, options: Options) -> None:
        self.name = f"The folder {folder}"
        self._folder = folder
        self._options = options

    def read(self) -> Workbook:
        if not self._folder.is_dir() or not any(p.suffix.lower() == ".csv" for p in self._folder.iterdir()):
            return Workbook({})
        return open_source(str(self._folder), "").read()

    def plan(self, workbook: Workbook) -> Plan:
        additions = plan(workbook, self._options, can_rename=False)
        return Plan(
            tuple(addition for addition in additions if isinstance(addition, MakeTab)),
            tuple(
                f"{addition.tab}.csv has no column {column.header}; add it if you need it."
                for addition in additions
                if isinstance(addition, AddColumns)
                for column in addition.columns
            ),
        )

    def write(self, additions: Sequence[Addition]) -> None:
        from bikorders.sheet.csv_editor import write_file  # noqa: PLC0415 - as in `open_source`

        try:
            self._folder.mkdir(exist_ok=True)
        except OSError as error:
            raise SheetUnusable(
                f"the folder {self._folder} can't be made ({error.strerror})",
                "check its path and permissions",
            ) from error
        for addition in additions:
            assert isinstance(addition, MakeTab)
            write_file(self._folder, addition.title, [[c.header for c in addition.columns], *addition.rows])


class _GoogleSheet:
    """A Google Sheet. Its values are read with a read-only token; its set-up is read and changed with another."""

    def __init__(self, settings: Settings, options: Options) -> None:
        from bikorders.sheet.google.editor import SheetEditor  # noqa: PLC0415 - as in `open_source`

        self._source = open_source(settings.sheet, settings.credentials, find_named_titles(options))
        self._editor = SheetEditor(get_spreadsheet_key(settings.sheet), Path(settings.credentials))
        self._options = options
        self._grids: dict[str, Grid] = {}
        self.name = self._source.name[:1].upper() + self._source.name[1:]

    def read(self) -> Workbook:
        return self._source.read(names=True)

    def plan(self, workbook: Workbook) -> Plan:
        additions = plan(workbook, self._options)
        self._grids = self._editor.read_grids(list_boxes(additions))
        return Plan(settle(additions, self._grids))

    def write(self, additions: Sequence[Addition]) -> None:
        self._editor.update(build_requests(additions, self._grids))
