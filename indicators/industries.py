"""Industries: location quotient, planting by order, balance of the programme's parts, effective number.

Pure functions on arrays; shares are parts of 1. Method: docs/methods/industries.md.
"""

import numpy as np

from indicators.arrays import ArrayInput, FloatArray, as_floats, divide

FEWEST_VILLAGES = 5
"""With fewer, that all are alike says nothing"""


def location_quotient(of_area: ArrayInput, of_whole: ArrayInput) -> FloatArray:
    """of_area (areas, industries), of_whole (industries,) -> an industry's share in the area over that in the whole.

    NaN where the area, the whole or the industry has nothing. Raises ValueError for negative values.
    """
    table, whole = np.asarray(of_area, dtype=np.float64), np.asarray(of_whole, dtype=np.float64)
    if table.ndim != 2 or whole.shape != table.shape[1:] or (table < 0).any() or (whole < 0).any():
        raise ValueError("location quotients need areas by industries and the whole by industries, none negative")
    here = divide(table, np.broadcast_to(table.sum(axis=1, keepdims=True), table.shape))
    everywhere = divide(whole, np.full(len(whole), whole.sum()))
    return divide(here, np.broadcast_to(everywhere, table.shape))


def effective_number(amounts: ArrayInput) -> float:
    """1 / Σ share²: how many contributors of equal size are as concentrated as these. 0 when there is nothing."""
    parts = as_floats(amounts, "amounts")
    whole = parts.sum()
    return float(whole**2 / (parts**2).sum()) if whole > 0 else 0.0


def balance_index(coverage: ArrayInput) -> float:
    """Geometric over arithmetic mean of how far each part reaches: 1 when all reach as far, 0 when one is missing."""
    parts = as_floats(coverage, "coverage")
    if not len(parts) or (parts < 0).any():
        raise ValueError("coverage needs one share of 0 or more for each part")
    mean = float(parts.mean())
    return float(np.prod(parts) ** (1 / len(parts)) / mean) if mean > 0 else 0.0


def is_equal_split(land: ArrayInput) -> bool:
    """True when villages that plant a crop, at least five, all have the same land of it: a quota, not a choice."""
    planted = as_floats(land, "land")
    planted = planted[planted > 0]
    return len(planted) >= FEWEST_VILLAGES and bool((planted == planted[0]).all())


def is_identical_crop(land: ArrayInput) -> bool:
    """land (villages, crops): True when at least five villages all plant one crop only, and the same."""
    table = np.asarray(land, dtype=np.float64)
    planted = table[(table > 0).any(axis=1)] > 0
    return len(planted) >= FEWEST_VILLAGES and bool((planted.sum(axis=1) == 1).all() and planted.any(axis=0).sum() == 1)
