"""Which currency are an order's amounts in? One that only some of its amounts name is held against the column."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bikorders.orders.column_inference import ColumnInference
from bikorders.orders.field_reader import Place, Reading, Settled
from bikorders.orders.totals import Sums
from bikorders.reading.currencies import find_written_currency
from bikorders.reading.fields import ORDER_ID
from bikorders.reading.problems import build_problem
from bikorders.reading.rows import Row, Table
from bikorders.sheet.workbook import text_of

_SUMS = frozenset(("subTotal", "shippingCharge", "discount", "total"))


def settle_currency(
    fields: Reading, currencies: Mapping[str, Place], rows: Sequence[Row], inference: ColumnInference
) -> Settled:
    """Return the currency: its column's, else the amounts' own or their headers', else the setting's.

    `currencies` are those of the amounts, each with a place, and "" for those that name none; `rows` are the
    order's. Two currencies are none.
    """
    typed = fields.values.get("currency")
    named = currencies.keys() - {""} | ({str(typed)} if typed else set())
    if len(named) > 1:
        cells = [place.cell for currency, place in currencies.items() if currency not in ("", typed)]
        first = min(cells, key=lambda cell: (cell.row, cell.column))
        return Settled({}, [build_problem("currency-mixed", first)])
    if named:
        lone = None if typed else _find_lone(currencies, inference)
        is_read = lone and lone.cell not in [fields.cells[path] for path in fields.unreadable]
        problems = [build_problem("currency-lone", lone.cell)] if lone and is_read else []
        return Settled({} if lone and "" in currencies else {"currency": named.pop()}, problems)
    return _settle_unnamed(fields, currencies, rows, inference)


def _settle_unnamed(
    fields: Reading, currencies: Mapping[str, Place], rows: Sequence[Row], inference: ColumnInference
) -> Settled:
    """Return the currency of an order that names none itself: that of its tabs' headers, else the setting's."""
    headed = _list_headed(rows)
    if "currency" in fields.unreadable or len(headed) > 1:
        return Settled({}, [])  # no amount says which of two headers counts
    if headed:
        return Settled({"currency": headed.pop()}, [])
    unread = fields.unreadable & _SUMS
    if unread and (not currencies or any(_has_foreign(fields, path, inference) for path in unread)):
        return Settled({}, [])  # an amount that can't be read may be in any currency
    if odd := _find_unnamed(currencies, inference):
        return Settled({}, [build_problem("currency-missing", odd.cell)])
    return Settled({"currency": inference.currency} if inference.currency else {}, [])


def _has_foreign(fields: Reading, path: str, inference: ColumnInference) -> bool:
    """Return whether amounts in the column of a field name another currency than the shop's, so that any of it may."""
    if inference.shop_settings.currency or path not in fields.cells:
        return False
    counts = inference.conclude(_count_currencies, fields.tables[path], fields.cells[path].column)
    return not counts.keys() <= {"", inference.currency}


def _list_headed(rows: Sequence[Row]) -> set[str]:
    """Return the currencies that the headers above the rows name."""
    return {currency for row in rows for currency in row.table.columns.currencies.values()}


def find_odd(currencies: Mapping[str, Place], inference: ColumnInference) -> Place | None:
    """Return where the order names a currency that most others don't, if other amounts of it name none."""
    return _find_lone(currencies, inference) if "" in currencies else None


def drop_odd(sums: Sums, fields: Reading, inference: ColumnInference) -> Sums:
    """Leave out the sums that name another currency than the shop's, where the rest of the order names none."""
    for path in list(sums.amounts):
        cell = fields.cells.get(path)
        if cell and find_written_currency(cell.raw, inference.currency) not in ("", inference.currency):
            sums = sums.without(path)
    return sums


def _find_lone(currencies: Mapping[str, Place], inference: ColumnInference) -> Place | None:
    """Return where the order names a currency that few orders do; None if there is no such place.

    If all of its amounts name it, it is odd only if no other order does; if others name none, they are certain
    to be in it only if most orders are. A sheet of one order has nothing odd.
    """
    for currency, place in currencies.items():
        if currency in ("", inference.currency, place.table.columns.currencies.get(place.cell.column)):
            continue
        counts = inference.conclude(_count_currencies, place.table, place.cell.column)
        others = counts.total() - counts[currency]
        if others and (counts[currency] < 2 or ("" in currencies and counts[currency] <= others)):
            return place
    return None


def _find_unnamed(currencies: Mapping[str, Place], inference: ColumnInference) -> Place | None:
    """Return an amount without a currency, if those of other orders are in one that is not the shop's.

    A currency of the Settings tab is that of such amounts for certain.
    """
    place = currencies.get("")
    if place is None or inference.shop_settings.currency:
        return None
    counts = inference.conclude(_count_currencies, place.table, place.cell.column)
    if inference.currency in counts:
        return None
    others = [count for currency, count in counts.items() if currency]
    return place if others and max(others) >= counts[""] else None


def _count_currencies(inference: ColumnInference, table: Table, column: int) -> Counter[str]:
    """Return how many orders name each currency in a column; "" stands for those with an amount without one."""
    named: dict[str, set[str]] = {}
    if ORDER_ID not in table.columns.orders:
        return Counter()  # the items of a single order
    for raw, (order_id, _) in zip(table.list_raws(column), table.list_ids(), strict=True):
        if any(map(str.isdecimal, text_of(raw))):
            written = find_written_currency(raw, inference.currency)
            named.setdefault(written, set()).add(order_id)
    return Counter({currency: len(orders) for currency, orders in named.items()})
