"""Reference tables: areas with validity, income classification, and what code lists mean."""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.common import JURISDICTION

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

INCOME_SOURCE = Contract(
    schema="ref",
    table="income_source",
    grain="one row per jurisdiction, share definition, sector and leaf",
    key=("jurisdiction", "share_definition", "sector", "leaf"),
    columns=(
        JURISDICTION,
        Column("share_definition", "code", "View of the leaves (methods.md 1)", "口径"),
        Column("sector", "code", "Sector in that view", "部门"),
        Column("leaf", "code", "Leaf code of income", "收入项目"),
        Column("in_denominator", "boolean", "The leaf counts in the denominator of the share", "计入分母"),
    ),
    description="Which leaves make which sector, by definition; sectors may overlap where the source has it so.",
    description_zh="收入分类口径",
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
