"""From a measure with influence values to an estimate, for one domain or for many groups at once.

A measure is any smooth function of the weights, grouped: it returns one value per group and, per household,
the derivative of its group's value with respect to its weight. What the measures are lives in `inequality`
and `poverty`.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from indicators.arrays import (
    ArrayInput,
    BoolArray,
    FloatArray,
    IntArray,
    as_codes,
    as_floats,
    as_mask,
    distinct,
    require_finite,
    sum_by,
)
from indicators.design import SurveyDesign
from indicators.estimate import UNDEFINED, Estimate, EstimateTable
from indicators.survey import estimate_from_influence
from indicators.variance import deviations

# (income, weight, group, number of groups) -> (value per group, influence per household)
Measure = Callable[[FloatArray, FloatArray, IntArray, int], tuple[FloatArray, FloatArray]]


def estimate_one(
    measure: Measure,
    income: ArrayInput,
    design: SurveyDesign,
    domain: ArrayInput = None,
    *,
    positive_only: bool = False,
    variant: str = "",
    reason: str | None = None,
) -> Estimate:
    """The measure in one domain. With `positive_only`, incomes of zero or less are left out and counted."""
    y, mask = checked_income(income, design, domain)
    counted = mask & (design.weight > 0)
    used = counted & (y > 0) if positive_only else counted
    n_excluded = int((counted & ~used).sum())
    value, z = measure(y[used], design.weight[used], np.zeros(int(used.sum()), dtype=np.int64), 1)
    influence = np.zeros(len(design))
    influence[used] = np.where(np.isfinite(z), z, 0.0)
    estimate = estimate_from_influence(
        value, influence, design, used, n_excluded=n_excluded, variant=variant, reason=reason
    )
    return replace(estimate, reason=reason) if n_excluded and estimate.reason else estimate


def estimate_by_group(
    measure: Measure,
    income: ArrayInput,
    design: SurveyDesign,
    group: ArrayInput,
    *,
    name: str,
    positive_only: bool = False,
    variant: str = "",
    reason: str = UNDEFINED,
) -> EstimateTable:
    """The measure in every group, one column called `name`; each household belongs to one group.

    Raises ValueError on a post-stratified design, whose residuals reach across groups.
    """
    if design.post_strata is not None:
        raise ValueError("groups of a post-stratified design: call the measure once per group with `domain`")
    y, _ = checked_income(income, design, None)
    code, labels = as_codes(group, "group", len(design))
    size = len(labels)
    counted = design.weight > 0
    used = counted & (y > 0) if positive_only else counted
    value, z = measure(y[used], design.weight[used], code[used], size)
    scores = design.weight[used] * np.where(np.isfinite(z), z, 0.0)
    n_units = design.structure.n_units
    key, row = distinct(code[used] * n_units + design.unit[used], size * n_units)
    cell, unit = key // n_units, key % n_units
    spread = deviations(design.structure, cell, unit, sum_by(row, scores, len(key))[:, None], size)
    n_psu, df = design.structure.counts(cell, unit, size)
    undefined = np.isnan(value)
    return EstimateTable(
        domains=labels,
        columns=(name,),
        value=value[:, None],
        se=np.where(undefined, np.nan, np.sqrt(spread.variance()[:, 0]))[:, None],
        df=df,
        n_households=np.bincount(code[used], minlength=size),
        n_psu=n_psu,
        n_lonely_strata=spread.lonely_counts(),
        lonely_psu=design.lonely_psu,
        variant=variant,
        undefined=reason,
        n_excluded=np.bincount(code[counted & ~used], minlength=size),
    )


def checked_income(income: ArrayInput, design: SurveyDesign, domain: ArrayInput) -> tuple[FloatArray, BoolArray]:
    """Income as float64, (n,), finite inside the domain, and the domain's mask."""
    y = as_floats(income, "income", len(design))
    mask = as_mask(domain, len(design))
    require_finite(y, "income", mask)
    return np.where(mask, y, 0.0), mask
