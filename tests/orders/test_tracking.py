"""A link made of a courier and a number is one of the web and holds the number."""

import re
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from bikorders.orders import tracking
from tests.reading.strategies import (
    read,
    texts,
    thorough,
)

NUMBERS = st.one_of(
    texts, st.from_regex(r"[A-Z]{0,2}[0-9]{4,14}(-[0-9]{1,3}| [0-9]{4})?[A-Z]{0,2}", fullmatch=True)
)


@thorough
@given(
    st.one_of(texts, st.sampled_from(["Delhivery", "BlueDart", "Royal Mail", "Own", "Bad", "DTDC"])), NUMBERS
)
def test_a_built_link_is_one_of_the_web_and_holds_the_number(courier, number):
    own = {"own": "https://own.example/{number}/x", "bad": "javascript:alert({number})"}
    if link := read(tracking.build_tracking_url, courier, number, own):
        known = {urlsplit(template).hostname for template in [*tracking.COURIERS.values(), own["own"]]}
        assert link.startswith("https://") and urlsplit(link).hostname in known
        typed = re.sub(r"\s", "", number).removeprefix("'")
        assert (typed in link) or (typed.endswith(".0") and typed.removesuffix(".0") in link)
