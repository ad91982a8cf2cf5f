"""The programme that is monitored, line by line: what the policy paper asks to be watched, and where its figure is.

A module per part of the programme. `python -m warehouse.programme docs/programme.md` writes the page; a test fails
when it is stale, and when a line has no source, no figure, no page or no test.
"""

from __future__ import annotations

from warehouse.programme import funds, income, industries, labour, villages
from warehouse.programme.base import Indicator, Subject

PARTS: dict[str, tuple[Subject, ...]] = {
    "Villages and households": villages.SUBJECTS,
    "Industries and targets": industries.SUBJECTS,
    "Income": income.SUBJECTS,
    "Labour": labour.SUBJECTS,
    "Money": funds.SUBJECTS,
}

SUBJECTS: dict[str, Subject] = {subject.id: subject for part in PARTS.values() for subject in part}

__all__ = ["PARTS", "SUBJECTS", "Indicator", "Subject"]
