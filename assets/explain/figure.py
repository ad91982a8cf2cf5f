"""A figure explained: formula with numbers, files and rows behind it, rules, flags, decisions, earlier releases.

Everything is a table of rows, for the page of `povmon explain` and for its CSV alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.explain.home import Evidence, query
from assets.marts.formula import Sums
from warehouse.contracts import SOURCE_CONTRACTS
from warehouse.contracts.figures import NOT_APPLICABLE

Rows = list[dict[str, Any]]
TOLERANCE = 1e-9
"""Relative difference that the order of a sum can make"""


@dataclass(frozen=True)
class Worked:
    """A formula with its numbers. `again` is the figure made again, None when its rows are not there any more."""

    formula: str
    terms: Mapping[str, object]
    stored: float | None
    again: float | None
    why_not: str = ""
    """Why it could not be made again"""

    @property
    def agrees(self) -> bool:
        """Whether the stored figure is what its rows make; one that cannot be made again disagrees with nothing."""
        if self.why_not:
            return True
        if self.stored is None or self.again is None:
            return self.stored is None and self.again is None
        return math.isclose(self.stored, self.again, rel_tol=TOLERANCE, abs_tol=1e-12)


@dataclass(frozen=True)
class Explanation:
    """What is known of a figure."""

    figure: Rows
    worked: Worked
    counts: Mapping[str, int]
    """Rows, households and PSUs"""
    files: Rows
    rules: Rows
    flags: Rows
    decisions: Rows
    releases: Rows
    rows: Rows

    def tables(self) -> dict[str, Rows]:
        """Name -> rows, of everything."""
        worked = self.worked
        formula: Rows = [
            {"term": "formula", "value": worked.formula},
            *({"term": name, "value": value} for name, value in worked.terms.items()),
            {"term": "stored", "value": worked.stored},
            {"term": "made again", "value": worked.why_not or worked.again},
            *({"term": name, "value": number} for name, number in self.counts.items()),
        ]
        return {
            "figure": self.figure,
            "formula": formula,
            "files": self.files,
            "rules": self.rules,
            "flags": self.flags,
            "decisions": self.decisions,
            "releases": self.releases,
            "rows": self.rows,
        }


def explain(evidence: Evidence) -> Explanation:
    """All that the published file and the Parquet say of a figure."""
    rows = _rows(evidence)
    files = _files(evidence, rows)
    return Explanation(
        [dict(evidence.row)],
        work(evidence),
        _counts(evidence, rows),
        files,
        _rules(evidence),
        _flags(evidence, files),
        _decisions(evidence),
        _releases(evidence),
        rows,
    )


def work(evidence: Evidence) -> Worked:
    """The formula with its numbers, made again from accepted rows."""
    formula, value = evidence.formula, evidence.row[evidence.quantity]
    stored = None if value is None else float(value)
    if not evidence.is_standing:
        why = f"its rows were replaced by those of release {evidence.standing}; the archive has the files"
        return Worked(formula.text, {}, stored, None, why)
    if not isinstance(formula, Sums):
        terms = {name: evidence.row[name] for name in formula.terms}
        return Worked(formula.text, terms, stored, evidence.again())
    rows, given = evidence.rows_of(formula.source, evidence.period)
    over = formula.denominator or "1"
    sums = f"SELECT sum({formula.numerator}) AS above, sum({over}) AS below FROM {rows} r WHERE {formula.where}"
    (found,) = query(evidence.connection, sums, given)
    above, below = (None if found[name] is None else float(found[name]) for name in ("above", "below"))
    terms = {formula.terms[0]: above} | ({formula.terms[1]: below} if formula.denominator else {})
    if formula.denominator is None:
        return Worked(formula.text, terms, stored, above)
    return Worked(formula.text, terms, stored, None if above is None or not below else above / below)


def _sources(evidence: Evidence) -> list[str]:
    formula = evidence.formula
    if isinstance(formula, Sums):
        return [formula.source]
    return list(dict.fromkeys((*evidence.family.marts[evidence.contract.name], *evidence.family.looks_back)))


def _rows(evidence: Evidence) -> Rows:
    """Table, pseudonym where there is one, file and line of every accepted row behind the figure."""
    found: Rows = []
    for source in _sources(evidence):
        formula = evidence.formula
        names = [column.name for column in SOURCE_CONTRACTS[source].columns]
        keys = [name for name in ("household_id", "stratum", "psu", "area_code") if name in names]
        rows, given = evidence.rows_of(source, evidence.period)
        where = formula.where if isinstance(formula, Sums) else "true"
        found += query(
            evidence.connection,
            f"""SELECT '{source}' AS table_name, {", ".join((*keys, "file_id", "row_number"))}
                FROM {rows} r WHERE {where} ORDER BY file_id, row_number""",
            given,
        )
    return found


def _counts(evidence: Evidence, rows: Rows) -> dict[str, int]:
    counts = {"rows": len(rows)}
    if households := {row["household_id"] for row in rows if "household_id" in row}:
        counts["households"] = len(households)
    if psus := {(row["stratum"], row["psu"]) for row in rows if "psu" in row}:
        counts["PSUs"] = len(psus)
    return counts


def _files(evidence: Evidence, rows: Rows) -> Rows:
    """Every file with a row behind the figure: name, SHA-256, lines counted here, what became of all its lines."""
    lines: dict[str, int] = {}
    for row in rows:
        lines[row["file_id"]] = lines.get(row["file_id"], 0) + 1
    register = query(
        evidence.connection,
        """SELECT original_name, file_id AS sha256, source, rows_read, rows_accepted, rows_quarantined, received_at
           FROM raw.intake_file WHERE jurisdiction = ? AND file_id IN (SELECT unnest(?)) AND status = 'accepted'
           ORDER BY original_name""",
        [evidence.place, sorted(lines)],
    )
    return [{**file, "rows_in_figure": lines[file["sha256"]]} for file in register]


def _rules(evidence: Evidence) -> Rows:
    """What the rules of the sources and of the mart found in the run that made the release."""
    tables = [evidence.contract.name, *evidence.family.marts[evidence.contract.name]]
    return query(
        evidence.connection,
        """SELECT table_name, rule_id, severity, outcome, rows_examined, rows_failed, rule_set_version, run_id
           FROM audit.check_result WHERE jurisdiction = ? AND time_period = ? AND run_id = ?
             AND table_name IN (SELECT unnest(?)) ORDER BY entry_number""",
        [evidence.place, evidence.month, evidence.release["run_id"], tables],
    )


def _flags(evidence: Evidence, files: Sequence[Mapping[str, Any]]) -> Rows:
    """What is said of the figure, and the rows of its files that are in quarantine, by rule."""
    row = evidence.row
    said = {"obs": row.get("obs_note"), "conf": row.get("conf_note")}
    status = {"obs": row.get("obs_status"), "conf": row.get("conf_status")}
    flags = [{"what": f"{name}_status {status[name]}", "said": said[name] or ""} for name in said if status[name]]
    quarantine = query(
        evidence.connection,
        """SELECT 'quarantine' AS what, rule_ids || ': ' || count(*) || ' rows ' || status || ' of ' || original_name
             AS said FROM audit.quarantine
           WHERE jurisdiction = ? AND time_period = ? AND file_id IN (SELECT unnest(?))
           GROUP BY rule_ids, status, original_name ORDER BY ALL""",
        [evidence.place, evidence.month, [file["sha256"] for file in files]],
    )
    return flags + quarantine


def _decisions(evidence: Evidence) -> Rows:
    """Decisions on the sources of the figure, whose months and area take it in."""
    columns = {
        row["column_name"]
        for row in query(
            evidence.connection,
            "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'audit' AND table_name = 'decision'",
        )
    }
    if not columns:
        return []
    narrowed: dict[str, tuple[str, object]] = {
        "jurisdiction": ("jurisdiction = ?", evidence.place),
        "table_name": ("table_name IN (SELECT unnest(?))", [evidence.contract.name, *_sources(evidence)]),
        "period_first": ("period_first <= ?", evidence.month),
        "period_last": ("period_last >= ?", evidence.month),
        "area_code": ("area_code IN (SELECT unnest(?))", [str(evidence.row["area_code"]), *evidence.members]),
    }
    kept = {name: condition for name, condition in narrowed.items() if name in columns}
    where = " AND ".join(f"({name} IS NULL OR {sql})" for name, (sql, _) in kept.items())
    values = [value for _, value in kept.values()]
    return query(evidence.connection, f"SELECT * FROM audit.decision WHERE {where or 'true'}", values)


def _releases(evidence: Evidence) -> Rows:
    """The figure in every release that has it, and what moved it there."""
    key, quantity = evidence.key, evidence.quantity
    same = " AND ".join(f"m.{name} IS NOT DISTINCT FROM ?" for name in key)
    vintages = query(
        evidence.connection,
        f"""SELECT m.release_id, r.created_at, m.{quantity} AS value FROM {evidence.contract.name} m
            JOIN audit.release r USING (release_id) WHERE {same} ORDER BY m.release_id""",
        list(key.values()),
    )
    names = {column[0] for column in evidence.connection.execute("SELECT * FROM audit.revision LIMIT 0").description}
    place = {name: value for name, value in key.items() if name in names}
    where = " AND ".join(f"{name} = ?" for name in place)
    given = [NOT_APPLICABLE if value is None else value for value in place.values()]
    causes = query(
        evidence.connection,
        f"""SELECT release_id, cause, effect FROM audit.revision
            WHERE table_name = ? AND quantity = ? AND {where} ORDER BY release_id, cause""",
        [evidence.contract.table, quantity, *given],
    )
    by_release: dict[int, list[str]] = {}
    for cause in causes:
        effect = "" if cause["effect"] is None else f" {cause['effect']:+.6g}"
        by_release.setdefault(cause["release_id"], []).append(f"{cause['cause']}{effect}")
    return [{**vintage, "causes": ", ".join(by_release.get(vintage["release_id"], []))} for vintage in vintages]
