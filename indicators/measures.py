"""Inequality measures as functions of weighted incomes, grouped, with their influence values.

A function here returns one value per group and, per household, the derivative of its group's value with
respect to its weight (the influence value of Deville 1999). Designs, domains and errors are `influence`'s
business.
"""

import numpy as np

from indicators.arrays import FloatArray, IntArray, divide, starts_of, sum_by
from indicators.influence import Measure


def mean_measure(y: FloatArray, w: FloatArray, group: IntArray, size: int) -> tuple[FloatArray, FloatArray]:
    """Mean of groups."""
    weight, total = weighted_sums(group, size, w, y)
    value = divide(total, weight)
    return value, (y - value[group]) / weight[group]


def gini_measure(rank: str) -> Measure:
    """The Gini coefficient of groups, with influence values; ties are taken together."""

    def measure(y: FloatArray, w: FloatArray, group: IntArray, size: int) -> tuple[FloatArray, FloatArray]:
        order = sorted_within(group, y)
        influence = np.empty(len(y))
        value, influence[order] = _sorted_gini(y[order], w[order], group[order], size, rank)
        return value, influence

    return measure


def _sorted_gini(y: FloatArray, w: FloatArray, group: IntArray, size: int, rank: str) -> tuple[FloatArray, FloatArray]:
    weight, income = weighted_sums(group, size, w, y)
    below, own, above = tied_sums(y, w, group, weight, income)
    numerator = sum_by(group, w * y * (2 * below + own), size)
    slope = 2 * (y * (below + own) + above)
    if rank == "upper":
        numerator = numerator + sum_by(group, w * (w - 1) * y, size)
        slope = slope + (2 * w - 1) * y
    product = np.where(income > 0, weight * income, np.nan)
    value = numerator / product - 1
    return value, (slope - (value[group] + 1) * (income[group] + weight[group] * y)) / product[group]


def entropy_measure(alpha: float) -> Measure:
    """Generalized entropy of groups of positive incomes."""

    def measure(y: FloatArray, w: FloatArray, group: IntArray, size: int) -> tuple[FloatArray, FloatArray]:
        weight, income = weighted_sums(group, size, w, y)
        relative = y / divide(income, weight)[group]
        term, factor = _entropy_term(relative, alpha)
        _, terms, drift = weighted_sums(group, size, w, term, factor * relative)
        value, pull = divide(terms, weight), divide(drift, weight)[group]
        # the mean depends on the weights too: `pull` is how far it moves the value
        return value, (term - value[group] - pull * (relative - 1)) / weight[group]

    return measure


def atkinson_measure(epsilon: float) -> Measure:
    """Atkinson index of groups of positive incomes."""
    if not epsilon > 0:
        raise ValueError(f"epsilon is {epsilon}; inequality aversion must be above zero")

    def measure(y: FloatArray, w: FloatArray, group: IntArray, size: int) -> tuple[FloatArray, FloatArray]:
        weight, income = weighted_sums(group, size, w, y)
        mean = divide(income, weight)
        relative = y / mean[group]
        power = 1 - epsilon
        term = np.log(relative) if power == 0 else relative**power
        average = divide(weighted_sums(group, size, w, term)[1], weight)
        equal = np.exp(average) if power == 0 else average ** (1 / power)
        change = term - average[group] if power == 0 else (term / average[group] - 1) / power
        return 1 - equal, -equal[group] * (change - (relative - 1)) / weight[group]

    return measure


def _entropy_term(relative: FloatArray, alpha: float) -> tuple[FloatArray, FloatArray]:
    """φ(y/μ) whose weighted mean is GE(alpha), and its derivative φ'."""
    if alpha == 1:
        return relative * np.log(relative), np.log(relative) + 1
    if alpha == 0:
        return -np.log(relative), -1 / relative
    scale = 1 / (alpha * (alpha - 1))
    return scale * (relative**alpha - 1), scale * alpha * relative ** (alpha - 1)


def ricci_schutz_measure(y: FloatArray, w: FloatArray, group: IntArray, size: int) -> tuple[FloatArray, FloatArray]:
    """Ricci-Schutz index of groups."""
    weight, income = weighted_sums(group, size, w, y)
    mean = divide(income, weight)[group]
    _, distance, sign = weighted_sums(group, size, w, np.abs(y - mean), np.sign(y - mean))
    base = np.where(income > 0, 2 * income, np.nan)
    value = distance / base
    slope = np.abs(y - mean) - sign[group] * (y - mean) / weight[group]
    return value, (slope - 2 * value[group] * y) / base[group]


def variation_measure(y: FloatArray, w: FloatArray, group: IntArray, size: int) -> tuple[FloatArray, FloatArray]:
    """Coefficient of variation of groups."""
    weight, income = weighted_sums(group, size, w, y)
    mean = np.where(income > 0, divide(income, weight), np.nan)
    relative = y / mean[group] - 1
    square = divide(weighted_sums(group, size, w, relative**2)[1], weight)
    value = np.sqrt(square)
    slope = (relative**2 - square[group] - 2 * square[group] * relative) / weight[group]
    return value, np.divide(slope, 2 * value[group], out=np.zeros(len(y)), where=value[group] > 0)


def tied_sums(
    y: FloatArray, w: FloatArray, group: IntArray, weight: FloatArray, income: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """For each sorted record: weight of lower and of equal incomes, weighted sum of higher ones."""
    start = starts_of(group, y)
    if len(start) == 0:
        return y, y, y
    repeats = np.diff(np.append(start, len(y)))
    tie_weight = np.add.reduceat(w, start)
    tie_group = group[start]
    lower = np.cumsum(tie_weight) - tie_weight - (np.cumsum(weight) - weight)[tie_group]
    higher = np.cumsum(income)[tie_group] - np.cumsum(np.add.reduceat(w * y, start))
    return np.repeat(lower, repeats), np.repeat(tie_weight, repeats), np.repeat(higher, repeats)


def sorted_within(group: IntArray, y: FloatArray) -> IntArray:
    """Order by group, then income. Small group codes are sorted by radix: that is what makes groups cheap."""
    order = np.argsort(y, kind="stable")
    size = int(group.max(initial=0)) + 1
    if size == 1:
        return order
    code = group[order].astype(np.uint16) if size <= np.iinfo(np.uint16).max else group[order]
    return order[np.argsort(code, kind="stable")]


def weighted_sums(group: IntArray, size: int, weight: FloatArray, *columns: FloatArray) -> tuple[FloatArray, ...]:
    """Σ w and Σ w·column per group, each of shape (groups,)."""
    return (sum_by(group, weight, size), *(sum_by(group, weight * column, size) for column in columns))
