"""Ledgers of the programme's money: budget → allocation → release → project → reimbursement → use, each line naming the
one before. Amounts are drawn where they are paid and added up from there, so that every station is conserved.

A project has two channels, each paid out in two tranches. Which projects there are is `fund_plan`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa

from jurisdictions.wuzhong.generator.design import AREAS, Area
from jurisdictions.wuzhong.generator.forms import layout_of
from jurisdictions.wuzhong.generator.fund_plan import CHANNELS, EARLY, PURPOSES, Projects, Size, projects_of
from jurisdictions.wuzhong.generator.sheets import Marked, Sheet
from warehouse.contracts.codes import CODE_LISTS

TRANCHES = 2
SPAN = 4
"""Months in which a tranche is paid out"""
RESERVES = 4
"""Budget lines a month that nothing has been taken from yet: whatever is wrong with them has no other consequence"""
HOUSEHOLDS = 3
"""Households at least that a tranche of a household project pays"""

_DAYS = {"budget": (1, 6), "allocation": (7, 12), "release": (13, 16), "project": (17, 19)}
_DAYS |= {"reimbursement": (20, 23), "use": (24, 28)}
_LETTER = {"budget": "B", "allocation": "A", "release": "R", "project": "P", "reimbursement": "V", "use": "U"}
NOBODY = "县级机关后勤服务中心"
"""A payee of the negative list"""


@dataclass(frozen=True)
class Lines:
    """The whole ledger of an area, ordered by day and number; one array entry a line."""

    number: np.ndarray
    source: np.ndarray
    station: np.ndarray
    channel: np.ndarray
    purpose: np.ndarray
    project: np.ndarray
    payee: np.ndarray
    account: np.ndarray
    cents: np.ndarray
    month: np.ndarray
    day: np.ndarray
    is_regular: np.ndarray
    marks: dict[int, Marked]

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True)
class Payments:
    """One entry per payment: project, channel (0 or 1), tranche, its amount, and the month it is made in."""

    project: np.ndarray
    flow: np.ndarray
    tranche: np.ndarray
    place: np.ndarray
    cents: np.ndarray
    month: np.ndarray


def fund_sheet(area: Area, months: list[str], month_index: int, seed: int, size: Size | None = None) -> Sheet:
    """One month of one area's ledger."""
    lines = ledger_of(area, tuple(months), size or Size.ordinary(len(months)), seed)
    rows = np.flatnonzero(lines.month == month_index)
    month, purposes = months[month_index], CODE_LISTS["fund_purpose"].codes
    return Sheet(
        "fund_transaction",
        area.code,
        month,
        {
            "time_period": month,
            "area_code": area.code,
            "transaction_id": pa.array(lines.number[rows]),
            "station": pa.array(lines.station[rows]),
            "channel": pa.array(lines.channel[rows]),
            "purpose": pa.array(lines.purpose[rows]),
            "programme": pa.array([f"{purposes[name][1]}项目" for name in lines.purpose[rows]]),
            "project_id": pa.array(lines.project[rows]),
            "payee": pa.array(lines.payee[rows]),
            **({"payee_account": pa.array(lines.account[rows])} if _says_account(area) else {}),
            "amount": lines.cents[rows].copy(),
            "booked_on": pa.array([f"{month}-{day:02d}" for day in lines.day[rows]]),
            "upstream_id": pa.array(lines.source[rows]),
        },
        len(rows),
        spare=np.asarray(lines.project[rows] == ""),
        regular=lines.is_regular[rows],
        marks={place: lines.marks[int(row)] for place, row in enumerate(rows) if int(row) in lines.marks},
    )


def _says_account(area: Area) -> bool:
    """Whether the area's sender says whose account the money went to."""
    return "payee_account" in layout_of(area.code, "fund_transaction").fields


@lru_cache(maxsize=2 * len(AREAS))
def ledger_of(area: Area, months: tuple[str, ...], size: Size, seed: int) -> Lines:
    """All lines of an area that are booked by the end of the last month."""
    projects = projects_of(area, months, size, seed)
    random = np.random.default_rng([seed, area.number, 8])
    made = _payments(projects, size, random)
    made = _irregular_payments(projects, made)
    blocks = [*_stations(projects, made, random), _reserves(area, len(months), random)]
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    _irregular_lines(projects, columns)
    kept = np.flatnonzero(columns["month"] < len(months))
    order = kept[np.lexsort([columns["number"][kept].astype(str), columns["day"][kept], columns["month"][kept]])]
    columns = {name: values[order] for name, values in columns.items()}
    marks = {int(line): Marked(kind, (_RULES_OF[kind],)) for line, kind in enumerate(columns.pop("mark")) if kind}
    irregular = projects.ids()[projects.irregular != ""]
    regular = ~np.isin(columns["project"].astype(str), irregular.astype(str))
    return Lines(**columns, is_regular=regular, marks=marks)


_RULES_OF = {"ineligible_payee": "wuzhong.payee_eligible", "personal_account": "wuzhong.unit_is_paid_as_unit"}
"""Irregularity -> the rule that finds the line itself"""


def _payments(projects: Projects, size: Size, random: np.random.Generator) -> Payments:
    """Amounts end in a digit of their channel, so that no two channels pay the same by chance."""
    count = len(projects)
    stations_above = 1 + TRANCHES * 3
    wanted = max(1, round((size.lines / max(1, size.projects) / 2 - stations_above) / (2 * TRANCHES)))
    slots = count * 2 * TRANCHES
    payments = np.maximum(1, wanted + random.integers(-1, 2, slots))
    slot_project = np.repeat(np.arange(count), 2 * TRANCHES)
    is_household = projects.payee_kind[slot_project] == "farmer"
    payments[is_household] = np.maximum(payments[is_household], HOUSEHOLDS)
    slot = np.repeat(np.arange(slots), payments)
    place = np.arange(len(slot)) - np.repeat(np.cumsum(payments) - payments, payments)
    project, flow, tranche = slot // (2 * TRANCHES), slot // TRANCHES % 2, slot % TRANCHES
    tens = random.integers(2_000, 400_000, len(slot))
    # the delay of a tranche: allocation and release may each take a month
    delay = random.integers(0, 3, slots)[slot]
    month = projects.begin[project] + tranche * 3 + delay + place * SPAN // payments[slot]
    return Payments(project, flow, tranche, place, tens * 10 + flow, month)


def _irregular_payments(projects: Projects, made: Payments) -> Payments:
    """Irregularities of amounts, before they are added up."""
    cents, kind = made.cents.copy(), projects.irregular[made.project]
    for project in np.flatnonzero(projects.irregular == "claimed_on_two_channels"):
        first, second = (
            np.flatnonzero((made.project == project) & (made.flow == flow) & (made.tranche == 0) & (made.place == 0))[0]
            for flow in (0, 1)
        )
        cents[second] = cents[first]
    cents[kind == "equal_split"] = 500_00
    return Payments(made.project, made.flow, made.tranche, made.place, cents, made.month)


def _stations(projects: Projects, made: Payments, random: np.random.Generator) -> list[dict[str, np.ndarray]]:
    """Lines of all stations, those above the payments with the sums of what is below them."""
    ids, channels = projects.ids(), np.array(CHANNELS, object)
    slot = (made.project * 2 + made.flow) * TRANCHES + made.tranche
    slots = len(projects) * 2 * TRANCHES
    total = np.bincount(slot, made.cents, slots).astype(np.int64)
    first = np.full(slots, np.iinfo(np.int64).max)
    np.minimum.at(first, slot, made.month)
    of = np.arange(slots)
    begin = projects.begin[of // (2 * TRANCHES)]
    allocated = np.minimum(begin + of % TRANCHES * 3 + random.integers(0, 2, slots), first)

    def block(
        station: str,
        project: np.ndarray,
        flow: np.ndarray,
        ending: np.ndarray,
        above: np.ndarray,
        cents: np.ndarray,
        month: np.ndarray,
    ) -> dict[str, np.ndarray]:
        start = ids[project] + "-" + flow.astype(str).astype(object) + "-"
        unit = np.array([f"{projects.area.name}{PURPOSES[name][0]}" for name in projects.purpose], object)[project]
        is_household = (projects.payee_kind[project] == "farmer") & np.isin(station, ("reimbursement", "use"))
        household = np.array([f"农户{text}" for text in ending], object)
        low, high = _DAYS[station]
        return {
            "number": start + _LETTER[station] + ending,
            "source": np.where(above == "", "", start + above).astype(object),
            "station": np.full(len(project), station, object),
            "channel": channels[np.where(flow == 0, 0, projects.other[project])],
            "purpose": projects.purpose[project],
            "project": ids[project],
            "payee": np.where(is_household, flow.astype(str).astype(object) + household, unit).astype(object),
            "account": np.where(is_household, "personal", "unit").astype(object),
            "cents": cents,
            "month": month,
            "day": random.integers(low, high + 1, len(project)),
            "mark": np.full(len(project), "", object),
        }

    flow_of = np.arange(len(projects) * 2)
    whole = total.reshape(-1, TRANCHES).sum(axis=1)
    nothing = np.full(len(flow_of), "", object)
    budget = block(
        "budget", flow_of // 2, flow_of % 2, nothing, nothing, whole + whole // 20, projects.begin[flow_of // 2]
    )
    project, flow = of // (2 * TRANCHES), of // TRANCHES % 2
    tranche = (of % TRANCHES + 1).astype(str).astype(object)
    found = [budget]
    for station, above, month in (
        ("allocation", np.full(slots, "B", object), allocated),
        ("release", "A" + tranche, first),
        ("project", "R" + tranche, first),
    ):
        found.append(block(station, project, flow, tranche, above, total, month))
    number = (made.tranche + 1).astype(str).astype(object) + "-" + (made.place + 1).astype(str).astype(object)
    in_tranche = "P" + (made.tranche + 1).astype(str).astype(object)
    unpaid = np.isin(projects.irregular[made.project].astype(str), EARLY) & (made.flow == 0)
    paid = np.flatnonzero(~unpaid)
    for station, above in (("reimbursement", in_tranche), ("use", "V" + number)):
        found.append(
            block(
                station,
                made.project[paid],
                made.flow[paid],
                number[paid],
                above[paid],
                made.cents[paid],
                made.month[paid],
            )
        )
    return found


def _reserves(area: Area, months: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Approved, and not allocated to anything yet."""
    count = months * RESERVES
    month, texts = np.repeat(np.arange(months), RESERVES), np.full(count, "", object)
    return {
        "number": np.array([f"{area.code}-Y{at:05d}" for at in range(1, count + 1)], object),
        "source": texts,
        "station": np.full(count, "budget", object),
        "channel": np.full(count, CHANNELS[0], object),
        "purpose": random.choice(list(PURPOSES), count).astype(object),
        "project": texts,
        "payee": np.full(count, f"{area.name}扶贫办", object),
        "account": np.full(count, "unit", object),
        "cents": random.integers(100, 9_000, count) * 100_00,
        "month": month,
        "day": random.integers(1, 7, count),
        "mark": texts,
    }


def _irregular_lines(projects: Projects, columns: dict[str, np.ndarray]) -> None:
    """Irregularities of single lines: the first payment of the poverty fund, or its first two."""
    ids = projects.ids()
    for project in np.flatnonzero(projects.irregular != ""):
        kind, start = str(projects.irregular[project]), f"{ids[project]}-0-"
        use = int(np.flatnonzero(columns["number"] == f"{start}U1-1")[0]) if kind not in EARLY else -1
        if kind == "cent_too_much":
            # a cent less first and a cent more later: the project as a whole stays within its earmark
            second = int(np.flatnonzero(columns["number"] == f"{start}U2-1")[0])
            columns["cents"][use] -= 1
            columns["cents"][second] += 1
        elif kind == "purpose_changed":
            columns["purpose"][use] = (
                "information_system" if columns["purpose"][use] != "information_system" else "other"
            )
        elif kind == "channel_mixed":
            columns["channel"][use] = next(name for name in CHANNELS[1:] if name != CHANNELS[projects.other[project]])
        elif kind == "paid_before_money_came":
            claim = int(np.flatnonzero(columns["number"] == f"{start}V1-1")[0])
            columns["day"][use], columns["day"][claim] = 4, 3
        elif kind == "upstream_unknown":
            columns["source"][use] = f"{start}V9-9"
        elif kind == "ineligible_payee":
            columns["payee"][use], columns["mark"][use] = NOBODY, kind
        elif kind == "personal_account" and _says_account(projects.area):
            columns["account"][use] = "personal"
            columns["mark"][use] = kind if projects.is_registered()[project] else ""
