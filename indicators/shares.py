"""Income shares by sector, agriculture's above all: ratio of aggregates and mean of household shares.

Which leaf belongs to which sector is a view, handed in as a mapping; no classification lives here.
Negative leaves (a farm's loss) are treated by a named policy, and what it touched is counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from indicators.arrays import (
    ArrayInput,
    BoolArray,
    FloatArray,
    as_floats,
    as_mask,
    as_named_columns,
    divide,
    one_of,
    require_finite,
)
from indicators.design import SurveyDesign
from indicators.estimate import Estimate
from indicators.survey import mean, ratio

NOT_POSITIVE = "no household kept has positive income"
NEGATIVE_POLICIES = ("keep", "clip_components", "exclude")


@dataclass(frozen=True, eq=False)
class SectorIncome:
    """Income of each household by sector after the policy on negative leaves.

    amounts: sector -> (n,); income: (n,) their sum, the denominator. kept: (n,) households the policy leaves
    in. has_negative: (n,) households with a leaf below zero before the policy.
    """

    amounts: dict[str, FloatArray]
    income: FloatArray
    kept: BoolArray
    has_negative: BoolArray
    negative_policy: str


@dataclass(frozen=True, eq=False)
class IncomeShares:
    """Share of each sector, 0-1, with what the policy touched among the households of the domain.

    estimates: sector -> Estimate. n_negative: households with a negative leaf; n_clipped: those whose leaves
    were raised to zero; n_excluded: households left out, by the policy or for want of positive income.
    """

    estimates: dict[str, Estimate]
    estimator: str
    negative_policy: str
    n_households: int
    n_negative: int
    n_clipped: int
    n_excluded: int

    def __getitem__(self, sector: str) -> Estimate:
        return self.estimates[sector]


@dataclass(frozen=True)
class ShareIdentity:
    """R - M = cov_w(y, s) / mean_w(y): why the two estimators differ. `residual` is zero up to rounding."""

    ratio_of_aggregates: float
    mean_of_shares: float
    covariance_term: float
    residual: float
    n_excluded: int


def sector_income(
    components: Mapping[str, ArrayInput],
    sectors: Mapping[str, str | None],
    negative_policy: str = "keep",
) -> SectorIncome:
    """Sum leaves into sectors. components: leaf -> (n,) incomes; sectors: leaf -> sector.

    A leaf mapped to None is outside the view, numerator and denominator. Policies: `keep` takes leaves as
    they are; `clip_components` raises each negative leaf to zero; `exclude` leaves the household out.
    Raises ValueError for a leaf without a sector, so that no income drops out unnoticed, and for missing
    values.
    """
    one_of(negative_policy, NEGATIVE_POLICIES, "negative_policy")
    if not components:
        raise ValueError("components is empty: give at least one income leaf")
    length = len(np.asarray(next(iter(components.values()))))
    columns = as_named_columns(components, length)
    if unknown := [leaf for leaf in columns if leaf not in sectors]:
        raise ValueError(f"leaves without a sector: {', '.join(unknown)}; map them, to None if outside the view")
    columns = {leaf: column for leaf, column in columns.items() if sectors[leaf] is not None}
    if not columns:
        raise ValueError("the view leaves out every leaf; map at least one to a sector")
    has_negative = np.zeros(length, dtype=np.bool_)
    amounts: dict[str, FloatArray] = {}
    for leaf, column in columns.items():
        has_negative |= column < 0
        sector = str(sectors[leaf])
        part = np.maximum(column, 0) if negative_policy == "clip_components" else column
        amounts[sector] = amounts[sector] + part if sector in amounts else part
    kept = ~has_negative if negative_policy == "exclude" else np.ones(length, dtype=np.bool_)
    return SectorIncome(amounts, np.sum(list(amounts.values()), axis=0), kept, has_negative, negative_policy)


def ratio_of_aggregates(
    components: Mapping[str, ArrayInput],
    sectors: Mapping[str, str | None],
    design: SurveyDesign,
    domain: ArrayInput = None,
    negative_policy: str = "keep",
) -> IncomeShares:
    """R = Σ w y_sector / Σ w y for every sector. Arguments as `sector_income`; shares add to 1."""
    incomes, mask = _incomes(components, sectors, design, domain, negative_policy)
    used = mask & incomes.kept
    estimates = {name: ratio(part, incomes.income, design, used) for name, part in incomes.amounts.items()}
    return _shares(estimates, "ratio_of_aggregates", incomes, design, mask, used)


def mean_of_shares(
    components: Mapping[str, ArrayInput],
    sectors: Mapping[str, str | None],
    design: SurveyDesign,
    domain: ArrayInput = None,
    negative_policy: str = "keep",
) -> IncomeShares:
    """M = Σ w s_i / Σ w with s_i = y_sector,i / y_i, over households with y_i > 0; the rest are counted."""
    incomes, mask = _incomes(components, sectors, design, domain, negative_policy)
    used = mask & incomes.kept & (incomes.income > 0)
    estimates = {
        name: mean(_household_share(part, incomes.income, used), design, used) for name, part in incomes.amounts.items()
    }
    if (mask & (design.weight > 0)).any() and not (used & (design.weight > 0)).any():
        estimates = {name: replace(null, reason=NOT_POSITIVE) for name, null in estimates.items()}
    return _shares(estimates, "mean_of_shares", incomes, design, mask, used)


def specialised_share(
    components: Mapping[str, ArrayInput],
    sectors: Mapping[str, str | None],
    design: SurveyDesign,
    threshold: float = 0.75,
    domain: ArrayInput = None,
    negative_policy: str = "keep",
) -> IncomeShares:
    """Share of households that draw at least `threshold` of a positive income from a sector (FAO RIGA: 0.75).

    Every household of the domain that the policy keeps is in the denominator, including those without income.
    """
    incomes, mask = _incomes(components, sectors, design, domain, negative_policy)
    used = mask & incomes.kept
    positive = used & (incomes.income > 0)
    estimates = {
        name: mean(_household_share(part, incomes.income, positive) >= threshold, design, used)
        for name, part in incomes.amounts.items()
    }
    return _shares(estimates, f"specialised_{threshold:g}", incomes, design, mask, used)


def share_identity(
    part: ArrayInput, income: ArrayInput, design: SurveyDesign, domain: ArrayInput = None
) -> ShareIdentity:
    """Both estimators of part / income over households with positive income, and the term between them."""
    amounts = as_floats(part, "part", len(design))
    incomes = as_floats(income, "income", len(design))
    mask = as_mask(domain, len(design))
    require_finite(amounts, "part", mask)
    require_finite(incomes, "income", mask)
    used = mask & (incomes > 0)
    weight, y = design.weight[used], incomes[used]
    share = amounts[used] / y
    total_weight = weight.sum()
    mean_income = divide(weight @ y, total_weight)
    mean_share = divide(weight @ share, total_weight)
    aggregate = divide(weight @ amounts[used], weight @ y)
    term = divide(divide(weight @ ((y - mean_income) * (share - mean_share)), total_weight), mean_income)
    return ShareIdentity(
        ratio_of_aggregates=float(aggregate),
        mean_of_shares=float(mean_share),
        covariance_term=float(term),
        residual=float(aggregate - mean_share - term),
        n_excluded=int((mask & ~used).sum()),
    )


def _incomes(
    components: Mapping[str, ArrayInput],
    sectors: Mapping[str, str | None],
    design: SurveyDesign,
    domain: ArrayInput,
    negative_policy: str,
) -> tuple[SectorIncome, BoolArray]:
    incomes = sector_income(components, sectors, negative_policy)
    mask = as_mask(domain, len(design))
    for name, part in incomes.amounts.items():
        as_floats(part, name, len(design))
        require_finite(part, name, mask)
    return incomes, mask


def _household_share(part: FloatArray, income: FloatArray, used: BoolArray) -> FloatArray:
    return np.divide(part, income, out=np.zeros(len(income)), where=used)


def _shares(
    estimates: dict[str, Estimate],
    estimator: str,
    incomes: SectorIncome,
    design: SurveyDesign,
    mask: BoolArray,
    used: BoolArray,
) -> IncomeShares:
    counted = mask & (design.weight > 0)
    n_negative = int((counted & incomes.has_negative).sum())
    return IncomeShares(
        estimates=estimates,
        estimator=estimator,
        negative_policy=incomes.negative_policy,
        n_households=int((counted & used).sum()),
        n_negative=n_negative,
        n_clipped=n_negative if incomes.negative_policy == "clip_components" else 0,
        n_excluded=int((counted & ~used).sum()),
    )
