"""Shares of net income in a drawn year, by hand; and the gate on a drawn prefecture with one mine."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from assets.gate import industries
from assets.gate.linked import PROTECTS
from assets.marts.family import Making
from assets.marts.industry_indicators import industry_indicators
from assets.places.areas import PlaceAreas
from assets.reference import Reference
from indicators.disclosure import PublicationRules
from jurisdictions import load
from warehouse.compile import arrow_schema
from warehouse.contracts import CONTRACTS
from warehouse.store import Home, write_parquet

_ALWAYS = {"name_zh": None, "level": "county", "valid_from": "1990-01", "valid_to": None}
AREAS = [
    {"area_code": code, "name": code, "parent_code": parent, **_ALWAYS}
    for code, parent in (("R", None), ("A", "R"), ("B", "R"))
]


def keep(home: Home, table: str, month: str, rows: list[dict[str, Any]]) -> None:
    """Rows of a table's month as a run stores them; whole numbers that are not told are 0, texts are x."""
    schema = arrow_schema(CONTRACTS[table])
    empty = {field.name: _nothing(field) for field in schema}
    data = pa.Table.from_pylist([empty | {"jurisdiction": "wuzhong"} | row for row in rows], schema)
    write_parquet(home.partition(table, "wuzhong", month), schema, [data])


def _nothing(field: pa.Field) -> object:
    if field.nullable:
        return None
    if pa.types.is_boolean(field.type):
        return False
    if pa.types.is_date(field.type):
        return dt.date(2020, 1, 1)
    return "x" if pa.types.is_string(field.type) else 0


def product(area: str, name: str, value: int) -> dict[str, Any]:
    own = {"time_period": "2021", "freq": "A", "area_code": area, "industry": "planting", "product": name}
    return own | {"line_type": "item", "output_value": value, "in_agriculture": True}


def making(home: Home) -> Making:
    places = PlaceAreas("R", AREAS)
    return Making(
        home,
        load("wuzhong"),
        Reference.of("wuzhong", places),
        places,
        poverty_lines=(),
        reported=(),
        refused=(),
        months=("2021-12",),
        release_id=1,
        standing=lambda mart, months: arrow_schema(CONTRACTS[mart]).empty_table(),
    )


@pytest.mark.programme("S12")
def test_the_troika_in_net_income_of_a_year(tmp_path: Path) -> None:
    """A: 2 households of weight 10 with 100 a month: crop 40, livestock 20, wages away 30, remittances 5, transfers 5.

    Net income of the year 10 · 2 · 1200 = 24,000. Half of A's crop value is of brands: 0.40 / 2 = 0.20.
    B: one household of weight 20, all from crops, of which brands are a quarter: of R's 48,000 they are
    crop (9,600 + 24,000) · (50 + 25)/(100 + 100) = 12,600.
    """
    home = Home.at(tmp_path)
    of_a = {"area_code": "A", "weight": 10.0, "crop_net": 40, "livestock_net": 20, "wage_away_net": 30}
    of_a |= {"remittance_net": 5, "transfer_public_net": 5, "net_income": 100}
    of_b = {"area_code": "B", "weight": 20.0, "crop_net": 100, "net_income": 100, "household_id": "b"}
    for month in range(1, 13):
        period = {"time_period": f"2021-{month:02d}", "freq": "M"}
        households = [of_a | {"household_id": "a1"}, of_a | {"household_id": "a2"}, of_b]
        keep(home, "core.household_income", period["time_period"], [row | period for row in households])
    output = [
        product("A", "potato", 50),
        product("A", "grain", 50),
        product("B", "potato", 25),
        product("B", "grain", 75),
    ]
    keep(home, "core.industry_output", "2021-12", output)
    ((_, table),) = industry_indicators(making(home))
    rows = table.to_pandas().query("measure == 'troika_share'").set_index(["area_code", "item"])
    expected = {
        ("A", "brands"): 0.20, ("A", "grass_livestock"): 0.20, ("A", "labour_export"): 0.35,
        ("B", "brands"): 0.25, ("B", "grass_livestock"): 0.0, ("B", "labour_export"): 0.0,
        ("R", "brands"): 12_600 / 48_000, ("R", "grass_livestock"): 4_800 / 48_000,
        ("R", "labour_export"): 8_400 / 48_000,
    }  # fmt: skip
    assert rows["value"].to_dict() == pytest.approx(expected)
    assert rows["n_units"].xs("R").unique().tolist() == [3]
    assert set(rows["obs_status"].xs("brands", level="item")) == {"U"}
    assert set(rows["obs_status"].xs("labour_export", level="item")) == {"A"}


@pytest.mark.programme("S12")
def test_a_year_with_a_month_missing_has_no_shares(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    household = {"area_code": "A", "weight": 1.0, "net_income": 100, "household_id": "a", "freq": "M"}
    for month in range(1, 12):
        keep(home, "core.household_income", f"2021-{month:02d}", [household | {"time_period": f"2021-{month:02d}"}])
    keep(home, "core.industry_output", "2021-12", [product("A", "potato", 50)])
    ((_, table),) = industry_indicators(making(home))
    assert "troika_share" not in table["measure"].to_pylist()


FEW = "fewer than 3 contributors"
MEMBERS = [("P", "P"), *(("P", area) for area in "ABC"), *((area, area) for area in "ABC")]


def cells(values: dict[tuple[str, str], float], few: set[tuple[str, str]], release: int = 1) -> pd.DataFrame:
    """Output value and workers of each cell, and its share of workers from poor households."""
    rows = [
        {"jurisdiction": "here", "release_id": release, "time_period": "2021", "area_code": area, "item": item,
         "measure": measure, "value": value * factor, "failed": FEW if (area, item) in few else "",
         "conf_status": "N", "conf_note": None}
        for (area, item), value in values.items()
        for measure, factor in (("output_value", 1.0), ("workers", 0.1), ("poor_worker_share", 0.001))
    ]  # fmt: skip
    return pd.DataFrame(rows)


def withheld(rows: pd.DataFrame, notes: np.ndarray) -> dict[tuple[str, str], str]:
    told = (
        rows.assign(note=notes).groupby(["area_code", "item"])["note"].agg(lambda some: " | ".join(sorted(set(some))))
    )
    return {cell: note for cell, note in told.items() if note}


def test_a_mine_takes_a_county_with_it_in_product_and_industry() -> None:
    """Coal of A is one mine. In oil_mining = coal + magnesium, magnesium of A is shown by nobody else's leave."""
    coal = {"A": 100.0, "B": 300.0, "C": 600.0}
    magnesium = {"A": 50.0, "B": 200.0, "C": 250.0}
    values = {("P", "coal"): 1000.0, ("P", "magnesium"): 500.0, ("P", "oil_mining"): 1500.0}
    for area in "ABC":
        values |= {(area, "coal"): coal[area], (area, "magnesium"): magnesium[area]}
        values[area, "oil_mining"] = coal[area] + magnesium[area]
    rows = cells(values, {("A", "coal")})
    notes, lost = industries.judge(rows, 1, lambda period: MEMBERS, PublicationRules())
    found = withheld(rows, notes)
    assert found["A", "coal"] == FEW
    assert lost == 0
    assert not {("P", "coal"), ("P", "magnesium"), ("P", "oil_mining")} & set(found), "the prefecture stays"
    assert {area for area, item in found if item == "coal"} > {"A"}, "A is the total less the others"
    assert {item for area, item in found if area == "A"} > {"coal"}, "coal is the industry less magnesium"
    assert set(found.values()) == {FEW, PROTECTS}


def test_nothing_is_withheld_where_nothing_fails() -> None:
    rows = cells({("P", "potato"): 10.0, ("A", "potato"): 4.0, ("B", "potato"): 6.0}, set())
    notes, lost = industries.judge(rows, 1, lambda period: MEMBERS, PublicationRules())
    assert (set(notes), lost) == ({""}, 0)
