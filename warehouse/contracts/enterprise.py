"""`core.enterprise`: leading and other enterprises, whom they employ and which households they take along."""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules
from warehouse.contracts.industry_common import amount, day_in_time, households, once, part_of, workers

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    AREA,
    Column("enterprise_id", "code", "Enterprise: unified social credit code or register number", "企业代码"),
    Column("name", "text", "Name as the sender prints it", "企业名称", nullable=True),
    Column("village_code", "code", "Village that it works with; blank for none", "带动村代码", nullable=True),
    Column("industry", "code", "Industry", "产业", code_list="industry"),
    Column("is_leading", "boolean", "Listed as leading enterprise", "是否龙头企业"),
    Column("registered_on", "date", "Day of registration", "注册日期"),
    workers("workers", "People at work in it", "从业人员"),
    workers("poor_workers", "Of them, from registered poor households", "其中:贫困户从业人员"),
    amount("sale_value", "Sales in the period", "销售额"),
    households("linked_households", "Households that it buys from, employs or pays dividends to", "带动农户数"),
    households("linked_poor_households", "Of them, registered poor households", "其中:带动贫困户数"),
    *SOURCE_COLUMNS,
)

_ASK = "ask the sender which of the two figures is wrong"
_RULES = (
    *standard_rules("enterprise"),
    once("enterprise", ("enterprise_id",), "an enterprise"),
    part_of(
        "enterprise",
        "poor_workers",
        "workers",
        "workers from poor households are no more than the workers",
        "A part above its whole makes a share above one (programme S13).",
        _ASK,
    ),
    part_of(
        "enterprise",
        "linked_poor_households",
        "linked_households",
        "poor households that are linked are no more than all linked households",
        "A part above its whole would show more poor households reached than there are (programme S03).",
        _ASK,
    ),
    day_in_time("enterprise", "registered_on", "an enterprise was registered by the end of the period"),
)

ENTERPRISE = Contract(
    schema="core",
    table="enterprise",
    grain="one row per enterprise and period",
    key=("jurisdiction", "time_period", "area_code", "enterprise_id"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Enterprises: workers, sales, households they take along.",
    description_zh="企业及带动农户",
)
