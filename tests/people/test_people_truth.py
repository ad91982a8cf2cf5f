"""The marts on people and villages against the generator's own counts of sound rows."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from people_support import Judged

from jurisdictions.wuzhong.generator.design import AREAS
from warehouse.contracts import CONTRACTS
from warehouse.contracts.codes.villages import STEPS
from warehouse.contracts.labour_training import STEPS as TRAINING_STEPS
from warehouse.engine import fetch, table
from warehouse.periods import closing_month

CITY = "640300"
KEY = ["month", "area_code"]


def figures(marts: Judged, mart: str) -> pd.DataFrame:
    with marts.run.engine.connect() as connection:
        found = pd.DataFrame(fetch(connection, sa.select(table(CONTRACTS[f"mart.{mart}"]))))
    found = found[~found["area_code"].str.contains("@")]
    return found.assign(month=found["time_period"].map(closing_month))


def counted(marts: Judged, source: str) -> pd.DataFrame:
    return pq.read_table(marts.truth.folder / f"{source}.parquet").to_pandas().rename(columns={"time_period": "month"})


def same(found: pd.DataFrame, truth: pd.DataFrame, column: str, key: list[str] = KEY) -> None:
    both = truth.merge(found, on=key, validate="one_to_one")
    assert len(both) == len(truth) > 10
    assert (both["numerator"] == both[column]).all(), column


@pytest.mark.programme("S01")
def test_villages_at_every_step(marts: Judged) -> None:
    found, truth = figures(marts, "village_indicator"), counted(marts, "village_programme")
    villages = found[found["measure"] == "villages"]
    for step in STEPS:
        same(villages[villages["item"] == step], truth, step)
    same(villages[villages["item"] == "_T"], truth, "lines")
    at = villages.pivot_table(index=KEY, columns="item", values="value")
    assert (at["_T"] >= at["planned"]).all()
    assert (at["planned"] >= at["started"]).all()
    assert (at["started"] >= at["finished"]).all()
    assert (at["finished"] >= at["accepted"]).all()


@pytest.mark.programme("S05")
def test_batches_from_entry_to_exit_and_back(marts: Judged) -> None:
    found, truth = figures(marts, "registry_indicator"), counted(marts, "registry")
    truth = truth.assign(item="batch:" + truth["batch"])
    key = [*KEY, "item"]
    same(found[found["measure"] == "registered"], truth, "lines", key)
    same(found[found["measure"] == "exited"], truth, "exited", key)
    same(found[found["measure"] == "returned"], truth, "returned", key)
    curve = found[(found["measure"] == "exited") & (found["area_code"] == CITY) & (found["item"] == "batch:2019")]
    shares = curve.sort_values("month")["value"].tolist()
    assert 0 < shares[0] < shares[1] < 1


@pytest.mark.programme("S03")
def test_a_household_that_two_enterprises_take_along_is_counted_once(marts: Judged) -> None:
    found, truth = figures(marts, "registry_indicator"), counted(marts, "linked_household")
    whole = found[(found["measure"] == "linked_share") & (found["item"] == "_T")]
    same(whole, truth, "linked")
    assert (truth["lines"] > truth["linked"]).all(), "some are linked twice"
    registered = counted(marts, "registry").groupby(KEY)["lines"].sum().to_dict()
    asked = whole[whole["area_code"].isin([CITY, *(area.code for area in AREAS)])].set_index(KEY)["denominator"]
    assert asked.to_dict() == registered


@pytest.mark.programme("S04")
def test_villages_that_have_all_three_parts(marts: Judged) -> None:
    found = figures(marts, "village_indicator")
    found = found[found["area_code"] == CITY]
    # of the figures nothing else is said than which planted faults are missing from them
    said = found.loc[found["measure"] == "three_parts", "obs_note"].dropna().str.split("; ").explode()
    assert said.str.fullmatch(r"\d+ records? of \w+ in quarantine").all()
    at = found.pivot_table(index="month", columns=["measure", "item"], values="value")
    shares = at["part_villages"]
    assert set(shares) == {"whole_village", "labour", "enterprise"}
    assert (at["three_parts", "_T"] <= shares.min(axis=1)).all()
    assert (at["three_parts", "_T"] > 0).all()
    assert np.allclose(at["balance", "_T"], shares.prod(axis=1) ** (1 / 3) / shares.mean(axis=1))


@pytest.mark.programme("S32")
def test_the_funnel_narrows_and_is_the_generators(marts: Judged) -> None:
    found, truth = figures(marts, "labour_half_year"), counted(marts, "labour_training")
    funnel = found[found["measure"] == "funnel"]
    for step in TRAINING_STEPS:
        same(funnel[funnel["item"] == step], truth, step)
    same(found[found["measure"] == "begun"], truth, "trained_in_period")
    at = funnel.pivot_table(index=KEY, columns="item", values="value")
    assert (at["trained"] >= at["certified"]).all()
    assert (at["certified"] >= at["placed"]).all()
    assert (at["placed"] >= at["retained"]).all()
    retention = found[(found["measure"] == "retention") & (found["area_code"] == CITY)]
    assert retention["value"].between(0.7, 0.9).all(), "planted: 0.8"


@pytest.mark.parametrize("mart", ["village_indicator", "registry_indicator", "labour_half_year"])
def test_counties_add_up_to_the_city(marts: Judged, mart: str) -> None:
    found = figures(marts, mart)
    found = found[found["measure"] != "balance"]  # of an area's shares: it does not add
    key = ["month", "measure", "item"]
    city = found[found["area_code"] == CITY].set_index(key)
    counties = (
        found[found["area_code"].isin([area.code for area in AREAS])]
        .groupby(key)[["numerator", "denominator"]]
        .sum(min_count=1)
    )
    assert set(counties.index) == set(city.index)
    for column in ("numerator", "denominator"):
        there = counties[column].dropna()
        assert ((there - city.loc[there.index, column]).abs() < 1e-6 * there.abs() + 1e-9).all()
