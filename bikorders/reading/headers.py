"""What may a header mean? Its folded text is looked up: in the shop's Settings tab, then in `fields`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bikorders.reading.currencies import is_currency_code, is_currency_word
from bikorders.reading.fields import ITEM_FIELDS, ORDER_FIELDS, ORDER_ID, SENT, Field
from bikorders.reading.native_headers import NAMES, NOTHING, list_headers
from bikorders.reading.vocabulary import list_spellings
from bikorders.sheet.workbook import Raw, text_of
from bikorders.text import LONGEST, fold_heading, fold_text, fold_words, narrow, remember

Role = Literal["order", "item"]


class Meaning(NamedTuple):
    """A field that a header may mean: an order's, or that of an item in one of several slots side by side.

    `sureness` says how well the header names the field: 0 is the surest, -1 a header of the Settings tab. Unless
    the header `is_sure`, it counts only if the cells show that they hold such a thing.
    """

    role: Role
    field: Field
    sureness: int
    is_sure: bool = True
    slot: int = 0


@dataclass(frozen=True)
class Header:
    """A header cell with what it may mean, the likeliest first; nothing where it means no field.

    `extra_path` is what follows `bik:` in a header of the shop's own, unless it is a path of the contract.
    """

    column: int
    text: str
    meanings: tuple[Meaning, ...] = ()
    extra_path: str | None = None

    @property
    def means_nothing(self) -> bool:
        """Return whether the column is neither a field of ours nor sent under a path of the shop's own."""
        return not self.meanings and self.extra_path is None

    @property
    def is_unknown(self) -> bool:
        """Return whether the header says nothing to us, so that its column may hold anything."""
        return self.means_nothing and fold_header(self.text) not in _NOTHING


@dataclass(frozen=True)
class ShopHeader:
    """A row of the `Settings` tab: a header of this shop and the field it means."""

    header: str
    path: str
    role: Role


class HeaderWords:
    """The headers that a shop may use: those of its Settings tab, which win, and those that all shops share.

    `currency` is what a sign in a header means that several currencies share, such as $.
    """

    def __init__(self, currency: str = "INR", shop_headers: Iterable[ShopHeader] = ()) -> None:
        self.currency = currency
        self._shop_meanings: dict[str, Meaning] = {}
        self._id_headers = set(_ID_HEADERS)
        for named in shop_headers:
            meaning = Meaning(named.role, PATHS[named.role][named.path], _SHOP_SURENESS)
            self._shop_meanings[fold_text(named.header)] = meaning
            if named.path == ORDER_ID:
                self._id_headers.add(fold_header(named.header))

    def read(self, raws: Sequence[Raw], role: Role) -> list[Header]:
        """Return a row's headers, without blank cells. In a tab of `role` item they mean an item's field first."""
        texts = [(column, text) for column, raw in enumerate(raws, start=1) if (text := text_of(raw))]
        beside = {fold_header(text) for _, text in texts}
        return [self._read_header(column, text, role, beside) for column, text in texts]

    def is_id_header(self, raw: Raw) -> bool:
        """Return whether a cell holds a header of the order ids, and no id."""
        return isinstance(raw, str) and not _DIGIT.search(raw) and fold_header(raw) in self._id_headers

    def _read_header(self, column: int, text: str, role: Role, beside: set[str]) -> Header:
        if meaning := self._shop_meanings.get(fold_text(text)):
            return Header(column, text, (meaning,))
        path = text[len(_EXTRA) :].strip() if text[: len(_EXTRA)].casefold() == _EXTRA else None
        if path is not None and path not in SENT:
            return Header(column, text, extra_path=path)
        return Header(column, text, _find_meanings(text if path is None else path, role, beside))


_EXTRA = "bik:"
"""How the shop heads a column that is sent under the path that follows."""

_SHOP_SURENESS = -1


@remember
def fold_header(text: str) -> str:
    """Return the letters and digits of a header, so that spelling habits don't matter.

    >>> fold_header(" Order_ID* "), fold_header("Total (₹)"), fold_header("Phone #"), fold_header("Total\\n(INR)")
    ('orderid', 'total', 'phonenumber', 'total')
    """
    text = fold_heading(text)
    if len(text) <= LONGEST and not text.startswith("currency"):
        text = _CODE.sub(_drop_currency, text)
    return _fold_spelling(text)


def _fold_spelling(text: str) -> str:
    """Fold a header that names no currency, such as those that are known; so no currency is loaded for them."""
    return fold_words(text.replace("#", " number")).replace(" ", "")


_CODE = re.compile(r"(?<![^\W\d_])[a-z]{2,3}(?![^\W\d_])")


def _drop_currency(match: re.Match[str]) -> str:
    return " " if match[0] == "rs" or is_currency_code(match[0]) else match[0]


def has_digit(text: str) -> bool:
    """Return whether a text holds a digit; a header that is searched for among values holds none."""
    return bool(_DIGIT.search(text))


_DIGIT = re.compile(r"\d")


def find_field(word: str) -> tuple[str, Role] | None:
    """Return the path of the field that a word means, a path or a known header, and whose field it is."""
    for role, paths in PATHS.items():
        if word in paths:
            return word, role
    for role, index in _INDEXES.items():
        if found := index.get(fold_header(word)):
            return found[0].field.path, role
    return None


def _index(role: Role, fields: Sequence[Field]) -> dict[str, list[Meaning]]:
    """Return what a level's headers may mean, by the folded header."""
    index: dict[str, dict[str, Meaning]] = {}
    spelled: dict[str, dict[str, Meaning]] = {}
    for field in fields:
        if field.path in SENT - {"id", "name"}:  # these two words mean other things in other spellings
            index.setdefault(_fold_spelling(field.path), {})[field.path] = Meaning(role, field, 0)
        for header, sureness, is_sure in list_headers(field):
            known = index.setdefault(_fold_spelling(header), {})
            known[field.path] = Meaning(role, field, sureness, is_sure)
            for spelling in _list_spellings(header):
                spelled.setdefault(spelling, {})[field.path] = known[field.path]
    return {folded: list(known.values()) for folded, known in (spelled | index).items()}


def _list_spellings(header: str) -> set[str]:
    """Return the folded spellings in which people also type a known header."""
    if header.isascii():
        return {_fold_spelling(header)}
    return {spelling.replace(" ", "") for spelling in list_spellings(header)}


_ORDER_INDEX = _index("order", ORDER_FIELDS)
_ITEM_INDEX = _index("item", ITEM_FIELDS)
_NAMES = frozenset().union(*map(_list_spellings, NAMES))
_NOTHING = frozenset().union(*map(_list_spellings, NOTHING.split(", ")))
ORDER_PATHS = {field.path: field for field in ORDER_FIELDS}
ITEM_PATHS = {field.path: field for field in ITEM_FIELDS}
PATHS: dict[Role, dict[str, Field]] = {"order": ORDER_PATHS, "item": ITEM_PATHS}
_INDEXES: dict[Role, dict[str, list[Meaning]]] = {"order": _ORDER_INDEX, "item": _ITEM_INDEX}
_ALL_HEADERS = _ORDER_INDEX.keys() | _ITEM_INDEX.keys()
_ID_HEADERS = frozenset().union(
    *(_list_spellings(known.header) for known in list_headers(ORDER_PATHS[ORDER_ID]))
)
_SLOT = re.compile(r"\s*(?<!\d)(\d{1,2})(?!\d)\s*")


def _find_meanings(header: str, role: Role, beside: set[str]) -> tuple[Meaning, ...]:
    """Return all that a header may mean, one meaning if it is sure; `beside` are the folded headers of its row."""
    if len(header) > LONGEST:
        return ()
    if header == ORDER_ID:  # the contract's own word
        return (Meaning("order", ORDER_PATHS[ORDER_ID], 0),)
    if fold_header(header) in _NAMES:
        return _find_name(role, beside)
    levels: tuple[Role, Role] = ("order", "item") if role == "order" else ("item", "order")
    return _find_known(header, levels)


@remember
def _find_known(header: str, levels: tuple[Role, Role]) -> tuple[Meaning, ...]:
    """Return what a header, or a part of it, is known to mean; the first level counts first."""
    if _UNIT.search(fold_heading(header)):
        return ()
    for part in (fold_header(header), *_fold_parts(header)):
        found = [meaning for level in levels for meaning in _INDEXES[level].get(part, ())]
        if found:
            sure = [meaning for meaning in found if meaning.is_sure]
            return tuple(sure[:1] or found)
    return _find_slot(header)


def _find_slot(header: str) -> tuple[Meaning, ...]:
    """Return the field of an item that a header with a number means, such as `Product Item 2 Name`."""
    spaced = fold_heading(header)
    match = _SLOT.search(spaced)
    if not match:
        return ()
    found = _ITEM_INDEX.get(fold_header(_SLOT.sub(" ", spaced, count=1)), ())
    return tuple(meaning._replace(slot=int(match[1])) for meaning in found)


def _fold_parts(header: str) -> list[str]:
    """Fold a header with brackets: what stands before them, if they only add a currency or another language.

    Brackets that change the meaning (`Amount (advance)`, `Phone (alternate)`) make it another column.
    """
    match = re.fullmatch(r"([^()]*)\(([^()]*)\)(?:[^\w()]|_)*", narrow(header))
    if not match:
        return []
    before, within = (fold_header(part) for part in match.groups())
    meanings = [
        index[part][0].field.path for part in (before, within) for index in _INDEXES.values() if part in index
    ]
    is_remark = (
        not within.strip("0123456789")
        or is_currency_word(match[2].replace("_", " "))
        or _REMARK.match(fold_words(match[2]))
    )
    if is_remark or (len(set(meanings)) == 1 and (before not in _ALL_HEADERS or within in _ALL_HEADERS)):
        return [before, within]
    return [within + before]  # `Status (payment)`


_REMARK = re.compile(r"incl|full name|as on|see |required|optional|dd|mm|yyyy|json")
_UNIT = re.compile(  # `Total (excl. GST)` and `Total (kg)` are other columns than `Total`
    r"\((?:[^()]*\b)?(?:excl\w*|without|before|kg|g|gm|grams|pcs|qty|items)\b[^()]*\)"
)

_NAME_IS_ORDERS = frozenset({"shippingname", "billingname", "lineitemname"})
"""Beside one of these a column headed `Name` holds the order's number (Shopify), else the customer's name."""

_NAME_IS_TITLE = frozenset({"addressfirstname", "addresslastname"})
"""Beside one of these, the contract's own words, `name` is the contract's too: the order's title."""

BARE_NAME = 3
"""How sure the header `Name` is of the customer."""

_WEAK_ID = 9
"""From this sureness on a header (`Transaction ID`, a bare `ID`) is no order id beside Shopify's `Name`."""


def _find_name(role: Role, beside: set[str]) -> tuple[Meaning, ...]:
    """Return what the word `Name` may mean: an item's name, the order's number or title, or the customer."""
    if role == "item" and "lineitemname" not in beside:
        return (Meaning("item", ITEM_PATHS["name"], 1),)
    title = Meaning("order", ORDER_PATHS["name"], 0)
    if beside & _NAME_IS_ORDERS:
        known = [meaning for folded in beside for meaning in _ORDER_INDEX.get(folded, ())]
        has_id = any(m.field.path == ORDER_ID and m.sureness < _WEAK_ID for m in known)
        return (title if has_id else Meaning("order", ORDER_PATHS[ORDER_ID], 0),)
    if beside & _NAME_IS_TITLE:
        return (title,)
    return (
        Meaning("order", ORDER_PATHS["customer"], BARE_NAME, is_sure=False),
        title._replace(is_sure=False),
    )


def may_be_line_total(header: str) -> bool:
    """Return whether a header of a total or a subtotal leaves open whether it is the order's or, in lines, each line's."""
    found = [
        meaning for meaning in _ORDER_INDEX.get(fold_header(header), ()) if meaning.field.path in _LINE_TOTALS
    ]
    return any(meaning.sureness >= _LINE_TOTALS[meaning.field.path] for meaning in found)


_LINE_TOTALS = {"total": 2, "subTotal": 1}
"""From which sureness on the header of a sum does not name the order."""
