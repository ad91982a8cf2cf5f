"""What a correct pipeline must find: shares, levels, labour and money of sound rows, and every planted line.

Computed with NumPy from the generator's own whole numbers; nothing of the pipeline is used. Formulas:
docs/methods/agricultural-share.md.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jurisdictions import reference
from jurisdictions.wuzhong.generator.design import WEIGHT_STEPS
from jurisdictions.wuzhong.generator.income import LEAF_NAMES
from jurisdictions.wuzhong.generator.sheets import Sheet, leaf_cents

PREFECTURE = "640300"
DOMAINS = {"all": ("urban", "rural"), "urban": ("urban",), "rural": ("rural",)}

DIRT_COLUMNS = ("file", "line", "source", "time_period", "kind", "rule_ids", "outcome", "column", "written")
FILE_COLUMNS = ("file", "source", "area_code", "time_period", "outcome", "records", "quarantined")


@dataclass(frozen=True)
class PlantedLine:
    """A planted fault or variety: file, line (None when the whole file is at fault), what must come of it."""

    file: str
    line: int | None
    source: str
    time_period: str
    kind: str
    rule_ids: tuple[str, ...]
    outcome: str
    """quarantined, flagged (kept), accepted (kept, no alarm) or refused (the file)"""
    column: str = ""
    written: str = ""


@dataclass(frozen=True)
class FileTruth:
    """A file of the landing folder: whether it is taken, its records, how many of them are quarantined."""

    file: str
    source: str
    area_code: str
    time_period: str
    outcome: str
    records: int
    quarantined: int


@dataclass(frozen=True)
class View:
    """A share definition as matrices of 0 and 1 over the leaves."""

    name: str
    sectors: tuple[str, ...]
    numerator: np.ndarray
    denominator: np.ndarray


def views() -> tuple[View, ...]:
    """The share definitions; a leaf outside the denominator is in no sector's numerator."""
    rows = reference("wuzhong", "income_source")
    found = []
    for name in dict.fromkeys(row["share_definition"] for row in rows):
        counted = [row for row in rows if row["share_definition"] == name and row["in_denominator"] == "true"]
        sectors = tuple(dict.fromkeys(row["sector"] for row in counted))
        members = {(row["sector"], row["leaf"]) for row in counted}
        numerator = np.array([[(sector, leaf) in members for leaf in LEAF_NAMES] for sector in sectors], np.int64)
        found.append(View(name, sectors, numerator, (numerator.max(axis=0) > 0).astype(np.int64)))
    return tuple(found)


class _Cell:
    """Sums over the sound households of one area and area type in one month."""

    def __init__(self, definitions: Sequence[View]) -> None:
        self.households = self.villages = 0
        self.weight = self.persons = 0
        self.leaves = [0] * len(LEAF_NAMES)
        self.shares = [np.zeros(len(view.sectors)) for view in definitions]
        self.counted_weight = [0] * len(definitions)
        self.left_out = [0] * len(definitions)

    def add(self, other: _Cell) -> None:
        self.households += other.households
        self.villages += other.villages
        self.weight += other.weight
        self.persons += other.persons
        self.leaves = [a + b for a, b in zip(self.leaves, other.leaves, strict=True)]
        self.shares = [a + b for a, b in zip(self.shares, other.shares, strict=True)]
        self.counted_weight = [a + b for a, b in zip(self.counted_weight, other.counted_weight, strict=True)]
        self.left_out = [a + b for a, b in zip(self.left_out, other.left_out, strict=True)]


class IncomeTruth:
    """Adds up sound households block by block; a month is closed into rows of the two tables."""

    def __init__(self) -> None:
        self._views = views()
        self._cells: dict[tuple[str, str], _Cell] = defaultdict(lambda: _Cell(self._views))
        self.shares: list[dict[str, object]] = []
        self.levels: list[dict[str, object]] = []

    def add(self, sheet: Sheet, sound: np.ndarray) -> None:
        """A block of one area; `sound` are the rows that a correct pipeline accepts."""
        cents, weight, persons = leaf_cents(sheet), sheet.numbers("weight"), sheet.numbers("persons")
        urban = sheet.equals("area_type", "urban")
        amounts = cents.astype(float)
        shares = []
        for view in self._views:
            income = view.denominator.astype(float) @ amounts
            counted = income > 0
            with_share = np.where(counted, income, 1.0)
            shares.append((counted, view.numerator.astype(float) @ amounts * counted / with_share))
        assert sheet.groups is not None
        for area_type, of_type in (("urban", urban), ("rural", ~urban)):
            chosen = sound & of_type
            if not chosen.any():
                continue
            w = weight * chosen
            cell = _Cell(self._views)
            cell.households, cell.villages = int(chosen.sum()), len(np.unique(sheet.groups[chosen]))
            cell.weight, cell.persons = int(w.sum()), int(w @ persons)
            cell.leaves = [int(total) for total in cents @ w]
            for place, (counted, share) in enumerate(shares):
                cell.shares[place] = share @ w.astype(float)
                cell.counted_weight[place] = int(w[counted].sum())
                cell.left_out[place] = int((chosen & ~counted).sum())
            self._cells[sheet.area_code, area_type].add(cell)

    def close_month(self, month: str) -> None:
        """Turn the sums of a month into figures for every area, the prefecture and every domain."""
        areas = sorted({area for area, _ in self._cells})
        for area in [PREFECTURE, *areas]:
            for domain, types in DOMAINS.items():
                inside = [c for (a, t), c in self._cells.items() if t in types and area in (a, PREFECTURE)]
                if inside:
                    whole = _Cell(self._views)
                    for cell in inside:
                        whole.add(cell)
                    self._figures(whole, {"time_period": month, "area_code": area, "domain": domain})
        self._cells.clear()

    def _figures(self, cell: _Cell, key: Mapping[str, object]) -> None:
        size = {"n_households": cell.households, "n_psu": cell.villages}
        sources = {**dict(zip(LEAF_NAMES, cell.leaves, strict=True)), "net_income": sum(cell.leaves)}
        for leaf, cents in sources.items():
            self.levels.append(
                {
                    **key,
                    "leaf": leaf,
                    "mean_per_household": float(Fraction(cents, 100 * cell.weight)),
                    "mean_per_person": float(Fraction(cents, 100 * cell.persons)),
                    "total": float(Fraction(cents, 100 * WEIGHT_STEPS)),
                    **size,
                }
            )
        for place, view in enumerate(self._views):
            income = sum(amount for amount, counts in zip(cell.leaves, view.denominator, strict=True) if counts)
            for sector, members in enumerate(view.numerator):
                part = sum(amount for amount, counts in zip(cell.leaves, members, strict=True) if counts)
                figures = {
                    "ratio_of_aggregates": (_quotient(part, income), 0),
                    "mean_of_shares": (
                        _quotient(cell.shares[place][sector], cell.counted_weight[place]),
                        cell.left_out[place],
                    ),
                }
                for estimator, (value, left_out) in figures.items():
                    named = {
                        "share_definition": view.name,
                        "estimator": estimator,
                        "sector": view.sectors[sector],
                    }
                    self.shares.append({**key, **named, "value": value, "n_excluded": left_out, **size})


def _quotient(part: float, whole: int) -> float | None:
    """None where nobody has the income that the share is of."""
    if not whole:
        return None
    return float(Fraction(part, whole)) if isinstance(part, int) else float(part) / whole


class Sums:
    """Adds up measures of sound rows by period, area (and the prefecture) and some codes."""

    def __init__(self, codes: Sequence[str], measures: Sequence[str]) -> None:
        self._codes, self._measures = tuple(codes), tuple(measures)
        self._sums: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0] * (len(self._measures) + 1))

    def add(self, sheet: Sheet, sound: np.ndarray) -> None:
        """The rows of one file."""
        codes = [sheet.texts(name) for name in self._codes]
        for row in np.flatnonzero(sound):
            values = [int(sheet.numbers(name)[row]) for name in self._measures] + [1]
            for area in (sheet.area_code, PREFECTURE):
                sums = self._sums[(sheet.month, area, *(str(texts[row]) for texts in codes))]
                for place, value in enumerate(values):
                    sums[place] += value

    def rows(self, cents: Iterable[str]) -> list[dict[str, object]]:
        """One row per combination, amounts in yuan."""
        names, in_cents = ("time_period", "area_code", *self._codes), set(cents)
        return [
            dict(zip(names, key, strict=True))
            | {
                name: float(Fraction(value, 100)) if name in in_cents else value
                for name, value in zip((*self._measures, "lines"), values, strict=True)
            }
            for key, values in sorted(self._sums.items())
        ]


def write_truth(
    folder: Path,
    parameters: Mapping[str, object],
    tables: Mapping[str, Sequence[Mapping[str, object]]],
    planted: Sequence[PlantedLine],
    files: Sequence[FileTruth],
) -> None:
    """`truth.json`, one Parquet per table, `dirt.csv` (faults), `harmless.csv` (varieties), `files.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        if rows:
            pq.write_table(pa.Table.from_pylist(list(rows)), folder / f"{name}.parquet")
    faults = [line for line in planted if line.outcome != "accepted"]
    _write_csv(folder / "dirt.csv", DIRT_COLUMNS, faults)
    _write_csv(folder / "harmless.csv", DIRT_COLUMNS, [line for line in planted if line.outcome == "accepted"])
    _write_csv(folder / "files.csv", FILE_COLUMNS, files)
    summary = {
        "parameters": dict(parameters),
        "files": len(files),
        "records": sum(file.records for file in files if file.outcome == "accepted"),
        "quarantined": sum(file.quarantined for file in files),
        "kinds_of_dirt": sorted({line.kind for line in faults}),
        "tables": sorted(name for name, rows in tables.items() if rows),
    }
    (folder / "truth.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _write_csv(path: Path, columns: Sequence[str], rows: Sequence[PlantedLine | FileTruth]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            cells = [getattr(row, column) for column in columns]
            writer.writerow([" ".join(c) if isinstance(c, tuple) else "" if c is None else c for c in cells])
