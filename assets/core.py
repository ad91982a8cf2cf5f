"""Core tables: records typed, judged once, sorted into accepted (Parquet) and quarantined (with every reason).

accepted + quarantined = read, for every file and month. Nothing is repaired here; what does not read is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.decided import Corrections, accepted_under, chosen, decided_rows, excused, statuses
from assets.inputs import InputFile, read_input
from assets.quarantine import quarantine_rows
from assets.records import Periods, Records, periods_of
from assets.reporting import Reporting
from assets.rules import own_rules
from assets.senders import FILES_AT_ONCE
from assets.stored_order import stored_order
from assets.tallies import tallies
from checks.decisions import Decisions
from checks.scan import RuleResult, Verdict, judge, rows_of_file, rows_of_month
from warehouse.compile import arrow_schema, rule_set_version
from warehouse.contracts import Column, Contract, Rule
from warehouse.layouts import Jurisdiction
from warehouse.parsing import parse
from warehouse.periods import closing_month, first_day, last_day
from warehouse.store import Home, pseudonyms


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
class CoreMonth:
    """A table's month: accepted rows, quarantine rows, results by rule."""

    accepted: AcceptedRows
    quarantined: list[dict[str, object]]
    results: tuple[RuleResult, ...]
    examples: dict[str, tuple[str, ...]]
    rule_set_version: str
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


NO_DECISION = Decisions()


def build_month(
    home: Home,
    jurisdiction: Jurisdiction,
    areas: Sequence[Mapping[str, str | None]],
    contract: Contract,
    month: str,
    inputs: Sequence[InputFile],
    decisions: Decisions = NO_DECISION,
) -> CoreMonth:
    """Read, type and judge all files of a table's month under its decisions; pure but for reading the archive."""
    key = home.key()
    decisions = decisions.of(contract.name, month)
    codes = {str(area["area_code"]) for area in areas}
    reporting = Reporting(codes)
    corrections = Corrections(decisions.only("correct"), jurisdiction.id, key)

    def read(file: InputFile) -> TypedFile:
        records = read_input(home, file)
        periods = periods_of(records, file.last_month)
        if contract.name == "core.household_income":
            reporting.add(records, periods, month)
        return _typed(records, periods, file, jurisdiction, month, key, corrections)

    with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        typed = [file for file in pool.map(read, inputs) if file.rows.num_rows]
    rows, changed = rows_of_month(contract, [file.rows for file in typed]), _in_month(typed)
    sent = rows_of_month(contract, [file.as_sent for file in typed]) if changed else rows
    del typed
    pa.default_memory_pool().release_unused()  # the senders' text is not needed any more
    rows, by_choice = chosen(contract, rows, decisions.only("choose"))
    extra = own_rules(jurisdiction, contract.name)
    excuses = excused(decisions, corrections.problems(), (*contract.rules, *extra), rows, areas)
    known = known_parts(home, jurisdiction.id, contract, month, (*contract.rules, *extra))
    with ThreadPoolExecutor(1) as pool:
        order = pool.submit(stored_order, contract, rows)
        verdict = judge(contract, rows, areas, month, extra, known, excuses)
        accepted = order.result()[verdict.accepted[order.result()]]
    under = accepted_under(verdict, changed | by_choice)
    refused = quarantine_rows(home, jurisdiction, contract, month, inputs, rows, verdict, key)
    if settled := statuses(decisions, under):
        before = judge(contract, sent, areas, month, extra, known)
        refused += quarantine_rows(home, jurisdiction, contract, month, inputs, sent, before, key, settled)
    return CoreMonth(
        AcceptedRows(rows, accepted, arrow_schema(contract)),
        refused,
        verdict.results,
        _examples(rows, verdict, inputs),
        rule_set_version(contract, extra),
        reporting.rows(jurisdiction.id),
        decided_rows(jurisdiction.id, contract.name, month, rows, under),
        tallies(jurisdiction, codes, contract, month, inputs, rows, verdict),
    )


def _in_month(files: Sequence[TypedFile]) -> dict[int, int]:
    """row_ordinal -> decision that corrected the row."""
    starts = np.cumsum([0, *(file.rows.num_rows for file in files)])
    return {
        int(start) + place: number
        for start, file in zip(starts, files, strict=False)
        for place, number in file.corrected.items()
    }


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
    parsed = [parse(columns[column.name], column, _unit(records, column)) for column in given]
    unreadable = np.zeros(columns.num_rows, np.int64)
    for column, read in zip(given, parsed, strict=True):
        unreadable[read.unreadable] |= contract.bit(column.name)
    values = {
        column.name: pseudonyms(key, place, read.values) if column.type == "identifier" else read.values
        for column, read in zip(given, parsed, strict=True)
    }
    return values | {"unreadable": pa.array(unreadable)}


def _unit(records: Records, column: Column) -> str | None:
    described = records.layout.fields.get(column.name)
    return described.unit if described is not None else None


def _constant(text: str | None, rows: int, among: np.ndarray | None = None) -> pa.Array:
    """One text for all rows, or for those `among` them, stored once."""
    index = pa.repeat(pa.scalar(None if text is None else 0, pa.int32()), rows)
    if among is not None:
        index = pa.array(np.zeros(rows, np.int32), mask=~among)
    return pa.DictionaryArray.from_arrays(index, pa.array([text or ""], pa.string()))


def _examples(rows: pa.Table, verdict: Verdict, inputs: Sequence[InputFile]) -> dict[str, tuple[str, ...]]:
    """`file, line` of the first rows that broke each rule of kind row or set."""
    names = {file.file_id: file.name for file in inputs}
    shown = {}
    for result in verdict.results:
        if result.rows:
            some = rows.select(["file_id", "row_number"]).take(pa.array(sorted(result.rows)))
            shown[result.rule.id] = tuple(
                f"{names[file_id]}, line {line}" for file_id, line in zip(*some.to_pydict().values(), strict=True)
            )
    return shown
