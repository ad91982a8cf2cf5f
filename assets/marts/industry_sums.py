"""Yearly tables of industries as sums by area: lines counted for every area above them, products added to groups.

Plain frames: a year of a prefecture has some thousand lines. What the sums mean is said in docs/methods/industries.md.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from assets.marts.family import Making
from assets.marts.frame import PeriodAreas, of_lines
from assets.marts.indicators import PLACE
from indicators.industries import effective_number, is_equal_split, is_identical_crop
from warehouse.contracts.codes.industries import AGRICULTURE, GROUP_OF, INDUSTRY_OF
from warehouse.contracts.marts_programme import WHOLE

Periods = Mapping[str, PeriodAreas]
_KEY = list(PLACE)


def expanded(making: Making, table: str) -> tuple[pd.DataFrame, Periods] | None:
    """Accepted rows of the months made, each once for every area that it counts for; `own_area` is where it stands."""
    rows = making.rows(table)
    if rows is None:
        return None
    members, periods = of_lines(rows, making.members)
    above = members.to_pandas().rename(columns={"member_code": "own_area", "ancestor_code": "area_code"})
    money = {name: rows[name].cast("float64") for name, kind in rows.schema().items() if kind.is_decimal()}
    lines = rows.mutate(**money).to_pandas().rename(columns={"area_code": "own_area"})
    return lines.merge(above, on=["time_period", "own_area"]), periods


def by_item(sums: pd.DataFrame, of_industry: bool = True) -> pd.DataFrame:
    """Sums by product, and again by colour group and by industry, in the column `item`; a group adds its products."""
    parts = [sums.rename(columns={"product": "item"})]
    for belongs in (GROUP_OF, INDUSTRY_OF) if of_industry else (GROUP_OF,):
        grouped = sums.assign(item=sums["product"].map(belongs)).dropna(subset=["item"]).drop(columns="product")
        parts.append(grouped.groupby([*_KEY, "item"], as_index=False).sum())
    return pd.concat(parts, ignore_index=True)


def crop_sums(crops: pd.DataFrame) -> pd.DataFrame:
    """Land, growers and bases by area and crop."""
    counted = crops.assign(professional=crops["is_professional"].astype(int))
    names = ["area_mu", "large_area_mu", "growers", "large_growers", "bases", "professional"]
    return counted.groupby([*_KEY, "product"], as_index=False)[names].sum()


def output_sums(lines: pd.DataFrame) -> pd.DataFrame:
    """Output, value and workers by area and product; printed sums are not added."""
    items = lines[lines["line_type"] == "item"]
    items = items.assign(
        value_added=items["sale_value"] - items["input_value"],
        leading_value=items["output_value"].where(items["is_leading"], 0.0),
        farm_value=items["output_value"].where(items["in_agriculture"], 0.0),
    )
    names = ["output_tonnes", "marketed_tonnes", "output_value", "value_added", "leading_value", "farm_value"]
    names += ["workers", "poor_workers", "certified_products"]
    return items.groupby([*_KEY, "product"], as_index=False)[names].sum()


def contributors(
    enterprises: pd.DataFrame | None, associations: pd.DataFrame | None, crops: pd.DataFrame | None
) -> pd.DataFrame:
    """Who is behind the figures of an industry, by area: the effective number of its enterprises, rounded down; in
    agriculture also households: those they take along, members of associations, growers of crops.

    Columns PLACE, item, contributors.
    """
    parts = []
    if enterprises is not None:
        groups = enterprises.groupby([*_KEY, "industry"])
        found = groups["linked_households"].sum().rename("linked").reset_index()
        found["effective"] = np.floor(groups["sale_value"].agg(effective_number).to_numpy())
        farming = found["industry"].isin(AGRICULTURE)
        found["contributors"] = found["effective"] + found["linked"].where(farming, 0)
        parts.append(found.rename(columns={"industry": "item"})[[*_KEY, "item", "contributors"]])
    if associations is not None:
        farmers = associations[associations["industry"].isin(AGRICULTURE)]
        named = farmers.rename(columns={"industry": "item", "members": "contributors"})
        parts.append(named[[*_KEY, "item", "contributors"]])
    if crops is not None:
        growers = crops.assign(item="planting", contributors=crops["growers"])
        parts.append(growers[[*_KEY, "item", "contributors"]])
    if not parts:
        return pd.DataFrame(columns=[*_KEY, "item", "contributors"])
    return pd.concat(parts).groupby([*_KEY, "item"], as_index=False)[["contributors"]].sum()


def with_contributors(sums: pd.DataFrame, known: pd.DataFrame, column: str = "item") -> pd.DataFrame:
    """The sums with the contributors of the industry of each item; none known are none."""
    industry = sums[column].map(INDUSTRY_OF).fillna(sums[column].map(_INDUSTRY_OF_GROUP)).fillna(sums[column])
    joined = sums.assign(industry=industry).merge(
        known.rename(columns={"item": "industry"}), on=[*_KEY, "industry"], how="left"
    )
    return joined.assign(contributors=joined["contributors"].astype(float).fillna(0.0)).drop(columns="industry")


_INDUSTRY_OF_GROUP = {group: INDUSTRY_OF[product] for product, group in GROUP_OF.items()}


def enterprise_sums(enterprises: pd.DataFrame) -> pd.DataFrame:
    """Enterprises and households they take along, by area and industry, and for all."""
    counted = enterprises.assign(
        enterprises=1, leading=enterprises["is_leading"].astype(int), item=enterprises["industry"]
    )
    whole = pd.concat([counted, counted.assign(item=WHOLE)])
    names = ["enterprises", "leading", "linked_households"]
    return whole.groupby([*_KEY, "item"], as_index=False)[names].sum()


def chain_sums(associations: pd.DataFrame, crops: pd.DataFrame | None) -> pd.DataFrame:
    """Villages by parts of the chain branch, association, farmer; members and households served; by area.

    Villages are those that plant anything and those with an association; a village counts once.
    """
    key = [*_KEY, "village_code"]
    villages = (
        associations.assign(
            branch=associations["has_branch"].astype(int), farmers=(associations["members"] > 0).astype(int)
        )
        .groupby(key, as_index=False)
        .agg(
            branch=("branch", "max"),
            farmers=("farmers", "max"),
            households=("village_households", "max"),
            members=("members", "sum"),
            poor_members=("poor_members", "sum"),
            served=("served_households", "sum"),
        )
        .assign(association=1)
    )
    if crops is not None:
        villages = crops[key].drop_duplicates().merge(villages, on=key, how="outer")
    villages = villages.fillna(0)
    parts = villages[["branch", "association", "farmers"]].sum(axis=1)
    villages = villages.assign(
        villages=1,
        complete=(parts == 3).astype(int),
        parts=parts / 3,
        served=np.minimum(villages["served"], villages["households"]),
    )
    names = ["villages", "complete", "parts", "households", "members", "poor_members", "served"]
    return villages.groupby(_KEY, as_index=False)[names].sum().assign(item=WHOLE)


def alarm_sums(crops: pd.DataFrame) -> pd.DataFrame:
    """Crops that a county's villages all have the same land of, and counties where all plant the same one crop."""
    own = crops[crops["area_code"] == crops["own_area"]]
    county = ["time_period", "own_area"]
    equal = own.groupby([*county, "product"])["area_mu"].agg(is_equal_split).groupby(county).sum()
    one = {
        place: is_identical_crop(
            land.pivot_table(index="village_code", columns="product", values="area_mu", fill_value=0)
        )
        for place, land in own.groupby(county)
    }
    alarms = equal.rename("equal_split").astype(int).reset_index()
    alarms["identical_crop"] = [
        int(one[place]) for place in zip(alarms["time_period"], alarms["own_area"], strict=True)
    ]
    growers = crops.groupby([*_KEY, "own_area"], as_index=False)["growers"].sum()
    joined = growers.merge(alarms, on=county)
    names = ["equal_split", "identical_crop", "growers"]
    return joined.groupby(_KEY, as_index=False)[names].sum().assign(item=WHOLE)
