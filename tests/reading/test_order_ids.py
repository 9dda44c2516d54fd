"""An order id is the same however its cell holds it."""

from hypothesis import assume, given
from hypothesis import strategies as st

from bikorders.reading import (
    order_ids,
)
from tests.reading.strategies import quick, raws


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
