"""What may a header mean? Its folded text is looked up: in the shop's Settings tab, then in `fields`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bikorders.reading.cells import is_formula_error
from bikorders.reading.couriers import split_courier
from bikorders.reading.currencies import is_currency_word
from bikorders.reading.evidence import NO_WORDS, OwnWords
from bikorders.reading.fields import ORDER_ID, SENT
from bikorders.reading.header_index import (
    FIELDS,
    ITEM_PATHS,
    ORDER_PATHS,
    PATHS,
    Meaning,
    Role,
    list_meanings,
    list_spelled,
)
from bikorders.reading.header_spelling import (
    clean_header,
    drop_own_sign,
    fold_header,
    fold_question,
    fold_spelling,
    has_digit,
    is_abbreviation,
    is_short_for,
    list_header_spellings,
    list_header_words,
    list_parts,
)
from bikorders.reading.native_headers import NAMES, list_headers
from bikorders.reading.other_headers import list_others
from bikorders.sheet.workbook import Raw, text_of
from bikorders.text import LONGEST, fold_text, fold_words, remember


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
        return self.means_nothing and fold_header(self.text) not in list_others()


@dataclass(frozen=True)
class ShopHeader:
    """A row of the `Settings` tab: a header of this shop and the field it means."""

    header: str
    path: str
    role: Role


class HeaderWords:
    """The headers that a shop may use: those of its Settings tab, which win, and those that all shops share.

    `currency` is what a sign in a header means that several currencies share, such as $. `own_words` are the folded
    words of this shop that its cells may hold, by the kind of field: its statuses, and its payments.
    """

    def __init__(
        self, currency: str = "INR", shop_headers: Iterable[ShopHeader] = (), own_words: OwnWords = NO_WORDS
    ) -> None:
        self.currency = currency
        self.own_words = own_words
        self.shop_headers = tuple(shop_headers)
        self._shop_meanings: dict[str, Meaning] = {}
        self._id_headers = set(_ID_HEADERS)
        for named in self.shop_headers:
            meaning = Meaning(named.role, PATHS[named.role][named.path], SHOP_SURENESS)
            self._shop_meanings[fold_text(named.header)] = meaning
            if named.path == ORDER_ID:
                self._id_headers.add(fold_header(named.header))

    def read(self, raws: Sequence[Raw], role: Role) -> list[Header]:
        """Return a row's headers, without blank cells. In a tab of `role` item they mean an item's field first."""
        texts = [(column, text) for column, raw in enumerate(raws, start=1) if (text := text_of(raw))]
        beside = {fold_header(text) for _, text in texts if len(text) <= LONGEST}
        return [self._read_header(column, text, role, beside) for column, text in texts]

    def is_id_header(self, raw: Raw) -> bool:
        """Return whether a cell holds a header of the order ids, and no id."""
        is_text = isinstance(raw, str) and not has_digit(raw) and not is_formula_error(raw)
        return is_text and fold_header(str(raw)) in self._id_headers

    def _read_header(self, column: int, text: str, role: Role, beside: set[str]) -> Header:
        if len(text) > LONGEST or is_formula_error(text):
            return Header(column, text)
        if meaning := self._shop_meanings.get(fold_text(text)):
            return Header(column, text, (meaning,))
        path = text[len(_EXTRA) :].strip() if text[: len(_EXTRA)].casefold() == _EXTRA else None
        if path is not None and path not in SENT:
            return Header(column, text, extra_path=path)
        words = clean_header(text if path is None else path)
        meanings = _find_meanings(words, role, beside)
        if not meanings and (amount := drop_own_sign(words, self.currency)):
            meanings = tuple(m for m in _find_meanings(amount, role, beside) if m.field.kind in _SUMS)
        return Header(column, text, meanings)


_EXTRA = "bik:"
"""How the shop heads a column that is sent under the path that follows."""

SHOP_SURENESS = -1
_SUMS = frozenset({"money", "discount"})


_NAMES = frozenset().union(*map(list_header_spellings, NAMES))
_ID_HEADERS = frozenset().union(
    *(list_header_spellings(known.header) for known in list_headers(ORDER_PATHS[ORDER_ID]))
)
_ORDER_NUMBERS = frozenset(map(fold_spelling, ORDER_PATHS[ORDER_ID].headers[0].split(", ")))
"""Beside one of these a column headed `id` holds the number of something else, such as of the payment."""
_SLOT = re.compile(r"\s*(?<!\d)(\d{1,2})(?!\d)\s*")


def _find_meanings(header: str, role: Role, beside: set[str]) -> tuple[Meaning, ...]:
    """Return all that a header may mean, one meaning if it is sure; `beside` are the folded headers of its row."""
    if len(header) > LONGEST:
        return ()
    if header == ORDER_ID and not beside & _ORDER_NUMBERS:  # the contract's own word
        return (Meaning("order", ORDER_PATHS[ORDER_ID], 0),)
    if fold_header(header) in _NAMES:
        return _find_name(role, beside)
    levels: tuple[Role, Role] = ("order", "item") if role == "order" else ("item", "order")
    return _find_known(header, levels)


@remember
def _find_known(header: str, levels: tuple[Role, Role]) -> tuple[Meaning, ...]:
    """Return what a header, or a part of it, is known to mean; the first level counts first."""
    if _UNIT.search(fold_text(header)):
        return ()
    for part in (fold_header(header), *_fold_parts(header), fold_question(header)):
        found = [meaning for level in levels for meaning in list_meanings(part, level)]
        if found:
            sure = [meaning for meaning in found if meaning.is_sure]
            return tuple(sure[:1] or found)
    for find in (_find_twice, _find_place, _find_parcels, _find_abbreviated):
        if found := list(find(header, levels)):
            return tuple(found)
    return _find_slot(header)


def _find_place(header: str, levels: tuple[Role, Role]) -> tuple[Meaning, ...]:
    """Return what a header means that says of which address it is a part, such as `Delivery country`."""
    match = _OF_ADDRESS.fullmatch(fold_text(header))
    found = _find_known(match[2], levels) if match else ()
    if not match or not found or found[0].field.path not in PLACES:
        return ()
    if match[1] in _CUSTOMER:
        return found
    return (found[0]._replace(sureness=BILLING if match[1].startswith("bill") else 0),)


_CUSTOMER = frozenset({"customer", "buyer", "client"})


_OF_ADDRESS = re.compile(
    r"(shipping|ship(?:[ -]to)?|deliver(?:y|[ -]to)|recipient|receiver|consignee|destination|post to|billing|bill[ -]to|customer|buyer|client) (.+)"
)
PLACES = frozenset({"address.city", "address.zip", "address.address1", "address.country"})
BILLING = 2  # how sure its header is of the customer's address


def _find_parcels(header: str, levels: tuple[Role, Role]) -> tuple[Meaning, ...]:
    """Return what a header means that says whose parcels' numbers stand below, such as `Delhivery AWB`."""
    courier, rest = split_courier(header)
    found = _find_known(rest, levels) if courier else ()
    return tuple(meaning for meaning in found if meaning.field.kind == "tracking")


def _find_twice(header: str, levels: tuple[Role, Role]) -> tuple[Meaning, ...]:
    """Return what a header means that says the same twice, such as `Cliente / Customer`."""
    found = [_find_known(part, levels) for part in list_parts(header)]
    paths = {tuple((meaning.role, meaning.field.path) for meaning in meanings) for meanings in found}
    return found[0] if len(paths) == 1 else ()


def _find_abbreviated(header: str, levels: tuple[Role, Role]) -> tuple[Meaning, ...]:
    """Return what a header means whose words are cut short by points, if all that it may stand for is one field."""
    if not is_abbreviation(header):
        return ()
    short = list_header_words(header)
    found = {
        (meaning.role, meaning.field.path): meaning
        for words, meanings in list_spelled()
        if is_short_for(short, words)
        for meaning in meanings
    }
    return tuple(found.values()) if len(found) == 1 else ()


def _find_slot(header: str) -> tuple[Meaning, ...]:
    """Return the field of an item that a header with a number means, such as `Product Item 2 Name`."""
    spaced = fold_text(header)
    match = _SLOT.search(spaced)
    if not match:
        return ()
    found = list_meanings(fold_header(_SLOT.sub(" ", spaced, count=1)), "item")
    return tuple(meaning._replace(slot=int(match[1])) for meaning in found)


def _fold_parts(header: str) -> list[str]:
    """Fold a header with brackets: what stands before them, if they only add a currency or another language.

    Brackets that change the meaning (`Amount (advance)`, `Phone (alternate)`) make it another column.
    """
    match = re.fullmatch(r"([^()]*)\(([^()]*)\)[^\w()]*", header)
    if not match:
        return []
    before, within = (fold_header(part) for part in match.groups())
    of_before, of_within = (
        [found[0].field.path for role in FIELDS if (found := list_meanings(part, role))]
        for part in (before, within)
    )
    is_remark = (
        not within.strip("0123456789") or is_currency_word(match[2]) or _REMARK.match(fold_words(match[2]))
    )
    is_one = len({*of_before, *of_within}) == 1
    if is_remark or (is_one and (not of_before or of_within)):
        return [before, within]
    return [within + before]  # `Status (payment)`


_REMARK = re.compile(
    r"incl|full name|as on|see |required|optional|dd|mm|yyyy|json|(?:for )?office|with (?:\w+ )?(?:std|isd|pin ?)?code|\d+ digits"
)
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
        known = [meaning for folded in beside for meaning in list_meanings(folded, "order")]
        if not any(m.field.path == ORDER_ID and m.sureness < _WEAK_ID for m in known):
            return (Meaning("order", ORDER_PATHS[ORDER_ID], 0),)
        return (title._replace(is_sure=False), Meaning("item", ITEM_PATHS["name"], 1, is_sure=False))
    if beside & _NAME_IS_TITLE:
        return (title,)
    return (
        Meaning("order", ORDER_PATHS["customer"], BARE_NAME, is_sure=False),
        title._replace(is_sure=False),
    )
