"""Shares in `mart.income_share` that come from figures an office published, estimator `published`.

Which items make a sector is data of the jurisdiction (`published_share.csv`). There is no sample behind these
figures here, so they carry no standard error.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import ibis
import pyarrow as pa

from assets.marts.frame import UNJUDGED
from warehouse.compile import arrow_schema
from warehouse.contracts import MART_CONTRACTS

CONTRACT = MART_CONTRACTS["mart.income_share"]
OFFICIAL = "published"
"""Estimator of shares that another office has published."""
Key = tuple[str, str, str, str]
"""period, freq, area, domain"""


def published_share(
    figures: ibis.Table, classification: Sequence[Mapping[str, str]], jurisdiction: str, release_id: int
) -> pa.Table:
    """One row per period, area, domain, definition and sector for which every item is published.

    `classification`: share_definition, sector, concept, measure, item, role (numerator or denominator).
    """
    values: dict[tuple[Key, str, str, str], float] = {
        ((row["time_period"], row["freq"], row["area_code"], row["domain"]), *_item(row)): row["value"]
        for row in figures.select("time_period", "freq", "area_code", "domain", "concept", "measure", "item", "value")
        .to_pyarrow()
        .to_pylist()
    }
    parts: dict[tuple[str, str, str], dict[str, list[tuple[str, str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in classification:
        parts[row["share_definition"], row["sector"], row["concept"]][row["role"]].append(_item(row))
    rows = []
    for key in sorted({key for key, *_ in values}):
        for (definition, sector, _), roles in parts.items():
            above, below = (_total(values, key, roles[role]) for role in ("numerator", "denominator"))
            if above is not None and below:
                rows.append(_row(key, definition, sector, above / below, jurisdiction, release_id))
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(CONTRACT)])
    return pa.Table.from_pylist(rows, schema).sort_by([(name, "ascending") for name in CONTRACT.key])


def _item(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["concept"], row["measure"], row["item"]


def _total(
    values: Mapping[tuple[Key, str, str, str], float], key: Key, items: Sequence[tuple[str, str, str]]
) -> float | None:
    """Sum of the items, or None when one of them is not published for the period."""
    found = [values.get((key, *item)) for item in items]
    known = [value for value in found if value is not None]
    return sum(known) if items and len(known) == len(items) else None


def _row(key: Key, definition: str, sector: str, value: float, jurisdiction: str, release_id: int) -> dict[str, object]:
    period, freq, area, domain = key
    empty = dict.fromkeys((field.name for field in arrow_schema(CONTRACT)), None)
    return empty | {
        "jurisdiction": jurisdiction,
        "release_id": release_id,
        "time_period": period,
        "freq": freq,
        "area_code": area,
        "domain": domain,
        "share_definition": definition,
        "estimator": OFFICIAL,
        "negative_policy": "keep",
        "sector": sector,
        "value": value,
        "n_excluded": 0,
        "n_households": 0,
        "n_psu": 0,
        "obs_status": "A",
        **UNJUDGED,
    }
