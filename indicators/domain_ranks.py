"""Ranks inside many domains that overlap (an area and the areas above it, everybody and rural people).

Households are sorted once. Domains are laid out in layers such that a household is in at most one domain of a
layer; ranks are then taken layer by layer. What is made of ranks lives in `index_totals` and `source_ranks`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from indicators.arrays import FloatArray, IntArray, distinct, sum_by
from indicators.measures import sorted_within, tied_sums
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

    def layers(self, cell: IntArray) -> Iterator[tuple[IntArray | slice, IntArray]]:
        """Per layer, the positions of the households in it and their domains; cell: (n,)."""
        for layer in self.domain:
            domain = layer[cell]
            if (layer >= 0).all():
                yield slice(None), domain
            else:
                inside = np.flatnonzero(domain >= 0)
                yield inside, domain[inside]


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
    """Ranks by `value` (n,), ascending, among these households, in the domains of `totals`.

    totals: PSU totals whose domains are those of `layers`, in the same order. cell, unit, weight: (n,). Equal values
    share their rank. Raises ValueError when the values are not in ascending order.
    """
    if (np.diff(value) < 0).any():
        raise ValueError("value is not in ascending order; sort the households by it first")
    n_units = totals.structure.n_units
    rows = totals.domain * n_units + totals.unit
    key, row = distinct(cell * n_units + unit, layers.domain.shape[1] * n_units)
    column = np.zeros(len(rows))
    middle = np.full((len(layers.domain), len(value)), np.nan)
    for number, (inside, domain) in enumerate(layers.layers(cell)):
        order = sorted_within(domain, value[inside])
        y, w, group = value[inside][order], weight[inside][order], domain[order]
        population, income = sum_by(group, w, layers.n_domains), sum_by(group, w * y, layers.n_domains)
        below, ties, above = tied_sums(y, w, group, population, income)
        place = order if isinstance(inside, slice) else inside[order]
        middle[number, place] = (below + ties / 2) / population[group]
        by_row = sum_by(row[place], w * (y * (below + ties) + above), len(key))
        met = layers.domain[number][key // n_units]
        used = np.flatnonzero(met >= 0)
        target = np.searchsorted(rows, met[used] * n_units + key[used] % n_units)
        np.add.at(column, target, by_row[used])
    return Ranked(column, middle)


def with_columns(totals: PsuTotals, columns: dict[str, FloatArray]) -> PsuTotals:
    """The totals with further variables, name -> (R,)."""
    return replace(
        totals,
        variables=(*totals.variables, *columns),
        values=np.column_stack([totals.values, *columns.values()]),
    )
