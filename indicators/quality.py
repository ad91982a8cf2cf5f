"""Scores of data quality: checks held over checks made, and whether a file came in time.

Pure arithmetic of docs/methods/data-quality.md; which rules count in which dimension is said by the contracts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """Numerator and denominator of a score; scores are added, never averaged."""

    held: int = 0
    made: int = 0

    def __add__(self, other: Score) -> Score:
        """The score of both together."""
        return Score(self.held + other.held, self.made + other.made)

    @property
    def value(self) -> float | None:
        """Held over made, 0–1; None where no check was made."""
        return self.held / self.made if self.made else None

    @classmethod
    def of(cls, examined: int, failed: int) -> Score:
        """The score of one rule. ValueError when more failed than were examined."""
        if not 0 <= failed <= examined:
            raise ValueError(f"{failed} of {examined} failed; expected from none to all")
        return cls(examined - failed, examined)


def due_day(last_day: dt.date, days: int) -> dt.date:
    """The day on which a file of a month is due, `days` after the month's last."""
    return last_day + dt.timedelta(days)


def in_time(due: dt.date, received: dt.date | None, observed_since: dt.date | None, today: dt.date) -> bool | None:
    """Whether a file that is owed came by its due day.

    None where that is not known: the day was over before the office took in its first file (`observed_since`), or is
    still to come.
    """
    if observed_since is None or due < observed_since:
        return None
    if received is None:
        return False if today > due else None
    return received <= due


def days_late(due: dt.date, received: dt.date | None, today: dt.date) -> int:
    """Days after the due day on which the file came, or that have passed without it; 0 when it came in time."""
    return max(0, ((received or today) - due).days)
