"""What no cell may ever do: break a reader, gain a value that it does not hold, or lose a sign or a digit."""

import json
import math
import re
from decimal import Decimal
from urllib.parse import urlsplit

import phonenumbers
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
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
    "status spelling": vocabulary.spell_status,
    "payment": vocabulary.find_payment_status,
    "payment spelling": vocabulary.spell_payment_status,
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


def read(reader, *args):
    """Give what a reader reads, None if it refuses with a code that has its wording."""
    try:
        return reader(*args)
    except Unreadable as refusal:
        assert refusal.code in KINDS
        return None


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


def assert_exact(amount: Decimal) -> None:
    """Check that an amount is a number and passes through a JSON number unchanged."""
    assert amount.is_finite()
    sent = json.dumps(float(amount))
    assert Decimal(sent) == amount
    assert len(re.sub(r"e.*|\D", "", sent).strip("0")) <= cells.EXACT_DIGITS


@thorough
@given(raws, st.sampled_from(CURRENCIES), st.sampled_from([None, ".", ","]))
@example(0.1 + 0.2, "INR", None)
@example(100 / 3, "INR", None)
@example(1e-7, "INR", None)
@example("0.1234567890123456", "INR", None)
def test_an_amount_is_exact_and_names_a_currency_or_none(raw, local, convention):
    if reading := read(money.parse_money, raw, local, convention):
        assert_exact(reading.amount)
        assert reading.currency in currencies.CURRENCIES | {""}
        if isinstance(raw, str):
            assert reading.amount == 0 or any(digit in raw for digit in "123456789")


@thorough
@given(st.floats(-(10**9), 10**9))
def test_a_spreadsheets_number_keeps_its_value_to_the_cent(number):
    amount = money.read_number(number)
    assert_exact(amount)
    assert abs(amount - Decimal(number)) <= Decimal("0.00501")


@thorough
@given(st.integers(-(10**11), 10**11))
def test_a_number_with_cents_keeps_them(cents):
    assert money.read_number(cents / 100) == Decimal(cents) / 100


@quick
@given(raws)
def test_a_share_is_between_nothing_and_all(raw):
    reading = read(money.parse_discount, raw)
    if isinstance(reading, money.Share):
        assert 0 <= reading.fraction <= 1
        assert_exact(reading.fraction)


def group(digits: str, separator: str, size: int = 3) -> str:
    """Part a whole number's digits from the right: three, and then `size` at a time."""
    head, tail = digits[:-3], digits[-3:]
    parts = [tail]
    while head:
        parts.insert(0, head[-size:])
        head = head[:-size]
    return separator.join(parts)


WRITTEN = {
    "plain": (lambda whole: whole, "."),
    "western": (lambda whole: group(whole, ","), "."),
    "indian": (lambda whole: group(whole, ",", 2), "."),
    "european": (lambda whole: group(whole, "."), ","),
    "plain comma": (lambda whole: whole, ","),
    "blanks": (lambda whole: group(whole, " "), ","),
    "no-break": (lambda whole: group(whole, "\u00a0"), ","),
    "swiss": (lambda whole: group(whole, "'"), "."),
}
MARKS = {
    "": ("", ""), "₹": ("INR", "INR"), "₹ ": ("INR", "INR"), "Rs.": ("INR", "INR"), "Rs. ": ("INR", "INR"),
    "Rs ": ("INR", "INR"), "INR ": ("INR", "INR"), "INR": ("INR", "INR"), "$": ("USD", "USD"), "US$": ("USD", "USD"),
    "€": ("EUR", "EUR"), "EUR ": ("EUR", "EUR"), "£": ("GBP", "GBP"), "?": ("", ""), "? ": ("", ""), "â‚¹": ("INR", "INR"),
}  # fmt: skip
"""What stands before an amount, and the currency that it names in an Indian and in an American shop."""
AFTER = {"": "", " €": "EUR", "€": "EUR", " INR": "INR", "/-": "", " лв.": "BGN", " Kč": "CZK", " USD": "USD"}
MINUS = ["{0}{1}{2}", "-{0}{1}{2}", "- {0}{1}{2}", "{0}-{1}{2}", "({0}{1}{2})", "−{0}{1}{2}"]


@settings(thorough, max_examples=400)
@given(
    whole=st.integers(0, 10**9),
    cents=st.sampled_from(["", "0", "00", "5", "50", "05", "99"]),
    style=st.sampled_from(sorted(WRITTEN)),
    before=st.sampled_from(sorted(MARKS)),
    after=st.sampled_from(sorted(AFTER)),
    minus=st.sampled_from(MINUS),
    local=st.sampled_from(["INR", "USD"]),
    knows_column=st.booleans(),
)
@example(1234, "", "european", "", "", MINUS[0], "INR", False)
@example(1234, "", "western", "€", "", MINUS[0], "INR", False)
@example(866, "", "plain", "Rs.", "", MINUS[0], "INR", False)
@example(100000, "00", "indian", "₹", "/-", MINUS[4], "INR", False)
def test_an_amount_however_it_is_typed_is_read_right_or_refused(
    whole, cents, style, before, after, minus, local, knows_column
):
    write, point = WRITTEN[style]
    number = write(str(whole)) + (point + cents if cents else "")
    text = minus.format(before, number, after)
    reading = read(money.parse_money, text, local, point if knows_column else None)
    if reading is None:
        return
    meant = Decimal(f"{whole}.{cents or 0}") * (1 if minus == MINUS[0] else -1)
    named = {MARKS[before][local == "USD"], AFTER[after]} - {""}
    assert reading.amount == meant
    assert {reading.currency} == (named or {""})


@pytest.mark.parametrize(
    ("style", "text"),
    [("indian", "₹12,34,567.50"), ("western", "$1,234,567.50"), ("european", "€1.234.567,50"),
     ("plain", "Rs.1234567.50"), ("blanks", "1 234 567,50 лв.")],
)  # fmt: skip
def test_the_usual_ways_are_not_refused(style, text):
    assert money.parse_money(text).amount == Decimal("1234567.50")


@quick
@given(
    st.integers(1, 99999),
    st.integers(1, 99999),
    st.sampled_from([" / ", "/", "-", " - ", "+", " x ", "*", " or ", ";", "\n\n=", " to "]),
)
def test_two_amounts_are_none(one, two, between):
    assert read(money.parse_money, f"{one}{between}{two}") is None


@quick
@given(
    st.integers(1, 10**7),
    st.sampled_from([" Cr", " L", "k", "K", " lakh", " crore", "M", " SHIPPED", " each", "x", "%"]),
)
def test_an_amount_with_a_word_is_none(number, word):
    assert read(money.parse_money, f"{number}{word}") is None
    assert read(money.parse_money, f"₹{number}{word}") is None


@quick
@given(
    st.lists(st.integers(0, 10**6).map(lambda n: f"{n}"), max_size=5), st.sampled_from(["12.50", "1,234.50"])
)
def test_whole_numbers_do_not_change_what_a_column_shows(plain, telling):
    assert money.find_convention([*plain, telling, *plain]) == "."
    assert money.find_convention([*plain, telling, "12,50"]) is None


@thorough
@given(raws, st.sampled_from(COUNTRIES))
def test_phone_numbers_are_international_and_of_the_cells_digits(raw, country):
    assume(not isinstance(raw, float) or raw.is_integer())
    assume(sum(letter.isdecimal() for letter in cells.text_of(raw)) <= 12)
    for phone in read(phones.parse_phones, raw, country) or []:
        assert re.fullmatch(r"\+[1-9]\d{6,14}", phone, re.ASCII)
        assert phone[-5:] in "".join(str(int(letter)) for letter in cells.text_of(raw) if letter.isdecimal())


@thorough
@given(
    st.integers(6 * 10**9, 10**10 - 1).map(str),
    st.sampled_from(["", "0", "91", "+91", "+91 ", "+91-", "0091 ", "(+91) ", "91 ", "'", "+91 (0) "]),
    st.sampled_from(["{0}{1}", "{0} {1}", "{0}-{1}", "{0}.{1}", "{0}\u00a0{1}"]),
)
def test_an_indian_number_however_it_is_typed_is_read_right_or_refused(digits, prefix, pattern):
    numbers = read(phones.parse_phones, prefix + pattern.format(digits[:5], digits[5:]), "IN")
    assert numbers in (None, [f"+91{digits}"])
    if numbers:
        for number in (int(digits), float(f"91{digits}"), f"91{digits}.0"):
            assert phones.parse_phones(number, "IN") == numbers


@thorough
@given(st.integers(6 * 10**9, 10**10 - 1))
def test_an_indian_mobile_number_is_read_if_there_may_be_such_a_number(number):
    is_valid = phonenumbers.is_valid_number(phonenumbers.PhoneNumber(91, number))
    assert read(phones.parse_phones, str(number), "IN") == ([f"+91{number}"] if is_valid else None)


@quick
@given(st.integers(6 * 10**9, 10**10 - 1), st.sampled_from(["{:.4E}", "{:.0E}", "{:.5e}"]))
def test_a_shortened_number_is_refused_everywhere(number, short):
    text = short.format(number)
    for reader in (lambda t: phones.parse_phones(t, "IN"), cells.parse_product_id, money.parse_money):
        assert read(reader, text) is None
    assert read(tracking.build_tracking_url, "Delhivery", text, {}) is None
    assert read(cells.parse_quantity, text) is None


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


def list_words(names: dict[str, str]) -> list[tuple[str, str]]:
    return [(word, name) for name, known in names.items() for word in known.split(", ")]


NEGATIONS = [
    "un",
    "un-",
    "not ",
    "Not-",
    "non-",
    "non ",
    "never ",
    "no ",
    "pre",
    "nearly ",
    "half ",
    "to be ",
    "mis",
]
LATER = ["not", "soon", "tomorrow", "failed", "later", "by mistake", "no", "awaited", "if paid"]


@pytest.mark.parametrize(
    ("find", "names"),
    [(vocabulary.find_status, vocabulary.STATUSES), (vocabulary.find_payment_status, vocabulary.PAYMENT_STATUSES),
     (vocabulary.find_fulfillment, vocabulary.FULFILLMENTS)],
    ids=["status", "payment", "fulfilment"],
)  # fmt: skip
def test_a_word_with_another_before_or_behind_it_is_never_that_word(find, names):
    known = list_words(names)
    listed = {word for word, _ in known}
    for word, name in known:
        assert find(word) == find(word.upper()) == find(f" {word.title()}. ") == name
        texts = [negation + word for negation in NEGATIONS] + [f"{word} {later}" for later in LATER]
        for text in texts:
            if vocabulary.fold_words(text) not in listed:
                assert find(text) != name, text
    for word, name in known:
        for negation in ("un", "not "):
            assert find(negation + word) != name, negation + word


@thorough
@given(
    st.sampled_from(list_words(vocabulary.STATUSES)),
    st.text("abcdefuzxy ", max_size=4),
    st.text("abcdes ", max_size=4),
)
def test_letters_around_a_status_do_not_leave_it_standing(known, before, after):
    text = f"{before}{known[0]}{after}"
    found = vocabulary.find_status(text)
    if found is not None:
        assert vocabulary.fold_words(text) in vocabulary.STATUSES[found].split(", ")


@quick
@given(texts)
def test_states_are_of_the_vocabulary_only(text):
    assert vocabulary.find_status(text) in {*vocabulary.STATUSES, None}
    assert vocabulary.find_payment_status(text) in {*vocabulary.PAYMENT_STATUSES, None}
    assert vocabulary.find_fulfillment(text) in {"unfulfilled", "partial", "fulfilled", None}
    assert re.fullmatch(r"[^\W_]*(_[^\W_]+)*", vocabulary.spell_status(text))


COUNTS = [
    "{n} x {q}",
    "{n} X{q}",
    "{n} × {q}",
    "{n} (Qty: {q})",
    "{n} - Qty {q}",
    "{n} {q}x",
    "{q} x {n}",
    "{q}x {n}",
]
item_names = st.lists(
    st.sampled_from(["Rose", "Water", "Soap", "(large)", "T-shirt", "Gift", "Sunset", "& Co", "Café", "Relax", "M/Red"]),
    min_size=1,
    max_size=4,
).map(" ".join)  # fmt: skip
packed = st.lists(st.tuples(item_names, st.integers(1, 9999)), min_size=1, max_size=4)


@thorough
@given(
    packed,
    st.sampled_from([", ", ",", "; ", "\n", "\r\n", "\n\n", " | "]),
    st.lists(st.sampled_from(COUNTS), min_size=4, max_size=4),
)
@example([("Soap", 2), ("Cream", 1)], ", ", [COUNTS[0]] * 4)
def test_packed_items_keep_their_quantities_or_stay_packed(items, between, forms):
    text = between.join(
        form.format(n=name, q=count) for form, (name, count) in zip(forms, items, strict=False)
    )
    split = packed_items.split_items(text)
    if split is not None:
        assert [(line.name, line.quantity) for line in split] == items


@quick
@given(packed, st.sampled_from(COUNTS))
def test_items_of_one_form_on_lines_of_their_own_are_split(items, form):
    text = "\n".join(form.format(n=name, q=count) for name, count in items)
    assert [(line.name, line.quantity) for line in packed_items.split_items(text) or []] == items


@thorough
@given(texts)
def test_no_quantity_of_an_item_comes_from_nowhere(text):
    for line in packed_items.split_items(text) or []:
        assert line.quantity is not None
        assert line.quantity > 0 and line.quantity == int(line.quantity)
        assert str(line.quantity) in text
        assert line.name in text or text.startswith(("[", "{"))


@quick
@given(st.lists(st.tuples(item_names, st.integers(0, 99)), max_size=5), st.integers(-1, 1))
def test_lists_side_by_side_pair_up_or_not_at_all(items, more):
    names = "\n".join(name for name, _ in items)
    counts = [str(count) for _, count in items]
    quantities = "\n".join([*counts, "1"] if more > 0 else counts[: len(counts) + more])
    split = packed_items.split_lists(names, quantities)
    if split is not None:
        assert more == 0
        assert [(line.name, line.quantity) for line in split] == items


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
        assert str(quantity).partition(".")[0] in cells.text_of(raw)


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
@given(st.integers(1, 10**15 - 1))
def test_an_order_id_is_the_same_however_the_cell_holds_it(number):
    spellings = [number, float(number), f"{number}", f"{number}.0", f"'{number}", f"#{number}", f" {number} "]
    assert {order_ids.fold_order_id(order_ids.clean_id(raw)) for raw in spellings} == {str(number)}
    assert order_ids.fold_order_id(order_ids.clean_id(f"0{number}")) != str(number)


@quick
@given(raws)
def test_folding_an_order_id_again_changes_nothing(raw):
    folded = order_ids.fold_order_id(order_ids.clean_id(raw))
    assume(not folded.startswith("#"))
    assert order_ids.fold_order_id(folded) == folded


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
