"""The sample prefecture: poverty and inequality against plain NumPy, lines carried by Ningxia's printed prices."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from installation import Installation, run
from marts_support import (
    CPI_HEAD,
    MONTH_ON_MONTH,
    NINGXIA,
    YEAR_ON_YEAR,
    gini_by_pairs,
    wuzhong_households,
)

from jurisdictions.wuzhong.generator import generate
from pipelines.monthly import RunFailed

MONTH = "2011-03"
PREFECTURE = "640300"
POVERTY_AREA = ["640303", "640323", "640324"]
"""Members of the set S64-01 that Wuzhong has."""
DOMAINS = {"all": ("urban", "rural"), "urban": ("urban",), "rural": ("rural",)}


@pytest.fixture(scope="module")
def links(real_data: Path) -> dict[str, float]:
    """Ningxia's printed year-on-year indices of 2010 and of the first months of 2011."""
    with (real_data / "data/china_cpi/nbs_cpi_monthly_by_province.csv").open(newline="", encoding="utf-8") as lines:
        return {
            row["month"]: float(row["value"])
            for row in csv.DictReader(lines)
            if (row["province"], row["indicator"]) == (NINGXIA, YEAR_ON_YEAR) and "2010-01" <= row["month"] <= MONTH
        }


@pytest.fixture(scope="module")
def wuzhong(links: dict[str, float], tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """One month of households, and prices from 2010 on."""
    place = tmp_path_factory.mktemp("wuzhong")
    landing = place / "landing"
    generate(landing, months=1, first_month=MONTH, household_months=1_000, dirt=False, sources=("household_income",))
    rows = [f"{month},{NINGXIA},{YEAR_ON_YEAR},{value}" for month, value in links.items()]
    rows.append(f"2010-01,北京市,{YEAR_ON_YEAR},101.3")
    (landing / "nbs_cpi_monthly_by_province.csv").write_text("\n".join([CPI_HEAD, *rows]) + "\n", encoding="utf-8")
    return run("wuzhong", landing, place / "home")


@pytest.fixture(scope="module")
def households(wuzhong: Installation) -> pd.DataFrame:
    table = wuzhong_households(wuzhong.landing)
    return table.assign(per_head=table["net_income"] / table["persons"], people=table["weight"] * table["persons"])


def members(households: pd.DataFrame, area: str, domain: str) -> pd.DataFrame:
    inside = households["area_type"].isin(DOMAINS[domain])
    if area != PREFECTURE:
        inside &= households["area_code"].isin(POVERTY_AREA if area == "S64-01" else [area])
    return households[inside]


def carried(links: dict[str, float]) -> float:
    """2,300 yuan a year at prices of 2010, for March 2011; all months of 2009 count 100, so 2010 has its links."""
    mean_2010 = sum(links[f"2010-{month:02d}"] for month in range(1, 13)) / 12
    march = links["2010-03"] * links[MONTH] / 100
    return 2300 / 12 * march / mean_2010


def test_fgt_of_every_area_and_domain_is_that_of_plain_arithmetic(
    wuzhong: Installation, households: pd.DataFrame, links: dict[str, float]
) -> None:
    figures = wuzhong.ask("SELECT * FROM mart.poverty WHERE measure LIKE 'fgt%' OR measure = 'watts'")
    lines = {"rural_2010": carried(links), "rural_2008": 1196 / 12}
    compared = 0
    for (area, domain), part in figures.groupby(["area_code", "domain"]):
        inside = members(households, area, domain)
        y, w = inside["per_head"].to_numpy(), inside["people"].to_numpy()
        for row in part.itertuples():
            z = lines[row.line_id]
            poor = y <= z
            if row.measure == "watts":
                depth = np.log(z / np.where(poor & (y > 0), y, z))
                assert row.n_excluded == (y <= 0).sum()
            else:
                depth = np.where(poor, (z - y) / z, 0.0) ** int(row.measure[-1]) * poor
            assert row.value == pytest.approx((w @ depth) / w.sum(), rel=1e-9, abs=1e-15), row
            assert row.n_households == len(inside)
            assert row.line_in_period == pytest.approx(z, rel=1e-12)
            compared += 1
    # seven areas of which five have towns, the prefecture, a set of areas; two lines, four measures
    assert compared == (7 * 3 + 2 * 2) * 2 * 4


def test_inequality_of_every_area_and_domain_is_that_of_plain_arithmetic(
    wuzhong: Installation, households: pd.DataFrame
) -> None:
    figures = wuzhong.ask("SELECT * FROM mart.inequality WHERE leaf = 'net_income'")
    for (area, domain), part in figures.groupby(["area_code", "domain"]):
        inside = members(households, area, domain)
        y, w = inside["per_head"].to_numpy(), inside["people"].to_numpy()
        found = part.set_index(["measure", "line_id"])["value"]
        assert found["gini", "_Z"] == pytest.approx(gini_by_pairs(y, w), rel=1e-9), (area, domain)
        positive, share = y[y > 0], w[y > 0] / w[y > 0].sum()
        relative = positive / (share @ positive)
        assert found["theil_t", "_Z"] == pytest.approx(share @ (relative * np.log(relative)), rel=1e-9)
        assert found["theil_l", "_Z"] == pytest.approx(-(share @ np.log(relative)), rel=1e-9)
        assert found["atkinson_05", "_Z"] == pytest.approx(1 - (share @ relative**0.5) ** 2, rel=1e-9)
        assert found["atkinson_1", "_Z"] == pytest.approx(1 - np.exp(share @ np.log(relative)), rel=1e-9)


def test_sources_are_those_of_plain_arithmetic(wuzhong: Installation, households: pd.DataFrame) -> None:
    """Contribution of a source: 2 cov(source, rank) over mean income and Gini, ranks being middle ranks."""
    figures = wuzhong.ask("SELECT * FROM mart.inequality WHERE measure LIKE 'ly_%'")
    for area, domain in ((PREFECTURE, "all"), (PREFECTURE, "rural"), ("640323", "urban")):
        inside = members(households, area, domain)
        y, w = inside["per_head"].to_numpy(), inside["people"].to_numpy()
        w = w / w.sum()
        middle = np.array([w[y < one].sum() + w[y == one].sum() / 2 for one in y])
        gini = gini_by_pairs(y, w)
        found = figures[(figures["area_code"] == area) & (figures["domain"] == domain)].set_index(["measure", "leaf"])
        for leaf in ("crop", "livestock", "wage_away"):
            source = (inside[f"{leaf}_net"] / inside["persons"]).to_numpy()
            covariance = w @ (source * middle) - (w @ source) / 2
            share, contribution = (w @ source) / (w @ y), 2 * covariance / (w @ y) / gini
            assert found.loc[("ly_share", leaf), "value"] == pytest.approx(share, rel=1e-9)
            assert found.loc[("ly_contribution", leaf), "value"] == pytest.approx(contribution, rel=1e-9)
            assert found.loc[("ly_marginal", leaf), "value"] == pytest.approx(contribution - share, rel=1e-9, abs=1e-12)
            own = gini_by_pairs(source, w)
            assert found.loc[("ly_gini", leaf), "value"] == pytest.approx(own, rel=1e-9)
            assert found.loc[("ly_correlation", leaf), "value"] == pytest.approx(
                contribution * gini / (share * own), rel=1e-9
            )


def test_a_line_without_prices_stays_nominal_and_says_so(wuzhong: Installation) -> None:
    found = wuzhong.ask(
        "SELECT line_id, price_period, obs_note FROM mart.poverty WHERE domain = 'rural' AND area_code = '640300' "
        "AND measure = 'fgt2'"
    ).set_index("line_id")
    assert found.loc["rural_2010", "price_period"] == MONTH
    assert "nominal" not in str(found.loc["rural_2010", "obs_note"])
    assert found.loc["rural_2008", "price_period"] == "2008"
    assert f"nominal line: prices of 2008, no price index to {MONTH}" in found.loc["rural_2008", "obs_note"]


def test_real_income_is_nominal_income_in_prices_of_the_line(wuzhong: Installation, links: dict[str, float]) -> None:
    found = wuzhong.ask(
        "SELECT * FROM published.income_level_real WHERE area_code = '640300' AND leaf = 'net_income' "
        "AND domain = 'rural'"
    ).iloc[0]
    assert found["price_basis"] == "2010"
    level = carried(links) / (2300 / 12)
    assert found["price_level"] == pytest.approx(100 * level, rel=1e-12)
    assert found["mean_per_person_real"] == pytest.approx(found["mean_per_person"] / level, rel=1e-12)
    assert found["mean_per_person_real_se"] == pytest.approx(found["mean_per_person_se"] / level, rel=1e-12)


def test_corrected_prices_of_another_month_make_the_figures_anew(
    wuzhong: Installation, links: dict[str, float], tmp_path: Path
) -> None:
    """A correction of June 2010 alone moves the line of March 2011, and nothing of March is lost by it."""
    shutil.copytree(wuzhong.landing, tmp_path / "landing")
    shutil.copytree(wuzhong.home, tmp_path / "home")
    correction = tmp_path / "landing" / "nbs_cpi_monthly_by_province_更正1.csv"
    correction.write_text(f"{CPI_HEAD}\n2010-06,{NINGXIA},{YEAR_ON_YEAR},110\n", encoding="utf-8")
    again = run("wuzhong", tmp_path / "landing", tmp_path / "home")
    assert again.done.release_id == 2
    periods = again.ask("SELECT periods FROM audit.release WHERE release_id = 2")
    assert periods["periods"].tolist() == [f"2010-06 {MONTH}"]
    both = again.ask("SELECT DISTINCT release_id, line_in_period FROM mart.poverty WHERE line_id = 'rural_2010'")
    assert both.set_index("release_id")["line_in_period"].to_dict() == pytest.approx(
        {1: carried(links), 2: carried(links | {"2010-06": 110.0})}, rel=1e-12
    )
    for view in ("poverty", "inequality", "income_share", "income_level"):
        counts = f"SELECT release_id, count(*) AS n FROM mart.{view} GROUP BY ALL ORDER BY ALL"
        first, second = again.ask(counts)["n"].tolist()
        assert first == second > 0
        assert again.ask(f"SELECT DISTINCT release_id FROM published.{view}")["release_id"].tolist() == [2]
    assert run("wuzhong", tmp_path / "landing", tmp_path / "home").done.release_id is None


BROKEN = (
    ("2011-01", NINGXIA, YEAR_ON_YEAR, "104.1", "price_index.duplicate"),
    ("2011-01", NINGXIA, YEAR_ON_YEAR, "104.2", "price_index.duplicate"),
    ("2011-01", NINGXIA, MONTH_ON_MONTH, "100.9", None),
    ("2011-02", NINGXIA, YEAR_ON_YEAR, "4.9", "price_index.within_bounds price_index.step_plausible"),
    ("2011-02", NINGXIA, MONTH_ON_MONTH, "101.2", None),
    ("2011-03", NINGXIA, "居民消费价格指数", "105.0", "price_index.code_known"),
    ("2011-03", NINGXIA, MONTH_ON_MONTH, "100.1", None),
    ("2011-04", NINGXIA, YEAR_ON_YEAR, "", "price_index.required"),
    ("2011-04", NINGXIA, MONTH_ON_MONTH, "100.1", None),
    ("2011-05", "宁夏", YEAR_ON_YEAR, "105.5", "price_index.area_of_sender price_index.one_area"),
    ("2011-05", NINGXIA, MONTH_ON_MONTH, "100.1", "price_index.one_area"),
    ("2011-06", NINGXIA, YEAR_ON_YEAR, "135", None),
    ("2011-06", NINGXIA, MONTH_ON_MONTH, "1O0.2", "price_index.readable"),
    ("2011年第三季度", NINGXIA, YEAR_ON_YEAR, "104", "price_index.period_agrees price_index.monthly"),
    ("2011-09", NINGXIA, YEAR_ON_YEAR, "104", None),
)


def test_a_broken_price_file_goes_no_further(tmp_path: Path) -> None:
    """One fault a month: the rule that fired, the line in quarantine, and a gate that stays shut over May."""
    landing = tmp_path / "landing"
    landing.mkdir()
    text = "\n".join([CPI_HEAD, *(",".join(row[:4]) for row in BROKEN)]) + "\n"
    (landing / "nbs_cpi_monthly_by_province.csv").write_text(text, encoding="utf-8")
    with pytest.raises(RunFailed, match=r"2011-05 price_index.month_has_rows"):
        run("wuzhong", landing, tmp_path / "home")
    office = Installation(tmp_path / "home", landing)
    refused = office.ask("SELECT row_number, rule_ids FROM audit.quarantine").set_index("row_number")["rule_ids"]
    expected = {line: rule for line, (*_, rule) in enumerate(BROKEN, start=2) if rule}
    assert refused.to_dict() == expected
    flags = office.ask(
        "SELECT time_period, rows_failed FROM audit.check_result "
        "WHERE rule_id = 'price_index.step_plausible' AND outcome = 'fail' ORDER BY time_period"
    )
    assert flags.to_numpy().tolist() == [["2011-02", 1], ["2011-06", 1]]
    assert office.ask("SELECT count(*) AS n FROM audit.release")["n"].tolist() == [0]
