"""What a verification found: how many things hold, and which do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

RESTORE = "restore it from a copy made before the change; nothing computed from it may be used until then"
REMAKE = "restore it from a copy; a month whose inputs have not changed is not made again"


@dataclass(frozen=True)
class Broken:
    """A link that does not hold: which table or file and row, and what the person who reads this should do."""

    where: str
    found: str
    expected: str
    do: str

    def __str__(self) -> str:
        return f"{self.where}\n  found     {self.found}\n  expected  {self.expected}\n  to do     {self.do}"


@dataclass
class Verification:
    """The findings in the order in which they were made."""

    verified: Counter[str] = field(default_factory=Counter)
    """What -> how many of them hold"""
    broken: list[Broken] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was not verified, and why that is no fault"""

    def compare(self, what: str, where: str, *, found: object, expected: object, do: str, count: int = 1) -> bool:
        """Count something as verified when it is as expected, else say where it is broken."""
        if found == expected:
            self.verified[what] += count
            return True
        self.broken.append(Broken(where, _shown(found), _shown(expected), do))
        return False


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)
