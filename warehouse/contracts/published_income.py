"""`core.published_income`: income figures that an office publishes, not computed from households here."""

from __future__ import annotations

from decimal import Decimal

from warehouse.contracts.base import Column, Contract, Rule
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    AREA,
    Column("domain", "code", "Population: all, urban, rural", "人群", code_list="domain"),
    Column("concept", "code", "Income concept of the publisher", "收入口径", code_list="income_concept"),
    Column("item", "code", "Source or industry, as the publisher classifies", "项目"),
    Column(
        "measure",
        "code",
        "cumulative: since January; period: of the period alone",
        "指标",
        code_list="measure",
    ),
    Column(
        "value",
        "number",
        "Income per head",
        "人均值",
        unit="currency of the jurisdiction per person",
        minimum=Decimal("-1e7"),
        maximum=Decimal("1e7"),
    ),
    Column("is_derived", "boolean", "Computed here from printed values (differenced from cumulative)", "是否推算"),
    *SOURCE_COLUMNS,
)

_RULES = (
    *standard_rules("published_income"),
    Rule(
        "published_income.duplicate",
        1,
        "error",
        "a figure is printed once per period, population, item and measure",
        """SELECT row_ordinal FROM judged QUALIFY count(*) OVER (PARTITION BY time_period, area_code, domain, concept,
           item, measure) > 1""",
        "Two values for one figure: which one was published?",
        kind="set",
        columns=("item", "measure", "value"),
        do="take out the figure that the source does not print",
        dimension="uniqueness",
        excused_by=("release",),
    ),
)

PUBLISHED_INCOME = Contract(
    schema="core",
    table="published_income",
    grain="one row per published figure: period, population, concept, item and measure",
    key=("jurisdiction", "time_period", "area_code", "domain", "concept", "item", "measure"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Per-capita income by source as published by a statistical office.",
    description_zh="统计部门公布的人均收入",
    concept="income",
    universe=("Figures that a statistical office has printed", "统计部门公布的数据"),
)
