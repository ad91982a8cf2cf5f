"""The Gini coefficient by income source (Lerman-Yitzhaki) in all domains at once, one source at a time.

The same as `inequality_parts.lerman_yitzhaki` with middle ranks, for microdata that would be too slow to sort per
domain: each source is sorted once, and only where it is not zero.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from indicators.arrays import FloatArray, IntArray, divide, sum_by
from indicators.domain_ranks import DomainLayers
from indicators.parallel import in_order


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
    names: list[str] = []

    def incomes() -> Iterator[FloatArray]:
        for name, values in components:
            names.append(name)
            yield values

    def covariances(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        return _covariances(values, layers, cell, weight, middle, population)

    mean, ranked, own = (np.column_stack(parts) for parts in zip(*in_order(covariances, incomes()), strict=True))
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
    y, w, where, cells = values[some], weight[some], cell[some], layers.domain.shape[1]
    earned = w * y
    mean = divide(layers.sums(sum_by(where, earned, cells)), population)
    by_income = np.zeros(layers.n_domains)
    for layer, rank in zip(layers.domain, middle, strict=True):
        by_cell, inside = sum_by(where, earned * rank[some], cells), layer >= 0
        by_income += sum_by(layer[inside], by_cell[inside], layers.n_domains)
    order = np.argsort(y)
    by_own = _own_ranks(y[order], w[order], where[order], layers, population)
    # the mean of middle ranks is one half
    return mean, divide(by_income, population) - mean / 2, divide(by_own, population) - mean / 2


def _own_ranks(
    y: FloatArray, w: FloatArray, cell: IntArray, layers: DomainLayers, population: FloatArray
) -> FloatArray:
    """Σ w y F(y) per domain of ascending values without zeros, F being the middle rank among all its households.

    Equal values may be ranked one after the other: the middles of their stretches, weighted, have the mean of the whole
    stretch, and y is the same for all of them.
    """
    cells, earned = layers.domain.shape[1], w * y
    first = int(np.searchsorted(y, 0.0))
    gained = layers.sums(sum_by(cell[first:], earned[first:], cells))
    zeros = population - layers.sums(sum_by(cell, w, cells))
    ranks = zeros * gained
    for layer in layers.orders(cell):
        if len(layer.start) == 0:
            continue
        own, e = w[layer.order], earned[layer.order]
        up_to = np.cumsum(own)
        before = np.append(0.0, up_to[layer.stop[:-1] - 1])
        up_to -= own / 2
        up_to *= e
        ranks[layer.domains] += np.add.reduceat(up_to, layer.start) - before * np.add.reduceat(e, layer.start)
    return divide(ranks, population)
