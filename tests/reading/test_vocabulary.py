"""A word means what it means alone; with another word beside it, it is not that word."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bikorders.reading import (
    vocabulary,
)
from bikorders.reading.payments import METHODS
from tests.reading.strategies import quick, texts, thorough


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
    listed = {word for word, _ in known} | {vocabulary.fold_words(word) for word, _ in known}
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
        words = vocabulary.STATUSES[found].split(", ")
        assert vocabulary.fold_words(text) in {
            other for word in words for other in vocabulary.list_spellings(word)
        }


@quick
@given(texts)
def test_states_are_of_the_vocabulary_only(text):
    assert vocabulary.find_status(text) in {*vocabulary.STATUSES, None}
    assert vocabulary.find_payment_status(text) in {*vocabulary.PAYMENT_STATUSES, None}
    assert vocabulary.find_fulfillment(text) in {"unfulfilled", "partial", "fulfilled", None}


TABLES = [vocabulary.STATUSES, vocabulary.PAYMENT_STATUSES, METHODS, vocabulary.FULFILLMENTS]


@pytest.mark.parametrize("names", TABLES, ids=["status", "payment", "method", "fulfilment"])
def test_a_word_means_one_thing_in_all_its_spellings(names):
    meanings: dict[str, str] = {}
    for word, name in list_words(names):
        for spelling in vocabulary.list_spellings(word):
            assert meanings.setdefault(spelling, name) == name, word


@pytest.mark.parametrize("names", TABLES, ids=["status", "payment", "method", "fulfilment"])
def test_a_word_is_written_in_one_script(names):
    japanese = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}
    for word, _ in list_words(names):
        scripts = {unicodedata.name(char).split()[0] for char in word if char.isalpha()}
        assert word == word.strip() and len(scripts - japanese) + bool(scripts & japanese) == 1, word


@pytest.mark.parametrize(
    "text",
    ["UTR 412345678901", "412345678901", "pay_29QQoUBi66xm2f", "T2404 1234 5678", "Ref: 4123-4567-8901", "४१२३४५६७८९०१", "ABCDE12345"],
)  # fmt: skip
def test_a_reference_has_digits_and_no_words(text: str):
    assert vocabulary.is_reference(text)


@pytest.mark.parametrize(
    "text",
    ["", "awaiting", "will send screenshot", "screenshot sent 12345678", "12/03/2026", "2026-03-12", "500", "₹1,50,000",
     "0000000000", "asha@okicici", "https://example.com/12345678", "Nil", "UTR", "pending 412345678901", "9" * 300],
)  # fmt: skip
def test_a_sentence_a_date_an_amount_or_a_link_is_no_reference(text: str):
    assert not vocabulary.is_reference(text)
