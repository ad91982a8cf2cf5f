"""Replicate weights: jackknife JK1 and JKn, and the rescaled bootstrap of Rao and Wu.

They re-estimate a figure with PSUs left out or redrawn and cross-check the linearised errors of `survey`.
Multipliers are kept per PSU, so totals and ratios need PSU totals only.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np

from indicators.arrays import (
    ArrayInput,
    FloatArray,
    as_floats,
    as_mask,
    divide,
    one_of,
    require_finite,
    sum_by,
)
from indicators.design import SurveyDesign
from indicators.estimate import EMPTY_DOMAIN, UNDEFINED, Estimate
from indicators.variance import CENSUS, LonelyPsuError, SampleStructure


@dataclass(frozen=True, eq=False)
class Replicates:
    """Replicate weights of a design.

    multiplier: (P, R) factor of each PSU's weights in each replicate; scale: (R,) factor of each squared
    deviation in the variance. centre: deviations from the mean of the replicates (as R survey) or from the
    estimate.
    """

    design: SurveyDesign
    kind: str
    multiplier: FloatArray
    scale: FloatArray
    centre: str
    lonely_strata: tuple[Hashable, ...] = ()

    def weights(self) -> FloatArray:
        """Weights of each household in each replicate, (n, R)."""
        return self.design.weight[:, None] * self.multiplier[self.design.psu]

    def total(self, y: ArrayInput, domain: ArrayInput = None) -> Estimate:
        """Total of y, (n,), with its replicate error."""
        sums = self._psu_sums(y, "y", domain)
        return self._estimate(float(sums.sum()), sums @ self.multiplier, domain)

    def mean(self, y: ArrayInput, domain: ArrayInput = None) -> Estimate:
        """Mean of y, (n,), with its replicate error."""
        return self.ratio(y, np.ones(len(self.design)), domain)

    def ratio(self, y: ArrayInput, x: ArrayInput, domain: ArrayInput = None) -> Estimate:
        """Ratio of totals of y and x, (n,) each, with its replicate error."""
        upper, lower = self._psu_sums(y, "y", domain), self._psu_sums(x, "x", domain)
        value = divide(upper.sum(), lower.sum())
        return self._estimate(float(value), divide(upper @ self.multiplier, lower @ self.multiplier), domain)

    def estimate(self, statistic: Callable[[FloatArray], float], domain: ArrayInput = None) -> Estimate:
        """Any statistic of the weights, (n,) -> float, computed once per replicate."""
        mask = as_mask(domain, len(self.design))
        weights = self.weights() * mask[:, None]
        replicates = np.array([statistic(column) for column in weights.T])
        return self._estimate(float(statistic(self.design.weight * mask)), replicates, mask)

    def _psu_sums(self, y: ArrayInput, name: str, domain: ArrayInput) -> FloatArray:
        values = as_floats(y, name, len(self.design))
        mask = as_mask(domain, len(self.design))
        require_finite(values, name, mask)
        weighted = self.design.weight * np.where(mask, values, 0.0)
        return sum_by(self.design.psu, weighted, len(self.multiplier))

    def _estimate(self, value: float, replicates: FloatArray, domain: ArrayInput) -> Estimate:
        structure = self.design.structure
        used = as_mask(domain, len(self.design)) & (self.design.weight > 0)
        psu = np.unique(self.design.psu[used])
        strata = np.unique(structure.psu_stratum[psu])
        centre = replicates.mean() if self.centre == "mean" else value
        known = bool(used.any()) and np.isfinite(value)
        return Estimate(
            value=value if known else np.nan,
            se=float(np.sqrt(self.scale @ (replicates - centre) ** 2)) if known else np.nan,
            df=max(len(psu) - len(strata), 0),
            n_households=int(used.sum()),
            n_psu=len(psu),
            lonely_psu=structure.lonely_psu,
            lonely_strata=self.lonely_strata,
            variant=self.kind,
            reason=None if known else UNDEFINED if used.any() else EMPTY_DOMAIN,
        )


def jk1(design: SurveyDesign, centre: str = "mean") -> Replicates:
    """Delete-one-PSU jackknife of an unstratified sample, factor (1 - f)(n - 1)/n (Wolter 2007, chapter 4).

    Raises ValueError for a stratified design.
    """
    if len(design.structure.strata) > 1:
        raise ValueError(f"JK1 is for one stratum, the design has {len(design.structure.strata)}; use jkn")
    return jkn(design, centre, kind="JK1")


def jkn(design: SurveyDesign, centre: str = "mean", *, kind: str = "JKn") -> Replicates:
    """Stratified jackknife: one replicate per PSU, factor (1 - f_h)(n_h - 1)/n_h (Wolter 2007, chapter 4).

    A lonely PSU gives no replicate under `remove` and `certainty`, and is refused under the other policies.
    """
    structure, lonely = _usable(design)
    one_of(centre, ("mean", "estimate"), "centre")
    size = structure.n_psu[structure.psu_stratum]
    deleted = np.flatnonzero(size > 1)
    same_stratum = structure.psu_stratum[:, None] == structure.psu_stratum[None, deleted]
    multiplier = np.where(same_stratum, (size / np.maximum(size - 1, 1))[:, None], 1.0)
    multiplier[deleted, np.arange(len(deleted))] = 0.0
    fraction = structure.fraction[structure.psu_stratum]
    scale = ((1 - fraction) * (size - 1) / size)[deleted]
    return Replicates(design, kind, multiplier, scale, centre, lonely)


def bootstrap(
    design: SurveyDesign, replicates: int, generator: np.random.Generator, centre: str = "estimate"
) -> Replicates:
    """Rescaled bootstrap: n_h - 1 PSUs drawn with replacement in each stratum (Rao, Wu, Yue 1992).

    Multipliers 1 - λ + λ n_h/(n_h - 1) * draws with λ² = 1 - f_h, so that the variance of a total is
    unbiased. `generator` makes the draws repeatable. Lonely PSUs as in `jkn`; they keep their weight.
    """
    if replicates < 2:
        raise ValueError(f"{replicates} bootstrap replicates cannot show a spread; ask for some hundreds")
    one_of(centre, ("mean", "estimate"), "centre")
    structure, lonely = _usable(design)
    multiplier = np.ones((len(structure.psus), replicates))
    for stratum, size in enumerate(structure.n_psu.tolist()):
        if size < 2:
            continue
        draws = generator.multinomial(size - 1, np.full(size, 1 / size), size=replicates).T
        shrink = np.sqrt(1 - structure.fraction[stratum])
        multiplier[structure.psu_stratum == stratum] = 1 - shrink + shrink * size / (size - 1) * draws
    return Replicates(design, "bootstrap", multiplier, np.full(replicates, 1 / replicates), centre, lonely)


def _usable(design: SurveyDesign) -> tuple[SampleStructure, tuple[Hashable, ...]]:
    """The structure and its lonely strata, refused unless the policy lets them be left out."""
    structure = design.structure
    if design.post_strata is not None:
        raise ValueError("replicates of a post-stratified design would each need new weights; use survey.ratio")
    alone = (structure.n_psu == 1) & (structure.fraction < CENSUS)
    labels = tuple(structure.strata[alone].tolist())
    if labels and design.lonely_psu not in ("remove", "certainty"):
        raise LonelyPsuError(
            f"stratum {labels[0]!r} has a single PSU, which cannot be left out or redrawn; merge it with "
            "another, or choose lonely_psu= remove or certainty"
        )
    return structure, labels
