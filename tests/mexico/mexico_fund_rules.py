"""One of Mexico's rules judged on a table, as the scan does it."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from jurisdictions.mexico.rules import FUND_RULES


def judged(outcome: pa.Table, rule_id: str) -> tuple[int, list[str]]:
    """How many units the rule examined, and the examples of those that failed."""
    (rule,) = (rule for rule in FUND_RULES if rule.id == rule_id)
    with duckdb.connect() as engine:
        engine.register("outcome", outcome)
        units = engine.execute(rule.sql).fetchall()
    assert all(failed is not None for failed, _ in units)
    return len(units), [example for failed, example in units if failed]
