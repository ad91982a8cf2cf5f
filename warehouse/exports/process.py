"""How a month came about: files owed and sent, lines refused, rules waived. Counts and names of rules, no record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from warehouse.layouts import Jurisdiction
from warehouse.periods import in_force


@dataclass(frozen=True)
class Waived:
    """A rule that was broken and did not stop the release."""

    rule_id: str
    table: str
    lines: int


@dataclass(frozen=True)
class Waiver:
    """A decision that lets a rule be broken in the month; it has not been withdrawn."""

    decision_id: int
    rule_ids: str
    area_code: str | None
    until: date | None
    reason: str


@dataclass(frozen=True)
class Process:
    """What happened on the way to the figures of one month."""

    month: str
    owed: tuple[tuple[str, str], ...]
    """(source table, area) of every file that is owed for the month, or for a longer period that closes in it, once the
    first of its kind has come"""
    missing: tuple[tuple[str, str], ...]
    quarantined: Mapping[str, int]
    """rule -> lines of the month that broke it, most first"""
    lines_quarantined: int
    waived: tuple[Waived, ...]
    waivers: tuple[Waiver, ...]
    lines_let_out: Mapping[str, int]
    """status of the quarantine -> lines of the month that a decision let out"""

    @property
    def sent(self) -> int:
        """Files that are owed and were accepted."""
        return len(self.owed) - len(self.missing)


def _owed(place: Jurisdiction, month: str, begun: Collection[str]) -> Iterator[tuple[str, str]]:
    for layout in place.obligations():
        is_due = layout.freq == "M" or layout.contract in begun
        if is_due and layout.area_code in place.owing(layout.contract, month):
            yield layout.contract, layout.area_code


def process_of(warehouse: duckdb.DuckDBPyConnection, place: Jurisdiction, month: str) -> Process:
    """The process of a month, as the published file tells it."""
    layouts = {layout.id: (layout.contract, layout.area_code) for layout in place.layouts}
    accepted = warehouse.execute(
        """SELECT DISTINCT layout FROM raw.intake_file
           WHERE jurisdiction = ? AND status = 'accepted' AND list_contains(string_split(months, ' '), ?)""",
        [place.id, month],
    ).fetchall()
    sent = {layouts[layout] for (layout,) in accepted if layout in layouts}
    areas = warehouse.sql(
        "SELECT area_code, valid_from, valid_to FROM ref.area WHERE jurisdiction = ?", params=[place.id]
    ).fetchall()
    in_force_then = {area for area, first, last in areas if in_force({"valid_from": first, "valid_to": last}, month)}
    owed = tuple(one for one in _owed(place, month, {table for table, _ in sent}) if one[1] in in_force_then)
    by_rule = warehouse.execute(
        """SELECT rule_id, count(*) AS lines FROM (
             SELECT unnest(string_split(rule_ids, ' ')) AS rule_id FROM audit.quarantine
             WHERE jurisdiction = ? AND time_period = ? AND status = 'open')
           GROUP BY rule_id ORDER BY lines DESC, rule_id""",
        [place.id, month],
    ).fetchall()
    by_status = dict(
        warehouse.execute(
            """SELECT status, count(*) FROM audit.quarantine WHERE jurisdiction = ? AND time_period = ?
               GROUP BY status ORDER BY status""",
            [place.id, month],
        ).fetchall()
    )
    waivers = warehouse.execute(
        """SELECT decision_id, rule_ids, area_code, expires_on, reason FROM audit.decision d
           WHERE jurisdiction = ? AND kind = 'waive' AND coalesce(period_first <= ?, true)
             AND coalesce(period_last >= ?, true)
             AND NOT EXISTS (SELECT 1 FROM audit.decision w WHERE w.withdraws = d.decision_id)
           ORDER BY decision_id""",
        [place.id, month, month],
    ).fetchall()
    waived = warehouse.execute(
        """SELECT rule_id, table_name, max(rows_failed) FROM audit.check_result
           WHERE jurisdiction = ? AND time_period = ? AND outcome = 'waived'
           GROUP BY rule_id, table_name ORDER BY rule_id, table_name""",
        [place.id, month],
    ).fetchall()
    return Process(
        month,
        owed,
        tuple(owing for owing in owed if owing not in sent),
        dict(by_rule),
        by_status.pop("open", 0),
        tuple(Waived(*row) for row in waived),
        tuple(Waiver(*row) for row in waivers),
        by_status,
    )
