"""Every placed order, kept in a SQLite file before it is answered.

Several threads share two connections, several processes one file. What goes wrong with the file after it was opened
is `JournalUnavailable`.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from bikorders.placing.backup import write_backup
from bikorders.placing.journal_schema import SCHEMA
from bikorders.placing.numbering import IdTemplate
from bikorders.placing.record import Record, State
from bikorders.placing.sqlite_file import SqliteFile
from bikorders.reading.order_ids import fold_id

_REFUSALS = 2
"""After this many the order is parked; the first may have had a reason that passes."""

_COLUMNS = [column.name for column in fields(Record)]
_SELECT = """
    SELECT seq, draft_id, digest, id, number, answer, received_at,
        CASE
            WHEN state = 'waiting' AND progress = 'sent' THEN 'sent'
            WHEN state = 'written' AND progress IN ('written', 'left') THEN progress
            WHEN state = 'written' THEN 'verified'
            ELSE state
        END,
        refusals, reason, COALESCE(typed, '[]'), COALESCE(is_misplaced, 0), COALESCE(repairs, 0)
    FROM placed LEFT JOIN under_way USING (seq)
"""


class Journal:
    """The orders in the file, for all threads of this process."""

    def __init__(self, path: Path) -> None:
        """Open the journal, or begin a new one that nobody else may read.

        Raises `SettingsError` if the file can't be used, `JournalUnavailable` if another process holds it.
        """
        self._file = SqliteFile(path, SCHEMA)
        self._place = self._file.describe_place()

        self.is_new = self._file.is_new
        """Whether there was no journal before."""

        if self._read_home() is None:
            with self._file.transaction() as connection:
                connection.execute(
                    "INSERT INTO home SELECT ?, 0 WHERE NOT EXISTS (SELECT 1 FROM home)", (self._place,)
                )

    def close(self) -> None:
        """Close the file, with all that was recorded in it; may be called twice."""
        self._file.close()

    def settle(self) -> None:
        """Leave all in the one file, and nothing in those beside it; `close` does so too."""
        self._file.settle()

    def back_up(self, path: Path) -> None:
        """Write all that it holds into a new file, also while others write; raises as `write_backup` does."""
        with self._file.reading() as connection:
            write_backup(connection, path, "UPDATE home SET place = ''")

    def is_at_home(self) -> bool:
        """Return whether it knows all numbers that were given: not one that was put here from a backup or a copy.

        That one is at home once it was held against the sheet.
        """
        return self._read_home() == self._place

    def settle_in(self, highest: int) -> None:
        """Be at home here from now on; `highest` is the highest number in the sheet, and is never given again."""
        with self._file.transaction() as connection:
            connection.execute("UPDATE home SET place = ?, highest = MAX(highest, ?)", (self._place, highest))

    def _read_home(self) -> str | None:
        with self._file.reading() as connection:
            row = connection.execute("SELECT place FROM home").fetchone()
        return str(row[0]) if row else None

    def add(
        self,
        draft_id: str,
        digest: str,
        build: Callable[[str], bytes],
        ids: IdTemplate,
        highest: int,
        now: float,
    ) -> tuple[Record, bool]:
        """Record an order unless its draft is known; return its record, and whether it is new.

        It gets the next free number after `highest` and all that were given before; `build` makes the answer
        from the id, and must not use the journal. Once this returns, the record outlives a power cut.
        """
        with self._file.transaction() as connection:
            if known := _find(connection, "draft_id", draft_id):
                return known, False
            number = max(highest, _highest_number(connection)) + 1
            while _find(connection, "folded_id", fold_id(ids.spell(number))):
                number += 1  # this id was given under another template
            order_id = ids.spell(number)
            values = (draft_id, digest, order_id, fold_id(order_id), number, build(order_id), now, "waiting")
            return _insert(connection, values), True

    def adopt(
        self, draft_id: str, digest: str, answer: bytes, order_id: str, number: int, now: float
    ) -> Record | None:
        """Record an order that the sheet has and the journal does not, unless its draft is known; return its record.

        None if its id was given to another draft.
        """
        with self._file.transaction() as connection:
            if known := _find(connection, "draft_id", draft_id):
                return known
            if _find(connection, "folded_id", fold_id(order_id)):
                return None
            values = (draft_id, digest, order_id, fold_id(order_id), number, answer, now, "written")
            return _insert(connection, values)

    def lead(self) -> bool:
        """Return whether this process writes the orders to the sheet: the first to ask does, until it ends."""
        return self._file.claim()

    def find_draft(self, draft_id: str) -> Record | None:
        """Find an order by Bik's draft id."""
        with self._file.reading() as connection:
            return _find(connection, "draft_id", draft_id)

    def find_id(self, order_id: str) -> Record | None:
        """Find an order by its id, as a person may write it."""
        with self._file.reading() as connection:
            return _find(connection, "folded_id", fold_id(order_id))

    def list_waiting(self) -> list[Record]:
        """Return the orders that the sheet has not taken yet, in the order they came."""
        return self._list("state = 'waiting'")

    def list_parked(self) -> list[Record]:
        """Return the orders that the sheet refused, in the order they came: a person has to look at them."""
        return self._list("state = 'parked'")

    def list_unverified(self) -> list[Record]:
        """Return all orders that the sheet can't answer for yet, in the order they came."""
        return self._list("state IN ('waiting', 'parked') OR seq IN (SELECT seq FROM under_way)")

    def list_drafts(self) -> dict[str, str]:
        """Return the draft ids of all orders that were ever placed, by their order ids."""
        with self._file.reading() as connection:
            return dict(connection.execute("SELECT id, draft_id FROM placed"))

    def count_waiting(self) -> tuple[int, float | None]:
        """Return how many orders are waiting, and when the oldest came; None if there is none."""
        with self._file.reading() as connection:
            sql = "SELECT COUNT(*), MIN(received_at) FROM placed WHERE state = 'waiting'"
            count, oldest = connection.execute(sql).fetchone()
        return count, oldest

    def highest_number(self) -> int:
        """Return the highest number that was ever given; 0 if there is none."""
        with self._file.reading() as connection:
            return _highest_number(connection)

    def retry(self, seq: int) -> bool:
        """Let a parked order wait again, as if it had not been refused; return whether it was parked."""
        with self._file.transaction() as connection:
            statement = "UPDATE placed SET state = 'waiting', refusals = 0, reason = '' WHERE seq = ? AND state = 'parked'"
            return connection.execute(statement, (seq,)).rowcount > 0

    def mark_sent(self, orders: Iterable[tuple[int, str]]) -> None:
        """Note that orders are about to be sent to the sheet, each with what is typed for it."""
        with self._file.transaction() as connection:
            statement = "REPLACE INTO under_way (seq, progress, typed) VALUES (?, 'sent', ?)"
            connection.executemany(statement, orders)

    def mark_waiting(self, seq: int) -> None:
        """Note that the sheet did not take what was sent."""
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM under_way WHERE seq = ?", (seq,))

    def mark_written(self, seq: int, typed: str = "[]", is_misplaced: bool = False, repairs: int = 0) -> None:
        """Note that the sheet has the order, and what a later read has to show there."""
        self._mark_in_sheet(seq, State.WRITTEN, typed, is_misplaced, repairs)

    def mark_left(self, seq: int, typed: str, is_misplaced: bool) -> None:
        """Note that the order stands in the wrong cells, and is left to a person."""
        self._mark_in_sheet(seq, State.LEFT, typed, is_misplaced, 0)

    def mark_verified(self, seq: int) -> None:
        """Note that the sheet answers for the order; for a parked one too, if a person typed it in."""
        with self._file.transaction() as connection:
            connection.execute("UPDATE placed SET state = 'written' WHERE seq = ?", (seq,))
            connection.execute("DELETE FROM under_way WHERE seq = ?", (seq,))

    def _mark_in_sheet(self, seq: int, state: State, *values: str | bool | int) -> None:
        with self._file.transaction() as connection:
            connection.execute("UPDATE placed SET state = 'written' WHERE seq = ?", (seq,))
            connection.execute("REPLACE INTO under_way VALUES (?, ?, ?, ?, ?)", (seq, state.value, *values))

    def note_reason(self, reason: str) -> None:
        """Note why orders wait; those that were refused for themselves keep their own reason."""
        with self._file.transaction() as connection:
            connection.execute(
                "UPDATE placed SET reason = ? WHERE state = 'waiting' AND refusals = 0", (reason,)
            )

    def note_refusal(self, seq: int, reason: str) -> Record:
        """Note that the sheet refused the order for itself; the second time parks it. One that is written stays so.

        Raises `LookupError` if there is no such record.
        """
        with self._file.transaction() as connection:
            connection.execute(
                "UPDATE placed SET refusals = refusals + 1, reason = ?,"
                " state = CASE WHEN refusals + 1 >= ? THEN 'parked' ELSE state END"
                " WHERE seq = ? AND state != 'written'",
                (reason, _REFUSALS, seq),
            )
            connection.execute("DELETE FROM under_way WHERE seq = ? AND progress = 'sent'", (seq,))
            record = _find(connection, "seq", seq)
        if record is None:
            raise LookupError(f"no record {seq}")
        return record

    def _list(self, condition: str) -> list[Record]:
        with self._file.reading() as connection:
            rows = connection.execute(f"{_SELECT} WHERE {condition} ORDER BY seq").fetchall()
        return [_build_record(row) for row in rows]


def _insert(connection: sqlite3.Connection, values: Sequence[Any]) -> Record:
    connection.execute(
        "INSERT INTO placed (draft_id, digest, id, folded_id, number, answer, received_at, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )
    record = _find(connection, "draft_id", values[0])
    assert record is not None
    return record


def _find(connection: sqlite3.Connection, column: str, value: str | int) -> Record | None:
    try:
        row = connection.execute(f"{_SELECT} WHERE {column} = ?", (value,)).fetchone()
    except UnicodeEncodeError:  # half of a character pair, which no record holds
        return None
    return _build_record(row) if row else None


def _build_record(row: tuple[Any, ...]) -> Record:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Record(**values | {"state": State(values["state"]), "is_misplaced": bool(values["is_misplaced"])})


def _highest_number(connection: sqlite3.Connection) -> int:
    ours, shown = "SELECT MAX(number) FROM placed", "SELECT MAX(highest) FROM home"
    (number,) = connection.execute(f"SELECT MAX(IFNULL(({ours}), 0), IFNULL(({shown}), 0))").fetchone()
    return int(number)
