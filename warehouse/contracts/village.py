"""The village: the key that the household survey, the register, the programme and training share."""

from __future__ import annotations

from dataclasses import replace

from warehouse.contracts.base import Column, Rule

VILLAGE = Column(
    "village_code", "code", "Village, the same code as the survey's psu and in every other table", "村代码"
)


def village_of_area(table: str) -> Rule:
    """The rule that a village's code begins with its area's, the id of which carries the table's name."""
    return replace(_OF_AREA, id=f"{table}.village_of_area")


_OF_AREA = Rule(
    "village_of_area",
    1,
    "error",
    "the village lies in the area: its code begins with that of the area",
    "NOT starts_with(replace(village_code, '-', ''), replace(area_code, '-', ''))",
    "A village counted in another area is missing in its own, and meets none of what other tables know of it.",
    columns=("village_code", "area_code"),
    do="ask the sender for the village's code as it stands in the list of villages",
    owner="data engineer",
    dimension="consistency",
)
