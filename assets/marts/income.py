"""`mart.psu_total`, `mart.income_level`, `mart.income_share`: one pass over households, then PSU totals only.

Formulas are those of docs/methods/agricultural-share.md; the estimation itself is `indicators.psu_totals`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from assets.marts.households import Block, PeriodHouseholds, Sums
from assets.marts.sampled import Breakdown, Cell, Label, key_columns, mart_table, status_columns
from indicators.arrays import sum_by
from indicators.psu_totals import PsuTotals
from warehouse.contracts import LEAVES

RATIO, MEAN = "ratio_of_aggregates", "mean_of_shares"
POLICIES = ("keep", "clip_components", "exclude")
PSU_ROWS = 100_000
"""PSU rows that are estimated at once."""

_LEVELS = (*LEAVES, "net_income")


@dataclass(frozen=True)
class View:
    """A share definition: sector -> leaves, and the leaves of the denominator."""

    name: str
    sectors: Mapping[str, tuple[str, ...]]
    denominator: tuple[str, ...]

    def numerators(self) -> dict[str, tuple[str, ...]]:
        """Sector -> its leaves in the denominator, for the sectors that have any."""
        inside = {
            sector: tuple(name for name in leaves if name in self.denominator)
            for sector, leaves in self.sectors.items()
        }
        return {sector: leaves for sector, leaves in inside.items() if leaves}


def views(income_source: Sequence[Mapping[str, object]]) -> list[View]:
    """Share definitions from rows of `ref.income_source`."""
    names = dict.fromkeys(str(row["share_definition"]) for row in income_source)
    result = []
    for name in names:
        rows = [row for row in income_source if row["share_definition"] == name]
        sectors = dict.fromkeys(str(row["sector"]) for row in rows)
        result.append(
            View(
                name,
                {s: tuple(str(row["leaf"]) for row in rows if row["sector"] == s) for s in sectors},
                tuple(dict.fromkeys(str(row["leaf"]) for row in rows if row["in_denominator"])),
            )
        )
    return result


def psu_sums(sample: PeriodHouseholds, definitions: Sequence[View]) -> Sums:
    """Every weighted sum that the marts need, by cell and PSU.

    `<policy>__<leaf>`: Σ w·y under the policy on negative leaves; `share__<policy>__<definition>__<sector>`: Σ w·s over
    households with positive income; `base__<policy>__<definition>`: their Σ w; `left__…`: the number left out.
    """

    def of_block(block: Block, cents: list[np.ndarray]) -> Iterator[tuple[Block, Sums]]:
        weight = sample.weight[block.households]
        lossy = np.logical_or.reduce([amount < 0 for amount in cents])
        yield (
            block,
            {
                "weight": block.sums(weight),
                "persons": block.sums(weight * sample.persons[block.households]),
                "net_income": block.sums(weight * sample.net_income[block.households]),
                **_sums("sound", definitions, block, np.where(lossy, 0.0, weight), cents, ~lossy),
            },
        )
        # Few households have a negative leaf, and only theirs differ between the policies.
        if lossy.any():
            some = np.flatnonzero(lossy)
            part, heavy, lost = Block.of(sample, block.households[some]), weight[some], [c[some] for c in cents]
            yield part, {"n_lossy": part.sums(np.ones(len(some)))}
            yield part, _sums("lossy", definitions, part, heavy, lost, lossy[some])
            yield part, _sums("clipped", definitions, part, heavy, [np.maximum(c, 0) for c in lost], lossy[some])

    return _by_policy(sample.sums_of_leaves(of_block), len(sample.pairs.cell))


def _sums(
    group: str,
    definitions: Sequence[View],
    block: Block,
    weight: np.ndarray,
    cents: Sequence[np.ndarray],
    counted: np.ndarray,
) -> Sums:
    """Weighted sums of the counted households, the others having no weight: leaves, and shares of positive incomes."""
    amount = dict(zip(LEAVES, cents, strict=True))
    sums = {f"{group}__{name}": block.sums(weight * amount[name]) / 100.0 for name in LEAVES}

    @cache
    def total(leaves: tuple[str, ...]) -> np.ndarray:
        whole = amount[leaves[0]].copy()
        for name in leaves[1:]:
            whole += amount[name]
        return whole

    @cache
    def base(denominator: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weight per cent of a positive income, Σ w of those who have it, number of those who do not."""
        positive = total(denominator) > 0
        used = np.where(positive, weight, 0.0)
        left = block.sums((counted & ~positive).astype(np.float64))
        per_cent = np.divide(used, total(denominator), out=np.zeros(len(used)), where=positive)
        return per_cent, block.sums(used), left

    @cache
    def share(leaves: tuple[str, ...], denominator: tuple[str, ...]) -> np.ndarray:
        return block.sums(base(denominator)[0] * total(leaves))

    for view in definitions:
        _, sums[f"{group}__base__{view.name}"], sums[f"{group}__left__{view.name}"] = base(view.denominator)
        for sector, leaves in view.numerators().items():
            sums[f"{group}__share__{view.name}__{sector}"] = share(leaves, view.denominator)
    return sums


def _by_policy(groups: Sums, size: int) -> Sums:
    """Sums by policy from those of sound and lossy households: keep is both, exclude leaves the lossy out."""
    nothing = np.zeros(size)
    sums = {name: groups[name] for name in ("weight", "persons", "net_income")}
    sums["n_lossy"] = groups.get("n_lossy", nothing)
    for name in [name.removeprefix("sound__") for name in groups if name.startswith("sound__")]:
        sound, lossy, clipped = (groups.get(f"{group}__{name}", nothing) for group in ("sound", "lossy", "clipped"))
        sums[_named(name, "keep")] = sound + lossy
        sums[_named(name, "clip_components")] = sound + clipped
        sums[_named(name, "exclude")] = sound + sums["n_lossy"] if name.startswith("left__") else sound
    return sums


def _named(name: str, policy: str) -> str:
    """`crop` -> `keep__crop`, `share__riga__agriculture` -> `share__keep__riga__agriculture`."""
    kind, _, rest = name.partition("__")
    return f"{kind}__{policy}__{rest}" if rest else f"{policy}__{name}"


def psu_total(sample: PeriodHouseholds, sums: Sums, jurisdiction: str, release_id: int) -> pa.Table:
    """`mart.psu_total` of one period."""
    structure, rows = sample.structure, len(sample.pairs.cell)
    area, kind = (np.array(labels, dtype=object)[sample.pairs.cell] for labels in zip(*sample.cells, strict=True))
    columns: dict[str, object] = {
        "jurisdiction": [jurisdiction] * rows,
        "release_id": [release_id] * rows,
        "time_period": [sample.time_period] * rows,
        "freq": [sample.freq] * rows,
        "area_code": area,
        "area_type": kind,
        "stratum": structure.strata[structure.psu_stratum[sample.pairs.unit]],
        "psu": structure.psus[sample.pairs.unit],
        "n_households": np.bincount(sample.pairs.row, minlength=rows),
        "households": sums["weight"],
        "persons": sums["persons"],
        "net_income": sums["net_income"],
        **{f"{name}_net": sums[f"keep__{name}"] for name in LEAVES},
    }
    return mart_table("mart.psu_total", columns)


@dataclass(frozen=True)
class MonthSample(Breakdown):
    """The PSU sums of one period rolled up to some areas and domains."""

    totals: PsuTotals
    counts: Mapping[str, np.ndarray]
    """n_lossy and every left__ column by (area, domain)"""


def samples(
    sample: PeriodHouseholds,
    sums: Sums,
    groups: Mapping[Label, Sequence[Cell]],
    reporting: Mapping[Label, tuple[int, int]],
) -> Iterator[MonthSample]:
    """The PSU sums in one or several batches of areas and domains; groups: label -> the cells it is made of."""
    counted = [name for name in sums if name.startswith("left__") or name == "n_lossy"]
    totals = sample.totals({name: values for name, values in sums.items() if name not in counted})
    place = {cell: number for number, cell in enumerate(sample.cells)}
    members = {label: [place[cell] for cell in cells] for label, cells in groups.items()}
    by_cell = sum_by(sample.pairs.cell, np.column_stack([sums[name] for name in counted]), len(sample.cells))
    rows_of = np.bincount(sample.pairs.cell, minlength=len(sample.cells))
    for labels in _batches({label: int(rows_of[cells].sum()) for label, cells in members.items()}):
        counts = np.rint([by_cell[members[label]].sum(axis=0) for label in labels]).astype(np.int64)
        yield MonthSample(
            sample.time_period,
            sample.freq,
            labels,
            reporting,
            totals.roll_up({label: members[label] for label in labels}),
            dict(zip(counted, counts.T, strict=True)),
        )


def _batches(sizes: Mapping[Label, int]) -> Iterator[tuple[Label, ...]]:
    """Labels in batches of at most PSU_ROWS rows (or of one label), so that memory does not grow with the areas."""
    batch: list[Label] = []
    filled = 0
    for label, size in sizes.items():
        if batch and filled + size > PSU_ROWS:
            yield tuple(batch)
            batch, filled = [], 0
        batch.append(label)
        filled += size
    yield tuple(batch)


def income_level(sample: MonthSample, jurisdiction: str, release_id: int) -> pa.Table:
    """`mart.income_level` of one period."""
    figures = {name: name if name == "net_income" else f"keep__{name}" for name in _LEVELS}
    per_household, per_person = sample.totals.means(figures), sample.totals.means(figures, per="persons")
    totals = sample.totals.totals(figures)
    width = len(figures)
    columns: dict[str, object] = {
        **key_columns(sample, jurisdiction, release_id, width),
        "leaf": list(figures) * len(sample.labels),
        "mean_per_household": per_household.value.ravel(),
        "mean_per_household_se": per_household.se.ravel(),
        "mean_per_person": per_person.value.ravel(),
        "mean_per_person_se": per_person.se.ravel(),
        "total": totals.value.ravel(),
        "total_se": totals.se.ravel(),
        "df": np.repeat(totals.df.astype(float), width),
        **status_columns(sample, totals, width),
    }
    return mart_table("mart.income_level", columns)


def income_share(sample: MonthSample, definitions: Sequence[View], jurisdiction: str, release_id: int) -> pa.Table:
    """`mart.income_share` of one period: every definition, estimator, policy and sector."""
    numerators: dict[str, Sequence[str]] = {}
    denominators: dict[str, Sequence[str]] = {}
    described: list[tuple[str, str, str, str]] = []
    for view in definitions:
        for policy in POLICIES:
            for sector, inside in view.numerators().items():
                ratio, mean = f"r|{view.name}|{policy}|{sector}", f"m|{view.name}|{policy}|{sector}"
                numerators[ratio] = [f"{policy}__{name}" for name in inside]
                denominators[ratio] = [f"{policy}__{name}" for name in view.denominator]
                described.append((view.name, RATIO, policy, sector))
                numerators[mean] = [f"share__{policy}__{view.name}__{sector}"]
                denominators[mean] = [f"base__{policy}__{view.name}"]
                described.append((view.name, MEAN, policy, sector))
    table = sample.totals.ratios(numerators, denominators)
    low, high = table.ci(0.95)
    width, areas = len(described), len(sample.labels)
    excluded = [_excluded(sample, view, estimator, policy) for view, estimator, policy, _ in described]
    columns: dict[str, object] = {
        **key_columns(sample, jurisdiction, release_id, width),
        "share_definition": [view for view, _, _, _ in described] * areas,
        "estimator": [estimator for _, estimator, _, _ in described] * areas,
        "negative_policy": [policy for _, _, policy, _ in described] * areas,
        "sector": [sector for _, _, _, sector in described] * areas,
        "value": table.value.ravel(),
        "se": table.se.ravel(),
        "ci_low": low.ravel(),
        "ci_high": high.ravel(),
        "df": np.repeat(table.df.astype(float), width),
        "cv": table.cv.ravel(),
        "n_excluded": np.column_stack(excluded).ravel(),
        **status_columns(sample, table, width),
    }
    return mart_table("mart.income_share", columns)


def _excluded(sample: MonthSample, view: str, estimator: str, policy: str) -> np.ndarray:
    if estimator == MEAN:
        return sample.counts[f"left__{policy}__{view}"]
    return sample.counts["n_lossy"] if policy == "exclude" else np.zeros(len(sample.labels), int)
