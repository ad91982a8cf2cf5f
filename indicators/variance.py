"""The variance formula of a stratified, clustered sample, computed from unit totals.

Here are the sample's structure (strata, PSUs, second-stage units, sampling fractions) and the five
policies for a lonely PSU (a stratum with a single one). What is estimated is none of this module's
business: it receives linearised totals per unit and returns deviations whose squares add up to the variance.
"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from indicators.arrays import BoolArray, FloatArray, IntArray, LabelArray, starts_of, sum_by

LONELY_PSU_POLICIES = ("fail", "remove", "certainty", "adjust", "average")
CENSUS = 1 - 1e-7  # a sampling fraction this close to one is a census: no sampling error (as R survey)


class LonelyPsuError(ValueError):
    """A stratum has a single PSU and the policy is `fail`."""


@dataclass(frozen=True, eq=False)
class SampleStructure:
    """The sample as the variance formula sees it.

    strata, n_psu, fraction: per stratum (H,): label, sampled PSUs, first-stage sampling fraction (0 = no
    correction). psus, psu_stratum: per PSU (P,), ordered by stratum. With a second stage, ssu_psu is the PSU
    of each second-stage unit (M,), ordered by PSU, and n_ssu, ssu_fraction are per PSU. has_psu_labels is
    False when households were drawn by themselves and PSUs are mere row numbers.
    """

    strata: LabelArray
    n_psu: IntArray
    fraction: FloatArray
    psus: LabelArray
    psu_stratum: IntArray
    lonely_psu: str
    has_psu_labels: bool = True
    ssu_psu: IntArray | None = None
    n_ssu: IntArray | None = None
    ssu_fraction: FloatArray | None = None

    @property
    def n_units(self) -> int:
        """Units of the last stage whose totals enter the formula."""
        return len(self.psus) if self.ssu_psu is None else len(self.ssu_psu)

    def psu_of(self, unit: IntArray) -> IntArray:
        """PSU of each unit."""
        return unit if self.ssu_psu is None else self.ssu_psu[unit]

    def counts(self, cell: IntArray, unit: IntArray, n_cells: int) -> tuple[IntArray, IntArray]:
        """PSUs and degrees of freedom (PSUs less strata) of each cell, for units sorted within cells."""
        psu = self.psu_of(unit)
        first = starts_of(cell, psu)
        n_psu = np.bincount(cell[first], minlength=n_cells)
        first = starts_of(cell, self.psu_stratum[psu])
        n_strata = np.bincount(cell[first], minlength=n_cells)
        return n_psu, np.maximum(n_psu - n_strata, 0)


@dataclass(frozen=True, eq=False)
class Deviations:
    """Scaled deviations: the covariance matrix of a cell is the cross-product of its rows.

    cell: (R,) cell of each row; values: (R, J). lonely_cell, lonely_stratum: where a policy was applied.
    """

    cell: IntArray
    values: FloatArray
    n_cells: int
    lonely_cell: IntArray
    lonely_stratum: IntArray

    def variance(self) -> FloatArray:
        """Variances, shape (cells, J)."""
        return sum_by(self.cell, self.values**2, self.n_cells)

    def covariance(self, cell: int = 0) -> FloatArray:
        """Covariance matrix of one cell, shape (J, J)."""
        rows = self.values[self.cell == cell]
        crossproduct: FloatArray = rows.T @ rows
        return crossproduct

    def lonely_counts(self) -> IntArray:
        """Number of lonely strata per cell."""
        return np.bincount(self.lonely_cell, minlength=self.n_cells)

    def lonely_labels(self, structure: SampleStructure, cell: int = 0) -> tuple[Hashable, ...]:
        """Labels of the lonely strata of one cell."""
        return tuple(structure.strata[self.lonely_stratum[self.lonely_cell == cell]].tolist())


def deviations(
    structure: SampleStructure, cell: IntArray, unit: IntArray, scores: FloatArray, n_cells: int
) -> Deviations:
    """Deviations of linearised unit totals from their stratum means (and SSU totals from PSU means).

    Rows are (cell, unit) pairs, sorted and distinct; `scores` has shape (rows, J). Units of the design that
    have no row in a cell enter with zero. V = Σ_h (1 - f_h) n_h/(n_h - 1) Σ_c (z_hc - z̄_h)², plus, with a
    second stage, f_h times the same sum within PSUs (Särndal, Swensson, Wretman 1992, 4.3; R survey).
    Raises LonelyPsuError under the policy `fail`.
    """
    cell, psu, scores, second = first_stage(structure, cell, unit, scores, n_cells)
    stage = Stage.of(cell, structure.psu_stratum[psu], structure.n_psu, structure.fraction)
    refuse_lonely(structure.lonely_psu, structure.strata, stage)
    scale = (1 - structure.fraction)[stage.group]
    first = stage.deviations(scores, scale, structure.lonely_psu, n_cells, len(structure.psus))
    return Deviations(
        cell=np.concatenate([first[0], second[0]]),
        values=np.concatenate([first[1], second[1]]),
        n_cells=n_cells,
        lonely_cell=stage.cell[stage.lonely],
        lonely_stratum=stage.group[stage.lonely],
    )


def first_stage(
    structure: SampleStructure, cell: IntArray, unit: IntArray, scores: FloatArray, n_cells: int
) -> tuple[IntArray, IntArray, FloatArray, tuple[IntArray, FloatArray]]:
    """Rows summed to PSUs (cell, PSU, scores), and the second-stage deviations (cell, values), maybe none."""
    psu = structure.psu_of(unit)
    if structure.ssu_psu is None:
        return cell, psu, scores, (cell[:0], scores[:0])
    second = _second_stage(structure, cell, psu, scores, n_cells)
    first = starts_of(cell, psu)
    summed = np.add.reduceat(scores, first, axis=0) if len(first) else scores
    return cell[first], psu[first], summed, second


@dataclass(frozen=True, eq=False)
class Stage:
    """Rows of one sampling stage, grouped by (cell, stratum) or (cell, PSU).

    start, cell, group, present: per group met (S,); row_group: the group of each row; size: units the
    design has in the group; lonely: groups of one sampled unit that is not there with certainty.
    """

    start: IntArray
    cell: IntArray
    group: IntArray
    present: IntArray
    row_group: IntArray
    size: IntArray
    lonely: BoolArray

    @classmethod
    def of(cls, cell: IntArray, group: IntArray, sizes: IntArray, fraction: FloatArray) -> "Stage":
        """Group rows sorted by (cell, group)."""
        start = starts_of(cell, group)
        present = np.diff(np.append(start, len(cell)))
        size = sizes[group[start]]
        return cls(
            start=start,
            cell=cell[start],
            group=group[start],
            present=present,
            row_group=np.repeat(np.arange(len(start)), present),
            size=size,
            lonely=(size == 1) & (fraction[group[start]] < CENSUS),
        )

    def deviations(
        self, scores: FloatArray, scale: FloatArray, policy: str, n_cells: int, n_units: int
    ) -> tuple[IntArray, FloatArray]:
        """Scaled deviations of present units, and one row per group standing for the units absent."""
        if len(self.start) == 0:
            return self.cell, scores
        centre = self.centre(scores, policy, n_cells, n_units)
        root = self.root(scale, policy, n_cells)
        here = root[self.row_group, None] * (scores - centre[self.row_group])
        absent = (root * np.sqrt(self.size - self.present))[:, None] * centre
        rows = np.concatenate([self.cell[self.row_group], self.cell])
        return rows, np.concatenate([here, absent])

    def centre(self, scores: FloatArray, policy: str, n_cells: int, n_units: int) -> FloatArray:
        """Mean per group over the units of the design; under `adjust`, of all units for a lonely one."""
        sums = np.add.reduceat(scores, self.start, axis=0)
        centre: FloatArray = sums / np.maximum(self.size, 1)[:, None]
        if policy == "adjust":
            grand_mean = sum_by(self.cell, sums, n_cells) / n_units
            centre[self.lonely] = grand_mean[self.cell[self.lonely]]
        return centre

    def root(self, scale: FloatArray, policy: str, n_cells: int) -> FloatArray:
        """Square root of the factor of each group's sum of squares, policy applied; `scale` is 1 - f."""
        factor = scale * self.size / np.maximum(self.size - 1, 1)
        factor[(self.size == 1) & ~self.lonely] = 0
        if policy != "adjust":
            factor[self.lonely] = 0
        if policy == "average":
            met = np.bincount(self.cell, minlength=n_cells).astype(np.float64)
            usable = np.bincount(self.cell[~self.lonely], minlength=n_cells)
            inflation = np.divide(met, usable, out=np.full(n_cells, np.nan), where=usable > 0)
            factor *= inflation[self.cell]
        return np.sqrt(factor)


def _second_stage(
    structure: SampleStructure, cell: IntArray, psu: IntArray, scores: FloatArray, n_cells: int
) -> tuple[IntArray, FloatArray]:
    assert structure.n_ssu is not None
    assert structure.ssu_fraction is not None
    stage = Stage.of(cell, psu, structure.n_ssu, structure.ssu_fraction)
    first_fraction = structure.fraction[structure.psu_stratum[stage.group]]
    if structure.lonely_psu == "fail" and (stage.lonely & (first_fraction > 0)).any():
        labels = structure.psus[stage.group[stage.lonely & (first_fraction > 0)]]
        raise LonelyPsuError(
            f"{_list(labels)} has a single second-stage unit, so the variance within it cannot be estimated; "
            "drop the second stage, or choose lonely_psu= remove, certainty, adjust or average"
        )
    scale = first_fraction * (1 - structure.ssu_fraction[stage.group])
    return stage.deviations(scores, scale, structure.lonely_psu, n_cells, structure.n_units)


def refuse_lonely(policy: str, strata: LabelArray, stage: Stage) -> None:
    """Raise LonelyPsuError naming the strata when the policy is `fail` and a lonely one is met."""
    if policy == "fail" and stage.lonely.any():
        labels = strata[np.unique(stage.group[stage.lonely])]
        raise LonelyPsuError(
            f"stratum {_list(labels)} has a single PSU, so its variance cannot be estimated; merge it with a "
            "similar stratum, or choose lonely_psu= remove, certainty, adjust or average"
        )


def _list(labels: LabelArray) -> str:
    shown = ", ".join(repr(label) for label in labels[:5].tolist())
    return shown if len(labels) <= 5 else f"{shown} and {len(labels) - 5} more"
