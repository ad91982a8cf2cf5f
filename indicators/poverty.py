"""Poverty: the Foster-Greer-Thorbecke family, Watts, Sen, Sen-Shorrocks-Thon, time to exit, sub-groups.

Incomes and lines come in the same unit and price level; lines, deflation and equivalence are the caller's.
The unit counted is the design's: `design.for_persons(size)` counts persons.
"""

from dataclasses import dataclass, replace

import numpy as np

from indicators.arrays import (
    ArrayInput,
    BoolArray,
    FloatArray,
    IntArray,
    LabelArray,
    as_codes,
    as_floats,
    as_mask,
    divide,
    one_of,
    sum_by,
)
from indicators.design import SurveyDesign
from indicators.estimate import Estimate, EstimateTable
from indicators.influence import Measure, checked_income, estimate_by_group, estimate_one
from indicators.measures import gini_measure, mean_measure
from indicators.survey import mean, ratio

BOUNDARIES = ("<", "<=")


@dataclass(frozen=True, eq=False)
class PovertyByGroup:
    """FGT of sub-groups, which adds up: total = Σ population_share · fgt.

    fgt: one column, one row per group. population_share, contribution: (groups,) 0-1, each adding to 1, and
    contribution_se. contribution is NaN when nobody is poor.
    """

    total: Estimate
    fgt: EstimateTable
    groups: LabelArray
    population_share: FloatArray
    contribution: FloatArray
    contribution_se: FloatArray


def fgt(
    income: ArrayInput,
    line: ArrayInput,
    alpha: float,
    design: SurveyDesign,
    boundary: str = "<",
    domain: ArrayInput = None,
) -> Estimate:
    """FGT_alpha = Σ w ((z - y)/z)^alpha 1(poor) / Σ w: headcount (0), gap (1), severity (2).

    income: (n,); line: a number or (n,), positive. boundary: "<" (World Bank) or "<=" (Chinese official
    wording). Foster, Greer, Thorbecke 1984.
    """
    checked_income(income, design, domain)
    depth = poverty_depth(income, line, alpha, boundary, domain)
    return replace(mean(depth, design, domain), variant=f"boundary={boundary}")


def poverty_depth(
    income: ArrayInput, line: ArrayInput, alpha: float, boundary: str = "<", domain: ArrayInput = None
) -> FloatArray:
    """((z - y)/z)^alpha of each poor household, 0 of the others, (n,): the column whose mean is FGT_alpha.

    A missing income stays missing, so that estimates refuse it.
    """
    if not alpha >= 0:
        raise ValueError(f"alpha is {alpha}; the FGT family takes 0, 1, 2 or any number above 0")
    y, z = _income_and_line(income, line, domain)
    poor = _is_poor(y, z, boundary)
    gap = np.where(poor, (z - y) / z, 0.0)
    depth = np.where(poor, gap**alpha, 0.0)
    return np.where(np.isfinite(y), depth, np.nan)


def watts(income: ArrayInput, line: ArrayInput, design: SurveyDesign, domain: ArrayInput = None) -> Estimate:
    """Watts = Σ_{poor, y>0} w ln(z/y) / Σ w (Watts 1968).

    n_excluded: poor households with income of zero or less, which have no logarithm.
    """
    y, _ = checked_income(income, design, domain)
    depth = watts_depth(income, line, domain)
    left_out = as_mask(domain, len(design)) & (y <= 0) & (design.weight > 0)
    return replace(mean(depth, design, domain), n_excluded=int(left_out.sum()))


def watts_depth(income: ArrayInput, line: ArrayInput, domain: ArrayInput = None) -> FloatArray:
    """ln(z/y) of each poor household with positive income, else 0, (n,): the column whose mean is Watts."""
    y, z = _income_and_line(income, line, domain)
    poor = (y > 0) & (y < z)
    depth = np.where(poor, np.log(z / np.where(poor, y, z)), 0.0)
    return np.where(np.isfinite(y), depth, np.nan)


def sen(
    income: ArrayInput,
    line: ArrayInput,
    design: SurveyDesign,
    boundary: str = "<",
    domain: ArrayInput = None,
) -> Estimate:
    """Sen = H (I + (1 - I) G_poor), with the Gini of the poor by mid-ranks (Sen 1976, large-sample form).

    With lines that differ, G_poor is that of income over line. Error linearised, Gini included.
    """
    one_of(boundary, BOUNDARIES, "boundary")
    checked_income(income, design, domain)
    relative = _relative(income, line, domain)
    return estimate_one(_gap_and_gini(boundary, True), relative, design, domain, variant=f"boundary={boundary}")


def sen_shorrocks_thon(
    income: ArrayInput, line: ArrayInput, design: SurveyDesign, domain: ArrayInput = None
) -> Estimate:
    """SST = FGT_1 (1 + G of the gaps of the whole population), by mid-ranks.

    Shorrocks 1995; Haughton and Khandker 2009, chapter 4.
    """
    checked_income(income, design, domain)
    return estimate_one(_gap_and_gini("<", False), _relative(income, line, domain), design, domain)


def time_to_exit(
    income: ArrayInput,
    line: ArrayInput,
    growth: float,
    design: SurveyDesign,
    domain: ArrayInput = None,
    among: str = "everyone",
) -> Estimate:
    """Average years to leave poverty if poor incomes grew by `growth` a year, continuously: Watts / growth.

    Morduch 1998: the non-poor count zero (`among="everyone"`), or the average runs over the poor with
    positive income (`among="poor"`). growth: above 0, for example 0.05. n_excluded: poor with income of zero
    or less.
    """
    one_of(among, ("everyone", "poor"), "among")
    if not growth > 0:
        raise ValueError(f"growth is {growth}; only a positive growth rate ever lifts incomes to the line")
    estimate = watts(income, line, design, domain)
    if among == "poor":
        depth = watts_depth(income, line, domain)
        over_poor = ratio(depth / growth, depth > 0, design, domain)
        return replace(over_poor, n_excluded=estimate.n_excluded, variant="among=poor")
    return replace(estimate, value=estimate.value / growth, se=estimate.se / growth, variant="among=everyone")


def fgt_by_group(
    income: ArrayInput,
    line: ArrayInput,
    alpha: float,
    design: SurveyDesign,
    group: ArrayInput,
    boundary: str = "<",
) -> PovertyByGroup:
    """FGT_alpha of each sub-group, (n,) labels, and its share in total poverty with errors."""
    checked_income(income, design, None)
    depth = poverty_depth(income, line, alpha, boundary)
    total = replace(mean(depth, design), variant=f"boundary={boundary}")
    code, groups = as_codes(group, "group", len(design))
    weight = sum_by(code, design.weight, len(groups))
    parts = depth[:, None] * (code[:, None] == np.arange(len(groups)))
    contribution = ratio(parts, depth, design)
    name = f"fgt{alpha:g}"
    return PovertyByGroup(
        total=total,
        fgt=estimate_by_group(mean_measure, depth, design, group, name=name, variant=total.variant),
        groups=groups,
        population_share=divide(weight, weight.sum()),
        contribution=contribution.value,
        contribution_se=contribution.se,
    )


def _is_poor(y: FloatArray, z: FloatArray | float, boundary: str) -> BoolArray:
    one_of(boundary, BOUNDARIES, "boundary")
    return y <= z if boundary == "<=" else y < z


def _income_and_line(income: ArrayInput, line: ArrayInput, domain: ArrayInput) -> tuple[FloatArray, FloatArray]:
    """Income and line, (n,) each; outside the domain both are set to 1, which is read by nobody."""
    y = as_floats(income, "income")
    z = np.full(len(y), float(line)) if np.ndim(line) == 0 else as_floats(line, "line")
    if len(z) != len(y):
        raise ValueError(f"line has {len(z)} values but income {len(y)}; pass one line, or one per household")
    mask = as_mask(domain, len(y))
    if bad := int((mask & ~(np.isfinite(z) & (z > 0))).sum()):
        raise ValueError(f"line is missing or not positive for {bad} households; give each a poverty line above zero")
    return np.where(mask, y, 1.0), np.where(mask, z, 1.0)


def _relative(income: ArrayInput, line: ArrayInput, domain: ArrayInput) -> FloatArray:
    y, z = _income_and_line(income, line, domain)
    return y / z


def _gap_and_gini(boundary: str, poor_only: bool) -> Measure:
    """FGT_1 (1 + G of the gaps), over the poor (Sen) or everyone (Sen-Shorrocks-Thon), of income over line.

    Sen's H (I + (1 - I) G_poor) has this form because incomes and gaps of the poor have the same mean
    difference; written with gaps it stays defined when the poor earn nothing on average.
    """

    def measure(x: FloatArray, w: FloatArray, group: IntArray, size: int) -> tuple[FloatArray, FloatArray]:
        poor = _is_poor(x, 1.0, boundary)
        gap = np.where(poor, 1 - x, 0.0)
        depth, slope = mean_measure(gap, w, group, size)
        members = poor if poor_only else np.ones_like(poor)
        coefficient, own = gini_measure("mid")(gap[members], w[members], group[members], size)
        known = np.where(np.isnan(coefficient), 0.0, coefficient)
        influence = (1 + known)[group] * slope
        influence[members] += depth[group[members]] * np.where(np.isnan(own), 0.0, own)
        return depth * (1 + known), influence

    return measure
