"""What may a header mean? Its text folded and looked up in the table of fields."""

import re
from collections.abc import Sequence
from typing import Literal

from bikorders.reading.currencies import CURRENCIES, is_currency_word
from bikorders.reading.fields import ITEM_FIELDS, ORDER_FIELDS, ORDER_ID, SENT, Field, list_headers
from bikorders.text import LONGEST, fold_text, remember

Role = Literal["order", "item"]

_NAME_IS_ORDERS = frozenset({"shippingname", "billingname", "lineitemname"})
"""Beside one of these a column headed `Name` holds the order's number (Shopify), else the customer's name."""

BARE_NAME = 3
"""How sure the header `Name` is of the customer."""


@remember
def fold_header(text: str) -> str:
    """Reduce a header to its letters and digits, so that spelling habits don't matter.

    >>> fold_header(" Order_ID* "), fold_header("Total (₹)"), fold_header("Phone #"), fold_header("Total\\n(INR)")
    ('orderid', 'total', 'phonenumber', 'total')
    """
    text = fold_text(text).replace("#", " number")
    text = text.replace("_", " ")
    if len(text) <= LONGEST and not text.startswith("currency"):
        text = _CURRENCY.sub(" ", text)
    return re.sub(r"[\W_]+", "", text)


_CURRENCY = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join([*(CURRENCIES - {'TRY', 'PEN', 'MAD'}), 'rs'])})(?![^\W\d_])", re.IGNORECASE
)


def _index(fields: Sequence[Field]) -> dict[str, tuple[Field, int]]:
    """Map folded headers to their field and how sure they are (0 is the surest)."""
    index: dict[str, tuple[Field, int]] = {}
    for field in fields:
        if field.path in SENT - {"id", "name"}:  # these two words mean other things in other spellings
            index[fold_header(field.path)] = field, 0
        index.update((fold_header(header), (field, sureness)) for header, sureness in list_headers(field))
    return index


_ORDER_INDEX = _index(ORDER_FIELDS)
_ITEM_INDEX = _index(ITEM_FIELDS)
ORDER_PATHS = {field.path: field for field in ORDER_FIELDS}
ITEM_PATHS = {field.path: field for field in ITEM_FIELDS}
PATHS: dict[Role, dict[str, Field]] = {"order": ORDER_PATHS, "item": ITEM_PATHS}
_INDEXES: dict[Role, dict[str, tuple[Field, int]]] = {"order": _ORDER_INDEX, "item": _ITEM_INDEX}
_ALL_HEADERS = _ORDER_INDEX.keys() | _ITEM_INDEX.keys()
_ORDER_ID_FIELD = ORDER_PATHS[ORDER_ID]
_SLOT = re.compile(r"\s*\b(\d{1,2})\b\s*|(?<=[a-z])(\d{1,2})$")


def find_field(word: str) -> tuple[str, Role] | None:
    """Give the path that a word for a field means, and whose it is: a path itself, or a header that we know."""
    for role, paths in PATHS.items():
        if word in paths:
            return word, role
    for role, index in _INDEXES.items():
        if found := index.get(fold_header(word)):
            return found[0].path, role
    return None


def find_meaning(
    header: str, is_path: bool, role: Role, beside: set[str]
) -> tuple[Role, Field, int, int] | None:
    """Say what a header means: an order's or an item's field, how surely, and of which slot."""
    if len(header) > LONGEST:
        return None
    levels: tuple[Role, Role] = ("order", "item") if role == "order" else ("item", "order")
    if is_path or header in SENT:
        for level in levels:
            if field := PATHS[level].get(header):
                return level, field, 0, 0
    if fold_header(header) == "name":
        return _find_name(role, beside)
    return _find_known(header, levels)


@remember
def _find_known(header: str, levels: tuple[Role, Role]) -> tuple[Role, Field, int, int] | None:
    """Find a header, or its parts, among those that are known; the first level counts first."""
    if _UNIT.search(header):
        return None
    for part in (fold_header(header), *_fold_parts(header)):
        for level in levels:
            if found := _INDEXES[level].get(part):
                return level, *found, 0
    spaced = fold_text(header).replace("_", " ")
    if match := _SLOT.search(spaced):
        rest = fold_header(_SLOT.sub(" ", spaced, count=1))
        if found := _ITEM_INDEX.get(rest):
            return "item", *found, int(match[1] or match[2])
    return None


def _fold_parts(header: str) -> list[str]:
    """Fold a header with brackets: what stands before them, if they only add a currency or another language.

    Brackets that change the meaning (`Amount (advance)`, `Phone (alternate)`) make it another column.
    """
    match = re.fullmatch(r"([^()]*)\(([^()]*)\)\s*", header)
    if not match:
        return []
    before, within = (fold_header(part) for part in match.groups())
    meanings = [
        index[part][0].path for part in (before, within) for index in _INDEXES.values() if part in index
    ]
    is_remark = (
        not within.strip("0123456789") or is_currency_word(match[2]) or _REMARK.match(match[2].strip())
    )
    if is_remark or (len(set(meanings)) == 1 and (before not in _ALL_HEADERS or within in _ALL_HEADERS)):
        return [before, within]
    return [within + before]  # `Status (payment)`


_REMARK = re.compile(r"incl|full name|as on|see |required|optional|dd|mm|yyyy|json", re.IGNORECASE)
_UNIT = re.compile(  # `Total (excl. GST)` and `Total (kg)` are other columns than `Total`
    r"\((?:[^()]*\b)?(?:excl\w*|without|before|kg|g|gm|grams|pcs|qty|items)\b[^()]*\)", re.IGNORECASE
)


def _find_name(role: Role, beside: set[str]) -> tuple[Role, Field, int, int] | None:
    """Settle the word `Name`: an item's in an items tab, else the order's number or the customer's name."""
    if role == "item" and "lineitemname" not in beside:
        return "item", ITEM_PATHS["name"], 1, 0
    if beside & _NAME_IS_ORDERS:
        has_id = any(
            _ORDER_INDEX[f][0] is _ORDER_ID_FIELD and _ORDER_INDEX[f][1] < 9
            for f in beside
            if f in _ORDER_INDEX
        )
        return "order", ORDER_PATHS["name"] if has_id else _ORDER_ID_FIELD, 0, 0
    return "order", ORDER_PATHS["customer"], BARE_NAME, 0
