"""How the sample was drawn: weights, strata, PSUs, second-stage units and finite populations.

`SurveyDesign` checks these once and reduces them to codes. Estimates made with it live in `survey`;
the variance formula lives in `variance`.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from indicators.arrays import (
    ArrayInput,
    FloatArray,
    IntArray,
    LabelArray,
    as_codes,
    as_floats,
    distinct,
    one_of,
    require_finite,
    sum_by,
)
from indicators.variance import LONELY_PSU_POLICIES, SampleStructure


@dataclass(frozen=True, eq=False)
class PostStrata:
    """Post-strata of a calibrated design: group of each household, weights before and after."""

    group: IntArray
    weight_before: FloatArray
    weight_after: FloatArray

    def residuals(self, scores: FloatArray) -> FloatArray:
        """Weighted scores less their post-stratum means, which the known totals leave no error in."""
        size = int(self.group.max()) + 1
        used = self.weight_after > 0
        ratio = np.divide(self.weight_before, self.weight_after, out=np.zeros(len(used)), where=used)
        means = sum_by(self.group, scores * ratio[:, None], size)
        means /= sum_by(self.group, self.weight_before, size)[:, None]
        return scores - means[self.group] * self.weight_after[:, None]


@dataclass(frozen=True, eq=False, init=False, repr=False)
class SurveyDesign:
    """A stratified, clustered sample with one weight per household.

    weight: (n,) finite, not negative; a household of weight zero stays in its PSU and adds nothing.
    stratum: (n,) labels, or None for an unstratified sample. psu: (n,) labels, or None when each household
    was drawn by itself. A PSU is known by its stratum and its label together, so the same label in two strata
    means two PSUs; with nest=False a repeated label is an error.
    fpc: None (no finite population correction), or one number per household (or one for all), equal within
    a stratum: the number of PSUs in the population when any exceeds 1, else the sampling fraction.
    ssu, fpc2: the same for units drawn within PSUs; ssu None with fpc2 given means households.
    Without fpc the sample counts as drawn with replacement and the second stage adds nothing.
    lonely_psu: fail, remove, certainty, adjust or average (see docs/methods/survey-estimation.md).

    Raises ValueError naming the argument, the count and the first position.
    """

    weight: FloatArray
    structure: SampleStructure
    unit: IntArray
    lonely_psu: str
    post_strata: PostStrata | None

    def __init__(
        self,
        weight: ArrayInput,
        stratum: ArrayInput = None,
        psu: ArrayInput = None,
        fpc: ArrayInput = None,
        lonely_psu: str = "fail",
        *,
        ssu: ArrayInput = None,
        fpc2: ArrayInput = None,
        nest: bool = True,
    ) -> None:
        checked = checked_weight(weight)
        structure, unit = sample_structure(len(checked), stratum, psu, fpc, lonely_psu, ssu=ssu, fpc2=fpc2, nest=nest)
        self._set(checked, structure, unit, None)

    def __len__(self) -> int:
        return len(self.weight)

    def __repr__(self) -> str:
        sample = self.structure
        return (
            f"SurveyDesign({len(self)} households, {len(sample.psus)} PSUs, {len(sample.strata)} strata, "
            f"lonely_psu={self.lonely_psu!r})"
        )

    @property
    def psu(self) -> IntArray:
        """Code of each household's PSU, in the order of `structure.psus`."""
        return self.structure.psu_of(self.unit)

    @property
    def stratum(self) -> IntArray:
        """Code of each household's stratum, in the order of `structure.strata`."""
        return self.structure.psu_stratum[self.psu]

    @property
    def df(self) -> int:
        """Degrees of freedom of the whole sample: PSUs less strata."""
        return len(self.structure.psus) - len(self.structure.strata)

    def for_persons(self, size: ArrayInput) -> Self:
        """The same design with persons as the unit: weight * household size, shape (n,)."""
        persons = as_floats(size, "size", len(self))
        require_finite(persons, "size")
        if (persons < 0).any():
            raise ValueError(f"size is negative for {int((persons < 0).sum())} households; give persons per household")
        return self._with_weight(self.weight * persons, self.post_strata)

    def post_stratify(self, group: ArrayInput, population: Mapping[Hashable, float]) -> Self:
        """The design with weights scaled so that each group's weights add up to its known population.

        Errors are then those of residuals from group means (Särndal, Swensson, Wretman 1992, chapter 7).
        Raises ValueError when a group has no known population or a population has no household.
        """
        if self.post_strata is not None:
            raise ValueError("the design is post-stratified already; start from the design before")
        codes, labels = as_codes(group, "group", len(self))
        unknown = [label for label in labels.tolist() if label not in population]
        missing = [label for label in population if label not in labels.tolist()]
        if unknown or missing:
            raise ValueError(
                f"post-strata without a known population: {unknown}; without a household: {missing}; "
                "merge groups until each has both"
            )
        known = np.array([float(population[label]) for label in labels.tolist()])
        estimated = sum_by(codes, self.weight, len(labels))
        if (estimated <= 0).any():
            raise ValueError(f"post-stratum {labels.tolist()[int(np.argmin(estimated))]!r} has no weight; merge groups")
        weight = self.weight * (known / estimated)[codes]
        return self._with_weight(weight, PostStrata(codes, self.weight, weight))

    def _with_weight(self, weight: FloatArray, post_strata: PostStrata | None) -> Self:
        design = object.__new__(type(self))
        design._set(weight, self.structure, self.unit, post_strata)
        return design

    def _set(
        self, weight: FloatArray, structure: SampleStructure, unit: IntArray, post_strata: PostStrata | None
    ) -> None:
        object.__setattr__(self, "weight", weight)
        object.__setattr__(self, "structure", structure)
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "lonely_psu", structure.lonely_psu)
        object.__setattr__(self, "post_strata", post_strata)


def checked_weight(weight: ArrayInput) -> FloatArray:
    """Weights as float64, (n,): at least one, all finite, none negative."""
    checked = as_floats(weight, "weight")
    if len(checked) == 0:
        raise ValueError("weight is empty: a design needs at least one household")
    require_finite(checked, "weight")
    if negative := int((checked < 0).sum()):
        raise ValueError(
            f"weight is negative for {negative} of {len(checked)} households (first at position "
            f"{int(np.argmax(checked < 0))}); a weight says how many households one stands for"
        )
    return checked


def sample_structure(
    length: int,
    stratum: ArrayInput,
    psu: ArrayInput,
    fpc: ArrayInput = None,
    lonely_psu: str = "fail",
    *,
    ssu: ArrayInput = None,
    fpc2: ArrayInput = None,
    nest: bool = True,
) -> tuple[SampleStructure, IntArray]:
    """The structure of a sample of `length` rows and the last-stage unit of each row.

    Arguments as `SurveyDesign`. With no population given for the second stage the units are the PSUs.
    """
    one_of(lonely_psu, LONELY_PSU_POLICIES, "lonely_psu")
    stratum_of_row, strata = _codes_or_one(stratum, "stratum", length)
    label_of_row, labels = _codes_or_each(psu, "psu", length)
    psu_of_row, psu_stratum, psu_label = _nested(stratum_of_row, label_of_row, len(labels))
    strata_of_label = np.bincount(psu_label)
    if not nest and strata_of_label.max() > 1:
        repeated = labels.tolist()[int(np.argmax(strata_of_label))]
        raise ValueError(
            f"PSU {repeated!r} occurs in {int(strata_of_label.max())} strata; give each PSU its own label, "
            "or use nest=True if labels repeat between strata"
        )
    psus = labels[psu_label]
    n_psu = np.bincount(psu_stratum, minlength=len(strata))
    fraction = _fractions(fpc, "fpc", stratum_of_row, strata, n_psu, length)
    if fpc is None or (ssu is None and fpc2 is None):
        structure = SampleStructure(strata, n_psu, fraction, psus, psu_stratum, lonely_psu, psu is not None)
        return structure, psu_of_row
    ssu_label, ssu_labels = _codes_or_each(ssu, "ssu", length)
    ssu_of_row, ssu_psu, _ = _nested(psu_of_row, ssu_label, len(ssu_labels))
    n_ssu = np.bincount(ssu_psu, minlength=len(psus))
    ssu_fraction = _fractions(fpc2, "fpc2", psu_of_row, psus, n_ssu, length)
    structure = SampleStructure(
        strata, n_psu, fraction, psus, psu_stratum, lonely_psu, psu is not None, ssu_psu, n_ssu, ssu_fraction
    )
    return structure, ssu_of_row


def _codes_or_one(labels: ArrayInput, name: str, length: int) -> tuple[IntArray, LabelArray]:
    if labels is None:
        return np.zeros(length, dtype=np.int64), np.array(["(whole sample)"], dtype=object)
    return as_codes(labels, name, length)


def _codes_or_each(labels: ArrayInput, name: str, length: int) -> tuple[IntArray, LabelArray]:
    if labels is None:
        return np.arange(length), np.arange(length)
    return as_codes(labels, name, length)


def _nested(outer: IntArray, inner: IntArray, n_inner: int) -> tuple[IntArray, IntArray, IntArray]:
    """Codes of (outer, inner) pairs ordered by outer, and the outer and inner code of each pair."""
    pairs, code = distinct(outer * n_inner + inner, int(outer.max() + 1) * n_inner)
    return code, pairs // n_inner, pairs % n_inner


def _fractions(
    fpc: ArrayInput, name: str, group: IntArray, labels: LabelArray, sampled: IntArray, length: int
) -> FloatArray:
    """Sampling fraction per stratum (or PSU), from population counts or fractions per row."""
    if fpc is None:
        return np.zeros(len(sampled))
    given = np.full(length, float(fpc)) if np.ndim(fpc) == 0 else as_floats(fpc, name, length)
    if np.isnan(given).any() or (given <= 0).any():
        raise ValueError(f"{name} must be positive everywhere: population counts, or fractions up to 1")
    lowest = np.full(len(sampled), np.inf)
    highest = np.zeros(len(sampled))
    np.minimum.at(lowest, group, given)
    np.maximum.at(highest, group, given)
    if (differs := lowest != highest).any():
        raise ValueError(
            f"{name} differs within {labels.tolist()[int(np.argmax(differs))]!r}; it must be one value there"
        )
    if not (given > 1).any():
        return highest
    if (given < 1).any():
        raise ValueError(f"{name} mixes fractions and counts; give all population counts or all fractions")
    if (short := highest < sampled).any():
        worst = int(np.argmax(short))
        raise ValueError(
            f"{name} says {labels.tolist()[worst]!r} has {highest[worst]:g} units, but {sampled[worst]} were sampled"
        )
    fraction: FloatArray = sampled / highest
    return fraction
