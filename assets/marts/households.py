"""The accepted households of one period as arrays, in the order of their partition, and sums of them by PSU.

What all marts of the household survey read first: labels as codes, weights, persons, net income. Leaves are read when
needed, a column or a row group at a time. What is summed and estimated is `income`'s and `distribution`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from assets.marts.sampled import LONELY_PSU, Cell
from indicators.arrays import blocks, distinct, sum_by
from indicators.design import checked_weight, sample_structure
from indicators.parallel import in_order
from indicators.psu_totals import PsuTotals
from indicators.variance import SampleStructure
from warehouse.contracts import LEAF_COLUMNS, LEAVES
from warehouse.parsing import cents_from_money

_LABELS = ("time_period", "freq", "area_code", "area_type", "stratum", "psu")

Sums = dict[str, np.ndarray]
"""Column -> (R,), one sum per cell and PSU"""


@dataclass(frozen=True, eq=False)
class PeriodHouseholds:
    """n households of one period in R pairs of cell and PSU.

    cells: pairs of area and area type, sorted. row: (n,) place of a household's pair among all, which are sorted;
    row_cell, row_unit: (R,) cell and PSU of each pair. weight, persons, net_income (currency of the place): (n,).
    place: rows of the partition, ascending; all of them, or (n,).
    """

    time_period: str
    freq: str
    cells: tuple[Cell, ...]
    row: np.ndarray
    row_cell: np.ndarray
    row_unit: np.ndarray
    structure: SampleStructure
    weight: np.ndarray
    persons: np.ndarray
    net_income: np.ndarray
    place: np.ndarray | slice
    part: Path

    def __len__(self) -> int:
        return len(self.row)

    @property
    def cell(self) -> np.ndarray:
        """Place of each household's cell in `cells`, (n,)."""
        return self.row_cell[self.row]

    def present(self) -> set[Cell]:
        """The cells that have a household."""
        return {self.cells[cell] for cell in np.unique(self.row_cell)}

    def totals(self, sums: Mapping[str, np.ndarray]) -> PsuTotals:
        """Sums by pair, the first that of weights, as PSU totals whose domains are the cells."""
        return PsuTotals(
            variables=tuple(sums),
            values=np.column_stack(list(sums.values())),
            n_households=np.bincount(self.row, minlength=len(self.row_cell)),
            domain=self.row_cell,
            unit=self.row_unit,
            domains=np.arange(len(self.cells)),
            structure=self.structure,
        )

    def by_row(self, inside: slice | np.ndarray, values: np.ndarray) -> np.ndarray:
        """Values of some households summed by pair, (R,)."""
        return sum_by(self.row[inside], values, len(self.row_cell))

    def sums(self, summed: Callable[[slice], Sums]) -> Sums:
        """Sums by pair that `summed` makes of each block of households."""
        return _added(in_order(summed, blocks(len(self))))

    def sums_of_leaves(self, summed: Callable[[slice, list[np.ndarray]], Sums]) -> Sums:
        """Sums by pair that `summed` makes of each block and the cents of its leaves, in the order of LEAVES."""
        metadata = pq.read_metadata(self.part)
        size = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
        start = np.concatenate([[0], np.cumsum(size)])
        first = start if isinstance(self.place, slice) else np.searchsorted(self.place, start)

        def of_group(number: int) -> Sums:
            group = pq.ParquetFile(self.part).read_row_group(number, columns=list(LEAF_COLUMNS), use_threads=False)
            cents = [cents_from_money(group[name]) for name in LEAF_COLUMNS]
            if not isinstance(self.place, slice):
                here = self.place[first[number] : first[number + 1]] - start[number]
                cents = [column[here] for column in cents]
            begin, end = int(first[number]), int(first[number + 1])
            return _added(
                summed(slice(begin + block.start, begin + block.stop), [column[block] for column in cents])
                for block in blocks(end - begin)
            )

        return _added(in_order(of_group, np.flatnonzero(np.diff(first)).tolist()))

    def leaves(self) -> Iterator[tuple[str, np.ndarray]]:
        """Every leaf and its net income per head, (n,); unknown counts as none."""
        for leaf, name in zip(LEAVES, LEAF_COLUMNS, strict=True):
            yield leaf, _money(_read(self.part, [name])[name])[self.place] / self.persons


def households(part: Path) -> Iterator[PeriodHouseholds]:
    """The households of each period in a partition of `core.household_income`."""
    table = _read(part, (*_LABELS, "persons", "weight", "net_income"))
    codes = {name: _codes(table[name]) for name in _LABELS}
    net_income = _money(table["net_income"])
    persons, weight = (table[name].to_numpy().astype(np.float64) for name in ("persons", "weight"))
    del table
    (period, periods), (freq, freqs) = codes["time_period"], codes["freq"]
    for number, name in enumerate(periods):
        place = slice(None) if len(periods) == 1 else np.flatnonzero(period == number)
        cells, cell = _pairs(codes["area_code"], codes["area_type"], place)
        strata_and_psus, psu = _pairs(codes["stratum"], codes["psu"], place)
        stratum, label = (np.array(labels, dtype=object) for labels in zip(*strata_and_psus, strict=True))
        structure, unit = sample_structure(len(label), stratum, label, lonely_psu=LONELY_PSU)
        key, row = distinct(cell * structure.n_units + unit[psu], len(cells) * structure.n_units)
        yield PeriodHouseholds(
            time_period=name,
            freq=freqs[freq[place][0]],
            cells=tuple(cells),
            row=row,
            row_cell=key // structure.n_units,
            row_unit=key % structure.n_units,
            structure=structure,
            weight=checked_weight(weight[place]),
            persons=persons[place],
            net_income=net_income[place],
            place=place,
            part=part,
        )


def _read(part: Path, columns: Sequence[str]) -> pa.Table:
    return pq.ParquetFile(part, read_dictionary=list(_LABELS)).read(columns=list(columns))


def _codes(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Place of each label among the distinct ones in their order, and these."""
    encoded = column.unify_dictionaries().combine_chunks()
    labels = encoded.dictionary.to_pylist()
    rank = np.empty(len(labels), dtype=np.int64)
    rank[sorted(range(len(labels)), key=labels.__getitem__)] = np.arange(len(labels))
    return rank[encoded.indices.to_numpy()], sorted(labels)


def _pairs(
    outer: tuple[np.ndarray, list[str]], inner: tuple[np.ndarray, list[str]], place: np.ndarray | slice
) -> tuple[list[tuple[str, str]], np.ndarray]:
    """The pairs of labels that occur, sorted, and the place of each household's pair among them."""
    (outer_code, outer_labels), (inner_code, inner_labels) = outer, inner
    size = len(inner_labels)
    key, code = distinct(outer_code[place] * size + inner_code[place], len(outer_labels) * size)
    return [(outer_labels[pair // size], inner_labels[pair % size]) for pair in key.tolist()], code


def _money(column: pa.ChunkedArray) -> np.ndarray:
    """Amounts in the currency, 0 where unknown."""
    amount = np.empty(len(column))
    start = 0
    for chunk in column.chunks:
        np.divide(cents_from_money(chunk), 100.0, out=amount[start : start + len(chunk)])
        start += len(chunk)
    return amount


def _added(parts: Iterable[Sums]) -> Sums:
    """Sums of parts of the households, added in the order in which they come."""
    added: Sums = {}
    for part in parts:
        for name, values in part.items():
            added[name] = added[name] + values if name in added else values
    return added
