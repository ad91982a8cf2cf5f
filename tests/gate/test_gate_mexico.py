"""The survey of 2010 through the gate: what is published is what the marts hold, where the gate allows it."""

from pathlib import Path

import pandas as pd
import pytest
from gate_support import Office
from installation import run

KEYS = {
    "income_level": ["leaf"],
    "income_share": ["share_definition", "estimator", "negative_policy", "sector"],
    "poverty": ["measure", "line_id"],
    "inequality": ["measure", "leaf", "line_id"],
}


@pytest.fixture(scope="module")
def office(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Office:
    place = Office(tmp_path_factory.mktemp("mexico"), real_data / "data" / "mexico_south_2010")
    run("mexico", place.landing, place.home, ["2010-09"])
    return place


@pytest.mark.parametrize("name", KEYS)
def test_published_figures_are_those_of_the_mart_where_the_gate_allows(office: Office, name: str) -> None:
    mart, seen = office.mart(name), office.published()[name]
    key = ["time_period", "area_code", "domain", *KEYS[name]]
    both = mart.merge(seen, on=key, suffixes=("", "_seen"), validate="one_to_one")
    assert len(both) == len(mart) == len(seen)
    free = both["conf_status"] == "F"
    assert 0 < free.sum() < len(both)
    numbers = [column for column in mart.select_dtypes("number") if f"{column}_seen" in both and column != "release_id"]
    assert len(numbers) >= 8
    pd.testing.assert_frame_equal(
        both.loc[free, numbers].astype(float),
        both.loc[free, [f"{column}_seen" for column in numbers]].set_axis(numbers, axis=1).astype(float),
    )
    assert both.loc[~free, [f"{column}_seen" for column in numbers]].isna().all(axis=None)


def test_no_row_that_fails_a_threshold_is_free_and_every_other_reason_is_told(office: Office) -> None:
    for name in KEYS:
        mart = office.mart(name)
        free = mart[mart["conf_status"] == "F"]
        assert free["n_households"].min() >= 20
        if "cv" in mart:
            assert free["cv"].abs().max() <= 0.25
            assert (free.loc[free["cv"].abs() >= 0.15, "obs_status"] == "U").all()
        assert free["conf_note"].isna().all()
        assert mart.loc[mart["conf_status"] == "N", "conf_note"].notna().all()


def test_the_headline_of_the_quarter_is_published(office: Office) -> None:
    share = office.published()["income_share"].query(
        "time_period == '2010-Q3' and area_code == 'MX' and domain == 'rural' and sector == 'agriculture' and "
        "share_definition == 'nbs_household_operations' and estimator == 'ratio_of_aggregates' and "
        "negative_policy == 'keep'"
    )
    assert share["value"].tolist() == pytest.approx([0.0784409581084879], rel=1e-9)
    assert (share["obs_status"].tolist(), share["conf_status"].tolist()) == (["U"], ["F"])
