"""Results: what is computed from accepted rows and stamped with a release."""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, RELEASE, TIME_PERIOD
from warehouse.contracts.household_income import LEAVES
from warehouse.contracts.mart_rules import (
    OF_FUND_FLOW,
    OF_INCOME_LEVEL,
    OF_INCOME_SHARE,
    OF_LABOUR_EXPORT,
    OF_PSU_TOTAL,
)

MONEY = "currency of the jurisdiction"
GRAIN = (JURISDICTION, RELEASE, TIME_PERIOD, FREQ)
DOMAIN = Column("domain", "code", "Households: all, urban, rural", "人群", code_list="domain", concept="population")
ERROR = (
    Column(
        "se",
        "number",
        "Standard error (linearised, from PSU totals)",
        "标准误",
        nullable=True,
        concept="sampling_error",
    ),
    Column("ci_low", "number", "Lower end of the 95 % interval", "置信下限", nullable=True, concept="sampling_error"),
    Column("ci_high", "number", "Upper end of the 95 % interval", "置信上限", nullable=True, concept="sampling_error"),
    Column("df", "number", "Degrees of freedom: PSUs less strata", "自由度", nullable=True, concept="sampling_error"),
    Column("cv", "number", "Coefficient of variation", "变异系数", nullable=True, concept="sampling_error"),
)
STATE = (
    Column(
        "obs_status",
        "code",
        "SDMX observation status: A normal, also where a known error of a source is corrected; U low reliability: "
        "partly reported, few or scattered, or with records that a waiver, a release or a chosen reading lets pass; "
        "in `published` Q where withheld",
        "观测状态",
        code_list="obs_status",
        concept="observation_status",
    ),
    Column(
        "obs_note",
        "text",
        "Reason of a status other than A; every decision behind the figure",
        "状态说明",
        nullable=True,
        concept="observation_status",
    ),
    Column(
        "conf_status",
        "code",
        "SDMX confidentiality status: F free, N not for publication or not judged yet",
        "保密状态",
        code_list="conf_status",
        concept="confidentiality",
    ),
    Column(
        "conf_note",
        "text",
        "Why it is withheld; for the auditor, never published",
        "保密原因",
        nullable=True,
        concept="confidentiality",
    ),
)
OF_A_PART = (
    "Where records of the area and month are in quarantine, or an area that owes them sent none that was accepted, the "
    "sum is of a part: U, and obs_note says what is missing."
)
STATUS = (
    Column("n_households", "integer", "Households behind the figure", "户数", unit="households", concept="sample_size"),
    Column("n_psu", "integer", "PSUs behind the figure", "初级单位数", unit="PSUs", concept="sample_size"),
    Column(
        "coverage",
        "number",
        "Households reporting / households expected",
        "报告率",
        unit="0-1",
        nullable=True,
        concept="sample_size",
    ),
    *STATE,
)

PSU_TOTAL = Contract(
    schema="mart",
    table="psu_total",
    grain="one row per release, period, area, area type, stratum and PSU",
    key=("release_id", "jurisdiction", "time_period", "area_code", "area_type", "stratum", "psu"),
    columns=(
        *GRAIN,
        AREA,
        Column("area_type", "code", "Urban or rural", "城乡类型", code_list="area_type"),
        Column("stratum", "code", "Sampling stratum", "抽样层"),
        Column("psu", "code", "Primary sampling unit", "初级抽样单位"),
        Column("n_households", "integer", "Households", "户数", unit="households"),
        Column("households", "number", "Sum of weights", "加权户数", unit="households"),
        Column("persons", "number", "Sum of weight × persons", "加权人数", unit="persons"),
        *(
            Column(f"{leaf}_net", "number", f"Sum of weight × net income from {en}", f"{zh}加权合计", unit=MONEY)
            for leaf, (en, zh) in LEAVES.items()
        ),
        Column("net_income", "number", "Sum of weight × net income", "纯收入加权合计", unit=MONEY),
    ),
    rules=OF_PSU_TOTAL,
    description="PSU totals, from which every linear figure and its error is computed.",
    description_zh="初级抽样单位合计",
    concept="income",
    universe=("Households that the survey stands for, by area and domain", "调查所代表的住户，按地区和人群"),
)

INCOME_LEVEL = Contract(
    schema="mart",
    table="income_level",
    grain="one row per release, period, area, domain and leaf (or net_income)",
    key=("release_id", "jurisdiction", "time_period", "area_code", "domain", "leaf"),
    columns=(
        *GRAIN,
        AREA,
        DOMAIN,
        Column("leaf", "code", "Leaf code of income, or net_income", "收入项目", code_list="income_leaf"),
        Column(
            "mean_per_household",
            "number",
            "Mean per household and period",
            "户均",
            unit=MONEY,
            nullable=True,
        ),
        Column(
            "mean_per_household_se",
            "number",
            "Its standard error",
            "户均标准误",
            nullable=True,
            concept="sampling_error",
        ),
        Column("mean_per_person", "number", "Mean per person and period", "人均", unit=MONEY, nullable=True),
        Column(
            "mean_per_person_se", "number", "Its standard error", "人均标准误", nullable=True, concept="sampling_error"
        ),
        Column("total", "number", "Total of the population in the period", "总额", unit=MONEY, nullable=True),
        Column("total_se", "number", "Its standard error", "总额标准误", nullable=True, concept="sampling_error"),
        Column("df", "number", "Degrees of freedom", "自由度", nullable=True, concept="sampling_error"),
        *STATUS,
    ),
    rules=OF_INCOME_LEVEL,
    description="Income levels by source.",
    description_zh="分项收入水平",
    concept="income",
    universe=("Households that the survey stands for, by area and domain", "调查所代表的住户，按地区和人群"),
)

INCOME_SHARE = Contract(
    schema="mart",
    table="income_share",
    grain="one row per release, period, area, domain, definition, estimator, negative policy and sector",
    key=(
        "release_id",
        "jurisdiction",
        "time_period",
        "area_code",
        "domain",
        "share_definition",
        "estimator",
        "negative_policy",
        "sector",
    ),
    columns=(
        *GRAIN,
        AREA,
        DOMAIN,
        Column(
            "share_definition",
            "code",
            "View of the leaves (docs/methods/agricultural-share.md)",
            "口径",
            code_list="share_definition",
        ),
        Column(
            "estimator",
            "code",
            "ratio_of_aggregates, mean_of_shares or published",
            "估计方法",
            code_list="estimator",
            concept="method",
        ),
        Column(
            "negative_policy",
            "code",
            "keep, clip_components or exclude",
            "负值处理",
            code_list="negative_policy",
            concept="method",
        ),
        Column("sector", "code", "Sector of the view", "部门", code_list="sector"),
        Column("value", "number", "Share, unrounded", "占比", unit="0-1", nullable=True),
        *ERROR,
        Column(
            "n_excluded", "integer", "Households left out by the estimator or policy", "剔除户数", concept="sample_size"
        ),
        *STATUS,
    ),
    rules=OF_INCOME_SHARE,
    description="Share of each sector in farmers' income.",
    description_zh="农民收入结构占比",
    concept="income_structure",
    universe=("Households that the survey stands for, by area and domain", "调查所代表的住户，按地区和人群"),
)

LABOUR_EXPORT_MART = Contract(
    schema="mart",
    table="labour_export",
    grain="one row per release, period, area, destination and channel",
    key=("release_id", "jurisdiction", "time_period", "area_code", "destination_code", "channel"),
    columns=(
        *GRAIN,
        AREA,
        Column("destination_code", "code", "Destination; _T = all", "输入地代码"),
        Column("channel", "code", "How the work was found", "输出方式", code_list="labour_channel"),
        Column("persons", "integer", "Persons", "人数", unit="persons"),
        Column("persons_female", "integer", "Women among them, where told apart", "女性人数", nullable=True),
        Column("person_times", "integer", "Departures", "人次", unit="person-times", nullable=True),
        Column("earnings_total", "number", "Earnings", "总收入", unit=MONEY, nullable=True),
        Column("earnings_per_person", "number", "Earnings per person", "人均收入", unit=MONEY, nullable=True),
        Column("lines", "integer", "Accepted lines behind the figure", "行数", concept="sample_size"),
        *STATE,
    ),
    rules=OF_LABOUR_EXPORT,
    description=f"Labour export by origin, destination and channel. {OF_A_PART}",
    description_zh="劳务输出",
    concept="labour_migration",
    universe=("Persons who left the area for work, as senders report them", "上报的外出务工人员"),
)

FUND_FLOW = Contract(
    schema="mart",
    table="fund_flow",
    grain="one row per release, period, area, channel, purpose, programme, station and line type",
    key=(
        "release_id",
        "jurisdiction",
        "time_period",
        "area_code",
        "channel",
        "purpose",
        "programme",
        "station",
        "line_type",
    ),
    columns=(
        *GRAIN,
        AREA,
        Column("channel", "code", "Where the money comes from", "资金渠道", code_list="fund_channel"),
        Column("purpose", "code", "What it may be used for", "资金用途", code_list="fund_purpose"),
        Column("programme", "text", "Fund or programme as the sender names it", "项目名称", nullable=True),
        Column("station", "code", "Station reached", "资金环节", code_list="fund_station"),
        Column(
            "line_type",
            "code",
            "item, or subtotal: printed sums, not to be added",
            "行类型",
            code_list="line_type",
        ),
        Column("amount", "money", "Amount", "金额", unit=MONEY),
        Column("lines", "integer", "Ledger lines behind it", "行数", concept="sample_size"),
        *STATE,
    ),
    rules=OF_FUND_FLOW,
    description=f"Money of the programme by channel, purpose and station. {OF_A_PART}",
    description_zh="资金流向",
    concept="public_finance",
    universe=("Lines of the programme's ledgers", "扶贫资金台账记录"),
)
