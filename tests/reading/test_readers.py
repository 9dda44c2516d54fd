"""What no reader of a cell may do, whatever the cell holds: break, or take a shortened number for a whole one."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bikorders.orders import tracking
from bikorders.reading import (
    cells,
    currencies,
    dates,
    money,
    order_ids,
    packed_items,
    phones,
    vocabulary,
)
from tests.reading.strategies import quick, raws, read, texts

READERS = {
    "text": cells.parse_text,
    "quantity": cells.parse_quantity,
    "product id": cells.parse_product_id,
    "e-mail": cells.parse_email,
    "link": cells.parse_url,
    "date": dates.is_date,
    "placeholder": cells.is_placeholder,
    "currency": currencies.parse_currency,
    "amount": money.parse_money,
    "amount, comma": lambda raw: money.parse_money(raw, "EUR", ","),
    "amount, point": lambda raw: money.parse_money(raw, "USD", "."),
    "discount": money.parse_discount,
    "convention": lambda raw: money.find_convention([raw, "1.234"]),
    "id": lambda raw: order_ids.fold_order_id(order_ids.clean_id(raw)),
    "phone": lambda raw: phones.parse_phones(raw, "IN"),
    "phone of nowhere": lambda raw: phones.parse_phones(raw, ""),
}


TEXT_READERS = {
    "damaged": cells.is_damaged,
    "name": cells.split_name,
    "sign": lambda text: currencies.find_currency(text, "INR"),
    "header": lambda text: currencies.find_header_currency(text, "INR"),
    "status": vocabulary.find_status,
    "formula's error": cells.is_formula_error,
    "payment": vocabulary.find_payment_status,
    "payment reference": vocabulary.is_reference,
    "payment method": lambda text: vocabulary.find_implied_payment(text, has_reference=True),
    "fulfilment": vocabulary.find_fulfillment,
    "implied fulfilment": vocabulary.find_implied_fulfillment,
    "tick": vocabulary.is_tick,
    "country": vocabulary.find_country,
    "items": packed_items.split_items,
    "lists": lambda text: packed_items.split_lists(text, text),
    "link from a number": lambda text: tracking.build_tracking_url("Delhivery", text, {}),
    "link from a courier": lambda text: tracking.build_tracking_url(text, "190400000001", {}),
    "link of one's own": lambda text: tracking.build_tracking_url("A", "190400000001", {"a": text}),
}


@pytest.mark.parametrize("name", READERS)
@quick
@given(raws)
@example(math.nan)
@example(math.inf)
@example(-0.0)
@example(True)
def test_any_cell_is_read_or_refused(name, raw):
    read(READERS[name], raw)


@pytest.mark.parametrize("name", TEXT_READERS)
@quick
@given(texts)
def test_any_text_is_read_or_refused(name, text):
    read(TEXT_READERS[name], text)


@quick
@given(st.integers(6 * 10**9, 10**10 - 1), st.sampled_from(["{:.4E}", "{:.0E}", "{:.5e}"]))
def test_a_shortened_number_is_refused_everywhere(number, short):
    text = short.format(number)
    for reader in (lambda t: phones.parse_phones(t, "IN"), cells.parse_product_id, money.parse_money):
        assert read(reader, text) is None
    assert read(tracking.build_tracking_url, "Delhivery", text, {}) is None
    assert read(cells.parse_quantity, text) is None
