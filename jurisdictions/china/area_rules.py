"""What a place of China must say when its own table of areas and the history of GB/T 2260 contradict each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jurisdictions import reference
from warehouse.contracts.area_history import is_national
from warehouse.contracts.base import Rule
from warehouse.periods import first_day, year_after

_NOW = "now"

# A code's spells that follow on one another are one: a new name is no new validity. The first year of the history
# means: since before.
_AGREEMENT = """
WITH stated(area_code, name, valid_from, valid_to, since, until) AS (VALUES {stated}),
spell AS (
    SELECT area_code, CAST(valid_from AS INTEGER) AS since, CAST(changed_in AS INTEGER) AS until,
        lag(changed_in) OVER (PARTITION BY area_code ORDER BY valid_from) IS DISTINCT FROM valid_from AS starts
    FROM outcome WHERE accepted
), numbered AS (
    SELECT *, sum(CAST(starts AS INTEGER)) OVER (PARTITION BY area_code ORDER BY since) AS number FROM spell
), known AS (
    SELECT area_code, min(since) AS since, CASE WHEN count(until) = count(*) THEN max(until) END AS until
    FROM numbered GROUP BY area_code, number
), first AS (SELECT min(since) AS year FROM known)
SELECT NOT EXISTS (
        SELECT 1 FROM known k, first WHERE k.area_code = s.area_code
        AND greatest(s.since, first.year) = k.since AND s.until IS NOT DISTINCT FROM k.until
    ) AS failed,
    printf('%s %s: areas.csv says %s to %s, the history %s', s.area_code, s.name, s.valid_from, s.valid_to, coalesce(
        (SELECT string_agg(printf('%d to %s', k.since, coalesce(CAST(k.until - 1 AS VARCHAR), 'now')), ', '
            ORDER BY k.since) FROM known k WHERE k.area_code = s.area_code), 'does not know the code')) AS example
FROM stated s ORDER BY s.area_code"""


def area_rules(place: str) -> tuple[Rule, ...]:
    """The rule for the six-digit codes in a place's areas.csv, whose rows of one code follow on one another."""
    rows = [row for row in reference(place, "areas") if is_national(row["area_code"])]
    spells = {code: sorted(row["valid_from"] for row in rows if row["area_code"] == code) for code in _codes(rows)}
    ends = {code: max(row["valid_to"] or _NOW for row in rows if row["area_code"] == code) for code in spells}
    names = {row["area_code"]: row["name"] for row in rows}
    stated = ", ".join(
        f"({', '.join(map(_text, (code, names[code], starts[0], ends[code])))}, "
        f"{first_day(starts[0]).year}, {_until(ends[code])})"
        for code, starts in spells.items()
    )
    return (
        Rule(
            f"{place}.areas_agree_with_history",
            3,
            "flag",
            "areas.csv and the history of GB/T 2260 give a code the same years",
            _AGREEMENT.format(stated=stated),
            "The history's years are used; one of the two takes rows that the other would refuse.",
            kind="table",
            columns=("area_code", "valid_from", "changed_in"),
            do="correct areas.csv, or keep this edition of the history out of the landing folder",
            dimension="consistency",
        ),
    )


def _codes(rows: Sequence[Mapping[str, str]]) -> list[str]:
    return sorted({row["area_code"] for row in rows})


def _until(month: str) -> str:
    """The year of the month after, as SQL."""
    return "CAST(NULL AS INTEGER)" if month == _NOW else str(year_after(month))


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
