"""All 316 values of golden/mexico_south_2010.csv, recomputed from the senders' households."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indicators.inequality import gini, gini_by_group
from indicators.poverty import fgt, poverty_depth
from indicators.survey import Estimate, PsuTotals, SurveyDesign, design_effect, mean, ratio, total

RELATIVE, RELATIVE_SE_OF_INDICES = 1e-9, 1e-6
DOMAINS = ["all", "rural", "rural 07", "rural 12", "rural 20"]


@pytest.fixture(scope="module")
def households(real_data: Path) -> pd.DataFrame:
    labels = dict.fromkeys(("folioviv", "est_dis", "upm", "ubica_geo"), str)
    table = pd.read_csv(real_data / "data/mexico_south_2010/concentrado.csv", dtype=labels)
    table["income_per_head_month"] = table.ingcor / 3 / table.tot_resi
    return table


@pytest.fixture(scope="module")
def golden(real_data: Path) -> list[dict[str, str]]:
    with (real_data / "golden/mexico_south_2010.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def in_domain(households: pd.DataFrame, domain: str) -> np.ndarray:
    if domain == "all":
        return np.ones(len(households), dtype=bool)
    rural = (households.tam_loc == 4).to_numpy()
    state = domain.removeprefix("rural").strip()
    return rural & (households.ubica_geo.str[:2] == state).to_numpy() if state else rural


def recomputed(statistic: str, households: pd.DataFrame, mask: np.ndarray) -> Estimate:
    """The statistic named as in the golden file. Poverty and Gini count persons."""
    design = SurveyDesign(households.factor, households.est_dis, households.upm)
    persons = design.for_persons(households.tot_resi)
    income = households.income_per_head_month
    match statistic.split():
        case ["households"]:
            return total(np.ones(len(households)), design, mask)
        case ["persons"]:
            return total(households.tot_resi, design, mask)
        case ["total", "quarterly", item]:
            return total(households[item], design, mask)
        case ["mean", item]:
            return mean(households[item], design, mask)
        case ["share", "of", "ingcor", item]:
            return ratio(households[item], households.ingcor, design, mask)
        case ["per", "person", item]:
            return ratio(households[item], households.tot_resi, design, mask)
        case [("FGT0" | "FGT1" | "FGT2") as power, "line", line]:
            return fgt(income, float(line), int(power[-1]), persons, domain=mask)
        case ["Gini", "pc", "person-weighted"]:
            return gini(income, persons, rank="upper", domain=mask)
        case ["deff", "of", "mean", item]:
            return Estimate(design_effect(households[item], design, mask), np.nan, 0)
        case ["n", "households"]:
            return Estimate(mean(households.ingcor, design, mask).n_households, np.nan, 0)
        case ["degrees", *_]:
            return Estimate(mean(households.ingcor, design, mask).df, np.nan, 0)
    raise KeyError(statistic)


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_golden_value(domain, households, golden):
    mask = in_domain(households, domain)
    rows = [row for row in golden if row["domain"] == domain]
    assert rows
    for row in rows:
        estimate = recomputed(row["statistic"], households, mask)
        where = f"{domain}: {row['statistic']}"
        assert estimate.value == pytest.approx(float(row["estimate"]), rel=RELATIVE), where
        if row["se"]:
            loose = row["statistic"].startswith(("FGT", "Gini"))
            relative = RELATIVE_SE_OF_INDICES if loose else RELATIVE
            assert estimate.se == pytest.approx(float(row["se"]), rel=relative, abs=1e-12), where


def test_golden_file_is_whole(golden):
    assert len(golden) == 316
    assert {row["domain"] for row in golden} == set(DOMAINS)


def test_the_same_from_psu_totals(households, golden):
    """Means, totals, shares, per person and FGT of all five domains from one table of PSU totals."""
    items = sorted({row["statistic"].split()[-1] for row in golden if row["statistic"].startswith("mean ")})
    income = households.income_per_head_month
    columns = {item: households[item] for item in items}
    for line in (684, 1329):
        for alpha in (0, 1, 2):
            columns[f"FGT{alpha} line {line}"] = poverty_depth(income, line, alpha) * households.tot_resi
    design = SurveyDesign(households.factor, households.est_dis, households.upm)
    cells = np.where(households.tam_loc == 4, "rural ", "urban ") + households.ubica_geo.str[:2]
    finest = PsuTotals.from_microdata(columns, design, cells, size=households.tot_resi)
    rural = [f"rural {state}" for state in ("07", "12", "20")]
    table = finest.roll_up({"all": finest.domains.tolist(), "rural": rural, **{name: [name] for name in rural}})
    per_person, per_household = table.means(list(columns), per="persons"), table.means(items)
    totals, shares = table.totals(["weight", "persons", *items]), table.ratios(items, "ingcor")
    compared = 0
    for row in golden:
        words = row["statistic"].split()
        match words:
            case ["households" | "persons"]:
                name = "weight" if words == ["households"] else "persons"
                estimate = totals.estimate(row["domain"], name)
            case ["total", "quarterly", item]:
                estimate = totals.estimate(row["domain"], item)
            case ["mean", item]:
                estimate = per_household.estimate(row["domain"], item)
            case ["share", "of", "ingcor", item]:
                estimate = shares.estimate(row["domain"], item)
            case ["per", "person", item]:
                estimate = per_person.estimate(row["domain"], item)
            case [power, "line", _] if power.startswith("FGT"):
                estimate = per_person.estimate(row["domain"], row["statistic"])
            case _:
                continue
        compared += 1
        assert estimate.value == pytest.approx(float(row["estimate"]), rel=RELATIVE)
        assert estimate.se == pytest.approx(float(row["se"]), rel=RELATIVE, abs=1e-12)
    assert compared == 5 * (2 + 4 * 13 + 6)


def test_mid_rank_gini_of_rural_households(households):
    """methods.md section 4: the value to publish differs from R convey's in the third digit."""
    design = SurveyDesign(households.factor, households.est_dis, households.upm).for_persons(households.tot_resi)
    income, rural = households.income_per_head_month, households.tam_loc == 4
    assert gini(income, design, domain=rural).value == pytest.approx(0.473903837291861, rel=1e-12)
    by_area = gini_by_group(income, design, np.where(rural, "rural", "urban"), rank="upper")
    assert by_area.estimate("rural").value == pytest.approx(0.474870070257551, rel=RELATIVE)
    assert by_area.estimate("rural").se == pytest.approx(gini(income, design, rank="upper", domain=rural).se, rel=1e-12)
