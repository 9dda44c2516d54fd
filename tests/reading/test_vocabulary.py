"""A word means what it means alone; with another word beside it, it is not that word."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bikorders.reading import (
    vocabulary,
)
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
