"""`core.target` and `core.declared_list`: what the policy paper promises and lists, as it is printed.

A sentence that can be read in two ways is two rows, each with the question. What is reached of a target is
`mart.target_progress`.
"""

from __future__ import annotations

from decimal import Decimal

from warehouse.contracts.base import Column, Contract, Rule
from warehouse.contracts.codes.industries import CROPS
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules
from warehouse.contracts.industry_common import once, quoted

_TARGET_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    AREA,
    Column("target_id", "code", "Target, one for each way of reading it", "目标代码"),
    Column("quantity", "code", "What is to be reached", "指标", code_list="target_quantity"),
    Column("products", "text", "Products that count towards it, parted by blanks", "计入产品", nullable=True),
    Column("amount", "number", "Figure to be reached: mu, or a share of 1", "目标值", minimum=Decimal(0)),
    Column("comparison", "code", "How the figure is to be reached", "比较方式", code_list="target_comparison"),
    Column("base_year", "integer", "Year in which the time given begins", "基准年"),
    Column("due_year", "integer", "Year by which it is to be reached", "目标年"),
    Column("status", "code", "Whether the paper says it in one way only", "状态", code_list="target_status"),
    Column("question", "text", "What is open", "待定问题", nullable=True),
    Column("printed", "text", "What the paper says", "文件表述"),
    *SOURCE_COLUMNS,
)
_LIST_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    AREA,
    Column("list_id", "code", "List", "清单代码"),
    Column("title", "text", "What the paper calls it", "清单名称"),
    Column(
        "declared_count",
        "integer",
        "How many the paper says there are",
        "宣称数",
        unit="entries",
        minimum=Decimal(1),
        maximum=Decimal(1000),
    ),
    Column("entry", "text", "An entry that the paper names", "列名"),
    Column("industry", "code", "Industry that the entry means", "产业", nullable=True, code_list="industry"),
    *SOURCE_COLUMNS,
)

TARGET = Contract(
    schema="core",
    table="target",
    grain="one row per target, way of reading it and period in which it stands",
    key=("jurisdiction", "time_period", "area_code", "target_id"),
    columns=_TARGET_COLUMNS,
    rules=(
        *standard_rules("target"),
        once("target", ("area_code", "target_id"), "a target"),
        Rule(
            "target.years_in_order",
            1,
            "error",
            "a target is due after the year in which its time begins",
            "due_year <= base_year",
            "Without a year left there is no path to a target, and no points a year.",
            columns=("base_year", "due_year"),
            do="ask the office for the years that the target spans",
            dimension="consistency",
        ),
        Rule(
            "target.share_below_one",
            1,
            "error",
            "a share to be reached is below one",
            "quantity = 'leading_share' AND amount >= 1",
            "A share above one is a percentage: 30 in place of 0.30 would never be reached.",
            columns=("quantity", "amount"),
            do="write the share as a part of 1, or with its sign: 30%",
            dimension="accuracy",
        ),
        Rule(
            "target.open_has_question",
            1,
            "error",
            "a target with several readings says what is open, and only such a one",
            "(status = 'open') <> (question IS NOT NULL)",
            "An open question that is not written down is settled by whoever reads the figure.",
            columns=("status", "question"),
            do="write the question into the line, or mark the target as settled",
            dimension="completeness",
        ),
        Rule(
            "target.area_has_products",
            1,
            "error",
            "a target in mu names the products that count",
            "quantity <> 'leading_share' AND products IS NULL",
            "Land of no product reaches no target.",
            columns=("quantity", "products"),
            do="write the codes of the products into the line",
            dimension="completeness",
        ),
        Rule(
            "target.products_known",
            0,
            "error",
            "the products that count are crops that villages report",
            f"NOT list_has_all([{quoted(CROPS)}], string_split(products, ' '))",
            "A product that nobody reports adds nothing, and the target seems further away than it is.",
            columns=("products",),
            do="write the codes of the products, parted by one blank",
        ),
    ),
    description="Targets of the policy paper, each way of reading one a row.",
    description_zh="规划目标",
)

DECLARED_LIST = Contract(
    schema="core",
    table="declared_list",
    grain="one row per list, entry and period",
    key=("jurisdiction", "time_period", "area_code", "list_id", "entry"),
    columns=_LIST_COLUMNS,
    rules=(
        *standard_rules("declared_list"),
        once("declared_list", ("area_code", "list_id", "entry"), "an entry of a list"),
        Rule(
            "declared_list.declared_is_named",
            1,
            "flag",
            "a list names as many entries as it declares",
            """SELECT min(declared_count) <> count(DISTINCT entry) OR min(declared_count) <> max(declared_count)
                 AS failed, any_value(title) || ': declared ' || min(declared_count) || ', named '
                 || count(DISTINCT entry) || ' (' || string_agg(DISTINCT entry, ', ' ORDER BY entry) || ')' AS example
               FROM outcome WHERE accepted GROUP BY time_period, area_code, list_id""",
            "Figures by entry leave out what was declared and not named (programme S13).",
            kind="table",
            columns=("declared_count", "entry"),
            do="ask the office for the entries that are missing; the list stays as it is printed until then",
            dimension="completeness",
        ),
    ),
    description="Lists as the policy paper prints them: how many it declares, which it names.",
    description_zh="文件所列清单",
)
