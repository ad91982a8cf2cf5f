"""Rows and rules that decisions excuse, as the scan is told of them.

Which they are is found by `assets.core.decided`. A rule that could not be run is not excused: what nobody looked at
cannot be let pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class Excused:
    """What each decision excuses, and the decisions that bear on the table's month."""

    rows: Mapping[str, Mapping[int, np.ndarray]] = field(default_factory=dict)
    """rule -> decision -> row_ordinal"""
    whole: Mapping[str, int] = field(default_factory=dict)
    """rule on the table -> decision that waives it"""
    decisions: Sequence[tuple[int, str | None]] = ()
    """decision, what is wrong with it"""

    def left(self, rule_id: str, broken: np.ndarray) -> np.ndarray:
        """The rows that break a rule and that no decision excuses."""
        excused = self.rows.get(rule_id, {})
        return np.setdiff1d(broken, np.concatenate(list(excused.values()))) if excused else broken

    def table(self) -> pa.Table:
        """The decisions as rules see them."""
        numbers, problems = zip(*self.decisions, strict=True) if self.decisions else ((), ())
        return pa.table(
            {"decision_id": pa.array(numbers, pa.int64()), "problem": pa.array(problems, pa.string())},
        )

    def used(self, rows_of: Mapping[str, np.ndarray], accepted: np.ndarray) -> dict[int, np.ndarray]:
        """decision -> the accepted rows that break a rule and that it excuses."""
        found: dict[int, list[np.ndarray]] = {}
        for rule_id, by_decision in self.rows.items():
            for number, excused in by_decision.items():
                found.setdefault(number, []).append(np.intersect1d(rows_of.get(rule_id, np.zeros(0, int)), excused))
        used = {number: np.unique(np.concatenate(parts)) for number, parts in found.items()}
        return {number: kept for number, rows in used.items() if len(kept := rows[accepted[rows]])}


NOTHING = Excused()
