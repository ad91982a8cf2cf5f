"""The three parts of the programme by village: whole-village advance, labour export with training, enterprises.

Sums for `mart.village_indicator`. Formulas: docs/methods/villages.md.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from assets.marts.family import Making
from assets.marts.indicators import PLACE, Measure
from assets.marts.industry_sums import expanded
from indicators.industries import balance_index
from warehouse.contracts.marts_programme import WHOLE
from warehouse.periods import closing_month

PROGRAMME, REGISTER, TRAINING = "core.village_programme", "core.registry", "core.labour_training"
ENTERPRISES, LINKS = "core.enterprise", "core.linked_household"

PARTS: Mapping[str, tuple[str, ...]] = {
    "whole_village": (PROGRAMME,),
    "labour": (REGISTER, TRAINING),
    "enterprise": (LINKS, ENTERPRISES),
}
"""Part -> the tables that tell of it"""

MEASURES = (
    *(Measure("part_villages", "0-1", part, "villages", item=part) for part in PARTS),
    Measure("three_parts", "0-1", "all_parts", "villages", item=WHOLE),
    Measure("balance", "index", "balance", n_units="villages", item=WHOLE),
)


def has_part(table: str, rows: pd.DataFrame) -> pd.Series:
    """Which rows of a table show that their village has the part that the table tells of."""
    if table == PROGRAMME:
        return rows["started_on"].notna()
    if table == REGISTER:
        return rows["persons_away"] > 0
    if table == TRAINING:
        return rows["placed_on"].notna()
    return rows["village_code"].notna()


def part_sums(making: Making) -> pd.DataFrame:
    """Villages, those that have each part and those that have all, and how evenly the parts reach, by year and area.

    A part that no table of an area tells of is unknown there: the figures of the area, and of those above it, have
    a note. Nothing is said of a period without the report on villages, nor of a part that nobody reported.
    """
    tables = {table: expanded(making, table) for tables in PARTS.values() for table in tables}
    return sums_of({table: _of_year(found[0]) for table, found in tables.items() if found is not None})


def _of_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the periods that close a year, under that year."""
    closing = rows["time_period"].map({period: closing_month(period) for period in rows["time_period"].unique()})
    return rows.assign(year=closing.str[:4])[closing.str.endswith("-12")]


def sums_of(lines: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """`part_sums` of lines that stand once for every area that they count for: year, own_area, area_code, village."""
    key = ["year", "village_code"]
    villages = lines[PROGRAMME].assign(villages=1)
    unknown = pd.Series("", villages.index)
    for part, tables in PARTS.items():
        there = [rows for table, rows in lines.items() if table in tables]
        having = [rows[has_part(table, rows)][key] for table, rows in lines.items() if table in tables]
        reported = pd.concat([rows[["year", "own_area"]] for rows in there]) if there else pd.DataFrame()
        if reported.empty:
            villages[part] = float("nan")
            continue
        have = pd.MultiIndex.from_frame(pd.concat(having))
        villages[part] = pd.MultiIndex.from_frame(villages[key]).isin(have).astype(float)
        told = pd.MultiIndex.from_frame(villages[["year", "own_area"]]).isin(pd.MultiIndex.from_frame(reported))
        unknown = unknown.where(told, unknown + f"{part} of " + villages["own_area"] + "; ")
    villages["all_parts"] = villages[list(PARTS)].min(axis=1, skipna=False)
    names = ["villages", *PARTS, "all_parts"]
    sums = villages.groupby([*PLACE], as_index=False)[names].sum(min_count=1)
    sums["balance"] = [
        balance_index(row[list(PARTS)].to_numpy(float) / row["villages"])
        if row[list(PARTS)].notna().all()
        else float("nan")
        for _, row in sums.iterrows()
    ]
    gaps = villages.assign(gap=unknown)[unknown != ""].groupby([*PLACE])["gap"].agg(_listed)
    notes = sums.set_index([*PLACE]).index.map(gaps.to_dict())
    words = [f"not reported: {note}" if isinstance(note, str) else None for note in notes]
    return sums.assign(obs_note=pd.Series(words, sums.index, dtype=object))


def _listed(gaps: pd.Series) -> str:
    return ", ".join(sorted({one for gap in gaps for one in gap.split("; ") if one}))
