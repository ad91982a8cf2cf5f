"""Figures of industries and targets against what the generator made, and by hand arithmetic on its sums."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from installation import Installation

from jurisdictions.wuzhong.generator.industries import ALL_ALIKE, LEADING, ONE_CROP
from warehouse.contracts.codes.industries import AGRICULTURE, GROUP_OF, INDUSTRY_OF

PLACE = ["time_period", "area_code"]
PREFECTURE = "640300"


@pytest.fixture(scope="session")
def mart(industries: Installation) -> pd.DataFrame:
    return industries.ask("SELECT * FROM mart.industry_indicator WHERE area_code NOT LIKE 'S%'")


@pytest.fixture(scope="session")
def progress(industries: Installation) -> pd.DataFrame:
    rows = industries.ask("SELECT * FROM mart.target_progress")
    return rows.pivot_table(index=["item", "time_period"], columns="measure", values="value")


def made(truth: Path, table: str) -> pd.DataFrame:
    """The generator's sums by year, land and tonnes in their unit."""
    rows = pd.read_parquet(truth / f"{table}.parquet")
    scaled = [name for name in rows if name.endswith(("_mu", "_tonnes"))]
    rows[scaled] = rows[scaled] / 10_000
    return rows.assign(time_period=rows["time_period"].str[:4])


def of(mart: pd.DataFrame, measure: str) -> pd.Series:
    return mart[mart["measure"] == measure].set_index([*PLACE, "item"])["value"]


def same(found: pd.Series, expected: pd.Series) -> None:
    both = pd.concat([found.rename("found"), expected.rename("expected")], axis=1)
    assert len(both) == len(found) == len(expected) > 0
    assert np.allclose(both["found"], both["expected"], rtol=1e-9, equal_nan=True)


def by_items(products: pd.DataFrame, *belongs: dict[str, str]) -> pd.DataFrame:
    """Sums of products, and of what they belong to."""
    parts = [products.rename(columns={"product": "item"})]
    for group_of in belongs:
        parts.append(products.assign(item=products["product"].map(group_of)).dropna(subset=["item"]))
    numbers = [name for name in products if name not in (*PLACE, "product")]
    return pd.concat(parts).groupby([*PLACE, "item"])[numbers].sum()


@pytest.fixture(scope="session")
def land(truth: Path) -> pd.DataFrame:
    return by_items(made(truth, "crop_base").drop(columns="lines"), GROUP_OF, INDUSTRY_OF)


@pytest.fixture(scope="session")
def products(truth: Path) -> pd.DataFrame:
    return made(truth, "industry_output").query("line_type == 'item'").drop(columns=["lines", "line_type"])


@pytest.fixture(scope="session")
def output(products: pd.DataFrame) -> pd.DataFrame:
    return by_items(products, GROUP_OF, INDUSTRY_OF)


@pytest.mark.programme("S10", "S51")
def test_land_output_and_value_by_product_and_colour(
    mart: pd.DataFrame, land: pd.DataFrame, output: pd.DataFrame
) -> None:
    same(of(mart, "area_mu"), land["area_mu"])
    same(of(mart, "bases"), land["bases"])
    same(of(mart, "output_value"), output["output_value"])
    tonnes = output["output_tonnes"][~output.index.get_level_values("item").isin(set(INDUSTRY_OF.values()))]
    same(of(mart, "output_tonnes"), tonnes)
    value = of(mart, "output_value").unstack("item").dropna(subset=["three_reds"])
    reds = [product for product, group in GROUP_OF.items() if group == "three_reds"]
    assert np.allclose(value["three_reds"], value[reds].sum(axis=1))


@pytest.mark.programme("S13")
def test_workers_of_the_industries_and_those_of_poor_households(mart: pd.DataFrame, output: pd.DataFrame) -> None:
    same(of(mart, "workers"), output["workers"])
    same(of(mart, "poor_workers"), output["poor_workers"])
    same(of(mart, "poor_worker_share"), output["poor_workers"] / output["workers"])
    counts = mart[mart["measure"].isin(["declared", "named"])].set_index("measure")["value"]
    assert counts.to_dict() == {"declared": 8, "named": 5}


@pytest.mark.programme("S14")
def test_leading_projects_are_a_part_of_agriculture(mart: pd.DataFrame, products: pd.DataFrame) -> None:
    farm = products[products["product"].map(INDUSTRY_OF).isin(AGRICULTURE)]
    whole = farm.groupby(PLACE)["output_value"].sum()
    leading = farm[farm["product"].isin(LEADING)].groupby(PLACE)["output_value"].sum()
    same(of(mart, "leading_share").droplevel("item"), (leading / whole).fillna(0))


@pytest.mark.programme("S16")
def test_large_growers_bases_and_professional_villages(
    mart: pd.DataFrame, land: pd.DataFrame, industries: Installation
) -> None:
    same(of(mart, "large_growers"), land["large_growers"])
    same(of(mart, "large_area_share"), land["large_area_mu"] / land["area_mu"])
    villages = industries.ask(
        "SELECT time_period, product AS item, count(*) AS n FROM core.crop_base WHERE is_professional GROUP BY ALL"
    ).set_index(["time_period", "item"])["n"]
    found = of(mart, "professional_villages").xs(PREFECTURE, level="area_code")
    assert found[villages.index].to_dict() == villages.to_dict()


@pytest.mark.programme("S17", "S18")
def test_what_is_sold_added_and_certified(mart: pd.DataFrame, output: pd.DataFrame) -> None:
    is_product = ~output.index.get_level_values("item").isin(set(INDUSTRY_OF.values()))
    same(of(mart, "certified_products"), output["certified_products"])
    same(of(mart, "value_added"), output["sale_value"] - output["input_value"])
    same(of(mart, "marketed_tonnes"), output["marketed_tonnes"][is_product])
    same(of(mart, "commodity_rate"), (output["marketed_tonnes"] / output["output_tonnes"])[is_product])


@pytest.mark.programme("S54")
def test_quotients_of_the_whole_place_are_one(mart: pd.DataFrame, products: pd.DataFrame) -> None:
    quotients = of(mart, "location_quotient")
    assert quotients.xs(PREFECTURE, level="area_code").to_numpy() == pytest.approx(1)
    year = products[products["time_period"] == "2022"].assign(item=products["product"].map(INDUSTRY_OF))
    value = year.groupby(["area_code", "item"])["output_value"].sum().unstack(fill_value=0)
    here = value.loc["640323", "fur_meat"] / value.loc["640323"].sum()
    assert quotients["2022", "640323", "fur_meat"] == pytest.approx(
        here / (value.loc[PREFECTURE, "fur_meat"] / value.loc[PREFECTURE].sum())
    )


@pytest.mark.programme("S50")
def test_enterprises_and_whom_they_take_along(mart: pd.DataFrame, truth: Path) -> None:
    told = made(truth, "enterprise").rename(columns={"industry": "item"})
    whole = told.groupby(PLACE, as_index=False)[["linked_households", "lines"]].sum().assign(item="_T")
    expected = pd.concat([told, whole]).set_index([*PLACE, "item"])
    same(of(mart, "enterprises"), expected["lines"])
    same(of(mart, "linked_households"), expected["linked_households"])


@pytest.mark.programme("S52", "S53", "S56")
def test_chain_members_and_service_by_village(mart: pd.DataFrame, truth: Path, industries: Installation) -> None:
    told = made(truth, "association").groupby(PLACE)[["members", "poor_members"]].sum()
    same(of(mart, "members").droplevel("item"), told["members"])
    same(of(mart, "poor_member_share").droplevel("item"), told["poor_members"] / told["members"])
    query = """WITH chain AS (SELECT time_period, village_code, bool_or(has_branch) AS branch,
        sum(members) > 0 AS farmers,
        sum(served_households) AS served, max(village_households) AS households FROM core.association GROUP BY ALL),
      villages AS (SELECT DISTINCT time_period, village_code FROM core.crop_base
        UNION SELECT time_period, village_code FROM chain)
      SELECT time_period, avg(CASE WHEN branch AND farmers THEN 1.0 ELSE 0.0 END) AS complete,
        avg((coalesce(branch, false)::INT + coalesce(farmers, false)::INT + (c.village_code IS NOT NULL)::INT) / 3.0)
          AS parts, sum(served) / sum(households) AS service
      FROM villages LEFT JOIN chain c USING (time_period, village_code) GROUP BY ALL ORDER BY ALL"""
    expected = industries.ask(query).set_index("time_period")
    for measure, column in (("chain_villages", "complete"), ("chain_parts", "parts"), ("service_share", "service")):
        found = of(mart, measure).droplevel("item").xs(PREFECTURE, level="area_code")
        assert found.to_dict() == pytest.approx(expected[column].to_dict())


@pytest.mark.programme("S55")
def test_alarms_are_raised_where_planting_was_ordered_and_nowhere_else(mart: pd.DataFrame) -> None:
    split, one = (of(mart, measure).droplevel("item") for measure in ("equal_split", "identical_crop"))
    area, year, _ = ALL_ALIKE
    assert set(split[split > 0].index) == {(str(2021 + year), area), (str(2021 + year), PREFECTURE)}
    area, year, _ = ONE_CROP
    assert set(one[one > 0].index) == {(str(2021 + year), area), (str(2021 + year), PREFECTURE)}
    assert split.max() == one.max() == 1


@pytest.mark.programme("S11")
def test_targets_in_mu_and_hectares_and_both_readings_of_the_three_reds(
    progress: pd.DataFrame, land: pd.DataFrame, truth: Path
) -> None:
    mu = land["area_mu"].xs(PREFECTURE, level="area_code").unstack("item")
    film = made(truth, "crop_base").query(f"area_code == '{PREFECTURE}' and product == 'watermelon'")
    expected = {
        "three_reds_with_wolfberry": (mu["red_dates"] + mu["red_onion"] + mu["wolfberry"], 40_000),
        "three_reds_beside_wolfberry": (mu["red_dates"] + mu["red_onion"], 40_000),
        "wolfberry": (mu["wolfberry"], 800),
        "film_watermelon": (film.set_index("time_period")["film_area_mu"], 65_000),
        "potato": (mu["potato"], 280_000),
        "oil_sunflower": (mu["oil_sunflower"], 60_000),
    }
    for item, (level, target) in expected.items():
        found = progress.loc[item]
        assert found["target"].unique().tolist() == [target]
        assert found["level"].to_dict() == pytest.approx(level.to_dict())
        assert found["attainment"].to_dict() == pytest.approx((level / target).to_dict())
        assert found["level_ha"].to_dict() == pytest.approx((level / 15).to_dict())
        assert found["target_ha"].tolist() == pytest.approx([target / 15] * 3)
    is_open = progress["is_open"].groupby("item").max()
    assert set(is_open[is_open == 1].index) == {"three_reds_with_wolfberry", "three_reds_beside_wolfberry"}
    both = progress.loc["three_reds_with_wolfberry", "level"] - progress.loc["three_reds_beside_wolfberry", "level"]
    assert both.to_dict() == pytest.approx(progress.loc["wolfberry", "level"].to_dict())


@pytest.mark.programme("S15")
def test_the_path_to_above_thirty_percent(progress: pd.DataFrame, mart: pd.DataFrame) -> None:
    share = of(mart, "leading_share").droplevel("item").xs(PREFECTURE, level="area_code")
    found = progress.loc["leading_projects"]
    assert found["level"].to_dict() == pytest.approx(share.to_dict())
    for year, left in (("2021", 5), ("2022", 4), ("2023", 3)):
        assert found.loc[year, "required_a_year"] == pytest.approx((0.30 - share[year]) / left)
    line = share["2021"] + (0.30 - share["2021"]) * 2 / 5
    assert found.loc["2023", "on_track"] == float(share["2023"] >= line)
    assert np.isnan(found.loc["2021", "on_track"])
    assert found["forecast"].notna().tolist() == [False, False, True]
    slope, start = np.polyfit([-1, 0, 1], share.to_numpy(), 1)
    assert found.loc["2023", "forecast"] == pytest.approx(start + slope * 4)
    residual = share.to_numpy() - start - slope * np.array([-1, 0, 1])
    half = 12.7062047 * np.sqrt((residual**2).sum() * (1 + 1 / 3 + 16 / 2))
    assert found.loc["2023", "forecast_high"] - found.loc["2023", "forecast"] == pytest.approx(half, rel=1e-6)


def test_few_enterprises_and_one_that_dominates_are_not_published(industries: Installation, mart: pd.DataFrame) -> None:
    """Yanchi's mine has more than nine tenths of its industry's sales: its cells are withheld, and not alone."""
    assert (mart.loc[mart["conf_status"] == "F", "n_units"] >= 3).all()
    mines = mart[(mart["area_code"] == "640323") & (mart["item"] == "oil_mining")]
    assert set(mines["conf_status"]) == {"N"}
    coal = mart[(mart["item"] == "coal") & (mart["measure"] == "output_value") & (mart["time_period"] == "2022")]
    assert (coal["conf_status"] == "N").sum() >= 2, "one hidden county is the total less the others"
    cells = mart.groupby(["time_period", "area_code", "item"])["conf_status"].nunique()
    assert cells.max() == 1, "all measures of a cell go together"
    shown = industries.ask("SELECT value, conf_status FROM published.industry_indicator WHERE conf_status = 'N'")
    assert shown["value"].isna().all()
    assert (mart.loc[mart["item"].isin(list(GROUP_OF)), "conf_status"] == "F").mean() > 0.9, "farm products are shown"
