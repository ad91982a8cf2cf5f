"""The Gini coefficient by income source (Lerman-Yitzhaki) in all domains at once, one source at a time.

The same as `inequality_parts.lerman_yitzhaki` with middle ranks, for microdata that would be too slow to sort per
domain: each source is sorted once, and only where it is not zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from indicators.arrays import FloatArray, IntArray, divide, starts_of, sum_by
from indicators.domain_ranks import DomainLayers
from indicators.measures import sorted_within


@dataclass(frozen=True, eq=False)
class GiniBySourceTable:
    """G = Σ S_k G_k R_k in D domains for K sources; every array has shape (D, K) but `total`, (D,).

    share S_k; gini G_k (NaN where a source's mean is not positive); correlation R_k; contribution
    S_k G_k R_k / G, adding to 1; marginal = contribution - share, adding to 0. total: Σ S_k G_k R_k.
    """

    sources: tuple[str, ...]
    total: FloatArray
    share: FloatArray
    gini: FloatArray
    correlation: FloatArray
    contribution: FloatArray
    marginal: FloatArray


def gini_by_source(
    components: Iterable[tuple[str, FloatArray]],
    layers: DomainLayers,
    cell: IntArray,
    weight: FloatArray,
    middle: FloatArray,
) -> GiniBySourceTable:
    """Decompose the Gini coefficient of the income that `middle` ranks.

    components: (source, (n,)), read one after the other; together they are income. middle: (layers, n) as
    `domain_ranks.ranked` gives it for income. cell, weight: (n,).
    """
    population = layers.sums(sum_by(cell, weight, layers.domain.shape[1]))
    names, means, with_income, with_own = [], [], [], []
    for name, values in components:
        mean, ranked, own = _covariances(values, layers, cell, weight, middle, population)
        names.append(name)
        means.append(mean)
        with_income.append(ranked)
        with_own.append(own)
    mean, ranked, own = (np.column_stack(parts) for parts in (means, with_income, with_own))
    income = mean.sum(axis=1, keepdims=True)
    known = np.where(income > 0, income, np.nan)
    absolute = divide(2 * ranked, known)
    total = absolute.sum(axis=1, keepdims=True)
    share, contribution = divide(mean, known), divide(absolute, total)
    return GiniBySourceTable(
        sources=tuple(names),
        total=total[:, 0],
        share=share,
        gini=divide(2 * own, np.where(mean > 0, mean, 0.0)),
        correlation=divide(ranked, own),
        contribution=contribution,
        marginal=contribution - share,
    )


def _covariances(
    values: FloatArray,
    layers: DomainLayers,
    cell: IntArray,
    weight: FloatArray,
    middle: FloatArray,
    population: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean of a source, its covariance with the rank by income, and with its own rank, (D,) each."""
    some = np.flatnonzero(values)
    y, w, where, size = values[some], weight[some], cell[some], layers.n_domains
    earned = w * y
    sums = layers.sums(sum_by(where, earned, layers.domain.shape[1]))
    by_income, by_own = np.zeros(size), np.zeros(size)
    for number, (inside, domain) in enumerate(layers.layers(where)):
        by_income += sum_by(domain, earned[inside] * middle[number, some[inside]], size)
    order = np.argsort(y)  # equal values are taken together below, in whatever order they come
    y, w, where = y[order], w[order], where[order]
    for inside, domain in layers.layers(where):
        by_own += _own_ranks(y[inside], w[inside], domain, population)
    mean = divide(sums, population)
    # the mean of middle ranks is one half
    return mean, divide(by_income, population) - mean / 2, divide(by_own, population) - mean / 2


def _own_ranks(y: FloatArray, w: FloatArray, domain: IntArray, population: FloatArray) -> FloatArray:
    """Σ w y F(y) per domain of ascending values without zeros, F being the middle rank among all its households."""
    size = len(population)
    order = sorted_within(domain, y)
    y, w, group = y[order], w[order], domain[order]
    start = starts_of(group, y)
    if len(start) == 0:
        return np.zeros(size)
    ties, y, group = np.add.reduceat(w, start), y[start], group[start]
    present = sum_by(group, ties, size)
    below = np.cumsum(ties) - ties - (np.cumsum(present) - present)[group]
    zeros = np.where(y > 0, (population - present)[group], 0.0)
    return divide(sum_by(group, ties * y * (below + zeros + ties / 2), size), population)
