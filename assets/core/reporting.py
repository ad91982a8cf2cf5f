"""How much of a survey's sample reports in a period: households expected by area, and households with a record.

A file of several periods is its own roster: who reports in any of them belongs to the sample. Which share was
accepted afterwards is the marts' business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assets.intake.records import Periods, Records
from warehouse.contracts import CODE_LISTS
from warehouse.layouts import Jurisdiction
from warehouse.periods import closing_month, freq


class Reporting:
    """Counts households over the files of a month."""

    def __init__(self, areas: Collection[str]) -> None:
        self._areas = pa.array(sorted(areas), pa.string())
        self._expected: dict[tuple[str, str, str], int] = defaultdict(int)
        self._reporting: dict[tuple[str, str, str], int] = defaultdict(int)

    def add(self, records: Records, periods: Periods, month: str) -> None:
        """Count one file: its roster once for every period of it that closes in the month."""
        wanted = [period for period in periods.distinct if closing_month(period) == month]
        if not wanted:
            return
        names = ["household_id", "area_code", "area_type"]
        people = pa.table({name: records.columns[name].cast(pa.string()) for name in names})
        roster = people.group_by(names).aggregate([])
        for period in wanted:
            if len(periods.distinct) == 1:
                present = roster
            else:
                present = people.filter(pa.array(periods.of(period))).group_by(names).aggregate([])
            self._count(self._expected, roster, period)
            self._count(self._reporting, present, period)

    def _count(self, counts: dict[tuple[str, str, str], int], people: pa.Table, period: str) -> None:
        # a cell that is no area may hold anything, an identity too
        is_area = pc.is_in(people["area_code"], value_set=self._areas)
        is_type = pc.is_in(people["area_type"], value_set=pa.array(sorted(CODE_LISTS["area_type"].codes)))
        known = people.filter(pc.and_(is_area, is_type))
        cells = known.group_by(["area_code", "area_type"]).aggregate([("household_id", "count")])
        for area, kind, count in zip(*(column.to_pylist() for column in cells.columns), strict=True):
            counts[period, area, kind] += count

    def rows(self, jurisdiction: str) -> list[dict[str, object]]:
        """Rows of `raw.reporting`."""
        return [
            {
                "jurisdiction": jurisdiction,
                "time_period": period,
                "freq": freq(period),
                "area_code": area,
                "area_type": kind,
                "households_expected": expected,
                "households_reporting": self._reporting.get((period, area, kind), 0),
            }
            for (period, area, kind), expected in sorted(self._expected.items())
        ]


def expected_of(
    place: Jurisdiction, reported: Sequence[Mapping[str, Any]], period: str
) -> dict[tuple[str, str, str], tuple[int, int]]:
    """(period, area, type) -> households expected and reporting, from rows of `raw.reporting`.

    A sender that is late counts as it last did.
    """
    owed = {layout.area_code for layout in place.owed("core.household_income") if layout.freq == freq(period)}
    result: dict[tuple[str, str, str], tuple[int, int]] = {}
    for row in reported:
        if row["time_period"] == period:
            key = (period, row["area_code"], row["area_type"])
            result[key] = (row["households_expected"], row["households_reporting"])
    late = owed - {area for _, area, _ in result}
    earlier = (row for row in reported if row["time_period"] < period and row["area_code"] in late)
    for row in sorted(earlier, key=lambda row: str(row["time_period"])):
        result[period, row["area_code"], row["area_type"]] = (row["households_expected"], 0)
    return result
