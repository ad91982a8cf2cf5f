"""`core.linked_household`: which poor households an enterprise takes along, household by household.

What enterprises report of themselves is `core.enterprise`; here every household has a name, so that one that two
enterprises take along is counted once. What is counted of it: docs/methods/villages.md.
"""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract, Rule
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules
from warehouse.contracts.industry_common import day_in_time
from warehouse.contracts.village import VILLAGE, village_of_area

_REGISTER = "core.registry"

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    AREA,
    VILLAGE,
    Column("household_id", "identifier", "Household, the pseudonym that core.registry has for it", "户编号"),
    Column("enterprise_id", "code", "Enterprise, its code in core.enterprise", "企业代码"),
    Column("link_kind", "code", "How the enterprise takes it along", "带动方式", code_list="link_kind"),
    Column("linked_on", "date", "Day since which it does", "带动日期"),
    *SOURCE_COLUMNS,
)

_RULES = (
    *standard_rules("linked_household", bounds=False),
    village_of_area("linked_household"),
    day_in_time("linked_household", "linked_on", "a link began by the end of the period"),
    Rule(
        "linked_household.duplicate",
        1,
        "error",
        "a household stands in the list of an enterprise once",
        "SELECT row_ordinal FROM judged "
        "QUALIFY count(*) OVER (PARTITION BY time_period, enterprise_id, household_id) > 1",
        "The same link twice makes an enterprise look larger than it is.",
        kind="set",
        columns=("enterprise_id", "household_id"),
        do="ask the sender which of the lines holds, and to take the others out",
        dimension="uniqueness",
    ),
    Rule(
        "linked_household.household_registered",
        2,
        "error",
        "the household is on the register of the poor, once the area has sent one",
        """SELECT row_ordinal FROM judged
           WHERE household_id IS NOT NULL AND area_code IN (SELECT area_code FROM known_registry)
             AND household_id NOT IN (SELECT household_id FROM known_registry)""",
        "Enterprises are paid for poor households; one that is on no register is not what was paid for (S03, S46).",
        kind="set",
        columns=("household_id",),
        do="ask the sender who the household is; when it is poor, have it registered first",
        dimension="consistency",
        looks_at=(_REGISTER,),
    ),
    Rule(
        "linked_household.village_as_registered",
        2,
        "error",
        "the household lives in the village that the latest register has for it",
        """SELECT row_ordinal FROM judged j JOIN (
               SELECT household_id, arg_max(village_code, time_period) AS village_code
               FROM known_registry GROUP BY household_id) r USING (household_id)
           WHERE j.village_code <> r.village_code""",
        "A village that has another key in another table has fewer parts of the programme than it has (S04).",
        kind="set",
        columns=("village_code", "household_id"),
        do="ask the sender where the household lives; a household that moved is moved in the register first",
        dimension="consistency",
        looks_at=(_REGISTER,),
    ),
)

LINKED_HOUSEHOLD = Contract(
    schema="core",
    table="linked_household",
    grain="one row per enterprise and poor household that it takes along, as it stood at the end of a period",
    key=("jurisdiction", "time_period", "enterprise_id", "household_id"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Poor households that enterprises take along, by name.",
    description_zh="企业带动贫困户名册",
)
