"""Ids with a remark beside them: `1001 (urgent)` is the order 1001 if no other row has that number."""

import re
from collections import Counter

from bikorders.reading.order_ids import fold_order_id
from bikorders.reading.remarks import Remark, find_remark, is_aside_of_number
from bikorders.reading.rows import Groups, RowGroup, add_groups
from bikorders.reading.vocabulary import find_status
from bikorders.text import fold_text


def find_bare_ids(groups: Groups) -> dict[str, str]:
    """Return the ids without their remarks, by the folded id with it.

    Of two rows with the same number, or where a remark may make another order of it, none is taken for it.
    """
    found = {}
    for folded, same in groups.items():
        if " " not in folded and "(" not in folded:
            continue
        remark = find_remark(same[0].id)
        if remark and any(map(str.isdigit, remark.head)) and _is_aside(remark):
            found[folded] = remark.head
    counts = Counter(map(fold_order_id, found.values()))
    return {
        folded: bare
        for folded, bare in found.items()
        if counts[fold_order_id(bare)] == 1 and fold_order_id(bare) not in groups
    }


_ANOTHER = re.compile(
    r"\b(?:exchange|replace|replacement|return|returned|resend|reship|reorder|repeat|copy|new|again)\b"
)


def _is_aside(remark: Remark) -> bool:
    """Return whether a remark leaves a number that of the same order."""
    if remark.mark == ":":
        return True
    text = fold_text(remark.text)
    return is_aside_of_number(remark) and not _ANOTHER.search(text) and find_status(text) is None


def rename(groups: Groups, bare_ids: dict[str, str]) -> None:
    """Put the groups of ids with remarks under the bare ids."""
    for folded, bare in bare_ids.items():
        if renamed := groups.pop(folded, ()):
            bare_groups = [RowGroup(bare, group.rows, group.doubtful) for group in renamed]
            add_groups(groups, fold_order_id(bare), bare_groups)
