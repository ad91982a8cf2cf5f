"""What the ledger says of a table's month, in the shape that expectations read; and where its page is.

Nothing here knows Great Expectations, so that callers can prepare months without importing it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse.compile import rule_set_version
from warehouse.contracts import Contract, Rule
from warehouse.store import Home

NOT_RECORDED = "the ledger has no judgement of this rule"


@dataclass(frozen=True)
class MonthEntries:
    """One run's entries of `audit.check_result` for a table's month, and the partition they speak of.

    ValueError when an entry is of another table, month or rule, or a second one of its rule.
    """

    contract: Contract
    rules: tuple[Rule, ...]
    """The contract's rules and those that hold in the jurisdiction only"""
    month: str
    entries: tuple[Mapping[str, object], ...]
    partition: Path | None
    """None when no row of the month was accepted"""
    rows_accepted: int | None = None
    """What the run says it accepted; when it does not say, the entries give the bounds"""

    def __post_init__(self) -> None:
        known = {rule.id for rule in self.rules}
        judged = [str(entry["rule_id"]) for entry in self.entries]
        problems = {
            "of another table or month": [
                rule_id
                for rule_id, entry in zip(judged, self.entries, strict=True)
                if (entry["table_name"], entry["time_period"]) != (self.contract.name, self.month)
            ],
            "of a rule that was not given": [rule_id for rule_id in judged if rule_id not in known],
            "of a rule judged already": [rule_id for rule_id in set(judged) if judged.count(rule_id) > 1],
        }
        for problem, rule_ids in problems.items():
            if rule_ids:
                raise ValueError(f"{self.contract.name} {self.month}: entries {problem}: {sorted(rule_ids)}")

    @property
    def run_id(self) -> str:
        """The run that judged; `unrecorded` when the ledger has nothing."""
        return str(self.entries[0]["run_id"]) if self.entries else "unrecorded"


@dataclass(frozen=True)
class Finding:
    """What one rule found."""

    outcome: str
    """pass, fail, waived or not_evaluated"""
    rows_examined: int
    rows_failed: int
    examples: tuple[str, ...]
    """Files and lines; of a rule that was not evaluated, the reason"""
    rule_set_version: str


def findings(month: MonthEntries) -> dict[str, Finding]:
    """A finding for every rule, in their order; a rule that the ledger does not know was not evaluated."""
    entries = {str(entry["rule_id"]): entry for entry in month.entries}
    local = tuple(rule for rule in month.rules if rule not in month.contract.rules)
    current = rule_set_version(month.contract, local)
    unrecorded = Finding("not_evaluated", 0, 0, (NOT_RECORDED,), current)
    return {rule.id: _finding(entries[rule.id]) if rule.id in entries else unrecorded for rule in month.rules}


def _finding(entry: Mapping[str, object]) -> Finding:
    examples = entry["examples"]
    shown = json.loads(str(examples)) if examples else []
    return Finding(
        str(entry["outcome"]),
        int(str(entry["rows_examined"])),
        int(str(entry["rows_failed"])),
        tuple(item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in shown),
        str(entry["rule_set_version"]),
    )


def accepted_between(month: MonthEntries) -> tuple[int, int]:
    """The fewest and the most rows that can be accepted, given how many broke each rule that refuses rows.

    A row may break several rules: at most the sum of their counts is refused, at least the largest of them.
    """
    if month.rows_accepted is not None:
        return month.rows_accepted, month.rows_accepted
    found = findings(month)
    refusing = [
        found[rule.id]
        for rule in month.rules
        if rule.kind not in ("table", "figure") and rule.refuses and found[rule.id].outcome != "not_evaluated"
    ]
    examined = max((finding.rows_examined for finding in refusing), default=0)
    failed = [finding.rows_failed for finding in refusing]
    surely_refused = [finding.rows_failed for finding in refusing if finding.outcome == "fail"]
    return max(0, examined - sum(failed)), examined - max(surely_refused, default=0)


def page_path(home: Home, jurisdiction: str, table: str, month: str) -> Path:
    """The page of a table's month, built or not; the index is `home.data_docs / "index.html"`."""
    return home.data_docs / "validations" / jurisdiction / table / f"{month}.html"


def quality_path(home: Home, jurisdiction: str) -> Path:
    """The page of the quality report of a place, which every page of it links to."""
    return home.data_docs / "quality" / f"{jurisdiction}.html"
