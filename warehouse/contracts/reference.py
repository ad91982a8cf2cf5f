"""Reference tables: areas over time, their events and sets, income classification, lines, price levels, code lists."""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.common import JURISDICTION, TIME_PERIOD

AREA_TABLE = Contract(
    schema="ref",
    table="area",
    grain="one row per area code and spell of validity",
    key=("jurisdiction", "area_code", "valid_from"),
    columns=(
        JURISDICTION,
        Column("area_code", "code", "Code", "代码"),
        Column("name", "text", "Name", "名称"),
        Column("name_zh", "text", "Name in Chinese, where there is one", "中文名称", nullable=True),
        Column("level", "code", "country, state, province, prefecture, county, district, resettlement", "级别"),
        Column("parent_code", "code", "Area that it belongs to; empty for the root", "上级代码", nullable=True),
        Column("valid_from", "period", "First month of validity", "启用月份"),
        Column("valid_to", "period", "Last month of validity; empty while in force", "停用月份", nullable=True),
    ),
    description="Areas of the jurisdiction over time.",
    description_zh="行政区划及其有效期",
)

AREA_EVENT = Contract(
    schema="ref",
    table="area_event",
    grain="one row per month, kind, code before and code after",
    key=("jurisdiction", "effective_month", "kind", "from_code", "to_code"),
    columns=(
        JURISDICTION,
        Column("effective_month", "period", "First month after it; January where only years are known", "生效月份"),
        Column("kind", "code", "What happened", "变更类型", code_list="area_event"),
        Column("from_code", "code", "Code before", "原代码", nullable=True),
        Column("from_name_zh", "text", "Its name", "原名称", nullable=True),
        Column("to_code", "code", "Code after", "新代码", nullable=True),
        Column("to_name_zh", "text", "Its name", "新名称", nullable=True),
    ),
    description="Changes of areas, from the latest edition in core.area_history; those above counties from counties.",
    description_zh="行政区划变更",
)

AREA_SET = Contract(
    schema="ref",
    table="area_set",
    grain="one row per set, member and spell of membership",
    key=("jurisdiction", "set_code", "member_code", "valid_from"),
    columns=(
        JURISDICTION,
        Column("set_code", "code", "Set; 640300@2024-12 is area 640300 in its boundary of 2024-12", "集合代码"),
        Column("name", "text", "Name", "名称"),
        Column("name_zh", "text", "Name in Chinese, where there is one", "中文名称", nullable=True),
        Column("kind", "code", "named or constant_boundary", "类型", code_list="area_set_kind"),
        Column("base_month", "period", "Month whose boundary is kept", "边界基准月", nullable=True),
        Column("member_code", "code", "Area that belongs to it", "成员代码"),
        Column("extent", "code", "How far the member lies in the set", "包含程度", code_list="area_extent"),
        Column("valid_from", "period", "First month of membership", "起始月份"),
        Column("valid_to", "period", "Last month of membership; empty while it lasts", "截止月份", nullable=True),
        Column("note", "text", "Why a member is not whole", "说明", nullable=True),
    ),
    description="Areas taken together: a set is no parent. In the marts its code stands in area_code.",
    description_zh="地区集合",
)

INCOME_SOURCE = Contract(
    schema="ref",
    table="income_source",
    grain="one row per jurisdiction, share definition, sector and leaf",
    key=("jurisdiction", "share_definition", "sector", "leaf"),
    columns=(
        JURISDICTION,
        Column("share_definition", "code", "View of the leaves (docs/methods/agricultural-share.md)", "口径"),
        Column("sector", "code", "Sector in that view", "部门"),
        Column("leaf", "code", "Leaf code of income", "收入项目"),
        Column("in_denominator", "boolean", "The leaf counts in the denominator of the share", "计入分母"),
    ),
    description="Which leaves make which sector, by definition; sectors may overlap where the source has it so.",
    description_zh="收入分类口径",
)

POVERTY_LINE = Contract(
    schema="ref",
    table="poverty_line",
    grain="one row per poverty line",
    key=("jurisdiction", "line_id"),
    columns=(
        JURISDICTION,
        Column("line_id", "code", "Line", "贫困线代码"),
        Column("standard", "text", "Standard that it belongs to", "贫困标准"),
        Column("name", "text", "Name", "名称"),
        Column("name_zh", "text", "Name in Chinese", "中文名称"),
        Column("domain", "code", "Households that it was set for: all, urban, rural", "适用人群", code_list="domain"),
        Column(
            "amount", "number", "Line as announced, per person", "贫困线", unit="currency per person and amount_freq"
        ),
        Column("amount_freq", "code", "Length of time that the amount is for", "金额时长", code_list="freq"),
        Column("currency", "code", "Currency, ISO 4217", "货币"),
        Column("price_period", "period", "Year or month in whose prices it is stated", "价格基期"),
        Column("announced_on", "date", "Day on which it was announced", "公布日期"),
        Column("boundary", "code", "Poor is income < or <= the line", "边界规则"),
        Column("source", "text", "Where it is published", "来源"),
    ),
    description="Poverty lines as published, each with its standard and the prices it is stated in.",
    description_zh="贫困线及其标准、价格基期",
)

PRICE_INDEX = Contract(
    schema="ref",
    table="price_index",
    grain="one row per area, kind of index and month",
    key=("jurisdiction", "area_code", "index_kind", "time_period"),
    columns=(
        JURISDICTION,
        Column("area_code", "code", "Area whose prices they are", "价格地区代码"),
        Column("index_kind", "code", "What is priced", "指数类别", code_list="price_index_kind"),
        TIME_PERIOD,
        Column("value", "number", "Level of the index, unrounded", "指数水平", unit="index, basis = 100"),
        Column("basis", "period", "Period whose mean level is 100", "基期"),
        Column("source", "text", "Links that it was chained from", "计算来源"),
    ),
    description="Price levels by month, chained from accepted rows of core.price_index.",
    description_zh="定基价格指数",
)

CODE_LIST = Contract(
    schema="ref",
    table="code_list",
    grain="one row per code of a closed list",
    key=("code_list", "code"),
    columns=(
        Column("code_list", "code", "List", "代码表"),
        Column("code", "code", "Code", "代码"),
        Column("name", "text", "Meaning", "含义"),
        Column("name_zh", "text", "Meaning in Chinese", "中文含义"),
        Column("valid_from", "period", "First month in which it may be used", "启用月份", nullable=True),
        Column("valid_to", "period", "Last month in which it may be used", "停用月份", nullable=True),
    ),
    description="Closed code lists.",
    description_zh="代码表",
)
