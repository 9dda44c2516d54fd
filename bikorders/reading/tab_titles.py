"""What does a tab's title say of it?"""

import re
from collections.abc import Iterable

from bikorders.text import fold_heading, fold_text

_ITEMS_WORDS = re.compile(r"\b(items?|line ?items?|order ?lines?|lines)\b")
_ORDERS_WORDS = re.compile(r"\borders?\b")


def is_named_items(title: str) -> bool:
    """Return whether a tab's title says that it holds items."""
    return bool(_ITEMS_WORDS.search(fold_heading(title)))


def is_named_orders(title: str) -> bool:
    """Return whether a tab's title says that it holds orders."""
    return bool(_ORDERS_WORDS.search(fold_heading(title))) and not is_named_items(title)


def match_title(text: str, titles: Iterable[str]) -> list[str]:
    """Return the titles that `text` may mean: the exact one, else those that read the same."""
    titles = list(titles)
    return [t for t in titles if t == text] or [t for t in titles if fold_text(t) == fold_text(text)]
