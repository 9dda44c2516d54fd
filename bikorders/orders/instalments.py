"""What do an advance and a balance say of an order? How much of it was paid, where they make up its total."""

import re
from decimal import Decimal

from bikorders.orders.field_reader import Reading
from bikorders.reading.statuses import ENDED, GONE_BACK
from bikorders.text import LONGEST, fold_heading, remember

_PATHS = ("advance", "balance")


def contradicts(fields: Reading, payment: str) -> bool:
    """Return whether an advance or a balance says something else than what the method says of the payment."""
    total, advance, balance = (fields.get_amount(path) for path in ("total", *_PATHS))
    if not fields.unreadable.isdisjoint(_PATHS):
        return True
    if payment == "paid":
        return bool(balance) or (bool(advance) and advance != total and balance is None)
    is_all = balance in (None, total) or (total is None and "total" not in fields.unreadable)
    return bool(advance) or not is_all


def conclude_payment(fields: Reading, status: str | None) -> str | None:
    """Return the payment's status where the advance and the balance make up the total; None where that leaves a doubt.

    A balance that is written there may have been paid since: on delivery, or as another column says. Money may have
    gone back from an order that was cancelled, as a status that is not known (None) may say.
    """
    total, advance, balance = (fields.get_amount(path) for path in ("total", *_PATHS))
    if not total or advance is None or status is None or status in GONE_BACK:
        return None
    if advance == total and not balance:
        return "paid"
    if balance is None or advance + balance != total or min(advance, balance) < 0 or status in ENDED:
        return None
    columns = fields.tables["balance"].columns
    if any(_may_be_paid(header.text) for header in columns.ignored):
        return None
    return "partially_paid" if advance else "pending"


@remember
def _may_be_paid(header: str) -> bool:
    return bool(_PAID.search(fold_heading(header[:LONGEST])))


_PAID = re.compile(r"\b(?:paid|payments?|received|collected|cleared|settled|balance|instal?lments?)\b")


def leaves_total(fields: Reading, made: Decimal) -> bool:
    """Return whether an advance and a balance agree with a total that was worked out."""
    told = [fields.get_amount(path) for path in _PATHS if path in fields.cells]
    if not told:
        return True
    if None in told:
        return False
    amounts = [amount for amount in told if amount is not None]
    return sum(amounts) == made or (len(amounts) == 1 and amounts[0] in (0, made))
