"""Location quotient, effective number, balance, planting by order; paths and forecasts: hand arithmetic, identities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.industries import (
    balance_index,
    effective_number,
    is_equal_split,
    is_identical_crop,
    location_quotient,
)
from indicators.targets import forecast, path


@pytest.mark.programme("S54")
def test_a_quotient_is_a_share_here_over_a_share_everywhere() -> None:
    """Half of A's output is herbs, an eighth of B's; of all output 50 of 200 are: 0.25."""
    quotients = location_quotient([[30, 30], [20, 120]], [50, 150])
    assert quotients == pytest.approx(np.array([[0.5 / 0.25, 0.5 / 0.75], [20 / 140 / 0.25, 120 / 140 / 0.75]]))
    assert np.isnan(location_quotient([[0, 0]], [50, 150])).all()
    with pytest.raises(ValueError, match="none negative"):
        location_quotient([[1, -1]], [1, 1])


@given(st.lists(st.lists(st.integers(1, 10**6), min_size=3, max_size=3), min_size=1, max_size=6))
def test_quotients_weighted_by_area_average_to_one(table: list[list[int]]) -> None:
    values = np.array(table, float)
    areas = values.sum(axis=1) / values.sum()
    assert areas @ location_quotient(values, values.sum(axis=0)) == pytest.approx(np.ones(3))


def test_the_effective_number_of_equals_is_their_number() -> None:
    assert effective_number([5, 5, 5, 5]) == pytest.approx(4)
    assert effective_number([8, 1, 1]) == pytest.approx(100 / 66), "one that has four fifths"
    assert effective_number([]) == effective_number([0, 0]) == 0


def test_three_effective_contributors_keep_the_largest_below_58_percent() -> None:
    """The most that one can have with 1/Σs² = 3 and any number of others: s² < 1/3."""
    assert effective_number([0.58, *[0.42 / 10_000] * 10_000]) < 3 < effective_number([0.57, *[0.43 / 10_000] * 10_000])


@pytest.mark.programme("S04")
def test_balance_is_one_where_all_parts_reach_as_far() -> None:
    assert balance_index([0.4, 0.4, 0.4]) == pytest.approx(1)
    assert balance_index([0.9, 0.3, 0.0]) == 0
    assert balance_index([0.2, 0.4, 0.8]) == pytest.approx(0.4 / (1.4 / 3))
    assert balance_index([0, 0, 0]) == 0


@pytest.mark.programme("S55")
def test_villages_that_are_all_alike_did_not_choose() -> None:
    assert is_equal_split([200, 200, 0, 200, 200, 200])
    assert not is_equal_split([200, 200, 200, 200]), "four villages may be alike by chance"
    assert not is_equal_split([200, 200, 200, 200, 200.1])
    assert is_identical_crop([[0, 5], [0, 9], [0, 1], [0, 2], [0, 3], [0, 0]])
    assert not is_identical_crop([[0, 5], [0, 9], [0, 1], [0, 2], [3, 0]]), "one plants another"
    assert not is_identical_crop([[1, 5], [0, 9], [0, 1], [0, 2], [0, 3]]), "one plants two"


@pytest.mark.programme("S15")
def test_the_path_to_more_than_thirty_percent() -> None:
    """From 0.20 in 2021, five years: 0.02 a year; 0.23 in 2022 is ahead, 0.23 in 2023 behind (0.24)."""
    ahead = path({2021: 0.20, 2022: 0.23}, 0.30, "above", 2021, 2026)
    assert ahead.on_track is True
    assert ahead.required_a_year == pytest.approx(0.07 / 4)
    assert ahead.attainment == pytest.approx(0.23 / 0.30)
    assert path({2021: 0.20, 2023: 0.23}, 0.30, "above", 2021, 2026).on_track is False
    assert path({2021: 0.20}, 0.30, "above", 2021, 2026).on_track is None
    assert path({2022: 0.23}, 0.30, "above", 2021, 2026).on_track is None


@pytest.mark.programme("S14", "S15")
def test_above_is_strict() -> None:
    there = {2021: 0.20, 2026: 0.30}
    assert not path(there, 0.30, "above", 2021, 2026).is_reached
    assert path(there, 0.30, "at_least", 2021, 2026).is_reached
    assert path(there, 0.30, "above", 2021, 2026).on_track is False
    assert path(there, 0.30, "above", 2021, 2026).required_a_year is None, "no year is left"
    assert path({2021: 0.31}, 0.30, "above", 2021, 2026).required_a_year is None
    with pytest.raises(ValueError, match="due after the base year"):
        path(there, 0.30, "above", 2026, 2026)


@pytest.mark.programme("S15")
def test_the_forecast_of_the_method_page() -> None:
    """Levels 1, 3, 4: ŷ(5) = 43/6, half-width 12.7062 · √(35/36)."""
    found = forecast({1: 1.0, 2: 3.0, 3: 4.0}, 5)
    assert found is not None
    assert (found.value, found.df) == (pytest.approx(43 / 6), 1)
    assert found.high - found.value == pytest.approx(12.7062047 * np.sqrt(35 / 36), rel=1e-7)
    assert found.value - found.low == pytest.approx(found.high - found.value)
    assert forecast({1: 1.0, 2: 3.0}, 5) is None


@given(st.floats(-1, 1), st.floats(0.01, 1), st.integers(3, 8), st.integers(1, 10))
def test_a_straight_line_is_forecast_exactly(slope: float, start: float, years: int, ahead: int) -> None:
    found = forecast({year: start + slope * year for year in range(years)}, years + ahead)
    assert found is not None
    assert found.value == pytest.approx(start + slope * (years + ahead), abs=1e-9)
    assert found.high - found.low == pytest.approx(0, abs=1e-6)
