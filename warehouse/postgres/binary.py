"""Rows as PostgreSQL's binary COPY takes them, made column by column: the server has nothing left to parse.

The format is in PostgreSQL's manual under COPY, "Binary Format"; that of a type in its `…_recv` function. Only the
types of contracts are known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_HEAD, _TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_ROWS = 16_384
"""Rows made at a time, few enough for the cache of a core"""
_FIRST_DAY = 10_957
"""Days from 1970 to 2000, where PostgreSQL begins to count"""
_MICROSECONDS_A_DAY = 86_400_000_000
_NEGATIVE, _NULL = 0x4000, -1

Values = npt.NDArray[Any]


def stream(batches: Iterable[pa.RecordBatch]) -> Iterator[memoryview]:
    """What COPY … (FORMAT binary) reads, in pieces; batches have the types of `warehouse.parsing.arrow_type`."""
    yield memoryview(_HEAD)
    for batch in batches:
        for start in range(0, batch.num_rows, _ROWS):
            yield memoryview(_rows(batch.slice(start, _ROWS)))
    yield memoryview(_TAIL)


def _rows(batch: pa.RecordBatch) -> pa.Buffer:
    """Rows one after the other. Cells as wide in every row are laid out together, the others joined in between."""
    count = batch.num_rows
    parts: list[pa.Array] = []
    together: list[Values] = [np.full(count, batch.num_columns, ">i2")]
    for column in batch.columns:
        is_text = pa.types.is_string(column.type)
        cells = _texts(column) if is_text else _cells(column)
        width = pc.binary_length(column) if cells is None else pa.scalar(cells.dtype.itemsize, pa.int32())
        widths = pc.if_else(column.is_valid(), width, _NULL)
        together.append(widths.to_numpy().astype(">i4"))
        if cells is not None and column.null_count == 0:
            together.append(cells)
            continue
        content = column.cast(pa.binary()) if cells is None else _joined([cells])
        parts += [_joined(together), pc.if_else(column.is_valid(), content, b"")]
        together = []
    if together:
        parts.append(_joined(together))
    return (pc.binary_join_element_wise(*parts, b"") if len(parts) > 1 else parts[0]).buffers()[2]


def _joined(cells: list[Values]) -> pa.Array:
    """Cells of some columns, side by side: bytes of one width for every row."""
    made = np.empty(len(cells[0]), [(str(place), values.dtype) for place, values in enumerate(cells)])
    for place, values in enumerate(cells):
        made[str(place)] = values
    ends = np.arange(len(made) + 1, dtype=np.int32) * np.int32(made.dtype.itemsize)
    return pa.Array.from_buffers(pa.binary(), len(made), [None, pa.py_buffer(ends), pa.py_buffer(made)])


def _texts(column: pa.Array) -> Values | None:
    """Bytes of texts that are all of one length; None where they are not."""
    if column.null_count or len(column) == 0:
        return None
    ends = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]
    width = int(ends[1] - ends[0])
    if width == 0 or (np.diff(ends) != width).any():
        return None
    return np.frombuffer(column.buffers()[2], f"V{width}", len(column), int(ends[0]))


def _cells(column: pa.Array) -> Values:
    """Values as the server keeps them; where a value is missing, any."""
    kind = column.type
    if pa.types.is_decimal64(kind):
        return _numeric(_known(column, pa.int64()), kind.scale)
    if pa.types.is_boolean(kind):
        return np.asarray(_known(column.cast(pa.int8()), pa.int8()))
    if pa.types.is_floating(kind):
        return _known(column, pa.float64()).astype(">f8")
    if pa.types.is_date32(kind):
        return (_known(column, pa.int32()) - _FIRST_DAY).astype(">i4")
    if pa.types.is_timestamp(kind):
        return (_known(column, pa.int64()) - _FIRST_DAY * _MICROSECONDS_A_DAY).astype(">i8")
    if pa.types.is_int64(kind):
        return _known(column, pa.int64()).astype(">i8")
    raise TypeError(f"no contract has a column of type {kind}")


def _known(column: pa.Array, storage: pa.DataType) -> Values:
    """The numbers that a column is stored as, 0 where one is missing."""
    stored = pa.Array.from_buffers(storage, len(column), column.buffers(), offset=column.offset)
    return np.asarray(stored.fill_null(0).to_numpy(zero_copy_only=False))


def _numeric(units: Values, scale: int) -> Values:
    """Decimals of up to four places as digits to the base of 10,000, as many as the largest needs.

    `units` are whole units of the last place. The server drops leading zeros.
    """
    if scale > 4:
        raise TypeError(f"decimals of {scale} places; contracts have up to four")
    size = np.abs(units)
    whole, places = np.divmod(size, 10**scale)
    digits = max(1, -(-len(str(int(whole.max(initial=0)))) // 4))
    head = [("count", ">i2"), ("weight", ">i2"), ("sign", ">u2"), ("scale", ">i2")]
    made = np.empty(len(units), [*head, ("digits", ">i2", (digits + 1,))])
    made["count"], made["weight"], made["scale"] = digits + 1, digits - 1, scale
    made["sign"] = np.where(units < 0, _NEGATIVE, 0)
    made["digits"][:, digits] = places * 10 ** (4 - scale)
    for place in range(digits - 1, -1, -1):
        whole, made["digits"][:, place] = np.divmod(whole, 10_000)
    return made
