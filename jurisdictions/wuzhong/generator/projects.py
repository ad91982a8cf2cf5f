"""The yearly register of projects, as each county sends it after the end of the year; money is `funds`' business."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from jurisdictions.wuzhong.generator.design import Area
from jurisdictions.wuzhong.generator.fund_plan import CHANNELS, PURPOSES, Projects, Size, projects_of
from jurisdictions.wuzhong.generator.funds import ledger_of
from jurisdictions.wuzhong.generator.planting import Kind, Place, cell, twice
from jurisdictions.wuzhong.generator.sheets import Marked, Sheet
from warehouse.contracts.codes import CODE_LISTS

SOURCE = "project"
PLANNED = 4
"""Projects a year that have no money yet: whatever is wrong with them has no other consequence"""

DONE_AFTER = 9
"""Months after which all money of a project is paid"""


def project_sheet(area: Area, months: list[str], month_index: int, seed: int, size: Size | None = None) -> Sheet:
    """The register of the year that ends with a month."""
    size = size or Size.ordinary(len(months))
    year, projects = months[month_index][:4], projects_of(area, tuple(months), size, seed)
    random = np.random.default_rng([seed, area.number, 9, int(year)])
    own = np.array([months[at][:4] == year for at in projects.begin], bool) & (projects.irregular != "not_registered")
    rows = np.flatnonzero(own)
    ids = np.concatenate([projects.ids()[rows], [f"{area.code}-{year}-N{at}" for at in range(1, PLANNED + 1)]])
    approved = np.concatenate([_approved(projects, ledger_of(area, tuple(months), size, seed), rows), _planned(random)])
    count, is_money = len(ids), np.arange(len(ids)) < len(rows)
    begin = np.concatenate([projects.begin[rows], np.full(PLANNED, month_index)])
    purpose = np.concatenate([projects.purpose[rows], np.full(PLANNED, "village_works", object)])
    kind = np.concatenate([projects.payee_kind[rows], np.full(PLANNED, "village", object)])
    irregular = np.concatenate([projects.irregular[rows], np.full(PLANNED, "", object)])
    finished = is_money & (begin + DONE_AFTER <= month_index)
    linked = np.where(kind == "village", 0, random.integers(5, 60, count))
    linked[irregular == "subsidy_without_households"] = 0
    whole = approved.sum(axis=1)
    names = CODE_LISTS["fund_purpose"].codes
    return Sheet(
        SOURCE,
        area.code,
        months[month_index],
        {
            "time_period": months[month_index],
            "area_code": area.code,
            "project_id": pa.array(ids, pa.string()),
            "project_name": pa.array([f"{area.name}{names[name][1]}项目" for name in purpose]),
            "village_code": pa.array([_village(area, at) for at in random.integers(1, area.villages + 1, count)]),
            "purpose": pa.array(purpose),
            "payee_kind": pa.array(kind),
            **{f"approved_{name}": approved[:, place] for place, name in enumerate(CHANNELS)},
            "approved_on": _days(months, begin, 1),
            "notice_on": _days(months, begin, 2, irregular != "no_public_notice"),
            "started_on": _days(months, begin, 20),
            "finished_on": _days(months, np.minimum(begin + DONE_AFTER, month_index), 28, finished),
            "linked_poor_households": linked,
            "beneficiaries": random.integers(20, 900, count),
            # what was accepted: about a third of the money comes back in a year; nothing before it is accepted
            "income_gain": np.where(finished, whole * random.integers(20, 45, count) // 100, 0),
            "jobs": np.where(finished, whole // (60_000_00) + random.integers(0, 3, count), 0),
        },
        count,
        spare=~is_money,
        marks={
            int(row): Marked("subsidy_without_households", ("subsidy_has_households",))
            for row in np.flatnonzero(irregular == "subsidy_without_households")
        },
    )


def _approved(projects: Projects, lines: object, rows: np.ndarray) -> np.ndarray:
    """Budget by project and channel, in cents."""
    from jurisdictions.wuzhong.generator.funds import Lines

    assert isinstance(lines, Lines)
    place = {text: at for at, text in enumerate(projects.ids()[rows])}
    amounts = np.zeros((len(rows), len(CHANNELS)), np.int64)
    for line in np.flatnonzero(lines.station == "budget"):
        at = place.get(lines.project[line])
        if at is not None:
            amounts[at, CHANNELS.index(lines.channel[line])] += lines.cents[line]
    return amounts


def _planned(random: np.random.Generator) -> np.ndarray:
    amounts = np.zeros((PLANNED, len(CHANNELS)), np.int64)
    amounts[:, 0] = random.integers(10, 900, PLANNED) * 1_000_00
    return amounts


def _village(area: Area, number: int) -> str:
    return f"{area.letter}{area.number * 1_000_000 + number}"


def _days(months: list[str], at: np.ndarray, day: int, there: np.ndarray | None = None) -> pa.Array:
    """A day of each month; blank where it is not there."""
    is_there = np.ones(len(at), bool) if there is None else there
    return pa.array([f"{months[i]}-{day:02d}" if shown else "" for i, shown in zip(at, is_there, strict=True)])


def _started_before_approval(place: Place, row: int) -> str:
    return place.written("started_on", f"{place.sheet.month[:4]}-01-02")


KINDS: tuple[Kind, ...] = (
    twice("project_twice", "duplicate"),
    cell("started_before_approval", "started_on", _started_before_approval, "dates_in_order", outcome="flagged"),
    cell("payee_kind_unknown", "payee_kind", "其他", "code_known"),
    cell("approved_pending", "approved_poverty_fund", "待批", "readable"),
)
assert set(PURPOSES) <= set(CODE_LISTS["fund_purpose"].codes)
