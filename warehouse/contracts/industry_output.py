"""`core.industry_output`: what an area makes of each product, sells and employs; printed sums beside it."""

from __future__ import annotations

from decimal import Decimal

from warehouse.contracts.base import Column, Contract, Rule
from warehouse.contracts.codes.industries import (
    AGRICULTURE,
    ALL_AGRICULTURE,
    GROUP_OF,
    GROUPS,
    INDUSTRY_OF,
    LEADING_PROJECTS,
)
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules
from warehouse.contracts.industry_common import amount, once, part_of, quoted, tonnes, workers

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    AREA,
    Column("industry", "code", "Industry; blank on a printed sum", "产业", nullable=True, code_list="industry"),
    Column("product", "code", "Product, or what a printed sum is of", "产品", code_list="product"),
    Column(
        "line_type",
        "code",
        "item: a product; subtotal: a printed sum of products, never added to them",
        "行类型",
        code_list="line_type",
    ),
    tonnes("opening_stock_tonnes", "Stock at the start of the period", "期初库存"),
    tonnes("output_tonnes", "Produced in the period", "产量"),
    tonnes("marketed_tonnes", "Sold in the period", "商品量"),
    amount("output_value", "Gross output value", "产值"),
    amount("sale_value", "What was received for it", "销售额"),
    amount("input_value", "What was used up to make it", "中间投入"),
    workers("workers", "People at work in it", "从业人员"),
    workers("poor_workers", "Of them, from registered poor households", "其中:贫困户从业人员"),
    Column(
        "certified_products",
        "integer",
        "Products certified as green food",
        "绿色食品认证数",
        unit="products",
        minimum=Decimal(0),
        maximum=Decimal(10_000),
    ),
    Column("is_leading", "boolean", "Counted in the three leading projects", "是否主导项目"),
    Column("in_agriculture", "boolean", "Counted in agricultural output value", "是否计入农业总产值"),
    *SOURCE_COLUMNS,
)


_INDUSTRY = "CASE product " + " ".join(f"WHEN '{code}' THEN '{name}'" for code, name in INDUSTRY_OF.items()) + " END"
_GROUP = "CASE product " + " ".join(f"WHEN '{code}' THEN '{name}'" for code, name in GROUP_OF.items()) + " END"
_SUMMED = ("output_tonnes", "output_value")
_SUM_OF_GROUP = f"""SELECT printed.row_ordinal FROM judged printed LEFT JOIN (
    SELECT time_period, area_code, file_id, {_GROUP} AS of, sum(output_tonnes) AS output_tonnes,
      sum(output_value) AS output_value FROM judged WHERE line_type = 'item' GROUP BY ALL
    UNION ALL SELECT time_period, area_code, file_id, '{ALL_AGRICULTURE}', sum(output_tonnes), sum(output_value)
      FROM judged WHERE line_type = 'item' AND in_agriculture GROUP BY ALL) s
  ON (s.time_period, s.area_code, s.file_id, s.of)
     = (printed.time_period, printed.area_code, printed.file_id, printed.product)
  WHERE printed.line_type = 'subtotal' AND (abs(printed.output_value - coalesce(s.output_value, 0)) >= 0.01
    OR abs(printed.output_tonnes - coalesce(s.output_tonnes, 0)) > 0.0005)"""

_RULES = (
    *standard_rules("industry_output"),
    once("industry_output", ("area_code", "product"), "a product of an area"),
    Rule(
        "industry_output.industry_of_product",
        1,
        "error",
        "a product stands in its own industry, and a printed sum in none",
        f"industry IS DISTINCT FROM {_INDUSTRY}",
        "A product in another industry moves its value there, and the shares of both are wrong.",
        columns=("industry", "product"),
        do="ask the sender which of industry and product is meant",
        dimension="consistency",
    ),
    Rule(
        "industry_output.sum_or_product",
        1,
        "error",
        "a printed sum is of a group, a line of its own of a product",
        f"(line_type = 'subtotal') <> (product IN ({quoted([*GROUPS, ALL_AGRICULTURE])}))",
        "A sum taken for a product would count its products twice.",
        columns=("product", "line_type"),
        do="ask the sender whether the line is a sum or a product",
        dimension="consistency",
    ),
    Rule(
        "industry_output.marketed_within_stock",
        1,
        "error",
        "marketed is no more than produced and in stock",
        "marketed_tonnes > output_tonnes + opening_stock_tonnes + 0.0005",
        "Nobody sells what was neither made nor in store; a commodity rate above one follows (programme S18).",
        columns=("opening_stock_tonnes", "output_tonnes", "marketed_tonnes"),
        do="ask the sender for stock, output and marketed in the same unit",
        dimension="consistency",
    ),
    part_of(
        "industry_output",
        "poor_workers",
        "workers",
        "workers from poor households are no more than the workers",
        "A part above its whole makes a share above one (programme S13).",
        "ask the sender which of the two figures is wrong",
    ),
    Rule(
        "industry_output.agriculture_is_agriculture",
        1,
        "error",
        "agricultural output value is made of the products of agriculture",
        f"line_type = 'item' AND in_agriculture <> (industry IN ({quoted(AGRICULTURE)}))",
        "Coal or cement in the denominator makes every agricultural share smaller than it is (programme S14).",
        columns=("industry", "in_agriculture"),
        do="ask the sender by which classification the total was made",
        dimension="consistency",
    ),
    Rule(
        "industry_output.leading_inside_agriculture",
        1,
        "error",
        "what counts as leading project is one of the three and inside agricultural output value",
        f"line_type = 'item' AND is_leading AND NOT (in_agriculture AND industry IN ({quoted(LEADING_PROJECTS)}))",
        "A share is one only when its numerator is a part of its denominator (programme S14).",
        columns=("industry", "is_leading", "in_agriculture"),
        do="ask the sender to take the product out of the leading projects, or to count it in agriculture",
        dimension="consistency",
    ),
    Rule(
        "industry_output.group_is_sum_of_products",
        1,
        "error",
        "a printed sum is the sum of its products, in output and value",
        _SUM_OF_GROUP,
        "A sum that differs from its parts hides a product that is missing or wrong (programme S10).",
        kind="set",
        columns=_SUMMED,
        do="ask the sender which product is missing, or which figure of the sum is wrong",
        dimension="consistency",
    ),
)

INDUSTRY_OUTPUT = Contract(
    schema="core",
    table="industry_output",
    grain="one row per area, product (or printed sum) and period",
    key=("jurisdiction", "time_period", "area_code", "product"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Output, sales, workers of the industries of an area, by product.",
    description_zh="产业产值、销售与从业人员",
)
