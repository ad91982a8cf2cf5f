"""The accepted households of one period as arrays in ascending order of income per head.

For measures that need every income; sums that a database makes are `income`'s. A column is read once, when needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.marts.sampled import LONELY_PSU, Cell
from indicators.survey import SurveyDesign
from warehouse.contracts import LEAVES
from warehouse.parsing import cents_from_money

_LABELS = ("time_period", "freq", "area_code", "area_type", "stratum", "psu")


@dataclass(frozen=True, eq=False)
class PeriodHouseholds:
    """n households of one period, sorted by income per head; persons are the unit of `design`.

    cell: (n,) place in `cells`. income: (n,) net income of the period per head. row: (n,) row in the partition.
    """

    time_period: str
    freq: str
    cells: tuple[Cell, ...]
    cell: np.ndarray
    persons: np.ndarray
    income: np.ndarray
    design: SurveyDesign
    row: np.ndarray
    part: Path

    def present(self) -> set[Cell]:
        """The cells that have a household."""
        return {self.cells[cell] for cell in np.unique(self.cell)}

    def leaves(self) -> Iterator[tuple[str, np.ndarray]]:
        """Every leaf and its net income per head, (n,); unknown counts as none."""
        for leaf in LEAVES:
            yield leaf, _money(_read(self.part, [f"{leaf}_net"]), f"{leaf}_net")[self.row] / self.persons


def households(part: Path) -> Iterator[PeriodHouseholds]:
    """The households of each period in a partition of `core.household_income`."""
    table = _read(part, (*_LABELS, "persons", "weight", "net_income"))
    codes = {name: _codes(table[name]) for name in _LABELS}
    persons, weight = (table[name].to_numpy().astype(np.float64) for name in ("persons", "weight"))
    per_head = _money(table, "net_income") / persons
    cell, cells = _cells(codes["area_code"], codes["area_type"])
    period, periods = codes["time_period"]
    for number in sorted(range(len(periods)), key=periods.__getitem__):
        row = np.flatnonzero(period == number)
        row = row[np.argsort(per_head[row], kind="stable")]
        stratum, psu = codes["stratum"][0][row], codes["psu"][0][row]
        design = SurveyDesign(weight[row], stratum, psu, lonely_psu=LONELY_PSU)
        freq, freqs = codes["freq"]
        yield PeriodHouseholds(
            time_period=periods[number],
            freq=freqs[freq[row[0]]],
            cells=cells,
            cell=cell[row],
            persons=persons[row],
            income=per_head[row],
            design=design.for_persons(persons[row]),
            row=row,
            part=part,
        )


def _read(part: Path, columns: Sequence[str]) -> pa.Table:
    return pq.ParquetFile(part, read_dictionary=list(_LABELS)).read(columns=list(columns))


def _codes(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Place of each label among the distinct ones, and these."""
    encoded = column.unify_dictionaries().combine_chunks()
    return encoded.indices.to_numpy(), encoded.dictionary.to_pylist()


def _money(table: pa.Table, name: str) -> np.ndarray:
    return cents_from_money(pc.fill_null(table[name], 0)) / 100.0


def _cells(
    area: tuple[np.ndarray, list[str]], area_type: tuple[np.ndarray, list[str]]
) -> tuple[np.ndarray, tuple[Cell, ...]]:
    """The cell of each household, and all pairs of area and type there could be."""
    (area_code, areas), (type_code, types) = area, area_type
    cell = area_code.astype(np.int64) * len(types) + type_code
    return cell, tuple((name, kind) for name in areas for kind in types)
