"""`mart.poverty`: every poverty measure at every line, by area and domain, counted in persons.

Formulas: docs/methods/poverty.md. The line of a period is `prices`' business.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from assets.marts.distribution import ALPHAS, Distribution, column
from assets.marts.prices import LineOfPeriod
from assets.marts.sampled import key_columns, mart_table, status_columns
from indicators.estimate import EstimateTable
from indicators.index_totals import Formula, index_table, sen_formula, sen_shorrocks_thon_formula

_MEANS = (*(f"fgt{alpha}" for alpha in ALPHAS), "watts")
MEASURES = (*_MEANS, "sen", "sst")


def poverty(income: Distribution, jurisdiction: str, release_id: int) -> pa.Table:
    """`mart.poverty` of one period; empty when the place has no line."""
    described = [(measure, line) for line in income.lines for measure in MEASURES]
    table = _estimates(income)
    low, high = table.ci(0.95)
    areas, width = len(income.labels), len(described)
    left_out = np.array([measure == "watts" for measure, _ in described])
    notes = [_note(line, domain) for _, domain in income.labels for _, line in described]
    columns: dict[str, object] = {
        **key_columns(income, jurisdiction, release_id, width),
        "measure": [measure for measure, _ in described] * areas,
        "line_id": [line.line.line_id for _, line in described] * areas,
        "line": [line.line.amount for _, line in described] * areas,
        "line_freq": [line.line.amount_freq for _, line in described] * areas,
        "boundary": [line.line.boundary for _, line in described] * areas,
        "line_in_period": [line.amount for _, line in described] * areas,
        "price_period": [line.price_period for _, line in described] * areas,
        "value": table.value.ravel(),
        "se": table.se.ravel(),
        "ci_low": low.ravel(),
        "ci_high": high.ravel(),
        "df": np.repeat(table.df.astype(float), width),
        "cv": table.cv.ravel(),
        "n_excluded": (income.not_positive[:, None] * left_out).ravel(),
        **status_columns(income, table, width, notes),
    }
    return mart_table("mart.poverty", columns)


def _estimates(income: Distribution) -> EstimateTable:
    """Every measure of every line, in the order of MEASURES within lines."""
    means = income.totals.means({column(name, line): column(name, line) for line in income.lines for name in _MEANS})
    formulas: dict[str, Formula] = {}
    for line in income.lines:
        poor, gap, gaps = (column(name, line) for name in ("fgt0", "fgt1", "ranked"))
        formulas[column("sen", line)] = sen_formula(poor, gaps)
        formulas[column("sst", line)] = sen_shorrocks_thon_formula(poor, gap, gaps)
    indices = index_table(income.totals, formulas)
    wanted = [column(name, line) for line in income.lines for name in MEASURES]
    order = [(*means.columns, *indices.columns).index(name) for name in wanted]
    return replace(
        means,
        columns=tuple(wanted),
        value=np.column_stack([means.value, indices.value])[:, order],
        se=np.column_stack([means.se, indices.se])[:, order],
    )


def _note(line: LineOfPeriod, domain: str) -> str | None:
    """What must be said of a line in a domain."""
    notes = [] if line.note is None else [line.note]
    notes += [] if line.line.domain in ("all", domain) else [f"line set for {line.line.domain} households"]
    return "; ".join(notes) or None
