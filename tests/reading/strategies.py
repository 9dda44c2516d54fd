"""Made-up cells for the tests of all readers: anything that people may type, and numbers."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bikorders.reading.cells import Unreadable
from bikorders.reading.problems import KINDS

quick = settings(
    deadline=None,
    max_examples=45,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


thorough = settings(quick, max_examples=150)


COUNTRIES = ["IN", "GB", "BG", "US", "PK", "DE", ""]


CURRENCIES = ["INR", "USD", "EUR", "JPY", "SEK"]


PIECES = [
    *"0123456789.,-+'#()/%:;|@_ \n", "₹", "Rs.", "INR ", "$", "€", "?", "x ", " x", "E+11", "1e5", "https://",
    "http://", "javascript:", ".com", "www.", "+91", "98765 43210", "1.234", "1,234", "paid", "un", "not ",
    "delivered", "shipped", "pcs", "Soap", "Qty: ", "#REF!", "%!", "NaN", "Infinity", "\u00a0", "\u200b", "½", "²", "٣",
    "14-Mar-24", "2026-07-02", "[", "{", '"', "\\", "ß", "İ",
]  # fmt: skip
"""What typed cells are made of: anything strung together from these looks like one."""


texts = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES), max_size=8).map("".join))


numbers = st.one_of(st.integers(-(10**16), 10**16), st.floats(), st.floats(0, 10**6))


raws = st.one_of(texts, numbers, st.booleans())


def read(reader, *args):
    """Return what a reader reads; None if it refuses with a code that has its wording."""
    try:
        return reader(*args)
    except Unreadable as refusal:
        assert refusal.code in KINDS
        return None
