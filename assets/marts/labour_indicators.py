"""`mart.labour_indicator`: persons, departures and earnings by month; held against the survey's wages earned away.

Formulas: docs/methods/labour.md. Half-years are `labour_half_years`.
"""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import pandas as pd
import pyarrow as pa

from assets.marts.family import Making
from assets.marts.frame import Membership, of_lines, with_parents, with_sets
from assets.marts.indicators import PLACE, Measure, by_item, figures
from warehouse.contracts.marts_programme import WHOLE

MART = "mart.labour_indicator"
LINES = "core.labour_export"
SURVEY = "core.household_income"
NOT_TOLD_APART = "_T"

BAND = (0.8, 1.25)
"""Labour earnings over the survey's wages earned away: a fifth either way is taken for the same thing"""

MEASURES = (
    Measure("persons", "persons", "persons"),
    Measure("person_times", "person-times", "person_times", n_units="persons"),
    Measure("repeats", "person-times per person", "person_times", "timed_persons"),
    Measure("earnings_total", "{currency}", "earnings", n_units="persons"),
    Measure("earnings_per_person", "{currency} per person", "earnings", "earning_persons"),
    Measure("earnings_per_person_time", "{currency} per person-time", "timed_earnings", "earning_times"),
)
RATIO = Measure("wages_away_ratio", "ratio", "earnings", "wages_away", n_units="households", item=WHOLE)


def labour_indicators(making: Making) -> Iterator[tuple[str, pa.Table]]:
    """The indicators of the months that are made."""
    lines = making.rows(LINES)
    if lines is None:
        return
    place, currency = making.jurisdiction.id, making.jurisdiction.currency
    members, periods = of_lines(lines, making.members)
    sums = labour_sums(with_parents(lines, members))
    made = [figures(MART, sums, in_currency(MEASURES, currency), place, making.release_id)]
    households = making.rows(SURVEY)
    if households is not None:
        both = against_survey(sums, wages_away(households, making.members))
        made.append(figures(MART, both, [RATIO], place, making.release_id))
    yield MART, with_sets(MART, pa.concat_tables(made), periods)


def in_currency(measures: tuple[Measure, ...], currency: str) -> list[Measure]:
    """The measures, amounts in the money of the place."""
    return [
        Measure(m.code, m.unit.format(currency=currency), m.numerator, m.denominator, m.n_units, m.item)
        for m in measures
    ]


def labour_sums(lines: ibis.Table) -> pd.DataFrame:
    """Sums by period, area and item of lines that stand once for every area that they count for.

    Where an area has lines that tell destinations apart and lines that do not, they are two tables of the same
    people: the whole and the parts by channel and industry are those that do not, the destinations those that do.
    """
    untold = lines.destination_code == NOT_TOLD_APART
    window = ibis.window(group_by=["time_period", "area_code"])
    base = lines.filter(untold == untold.any().over(window))
    told = lines.filter(~untold)
    items = ibis.union(
        by_item(base, channel=base.channel, industry=base.industry),
        told.mutate(item=ibis.literal("destination:") + told.destination_code),
    )
    earning, timed = items.earnings_total.notnull(), items.person_times.notnull()
    money = items.earnings_total.cast("float64")
    grouped = items.group_by(*PLACE, "item").agg(
        persons=items.persons.sum(),
        person_times=items.person_times.sum(),
        timed_persons=items.persons.sum(where=timed),
        earnings=money.sum(),
        earning_persons=items.persons.sum(where=earning),
        timed_earnings=money.sum(where=timed),
        earning_times=items.person_times.sum(where=earning),
    )
    return grouped.order_by(*PLACE, "item").to_pyarrow().to_pandas()


def wages_away(households: ibis.Table, membership: Membership) -> pd.DataFrame:
    """Weighted total of wages earned away from home, and the households it rests on, by period and area."""
    wanted = households.select("time_period", "freq", "area_code", "weight", "wage_away_net")
    members, _ = of_lines(wanted, membership)
    whole = with_parents(wanted, members)
    total = (whole.weight * whole.wage_away_net.cast("float64")).sum()
    return (
        whole.group_by(*PLACE).agg(wages_away=total, households=whole.count()).order_by(*PLACE).to_pyarrow().to_pandas()
    )


def against_survey(sums: pd.DataFrame, survey: pd.DataFrame) -> pd.DataFrame:
    """Labour earnings beside the survey's, by period and area that have both; why they differ, where they do."""
    both = sums[(sums["item"] == WHOLE) & sums["earnings"].notna()].merge(survey, on=list(PLACE))
    ratio = both["earnings"] / both["wages_away"].where(both["wages_away"] != 0)
    return both.assign(obs_note=pd.Series([_reason(value) for value in ratio], both.index, dtype=object))


def _reason(ratio: float) -> str | None:
    """What is recorded of a ratio outside the band."""
    low, high = BAND
    if low <= ratio <= high:
        return None
    stated = f"outside {low:g} to {high:g}"
    if ratio < low:
        return f"{stated}: offices count those whom they know of, the survey everybody who earned away from home"
    if ratio > high:
        return f"{stated}: offices report what was earned, the survey what reached the household"
    return f"{stated}: the survey has no wages earned away"
