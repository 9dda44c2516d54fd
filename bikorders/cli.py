"""The `bikorders` command: the only place where the parts are put together.

Exit codes: 0 for success; 1 if an order can't be answered, the sheet needs fixing, or an endpoint breaks a rule; 2 if
a setting or the command line is wrong, the sheet can't be read, or nothing answers at the address to try.
"""

import argparse
import gc
import math
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bikorders import __version__
from bikorders.alarm.alarm import Alarm, Shop
from bikorders.alarm.memory_file import MemoryFile
from bikorders.alarm.sender import check_addresses, run_test
from bikorders.bik.auth import Auth, parse_auth
from bikorders.bik.get_order import dump_order
from bikorders.bik.target import parse_target
from bikorders.cache.clock import SystemClock
from bikorders.cache.hyperlinks import Hyperlinks
from bikorders.cache.policy import Policy
from bikorders.cache.rate_limit import Quota
from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.errors import BikordersError, SettingsError
from bikorders.merchant.check import format_cause, run_check
from bikorders.merchant.init import run_init
from bikorders.merchant.journal_steps import describe_journal
from bikorders.merchant.notes import Notes
from bikorders.merchant.page import install_page
from bikorders.merchant.page_model import ReportCache
from bikorders.merchant.report_causes import list_causes
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.intake import Intake
from bikorders.placing.journal import Journal
from bikorders.placing.pending import Pending
from bikorders.placing.row_plan import require_columns
from bikorders.placing.sheet_writers import open_sheet_writer
from bikorders.placing.writer import Writer
from bikorders.reading.tab_roles import find_named_titles
from bikorders.serving.app import create_app
from bikorders.serving.logs import set_up_log
from bikorders.serving.memory import limit_arenas
from bikorders.serving.server import Server
from bikorders.serving.service import Service
from bikorders.settings import PREFIX, TABLE, Settings, check_auth, find_page_password, read_settings
from bikorders.sheet.open import SAMPLE, find_folder, open_source
from bikorders.sheet.reopening import ReopeningSource
from bikorders.sheet.source import Source
from bikorders.terminal import Style
from bikorders.text import clean, escape_json


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    args = build_parser().parse_args(arguments)
    try:
        return _run(read_settings(os.environ, Path.cwd()), args)
    except BrokenPipeError:  # the reader of the output, such as `head`, has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except SettingsError as error:
        print(f"bikorders: {clean(str(error))}", file=sys.stderr)
        return 2
    except BikordersError as error:
        print(f"bikorders: {clean(str(error))}", file=sys.stderr)
        return 1


def _run(settings: Settings, args: argparse.Namespace) -> int:
    """Run the command that was named, and return the exit code."""
    match args.command:
        case "serve":
            return _serve(settings)
        case "check":
            return _check(settings, args)
        case "init":
            return run_init(settings, ask=not args.yes)
        case "notify":
            return run_test(settings)
        case "try":
            from bikorders.bik.conformance import run_try  # noqa: PLC0415 - loads `requests`

            return run_try(args.url, args.auth or settings.auth or Auth(), args.order)
        case _:
            return _show(settings, args.order_id)


# The command line


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="bikorders",
        description="Answers Bik's getOrder from the Google Sheet where a shop keeps its orders.",
        epilog="settings, as environment variables or lines of a .env file:\n" + _list_settings(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"bikorders {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="serve getOrder over HTTP")
    show = commands.add_parser("show", help="print what Bik would get for an order, and its problems")
    show.add_argument("order_id", metavar="ORDER-ID")
    check = commands.add_parser(
        "check", help="say what is understood of the sheet and what in it needs fixing"
    )
    check.add_argument("--format", choices=("text", "json"), default="text", help="how to print it")
    check.add_argument("--strict", action="store_true", help="let warnings fail, too")
    init = commands.add_parser("init", help="make the tabs and headers of a sheet, or add what it lacks")
    init.add_argument("--yes", action="store_true", help="don't ask before changing it")
    notify = commands.add_parser("notify", help=f"see whether messages reach the addresses of {PREFIX}NOTIFY")
    notify.add_argument("--test", action="store_true", required=True, help="send one to each")
    try_ = commands.add_parser(
        "try", help="play Bik against a getOrder endpoint, and say which rules it keeps"
    )
    try_.add_argument("url", metavar="URL", type=_for_argparse(parse_target), help="what Bik is given")
    try_.add_argument("--order", metavar="ID", required=True, help="an order that there is")
    try_.add_argument(
        "--auth", metavar="AUTH", type=_for_argparse(parse_auth), help=f"as {PREFIX}AUTH, which it is without"
    )
    return parser


def _for_argparse(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a parser whose error says what is wrong, but does not repeat the text: it may be a secret."""

    def parsed(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error) or f"it takes {parse.__doc__}") from None

    return parsed


def _list_settings() -> str:
    return "\n".join(f"  {PREFIX}{name:18}{setting.help}" for name, setting in TABLE.items())


# How the parts are put together


WRITES_PER_MINUTE = 50
"""Changes of a Google Sheet in any minute. Google allows 60, and counts them apart from reads."""


def _build_service(
    settings: Settings, journal: Journal | None
) -> tuple[Service, SnapshotCache, Source, Writer | None]:
    options = settings.options
    clock = SystemClock()
    limit = None if find_folder(settings.sheet) else settings.reads_per_minute
    policy = Policy(
        max_age=settings.max_age,
        max_stale=settings.max_stale,
        deadline=settings.deadline,
        reads_per_minute=limit,
        waiting=settings.threads - max(2, settings.threads // 8),  # the rest answer at once
        watch=settings.watch * 60 or math.inf,
    )
    quota = Quota(limit, clock)
    named = find_named_titles(options)
    source = ReopeningSource(
        lambda: open_source(settings.sheet, settings.credentials, named, quota.charge, policy.pause)
    )
    cache = SnapshotCache(source.read, lambda workbook: Snapshot(workbook, options), policy, clock, quota)
    intake, writer = _build_placing(settings, cache, clock, quota, journal) if journal else (None, None)
    return Service(cache, Hyperlinks(cache, source.read_link), intake), cache, source, writer


def _open_journal(settings: Settings) -> Journal | None:
    return Journal(settings.journal) if settings.place_order else None


def _build_placing(
    settings: Settings, cache: SnapshotCache, clock: SystemClock, reads: Quota, journal: Journal
) -> tuple[Intake, Writer]:
    writes = Quota(WRITES_PER_MINUTE, clock)
    sheet_writer = open_sheet_writer(settings.sheet, settings.credentials, writes.charge, reads.charge)
    pending = Pending(journal)
    intake = Intake(journal, cache, pending, settings.order_id, settings.invoice_url)
    return intake, Writer(journal, cache, pending, sheet_writer)


def _serve(settings: Settings) -> int:
    log = set_up_log()
    limit_arenas()
    auth = check_auth(settings)
    page_password = find_page_password(settings)
    check_addresses(settings.notify)
    journal = _open_journal(settings)
    service, cache, source, writer = _build_service(settings, journal)
    reports = ReportCache()
    app = create_app(service, auth, note=log.note, find_notes=Notes(service, reports).find)
    alarm = _build_alarm(settings, service, cache, reports) if settings.notify else None
    if page_password is not None:
        find_notice = (lambda: alarm.notice) if alarm else str
        install_page(app, service, page_password, reports=reports, find_notice=find_notice)
    server = Server(app, settings.host, settings.port, settings.threads)
    server.stop_on_signals()
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{server.port}"
    _print_start(settings, source, address, has_page=page_password is not None)
    cache.start(end=server.stop)
    cache.mark_old()  # so that /healthz knows how the sheet is before anybody asks for an order
    if writer and journal:
        if journal.is_new:
            _require_columns(service)
        writer.start()
    if alarm:
        alarm.start()
    server.run()
    if alarm:
        alarm.close()
    cache.close()
    if writer:
        writer.close()
    if journal:
        journal.close()
    return 0


def _build_alarm(settings: Settings, service: Service, cache: SnapshotCache, reports: ReportCache) -> Alarm:
    file = MemoryFile(settings.journal.with_suffix(".alarm.json"))
    return Alarm(Shop(service, cache, reports), settings.notify, file, SystemClock())


def _print_start(settings: Settings, source: Source, address: str, *, has_page: bool) -> None:
    """Print what is served and where; for the sample also what to try."""
    reads = f"the sample in {_shorten(SAMPLE)}" if settings.is_sample else source.name
    print(f"bikorders {__version__} reads {reads}")
    print(f"and listens on {address}/getOrder (stop with Ctrl-C)")
    if has_page:
        print(f"Open {address}/ to see how it is and what needs fixing")
    if settings.is_sample:
        json_header = "-H 'Content-Type: application/json'"
        print("Edit Orders.csv there and ask again. Try:")
        print(f"""  curl {address}/getOrder {json_header} -d '{{"orderId": "ORD-1001"}}'""")
    sys.stdout.flush()


def _require_columns(service: Service) -> None:
    """Raise `SheetUnusable` if the sheet can be read and has no place for orders from Bik.

    Only the first start asks for this, which somebody watches. Later such orders are refused and the others answered:
    nothing that is changed in the sheet ends the process.
    """
    try:
        view = service.get_view()
    except BikordersError:
        return
    require_columns(view.snapshot)


def _shorten(path: Path) -> Path:
    """Return the path relative to the working directory if it is inside."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _check(settings: Settings, args: argparse.Namespace) -> int:
    options = settings.options
    gc.disable()  # nearly all objects live to the end, so that collections only cost time
    try:
        return run_check(
            lambda: open_source(settings.sheet, settings.credentials, find_named_titles(options)),
            lambda workbook: Snapshot(workbook, options),
            output=args.format,
            strict=args.strict,
            journal=Journal(settings.journal) if settings.place_order and settings.journal.exists() else None,
        )
    finally:
        gc.enable()


def _show(settings: Settings, order_id: str) -> int:
    journal = _open_journal(settings)
    service, cache, _, _ = _build_service(settings, journal)
    cache.start()
    try:
        order = service.get_order_with_problems(order_id)
        causes = list_causes(service.get_view().snapshot, order.problems) if order.problems else []
    finally:
        cache.close()
        if journal:
            for step in describe_journal(journal):
                if step.hint:
                    print(f"{step.message}: {step.hint}", file=sys.stderr)
            journal.close()
    sys.stdout.buffer.write(escape_json(dump_order(order).decode()).encode() + b"\n")
    sys.stdout.flush()
    style = Style(sys.stderr)
    for cause in causes:
        print(format_cause(cause, style), file=sys.stderr)
    return 0
