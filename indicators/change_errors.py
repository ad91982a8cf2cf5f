"""Contributions to growth with their sampling errors, from the PSU totals of two rounds.

PSUs sampled in both rounds enter with their covariance; each round keeps its own strata, fractions and
policy. The arithmetic of contributions without errors is in `change`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from indicators.arrays import BoolArray, FloatArray, IntArray, LabelArray, sum_by
from indicators.estimate import EstimateTable
from indicators.psu_totals import Functional, PsuTotals
from indicators.variance import SampleStructure, Stage, first_stage, refuse_lonely

STANDSTILL = "the total moved by less than the tolerance"
NO_BASE = "the former total is not positive"


@dataclass(frozen=True, eq=False)
class ContributionTable:
    """Contributions by domain (G) and source (J): rate adds to 1, points to growth, if complete.

    rate, points: tables of J columns; growth: one column. n_households is the later round's; n_psu counts the
    PSUs of either round, n_shared_psu, (G,), those of both.
    """

    rate: EstimateTable
    points: EstimateTable
    growth: EstimateTable
    n_shared_psu: IntArray


def contribution_from_totals(
    before: PsuTotals,
    after: PsuTotals,
    sources: Mapping[str, Functional] | Sequence[str],
    total: Functional | None = None,
    per: Functional | None = "weight",
    tolerance: float = 0.01,
) -> ContributionTable:
    """Contribution of each source to the growth of a mean (or of a total with per=None) between two rounds.

    sources, total: functionals of variables both tables have; total None means the sum of the sources. per:
    what means are per, as `PsuTotals.means`. Domains are those of either round. Rates are NaN where the total
    moved by less than `tolerance`, points where the former total is not positive. A PSU is shared when its
    stratum and label are the same in both rounds. Error: linearisation of both rounds together
    (docs/methods/change.md).
    """
    labels = list(dict.fromkeys([*after.domains.tolist(), *before.domains.tolist()]))
    members = {label: [label] for label in labels}
    rounds = (before.roll_up(members), after.roll_up(members))
    names = tuple(sources)
    levels = [_levels(table, sources, total, per) for table in rounds]
    (old, old_scores), (new, new_scores) = levels
    change = new - old
    moved = np.abs(change[:, -1:]) >= max(tolerance * (1 - 1e-9), np.finfo(float).tiny)
    growing = np.where(moved, change[:, -1:], np.nan)
    base = np.where(old[:, -1:] > 0, old[:, -1:], np.nan)
    rate, points = change[:, :-1] / growing, change / base
    scores = (
        -_linearised(old_scores, rounds[0].domain, rate, growing, -points, base),
        _linearised(new_scores, rounds[1].domain, rate, growing, 0 * points, base),
    )
    values = np.concatenate([rate, points], axis=1)
    se, n_psu, df, n_shared, n_lonely = _two_rounds(rounds, scores, len(labels))
    households = [np.bincount(table.domain, table.n_households, len(labels)) for table in rounds]
    both = (households[0] > 0) & (households[1] > 0)
    whole = EstimateTable(
        domains=rounds[1].domains,
        columns=(*names, *names, "growth"),
        value=values,
        se=np.where(np.isnan(values), np.nan, se),
        df=df,
        n_households=np.where(both, households[1], 0).astype(np.int64),
        n_psu=n_psu,
        n_lonely_strata=n_lonely,
        lonely_psu=after.structure.lonely_psu,
    )
    width = len(names)
    return ContributionTable(
        rate=_columns(whole, 0, width, f"{STANDSTILL} {tolerance:g}"),
        points=_columns(whole, width, 2 * width, NO_BASE),
        growth=_columns(whole, 2 * width, 2 * width + 1, NO_BASE),
        n_shared_psu=n_shared,
    )


def _levels(
    table: PsuTotals,
    sources: Mapping[str, Functional] | Sequence[str],
    total: Functional | None,
    per: Functional | None,
) -> tuple[FloatArray, FloatArray]:
    """Levels (G, J + 1) of the sources and their total, and linearised row scores (R, J + 1)."""
    _, a = table.coefficients(sources)
    whole = a.sum(axis=1, keepdims=True) if total is None else table.coefficients({"total": total})[1]
    a = np.concatenate([a, whole], axis=1)
    if per is None:
        empty = ~np.isin(np.arange(len(table.domains)), table.domain)
        sums = sum_by(table.domain, table.values, len(table.domains)) @ a
        return np.where(empty[:, None], np.nan, sums), table.values @ a
    return table.ratio_scores(a, table.coefficients({"per": per})[1])


def _linearised(
    scores: FloatArray,
    domain: IntArray,
    rate: FloatArray,
    growing: FloatArray,
    points: FloatArray,
    base: FloatArray,
) -> FloatArray:
    """Row scores of rates, points and growth from row scores of levels; undefined ones are zero."""
    total = scores[:, -1:]
    rates = (scores[:, :-1] - rate[domain] * total) / growing[domain]
    all_points = (scores - points[domain] * total) / base[domain]
    both = np.concatenate([rates, all_points], axis=1)
    return np.where(np.isfinite(both), both, 0.0)


def _two_rounds(
    rounds: tuple[PsuTotals, PsuTotals], scores: tuple[FloatArray, FloatArray], n_cells: int
) -> tuple[FloatArray, IntArray, IntArray, IntArray, IntArray]:
    """Standard errors (G, J), and PSUs, df, shared PSUs, lonely strata (G,), of scores summed over rounds."""
    joint = _JointSample.of(rounds[0].structure, rounds[1].structure)
    variance = np.zeros((n_cells, scores[0].shape[1]))
    keys, summed = [], []
    for t, table in enumerate(rounds):
        cell, psu, first, second = first_stage(table.structure, table.domain, table.unit, scores[t], n_cells)
        variance += sum_by(second[0], second[1] ** 2, n_cells)
        keys.append(cell * len(joint.stratum) + joint.code[t][psu])
        summed.append(first)
    key = np.union1d(keys[0], keys[1])
    cell, psu = key // len(joint.stratum), key % len(joint.stratum)
    z = []
    for t in (0, 1):
        aligned = np.zeros((len(key), variance.shape[1]))
        aligned[np.searchsorted(key, keys[t])] = summed[t]
        z.append(aligned)
    deviation_cell, deviation, n_lonely = joint.deviations(cell, psu, z, n_cells)
    variance += sum_by(deviation_cell, deviation**2, n_cells)
    n_psu = np.bincount(cell, minlength=n_cells)
    n_shared = np.bincount(cell[joint.member[0][psu] & joint.member[1][psu]], minlength=n_cells)
    n_strata = np.bincount(np.unique(cell * joint.n_strata + joint.stratum[psu]) // joint.n_strata, minlength=n_cells)
    return np.sqrt(variance), n_psu, np.maximum(n_psu - n_strata, 0), n_shared, n_lonely


@dataclass(frozen=True, eq=False)
class _JointSample:
    """PSUs of either round by stratum: stratum (U,), member[t] (U,), code[t] of each round's PSUs."""

    structures: tuple[SampleStructure, SampleStructure]
    strata: LabelArray
    stratum: IntArray
    n_strata: int
    member: tuple[BoolArray, BoolArray]
    code: tuple[IntArray, IntArray]
    n_psu: tuple[IntArray, IntArray]
    fraction: tuple[FloatArray, FloatArray]

    @classmethod
    def of(cls, before: SampleStructure, after: SampleStructure) -> "_JointSample":
        structures = (before, after)
        strata = {label: code for code, label in enumerate(_union(before.strata, after.strata))}
        shared = before.has_psu_labels and after.has_psu_labels
        names = [
            [
                (strata[stratum], psu if shared else (t, psu))
                for stratum, psu in zip(s.strata[s.psu_stratum].tolist(), s.psus.tolist(), strict=True)
            ]
            for t, s in enumerate(structures)
        ]
        ordered = sorted(dict.fromkeys(names[0] + names[1]), key=lambda name: name[0])
        position = {name: code for code, name in enumerate(ordered)}
        code = [np.array([position[name] for name in own], dtype=np.int64) for own in names]
        member, n_psu, fraction = [], [], []
        for t, s in enumerate(structures):
            member.append(np.isin(np.arange(len(ordered)), code[t]))
            own = np.array([strata[label] for label in s.strata.tolist()], dtype=np.int64)
            sizes, fractions = np.zeros(len(strata), dtype=np.int64), np.zeros(len(strata))
            sizes[own], fractions[own] = s.n_psu, s.fraction
            n_psu.append(sizes)
            fraction.append(fractions)
        return cls(
            structures=structures,
            strata=np.array(list(strata), dtype=object),
            stratum=np.array([name[0] for name in ordered], dtype=np.int64),
            n_strata=len(strata),
            member=(member[0], member[1]),
            code=(code[0], code[1]),
            n_psu=(n_psu[0], n_psu[1]),
            fraction=(fraction[0], fraction[1]),
        )

    def deviations(
        self, cell: IntArray, psu: IntArray, z: Sequence[FloatArray], n_cells: int
    ) -> tuple[IntArray, FloatArray, IntArray]:
        """Rows whose squares add up to the variance of z[0] + z[1], their cells, and lonely strata.

        Each PSU gives Σ_t √((1 - f_t) n_t/(n_t - 1)) (z_t - z̄_t) over the rounds it was sampled in: V_0 +
        V_1 plus twice the covariance over shared PSUs, never negative.
        """
        if len(cell) == 0:
            return cell, z[0], np.zeros(n_cells, dtype=np.int64)
        here = np.zeros_like(z[0])
        pulls, lonely = [], np.zeros(0, dtype=np.bool_)
        for t, structure in enumerate(self.structures):
            stage = Stage.of(cell, self.stratum[psu], self.n_psu[t], self.fraction[t])
            refuse_lonely(structure.lonely_psu, self.strata, stage)
            root = stage.root(1 - self.fraction[t][stage.group], structure.lonely_psu, n_cells)[:, None]
            centre = stage.centre(z[t], structure.lonely_psu, n_cells, len(structure.psus))
            here += self.member[t][psu, None] * root[stage.row_group] * (z[t] - centre[stage.row_group])
            pulls.append(root * centre)
            lonely = stage.lonely if t == 0 else lonely | stage.lonely
        parts = [here]
        for in_old, in_new in ((True, True), (True, False), (False, True)):
            kind = (self.member[0] == in_old) & (self.member[1] == in_new)
            sampled = np.bincount(self.stratum[kind], minlength=self.n_strata)[stage.group]
            seen = np.bincount(stage.row_group, kind[psu], len(stage.start))
            parts.append(np.sqrt(sampled - seen)[:, None] * (in_old * pulls[0] + in_new * pulls[1]))
        cells = np.concatenate([cell, stage.cell, stage.cell, stage.cell])
        return cells, np.concatenate(parts), np.bincount(stage.cell[lonely], minlength=n_cells)


def _union(first: LabelArray, second: LabelArray) -> list[object]:
    return list(dict.fromkeys([*first.tolist(), *second.tolist()]))


def _columns(table: EstimateTable, start: int, stop: int, undefined: str) -> EstimateTable:
    return replace(
        table,
        columns=table.columns[start:stop],
        value=table.value[:, start:stop],
        se=table.se[:, start:stop],
        undefined=undefined,
    )
