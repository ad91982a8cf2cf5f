"""What rules see of a table's month, as views of the engine: its rows with masks, areas, and tables they look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from warehouse.compile import arrow_schema
from warehouse.contracts import CODE_LISTS, SOURCE_CONTRACTS, Contract, Rule
from warehouse.engine import quoted
from warehouse.memory import MANY
from warehouse.periods import closing_month, edge_months, in_force

MASKS = ("missing", "unlisted", "out_of_bounds")


def judged_rows(
    engine: duckdb.DuckDBPyConnection,
    contract: Contract,
    rows: pa.Table,
    areas: Sequence[Mapping[str, str | None]],
    month: str,
) -> None:
    """`judged`: typed rows with the bits of their columns that break what the contract says; areas ever and now."""
    engine.register("typed", rows)
    last = closing_month(month)
    ever = sorted({str(area["area_code"]) for area in areas})
    now = sorted(str(area["area_code"]) for area in areas if in_force(area, last))
    engine.register("area_ever", pa.table({"area_code": pa.array(ever, pa.string())}))
    engine.register("area_now", pa.table({"area_code": pa.array(now, pa.string())}))
    _with_masks(engine, "judged", "typed", contract, month, rows.num_rows)


def judged_rows_with_outcome(
    engine: duckdb.DuckDBPyConnection, contract: Contract, rows: pa.Table, accepted: np.ndarray, month: str
) -> None:
    """`outcome`: the judged rows, and whether each is accepted."""
    is_accepted = pa.array(accepted)
    if rows.num_rows < MANY:
        engine.register("acceptance", pa.table({"row_ordinal": rows["row_ordinal"], "accepted": is_accepted}))
        engine.execute("CREATE TEMP TABLE outcome AS SELECT * FROM judged JOIN acceptance USING (row_ordinal)")
        return
    # one table: the filters that a join pushes down to its scans would set two of them side by side out of step
    engine.register("accepted_or_not", rows.append_column("accepted", is_accepted))
    _with_masks(engine, "outcome", "accepted_or_not", contract, month, rows.num_rows)


def look_at(
    engine: duckdb.DuckDBPyConnection,
    contract: Contract,
    rules: Sequence[Rule],
    month: str,
    known: Mapping[str, Sequence[Path]],
) -> None:
    """`known_<table>` of every table that the rules look at."""
    for name in sorted({name for rule in rules for name in rule.looks_at}):
        _known_view(engine, SOURCE_CONTRACTS[name], known.get(name, ()), month, name == contract.name)


def _with_masks(
    engine: duckdb.DuckDBPyConnection, name: str, source: str, contract: Contract, month: str, rows: int
) -> None:
    """Few rows are kept, for working out the masks takes longer to plan than to do; many would fill the memory."""
    kind = "TABLE" if rows < MANY else "VIEW"
    engine.execute(f"CREATE TEMP {kind} {name} AS SELECT *, {_masks(contract, month)} FROM {source}")


def _masks(contract: Contract, month: str) -> str:
    masks = {
        "missing": _missing(contract),
        "unlisted": _unlisted(contract, month),
        "out_of_bounds": _out_of_bounds(contract),
    }
    return ", ".join(f"{expression} AS {name}" for name, expression in masks.items())


def _known_view(
    engine: duckdb.DuckDBPyConnection, contract: Contract, parts: Sequence[Path], month: str, is_own: bool
) -> None:
    """`known_<table>`: accepted rows of the periods that have begun; of the judged table those of the months before."""
    if not parts:
        engine.register(f"known_{contract.table}", arrow_schema(contract).empty_table())
        return
    files = ", ".join(quoted(str(part)) for part in parts)
    first_month, _ = edge_months("known")
    begun = "true" if is_own else f"{first_month} <= {quoted(month)}"
    engine.execute(
        f"CREATE OR REPLACE TEMP VIEW known_{contract.table} AS "
        f"SELECT * FROM read_parquet([{files}], hive_partitioning = false) known WHERE {begun}"
    )


def _missing(contract: Contract) -> str:
    terms = [
        f"CASE WHEN {c.name} IS NULL AND unreadable & {contract.bit(c.name)} = 0 THEN {contract.bit(c.name)} ELSE 0 END"
        for c in contract.columns
        if not c.nullable and c.name not in ("jurisdiction", "file_id", "row_number")
    ]
    return " | ".join(terms)


def _unlisted(contract: Contract, month: str) -> str:
    terms = []
    for c in contract.columns:
        if c.code_list in CODE_LISTS:
            codes = ", ".join(f"'{code}'" for code in sorted(CODE_LISTS[c.code_list].valid_in(closing_month(month))))
            terms.append(f"CASE WHEN {c.name} NOT IN ({codes}) THEN {contract.bit(c.name)} ELSE 0 END")
    return " | ".join(terms) or "0"


def _out_of_bounds(contract: Contract) -> str:
    terms = []
    for c in contract.columns:
        limits = [f"{c.name} < {c.minimum:f}"] if c.minimum is not None else []
        limits += [f"{c.name} > {c.maximum:f}"] if c.maximum is not None else []
        if limits:
            terms.append(f"CASE WHEN {' OR '.join(limits)} THEN {contract.bit(c.name)} ELSE 0 END")
    return " | ".join(terms) or "0"
