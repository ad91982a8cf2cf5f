"""The ledger: append-only tables whose every entry is chained to the one before by SHA-256.

Any table whose contract ends in the columns of CHAIN is written here and nowhere else. The judgement on a table's rows
is written before a figure is made of them. The orchestrator's event log is not an audit store; this is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from checks.scan import NOTHING_EXAMINED, RuleResult, as_json
from warehouse.contracts import CONTRACTS, Contract
from warehouse.engine import append_rows, fetch, table

CHECK_RESULT = CONTRACTS["audit.check_result"]
CHAIN_HEAD = CONTRACTS["audit.chain_head"]
GENESIS = "0" * 64


@dataclass(frozen=True)
class Head:
    """How many entries a chain has, and the hash of the last."""

    entries: int
    sha256: str


@dataclass(frozen=True)
class Link:
    """An entry that is not what the one before it and its own content make it."""

    place: int
    """Where it should stand in the chain, from 1"""
    expected: str
    found: str


def entry_hash(contract: Contract, previous: str, entry: Mapping[str, object]) -> str:
    """SHA-256 over the hash of the entry before, the table's name and everything the entry says.

    A blank says nothing, so that a column added later leaves older entries as they are.
    """
    said = {column.name: _written(entry[column.name]) for column in contract.columns if column.name != "entry_hash"}
    content = {"table": contract.name} | {name: value for name, value in sorted(said.items()) if value is not None}
    return hashlib.sha256(f"{previous}\n{as_json(content)}".encode()).hexdigest()


def _written(value: object) -> object:
    """A value as it is hashed; a time in UTC, to the microsecond."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value


def append(connection: sa.Connection, contract: Contract, rows: Iterable[Mapping[str, object]]) -> Head:
    """Number and chain rows that have all other columns, write them, and move the head of the chain.

    It goes on from where the chain is said to end: after entries were cut off, the gap stays and is found.
    """
    head = heads(connection).get(contract.name, Head(0, GENESIS))
    entries: list[dict[str, object]] = []
    for row in rows:
        entry = {**row, "entry_number": head.entries + 1}
        head = Head(head.entries + 1, entry_hash(contract, head.sha256, entry))
        entries.append({**entry, "entry_hash": head.sha256})
    append_rows(connection, contract, entries)
    chains = table(CHAIN_HEAD)
    connection.execute(sa.delete(chains).where(chains.c.table_name == contract.name))
    append_rows(
        connection,
        CHAIN_HEAD,
        [{"table_name": contract.name, "entries": head.entries, "head_hash": head.sha256}],
    )
    return head


def heads(connection: sa.Connection) -> dict[str, Head]:
    """Where each chain ends, by table."""
    rows = fetch(connection, sa.select(table(CHAIN_HEAD)))
    return {row["table_name"]: Head(row["entries"], row["head_hash"]) for row in rows}


def first_broken_link(contract: Contract, entries: Iterable[Mapping[str, object]], head: Head | None) -> Link | None:
    """The first entry, in the order of their numbers, that breaks the chain; None when it is whole up to its head."""
    place, previous = 0, GENESIS
    for place, entry in enumerate(entries, start=1):
        if entry["entry_number"] != place:
            return Link(place, f"entry {place}", f"entry {entry['entry_number']}")
        expected = entry_hash(contract, previous, entry)
        if entry["entry_hash"] != expected:
            return Link(place, expected, str(entry["entry_hash"]))
        previous = expected
    end = head or Head(0, GENESIS)
    if (place, previous) != (end.entries, end.sha256):
        return Link(place, f"{end.entries} entries, the last {end.sha256}", f"{place} entries, the last {previous}")
    return None


def record(
    connection: sa.Connection,
    months: Mapping[str, Iterable[RuleResult]],
    *,
    jurisdiction: str,
    table_name: str,
    run_id: str,
    rule_set_version: str,
    recorded_at: dt.datetime,
) -> None:
    """Append what was found of months of a table, one entry per month and rule."""
    append(
        connection,
        CHECK_RESULT,
        [
            {
                "jurisdiction": jurisdiction,
                "rule_id": result.rule.id,
                "table_name": table_name,
                "time_period": month,
                "level": result.rule.level,
                "severity": result.rule.severity,
                "outcome": result.outcome,
                "rows_examined": result.rows_examined,
                "rows_failed": result.rows_failed,
                "examples": as_json(result.examples) if result.examples else None,
                "run_id": run_id,
                "rule_set_version": rule_set_version,
                "recorded_at": recorded_at.replace(microsecond=0),
            }
            for month, results in months.items()
            for result in results
        ],
    )


def of_run(connection: sa.Connection, run_id: str, of_table: str | None = None) -> list[dict[str, object]]:
    """Entries of a run, of one table or of all, in the order they were written."""
    entries = table(CHECK_RESULT)
    wanted = sa.select(entries).where(entries.c.run_id == run_id)
    wanted = wanted if of_table is None else wanted.where(entries.c.table_name == of_table)
    return fetch(connection, wanted.order_by(entries.c.entry_number))


def began(connection: sa.Connection, run_id: str) -> dt.datetime | None:
    """When a run wrote its first judgement; None before."""
    entries = table(CHECK_RESULT)
    first: dt.datetime | None = connection.execute(
        sa.select(sa.func.min(entries.c.recorded_at)).where(entries.c.run_id == run_id)
    ).scalar()
    return first


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
