"""From the change of a figure between two periods to the rows that contribute most to it.

The arithmetic is `indicators.macro_editing`'s. Method: docs/methods/macro-editing.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assets.explain.home import Evidence, NoSuchFigure, query
from assets.marts.formula import Sums
from indicators.macro_editing import Contributions, ratio_change, total_change
from warehouse.periods import period_before


@dataclass(frozen=True)
class Drilled:
    """What each household or line adds to a change, the largest first; `kinds`: kept, new, gone -> number and sum."""

    before_period: str
    period: str
    contributions: Contributions
    units: tuple[dict[str, Any], ...]
    kinds: dict[str, tuple[int, float]]


def drill(evidence: Evidence, against: str | None = None) -> Drilled:
    """The change of a figure since another period, the one before when none is given.

    Raises NoSuchFigure: the figure is no sum over rows, or one of the periods has no rows.
    """
    formula = evidence.formula
    if not isinstance(formula, Sums):
        raise NoSuchFigure(
            f"{evidence.contract.name} {evidence.row.get('measure', '')} is no sum over rows; drill into one that is: "
            "mart.income_level, mart.income_share, fgt0, fgt1, fgt2 or watts of mart.poverty, labour and funds"
        )
    if not evidence.is_standing:
        raise NoSuchFigure(f"the rows of that release were replaced by release {evidence.standing}; drill into that")
    earlier = against or period_before(evidence.period)
    sides, given = [], []
    for name, period in (("b", earlier), ("a", evidence.period)):
        rows, values = evidence.rows_of(formula.source, period)
        given += values
        sides.append(_side(name, rows, formula))
    same = ", ".join(f"coalesce(a.{name}, b.{name}) AS {name}" for name in formula.same)
    joined = " AND ".join(f"a.{name} IS NOT DISTINCT FROM b.{name}" for name in (*formula.same, "copy"))
    both = query(
        evidence.connection,
        f"""WITH {", ".join(sides)} SELECT {same}, coalesce(b.above, 0) AS above_before,
              coalesce(b.below, 0) AS below_before, coalesce(a.above, 0) AS above_after, coalesce(a.below, 0) AS
              below_after, CASE WHEN b.file_id IS NULL THEN 'new' WHEN a.file_id IS NULL THEN 'gone' ELSE 'kept' END
              AS kind, coalesce(a.file_id, b.file_id) AS file_id, coalesce(a.row_number, b.row_number) AS row_number
            FROM a FULL JOIN b ON {joined} ORDER BY ALL""",
        given,
    )
    there = {kind for unit in both for kind in (("before",) if unit["kind"] == "gone" else ("before", "after"))}
    if not both or there == {"before"} or all(unit["kind"] == "new" for unit in both):
        raise NoSuchFigure(f"{formula.source} has no accepted rows of it in {earlier} or in {evidence.period}")
    found = _contributions(both, formula)
    order = np.argsort(-np.abs(found.contribution), kind="stable")
    units = tuple({**both[place], "contribution": float(found.contribution[place])} for place in order)
    kinds = {kind: [u["contribution"] for u in units if u["kind"] == kind] for kind in ("kept", "new", "gone")}
    summed = {kind: (len(parts), float(sum(parts))) for kind, parts in kinds.items()}
    return Drilled(earlier, evidence.period, found, units, summed)


def _side(name: str, rows: str, formula: Sums) -> str:
    """The rows of one period with what they add above and below; `copy` tells rows of the same key apart."""
    key = ", ".join(formula.same)
    where = formula.where
    return f"""{name} AS (SELECT {key}, file_id, row_number, CAST({formula.numerator} AS DOUBLE) AS above,
        CAST({formula.denominator or "0"} AS DOUBLE) AS below,
        row_number() OVER (PARTITION BY {key} ORDER BY file_id, row_number) AS copy FROM {rows} r WHERE {where})"""


def _contributions(units: Sequence[dict[str, Any]], formula: Sums) -> Contributions:
    columns = {
        name: np.array([unit[name] for unit in units], float)
        for name in ("above_before", "below_before", "above_after", "below_after")
    }
    if formula.denominator is None:
        return total_change(columns["above_before"], columns["above_after"])
    return ratio_change(*columns.values())
