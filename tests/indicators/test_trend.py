"""The seasonal trend against hand arithmetic, the definition of recursive residuals, and printed critical values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.trend import cusum_p, recursive_residuals, seasonal_trend

MONTHS = np.arange(36)


def test_a_line_with_seasons_is_found_exactly() -> None:
    """Share 0.40 less 0.03 a year, 0.02 more in every harvest month."""
    share = 0.40 - 0.03 * MONTHS / 12 + np.where(MONTHS % 12 == 8, 0.02, 0.0)
    found = seasonal_trend(2021 + MONTHS / 12, MONTHS % 12, share)
    assert found.slope.value == pytest.approx(-0.03, abs=1e-12)
    assert found.slope.df == 36 - 12 - 1
    assert found.slope.se < 1e-12
    assert found.curvature.value == pytest.approx(0, abs=1e-10)
    assert found.break_p == 1


def test_slope_and_error_by_hand() -> None:
    """No seasons: y = 1, 2, 4 at years 0, 1, 2. b = 3/2; residuals 1/6, -1/3, 1/6; se = sqrt(1/6 / 1 / 2)."""
    found = seasonal_trend([0, 1, 2], [0, 0, 0], [1, 2, 4])
    assert found.slope.value == pytest.approx(1.5)
    assert found.slope.se == pytest.approx(np.sqrt(1 / 12))
    assert found.slope.df == 1
    assert np.isnan(found.curvature.value)


def test_two_seasons_by_hand() -> None:
    """Seasons a b a b, years 0 to 3, y = 0, 5, 2, 9: within seasons 0→2 and 5→9 over two years: b = (1 + 2)/2."""
    found = seasonal_trend([0, 1, 2, 3], [0, 1, 0, 1], [0, 5, 2, 9])
    assert found.slope.value == pytest.approx(1.5)
    # residuals within each season: (0 - 1) + 1.5 = 0.5, ..., sum of squares 4 * 0.25; information 4; df 1
    assert found.slope.se == pytest.approx(np.sqrt(1 / 1 / 4))


def test_a_parabola_is_no_line() -> None:
    years = np.arange(12.0)
    noise = np.resize([0.1, -0.1], 12)
    bent = seasonal_trend(years, np.zeros(12), years**2 + noise)
    straight = seasonal_trend(years, np.zeros(12), years + noise)
    assert bent.curvature.value == pytest.approx(1, abs=0.01)
    assert bent.linearity_p < 1e-10
    assert straight.linearity_p > 0.5


def test_a_break_is_found_and_a_steady_line_is_not() -> None:
    years, noise = np.arange(40.0), np.resize([0.3, -0.2, 0.1, -0.2], 40)
    steady = seasonal_trend(years, np.zeros(40), years + noise)
    broken = seasonal_trend(years, np.zeros(40), np.where(years < 20, years, 20 + 4 * (years - 20)) + noise)
    assert steady.break_p > 0.2
    assert broken.break_p < 0.01


@pytest.mark.parametrize(("level", "critical"), [(0.10, 0.850), (0.05, 0.948), (0.01, 1.143)])
def test_critical_values_are_those_of_brown_durbin_evans(level: float, critical: float) -> None:
    """Journal of the Royal Statistical Society B 37 (1975), p. 154."""
    assert cusum_p(critical) == pytest.approx(level, rel=0.01)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=5, max_size=15))
def test_recursive_residuals_keep_the_sum_of_squares(values: list[float]) -> None:
    """Brown, Durbin and Evans, lemma 2: their squares add up to the residual sum of squares of all periods."""
    y = np.array(values)
    design = np.column_stack([np.ones(len(y)), np.arange(float(len(y)))])
    residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    w = recursive_residuals(design, y)
    assert len(w) == len(y) - 2
    assert w @ w == pytest.approx(residual @ residual, rel=1e-7, abs=1e-7)


def test_missing_periods_are_left_out_and_counted() -> None:
    share = 0.5 - 0.01 * np.arange(10.0)
    share[3] = np.nan
    found = seasonal_trend(np.arange(10.0), np.zeros(10), share)
    assert found.slope.value == pytest.approx(-0.01)
    assert found.slope.n_excluded == 1


def test_too_few_periods_say_so() -> None:
    found = seasonal_trend([0, 1], [0, 1], [1, 2])
    assert np.isnan(found.slope.value)
    assert found.slope.reason == "too few periods for seasons and a trend"
    assert np.isnan(found.break_p)


def test_years_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(ValueError, match="years must ascend"):
        seasonal_trend([0, 1, 1], [0, 0, 0], [1, 2, 3])
