"""`mart.fund_indicator`: what the programme's money does, area by area; the arithmetic is `indicators.fund_figures`.

Flows are of the twelve months that end in the period, stocks of its end. Method: docs/methods/funds.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.fund_lines import ledger_of, read_lines
from assets.marts.family import Making
from assets.marts.frame import UNJUDGED, with_sets
from assets.marts.funds import SOURCE
from indicators.fund_figures import Figure, Project, Terms, figures
from warehouse.compile import arrow_schema
from warehouse.contracts import MART_CONTRACTS
from warehouse.periods import edge_months, last_day

CONTRACT = MART_CONTRACTS["mart.fund_indicator"]
PROJECTS = "core.project"


def fund_indicator_marts(making: Making) -> Iterator[tuple[str, pa.Table]]:
    """The family's mart of the months that are made."""
    there = [m for m in making.months if making.home.partition(SOURCE, making.jurisdiction.id, m).exists()]
    if there:
        every = read_lines(making.parts_until(SOURCE, max(there)))
        for month in there:
            own = making.home.partition(SOURCE, making.jurisdiction.id, month)
            lines = every.filter(pc.less_equal(every["part"], len(making.parts_until(SOURCE, month))))
            projects = known_projects(making.parts_begun(PROJECTS, month), month)
            for period, freq in periods_of(own):
                yield CONTRACT.name, fund_indicator(lines, projects, making, period, freq)


def periods_of(part: Path) -> list[tuple[str, str]]:
    """(period, its length) of a partition's rows."""
    with duckdb.connect() as engine:
        query = "SELECT DISTINCT time_period, freq FROM read_parquet(?, hive_partitioning = false) ORDER BY ALL"
        return engine.execute(query, [str(part)]).fetchall()


def known_projects(parts: Sequence[Path], month: str) -> dict[str, Project]:
    """Projects of the registers of periods that have begun, by number; the latest register speaks for a project."""
    if not parts:
        return {}
    first, _ = edge_months("p")
    query = f"""SELECT project_id, payee_kind, village_code, finished_on, linked_poor_households,
            CAST(income_gain * 100 AS BIGINT), jobs, date_diff('day', DATE '1970-01-01', finished_on)
        FROM read_parquet(?, hive_partitioning = false) p WHERE {first} <= ? ORDER BY time_period"""
    with duckdb.connect() as engine:
        rows = engine.execute(query, [[str(part) for part in parts], month]).fetchall()
    return {
        number: Project(kind, village or "", day, linked or 0, gain, jobs)
        for number, kind, village, _, linked, gain, jobs, day in rows
    }


def fund_indicator(
    lines: pa.Table, projects: Mapping[str, Project], making: Making, period: str, freq: str
) -> pa.Table:
    """Figures of a period for every area (with its parents and sets) that has lines by then."""
    end = last_day(period)
    lines = lines.filter(pc.less_equal(lines["booked_on"], pa.scalar(end)))
    codes, place = np.unique(np.asarray(lines["area_code"].to_pandas(), str), return_inverse=True)
    areas = making.members.by_period({(period, str(code)) for code in codes})
    below: dict[str, set[str]] = {}
    for area, member in areas[period].pairs:
        below.setdefault(area, set()).add(member)
    terms = Terms(ledger_of(lines), np.asarray(lines["payee"].to_pandas(), object), projects, _day(end))
    rows = [
        _row(making, period, freq, area, one)
        for area, inside in below.items()
        if (own := np.isin(codes, sorted(inside))).any()
        for one in figures(terms, own[place])
    ]
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(CONTRACT)])
    made = pa.Table.from_pylist(rows, schema=schema).sort_by([(name, "ascending") for name in CONTRACT.key])
    return with_sets(CONTRACT.name, made, areas)


def _day(end: object) -> int:
    return int(np.datetime64(str(end), "D").astype(np.int64))


def _row(making: Making, period: str, freq: str, area: str, one: Figure) -> dict[str, object]:
    short = f"window_short: {one.months} of 12 months" if one.months is not None and one.months < 12 else None
    told = asdict(one)
    told.pop("months")
    return {
        "jurisdiction": making.jurisdiction.id,
        "release_id": making.release_id,
        "time_period": period,
        "freq": freq,
        "area_code": area,
        **told,
        "unit": one.unit.replace("money", making.jurisdiction.currency),
        "obs_status": "U" if short else "A",
        "obs_note": short,
        **UNJUDGED,
    }
