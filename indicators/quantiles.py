"""Weighted quantiles and the shares of income between them (Lorenz curve).

Quantiles have no error here; Lorenz ordinates and quantile shares have linearised ones.
"""

import numpy as np

from indicators.arrays import ArrayInput, BoolArray, FloatArray
from indicators.design import SurveyDesign
from indicators.estimate import Estimate
from indicators.influence import checked_income
from indicators.survey import estimate_from_influence

NO_MEAN = "mean income is not positive"
ROUNDING = 1e-12  # cumulated weights reach p Σw only up to rounding


def quantile(income: ArrayInput, design: SurveyDesign, p: float | FloatArray, domain: ArrayInput = None) -> FloatArray:
    """Smallest income at which the cumulated weight reaches p of the total (R survey, rule "math").

    p in 0-1, scalar or (k,); returns the same shape, NaN in an empty domain.
    """
    y, mask = checked_income(income, design, domain)
    used = mask & (design.weight > 0)
    levels = _levels(p)
    if not used.any():
        return np.full(levels.shape, np.nan)
    order = np.argsort(y[used], kind="stable")
    reached = np.cumsum(design.weight[used][order])
    position = np.searchsorted(reached, levels * reached[-1] * (1 - ROUNDING))
    return np.asarray(y[used][order][np.minimum(position, len(order) - 1)])


def lorenz(income: ArrayInput, design: SurveyDesign, p: float | FloatArray, domain: ArrayInput = None) -> Estimate:
    """Share of income of the poorest p; p in 0-1, scalar or (k,).

    The record at p counts for its part below p. Error: influence (y - q_p) 1(y ≤ q_p) + p q_p - L(p) y over
    Σ w y (Langel and Tillé 2011). NaN unless the mean is positive.
    """
    y, mask = checked_income(income, design, domain)
    value, influence = _lorenz(y, design.weight, mask & (design.weight > 0), np.atleast_1d(_levels(p)))
    return estimate_from_influence(value, influence, design, mask, scalar=np.ndim(p) == 0, reason=NO_MEAN)


def quantile_shares(income: ArrayInput, design: SurveyDesign, groups: int = 5, domain: ArrayInput = None) -> Estimate:
    """Share of income of each of `groups` equal parts of the population, poorest first; adds to 1."""
    if groups < 2:
        raise ValueError(f"groups is {groups}; two or more parts are needed, for example 5 for fifths")
    y, mask = checked_income(income, design, domain)
    cuts = np.arange(1, groups) / groups
    value, influence = _lorenz(y, design.weight, mask & (design.weight > 0), cuts)
    whole = np.where(np.isnan(value[:1]), np.nan, 1.0)
    shares = np.diff(np.concatenate([whole * 0, value, whole]))
    slopes = np.diff(influence, axis=1, prepend=0.0, append=0.0)
    variant = f"groups={groups}"
    return estimate_from_influence(shares, slopes, design, mask, scalar=False, variant=variant, reason=NO_MEAN)


def _levels(p: float | FloatArray) -> FloatArray:
    levels = np.asarray(p, dtype=np.float64)
    if not ((levels >= 0) & (levels <= 1)).all():
        raise ValueError(f"p is {p}; a share of the population lies between 0 and 1")
    return levels


def _lorenz(y: FloatArray, weight: FloatArray, used: BoolArray, levels: FloatArray) -> tuple[FloatArray, FloatArray]:
    influence = np.zeros((len(y), len(levels)))
    income = float(weight[used] @ y[used])
    if income <= 0:
        return np.full(len(levels), np.nan), influence
    order = np.flatnonzero(used)[np.argsort(y[used], kind="stable")]
    reached = np.cumsum(weight[order])
    target = levels * reached[-1]
    position = np.minimum(np.searchsorted(reached, target * (1 - ROUNDING)), len(order) - 1)
    cut = y[order][position]
    earned = np.cumsum(weight[order] * y[order])
    below = earned[position] - weight[order][position] * cut
    before = reached[position] - weight[order][position]
    value = (below + (target - before) * cut) / income
    lower = np.minimum(y[used, None] - cut, 0.0)
    influence[used] = (lower + levels * cut - value * y[used, None]) / income
    return value, influence
