"""Projects of the sample: where and when each begins, who is paid, and which of them are irregular. No amounts here.

An irregularity is planted in a project of its own, so that each has only the consequences that are written beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from jurisdictions.wuzhong.generator.design import AREAS, Area

PROJECTS_A_MONTH = 2
"""Of each area, in the ordinary sample"""

LINES_A_PROJECT = 25
CHANNELS = ("poverty_fund", "own", "credit", "foreign", "social")
OTHERS = (0.50, 0.28, 0.08, 0.14)
"""How often a project's second channel is own, credit, foreign, social"""

PURPOSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "breeding_sheep": ("种羊繁育场", ("farmer", "base")),
    "base_construction": ("基地建设合作社", ("base", "farmer")),
    "leading_enterprise": ("皮毛绒加工公司", ("enterprise",)),
    "information_system": ("农业信息服务站", ("service",)),
    "labour_training": ("劳务培训学校", ("service",)),
    "village_works": ("村民委员会", ("village",)),
}
"""purpose -> name of a unit that is paid, kinds of payees"""

EARLY = ("idle_two_years", "idle_one_year")
"""Irregularities that only time brings about"""

IRREGULARITIES: tuple[str, ...] = (
    *EARLY,
    "cent_too_much",
    "purpose_changed",
    "channel_mixed",
    "paid_before_money_came",
    "claimed_on_two_channels",
    "ineligible_payee",
    "personal_account",
    "equal_split",
    "no_public_notice",
    "not_registered",
    "upstream_unknown",
    "subsidy_without_households",
)


_NEEDS = {
    "equal_split": ("farmer", "breeding_sheep"),
    "personal_account": ("enterprise", "leading_enterprise"),
    "subsidy_without_households": ("enterprise", "leading_enterprise"),
    "claimed_on_two_channels": ("base", "base_construction"),
}
"""Irregularity -> kind of payee and purpose that it needs"""


@dataclass(frozen=True)
class Size:
    """How many projects and, about, how many ledger lines there are in all months and areas."""

    projects: int
    lines: int

    @classmethod
    def ordinary(cls, months: int) -> Size:
        """Of the ordinary sample."""
        projects = PROJECTS_A_MONTH * months * len(AREAS)
        return cls(projects, projects * LINES_A_PROJECT)


@dataclass(frozen=True)
class Projects:
    """The projects of an area in the order of their beginning, one entry each."""

    area: Area
    months: tuple[str, ...]
    begin: np.ndarray
    """Index of the month in which the budget is approved"""
    number: np.ndarray
    """Within the area and month, from 1"""
    purpose: np.ndarray
    payee_kind: np.ndarray
    other: np.ndarray
    """Index in CHANNELS of the second channel; the first is the poverty fund"""
    irregular: np.ndarray
    """Name of the irregularity, or blank"""

    def __len__(self) -> int:
        return len(self.begin)

    def is_registered(self) -> np.ndarray:
        """Whose year has ended within the series, so that its register has been sent."""
        closed = {month[:4] for month in self.months if month.endswith("-12")}
        return np.array([self.months[at][:4] in closed for at in self.begin], bool)

    def ids(self) -> np.ndarray:
        """Project numbers."""
        months = np.array([month.replace("-", "") for month in self.months])
        pairs = zip(months[self.begin], self.number, strict=True)
        return np.array([f"{self.area.code}-{month}-{number:02d}" for month, number in pairs], object)


def projects_of(area: Area, months: tuple[str, ...], size: Size, seed: int) -> Projects:
    """The projects of an area: all are spread evenly over areas and months."""
    cell = np.arange(size.projects) * (len(AREAS) * len(months)) // size.projects
    own = np.flatnonzero(cell % len(AREAS) == AREAS.index(area))
    begin = cell[own] // len(AREAS)
    random = np.random.default_rng([seed, area.number, 6])
    purpose = random.choice(list(PURPOSES), len(own)).astype(object)
    turn = random.integers(0, 2, len(own))
    kinds = [PURPOSES[name][1] for name in purpose]
    kind = np.array([of[at % len(of)] for of, at in zip(kinds, turn, strict=True)], object)
    starts = np.searchsorted(begin, begin)
    irregular = np.array([_planted(months, size).get(int(project), "") for project in own], object)
    for place, name in enumerate(irregular):
        if name in _NEEDS:
            kind[place], purpose[place] = _NEEDS[name]
    other = random.choice(np.arange(1, len(CHANNELS)), len(own), p=OTHERS)
    return Projects(area, months, begin, np.arange(len(own)) - starts + 1, purpose, kind, other, irregular)


@cache
def _planted(months: tuple[str, ...], size: Size) -> dict[int, str]:
    """Project -> irregularity: each kind twice where there is room, the early ones at the beginning of the series.

    The others are in projects of the last year, so that money they leave unused is not idle yet.
    """
    month = np.arange(size.projects) * len(months) // size.projects
    planted: dict[int, str] = {}
    late = np.flatnonzero((month >= len(months) - 11) & (month <= len(months) - 3))
    rest = [name for name in IRREGULARITIES if name not in EARLY]
    chosen = late[np.linspace(0, len(late) - 1, min(2 * len(rest), len(late) // 2)).astype(int)] if len(late) else late
    planted |= {int(project): rest[place % len(rest)] for place, project in enumerate(chosen)}
    for name, needed in zip(EARLY, (28, 16), strict=True):
        early = np.flatnonzero(month == len(months) - needed) if len(months) >= needed else np.zeros(0, int)
        planted |= dict.fromkeys(map(int, early[:2]), name)
    return planted
