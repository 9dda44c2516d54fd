"""How does a column write what a placed order has: its words for a status and a payment, and its days?"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from bikorders.reading.header_spelling import fold_header
from bikorders.reading.other_headers import list_order_dates
from bikorders.reading.rows import Table
from bikorders.reading.shop_settings import ShopSettings
from bikorders.reading.vocabulary import find_implied_payment, find_payment_status, find_status, fold_words
from bikorders.sheet.edits import Day, InsertRows, Typed
from bikorders.sheet.workbook import text_of
from bikorders.text import strip_blanks

_FORMS = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%d/%m/%y", "%m/%d/%y",
    "%d-%m-%y", "%d.%m.%y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y",
)  # fmt: skip
_ISO = _FORMS[0]
_SERIAL_OF_1970 = 25569
"""The number that spreadsheets have for the first day of Unix time."""

_MOST_ROWS = 200
"""How many of the last rows show the habits of a column."""


def spell_words(values: Mapping[str, Typed], table: Table, last: int, shop: ShopSettings) -> dict[str, Typed]:
    """Return the status and the payment as their columns spell them, down to row `last`."""
    return {
        path: spell_word(
            path, str(values[path]), _list_texts(table, table.columns.orders[path].first, last), shop
        )
        for path in ("status", "paymentStatus")
        if path in values and path in table.columns.orders
    }


def add_day(insertion: InsertRows, table: Table, received_at: float) -> InsertRows:
    """Return the insertion with the day of the order, in the first column that is headed so."""
    headers = (cell for cell in table.columns.ignored if fold_header(cell.text) in list_order_dates())
    header = next(headers, None)
    if header is None:
        return insertion
    day = spell_day(
        received_at, _list_texts(table, header.column, 0 if insertion.is_first else insertion.after)
    )
    left_blank = insertion.left_blank | {text_of(header.raw)}
    return replace(insertion, days={header.column: day}, left_blank=left_blank)


def _list_texts(table: Table, column: int, last: int) -> list[str]:
    """Return what stands in the filled cells of a column's last rows."""
    numbers = range(max(table.start, last - _MOST_ROWS), last + 1)
    return [text for number in numbers if (text := strip_blanks(text_of(table.tab.cell(number, column).raw)))]


def spell_word(path: str, word: str, texts: Iterable[str], shop: ShopSettings) -> str:
    """Return a status or a payment as the texts of its column spell that meaning, or words like it.

    >>> spell_word("paymentStatus", "paid", ["Pending", "Paid"], ShopSettings()), spell_word("status", "PLACED", ["New"], ShopSettings())
    ('Paid', 'New')
    >>> spell_word("status", "PLACED", ["packed"], ShopSettings()), spell_word("status", "PLACED", [], ShopSettings())
    ('placed', 'PLACED')
    >>> [spell_word("paymentStatus", "pending", texts, ShopSettings()) for texts in (["Paid", "COD"], ["COD", "Unpaid"])]
    ['COD', 'Unpaid']
    """
    counts = Counter(texts)
    own = {"status": shop.statuses, "paymentStatus": shop.payments}[path]
    meaning = _find_meaning(path, word, own)
    for find in (_find_meaning, _find_implied_meaning):
        for text, _ in counts.most_common():
            if meaning and find(path, text, own) == meaning:
                return text
    for spell in (str.capitalize, str.upper, str.lower):
        if counts and all(spell(text) == text for text in counts):
            return spell(word)
    return word


def _find_meaning(path: str, text: str, own: Mapping[str, str]) -> str | None:
    find = find_status if path == "status" else find_payment_status
    return own.get(fold_words(text)) or find(text)


def _find_implied_meaning(path: str, text: str, own: Mapping[str, str]) -> str | None:
    """Return what a way of paying says of the payment: where there is none of its own words, COD stands for pending."""
    return find_implied_payment(text, has_reference=False) if path == "paymentStatus" else None


def spell_day(seconds: float, texts: Sequence[str]) -> Day:
    """Return the day of a moment, in Unix seconds, in the form of the texts; as in 2026-11-25 unless that is certain.

    >>> spell_day(1_790_000_000, ["21/09/2026", "3/9/2026"]), spell_day(1_790_000_000, ["1/9/2026"])
    ('21/09/2026', '2026-09-21')
    """
    moment = datetime.fromtimestamp(seconds)
    forms = [form for form in _FORMS if texts and all(_is_in(form, text) for text in texts)]
    spelled = moment.strftime(forms[0] if len(forms) == 1 else _ISO)
    return Day(spelled, (moment.date() - date(1970, 1, 1)).days + _SERIAL_OF_1970)


def _is_in(form: str, text: str) -> bool:
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True
