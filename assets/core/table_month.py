"""A month of a source table: what it is built from, and which partitions its rules look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assets.intake.inputs import InputFile
from assets.rules import own_rules
from checks.decisions import Decisions
from warehouse.contracts import Contract, Rule
from warehouse.layouts import Jurisdiction
from warehouse.store import Home


@dataclass(frozen=True)
class TableMonth:
    """What a month of a source table is built from."""

    home: Home
    jurisdiction: Jurisdiction
    areas: Sequence[Mapping[str, str | None]]
    """Rows of ref.area"""
    contract: Contract
    month: str
    inputs: Sequence[InputFile]
    decisions: Decisions = field(default_factory=Decisions)

    @property
    def extra_rules(self) -> tuple[Rule, ...]:
        """Rules of the place."""
        return own_rules(self.jurisdiction, self.contract.name)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules that it is judged by."""
        return (*self.contract.rules, *self.extra_rules)

    @property
    def area_codes(self) -> set[str]:
        """The codes that the place has or ever had."""
        return {str(area["area_code"]) for area in self.areas}

    @property
    def sent_bytes(self) -> int:
        """Bytes of its files."""
        return sum(self.home.archive(file.file_id).stat().st_size for file in self.inputs)

    def known(self) -> dict[str, list[Path]]:
        """The partitions that its rules look at."""
        return known_parts(self.home, self.jurisdiction.id, self.contract, self.month, self.rules)


def known_parts(
    home: Home, jurisdiction: str, contract: Contract, month: str, rules: Sequence[Rule]
) -> dict[str, list[Path]]:
    """Partitions that rules of a table look at: of the table itself the months before, of others all that can begin
    by the end of the month (a year is stored in December)."""
    own, others = home.partition(contract.name, jurisdiction, month), f"{month[:4]}-12"
    return {
        name: [
            part
            for part in home.partitions(name, jurisdiction)
            if (part < own if name == contract.name else part <= home.partition(name, jurisdiction, others))
        ]
        for rule in rules
        for name in rule.looks_at
    }
