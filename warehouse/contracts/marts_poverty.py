"""`mart.poverty` and `mart.inequality`: income per head, counted in persons."""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.common import AREA
from warehouse.contracts.mart_rules import OF_INEQUALITY, OF_POVERTY
from warehouse.contracts.marts import DOMAIN, ERROR, GRAIN, MONEY, STATUS

_EXCLUDED = Column(
    "n_excluded",
    "integer",
    "Households that the measure leaves out",
    "剔除户数",
    unit="households",
    concept="sample_size",
)

POVERTY = Contract(
    schema="mart",
    table="poverty",
    grain="one row per release, period, area, domain, measure and line",
    key=("release_id", "jurisdiction", "time_period", "area_code", "domain", "measure", "line_id"),
    columns=(
        *GRAIN,
        AREA,
        DOMAIN,
        Column("measure", "code", "Poverty measure", "贫困指标", code_list="poverty_measure"),
        Column("line_id", "code", "Line, as in ref.poverty_line", "贫困线代码", code_list="poverty_line"),
        Column(
            "line", "number", "Line as announced", "贫困线", unit="currency per person and line_freq", concept="method"
        ),
        Column("line_freq", "code", "Length of time that it was announced for", "贫困线时长", code_list="freq"),
        Column("boundary", "code", "Poor is income < or <= the line", "边界规则", code_list="line_boundary"),
        Column(
            "line_in_period",
            "number",
            "Line for the length of the period, in prices of price_period",
            "当期贫困线",
            unit=f"{MONEY} per person",
            concept="method",
        ),
        Column(
            "price_period",
            "period",
            "Period in whose prices the line is held against income; not time_period where no price index covers it",
            "贫困线价格期",
        ),
        Column("value", "number", "Measure, unrounded; headcount and gap in 0-1", "数值", nullable=True),
        *ERROR,
        _EXCLUDED,
        *STATUS,
    ),
    rules=OF_POVERTY,
    description="Poverty by line: persons in households whose income per head is below it.",
    description_zh="贫困指标",
    concept="poverty",
    universe=(
        "Persons in the households that the survey stands for, by area and domain",
        "调查所代表住户的人口，按地区和人群",
    ),
)

INEQUALITY = Contract(
    schema="mart",
    table="inequality",
    grain="one row per release, period, area, domain, measure, leaf and line",
    key=("release_id", "jurisdiction", "time_period", "area_code", "domain", "measure", "leaf", "line_id"),
    columns=(
        *GRAIN,
        AREA,
        DOMAIN,
        Column("measure", "code", "Inequality measure", "不平等指标", code_list="inequality_measure"),
        Column("variant", "text", "Definition where practice differs, e.g. rank=mid", "口径"),
        Column(
            "leaf", "code", "Leaf code of income for ly_ measures, else net_income", "收入项目", code_list="income_leaf"
        ),
        Column(
            "line_id",
            "code",
            "Line below which persons are looked at; _Z = everybody",
            "贫困线代码",
            code_list="poverty_line",
        ),
        Column(
            "line",
            "number",
            "That line as announced",
            "贫困线",
            unit="currency per person, see ref.poverty_line",
            nullable=True,
            concept="method",
        ),
        Column(
            "boundary",
            "code",
            "Poor is income < or <= that line",
            "边界规则",
            nullable=True,
            code_list="line_boundary",
        ),
        Column("value", "number", "Measure, unrounded", "数值", nullable=True),
        *ERROR,
        _EXCLUDED,
        *STATUS,
    ),
    rules=OF_INEQUALITY,
    description="Inequality of income per head among persons, and its sources (Lerman-Yitzhaki, without errors).",
    description_zh="不平等指标",
    concept="inequality",
    universe=(
        "Persons in the households that the survey stands for, by area and domain",
        "调查所代表住户的人口，按地区和人群",
    ),
)
