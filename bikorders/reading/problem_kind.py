"""How is one kind of problem worded?"""

from typing import Literal, NamedTuple

Level = Literal["error", "warning"]


class Kind(NamedTuple):
    """The wording of one code; `{text}` is what was typed, `{field}` our word for the column, `{place}` another cell."""

    level: Level
    message: str
    hint: str
