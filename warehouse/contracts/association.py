"""`core.association`: growers' associations of villages, with the party branch behind them and the farmers in them."""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules
from warehouse.contracts.industry_common import day_in_time, households, once, part_of
from warehouse.contracts.village import VILLAGE

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    AREA,
    VILLAGE,
    Column("association_id", "code", "Association", "协会代码"),
    Column("name", "text", "Name as the sender prints it", "协会名称", nullable=True),
    Column("industry", "code", "Industry that it is of", "产业", code_list="industry"),
    Column("founded_on", "date", "Day on which it was founded", "成立日期"),
    Column("has_branch", "boolean", "The village's party branch takes part in it", "是否有党支部参与"),
    households("village_households", "Households of the village", "全村户数"),
    households("members", "Member households", "会员户数"),
    households("poor_members", "Of them, registered poor households", "其中:贫困户会员"),
    households("served_households", "Households given technical or information service", "接受技术信息服务户数"),
    *SOURCE_COLUMNS,
)

_ASK = "ask the sender which of the two figures is wrong"
_RULES = (
    *standard_rules("association"),
    once("association", ("association_id",), "an association"),
    part_of(
        "association",
        "poor_members",
        "members",
        "poor members are no more than the members",
        "A part above its whole makes a share above one (programme S53).",
        _ASK,
    ),
    part_of(
        "association",
        "members",
        "village_households",
        "members are no more than the households of the village",
        "An association of a village cannot have more households than the village.",
        _ASK,
    ),
    part_of(
        "association",
        "served_households",
        "village_households",
        "households served are no more than the households of the village",
        "A household is counted once, however often it is visited (programme S56).",
        "ask the sender whether visits were counted in place of households",
    ),
    day_in_time("association", "founded_on", "an association was founded by the end of the period"),
)

ASSOCIATION = Contract(
    schema="core",
    table="association",
    grain="one row per association and period",
    key=("jurisdiction", "time_period", "area_code", "association_id"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Associations of villages: branch, members, service.",
    description_zh="村级协会",
)
