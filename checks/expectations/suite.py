"""The suite of a table, compiled from its contract: one expectation per rule and two about the batch itself.

Imports Great Expectations; import this module only where that is wanted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

import great_expectations as gx
from great_expectations.expectations import (
    ExpectTableColumnsToMatchOrderedList,
    ExpectTableRowCountToBeBetween,
)
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

from checks.expectations.rule_expectation import ExpectRule
from warehouse.contracts import Contract, Rule

ROWS_AT_LEAST, ROWS_AT_MOST = "rows_at_least", "rows_at_most"
"""Parameters of a validation: how many rows the partition must have, going by the ledger."""

_SEVERITY = {
    "info": FailureSeverity.INFO,
    "flag": FailureSeverity.WARNING,
    "error": FailureSeverity.CRITICAL,
    "block": FailureSeverity.CRITICAL,
}


def compile_suite(
    contract: Contract, rules: Sequence[Rule], versions: Mapping[str, str], has_partition: bool = True
) -> gx.ExpectationSuite:
    """The suite for rules in the versions given by rule id, named by the table and a hash of what it expects.

    Without a partition there are no columns to look at, and only a number of rows is expected; of a mart, whose rules
    are on figures, neither.
    """
    expectations = [
        *_of_the_batch(contract, has_partition),
        *(_of_rule(rule, versions[rule.id]) for rule in rules),
    ]
    meaning = [expectation.configuration.to_json_dict() for expectation in expectations]
    digest = hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()[:16]
    return gx.ExpectationSuite(name=f"{contract.name}.{digest}", expectations=expectations)


def _of_the_batch(contract: Contract, has_partition: bool) -> list[Expectation]:
    if contract.schema == "mart":
        return []
    columns = ExpectTableColumnsToMatchOrderedList(column_list=[column.name for column in contract.columns])
    rows = ExpectTableRowCountToBeBetween(
        min_value={"$PARAMETER": ROWS_AT_LEAST}, max_value={"$PARAMETER": ROWS_AT_MOST}
    )
    return [columns, rows] if has_partition else [rows]


def _of_rule(rule: Rule, version: str) -> ExpectRule:
    return ExpectRule(
        rule_id=rule.id,
        level=rule.level,
        rule_severity=rule.severity,
        kind=rule.kind,
        text=rule.text,
        rationale=rule.rationale,
        do=rule.do,
        sql=rule.whole_sql,
        rule_set_version=version,
        severity=_SEVERITY[rule.severity],
    )
