"""What units add to a change: by hand on a drawn table, and adding up for any numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.macro_editing import ratio_change, total_change

amounts = st.lists(
    st.tuples(*[st.floats(-1e6, 1e6)] * 2, *[st.floats(0.1, 1e4)] * 2), min_size=1, max_size=30
)  # y before, y after, x before, x after


def test_a_total_by_hand() -> None:
    """A household stays, one grows from 40 to 90, one goes, one comes: 60 + 40 + 10 = 110 becomes 60 + 90 + 25."""
    found = total_change([60, 40, 10, 0], [60, 90, 0, 25])
    assert found.contribution.tolist() == [0, 50, -10, 25]
    assert (found.before, found.after, found.change) == (110, 175, 65)


def test_a_mean_by_hand() -> None:
    """Two households of weight 1: (10 + 20)/2 = 15, then (10 + 50)/2 = 30; the second brings all 15."""
    found = ratio_change([10, 20], [1, 1], [10, 50], [1, 1])
    assert found.contribution.tolist() == pytest.approx([0, 15])
    assert (found.before, found.after) == (15, 30)


def test_a_household_that_comes_moves_a_mean_by_its_distance_from_it() -> None:
    """Mean 10 of one; with a second of 30 it is 20. Mean of both means 15, of both sizes 1.5: (30 - 15)/1.5 = 10."""
    found = ratio_change([10, 0], [1, 0], [10, 30], [1, 1])
    assert found.contribution.tolist() == pytest.approx([0, 10])
    assert found.change == 10


@given(amounts)
def test_contributions_to_a_total_add_up(rows: list[tuple[float, float, float, float]]) -> None:
    before, after, *_ = np.array(rows).T
    found = total_change(before, after)
    assert found.contribution.sum() == pytest.approx(found.change, abs=1e-6)


@given(amounts)
def test_contributions_to_a_ratio_add_up(rows: list[tuple[float, float, float, float]]) -> None:
    y0, y1, x0, x1 = np.array(rows).T
    found = ratio_change(y0, x0, y1, x1)
    assert found.contribution.sum() == pytest.approx(y1.sum() / x1.sum() - y0.sum() / x0.sum(), rel=1e-9, abs=1e-4)


@given(amounts, st.floats(0.5, 2))
def test_turning_time_round_turns_the_signs(rows: list[tuple[float, float, float, float]], scale: float) -> None:
    y0, y1, x0, x1 = np.array(rows).T * scale
    forth, back = ratio_change(y0, x0, y1, x1), ratio_change(y1, x1, y0, x0)
    np.testing.assert_allclose(forth.contribution, -back.contribution, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([1, 2], [1, 1], [1], [1]), "before has 2 units, after 1"),
        (([1], [1, 1], [1], [1, 1]), "numerators of 1 units, denominators of 2"),
        (([1], [0], [1], [1]), "denominator is zero"),
        (([np.nan], [1], [1], [1]), "an amount is missing"),
    ],
)
def test_what_cannot_be_compared_is_refused(arguments: tuple[list[float], ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ratio_change(*arguments)
