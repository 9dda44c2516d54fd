"""Which items does one cell hold? `A x 1, B x 2`, a list of lines or JSON, split only where certain."""

import json
import re
from decimal import Decimal
from typing import NamedTuple

from bikorders.reading.currencies import find_written_currency
from bikorders.text import remember


class Line(NamedTuple):
    """An item of a packed cell; `quantity` is None where the text names none."""

    name: str
    quantity: Decimal | None


_COUNT = r"(?P<count>[1-9]\d{0,3})"
_FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<name>.*\S)\s+[x×*]\s*{_COUNT}",  # Rose Water x 2
        rf"(?P<name>.*\S)\s*\(\s*(?:qty|quantity)\s*:?\s*{_COUNT}\s*\)",  # Rose Water (Qty: 2)
        rf"(?P<name>.*\S)\s*[-,:]\s*(?:qty|quantity)\s*:?\s*{_COUNT}",  # Rose Water - Qty 2
        rf"(?P<name>.*\S)\s+{_COUNT}\s*[x×]",  # Rose Water 2x
        rf"(?P<name>.*\S)\s*\(\s*[x×*]\s*{_COUNT}\s*\)",  # Rose Water (x2)
        rf"(?P<name>.*\S)\s*\(\s*{_COUNT}\s*[x×]\s*\)",  # Rose Water (2x)
        rf"{_COUNT}\s*[x×]\s+(?P<name>\S.*)",  # 2 x Rose Water
    )
]
_PIECES = re.compile(rf"(?P<name>.*\S)\s+{_COUNT}\s*(?:pcs?|pieces?|nos?|ширхэг)\.?", re.IGNORECASE)
"""Rose Water 2 pcs: read only beside others that are counted, because a pack of that many is meant as well."""

_LONGEST, _LONGEST_PART = 10_000, 300
"""Characters of a whole cell and of one item in it that are looked through."""

_ANOTHER = re.compile(r"[x×*]\s*\d|\d\s*[x×](?!\w)|\bqty\b", re.IGNORECASE)


@remember
def split_items(text: str) -> tuple[Line, ...] | None:
    """Return the items of a packed cell; None where it is not certain how to split it.

    >>> split_items("Toy Car x 2, Puzzle x 1")
    (Line(name='Toy Car', quantity=Decimal('2')), Line(name='Puzzle', quantity=Decimal('1')))
    >>> split_items("2x Soap + 1x Cream") == split_items("Soap x2 & Cream x1")
    True
    >>> split_items("Pepperoni Pizza - 12-Inch x 3")
    (Line(name='Pepperoni Pizza - 12-Inch', quantity=Decimal('3')),)
    >>> split_items("Soap, Cream x 2") is None, split_items("Photo print 8 x 10") is None
    (True, True)
    """
    text = text.strip()
    if text.startswith(("[", "{")):
        return _split_json(text)
    if len(text) > _LONGEST:
        return None
    return _split_text(text) or _split_text(_drop_prices(text)) or _split_signs(text)


def _drop_prices(text: str) -> str:
    """Return a text without the amount of money that stands behind each item; it may be one piece's or the line's."""
    return _PRICE.sub(lambda match: "" if find_written_currency(match[1], "INR") else match[0], text)


_PRICE = re.compile(
    r"\s[-–—=@]\s*([^\d\s,;|]{0,4}\s?\d{1,9}(?:[.,]\d{1,3}){0,4}(?:\s?[^\d\s,;|()]{1,4})?)(?=\s*(?:[,;،؛、，；|\r\n]|$))"
)


def _split_text(text: str) -> tuple[Line, ...] | None:
    rows = [row for part in re.split(r"[\r\n]+|\s\|\s", text) if (row := part.strip(" \t" + _COMMAS))]
    lines = _read_parts(rows if len(rows) > 1 else _split_list(text))
    if not any(lines) and len(rows) == 1 and (whole := _read_part(text)):
        return (whole,)  # the comma or semicolon was a part of the name
    return tuple(line for line in lines if line) if all(lines) else None


def _split_signs(text: str) -> tuple[Line, ...] | None:
    """Split at the signs that also belong to names, if each part is counted: `2x Soap + 1x Cream`."""
    lines = [_read_part(part.strip()) for part in _SIGN.split(text)]
    return tuple(line for line in lines if line) if len(lines) > 1 and all(lines) else None


_SIGN = re.compile(r"(?<=\s)(?:&|and|y|e|et|und|dan)(?=\s)|\+", re.IGNORECASE)


def _split_list(text: str) -> list[str]:
    """Return the parts between commas and semicolons; those in brackets belong to a name."""
    parts = [""]
    depth = 0
    for char in text:
        depth += (char == "(") - (char == ")" and depth > 0)
        if char in _COMMAS and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in (parts if not depth else re.split(f"[{_COMMAS}]", text))]


def _read_parts(parts: list[str]) -> list[Line | None]:
    """Return the item of each part; None for one that is none."""
    lines = [_read_part(part) for part in parts]
    if len(lines) > 1 and any(lines):
        lines = [line or _read_pieces(part) for line, part in zip(lines, parts, strict=True)]
    return lines


def _read_pieces(text: str) -> Line | None:
    match = _PIECES.fullmatch(text) if len(text) <= _LONGEST_PART else None
    return _build_line(match) if match else None


def _read_part(text: str) -> Line | None:
    if len(text) > _LONGEST_PART:
        return None
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _build_line(match)
    return None


def _build_line(match: re.Match[str]) -> Line | None:
    """Return the item; None if its name holds another count, is a measure (`8 x 10`), or is no name."""
    name = match["name"].strip(" -,:")
    is_measure = (
        re.match(r"\d+\b", name)
        if match.start("count") < match.start("name")
        else re.search(r"(?<![$₹€£])\b\d+$", name)
    )
    if (
        is_measure
        or "," in _BRACKETS.sub("", name)
        or _ANOTHER.search(name)
        or not re.search(r"[^\W\d_]", name)
    ):
        return None
    return Line(name, Decimal(match["count"]))


def split_lists(names: str, quantities: str) -> list[Line] | None:
    """Return the items of two cells: names, one on a line, and as many quantities; else None.

    >>> split_lists("Soap\\nCream", "1\\n2")
    [Line(name='Soap', quantity=Decimal('1')), Line(name='Cream', quantity=Decimal('2'))]
    """
    left = [part.strip() for part in names.splitlines() if part.strip()]
    if len(left) < 2:
        return None
    right = [part.strip() for part in quantities.splitlines() if part.strip()]
    if len(left) != len(right) or not all(re.fullmatch(r"[1-9]\d{0,3}", q) for q in right):
        return None
    return [Line(name, Decimal(quantity)) for name, quantity in zip(left, right, strict=True)]


_BRACKETS = re.compile(r"\([^()]*\)")
_COMMAS = ",;،؛、，；"
_COMMA = re.compile("[,،、，]")


_JSON_NAMES = ("name", "title", "product", "productName", "item")
_JSON_QUANTITIES = ("quantity", "qty", "count")


def _split_json(text: str) -> tuple[Line, ...] | None:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return None
    items = [items] if isinstance(items, dict) else items
    if not isinstance(items, list):
        return None
    lines = [_read_json_item(item) for item in items]
    return tuple(line for line in lines if line) if lines and all(lines) else None


def _read_json_item(item: object) -> Line | None:
    """Return the item of a JSON object that has a name and a whole number of pieces; else None."""
    if not isinstance(item, dict):
        return None
    name = next((item[key] for key in _JSON_NAMES if isinstance(item.get(key), str)), "").strip()
    quantity = next((item[key] for key in _JSON_QUANTITIES if type(item.get(key)) is int), 0)
    return Line(name, Decimal(quantity)) if name and 0 < quantity < 10_000 else None
