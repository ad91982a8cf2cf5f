"""Results of the programme besides income: one long table per subject, all of one shape.

A measure is about an area and, within it, an item: a channel, a product, a batch. Which measures and items a table
has is said by its code list.
"""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract, Rule
from warehouse.contracts.common import AREA
from warehouse.contracts.marts import GRAIN, STATE

WHOLE = "_T"
"""The item of a measure that is not broken down"""


def indicator_mart(table: str, about: str, about_zh: str, rules: tuple[Rule, ...] = ()) -> Contract:
    """The mart `mart.<table>`, whose measures are the code list `<table>_measure`."""
    return Contract(
        schema="mart",
        table=table,
        grain="one row per release, period, area, measure and item",
        key=("release_id", "jurisdiction", "time_period", "area_code", "measure", "item"),
        columns=(
            *GRAIN,
            AREA,
            Column("measure", "code", "What is measured", "指标", code_list=f"{table}_measure"),
            Column("item", "code", f"What of it: channel, purpose, product, batch …; {WHOLE} for all", "分项"),
            Column(
                "value",
                "number",
                "The figure, in `unit`; null where there is nothing to measure",
                "数值",
                nullable=True,
            ),
            Column("numerator", "number", "Of a ratio, in its own unit", "分子", nullable=True),
            Column("denominator", "number", "Of a ratio, in its own unit", "分母", nullable=True),
            Column(
                "n_units",
                "integer",
                "Records that the figure is made of",
                "记录数",
                unit="records",
                concept="sample_size",
            ),
            Column("unit", "text", "Unit of the figure: 0-1, persons, CNY, mu, days …", "单位"),
            *STATE,
        ),
        description=about,
        description_zh=about_zh,
        rules=rules,
        concept="programme",
    )


LABOUR_INDICATOR = indicator_mart(
    "labour_indicator",
    "Labour export by month: persons, departures and earnings, by destination, channel and industry.",
    "劳务输出月度指标",
)
LABOUR_HALF_YEAR = indicator_mart(
    "labour_half_year",
    "Labour export by half-year, and the way of trained persons to a job that lasts.",
    "劳务输出与培训半年指标",
)
VILLAGE_INDICATOR = indicator_mart(
    "village_indicator",
    "Whole-village advance: villages by step, lags, works, villages below the line.",
    "整村推进指标",
)
REGISTRY_INDICATOR = indicator_mart(
    "registry_indicator",
    "Registered poor households: by batch those that left poverty and fell back, income against the line.",
    "建档立卡指标",
)
