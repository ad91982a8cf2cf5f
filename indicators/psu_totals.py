"""PSU totals: one small table from which everything linear is estimated without microdata.

A row holds, for one domain and PSU, the number of households and the weighted sums of each variable. Totals,
means, ratios, sums of leaves under any view and differences between domains are matrix products on it.
Changes between two rounds are in `change`; measures that need every income (Gini) are in `inequality`.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from indicators.arrays import (
    ArrayInput,
    FloatArray,
    IntArray,
    LabelArray,
    as_codes,
    as_floats,
    as_named_columns,
    distinct,
    divide,
    require_finite,
    sum_by,
)
from indicators.design import SurveyDesign, sample_structure
from indicators.estimate import EMPTY_DOMAIN, UNDEFINED, Estimate, EstimateTable
from indicators.variance import SampleStructure, deviations

# A linear functional of the variables: one name, a sum of names, or name -> coefficient.
Functional = str | Sequence[str] | Mapping[str, float]


@dataclass(frozen=True, eq=False)
class PsuTotals:
    """Weighted sums per domain and PSU (per second-stage unit when both stages are finite).

    variables: K names; the first is "weight" (Σw), then "persons" (Σ w·size) when sizes were given.
    values: (R, K) sums over the households of a row; n_households: (R,).
    domain, unit: (R,) codes, rows sorted by both. domains: G labels. structure: the whole sample, so PSUs
    that have no row in a domain count there with zero.
    """

    variables: tuple[str, ...]
    values: FloatArray
    n_households: IntArray
    domain: IntArray
    unit: IntArray
    domains: LabelArray
    structure: SampleStructure

    @classmethod
    def from_microdata(
        cls,
        variables: Mapping[str, ArrayInput],
        design: SurveyDesign,
        domain: ArrayInput = None,
        size: ArrayInput = None,
    ) -> Self:
        """Sum microdata. variables: name -> (n,); domain: (n,) labels, one per household; size: persons.

        Raises ValueError on missing values, and on a post-stratified design, whose errors need microdata.
        """
        if design.post_strata is not None:
            raise ValueError("errors of a post-stratified design need microdata: use total, mean and ratio")
        columns = {"weight": np.ones(len(design))}
        if size is not None:
            columns["persons"] = as_floats(size, "size", len(design))
        columns |= _named(variables, columns, len(design))
        for name, column in columns.items():
            require_finite(column, name)
        weighted = {name: design.weight * column for name, column in columns.items()}
        counted = (design.weight > 0).astype(np.float64)
        return cls._collapse(weighted, counted, domain, design.unit, design.structure)

    @classmethod
    def from_arrays(
        cls,
        stratum: ArrayInput,
        psu: ArrayInput,
        n_households: ArrayInput,
        weight: ArrayInput,
        values: Mapping[str, ArrayInput],
        domain: ArrayInput = None,
        persons: ArrayInput = None,
        fpc: ArrayInput = None,
        lonely_psu: str = "fail",
        *,
        ssu: ArrayInput = None,
        fpc2: ArrayInput = None,
    ) -> Self:
        """Take sums that a database made: each argument has one entry per row (stratum, PSU[, SSU], domain).

        weight is Σw, persons Σ w·size, values name -> Σ w·y. Rows of one key are added. Every PSU of the
        sample must occur in at least one row, if only with zeros, since the others know the sample from these
        rows.
        """
        sums = {"weight": as_floats(weight, "weight")}
        length = len(sums["weight"])
        if persons is not None:
            sums["persons"] = as_floats(persons, "persons", length)
        sums |= _named(values, sums, length)
        counted = as_floats(n_households, "n_households", length)
        for name, column in {**sums, "n_households": counted}.items():
            require_finite(column, name)
        structure, unit = sample_structure(length, stratum, psu, fpc, lonely_psu, ssu=ssu, fpc2=fpc2)
        return cls._collapse(sums, counted, domain, unit, structure)

    @classmethod
    def _collapse(
        cls,
        columns: Mapping[str, FloatArray],
        counted: FloatArray,
        domain: ArrayInput,
        unit: IntArray,
        structure: SampleStructure,
    ) -> Self:
        if domain is None:
            domain_code, domains = np.zeros(len(unit), dtype=np.int64), np.array(["all"], dtype=object)
        else:
            domain_code, domains = as_codes(domain, "domain", len(unit))
        key, row = distinct(domain_code * structure.n_units + unit, len(domains) * structure.n_units)
        return cls(
            variables=tuple(columns),
            values=np.column_stack([np.bincount(row, column, len(key)) for column in columns.values()]),
            n_households=np.bincount(row, counted, len(key)).round().astype(np.int64),
            domain=key // structure.n_units,
            unit=key % structure.n_units,
            domains=domains,
            structure=structure,
        )

    def roll_up(self, members: Mapping[Hashable, Sequence[Hashable]]) -> Self:
        """A table of larger domains: label -> the labels it is made of. Domains may overlap.

        Use it for county → prefecture → whole, or for urban + rural. A domain with no member found is empty.
        """
        position = {label: code for code, label in enumerate(self.domains.tolist())}
        pairs = [
            (parent, position[member])
            for parent, names in enumerate(members.values())
            for member in dict.fromkeys(names)
            if member in position
        ]
        parent, child = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        start = np.searchsorted(self.domain, child, side="left")
        stop = np.searchsorted(self.domain, child, side="right")
        rows = np.concatenate([np.arange(a, b) for a, b in zip(start, stop, strict=True)] or [start])
        key = np.repeat(parent, stop - start) * self.structure.n_units + self.unit[rows]
        keys, row = distinct(key, len(members) * self.structure.n_units)
        labels = np.empty(len(members), dtype=object)
        labels[:] = list(members)
        return replace(
            self,
            values=sum_by(row, self.values[rows], len(keys)),
            n_households=np.bincount(row, self.n_households[rows], len(keys)).round().astype(np.int64),
            domain=keys // self.structure.n_units,
            unit=keys % self.structure.n_units,
            domains=labels,
        )

    def totals(self, functionals: Mapping[str, Functional] | Sequence[str] | None = None) -> EstimateTable:
        """Totals of each functional in each domain. None means every variable."""
        names, a = self.coefficients(functionals)
        return self._table(names, self._sums() @ a, self.values @ a)

    def means(
        self, functionals: Mapping[str, Functional] | Sequence[str] | None = None, per: Functional = "weight"
    ) -> EstimateTable:
        """Means per household (`per="weight"`), per person (`per="persons"`) or per any other functional."""
        return self.ratios(functionals, per)

    def ratios(
        self,
        numerators: Mapping[str, Functional] | Sequence[str] | None,
        denominators: Functional | Mapping[str, Functional],
    ) -> EstimateTable:
        """Ratios of totals. denominators: one functional for all, or numerator's name -> functional."""
        names, a = self.coefficients(numerators)
        _, b = self.denominators(names, denominators)
        value, scores = self.ratio_scores(a, b)
        return self._table(names, value, scores)

    def contrast(self, numerator: Functional, denominator: Functional, weights: Mapping[Hashable, float]) -> Estimate:
        """One ratio combined over domains, for example {"rural": 1, "urban": -1}, with their covariance."""
        _, a = self.coefficients({"numerator": numerator})
        _, b = self.coefficients({"denominator": denominator})
        value, scores = self.ratio_scores(a, b)
        position = {label: code for code, label in enumerate(self.domains.tolist())}
        factor = np.zeros(len(self.domains))
        for label, weight in weights.items():
            if label not in position:
                raise KeyError(f"no domain {label!r} among {len(self.domains)} domains")
            factor[position[label]] = weight
        used = factor[self.domain] != 0
        unit, row = distinct(self.unit[used], self.structure.n_units)
        combined = sum_by(row, (scores * factor[self.domain, None])[used], len(unit))
        cell = np.zeros(len(unit), dtype=np.int64)
        spread = deviations(self.structure, cell, unit, combined, 1)
        result = float(factor[factor != 0] @ value[factor != 0, 0])
        households = int(self.n_households[used].sum())
        n_psu, df = self.structure.counts(cell, unit, 1)
        undefined = UNDEFINED if households else EMPTY_DOMAIN
        return Estimate(
            value=result,
            se=float(np.sqrt(spread.variance()[0, 0])) if np.isfinite(result) else np.nan,
            df=int(df[0]),
            n_households=households,
            n_psu=int(n_psu[0]),
            lonely_psu=self.structure.lonely_psu,
            lonely_strata=spread.lonely_labels(self.structure),
            reason=None if np.isfinite(result) else undefined,
        )

    def covariance(
        self, functionals: Mapping[str, Functional] | Sequence[str] | None = None, domain: Hashable = "all"
    ) -> FloatArray:
        """Covariance matrix (J, J) of totals in one domain."""
        _, a = self.coefficients(functionals)
        position = {label: code for code, label in enumerate(self.domains.tolist())}
        rows = self.domain == position[domain]
        cell = np.zeros(int(rows.sum()), dtype=np.int64)
        return deviations(self.structure, cell, self.unit[rows], self.values[rows] @ a, 1).covariance()

    def coefficients(
        self, functionals: Mapping[str, Functional] | Sequence[str] | None
    ) -> tuple[tuple[str, ...], FloatArray]:
        """Names and matrix (K, J) of linear functionals; None means each variable by itself."""
        if functionals is None:
            functionals = self.variables
        if not isinstance(functionals, Mapping):
            functionals = {name: name for name in ([functionals] if isinstance(functionals, str) else functionals)}
        matrix = np.zeros((len(self.variables), len(functionals)))
        for j, functional in enumerate(functionals.values()):
            terms = [functional] if isinstance(functional, str) else functional
            weights = terms if isinstance(terms, Mapping) else dict.fromkeys(terms, 1.0)
            for variable, weight in weights.items():
                if variable not in self.variables:
                    raise KeyError(f"no variable {variable!r}; the table has {', '.join(self.variables)}")
                matrix[self.variables.index(variable), j] = weight
        return tuple(functionals), matrix

    def denominators(
        self, names: Sequence[str], denominators: Functional | Mapping[str, Functional]
    ) -> tuple[tuple[str, ...], FloatArray]:
        """Names and matrix (K, J or 1) of denominators, by numerator when given by name."""
        if isinstance(denominators, Mapping) and not all(
            isinstance(value, int | float) for value in denominators.values()
        ):
            return self.coefficients({name: denominators[name] for name in names})  # type: ignore[misc]
        return self.coefficients({"denominator": denominators})  # type: ignore[dict-item]

    def ratio_scores(self, a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Ratios (G, J) of functionals a over b, and linearised values (R, J) of the rows, 0 if undefined."""
        sums = self._sums()
        denominator = np.broadcast_to(sums @ b, (len(self.domains), a.shape[1]))
        value = divide(sums @ a, denominator)
        usable = np.isfinite(value)
        known, base = np.where(usable, value, 0.0), np.where(usable, denominator, 1.0)
        scores = (self.values @ a - known[self.domain] * (self.values @ b)) / base[self.domain]
        return value, scores

    def _sums(self) -> FloatArray:
        return sum_by(self.domain, self.values, len(self.domains))

    def _table(self, names: tuple[str, ...], value: FloatArray, scores: FloatArray) -> EstimateTable:
        return table_of(self, names, value, scores)


def _named(
    variables: Mapping[str, ArrayInput], reserved: Mapping[str, FloatArray], length: int
) -> dict[str, FloatArray]:
    columns = as_named_columns(variables, length)
    if taken := set(columns) & set(reserved):
        raise ValueError(f"the table makes {', '.join(sorted(taken))} itself; give that variable another name")
    return columns


def table_of(
    totals: PsuTotals, names: tuple[str, ...], value: FloatArray, scores: FloatArray, variant: str = ""
) -> EstimateTable:
    """Estimates `value` (G, J) whose linearised row totals are `scores` (R, J)."""
    size = len(totals.domains)
    spread = deviations(totals.structure, totals.domain, totals.unit, scores, size)
    households = np.bincount(totals.domain, totals.n_households, size).round().astype(np.int64)
    counted = totals.n_households > 0
    n_psu, df = totals.structure.counts(totals.domain[counted], totals.unit[counted], size)
    known = np.where((households > 0)[:, None], value, np.nan)
    return EstimateTable(
        domains=totals.domains,
        columns=names,
        value=known,
        se=np.where(np.isnan(known), np.nan, np.sqrt(spread.variance())),
        df=df,
        n_households=households,
        n_psu=n_psu,
        n_lonely_strata=spread.lonely_counts(),
        lonely_psu=totals.structure.lonely_psu,
        variant=variant,
    )
