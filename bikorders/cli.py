"""The `bikorders` command.

Exit codes: 0 for success; 1 if an order can't be answered, the sheet needs fixing, or an endpoint breaks a rule; 2 if
a setting or the command line is wrong, the sheet can't be read, a backup can't be written, or nothing answers at the
address to try.
"""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bikorders.alarm.sender import run_test
from bikorders.arguments import build_parser
from bikorders.bik.auth import Auth
from bikorders.bik.get_order import dump_order
from bikorders.errors import BikordersError, SettingsError
from bikorders.merchant.check import format_cause, run_check
from bikorders.merchant.init import run_init
from bikorders.merchant.journal_command import back_up, open_existing, print_orders, retry
from bikorders.merchant.journal_steps import describe_journal
from bikorders.merchant.report_causes import list_causes
from bikorders.orders.snapshot import Snapshot
from bikorders.placing.journal import Journal
from bikorders.reading.tab_roles import find_named_titles
from bikorders.serve import build_service, open_journal, run_serve
from bikorders.settings import Settings, read_settings
from bikorders.sheet.open import find_sample, open_source
from bikorders.terminal import Style, spell_commands
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
        _print_error(error)
        return 2
    except BikordersError as error:
        _print_error(error)
        return 1


def _print_error(error: BikordersError) -> None:
    print(f"bikorders: {spell_commands(clean(str(error)))}", file=sys.stderr)


def _run(settings: Settings, args: argparse.Namespace) -> int:
    """Run the command that was named, and return the exit code."""
    match args.command:
        case "serve":
            return run_serve(settings)
        case "check":
            return _check(settings, args)
        case "init":
            return run_init(settings, ask=not args.yes)
        case "journal":
            return _work_on_journal(settings, args)
        case "notify":
            return run_test(settings, lambda: open_source(settings.sheet, settings.credentials).read().name)
        case "try":
            from bikorders.bik.conformance import run_try  # noqa: PLC0415 - loads `requests`

            return run_try(args.url, args.auth or settings.auth or Auth(), args.order)
        case _:
            return _show(settings, args.order_id)


def _tell_sample(settings: Settings) -> None:
    """Say on standard error that the sample is read, if it is."""
    if settings.is_sample:
        print(f"BIKORDERS_SHEET is not set: this is the sample in {find_sample()}", file=sys.stderr)


def _check(settings: Settings, args: argparse.Namespace) -> int:
    _tell_sample(settings)
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


def _work_on_journal(settings: Settings, args: argparse.Namespace) -> int:
    with closing(open_existing(settings.journal)) as journal:
        match args.action:
            case "backup":
                back_up(journal, args.file)
            case "retry":
                retry(journal, args.order_id)
            case _:
                print_orders(journal)
    return 0


def _show(settings: Settings, order_id: str) -> int:
    _tell_sample(settings)
    journal = open_journal(settings)
    service, cache, _, _ = build_service(settings, journal)
    cache.start()
    try:
        order = service.get_order_with_problems(order_id)
        causes = list_causes(service.get_view().snapshot, order.problems) if order.problems else []
    finally:
        cache.close()
        if journal:
            for step in describe_journal(journal):
                if step.hint:
                    print(spell_commands(f"{step.message}: {step.hint}"), file=sys.stderr)
            journal.close()
    sys.stdout.buffer.write(escape_json(dump_order(order).decode()).encode() + b"\n")
    sys.stdout.flush()
    style = Style(sys.stderr)
    for cause in causes:
        print(format_cause(cause, style), file=sys.stderr)
    return 0
