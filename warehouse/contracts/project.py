"""`core.project`: what the programme's money was approved for, year by year."""

from __future__ import annotations

from decimal import Decimal

from warehouse.contracts.base import Column, Contract, Rule
from warehouse.contracts.codes.funds import CHANNELS
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules

MONEY = "currency of the jurisdiction"

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    Column("project_id", "code", "Number of the project", "项目编号"),
    Column("project_name", "text", "Name of the project", "项目名称"),
    AREA,
    Column("village_code", "code", "Village where it is done; blank: more than one", "村代码", nullable=True),
    Column("purpose", "code", "What it was approved for", "资金用途", code_list="fund_purpose"),
    Column("payee_kind", "code", "Who receives the money", "受益主体", code_list="payee_kind"),
    *(
        Column(
            f"approved_{channel}",
            "money",
            f"Approved amount from {words}",
            f"批复资金({chinese})",
            unit=MONEY,
            minimum=Decimal(0),
            maximum=Decimal("1e13"),
        )
        for channel, (words, chinese) in CHANNELS.items()
    ),
    Column("approved_on", "date", "Day of approval", "批复日期"),
    Column("notice_on", "date", "Day of the public notice; blank: none", "公示日期", nullable=True),
    Column("started_on", "date", "Day on which work began", "开工日期", nullable=True),
    Column("finished_on", "date", "Day on which work was accepted", "完工日期", nullable=True),
    Column(
        "linked_poor_households",
        "integer",
        "Poor households that the payee has bound itself to help",
        "带动贫困户数",
        unit="households",
        nullable=True,
        minimum=Decimal(0),
        maximum=Decimal(1_000_000),
    ),
    Column(
        "beneficiaries",
        "integer",
        "Persons who gain from it",
        "受益人数",
        unit="persons",
        nullable=True,
        minimum=Decimal(0),
        maximum=Decimal(10_000_000),
    ),
    Column(
        "income_gain",
        "money",
        "Income that beneficiaries gain in a year, as accepted",
        "年增收额",
        unit=f"{MONEY}, per year",
        nullable=True,
        minimum=Decimal("-1e13"),
        maximum=Decimal("1e13"),
    ),
    Column(
        "jobs",
        "integer",
        "Jobs made, as accepted",
        "新增就业人数",
        unit="persons",
        nullable=True,
        minimum=Decimal(0),
        maximum=Decimal(1_000_000),
    ),
    *SOURCE_COLUMNS,
)

_RULES = (
    *standard_rules("project"),
    Rule(
        "project.duplicate",
        1,
        "error",
        "a project stands in one line",
        """SELECT row_ordinal FROM judged WHERE project_id IS NOT NULL
           QUALIFY count(*) OVER (PARTITION BY time_period, project_id) > 1""",
        "A project that is listed twice has its money approved twice.",
        kind="set",
        columns=("project_id",),
        do="ask the sender which of the lines holds",
        owner="fund accountant",
    ),
    Rule(
        "project.approved_in_period",
        1,
        "error",
        "the project was approved in the period of its file",
        "approved_on NOT BETWEEN period_start_day AND period_end_day",
        "A project of another year belongs to that year's register.",
        columns=("approved_on",),
        do="ask the sender to list the project in the register of the year in which it was approved",
        owner="fund accountant",
    ),
    Rule(
        "project.dates_in_order",
        1,
        "flag",
        "approved, then started, then finished",
        "started_on < approved_on OR finished_on < coalesce(started_on, approved_on)",
        "Work that began before it was approved was not decided by those who answer for it.",
        columns=("approved_on", "started_on", "finished_on"),
        do="ask the sender for the dates, and for the decision if work began first",
        owner="fund accountant",
    ),
    Rule(
        "project.approved_some_money",
        1,
        "flag",
        "a project has money of at least one channel",
        " + ".join(f"approved_{channel}" for channel in CHANNELS) + " = 0",
        "A project without money is a plan, or its amounts were not filled in.",
        columns=tuple(f"approved_{channel}" for channel in CHANNELS),
        do="ask the sender for the approved amounts",
        owner="fund accountant",
    ),
    Rule(
        "project.subsidy_has_households",
        1,
        "flag",
        "an enterprise that gets poverty funds has poor households linked to it",
        "payee_kind = 'enterprise' AND approved_poverty_fund > 0 AND coalesce(linked_poor_households, 0) = 0",
        "Enterprises are subsidised for the poor households that they take along (programme S44).",
        columns=("linked_poor_households", "approved_poverty_fund"),
        do="ask the sender which households the enterprise is linked with; without any the subsidy is reclaimed",
        owner="fund accountant",
    ),
)

PROJECT = Contract(
    schema="core",
    table="project",
    grain="one row per project and year of its approval",
    key=("jurisdiction", "time_period", "project_id"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Projects of the programme.",
    description_zh="扶贫项目库",
)
