"""What do `check` and `show` say of the placed orders that the sheet does not hold yet?"""

import shlex
import time
from collections.abc import Iterator

from bikorders.placing.journal import Journal
from bikorders.sheet.source import Step
from bikorders.text import clean, plural


def describe_journal(journal: Journal) -> Iterator[Step]:
    """Yield a step that counts the orders from Bik that wait for the sheet, and one for each that is parked."""
    count, since = journal.count_waiting()
    if count:
        minutes = (time.time() - (since or 0)) / 60
        message = (
            f"{plural(count, 'order')} from Bik not in the sheet yet, the oldest for {minutes:,.0f} minutes"
        )
        reasons = dict.fromkeys(record.reason for record in journal.list_waiting() if record.reason)
        yield Step(message, "; ".join(reasons) or "if this lasts, the log of bikorders serve says why")
    else:
        yield Step("no order from Bik waits to be written into the sheet")
    for record in journal.list_parked():
        yield Step(
            f"the sheet did not take the order {record.id} from Bik ({record.reason})",
            f"type it in by hand, with its draft ID {clean(record.draft_id)}; "
            f"bikorders show {shlex.quote(clean(record.id))} prints it, and "
            f"bikorders journal retry {shlex.quote(clean(record.id))} has it tried again",
        )
