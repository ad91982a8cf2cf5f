"""Turning whatever a caller holds (list, NumPy, pandas, pyarrow, Decimal) into checked arrays.

Only shapes, types and missing values live here; nothing statistical does.
Every refusal says what was wrong, where, and what to do about it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
LabelArray = NDArray[Any]

# Lists, NumPy and pandas arrays, pyarrow arrays: no common base class exists for these.
ArrayInput = Any

_BLOCK = 32_768
"""Rows computed at once where columns are long."""

_TABLE = 8_000_000
"""Codes that are looked up in a table; of more kinds than that the few that occur are searched."""


def as_floats(values: ArrayInput, name: str, length: int | None = None) -> FloatArray:
    """One-dimensional float64 copy of `values`; missing entries become NaN.

    Raises ValueError when the values are text, have more than one dimension, or number other than `length`.
    """
    numbers = _numbers(values, name)
    if numbers.ndim != 1:
        raise ValueError(f"{name} must be one column of numbers, but has {numbers.ndim} dimensions")
    if length is not None and len(numbers) != length:
        raise ValueError(
            f"{name} has {len(numbers)} values but the design has {length} households; "
            "pass one value per household in the design's order"
        )
    return numbers


def as_columns(values: ArrayInput, name: str, length: int) -> FloatArray:
    """Float64 array of shape (length, variables); a single column gives shape (length, 1)."""
    numbers = _numbers(values, name)
    if numbers.ndim == 1:
        return as_floats(numbers, name, length)[:, None]
    if numbers.ndim != 2:
        raise ValueError(f"{name} must have one or two dimensions, but has {numbers.ndim}")
    if len(numbers) != length:
        raise ValueError(
            f"{name} has {len(numbers)} rows but the design has {length} households; "
            "pass one row per household in the design's order"
        )
    return numbers


def as_named_columns(values: Mapping[str, ArrayInput] | Any, length: int) -> dict[str, FloatArray]:
    """Column name -> float64 array, from a mapping of columns or a pandas DataFrame."""
    if not hasattr(values, "items"):
        raise TypeError(f"expected columns by name (a mapping or a DataFrame), got {type(values).__name__}")
    return {str(name): as_floats(column, str(name), length) for name, column in values.items()}


def as_codes(labels: ArrayInput, name: str, length: int | None = None) -> tuple[IntArray, LabelArray]:
    """Codes 0..k-1 in the sorted order of the labels, and the k labels.

    Raises ValueError when a label is missing or the number of labels is not `length`.
    """
    import pandas

    raw: Any = labels if isinstance(labels, pandas.Series) else np.asarray(labels)
    if raw.ndim != 1:
        raise ValueError(f"{name} must be one column of labels, but has {raw.ndim} dimensions")
    if length is not None and len(raw) != length:
        raise ValueError(f"{name} has {len(raw)} labels but {length} are needed; pass one label per row")
    if raw.dtype == object:
        raw = np.asarray(raw, dtype=object)
    codes, uniques = pandas.factorize(raw, use_na_sentinel=True)
    if missing := int((codes < 0).sum()):
        first = int(np.argmax(codes < 0))
        raise ValueError(f"{name} is missing in {missing} rows (first at position {first}); give every row a label")
    found = np.asarray(uniques)
    order = _sorted_order(found)
    rank = np.empty(len(found), dtype=np.int64)
    rank[order] = np.arange(len(found))
    return rank[codes], found[order]


def as_mask(domain: ArrayInput, length: int) -> BoolArray:
    """Boolean array marking the households of a domain; None means every household."""
    if domain is None:
        return np.ones(length, dtype=np.bool_)
    raw = np.asarray(domain)
    if raw.ndim != 1 or len(raw) != length:
        raise ValueError(f"domain has shape {raw.shape} but the design has {length} households; one True or False each")
    if raw.dtype == np.bool_:
        return raw
    unclear = [index for index, value in enumerate(raw.tolist()) if value not in (True, False)]
    if unclear:
        raise ValueError(
            f"domain must be True or False for every household; {len(unclear)} values are not (first at "
            f"position {unclear[0]}: {raw.tolist()[unclear[0]]!r}). Compare labels first: region == 'rural'"
        )
    return raw.astype(np.bool_)


def require_finite(values: FloatArray, name: str, mask: BoolArray | None = None) -> None:
    """Raise ValueError, naming the count, when a value used in the estimate is missing or infinite."""
    bad = ~np.isfinite(values) if values.ndim == 1 else ~np.isfinite(values).all(axis=1)
    if mask is not None:
        bad &= mask
    if count := int(bad.sum()):
        used = len(values) if mask is None else int(mask.sum())
        raise ValueError(
            f"{name} is missing (NaN) or infinite for {count} of {used} households (first at position "
            f"{int(np.argmax(bad))}); impute them or leave them out through `domain` before estimating"
        )


def one_of(value: str, allowed: Sequence[str], name: str) -> str:
    """`value` itself when allowed, else ValueError listing what is."""
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}; choose one of {', '.join(allowed)}")
    return value


def sum_by(index: IntArray, values: FloatArray, size: int) -> FloatArray:
    """Sums of rows by index: shape (size,) or (size, columns)."""
    if values.ndim == 1:
        return bin_sums(index, values, size)
    columns = values.shape[1]
    flat = (index[:, None] * columns + np.arange(columns)).ravel()
    return bin_sums(flat, values.ravel(), size * columns).reshape(size, columns)


def bin_sums(index: IntArray, values: FloatArray, size: int) -> FloatArray:
    """Sums of one column by index, (size,)."""
    sums: FloatArray = np.bincount(index, weights=values, minlength=size).astype(np.float64)
    return sums


def distinct(code: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """The distinct codes among 0..size-1 in order, and the position of each row's code among them."""
    if size > 4 * len(code) + 1_000_000:
        keys, position = np.unique(code, return_inverse=True)
        return keys, position
    seen = np.zeros(size, dtype=np.bool_)
    seen[code] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[code]


def distinct_of(pieces: Iterable[IntArray], size: int) -> tuple[IntArray, Callable[[IntArray], IntArray]]:
    """The same of codes that come in pieces, and the function that gives the position of each."""
    if size > _TABLE:
        keys = np.unique(np.concatenate([np.unique(piece) for piece in pieces]))
        return keys, lambda code: np.searchsorted(keys, code)
    seen = np.zeros(size, dtype=np.bool_)
    for piece in pieces:
        seen[piece] = True
    place = np.cumsum(seen) - 1
    return np.flatnonzero(seen), lambda code: place[code]


def ascending(values: FloatArray) -> tuple[IntArray, FloatArray]:
    """The stable order of values (n,), and the values in it: `np.argsort(values, kind="stable")`, only faster.

    Whole numbers are sorted whose high bits are the value's and whose low bits are its position; what the lost bits
    leave out of order is put right afterwards.
    """
    bits = np.int64(max(len(values) - 1, 1).bit_length())
    key = np.empty(len(values), dtype=np.int64)
    for block in blocks(len(values)):
        high = (values[block] + 0.0).view(np.int64)  # without negative zeros
        high ^= (high >> 63) & np.int64(2**63 - 1)  # a negative float's bits ascend with its size
        high >>= bits
        high <<= bits
        high |= np.arange(block.start, block.stop)
        key[block] = high
    key.sort()
    key &= (np.int64(1) << bits) - 1
    near = values[key]
    if (near[1:] < near[:-1]).any():
        order = np.argsort(near, kind="stable")
        return key[order], near[order]
    return key, near


def blocks(length: int) -> Iterator[slice]:
    """Stretches of 0..length-1 whose columns fit a core's cache together."""
    for start in range(0, length, _BLOCK):
        yield slice(start, min(start + _BLOCK, length))


def starts_of(*keys: IntArray | FloatArray) -> IntArray:
    """Positions where a new run of equal keys begins, for rows sorted by those keys."""
    if len(keys[0]) == 0:
        return np.empty(0, dtype=np.int64)
    changed = np.zeros(len(keys[0]), dtype=np.bool_)
    changed[0] = True
    for key in keys:
        changed[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changed)


def divide(numerator: FloatArray | float, denominator: FloatArray | float) -> FloatArray:
    """Quotient, NaN where the denominator is zero."""
    upper, lower = np.broadcast_arrays(numerator, denominator)
    quotient = np.full(upper.shape, np.nan)
    np.divide(upper, lower, out=quotient, where=lower != 0)
    return quotient


def _numbers(values: ArrayInput, name: str) -> FloatArray:
    raw = np.asarray(values)
    if raw.dtype.kind in "biuf":
        return raw.astype(np.float64)
    if raw.dtype.kind == "O":
        import pandas

        present = ~pandas.isna(raw)
        numbers = np.full(raw.shape, np.nan)
        kinds = {type(value) for value in raw[present].ravel()}
        if not any(issubclass(kind, str | bytes) for kind in kinds):
            numbers[present] = raw[present].astype(np.float64)
            return numbers
    raise ValueError(f"{name} must be numbers, but holds {raw.dtype} values; convert text to numbers first")


def _sorted_order(labels: LabelArray) -> IntArray:
    try:
        return np.argsort(labels, kind="stable")
    except TypeError:  # labels of mixed types have no order of their own
        keys = [(type(label).__name__, str(label)) for label in labels]
        return np.array(sorted(range(len(labels)), key=keys.__getitem__), dtype=np.int64)
