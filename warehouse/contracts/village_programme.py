"""`core.village_programme`: villages, and how far the whole-village advance has come in each.

Every village of an area has a line, also one that is in no batch yet: it is what the others are a share of. What is
counted of it: docs/methods/villages.md.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from warehouse.contracts.base import Column, Contract, Rule
from warehouse.contracts.codes.villages import STEPS, WORKS
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules
from warehouse.contracts.village import VILLAGE, village_of_area
from warehouse.periods import months_sql

_MANY = Decimal(100_000)
STEP_DATES = {step: f"{step}_on" for step in STEPS}
"""step -> the column with its day"""
WORKS_COLUMNS = {kind: f"{kind}_works" for kind in WORKS}
"""kind of works -> the column with its state"""

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    AREA,
    VILLAGE,
    Column("village_name", "text", "Village as the sender writes it", "村名", nullable=True),
    Column("batch", "code", "Batch of the advance, by the year of its plan; blank: in none yet", "批次", nullable=True),
    Column("households", "integer", "Households", "户数", unit="households", minimum=Decimal(1), maximum=_MANY),
    Column("persons", "integer", "Persons", "人口", unit="persons", minimum=Decimal(1), maximum=_MANY),
    Column(
        "net_income",
        "money",
        "Net income of all households",
        "全村纯收入",
        unit="currency of the jurisdiction",
        minimum=Decimal(0),
        maximum=Decimal("1e11"),
    ),
    *(
        Column(column, "date", f"Day on which the advance was {STEPS[step][0]}", f"{STEPS[step][1]}日期", nullable=True)
        for step, column in STEP_DATES.items()
    ),
    *(
        Column(column, "code", f"Works: {WORKS[kind][0]}", f"{WORKS[kind][1]}工程", code_list="works_state")
        for kind, column in WORKS_COLUMNS.items()
    ),
    *SOURCE_COLUMNS,
)

_IN_ORDER = " OR ".join(
    f"{later} < {earlier} OR ({later} IS NOT NULL AND {earlier} IS NULL)"
    for earlier, later in pairwise(STEP_DATES.values())
)
_UNDONE = " OR ".join(f"{column} IN ('planned', 'under_way')" for column in WORKS_COLUMNS.values())

_RULES = (
    *standard_rules("village_programme"),
    village_of_area("village_programme"),
    Rule(
        "village_programme.steps_in_order",
        1,
        "error",
        "planned, started, finished, accepted: in this order, no step without the one before",
        _IN_ORDER,
        "Planned ≥ started ≥ finished ≥ accepted holds of every area when it holds of every village.",
        columns=tuple(STEP_DATES.values()),
        do="ask the sender for the days of plan, start, completion and acceptance",
        dimension="consistency",
    ),
    Rule(
        "village_programme.dates_in_period",
        1,
        "error",
        "no step lies after the end of the period",
        f"greatest({', '.join(STEP_DATES.values())}) > period_end_day",
        "The report tells what has been done; a day to come is a promise.",
        columns=tuple(STEP_DATES.values()),
        do="ask the sender to leave a step blank until it has happened",
        dimension="consistency",
    ),
    Rule(
        "village_programme.batch_is_planned",
        1,
        "error",
        "a village with a batch has a plan of that year, and the other way round",
        "coalesce(batch, '') <> coalesce(CAST(year(planned_on) AS VARCHAR), '')",
        "A batch is finished when its villages are; a village in no batch or in another is finished by nobody.",
        columns=("batch", "planned_on"),
        do="ask the sender for the batch and the day of the plan",
        dimension="consistency",
    ),
    Rule(
        "village_programme.persons_live_in_households",
        1,
        "error",
        "a village has at least as many persons as households",
        "persons < households",
        "The two columns are swapped.",
        columns=("households", "persons"),
        do="ask the sender for both numbers",
        dimension="consistency",
    ),
    Rule(
        "village_programme.duplicate",
        1,
        "error",
        "a village stands in the report of a period once",
        "SELECT row_ordinal FROM judged QUALIFY count(*) OVER (PARTITION BY time_period, village_code) > 1",
        "A village reported twice is counted twice.",
        kind="set",
        columns=("village_code",),
        do="ask the sender which of the lines holds, and to take the others out",
        dimension="uniqueness",
    ),
    Rule(
        "village_programme.accepted_is_built",
        1,
        "flag",
        "works of an accepted village are done",
        f"accepted_on IS NOT NULL AND ({_UNDONE})",
        "Acceptance with works under way is acceptance on paper.",
        columns=("accepted_on", *WORKS_COLUMNS.values()),
        do="ask for the minutes of acceptance and visit the works",
        dimension="consistency",
    ),
    Rule(
        "village_programme.income_plausible",
        1,
        "flag",
        "net income per person and month lies between 20 and 20,000",
        f"net_income / nullif(persons, 0) / {months_sql()} NOT BETWEEN 20 AND 20000",
        "Beyond the band the unit of the amount is in doubt (yuan against 10,000 yuan).",
        columns=("net_income", "persons"),
        do="ask the sender for the unit: yuan or 10,000 yuan",
        dimension="accuracy",
    ),
)

VILLAGE_PROGRAMME = Contract(
    schema="core",
    table="village_programme",
    grain="one row per village, as it stood at the end of a period",
    key=("jurisdiction", "time_period", "village_code"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Whole-village advance: plan, start, completion, acceptance and works of every village.",
    description_zh="整村推进:各村规划、启动、完工、验收与工程",
)
