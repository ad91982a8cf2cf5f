"""`core.household_income`: what a household earned in a period, by source."""

from __future__ import annotations

from decimal import Decimal

from warehouse.contracts.base import Column, Contract, Rule
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules
from warehouse.periods import months_sql

LEAVES: dict[str, tuple[str, str]] = {
    "crop": ("crops", "种植业"),
    "forestry": ("forestry", "林业"),
    "livestock": ("livestock", "牧业"),
    "fishery": ("fishery", "渔业"),
    "wage_agri": ("wages earned in agriculture", "农业雇工工资"),
    "wage_local": ("other wages earned inside the home township", "本地非农工资"),
    "wage_away": ("wages earned away from home (labour export)", "外出务工工资"),
    "industry": ("own industry", "工业"),
    "construction": ("own construction business", "建筑业"),
    "transport": ("own transport business", "交通运输业"),
    "trade": ("own trade and catering", "批零贸易餐饮业"),
    "services": ("own services", "社会服务业"),
    "other_business": ("other own business", "其他经营"),
    "property": ("rent, interest, dividends, land transfer", "财产性收入"),
    "transfer_public": ("pensions and public programmes", "公共转移收入"),
    "transfer_private": ("gifts from other households and associations", "私人转移收入"),
    "remittance": ("money from family abroad or away", "汇款收入"),
    "other": ("all other income", "其他收入"),
}
"""The leaf codes of docs/methods/agricultural-share.md, in the order of the columns `<leaf>_net`."""

LEAF_COLUMNS: tuple[str, ...] = tuple(f"{leaf}_net" for leaf in LEAVES)

_LIMIT = Decimal("1e9")
_SUM = " + ".join(f"coalesce({name}, 0)" for name in LEAF_COLUMNS)
_REPEATED = """SELECT row_ordinal, file_id, time_period, household_id FROM judged
            WHERE household_id IN (SELECT household_id FROM judged GROUP BY household_id HAVING count(*) > 1)"""
_ROUNDING = f"{len(LEAF_COLUMNS) + 1} * 0.01 / 2"

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    Column("household_id", "identifier", "Pseudonym of the household (keyed HMAC-SHA256)", "住户代号"),
    AREA,
    Column("area_type", "code", "Urban or rural locality", "城乡类型", code_list="area_type"),
    Column(
        "persons",
        "integer",
        "Persons who live in the household",
        "常住人口",
        unit="persons",
        minimum=Decimal(1),
        maximum=Decimal(60),
    ),
    Column(
        "weight",
        "number",
        "Households of the population that this one stands for",
        "权数",
        unit="households",
        minimum=Decimal("0.000001"),
        maximum=Decimal(1_000_000),
    ),
    Column("stratum", "code", "Sampling stratum", "抽样层"),
    Column("psu", "code", "Primary sampling unit: village or census block", "初级抽样单位"),
    *(
        Column(
            f"{leaf}_net",
            "money",
            f"Net income of the period from {english}",
            f"{chinese}纯收入",
            unit="currency of the jurisdiction",
            nullable=True,
            minimum=-_LIMIT,
            maximum=_LIMIT,
        )
        for leaf, (english, chinese) in LEAVES.items()
    ),
    Column(
        "net_income",
        "money",
        "Net income of the period from all sources",
        "纯收入",
        unit="currency of the jurisdiction",
        minimum=-_LIMIT,
        maximum=_LIMIT,
    ),
    *SOURCE_COLUMNS,
)

_RULES = (
    *standard_rules("household_income"),
    Rule(
        "household_income.duplicate_in_file",
        1,
        "error",
        "a household appears once per period in a file",
        f"""SELECT row_ordinal FROM ({_REPEATED})
            QUALIFY count(*) OVER (PARTITION BY file_id, time_period, household_id) > 1""",
        "Two lines of one household: neither can be preferred without asking the county.",
        kind="set",
        columns=("household_id",),
        do="ask the sender which of the lines holds, and to take the others out",
        dimension="uniqueness",
        excused_by=("release",),
    ),
    Rule(
        "household_income.duplicate_across_files",
        2,
        "error",
        "a household is reported by one file per period",
        f"""SELECT row_ordinal FROM ({_REPEATED})
            WINDOW same AS (PARTITION BY time_period, household_id)
            QUALIFY min(file_id) OVER same <> max(file_id) OVER same""",
        "A household that two senders report would be counted twice.",
        kind="set",
        columns=("household_id", "area_code"),
        do="ask both senders to which of them the household belongs",
        dimension="uniqueness",
        excused_by=("release",),
    ),
    Rule(
        "household_income.balance",
        1,
        "error",
        "the sources add up to net income within rounding",
        f"abs({_SUM} - net_income) > {_ROUNDING}",
        "m addends and a total, each rounded to a cent, may differ by (m + 1) / 2 cents (docs/methods/editing.md).",
        columns=(*LEAF_COLUMNS, "net_income"),
        do="ask the sender which of the sources or the net income is wrong",
        dimension="consistency",
    ),
    Rule(
        "household_income.some_source",
        1,
        "error",
        "at least one source is filled",
        f"coalesce({', '.join(LEAF_COLUMNS)}) IS NULL",
        "A total without any part cannot enter a share.",
        columns=("net_income",),
        do="ask the sender for the sources of the income; 0 where there was none",
        dimension="completeness",
    ),
    Rule(
        "household_income.psu_in_one_stratum",
        1,
        "error",
        "a primary sampling unit lies in one stratum",
        """SELECT row_ordinal FROM judged WHERE psu IS NOT NULL AND psu IN (
             SELECT psu FROM judged GROUP BY freq, psu HAVING min(stratum) <> max(stratum))""",
        "Standard errors are computed within strata; a PSU in two of them has no variance.",
        kind="set",
        columns=("stratum", "psu"),
        do="ask the sender in which stratum the unit was drawn",
        dimension="consistency",
        excused_by=(),
    ),
    Rule(
        "household_income.per_person_plausible",
        1,
        "flag",
        "net income a head and month stays below 100,000",
        f"""abs(net_income) / nullif(persons, 0)
           / {months_sql()} > 100000""",
        "More is possible, rare, and most often yuan written where 10,000 yuan are asked for, or the reverse.",
        columns=("net_income", "persons"),
        do="compare with the household's other months; ask the sender when nothing explains it",
        dimension="accuracy",
    ),
    Rule(
        "household_income.loss_plausible",
        1,
        "flag",
        "a negative net income is looked at",
        "net_income < 0",
        "Losses of a season are normal for a farm, a negative sum of all sources is not.",
        columns=("net_income",),
        do="compare with the household's other months; ask the sender when nothing explains it",
        dimension="accuracy",
    ),
    Rule(
        "household_income.share_defined",
        1,
        "info",
        "net income is positive, so that the household has a share",
        "net_income <= 0",
        "Households without positive income are left out of the mean of shares and counted beside it.",
        columns=("net_income",),
        do="nothing: the household counts in aggregates and is left out of the mean of shares",
        dimension="accuracy",
    ),
)

HOUSEHOLD_INCOME = Contract(
    schema="core",
    table="household_income",
    grain="one row per household and period",
    key=("jurisdiction", "time_period", "household_id"),
    sorted_by=("area_code", "psu"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Net income of surveyed households by source, with the survey design.",
    description_zh="住户分项纯收入及抽样设计",
    concept="income",
    universe=("Households of the survey sample", "样本住户"),
)
