"""One reading of a month by PSU: sums against exact arithmetic household by household, the same bits every time."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from assets.marts import income
from assets.marts.distribution import Distribution, distribution
from assets.marts.households import PeriodHouseholds, households
from assets.marts.inequality import inequality
from assets.marts.poverty import poverty
from assets.marts.prices import line_of_period, poverty_lines
from assets.marts.sampled import Cell, Label
from indicators import arrays, parallel
from jurisdictions import reference
from warehouse.compile import arrow_schema
from warehouse.contracts import HOUSEHOLD_INCOME, LEAF_COLUMNS, LEAVES
from warehouse.parsing import money_from_cents
from warehouse.store import write_parquet

SOURCES = [{**row, "in_denominator": row["in_denominator"] == "true"} for row in reference("wuzhong", "income_source")]
VIEWS = income.views(SOURCES)
LABELS: dict[Label, list[Cell]] = {
    ("640300", "all"): [("640302", "rural"), ("640302", "urban"), ("640303", "rural")],
    ("640300", "rural"): [("640302", "rural"), ("640303", "rural")],
    ("640302", "all"): [("640302", "rural"), ("640302", "urban")],
    ("640302", "urban"): [("640302", "urban")],
}


def survey(seed: int, size: int = 300) -> dict[str, np.ndarray]:
    """Households of a month and of a quarter, mixed: leaves in cents, unknown ones -> is_null, losses, ties, zeros."""
    random = np.random.default_rng(seed)
    cents = random.choice([0, 0, 0, 10, 20, -30, 12_345, 99_999], (len(LEAVES), size))
    cents[:, :5] = 0
    cents[:3, 5] = 10, 20, -30  # as floats 0.1 + 0.2 - 0.3 is a gain
    cents[3:, 5] = 0
    area = random.choice(["640303", "640302"], size)
    kind = np.where(area == "640303", "rural", random.choice(["urban", "rural"], size))
    village = random.integers(0, 6, size)
    return {
        "time_period": random.choice(["2021-Q1", "2021-03"], size),
        "area_code": area,
        "area_type": kind,
        "stratum": np.char.add(np.char.add(area, "-"), kind),
        "psu": np.char.add("village ", village.astype(str)),
        "persons": random.integers(1, 8, size),
        "weight": random.choice([0.1, 1.0, 2.75], size),
        "cents": cents,
        "is_null": (cents == 0) & (random.random(cents.shape) < 0.5),
    }


def written(part: Path, rows: dict[str, np.ndarray], row_group: int) -> Path:
    """The partition of these households."""
    schema, size = arrow_schema(HOUSEHOLD_INCOME), len(rows["persons"])
    labels = {name: rows[name] for name in ("time_period", "area_code", "area_type", "stratum", "psu")}
    columns = {
        **dict.fromkeys(("jurisdiction", "household_id", "file_id"), ["x"] * size),
        **labels,
        "freq": ["Q" if "Q" in period else "M" for period in rows["time_period"]],
        "persons": rows["persons"],
        "weight": rows["weight"],
        **{
            name: money_from_cents(cents, is_null)
            for name, cents, is_null in zip(LEAF_COLUMNS, rows["cents"], rows["is_null"], strict=True)
        },
        "net_income": money_from_cents(rows["cents"].sum(axis=0)),
        "row_number": np.arange(size),
    }
    table = pa.table({name: columns[name] for name in schema.names}, schema=schema)
    write_parquet(part, schema, (table.slice(start, row_group) for start in range(0, size, row_group)))
    return part


def of_household(cents: list[int], policy: str) -> dict[str, Fraction]:
    """What one household of weight one adds to the sums of a policy, by methods.md section 2."""
    amount = dict(zip(LEAVES, cents, strict=True))
    if policy == "clip_components":
        amount = {leaf: max(value, 0) for leaf, value in amount.items()}
    if policy == "exclude" and min(cents) < 0:
        return {f"left__exclude__{view.name}": Fraction(1) for view in VIEWS}
    sums = {f"{policy}__{leaf}": Fraction(value, 100) for leaf, value in amount.items()}
    for view in VIEWS:
        whole = sum(amount[leaf] for leaf in view.denominator)
        if whole <= 0:
            sums[f"left__{policy}__{view.name}"] = Fraction(1)
            continue
        sums[f"base__{policy}__{view.name}"] = Fraction(1)
        for sector, leaves in view.sectors.items():
            inside = [amount[leaf] for leaf in leaves if leaf in view.denominator]
            if inside:
                sums[f"share__{policy}__{view.name}__{sector}"] = Fraction(int(sum(inside)), int(whole))
    return sums


@pytest.mark.parametrize(("row_group", "table"), [(7, 8_000_000), (120, 8_000_000), (1000, 0)])
@pytest.mark.parametrize("seed", range(3))
def test_sums_are_those_of_exact_arithmetic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, row_group: int, table: int
) -> None:
    monkeypatch.setattr(arrays, "_BLOCK", 16)
    monkeypatch.setattr(arrays, "_TABLE", table)
    rows = survey(seed)
    month, quarter = households(written(tmp_path / "part.parquet", rows, row_group))
    assert [(sample.time_period, sample.freq) for sample in (month, quarter)] == [("2021-03", "M"), ("2021-Q1", "Q")]
    for sample in (month, quarter):
        expected: dict[tuple[str, ...], dict[str, Fraction]] = {}
        for one in np.flatnonzero(rows["time_period"] == sample.time_period):
            key = tuple(str(rows[name][one]) for name in ("area_code", "area_type", "stratum", "psu"))
            into, weight = expected.setdefault(key, {}), Fraction(float(rows["weight"][one]))
            cents = [int(value) for value in rows["cents"][:, one]]
            added = {"weight": Fraction(1), "persons": Fraction(int(rows["persons"][one]))}
            added |= {"net_income": Fraction(sum(cents), 100)}
            for policy in income.POLICIES:
                added |= of_household(cents, policy)
            for name, value in added.items():
                into[name] = into.get(name, Fraction(0)) + (value if name.startswith("left__") else weight * value)
            into["n_lossy"] = into.get("n_lossy", Fraction(0)) + (min(cents) < 0)
        check(sample, income.psu_sums(sample, VIEWS), expected)


def check(sample: PeriodHouseholds, sums: dict, expected: dict[tuple[str, ...], dict[str, Fraction]]) -> None:
    structure = sample.structure
    keys = [
        (*sample.cells[cell], str(structure.strata[structure.psu_stratum[unit]]), str(structure.psus[unit]))
        for cell, unit in zip(sample.pairs.cell, sample.pairs.unit, strict=True)
    ]
    assert keys == sorted(expected)
    assert {name for row in expected.values() for name in row} <= set(sums)
    for name, column in sums.items():
        exact = [float(expected[key].get(name, 0)) for key in keys]
        assert column == pytest.approx(exact, rel=1e-13, abs=1e-10), name


def test_a_household_whose_sources_cancel_has_no_share(tmp_path: Path) -> None:
    rows = {name: values[..., 5:6] for name, values in survey(0).items()}
    (sample,) = households(written(tmp_path / "part.parquet", rows, 10))
    sums = income.psu_sums(sample, VIEWS)
    assert sums["left__keep__nbs_household_operations"].tolist() == [1]
    assert sums["share__keep__nbs_household_operations__agriculture"].tolist() == [0]


def figures(part: Path) -> list[pa.Table]:
    """Every mart of every period of a partition."""
    tables = []
    lines = poverty_lines(reference("wuzhong", "poverty_line"), "CNY")
    for sample in households(part):
        groups = {label: [cell for cell in cells if cell in sample.present()] for label, cells in LABELS.items()}
        reporting = dict.fromkeys(groups, (200, 150))
        sums = income.psu_sums(sample, VIEWS)
        tables.append(income.psu_total(sample, sums, "wuzhong", 1))
        for batch in income.samples(sample, sums, groups, reporting):
            tables += [income.income_level(batch, "wuzhong", 1), income.income_share(batch, VIEWS, "wuzhong", 1)]
        incomes: Distribution = distribution(
            sample, groups, reporting, [line_of_period(line, sample.time_period, []) for line in lines]
        )
        tables += [poverty(incomes, "wuzhong", 1), inequality(incomes, "wuzhong", 1)]
    return tables


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_figures_are_the_same_bits_whatever_the_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setattr(arrays, "_BLOCK", 32)
    part = written(tmp_path / "part.parquet", survey(1, 2000), 150)
    once = figures(part)
    monkeypatch.setattr(parallel, "_threads", threads)
    for _ in range(3):
        assert all(first.equals(second) for first, second in zip(once, figures(part), strict=True))
    assert len(once) == 10
