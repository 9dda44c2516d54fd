"""Links, quantities, product ids, e-mail addresses and names say what their cells say."""

import json
import re
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from bikorders.reading import (
    cells,
)
from bikorders.text import narrow
from tests.reading.strategies import (
    quick,
    raws,
    read,
    texts,
    thorough,
)


@thorough
@given(st.one_of(raws, texts.map("https://".__add__), texts.map("http://a.example/".__add__)))
def test_a_link_is_one_of_the_web_and_nothing_else(raw):
    if link := read(cells.parse_url, raw):
        assert link.casefold().startswith(("http://", "https://"))
        assert urlsplit(link).hostname
        assert not re.search(r"[\s\x00-\x1f\x7f<>\"]", link)
        assert link == cells.text_of(raw)


@quick
@given(
    st.sampled_from(
        ["javascript", "data", "file", "ftp", "vbscript", "mailto", "tel", "intent", "HTTPSX", "xhttps"]
    ),
    st.sampled_from([":", "://", ":/", ":\n//"]),
    texts,
)
def test_other_schemes_are_no_links(scheme, colon, rest):
    assert read(cells.parse_url, f"{scheme}{colon}{rest}") is None


@quick
@given(
    st.integers(1, 9999),
    st.sampled_from(
        [
            "{}",
            "{}.0",
            "{}.00",
            "x{}",
            "x {}",
            "{}x",
            "{} pcs",
            "{}pcs",
            "(Qty: {})",
            "qty {}",
            "{} ширхэг",
            " {} ",
        ]
    ),
)
def test_a_quantity_however_it_is_typed_is_read(count, pattern):
    assert cells.parse_quantity(pattern.format(count)) == count
    assert cells.parse_quantity(float(count)) == count


@thorough
@given(raws)
def test_a_quantity_is_more_than_nothing_and_of_the_cells_digits(raw):
    quantity = read(cells.parse_quantity, raw)
    if quantity is not None:
        assert quantity.is_finite() and quantity > 0
        assert str(quantity).partition(".")[0] in narrow(cells.text_of(raw))


@thorough
@given(raws)
def test_a_product_id_is_a_number_only_where_json_keeps_its_digits(raw):
    product_id = read(cells.parse_product_id, raw)
    if isinstance(product_id, int):
        assert len(str(product_id)) <= cells.EXACT_DIGITS
        assert json.loads(json.dumps(float(product_id))) == product_id


@quick
@given(st.from_regex(r"[0-9]{1,20}", fullmatch=True))
def test_a_product_id_of_digits_keeps_them_all(digits):
    assert str(cells.parse_product_id(digits)) == digits


@quick
@given(raws)
def test_an_email_is_the_cells_own(raw):
    if email := read(cells.parse_email, raw):
        assert email in cells.text_of(raw)
        assert re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email)


@quick
@given(texts)
def test_a_name_keeps_its_words(text):
    first, last = cells.split_name(text)
    assert sorted(f"{first} {last}".split()) == sorted(text.split()) or "," in text
