"""From a change of an aggregate to the rows that made it: what each unit adds to the change, exactly.

Method: docs/methods/macro-editing.md. Not here: where the rows come from (`assets.explain.drill`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from indicators.arrays import FloatArray, as_floats


@dataclass(frozen=True)
class Contributions:
    """What each of n units adds to a change: `contribution` (n,) adds up to `after - before`."""

    contribution: FloatArray
    before: float
    after: float

    @property
    def change(self) -> float:
        """after - before"""
        return self.after - self.before


def total_change(before: ArrayLike, after: ArrayLike) -> Contributions:
    """Contributions to the change of a total; weighted amounts of n units, 0 of one that is not in the period."""
    first, second = _same_units(before, after)
    return Contributions(second - first, float(first.sum()), float(second.sum()))


def ratio_change(
    numerator_before: ArrayLike, denominator_before: ArrayLike, numerator_after: ArrayLike, denominator_after: ArrayLike
) -> Contributions:
    """Contributions to the change of R = Σ y / Σ x; weighted y and x of n units, 0 of one that is not in the period.

    With R̄ and X̄ the means of both periods, unit i adds (Δy_i - R̄ Δx_i)/X̄, since ΣΔy = R̄ΣΔx + X̄ΔR. ValueError when
    a denominator is zero.
    """
    y0, y1 = _same_units(numerator_before, numerator_after)
    x0, x1 = _same_units(denominator_before, denominator_after)
    if len(y0) != len(x0):
        raise ValueError(f"numerators of {len(y0)} units, denominators of {len(x0)}; expected the same units")
    base, later = float(x0.sum()), float(x1.sum())
    if base == 0 or later == 0:
        raise ValueError("the denominator is zero in one of the periods; there is no ratio to compare")
    before, after = float(y0.sum()) / base, float(y1.sum()) / later
    middle, size = (before + after) / 2, (base + later) / 2
    return Contributions(((y1 - y0) - middle * (x1 - x0)) / size, before, after)


def _same_units(before: ArrayLike, after: ArrayLike) -> tuple[FloatArray, FloatArray]:
    first, second = as_floats(before, "before"), as_floats(after, "after")
    if len(first) != len(second):
        raise ValueError(f"before has {len(first)} units, after {len(second)}; expected the same units in both")
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise ValueError("an amount is missing; give 0 for a unit that is not in a period")
    return first, second
