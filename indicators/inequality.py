"""Inequality of income: Gini, generalized entropy (Theil T and L), Atkinson, Ricci-Schutz, variation.

Each estimate has a linearised error; with `_by_group` all groups are done in one pass. The formulas are in
`measures`; quantile shares in `quantiles` and decompositions in `inequality_parts` can be imported from here.
"""

from indicators.arrays import ArrayInput, one_of
from indicators.design import SurveyDesign
from indicators.estimate import Estimate, EstimateTable
from indicators.inequality_parts import lerman_yitzhaki, shorrocks, theil_within_between
from indicators.influence import estimate_by_group, estimate_one
from indicators.measures import (
    atkinson_measure,
    entropy_measure,
    gini_measure,
    ricci_schutz_measure,
    variation_measure,
)
from indicators.quantiles import lorenz, quantile, quantile_shares

__all__ = [
    "atkinson",
    "atkinson_by_group",
    "coefficient_of_variation",
    "entropy_by_group",
    "generalized_entropy",
    "gini",
    "gini_by_group",
    "lerman_yitzhaki",
    "lorenz",
    "quantile",
    "quantile_shares",
    "ricci_schutz",
    "shorrocks",
    "theil_l",
    "theil_t",
    "theil_within_between",
]

RANKS = ("mid", "upper")
NO_MEAN = "mean income is not positive"
NO_POSITIVE = "no household has positive income"


def gini(income: ArrayInput, design: SurveyDesign, rank: str = "mid", domain: ArrayInput = None) -> Estimate:
    """Weighted Gini coefficient, income (n,); for persons use `design.for_persons(size)`.

    rank="mid": trapezoid under the Lorenz curve, independent of the order of ties and of how weights are
    split. rank="upper": each record's own weight counted whole in its rank (R convey). Negative incomes are
    allowed while the mean is positive, otherwise NaN. Error: derivative of G by each weight (Deville 1999;
    convey's svygini).
    """
    one_of(rank, RANKS, "rank")
    return estimate_one(gini_measure(rank), income, design, domain, variant=f"rank={rank}", reason=NO_MEAN)


def gini_by_group(income: ArrayInput, design: SurveyDesign, group: ArrayInput, rank: str = "mid") -> EstimateTable:
    """`gini` within every group in one sort; group: (n,) labels."""
    one_of(rank, RANKS, "rank")
    return estimate_by_group(
        gini_measure(rank), income, design, group, name="gini", variant=f"rank={rank}", reason=NO_MEAN
    )


def generalized_entropy(income: ArrayInput, design: SurveyDesign, alpha: float, domain: ArrayInput = None) -> Estimate:
    """GE(alpha) over positive incomes; the others are counted in n_excluded.

    alpha = 1 is Theil T, alpha = 0 Theil L, otherwise GE(alpha) = (Σ w (y/μ)^alpha / Σ w - 1) divided by
    alpha (alpha - 1) (Cowell 2011).
    """
    return estimate_one(
        entropy_measure(alpha),
        income,
        design,
        domain,
        positive_only=True,
        variant=f"alpha={alpha:g}",
        reason=NO_POSITIVE,
    )


def entropy_by_group(income: ArrayInput, design: SurveyDesign, group: ArrayInput, alpha: float) -> EstimateTable:
    """`generalized_entropy` within every group; group: (n,) labels."""
    return estimate_by_group(
        entropy_measure(alpha),
        income,
        design,
        group,
        name="generalized_entropy",
        positive_only=True,
        reason=NO_POSITIVE,
        variant=f"alpha={alpha:g}",
    )


def theil_t(income: ArrayInput, design: SurveyDesign, domain: ArrayInput = None) -> Estimate:
    """Theil T = Σ w (y/μ) ln(y/μ) / Σ w over positive incomes."""
    return generalized_entropy(income, design, 1.0, domain)


def theil_l(income: ArrayInput, design: SurveyDesign, domain: ArrayInput = None) -> Estimate:
    """Theil L, the mean logarithmic deviation Σ w ln(μ/y) / Σ w over positive incomes."""
    return generalized_entropy(income, design, 0.0, domain)


def atkinson(income: ArrayInput, design: SurveyDesign, epsilon: float = 0.5, domain: ArrayInput = None) -> Estimate:
    """Atkinson index with aversion ε > 0 over positive incomes: 1 - (Σ w y^(1-ε)/Σ w)^(1/(1-ε)) / μ."""
    return estimate_one(
        atkinson_measure(epsilon),
        income,
        design,
        domain,
        positive_only=True,
        variant=f"epsilon={epsilon:g}",
        reason=NO_POSITIVE,
    )


def atkinson_by_group(
    income: ArrayInput, design: SurveyDesign, group: ArrayInput, epsilon: float = 0.5
) -> EstimateTable:
    """`atkinson` within every group; group: (n,) labels."""
    return estimate_by_group(
        atkinson_measure(epsilon),
        income,
        design,
        group,
        name="atkinson",
        positive_only=True,
        reason=NO_POSITIVE,
        variant=f"epsilon={epsilon:g}",
    )


def ricci_schutz(income: ArrayInput, design: SurveyDesign, domain: ArrayInput = None) -> Estimate:
    """Ricci-Schutz (Hoover, Pietra) index Σ w |y - μ| / (2 Σ w y): the share to move for equality."""
    return estimate_one(ricci_schutz_measure, income, design, domain, reason=NO_MEAN)


def coefficient_of_variation(income: ArrayInput, design: SurveyDesign, domain: ArrayInput = None) -> Estimate:
    """Weighted standard deviation over the mean (divisor Σ w)."""
    return estimate_one(variation_measure, income, design, domain, reason=NO_MEAN)
