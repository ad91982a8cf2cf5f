"""What a figure is: one quantity of a mart, found by its key; the same for triangle, attribution and words.

A figure in long form: table, period, area, the other columns of the mart's key (`_Z` where the table has no such
column), the quantity, and its value.
"""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.marts import FUND_FLOW, INCOME_LEVEL, INCOME_SHARE, LABOUR_EXPORT_MART
from warehouse.contracts.marts_funds import FUND_INDICATOR
from warehouse.contracts.marts_industries import INDUSTRY_INDICATOR, TARGET_PROGRESS
from warehouse.contracts.marts_poverty import INEQUALITY, POVERTY
from warehouse.contracts.marts_programme import (
    LABOUR_HALF_YEAR,
    LABOUR_INDICATOR,
    REGISTRY_INDICATOR,
    VILLAGE_INDICATOR,
)

_MARTS: dict[str, Contract] = {
    mart.table: mart
    for mart in (
        INCOME_SHARE,
        INCOME_LEVEL,
        POVERTY,
        INEQUALITY,
        LABOUR_EXPORT_MART,
        FUND_FLOW,
        FUND_INDICATOR,
        LABOUR_INDICATOR,
        LABOUR_HALF_YEAR,
        VILLAGE_INDICATOR,
        REGISTRY_INDICATOR,
        INDUSTRY_INDICATOR,
        TARGET_PROGRESS,
    )
}

QUANTITIES: dict[str, tuple[str, ...]] = {
    "income_share": ("value",),
    "income_level": ("mean_per_household", "mean_per_person", "total"),
    "poverty": ("value",),
    "inequality": ("value",),
    "labour_export": ("persons", "persons_female", "person_times", "earnings_total", "earnings_per_person"),
    "fund_flow": ("amount",),
    "fund_indicator": ("value",),
    "labour_indicator": ("value",),
    "labour_half_year": ("value",),
    "village_indicator": ("value",),
    "registry_indicator": ("value",),
    "industry_indicator": ("value",),
    "target_progress": ("value",),
}
"""mart -> the columns whose revisions are told"""

HEADLINE = {
    "share_definition": "nbs_household_operations",
    "estimator": "ratio_of_aggregates",
    "negative_policy": "keep",
    "sector": "agriculture",
}
"""The share that is printed and told in words"""

NOT_APPLICABLE = "_Z"
PLACE = ("jurisdiction", "time_period", "freq", "area_code")


def dimensions(table: str) -> list[str]:
    """The columns of a mart's key besides release, place and period."""
    return [name for name in _MARTS[table].key if name not in ("release_id", *PLACE)]


DIMENSIONS: dict[str, Column] = {name: _MARTS[table].column(name) for table in QUANTITIES for name in dimensions(table)}
"""All of them, as the mart that has it first describes it"""

FIGURE = ("table_name", *PLACE, *DIMENSIONS, "quantity")
"""The columns that tell one figure from another"""


def long_form(table: str, source: str) -> str:
    """SQL: release_id, the columns of FIGURE and value, from rows of a mart or of its published form."""
    own = set(dimensions(table))
    keys = ", ".join(
        f"coalesce({name}, '{NOT_APPLICABLE}') AS {name}" if name in own else f"'{NOT_APPLICABLE}' AS {name}"
        for name in DIMENSIONS
    )
    return " UNION ALL ".join(
        f"SELECT release_id, '{table}' AS table_name, {', '.join(PLACE)}, {keys}, '{quantity}' AS quantity, "
        f"CAST({quantity} AS DOUBLE PRECISION) AS value FROM {source}"
        for quantity in QUANTITIES[table]
    )
