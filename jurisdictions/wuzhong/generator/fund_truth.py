"""What an audit of the generated ledgers must find, month by month: from what was planted, no code of the pipeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from jurisdictions.wuzhong.generator.design import AREAS, Area
from jurisdictions.wuzhong.generator.fund_plan import CHANNELS, EARLY, Size, projects_of
from jurisdictions.wuzhong.generator.funds import Lines, ledger_of


@dataclass(frozen=True)
class Finding:
    """A rule that fails in a month, and what its example begins with."""

    rule_id: str
    time_period: str
    unit: str


def findings(months: Sequence[str], size: Size, seed: int, *, with_register: bool = True) -> list[Finding]:
    """All findings that no single line shows, of all areas."""
    found: list[Finding] = []
    for area in AREAS:
        found += _of_area(area, tuple(months), size, seed, with_register)
    return sorted(found, key=lambda one: (one.rule_id, one.time_period, one.unit))


def _of_area(area: Area, months: tuple[str, ...], size: Size, seed: int, with_register: bool) -> Iterator[Finding]:
    projects, lines = projects_of(area, months, size, seed), ledger_of(area, months, size, seed)
    ids, registered = projects.ids(), projects.is_registered()
    for place in np.flatnonzero(projects.irregular != ""):
        own = _Project(str(ids[place]), lines, np.flatnonzero(lines.project == ids[place]), months)
        kind, purpose = str(projects.irregular[place]), str(projects.purpose[place])
        if kind in EARLY:
            yield from _idle(own, purpose)
        elif kind == "no_public_notice" and with_register and registered[place]:
            uses = sorted(set(lines.month[own.rows][lines.station[own.rows] == "use"]))
            yield from (Finding("wuzhong.announced_before_use", months[at], f"{own.id}: used on") for at in uses)
        elif kind == "not_registered" and with_register:
            closed = {month[:4] for month in months if month.endswith("-12")}
            for at in sorted(set(lines.month[own.rows])):
                if months[at][:4] in closed:
                    yield Finding("wuzhong.project_registered", months[at], f"{own.id} is not in the register")
        else:
            yield from _of_lines(own, kind, purpose, str(CHANNELS[projects.other[place]]))


@dataclass(frozen=True)
class _Project:
    id: str
    lines: Lines
    rows: np.ndarray
    months: tuple[str, ...]

    def month_of(self, ending: str) -> str | None:
        """The month of a line of the first channel, if it is booked at all."""
        return self._month(f"{self.id}-0-{ending}")

    def _month(self, number: str) -> str | None:
        row = self.rows[self.lines.number[self.rows] == number]
        return self.months[int(self.lines.month[row[0]])] if len(row) else None


def _of_lines(own: _Project, kind: str, purpose: str, other: str) -> Iterator[Finding]:
    lines, first, start = own.lines, own.month_of("U1-1"), f"{own.id}-0-"
    if kind == "cent_too_much":
        second = own.month_of("U2-1")
        if second:
            yield Finding("fund_transaction.line_conserved", second, f"{start}V2-1 (reimbursement)")
    elif kind in ("purpose_changed", "channel_mixed") and first:
        row = own.rows[lines.number[own.rows] == f"{start}U1-1"][0]
        mark = f"{own.id} {lines.channel[row]} {lines.purpose[row]}:"
        yield Finding("fund_transaction.earmark_unchanged", first, f"{start}U1-1 (use)")
        yield Finding("fund_transaction.earmark_kept", first, mark)
        yield Finding("fund_transaction.balance_never_negative", first, mark)
    elif kind == "paid_before_money_came" and first:
        yield Finding("fund_transaction.balance_never_negative", first, f"{own.id} poverty_fund {purpose}:")
    elif kind == "upstream_unknown" and first:
        yield Finding("fund_transaction.upstream_known", first, f"{start}U1-1 (use)")
    elif kind == "claimed_on_two_channels":
        claims = [own.month_of("V1-1"), own._month(f"{own.id}-1-V1-1")]
        if all(claims):
            payee = lines.payee[own.rows][0]
            yield Finding("wuzhong.claimed_once", max(filter(None, claims)), f"{payee} {own.id} {purpose}:")
    elif kind == "equal_split":
        yield from _equal(own)


def _equal(own: _Project) -> Iterator[Finding]:
    """Every month with use, once five payees have been paid."""
    is_use = own.lines.station[own.rows] == "use"
    month, payee = own.lines.month[own.rows][is_use], own.lines.payee[own.rows][is_use]
    for at in sorted(set(month)):
        if len(set(payee[month <= at])) >= 5:
            yield Finding("wuzhong.not_split_equally", own.months[at], f"{own.id}:")


def _idle(own: _Project, purpose: str) -> Iterator[Finding]:
    lines = own.lines
    came = own.rows[(lines.station[own.rows] == "project") & (lines.channel[own.rows] == "poverty_fund")]
    days = [dt.date.fromisoformat(f"{own.months[lines.month[row]]}-{lines.day[row]:02d}") for row in came]
    for years, words in ((1, "one_year"), (2, "two_years")):
        for month in own.months:
            year, number = int(month[:4]) - years, int(month[5:])
            if any((day.year, day.month) <= (year, number) for day in days):
                yield Finding(f"wuzhong.money_idle_{words}", month, f"{own.id} poverty_fund {purpose}:")
