"""What a home has published, in pieces that are loaded whole: a month, a release, a run, or all that a place has.

A piece has a fingerprint; one that differs from the fingerprint in the loader's books is loaded again. The fingerprint
tells pieces of one home apart, no more: what proves that nothing was changed is the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.contracts import CONTRACTS, SOURCE_CONTRACTS, Contract
from warehouse.parsing import arrow_type
from warehouse.postgres.tables import is_of_a_place, split_column
from warehouse.published_files import shown
from warehouse.store import ROW_GROUP

ALL = ""
"""The place of rows that belong to none, the part of a piece that is not split."""


@dataclass(frozen=True, order=True)
class Piece:
    """Some rows of a table that are loaded together."""

    table: str
    jurisdiction: str
    part: str
    """A month of a source table, else a value of the split column"""


@dataclass(frozen=True)
class Content:
    """What a piece holds now."""

    fingerprint: str
    rows: int
    parquet: Path | None = None


def pieces_of(published: duckdb.DuckDBPyConnection) -> dict[Piece, Content]:
    """Everything that is published in a file: its rows, and the Parquet that it reads."""
    found: dict[Piece, Content] = {}
    for contract in CONTRACTS.values():
        found |= dict(_files(published, contract) if contract.name in SOURCE_CONTRACTS else _rows(published, contract))
    return found


def home_id(published: duckdb.DuckDBPyConnection) -> str:
    """What tells a home from all others: the hash of the first entry of its ledger; "" while it has none."""
    first = "SELECT entry_hash FROM audit.check_result WHERE entry_number = 1"
    return str((published.execute(first).fetchone() or ("",))[0])


def rows_of(published: duckdb.DuckDBPyConnection, contract: Contract, pieces: list[Piece]) -> Iterator[pa.RecordBatch]:
    """The rows of some pieces of a table that the file holds."""
    names = ", ".join(f"kept.{column.name}" for column in contract.columns)
    wanted = [[piece.jurisdiction, piece.part] for piece in pieces]
    place, part = _split(contract)
    query = f"SELECT {names} FROM {contract.name} kept WHERE list_contains(?, [{place}, {part}])"
    for batch in published.sql(query, params=[wanted]).to_arrow_reader(ROW_GROUP):
        yield _typed(batch, contract)


def rows_in(parquet: Path, contract: Contract) -> Iterator[pa.RecordBatch]:
    """The rows of a month of a source table."""
    names = [column.name for column in contract.columns]
    for batch in pq.ParquetFile(parquet).iter_batches(ROW_GROUP, columns=names):
        yield _typed(batch, contract)


def _typed(batch: pa.RecordBatch, contract: Contract) -> pa.RecordBatch:
    """Rows in the contract's order and types; DuckDB and Parquet have others that hold the same."""
    types = pa.schema([(column.name, arrow_type(column.type)) for column in contract.columns])
    return batch.select(types.names).cast(types)


def _rows(published: duckdb.DuckDBPyConnection, contract: Contract) -> Iterator[tuple[Piece, Content]]:
    """Pieces of a table in the file: how many rows, and the sum of their hashes, which has no order."""
    names = ", ".join(column.name for column in contract.columns)
    place, part = _split(contract)
    query = f"""SELECT {place}, {part}, count(*), CAST(sum(CAST(hash({names}) AS HUGEINT)) AS VARCHAR)
                FROM {contract.name} kept GROUP BY 1, 2"""
    for jurisdiction, value, rows, hashes in published.execute(query).fetchall():
        yield Piece(contract.name, jurisdiction, value), Content(_hash(contract, rows, hashes), rows)


def _split(contract: Contract) -> tuple[str, str]:
    """SQL: the place and the part of a row `kept`."""
    column = split_column(contract)
    place = f"coalesce(kept.jurisdiction, '{ALL}')" if is_of_a_place(contract) else f"'{ALL}'"
    return place, f"CAST(kept.{column} AS VARCHAR)" if column else f"'{ALL}'"


def _files(published: duckdb.DuckDBPyConnection, contract: Contract) -> Iterator[tuple[Piece, Content]]:
    """Pieces of a source table: the Parquet files that the published file reads, each named by its content."""
    for path in shown(published, contract.name):
        jurisdiction, month = (folder.name.partition("=")[2] for folder in (path.parent.parent, path.parent))
        rows = pq.read_metadata(path).num_rows
        yield Piece(contract.name, jurisdiction, month), Content(_hash(contract, path.stem), rows, path)


def _hash(contract: Contract, *said: object) -> str:
    columns = [column.name for column in contract.columns]
    return hashlib.sha256(repr((duckdb.__version__, columns, said)).encode()).hexdigest()
