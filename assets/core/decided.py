"""What the decisions on a table's month do to its rows: excuses, corrections of what was sent, chosen readings.

Nothing is decided here, and nothing that does not read as a decision expects is changed: it is told instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.intake.records import Records
from checks.decisions import Decision, Decisions
from checks.excuses import Excused
from checks.scan import Verdict
from warehouse.contracts import Contract, Rule
from warehouse.layouts import Layout
from warehouse.parsing import parse
from warehouse.store import pseudonyms

Areas = Sequence[Mapping[str, str | None]]


def excused(
    decisions: Decisions, problems: Mapping[int, str], rules: Sequence[Rule], rows: pa.Table, areas: Areas
) -> Excused:
    """What the waivers and releases of a table's month excuse; `rows` as the scan has them."""
    known = {rule.id: rule for rule in rules}
    found: dict[str, dict[int, np.ndarray]] = {}
    whole: dict[str, int] = {}
    for waiver in decisions.only("waive"):
        rule = known.get(str(waiver.rule_ids))
        if rule is None or "waive" not in rule.excused_by:
            continue
        if rule.kind == "table":
            whole[rule.id] = waiver.decision_id
        else:
            found.setdefault(rule.id, {})[waiver.decision_id] = _in_area(waiver, rows, areas)
    for release in decisions.only("release"):
        for name in release.rules & known.keys():
            if "release" in known[name].excused_by:
                found.setdefault(name, {})[release.decision_id] = ordinals_of(rows, release)
    told = [(one.decision_id, problems.get(one.decision_id) or expired(one, decisions)) for one in decisions.standing]
    return Excused(found, whole, told)


def expired(decision: Decision, decisions: Decisions) -> str | None:
    """What is wrong with a waiver whose day is over."""
    if not decision.has_expired(decisions.day):
        return None
    return (
        f"the waiver of {decision.rule_ids} expired on {decision.expires_on} (by {decision.decided_by}); withdraw it "
        f"(povmon decide withdraw {decision.jurisdiction} {decision.decision_id}), or decide anew with a later day"
    )


def ordinals_of(rows: pa.Table, decision: Decision) -> np.ndarray:
    """Places in `rows` of the record that a decision names by file, line and record; none when it is not there."""
    file_id, line, record = decision.place
    same = pc.and_(pc.equal(rows["row_number"], line), pc.equal(rows["record_number"], record))
    same = pc.and_(same, pc.equal(rows["file_id"].cast(pa.string()), file_id))
    return np.flatnonzero(np.asarray(pc.fill_null(same, False)))


def _in_area(waiver: Decision, rows: pa.Table, areas: Areas) -> np.ndarray:
    if waiver.area_code is None:
        return np.arange(rows.num_rows)
    covered = below(waiver.area_code, areas)
    inside = pc.is_in(rows["area_code"].cast(pa.string()), value_set=pa.array(sorted(covered), pa.string()))
    return np.flatnonzero(np.asarray(inside))


def below(area_code: str, areas: Areas) -> set[str]:
    """An area with all areas below it."""
    covered = {area_code}
    while more := {str(area["area_code"]) for area in areas if area["parent_code"] in covered} - covered:
        covered |= more
    return covered


@dataclass
class Corrections:
    """The corrections of a table's month, and what came of each in the files that it was tried on."""

    decisions: Sequence[Decision]
    jurisdiction: str
    key: bytes
    told: list[tuple[int, str | None]] = field(default_factory=list)
    """decision, what was found in a file instead of what it expects; None where it was applied"""

    def of(self, layout: Layout) -> list[Decision]:
        """Those of a sender's files."""
        return [one for one in self.decisions if one.layout == layout.id]

    def applied(
        self, records: Records, columns: pa.Table, row_number: pa.Array, record_number: np.ndarray
    ) -> tuple[pa.Table, dict[int, int]]:
        """The columns of a file's records with its corrections, as text; place of the record -> decision."""
        changed: dict[int, int] = {}
        for one in self.of(records.layout):
            places = self._places(one, records, columns, row_number, record_number)
            if len(places) != 1:
                what = f"{len(places)} such records" if len(places) else "no such record"
                self.told.append((one.decision_id, what))
                continue
            (place,) = places.tolist()
            before = {name: _text(columns, name, place) for name in one.values}
            expected = {name: as_record(records.layout, name, text) for name, (text, _) in one.values.items()}
            if before != expected:
                other = ", ".join(f"{name} {before[name]!r}" for name in before if before[name] != expected[name])
                self.told.append((one.decision_id, other))
                continue
            for name, (_, after) in one.values.items():
                columns = _with(columns, name, place, as_record(records.layout, name, after))
            self.told.append((one.decision_id, None))
            changed[place] = one.decision_id
        return columns, changed

    def _places(
        self, one: Decision, records: Records, columns: pa.Table, row_number: pa.Array, record_number: np.ndarray
    ) -> np.ndarray:
        if one.record_key is None:
            at = np.asarray(row_number) == one.row_number
            return np.flatnonzero(at if one.record_number is None else at & (record_number == one.record_number))
        same = np.ones(columns.num_rows, bool)
        for name, value in json.loads(one.record_key).items():
            if name not in columns.column_names:
                return np.zeros(0, int)
            text = pc.utf8_trim_whitespace(columns[name].cast(pa.string())).combine_chunks()
            column = records.contract.column(name)
            if column.type == "identifier":
                text = pseudonyms(self.key, self.jurisdiction, parse(text, column).values)
                same &= np.asarray(pc.fill_null(pc.equal(text, value), False))
            else:
                same &= np.asarray(pc.fill_null(pc.equal(text, as_record(records.layout, name, value)), False))
        return np.flatnonzero(same)

    def problems(self) -> dict[int, str]:
        """Decision -> why it was not applied to just one record."""
        told = {}
        for one in self.decisions:
            found = [what for number, what in self.told if number == one.decision_id]
            if found.count(None) == 1:
                continue
            expected = ", ".join(f"{name} {before!r}" for name, (before, _) in one.values.items())
            others = [what or "it in several files" for what in found] or [f"no file of {one.layout} in the month"]
            told[one.decision_id] = (
                f"the correction expects {expected} at {_where(one)} and finds {'; '.join(others)}: when the sender "
                f"has mended it, withdraw the decision (povmon decide withdraw {one.jurisdiction} {one.decision_id}), "
                "else decide anew"
            )
        return told


def _where(one: Decision) -> str:
    return f"line {one.row_number} of {one.layout}" if one.record_key is None else f"{one.record_key} of {one.layout}"


def _text(columns: pa.Table, name: str, place: int) -> str | None:
    """What a record says in a column, without blanks around it; None where it says nothing."""
    value = columns[name][place].as_py() if name in columns.column_names else None
    return (str(value).strip() or None) if value is not None else None


def as_record(layout: Layout, name: str, text: str | None) -> str | None:
    """A sender's text as its record has it: words of the layout's lists turned to codes."""
    if text is None or not text.strip():
        return None
    described = layout.fields.get(name)
    codes = described.codes if described is not None else {}
    return codes.get(text.strip(), text.strip())


def _with(columns: pa.Table, name: str, place: int, text: str | None) -> pa.Table:
    """The columns with another text in one cell; a column that a transform typed takes text again."""
    at = pa.array(np.arange(columns.num_rows) == place)
    if name not in columns.column_names:
        columns = columns.append_column(name, pa.nulls(columns.num_rows, pa.string()))
    was = columns[name].combine_chunks().cast(pa.string())
    return columns.set_column(columns.column_names.index(name), name, pc.if_else(at, pa.scalar(text, pa.string()), was))


def chosen(contract: Contract, rows: pa.Table, decisions: Iterable[Decision]) -> tuple[pa.Table, dict[int, int]]:
    """The rows with the readings that were chosen for them; row -> decision."""
    changed: dict[int, int] = {}
    for one in decisions:
        for place in ordinals_of(rows, one).tolist():
            for name, (_, after) in one.values.items():
                value = parse(pa.array([after], pa.string()), contract.column(name)).values[0].as_py()
                rows = _with_cell(rows, name, place, value)
                unreadable = rows["unreadable"][place].as_py() & ~contract.bit(name)
                rows = _with_cell(rows, "unreadable", place, unreadable)
            changed[place] = one.decision_id
    return rows, changed


def _with_cell(rows: pa.Table, name: str, place: int, value: object) -> pa.Table:
    """The rows with another value in one cell."""
    described = rows.schema.field(name)
    at = pa.array(np.arange(rows.num_rows) == place)
    cells = pc.if_else(at, pa.scalar(value, described.type), rows[name])
    return rows.set_column(rows.column_names.index(name), described, cells.cast(described.type))


Under = Mapping[int, Sequence[int] | None]
"""decision -> accepted rows that stand under it; None when it waives a rule on the whole table"""


def accepted_under(verdict: Verdict, changed: Mapping[int, int]) -> Under:
    """Which accepted rows stand under which decision; changed: row -> decision that gave it another value."""
    under: dict[int, list[int] | None] = {
        number: None if rows is None else rows.tolist() for number, rows in sorted(verdict.used.items())
    }
    for place, number in sorted(changed.items()):
        if verdict.accepted[place]:
            under.setdefault(number, [])
            under[number] = [*(under[number] or ()), place]
    return under


_STATUS = {"release": "released", "correct": "corrected", "choose": "corrected"}


def statuses(decisions: Decisions, under: Under) -> dict[int, str]:
    """Row -> its status in quarantine, for rows that a decision of their own lets out; changed values say most."""
    kinds = {one.decision_id: _STATUS[one.kind] for one in decisions.standing if one.kind in _STATUS}
    named = sorted(((kinds[number], rows) for number, rows in under.items() if number in kinds), reverse=True)
    return {row: status for status, rows in named for row in rows or ()}


def decided_rows(
    jurisdiction: str, table_name: str, month: str, rows: pa.Table, under: Under
) -> list[dict[str, object]]:
    """Rows of audit.decided_record."""
    names = ("file_id", "row_number", "record_number")
    common = {"jurisdiction": jurisdiction, "table_name": table_name, "time_period": month}
    told: list[dict[str, object]] = []
    for number, places in sorted(under.items()):
        some = rows.select(names).take(pa.array(places or [], pa.int64())).to_pylist()
        told += [
            common | {"decision_id": number} | place
            for place in (some if places is not None else [dict.fromkeys(names)])
        ]
    return told
