"""The ledger of judgements: `audit.check_result`, append-only, every entry chained to the one before by SHA-256.

Written before a run acts on what it found. The orchestrator's event log is not an audit store; this is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from checks.scan import NOTHING_EXAMINED, RuleResult, as_json
from warehouse.contracts import CONTRACTS
from warehouse.engine import append_rows, fetch, table

CHECK_RESULT = CONTRACTS["audit.check_result"]
GENESIS = "0" * 64
_UNHASHED = ("entry_number", "entry_hash", "recorded_at")


def entry_hash(previous: str, entry: Mapping[str, object]) -> str:
    """SHA-256 over the hash of the entry before and the entry itself, its time to the second included."""
    content = {name: value for name, value in entry.items() if name not in _UNHASHED}
    recorded = entry["recorded_at"]
    assert isinstance(recorded, dt.datetime)
    content["recorded_at"] = recorded.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return hashlib.sha256(f"{previous}\n{as_json(dict(sorted(content.items())))}".encode()).hexdigest()


def record(
    connection: sa.Connection,
    results: Iterable[RuleResult],
    *,
    jurisdiction: str,
    table_name: str,
    month: str,
    run_id: str,
    rule_set_version: str,
    examples: Mapping[str, tuple[str, ...]],
    recorded_at: dt.datetime,
) -> None:
    """Append one entry per rule; `examples` by rule id replaces those of the result."""
    number, previous = _last(connection)
    entries: list[dict[str, object]] = []
    for result in results:
        number += 1
        shown = examples.get(result.rule.id, result.examples)
        entry: dict[str, object] = {
            "jurisdiction": jurisdiction,
            "rule_id": result.rule.id,
            "table_name": table_name,
            "time_period": month,
            "level": result.rule.level,
            "severity": result.rule.severity,
            "outcome": result.outcome,
            "rows_examined": result.rows_examined,
            "rows_failed": result.rows_failed,
            "examples": as_json(shown) if shown else None,
            "run_id": run_id,
            "rule_set_version": rule_set_version,
            "recorded_at": recorded_at.replace(microsecond=0),
        }
        previous = entry_hash(previous, entry)
        entries.append({**entry, "entry_number": number, "entry_hash": previous})
    append_rows(connection, CHECK_RESULT, entries)


def _last(connection: sa.Connection) -> tuple[int, str]:
    entries = table(CHECK_RESULT)
    latest = sa.select(entries.c.entry_number, entries.c.entry_hash).order_by(entries.c.entry_number.desc()).limit(1)
    rows = fetch(connection, latest)
    return (rows[0]["entry_number"], rows[0]["entry_hash"]) if rows else (0, GENESIS)


def of_run(connection: sa.Connection, run_id: str) -> list[dict[str, object]]:
    """Entries of a run in the order they were written."""
    entries = table(CHECK_RESULT)
    return fetch(connection, sa.select(entries).where(entries.c.run_id == run_id).order_by(entries.c.entry_number))


def first_broken_link(connection: sa.Connection) -> int | None:
    """entry_number of the first entry whose hash or place is wrong, or None when the chain is whole."""
    entries = table(CHECK_RESULT)
    previous = GENESIS
    for place, entry in enumerate(fetch(connection, sa.select(entries).order_by(entries.c.entry_number)), start=1):
        if entry["entry_number"] != place or entry_hash(previous, entry) != entry["entry_hash"]:
            return place
        previous = str(entry["entry_hash"])
    return None


def blocking(entries: Iterable[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Entries over which nothing may be released: a failed block, or an error or block not evaluated on its rows."""
    return [
        entry
        for entry in entries
        if (entry["severity"] == "block" and entry["outcome"] == "fail")
        or (
            entry["severity"] in ("error", "block")
            and entry["outcome"] == "not_evaluated"
            and entry["examples"] is not None
            and NOTHING_EXAMINED not in str(entry["examples"])
        )
    ]
