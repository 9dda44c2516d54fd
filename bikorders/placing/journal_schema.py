"""The tables of the journal: the orders, how far those under way have come, and where the file is at home."""

from bikorders.placing.sqlite_file import Schema

VERSION = 1
"""Of the schema; a journal of a later one is not touched."""

SCHEMA = Schema(
    application=0x42694B4F,  # marks the file as ours, so that nobody else's database is written to
    version=VERSION,
    statements=(
        """
        CREATE TABLE placed (
            seq INTEGER PRIMARY KEY,
            draft_id TEXT NOT NULL UNIQUE,
            digest TEXT NOT NULL,
            id TEXT NOT NULL,
            folded_id TEXT NOT NULL UNIQUE,
            number INTEGER NOT NULL,
            answer BLOB NOT NULL,
            received_at REAL NOT NULL,
            state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'written', 'parked')),
            refusals INTEGER NOT NULL DEFAULT 0,
            reason TEXT NOT NULL DEFAULT ''
        )
        """,
        "CREATE INDEX placed_number ON placed (number)",
        "CREATE INDEX placed_state ON placed (state)",
    ),
    later={
        "under_way": (
            """
            CREATE TABLE under_way (
                seq INTEGER PRIMARY KEY,
                progress TEXT NOT NULL,
                typed TEXT NOT NULL DEFAULT '[]',
                is_misplaced INTEGER NOT NULL DEFAULT 0,
                repairs INTEGER NOT NULL DEFAULT 0
            )
            """,
            # A version without this table may have sent them.
            "INSERT INTO under_way (seq, progress) SELECT seq, 'sent' FROM placed WHERE state = 'waiting'",
        ),
        "home": ("CREATE TABLE home (place TEXT NOT NULL, highest INTEGER NOT NULL)",),
    },
)
