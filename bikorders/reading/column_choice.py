"""Which of the things that a header may mean does its column hold? A header proposes, the cells decide.

A sure header needs no cells. An unsure one counts if the cells show exactly one of its meanings, and if no column
that is not understood could hold the same; else the column is left out, with one problem that says so. Where a
surer column has the field, or the cells show another thing that is known, it is left out without a word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bikorders.reading.columns_together import (
    Column,
    is_report_of_payments,
    list_of_other_address,
    list_of_other_persons,
    list_of_payouts,
    list_of_remainders,
    list_without_product,
    name_products,
)
from bikorders.reading.evidence import (
    DONE,
    NO_WORDS,
    OwnWords,
    Sample,
    holds,
    holds_amounts,
    holds_payments,
    holds_statuses,
    may_hold_amounts,
    sample_column,
)
from bikorders.reading.field_words import name_field
from bikorders.reading.header_index import ORDER_PATHS, Meaning, Role
from bikorders.reading.header_totals import names_total
from bikorders.reading.headers import PLACES, Header
from bikorders.reading.problems import Problem, build_problem
from bikorders.sheet.workbook import Tab


@dataclass
class Choice:
    """What was decided: the columns that mean a field, those that mean none, and the problems of those left open.

    `open_amounts` are the columns that may hold an amount of the order, by its path: sums must not miss them.
    """

    columns: list[Column] = field(default_factory=list)
    ignored: list[int] = field(default_factory=list)
    unclear: list[Problem] = field(default_factory=list)
    open_amounts: dict[str, int] = field(default_factory=dict)


def propose_columns(headers: Sequence[Header]) -> Choice:
    """Return what the headers alone say: each means the likeliest of its meanings."""
    return Choice([Column(h.column, h.text, h.meanings[0]) for h in headers if h.meanings])


def choose_columns(
    tab: Tab, row: int, headers: Sequence[Header], role: Role, own_words: OwnWords = NO_WORDS
) -> Choice:
    """Return what the headers of a row mean, where the cells below agree; `own_words` are those of the shop."""
    chooser = _Chooser(tab, row, headers, own_words)
    for header in sorted(headers, key=_rank):
        chooser.decide(header)
    choice = chooser.choice
    if role == "order":
        choice.columns = name_products(choice.columns)
        chooser.leave_out(list_of_payouts(choice.columns, headers), is_told=False)
        remainders = list_of_remainders(choice.columns)
        has_total = any(column.path == "total" and column not in remainders for column in choice.columns)
        chooser.leave_out(remainders, is_told=not has_total)
        chooser.leave_out(list_without_product(choice.columns))
    others = list_of_other_persons(choice.columns, headers)
    has_own = any(column.path == "phoneNumber" and column not in others for column in choice.columns)
    chooser.leave_out(others, is_told=not has_own)
    chooser.leave_out(list_of_other_address(choice.columns), is_told=False)
    chooser.tell_open()
    choice.columns.sort()
    return choice


def _rank(header: Header) -> tuple[bool, int]:
    """Return what sorts headers, the surest first."""
    first = header.meanings[0] if header.meanings else None
    return (not first.is_sure, first.sureness) if first else (True, 0)


class _Chooser:
    """Decides on one header of a row after the other, the surest first."""

    def __init__(self, tab: Tab, row: int, headers: Sequence[Header], own_words: OwnWords) -> None:
        self._tab = tab
        self._row = row
        self._headers = headers
        self._own_words = own_words
        self._samples: dict[int, Sample] = {}
        self._likeliest = {header.meanings[0].field.path for header in headers if header.meanings}
        self._open: dict[int, Sequence[Meaning]] = {}
        self.choice = Choice()

    def decide(self, header: Header) -> None:
        """Add a header to what was decided."""
        if not header.meanings:
            return
        if header.meanings[0].is_sure:
            self._add(header, self._find_whose_state(header.meanings[0], header.column))
            return
        left = [meaning for meaning in header.meanings if not self._has_surer(meaning)]
        sample = self._sample(header.column)
        if not sample and left:  # nothing is told of a blank column
            self._add(header, left[0])
            return
        fitting = [meaning for meaning in header.meanings if holds(meaning.field, sample, self._own_words)]
        if len(fitting) > 1:  # a phone number can be an order's number, too
            fitting = [meaning for meaning in fitting if meaning in left] or fitting
        if len(fitting) == 1 and fitting[0] in left and not self._has_rival(fitting[0]):
            self._add(header, fitting[0])
        elif not left or not set(fitting) <= set(left) or self._is_known_otherwise(header, fitting, sample):
            self.choice.ignored.append(header.column)
        else:
            self._open[header.column] = fitting or left

    def _find_whose_state(self, meaning: Meaning, column: int) -> Meaning:
        """Return what a bare `Status` means: the payment's, where the cells or the columns beside it show that."""
        if meaning.field.path != "status" or not meaning.sureness or "paymentStatus" in self._likeliest:
            return meaning
        is_of_payments = holds_payments(
            self._sample(column), self._own_words, is_report=is_report_of_payments(self._headers)
        )
        return meaning._replace(field=ORDER_PATHS["paymentStatus"]) if is_of_payments else meaning

    def leave_out(self, columns: Sequence[Column], *, is_told: bool = True) -> None:
        """Take columns back that may hold another thing."""
        for column in columns:
            self.choice.columns.remove(column)
            if is_told:
                self._tell_unclear(column.number, [column.meaning])
            else:
                self.choice.ignored.append(column.number)

    def tell_open(self) -> None:
        """Tell of the columns that were left open, unless another one has their field."""
        for column, meanings in self._open.items():
            if any(True for meaning in meanings for _ in self._list_same(meaning)):
                self.choice.ignored.append(column)
            else:
                self._tell_unclear(column, meanings)

    def _add(self, header: Header, meaning: Meaning) -> None:
        self.choice.columns.append(Column(header.column, header.text, meaning))

    def _tell_unclear(self, column: int, meanings: Sequence[Meaning]) -> None:
        self.choice.open_amounts |= {
            meaning.field.path: column
            for meaning in meanings
            if meaning.role == "order" and may_hold_amounts(meaning.field, self._sample(column))
        }
        names = dict.fromkeys(name_field(m.field.path, m.role) for m in meanings)
        cell = self._tab.cell(self._row, column)
        self.choice.unclear.append(build_problem("header-unclear", cell, " or the ".join(names)))

    def _sample(self, column: int) -> Sample:
        if column not in self._samples:
            self._samples[column] = sample_column(self._tab, self._row, column)
        return self._samples[column]

    def _has_surer(self, meaning: Meaning) -> bool:
        return any(column.meaning.sureness < meaning.sureness for column in self._list_same(meaning))

    def _list_same(self, meaning: Meaning) -> Iterator[Column]:
        """Yield the columns that have the same field."""
        for column in self.choice.columns:
            other = column.meaning
            if (other.role, other.field.path, other.slot) == (meaning.role, meaning.field.path, meaning.slot):
                yield column

    def _has_rival(self, meaning: Meaning) -> bool:
        """Return whether a column that is not understood could hold the same, or a remark would read the same."""
        path = meaning.field.path
        if path == "name" and meaning.role == "item":
            if meaning.sureness < _DESCRIPTION:
                return False
            if not self._likeliest & _COUNTED:
                return True
        elif path not in ("status", "phoneNumber", "total"):
            return False  # amounts, dates and names are of many kinds
        others = [
            self._sample(header.column)
            for header in self._headers
            if header.is_unknown and (path != "total" or names_total(header.text))
        ]
        if path == "status":
            return any(holds_statuses(sample, self._own_words) for sample in others)
        return any(holds(meaning.field, sample, self._own_words) for sample in others)

    def _is_known_otherwise(self, header: Header, fitting: Sequence[Meaning], sample: Sample) -> bool:
        """Return whether it is plain what a column holds, and that it is nothing that is told."""
        paths = {meaning.field.path for meaning in header.meanings}
        if fitting:
            return False
        if paths <= {"phoneNumber", "email", "productId", "cod", "advance", "balance", *DONE}:
            return True
        if "paymentStatus" in paths:
            return holds_amounts(sample)  # how much was paid
        return paths == {"status"} and bool(self._likeliest & PLACES)  # a part of the address


_DESCRIPTION = 2
"""How sure a header such as `Description` is of the product; it may also say more about the one, or be a remark."""

_COUNTED = frozenset({"quantity", "price", "line total"})
"""What stands beside a product that is ordered."""
