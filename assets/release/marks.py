"""Figures that are made of records under decisions say so: `obs_note` names the decisions, `obs_status` what they mean.

Which records those are stands in `audit.decided_record`; whether a figure may be published is the gate's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from assets.marts.families import FAMILIES
from checks.decisions import Decision, every
from warehouse.contracts import MART_CONTRACTS, SOURCE_CONTRACTS
from warehouse.engine import driver_of, update_rows
from warehouse.memory import in_memory
from warehouse.periods import periods_closing
from warehouse.store import Home

Members = Callable[[str], Sequence[tuple[str, str]]]
"""period -> (area or set, code of the rows)"""

_IN_DOUBT = frozenset({"waive", "release", "choose"})
"""A corrected error leaves a figure as sound as others; what only a decision lets pass makes it less reliable."""
_COMMON = frozenset({"jurisdiction", "time_period", "freq", "area_code"})
_WHOLE = "_T"


def mark(
    connection: sa.Connection, home: Home, place: str, release_id: int, months: Iterable[str], members: Members
) -> int:
    """Mark the figures of a release in the making; returns how many are."""
    driver = driver_of(connection)
    query = """SELECT table_name, time_period, decision_id, file_id, row_number FROM audit.decided_record
        WHERE jurisdiction = ? AND time_period IN (SELECT unnest(?))"""
    decided: pa.Table = driver.sql(query, params=[place, sorted(months)]).to_arrow_table()
    known = {one.decision_id: one for one in every(connection, place)}
    marked = 0
    parts = {(row["table_name"], row["time_period"]) for row in decided.to_pylist()}
    for table_name, month in sorted(parts):
        part = home.partition(table_name, place, month)
        own = _touched(decided, table_name, month, part)
        for mart in _marts_of(table_name):
            found = _figures(driver, mart, own, place, release_id, month, members)
            marked += _write(connection, mart, found, known)
    return marked


def _marts_of(table_name: str) -> list[str]:
    """Marts made of a source table whose rows have a status."""
    made = [mart for family in FAMILIES.values() for mart, sources in family.marts.items() if table_name in sources]
    return [mart for mart in made if any(column.name == "obs_status" for column in MART_CONTRACTS[mart].columns)]


def _touched(decided: pa.Table, table_name: str, month: str, part: Path) -> pa.Table:
    """What tells figures apart in the records under decisions; nothing where a rule on the whole table is waived."""
    keys = {name for mart in _marts_of(table_name) for name in MART_CONTRACTS[mart].key} | {"area_type"}
    own = [column.name for column in SOURCE_CONTRACTS[table_name].columns if column.name in keys - {"jurisdiction"}]
    shown = ", ".join(f"c.{name}" for name in own)
    nothing = ", ".join(f"NULL::VARCHAR AS {name}" for name in (*own, "file_id", "row_number"))
    rows = "read_parquet(?, hive_partitioning = false)" if part.exists() else f"(SELECT {nothing} WHERE false)"
    query = f"""SELECT DISTINCT d.decision_id, d.file_id IS NULL AS is_whole, {shown}
        FROM (SELECT * FROM decided WHERE table_name = ? AND time_period = ?) d
        LEFT JOIN {rows} c ON c.file_id = d.file_id AND c.row_number = d.row_number"""
    with in_memory() as engine:
        engine.register("decided", decided)
        given = [table_name, month, *([str(part)] if part.exists() else [])]
        return engine.sql(query, params=given).to_arrow_table()


def _figures(
    driver: duckdb.DuckDBPyConnection,
    mart: str,
    touched: pa.Table,
    place: str,
    release_id: int,
    month: str,
    members: Members,
) -> pa.Table:
    """row, obs_status, obs_note and decisions of the figures that touched records are part of."""
    contract, columns = MART_CONTRACTS[mart], set(touched.column_names)
    same = [
        f"(m.{name} = t.{name} OR m.{name} = '{_WHOLE}')"
        for name in contract.key
        if name in columns - _COMMON and name != "domain"
    ]
    if "domain" in contract.key and "area_type" in columns:
        same.append("(m.domain = 'all' OR m.domain = t.area_type)")
    elif "domain" in contract.key and "domain" in columns:
        same.append("m.domain = t.domain")
    known = [(period, area, code) for period in periods_closing(month) for area, code in members(period)]
    names = ("time_period", "area_code", "code")
    lists = zip(*known, strict=True) if known else ([], [], [])
    driver.register("touched", touched)
    driver.register("covers", pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, lists, strict=True)}))
    within = " AND ".join(
        [
            "m.time_period = t.time_period",
            "(m.area_code = t.area_code OR (m.time_period, m.area_code, t.area_code) IN (FROM covers))",
            *same,
        ]
    )
    query = f"""SELECT m.rowid AS row, any_value(m.obs_status) AS obs_status, any_value(m.obs_note) AS obs_note,
          list(DISTINCT t.decision_id ORDER BY t.decision_id) AS decisions
        FROM {mart} m JOIN touched t ON t.is_whole OR ({within})
        WHERE m.release_id = ? AND m.jurisdiction = ? AND m.time_period IN (SELECT unnest(?)) GROUP BY m.rowid"""
    try:
        return driver.sql(query, params=[release_id, place, periods_closing(month)]).to_arrow_table()
    finally:
        driver.unregister("touched")
        driver.unregister("covers")


def _write(connection: sa.Connection, mart: str, figures: pa.Table, known: Mapping[int, Decision]) -> int:
    status, notes = [], []
    for was, note, numbers in zip(*(figures[n].to_pylist() for n in figures.column_names[1:]), strict=True):
        behind = [known[number] for number in numbers]
        is_in_doubt = any(one.kind in _IN_DOUBT for one in behind)
        status.append("U" if was == "A" and is_in_doubt else was)
        notes.append("; ".join([*([note] if note else []), *(one.in_words() for one in behind)]))
    if notes:
        changed = {"obs_status": pa.array(status, pa.string()), "obs_note": pa.array(notes, pa.string())}
        update_rows(connection, MART_CONTRACTS[mart], pa.table({"row": figures["row"], **changed}))
    return len(notes)
