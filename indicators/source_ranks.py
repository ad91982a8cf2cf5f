"""The Gini coefficient by income source (Lerman-Yitzhaki) in all domains at once, one source at a time.

The same as `inequality_parts.lerman_yitzhaki` with middle ranks, for microdata that would be too slow to sort per
domain: each source is sorted once, and only where it is not zero.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from indicators.arrays import FloatArray, IntArray, ascending, blocks, divide, starts_of
from indicators.domain_ranks import DomainLayers, Pairs
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
    components: Iterable[tuple[str, Iterable[FloatArray]]],
    layers: DomainLayers,
    pairs: Pairs,
    weight: FloatArray,
    middle: FloatArray,
) -> GiniBySourceTable:
    """Decompose the Gini coefficient of the income that `middle` ranks.

    components: (source, its amounts (n,) in pieces that follow each other), read one after the other; together they are
    income. middle: (layers, n) as `domain_ranks.ranked` gives it for income. weight: (n,).
    """
    population = layers.sums(pairs.by_cell(weight, layers.n_cells))
    names: list[str] = []

    def incomes() -> Iterator[Iterable[FloatArray]]:
        for name, pieces in components:
            names.append(name)
            yield pieces

    cell = pairs.cell.astype(np.min_scalar_type(layers.n_cells))[pairs.row]

    def covariances(pieces: Iterable[FloatArray]) -> tuple[FloatArray, FloatArray, FloatArray]:
        return _covariances(pieces, layers, cell, weight, middle, population)

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
    pieces: Iterable[FloatArray],
    layers: DomainLayers,
    cell: IntArray,
    weight: FloatArray,
    middle: FloatArray,
    population: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean of a source, its covariance with the rank by income, and with its own rank, (D,) each."""
    size = layers.n_cells
    earned, gained, with_some = np.zeros(size), np.zeros(size), np.zeros(size)
    by_rank = np.zeros((len(middle), size))
    y, w, where = np.empty(len(cell)), np.empty(len(cell)), np.empty(len(cell), dtype=cell.dtype)
    filled = 0
    for inside, values in _in_blocks(pieces):
        some = np.flatnonzero(values)
        if len(some) == 0:
            continue
        some = some[np.argsort(cell[inside][some], kind="stable")]  # side by side by cell
        here = slice(filled, filled + len(some))
        y[here], w[here], where[here] = values[some], weight[inside][some], cell[inside][some]
        filled = here.stop
        start = starts_of(where[here])
        met, wy = where[here][start], y[here] * w[here]
        earned[met] += np.add.reduceat(wy, start)
        gained[met] += np.add.reduceat(np.maximum(wy, 0), start)
        with_some[met] += np.add.reduceat(w[here], start)
        for total, rank in zip(by_rank, middle, strict=True):
            total[met] += np.add.reduceat(wy * rank[inside][some], start)
    mean = divide(layers.sums(earned), population)
    by_income = sum(layers.layer_sums(number, by_cell) for number, by_cell in enumerate(by_rank))
    above_zeros = (population - layers.sums(with_some)) * layers.sums(gained)
    by_own = above_zeros + _own_ranks(y[:filled], w[:filled], where[:filled], layers)
    # the mean of middle ranks is one half
    return mean, divide(by_income, population) - mean / 2, divide(by_own, population**2) - mean / 2


def _in_blocks(pieces: Iterable[FloatArray]) -> Iterator[tuple[slice, FloatArray]]:
    """Blocks of the pieces, each with the households that it is of."""
    start = 0
    for piece in pieces:
        for block in blocks(len(piece)):
            yield slice(start + block.start, start + block.stop), piece[block]
        start += len(piece)


def _own_ranks(y: FloatArray, w: FloatArray, cell: IntArray, layers: DomainLayers) -> FloatArray:
    """Σ w y (weight below + half the weight of ties) per domain, (D,), among these households.

    Equal values are taken one after the other, as if each were above those before it: over a tie Σ w (below + w/2) is
    the same either way, and y is one.
    """
    order, y = ascending(y)
    ranks = np.zeros(layers.n_domains)
    below = [np.zeros(len(layer.domains)) for layer in layers.layers]
    for block in blocks(len(y)):
        own, where = w[order[block]], cell[order[block]]
        wy = own * y[block]
        for layer, passed in zip(layers.layers, below, strict=True):
            parted = layer.parted(where)
            if len(parted.met) == 0:
                continue
            met, start, stop = parted.met, parted.edge[:-1], parted.edge[1:]
            w_here, wy_here = own[parted.order], wy[parted.order]
            up_to = np.cumsum(w_here)
            before = np.append(0.0, up_to[stop - 1])
            up_to -= w_here / 2
            up_to *= wy_here
            shift = passed[met] - before[:-1]
            ranks[layer.domains[met]] += np.add.reduceat(up_to, start) + shift * np.add.reduceat(wy_here, start)
            passed[met] += np.diff(before)
    return ranks
