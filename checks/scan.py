"""One pass that judges every row of a table's month by every rule of its contract.

Rules are SQL declared in the contract; here they are put together into one query over typed Arrow columns, and what
each row broke is handed back. What to do with the rows is `assets.core.month`'s business, writing results down that of
`checks.ledger`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from checks.excuses import NOTHING, Excused
from checks.rule_views import MASKS, judged_rows, judged_rows_with_outcome, look_at
from warehouse.compile import arrow_schema
from warehouse.contracts import Contract, Rule
from warehouse.memory import in_memory

EXAMPLES = 20
NOTHING_EXAMINED = "no row was examined"
BESIDE = (
    pa.field("record_number", pa.int64()),
    pa.field("damage", pa.string()),
    pa.field("unreadable", pa.int64()),
    pa.field("nominal_period", pa.string()),
    pa.field("sender_area_code", pa.string()),
    pa.field("period_start_day", pa.date32()),
    pa.field("period_end_day", pa.date32()),
)
"""What rules know of a row of a file beside the contract's columns; `unreadable` holds the bits of those columns."""


@dataclass(frozen=True)
class Subject:
    """What is judged: the typed rows of a table's month, and what the rules may look at."""

    contract: Contract
    rows: pa.Table
    """Columns of `judged_schema`"""
    areas: Sequence[Mapping[str, str | None]]
    """Rows of ref.area"""
    month: str
    extra: Sequence[Rule] = ()
    """Rules of the place"""
    known: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    """Partitions of the tables that rules look at"""
    excused: Excused = NOTHING

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules of the table as they are told: what must be there in a place comes first of all."""
        own = {rule.id for rule in self.contract.rules}
        return sorted(
            (*self.contract.rules, *self.extra),
            key=lambda rule: (not rule.without_rows, rule.without_rows and rule.id in own),
        )

    @cached_property
    def is_intact(self) -> np.ndarray:
        """Whether each row is undamaged."""
        return np.asarray(self.rows["damage"].is_null())


@dataclass(frozen=True)
class RuleResult:
    """What a rule found in a table's month."""

    rule: Rule
    outcome: str
    """pass, fail, waived or not_evaluated"""
    rows_examined: int
    rows_failed: int
    examples: tuple[str, ...] = ()
    rows: frozenset[int] | None = None
    """row_ordinal of the first that broke it, for rules of kind row and set"""
    by_area: tuple[tuple[str, int, int], ...] = ()
    """(area, units examined, failed), for rules of kind table whose units are areas"""


@dataclass(frozen=True)
class Acceptance:
    """Which rows are accepted, and what the rules found that decide on it."""

    accepted: np.ndarray
    found: Mapping[str, RuleResult]
    """By rule"""
    rows_of: Mapping[str, np.ndarray]
    """Rule -> row_ordinal of all that broke it"""


@dataclass(frozen=True)
class Verdict:
    """The whole judgement: results by rule, which rows are accepted, which rules each refused row broke."""

    results: tuple[RuleResult, ...]
    accepted: np.ndarray
    broken: Mapping[int, tuple[Rule, ...]] = field(default_factory=dict)
    masks: Mapping[int, dict[str, int]] = field(default_factory=dict)
    """row_ordinal -> mask name -> bits of the columns concerned, for rows that broke a rule"""
    used: Mapping[int, np.ndarray | None] = field(default_factory=dict)
    """decision -> accepted rows that it excuses; None for a rule on the whole table"""
    failed: Mapping[str, np.ndarray] = field(default_factory=dict)
    """Rule of kind row or set that examined rows -> row_ordinal of all that broke it"""


def judged_schema(contract: Contract) -> pa.Schema:
    """What `judge` wants: the contract's columns, any of them null, those beside, and row_ordinal (0…n-1)."""
    own = (pa.field(field.name, field.type) for field in arrow_schema(contract))
    return pa.schema([*own, *BESIDE, pa.field("row_ordinal", pa.int64())])


def rows_of_file(contract: Contract, arrays: Mapping[str, pa.Array], rows: int) -> pa.Table:
    """The rows of one file as `judge` wants them, but for row_ordinal: null where no array is given.

    Texts may be dictionaries. Raises ValueError for an array that is no column of the table.
    """
    wanted = list(judged_schema(contract))[:-1]
    if strange := arrays.keys() - {field.name for field in wanted}:
        raise ValueError(f"{', '.join(sorted(strange))}: no columns of {contract.name} nor beside it")
    return pa.table({f.name: arrays[f.name] if f.name in arrays else pa.nulls(rows, f.type) for f in wanted})


def rows_of_month(contract: Contract, files: Sequence[pa.Table]) -> pa.Table:
    """All files of a month in one table with row_ordinal; empty but typed when there is none."""
    if not files:
        return judged_schema(contract).empty_table()
    rows = pa.concat_tables(files, promote_options="permissive").unify_dictionaries()
    return rows.append_column("row_ordinal", pa.array(np.arange(rows.num_rows)))


def accept(subject: Subject) -> Acceptance:
    """Find which rows are accepted. Unless `needs_months_before`, this can be done before the months before are."""
    with _scan(subject) as engine:
        return _accept(engine, subject)


def judge(subject: Subject, acceptance: Acceptance | None = None) -> Verdict:
    """Judge typed rows of one month; `acceptance` is what `accept` has found of the same.

    A rule that cannot be run is `not_evaluated` with the error as its example; it never passes. One that is broken by
    excused rows alone is `waived`: the rows are counted as failed, and accepted.
    """
    contract, rows, excused = subject.contract, subject.rows, subject.excused
    with _scan(subject) as engine:
        first = acceptance or _accept(engine, subject)
        found, rows_of, accepted = dict(first.found), dict(first.rows_of), first.accepted
        later = [rule for rule in subject.rules if rule.id not in found]
        look_at(engine, contract, later, subject.month, subject.known)
        _judge_rows(engine, later, subject.is_intact, found, rows_of)
        judged_rows_with_outcome(engine, contract, rows, accepted, subject.month)
        made: set[str] = set()
        for rule in later:
            if rule.kind == "table":
                result = _judge_table(engine, rule, rows.num_rows, made)
                is_waived = result.outcome == "fail" and rule.id in excused.whole
                found[rule.id] = replace(result, outcome="waived") if is_waived else result
        refused = np.flatnonzero(~accepted)
        return Verdict(
            tuple(found[rule.id] for rule in subject.rules),
            accepted,
            _reasons(subject.rules, rows_of, refused),
            _mask_bits(engine, refused),
            excused.used(rows_of, accepted)
            | {number: None for name, number in excused.whole.items() if found[name].outcome == "waived"},
            {name: broken for name, broken in rows_of.items() if found[name].rows_examined},
        )


def needs_months_before(contract: Contract, rules: Sequence[Rule]) -> bool:
    """Whether a row may be refused for what the months before it have, so that these must be accepted first."""
    return any(contract.name in rule.looks_at and rule.kind != "table" and rule.refuses for rule in rules)


def _settles_rows(contract: Contract, rule: Rule) -> bool:
    """Rules on rows, but for those that look back and refuse nothing: they have time until the months before are in."""
    return rule.kind != "table" and (rule.refuses or contract.name not in rule.looks_at)


@contextmanager
def _scan(subject: Subject) -> Iterator[duckdb.DuckDBPyConnection]:
    with in_memory(subject.rows.num_rows) as engine:
        engine.register("decision", subject.excused.table())
        judged_rows(engine, subject.contract, subject.rows, subject.areas, subject.month)
        yield engine


def _accept(engine: duckdb.DuckDBPyConnection, subject: Subject) -> Acceptance:
    of_rows = [rule for rule in subject.rules if _settles_rows(subject.contract, rule)]
    look_at(engine, subject.contract, of_rows, subject.month, subject.known)
    found: dict[str, RuleResult] = {}
    rows_of: dict[str, np.ndarray] = {}
    _judge_rows(engine, of_rows, subject.is_intact, found, rows_of)
    accepted = np.ones(subject.rows.num_rows, bool)
    for rule in of_rows:
        if rule.refuses and rule.id in rows_of:
            left = subject.excused.left(rule.id, rows_of[rule.id])
            accepted[left] = False
            if len(rows_of[rule.id]) and not len(left):
                found[rule.id] = replace(found[rule.id], outcome="waived")
    return Acceptance(accepted, found, rows_of)


def _judge_rows(
    engine: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    is_intact: np.ndarray,
    found: dict[str, RuleResult],
    rows_of: dict[str, np.ndarray],
) -> None:
    """Those of the rules that are on rows, or on sets of rows."""
    if of_row := [rule for rule in rules if rule.kind == "row"]:
        _judge_each(engine, of_row, is_intact, found, rows_of)
    _judge_sets(engine, [rule for rule in rules if rule.kind == "set"], is_intact, found, rows_of)


def _judge_each(
    engine: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    is_intact: np.ndarray,
    found: dict[str, RuleResult],
    rows_of: dict[str, np.ndarray],
) -> None:
    """All row rules in one query; when it raises, each by itself, so that one bad rule spoils no other."""
    try:
        broken = _broken_rows(engine, rules)
    except duckdb.Error:
        for rule in rules:
            try:
                single = _broken_rows(engine, [rule])
            except duckdb.Error as error:
                found[rule.id] = _not_evaluated(rule, 0, f"the rule could not be run: {error}")
            else:
                rows_of[rule.id] = single[rule.id]
                found[rule.id] = _row_result(rule, is_intact, single[rule.id])
        return
    for rule in rules:
        rows_of[rule.id] = broken[rule.id]
        found[rule.id] = _row_result(rule, is_intact, broken[rule.id])


def _broken_rows(engine: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> dict[str, np.ndarray]:
    """The rows that each rule finds at fault; damaged ones only by the rules that are of them."""
    bits = [f"CASE WHEN {rule.sql} THEN {1 << index}::BIGINT ELSE 0 END" for index, rule in enumerate(rules)]
    of_damaged = [term for rule, term in zip(rules, bits, strict=True) if rule.of_damaged]
    broken = f"CASE WHEN damage IS NULL THEN {' | '.join(bits) or '0'} ELSE {' | '.join(of_damaged) or '0'} END"
    query = f"SELECT * FROM (SELECT row_ordinal, {broken} AS broken FROM judged) WHERE broken <> 0"
    table = engine.sql(query).to_arrow_table()
    ordinals = table["row_ordinal"].to_numpy()
    broken = table["broken"].to_numpy()
    return {rule.id: np.sort(ordinals[(broken >> index) & 1 == 1]) for index, rule in enumerate(rules)}


def _judge_sets(
    engine: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    is_intact: np.ndarray,
    found: dict[str, RuleResult],
    rows_of: dict[str, np.ndarray],
) -> None:
    for rule in rules:
        try:
            ordinals = engine.sql(rule.sql).to_arrow_table()["row_ordinal"].to_numpy()
        except duckdb.Error as error:
            found[rule.id] = _not_evaluated(rule, 0, f"the rule could not be run: {error}")
            continue
        broken = np.unique(ordinals)
        rows_of[rule.id] = broken if rule.of_damaged else broken[is_intact[broken]]
        found[rule.id] = _row_result(rule, is_intact, rows_of[rule.id])


def _judge_table(engine: duckdb.DuckDBPyConnection, rule: Rule, rows: int, made: set[str]) -> RuleResult:
    """`made`: the shared tables that are there; those that the rule lacks are made and added."""
    if not rows and not rule.without_rows:
        return _not_evaluated(rule, 0, NOTHING_EXAMINED)
    counts = f"count(*), count(*) FILTER (WHERE failed), min(example, {EXAMPLES}) FILTER (WHERE failed)"
    try:
        for name, query in rule.shared:
            if name not in made:
                engine.execute(f"CREATE TEMP TABLE {name} AS {query}")
                made.add(name)
        if _units_have_areas(engine, rule.sql):
            query = f"""SELECT {counts}, grouping(area_code), area_code FROM ({rule.sql})
                        GROUP BY GROUPING SETS ((), (area_code))"""
            found = engine.execute(query).fetchall()
            (whole,) = (line for line in found if line[3])
            by_area = tuple((area, *line[:2]) for *line, is_whole, area in found if not is_whole and area is not None)
        else:
            (whole,), by_area = engine.execute(f"SELECT {counts} FROM ({rule.sql})").fetchall(), ()
    except duckdb.Error as error:
        return _not_evaluated(rule, 0, f"the rule could not be run: {error}")
    examined, failed, examples = whole[:3]
    if not examined:
        return _not_evaluated(rule, 0, NOTHING_EXAMINED)
    outcome = "fail" if failed else "pass"
    shown = tuple(map(str, examples or ()))
    return RuleResult(rule, outcome, int(examined), int(failed), shown, by_area=tuple(sorted(by_area)))


_AREAS_TOLD: dict[str, bool] = {}


def _units_have_areas(engine: duckdb.DuckDBPyConnection, query: str) -> bool:
    """Whether a rule's units tell their area; the same for every month."""
    if query not in _AREAS_TOLD:
        _AREAS_TOLD[query] = "area_code" in engine.sql(query).columns
    return _AREAS_TOLD[query]


def _row_result(rule: Rule, is_intact: np.ndarray, rows: np.ndarray) -> RuleResult:
    examined = len(is_intact) if rule.of_damaged else int(is_intact.sum())
    if not examined:
        return _not_evaluated(rule, 0, NOTHING_EXAMINED)
    return RuleResult(
        rule, "fail" if len(rows) else "pass", examined, len(rows), (), frozenset(rows[:EXAMPLES].tolist())
    )


def _not_evaluated(rule: Rule, examined: int, why: str) -> RuleResult:
    return RuleResult(rule, "not_evaluated", examined, 0, (why,))


def _reasons(
    rules: Sequence[Rule], rows_of: Mapping[str, np.ndarray], refused: np.ndarray
) -> dict[int, tuple[Rule, ...]]:
    """Every rule that each refused row broke, flags included."""
    reasons: dict[int, list[Rule]] = {int(row): [] for row in refused}
    for rule in rules:
        for row in np.intersect1d(rows_of.get(rule.id, np.zeros(0, int)), refused):
            reasons[int(row)].append(rule)
    return {row: tuple(broken) for row, broken in reasons.items()}


def _mask_bits(engine: duckdb.DuckDBPyConnection, refused: np.ndarray) -> dict[int, dict[str, int]]:
    if not len(refused):
        return {}
    engine.register("refused", pa.table({"row_ordinal": refused}))
    names = ("unreadable", *MASKS)
    table = engine.sql(
        f"SELECT row_ordinal, {', '.join(names)} FROM judged WHERE row_ordinal IN (SELECT row_ordinal FROM refused)"
    ).to_arrow_table()
    return {row.pop("row_ordinal"): row for row in table.to_pylist()}


def as_json(value: object) -> str:
    """Compact JSON with the senders' characters kept."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
