"""The families of the household survey: income with shares and levels, poverty with inequality."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from assets.core.reporting import expected_of
from assets.marts import income, prices
from assets.marts.distribution import distribution
from assets.marts.family import Making
from assets.marts.frame import PeriodAreas, with_sets
from assets.marts.households import PeriodHouseholds, households
from assets.marts.inequality import inequality
from assets.marts.poverty import poverty
from assets.marts.published import published_share
from assets.marts.sampled import Cell, Label, cells_of_labels, reporting_of
from jurisdictions import reference

HOUSEHOLDS = "core.household_income"
PRINTED = "core.published_income"


def income_marts(making: Making) -> Iterator[tuple[str, pa.Table]]:
    """PSU totals, levels and shares by period of the survey; shares of what an office printed."""
    place = making.jurisdiction.id
    definitions = income.views(making.reference.source_rows(place))
    for sample, about, groups, reporting in _periods(making):
        sums = income.psu_sums(sample, definitions)
        yield "mart.psu_total", income.psu_total(sample, sums, place, making.release_id)
        for batch in income.samples(sample, sums, groups, reporting):
            levels = income.income_level(batch, place, making.release_id)
            yield "mart.income_level", with_sets("mart.income_level", levels, about)
            shares = income.income_share(batch, definitions, place, making.release_id)
            yield "mart.income_share", with_sets("mart.income_share", shares, about)
    printed = making.rows(PRINTED)
    if printed is not None:
        classification = reference(place, "published_share")
        yield "mart.income_share", published_share(printed, classification, place, making.release_id)


def poverty_marts(making: Making) -> Iterator[tuple[str, pa.Table]]:
    """Poverty and inequality by period of the survey."""
    place = making.jurisdiction.id
    for sample, about, groups, reporting in _periods(making):
        carried = [prices.line_of_period(line, sample.time_period, making.levels) for line in making.poverty_lines]
        incomes = distribution(sample, groups, reporting, carried)
        yield "mart.poverty", with_sets("mart.poverty", poverty(incomes, place, making.release_id), about)
        yield "mart.inequality", with_sets("mart.inequality", inequality(incomes, place, making.release_id), about)


_Groups = dict[Label, list[Cell]]
_Reported = dict[Label, tuple[int, int]]


def _periods(making: Making) -> Iterator[tuple[PeriodHouseholds, dict[str, PeriodAreas], _Groups, _Reported]]:
    """Households of every period, what its figures are about, who is in each, and how many reported."""
    for part in making.parts(HOUSEHOLDS):
        for sample in households(part):
            period = sample.time_period
            expected = expected_of(making.jurisdiction, making.reported, period)
            cells = {(period, area) for area, _ in sample.present()} | {(at, area) for at, area, _ in expected}
            about = making.members.by_period(cells)
            groups = cells_of_labels(sample.present(), about[period].pairs)
            yield sample, about, groups, reporting_of(period, list(groups), about[period].pairs, expected)
