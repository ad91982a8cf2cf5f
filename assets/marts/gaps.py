"""What sums of senders' lines lack: lines that stand in quarantine, and senders of whom nothing was accepted.

Nothing stands in for a line that is not there, so any of either makes a sum one of a part, and its figures say so. Of
the household survey, where others of the sample stand in, `sampled` speaks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from assets.marts.family import Making
from assets.marts.frame import Pair, PeriodAreas, noted
from warehouse.periods import closing_month


@dataclass(frozen=True)
class Gaps:
    """What a source table lacks in a month."""

    refused: Mapping[str, int]
    """Area -> its records in quarantine"""
    silent: frozenset[str]
    """Areas that owe the table and of which nothing was accepted"""

    def notes(self, pairs: Iterable[Pair]) -> dict[str, str]:
        """Code of a figure -> what must be said of it; `pairs` are (code of the figure, code of the rows)."""
        members: dict[str, set[str]] = defaultdict(set)
        for code, member in pairs:
            members[code].add(member)
        notes = {}
        for code, below in sorted(members.items()):
            silent = sorted(below & self.silent)
            records = sum(count for area, count in self.refused.items() if area in below)
            note = [f"partly_reported: nothing of {' '.join(silent)}"] if silent else []
            note += [f"{records:,} record{'s' * (records > 1)} in quarantine"] if records else []
            if note:
                notes[code] = "; ".join(note)
        return notes


def gaps_of(making: Making, table: str, periods: Mapping[str, PeriodAreas]) -> dict[str, Gaps]:
    """Month -> what the table lacks in it; `periods` say which areas have accepted rows."""
    there: dict[str, set[str]] = defaultdict(set)
    for period, areas in periods.items():
        there[closing_month(period)] |= areas.seen
    owing = frozenset(making.jurisdiction.monthly_senders.get(table, ()))
    refused: dict[str, dict[str, int]] = defaultdict(dict)
    for row in making.refused:
        if row["source"] == table:
            refused[row["time_period"]][row["area_code"]] = row["records"]
    return {month: Gaps(refused.get(month, {}), owing - seen) for month, seen in there.items()}


def with_gaps(figures: pa.Table, periods: Mapping[str, PeriodAreas], gaps: Mapping[str, Gaps]) -> pa.Table:
    """The figures, each that stands for a part marked U with what is missing from it."""
    for period, areas in periods.items():
        for code, note in gaps[closing_month(period)].notes(areas.pairs).items():
            rows = pc.and_(pc.equal(figures["time_period"], period), pc.equal(figures["area_code"], code))
            figures = noted(figures, rows, note)
    return figures
