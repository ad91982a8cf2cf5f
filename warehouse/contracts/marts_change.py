"""`mart.income_change`: how income moves, from PSU totals and shares of several periods."""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.common import AREA
from warehouse.contracts.marts import DOMAIN, ERROR, GRAIN, STATE

INCOME_CHANGE = Contract(
    schema="mart",
    table="income_change",
    grain="one row per release, period, area, domain, measure and item",
    key=("release_id", "jurisdiction", "time_period", "area_code", "domain", "measure", "item"),
    columns=(
        *GRAIN,
        AREA,
        DOMAIN,
        Column("measure", "code", "What is measured", "指标", code_list="income_change_measure"),
        Column("item", "code", "Leaf, net_income, share definition, or _T", "分项"),
        Column(
            "base_period",
            "period",
            "Period it is held against, or first of the window; time_period itself for ratios in the period",
            "基期",
        ),
        Column("n_periods", "integer", "Periods that the figure is made of", "期数", unit="periods"),
        Column("value", "number", "The figure, in `unit`", "数值", nullable=True),
        *ERROR,
        Column("unit", "text", "0-1, 1/year, 1/year², p, currency of the jurisdiction", "单位"),
        Column("n_households", "integer", "Households of the period", "户数", unit="households"),
        *STATE,
    ),
    description="Growth of income and what its sources contribute, trend of agriculture's share, volatility.",
    description_zh="收入变动:增长贡献、趋势与波动",
)
