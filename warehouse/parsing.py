"""Text to typed values, by one grammar: `[+-]?\\d+(\\.\\d+)?` after trimming, no exponent, no NaN, no infinity.

Whole columns are cast at once; only texts that the cast cannot be trusted with go through the exact reader of
`warehouse.units` (full-width digits, thousands separators, units). What reads in no way is reported, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contracts.base import Column, ColumnType
from warehouse.periods import read_period
from warehouse.units import UnitError, factor, is_any_currency, ordinary_width, parse_quantity

MONEY = pa.decimal64(18, 2)
_LARGEST = 9_000_000_000_000_000
"""The largest whole number of cents or units that is taken: far beyond any amount, exact as a float."""
_EXACT_AS_FLOAT = 1e14
_FINE = pa.decimal128(38, 20)
_MINUS, _POINT, _SLASH, _NINE = b"-./9"
_YUAN = "元"
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_SEPARATED = r"^\s*[+-]?([0-9]+|[1-9][0-9]{0,2}(,[0-9]{3})+)(\.[0-9]+)?\s*$"
_SEPARATED_YUAN = _SEPARATED.removesuffix(r"\s*$") + r"\s*元?\s*$"
_CODE_OK = np.zeros(256, bool)
_CODE_OK[33:127] = True
_CODE_OK[ord("+")] = False
_EXPONENT = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+[0-9]+")
_DATE = re.compile(
    r"(?P<year>[0-9]{4})"
    r"(?:(?P<mark>[-/.])(?P<m1>[0-9]{1,2})(?P=mark)(?P<d1>[0-9]{1,2})"
    r"|\s*年\s*(?P<m2>[0-9]{1,2})\s*月\s*(?P<d2>[0-9]{1,2})\s*日?|(?P<m3>[0-9]{2})(?P<d3>[0-9]{2}))"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)


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


def parse(text: pa.Array | pa.ChunkedArray, column: Column, unit: str | None = None, rounded: bool = False) -> Parsed:
    """One column of text as the contract's type; `unit` is the sender's when it is not the contract's base unit.

    `rounded`: money is rounded to the cent, half to even; else an amount with a part of a cent does not read.
    """
    array = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    if pa.types.is_large_string(array.type) or pa.types.is_dictionary(array.type):
        array = array.cast(pa.string())
    if not pa.types.is_string(array.type):
        return Parsed(array.cast(arrow_type(column.type)), np.zeros(len(array), bool))
    match column.type:
        case "integer" | "number" | "money":
            return _parse_number(array, column.type, unit, column.unit, rounded and column.type == "money")
        case "period":
            return _by_distinct(array, read_period, pa.string())
        case "code" | "identifier":
            return _parse_code(array)
        case "date":
            return _by_distinct(array, _read_date, pa.date32())
        case "boolean":
            return _by_distinct(array, _read_boolean, pa.bool_())
        case _:
            trimmed = pc.utf8_trim_whitespace(array)
            blank = pc.equal(trimmed, "")
            return Parsed(pc.if_else(blank, pa.scalar(None, pa.string()), trimmed), np.zeros(len(array), bool))


def money_from_cents(cents: np.ndarray, is_null: np.ndarray | None = None) -> pa.Array:
    """Exact amounts from whole cents (int64)."""
    validity = None if is_null is None or not is_null.any() else pa.array(~is_null).buffers()[1]
    return pa.Array.from_buffers(MONEY, len(cents), [validity, pa.py_buffer(np.ascontiguousarray(cents, np.int64))])


def cents_from_money(values: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Whole cents (int64) of exact amounts; nulls are 0."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if not len(array):
        return np.zeros(0, np.int64)
    exact = array.cast(MONEY)
    cents = np.frombuffer(exact.buffers()[1], np.int64)[exact.offset : exact.offset + len(exact)]
    return np.where(np.asarray(exact.is_null()), 0, cents)


def _parse_number(array: pa.Array, kind: ColumnType, unit: str | None, base_unit: str | None, rounded: bool) -> Parsed:
    """By cast where the text is plain and a float exact; by the exact reader elsewhere."""
    scale = factor(unit, base_unit)
    steps = scale * (100 if kind == "money" else 1)
    plain, rest = _plain(array, scale == 1 and is_any_currency(base_unit))
    floats, is_null, unlike = _cast(plain)
    scaled = floats if steps == 1 else floats * float(steps)
    if kind == "number":
        inexact = np.flatnonzero(~np.isfinite(scaled))
    else:
        finer = _with_more_decimals(plain, steps)
        scaled = np.rint(scaled)
        if rounded:
            finer = _round_exactly(plain, finer, scaled) if steps == 100 else finer
        inexact = np.union1d(np.flatnonzero(np.abs(scaled) > _EXACT_AS_FLOAT), finer)
    rows = np.unique(np.concatenate([rest, unlike, inexact]))
    values, unreadable = _read_exactly(array, rows, unit, base_unit, kind, rounded)
    is_null[rows] = True
    is_null[list(values)] = False
    scaled[rows] = 0
    if kind == "number":
        scaled[list(values)] = list(values.values())
        return Parsed(pa.array(scaled, mask=is_null), unreadable)
    whole = scaled.astype(np.int64)
    whole[list(values)] = list(values.values())
    if kind == "money":
        return Parsed(money_from_cents(whole, is_null), unreadable)
    return Parsed(pa.array(whole, mask=is_null), unreadable)


def _bytes_of(array: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where each text begins and ends, and the bytes of all."""
    _, offsets, data = array.buffers()
    if data is None or not len(array):
        return np.zeros(len(array), np.int64), np.zeros(len(array), np.int64), np.zeros(0, np.uint8)
    bounds = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    return bounds[:-1] - bounds[0], bounds[1:] - bounds[0], np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]


def _plain(array: pa.Array, is_yuan: bool) -> tuple[pa.Array, np.ndarray]:
    """Texts that the cast can be trusted with (null for the others), and the rows of the others.

    Thousands separators, a plus and, where yuan are asked for, the suffix 元 are taken off.
    """
    bare = _without_yuan(array) if is_yuan else array
    suspects = _suspects(bare)
    if not len(suspects):
        return bare, suspects
    texts = array.take(pa.array(suspects))
    easy = pc.fill_null(pc.match_substring_regex(texts, _SEPARATED_YUAN if is_yuan else _SEPARATED), False)
    digits = pc.utf8_trim_whitespace(pc.replace_substring(pc.replace_substring(texts, ",", ""), _YUAN, ""))
    stripped = pc.if_else(easy, pc.utf8_ltrim(digits, characters="+"), pa.scalar(None, pa.string()))
    mask = np.zeros(len(array), bool)
    mask[suspects] = True
    return pc.replace_with_mask(bare, pa.array(mask), stripped), suspects[~np.asarray(easy)]


def _without_yuan(array: pa.Array) -> pa.Array:
    """The texts that end in 元 without it, unless they are nothing else."""
    has_suffix = pc.and_(pc.ends_with(array, _YUAN), pc.greater(pc.binary_length(array), len(_YUAN.encode())))
    return pc.if_else(has_suffix, pc.utf8_slice_codeunits(array, 0, -1), array) if pc.any(has_suffix).as_py() else array


def _suspects(array: pa.Array) -> np.ndarray:
    """Rows whose text holds a byte other than digit, point and minus, or a point without a digit on either side."""
    starts, ends, data = _bytes_of(array)
    is_strange = (data - np.uint8(_MINUS) > _NINE - _MINUS) | (data == _SLASH)  # below the minus it wraps around
    filled = np.flatnonzero(ends > starts)
    first, last = starts[filled], ends[filled] - 1
    first = np.where((data[first] == _MINUS) & (last > first), first + 1, first)
    is_suspect = np.zeros(len(array), bool)
    is_suspect[filled[(data[first] == _POINT) | (data[last] == _POINT)]] = True
    if is_strange.any():
        is_suspect[np.searchsorted(ends, np.flatnonzero(is_strange), side="right")] = True
    return np.flatnonzero(is_suspect)


def _cast(plain: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Floats, where they are null, and the rows whose text is no number after all (`1-2`, `1.2.3`)."""
    unlike = np.zeros(0, np.int64)
    try:
        numbers = plain.cast(pa.float64())
    except pa.ArrowInvalid:
        is_number = pc.fill_null(pc.match_substring_regex(plain, _NUMBER), True)
        unlike = np.flatnonzero(~np.asarray(is_number))
        numbers = pc.if_else(is_number, plain, pa.scalar(None, pa.string())).cast(pa.float64())
    return np.array(pc.fill_null(numbers, 0.0)), np.array(numbers.is_null()), unlike


def _with_more_decimals(plain: pa.Array, steps: Decimal) -> np.ndarray:
    """Rows with more decimals than make a whole number of steps, zeros at the end not counted."""
    most = int(steps.normalize().as_tuple().exponent)
    starts, ends, data = _bytes_of(plain)
    few = 0
    for position in (ends - place for place in range(1, most + 2) if len(data)):
        few += int(np.count_nonzero((position >= starts) & (data[np.maximum(position, 0)] == _POINT)))
    points = np.flatnonzero(data == _POINT) if most >= 0 else starts[ends > starts]
    if len(points) == few:
        return np.zeros(0, np.int64)
    rows = np.searchsorted(ends, points, side="right")
    rows = rows[ends[rows] - points - 1 > most]
    texts = pc.ascii_rtrim(plain.take(pa.array(rows)), characters="0")
    decimals = pc.subtract(pc.subtract(pc.binary_length(texts), pc.find_substring(texts, ".")), 1)
    return rows[np.asarray(decimals) > most]


def _round_exactly(plain: pa.Array, finer: np.ndarray, cents: np.ndarray) -> np.ndarray:
    """Put the rounded cents of the amounts that have a part of a cent in their place; the rows of those that are left.

    Exactly, as decimals: the float of an amount may lie on the other side of half a cent.
    """
    try:
        amounts = plain.take(pa.array(finer)).cast(_FINE)
        cents[finer] = cents_from_money(pc.round(amounts, ndigits=2, round_mode="half_to_even"))
    except pa.ArrowInvalid:  # more digits than a column of decimals takes
        return finer
    return finer[:0]


def _read_exactly(
    array: pa.Array, rows: np.ndarray, unit: str | None, base_unit: str | None, kind: ColumnType, rounded: bool
) -> tuple[dict[int, int | float], np.ndarray]:
    """Stored values by row, and which rows do not read; a row in neither is blank."""
    values: dict[int, int | float] = {}
    unreadable = np.zeros(len(array), bool)
    known: dict[str | None, int | float | UnitError | None] = {None: None}
    for row, text in zip(rows.tolist(), array.take(pa.array(rows)).to_pylist(), strict=True):
        if text not in known:
            try:
                known[text] = _stored(parse_quantity(text, unit, base_unit).value, kind, rounded)
            except UnitError as error:
                known[text] = error
        value = known[text]
        if isinstance(value, UnitError):
            unreadable[row] = True
        elif value is not None:
            values[row] = value
    return values, unreadable


def _stored(value: Decimal | None, kind: ColumnType, rounded: bool) -> int | float | None:
    """A quantity as the column stores it: float, whole number, or whole cents. UnitError when it does not fit."""
    if value is None:
        return None
    if kind == "number":
        if np.isfinite(number := float(value)):
            return number
        raise UnitError(f"{value:.3e} is larger than any number that can be stored")
    numerator, denominator = value.as_integer_ratio()
    steps = Fraction(numerator * (100 if kind == "money" else 1), denominator)
    whole = round(steps)
    if (whole != steps and not rounded) or abs(whole) > _LARGEST:
        raise UnitError(f"{value:.3e} has more decimals or digits than a column of {kind} takes")
    return whole


def _parse_code(array: pa.Array) -> Parsed:
    """Codes trimmed; full-width letters and digits in ordinary width. A number in exponents is no code any more."""
    starts, ends, data = _bytes_of(array)
    if _CODE_OK[data].all() and np.count_nonzero(starts == ends) == array.null_count:
        return Parsed(array, np.zeros(len(array), bool))
    return _by_distinct(array, _read_code, pa.string())


def _by_distinct(array: pa.Array, read: Callable[[str], object], to: pa.DataType) -> Parsed:
    """Read every distinct text once; None is what does not read, and a blank is null."""
    encoded = array.dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    values = [read(text) if text.strip() else None for text in texts]
    failed = np.array([value is None and bool(text.strip()) for value, text in zip(values, texts, strict=True)], bool)
    unreadable = np.zeros(len(array), bool)
    if failed.any():
        unreadable = np.asarray(pc.fill_null(pa.array(failed).take(encoded.indices), False))
    return Parsed(pa.array(values, to).take(encoded.indices), unreadable)


def _read_code(text: str) -> str | None:
    code = ordinary_width(text).strip()
    return None if _EXPONENT.fullmatch(code) else code


def _read_date(text: str) -> date | None:
    match = _DATE.fullmatch(ordinary_width(text).strip())
    if match is None:
        return None
    month, day = (next(match[f"{part}{form}"] for form in "123" if match[f"{part}{form}"]) for part in "md")
    try:
        return date(int(match["year"]), int(month), int(day))
    except ValueError:
        return None


def _read_boolean(text: str) -> bool | None:
    return {"true": True, "1": True, "是": True, "false": False, "0": False, "否": False}.get(text.strip().lower())
