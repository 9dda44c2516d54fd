"""One order as the sheet tells it."""

import msgspec

from bikorders.orders.totals import TotalFit
from bikorders.orders.tracking import TRACKING_URL, Link
from bikorders.reading.cells import Unreadable, parse_url
from bikorders.reading.fields import ORDER_ID, Values
from bikorders.reading.problems import Problem


class Order(msgspec.Struct, frozen=True, gc=False):
    """An order's values and its items' by contract path, and what could not be read.

    `link` is where a label stands that may have the tracking link behind it, `fit` how its total comes about. It is in no
    circle, and many are kept: the garbage collector, which would stop all answers, is not to walk over them.
    """

    values: Values
    items: tuple[Values, ...]
    problems: tuple[Problem, ...]
    link: Link | None = None
    fit: TotalFit | None = None

    @property
    def id(self) -> str:
        return str(self.values[ORDER_ID])

    def with_link(self, url: str) -> "Order":
        """Return the order with the link that was found behind its label."""
        try:
            link = parse_url(url)
        except Unreadable:
            return self
        solved = ("link", "tracking-courier", "courier-missing", "courier-column", "tracking-number")
        problems = tuple(problem for problem in self.problems if problem.code not in solved)
        return msgspec.structs.replace(
            self, values=self.values | {TRACKING_URL: link}, problems=problems, link=None
        )
