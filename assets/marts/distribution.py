"""What `mart.poverty` and `mart.inequality` are computed from: PSU totals and ranks of one period's households.

One pass over incomes makes it; the measures taken from it, with their errors, are `indicators.index_totals`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assets.marts.households import PeriodHouseholds
from assets.marts.prices import LineOfPeriod
from assets.marts.sampled import Breakdown, Cell, Label
from indicators.arrays import distinct, sum_by
from indicators.domain_ranks import DomainLayers, ranked, with_columns
from indicators.index_totals import positive_columns
from indicators.poverty import poverty_depth, watts_depth
from indicators.psu_totals import PsuTotals

ALPHAS = (0, 1, 2)
EPSILONS = (0.5, 1.0)


@dataclass(frozen=True, eq=False)
class Distribution(Breakdown):
    """Income per head of a period by area and domain.

    totals: PSU totals by label, counted in persons: income, square, those of `positive_columns`, and by line
    fgt<alpha>, watts and ranked gaps (`column`); ranked: of income. middle: ranks of every household, (layers, n).
    not_positive: households of each label whose income is zero or less.
    """

    lines: tuple[LineOfPeriod, ...]
    households: PeriodHouseholds
    layers: DomainLayers
    totals: PsuTotals
    middle: np.ndarray
    not_positive: np.ndarray


def column(measure: str, line: LineOfPeriod) -> str:
    """Name of a line's column in the totals."""
    return f"{measure}:{line.line.line_id}"


def distribution(
    sample: PeriodHouseholds,
    groups: Mapping[Label, Sequence[Cell]],
    reporting: Mapping[Label, tuple[int, int]],
    lines: Sequence[LineOfPeriod],
) -> Distribution:
    """Totals and ranks of the households in every label; groups: label -> the cells it is made of."""
    place = {cell: number for number, cell in enumerate(sample.cells)}
    members: dict[Hashable, list[int]] = {label: [place[cell] for cell in cells] for label, cells in groups.items()}
    layers = DomainLayers.of(list(members.values()), len(sample.cells))
    totals = _finest(sample, lines).roll_up(members)
    weight, unit = sample.design.weight, sample.design.unit
    income = ranked(totals, layers, sample.cell, unit, weight, sample.income)
    gaps = {}
    for line in lines:
        poor = _poor(sample.income, line)
        gap = 1 - sample.income[poor] / line.amount
        gaps[column("ranked", line)] = ranked(totals, layers, sample.cell[poor], unit[poor], weight[poor], gap).column
    losing = sum_by(sample.cell, (sample.income <= 0).astype(np.float64), len(sample.cells))
    return Distribution(
        sample.time_period,
        sample.freq,
        tuple(groups),
        reporting,
        lines=tuple(lines),
        households=sample,
        layers=layers,
        totals=with_columns(totals, {"ranked": income.column, **gaps}),
        middle=income.middle,
        not_positive=layers.sums(losing).astype(np.int64),
    )


def _poor(income: np.ndarray, line: LineOfPeriod) -> slice:
    """The poor in descending order of income, that is ascending order of their gaps; income: (n,) ascending."""
    count = int(np.searchsorted(income, line.amount, "right" if line.line.boundary == "<=" else "left"))
    return slice(count - 1, None, -1) if count else slice(0)


def _finest(sample: PeriodHouseholds, lines: Sequence[LineOfPeriod]) -> PsuTotals:
    """PSU totals by cell; one column is in memory at a time."""
    structure, unit, weight = sample.design.structure, sample.design.unit, sample.design.weight
    key, row = distinct(sample.cell * structure.n_units + unit, len(sample.cells) * structure.n_units)
    sums = {"weight": sum_by(row, weight, len(key))}
    for name, values in _columns(sample, lines):
        sums[name] = sum_by(row, weight * values, len(key))
    return PsuTotals(
        variables=tuple(sums),
        values=np.column_stack(list(sums.values())),
        n_households=np.bincount(row, minlength=len(key)),
        domain=key // structure.n_units,
        unit=key % structure.n_units,
        domains=np.arange(len(sample.cells)),
        structure=structure,
    )


def _columns(sample: PeriodHouseholds, lines: Sequence[LineOfPeriod]) -> Iterator[tuple[str, np.ndarray]]:
    yield "income", sample.income
    yield "square", sample.design.weight * sample.income
    yield from positive_columns(sample.income, EPSILONS).items()
    for line in lines:
        for alpha in ALPHAS:
            yield (
                column(f"fgt{alpha}", line),
                poverty_depth(sample.income, line.amount, alpha, line.line.boundary),
            )
        yield column("watts", line), watts_depth(sample.income, line.amount)
