"""What is wrong in the merchant's data, where, and what to type instead.

A problem costs one field, never the order. Every code stands in `KINDS` with its wording, so that what the
commands print and what the documents list can be held against one table.
"""

import msgspec

from bikorders.reading.field_words import FIELD_WORDS
from bikorders.reading.problem_kind import Kind, Level
from bikorders.reading.settings_problems import SETTINGS_KINDS
from bikorders.sheet.workbook import Cell


class Problem(msgspec.Struct, frozen=True, gc=False):
    """One defect. `tab` and `cell` say where (`Orders`, `F17`), `text` is what was typed there.

    `path` is the field that it is about, where the cell's column does not say that. There are many in orders that are kept:
    the garbage collector is not to walk over them.
    """

    level: Level
    code: str
    tab: str
    cell: str
    text: str
    message: str
    hint: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.tab}!{self.cell}: {self.message} {self.hint}"


KINDS: dict[str, Kind] = SETTINGS_KINDS | {
    "amount": Kind(
        "error",
        "“{text}” is not an amount.",
        "Type a number such as 499 or 1299.50, or 0 where nothing is charged.",
    ),
    "column-conflict": Kind(
        "error",
        "Two columns give a different {field}.",
        "Keep one of the columns, or type the same in both.",
    ),
    "currency": Kind("error", "“{text}” is not a currency.", "Type its three letters, such as INR."),
    "currency-lone": Kind("warning", "“{text}” is in another currency.", "Type it at all amounts or none."),
    "currency-missing": Kind("warning", "“{text}” may be in two currencies.", "Type its currency beside it."),
    "currency-mixed": Kind("error", "This order has amounts in two currencies.", "Use one for all of it."),
    "email": Kind("error", "“{text}” is not an e-mail address.", "Type one such as name@example.com."),
    "formula-error": Kind(
        "error", "“{text}” is an error and no value.", "Repair the formula, or type the value."
    ),
    "fulfillment": Kind(
        "error", "“{text}” is not a fulfilment state.", "Type unfulfilled, partial or fulfilled."
    ),
    "header-near": Kind("warning", "“{text}” is not used.", "Did you mean {field}?"),
    "header-lost": Kind(
        "error",
        "The column “{text}” was the {field} and is gone, so customers are told none.",
        "Put its header back; if it is meant to be gone, start bikorders again.",
    ),
    "header-unclear": Kind(
        "warning",
        "The column headed “{text}” may be the {field} or something else, so it is left out.",
        "Head it as what it is, such as Order status, Customer name, Product name or Order total, or name it in Settings.",
    ),
    "id-again": Kind(
        "warning",
        "The order “{text}” stands in {field} too, with the same contents.",
        "Delete one of the rows.",
    ),
    "id-alike": Kind(
        "warning",
        "“{text}” reads like the order “{field}”.",
        "Spell it the same if it is that order; else give it a number of its own.",
    ),
    "id-column": Kind("error", "The orders of “{text}” have no numbers.", "Head their column Order ID."),
    "id-damaged": Kind(
        "error",
        "“{text}” is not the order number any more, so this row belongs to no order.",
        "Set the column's format to plain text and type the number again.",
    ),
    "id-letters": Kind(
        "warning", "“{text}” mixes two alphabets that look alike.", "Type the number again on one keyboard."
    ),
    "id-missing": Kind(
        "error", "This row has no order number, so it belongs to no order.", "Type its number."
    ),
    "id-twice": Kind(
        "error",
        "The order “{text}” stands in {field} too and says something else, so customers get no answer.",
        "Keep one of the rows, or give one of them its own number.",
    ),
    "items-ambiguous": Kind(
        "error",
        "The items of this order differ from those in {place}, so customers are told none.",
        "Type the same in both places, or keep one of them.",
    ),
    "items-missing": Kind(
        "warning",
        "The order “{text}” has no items.",
        "Add them, with this number, or leave it if there are none.",
    ),
    "items-unclear": Kind(
        "error",
        "The items of “{text}” may belong to another order that reads the same.",
        "Give one of the orders another number, and type it with its items too.",
    ),
    "items-tab-missing": Kind("error", "There is no tab named “{text}”.", "Type the name of the items' tab."),
    "items-unreadable": Kind(
        "error",
        "The tab “{text}” has no columns for items that can be understood.",
        "Head its columns name, quantity and price; and Order ID, if it holds several orders' items.",
    ),
    "link": Kind("error", "“{text}” is not a web link.", "Paste one whole link, starting with https://."),
    "name": Kind(
        "error",
        "“{text}” may hold more than a name.",
        "Type the customer's name alone, such as Asha Rao, and the rest in another column.",
    ),
    "number-format": Kind("error", "The cell shows another number than it holds.", "Format it as Automatic."),
    "order-missing": Kind(
        "error",
        "There is no order “{text}”.",
        "Correct the number here, add the order, or delete its rows here.",
    ),
    "path": Kind(
        "error",
        "The column “{text}” can't be sent to Bik under that name.",
        "Name it with letters and dots, such as bik:deliveryInfo.courier, and like no other column.",
    ),
    "payment-unknown": Kind(
        "warning",
        "“{text}” is not a known payment status; customers are told it as it stands.",
        "Type paid or pending, or say in a tab Settings what it means.",
    ),
    "phone": Kind(
        "error",
        "“{text}” is not a phone number.",
        "Type one whole number and nothing else, such as +91 98765 43210.",
    ),
    "phone-country": Kind(
        "error",
        "“{text}” has no country code, and is not right as a local number.",
        "Type it with its country code, such as +91 98765 43210.",
    ),
    "placed-clash": Kind(
        "error",
        "An order from Bik has the number “{text}”, too.",
        "Give this one another number; or, if it is that order, put its draft ID back: {field}.",
    ),
    "product-ids": Kind("warning", "“{text}” holds several product numbers.", "Type each on its item's row."),
    "quantity": Kind("error", "“{text}” is not a number of pieces.", "Type the number alone, such as 2."),
    "date": Kind("error", "“{text}” is not a date.", "Type one with its year, such as 2026-07-02."),
    "digits-lost": Kind(
        "error",
        "“{text}” has lost its last digits.",
        "Set the column's format to plain text and type the number again.",
    ),
    "discount-share": Kind(
        "warning",
        "“{text}” can't be worked out without a subtotal.",
        "Type the discount as an amount, or add a column headed Subtotal.",
    ),
    "discount-unclear": Kind(
        "error", "“{text}” may be an amount or a percentage.", "Type it as an amount, or with a %."
    ),
    "items-none": Kind(
        "error", "No row of the tab “{text}” names a product.", "Fill the column with the products' names."
    ),
    "items-packed": Kind(
        "warning",
        "“{text}” does not say for certain what was ordered and how many.",
        "Type one item on a line, each with its number, such as Rose Water x 2.",
    ),
    "payment-word": Kind("error", "“{text}” is not a payment status.", "Type paid or pending."),
    "phone-two": Kind("warning", "The cell holds two phone numbers; the first is used.", "Keep one."),
    "quantity-column": Kind(
        "error",
        "No column says how many were ordered of the items under “{text}”.",
        "Add a column headed Quantity; 1 is not assumed.",
    ),
    "quantity-missing": Kind("error", "The quantity of this item is missing.", "Type it; 1 is not assumed."),
    "repeated-unclear": Kind(
        "error",
        "“{text}” stands on several lines; it may be meant once or for each.",
        "Type it in the order's first row only.",
    ),
    "row-twice": Kind(
        "warning",
        "This row is the same as row {field}; they count once.",
        "Delete one of them, or raise the quantity if two were ordered.",
    ),
    "row-unclear": Kind(
        "error",
        "This row may be row {field} again or one more of the same, so customers are told no items.",
        "Delete one of them, or raise the quantity if two were ordered.",
    ),
    "rows-differ": Kind(
        "error",
        "“{text}” is another {field} than in {place}, so customers are told none.",
        "Type the same in both, or leave one of them blank.",
    ),
    "status-unknown": Kind(
        "warning",
        "“{text}” is not a known status; customers are told it as it stands.",
        "Type one such as Packed or Shipped, or say in a tab Settings what it means.",
    ),
    "status-word": Kind("error", "“{text}” is not a status.", "Type a word such as Packed or Shipped."),
    "sum": Kind(
        "warning",
        "“{text}” is not what the order's amounts add up to: {field}.",
        "Correct it or one of the amounts.",
    ),
    "tab-left-out": Kind(
        "warning",
        "The tab “{text}” is left out, since it can't be read: {place}.",
        "Repair it, or delete it if nobody needs it.",
    ),
    "tab-unnamed": Kind(
        "warning", "No order is named like the tab “{text}”.", "Name it exactly like its order, or delete it."
    ),
    "total-unclear": Kind(
        "error",
        "“{text}” may be the total of the order or of one line.",
        "Head the column Order total, and type it in the order's first row only.",
    ),
    "tracking-courier": Kind(
        "warning",
        "There is no tracking link: none is known for the courier “{text}”.",
        "Paste the link in place of the tracking number, or add the courier to a tab Settings.",
    ),
    "courier-missing": Kind(
        "warning",
        "The tracking number “{text}” gives no link, because no courier is named.",
        "Type the courier's name, or paste the link in place of the number.",
    ),
    "courier-column": Kind(
        "warning",
        "The tracking numbers under “{text}” give no links, because no column names the couriers.",
        "Add a column headed Courier, or paste the links in place of the numbers.",
    ),
    "tracking-number": Kind(
        "error", "“{text}” is not a tracking number.", "Type the number alone, or nothing until there is one."
    ),
    "line-total": Kind(
        "warning",
        "“{text}” is not the quantity times the price: {field}.",
        "Correct it, the quantity or the price.",
    ),
    "shipping-left-out": Kind(
        "warning",
        "The totals leave out the shipping charge under “{text}”.",
        "If customers don't pay it, head the column Courier cost; else add it to the totals.",
    ),
    "order-date": Kind("warning", "“{text}” is not a date.", "Type one with its year, such as 2026-07-02."),
}


def build_problem(code: str, cell: Cell, field: str = "", place: str = "", path: str = "") -> Problem:
    """Return the problem of a cell in the wording of `code`; `field` is a path or what the wording names."""
    kind = KINDS[code]
    words = {"text": cell.text, "field": FIELD_WORDS.get(field, field), "place": place}
    message, hint = (text.format(**words) for text in (kind.message, kind.hint))
    return Problem(kind.level, code, cell.tab, cell.a1, cell.text, message, hint, path)


def name_place(cell: Cell, seen_from: Cell) -> str:
    """Return where a cell is: its row if `seen_from` is in the same column, else its address, with the tab of another."""
    if cell.tab != seen_from.tab:
        return f"{cell.tab}!{cell.a1}"
    return f"row {cell.row}" if cell.column == seen_from.column else cell.a1
