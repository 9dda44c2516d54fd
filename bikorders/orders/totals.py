"""Does an order's total come from its parts? What the sheet says wins over arithmetic; a contradiction is told."""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import NamedTuple

import msgspec

from bikorders.orders.field_reader import Reading
from bikorders.reading.fields import Values
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row
from bikorders.reading.vocabulary import GONE_BACK
from bikorders.sheet.workbook import Cell
from bikorders.text import LONGEST, fold_heading, remember

CENT = Decimal("0.01")
_ZERO = Decimal(0)


class Sums(NamedTuple):
    """What is certain of an order's subtotal, shipping charge, discount and total, by path.

    `unclear` are the paths for which something is typed that is not certain.
    """

    amounts: Mapping[str, Decimal]
    unclear: AbstractSet[str]

    def get(self, path: str) -> Decimal | None:
        """Return an amount; None where nothing is certain."""
        return self.amounts.get(path)

    def with_default(self, path: str, amount: Decimal | None) -> "Sums":
        """Return the sums with an amount that was found out, unless something is typed for it."""
        if amount is None or path in self.amounts or path in self.unclear:
            return self
        return Sums({**self.amounts, path: amount}, self.unclear)

    def without(self, path: str) -> "Sums":
        """Return the sums without an amount that is not certain."""
        amounts = {other: amount for other, amount in self.amounts.items() if other != path}
        return Sums(amounts, self.unclear | {path})

    def add_up(self, discount: Decimal | None = None) -> Decimal | None:
        """Return what the parts make, with this discount or the order's own; None where one is not certain."""
        subtotal = self.amounts.get("subTotal")
        if subtotal is None or not self.unclear.isdisjoint(("shippingCharge", "discount")):
            return None
        off = self.amounts.get("discount", _ZERO) if discount is None else discount
        return subtotal + self.amounts.get("shippingCharge", _ZERO) - off


class TotalFit(msgspec.Struct, frozen=True, gc=False):
    """Which parts an order's total holds: None where it has no such part, or the total is none of its sums.

    `shipping` heads the column of the charge; `sum` is what the total would be with all parts.
    """

    cell: Cell
    sum: Decimal
    has_shipping: bool | None
    has_discount: bool | None
    shipping: Cell | None


class Parts(NamedTuple):
    """What an order's total may be made of. `lines` is what its items cost, `subtotal` the typed one.

    A tax may be in the prices or come on top, and be parted into columns of the same amount (CGST, SGST);
    `tax_columns` counts those. A subtotal and the lines may be before or after the discount.
    """

    lines: Decimal | None
    subtotal: Decimal | None
    shipping: Decimal
    discount: Decimal
    tax: Decimal
    tax_columns: int

    def make_plainly(self, total: Decimal) -> bool:
        """Return whether the total is subtotal plus shipping less discount, and nothing else comes in question."""
        return (
            self.subtotal is not None
            and total == self.subtotal + self.shipping - self.discount
            and self.lines in (None, self.subtotal)
            and not self.tax
        )

    def agree_on(self, total: Decimal | None) -> bool:
        """Return whether the lines and the subtotal both make the total, so that all are in one currency."""
        bases = self._list_bases()
        return (
            bool(bases)
            and not self.tax
            and all(total == base + self.shipping - self.discount for base in bases)
        )

    def list_subtotals(self) -> list[Decimal]:
        """Return what the subtotal may be, the likeliest first; nothing where the lines' sum is not certain."""
        if self.lines is None:
            return []
        discounts = (_ZERO, self.discount, -self.discount) if self.discount else (_ZERO,)
        return [self.lines - off + tax for off in discounts for tax in self._list_taxes()]

    def list_totals(self) -> list[Decimal]:
        """Return what the total may be with the shipping charge, the likeliest first."""
        return [
            base + self.shipping - off + tax
            for base in self._list_bases()
            for off in reversed(self._list_discounts())
            for tax in self._list_taxes()
        ]

    def list_ways(self, total: Decimal) -> list[tuple[bool, bool]]:
        """Return in which ways the parts make the total: with a shipping charge? less a discount?"""
        return [
            (charge > 0, off > 0)
            for base in self._list_bases()
            for charge in {self.shipping, _ZERO}
            for off in self._list_discounts()
            for tax in self._list_taxes()
            if _is_sum(total, base + charge - off + tax)
        ]

    def makes_from_subtotal(self, total: Decimal) -> bool:
        """Return whether the typed subtotal, and not only the lines, can make the total."""
        return bool(self._replace(lines=None).list_ways(total))

    def _list_bases(self) -> list[Decimal]:
        return [base for base in (self.subtotal, self.lines) if base is not None]

    def _list_discounts(self) -> Sequence[Decimal]:
        return (_ZERO, self.discount) if self.discount else (_ZERO,)

    def _list_taxes(self) -> Sequence[Decimal]:
        counts = range(1, self.tax_columns + 1) if self.tax else ()
        return (_ZERO, *(count * sign * self.tax for count in counts for sign in (1, -1)))


class Check(NamedTuple):
    """Whether the sums hold: the problems, the paths of the parts that are disproved, and how the total comes about."""

    problems: Sequence[Problem] = ()
    disproved: AbstractSet[str] = frozenset()
    fit: TotalFit | None = None


def check_sums(fields: Reading, parts: Parts, total: Decimal | None) -> Check:
    """Return which sums the total and the lines contradict, and how the total comes about.

    `total` is the typed one, None if there is none that is certain. Where the sheet has no column for shipping,
    the total may hold it.
    """
    if total is not None and parts.make_plainly(total):  # nearly always
        return Check(fit=_find_fit(fields, parts, total, total, [(True, True)]))
    problems = []
    if parts.subtotal is not None:
        problems += _check_sum(fields, "subTotal", parts.subtotal, parts.list_subtotals())
    totals = parts.list_totals()
    if total is None or not totals:
        return Check(problems)
    ways = parts.list_ways(total)
    disproved = set()
    if problems and not parts.makes_from_subtotal(total):
        disproved.add("subTotal")
    if "shippingCharge" in fields.columns or total < min(totals):
        wrong = _check_sum(fields, "total", total, totals)
        if wrong and not ways:
            disproved |= _ADJUSTMENTS & fields.values.keys()
        problems += wrong
    unused = _list_unused(parts, ways)
    if "discount" in unused:  # a total without the shipping charge is told already
        problems.append(build_problem("sum", fields.cells["discount"], "0"))
    disproved |= unused
    return Check(problems, disproved, _find_fit(fields, parts, total, totals[0], ways))


_ADJUSTMENTS = frozenset({"shippingCharge", "discount"})


def _list_unused(parts: Parts, ways: Sequence[tuple[bool, bool]]) -> set[str]:
    """Return which of shipping and discount the total can't hold, though the lines say what all of it costs."""
    if parts.lines is None or not ways:
        return set()
    is_taken = parts.subtotal is not None and _is_sum(parts.subtotal, parts.lines - parts.discount)
    unused = set()
    if parts.shipping and not any(charged for charged, _ in ways):
        unused.add("shippingCharge")
    if parts.discount and not is_taken and not any(taken for _, taken in ways):
        unused.add("discount")
    return unused


def _check_sum(fields: Reading, path: str, amount: Decimal, sums: Sequence[Decimal]) -> list[Problem]:
    """Return a problem unless one of the sums is the amount, or rounds to it."""
    if not sums or any(_is_sum(amount, made) for made in sums):
        return []
    return [build_problem("sum", fields.cells[path], f"{sums[0].normalize():f}")]


def _is_sum(amount: Decimal, made: Decimal) -> bool:
    """Return whether an amount is a sum, or what the sum rounds to."""
    is_round = amount == amount.to_integral_value()
    return abs(amount - made) <= CENT or (is_round and abs(amount - made) < 1)


def _find_fit(
    fields: Reading, parts: Parts, total: Decimal, full: Decimal, ways: Sequence[tuple[bool, bool]]
) -> TotalFit | None:
    """Return which parts the total holds; None where there is neither a shipping charge nor a discount."""
    if not parts.shipping and not parts.discount:
        return None
    return TotalFit(
        fields.cells["total"],
        full,
        any(charged for charged, _ in ways) if parts.shipping > 0 and ways else None,
        any(taken for _, taken in ways) if parts.discount > 0 and ways else None,
        fields.find_header("shippingCharge") if "shippingCharge" in fields.cells else None,
    )


_GIVEN_BACK = frozenset({"refunded", "partially_refunded", "voided"})


def was_given_back(values: Values) -> bool:
    """Return whether money may have gone back, so that a sum may be what is left of it."""
    return values.get("status") in GONE_BACK or values.get("paymentStatus") in _GIVEN_BACK


_CHARGE = re.compile(  # words of columns that are not among the fields
    r"\b(?:charges?|fees?|tax|tip|round(?:ing)?|credit|coupon|surcharge|insurance|adjustments?|wallet|points"
    r"|refund(?:ed)?|cess|(?:(?:ut|[cis])?gst|vat)(?! (?:no|number|reg)\b))\b"
)


def has_charge(rows: Iterable[Row]) -> bool:
    """Return whether a column that we don't know holds something that may belong to the total."""
    for row in rows:
        for header in row.table.columns.ignored:
            if not _is_charge(header.text):
                continue
            cell = row.cell(header.column)
            if not cell.is_blank and cell.raw is not False and cell.text.strip("0."):
                return True
    return False


@remember
def _is_charge(header: str) -> bool:
    return bool(_CHARGE.search(fold_heading(header[:LONGEST])))
