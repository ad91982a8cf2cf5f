"""The accepted households of one period as arrays, in the order of their partition, and sums of them by PSU.

What all marts of the household survey read first: labels as codes, weights, persons, net income. Leaves are read when
needed, a column or a row group at a time. What is summed and estimated is `income`'s and `distribution`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from assets.marts.sampled import LONELY_PSU, Cell
from indicators.arrays import blocks, distinct_of, starts_of
from indicators.design import checked_weight, sample_structure
from indicators.domain_ranks import Pairs
from indicators.parallel import in_order
from indicators.psu_totals import PsuTotals
from indicators.variance import SampleStructure
from warehouse.contracts import LEAF_COLUMNS, LEAVES
from warehouse.parsing import cents_from_money

_LABELS = ("time_period", "freq", "area_code", "area_type", "stratum", "psu")
_NUMBERS = ("persons", "weight", "net_income")

Sums = dict[str, np.ndarray]
"""Column -> (R,), one sum per cell and PSU; of a block, one per pair met in it"""


@dataclass(frozen=True, eq=False)
class Block:
    """Some m households of a period, those of one cell and PSU side by side.

    households: (m,) their places in the period. rows: (k,) the pairs of cell and PSU met; start: (k,) where each
    begins.
    """

    households: np.ndarray
    rows: np.ndarray
    start: np.ndarray

    @classmethod
    def of(cls, sample: PeriodHouseholds, households: np.ndarray) -> Block:
        """Households given side by side by pair."""
        row = sample.pairs.row[households]
        start = starts_of(row)
        return cls(households, row[start], start)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Values (m,) summed by pair, (k,)."""
        return np.add.reduceat(values, self.start)


@dataclass(frozen=True, eq=False)
class PeriodHouseholds:
    """n households of one period in R pairs of cell and PSU.

    cells: pairs of area and area type, sorted. pairs: of cell and PSU, sorted. weight, persons, net_income (currency of
    the place): (n,).
    place: (n,) rows of the partition, ascending; None for all of them.
    """

    time_period: str
    freq: str
    cells: tuple[Cell, ...]
    pairs: Pairs
    structure: SampleStructure
    weight: np.ndarray
    persons: np.ndarray
    net_income: np.ndarray
    place: np.ndarray | None
    part: Path

    def __len__(self) -> int:
        return len(self.weight)

    def present(self) -> set[Cell]:
        """The cells that have a household."""
        return {self.cells[cell] for cell in np.unique(self.pairs.cell)}

    def totals(self, sums: Mapping[str, np.ndarray]) -> PsuTotals:
        """Sums by pair, the first that of weights, as PSU totals whose domains are the cells."""
        return PsuTotals(
            variables=tuple(sums),
            values=np.column_stack(list(sums.values())),
            n_households=np.bincount(self.pairs.row, minlength=len(self.pairs.cell)),
            domain=self.pairs.cell,
            unit=self.pairs.unit,
            domains=np.arange(len(self.cells)),
            structure=self.structure,
        )

    def block(self, inside: slice) -> Block:
        """Households that follow each other, brought side by side by pair."""
        row = self.pairs.row[inside]
        row = row - row.min()
        order = np.argsort(row.astype(np.min_scalar_type(row.max())), kind="stable")  # small numbers by radix
        return Block.of(self, order + inside.start)

    def sums(self, summed: Callable[[Block], Iterable[tuple[Block, Sums]]]) -> Sums:
        """Sums by pair that `summed` makes of each block of households, or of parts of it."""

        def of_block(inside: slice) -> Sums:
            return self._added(summed(self.block(inside)))

        return _together(in_order(of_block, blocks(len(self))))

    def sums_of_leaves(self, summed: Callable[[Block, list[np.ndarray]], Iterable[tuple[Block, Sums]]]) -> Sums:
        """The same where `summed` also gets the block's leaves in cents, in the order of LEAVES."""

        def of_group(group: _RowGroup) -> Sums:
            cents = group.cents(pq.ParquetFile(self.part), LEAF_COLUMNS)
            inner = [
                self.block(slice(group.start + block.start, group.start + block.stop)) for block in blocks(len(group))
            ]
            return self._added(
                part
                for block in inner
                for part in summed(block, [column[block.households - group.start] for column in cents])
            )

        return _together(in_order(of_group, self._groups()))

    def _added(self, parts: Iterable[tuple[Block, Sums]]) -> Sums:
        added: Sums = {}
        for block, sums in parts:
            for name, values in sums.items():
                added.setdefault(name, np.zeros(len(self.pairs.cell)))[block.rows] += values
        return added

    def leaves(self) -> Iterator[tuple[str, Iterator[np.ndarray]]]:
        """Every leaf and its net income per head, (n,) in pieces; unknown counts as none."""
        for leaf, name in zip(LEAVES, LEAF_COLUMNS, strict=True):
            yield leaf, self._per_head(name)

    def _per_head(self, column: str) -> Iterator[np.ndarray]:
        file = pq.ParquetFile(self.part)
        for group in self._groups():
            (cents,) = group.cents(file, [column])
            yield cents / 100.0 / self.persons[group.start : group.stop]

    def _groups(self) -> Iterator[_RowGroup]:
        """The row groups of the partition that have a household of this period."""
        for number, rows in enumerate(_stretches(pq.read_metadata(self.part))):
            if self.place is None:
                yield _RowGroup(number, rows.start, rows.stop, None)
                continue
            start, stop = np.searchsorted(self.place, [rows.start, rows.stop]).tolist()
            if start < stop:
                yield _RowGroup(number, start, stop, self.place[start:stop] - rows.start)


@dataclass(frozen=True, eq=False)
class _RowGroup:
    """A row group of a partition. start, stop: its households among those of the period; rows: theirs, None for all."""

    number: int
    start: int
    stop: int
    rows: np.ndarray | None

    def __len__(self) -> int:
        return self.stop - self.start

    def cents(self, file: pq.ParquetFile, columns: Sequence[str]) -> list[np.ndarray]:
        """Amounts in cents of the households, unknown as 0."""
        table = file.read_row_group(self.number, columns=list(columns), use_threads=False)
        amounts = [cents_from_money(table[name]) for name in columns]
        return amounts if self.rows is None else [amount[self.rows] for amount in amounts]


def households(part: Path) -> Iterator[PeriodHouseholds]:
    """The households of each period in a partition of `core.household_income`."""
    columns, numbers = _columns(part)
    (period, periods), (freq, freqs) = columns["time_period"], columns["freq"]
    for name in sorted(periods):
        place = None if len(periods) == 1 else np.flatnonzero(period == periods.index(name))
        chosen = slice(None) if place is None else place
        persons, weight, net_income = (numbers[number][chosen] for number in _NUMBERS)
        codes = {label: _Codes.of_column(*columns[label], place) for label in _LABELS}
        cells = codes["area_code"].crossed(codes["area_type"], len(persons))
        psus = codes["stratum"].crossed(codes["psu"], len(persons))
        stratum, psu = (np.array(labels, dtype=object) for labels in zip(*psus.labels, strict=True))
        structure, unit = sample_structure(len(psus.labels), stratum, psu, lonely_psu=LONELY_PSU)
        yield PeriodHouseholds(
            time_period=name,
            freq=freqs[freq[chosen][0]],
            cells=tuple(cells.labels),
            pairs=_pairs(cells, psus, unit, len(persons)),
            structure=structure,
            weight=checked_weight(weight),
            persons=persons,
            net_income=net_income,
            place=place,
            part=part,
        )


def _columns(part: Path) -> tuple[dict[str, tuple[np.ndarray, list[str]]], dict[str, np.ndarray]]:
    """Labels as places among the distinct ones in the order met, with these, and numbers, 0 where unknown."""
    metadata = pq.read_metadata(part)
    numbers = {name: np.empty(metadata.num_rows) for name in _NUMBERS}
    codes = {name: np.zeros(metadata.num_rows, dtype=np.int32) for name in _LABELS}
    met: dict[str, dict[str, int]] = {name: {} for name in _LABELS}

    def read(piece: tuple[int, slice]) -> tuple[slice, list[list[str]]]:
        number, inside = piece
        file = pq.ParquetFile(part, read_dictionary=list(_LABELS))
        table = file.read_row_group(number, columns=[*_LABELS, *_NUMBERS], use_threads=False)
        for name, column in numbers.items():
            is_money = name == "net_income"
            column[inside] = cents_from_money(table[name]) / 100.0 if is_money else table[name].to_numpy()
        labels = [table[name].unify_dictionaries().combine_chunks() for name in _LABELS]
        for code, label in zip(codes.values(), labels, strict=True):
            if len(label.dictionary) > 1:
                code[inside] = label.indices.to_numpy()
        return inside, [label.dictionary.to_pylist() for label in labels]

    for inside, labels in in_order(read, enumerate(_stretches(metadata))):
        for name, own in zip(_LABELS, labels, strict=True):
            places = np.array([met[name].setdefault(label, len(met[name])) for label in own], dtype=np.int32)
            if places.any():
                codes[name][inside] = places[codes[name][inside]]
    return {name: (codes[name], list(met[name])) for name in _LABELS}, numbers


def _stretches(metadata: pq.FileMetaData) -> list[slice]:
    """Rows of each row group."""
    size = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
    return [slice(start, stop) for start, stop in pairwise(np.cumsum([0, *size]).tolist())]


@dataclass(frozen=True, eq=False)
class _Codes:
    """What each household is labelled with, as places among the sorted labels; made a block at a time."""

    of: Callable[[slice], np.ndarray]
    labels: list

    @classmethod
    def of_column(cls, code: np.ndarray, labels: list[str], place: np.ndarray | None) -> _Codes:
        """The column at some rows of the partition, None for all."""
        order = sorted(range(len(labels)), key=labels.__getitem__)
        rank = np.empty(len(labels), dtype=np.int64)
        rank[order] = np.arange(len(labels))
        return cls(
            lambda block: rank[code[block if place is None else place[block]]], [labels[number] for number in order]
        )

    def crossed(self, inner: _Codes, size: int) -> _Codes:
        """The pairs of both labels that `size` households have."""
        width = len(inner.labels)

        def pair(block: slice) -> np.ndarray:
            return self.of(block) * width + inner.of(block)

        met, position = distinct_of((pair(block) for block in blocks(size)), len(self.labels) * width)
        labels = [(self.labels[number // width], inner.labels[number % width]) for number in met.tolist()]
        return _Codes(lambda block: position(pair(block)), labels)


def _pairs(cells: _Codes, psus: _Codes, unit: np.ndarray, size: int) -> Pairs:
    """The pairs of cell and PSU; unit: the PSU's place in the sample's structure."""
    cell = _Codes(cells.of, list(range(len(cells.labels))))
    crossed = cell.crossed(_Codes(lambda block: unit[psus.of(block)], list(range(len(unit)))), size)
    row = np.empty(size, dtype=np.int64)
    for block in blocks(size):
        row[block] = crossed.of(block)
    met = np.array(crossed.labels, dtype=np.int64)
    return Pairs(met[:, 0], met[:, 1], row)


def _together(parts: Iterable[Sums]) -> Sums:
    """Sums of parts of the households, added in the order in which they come."""
    added: Sums = {}
    for part in parts:
        for name, values in part.items():
            added[name] = added[name] + values if name in added else values
    return added
