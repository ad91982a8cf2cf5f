"""Asset checks generated from the contracts: one per rule, read from the ledger that the scan has written.

Dagster shows one result per rule and run; the months are in `audit.check_result`, on which the gate stands.
"""

from collections.abc import Iterator, Sequence

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckKey,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    multi_asset_check,
)

from assets.rules import rules_of
from checks.ledger import of_run
from jurisdictions import load
from pipelines.office import Office
from pipelines.tables import FIGURE_RULES, key
from warehouse.contracts import JUDGED_CONTRACTS, MART_CONTRACTS, Contract, Rule


def check_name(rule: Rule) -> str:
    """The rule's id without the table."""
    return rule.id.rpartition(".")[2]


def checks_of(contract: Contract, jurisdiction: str) -> AssetChecksDefinition:
    """All rules of a table as checks of its asset."""
    rules = rules_of(load(jurisdiction), contract.name)

    @multi_asset_check(
        name=f"{contract.name.replace('.', '_')}_rules",
        specs=[
            AssetCheckSpec(
                check_name(rule),
                asset=key(contract.name),
                additional_deps=[FIGURE_RULES] if contract.name in MART_CONTRACTS else None,
                description=f"{rule.text}. {rule.rationale}",
                metadata={"level": rule.level, "severity": rule.severity, "rule": rule.whole_sql},
            )
            for rule in rules
        ],
    )
    def rule_checks(context: AssetCheckExecutionContext, office: Office) -> Iterator[AssetCheckResult]:
        with office.engine.connect() as connection:
            entries = [e for e in of_run(connection, context.run.run_id) if e["table_name"] == contract.name]
        for rule in rules:
            yield _result(contract, rule, [entry for entry in entries if entry["rule_id"] == rule.id])

    return rule_checks


def _result(contract: Contract, rule: Rule, entries: Sequence[dict[str, object]]) -> AssetCheckResult:
    failed = [str(entry["time_period"]) for entry in entries if entry["outcome"] == "fail"]
    silent = [str(entry["time_period"]) for entry in entries if entry["outcome"] == "not_evaluated"]
    serious = rule.severity in ("error", "block")
    return AssetCheckResult(
        check_name=check_name(rule),
        asset_key=key(contract.name),
        passed=not failed and not silent,
        severity=AssetCheckSeverity.ERROR if serious else AssetCheckSeverity.WARN,
        metadata={
            "months judged": len(entries),
            "months failed": " ".join(failed) or "none",
            "months not evaluated": " ".join(silent) or "none",
            "rows failed": sum(int(str(entry["rows_failed"])) for entry in entries),
        },
    )


def all_checks(jurisdiction: str) -> list[AssetChecksDefinition]:
    """Checks of every table that has rules."""
    return [checks_of(contract, jurisdiction) for contract in JUDGED_CONTRACTS.values()]


def check_keys(jurisdiction: str) -> list[AssetCheckKey]:
    """Keys of every check, for tests and documents."""
    return [
        AssetCheckKey(key(contract.name), check_name(rule))
        for contract in JUDGED_CONTRACTS.values()
        for rule in rules_of(load(jurisdiction), contract.name)
    ]
