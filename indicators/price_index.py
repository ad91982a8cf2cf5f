"""Price indices: chaining month-on-month or year-on-year links, re-basing, and deflating to real values.

Indices are numbers where `base` (100 by convention) is the base period's level. Which index belongs to which
place and month is reference data and lives elsewhere.
"""

import numpy as np

from indicators.arrays import ArrayInput, FloatArray, as_floats


def chain_monthly(month_on_month: ArrayInput, base: float = 100.0) -> FloatArray:
    """Index levels from links, (n,) -> (n + 1,). A link of 100.4 is a rise of 0.4 % on the month before.

    The first level is `base`, the month before the first link. Raises ValueError for a missing link, since a
    chain cannot bridge it.
    """
    links = _positive(month_on_month, "month_on_month")
    return base * np.concatenate([[1.0], np.cumprod(links / 100)])


def chain_yearly(year_on_year: ArrayInput, first_year: ArrayInput, periods: int = 12) -> FloatArray:
    """Index levels from year-on-year links, (n,) -> (periods + n,): I_t = I_(t - periods) * link / 100.

    first_year: the levels of the first `periods` months (or quarters), which links alone cannot give.
    """
    start = _positive(first_year, "first_year")
    if len(start) != periods:
        raise ValueError(f"first_year has {len(start)} levels; {periods} are needed, one per period of a year")
    links = _positive(year_on_year, "year_on_year") / 100
    padded = np.concatenate([links, np.ones(-len(links) % periods)]).reshape(-1, periods)
    levels = np.concatenate([start[None, :], start * np.cumprod(padded, axis=0)])
    return levels.ravel()[: periods + len(links)]


def rebase(index: ArrayInput, at: int | slice | ArrayInput, base: float = 100.0) -> FloatArray:
    """The index with its mean over the periods `at` set to `base`; growth is unchanged.

    at: a position, a slice or a mask.
    """
    levels = _positive(index, "index")
    chosen = np.atleast_1d(levels[at])
    if len(chosen) == 0:
        raise ValueError("no base period selected; `at` must pick at least one position of the index")
    rebased: FloatArray = levels * (base / chosen.mean())
    return rebased


def deflate(nominal: ArrayInput, index: ArrayInput, base: float = 100.0) -> FloatArray:
    """Real values nominal / (index / base), in the prices of the period where the index equals `base`.

    nominal, index: (n,) each, or one index for all. A missing nominal value stays missing.
    """
    values = as_floats(np.atleast_1d(np.asarray(nominal)), "nominal")
    levels = _positive(np.atleast_1d(np.asarray(index)), "index")
    if len(levels) not in (1, len(values)):
        raise ValueError(f"index has {len(levels)} levels for {len(values)} values; give one, or one per value")
    if not base > 0:
        raise ValueError(f"base is {base}; the level of the base period must be above zero")
    real: FloatArray = values * base / levels
    return real


def _positive(values: ArrayInput, name: str) -> FloatArray:
    levels = as_floats(values, name)
    bad = ~(np.isfinite(levels) & (levels > 0))
    if bad.any():
        raise ValueError(
            f"{name} is missing or not positive in {int(bad.sum())} periods (first at position "
            f"{int(np.argmax(bad))}); indices are numbers such as 100.4"
        )
    return levels
