"""When do rows and tabs contradict each other? All decisions about it are here.

Two customers under one id are a conflict: no answer would be right. Where only a field differs, that field is
left out with a problem. An id that is spelled in several ways means the one that is spelled exactly so.
"""

from collections.abc import Collection, Sequence

from bikorders.errors import OrderConflict
from bikorders.orders.field_reader import HINTS, Reading, merge_currencies
from bikorders.orders.meanings import choose_spelling, find_meaning
from bikorders.reading.header_index import ORDER_PATHS
from bikorders.reading.problems import build_problem, name_place
from bikorders.reading.rows import Row, RowGroup
from bikorders.reading.shop_settings import ShopSettings

_MOST_ROWS = 20
"""How many rows a conflict's hint names."""


def join_readings(readings: Sequence[Reading], shop: ShopSettings) -> Reading:
    """Return what the tables with an order's rows say together: where several speak, they must agree.

    A table without a column for a field, with a blank cell or with a formula's error says nothing about it.
    """
    joined = readings[0]
    for reading in readings[1:]:
        joined = _join(joined, reading, shop)
    return joined


def _join(first: Reading, then: Reading, shop: ShopSettings) -> Reading:
    values, cells, tables = dict(first.values), {**then.cells, **first.cells}, {**then.tables, **first.tables}
    unreadable, differing, problems = set(first.unreadable), set(first.differing), list(first.problems)
    unclear = (first.unreadable - first.failed, then.unreadable - then.failed)
    for path, value in then.values.items():
        if path in unclear[0]:
            continue
        if path not in first.values:
            values[path], cells[path], tables[path] = value, then.cells[path], then.tables[path]
            unreadable.discard(path)
            continue
        field = ORDER_PATHS[path]
        if find_meaning(field, values[path], shop) == find_meaning(field, value, shop):
            values[path] = choose_spelling((values[path], value))
        else:
            del values[path]
            unreadable.add(path)
            differing.add(path)
            if path not in HINTS:
                place = name_place(cells[path], then.cells[path])
                problems.append(build_problem("rows-differ", then.cells[path], path, place))
    for path in then.unreadable - first.values.keys() | unclear[1]:
        values.pop(path, None)
        unreadable.add(path)
    return Reading(
        values,
        unreadable,
        differing | then.differing,
        (first.failed | then.failed) & unreadable - unclear[0] - unclear[1],
        cells,
        tables,
        first.columns | then.columns,
        [*problems, *then.problems],
        merge_currencies(first.currencies, then.currencies),
    )


def require_one_customer(other: Row | None, groups: Sequence[RowGroup]) -> None:
    """Raise `OrderConflict` if there is another customer's row among those of one id."""
    if other:
        raise _build_conflict(groups, other)


def prefer_exact(groups: Sequence[RowGroup], order_id: str) -> Sequence[RowGroup]:
    """Return the groups of one id, the exact one if several read the same. Raise `OrderConflict` without one."""
    exact = [group for group in groups if group.id == order_id]
    if exact:
        return exact
    ids = sorted({group.id for group in groups})
    if len(ids) > 1:
        raise OrderConflict(f"order {order_id} could mean {' or '.join(ids)}", "ask for one of them exactly")
    return groups


def prefer_own_items(groups: Sequence[RowGroup], order_id: str, ids: Collection[str]) -> Sequence[RowGroup]:
    """Return the items' groups that are this order's, where the sheet has several `ids` that read the same.

    Raise `OrderConflict` if some could belong to several of them.
    """
    if len(ids) == 1:
        return groups
    if any(group.id not in ids for group in groups):
        raise OrderConflict(
            f"items could belong to several of the orders {', '.join(sorted(ids))}",
            "make the ids differ in more than case or a leading #",
        )
    return [group for group in groups if group.id == order_id]


def _build_conflict(groups: Sequence[RowGroup], other: Row) -> OrderConflict:
    """Build the error for rows of one id that are about two customers; it names them."""
    rows = [f"{row.table.tab.title}!{row.number}" for group in groups for row in group.rows]
    more = f" and {len(rows) - _MOST_ROWS} more" if rows[_MOST_ROWS:] else ""
    places = ", ".join(rows[:_MOST_ROWS]) + more
    return OrderConflict(
        f"order {groups[0].id} stands in several rows that differ",
        f"keep one order in the rows {places}",
        other,
    )
