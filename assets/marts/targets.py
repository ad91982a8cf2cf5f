"""`mart.target_progress`: what is reached of the targets in force, what is needed a year, where the trend leads.

Levels are read from all years so far. Method: docs/methods/targets.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from assets.marts.family import Making
from assets.marts.indicators import PLACE, Measure, figures
from indicators.targets import forecast, path
from warehouse.memory import in_memory
from warehouse.periods import closing_month
from warehouse.units import UNITS

MART = "mart.target_progress"
CROPS, OUTPUT, TARGETS = "core.crop_base", "core.industry_output", "core.target"
SOURCES = (CROPS, OUTPUT, TARGETS)
_MU_PER_HA = float(UNITS["ha"].factor)

_CODES = (
    *("target", "level", "target_ha", "level_ha", "attainment", "required_a_year", "on_track"),
    *("forecast", "forecast_low", "forecast_high", "is_open"),
)


def target_progress(making: Making) -> Iterator[tuple[str, pa.Table]]:
    """The family's mart of the years that close in the months that are made."""
    rows = [row for month in making.months if month.endswith("-12") for row in _year(making, month)]
    if not rows:
        return
    sums = pd.DataFrame(rows)
    place, release = making.jurisdiction.id, making.release_id
    made = []
    for code in _CODES:
        known = sums[sums[code].notna()]
        for unit, of_unit in known.groupby(known["unit"].map(lambda unit, code=code: _unit(code, unit))):
            measure = Measure(code, str(unit), code, n_units="n_units")
            made.append(figures(MART, of_unit, [measure], place, release))
    yield MART, pa.concat_tables(made).combine_chunks()


def _unit(code: str, unit: str) -> str:
    if code.endswith("_ha"):
        return "ha"
    if code == "required_a_year":
        return f"{unit} a year"
    return "0-1" if code in ("attainment", "on_track", "is_open") else unit


def _year(making: Making, month: str) -> Iterator[dict[str, Any]]:
    """One row per target in force at the end of the year."""
    for target in _targets(making, month):
        below = sorted({own for area, own in making.members.everything(month) if area == target["area_code"]})
        levels, units = _levels(making, month, target, below)
        year = int(month[:4])
        if year not in levels:
            continue
        way = path(levels, target["amount"], target["comparison"], target["base_year"], target["due_year"])
        trend = forecast(levels, target["due_year"])
        is_land = target["quantity"] != "leading_share"
        yield {
            **dict(zip(PLACE, (str(year), "A", target["area_code"]), strict=True)),
            "item": target["target_id"],
            "unit": "mu" if is_land else "0-1",
            "n_units": units,
            "target": target["amount"],
            "level": way.latest,
            "target_ha": target["amount"] / _MU_PER_HA if is_land else None,
            "level_ha": way.latest / _MU_PER_HA if is_land else None,
            "attainment": way.attainment,
            "required_a_year": way.required_a_year,
            "on_track": None if way.on_track is None else float(way.on_track),
            "forecast": trend and trend.value,
            "forecast_low": trend and trend.low,
            "forecast_high": trend and trend.high,
            "is_open": float(target["status"] == "open"),
        }


def _targets(making: Making, month: str) -> list[dict[str, Any]]:
    """The targets of the latest period in which any were sent, up to the month."""
    parts = making.parts_until(TARGETS, month)
    if not parts:
        return []
    rows: list[dict[str, Any]] = pq.ParquetFile(parts[-1]).read().to_pylist()
    return sorted(rows, key=lambda row: str(row["target_id"]))


def _levels(making: Making, month: str, target: dict[str, Any], below: list[str]) -> tuple[dict[int, float], int]:
    """Year -> what there was, and how many lines the latest year's figure is made of."""
    if target["quantity"] == "leading_share":
        table, figure = OUTPUT, "sum(output_value) FILTER (is_leading) / nullif(sum(output_value), 0)"
        where, codes = "line_type = 'item' AND in_agriculture", [""]
    else:
        table, figure = CROPS, f"sum({target['quantity']})"
        where, codes = "list_contains($codes, product)", str(target["products"]).split()
    parts = [str(part) for part in making.parts_until(table, month)]
    if not parts:
        return {}, 0
    query = f"""SELECT time_period, ({figure})::DOUBLE AS level, count(*) AS lines
      FROM read_parquet($parts, hive_partitioning = false)
      WHERE freq = 'A' AND {where} AND list_contains($below, area_code)
      GROUP BY time_period HAVING level IS NOT NULL ORDER BY time_period"""
    given: dict[str, object] = {"parts": parts, "below": below}
    if "$codes" in query:
        given["codes"] = codes
    with in_memory() as engine:
        found = engine.execute(query, given).fetchall()
    levels = {int(period): level for period, level, _ in found if closing_month(period) <= month}
    return levels, int(found[-1][2]) if found else 0
