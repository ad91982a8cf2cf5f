"""`core.price_index`: price indices as a statistical office prints them, month by month."""

from __future__ import annotations

from decimal import Decimal

from warehouse.contracts.base import Column, Contract, Rule
from warehouse.contracts.common import FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    Column("area_code", "code", "Area whose prices they are; may lie above the jurisdiction", "价格地区代码"),
    Column("index_kind", "code", "What is priced", "指数类别", code_list="price_index_kind"),
    Column("base", "code", "Period that counts 100", "对比基期", code_list="price_base"),
    Column(
        "value",
        "number",
        "Index as printed",
        "指数",
        unit="index, base = 100",
        minimum=Decimal(50),
        maximum=Decimal(200),
    ),
    *SOURCE_COLUMNS,
)

_RULES = (
    *standard_rules("price_index", area=False),
    Rule(
        "price_index.duplicate",
        1,
        "error",
        "an index is printed once per month, area, kind and base",
        """SELECT row_ordinal FROM judged QUALIFY count(*) OVER (
             PARTITION BY time_period, area_code, index_kind, base) > 1""",
        "Two values for one link: a chain over the wrong one moves every later real figure.",
        kind="set",
        columns=("base", "value"),
        do="take out the index that the source does not print",
        dimension="uniqueness",
        excused_by=("release",),
    ),
    Rule(
        "price_index.area_of_sender",
        2,
        "error",
        "a sender reports the prices of its own area only",
        "sender_area_code IS NOT NULL AND area_code <> sender_area_code",
        "Prices of another area, or a name that was not understood as a code, would carry the lines elsewhere.",
        columns=("area_code",),
        do="take out the prices of other areas",
        dimension="consistency",
        excused_by=(),
    ),
    Rule(
        "price_index.one_area",
        2,
        "error",
        "the indices of a month are of one area",
        "SELECT row_ordinal FROM judged WHERE (SELECT count(DISTINCT area_code) FROM judged) > 1",
        "A place has one price area; which of two applies must be decided, not guessed.",
        kind="set",
        columns=("area_code",),
        do="keep the files of other areas out of the landing folder",
        dimension="consistency",
        excused_by=(),
    ),
    Rule(
        "price_index.monthly",
        1,
        "error",
        "the index is of a month",
        "freq <> 'M' OR NOT regexp_full_match(time_period, '[0-9]{4}-[0-9]{2}')",
        "Levels are chained month by month; a quarter's or a year's index has no place in the chain.",
        columns=("time_period", "freq"),
        do="take out what is no month",
        excused_by=(),
    ),
    Rule(
        "price_index.step_plausible",
        1,
        "flag",
        "prices move by less than 10 % in a month and 30 % in a year",
        """abs(value - 100) >= CASE base WHEN 'previous_month' THEN 10 ELSE 30 END""",
        "Larger steps happen in hyperinflation; elsewhere they are a rate printed as an index, or a wrong base.",
        columns=("value", "base"),
        do="compare with the source",
        dimension="accuracy",
    ),
)

PRICE_INDEX_LINK = Contract(
    schema="core",
    table="price_index",
    grain="one row per month, area, kind of index and base",
    key=("jurisdiction", "time_period", "area_code", "index_kind", "base"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Price indices as printed; levels chained from them are in ref.price_index.",
    description_zh="价格指数(环比、同比)",
    concept="price",
    universe=("Consumer prices, as offices publish them", "官方公布的居民消费价格"),
)
