"""`bikorders serve`: how the parts of the running service are put together."""

import logging
import math
import os
import sys
import time
from contextlib import suppress
from threading import Thread

from bikorders import __version__
from bikorders.alarm.alarm import Alarm, Shop
from bikorders.alarm.memory_file import MemoryFile
from bikorders.alarm.sender import check_addresses
from bikorders.bik.get_order import dump_order
from bikorders.cache.clock import SystemClock
from bikorders.cache.hyperlinks import Hyperlinks
from bikorders.cache.policy import Policy
from bikorders.cache.rate_limit import Quota
from bikorders.cache.snapshot_cache import SnapshotCache
from bikorders.errors import BikordersError
from bikorders.merchant.notes import Notes
from bikorders.merchant.page import install_page
from bikorders.merchant.page_model import ReportCache
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.catch_up import CatchUp
from bikorders.placing.intake import Intake
from bikorders.placing.journal import Journal
from bikorders.placing.pending import Pending
from bikorders.placing.row_plan import require_columns
from bikorders.placing.sheet_writers import open_sheet_writer
from bikorders.placing.writer import Writer
from bikorders.reading.shop_settings import Options
from bikorders.reading.tab_roles import find_named_titles
from bikorders.serving.app import create_app
from bikorders.serving.logs import set_up_log
from bikorders.serving.memory import limit_arenas
from bikorders.serving.server import Server
from bikorders.serving.service import Service
from bikorders.serving.systemd import find_watchdog
from bikorders.settings import Settings, check_auth, find_page_password, find_risks
from bikorders.sheet.open import SAMPLE, copy_sample, find_folder, open_source
from bikorders.sheet.reopening import ReopeningSource
from bikorders.sheet.source import Source
from bikorders.terminal import spell_commands
from bikorders.text import clean, plural

_log = logging.getLogger("bikorders.server")

MOST_CHECKED = 2000
"""Orders that are checked at the start, to say how many need fixing: more would keep the first answers waiting."""

FIRST_ANSWERS = 0.5
"""Seconds after the first read in which it is not checked: who has waited for it is answered."""

WRITES_PER_MINUTE = 50
"""Changes of a Google Sheet in any minute. Google allows 60, and counts them apart from reads."""


def build_service(
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
    source = ReopeningSource(lambda: open_source(settings.sheet, settings.credentials, named, quota.charge))
    cache = SnapshotCache(
        source.read, lambda workbook, before: Snapshot(workbook, options, before), policy, clock, quota
    )
    intake, writer = _build_placing(settings, cache, clock, quota, journal) if journal else (None, None)
    return Service(cache, Hyperlinks(cache, source.read_link), intake), cache, source, writer


def open_journal(settings: Settings) -> Journal | None:
    return Journal(settings.journal) if settings.place_order else None


def _build_placing(
    settings: Settings, cache: SnapshotCache, clock: SystemClock, reads: Quota, journal: Journal
) -> tuple[Intake, Writer]:
    writes = Quota(WRITES_PER_MINUTE, clock)
    sheet_writer = open_sheet_writer(settings.sheet, settings.credentials, writes.charge, reads.charge)
    pending = Pending(journal)
    intake = Intake(journal, cache, pending, settings.order_id, settings.invoice_url)
    catch_up = CatchUp(journal, settings.order_id)
    return intake, Writer(journal, cache, pending, sheet_writer, catch_up)


def run_serve(settings: Settings) -> int:
    log = set_up_log()
    limit_arenas()
    auth = check_auth(settings)
    page_password = find_page_password(settings)
    check_addresses(settings.notify)
    if settings.is_sample:
        copy_sample()
    journal = open_journal(settings)
    service, cache, source, writer = build_service(settings, journal)
    cache.seek_evidence()  # before the server is made: the first customer is not to wait for what goes on meanwhile
    cache.start(end=lambda: server.stop(), tell_alive=find_watchdog(os.environ))
    reports = ReportCache()
    app = create_app(service, auth, note=log.note, find_notes=Notes(service).find)
    alarm = _build_alarm(settings, service, cache, reports) if settings.notify else None
    if page_password is not None:
        find_notice = (lambda: alarm.notice) if alarm else str
        install_page(app, service, page_password, reports=reports, find_notice=find_notice)
    server = Server(app, settings.host, settings.port, settings.threads)
    server.stop_on_signals()
    address = settings.find_address(server.port)
    _print_start(settings, source, address, has_page=page_password is not None)
    for risk in find_risks(settings):
        _log.warning(risk)
    where = "`bikorders check` lists them" if page_password is None else f"{address}/ shows them"
    Thread(
        target=_print_first_read, args=(cache, reports, source.name, where), name="first read", daemon=True
    ).start()
    if not find_folder(settings.sheet):
        rehearse()
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
    reads = f"{source.name}, a copy of the sample" if settings.is_sample else source.name
    print(f"bikorders {__version__} reads {reads}")
    print(f"and listens on {address}/getOrder (stop with Ctrl-C)")
    if has_page:
        print(f"Open {address}/ to see how it is and what needs fixing")
    if settings.is_sample:
        json_header = "-H 'Content-Type: application/json'"
        print("Edit Orders.csv there and ask again. Try:")
        print(f"""  curl {address}/getOrder {json_header} -d '{{"orderId": "ORD-1001"}}'""")
    sys.stdout.flush()


def _print_first_read(cache: SnapshotCache, reports: ReportCache, name: str, where: str) -> None:
    """Print what the first read understood, or why it failed, once that is known."""
    try:
        snapshot = cache.await_first()
    except BikordersError as error:
        said = f"Can't read {name}, and goes on trying: {error}"
    else:
        if snapshot is None:
            return
        said = f"Read {_describe_read(snapshot, reports, name, where)}"
    line = f"{spell_commands(clean(said))}\n".encode(sys.stdout.encoding, "replace")
    with suppress(OSError):  # nobody reads it any more
        os.write(
            sys.stdout.fileno(), line
        )  # `print` takes a lock, with which a thread may be left at the end


def _describe_read(snapshot: Snapshot, reports: ReportCache, name: str, where: str) -> str:
    if snapshot.order_count > MOST_CHECKED:
        return f"{plural(snapshot.order_count, 'order')} from {name}. If there are mistakes, {where}"
    time.sleep(FIRST_ANSWERS)
    while (report := reports.find(snapshot)) is None:
        continue  # the page was opened first, and its report is not ready
    orders, items = plural(report.order_count, "order"), plural(report.item_count, "item")
    fixes, checks = report.count("error"), report.count("warning")
    told = [f"{plural(fixes, 'thing')} to fix"] * bool(fixes) + [f"{checks} to check"] * bool(checks)
    rest = f"{' and '.join(told)}: {where}" if told else "nothing needs fixing"
    return f"{orders} and {items} from {name}, {rest}"


def rehearse() -> None:
    """Answer from the sample while Google is waited for: what is loaded at its first use is there when it answers."""
    snapshot = Snapshot(open_source(str(SAMPLE), "").read(), Options())
    dump_order(snapshot.get_order("ORD-1001"))


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
