"""The trend of a series with seasons: its slope, whether it is a line, whether the line is one and the same throughout.

Slopes of series without seasons and with sampling errors are `change.trend`. Method: docs/methods/income-change.md.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr, stdtr

from indicators.arrays import ArrayInput, FloatArray, as_floats
from indicators.estimate import Estimate


@dataclass(frozen=True)
class SeasonalTrend:
    """slope: per year, in the unit of the values. curvature: coefficient of the squared years.

    linearity_p: p-value of curvature = 0. break_statistic, break_p: CUSUM test of one line throughout.
    NaN, with the reason in the estimate, where there are too few periods.
    """

    slope: Estimate
    curvature: Estimate
    linearity_p: float
    break_statistic: float
    break_p: float


def seasonal_trend(years: ArrayInput, season: ArrayInput, value: ArrayInput) -> SeasonalTrend:
    """Least squares of `value` on a level per season and the years, each (n,); ascending years, one value each.

    Periods whose value is missing are left out and counted. Raises ValueError for years that do not ascend.
    """
    x, y = as_floats(years, "years"), as_floats(value, "value", None)
    seasons = np.asarray(season)
    if not len(x) == len(y) == len(seasons):
        raise ValueError(f"{len(x)} years, {len(seasons)} seasons and {len(y)} values; give one of each per period")
    if (np.diff(x) <= 0).any():
        raise ValueError("years must ascend; sort the periods and give each once")
    known = np.isfinite(y)
    x, y, seasons = x[known], y[known], seasons[known]
    left_out = int(len(known) - known.sum())
    levels = (seasons[:, None] == np.unique(seasons)).astype(np.float64)
    centred = x - x.mean() if len(x) else x
    line = np.column_stack([levels, centred])
    slope = _last(line, y, left_out)
    curvature = _last(np.column_stack([line, centred**2]), y, left_out)
    statistic, p = _cusum(line, y)
    return SeasonalTrend(slope, curvature, _two_sided(curvature), statistic, p)


def _last(design: FloatArray, y: FloatArray, left_out: int) -> Estimate:
    """The coefficient of the last column, with the error of the residuals."""
    df = len(y) - design.shape[1]
    if df < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        reason = "too few periods for seasons and a trend"
        return Estimate(np.nan, np.nan, max(df, 0), n_excluded=left_out, reason=reason)
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ y
    residual = y - design @ coefficients
    variance = float(residual @ residual) / df * inverse[-1, -1]
    variant = "error=residual; seasonal levels"
    return Estimate(float(coefficients[-1]), float(np.sqrt(variance)), df, n_excluded=left_out, variant=variant)


def _two_sided(estimate: Estimate) -> float:
    """p-value of a coefficient of zero, by Student's t."""
    if not np.isfinite(estimate.value):
        return np.nan
    if estimate.se == 0:
        return float(estimate.value == 0)
    return float(2 * stdtr(estimate.df, -abs(estimate.value / estimate.se)))


def recursive_residuals(design: FloatArray, y: FloatArray) -> FloatArray:
    """Standardised errors of predicting each value by those before, from the first that is determined: (n - first,)."""
    return _prediction(design.tobytes(), design.shape) @ y


@lru_cache(maxsize=64)
def _prediction(content: bytes, shape: tuple[int, int]) -> FloatArray:
    """The matrix (n - first, n) that makes recursive residuals of values; many series are of the same periods."""
    design = np.frombuffer(content).reshape(shape)
    length, width = shape
    first = next((n for n in range(width, length) if np.linalg.matrix_rank(design[:n]) == width), length)
    made = np.zeros((length - first, length))
    for row in range(first, length):
        before, now = design[:row], design[row]
        inverse = np.linalg.inv(before.T @ before)
        made[row - first, :row] = -(now @ inverse @ before.T)
        made[row - first, row] = 1
        made[row - first] /= np.sqrt(1 + now @ inverse @ now)
    return made


def _cusum(design: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Statistic and p-value of the CUSUM test."""
    w = recursive_residuals(design, y)
    if len(w) < 3:
        return np.nan, np.nan
    spread = float(np.std(w, ddof=1))
    if spread <= 1e-12 * max(float(np.abs(y).max()), 1e-300):
        return 0.0, 1.0  # predicted without error
    walk = np.cumsum(w) / (spread * np.sqrt(len(w)))
    statistic = float(np.max(np.abs(walk) / (1 + 2 * np.arange(1, len(w) + 1) / len(w))))
    return statistic, cusum_p(statistic)


def cusum_p(statistic: float) -> float:
    """Asymptotic p-value of the statistic max |W(t)|/(1 + 2t)."""
    x = statistic
    if x < 0.3:
        return 1 - 0.1464 * x
    tail = ndtr(-3 * x) + np.exp(-4 * x**2) * (ndtr(x) + ndtr(5 * x) - 1) - np.exp(-16 * x**2) * ndtr(-x)
    return float(2 * tail)
