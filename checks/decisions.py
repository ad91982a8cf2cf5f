"""Decisions as they stand: which of them hold, which months they concern, and how they are appended to the ledger.

Whether one may be made is judged at the door (`assets.decisions`); what it does to a month's rows is
`assets.core.decided`'s.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from checks.ledger import append
from checks.scan import as_json
from warehouse.contracts import CONTRACTS
from warehouse.engine import fetch, table

DECISION = CONTRACTS["audit.decision"]
_DECISIONS = table(DECISION)
Place = tuple[str, int, int]
"""file_id, row_number, record_number"""


@dataclass(frozen=True)
class Wanted:
    """What is decided, before it is recorded; columns of audit.decision."""

    jurisdiction: str
    kind: str
    reason: str
    decided_by: str
    table_name: str | None = None
    rule_ids: str | None = None
    area_code: str | None = None
    period_first: str | None = None
    period_last: str | None = None
    layout: str | None = None
    file_id: str | None = None
    row_number: int | None = None
    record_number: int | None = None
    record_key: str | None = None
    changes: str | None = None
    expires_on: dt.date | None = None
    withdraws: int | None = None
    reviewed_in: str | None = None

    @property
    def said(self) -> str:
        """SHA-256 of what is decided; who decides it and why are not part of it."""
        names = Wanted.__dataclass_fields__.keys() - {"reason", "decided_by", "reviewed_in"}
        content = {name: value for name in names if (value := getattr(self, name)) is not None}
        return hashlib.sha256(as_json(dict(sorted(content.items()))).encode()).hexdigest()


@dataclass(frozen=True)
class Decision(Wanted):
    """A decision as recorded."""

    decision_id: int = 0
    recorded_at: dt.datetime | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Decision:
        """From a row of audit.decision."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})

    @property
    def scope(self) -> tuple[object, ...]:
        """What it is about: a later decision about the same stands in its place."""
        if self.kind == "waive":
            return "waive", self.rule_ids, self.table_name, self.area_code, self.period_first, self.period_last
        if self.kind == "correct":
            line = (self.row_number, self.record_number, self.record_key)
            return "correct", self.table_name, self.layout, self.period_first, *line, *sorted(self.values)
        return self.table_name, self.file_id, self.row_number, self.record_number

    @property
    def rules(self) -> frozenset[str]:
        """The rules it excuses."""
        return frozenset((self.rule_ids or "").split())

    @property
    def values(self) -> dict[str, tuple[str | None, str | None]]:
        """column -> (expected before, after)."""
        found = json.loads(self.changes) if self.changes else {}
        return {column: (before, after) for column, (before, after) in found.items()}

    @property
    def place(self) -> Place:
        """The record of a release or a chosen reading."""
        return str(self.file_id), int(self.row_number or 0), int(self.record_number or 0)

    def has_expired(self, day: dt.date) -> bool:
        """Whether it is a waiver whose last day is over."""
        return self.expires_on is not None and self.expires_on < day

    def concerns(self, table_name: str, month: str) -> bool:
        """Whether it bears on a table's month."""
        within = (self.period_first or "") <= month <= (self.period_last or "9999")
        return self.kind != "withdraw" and self.table_name == table_name and within

    def in_words(self) -> str:
        """What it does, in a few words for a figure's note."""
        about = {"waive": f" {self.rule_ids}", "release": f" {self.rule_ids}"}.get(self.kind, "")
        changed = f" {', '.join(sorted(self.values))}" if self.values else ""
        return f"decision {self.decision_id} ({self.kind}{about}{changed})"


@dataclass(frozen=True)
class Decisions:
    """The decisions of a place that hold, on a day."""

    standing: tuple[Decision, ...] = ()
    day: dt.date = dt.date.min

    def of(self, table_name: str, month: str) -> Decisions:
        """Those that bear on a table's month."""
        return Decisions(tuple(one for one in self.standing if one.concerns(table_name, month)), self.day)

    def only(self, kind: str) -> list[Decision]:
        """Those of a kind; of waivers those that have not expired."""
        return [one for one in self.standing if one.kind == kind and not one.has_expired(self.day)]

    def listed(self, tables: Iterable[str], month: str) -> list[list[object]]:
        """What a month is made of by them, for its manifest: table, number, kind, whether it has expired."""
        return [
            [name, one.decision_id, one.kind, "expired" if one.has_expired(self.day) else "in force"]
            for name in sorted(tables)
            for one in self.of(name, month).standing
        ]

    def numbered(self, listed: Iterable[Sequence[object]]) -> Decisions:
        """Those that a manifest lists as in force."""
        numbers = {number for _, number, _, state in listed if state == "in force"}
        return Decisions(tuple(one for one in self.standing if one.decision_id in numbers))


def every(connection: sa.Connection, jurisdiction: str) -> list[Decision]:
    """All decisions of a place in their order, whether they hold or not."""
    query = sa.select(_DECISIONS).where(_DECISIONS.c.jurisdiction == jurisdiction)
    return [Decision.of(row) for row in fetch(connection, query.order_by(_DECISIONS.c.decision_id))]


def standing(connection: sa.Connection, jurisdiction: str, day: dt.date) -> Decisions:
    """Those that nobody withdrew and none about the same replaced."""
    return Decisions(tuple(in_force(every(connection, jurisdiction))), day)


def in_force(decisions: Sequence[Decision]) -> list[Decision]:
    """Of all decisions of a place those that are not withdrawn, the latest of each scope."""
    withdrawn = {one.withdraws for one in decisions if one.kind == "withdraw"}
    kept = [one for one in decisions if one.kind != "withdraw" and one.decision_id not in withdrawn]
    latest = {one.scope: one.decision_id for one in kept}
    return [one for one in kept if latest[one.scope] == one.decision_id]


def stands(connection: sa.Connection, wanted: Wanted) -> int | None:
    """The decision that says already what is wanted; from a reviewed file one that was withdrawn counts too."""
    known = every(connection, wanted.jurisdiction)
    among = known if wanted.reviewed_in is not None or wanted.kind == "withdraw" else in_force(known)
    return next((old.decision_id for old in among if old.said == wanted.said), None)


def record(connection: sa.Connection, wanted: Wanted, now: dt.datetime) -> tuple[int, bool]:
    """Append a decision; its number, and whether it is new: what stands already is not said again."""
    known = stands(connection, wanted)
    if known is not None:
        return known, False
    number = int(connection.execute(sa.select(sa.func.max(_DECISIONS.c.decision_id))).scalar() or 0) + 1
    content = {name: getattr(wanted, name) for name in Wanted.__dataclass_fields__}
    row = {**content, "decision_id": number, "recorded_at": now.replace(microsecond=0), "said": wanted.said}
    append(connection, DECISION, [row])
    return number, True
