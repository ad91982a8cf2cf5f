"""Judges the figures of a release in the making by the rules of their marts, before the release gate reads the ledger.

A rule is run once for all months; each of its lines is of one unit compared and says by `time_period` which month it
belongs to. Which figures a failed line is about is handed back, for the caller to mark. Where the views come from is
`assets.release.figure_rules`'s business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from checks.scan import EXAMPLES, NOTHING_EXAMINED, RuleResult
from warehouse.compile import arrow_schema
from warehouse.contracts import Contract, Rule
from warehouse.periods import closing_month, months_sql
from warehouse.published import LAST_MONTH

BELOW = pa.schema([(name, pa.string()) for name in ("time_period", "area_code", "member_code")])
"""Areas in force in a period, and sets, with the areas in force that they are made of, each area itself included."""
DUE = pa.schema([(name, pa.string()) for name in ("source", "time_period", "area_code")])
"""Periods and areas that have accepted rows in a source table."""
_CLOSING = pa.schema([(name, pa.string()) for name in ("time_period", "month")])
SMALLEST = (
    "SELECT time_period, area_code FROM below GROUP BY ALL HAVING count(*) = 1 AND any_value(member_code = area_code)"
)
"""Areas that no other area with figures lies in."""


@dataclass(frozen=True)
class Judgement:
    """What the rules of a mart found: results by month, and by rule the figures that broke it."""

    results: Mapping[str, tuple[RuleResult, ...]]
    broken: Mapping[str, pa.Table] = field(default_factory=dict)
    """rule id -> columns of the mart's key, a row per unit that failed"""


def vintages(mart: str, months: Sequence[str]) -> dict[str, str]:
    """Name -> SQL of the views `latest` and `figure` on a mart.

    Both have its columns, `month` (the one that closes the period), `period_number` (of its frequency, so that the
    period before has one less) and `periods_a_year`. `latest` has every period in its latest release, the one in the
    making included; it reads `vintage` (month, jurisdiction, release_id). `figure` has those of the months judged.
    """
    number = f"(CAST({LAST_MONTH}[:4] AS INTEGER) * 12 + CAST({LAST_MONTH}[6:] AS INTEGER) - 1)"
    judged = ", ".join(f"'{month}'" for month in months)
    return {
        "latest": f"""SELECT m.*, v.month, {number} // ({months_sql("m.freq")}) AS period_number,
            12 // ({months_sql("m.freq")}) AS periods_a_year
          FROM {mart} m JOIN vintage v ON v.jurisdiction = m.jurisdiction AND v.release_id = m.release_id
            AND v.month = {LAST_MONTH}""",
        "figure": f"SELECT * FROM latest WHERE month IN ({judged})",
    }


def judge_figures(engine: duckdb.DuckDBPyConnection, contract: Contract, months: Sequence[str]) -> Judgement:
    """Judge the figures of some months of a mart by all rules of its contract.

    `engine` has the views `latest` and `figure` of the mart, `below`, `smallest` and `due`, and the source tables that
    rules name, as `core_<table>`. A rule that cannot be run is `not_evaluated` in every month, and one that compared
    nothing in a month in that month; neither passes.
    """
    results: dict[str, list[RuleResult]] = {month: [] for month in months}
    broken: dict[str, pa.Table] = {}
    for rule in contract.rules:
        try:
            lines = engine.sql(rule.sql).to_arrow_table()
            found = _by_month(engine, rule, lines)
        except duckdb.Error as error:
            found, otherwise = {}, f"the rule could not be run: {error}"
        else:
            broken[rule.id], otherwise = _figures(engine, contract, lines), NOTHING_EXAMINED
        for month, of_month in results.items():
            of_month.append(found.get(month) or RuleResult(rule, "not_evaluated", 0, 0, (otherwise,)))
    return Judgement({month: tuple(of_month) for month, of_month in results.items()}, broken)


def _by_month(engine: duckdb.DuckDBPyConnection, rule: Rule, lines: pa.Table) -> dict[str, RuleResult]:
    """The result of each month of which something was compared."""
    engine.register("line", lines)
    periods = engine.execute("SELECT DISTINCT time_period FROM line").fetchall()
    closing = [{"time_period": period, "month": closing_month(period)} for (period,) in periods]
    engine.register("closing", pa.Table.from_pylist(closing, _CLOSING))
    counts = f"""SELECT month, count(*), count(*) FILTER (failed),
        list(example ORDER BY example) FILTER (failed)[:{EXAMPLES}]
        FROM line JOIN closing USING (time_period) GROUP BY month"""
    return {
        month: RuleResult(rule, "fail" if failed else "pass", examined, failed, tuple(examples or ()))
        for month, examined, failed, examples in engine.execute(counts).fetchall()
    }


def _figures(engine: duckdb.DuckDBPyConnection, contract: Contract, lines: pa.Table) -> pa.Table:
    key = [name for name in lines.column_names if name in contract.key]
    found = engine.sql(f"SELECT DISTINCT {', '.join(key)} FROM lines WHERE failed").to_arrow_table()
    schema = arrow_schema(contract)
    return found.cast(pa.schema([schema.field(name).with_nullable(True) for name in key]))
