"""Items packed into one cell keep their names and quantities, or stay packed."""

from hypothesis import example, given
from hypothesis import strategies as st

from bikorders.reading import (
    packed_items,
)
from tests.reading.strategies import quick, texts, thorough

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
