"""A sheet in memory that orders are written into, and all that takes and writes them, worked by hand."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from bikorders.bik.place_order import dump_placed
from bikorders.cache.hyperlinks import Hyperlinks
from bikorders.errors import (
    ChangeRefused,
    SheetUnusable,
    SourceUnavailable,
)
from bikorders.placing.batches import find_inserted, shift
from bikorders.placing.catch_up import CatchUp
from bikorders.placing.intake import Intake
from bikorders.placing.journal import Journal
from bikorders.placing.numbering import parse_id_template
from bikorders.placing.pending import Pending
from bikorders.placing.record import Record, State
from bikorders.placing.sheet_writers import Named
from bikorders.placing.writer import Writer
from bikorders.serving.service import Service
from bikorders.sheet.edits import Addition, InsertRows, MakeTab, RetypeRows
from bikorders.sheet.workbook import Raw, Tab, Workbook, text_of
from tests.conftest import Shop, SimulatedClock, apply, make_workbook

IDS = parse_id_template("ORD-{number}")
WORKBOOK = make_workbook(
    "Order ID,Status,Total,Phone,Draft ID\nORD-1001,Packed,80,,",
    "Order ID,Product name,Quantity,Price\nORD-1001,Soap,1,80",
)
LOST = SourceUnavailable("Google did not answer in time")
REFUSED = ChangeRefused("Google refuses to change the sheet")
NO_ACCESS = SheetUnusable("the sheet is shared as Viewer")


def body(draft: str = "nb_1", name: str = "Oil", quantity: int = 2) -> bytes:
    items = [{"name": name, "quantity": quantity, "price": 40}, {"name": "Gift", "quantity": 1, "price": 0}]
    order = {"id": draft, "items": items, "total": 40 * quantity, "phoneNumber": "+919876543210"}
    return json.dumps({"draftOrderId": draft, "paymentPending": True, "order": order}).encode()


class Sheet:
    """A sheet in memory that orders are written into; `faults` say how the next writes go wrong.

    A fault is an error before the change is made, or ("after", error), or something that is done before it.
    """

    settles = 12.0
    together = 4

    def __init__(self, source: Any) -> None:
        self.source = source
        self.faults: list[Any] = []
        self.refuses: Callable[[str], bool] = lambda text: False
        self.writes: list[Sequence[Addition]] = []
        self.lock = Lock()

    def write_all(self, orders: Sequence[Named], workbook: Workbook) -> list[Sequence[Addition]]:
        made: list[Sequence[Addition]] = []
        inserted: list[InsertRows] = []
        for order in orders:
            made.append([shift(addition, inserted) for addition in order.additions])
            inserted += find_inserted(order.additions, order.additions)
        self.write([addition for each in made for addition in each], workbook, orders[0].name)
        return made

    def write(self, additions: Sequence[Addition], workbook: Workbook, name: str = "") -> Sequence[Addition]:
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        if self.refuses(str(additions)):
            raise REFUSED
        if callable(fault):
            fault()
        self.writes.append(additions)
        with self.lock:
            for addition in additions:
                if isinstance(addition, RetypeRows):
                    tab = self.source.workbook.tabs[addition.tab]
                    if tuple(tab.row(number) for number in addition.numbers) != addition.held:
                        raise LOST
                if isinstance(addition, MakeTab) and addition.title in self.source.workbook.tabs:
                    raise REFUSED
            self.source.workbook = apply(additions, self.source.workbook)
        if isinstance(fault, tuple):
            raise fault[1]
        return additions

    def edit(self, title: str, change: Callable[[list[list[Raw]]], Any]) -> None:
        """Let the merchant change a tab's rows."""
        tabs = self.source.workbook.tabs
        rows = [list(row) for row in tabs[title].rows]
        change(rows)
        self.source.workbook = Workbook({**tabs, title: Tab(title, rows)})

    def swap(self, title: str, a: int, b: int) -> None:
        def change(rows: list[list[Raw]]) -> None:
            for row in rows:
                row += [None] * (max(a, b) - len(row))
                row[a - 1], row[b - 1] = row[b - 1], row[a - 1]

        self.edit(title, change)


class Placing:
    """A shop that takes orders, on a simulated clock; its writer's rounds are called by hand."""

    def __init__(self, path: Path, workbook: Workbook = WORKBOOK, error: Exception | None = None) -> None:
        self.path = path
        self.clock = SimulatedClock()
        self.shop = Shop(workbook, self.clock)
        self.shop.source.error = error
        self.sheet = Sheet(self.shop.source)
        self.open()

    def open(self) -> None:
        self.journal = Journal(self.path)
        cache = self.shop.cache
        self.pending = Pending(self.journal)
        self.intake = Intake(self.journal, cache, self.pending, IDS, wall=lambda: 5.0)
        catch_up = CatchUp(self.journal, IDS)
        self.writer = Writer(self.journal, cache, self.pending, self.sheet, catch_up)
        self.service = Service(cache, Hyperlinks(cache, lambda cell, row: None), self.intake)
        self.writer.work()

    def restart(self) -> None:
        """Begin anew on the same journal: what was in memory is gone."""
        self.journal.close()
        self.open()

    def work(self, rounds: int = 6) -> None:
        """Let the writer do some rounds, with the pauses that it asks for."""
        for _ in range(rounds):
            self.clock.advance(self.writer.work())

    def ask(self, order_id: str) -> dict[str, Any]:
        return json.loads(self.service.get_order(order_id).body)["order"]

    def rows(self, title: str = "Orders") -> list[str]:
        """Give a tab's rows below its header as text."""
        tab = self.shop.source.workbook.tabs[title]
        return ["|".join(map(text_of, tab.row(row))) for row in range(2, len(tab.rows) + 1)]

    def require_once(self, count: int = 1) -> None:
        """Require that the orders nb_1 to nb_N stand in the sheet once each, in their order, with their items."""
        wanted = [f"ORD-{1001 + n}|Placed|80|+919876543210|nb_{n}" for n in range(1, count + 1)]
        assert self.rows() == ["ORD-1001|Packed|80", *wanted]
        items = [f"ORD-{1001 + n}|{item}" for n in range(1, count + 1) for item in ("Oil|2|40", "Gift|1|0")]
        assert self.rows("Items") == ["ORD-1001|Soap|1|80", *items]
        assert self.journal.count_waiting()[0] == 0
        assert not any(self.pending.list_in(state) for state in State)


@pytest.fixture
def placing(tmp_path: Path) -> Iterator[Placing]:
    made = Placing(tmp_path / "journal")
    yield made
    made.journal.close()


def leave_to_a_person(placing: Placing) -> None:
    """Place an order whose columns are moved while it is written, and refuse to put it right."""
    placing.shop.cache.get(placing.clock.now())
    placing.intake.place(body())
    placing.sheet.faults = [lambda: placing.sheet.swap("Orders", 1, 5)]
    placing.sheet.refuses = lambda text: "RetypeRows" in text
    placing.work(300)
    placing.sheet.refuses = lambda text: False
    assert [order.state for order in placing.pending.list_in(State.LEFT)] == [State.LEFT]


# The journal alone

ORDER = {"id": "", "total": Decimal("947.50"), "noise": Decimal("119.75999999999999"), "note": "é"}
NOON = 1_720_000_000.25


def build(order_id: str) -> bytes:
    return dump_placed(ORDER | {"id": order_id})


def add(journal: Journal, draft_id: str, **changed) -> tuple[Record, bool]:
    given = {"digest": "d", "build": build, "ids": IDS, "highest": 1000, "now": NOON} | changed
    return journal.add(draft_id, **given)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orders.journal"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with closing(Journal(path)) as opened:
        yield opened


PRELUDE = """
import json, os, resource, signal, sys
from pathlib import Path
from bikorders.errors import JournalUnavailable
from bikorders.placing.journal import Journal
from bikorders.placing.numbering import parse_id_template

IDS = parse_id_template("ORD-{number}")

def build(order_id):
    return json.dumps({"order": {"id": order_id}}).encode()

def die(order_id=""):
    os.kill(os.getpid(), signal.SIGKILL)

print("ready", flush=True)
sys.stdin.readline()
journal = Journal(Path(sys.argv[1]))
"""


def run(path: Path, *codes: str) -> list[tuple[int, str]]:
    """Run each code in a process of its own, where `journal` is open; give the exit codes and outputs."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PRELUDE + code, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for code in codes
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    outputs = [process.communicate()[0] for process in processes]
    return [(process.returncode, output) for process, output in zip(processes, outputs, strict=True)]
