"""The quality report of a place, read from what is published: scores, who sends what kind of error, who is late.

Numbers only, as SQL users see them in `audit.quality_score` and `audit.area_result`; how they look is
`assets.quality.page`'s and the command line's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import duckdb

from assets.quality.owing import Owed, owed
from indicators.quality import Score
from warehouse.contracts.quality import EVERY_SENDER
from warehouse.layouts import Jurisdiction

Row = Mapping[str, Any]

_ASKED = """jurisdiction = $place AND time_period BETWEEN coalesce($first, '0000-00') AND coalesce($last, '9999-99')
  AND table_name = coalesce($source, table_name)"""
_SCORES = f"""
WITH covered AS (SELECT jurisdiction, release_id, unnest(string_split(periods, ' ')) AS time_period FROM audit.release),
latest AS (SELECT jurisdiction, time_period, max(release_id) AS release_id FROM covered GROUP BY ALL)
SELECT * FROM audit.quality_score JOIN latest USING (jurisdiction, time_period, release_id) WHERE {_ASKED}
ORDER BY table_name, time_period, sender = '{EVERY_SENDER}' DESC, sender, dimension
"""
_ERRORS = f"""
SELECT table_name, sender, rule_id, dimension, r.severity, text, sum(rows_examined)::BIGINT AS rows_examined,
  sum(rows_failed)::BIGINT AS rows_failed, count(DISTINCT time_period) FILTER (rows_failed > 0) AS months_failed
FROM (SELECT * FROM audit.area_result WHERE {_ASKED} AND sender IS NOT NULL)
JOIN (SELECT rule_id, table_name, dimension, severity, text FROM audit.rule) r USING (rule_id, table_name)
GROUP BY ALL HAVING sum(rows_failed) > 0 ORDER BY table_name, rows_failed DESC, rule_id, sender
"""
_FILES = "SELECT layout, status, months, received_at FROM raw.intake_file WHERE jurisdiction = $place"
_AREAS = "SELECT area_code, valid_from, valid_to FROM ref.area WHERE jurisdiction = $place"


@dataclass(frozen=True)
class Asked:
    """What a report is about: months from `first` to `last`, one source table or all."""

    first: str | None = None
    last: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class QualityReport:
    """Scores, errors and late files of a place."""

    place: Jurisdiction
    scores: tuple[Row, ...]
    """Rows of audit.quality_score as the latest release of each month has them"""
    errors: tuple[Row, ...]
    """By table, sender and rule: rows examined and failed, months in which any failed"""
    late: tuple[Owed, ...]
    """As of the day on which the report is made"""

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Months that have a score, in order."""
        return tuple(sorted({row["time_period"] for row in self.scores}))

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Source tables that have a score."""
        return tuple(dict.fromkeys(row["table_name"] for row in self.scores))

    def months_of(self, table: str) -> tuple[str, ...]:
        """Months in which a table has a score: of yearly reports the last of each year."""
        return tuple(sorted({row["time_period"] for row in self.scores if row["table_name"] == table}))

    def senders(self, table: str) -> tuple[str, ...]:
        """All together first, then each."""
        names = {row["sender"] for row in self.scores if row["table_name"] == table}
        return tuple(sorted(names, key=lambda name: (name != EVERY_SENDER, name)))

    @cached_property
    def _by_key(self) -> dict[tuple[str, str, str, str], Score]:
        return {
            (row["table_name"], row["sender"], row["dimension"], row["time_period"]): Score(
                row["checks_held"], row["checks_made"]
            )
            for row in self.scores
        }

    def score(self, table: str, sender: str, dimension: str, month: str | None = None) -> Score:
        """The score of a month, or of all months together."""
        months = self.months if month is None else (month,)
        return sum((self._by_key.get((table, sender, dimension, one), Score()) for one in months), Score())

    def not_evaluated(self, table: str) -> int:
        """Rules that looked at nothing or could not be run, counted once for each month."""
        return sum(row["rules_not_evaluated"] or 0 for row in self.scores if row["table_name"] == table)

    def errors_of(self, table: str) -> tuple[tuple[str, ...], dict[str, dict[str, Row]]]:
        """Senders with an error, and rule -> sender -> counts; the rule that is broken most comes first."""
        own = [row for row in self.errors if row["table_name"] == table]
        totals: dict[str, int] = {}
        for row in own:
            totals[row["rule_id"]] = totals.get(row["rule_id"], 0) + row["rows_failed"]
        ranked = sorted(totals, key=lambda rule: (-totals[rule], rule))
        cells = {rule: {row["sender"]: row for row in own if row["rule_id"] == rule} for rule in ranked}
        return tuple(sorted({row["sender"] for row in own})), cells

    def lines(self, part: str) -> list[dict[str, object]]:
        """A part of the report in rows: `scores`, `errors` or `late`."""
        if part == "late":
            return [asdict(file) for file in self.late]
        return [dict(row) for row in {"scores": self.scores, "errors": self.errors}[part]]


def read_report(
    warehouse: duckdb.DuckDBPyConnection, place: Jurisdiction, asked: Asked, today: dt.date
) -> QualityReport:
    """The report of a place from a published warehouse."""
    given = {"place": place.id, "first": asked.first, "last": asked.last, "source": asked.source}
    scores = _rows(warehouse, _SCORES, given)
    areas, files = areas_and_files(warehouse, place.id)
    months = {row["time_period"] for row in scores}
    late = [file for file in owed(place, areas, files, months, today) if file.in_time is False]
    return QualityReport(
        place,
        scores,
        _rows(warehouse, _ERRORS, given),
        tuple(file for file in late if asked.source in (None, file.table)),
    )


def areas_and_files(warehouse: duckdb.DuckDBPyConnection, place: str) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """What `assets.quality.owing` wants to know of a place, from a published warehouse."""
    return _rows(warehouse, _AREAS, {"place": place}), _rows(warehouse, _FILES, {"place": place})


def _rows(warehouse: duckdb.DuckDBPyConnection, query: str, given: Mapping[str, object]) -> tuple[Row, ...]:
    cursor = warehouse.execute(query, dict(given))
    names = [column[0] for column in cursor.description or ()]
    found: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return tuple(dict(zip(names, row, strict=True)) for row in found)
