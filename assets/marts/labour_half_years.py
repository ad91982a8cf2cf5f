"""`mart.labour_half_year`: labour export added up over six months, and the way of trained persons to a lasting job.

Formulas: docs/methods/labour.md. The report on training closes the half-year; without it there are no figures of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import ibis
import pandas as pd
import pyarrow as pa

from assets.marts.family import Making
from assets.marts.frame import Membership, PeriodAreas, accepted_rows, of_lines, with_parents, with_sets
from assets.marts.indicators import PLACE, Measure, figures
from assets.marts.labour_indicators import LINES, in_currency, labour_sums
from warehouse.contracts.labour_training import STEPS
from warehouse.contracts.marts_programme import WHOLE
from warehouse.periods import first_day, freq, last_day, months_of

MART = "mart.labour_half_year"
TRAINING = "core.labour_training"

_AWAY = "persons_average"
MEASURES = (
    Measure("person_times", "person-times", "person_times", n_units=_AWAY),
    Measure("persons_average", "persons", _AWAY),
    Measure("repeats", "person-times per person", "person_times", _AWAY),
    Measure("earnings_total", "{currency}", "earnings", n_units=_AWAY),
    Measure("earnings_per_person", "{currency} per person", "earnings", _AWAY),
    Measure("earnings_per_person_time", "{currency} per person-time", "timed_earnings", "earning_times"),
)
_ORDER = list(STEPS)
TRAINING_MEASURES = (
    Measure("begun", "persons", "begun", item=WHOLE),
    *(Measure("funnel", "persons", step, item=step) for step in _ORDER),
    *(Measure("funnel_rate", "0-1", step, before, item=step) for before, step in pairwise(_ORDER)),
    Measure("retention", "0-1", "lasting", "asked", item=WHOLE),
)


def labour_half_years(making: Making) -> Iterator[tuple[str, pa.Table]]:
    """The indicators of every half-year of which the report on training has arrived."""
    place, release = making.jurisdiction.id, making.release_id
    measures = in_currency(MEASURES, making.jurisdiction.currency)
    for part in making.parts(TRAINING):
        spells = accepted_rows([part])
        spells = spells.filter(spells.freq == "S")
        members, about = of_lines(spells, making.members)
        for period in about:
            trained = with_parents(spells.filter(spells.time_period == period), members)
            sums = training_sums(trained, period)
            yield MART, with_sets(MART, figures(MART, sums, TRAINING_MEASURES, place, release), about)
            parts = [making.home.partition(LINES, place, month) for month in months_of(period)]
            there = [path for path in parts if path.exists()]
            if there:
                exported, areas = _export(accepted_rows(there), period, making.members)
                yield MART, with_sets(MART, figures(MART, exported, measures, place, release), {period: areas})


def _export(lines: ibis.Table, period: str, membership: Membership) -> tuple[pd.DataFrame, PeriodAreas]:
    """Sums of a half-year's lines of labour export, and what they are about."""
    lines = lines.filter(lines.freq == "M")
    members, _ = of_lines(lines, membership)
    seen = lines.select("time_period", "area_code").distinct().to_pyarrow().to_pandas()
    months_of_code = seen["area_code"].value_counts().to_dict()
    areas = membership.of(period, list(months_of_code))
    lacking: dict[str, int] = {}
    for area, code in areas.pairs:
        missing = len(months_of(period)) - months_of_code.get(code, len(months_of(period)))
        lacking[area] = lacking.get(area, 0) + missing
    return half_year_sums(labour_sums(with_parents(lines, members)), period, lacking), areas


def training_sums(spells: ibis.Table, period: str) -> pd.DataFrame:
    """Persons at each step, by area; spells stand once for every area that they count for.

    The funnel is of the persons whose course began in the half-year that ended a year before the period does: every
    one of them has had six months to find a job and six to keep it.
    """
    year, half = int(period[:4]), period[-1]
    cohort = f"{year - 1}-S{half}"
    of_cohort = spells.started_on.between(first_day(cohort), last_day(cohort))
    reached = {
        "trained": of_cohort,
        "certified": of_cohort & spells.certified_on.notnull(),
        "placed": of_cohort & spells.placed_on.notnull(),
        "retained": of_cohort & spells.is_retained.fill_null(False),
    }
    everybody = spells.person_id
    counts = {name: everybody.nunique(where=there) for name, there in reached.items()}
    return (
        spells.group_by(*PLACE)
        .agg(
            **counts,
            begun=everybody.nunique(where=spells.started_on >= first_day(period)),
            asked=everybody.nunique(where=spells.is_retained.notnull()),
            lasting=everybody.nunique(where=spells.is_retained.fill_null(False)),
        )
        .order_by(*PLACE)
        .to_pyarrow()
        .to_pandas()
    )


def half_year_sums(months: pd.DataFrame, period: str, lacking: Mapping[str, int]) -> pd.DataFrame:
    """Monthly sums by area and item added up over a half-year, marked where monthly reports are missing.

    lacking: area -> monthly reports that it, or the areas below it, did not send.
    """
    columns = [name for name in months.columns if name not in (*PLACE, "item")]
    added = months.groupby(["area_code", "item"])[columns].sum(min_count=1).reset_index()
    reports = added["area_code"].map(lacking).fillna(0).astype(int)
    notes = [f"incomplete: {count} monthly reports missing" if count else None for count in reports]
    return added.assign(
        time_period=period,
        freq=freq(period),
        persons_average=added["persons"] / len(months_of(period)),
        obs_note=pd.Series(notes, added.index, dtype=object),
    )
