"""What a release changed and why, and the price levels that it was made with."""

from __future__ import annotations

from dataclasses import replace

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, RELEASE, TIME_PERIOD
from warehouse.contracts.figures import DIMENSIONS, FIGURE, NOT_APPLICABLE
from warehouse.contracts.reference import PRICE_INDEX

REVISION = Contract(
    schema="audit",
    table="revision",
    grain="one row per release, figure that it changed and cause",
    key=("release_id", *FIGURE, "cause"),
    columns=(
        replace(RELEASE, description="Release that revises"),
        Column("revised_release_id", "integer", "Release that had the figure before", "被修订发布编号"),
        Column("month", "period", "Month that closes the period", "月份"),
        Column("table_name", "text", "Table of mart and published", "表"),
        JURISDICTION,
        TIME_PERIOD,
        FREQ,
        AREA,
        *(
            Column(
                name,
                "text",
                f"{column.description}; {NOT_APPLICABLE} where the table has no such column",
                column.description_zh,
            )
            for name, column in DIMENSIONS.items()
        ),
        Column("quantity", "text", "Column of the table that holds the figure", "指标列"),
        Column("cause", "code", "Input that moved it", "修订原因", code_list="revision_cause"),
        Column("value_before", "number", "Figure of the revised release", "修订前数值", nullable=True),
        Column("value_after", "number", "Figure of this release", "修订后数值", nullable=True),
        Column(
            "effect",
            "number",
            "What the cause adds to the figure; the causes add up to value_after - value_before; empty where the "
            "figure came, went or became undefined by it",
            "影响",
            nullable=True,
        ),
    ),
    description="Why figures were revised: one input swapped at a time (docs/methods/revisions.md).",
    description_zh="修订原因分解",
    concept="revision",
)

PRICE_LEVEL = Contract(
    schema="audit",
    table="price_level",
    grain="one row per release, area, kind of index and month",
    key=("release_id", *PRICE_INDEX.key),
    columns=(replace(RELEASE, description="Release that was made with it"), *PRICE_INDEX.columns),
    description="Price levels as they stood at a release.",
    description_zh="各次发布所用定基价格指数",
)
