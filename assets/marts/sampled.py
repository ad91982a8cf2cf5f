"""What the marts of the household survey share: areas and domains of a period, coverage, the columns of a figure.

What is estimated is in `income`, `poverty` and `inequality`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from assets.marts.frame import UNJUDGED
from indicators.estimate import EstimateTable
from warehouse.compile import arrow_schema
from warehouse.contracts import MART_CONTRACTS

LONELY_PSU = "adjust"
"""A refused row can leave a PSU alone in its stratum; what `adjust` did is told in obs_note, figure by figure."""

MAX_REFUSED = 0.1
"""Share of reporting households in quarantine beyond which a figure is marked as unreliable."""

DOMAINS: Mapping[str, tuple[str, ...]] = {"all": ("urban", "rural"), "urban": ("urban",), "rural": ("rural",)}

Label = tuple[str, str]
"""(area, domain) that a figure is about"""
Cell = tuple[str, str]
"""(area, area type) of a household"""
Reporting = Mapping[tuple[str, str, str], tuple[int, int]]
"""(period, area, area type) -> households expected and reporting"""


@dataclass(frozen=True)
class Breakdown:
    """The areas and domains that figures of one period are about, and how much of the sample reported in each."""

    time_period: str
    freq: str
    labels: tuple[Label, ...]
    """In the order of the estimates"""
    reporting: Mapping[Label, tuple[int, int]]
    """Households expected and reporting"""


def cells_of_labels(seen: Collection[Cell], members: Sequence[tuple[str, str]]) -> dict[Label, list[Cell]]:
    """Every area and domain that has a household, sorted, with its cells; members: (area, member area)."""
    groups: dict[Label, list[Cell]] = {}
    for domain, kinds in DOMAINS.items():
        for area, member in members:
            inside = [(member, kind) for kind in kinds if (member, kind) in seen]
            if inside:
                groups.setdefault((area, domain), []).extend(inside)
    return dict(sorted(groups.items()))


def reporting_of(
    period: str, labels: Sequence[Label], members: Sequence[tuple[str, str]], reporting: Reporting
) -> dict[Label, tuple[int, int]]:
    """Households expected and reporting in each area and domain."""
    found = {}
    for area, domain in labels:
        below = {member for ancestor, member in members if ancestor == area}
        counts = [
            count
            for (of_period, member, kind), count in reporting.items()
            if of_period == period and kind in DOMAINS[domain] and member in below
        ]
        found[area, domain] = (sum(expected for expected, _ in counts), sum(present for _, present in counts))
    return found


def key_columns(breakdown: Breakdown, jurisdiction: str, release_id: int, width: int) -> dict[str, object]:
    """The first columns of a mart with `width` rows per area and domain."""
    rows = len(breakdown.labels) * width
    return {
        "jurisdiction": [jurisdiction] * rows,
        "release_id": [release_id] * rows,
        "time_period": [breakdown.time_period] * rows,
        "freq": [breakdown.freq] * rows,
        "area_code": [area for area, _ in breakdown.labels for _ in range(width)],
        "domain": [domain for _, domain in breakdown.labels for _ in range(width)],
    }


def status_columns(
    breakdown: Breakdown, table: EstimateTable, width: int, notes: Sequence[str | None] = ()
) -> dict[str, object]:
    """Sample size, coverage and what must be said of a figure; `notes` adds to it, one entry per row."""
    expected, reporting = np.array([breakdown.reporting[label] for label in breakdown.labels], float).T
    accepted = table.n_households
    coverage = np.divide(accepted, expected, out=np.full(len(expected), np.nan), where=expected > 0)
    partly, thinned = reporting < expected, accepted < (1 - MAX_REFUSED) * reporting
    said: list[list[str]] = []
    for short, thin, lonely in zip(partly, thinned, table.n_lonely_strata, strict=True):
        note = ["partly_reported"] if short else []
        note += [f"more than {MAX_REFUSED:.0%} of the households in quarantine"] if thin else []
        note += [f"lonely_psu={LONELY_PSU} in {lonely} strata"] if lonely else []
        said += [note] * width
    rows = zip(said, notes or [None] * len(said), strict=True)
    return {
        "n_households": np.repeat(accepted, width),
        "n_psu": np.repeat(table.n_psu, width),
        "coverage": np.repeat(coverage, width),
        "obs_status": np.repeat(np.where(partly | thinned, "U", "A"), width),
        "obs_note": ["; ".join([*note, *([own] if own else [])]) or None for note, own in rows],
        **{name: [value] * len(said) for name, value in UNJUDGED.items()},
    }


def mart_table(name: str, columns: Mapping[str, object]) -> pa.Table:
    """The columns as a table of the mart, sorted by its key; numbers that are not finite become null."""
    schema = arrow_schema(MART_CONTRACTS[name])
    arrays = {}
    for field in schema:
        values = columns[field.name]
        if pa.types.is_floating(field.type):
            numbers = np.asarray(values, float)
            arrays[field.name] = pa.array(numbers, field.type, mask=~np.isfinite(numbers))
        else:
            arrays[field.name] = pa.array(values, field.type)
    table = pa.table(arrays, schema=pa.schema([field.with_nullable(True) for field in schema]))
    return table.sort_by([(key, "ascending") for key in MART_CONTRACTS[name].key])
