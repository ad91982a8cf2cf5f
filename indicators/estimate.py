"""What an estimate looks like: one figure (`Estimate`) or many at once (`EstimateTable`).

Holds values, standard errors and degrees of freedom, and derives intervals and coefficients of
variation from them. How they are estimated lives in `survey` and `psu_totals`.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import special

from indicators.arrays import FloatArray, IntArray, LabelArray, divide

EMPTY_DOMAIN = "no household in the domain"
UNDEFINED = "the denominator is zero"


def student_quantile(level: float, df: float | FloatArray) -> FloatArray:
    """Two-sided Student t quantile; NaN where there are no degrees of freedom."""
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; a confidence level lies between 0 and 1, for example 0.95")
    degrees = np.asarray(df, dtype=np.float64)
    usable = np.where(degrees > 0, degrees, np.nan)
    return np.asarray(special.stdtrit(usable, (1 + level) / 2), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Estimate:
    """An estimate with its sampling error.

    value, se: floats for one variable, arrays of shape (k,) for k variables. NaN when undefined.
    df: degrees of freedom, PSUs less strata among those with a household in the domain.
    deff: design effect against simple random sampling without replacement; NaN when not defined.
    covariance: shape (k, k) for k variables, None for one.
    n_households, n_psu: sample behind the figure. n_excluded: households the definition leaves out.
    lonely_psu: the policy in force; lonely_strata: the single-PSU strata it was applied to.
    variant: the definition chosen where practice differs. reason: why the value is null.
    """

    value: Any
    se: Any
    df: float
    deff: Any = np.nan
    covariance: FloatArray | None = None
    n_households: int = 0
    n_psu: int = 0
    n_excluded: int = 0
    lonely_psu: str = "fail"
    lonely_strata: tuple[Hashable, ...] = ()
    variant: str = ""
    reason: str | None = None

    def ci(self, level: float = 0.95, df: float | None = None) -> tuple[Any, Any]:
        """Confidence interval (low, high) with Student's t on `df`, by default the estimate's own."""
        half = student_quantile(level, self.df if df is None else df) * self.se
        low, high = self.value - half, self.value + half
        return (low, high) if np.ndim(self.value) else (float(low), float(high))

    @property
    def cv(self) -> Any:
        """Coefficient of variation, se / |value|; NaN when the value is zero."""
        ratio = divide(np.asarray(self.se, dtype=np.float64), np.abs(np.asarray(self.value, dtype=np.float64)))
        return ratio if np.ndim(self.value) else float(ratio)


@dataclass(frozen=True, eq=False)
class EstimateTable:
    """Estimates of J figures in G domains.

    value, se: shape (G, J), NaN when undefined. df, n_households, n_psu, n_excluded, n_lonely_strata: (G,).
    domains: the G labels; columns: the J names. undefined: what a null in a domain with households means.
    """

    domains: LabelArray
    columns: tuple[str, ...]
    value: FloatArray
    se: FloatArray
    df: IntArray
    n_households: IntArray
    n_psu: IntArray
    n_lonely_strata: IntArray
    lonely_psu: str = "fail"
    variant: str = ""
    undefined: str = UNDEFINED
    n_excluded: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        if len(self.n_excluded) == 0:
            object.__setattr__(self, "n_excluded", np.zeros(len(self.domains), dtype=np.int64))

    @property
    def cv(self) -> FloatArray:
        """se / |value|, shape (G, J)."""
        return divide(self.se, np.abs(self.value))

    def ci(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Confidence limits (low, high), each of shape (G, J), with Student's t on `df`."""
        half = student_quantile(level, self.df.astype(np.float64))[:, None] * self.se
        return self.value - half, self.value + half

    def estimate(self, domain: Hashable, column: str | None = None) -> Estimate:
        """One cell of the table. `column` may be left out when there is only one."""
        g = self._position(domain)
        j = self._column(column)
        return Estimate(
            value=float(self.value[g, j]),
            se=float(self.se[g, j]),
            df=int(self.df[g]),
            n_households=int(self.n_households[g]),
            n_psu=int(self.n_psu[g]),
            n_excluded=int(self.n_excluded[g]),
            lonely_psu=self.lonely_psu,
            variant=self.variant,
            reason=self.reasons()[g, j],
        )

    def reasons(self) -> LabelArray:
        """Why a value is null, shape (G, J); None where there is a value."""
        reasons = np.full(self.value.shape, None, dtype=object)
        empty = np.isnan(self.value)
        reasons[empty] = self.undefined
        reasons[empty & (self.n_households + self.n_excluded == 0)[:, None]] = EMPTY_DOMAIN
        return reasons

    def records(self, level: float = 0.95) -> dict[str, LabelArray]:
        """Long form: one entry per domain and column, as columns of a table."""
        low, high = self.ci(level)
        wide = {"value": self.value, "se": self.se, "ci_low": low, "ci_high": high, "cv": self.cv}
        per_domain: dict[str, Sequence[Any] | LabelArray] = {
            "df": self.df,
            "n_households": self.n_households,
            "n_psu": self.n_psu,
            "n_excluded": self.n_excluded,
            "n_lonely_strata": self.n_lonely_strata,
        }
        width = len(self.columns)
        return {
            "domain": np.repeat(self.domains, width),
            "column": np.tile(np.array(self.columns, dtype=object), len(self.domains)),
            **{name: array.ravel() for name, array in wide.items()},
            **{name: np.repeat(np.asarray(array), width) for name, array in per_domain.items()},
            "reason": self.reasons().ravel(),
        }

    def _position(self, domain: Hashable) -> int:
        found = [g for g, label in enumerate(self.domains.tolist()) if label == domain]
        if not found:
            raise KeyError(f"no domain {domain!r} among {len(self.domains)} domains")
        return found[0]

    def _column(self, column: str | None) -> int:
        if column is None and len(self.columns) == 1:
            return 0
        if column not in self.columns:
            raise KeyError(f"no column {column!r}; there are {', '.join(self.columns)}")
        return self.columns.index(column)
