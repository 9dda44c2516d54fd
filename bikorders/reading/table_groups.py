"""The rows of several tables, grouped by order; a hand edit changes one tab, and the others' groups are taken over."""

from collections.abc import Iterable

from bikorders.reading.rows import Groups, Table, TableKind, add_groups, group_rows


class TableGroups:
    """The `groups` of the rows of several tables. Those of a table that is as it was in `before` are the same objects."""

    def __init__(self, tables: Iterable[tuple[Table, TableKind]], before: "TableGroups | None") -> None:
        known = before._found if before else []
        self._found: list[tuple[Table, TableKind, Groups]] = [
            next((old for old in known if old[1] == kind and _is_same(old[0], table)), None)
            or (table, kind, group_rows(table, kind))
            for table, kind in tables
        ]
        self.groups: Groups = {}
        for _, _, groups in self._found:
            if not self.groups:
                self.groups = dict(groups)
                continue
            for folded, more in groups.items():
                add_groups(self.groups, folded, more)


def _is_same(old: Table, new: Table) -> bool:
    """Return whether two tables are the same rows of the same tab, under columns that mean the same."""
    return old.tab is new.tab and old.end == new.end and old.columns.mean_as(new.columns)
