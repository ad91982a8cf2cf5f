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
    """The suite for rules in the versions given by rule id; the same words and versions give the same suite.

    Without a partition there are no columns to look at, and only the absence of rows is expected.
    """
    version = "+".join(sorted(set(versions.values())))
    name = f"{contract.name}.{version}" if has_partition else f"{contract.name}.{version}.without_partition"
    suite = gx.ExpectationSuite(name=name)
    if has_partition:
        columns = [column.name for column in contract.columns]
        suite.add_expectation(ExpectTableColumnsToMatchOrderedList(column_list=columns))
    suite.add_expectation(
        ExpectTableRowCountToBeBetween(
            min_value={"$PARAMETER": ROWS_AT_LEAST}, max_value={"$PARAMETER": ROWS_AT_MOST}
        )
    )
    for rule in rules:
        suite.add_expectation(
            ExpectRule(
                rule_id=rule.id,
                level=rule.level,
                rule_severity=rule.severity,
                kind=rule.kind,
                text=rule.text,
                rationale=rule.rationale,
                sql=rule.sql,
                rule_set_version=versions[rule.id],
                severity=_SEVERITY[rule.severity],
            )
        )
    return suite
