"""Ledgers of the programme's money: chains budget → allocation → release → use, each naming the line before.

A chain keeps its channel and purpose; no station passes on more than it was given, to the cent.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa

from jurisdictions.wuzhong.generator.design import Area
from jurisdictions.wuzhong.generator.sheets import Sheet
from warehouse.contracts.codes import CODE_LISTS

CHAINS_A_MONTH = 6
LONGEST_CHAIN_MONTHS = 5
CHANNELS = {"own": 0.30, "poverty_fund": 0.35, "credit": 0.20, "foreign": 0.05, "social": 0.10}
PAYEES = {
    "breeding_sheep": "种羊繁育场",
    "base_construction": "基地建设合作社",
    "leading_enterprise": "皮毛绒加工公司",
    "information_system": "农业信息服务站",
    "labour_training": "劳务培训学校",
    "village_works": "村民委员会",
}
"""purpose -> who is paid"""


@dataclass(frozen=True)
class LedgerLine:
    """One booking."""

    transaction_id: str
    station: str
    channel: str
    purpose: str
    project_id: str
    amount_cents: int
    booked_on: dt.date
    upstream_id: str


def fund_sheet(area: Area, months: list[str], month_index: int, seed: int) -> Sheet:
    """One month of one area's ledger: all stations that chains begun in the last months reach in it."""
    lines = [
        line
        for start in range(max(0, month_index - LONGEST_CHAIN_MONTHS), month_index + 1)
        for line in _chains(area, months[start], start, seed)
        if line.booked_on.isoformat()[:7] == months[month_index]
    ]
    lines.sort(key=lambda line: (line.booked_on, line.transaction_id))
    purposes = CODE_LISTS["fund_purpose"].codes
    return Sheet(
        "fund_transaction",
        area.code,
        months[month_index],
        {
            "time_period": months[month_index],
            "area_code": area.code,
            "transaction_id": pa.array([line.transaction_id for line in lines]),
            "station": pa.array([line.station for line in lines]),
            "channel": pa.array([line.channel for line in lines]),
            "purpose": pa.array([line.purpose for line in lines]),
            "programme": pa.array([f"{purposes[line.purpose][1]}项目" for line in lines]),
            "project_id": pa.array([line.project_id for line in lines]),
            "payee": pa.array([f"{area.name}{PAYEES[line.purpose]}" for line in lines]),
            "amount": np.array([line.amount_cents for line in lines], np.int64),
            "booked_on": pa.array([line.booked_on.isoformat() for line in lines]),
            "upstream_id": pa.array([line.upstream_id for line in lines]),
        },
        len(lines),
    )


@lru_cache(maxsize=256)
def _chains(area: Area, month: str, month_index: int, seed: int) -> tuple[LedgerLine, ...]:
    """Every line of the chains whose budget is approved in a month."""
    random = np.random.default_rng([seed, area.number, 6, month_index])
    lines: list[LedgerLine] = []
    for chain in range(1, CHAINS_A_MONTH + 1):
        channel = str(random.choice(list(CHANNELS), p=list(CHANNELS.values())))
        purpose = str(random.choice(list(PAYEES)))
        project = f"{area.code}-{month.replace('-', '')}-{chain:02d}"
        budget = int(random.integers(200, 20_000)) * 100_00
        allocated = budget * int(random.integers(9_000, 10_001)) // 10_000
        parts = _parts(allocated * int(random.integers(8_500, 10_001)) // 10_000, random)
        to_allocation, to_release, to_use = (int(lag) for lag in random.integers(0, 2, 3))
        steps = [
            ("budget", "B", budget, 0, (1, 6)),
            ("allocation", "A", allocated, to_allocation, (7, 13)),
            ("release", "R", allocated, to_allocation + to_release, (14, 19)),
        ]
        before = ""
        for station, letter, amount, lag, days in steps:
            number = f"{project}-{letter}"
            day = _day(month, lag, int(random.integers(days[0], days[1] + 1)))
            lines.append(LedgerLine(number, station, channel, purpose, project, amount, day, before))
            before = number
        for place, amount in enumerate(parts, start=1):
            day = _day(month, to_allocation + to_release + to_use + place - 1, int(random.integers(20, 29)))
            lines.append(LedgerLine(f"{project}-U{place}", "use", channel, purpose, project, amount, day, before))
    return tuple(lines)


def _parts(cents: int, random: np.random.Generator) -> list[int]:
    if random.random() < 0.5:
        return [cents]
    first = cents * int(random.integers(3_000, 7_000)) // 10_000
    return [first, cents - first]


def _day(month: str, months_later: int, day: int) -> dt.date:
    index = int(month[:4]) * 12 + int(month[5:]) - 1 + months_later
    return dt.date(index // 12, index % 12 + 1, day)
