"""`mart.fund_indicator`: what the programme's money does, area by area; the arithmetic is `indicators.fund_figures`.

Flows are of the twelve months that end in the period, stocks of its end. Method: docs/methods/funds.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from assets.marts.family import Making
from assets.marts.frame import UNJUDGED, with_sets
from assets.marts.fund_lines import ledger_of, read_lines
from assets.marts.funds import SOURCE
from indicators.fund_figures import Figure, Project, Terms, figures
from indicators.ledger import Ledger, coded
from warehouse.compile import arrow_schema
from warehouse.contracts import MART_CONTRACTS
from warehouse.memory import in_memory
from warehouse.periods import edge_months, last_day

CONTRACT = MART_CONTRACTS["mart.fund_indicator"]
PROJECTS = "core.project"


def fund_indicator_marts(making: Making) -> Iterator[tuple[str, pa.Table]]:
    """The family's mart of the months that are made."""
    there = [m for m in making.months if making.home.partition(SOURCE, making.jurisdiction.id, m).exists()]
    if there:
        every = Lines.of_table(read_lines(making.parts_until(SOURCE, max(there))))
        for month in there:
            own = making.home.partition(SOURCE, making.jurisdiction.id, month)
            lines = every.of(every.part <= len(making.parts_until(SOURCE, month)))
            projects = known_projects(making.parts_begun(PROJECTS, month), month)
            for period, freq in periods_of(own):
                yield CONTRACT.name, fund_indicator(lines, projects, making, period, freq)


@dataclass(frozen=True)
class Lines:
    """A ledger, and what is known of its lines beside it."""

    ledger: Ledger
    payee: np.ndarray
    area: np.ndarray
    part: np.ndarray
    """Place of a line's partition among those read, from 1"""

    @classmethod
    def of_table(cls, lines: pa.Table) -> Lines:
        """Those that `read_lines` gave."""
        payee, area = (np.asarray(lines[name].to_pandas(), object) for name in ("payee", "area_code"))
        return cls(ledger_of(lines), payee, area, lines["part"].to_numpy())

    def of(self, rows: np.ndarray) -> Lines:
        """Some of them."""
        return Lines(self.ledger.of(rows), self.payee[rows], self.area[rows], self.part[rows])


def periods_of(part: Path) -> list[tuple[str, str]]:
    """(period, its length) of a partition's rows."""
    names = ["time_period", "freq"]
    distinct = pq.read_table(part, columns=names, partitioning=None).group_by(names).aggregate([])
    return sorted((row["time_period"], row["freq"]) for row in distinct.to_pylist())


def known_projects(parts: Sequence[Path], month: str) -> dict[str, Project]:
    """Projects of the registers of periods that have begun, by number; the latest register speaks for a project."""
    if not parts:
        return {}
    first, _ = edge_months("p")
    query = f"""SELECT project_id, payee_kind, village_code, finished_on, linked_poor_households,
            CAST(income_gain * 100 AS BIGINT), jobs, date_diff('day', DATE '1970-01-01', finished_on)
        FROM read_parquet(?, hive_partitioning = false) p WHERE {first} <= ? ORDER BY time_period"""
    with in_memory() as engine:
        rows = engine.execute(query, [[str(part) for part in parts], month]).fetchall()
    return {
        number: Project(kind, village or "", day, linked or 0, gain, jobs)
        for number, kind, village, _, linked, gain, jobs, day in rows
    }


def fund_indicator(lines: Lines, projects: Mapping[str, Project], making: Making, period: str, freq: str) -> pa.Table:
    """Figures of a period for every area (with its parents and sets) that has lines by then."""
    end = int(np.datetime64(last_day(period), "D").astype(np.int64))
    lines = lines.of(lines.ledger.day <= end)
    place, codes = coded(lines.area)
    areas = making.members.by_period({(period, code) for code in codes})
    below: dict[str, set[str]] = {}
    for area, member in areas[period].pairs:
        below.setdefault(area, set()).add(member)
    terms = Terms(lines.ledger, lines.payee, projects, end)
    rows = [
        _row(making, period, freq, area, one)
        for area, inside in below.items()
        if (own := np.isin(codes, sorted(inside))).any()
        for one in figures(terms, own[place])
    ]
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(CONTRACT)])
    made = pa.Table.from_pylist(rows, schema=schema).sort_by([(name, "ascending") for name in CONTRACT.key])
    return with_sets(CONTRACT.name, made, areas)


def _row(making: Making, period: str, freq: str, area: str, one: Figure) -> dict[str, object]:
    short = f"window_short: {one.months} of 12 months" if one.months is not None and one.months < 12 else None
    told = {name: value for name, value in vars(one).items() if name != "months"}
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
