"""What is wrong in the merchant's data, where, and what to type instead.

A problem costs one field, never the order. Every code stands in `KINDS` with its wording, so that what the
commands print and what the documents list can be held against one table.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from bikorders.workbook import Cell

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One defect. `tab` and `cell` say where (`Orders`, `F17`), `text` is what was typed there."""

    level: Level
    code: str
    tab: str
    cell: str
    text: str
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.tab}!{self.cell}: {self.message} {self.hint}"


class Kind(NamedTuple):
    """The wording of one code; `{text}` is what was typed, `{field}` our word for the column."""

    level: Level
    message: str
    hint: str


KINDS: dict[str, Kind] = {
    "amount": Kind("error", "“{text}” is not an amount.", "Type a number such as 499 or 1299.50."),
    "column-conflict": Kind(
        "error",
        "Two columns give a different {field}.",
        "Keep one of the columns, or type the same in both.",
    ),
    "currency": Kind("error", "“{text}” is not a currency.", "Type its three letters, such as INR."),
    "currency-mixed": Kind(
        "error", "This order has amounts in two currencies.", "Use one currency for the whole order."
    ),
    "email": Kind("error", "“{text}” is not an e-mail address.", "Type one such as name@example.com."),
    "formula-error": Kind("error", "The formula in this cell gives {text}.", "Repair it or type the value."),
    "fulfillment": Kind(
        "error", "“{text}” is not a fulfilment state.", "Type unfulfilled, partial or fulfilled."
    ),
    "items-ambiguous": Kind(
        "error",
        "The items of this order stand in more than one place and differ.",
        "Keep one of the places.",
    ),
    "items-tab-missing": Kind("error", "There is no tab named “{text}”.", "Type the name of the items' tab."),
    "items-unreadable": Kind(
        "error",
        "The tab “{text}” has no columns for items that can be understood.",
        "Head its columns name, quantity and price; and Order ID, if it holds several orders' items.",
    ),
    "link": Kind("error", "“{text}” is not a web link.", "Paste the whole link, starting with https://."),
    "path": Kind(
        "error",
        "The column header “{text}” is not a path that can be sent.",
        "Use letters and dots as in bik:deliveryInfo.courier, and no path that is already an object.",
    ),
    "payment-unknown": Kind(
        "warning", "“{text}” is not a known payment status; it is passed on.", "Type paid or pending."
    ),
    "phone": Kind(
        "error", "“{text}” is not a phone number.", "Type it with its country code, such as +91 98765 43210."
    ),
    "quantity": Kind("error", "“{text}” is not a quantity.", "Type a number such as 2."),
    "status-unknown": Kind(
        "warning", "“{text}” is not a known status; it is passed on.", "Type one such as Packed or Shipped."
    ),
    "text": Kind("error", "“{text}” is not a text that can be sent.", "Type words."),
}


def build_problem(code: str, cell: Cell, field: str = "") -> Problem:
    """Put the wording of `code` together with the cell it is about."""
    kind = KINDS[code]
    words = {"text": cell.text, "field": field}
    return Problem(
        kind.level,
        code,
        cell.tab,
        cell.a1,
        cell.text,
        kind.message.format(**words),
        kind.hint.format(**words),
    )
