"""Ranks inside many domains that overlap (an area and the areas above it, everybody and rural people).

Households are sorted once. Domains are laid out in layers such that a household is in at most one domain of a
layer; ranks are then taken layer by layer. What is made of ranks lives in `index_totals` and `source_ranks`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from indicators.arrays import FloatArray, IntArray, distinct, divide, sum_by
from indicators.parallel import in_order
from indicators.psu_totals import PsuTotals


@dataclass(frozen=True, eq=False)
class DomainLayers:
    """D domains made of C cells, a cell being the finest group (area and area type).

    domain: (layers, C) domain of a cell in each layer, -1 for none.
    """

    domain: IntArray
    n_domains: int

    @classmethod
    def of(cls, members: Sequence[Sequence[int]], n_cells: int) -> "DomainLayers":
        """Lay out domains given as lists of cell codes, each in the first layer where its cells are free."""
        layers: list[IntArray] = []
        for domain, cells in enumerate(members):
            inside = np.array(sorted(set(cells)), dtype=np.int64)
            free = next((layer for layer in layers if (layer[inside] < 0).all()), None)
            if free is None:
                free = np.full(n_cells, -1, dtype=np.int64)
                layers.append(free)
            free[inside] = domain
        return cls(np.array(layers, dtype=np.int64).reshape(-1, n_cells), len(members))

    def sums(self, by_cell: FloatArray) -> FloatArray:
        """Sums per domain, (D,), of sums per cell, (C,)."""
        return sum(
            (sum_by(layer[layer >= 0], by_cell[layer >= 0], self.n_domains) for layer in self.domain),
            start=np.zeros(self.n_domains),
        )

    def orders(self, cell: IntArray) -> Iterator["LayerOrder"]:
        """Per layer, the households of each of its domains side by side, in the order given; cell: (n,)."""
        code = cell.astype(_code_type(self.domain.shape[1]))
        for layer in self.domain:
            domains, local = np.unique(layer, return_inverse=True)
            if len(domains) == 1 and domains[0] >= 0:
                yield LayerOrder.of(slice(None), domains, np.array([len(cell)]))
                continue
            group = local.astype(_code_type(len(domains)))[code]
            order = np.argsort(group, kind="stable")  # codes this small are sorted by radix
            count = np.bincount(group, minlength=len(domains))
            if domains[0] < 0:
                domains, order, count = domains[1:], order[count[0] :], count[1:]
            yield LayerOrder.of(order, domains, count)


@dataclass(frozen=True, eq=False)
class LayerOrder:
    """The households of one layer's domains side by side.

    order: (m,) their positions among the households given, or a slice when they lie as they were. domains: (G,) those
    met; stop: (G,) where the households of each end, start: where they begin.
    """

    order: IntArray | slice
    domains: IntArray
    start: IntArray
    stop: IntArray

    @classmethod
    def of(cls, order: IntArray | slice, domains: IntArray, count: IntArray) -> "LayerOrder":
        """The order of domains that have `count` households each; those without any are left out."""
        stop = np.cumsum(count)
        met = count > 0
        return cls(order, domains[met], (stop - count)[met], stop[met])


@dataclass(frozen=True, eq=False)
class Ranked:
    """What the ranks of n households are used for.

    column: (R,) per row of the PSU totals, Σ w q with q = y (weight below + weight of ties) + Σ w y above.
    Summed over a domain it is Σ w y (2·below + ties), and 2q is that sum's derivative by the household's weight.
    middle: (layers, n) middle of each household's stretch of its domain's population, 0-1; NaN outside.
    """

    column: FloatArray
    middle: FloatArray


def ranked(
    totals: PsuTotals, layers: DomainLayers, cell: IntArray, unit: IntArray, weight: FloatArray, value: FloatArray
) -> Ranked:
    """Ranks by `value` (n,), among these households, in the domains of `totals`.

    totals: PSU totals whose domains are those of `layers`, in the same order. cell, unit, weight: (n,). Equal values
    share their rank. Households are sorted once: a domain has the order of all, without the others.
    """
    n_units = totals.structure.n_units
    rows = totals.domain * n_units + totals.unit
    key, row = distinct(cell * n_units + unit, layers.domain.shape[1] * n_units)
    column = np.zeros(len(rows))
    middle = np.full((len(layers.domain), len(value)), np.nan)
    by_value = np.argsort(value)
    y, w, row = value[by_value], weight[by_value], row[by_value]

    def of_layer(numbered: tuple[int, LayerOrder]) -> FloatArray:
        number, layer = numbered
        score, middle[number, by_value[layer.order]] = _scores(y[layer.order], w[layer.order], layer)
        return sum_by(row[layer.order], score, len(key))

    for number, by_row in enumerate(in_order(of_layer, enumerate(layers.orders(cell[by_value])))):
        met = layers.domain[number][key // n_units]
        used = np.flatnonzero(met >= 0)
        target = np.searchsorted(rows, met[used] * n_units + key[used] % n_units)
        np.add.at(column, target, by_row[used])
    return Ranked(column, middle)


def _scores(y: FloatArray, w: FloatArray, layer: LayerOrder) -> tuple[FloatArray, FloatArray]:
    """w q and the middle rank of a layer's households, which ascend within each domain."""
    if len(y) == 0:
        return y, y
    new = np.empty(len(y), dtype=np.bool_)
    np.not_equal(y[1:], y[:-1], out=new[1:])
    new[layer.start] = True
    first = np.flatnonzero(new)
    repeats = np.diff(first, append=len(y))
    last = first + repeats - 1
    up_to, earned = np.cumsum(w), np.cumsum(w * y)
    before = np.append(0.0, up_to[layer.stop - 1])
    group = np.repeat(np.arange(len(layer.start)), np.diff(np.searchsorted(first, np.append(layer.start, len(y)))))
    below = np.append(0.0, up_to[last[:-1]])
    q = y[last] * (up_to[last] - before[group]) + (earned[layer.stop - 1][group] - earned[last])
    middle = divide((below + up_to[last]) / 2 - before[group], np.diff(before)[group])
    return w * np.repeat(q, repeats), np.repeat(middle, repeats)


def _code_type(size: int) -> type[np.unsignedinteger[Any]]:
    return np.uint8 if size <= 256 else np.uint16 if size <= 65_536 else np.uint32


def with_columns(totals: PsuTotals, columns: dict[str, FloatArray]) -> PsuTotals:
    """The totals with further variables, name -> (R,)."""
    return replace(
        totals,
        variables=(*totals.variables, *columns),
        values=np.column_stack([totals.values, *columns.values()]),
    )
