"""`mart.inequality`: Gini, Theil and Atkinson of income per head, the Gini of the poor, and the Gini by source.

Formulas: docs/methods/inequality.md. Persons are counted; a source is a leaf of income.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from assets.marts.distribution import EPSILONS, Distribution, column
from assets.marts.sampled import key_columns, mart_table, status_columns
from indicators.estimate import EstimateTable
from indicators.index_totals import (
    Formula,
    atkinson_formula,
    gini_formula,
    gini_of_poor_formula,
    index_table,
    theil_formula,
)
from indicators.source_ranks import GiniBySourceTable, gini_by_source

EVERYBODY = "_Z"
"""line_id of a measure that no line limits."""

_VARIANTS = {
    "gini": "rank=mid",
    "gini_upper": "rank=upper",
    "theil_t": "alpha=1",
    "theil_l": "alpha=0",
    **{f"atkinson_{f'{epsilon:g}'.replace('.', '')}": f"epsilon={epsilon:g}" for epsilon in EPSILONS},
}
_POSITIVE_ONLY = frozenset(_VARIANTS) - {"gini", "gini_upper"}
_UNDEFINED = {
    "gini": "mean income is not positive",
    "gini_upper": "mean income is not positive",
    "gini_poor": "nobody is poor, or mean income of the poor is not positive",
    **dict.fromkeys(sorted(_POSITIVE_ONLY), "no household has positive income"),
}
BY_SOURCE = ("ly_share", "ly_gini", "ly_correlation", "ly_contribution", "ly_marginal")


def inequality(income: Distribution, jurisdiction: str, release_id: int) -> pa.Table:
    """`mart.inequality` of one period: measures with their errors, then the parts of the sources."""
    table = index_table(income.totals, _formulas(income))
    return pa.concat_tables(
        [_measures(income, table, jurisdiction, release_id), _sources(income, table, jurisdiction, release_id)]
    )


def _formulas(income: Distribution) -> dict[str, Formula]:
    """In the order of _VARIANTS, then the Gini of the poor by line."""
    formulas = {"gini": gini_formula("mid"), "gini_upper": gini_formula("upper")}
    formulas |= {"theil_t": theil_formula("T"), "theil_l": theil_formula("L")}
    formulas |= dict(zip(list(_VARIANTS)[-len(EPSILONS) :], map(atkinson_formula, EPSILONS), strict=True))
    for line in income.lines:
        poor, gap, gaps = (column(name, line) for name in ("fgt0", "fgt1", "ranked"))
        formulas[column("gini_poor", line)] = gini_of_poor_formula(poor, gap, gaps)
    return formulas


def _measures(income: Distribution, table: EstimateTable, jurisdiction: str, release_id: int) -> pa.Table:
    lines = [None] * len(_VARIANTS) + [line.line for line in income.lines]
    measures = [*_VARIANTS, *["gini_poor"] * len(income.lines)]
    left_out = np.array([measure in _POSITIVE_ONLY for measure in measures])
    low, high = table.ci(0.95)
    areas, width = len(income.labels), len(measures)
    notes = _reasons(table.value, [_UNDEFINED[measure] for measure in measures])
    columns: dict[str, object] = {
        **key_columns(income, jurisdiction, release_id, width),
        "measure": measures * areas,
        "variant": [_VARIANTS.get(measure, "rank=mid") for measure in measures] * areas,
        "leaf": ["net_income"] * (areas * width),
        "line_id": [line.line_id if line else EVERYBODY for line in lines] * areas,
        "line": [line.amount if line else np.nan for line in lines] * areas,
        "boundary": [line.boundary if line else None for line in lines] * areas,
        "value": table.value.ravel(),
        "se": table.se.ravel(),
        "ci_low": low.ravel(),
        "ci_high": high.ravel(),
        "df": np.repeat(table.df.astype(float), width),
        "cv": table.cv.ravel(),
        "n_excluded": (income.not_positive[:, None] * left_out).ravel(),
        **status_columns(income, table, width, notes),
    }
    return mart_table("mart.inequality", columns)


def _sources(income: Distribution, table: EstimateTable, jurisdiction: str, release_id: int) -> pa.Table:
    """Parts of the leaves; `table` lends the size of the sample."""
    parts = gini_by_source(
        income.households.leaves(), income.layers, income.households.pairs, income.people, income.middle
    )
    described = [(measure, leaf) for measure in BY_SOURCE for leaf in parts.sources]
    areas, width = len(income.labels), len(described)
    rows = areas * width
    values, unknown = np.column_stack([_part(parts, measure) for measure in BY_SOURCE]), np.full(rows, np.nan)
    notes = _reasons(values, ["nobody has income from the source, or its mean is not positive"] * width)
    columns: dict[str, object] = {
        **key_columns(income, jurisdiction, release_id, width),
        "measure": [measure for measure, _ in described] * areas,
        "variant": ["ties=mid"] * rows,
        "leaf": [leaf for _, leaf in described] * areas,
        "line_id": [EVERYBODY] * rows,
        "line": unknown,
        "boundary": [None] * rows,
        "value": values.ravel(),
        **dict.fromkeys(("se", "ci_low", "ci_high", "df", "cv"), unknown),
        "n_excluded": np.zeros(rows, np.int64),
        **status_columns(income, table, width, notes),
    }
    return mart_table("mart.inequality", columns)


def _reasons(values: np.ndarray, undefined: Sequence[str]) -> list[str | None]:
    """Why a value is null, row by row; values: (labels, measures)."""
    return [
        None if np.isfinite(value) else reason for row in values for value, reason in zip(row, undefined, strict=True)
    ]


def _part(parts: GiniBySourceTable, measure: str) -> np.ndarray:
    found: np.ndarray = getattr(parts, measure.removeprefix("ly_"))
    return found
