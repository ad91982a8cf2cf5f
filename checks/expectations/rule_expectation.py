"""The expectation that a rule of a contract becomes, and the metric from which all rules of a batch are read.

The metric looks up what the ledger says and scans nothing; Great Expectations resolves it once for a suite.
Imports Great Expectations; import this module only where that is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.expectation_configuration import parse_result_format
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies

from checks.expectations.months import Finding

LEDGER_METRIC = "table.ledger_findings"

_findings_of_batch: dict[str, Mapping[str, Finding]] = {}


@contextmanager
def known(batch_id: str, findings: Mapping[str, Finding]) -> Iterator[None]:
    """Let the metric know what the ledger says of a batch, for as long as the batch is being validated."""
    _findings_of_batch[batch_id] = findings
    try:
        yield
    finally:
        del _findings_of_batch[batch_id]


class LedgerFindings(TableMetricProvider):
    """Findings by rule id of the batch named in the domain."""

    metric_name = LEDGER_METRIC

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, metric_domain_kwargs: Mapping[str, Any], **_: object) -> Mapping[str, Finding]:  # noqa: N805
        return _findings_of_batch[metric_domain_kwargs["batch_id"]]


class ExpectRule(BatchExpectation):
    """A rule of the contract holds for every row: it was evaluated and no row broke it."""

    rule_id: str
    level: int
    rule_severity: str
    """The contract's word; `severity` is Great Expectations' own scale"""
    kind: str
    text: str
    rationale: str
    do: str
    sql: str
    rule_set_version: str

    metric_dependencies: ClassVar[tuple[str, ...]] = (LEDGER_METRIC,)
    success_keys: ClassVar[tuple[str, ...]] = ("rule_id", "sql", "rule_set_version")
    args_keys: ClassVar[tuple[str, ...]] = ("rule_id",)

    def get_validation_dependencies(
        self, execution_engine: Any = None, runtime_configuration: dict[str, Any] | None = None
    ) -> ValidationDependencies:
        """The one metric; finding out by looking at every field would take longer than all the rest."""
        metric = MetricConfiguration(LEDGER_METRIC, {"batch_id": self.batch_id}, {})
        asked = parse_result_format((runtime_configuration or {})["result_format"])
        return ValidationDependencies({LEDGER_METRIC: metric}, asked)

    def _validate(
        self,
        metrics: Mapping[str, Mapping[str, Finding]],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        finding = metrics[LEDGER_METRIC][self.rule_id]
        evaluated = finding.outcome != "not_evaluated"
        examined, failed = finding.rows_examined, finding.rows_failed
        return {
            "success": evaluated and failed == 0,
            "result": {
                "observed_value": observed(finding),
                "element_count": examined,
                "unexpected_count": failed,
                "unexpected_percent": 100 * failed / examined if evaluated and examined else None,
                "partial_unexpected_list": list(finding.examples) if evaluated else [],
                "details": {"outcome": finding.outcome},
            },
        }


def observed(finding: Finding) -> str:
    """A finding in words."""
    if finding.outcome == "not_evaluated":
        return "; ".join(["not evaluated", *finding.examples])
    words = f"{finding.rows_failed:,} of {finding.rows_examined:,} broke it"
    return f"{words}, waived by a decision" if finding.outcome == "waived" else words
