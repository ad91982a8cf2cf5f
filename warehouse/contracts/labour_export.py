"""`core.labour_export`: people who left to work elsewhere, as senders count them."""

from __future__ import annotations

from decimal import Decimal

from warehouse.contracts.base import Column, Contract, Product, Rule
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules
from warehouse.periods import months_sql

_PEOPLE = Decimal(5_000_000)

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    Column("period_start", "date", "First day that the sender's period covers", "起始日期", nullable=True),
    Column("period_end", "date", "Last day that the sender's period covers", "截止日期", nullable=True),
    AREA,
    Column("origin_name", "text", "Origin as the sender prints it", "输出地名称", nullable=True),
    Column("destination_code", "code", "Destination: area or country; _T = not told apart", "输入地代码"),
    Column("destination_name", "text", "Destination as the sender prints it", "输入地名称", nullable=True),
    Column("channel", "code", "How the work was found", "输出方式", code_list="labour_channel"),
    Column("industry", "text", "Industry of the job", "行业", nullable=True),
    Column("sex", "code", "Sex; _T = not told apart", "性别", code_list="sex"),
    Column("persons", "integer", "Different persons", "人数", unit="persons", minimum=Decimal(0), maximum=_PEOPLE),
    Column(
        "person_times",
        "integer",
        "Departures: a person who leaves twice counts twice",
        "人次",
        unit="person-times",
        nullable=True,
        minimum=Decimal(0),
        maximum=_PEOPLE,
    ),
    Column(
        "earnings_total",
        "money",
        "Earnings of all persons of the line in the period",
        "劳务总收入",
        unit="currency of the jurisdiction",
        nullable=True,
        minimum=Decimal(0),
        maximum=Decimal("1e12"),
    ),
    Column(
        "earnings_per_person",
        "money",
        "Earnings of one person in the period, as the sender states it",
        "人均劳务收入",
        unit="currency of the jurisdiction",
        nullable=True,
        minimum=Decimal(0),
        maximum=Decimal("1e9"),
    ),
    *SOURCE_COLUMNS,
)

_RULES = (
    *standard_rules("labour_export"),
    Rule(
        "labour_export.person_times",
        1,
        "error",
        "person-times are at least the persons",
        "person_times < persons",
        "Who left at least once is counted at least once; the reverse means the two columns are swapped.",
        columns=("persons", "person_times"),
        do="ask the sender whether persons and person-times were interchanged",
        dimension="consistency",
    ),
    Rule(
        "labour_export.total_is_n_times_mean",
        1,
        "error",
        "total earnings = persons × earnings per person, within rounding",
        """abs(earnings_total - persons * earnings_per_person)
           > 0.005 + persons * CASE WHEN earnings_per_person = round(earnings_per_person) THEN 0.5 ELSE 0.005 END""",
        "The identity n × mean = total finds a wrong unit in any one of the three (docs/methods/editing.md).",
        columns=("persons", "earnings_total", "earnings_per_person"),
        do="ask the sender which of persons, earnings per person and total is wrong",
        dimension="consistency",
    ),
    Rule(
        "labour_export.earnings_need_persons",
        1,
        "error",
        "earnings are not reported without a person",
        "persons = 0 AND earnings_total > 0",
        "Money that nobody earned belongs to another line.",
        columns=("persons", "earnings_total"),
        do="ask the sender for the number of persons",
        dimension="consistency",
    ),
    Rule(
        "labour_export.duplicate",
        1,
        "error",
        "a line of origin, destination, channel, industry and sex appears once per period",
        """SELECT row_ordinal FROM judged QUALIFY count(*) OVER (PARTITION BY time_period, area_code,
           destination_code, channel, sex, coalesce(industry, ''), coalesce(origin_name, ''),
           coalesce(destination_name, '')) > 1""",
        "The same people twice.",
        kind="set",
        columns=("area_code", "destination_code", "channel", "sex"),
        do="ask the sender which of the lines holds, and to take the others out",
        dimension="uniqueness",
        excused_by=("release",),
    ),
    Rule(
        "labour_export.earnings_plausible",
        1,
        "flag",
        "earnings a person and month stay between 50 and 50,000",
        f"""earnings_total > 0 AND earnings_total / nullif(persons, 0)
           / {months_sql()} NOT BETWEEN 50 AND 50000""",
        "Beyond the band the unit of the amount is in doubt (yuan against 10,000 yuan).",
        columns=("persons", "earnings_total"),
        do="ask the sender for the unit: yuan or 10,000 yuan, a month or a year",
        dimension="accuracy",
    ),
)

LABOUR_EXPORT = Contract(
    schema="core",
    table="labour_export",
    grain="one row per line of the sender: origin, destination, channel, industry and sex in a period",
    key=(
        "jurisdiction",
        "time_period",
        "area_code",
        "destination_code",
        "channel",
        "sex",
        "file_id",
        "row_number",
    ),
    columns=_COLUMNS,
    rules=_RULES,
    identities=(Product("earnings_total", "persons", "earnings_per_person"),),
    description="Labour export: persons, person-times and earnings by origin, destination and channel.",
    description_zh="劳务输出:人数、人次与收入",
    concept="labour_migration",
    universe=("Persons who left the area for work, as senders report them", "上报的外出务工人员"),
)
