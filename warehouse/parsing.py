"""Text to typed values, by one grammar: `[+-]?\\d+(\\.\\d+)?` after trimming, no exponent, no NaN, no infinity.

Whole columns are cast at once; only texts that the cast cannot be trusted with go through the exact reader of
`warehouse.units` (full-width digits, thousands separators, units). What reads in no way is reported, never guessed.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contracts.base import Column, ColumnType
from warehouse.periods import read_period
from warehouse.units import UnitError, factor, parse_quantity

MONEY = pa.decimal128(18, 2)
_MAX_CENTS = 9_000_000_000_000_000
_PLAIN = np.zeros(256, bool)
_PLAIN[np.frombuffer(b"0123456789.-", np.uint8)] = True
_NUMBER = r"^-?\d+(\.\d+)?$"
_SEPARATED = r"^\s*[+-]?(\d+|\d{1,3}([,,]\d{3})+)(\.\d+)?\s*$"
_SEPARATED_YUAN = r"^\s*[+-]?(\d+|\d{1,3}([,,]\d{3})+)(\.\d+)?\s*元?\s*$"
_CODE_OK = np.zeros(256, bool)
_CODE_OK[33:127] = True


@dataclass(frozen=True)
class Parsed:
    """`values` of the contract's type, null where blank or unreadable; `unreadable` true where text did not read."""

    values: pa.Array
    unreadable: np.ndarray


def arrow_type(column_type: ColumnType) -> pa.DataType:
    """The Arrow type in which a contract's type is stored."""
    return {
        "identifier": pa.string(),
        "code": pa.string(),
        "text": pa.string(),
        "period": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "money": MONEY,
        "date": pa.date32(),
        "timestamp": pa.timestamp("us", tz="UTC"),
        "boolean": pa.bool_(),
    }[column_type]


def parse(text: pa.Array | pa.ChunkedArray, column: Column, unit: str | None = None) -> Parsed:
    """One column of text as the contract's type; `unit` is the sender's when it is not the contract's base unit."""
    array = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    if not pa.types.is_string(array.type):
        return Parsed(array.cast(arrow_type(column.type)), np.zeros(len(array), bool))
    match column.type:
        case "integer" | "number" | "money":
            return _parse_number(array, column.type, unit, column.unit)
        case "period":
            return _by_distinct(array, read_period, pa.string())
        case "code" | "identifier":
            return _parse_code(array)
        case "date":
            return _by_distinct(array, _read_date, pa.date32())
        case "boolean":
            return _by_distinct(array, _read_boolean, pa.bool_())
        case _:
            return Parsed(pc.utf8_trim_whitespace(array), np.zeros(len(array), bool))


def money_from_cents(cents: np.ndarray, is_null: np.ndarray | None = None) -> pa.Array:
    """Exact amounts from whole cents (int64)."""
    words = np.empty((len(cents), 2), np.int64)
    words[:, 0] = cents
    words[:, 1] = cents >> 63
    validity = None if is_null is None or not is_null.any() else pa.array(~is_null).buffers()[1]
    return pa.Array.from_buffers(MONEY, len(cents), [validity, pa.py_buffer(words.tobytes())])


def cents_from_money(values: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Whole cents (int64) of exact amounts; nulls are 0."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if not len(array):
        return np.zeros(0, np.int64)
    words = np.frombuffer(array.buffers()[1], np.int64).reshape(-1, 2)[
        array.offset : array.offset + len(array), 0
    ]
    return np.where(np.asarray(array.is_null()), 0, words)


def _parse_number(array: pa.Array, kind: ColumnType, unit: str | None, base_unit: str | None) -> Parsed:
    suspects = _suspects(array)
    floats, is_null, suspects = _cast_plain(array, suspects)
    exact: dict[int, Decimal] = {}
    unreadable = np.zeros(len(array), bool)
    scale = factor(unit, base_unit)
    multiplier = float(scale)
    if len(suspects):
        in_base_unit = scale == 1 and base_unit is not None and base_unit.startswith("currency")
        easy = _cast_separated(array, suspects, _SEPARATED_YUAN if in_base_unit else _SEPARATED)
        rest = suspects[np.isnan(easy)]
        floats[suspects], is_null[suspects] = easy, np.isnan(easy)
        exact, blank = _read_exactly(array, rest, unit, base_unit)
        unreadable[rest] = True
        unreadable[blank] = False
        unreadable[list(exact)] = False
    if kind == "number":
        values = floats if scale == 1 else floats * multiplier
        for row, value in exact.items():
            values[row], is_null[row] = float(value), False
        return Parsed(pa.array(values, mask=is_null), unreadable)
    steps = 100 if kind == "money" else 1
    scaled = np.where(is_null, 0.0, floats) * float(scale * steps)
    whole = np.rint(scaled)
    inexact = (np.abs(scaled - whole) > 1e-6 + np.abs(scaled) * 4e-15) | (np.abs(scaled) > 1e14)
    for row in np.flatnonzero(inexact & ~is_null):
        exact[int(row)] = parse_quantity(array[int(row)].as_py(), unit, base_unit) or Decimal(0)
    integers = np.where(np.abs(whole) > _MAX_CENTS, 0, whole).astype(np.int64)
    for row, value in exact.items():
        stepped = value * steps
        fits = stepped == stepped.to_integral_value() and abs(stepped) <= _MAX_CENTS
        integers[row] = int(stepped) if fits else 0
        is_null[row], unreadable[row] = not fits, not fits
    if kind == "money":
        return Parsed(money_from_cents(integers, is_null), unreadable)
    return Parsed(pa.array(integers, mask=is_null), unreadable)


def _suspects(array: pa.Array) -> np.ndarray:
    """Rows whose text holds a byte other than digit, point and minus, or begins or ends with a point."""
    if not len(array) or array.buffers()[2] is None:
        return np.zeros(0, np.int64)
    offsets = np.frombuffer(array.buffers()[1], np.int32)[array.offset : array.offset + len(array) + 1]
    data = np.frombuffer(array.buffers()[2], np.uint8)[: offsets[-1]]
    positions = np.flatnonzero(~_PLAIN[data])
    positions = positions[positions >= offsets[0]]
    rows = np.searchsorted(offsets, positions, side="right") - 1
    filled = np.flatnonzero(offsets[1:] > offsets[:-1])
    pointed = (data[offsets[:-1][filled]] == 46) | (data[offsets[1:][filled] - 1] == 46)
    return np.unique(np.concatenate([rows, filled[pointed]]))


def _cast_plain(array: pa.Array, suspects: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    def without(rows: np.ndarray) -> pa.Array:
        if not len(rows):
            return array
        mask = np.zeros(len(array), bool)
        mask[rows] = True
        return pc.if_else(pa.array(mask), pa.scalar(None, pa.string()), array)

    plain = without(suspects)
    try:
        numbers = plain.cast(pa.float64())
    except pa.ArrowInvalid:
        sound = np.asarray(pc.fill_null(pc.match_substring_regex(plain, _NUMBER), True))
        suspects = np.union1d(suspects, np.flatnonzero(~sound))
        numbers = without(suspects).cast(pa.float64())
    is_null = np.asarray(numbers.is_null())
    return np.array(pc.fill_null(numbers, 0.0)), is_null.copy(), suspects


def _cast_separated(array: pa.Array, rows: np.ndarray, pattern: str) -> np.ndarray:
    """Values of the texts that only carry thousands separators or the suffix 元; NaN for the others."""
    texts = array.take(pa.array(rows))
    easy = pc.fill_null(pc.match_substring_regex(texts, pattern), False)
    stripped = pc.replace_substring_regex(texts, r"[,,\s+元]", "")
    numbers = pc.if_else(easy, stripped, pa.scalar(None, pa.string())).cast(pa.float64())
    return np.array(pc.fill_null(numbers, float("nan")))


def _read_exactly(
    array: pa.Array, rows: np.ndarray, unit: str | None, base_unit: str | None
) -> tuple[dict[int, Decimal], list[int]]:
    """Exact values by row, and the rows that are blank (yearbook conventions for unknown)."""
    values: dict[int, Decimal] = {}
    blank: list[int] = []
    known: dict[str, Decimal | None | UnitError] = {}
    for row in rows.tolist():
        text = array[row].as_py()
        if text not in known:
            try:
                known[text] = parse_quantity(text, unit, base_unit)
            except UnitError as error:
                known[text] = error
        value = known[text]
        if value is None:
            blank.append(row)
        elif isinstance(value, Decimal):
            values[row] = value
    return values, blank


def _parse_code(array: pa.Array) -> Parsed:
    """Codes trimmed; full-width letters and digits in ordinary width."""
    buffer = array.buffers()[2]
    if buffer is None or _CODE_OK[np.frombuffer(buffer, np.uint8)].all():
        return Parsed(array, np.zeros(len(array), bool))
    return _by_distinct(
        array, lambda text: unicodedata.normalize("NFKC", text).strip() or None, pa.string(), True
    )


def _by_distinct(array: pa.Array, read: object, to: pa.DataType, blank_is_null: bool = False) -> Parsed:
    """Read every distinct text once."""
    assert callable(read)
    encoded = array.dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    values = [None if not text.strip() else read(text) for text in texts]
    failed = np.array(
        [
            value is None and bool(text.strip()) and not blank_is_null
            for value, text in zip(values, texts, strict=True)
        ],
        bool,
    )
    indices = encoded.indices
    unreadable = np.zeros(len(array), bool)
    if failed.any():
        unreadable = np.asarray(pc.fill_null(pa.array(failed).take(indices), False))
    return Parsed(pa.array(values, to).take(indices), unreadable)


def _read_date(text: str) -> date | None:
    normal = unicodedata.normalize("NFKC", text).strip().rstrip("日")
    for separator in ("年", "月", "/", "."):
        normal = normal.replace(separator, "-")
    parts = normal.split(" ")[0].split("-")
    if len(parts) == 1 and len(normal) == 8 and normal.isdigit():
        parts = [normal[:4], normal[4:6], normal[6:]]
    if len(parts) != 3 or not all(part.isdigit() for part in parts) or len(parts[0]) != 4:
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _read_boolean(text: str) -> bool | None:
    return {"true": True, "1": True, "是": True, "false": False, "0": False, "否": False}.get(
        text.strip().lower()
    )
