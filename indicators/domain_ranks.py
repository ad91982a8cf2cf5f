"""Ranks inside many domains that overlap (an area and the areas above it, everybody and rural people).

Households are sorted once. Domains are laid out in layers such that a household is in at most one domain of a layer; a
domain's order is that of all households without the others. Ranks are taken layer by layer, block by block of the
order. What is made of ranks lives in `index_totals` and `source_ranks`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.arrays import FloatArray, IntArray, ascending, blocks, divide, sum_by
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

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return self.domain.shape[1]

    @cached_property
    def layers(self) -> tuple["Layer", ...]:
        """One by one."""
        return tuple(Layer.of(domain) for domain in self.domain)

    def sums(self, by_cell: FloatArray) -> FloatArray:
        """Sums per domain, (D,), of sums per cell, (C,)."""
        return sum(
            (self.layer_sums(number, by_cell) for number in range(len(self.domain))),
            start=np.zeros(self.n_domains),
        )

    def layer_sums(self, number: int, by_cell: FloatArray) -> FloatArray:
        """The same for the domains of one layer, 0 for the others."""
        inside = self.domain[number] >= 0
        return sum_by(self.domain[number][inside], by_cell[inside], self.n_domains)


@dataclass(frozen=True, eq=False)
class Layer:
    """G domains that do not overlap. code: (C,) place of a cell's domain among `domains`, G for none."""

    domains: IntArray
    code: NDArray[np.unsignedinteger[Any]]
    is_one: bool

    @classmethod
    def of(cls, domain: IntArray) -> "Layer":
        """The layer in which a cell is in `domain` (C,), -1 for none."""
        domains = np.unique(domain[domain >= 0])
        code = np.where(domain >= 0, np.searchsorted(domains, domain), len(domains))
        return cls(
            domains, code.astype(np.min_scalar_type(len(domains))), len(domains) == 1 and bool((code == 0).all())
        )

    def parted(self, cell: IntArray) -> "Parted":
        """Households parted by domain, each in the order given; cell: (m,)."""
        if self.is_one:
            met = np.zeros(min(len(cell), 1), dtype=np.int64)
            return Parted(slice(None), met, np.array([0, len(cell)])[: len(met) + 1])
        code = self.code[cell]
        count = np.bincount(code, minlength=len(self.domains) + 1)[:-1]
        met = np.flatnonzero(count)
        edge = np.append(0, np.cumsum(count[met]))
        order = np.argsort(code, kind="stable")  # codes this small are sorted by radix
        return Parted(order[: edge[-1]], met, edge)


@dataclass(frozen=True, eq=False)
class Parted:
    """Households of a layer side by side by domain.

    order: (m,) their positions, or a slice when they lie as they were. met: (g,) places of the domains met among the
    layer's; the households of the k-th lie from edge[k] to edge[k + 1].
    """

    order: IntArray | slice
    met: IntArray
    edge: IntArray


@dataclass(frozen=True, eq=False)
class Pairs:
    """R pairs of cell and PSU, and the pair of each household. cell, unit: (R,); row: (n,) place among them."""

    cell: IntArray
    unit: IntArray
    row: IntArray

    def by_cell(self, values: FloatArray, n_cells: int) -> FloatArray:
        """Values (n,) summed by cell, (C,)."""
        return sum_by(self.cell, sum_by(self.row, values, len(self.cell)), n_cells)

    def of(self, households: IntArray) -> "Pairs":
        """The same of some households."""
        return Pairs(self.cell, self.unit, self.row[households])


@dataclass(frozen=True, eq=False)
class Ranked:
    """What the ranks of n households are used for.

    column: (R,) per row of the PSU totals, Σ w q with q = y (weight below + weight of ties) + Σ w y above.
    Summed over a domain it is Σ w y (2·below + ties), and 2q is that sum's derivative by the household's weight.
    middle: (layers, n) middle of each household's stretch of its domain's population, 0-1; NaN outside.
    """

    column: FloatArray
    middle: FloatArray


def ranked(totals: PsuTotals, layers: DomainLayers, pairs: Pairs, weight: FloatArray, value: FloatArray) -> Ranked:
    """Ranks by `value` (n,), among these households, in the domains of `totals`.

    totals: PSU totals whose domains are those of `layers`, in the same order. pairs: the cell and PSU of each
    household, all of them in the totals. weight: (n,). Equal values share their rank.
    """
    n_units = totals.structure.n_units
    rows = totals.domain * n_units + totals.unit
    column = np.zeros(len(rows))
    middle = np.full((len(layers.domain), len(value)), np.nan)
    population = layers.sums(pairs.by_cell(weight, layers.n_cells))
    income = layers.sums(pairs.by_cell(weight * value, layers.n_cells))
    order, y = ascending(value)
    w, row = weight[order], pairs.row[order]
    cell = pairs.cell.astype(np.min_scalar_type(layers.n_cells))
    stretches = _between_ties(y)

    def of_layer(number: int) -> FloatArray:
        layer, by_row = layers.layers[number], np.zeros(len(pairs.cell))
        passed = _Passed(population[layer.domains], income[layer.domains])
        for stretch in stretches:
            parted = layer.parted(cell[row[stretch]])
            own = w[stretch][parted.order]
            q, rank = passed.ranks(y[stretch][parted.order], own, parted)
            by_row += sum_by(row[stretch][parted.order], own * q, len(pairs.cell))
            middle[number, order[stretch][parted.order]] = rank
        return by_row

    for number, by_row in enumerate(in_order(of_layer, range(len(layers.layers)))):
        domain = layers.domain[number][pairs.cell]
        used = np.flatnonzero(domain >= 0)
        target = np.searchsorted(rows, domain[used] * n_units + pairs.unit[used])
        np.add.at(column, target, by_row[used])
    return Ranked(column, middle)


def _between_ties(y: FloatArray) -> list[slice]:
    """Ascending values in blocks, equal values never in two."""
    starts = sorted({int(np.searchsorted(y, y[block.start])) for block in blocks(len(y))})
    return [slice(start, stop) for start, stop in pairwise([*starts, len(y)])]


class _Passed:
    """Sums of what lies below in each domain of a layer, (G,), while ascending values pass by block after block."""

    def __init__(self, population: FloatArray, income: FloatArray) -> None:
        self.population, self.income = population, income
        self.below, self.earned_below = np.zeros(len(population)), np.zeros(len(population))

    def ranks(self, y: FloatArray, w: FloatArray, parted: Parted) -> tuple[FloatArray, FloatArray]:
        """q and the middle rank of the next households, which ascend within each domain."""
        if len(y) == 0:
            return y, y
        met, edge = parted.met, parted.edge
        new = np.empty(len(y), dtype=np.bool_)
        np.not_equal(y[1:], y[:-1], out=new[1:])
        new[edge[:-1]] = True
        first = np.flatnonzero(new)
        runs = np.searchsorted(first, edge)
        domain, last = np.repeat(met, np.diff(runs)), runs[1:] - 1
        y, ties, repeats = y[first], np.add.reduceat(w, first), np.diff(first, append=len(y))
        up_to, earned = np.cumsum(ties), np.cumsum(ties * y)
        before, earned_before = np.append(0.0, up_to[last]), np.append(0.0, earned[last])
        up_to += np.repeat(self.below[met] - before[:-1], np.diff(runs))
        earned += np.repeat(self.earned_below[met] - earned_before[:-1], np.diff(runs))
        self.below[met] += np.diff(before)
        self.earned_below[met] += np.diff(earned_before)
        q = y * up_to + (self.income[domain] - earned)
        middle = divide(up_to - ties / 2, self.population[domain])
        return np.repeat(q, repeats), np.repeat(middle, repeats)


def with_columns(totals: PsuTotals, columns: dict[str, FloatArray]) -> PsuTotals:
    """The totals with further variables, name -> (R,)."""
    return replace(
        totals,
        variables=(*totals.variables, *columns),
        values=np.column_stack([totals.values, *columns.values()]),
    )
