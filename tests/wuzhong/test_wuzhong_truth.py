"""The truth: three households worked out by hand, and identities of every month, area and domain."""

import json

import numpy as np
import pandas as pd
import pytest

from jurisdictions.wuzhong.generator import Truth
from jurisdictions.wuzhong.generator.income import LEAF_NAMES
from jurisdictions.wuzhong.generator.sheets import Sheet
from jurisdictions.wuzhong.generator.truth import IncomeTruth


def drawn_sheet() -> Sheet:
    """Yuan: A crop 600, wage away 400; B crop -50, farm wage 150, pension 100; C property 300; D is unsound.

    Weights 10, 20, 30, 40; persons 4, 2, 1, 5. A and B are rural, C and D urban.
    """
    columns: dict[str, object] = {f"{leaf}_net": np.zeros(4, np.int64) for leaf in LEAF_NAMES}
    columns["crop_net"] = np.array([600_00, -50_00, 0, 9_999_00])
    columns["wage_away_net"] = np.array([400_00, 0, 0, 0])
    columns["wage_agri_net"] = np.array([0, 150_00, 0, 0])
    columns["transfer_public_net"] = np.array([0, 100_00, 0, 0])
    columns["property_net"] = np.array([0, 0, 300_00, 0])
    columns["net_income"] = np.array([1_000_00, 200_00, 300_00, 9_999_00])
    columns["persons"] = np.array([4, 2, 1, 5])
    columns["weight"] = np.array([10, 20, 30, 40]) * 10_000
    columns["area_type"] = np.array(["rural", "rural", "urban", "urban"])
    return Sheet("household_income", "640323", "2021-01", columns, 4, np.array([1, 1, 2, 3]))  # type: ignore[arg-type]


@pytest.fixture
def drawn() -> IncomeTruth:
    truth = IncomeTruth()
    truth.add(drawn_sheet(), np.array([True, True, True, False]))
    truth.close_month("2021-01")
    return truth


@pytest.mark.parametrize(
    ("domain", "definition", "sector", "ratio", "mean", "left_out"),
    [
        # crop (10 × 600 - 20 × 50) over income (10 × 1000 + 20 × 200)
        ("rural", "nbs_household_operations", "agriculture", 5_000 / 14_000, (10 * 0.6 + 20 * -0.25) / 30, 0),
        # and the wage earned in agriculture, 20 × 150
        ("rural", "nbs_primary_industry", "agriculture", 8_000 / 14_000, (10 * 0.6 + 20 * 0.5) / 30, 0),
        # without pension: B has 100, all of it agriculture
        ("rural", "productive", "agriculture", 8_000 / 12_000, (10 * 0.6 + 20 * 1.0) / 30, 0),
        ("rural", "nbs_household_operations", "non_productive", 2_000 / 14_000, 20 * 0.5 / 30, 0),
        # C adds 30 × 300 to income and nothing to agriculture
        ("all", "nbs_household_operations", "agriculture", 5_000 / 23_000, (10 * 0.6 + 20 * -0.25) / 60, 0),
        # C has no productive income and is left out of the mean
        ("all", "productive", "agriculture", 8_000 / 12_000, (10 * 0.6 + 20 * 1.0) / 30, 1),
    ],
)
def test_shares_of_three_households(
    drawn: IncomeTruth, domain: str, definition: str, sector: str, ratio: float, mean: float, left_out: int
) -> None:
    found = {
        row["estimator"]: row
        for row in drawn.shares
        if (row["area_code"], row["domain"], row["share_definition"], row["sector"])
        == ("640323", domain, definition, sector)
    }
    assert found["ratio_of_aggregates"]["value"] == pytest.approx(ratio, rel=1e-14)
    assert found["mean_of_shares"]["value"] == pytest.approx(mean, rel=1e-14)
    assert found["mean_of_shares"]["n_excluded"] == left_out


def test_a_share_of_nothing_is_undefined_and_not_zero(drawn: IncomeTruth) -> None:
    (share,) = [
        row
        for row in drawn.shares
        if (row["domain"], row["share_definition"], row["sector"], row["area_code"], row["estimator"])
        == ("urban", "productive", "agriculture", "640323", "mean_of_shares")
    ]
    assert share["value"] is None
    assert share["n_excluded"] == 1


def test_levels_of_three_households(drawn: IncomeTruth) -> None:
    (income,) = [
        row for row in drawn.levels if (row["area_code"], row["domain"], row["leaf"]) == ("640300", "all", "net_income")
    ]
    assert income["total"] == 10 * 1_000 + 20 * 200 + 30 * 300
    assert income["mean_per_household"] == pytest.approx(23_000 / 60, rel=1e-15)
    assert income["mean_per_person"] == pytest.approx(23_000 / (10 * 4 + 20 * 2 + 30 * 1), rel=1e-15)
    assert (income["n_households"], income["n_psu"]) == (3, 2)


def table(truth: Truth, name: str) -> pd.DataFrame:
    return pd.read_parquet(truth.folder / f"{name}.parquet")


KEYS = ["time_period", "area_code", "domain"]


def test_sectors_add_to_one(dirty: Truth) -> None:
    shares = table(dirty, "income_share")
    three_way = shares[shares["share_definition"] != "riga"]
    sums = three_way.groupby([*KEYS, "share_definition", "estimator"])["value"].sum()
    assert len(sums) == 3 * (3 * 6 + 2 * 2) * 3 * 2, "months × domains of areas × definitions × estimators"
    assert np.allclose(sums, 1, rtol=0, atol=1e-12)
    riga = shares[(shares["share_definition"] == "riga") & shares["sector"].isin(["on_farm", "non_farm"])]
    assert not riga.empty


def test_leaves_add_to_net_income_and_areas_to_the_prefecture(dirty: Truth) -> None:
    levels = table(dirty, "income_level").set_index([*KEYS, "leaf"])["total"].unstack()
    assert np.allclose(levels[list(LEAF_NAMES)].sum(axis=1), levels["net_income"], rtol=1e-12)
    whole = levels.xs("640300", level="area_code")
    parts = levels.drop("640300", level="area_code").groupby(["time_period", "domain"]).sum()
    assert np.allclose(whole, parts.loc[whole.index], rtol=1e-12)
    domains = levels["net_income"].unstack("domain").fillna(0)
    assert np.allclose(domains["all"], domains["urban"] + domains["rural"], rtol=1e-12)


def test_resettlement_areas_have_no_towns(dirty: Truth) -> None:
    levels = table(dirty, "income_level")
    areas_with_towns = set(levels.loc[levels["domain"] == "urban", "area_code"])
    assert areas_with_towns == {"640300", "640302", "640303", "640323", "640324", "640381"}


@pytest.mark.parametrize("name", ["labour_export", "fund_flow"])
def test_sums_of_areas_are_those_of_the_prefecture(dirty: Truth, name: str) -> None:
    rows = table(dirty, name)
    measures = rows.select_dtypes("number").columns
    by_area = rows.assign(is_whole=rows["area_code"] == "640300").groupby("is_whole")[list(measures)].sum()
    assert np.allclose(by_area.loc[True], by_area.loc[False], rtol=1e-12)


def test_the_summary_counts_what_the_lists_hold(dirty: Truth) -> None:
    summary = json.loads((dirty.folder / "truth.json").read_text("utf-8"))
    files = pd.read_csv(dirty.folder / "files.csv")
    dirt = pd.read_csv(dirty.folder / "dirt.csv")
    assert summary["files"] == len(files)
    assert summary["records"] == files.loc[files["outcome"] == "accepted", "records"].sum()
    assert summary["quarantined"] == (dirt["outcome"] == "quarantined").sum() == files["quarantined"].sum()
    assert set(summary["kinds_of_dirt"]) == set(dirt["kind"])


def test_figures_stand_on_the_sound_households_only(dirty: Truth) -> None:
    levels = table(dirty, "income_level")
    whole = levels[(levels["area_code"] == "640300") & (levels["domain"] == "all") & (levels["leaf"] == "crop")]
    files = pd.read_csv(dirty.folder / "files.csv")
    files = files[(files["source"] == "household_income") & (files["outcome"] == "accepted")]
    sound = (files["records"] - files["quarantined"]).groupby(files["time_period"]).sum()
    assert dict(zip(whole["time_period"], whole["n_households"], strict=True)) == sound.to_dict()
    assert (files["quarantined"] > 0).any()
