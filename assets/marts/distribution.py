"""What `mart.poverty` and `mart.inequality` are computed from: PSU totals and ranks of one period's households.

One pass over incomes makes it; the measures taken from it, with their errors, are `indicators.index_totals`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assets.marts.households import Block, PeriodHouseholds, Sums
from assets.marts.prices import LineOfPeriod
from assets.marts.sampled import Breakdown, Cell, Label
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
    people: np.ndarray
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
    people, per_head = sample.weight * sample.persons, sample.net_income / sample.persons
    totals = sample.totals(_psu_sums(sample, lines)).roll_up(members)
    income = ranked(totals, layers, sample.pairs, people, per_head)
    gaps = {}
    for line in lines:
        poor = np.flatnonzero(_is_poor(per_head, line))
        gap = 1 - per_head[poor] / line.amount
        gaps[column("ranked", line)] = ranked(totals, layers, sample.pairs.of(poor), people[poor], gap).column
    losing = sample.pairs.by_cell((per_head <= 0).astype(np.float64), len(sample.cells))
    return Distribution(
        sample.time_period,
        sample.freq,
        tuple(groups),
        reporting,
        lines=tuple(lines),
        households=sample,
        people=people,
        layers=layers,
        totals=with_columns(totals, {"ranked": income.column, **gaps}),
        middle=income.middle,
        not_positive=layers.sums(losing).astype(np.int64),
    )


def _is_poor(income: np.ndarray, line: LineOfPeriod) -> np.ndarray:
    return income <= line.amount if line.line.boundary == "<=" else income < line.amount


def _psu_sums(sample: PeriodHouseholds, lines: Sequence[LineOfPeriod]) -> Sums:
    """Weighted sums of persons by cell and PSU."""

    def of_block(block: Block) -> Iterator[tuple[Block, Sums]]:
        persons = sample.persons[block.households]
        weight, income = sample.weight[block.households] * persons, sample.net_income[block.households] / persons
        columns = {"income": income, "square": weight * income, **positive_columns(income, EPSILONS)}
        sums = {name: block.sums(weight * values) for name, values in columns.items()}
        yield block, {"weight": block.sums(weight), **sums}
        for line in lines:
            poor = np.flatnonzero(_is_poor(income, line))
            part, heavy = Block.of(sample, block.households[poor]), weight[poor]
            yield part, {name: part.sums(heavy * depth) for name, depth in _depths(income[poor], line)}

    return sample.sums(of_block)


def _depths(income: np.ndarray, line: LineOfPeriod) -> Iterator[tuple[str, np.ndarray]]:
    """The columns of a line, of the poor: all others count nothing."""
    for alpha in ALPHAS:
        yield column(f"fgt{alpha}", line), poverty_depth(income, line.amount, alpha, line.line.boundary)
    yield column("watts", line), watts_depth(income, line.amount)
