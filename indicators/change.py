"""Change between periods: contributions of sources to growth, shift-share over areas, trends.

Errors of contributions, which need both rounds' samples, are in `change_errors`; price indices and deflation
in `price_index`. Both can be imported from here.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from indicators.arrays import ArrayInput, FloatArray, as_floats, divide, require_finite
from indicators.change_errors import ContributionTable, contribution_from_totals
from indicators.estimate import Estimate
from indicators.price_index import chain_monthly, chain_yearly, deflate, rebase
from warehouse.units import MONTHS_OF_FREQ

__all__ = [
    "Contribution",
    "ContributionTable",
    "ShiftShare",
    "chain_monthly",
    "chain_yearly",
    "contribution",
    "contribution_from_totals",
    "decimal_year",
    "deflate",
    "rebase",
    "shift_share",
    "trend",
]

PRINTED_UNIT = 0.01  # yearbooks print yuan with two decimals


@dataclass(frozen=True, eq=False)
class Contribution:
    """Contributions to the growth of a total, in the form the sources were given.

    rate: part of the increase, adds to 1; points: increase over the former total, adds to `growth`. NaN where
    undefined, and `reason` says why. difference = total after - total before. tolerance: see `contribution`.
    """

    rate: Any
    points: Any
    growth: float
    difference: float
    tolerance: float
    reason: str | None


@dataclass(frozen=True, eq=False)
class ShiftShare:
    """ΔR = Σ within + Σ between, exactly. within, between: one entry per area, in the order of `areas`."""

    areas: tuple[Hashable, ...]
    change: float
    within: FloatArray
    between: FloatArray


def contribution(
    before: Any,
    after: Any,
    total_before: float | None = None,
    total_after: float | None = None,
    tolerance: float = PRINTED_UNIT,
) -> Contribution:
    """Contribution of each source to the growth of a total between two periods.

    before, after: amounts by source, as mappings or Series of the same keys, arrays (k,) or numbers. Totals
    default to the sums; give them when the sources do not cover everything. The rate is undefined, not zero,
    when the total moved by less than `tolerance`: two totals printed to 0.01 differ by up to 0.01 through
    rounding alone. Raises ValueError for sources that differ or are missing.
    """
    first, second = _amounts(before, before, "before"), _amounts(after, before, "after")
    if len(first) != len(second):
        raise ValueError(f"before has {len(first)} sources and after {len(second)}; give the same in both")
    start = float(first.sum()) if total_before is None else float(total_before)
    end = float(second.sum()) if total_after is None else float(total_after)
    difference = end - start
    moved = abs(difference) >= tolerance * (1 - 1e-9) and difference != 0
    reasons = []
    if not moved:
        reasons.append(f"the total moved by {difference:g}, less than rounding can explain ({tolerance:g})")
    if start <= 0:
        reasons.append("the former total is not positive")
    return Contribution(
        rate=_like(before, (second - first) / (difference if moved else np.nan)),
        points=_like(before, (second - first) / (start if start > 0 else np.nan)),
        growth=difference / start if start > 0 else np.nan,
        difference=difference,
        tolerance=tolerance,
        reason="; ".join(reasons) or None,
    )


def shift_share(part_before: Any, income_before: Any, part_after: Any, income_after: Any) -> ShiftShare:
    """Change of a share R = Σ part / Σ income over areas, split into within and between areas.

    ΔR = Σ v̄ Δr + Σ r̄ Δv, with v the area's share of income, r its own share, bars means of both periods.
    Mappings or Series by area with the same keys, or arrays (areas,). An area without income in one period
    counts with its r of the other, so its change is between areas.
    """
    areas = tuple(income_before.index) if _is_series(income_before) else None
    if isinstance(income_before, Mapping):
        areas = tuple(income_before)
    parts = [
        _amounts(part_before, income_before, "part_before"),
        _amounts(part_after, income_before, "part_after"),
    ]
    incomes = [
        _amounts(income_before, income_before, "income_before"),
        _amounts(income_after, income_before, "income_after"),
    ]
    if len({len(column) for column in parts + incomes}) != 1:
        raise ValueError("the four columns of a shift-share need one entry per area each")
    weight = [divide(income, income.sum()) for income in incomes]
    rate = [divide(part, income) for part, income in zip(parts, incomes, strict=True)]
    for part, own in zip(parts, rate, strict=True):
        if (np.isnan(own) & (part != 0)).any():
            raise ValueError("an area has part of an income of zero; check income_before and income_after")
    both_empty = np.isnan(rate[0]) & np.isnan(rate[1])
    filled = [np.where(np.isnan(rate[t]), np.where(both_empty, 0.0, rate[1 - t]), rate[t]) for t in (0, 1)]
    within = (weight[0] + weight[1]) / 2 * (filled[1] - filled[0])
    between = (filled[0] + filled[1]) / 2 * (weight[1] - weight[0])
    change = divide(parts[1].sum(), incomes[1].sum()) - divide(parts[0].sum(), incomes[0].sum())
    return ShiftShare(areas or tuple(range(len(within))), float(change), within, between)


def trend(
    time: Sequence[float | str] | ArrayInput,
    value: ArrayInput,
    weight: ArrayInput = None,
    se: ArrayInput = None,
) -> Estimate:
    """Weighted least-squares slope per year, in the unit of `value` (of shares 0-1: 0.01 is a point a year).

    time: years as numbers or SDMX periods ("2010", "2010-Q3", "2010-07"), (n,). Without `se` the error comes
    from the residuals, df = n - 2. With sampling errors `se`, (n,), weights default to 1/se², the error is
    theirs carried to the slope, and df is infinite. Periods whose value is missing are left out and counted.
    """
    years = decimal_year(time)
    y = as_floats(value, "value", None)
    if len(years) != len(y):
        raise ValueError(f"time has {len(years)} periods but value {len(y)}; give one value per period")
    known = np.isfinite(y)
    errors = None if se is None else as_floats(se, "se")
    w = np.ones(len(y)) if weight is None else as_floats(weight, "weight")
    if len(w) != len(y) or (errors is not None and len(errors) != len(y)):
        raise ValueError("weight and se need one entry per period")
    if errors is not None:
        require_finite(errors, "se", known)
        if weight is None and (errors[known] <= 0).any():
            raise ValueError("se must be positive to weigh periods by 1/se²; give `weight` instead")
        w = 1 / np.where(known, errors, 1.0) ** 2 if weight is None else w
    require_finite(w, "weight", known)
    used = known & (w > 0)
    slope, residual, coefficients, information = _slope(years[used], y[used], w[used])
    n = int(used.sum())
    if errors is None:
        variance = float(divide(w[used] @ residual**2, (n - 2) * information)) if n > 2 else np.nan
    else:
        variance = float(coefficients**2 @ errors[used] ** 2)
    return Estimate(
        value=slope,
        se=float(np.sqrt(variance)) if np.isfinite(slope) else np.nan,
        df=max(n - 2, 0) if errors is None else np.inf,
        n_excluded=len(y) - n,
        variant="error=residual" if errors is None else "error=sampling",
        reason=None if np.isfinite(slope) else "a slope needs two different periods",
    )


def decimal_year(time: Sequence[float | str] | ArrayInput) -> FloatArray:
    """Years as numbers: "2010" -> 2010, "2010-Q3", "2010-S2" and "2010-07" -> 2010.5 (start of it)."""
    periods = np.asarray(time)
    if periods.dtype.kind in "biuf":
        return periods.astype(np.float64)
    return np.array([_one_year(str(period)) for period in periods.tolist()])


def _one_year(period: str) -> float:
    year, _, rest = period.partition("-")
    length = rest[0] if rest[:1] in ("Q", "S") else "M"
    number, parts = rest.removeprefix(length), 12 // MONTHS_OF_FREQ[length]
    if not year.isdigit() or (rest and not (number.isdigit() and 1 <= int(number) <= parts)):
        raise ValueError(f"period {period!r} is not SDMX; write 2010, 2010-S2, 2010-Q3 or 2010-07")
    return int(year) + ((int(number) - 1) / parts if rest else 0.0)


def _slope(x: FloatArray, y: FloatArray, w: FloatArray) -> tuple[float, FloatArray, FloatArray, float]:
    """Slope, residuals, the coefficients c with slope = Σ c y, and the weighted sum of squares of x."""
    if len(np.unique(x)) < 2:
        return np.nan, y, y, np.nan
    centred = x - w @ x / w.sum()
    information = float(w @ centred**2)
    coefficients = w * centred / information
    slope = float(coefficients @ y)
    return slope, y - w @ y / w.sum() - slope * centred, coefficients, information


def _amounts(amounts: Any, like: Any, name: str) -> FloatArray:
    """Amounts as an array; those of a mapping in the order of the mapping `like`."""
    if _is_series(amounts) and _is_series(like) and amounts.index.is_unique and like.index.is_unique:
        amounts, like = dict(amounts), dict(like)
    if isinstance(amounts, Mapping) != isinstance(like, Mapping):
        raise ValueError("give all amounts as mappings or all as arrays")
    if isinstance(amounts, Mapping):
        if missing := set(amounts) ^ set(like):
            raise ValueError(f"sources in one period only: {', '.join(sorted(map(str, missing)))}")
        amounts = [amounts[key] for key in like]
    values = as_floats(np.atleast_1d(np.asarray(amounts)), name)
    require_finite(values, name)
    return values


def _is_series(values: Any) -> bool:
    """A labelled pandas column, recognised without importing pandas."""
    return hasattr(values, "index") and hasattr(values, "reindex")


def _like(form: Any, values: FloatArray) -> Any:
    if isinstance(form, Mapping):
        return {key: float(value) for key, value in zip(form, values, strict=True)}
    if _is_series(form):
        return type(form)(values, index=form.index)
    return values if np.ndim(form) else float(values[0])
