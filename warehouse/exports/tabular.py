"""CSV and Parquet: the same rows for every tool. The same release gives the same bytes."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from warehouse.compile import arrow_schema
from warehouse.exports.extract import Exported, Extract
from warehouse.exports.safe_text import inert
from warehouse.store import ROW_GROUP


def write_csv(extract: Extract, folder: Path) -> None:
    """One `<table>.csv` for every table."""
    for table in extract.tables:
        (folder / f"{table.name}.csv").write_bytes(csv_bytes(table.rows))


def csv_bytes(rows: pa.Table) -> bytes:
    """RFC 4180 in UTF-8: text in quotation marks and inert, numbers plain, times ISO 8601, an unknown value empty."""
    safe = [_written(column) for column in rows.columns]
    text = io.BytesIO()
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    # names are the contracts' own; the header unquoted, as most tools write it
    text.write((",".join(rows.column_names) + "\n").encode())
    if rows.num_rows:
        pyarrow.csv.write_csv(pa.table(safe, names=rows.column_names), text, options)
    return text.getvalue()


def _written(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, "%Y-%m-%dT%H:%M:%SZ")
    return _inert(column) if pa.types.is_string(column.type) else column


def _inert(column: pa.ChunkedArray) -> pa.Array:
    coded = column.combine_chunks().dictionary_encode()
    words = pa.array([inert(word) for word in coded.dictionary.to_pylist()], pa.string())
    return words.take(coded.indices)


def write_parquet(extract: Extract, folder: Path) -> None:
    """One `<table>.parquet` for every table, units and words as metadata of the columns."""
    for table in extract.tables:
        described = with_words(table, extract)
        pq.write_table(
            described, folder / f"{table.name}.parquet", compression="zstd", row_group_size=ROW_GROUP, version="2.6"
        )


def with_words(table: Exported, extract: Extract) -> pa.Table:
    """The rows with the contract's words as metadata, and where they come from."""
    schema = arrow_schema(table.contract)
    release = extract.release
    origin = {
        "jurisdiction": extract.place.id,
        "release_id": str(release.id),
        "released_at": release.created_at.isoformat(),
        "inputs_hash": release.inputs_hash,
        "key": " ".join(table.contract.key),
    }
    metadata = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
    fields = [
        pa.field(field.name, field.type, True, (field.metadata or {}) | _unit(extract.unit_of(column)))
        for field, column in zip(schema, table.contract.columns, strict=True)
    ]
    return table.rows.cast(pa.schema(fields, metadata | origin))


def _unit(unit: str | None) -> dict[bytes, bytes]:
    return {b"unit": unit.encode()} if unit else {}
