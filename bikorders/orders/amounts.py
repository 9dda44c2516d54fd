"""The amounts of an order and their currency."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.currency import drop_odd, find_odd
from bikorders.orders.discount import read_discount
from bikorders.orders.field_reader import Place, Reading, merge_currencies
from bikorders.orders.instalments import leaves_total
from bikorders.orders.items import ItemsReading
from bikorders.orders.line_totals import count_filled, list_read_rows, may_be_line_total
from bikorders.orders.totals import Parts, Sums, TotalFit, check_sums, has_charge, was_given_back
from bikorders.orders.unknown_amounts import has_unknown_amount
from bikorders.reading.fields import DRAFT_PATH, Value, Values
from bikorders.reading.problems import Problem, build_problem
from bikorders.reading.rows import Row
from bikorders.text import fold_heading

_SUMS = ("subTotal", "shippingCharge", "discount", "total")
_PATHS = frozenset(_SUMS)

AMOUNT_PATHS = (*_SUMS, "tax", "advance", "balance", "currency")
"""The fields that the amounts and their currency are settled from."""


class Amounts(NamedTuple):
    """The sums that are certain, by path; `fit` says how a total comes about that has more parts than one.

    `currencies` are those that the order's amounts name, its items' too, each with the first place that does; ""
    stands for amounts that name none.
    """

    values: Mapping[str, Value]
    problems: Sequence[Problem]
    currencies: Mapping[str, Place]
    fit: TotalFit | None


def settle_amounts(
    fields: Reading, rows: Sequence[Row], items: ItemsReading, states: Values, inference: ColumnInference
) -> Amounts:
    """Return the sums that are certain; `states` are the order's status and that of its payment.

    A missing subtotal is what the lines sum up to; a missing total is subtotal plus shipping less discount. A
    cell that can't be read blocks what would need it.
    """
    sums = _list_typed(fields).with_default("subTotal", items.total)
    discount = read_discount(fields, sums, inference)
    sums = sums.without("discount") if discount.problem else sums.with_default("discount", discount.amount)
    sums, repeated = _drop_repeated(sums, fields, rows)
    currencies = merge_currencies(merge_currencies(fields.currencies, items.currencies), discount.currencies)
    parts = _list_parts(fields, rows, sums, items.total)
    if len(currencies) > 1 and parts.agree_on(fields.get_amount("total")):
        currencies = {named: place for named, place in currencies.items() if named}
    sums, is_mixed = _drop_mixed(sums, fields, currencies, inference)
    has_other_charges = items.has_other_charges or "tax" in fields.unreadable or has_charge(rows)
    unclear: list[Problem] = []
    if not has_other_charges and not fields.get_amount("tax"):
        sums, unclear = _drop_line_total(sums, fields, rows, items.total)
        sums = sums if is_mixed else _work_out_total(sums, fields, rows, inference)
    problems = [*([discount.problem] if discount.problem else ()), *repeated, *unclear]
    is_comparable = (
        not (has_other_charges or was_given_back(states) or _is_rate(fields))
        and not is_mixed
        and sums.unclear.isdisjoint(("shippingCharge", "discount"))
    )
    if not is_comparable:
        return Amounts(sums.amounts, problems, currencies, None)
    typed_total = sums.get("total") if "total" in fields.values else None
    check = check_sums(fields, _list_parts(fields, rows, sums, items.total), typed_total)
    if DRAFT_PATH not in fields.values:  # what Bik placed is told as it was placed
        for path in check.disproved:
            sums = sums.without(path)
    return Amounts(sums.amounts, [*problems, *check.problems], currencies, check.fit)


def _work_out_total(sums: Sums, fields: Reading, rows: Sequence[Row], inference: ColumnInference) -> Sums:
    """Return the sums with a total that is not typed, if the parts make one and are all understood."""
    made = None if "total" in sums.amounts else sums.add_up()
    is_certain = (
        made is not None and leaves_total(fields, made) and not has_unknown_amount(rows, made, inference)
    )
    return sums.with_default("total", made) if is_certain else sums


def _drop_mixed(
    sums: Sums, fields: Reading, currencies: Mapping[str, Place], inference: ColumnInference
) -> tuple[Sums, bool]:
    """Leave out what is in another currency than the rest; also return whether the amounts may be in two."""
    if "currency" not in fields.values and find_odd(currencies, inference):
        return drop_odd(sums, fields, inference), True
    return sums, len(currencies.keys() - {""}) > 1


def _list_typed(fields: Reading) -> Sums:
    """Return the sums that are typed, but for the discount, which may be a share of another."""
    values = fields.values
    amounts = {path: amount for path in _SUMS if isinstance(amount := values.get(path), Decimal)}
    return Sums(amounts, fields.unreadable & _PATHS)


def _list_parts(fields: Reading, rows: Sequence[Row], sums: Sums, lines_total: Decimal | None) -> Parts:
    """Return what the total may be made of."""
    tax = fields.get_amount("tax") or Decimal(0)
    return Parts(
        lines_total,
        fields.get_amount("subTotal"),
        sums.amounts.get("shippingCharge", Decimal(0)),
        sums.amounts.get("discount", Decimal(0)),
        tax,
        max((len(row.cells("tax")) for row in list_read_rows(rows, fields, "tax")), default=1) if tax else 0,
    )


def _is_rate(fields: Reading) -> bool:
    """Return whether the column of the tax holds its rate: `GST %`, other than `GST (18%)`."""
    if fields.get_amount("tax") is None:
        return False
    return bool(re.search(r"(?<!\d)%", fold_heading(fields.find_header("tax").text).replace(" ", "")))


def _drop_repeated(sums: Sums, fields: Reading, rows: Sequence[Row]) -> tuple[Sums, list[Problem]]:
    """Leave out a discount or charge that stands on several lines alike: it may be one, or one for each."""
    problems = []
    total = sums.get("total")
    for path in ("discount", "shippingCharge"):
        if not sums.get(path) or not _is_repeated(fields, path, rows):
            continue
        if total is None or (path == "shippingCharge" and sums.add_up() != total):
            sums = sums.without(path)
            problems.append(build_problem("repeated-unclear", fields.cells[path], path))
    return sums, problems


def _is_repeated(fields: Reading, path: str, rows: Sequence[Row]) -> bool:
    """Return whether several rows hold the amount, and the header does not say that it is the order's."""
    if count_filled(rows, fields, path) < 2:
        return False
    return not fold_heading(fields.find_header(path).text).startswith("order")


def _drop_line_total(
    sums: Sums, fields: Reading, rows: Sequence[Row], lines_total: Decimal | None
) -> tuple[Sums, list[Problem]]:
    """Leave out a `Total` without the shipping or discount, in an order of one line: it may be the line's.

    There is no problem to tell where another is told already: a shipping or discount that can't be read.
    """
    total, made = sums.get("total"), sums.add_up()
    if total is None or total != lines_total or made == total:
        return sums, []
    cell = fields.cells["total"]
    is_only_line = len(list_read_rows(rows, fields, "total")) == 1
    if not is_only_line or not may_be_line_total(fields.tables["total"], cell.column):
        return sums, []
    problems = [] if made is None else [build_problem("total-unclear", cell, "total")]
    return sums.without("total"), problems
