"""Where inequality comes from: by income source (Lerman-Yitzhaki, Shorrocks) and by sub-group (Theil).

Decompositions add up to the index exactly. The indices themselves and their errors are in `inequality`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from indicators.arrays import (
    ArrayInput,
    BoolArray,
    FloatArray,
    LabelArray,
    as_codes,
    as_mask,
    as_named_columns,
    divide,
    one_of,
    require_finite,
    sum_by,
)
from indicators.design import SurveyDesign
from indicators.influence import checked_income
from indicators.measures import entropy_measure


@dataclass(frozen=True, eq=False)
class GiniBySource:
    """G = Σ S_k G_k R_k. Every array has one entry per source, in the order of `sources`.

    share S_k; gini G_k (NaN where a source's mean is not positive); correlation R_k; absolute S_k G_k R_k,
    adding to `gini_total`; relative = absolute / G, adding to 1; marginal = relative - S_k, adding to 0: the
    change of G in per cent when the source grows by one per cent; elasticity = relative / S_k.
    """

    sources: tuple[str, ...]
    gini_total: float
    share: FloatArray
    gini: FloatArray
    correlation: FloatArray
    absolute: FloatArray
    relative: FloatArray
    marginal: FloatArray
    elasticity: FloatArray
    n_households: int
    variant: str


@dataclass(frozen=True, eq=False)
class TheilByGroup:
    """total = within + between. Arrays have one entry per group, in the order of `groups`.

    theil: index inside the group; population_share, income_share: 0-1; within_part: the group's part of
    `within`. n_excluded: households whose income is not positive.
    """

    groups: LabelArray
    total: float
    within: float
    between: float
    theil: FloatArray
    population_share: FloatArray
    income_share: FloatArray
    within_part: FloatArray
    n_excluded: int


def lerman_yitzhaki(
    components: Mapping[str, ArrayInput],
    design: SurveyDesign,
    domain: ArrayInput = None,
    ties: str = "mid",
) -> GiniBySource:
    """Gini decomposed by source; total income is the sum of the components (Lerman and Yitzhaki 1985).

    components: source -> (n,). Households of equal total income share the middle rank (`ties="mid"`), or are
    ranked in the order of the records (`ties="record"`, as the R package GiniDecompLY does).
    """
    one_of(ties, ("mid", "record"), "ties")
    y, w, used = _sources(components, design, domain)
    income = y.sum(axis=1)
    mean, means = _average(income, w), _average(y, w)
    mean_or_nan = mean if mean > 0 else np.nan
    rank = _rank(income, w, ties)
    absolute = 2 * _covariance(y, rank, w) / mean_or_nan
    own = np.array([float(_covariance(column[:, None], _rank(column, w, ties), w)[0]) for column in y.T])
    total = float(absolute.sum())
    relative = divide(absolute, np.asarray(total))
    share = means / mean_or_nan
    return GiniBySource(
        sources=tuple(components),
        gini_total=total,
        share=share,
        gini=divide(2 * own, np.where(means > 0, means, 0.0)),
        correlation=divide(_covariance(y, rank, w), own),
        absolute=absolute,
        relative=relative,
        marginal=relative - share,
        elasticity=divide(relative, share),
        n_households=int(used.sum()),
        variant=f"ties={ties}",
    )


def shorrocks(
    components: Mapping[str, ArrayInput], design: SurveyDesign, domain: ArrayInput = None
) -> dict[str, float]:
    """Share of each source in inequality, cov_w(y_k, y) / var_w(y); adds to 1 (Shorrocks 1982).

    NaN when income is the same for all.
    """
    y, w, _ = _sources(components, design, domain)
    income = y.sum(axis=1)
    variance = _covariance(income[:, None], income, w)
    shares = divide(_covariance(y, income, w), variance)
    return {source: float(share) for source, share in zip(components, shares, strict=True)}


def theil_within_between(
    income: ArrayInput,
    design: SurveyDesign,
    group: ArrayInput,
    index: str = "T",
    domain: ArrayInput = None,
) -> TheilByGroup:
    """Theil T or L inside and between groups, over positive incomes. group: (n,) labels.

    T weighs groups by income share, L by population share (Cowell 2011).
    """
    one_of(index, ("T", "L"), "index")
    y, mask = checked_income(income, design, domain)
    counted = mask & (design.weight > 0)
    used = counted & (y > 0)
    code, groups = as_codes(np.asarray(group)[used], "group", int(used.sum()))
    w, y, size = design.weight[used], y[used], len(groups)
    measure = entropy_measure(1.0 if index == "T" else 0.0)
    theil, _ = measure(y, w, code, size)
    whole, _ = measure(y, w, np.zeros_like(code), 1)
    population, earned = sum_by(code, w, size), sum_by(code, w * y, size)
    population_share = divide(population, population.sum())
    income_share = divide(earned, earned.sum())
    weights = income_share if index == "T" else population_share
    logs = np.log(divide(income_share, population_share))
    within_part = weights * theil
    return TheilByGroup(
        groups=groups,
        total=float(whole[0]),
        within=float(within_part.sum()) if size else np.nan,
        between=float(weights @ (logs if index == "T" else -logs)) if size else np.nan,
        theil=theil,
        population_share=population_share,
        income_share=income_share,
        within_part=within_part,
        n_excluded=int((counted & ~used).sum()),
    )


def _sources(
    components: Mapping[str, ArrayInput], design: SurveyDesign, domain: ArrayInput
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Incomes by source (m, k) and weights (m,) of the domain's m households, and its mask (n,)."""
    mask = as_mask(domain, len(design)) & (design.weight > 0)
    columns = as_named_columns(components, len(design))
    for name, column in columns.items():
        require_finite(column, name, mask)
    return np.column_stack(list(columns.values()))[mask], design.weight[mask], mask


def _average(values: FloatArray, w: FloatArray) -> FloatArray:
    return divide(w @ values, w.sum())


def _covariance(y: FloatArray, x: FloatArray, w: FloatArray) -> FloatArray:
    """Weighted covariances of the columns of y, (m, k), with x, (m,)."""
    return _average((y - _average(y, w)) * (x - _average(x, w))[:, None], w)


def _rank(y: FloatArray, w: FloatArray, ties: str) -> FloatArray:
    """Middle of each record's stretch of the population, 0-1; equal incomes share theirs with ties="mid"."""
    if ties == "mid":
        _, code = np.unique(y, return_inverse=True)
    else:
        code = np.empty(len(y), dtype=np.int64)
        code[np.argsort(y, kind="stable")] = np.arange(len(y))
    stretch = np.bincount(code, w)
    middle: FloatArray = (np.cumsum(stretch) - stretch / 2)[code] / w.sum()
    return middle
