"""The digest of rows of a table: one SHA-256 for the same rows, wherever and in whatever order they are stored.

Rows are sorted by all columns (nulls first). A column is then hashed in three streams: which values are there, how
long each text is, and the bytes of the values (little-endian; floats bit by bit, money in cents, timestamps in
microseconds UTC, dates in days). The digest is the SHA-256 over the names and the three hashes of every column.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contracts import Column, Contract

_BATCH = 122_880
_STORED: dict[str, pa.DataType] = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.uint8(),
    "date": pa.int32(),
    "timestamp": pa.int64(),
}
"""Contract type -> what its bytes are; money is decimal128, everything else is text."""


@dataclass(frozen=True)
class Digest:
    """How many rows there are, and the hash of them all."""

    rows: int
    sha256: str


def digests_of(
    driver: duckdb.DuckDBPyConnection,
    contract: Contract,
    by: Sequence[str] = (),
    where: str = "true",
    parameters: Sequence[object] = (),
    *,
    without: Iterable[str] = (),
    catalog: str | None = None,
) -> dict[tuple[Any, ...], Digest]:
    """Values of the columns `by` -> digest of the rows that have them; rows as `where` says, less columns `without`."""
    left_out = set(without)
    columns = [column for column in contract.columns if column.name not in left_out]
    order = [*by, *(column.name for column in columns if column.name not in by)]
    source = f"{catalog}.{contract.name}" if catalog else contract.name
    query = (
        f"SELECT {', '.join(column.name for column in columns)} FROM {source} WHERE {where} "
        f"ORDER BY {', '.join(f'{name} NULLS FIRST' for name in order)}"
    )
    groups: dict[tuple[Any, ...], _Streams] = {}
    for batch in driver.sql(query, params=list(parameters)).to_arrow_reader(_BATCH):
        starts = _starts([batch.column(name) for name in by], batch.num_rows)
        for start, end in pairwise([*starts, batch.num_rows]):
            part = batch.slice(start, end - start)
            group = tuple(part.column(name)[0].as_py() for name in by)
            groups.setdefault(group, _Streams(columns)).feed(part)
    return {group: streams.digest() for group, streams in groups.items()}


def _starts(columns: Sequence[pa.Array], rows: int) -> list[int]:
    """Where in sorted columns another group begins, the first row included."""
    changes = np.zeros(max(rows - 1, 0), bool)
    for column in columns:
        changes |= np.diff(np.asarray(column.dictionary_encode().indices.fill_null(-1))) != 0
    return [0, *(np.flatnonzero(changes) + 1).tolist()] if rows else []


class _Streams:
    """The three running hashes of every column."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._streams = [(hashlib.sha256(), hashlib.sha256(), hashlib.sha256()) for _ in columns]
        self._rows = 0

    def feed(self, rows: pa.RecordBatch) -> None:
        self._rows += rows.num_rows
        for column, stream, values in zip(self._columns, self._streams, rows.columns, strict=True):
            for hashed, content in zip(stream, _streams(values, column.type), strict=True):
                hashed.update(content)

    def digest(self) -> Digest:
        whole = hashlib.sha256()
        for column, stream in zip(self._columns, self._streams, strict=True):
            whole.update(f"{column.name} {' '.join(hashed.hexdigest() for hashed in stream)}\n".encode())
        return Digest(self._rows, whole.hexdigest())


def _streams(values: pa.Array, kind: str) -> tuple[Any, Any, Any]:
    """Presence, lengths and bytes of some values of a column."""
    present = np.asarray(values.is_valid()).astype(np.uint8)
    if kind == "money":
        cents = values.cast(pa.decimal128(18, 2)).fill_null(Decimal(0))
        return present, b"", cents.buffers()[1][cents.offset * 16 : (cents.offset + len(cents)) * 16]
    if kind in _STORED:
        return present, b"", np.asarray(values.cast(_STORED[kind]).fill_null(0)).astype(_little(kind))
    texts = values.cast(pa.large_string()).fill_null("")
    lengths = np.asarray(pc.binary_length(texts)).astype("<i8")
    start = int(np.frombuffer(texts.buffers()[1], "<i8")[texts.offset]) if len(texts) else 0
    content = texts.buffers()[2][start : start + int(lengths.sum())] if lengths.sum() else b""
    return present, lengths, content


def _little(kind: str) -> np.dtype[Any]:
    return np.dtype(_STORED[kind].to_pandas_dtype()).newbyteorder("<")
