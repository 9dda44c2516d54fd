"""What does a cell say without the remark that stands behind or before it?

A remark can be told apart where it stands in brackets, is a link, or follows a dash with blanks around it. What the
remark says is never told. One that takes back what stands there, or may belong to it, makes the cell unreadable.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from bikorders.reading.cells import Unreadable
from bikorders.reading.dates import is_date
from bikorders.reading.denials import denies
from bikorders.text import HYPHENS, LONGEST, fold_text, remember


class Remark(NamedTuple):
    """A cell's text without its remark, and the remark; `mark` is what tells them apart: `(`, `-` or `:` of a link."""

    head: str
    text: str
    mark: str


_BRACKETS = dict(zip("([{<【「『〔〈《⟨﴿", ")]}>】」』〕〉》⟩﴾", strict=True))
_WIDE = str.maketrans("（［｛＜）］｝＞", "([{<)]}>")
"""Brackets of full width are typed together with others: `（urgent)`."""

_LINK = re.compile(r"\s[<(\[]?((?:https?://|www\.)\S+)$", re.IGNORECASE)
_DASH = re.compile(rf"\s[{re.escape(''.join(HYPHENS))}]{{1,2}}\s|(?<=\S)——(?=\S)")


@remember
def find_remark(text: str) -> Remark | None:
    """Return a text and its remark, told apart; None where there is none.

    >>> find_remark("Maya Okafor (pays late)"), find_remark("499 - paid")
    (Remark(head='Maya Okafor', text='pays late', mark='('), Remark(head='499', text='paid', mark='-'))
    >>> find_remark("Maya Okafor https://example.com/maya").head, find_remark("[urgent] Maya").head
    ('Maya Okafor', 'Maya')
    >>> find_remark("ORD-1"), find_remark("Soap (100 g) (blue)")
    (None, None)
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    if link := _LINK.search(text):
        return _build(text[: link.start()], link[1], ":")
    narrow = text.translate(_WIDE)
    for opening, closing in _BRACKETS.items():
        if narrow.count(opening) != 1 or narrow.count(closing) != 1:
            continue
        start, end = narrow.index(opening), narrow.index(closing)
        before, after = text[:start].strip(), text[end + 1 :].strip()
        if start < end and not (before and after):
            return _build(before or after, text[start + 1 : end], "(")
    dash = _DASH.search(text)
    return _build(text[: dash.start()], text[dash.end() :], "-") if dash else None


def _build(head: str, remark: str, mark: str) -> Remark | None:
    head, remark = head.strip(), remark.strip()
    return Remark(head, remark, mark) if head and remark else None


_DAY = re.compile(
    r"\s+(?:on[\s:]+(?P<short>\d{1,2}(?:[./-]\d{1,2}|(?:st|nd|rd|th)))|(?:on[\s:]+)?\(?(?P<long>\d{1,4}[\s./-]?\S{1,12}(?:[\s./-]\S{2,4})?)\)?)$",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)?[\s.-]?(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*",
    re.IGNORECASE,
)


@remember
def split_day(text: str) -> str | None:
    """Return a text without the day that stands behind it; None where there is none. `1/2` alone is a count.

    >>> split_day("Delivered on 5/5"), split_day("Dispatched 4/5/26"), split_day("Sent 2 May")
    ('Delivered', 'Dispatched', 'Sent')
    >>> split_day("Shipped 1/2"), split_day("Delivered by 5 May 2026"), split_day("Shipped")
    (None, 'Delivered by', None)
    """
    match = _DAY.search(text) if len(text) <= _LONGEST_WORD else None
    if match is None:
        return None
    day = match["long"]
    is_day = not day or is_date(day) or _MONTH.fullmatch(day)
    return text[: match.start()].rstrip(" ,:-") if is_day else None


_LONGEST_WORD = 80


_SMALL_NUMBER = re.compile(r"(?<!\d)\d{1,5}(?!\d)")


def is_aside(remark: Remark) -> bool:
    """Return whether a remark leaves a word beside it as it is: it denies nothing, and holds no count.

    >>> is_aside(find_remark("Shipped (via Ravi)")), is_aside(find_remark("Shipped (1 of 2)"))
    (True, False)
    """
    if remark.mark == ":":
        return True
    return not denies(remark.text) and not _SMALL_NUMBER.search(remark.text)


def is_aside_of_number(remark: Remark) -> bool:
    """Return whether a remark leaves a number or an address beside it as it is: it holds no other.

    >>> is_aside_of_number(find_remark("98765 43210 (wife)")), is_aside_of_number(find_remark("98765 43210 (wrong)"))
    (True, False)
    """
    return remark.mark == ":" or (
        is_aside(remark) and not any(char.isdigit() or char == "@" for char in remark.text)
    )


_SUFFIXES = frozenset("jr sr ii iii iv md phd esq mba ca llb".split())
_NO_NAME = re.compile(r"[/\\&+|@#;:<>=*_\"()\[\]{}!?%$€£₹~^\n\r\t]")
_CARE_OF = re.compile(r"\s(?:c/o|s/o|d/o|w/o|h/o)\b", re.IGNORECASE)
_CONTACT = re.compile(r"\s[<(]?(?:[^\s@]{1,64}@\S{1,100}|\+?\d[\d -]{6,16}\d)[>)]?$")


@remember
def strip_name(text: str) -> str:
    """Return a person's name without what else stands in its cell. Raise `Unreadable` if that is not certain.

    Behind a comma stands an address if it holds a number; else the first name or a place, and nobody can know.

    >>> strip_name("Nisha (pays late)"), strip_name("Maya Okafor, 12 MG Road"), strip_name("Asha Rao 98765 43210")
    ('Nisha', 'Maya Okafor', 'Asha Rao')
    >>> strip_name("Tina, Karol Bagh")
    Traceback (most recent call last):
    bikorders.reading.cells.Unreadable: name
    """
    name = text.strip()
    first, *others = [line.strip() for line in name.splitlines()] or [""]
    if others and any(char.isdigit() for line in others for char in line):
        name = first  # the lines of a label: the name, and the address below it
    else:
        name = " ".join(name.split())
    for _ in range(3):
        if care_of := _CARE_OF.search(name):
            name = name[: care_of.start()]
        elif remark := find_remark(name):
            name = remark.head
        elif contact := _CONTACT.search(name[-LONGEST:]):
            name = name[: len(name) - len(contact[0])].rstrip(" -–,:")
    before, comma, behind = (part.strip() for part in name.partition(","))
    if comma:
        is_suffix = fold_text(behind).replace(".", "") in _SUFFIXES
        if not is_suffix and not any(map(str.isdigit, behind)):
            raise Unreadable("name")
        name = before
    if not name or _NO_NAME.search(name) or any(map(str.isdigit, name)):
        raise Unreadable("name")
    return name


@remember
def strip_place(text: str) -> str:
    """Return a place without a remark in brackets, a link, or the postcode behind a dash.

    >>> strip_place("Pune (near the station)"), strip_place("Pune - 411001"), strip_place("Flat (B 4)")
    ('Pune', 'Pune', 'Flat (B 4)')
    """
    remark = find_remark(text)
    if remark is None:
        return text
    is_code = remark.mark == "-" and remark.text.replace(" ", "").isdecimal()
    is_apart = remark.mark != "-" and (remark.mark == ":" or not any(map(str.isdigit, remark.text)))
    return remark.head if is_code or is_apart else text


def strip_link(text: str) -> str:
    """Return a text without the link behind it.

    >>> strip_link("Rose Soap https://example.com/p/7"), strip_link("Rose Soap (100 g)")
    ('Rose Soap', 'Rose Soap (100 g)')
    """
    if "/" not in text and "www." not in text.lower():
        return text
    remark = find_remark(text)
    return remark.head if remark and remark.mark == ":" else text


STRIPPED: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("address.city", "address.zip", "address.country", "address.address1"), strip_place),
    **dict.fromkeys(("name", "variantName"), strip_link),
}
"""How a remark is taken off a text, by the field's path."""
