"""`audit.quality_score` of the months of a release: from what the ledger and the register hold.

Formulas: `indicators.quality`, docs/methods/data-quality.md. How the report looks is `assets.quality.page`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from assets.quality.owing import Owed
from assets.rules import rules_of
from indicators.quality import Score
from warehouse.contracts import SOURCE_CONTRACTS
from warehouse.contracts.base import Rule
from warehouse.contracts.quality import DIMENSIONS, EVERY_SENDER, TIMELINESS
from warehouse.layouts import Jurisdiction

Row = Mapping[str, Any]


def score_rows(
    place: Jurisdiction,
    release_id: int,
    results: Iterable[Row],
    by_area: Iterable[Row],
    owed: Iterable[Owed],
) -> list[dict[str, object]]:
    """Rows of audit.quality_score: of some months, from their check results, those by area, and the files owed."""
    made: list[dict[str, object]] = []
    for key, scores, unevaluated in (*_of_senders(place, by_area), *_of_all(place, results)):
        table, month, sender = key
        for dimension, (score, rules) in sorted(scores.items()):
            made.append(
                _row(place.id, release_id, table, month, sender, dimension, score)
                | {"rules_counted": len(rules), "rules_not_evaluated": unevaluated.get(dimension, 0)}
                | ({} if sender == EVERY_SENDER else {"rules_not_evaluated": None})
            )
    return made + _timeliness(place, release_id, [file for file in owed if file.due_on is not None])


_Key = tuple[str, str, str]
_Scores = dict[str, tuple[Score, set[str]]]


def _of_senders(place: Jurisdiction, by_area: Iterable[Row]) -> Iterator[tuple[_Key, _Scores, dict[str, int]]]:
    """(table, month, sender) -> dimension -> score and rules."""
    found: dict[_Key, _Scores] = defaultdict(dict)
    rules = _counting(place)
    for row in by_area:
        if row["sender"] is not None and (row["table_name"], row["rule_id"]) in rules:
            _add(found[row["table_name"], row["time_period"], row["sender"]], rules, row)
    for key, scores in sorted(found.items()):
        yield key, scores, {}


def _of_all(place: Jurisdiction, results: Iterable[Row]) -> Iterator[tuple[_Key, _Scores, dict[str, int]]]:
    """The same of all senders together, with the rules that were not evaluated."""
    found: dict[_Key, _Scores] = defaultdict(dict)
    missed: dict[_Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rules = _counting(place)
    for row in results:
        rule = rules.get((row["table_name"], row["rule_id"]))
        key = (row["table_name"], row["time_period"], EVERY_SENDER)
        if rule is None:
            continue
        if row["outcome"] == "not_evaluated":
            missed[key][rule.dimension] += 1
            found[key].setdefault(rule.dimension, (Score(), set()))
        else:
            _add(found[key], rules, row)
    for key, scores in sorted(found.items()):
        yield key, scores, missed[key]


def _counting(place: Jurisdiction) -> dict[tuple[str, str], Rule]:
    """The rules that count in a score: `info` notes what is no fault."""
    return {
        (table, rule.id): rule
        for table in SOURCE_CONTRACTS
        for rule in rules_of(place, table)
        if rule.severity != "info"
    }


def _add(scores: _Scores, rules: Mapping[tuple[str, str], Rule], row: Row) -> None:
    dimension = rules[row["table_name"], row["rule_id"]].dimension
    score, names = scores.get(dimension, (Score(), set()))
    own = Score.of(row["rows_examined"], row["rows_failed"])
    scores[dimension] = (score + own, names | {row["rule_id"]})


def _timeliness(place: Jurisdiction, release_id: int, files: Sequence[Owed]) -> list[dict[str, object]]:
    """By table, month and sender, and of all senders; of several files the last one says when they were there."""
    groups: dict[_Key, list[Owed]] = defaultdict(list)
    for file in files:
        for sender in (file.sender, EVERY_SENDER):
            groups[file.table, file.month, sender].append(file)
    made = []
    for (table, month, sender), owed_files in sorted(groups.items()):
        known = [file.in_time for file in owed_files if file.in_time is not None]
        days = [file.received_on for file in owed_files if file.received_on is not None]
        made.append(
            _row(place.id, release_id, table, month, sender, TIMELINESS, Score(sum(known), len(known)))
            | {"due_on": owed_files[0].due_on, "received_on": max(days) if len(days) == len(owed_files) else None}
        )
    return made


def _row(
    jurisdiction: str, release_id: int, table: str, month: str, sender: str, dimension: str, score: Score
) -> dict[str, object]:
    assert dimension in DIMENSIONS
    return {
        "release_id": release_id,
        "jurisdiction": jurisdiction,
        "time_period": month,
        "table_name": table,
        "sender": sender,
        "dimension": dimension,
        "checks_held": score.held,
        "checks_made": score.made,
        "score": score.value,
        "rules_counted": 0,
        "rules_not_evaluated": None,
        "due_on": None,
        "received_on": None,
    }
