"""Core tables: records typed, judged once, sorted into accepted (Parquet) and quarantined (with every reason).

accepted + quarantined = read, for every file and month. Nothing is repaired here; what does not read is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.core.decided import Corrections, accepted_under, chosen, decided_rows, excused, statuses
from assets.core.quarantine import quarantine_rows
from assets.core.reporting import Reporting
from assets.core.stored_order import stored_order
from assets.core.table_month import TableMonth
from assets.core.tallies import tallies
from assets.intake.inputs import InputFile, read_input
from assets.intake.records import Periods, Records, periods_of
from checks.excuses import NOTHING, Excused
from checks.scan import Acceptance, RuleResult, Subject, Verdict, accept, judge, rows_of_file, rows_of_month
from indicators.parallel import both, in_order
from warehouse.compile import arrow_schema
from warehouse.contracts import Column
from warehouse.layouts import Jurisdiction, Layout
from warehouse.parsing import Parsed, parse
from warehouse.periods import closing_month, first_day, last_day
from warehouse.store import pseudonyms

Found = TypeVar("Found")


@dataclass(frozen=True)
class AcceptedRows:
    """Rows of a judged table in the order in which they are stored; taken a piece at a time to spare memory."""

    judged: pa.Table
    order: np.ndarray
    schema: pa.Schema

    @property
    def num_rows(self) -> int:
        """Number of accepted rows."""
        return len(self.order)

    def pieces(self, size: int) -> Iterator[pa.Table]:
        """The rows in the contract's schema, `size` at a time."""
        columns = self.judged.select(self.schema.names)
        for start in range(0, len(self.order), size):
            yield columns.take(pa.array(self.order[start : start + size])).cast(self.schema)


@dataclass(frozen=True)
class TypedMonth:
    """All rows of a table's month under its decisions, in the order in which they came, before they are judged."""

    rows: pa.Table
    as_sent: pa.Table
    """The rows before corrections; the same where there were none"""
    changed: dict[int, int]
    """row_ordinal -> decision that corrected or chose it"""
    excuses: Excused
    reporting: list[dict[str, object]]


@dataclass(frozen=True)
class SortedMonth:
    """A table's month whose rows are accepted or not, before what needs the months before it is judged."""

    typed: TypedMonth
    accepted: AcceptedRows
    acceptance: Acceptance


@dataclass(frozen=True)
class JudgedMonth:
    """A table's month that all rules have judged."""

    typed: TypedMonth
    accepted: AcceptedRows
    verdict: Verdict


@dataclass(frozen=True)
class CoreMonth:
    """What is written of a table's month beside its rows: quarantine, results by rule, their tallies."""

    accepted: int
    """Rows"""
    quarantined: list[dict[str, object]]
    results: tuple[RuleResult, ...]
    reporting: list[dict[str, object]]
    decided: list[dict[str, object]]
    """Rows of audit.decided_record"""
    segments: dict[str, pa.Table]
    """Table of the ledger's bulk -> its rows"""


@dataclass(frozen=True)
class TypedFile:
    """The rows of one file that belong to the month: with its corrections, and as sent where any was made."""

    rows: pa.Table
    as_sent: pa.Table
    corrected: Mapping[int, int]
    """Place in `rows` -> decision"""


def sort_month(task: TableMonth) -> SortedMonth:
    """Read and type all files of a table's month under its decisions, and find which rows are accepted.

    Pure but for reading the archive, and the rows of the months before where `checks.scan.needs_months_before`.
    """
    typed = _typed_month(task)
    order, acceptance = _beside_order(task, typed, accept)
    return SortedMonth(typed, _stored(task, typed, order, acceptance.accepted), acceptance)


def judge_sorted(task: TableMonth, settled: SortedMonth) -> JudgedMonth:
    """Judge a month whose rows are `settled` by all rules, with the accepted rows of the months before in place."""
    verdict = judge(_subject(task, settled.typed.rows, settled.typed.excuses), settled.acceptance)
    return JudgedMonth(settled.typed, settled.accepted, verdict)


def judge_month(task: TableMonth) -> JudgedMonth:
    """Sort and judge a month at once: it has the months before it in place, or looks at none of them."""
    typed = _typed_month(task)
    order, verdict = _beside_order(task, typed, judge)
    return JudgedMonth(typed, _stored(task, typed, order, verdict.accepted), verdict)


def core_month(task: TableMonth, judged: JudgedMonth) -> CoreMonth:
    """What is written of a judged month beside its rows."""
    contract, typed, verdict = task.contract, judged.typed, judged.verdict
    rows = typed.rows
    under = accepted_under(verdict, typed.changed)
    refused = quarantine_rows(task, rows, verdict)
    if let_out := statuses(task.decisions.of(contract.name, task.month), under):
        as_sent = judge(_subject(task, typed.as_sent))
        refused += quarantine_rows(task, typed.as_sent, as_sent, let_out)
    return CoreMonth(
        judged.accepted.num_rows,
        refused,
        _with_examples(rows, verdict, task.inputs),
        typed.reporting,
        decided_rows(task.jurisdiction.id, contract.name, task.month, rows, under),
        tallies(task, rows, verdict),
    )


def _typed_month(task: TableMonth) -> TypedMonth:
    contract, place, key = task.contract, task.jurisdiction, task.home.key()
    decisions = task.decisions.of(contract.name, task.month)
    reporting = Reporting(task.area_codes)
    corrections = Corrections(decisions.only("correct"), place.id, key)

    def read(file: InputFile) -> TypedFile:
        records = read_input(task.home, file)
        periods = periods_of(records, file.last_month)
        if contract.name == "core.household_income":
            reporting.add(records, periods, task.month)
        return _typed(records, periods, file, place, task.month, key, corrections)

    typed = [file for file in in_order(read, task.inputs) if file.rows.num_rows]
    rows, changed = rows_of_month(contract, [file.rows for file in typed]), _in_month(typed)
    sent = rows_of_month(contract, [file.as_sent for file in typed]) if changed else rows
    del typed
    pa.default_memory_pool().release_unused()  # the senders' text is not needed any more
    rows, by_choice = chosen(contract, rows, decisions.only("choose"))
    excuses = excused(decisions, corrections.problems(), task.rules, rows, task.areas)
    return TypedMonth(rows, sent, changed | by_choice, excuses, reporting.rows(place.id))


def _subject(task: TableMonth, rows: pa.Table, excuses: Excused = NOTHING) -> Subject:
    return Subject(task.contract, rows, task.areas, task.month, task.extra_rules, task.known(), excuses)


def _beside_order(task: TableMonth, typed: TypedMonth, find: Callable[[Subject], Found]) -> tuple[np.ndarray, Found]:
    """The order in which the rows are stored, and what is found of them meanwhile."""
    subject = _subject(task, typed.rows, typed.excuses)
    found, order = both(lambda: find(subject), lambda: stored_order(task.contract, typed.rows))
    return order, found


def _stored(task: TableMonth, typed: TypedMonth, order: np.ndarray, accepted: np.ndarray) -> AcceptedRows:
    return AcceptedRows(typed.rows, order[accepted[order]], arrow_schema(task.contract))


def _in_month(files: Sequence[TypedFile]) -> dict[int, int]:
    """row_ordinal -> decision that corrected the row."""
    starts = np.cumsum([0, *(file.rows.num_rows for file in files)])
    return {
        int(start) + place: number
        for start, file in zip(starts, files, strict=False)
        for place, number in file.corrected.items()
    }


def _typed(
    records: Records,
    periods: Periods,
    file: InputFile,
    jurisdiction: Jurisdiction,
    month: str,
    key: bytes,
    corrections: Corrections,
) -> TypedFile:
    """The records of one file that belong to the month, typed, with what the scan wants to know beside them."""
    belongs = periods.mask(month) & np.asarray(pc.is_in(records.series, value_set=pa.array(file.series, pa.string())))
    record_number = np.arange(1, len(records) + 1)
    columns, row_number, damage = records.columns, records.row_number, records.damage
    is_stray = periods.is_stray
    if not belongs.all():
        keep = pa.array(belongs)
        columns, row_number, damage = columns.filter(keep), row_number.filter(keep), damage.filter(keep)
        record_number, is_stray = record_number[belongs], is_stray[belongs]
    has_nominal = records.nominal_period is not None
    own_period = next((period for period in periods.distinct if closing_month(period) == month), month)
    rows = len(row_number)
    beside = {
        "jurisdiction": _constant(jurisdiction.id, rows),
        "file_id": _constant(file.file_id, rows),
        "row_number": row_number.cast(pa.int64()),
        "record_number": pa.array(record_number, pa.int64()),
        "damage": damage,
        "nominal_period": _constant(records.nominal_period or own_period, rows, among=is_stray | has_nominal),
        "sender_area_code": _constant(records.layout.area_code, rows),
        "period_start_day": pa.repeat(pa.scalar(first_day(own_period), pa.date32()), rows),
        "period_end_day": pa.repeat(pa.scalar(last_day(own_period), pa.date32()), rows),
    }

    def read(text: pa.Table) -> pa.Table:
        return rows_of_file(records.contract, beside | _values(records, text, jurisdiction.id, key), rows)

    read_corrected, changed = corrections.applied(records, columns, row_number, record_number)
    typed = read(read_corrected)
    return TypedFile(typed, read(columns) if changed else typed, changed)


def _values(records: Records, columns: pa.Table, place: str, key: bytes) -> dict[str, pa.Array]:
    """Text columns in the types of the contract, and which of their cells do not read."""
    contract = records.contract
    given = [column for column in contract.columns if column.name in columns.column_names]
    parsed = [_parsed(columns[column.name], column, records.layout) for column in given]
    unreadable = np.zeros(columns.num_rows, np.int64)
    for column, read in zip(given, parsed, strict=True):
        unreadable[read.unreadable] |= contract.bit(column.name)
    values = {
        column.name: pseudonyms(key, place, read.values) if column.type == "identifier" else read.values
        for column, read in zip(given, parsed, strict=True)
    }
    return values | {"unreadable": pa.array(unreadable)}


def _parsed(text: pa.ChunkedArray, column: Column, layout: Layout) -> Parsed:
    described = layout.fields.get(column.name)
    return parse(text, column) if described is None else parse(text, column, described.unit, described.rounded)


def _constant(text: str | None, rows: int, among: np.ndarray | None = None) -> pa.Array:
    """One text for all rows, or for those `among` them, stored once."""
    index = pa.repeat(pa.scalar(None if text is None else 0, pa.int32()), rows)
    if among is not None:
        index = pa.array(np.zeros(rows, np.int32), mask=~among)
    return pa.DictionaryArray.from_arrays(index, pa.array([text or ""], pa.string()))


def _with_examples(rows: pa.Table, verdict: Verdict, inputs: Sequence[InputFile]) -> tuple[RuleResult, ...]:
    """The results; those of kind row and set with `file, line` of the first rows that broke the rule."""
    names = {file.file_id: file.name for file in inputs}

    def places(result: RuleResult) -> tuple[str, ...]:
        some = rows.select(["file_id", "row_number"]).take(pa.array(sorted(result.rows or ())))
        return tuple(f"{names[file_id]}, line {line}" for file_id, line in zip(*some.to_pydict().values(), strict=True))

    return tuple(replace(one, examples=places(one)) if one.rows else one for one in verdict.results)
