"""The command line: which commands there are, and what each takes."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bikorders import __version__
from bikorders.bik.auth import parse_auth
from bikorders.bik.target import parse_target
from bikorders.environment import PREFIX
from bikorders.settings import TABLE


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
    _add_journal(commands.add_parser("journal", help="the orders from Bik: back them up, or see what waits"))
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


def _add_journal(journal: argparse.ArgumentParser) -> None:
    actions = journal.add_subparsers(dest="action", required=True, metavar="ACTION")
    backup = actions.add_parser("backup", help="copy the journal into a new file, also while bikorders runs")
    backup.add_argument("file", metavar="FILE", type=Path)
    actions.add_parser("list", help="list the orders that are not in the sheet, since when and why")
    retry = actions.add_parser("retry", help="have an order tried again that the sheet refused")
    retry.add_argument("order_id", metavar="ID", help="its id, or its draft ID")


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
