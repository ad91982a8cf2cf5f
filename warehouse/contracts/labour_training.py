"""`core.labour_training`: one person's way through a course: begun, ended, certified, placed, still there.

A report of a half-year lists every course begun in it or in the two before, as matters stood at its end, so that the
six months after a placement are seen to their end. What is counted of it: docs/methods/labour.md.
"""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract, Rule
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules
from warehouse.contracts.village import VILLAGE, village_of_area

STEPS: dict[str, tuple[str, str]] = {
    "trained": ("course begun", "参训"),
    "certified": ("certified", "取证"),
    "placed": ("placed", "就业"),
    "retained": ("still placed after six months", "稳定就业"),
}
"""Steps of the funnel, in their order"""

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    AREA,
    VILLAGE,
    Column("person_id", "identifier", "Person, pseudonymised when the file is taken in", "人员编号"),
    Column("course", "code", "What was taught", "培训工种", code_list="labour_course"),
    Column("started_on", "date", "First day of the course", "开班日期"),
    Column("ended_on", "date", "Last day of the course", "结业日期", nullable=True),
    Column("certified_on", "date", "Day of the certificate", "取证日期", nullable=True),
    Column("placed_on", "date", "First day of the job", "就业日期", nullable=True),
    Column(
        "destination_code",
        "code",
        "Where the job is: area or country",
        "就业地代码",
        nullable=True,
    ),
    Column(
        "is_retained",
        "boolean",
        "Still in the job six months after placed_on; blank before that day",
        "六个月后是否在岗",
        nullable=True,
    ),
    *SOURCE_COLUMNS,
)

_RULES = (
    *standard_rules("labour_training", bounds=False),
    village_of_area("labour_training"),
    Rule(
        "labour_training.steps_in_order",
        1,
        "error",
        "course begun, ended, certified, placed: in this order, no step without the one before",
        """ended_on < started_on OR certified_on < ended_on OR placed_on < certified_on
           OR (certified_on IS NOT NULL AND ended_on IS NULL) OR (placed_on IS NOT NULL AND certified_on IS NULL)
           OR (is_retained IS NOT NULL AND placed_on IS NULL)""",
        "A funnel in which a later step has more people than an earlier one counts people who were never trained.",
        columns=("started_on", "ended_on", "certified_on", "placed_on", "is_retained"),
        do="ask the training school for the dates of the course, the certificate and the job",
        dimension="consistency",
    ),
    Rule(
        "labour_training.dates_in_period",
        1,
        "error",
        "no step lies after the end of the period",
        "greatest(started_on, ended_on, certified_on, placed_on) > period_end_day",
        "A report tells what has happened; a date to come is a plan or a slip of the pen.",
        columns=("started_on", "ended_on", "certified_on", "placed_on"),
        do="ask the sender for the day on which it happened, or to leave it blank until it has",
        dimension="consistency",
    ),
    Rule(
        "labour_training.retained_after_six_months",
        1,
        "error",
        "whether somebody is still placed is said once six months have passed",
        "is_retained IS NOT NULL AND placed_on + INTERVAL 6 MONTH > period_end_day",
        "Retention counted early is counted high.",
        columns=("placed_on", "is_retained"),
        do="ask the sender to leave it blank until six months after the placement",
        dimension="consistency",
    ),
    Rule(
        "labour_training.placed_somewhere",
        1,
        "error",
        "a placement names its destination",
        "placed_on IS NOT NULL AND destination_code IS NULL",
        "A job nobody can find on the map cannot be visited after six months.",
        columns=("placed_on", "destination_code"),
        do="ask the sender where the job is",
        dimension="consistency",
    ),
    Rule(
        "labour_training.duplicate",
        1,
        "error",
        "a person begins a course once",
        """SELECT row_ordinal FROM judged
           QUALIFY count(*) OVER (PARTITION BY time_period, person_id, course, started_on) > 1""",
        "The same training twice would be paid twice.",
        kind="set",
        columns=("person_id", "course", "started_on"),
        do="ask the senders which of the lines holds, and to take the others out",
        dimension="uniqueness",
    ),
    Rule(
        "labour_training.retention_reported",
        1,
        "flag",
        "a year after a course began, a placement of more than six months ago says whether it lasted",
        "is_retained IS NULL AND placed_on + INTERVAL 6 MONTH <= period_end_day",
        "Those of whom nothing is known count as not retained; too many of them hide how placements last.",
        columns=("placed_on", "is_retained"),
        do="ask the sender to call on the person or the employer",
        dimension="completeness",
    ),
)

LABOUR_TRAINING = Contract(
    schema="core",
    table="labour_training",
    grain="one row per person, course and first day, as it stood at the end of a period",
    key=("jurisdiction", "time_period", "person_id", "course", "started_on"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Training of workers: course, certificate, placement, and whether it lasted.",
    description_zh="劳动力培训:参训、取证、就业与稳定就业",
)
