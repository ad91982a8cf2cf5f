"""`mart.industry_indicator`: what industries, enterprises and associations come to, by year, area and item.

Sums are made in `industry_sums`. Method: docs/methods/industries.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from assets.marts.family import Making
from assets.marts.frame import with_sets
from assets.marts.indicators import PLACE, Measure, figures
from assets.marts.industry_sums import (
    Periods,
    alarm_sums,
    by_item,
    chain_sums,
    contributors,
    crop_sums,
    enterprise_sums,
    expanded,
    output_sums,
    with_contributors,
)
from indicators.industries import location_quotient
from warehouse.contracts.codes.industries import AGRICULTURE, GROUP_OF, INDUSTRIES, INDUSTRY_OF
from warehouse.contracts.marts_programme import WHOLE
from warehouse.memory import in_memory

MART = "mart.industry_indicator"
CROPS, OUTPUT, ENTERPRISES = "core.crop_base", "core.industry_output", "core.enterprise"
ASSOCIATIONS, LISTS, SURVEY = "core.association", "core.declared_list", "core.household_income"
SOURCES = (CROPS, OUTPUT, ENTERPRISES, ASSOCIATIONS, LISTS)

_LAND = (
    Measure("area_mu", "mu", "area_mu", n_units="growers"),
    Measure("large_area_share", "0-1", "large_area_mu", "area_mu", n_units="growers"),
    Measure("large_growers", "households", "large_growers", n_units="growers"),
    Measure("bases", "bases", "bases", n_units="growers"),
    Measure("professional_villages", "villages", "professional", n_units="growers"),
)
_ALARMS = (
    Measure("equal_split", "crops", "equal_split", n_units="growers"),
    Measure("identical_crop", "counties", "identical_crop", n_units="growers"),
)
_MADE = "contributors"
_OUTPUT = (
    Measure("output_tonnes", "tonnes", "output_tonnes", n_units=_MADE),
    Measure("marketed_tonnes", "tonnes", "marketed_tonnes", n_units=_MADE),
    Measure("commodity_rate", "0-1", "marketed_tonnes", "output_tonnes", n_units=_MADE),
    Measure("output_value", "CNY", "output_value", n_units=_MADE),
    Measure("value_added", "CNY", "value_added", n_units=_MADE),
    Measure("certified_products", "products", "certified_products", n_units=_MADE),
    Measure("workers", "persons", "workers", n_units=_MADE),
    Measure("poor_workers", "persons", "poor_workers", n_units=_MADE),
    Measure("poor_worker_share", "0-1", "poor_workers", "workers", n_units=_MADE),
)
_LEADING = (Measure("leading_share", "0-1", "leading_value", "farm_value", n_units=_MADE),)
_QUOTIENT = (Measure("location_quotient", "ratio", "quotient", n_units=_MADE),)
_ENTERPRISES = (
    Measure("enterprises", "enterprises", "enterprises", n_units=_MADE),
    Measure("leading_enterprises", "enterprises", "leading", n_units=_MADE),
    Measure("linked_households", "households", "linked_households", n_units=_MADE),
)
_CHAIN = (
    Measure("chain_villages", "0-1", "complete", "villages"),
    Measure("chain_parts", "0-1", "parts", "villages"),
    Measure("members", "households", "members"),
    Measure("poor_members", "households", "poor_members", n_units="members"),
    Measure("poor_member_share", "0-1", "poor_members", "members"),
    Measure("service_share", "0-1", "served", "households"),
)
_DECLARED = (Measure("declared", "entries", "declared"), Measure("named", "entries", "named", n_units="declared"))
_TROIKA = (Measure("troika_share", "0-1", "part", "net_income", n_units="sampled"),)

_APPORTIONED = "crop income apportioned by output value: the survey does not tell brand crops from others"


def industry_indicators(making: Making) -> Iterator[tuple[str, pa.Table]]:
    """The family's mart of the months that are made."""
    pieces = [
        with_sets(MART, figures(MART, sums, measures, making.jurisdiction.id, making.release_id), periods)
        for sums, measures, periods in _pieces(making)
        if len(sums)
    ]
    if pieces:
        yield MART, pa.concat_tables(pieces).combine_chunks()


def _pieces(making: Making) -> Iterator[tuple[pd.DataFrame, Sequence[Measure], Periods]]:
    """Sums, the measures that they make, and what the figures of their periods are about."""
    crops, output, enterprises, associations = (
        expanded(making, table) for table in (CROPS, OUTPUT, ENTERPRISES, ASSOCIATIONS)
    )
    known = contributors(*(None if one is None else one[0] for one in (enterprises, associations, crops)))
    if crops is not None:
        yield by_item(crop_sums(crops[0])), _LAND, crops[1]
        yield alarm_sums(crops[0]), _ALARMS, crops[1]
    if output is not None:
        products = output_sums(output[0])
        items = by_item(products)
        mixed = items["item"].isin(INDUSTRIES)
        items.loc[mixed, ["output_tonnes", "marketed_tonnes"]] = np.nan  # tonnes of different products are no sum
        yield with_contributors(items, known), _OUTPUT, output[1]
        yield _leading(products, known), _LEADING, output[1]
        yield _quotients(items[mixed], known, making.places.root_area), _QUOTIENT, output[1]
        for sums in _troika(making, products):
            yield sums, _TROIKA, output[1]
    if enterprises is not None:
        sums = enterprise_sums(enterprises[0])
        whole = known.groupby(list(PLACE), as_index=False)["contributors"].sum().assign(item=WHOLE)
        yield with_contributors(sums, pd.concat([known, whole])), _ENTERPRISES, enterprises[1]
    if associations is not None:
        yield chain_sums(associations[0], None if crops is None else crops[0]), _CHAIN, associations[1]
    lists = making.rows(LISTS)
    if lists is not None:
        key = [*PLACE, "list_id"]
        found = (
            lists.to_pandas()
            .groupby(key, as_index=False)
            .agg(declared=("declared_count", "max"), named=("entry", "nunique"))
        )
        yield found.rename(columns={"list_id": "item"}), _DECLARED, {}


def _leading(products: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Value of the leading projects and of agriculture, by area."""
    farmers = known[known["item"].isin(AGRICULTURE)].groupby(list(PLACE), as_index=False)["contributors"].sum()
    sums = products.groupby(list(PLACE), as_index=False)[["leading_value", "farm_value"]].sum()
    joined = sums.merge(farmers, on=list(PLACE), how="left").assign(item=WHOLE)
    return joined.assign(contributors=joined["contributors"].fillna(0.0))


def _quotients(industries: pd.DataFrame, known: pd.DataFrame, root_area: str) -> pd.DataFrame:
    """Location quotients by area and industry; none for a period without the whole place."""
    made = []
    for period, sums in industries.groupby("time_period"):
        table = sums.pivot_table(index="area_code", columns="item", values="output_value", fill_value=0.0)
        if root_area not in table.index:
            continue
        quotients = pd.DataFrame(location_quotient(table, table.loc[root_area]), table.index, table.columns)
        long = quotients.reset_index().melt("area_code", var_name="item", value_name="quotient")
        made.append(long.assign(time_period=period, freq=sums["freq"].iloc[0]))
    if not made:
        return pd.DataFrame()
    return with_contributors(pd.concat(made, ignore_index=True), known)


def _troika(making: Making, products: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Parts of net income of the years of which every month was surveyed."""
    planting = products[products["product"].map(INDUSTRY_OF) == "planting"]
    values = planting.assign(brand=planting["output_value"].where(planting["product"].isin(GROUP_OF), 0.0))
    by_area = values.groupby(list(PLACE), as_index=False)[["brand", "output_value"]].sum()
    for period in sorted(set(by_area["time_period"])):
        income = _income_of_year(making, str(period))
        if income is None:
            continue
        sums = by_area[by_area["time_period"] == period].merge(income, on="area_code")
        brands = sums["crop"] * sums["brand"] / sums["output_value"].where(sums["output_value"] > 0)
        yield sums.assign(item="brands", part=brands, obs_note=_APPORTIONED)
        for item, part in (("grass_livestock", sums["livestock"]), ("labour_export", sums["away"])):
            yield sums.assign(item=item, part=part)


def _income_of_year(making: Making, year: str) -> pd.DataFrame | None:
    """Weighted income of a year by area (with all below it), households of the sample; None unless all months came."""
    place = making.jurisdiction.id
    parts = [making.home.partition(SURVEY, place, f"{year}-{month:02d}") for month in range(1, 13)]
    if not all(part.exists() for part in parts):
        return None
    query = f"""SELECT area_code AS own_area, household_id, sum(weight * net_income) AS net_income,
        sum(weight * coalesce(crop_net, 0)) AS crop, sum(weight * coalesce(livestock_net, 0)) AS livestock,
        sum(weight * (coalesce(wage_away_net, 0) + coalesce(remittance_net, 0))) AS away
      FROM read_parquet({[str(part) for part in parts]}, hive_partitioning = false) WHERE freq = 'M' GROUP BY ALL"""
    with in_memory() as engine:
        found = engine.execute(f"""SELECT own_area, sum(net_income)::DOUBLE AS net_income, sum(crop)::DOUBLE AS crop,
            sum(livestock)::DOUBLE AS livestock, sum(away)::DOUBLE AS away, count(*) AS sampled
          FROM ({query}) GROUP BY ALL ORDER BY ALL""").df()
    about = making.members.of(year, set(found["own_area"]))
    above = pd.DataFrame(about.pairs, columns=["area_code", "own_area"])
    return above.merge(found, on="own_area").drop(columns="own_area").groupby("area_code", as_index=False).sum()
