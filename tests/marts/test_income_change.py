"""`mart.income_change` of two drawn counties by hand arithmetic, and what of it may be published."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa

from assets.gate import change
from assets.marts.change import change_marts
from assets.marts.frame import Membership
from assets.marts.income import views
from assets.places.known import areas_of
from jurisdictions import reference
from warehouse.contracts import LEAVES
from warehouse.periods import months_between
from warehouse.store import Home

MONTH, BASE = "2024-03", "2023-03"
YANCHI = "640323"
WINDOW = months_between("2021-04", MONTH)
DEFINITION = "nbs_household_operations"


def psu(period: str, label: str, persons: float, crop: float, wage_away: float) -> dict[str, object]:
    """A PSU of the one rural stratum of Yanchi: ten households, sums over persons."""
    leaves = {f"{leaf}_net": 0.0 for leaf in LEAVES} | {"crop_net": crop, "wage_away_net": wage_away}
    return {
        "time_period": period,
        "freq": "M",
        "area_code": YANCHI,
        "area_type": "rural",
        "stratum": "hill",
        "psu": label,
        "n_households": 10,
        "households": 10.0,
        "persons": persons,
        **leaves,
        "net_income": crop + wage_away,
    }


PSU = [
    *(psu(month, "a", 100, 4_000, 6_000) for month in WINDOW[:-1]),
    *(psu(month, "b", 100, 5_000, 5_000) for month in WINDOW[:-1]),
    psu(MONTH, "a", 100, 4_400, 7_600),
    psu(MONTH, "b", 100, 4_600, 7_400),
]
"""A person had 45 of crop and 55 of wages away, and has 45 and 75 a year later"""


def level(period: str, leaf: str, value: float, note: str | None = None) -> dict[str, object]:
    of = {"time_period": period, "area_code": YANCHI, "domain": "rural", "leaf": leaf, "mean_per_person": value}
    return {**of, "obs_note": note}


def share(period: str, value: float) -> dict[str, object]:
    of = {"time_period": period, "area_code": YANCHI, "domain": "rural", "share_definition": DEFINITION, "value": value}
    return {**of, "estimator": "ratio_of_aggregates", "negative_policy": "keep", "sector": "agriculture"}


@pytest.fixture
def figures(tmp_path: Path) -> pd.DataFrame:
    """The mart of Yanchi's rural households, by measure and item."""
    months = months_between("2022-04", MONTH)
    growth = {month: 1.10 if number % 2 else 1.30 for number, month in enumerate(months)}
    levels = [level(f"{int(month[:4]) - 1}{month[4:]}", "net_income", 100.0) for month in months[:12]]
    levels += [level(month, "net_income", 100.0 * growth[month]) for month in months[:12]]
    shares = [share(month, 0.40 - 0.03 * at / 12 + 0.02 * month.endswith("-09")) for at, month in enumerate(WINDOW)]
    given = {
        "mart.psu_total": PSU,
        "mart.income_level": [row for row in levels if row["time_period"] != "2021-09"]
        + [level("2021-09", "net_income", 90.0, "partly_reported")],
        "mart.income_share": shares,
    }
    making = SimpleNamespace(
        jurisdiction=SimpleNamespace(id="wuzhong"),
        reference=SimpleNamespace(source_rows=lambda place: reference("wuzhong", "income_source")),
        months=(MONTH,),
        release_id=3,
        members=Membership(areas_of(Home.at(tmp_path), "wuzhong")),
        standing=lambda mart, months: pa.Table.from_pylist(given[mart]),
    )
    made = [table for name, table in change_marts(making) if name == "mart.income_change"]  # type: ignore[arg-type]
    rows = pa.concat_tables(made).to_pandas()
    rows = rows[(rows["area_code"] == YANCHI) & (rows["domain"] == "rural")]
    assert not rows.duplicated(["measure", "item"]).any()
    return rows.set_index(["measure", "item"])


@pytest.mark.programme("S22")
def test_growth_and_what_its_sources_contribute(figures: pd.DataFrame) -> None:
    assert figures.loc[("growth", "net_income"), "value"] == pytest.approx(120 / 100 - 1)
    assert figures.loc[("growth_rate", "wage_away"), "value"] == pytest.approx(1)
    assert figures.loc[("growth_rate", "crop"), "value"] == pytest.approx(0)
    assert figures.loc["growth_rate", "value"].sum() == pytest.approx(1)
    assert figures.loc["growth_points", "value"].sum() == pytest.approx(0.2)
    # (7600 - 75·100)/200 - (6000 - 55·100)/200 = -2 of 100, and +2 in the other PSU: V = 2/1 · 2 · 0.02²
    assert figures.loc[("growth_points", "wage_away"), "se"] == pytest.approx(np.sqrt(2 * 2 * 0.02**2))
    assert set(figures.loc["growth_points", "base_period"]) == {BASE}


@pytest.mark.programme("S23")
def test_a_county_that_lives_of_its_work(figures: pd.DataFrame) -> None:
    assert figures.loc[("self_reliance", "_T"), "value"] == pytest.approx(1)
    assert figures.loc[("transfer_ratio", "_T"), "value"] == 0


@pytest.mark.programme("S24")
def test_wages_away_and_own_business_per_person(figures: pd.DataFrame) -> None:
    away = figures.loc[("per_person", "wage_away")]
    assert away["value"] == pytest.approx(75)
    assert away["se"] == pytest.approx(np.sqrt(2 * (0.5**2 + 0.5**2)))  # (7600 - 7500)/200 = 0.5
    assert figures.loc[("per_person", "own_business"), "value"] == 0
    assert figures.loc[("per_person", "wage_local"), "value"] == 0


@pytest.mark.programme("S21")
def test_the_trend_leaves_out_a_month_that_was_partly_reported(figures: pd.DataFrame) -> None:
    slope = figures.loc[("share_slope", DEFINITION)]
    assert slope["value"] == pytest.approx(-0.03)
    assert slope["n_periods"] == 35
    assert slope["base_period"] == "2021-04"
    assert slope["df"] == 35 - 12 - 1
    assert figures.loc[("share_break_p", DEFINITION), "value"] == pytest.approx(1)
    assert figures.loc[("share_curvature", DEFINITION), "value"] == pytest.approx(0, abs=1e-9)


@pytest.mark.programme("S25")
def test_volatility_is_the_spread_of_yearly_growth(figures: pd.DataFrame) -> None:
    """Eleven growths, 30 % and 10 % in turn; that of September rests on a month partly reported."""
    months = months_between("2022-04", "2023-03")
    growths = [0.10 if number % 2 else 0.30 for number, month in enumerate(months) if month != "2022-09"]
    found = figures.loc[("volatility", "net_income")]
    assert found["value"] == pytest.approx(pd.Series(growths).std())
    assert found["n_periods"] == 11


@pytest.mark.parametrize(
    ("measure", "item", "base", "hidden", "why"),
    [
        ("growth_points", "crop", BASE, (BASE, "crop"), f"made of withheld figures: {BASE} crop"),
        ("growth_points", "crop", BASE, ("2023-09", "crop"), ""),
        ("growth_points", "crop", BASE, (MONTH, "wage_away"), ""),
        ("growth", "net_income", BASE, (MONTH, "net_income"), f"made of withheld figures: {MONTH} net_income"),
        ("volatility", "agriculture", BASE, ("2023-09", "fishery"), "made of withheld figures: 2023-09 fishery"),
        ("per_person", "own_business", MONTH, (BASE, "trade"), ""),
        ("self_reliance", "_T", MONTH, (MONTH, "wage_agri"), f"made of withheld figures: {MONTH} wage_agri"),
        (
            "share_slope",
            DEFINITION,
            "2021-04",
            ("2022-01", DEFINITION),
            f"made of withheld figures: 2022-01 {DEFINITION}",
        ),
        ("share_slope", "riga", "2021-04", ("2022-01", DEFINITION), ""),
    ],
)
def test_a_row_shows_only_when_all_that_it_is_made_of_does(
    measure: str, item: str, base: str, hidden: tuple[str, str], why: str
) -> None:
    engine = sa.create_engine("duckdb://")
    row = "'wuzhong', {}, '{}', '640323', 'rural', '{}', '{}'"
    at, part = hidden
    with engine.begin() as connection:
        for statement in (
            "CREATE SCHEMA mart",
            """CREATE TABLE mart.income_level (jurisdiction TEXT, release_id BIGINT, time_period TEXT, area_code TEXT,
               domain TEXT, leaf TEXT, conf_status TEXT)""",
            """CREATE TABLE mart.income_share (jurisdiction TEXT, release_id BIGINT, time_period TEXT, area_code TEXT,
               domain TEXT, share_definition TEXT, conf_status TEXT, estimator TEXT, negative_policy TEXT,
               sector TEXT)""",
            f"INSERT INTO mart.income_level VALUES ({row.format(1, at, part, 'F')}), ({row.format(2, at, part, 'N')})",
            f"INSERT INTO mart.income_level VALUES ({row.format(1, '2023-10', 'crop', 'N')})",
            f"INSERT INTO mart.income_level VALUES ({row.format(2, '2023-10', 'crop', 'F')})",
            f"""INSERT INTO mart.income_share VALUES
               ({row.format(2, at, part, "N")}, 'ratio_of_aggregates', 'keep', 'agriculture')""",
        ):
            connection.execute(sa.text(statement))
        rows = pd.DataFrame(
            [
                {
                    "time_period": MONTH,
                    "base_period": base,
                    "area_code": YANCHI,
                    "domain": "rural",
                    "measure": measure,
                    "item": item,
                }
            ]
        )
        definitions = views(reference("wuzhong", "income_source"))
        assert change.judge(connection, "wuzhong", rows, definitions).tolist() == [why]
    engine.dispose()
