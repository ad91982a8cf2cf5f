"""What readers are told of the views of `published`: their contracts, derived from those of the marts behind them.

How the views are made stands in `warehouse.published`; a test holds both together, column by column.
"""

from __future__ import annotations

from dataclasses import replace

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.common import RELEASE
from warehouse.contracts.figures import FIGURE
from warehouse.contracts.marts import MONEY
from warehouse.contracts.revisions import REVISION

NUMBERS = ("integer", "number", "money")
"""Types of columns that a withheld row leaves empty"""

_HIDDEN = "conf_note"
_AREA_NAME = Column(
    "area", "text", "Name that the area or set had in the period", "地区名称", nullable=True, concept="reference_area"
)
_PRICES = (
    Column(
        "price_basis",
        "period",
        "Period in whose prices the real figures are",
        "不变价基期",
        nullable=True,
        concept="price",
    ),
    Column(
        "price_level",
        "number",
        "Mean price level of the period",
        "价格水平",
        unit="index, price_basis = 100",
        nullable=True,
        concept="price",
    ),
    *(
        Column(
            f"{name}_real{suffix}",
            "number",
            f"{'Standard error of the ' if suffix else ''}{words}, in prices of price_basis",
            f"{zh}(不变价){'标准误' if suffix else ''}",
            unit=MONEY,
            nullable=True,
            concept="sampling_error" if suffix else "",
        )
        for name, words, zh in (
            ("mean_per_household", "mean per household and period", "户均"),
            ("mean_per_person", "mean per person and period", "人均"),
        )
        for suffix in ("", "_se")
    ),
)
_VINTAGE = (
    Column("revision", "integer", "Releases that covered the month before", "修订次数", concept="revision"),
    replace(RELEASE, description="Release that covers the month"),
    Column("released_at", "timestamp", "When it was made", "发布时间", concept="revision"),
    Column("value", "number", "Figure of this release; empty where withheld or undefined", "数值", nullable=True),
    Column("value_before", "number", "Figure of the release before", "修订前数值", nullable=True),
    Column("difference", "number", "value - value_before", "差额", nullable=True),
    Column("relative_difference", "number", "difference / |value_before|", "相对差额", nullable=True),
)


def published_view(mart: Contract) -> Contract:
    """The contract of `published.<mart>`: one vintage of every period, the numbers of withheld rows empty."""
    columns = tuple(
        replace(column, nullable=True) if column.name not in mart.key and column.type in NUMBERS else column
        for column in mart.columns
        if column.name != _HIDDEN
    )
    return replace(
        mart,
        schema="published",
        grain=mart.grain.replace("release, ", ""),
        key=tuple(name for name in mart.key if name != "release_id"),
        columns=(*columns, _AREA_NAME),
    )


def published_views(marts: dict[str, Contract]) -> dict[str, Contract]:
    """View -> its contract, for every mart that is shown and the views made of several."""
    views = {mart.table: published_view(mart) for mart in marts.values() if _HIDDEN in _names(mart)}
    level = views["income_level"]
    figure = [REVISION.column(name) for name in (*FIGURE, "month")]
    return views | {
        "income_level_real": replace(
            level,
            table="income_level_real",
            columns=(*level.columns, *_PRICES),
            description="Income levels by source, nominal and in constant prices.",
            description_zh="分项收入水平(现价与不变价)",
        ),
        "revisions": replace(
            REVISION,
            schema="published",
            table="revisions",
            grain="one row per figure and release that covers its month",
            key=(*FIGURE, "release_id"),
            columns=(*figure, *_VINTAGE),
            description="Every figure in every release that covers its month, with the figure before it.",
            description_zh="历次发布的数据及修订",
        ),
        "revision_cause": replace(REVISION, schema="published", table="revision_cause"),
    }


def _names(contract: Contract) -> list[str]:
    return [column.name for column in contract.columns]
