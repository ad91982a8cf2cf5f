"""Statistical data editing: balances between rounded figures, misprints, outliers between periods, readings.

Here: judgements about figures, each with the evidence for it; the parts of the page live in
`editing_identities` and `editing_readings` and are reached from here. Not here: any repair (a named decision
releases a figure), the rules of a table (`checks`), the grammar of a number (`warehouse.units`).
Field's terms: balance edit, query edit, Hidiroglou-Berthelot, unit error.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from indicators.arrays import BoolArray, FloatArray, as_floats
from indicators.editing_identities import (
    CountBounds,
    Misprint,
    MisprintSearch,
    ProductIdentity,
    SumIdentity,
    balance_tolerance,
    balances,
    locate_misprint,
    recover_count,
)
from indicators.editing_readings import Band, Reading, readings

__all__ = [
    "Band",
    "CountBounds",
    "Misprint",
    "MisprintSearch",
    "Outliers",
    "ProductIdentity",
    "Reading",
    "SumIdentity",
    "balance_tolerance",
    "balances",
    "hidiroglou_berthelot",
    "locate_misprint",
    "readings",
    "recover_count",
]


@dataclass(frozen=True)
class Outliers:
    """Hidiroglou-Berthelot: `is_outlier` and `effect` (rows,), `effect` NaN for rows that have no ratio.

    An outlier's effect lies outside [`lower`, `upper`]. `zero`, `missing` and `negative` are the positions of
    rows listed apart: a zero or missing figure in either period, and figures below zero.
    """

    is_outlier: BoolArray
    effect: FloatArray
    median_ratio: float
    lower: float
    upper: float
    zero: tuple[int, ...]
    missing: tuple[int, ...]
    negative: tuple[int, ...]


def hidiroglou_berthelot(
    before: ArrayLike, after: ArrayLike, u: float = 0.5, a: float = 0.05, c: float = 4.0
) -> Outliers:
    """Period-to-period outliers, judging small units less severely than large ones.

    With r = after/before and its median r_M: s = 1 - r_M/r below the median, r/r_M - 1 above;
    E = s max(before, after)^u; outside [E_M - c d1, E_M + c d3] is an outlier, where d1 = max(E_M - E_Q1,
    |a E_M|), d3 = max(E_Q3 - E_M, |a E_M|). Quartiles by linear interpolation (type 7). Rows with a zero or
    missing figure are listed, not judged. Hidiroglou and Berthelot (1986); docs/methods/editing.md.
    """
    first, second = as_floats(before, "before"), as_floats(after, "after")
    if len(first) != len(second):
        raise ValueError(f"before has {len(first)} rows, after {len(second)}; expected the same units in both")
    is_missing = ~(np.isfinite(first) & np.isfinite(second))
    is_zero = ~is_missing & ((first == 0) | (second == 0))
    is_negative = ~is_missing & ~is_zero & ((first < 0) | (second < 0))
    judged = ~(is_missing | is_zero | is_negative)
    effect = np.full(first.shape, np.nan)
    listed = [tuple(np.flatnonzero(mask).tolist()) for mask in (is_zero, is_missing, is_negative)]
    if not judged.any():
        return Outliers(judged, effect, math.nan, math.nan, math.nan, *listed)
    ratio = second[judged] / first[judged]
    middle = float(np.median(ratio))
    score = np.where(ratio < middle, 1 - middle / ratio, ratio / middle - 1)
    effect[judged] = score * np.maximum(first[judged], second[judged]) ** u
    quarter, median, three_quarters = np.quantile(effect[judged], [0.25, 0.5, 0.75])
    lower = float(median - c * max(median - quarter, abs(a * median)))
    upper = float(median + c * max(three_quarters - median, abs(a * median)))
    is_outlier = judged & ((effect < lower) | (effect > upper))
    return Outliers(is_outlier, effect, middle, lower, upper, *listed)
