"""The way to a target: what is needed a year, whether the path is kept, where the trend leads.

Pure arithmetic on yearly figures. Method: docs/methods/targets.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from indicators.estimate import student_quantile

Comparison = Literal["at_least", "above"]
FEWEST_YEARS = 3
"""A line through two points has no residual, and its forecast no interval"""


@dataclass(frozen=True)
class Forecast:
    """Value of the trend in a year and its prediction interval, in the unit of the figures."""

    value: float
    low: float
    high: float
    df: int


@dataclass(frozen=True)
class Path:
    """A target seen from the latest year. required_a_year: None when no year is left or the target is reached.

    on_track: the latest figure is not below the straight line from the base year's figure to the target; None where
    the base year's figure is not known, or is the latest.
    """

    latest: float
    attainment: float
    is_reached: bool
    required_a_year: float | None
    on_track: bool | None


def path(levels: Mapping[int, float], target: float, comparison: Comparison, base_year: int, due_year: int) -> Path:
    """The path of yearly figures. Raises ValueError without a figure, or when the target is not above 0."""
    if not levels or target <= 0 or due_year <= base_year:
        raise ValueError("a path needs a figure, a target above 0, and a year due after the base year")
    year = max(levels)
    latest = levels[year]
    reached = latest > target if comparison == "above" else latest >= target
    left = due_year - year
    required = None if reached or left <= 0 else (target - latest) / left
    on_track = None
    if base_year in levels and year > base_year:
        passed = min(year, due_year) - base_year
        start = levels[base_year]
        line = start + (target - start) * passed / (due_year - base_year)
        on_track = reached or (year < due_year and latest >= line)
    return Path(latest, latest / target, reached, required, on_track)


def forecast(levels: Mapping[int, float], year: int, level: float = 0.95) -> Forecast | None:
    """Least-squares line through yearly figures and its Student prediction interval; None with fewer than three.

    half-width: t(n - 2) · s · √(1 + 1/n + (year - mean)²/Sxx), s² = residual sum of squares / (n - 2).
    """
    if len(levels) < FEWEST_YEARS:
        return None
    x, y = np.array(list(levels), float), np.array(list(levels.values()), float)
    n, mean = len(x), x.mean()
    spread = ((x - mean) ** 2).sum()
    slope = ((x - mean) @ y) / spread
    residual = y - y.mean() - slope * (x - mean)
    value = float(y.mean() + slope * (year - mean))
    error = np.sqrt(residual @ residual / (n - 2) * (1 + 1 / n + (year - mean) ** 2 / spread))
    half = float(student_quantile(level, n - 2) * error)
    return Forecast(value, value - half, value + half, n - 2)
