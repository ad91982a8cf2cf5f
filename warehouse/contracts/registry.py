"""`core.registry`: households on the register of the poor, as it stood at the end of a period.

Once a household is on the register it stays there: with the day it entered, left poverty, or fell back. Household
identifiers are the survey's, and so are their pseudonyms. What is counted of it: docs/methods/villages.md.
"""

from __future__ import annotations

from decimal import Decimal

from warehouse.contracts.base import Column, Contract, Rule
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules
from warehouse.contracts.village import VILLAGE, village_of_area

MONEY = "currency of the jurisdiction"
_MOST = Decimal("1e9")

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    AREA,
    VILLAGE,
    Column("household_id", "identifier", "Household, the pseudonym that core.household_income has for it", "户编号"),
    Column("batch", "code", "Batch in which the household was registered, by its year", "建档批次"),
    Column("persons", "integer", "Persons", "人口", unit="persons", minimum=Decimal(1), maximum=Decimal(30)),
    Column(
        "persons_away",
        "integer",
        "Members away for work in the period",
        "外出务工人数",
        unit="persons",
        minimum=Decimal(0),
        maximum=Decimal(30),
    ),
    Column("cause", "code", "Main cause of poverty", "主要致贫原因", code_list="poverty_cause"),
    Column("entered_on", "date", "Day of entry", "建档日期"),
    Column("exited_on", "date", "Day on which it was found to have left poverty", "脱贫日期", nullable=True),
    Column("returned_on", "date", "Day on which it was found to be poor again", "返贫日期", nullable=True),
    Column(
        "net_income", "money", "Net income of the household", "家庭纯收入", unit=MONEY, minimum=-_MOST, maximum=_MOST
    ),
    Column(
        "labour_income",
        "money",
        "Wages of members away for work, part of net income",
        "务工收入",
        unit=MONEY,
        minimum=Decimal(0),
        maximum=_MOST,
    ),
    *SOURCE_COLUMNS,
)

_RULES = (
    *standard_rules("registry"),
    village_of_area("registry"),
    Rule(
        "registry.dates_in_order",
        1,
        "error",
        "no exit before entry, no return without an exit before it",
        "exited_on < entered_on OR returned_on < exited_on OR (returned_on IS NOT NULL AND exited_on IS NULL)",
        "Batches are followed from entry to exit; a curve that begins before its batch says nothing.",
        columns=("entered_on", "exited_on", "returned_on"),
        do="ask the village for its minutes of entry, exit and return",
        dimension="consistency",
    ),
    Rule(
        "registry.dates_in_period",
        1,
        "error",
        "no event lies after the end of the period",
        "greatest(entered_on, exited_on, returned_on) > period_end_day",
        "The register tells who is poor at the end of the period, not who will have left by next year.",
        columns=("entered_on", "exited_on", "returned_on"),
        do="ask the sender to leave an event to the period in which it happens",
        dimension="consistency",
    ),
    Rule(
        "registry.batch_of_entry",
        1,
        "error",
        "a household's batch is the year of its entry",
        "batch <> CAST(year(entered_on) AS VARCHAR)",
        "A household moved to another batch makes the old one look finished.",
        columns=("batch", "entered_on"),
        do="ask the sender for the year in which the household was registered",
        dimension="consistency",
    ),
    Rule(
        "registry.away_are_members",
        1,
        "error",
        "no more persons are away than the household has",
        "persons_away > persons",
        "The two columns are swapped, or relatives of another household are counted.",
        columns=("persons", "persons_away"),
        do="ask the sender for both numbers",
        dimension="consistency",
    ),
    Rule(
        "registry.duplicate",
        1,
        "error",
        "a household stands on the register once",
        "SELECT row_ordinal FROM judged QUALIFY count(*) OVER (PARTITION BY time_period, household_id) > 1",
        "The same household twice is helped twice and counted twice.",
        kind="set",
        columns=("household_id",),
        do="ask the villages where the household lives now, and to take the other line out",
        dimension="uniqueness",
    ),
    Rule(
        "registry.labour_income_has_worker",
        1,
        "flag",
        "income from work away needs someone away",
        "labour_income > 0 AND persons_away = 0",
        "Either the number of persons or the income belongs to another household or year.",
        columns=("persons_away", "labour_income"),
        do="ask the sender who earned it",
        dimension="consistency",
    ),
    Rule(
        "registry.exit_above_line",
        1,
        "flag",
        "a household that has left poverty has a positive income",
        "exited_on IS NOT NULL AND returned_on IS NULL AND net_income <= 0",
        "An exit on paper only is the first thing an audit looks for.",
        columns=("exited_on", "net_income"),
        do="ask the village on what the exit rests; a household that fell back is entered as returned",
        dimension="consistency",
    ),
    Rule(
        "registry.surveyed_anew",
        2,
        "flag",
        "income and work of a household are not, to the last figure, those of the register before",
        """SELECT row_ordinal FROM judged j JOIN (
               SELECT DISTINCT ON (household_id) household_id, net_income, labour_income, persons_away
               FROM known_registry ORDER BY household_id, time_period DESC) r USING (household_id)
           WHERE j.net_income <> 0 AND j.net_income = r.net_income AND j.labour_income = r.labour_income
             AND j.persons_away = r.persons_away""",
        "A register that is copied from the year before is stale: it shows nobody who left or fell back (S46).",
        kind="set",
        columns=("net_income", "labour_income", "persons_away"),
        do="ask the village for the form of this year's visit to the household",
        dimension="accuracy",
        looks_at=("core.registry",),
    ),
)

REGISTRY = Contract(
    schema="core",
    table="registry",
    grain="one row per registered household, as it stood at the end of a period",
    key=("jurisdiction", "time_period", "household_id"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Register of poor households: entry, exit and return by batch.",
    description_zh="贫困户建档立卡台账:进入、退出与返贫",
)
