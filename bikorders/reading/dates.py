"""Does a cell hold a date? Which day it is does not matter: dates only show that something was done."""

import re
from calendar import monthrange

from bikorders.sheet.workbook import Raw, text_of
from bikorders.text import LONGEST, narrow, remember

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d|\d\d)"
_TIME = r"(?:[T\s,]+ (?:[01]?\d|2[0-3]):[0-5]\d (?::[0-5]\d(?:\.\d+)?)? \s* (?:[ap]\.?m\.?)? \s* (?:Z|[A-Z]{3,4}|[+-]\d\d:?\d\d)? )?"
_DATES = [
    re.compile(form + _TIME, re.VERBOSE | re.IGNORECASE | re.ASCII)
    for form in (
        r"(?P<year>(?:19|20)\d\d)[-/.](?P<b>\d\d?)[-/.](?P<a>\d\d?)",  # 2026-07-02
        rf"(?P<a>\d\d?)[-/.](?P<b>\d\d?)[-/.]{_YEAR}",  # 02/07/2026, 7/2/26
        rf"(?P<a>\d\d?)(?:st|nd|rd|th)?[-\s/.,]*{_MONTH}[-\s/.,']*{_YEAR}",  # 2-Jul-26
        rf"{_MONTH}[-\s]*(?P<a>\d\d?)(?:st|nd|rd|th)?[-\s,]+{_YEAR}",  # July 2, 2026
    )
]


def _is_day(match: re.Match[str]) -> bool:
    """Return whether the day exists. Where day and month are both numbers, either may come first."""
    parts = match.groupdict()
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    if parts.get("month"):
        pairs = [(_MONTHS.index(parts["month"][:3].lower()) + 1, int(parts["a"]))]
    else:
        a, b = int(parts["a"]), int(parts["b"])
        pairs = [(b, a)] if match.start("year") == 0 else [(b, a), (a, b)]
    return any(1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] for month, day in pairs)


@remember
def is_date(raw: Raw) -> bool:
    """Return whether the cell certainly holds a date, or a spreadsheet's number for one.

    >>> is_date("14-Mar-24"), is_date("08/14/25"), is_date("2025-05-11 09:55:16 -0400"), is_date(45366)
    (True, True, True, True)
    >>> is_date("wrong-date"), is_date("soon"), is_date("40/40/2025")
    (False, False, False)
    """
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return 36526 <= raw <= 73050  # the years 2000 to 2099
    text = narrow(text_of(raw))
    if len(text) > LONGEST:
        return False
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text, re.ASCII):
        return 36526 <= float(text) <= 73050
    return any(match and _is_day(match) for match in (form.fullmatch(text) for form in _DATES))
