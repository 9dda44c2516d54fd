"""How the shop numbers its orders: ids are made of a template with a number in it, and known again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bikorders.reading.cells import EXACT_DIGITS, is_damaged
from bikorders.reading.order_ids import clean_id, fold_id, fold_order_id
from bikorders.text import strip_blanks


@dataclass(frozen=True)
class IdTemplate:
    """How our own order ids are spelled: the number between two texts. Made by `parse_id_template`."""

    before: str
    after: str

    def spell(self, number: int) -> str:
        """Return the id with this number."""
        return f"{self.before}{number}{self.after}"

    def find_number(self, order_id: str) -> int | None:
        """Find the number of an id of ours, as a person may write it; one of more than 15 digits is none.

        >>> ids = parse_id_template("ORD-{number}")
        >>> ids.find_number("#ord-1001"), ids.find_number("ORD-01001"), ids.find_number("ORD-1001-B")
        (1001, None, None)
        """
        folded = fold_id(order_id)
        # Folding takes blanks off at the ends: the 0 keeps those beside the number.
        before, after = fold_order_id(f"{self.before}0")[:-1], fold_order_id(f"0{self.after}")[1:]
        digits = folded.removeprefix(before).removesuffix(after)
        if not _DIGITS.fullmatch(digits):
            return None
        number = int(digits)
        return number if fold_id(self.spell(number)) == folded else None

    def find_highest(self, ids: Iterable[str]) -> int:
        """Return the highest number among the ids of ours; 1000 if there are none, so that 1001 is the first.

        >>> parse_id_template("{number}").find_highest(["1001", "#1004", "A-2000"])
        1004
        """
        numbers = (self.find_number(order_id) for order_id in ids)
        return max((number for number in numbers if number is not None), default=1000)


_DIGITS = re.compile(rf"[0-9]{{1,{EXACT_DIGITS}}}")


def parse_id_template(text: str) -> IdTemplate:
    """Return the template of a text with `{number}` in it once; raises `ValueError` if ids would not survive a sheet.

    >>> parse_id_template("ORD-{number}").spell(1001)
    'ORD-1001'
    >>> parse_id_template("{number}.0")
    Traceback (most recent call last):
    ValueError: a spreadsheet would make other ids of these
    """
    before, mark, after = text.partition("{number}")
    if not mark or set("{}") & set(before + after):
        raise ValueError("it needs {number} once, and no other braces")
    if not text.isprintable() or text != strip_blanks(text):
        raise ValueError("it takes printable characters only, and no blanks at its ends")
    if text[0] in "=+-@":
        raise ValueError("a spreadsheet would take it for a formula")
    ids = IdTemplate(before, after)
    for number in (0, 9, 1001, 10**EXACT_DIGITS - 1):
        order_id = ids.spell(number)
        if clean_id(order_id) != order_id or is_damaged(order_id) or not fold_order_id(order_id):
            raise ValueError("a spreadsheet would make other ids of these")
        if ids.find_number(order_id) != number:
            raise ValueError("the number can't be told from the rest of the id")
    return ids
