"""`mart.psu_total`, `mart.income_level`, `mart.income_share`: one pass over households, then PSU totals only.

Formulas are those of methods.md sections 1, 2 and 5; the estimation itself is `indicators.psu_totals`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from assets.marts.sampled import (
    LONELY_PSU,
    Breakdown,
    Label,
    Reporting,
    cells_of_labels,
    key_columns,
    mart_table,
    reporting_of,
    status_columns,
)
from indicators.psu_totals import PsuTotals
from warehouse.compile import arrow_schema
from warehouse.contracts import LEAVES, MART_CONTRACTS

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


def psu_sums(households: ibis.Table, definitions: Sequence[View]) -> pa.Table:
    """One row per period, area, area type, stratum and PSU with every weighted sum that the marts need.

    `<policy>__<leaf>`: Σ w·y under the policy on negative leaves; `share__<policy>__<definition>__<sector>`: Σ w·s over
    households with positive income; `base__<policy>__<definition>`: their Σ w; `left__…`: the number left out.
    """
    leaf = {name: households[f"{name}_net"].cast("float64").fill_null(0.0) for name in LEAVES}
    typed = households.select(
        "jurisdiction",
        "time_period",
        "freq",
        "area_code",
        "area_type",
        "stratum",
        "psu",
        "weight",
        persons=households.persons.cast("float64"),
        net_income=households.net_income.cast("float64"),
        **leaf,
    )
    typed = typed.mutate(lossy=ibis.or_(*(typed[name] < 0 for name in LEAVES)))
    keys = ("jurisdiction", "time_period", "freq", "area_code", "area_type", "stratum", "psu")
    whole = typed.group_by(*keys).agg(
        n_households=typed.count(),
        households=typed.weight.sum(),
        persons=(typed.weight * typed.persons).sum(),
        net_income=(typed.weight * typed.net_income).sum(),
        n_lossy=typed.count(where=typed.lossy),
    )
    # Few households have a negative leaf, and only theirs differ between the policies.
    sound, lossy = typed.filter(~typed.lossy), typed.filter(typed.lossy)
    parts = [
        sound.group_by(*keys).agg(**_sums(sound, "sound", definitions, clip=False)),
        lossy.group_by(*keys).agg(**_sums(lossy, "lossy", definitions, clip=False)),
        lossy.group_by(*keys).agg(**_sums(lossy, "clipped", definitions, clip=True)),
    ]
    frame = whole.order_by(*keys).to_pandas()
    for part in parts:
        frame = frame.merge(part.to_pandas(), on=list(keys), how="left", validate="one_to_one")
    return pa.Table.from_pandas(_by_policy(frame, keys), preserve_index=False)


def _by_policy(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Columns by policy from those of sound and lossy households: keep is both, exclude leaves the lossy out."""
    columns = frame[[name for name in frame.columns if not name.startswith(("sound__", "lossy__", "clipped__"))]]
    sums = {}
    for name in [name.removeprefix("sound__") for name in frame.columns if name.startswith("sound__")]:
        sound, lossy, clipped = (frame[f"{group}__{name}"].fillna(0) for group in ("sound", "lossy", "clipped"))
        left_out = frame["n_lossy"] if name.startswith("left__") else 0
        sums[_named(name, "keep")] = sound + lossy
        sums[_named(name, "clip_components")] = sound + clipped
        sums[_named(name, "exclude")] = sound + left_out
    return pd.concat([columns, pd.DataFrame(sums)], axis=1)


def _named(name: str, policy: str) -> str:
    """`crop` -> `keep__crop`, `share__riga__agriculture` -> `share__keep__riga__agriculture`."""
    kind, _, rest = name.partition("__")
    return f"{kind}__{policy}__{rest}" if rest else f"{policy}__{name}"


def _sums(households: ibis.Table, group: str, definitions: Sequence[View], *, clip: bool) -> dict[str, ibis.Value]:
    """Weighted sums of a group of households: leaves, and shares of those whose income is positive."""
    weight = households.weight
    amount = {name: ibis.greatest(households[name], 0.0) if clip else households[name] for name in LEAVES}
    sums: dict[str, ibis.Value] = {f"{group}__{name}": (weight * amount[name]).sum() for name in LEAVES}
    for view in definitions:
        income = _sum_of([amount[name] for name in view.denominator])
        counted = income > 0
        sums[f"{group}__base__{view.name}"] = weight.sum(where=counted)
        sums[f"{group}__left__{view.name}"] = households.count(where=~counted)
        for sector, members in view.sectors.items():
            inside = [amount[name] for name in members if name in view.denominator]
            if inside:
                share = _sum_of(inside) / income.nullif(0)
                sums[f"{group}__share__{view.name}__{sector}"] = (weight * share).sum(where=counted)
    return sums


def _sum_of(terms: Sequence[ibis.Value]) -> ibis.Value:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def psu_total_mart(sums: pa.Table, release_id: int) -> pa.Table:
    """`mart.psu_total` from the sums of a month."""
    contract = MART_CONTRACTS["mart.psu_total"]
    schema = arrow_schema(contract)
    columns = {name: sums[name] for name in sums.column_names if name in schema.names}
    columns |= {f"{name}_net": sums[f"keep__{name}"] for name in LEAVES}
    columns["release_id"] = pa.repeat(pa.scalar(release_id, pa.int64()), sums.num_rows)
    return pa.table({field.name: columns[field.name] for field in schema}).cast(schema)


@dataclass(frozen=True)
class MonthSample(Breakdown):
    """The PSU sums of one period rolled up to some areas and domains."""

    totals: PsuTotals
    counts: Mapping[str, np.ndarray]
    """n_lossy and every left__ column by (area, domain)"""


def samples(
    sums: pa.Table,
    members: Mapping[str, Sequence[tuple[str, str]]],
    reporting: Reporting,
) -> Iterator[MonthSample]:
    """The PSU sums of each period, in one or several batches of areas and domains; members: by period."""
    for period in sorted(set(sums["time_period"].to_pylist())):
        part = sums.filter(pc.equal(sums["time_period"], period)).to_pandas()
        if not (part["households"] > 0).any():
            continue
        cells = list(zip(part["area_code"], part["area_type"], strict=True))
        values = {name: part[name].to_numpy() for name in part.columns if "__" in name or name == "net_income"}
        totals = PsuTotals.from_arrays(
            stratum=part["stratum"].to_numpy(),
            psu=part["psu"].to_numpy(),
            n_households=part["n_households"].to_numpy(),
            weight=part["households"].to_numpy(),
            values=values,
            domain=[f"{area}|{kind}" for area, kind in cells],
            persons=part["persons"].to_numpy(),
            lonely_psu=LONELY_PSU,
        )
        groups = cells_of_labels(set(cells), members[period])
        counted = [name for name in part.columns if name.startswith("left__") or name == "n_lossy"]
        by_cell = part.groupby(["area_code", "area_type"])[counted].sum()
        rows_of = part.groupby(["area_code", "area_type"]).size()
        for labels in _batches({label: sum(int(rows_of[cell]) for cell in groups[label]) for label in groups}):
            yield MonthSample(
                period,
                str(part["freq"].iloc[0]),
                labels,
                reporting_of(period, labels, members[period], reporting),
                totals.roll_up({label: [f"{a}|{k}" for a, k in groups[label]] for label in labels}),
                dict(zip(counted, _sums_over([groups[label] for label in labels], by_cell), strict=True)),
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


def _sums_over(groups: Sequence[Sequence[tuple[str, str]]], by_cell: pd.DataFrame) -> np.ndarray:
    """Columns of `by_cell` summed over the cells of each group; shape (columns, groups)."""
    place = {cell: row for row, cell in enumerate(by_cell.index)}
    inside = np.zeros((len(groups), len(place)))
    for row, cells in enumerate(groups):
        inside[row, [place[cell] for cell in cells]] = 1
    return np.rint(inside @ by_cell.to_numpy(float)).astype(np.int64).T


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
            for sector, members in view.sectors.items():
                inside = [name for name in members if name in view.denominator]
                if not inside:
                    continue
                ratio, mean = f"r|{view.name}|{policy}|{sector}", f"m|{view.name}|{policy}|{sector}"
                numerators[ratio] = [f"{policy}__{name}" for name in inside]
                denominators[ratio] = [f"{policy}__{name}" for name in view.denominator]
                described.append((view.name, "ratio_of_aggregates", policy, sector))
                numerators[mean] = [f"share__{policy}__{view.name}__{sector}"]
                denominators[mean] = [f"base__{policy}__{view.name}"]
                described.append((view.name, "mean_of_shares", policy, sector))
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
    if estimator == "mean_of_shares":
        return sample.counts[f"left__{policy}__{view}"]
    return sample.counts["n_lossy"] if policy == "exclude" else np.zeros(len(sample.labels), int)
