"""`mart.village_indicator`: how far the whole-village advance has come, and villages below the line.

Formulas: docs/methods/villages.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import ibis
import pandas as pd
import pyarrow as pa

from assets.marts.family import Making
from assets.marts.frame import of_lines, with_parents, with_sets
from assets.marts.indicators import PLACE, Measure, figures
from assets.marts.prices import LineOfPeriod, line_of_period
from assets.marts.village_parts import MEASURES as PART_MEASURES
from assets.marts.village_parts import PARTS, part_sums
from warehouse.contracts.marts_programme import WHOLE
from warehouse.contracts.village_programme import STEP_DATES, WORKS_COLUMNS

MART = "mart.village_indicator"
SOURCE = "core.village_programme"
SOURCES = tuple(table for tables in PARTS.values() for table in tables)
_NEEDED = ("planned", "under_way", "done")

MEASURES = (
    Measure("villages", "villages", "villages", item=WHOLE),
    *(Measure("villages", "villages", step, item=step) for step in STEP_DATES),
    *(Measure("lag_days", "days", f"{step}_days", step, item=step) for step in list(STEP_DATES)[1:]),
    *(Measure("works_done", "0-1", f"{kind}_done", f"{kind}_needed", item=kind) for kind in WORKS_COLUMNS),
)


def village_indicators(making: Making) -> Iterator[tuple[str, pa.Table]]:
    """The indicators of the periods that are made."""
    rows = making.rows(SOURCE)
    if rows is None:
        return
    members, about = of_lines(rows, making.members)
    villages = with_parents(rows, members)
    place, release = making.jurisdiction.id, making.release_id
    made = [
        figures(MART, village_sums(villages), MEASURES, place, release),
        figures(MART, part_sums(making), PART_MEASURES, place, release),
    ]
    for period in about:
        carried = [line_of_period(line, period, making.levels) for line in making.poverty_lines]
        below = below_lines(villages.filter(villages.time_period == period), carried)
        made.append(figures(MART, below, [Measure("villages_below_line", "0-1", "below", "units")], place, release))
    yield MART, with_sets(MART, pa.concat_tables(made), about)


def village_sums(villages: ibis.Table) -> pd.DataFrame:
    """Villages, steps, days between steps and works by area; villages stand once for every area they count for."""
    sums: dict[str, ibis.Value] = {"villages": villages.count()}
    for step, column in STEP_DATES.items():
        sums[step] = villages[column].notnull().sum()
    for (_, before), (step, after) in pairwise(STEP_DATES.items()):
        sums[f"{step}_days"] = villages[after].delta(villages[before], unit="day").sum()
    for kind, column in WORKS_COLUMNS.items():
        sums[f"{kind}_done"] = (villages[column] == "done").sum()
        sums[f"{kind}_needed"] = villages[column].isin(_NEEDED).sum()
    return villages.group_by(*PLACE).agg(**sums).order_by(*PLACE).to_pyarrow().to_pandas()


def below_lines(rows: ibis.Table, lines: Sequence[LineOfPeriod]) -> pd.DataFrame:
    """Units (villages, households) whose net income per person is below each line of their period, by area.

    Rows have net_income and persons, and stand once for every area that they count for.
    """
    per_head = rows.net_income.cast("float64") / rows.persons.cast("float64").nullif(0)
    made = [_below(rows, per_head, line) for line in lines]
    empty = pd.DataFrame(columns=[*PLACE, "item", "units", "below", "obs_note"])
    return pd.concat(made, ignore_index=True) if made else empty


def _below(rows: ibis.Table, per_head: ibis.Value, line: LineOfPeriod) -> pd.DataFrame:
    is_below = per_head <= line.amount if line.line.boundary == "<=" else per_head < line.amount
    counted = (
        rows.group_by(*PLACE).agg(units=rows.count(), below=is_below.sum()).order_by(*PLACE).to_pyarrow().to_pandas()
    )
    return counted.assign(item=line.line.line_id, obs_note=line.note)
