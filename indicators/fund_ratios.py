"""Ratios of funds: leverage, concentration, grants, gain per yuan. Amounts in whole cents.

What is None has nothing to be divided by. Ledgers, and what must hold of them, are in `indicators.ledger`.
Method: docs/methods/funds.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.special import stdtrit

FEWEST_PROJECTS = 5
"""A ratio over projects with fewer has no interval worth the name"""


def shares(amounts: Mapping[str, int]) -> dict[str, Fraction]:
    """Part of each in the whole; they add to 1. Empty when the whole is nothing."""
    whole = sum(amounts.values())
    return {name: Fraction(amount, whole) for name, amount in amounts.items()} if whole else {}


def concentration(amounts: Mapping[str, int]) -> Fraction | None:
    """Herfindahl-Hirschman index: Σ share²."""
    parts = shares(amounts)
    return sum((part * part for part in parts.values()), Fraction(0)) if parts else None


def leverage(amounts: Mapping[str, int], lever: str) -> Fraction | None:
    """All other channels / the channel that is to draw them."""
    fund = amounts.get(lever, 0)
    return Fraction(sum(amounts.values()) - fund, fund) if fund else None


def marginal_leverage(before: Mapping[str, int], after: Mapping[str, int], lever: str) -> Fraction | None:
    """Change of all other channels / change of the lever."""
    change = after.get(lever, 0) - before.get(lever, 0)
    others = sum(after.values()) - after.get(lever, 0) - sum(before.values()) + before.get(lever, 0)
    return Fraction(others, change) if change else None


def median(amounts: Sequence[int]) -> Fraction | None:
    """The middle one; of an even number the mean of both."""
    ordered = sorted(amounts)
    half = len(ordered) // 2
    if not ordered:
        return None
    return Fraction(ordered[half]) if len(ordered) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)


def tiny_share(amounts: Sequence[int], below: int) -> Fraction | None:
    """Part of the grants that are smaller than a bound."""
    return Fraction(sum(amount < below for amount in amounts), len(amounts)) if len(amounts) else None


@dataclass(frozen=True)
class PerYuan:
    """A ratio over projects with its 95 % interval."""

    value: float
    se: float
    low: float
    high: float
    n: int


def per_yuan(gain: Sequence[float], money: Sequence[float]) -> PerYuan | None:
    """Σ gain / Σ money over projects, linearised; None for fewer than FEWEST_PROJECTS or no money.

    Cochran (1977), Sampling Techniques, 6.3.
    """
    y, x = np.asarray(gain, float), np.asarray(money, float)
    n = len(y)
    if n < FEWEST_PROJECTS or x.sum() <= 0:
        return None
    ratio = float(y.sum() / x.sum())
    se = float(np.sqrt(n / (n - 1) * np.sum((y - ratio * x) ** 2)) / x.sum())
    reach = float(stdtrit(n - 1, 0.975)) * se
    return PerYuan(ratio, se, ratio - reach, ratio + reach, n)
