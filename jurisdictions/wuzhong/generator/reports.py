"""The half-yearly and yearly reports on people and villages: what makes a sheet, what is planted, what is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jurisdictions.wuzhong.generator import report_faults, village_life
from jurisdictions.wuzhong.generator.design import VillageList
from jurisdictions.wuzhong.generator.planting import Kind
from jurisdictions.wuzhong.generator.sheets import Sheet
from jurisdictions.wuzhong.layouts import reports
from warehouse.contracts.codes.villages import STEPS
from warehouse.contracts.labour_training import STEPS as TRAINING_STEPS
from warehouse.periods import freq, periods_closing

REGISTERED = 1_400
"""Registered households of the ordinary sample; a full prefecture has 30,000"""
TRAINED_SHARE = 0.1
"""Persons trained in a half-year for each registered household"""


@dataclass(frozen=True)
class Made:
    """A report as the generator makes it."""

    sheet: Callable[[VillageList, str, int, int], Sheet]
    """(villages of an area, closing month, registered households of the prefecture, seed)"""
    kinds: tuple[Kind, ...]
    by: tuple[str, ...]
    """codes by which its truth is summed"""
    facts: tuple[str, ...]
    """what is summed"""


MADE: dict[str, Made] = {
    "labour_training": Made(
        lambda villages, month, registered, seed: village_life.training_sheet(
            villages, month, round(registered * TRAINED_SHARE), seed
        ),
        report_faults.TRAINING,
        (),
        (*TRAINING_STEPS, "trained_in_period"),
    ),
    "registry": Made(
        village_life.registry_sheet, report_faults.REGISTRY, ("batch",), ("persons", "exited", "returned")
    ),
    "village_programme": Made(
        lambda villages, month, _, seed: village_life.programme_sheet(villages, month, seed),
        report_faults.PROGRAMME,
        (),
        tuple(STEPS),
    ),
    "linked_household": Made(village_life.link_sheet, report_faults.LINKS, (), ("linked",)),
}


def is_due(source: str, month: str) -> bool:
    """The month closes a period of the report."""
    return reports.REPORTS[source].freq in map(freq, periods_closing(month))
