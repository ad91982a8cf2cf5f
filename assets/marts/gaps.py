"""What figures of senders' lines lack: lines that stand in quarantine, and senders of whom nothing was accepted.

Nothing stands in for a line that is not there, so any of either makes a figure one of a part, and it says so. Of
the household survey, where others of the sample stand in, `sampled` speaks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from assets.marts.family import Making
from assets.marts.frame import Pair, noted
from warehouse.contracts import CONTRACTS
from warehouse.periods import months_of


@dataclass(frozen=True)
class Gaps:
    """What a source table lacks in the months of a period."""

    refused: Mapping[str, int]
    """Area -> its records in quarantine"""
    silent: Mapping[str, frozenset[str]]
    """Month -> areas that owe the table and of which nothing was accepted"""
    what: str = ""
    """Of which table, where figures are made of several"""

    def notes(self, pairs: Iterable[Pair]) -> dict[str, str]:
        """Code of a figure -> what must be said of it; `pairs` are (code of the figure, code of the rows)."""
        members: dict[str, set[str]] = defaultdict(set)
        for code, member in pairs:
            members[code].add(member)
        return {code: note for code, below in sorted(members.items()) if (note := self._note(below))}

    def _note(self, below: set[str]) -> str:
        told = [
            f"partly_reported: nothing {self.what}of {' '.join(sorted(below & areas))}"
            + (f" in {month}" if len(self.silent) > 1 else "")
            for month, areas in self.silent.items()
            if below & areas
        ]
        records = sum(count for area, count in self.refused.items() if area in below)
        told += [f"{records:,} record{'s' * (records > 1)} {self.what}in quarantine"] if records else []
        return "; ".join(told)


def with_gaps(making: Making, sources: Sequence[str], figures: pa.Table) -> pa.Table:
    """The figures, each that stands for a part marked U with what is missing of its source tables' lines."""
    for period in figures["time_period"].unique().to_pylist() if sources else ():
        said: dict[str, list[str]] = {}
        for source in sources:
            gaps = gaps_of(making, source, period, is_alone=len(sources) == 1)
            for code, note in gaps.notes(making.members.everything(period)).items():
                said.setdefault(code, []).append(note)
        figures = marked(figures, period, {code: "; ".join(notes) for code, notes in said.items()})
    return figures


def gaps_of(making: Making, table: str, period: str, is_alone: bool) -> Gaps:
    """What a table lacks in the months of a period in which anything of it was accepted."""
    months = months_of(period)
    seen = {month: areas for month in months if (areas := _areas(making, table, month))}
    refused: dict[str, int] = defaultdict(int)
    for row in making.refused:
        if row["source"] == table and row["time_period"] in months:
            refused[row["area_code"]] += row["records"]
    what = "" if is_alone else f"of {CONTRACTS[table].table} "
    owing = {month: making.jurisdiction.owing(table, month) for month in seen}
    return Gaps(refused, {month: owing[month] - areas for month, areas in seen.items() if owing[month]}, what)


def _areas(making: Making, table: str, month: str) -> frozenset[str]:
    """The areas of which a table has accepted rows in a month."""
    part = making.home.partition(table, making.jurisdiction.id, month)
    if not part.exists() or "area_code" not in {column.name for column in CONTRACTS[table].columns}:
        return frozenset()
    return frozenset(pq.read_table(part, columns=["area_code"], partitioning=None)["area_code"].unique().to_pylist())


def marked(figures: pa.Table, period: str, notes: Mapping[str, str]) -> pa.Table:
    """The figures, those of a period and of the codes that have notes marked U with them."""
    if not notes:
        return figures
    codes = figures["area_code"].to_pylist()
    is_of_period = [one == period for one in figures["time_period"].to_pylist()]
    for note in sorted(set(notes.values())):
        about = [here and notes.get(code) == note for here, code in zip(is_of_period, codes, strict=True)]
        figures = noted(figures, pa.chunked_array([pa.array(about, pa.bool_())]), note)
    return figures
