"""Design-based estimates of totals, means and ratios with their sampling errors (Taylor linearisation).

`total`, `mean` and `ratio` take microdata; tables of PSU totals are in `psu_totals`, replicate weights in
`replicates`. All of them end in the one variance formula of `variance`.
"""

from typing import Any

import numpy as np

from indicators.arrays import (
    ArrayInput,
    BoolArray,
    FloatArray,
    as_columns,
    as_mask,
    distinct,
    divide,
    one_of,
    require_finite,
    sum_by,
)
from indicators.design import SurveyDesign
from indicators.estimate import EMPTY_DOMAIN, UNDEFINED, Estimate, EstimateTable
from indicators.psu_totals import PsuTotals
from indicators.variance import LONELY_PSU_POLICIES, Deviations, LonelyPsuError, deviations

__all__ = [
    "LONELY_PSU_POLICIES",
    "Estimate",
    "EstimateTable",
    "LonelyPsuError",
    "PsuTotals",
    "SurveyDesign",
    "design_effect",
    "estimate_from_influence",
    "linearised_variance",
    "mean",
    "ratio",
    "total",
]


def total(y: ArrayInput, design: SurveyDesign, domain: ArrayInput = None) -> Estimate:
    """Population total Σ w y. y: (n,), or (n, k) for k variables and their covariance matrix.

    domain: boolean (n,); PSUs without a household in it stay in the design with zero. An empty domain gives
    NaN. Raises ValueError when y is missing inside the domain.
    """
    columns, mask = _inputs(y, "y", design, domain)
    value = (design.weight * mask) @ columns
    return estimate_from_influence(value, columns, design, mask, scalar=np.ndim(y) == 1)


def mean(y: ArrayInput, design: SurveyDesign, domain: ArrayInput = None) -> Estimate:
    """Mean Σ w y / Σ w of the households (or persons) of the domain. Shapes and errors as `total`."""
    columns, mask = _inputs(y, "y", design, domain)
    return _ratio(columns, np.ones((len(design), 1)), design, mask, scalar=np.ndim(y) == 1)


def ratio(y: ArrayInput, x: ArrayInput, design: SurveyDesign, domain: ArrayInput = None) -> Estimate:
    """Ratio of totals Σ w y / Σ w x. y, x: (n,) or (n, k), broadcast against each other.

    Residuals z = (y - R x) / X give the error. NaN with a reason when the denominator total is zero.
    """
    columns, mask = _inputs(y, "y", design, domain)
    base, _ = _inputs(x, "x", design, mask)
    return _ratio(columns, base, design, mask, scalar=np.ndim(y) == 1 and np.ndim(x) == 1)


def design_effect(
    y: ArrayInput,
    design: SurveyDesign,
    domain: ArrayInput = None,
    statistic: str = "mean",
    *,
    x: ArrayInput = None,
    replacement: bool = False,
) -> Any:
    """Variance of a mean, total or ratio over that of a simple random sample of as many households.

    The comparison is without replacement, 1 - n/Σw (NaN when Σw ≤ n), or with replacement on request
    (Kish 1965, 8.2). Returns a float, or (k,) for k variables.
    """
    one_of(statistic, ("mean", "total", "ratio"), "statistic")
    if statistic == "ratio":
        estimate = ratio(y, x, design, domain)
    else:
        estimate = total(y, design, domain) if statistic == "total" else mean(y, design, domain)
    if not replacement:
        return estimate.deff
    columns, mask = _inputs(y, "y", design, domain)
    base = 1.0
    if statistic == "ratio":
        other, _ = _inputs(x, "x", design, mask)
        columns, base = (
            columns - np.asarray(estimate.value) * other,
            float((design.weight * mask) @ other[:, 0]),
        )
    elif statistic == "mean":
        base = float(design.weight @ mask)
    used = mask & (design.weight > 0)
    simple = _simple_random_variance(divide(columns, base), design.weight, used, replacement=True)
    effect = divide(np.atleast_1d(estimate.se) ** 2, simple)
    return effect if np.ndim(estimate.value) else float(effect[0])


def linearised_variance(z: ArrayInput, design: SurveyDesign, domain: ArrayInput = None) -> Any:
    """Sampling variance of Σ w z, for linearised (influence) values z not yet multiplied by the weight.

    z: (n,) gives a float; (n, k) gives the (k, k) covariance matrix. Values outside `domain` count as zero.
    """
    columns, mask = _inputs(z, "z", design, domain)
    covariance = _score_deviations(columns, design, mask).covariance()
    return float(covariance[0, 0]) if np.ndim(z) == 1 else covariance


def estimate_from_influence(
    value: ArrayInput,
    influence: FloatArray,
    design: SurveyDesign,
    mask: BoolArray,
    *,
    scalar: bool = True,
    n_excluded: int = 0,
    variant: str = "",
    reason: str | None = None,
) -> Estimate:
    """An `Estimate` of statistics whose derivatives with respect to each weight are `influence`, (n, k).

    `reason` is what to say when a value is NaN although the domain has households.
    """
    values = np.atleast_1d(np.asarray(value, dtype=np.float64)).copy()
    z = influence.reshape(len(design), -1)
    used = mask & (design.weight > 0)
    if not used.any():
        values[:] = np.nan
    undefined = np.isnan(values)
    spread = _score_deviations(np.where(undefined, 0.0, z), design, mask)
    covariance = spread.covariance()
    covariance[undefined, :] = np.nan
    covariance[:, undefined] = np.nan
    se = np.sqrt(np.diag(covariance))
    simple = _simple_random_variance(z, design.weight, used)
    n_psu, df = _counts(design, used)
    deff = divide(se**2, simple)
    return Estimate(
        value=float(values[0]) if scalar else values,
        se=float(se[0]) if scalar else se,
        df=df,
        deff=float(deff[0]) if scalar else deff,
        covariance=None if scalar else covariance,
        n_households=int(used.sum()),
        n_psu=n_psu,
        n_excluded=n_excluded,
        lonely_psu=design.lonely_psu,
        lonely_strata=spread.lonely_labels(design.structure),
        variant=variant,
        reason=(EMPTY_DOMAIN if not used.any() else reason or UNDEFINED) if undefined.any() else None,
    )


def _inputs(y: ArrayInput, name: str, design: SurveyDesign, domain: ArrayInput) -> tuple[FloatArray, BoolArray]:
    columns = as_columns(y, name, len(design))
    mask = as_mask(domain, len(design))
    require_finite(columns, name, mask)
    return np.where(mask[:, None], columns, 0.0), mask


def _ratio(y: FloatArray, x: FloatArray, design: SurveyDesign, mask: BoolArray, *, scalar: bool) -> Estimate:
    weight = design.weight * mask
    denominator = weight @ x
    value = divide(weight @ y, denominator)
    usable = np.isfinite(value)
    residual = y - np.where(usable, value, 0.0) * x
    influence = residual / np.where(usable, denominator, 1.0)
    return estimate_from_influence(value, influence * mask[:, None], design, mask, scalar=scalar)


def _score_deviations(z: FloatArray, design: SurveyDesign, mask: BoolArray) -> Deviations:
    scores = np.where(mask[:, None], design.weight[:, None] * z, 0.0)
    if design.post_strata is not None:
        scores, mask = design.post_strata.residuals(scores), np.ones_like(mask)
    unit, _ = distinct(design.unit[mask], design.structure.n_units)
    totals = sum_by(design.unit, scores, design.structure.n_units)[unit]
    return deviations(design.structure, np.zeros(len(unit), dtype=np.int64), unit, totals, 1)


def _simple_random_variance(
    z: FloatArray, weight: FloatArray, used: BoolArray, replacement: bool = False
) -> FloatArray:
    """Variance the same statistics would have in a simple random sample of as many households."""
    n, population = int(used.sum()), float(weight[used].sum())
    size = population if replacement else population - n
    if n < 2 or size <= 0:
        return np.full(z.shape[1], np.nan)
    w, values = weight[used], z[used]
    centred = values - (w @ values) / population
    variance: FloatArray = size / (n - 1) * (w @ centred**2)
    return variance


def _counts(design: SurveyDesign, used: BoolArray) -> tuple[int, int]:
    unit, _ = distinct(design.unit[used], design.structure.n_units)
    n_psu, df = design.structure.counts(np.zeros(len(unit), dtype=np.int64), unit, 1)
    return int(n_psu[0]), int(df[0])
