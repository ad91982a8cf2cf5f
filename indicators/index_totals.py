"""Gini, Theil, Atkinson, Sen and Sen-Shorrocks-Thon of all domains at once, from PSU totals.

Each is a smooth function of totals (some of them of ranked columns, see `domain_ranks`): its linearised value in a
PSU is the gradient times the PSU's sums. The same measures from microdata, one domain at a time, are in
`inequality` and `poverty`; which columns the totals need is said by each function.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from indicators.arrays import FloatArray, divide, one_of, sum_by
from indicators.estimate import EstimateTable
from indicators.psu_totals import PsuTotals, table_of

Sums = Mapping[str, FloatArray]
Formula = Callable[[Sums], tuple[FloatArray, dict[str, FloatArray]]]
"""Totals by variable, (D,) each -> value (D,) and its derivatives by variable, (D,) each."""


def index_table(totals: PsuTotals, formulas: Mapping[str, Formula]) -> EstimateTable:
    """Estimates of every formula in every domain of the totals, with linearised errors."""
    by_domain = sum_by(totals.domain, totals.values, len(totals.domains))
    sums = dict(zip(totals.variables, by_domain.T, strict=True))
    values = np.empty((len(totals.domains), len(formulas)))
    scores = np.zeros((len(totals.values), len(formulas)))
    for number, formula in enumerate(formulas.values()):
        value, gradient = formula(sums)
        values[:, number] = np.where(np.isfinite(value), value, np.nan)
        for variable, slope in gradient.items():
            known = np.where(np.isfinite(slope) & np.isfinite(value), slope, 0.0)
            scores[:, number] += known[totals.domain] * totals.values[:, totals.variables.index(variable)]
    return table_of(totals, tuple(formulas), values, scores)


def gini_formula(rank: str = "mid") -> Formula:
    """Gini coefficient; columns weight, income Σ w y, ranked (of income), and for rank="upper" square Σ w² y.

    NaN where mean income is not positive. Variants as `inequality.gini`.
    """
    one_of(rank, ("mid", "upper"), "rank")

    def formula(sums: Sums) -> tuple[FloatArray, dict[str, FloatArray]]:
        weight, income, numerator = sums["weight"], sums["income"], sums["ranked"]
        product = np.where(income > 0, weight * income, np.nan)
        if rank == "upper":
            numerator = numerator + sums["square"] - income
        value = divide(numerator, product) - 1
        gradient = {
            "ranked": divide(2.0, product),
            "weight": -divide(value + 1, weight),
            "income": -divide(value + 1, income),
        }
        if rank == "upper":
            gradient |= {"square": divide(2.0, product), "income": gradient["income"] - divide(1.0, product)}
        return value, gradient

    return formula


def positive_columns(income: FloatArray, epsilons: Sequence[float] = ()) -> dict[str, FloatArray]:
    """Columns (n,) whose totals Theil and Atkinson need: over positive incomes only, 0 for the others."""
    positive = income > 0
    y = np.where(positive, income, 1.0)
    log = np.log(y)
    powers = {_power(epsilon): np.where(positive, y ** (1 - epsilon), 0.0) for epsilon in epsilons if epsilon != 1}
    return {
        "positive": positive.astype(np.float64),
        "positive_income": np.where(positive, y, 0.0),
        "log": log,
        "income_log": y * log,
        **powers,
    }


def theil_formula(index: str) -> Formula:
    """Theil T or L over positive incomes; columns of `positive_columns`."""
    one_of(index, ("T", "L"), "index")

    def formula(sums: Sums) -> tuple[FloatArray, dict[str, FloatArray]]:
        people, income = sums["positive"], sums["positive_income"]
        log_mean, per_head, per_income = _log(divide(income, people)), divide(1.0, people), divide(1.0, income)
        if index == "T":
            entropy = sums["income_log"] * per_income
            slope = -(entropy + 1) * per_income
            return entropy - log_mean, {"income_log": per_income, "positive_income": slope, "positive": per_head}
        mean_log = sums["log"] * per_head
        slope = (mean_log - 1) * per_head
        return log_mean - mean_log, {"log": -per_head, "positive_income": per_income, "positive": slope}

    return formula


def atkinson_formula(epsilon: float) -> Formula:
    """Atkinson index with aversion ε > 0 over positive incomes; columns of `positive_columns` for this ε."""
    if not epsilon > 0:
        raise ValueError(f"epsilon is {epsilon}; inequality aversion must be above zero")

    def formula(sums: Sums) -> tuple[FloatArray, dict[str, FloatArray]]:
        people, income = sums["positive"], sums["positive_income"]
        per_head, per_income, log_mean = divide(1.0, people), divide(1.0, income), _log(divide(income, people))
        if epsilon == 1:
            variable, equal_log = "log", sums["log"] * per_head
            slope, drift = per_head, -equal_log * per_head
        else:
            variable, power = _power(epsilon), sums[_power(epsilon)]
            equal_log = _log(divide(power, people)) / (1 - epsilon)
            slope, drift = divide(1.0, power) / (1 - epsilon), -per_head / (1 - epsilon)
        equal = np.exp(equal_log - log_mean)
        return 1 - equal, {
            variable: -equal * slope,
            "positive": -equal * (drift + per_head),
            "positive_income": equal * per_income,
        }

    return formula


def sen_formula(poor: str, ranked: str) -> Formula:
    """Sen's index; columns weight, `poor` Σ w 1(poor), and `ranked` of the gaps (z - y)/z of the poor.

    0 where nobody is poor. As `poverty.sen`: FGT_1 (1 + mid-rank Gini of the gaps of the poor).
    """

    def formula(sums: Sums) -> tuple[FloatArray, dict[str, FloatArray]]:
        per_head, per_poor = divide(1.0, sums["weight"]), _or_zero(divide(1.0, sums[poor]))
        value = sums[ranked] * per_head * per_poor
        return value, {ranked: 2 * per_head * per_poor, "weight": -value * per_head, poor: -value * per_poor}

    return formula


def sen_shorrocks_thon_formula(poor: str, gap: str, ranked: str) -> Formula:
    """Sen-Shorrocks-Thon index; columns as `sen_formula` and `gap` Σ w (z - y)/z over the poor.

    As `poverty.sen_shorrocks_thon`.
    """

    def formula(sums: Sums) -> tuple[FloatArray, dict[str, FloatArray]]:
        per_head, others = divide(1.0, sums["weight"]), sums["weight"] - sums[poor]
        square = per_head**2
        value = (sums[ranked] + 2 * others * sums[gap]) * square
        slope = 2 * sums[gap] * square
        return value, {
            ranked: 2 * square,
            gap: 2 * others * square,
            poor: -slope,
            "weight": slope - 2 * value * per_head,
        }

    return formula


def gini_of_poor_formula(poor: str, gap: str, ranked: str) -> Formula:
    """Mid-rank Gini of the incomes of the poor, NaN where their mean is not positive; columns as for SST.

    Incomes and gaps of the poor have the same mean difference, so the ranked gaps give it.
    """

    def formula(sums: Sums) -> tuple[FloatArray, dict[str, FloatArray]]:
        people, gaps = sums[poor], sums[gap]
        difference, product = sums[ranked] - gaps * people, people * (people - gaps)
        base = np.where(people - gaps > 0, product, np.nan)
        value, unit = divide(difference, base), divide(1.0, base)
        return value, {
            ranked: 2 * unit,
            gap: people * (value - 1) * unit,
            poor: (-gaps - value * (2 * people - gaps)) * unit,
        }

    return formula


def _power(epsilon: float) -> str:
    return f"power_{1 - epsilon:g}"


def _log(ratio: FloatArray) -> FloatArray:
    return np.log(np.where(ratio > 0, ratio, np.nan))


def _or_zero(values: FloatArray) -> FloatArray:
    return np.where(np.isfinite(values), values, 0.0)
