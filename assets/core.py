"""Core tables: records typed, judged once, sorted into accepted (Parquet) and quarantined (with every reason).

accepted + quarantined = read, for every file and month. Nothing is repaired here; what does not read is refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.evidence import BEYOND, raw_lines
from assets.heads import is_unnamed
from assets.recent import RECENT, recent_key
from assets.records import Periods, Records, periods_of
from assets.reporting import Reporting
from assets.senders import FILES_AT_ONCE, read_records
from checks.scan import MASKS, RuleResult, Verdict, as_json, judge
from warehouse.compile import arrow_schema, rule_set_version
from warehouse.contracts import CODE_LISTS, CONTRACTS, Column, Contract, Rule
from warehouse.layouts import Jurisdiction, Layout
from warehouse.parsing import parse
from warehouse.periods import closing_month, first_day, last_day
from warehouse.store import Home, pseudonym, pseudonyms

_SHORT_NUMBER = re.compile(r"\s*[+-]?[0-9.]{0,9}\s*")
"""What no identity is written as."""


@dataclass(frozen=True)
class InputFile:
    """A file that stands for a month: its layout, name, archived bytes and those of its companions."""

    file_id: str
    name: str
    layout: Layout
    companions: Mapping[str, str]
    """role -> file_id"""
    series: tuple[str, ...]
    """What of the file stands for the month; another file stands for the rest"""
    last_month: str
    """The last month that any of its rows can be about"""


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


def read_input(home: Home, file: InputFile) -> Records:
    """Records of an archived file, all its periods."""
    name = file.name.rpartition("/")[2]
    just_read = RECENT.take(recent_key(file.file_id, name, file.layout, file.companions), file.layout)
    if just_read is not None:
        return just_read
    companions = {
        companion.role: (companion.files[0], home.archive(file.companions[companion.role]).read_bytes())
        for companion in file.layout.companions
    }
    return read_records(home.archive(file.file_id).read_bytes(), name, file.layout, companions)


def build_month(
    home: Home,
    jurisdiction: Jurisdiction,
    areas: Sequence[Mapping[str, str | None]],
    contract: Contract,
    month: str,
    inputs: Sequence[InputFile],
) -> CoreMonth:
    """Read, type and judge all files of a table's month; pure but for reading the archive."""
    key = home.key()
    reporting = Reporting({str(area["area_code"]) for area in areas})

    def read(file: InputFile) -> pa.Table:
        records = read_input(home, file)
        periods = periods_of(records, file.last_month)
        if contract.name == "core.household_income":
            reporting.add(records, periods, month)
        return _typed(records, periods, file, jurisdiction, month, key)

    with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        typed = list(pool.map(read, inputs))
    rows = _together([table for table in typed if table.num_rows], contract)
    del typed
    pa.default_memory_pool().release_unused()  # the senders' text is not needed any more
    extra = tuple(rule for rule in jurisdiction.rules.get(contract.name, ()) if isinstance(rule, Rule))
    verdict = judge(contract, rows, areas, month, extra)
    refused = _quarantine(home, jurisdiction, contract, month, inputs, rows, verdict, key)
    return CoreMonth(
        _accepted(contract, rows, verdict),
        refused,
        verdict.results,
        _examples(rows, verdict, inputs),
        rule_set_version(contract, extra),
        reporting.rows(jurisdiction.id),
    )


def _typed(
    records: Records, periods: Periods, file: InputFile, jurisdiction: Jurisdiction, month: str, key: bytes
) -> pa.Table:
    """The records of one file that belong to the month, typed, with what the scan wants to know beside them."""
    contract = records.contract
    belongs = periods.mask(month) & np.asarray(pc.is_in(records.series, value_set=pa.array(file.series, pa.string())))
    record_number = np.arange(1, len(records) + 1)
    columns, row_number, damage = records.columns, records.row_number, records.damage
    is_stray = periods.is_stray
    if not belongs.all():
        keep = pa.array(belongs)
        columns, row_number, damage = columns.filter(keep), row_number.filter(keep), damage.filter(keep)
        record_number, is_stray = record_number[belongs], is_stray[belongs]
    rows = len(row_number)
    given = [column for column in contract.columns if column.name in columns.column_names]
    parsed = [parse(columns[column.name], column, _unit(records, column)) for column in given]
    arrays = {
        column.name: pseudonyms(key, jurisdiction.id, read.values) if column.type == "identifier" else read.values
        for column, read in zip(given, parsed, strict=True)
    }
    unreadable = np.zeros(rows, np.int64)
    for column, read in zip(given, parsed, strict=True):
        unreadable[read.unreadable] |= contract.bit(column.name)
    arrays |= {
        "jurisdiction": _constant(jurisdiction.id, rows),
        "file_id": _constant(file.file_id, rows),
        "row_number": row_number.cast(pa.int64()),
    }
    schema = arrow_schema(contract)
    arrays |= {field.name: pa.nulls(rows, field.type) for field in schema if field.name not in arrays}
    has_nominal = records.nominal_period is not None
    own_period = next((period for period in periods.distinct if closing_month(period) == month), month)
    return pa.table(
        arrays
        | {
            "record_number": pa.array(record_number, pa.int64()),
            "damage": damage,
            "unreadable": pa.array(unreadable),
            "nominal_period": _constant(records.nominal_period or own_period, rows, among=is_stray | has_nominal),
            "sender_area_code": _constant(records.layout.area_code, rows),
            "period_start_day": pa.repeat(pa.scalar(first_day(own_period), pa.date32()), rows),
            "period_end_day": pa.repeat(pa.scalar(last_day(own_period), pa.date32()), rows),
        }
    )


def _unit(records: Records, column: Column) -> str | None:
    described = records.layout.fields.get(column.name)
    return described.unit if described is not None else None


def _constant(text: str | None, rows: int, among: np.ndarray | None = None) -> pa.Array:
    """One text for all rows, or for those `among` them, stored once."""
    index = pa.repeat(pa.scalar(None if text is None else 0, pa.int32()), rows)
    if among is not None:
        index = pa.array(np.zeros(rows, np.int32), mask=~among)
    return pa.DictionaryArray.from_arrays(index, pa.array([text or ""], pa.string()))


def _together(tables: Sequence[pa.Table], contract: Contract) -> pa.Table:
    """All files of the month in one table with row_ordinal; empty but typed when there is none."""
    if not tables:
        schema = pa.schema(
            [
                *(pa.field(f.name, f.type) for f in arrow_schema(contract)),
                ("record_number", pa.int64()),
                ("damage", pa.string()),
                ("unreadable", pa.int64()),
                ("nominal_period", pa.string()),
                ("sender_area_code", pa.string()),
                ("period_start_day", pa.date32()),
                ("period_end_day", pa.date32()),
            ]
        )
        rows = schema.empty_table()
    else:
        rows = pa.concat_tables(tables, promote_options="permissive").unify_dictionaries()
    return rows.append_column("row_ordinal", pa.array(np.arange(rows.num_rows)))


def _accepted(contract: Contract, rows: pa.Table, verdict: Verdict) -> AcceptedRows:
    """Accepted rows sorted by area, then key, then line."""
    kept = np.flatnonzero(verdict.accepted)
    names = dict.fromkeys(name for name in ("area_code", *contract.key, "file_id", "row_number"))
    ranks = [rank for name in names for rank in _ranks(rows[name], contract.column(name))]
    return AcceptedRows(rows, kept[_order([rank[kept] for rank in ranks] or [kept])], arrow_schema(contract))


def _order(keys: Sequence[np.ndarray]) -> np.ndarray:
    """What sorts the rows by all keys, the first one first.

    The first two tell nearly all households apart; the others are looked at where those two are equal.
    """
    order = np.lexsort(list(reversed(keys[:2])))
    first = [key[order] for key in keys[:2]]
    equal = np.logical_and.reduce([key[1:] == key[:-1] for key in first])
    tied = np.flatnonzero(np.append(equal, False) | np.append(False, equal))
    again = order[tied]
    order[tied] = again[np.lexsort([key[again] for key in reversed(keys)])]
    return order


def _ranks(column: pa.ChunkedArray, described: Column) -> list[np.ndarray]:
    """Numbers that together sort as the column does; none when all its values are equal."""
    whole = column.combine_chunks()
    if pa.types.is_integer(whole.type):
        return [np.asarray(whole.fill_null(0))]
    if described.type == "identifier" and not whole.null_count and not whole.offset and len(whole):
        # pseudonyms have 32 letters each: as numbers they sort without comparing text
        letters = np.frombuffer(whole.buffers()[2], ">u8").reshape(-1, 4)
        return [letters[:, place] for place in range(4)]
    distinct = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    if len(distinct.dictionary) <= 1 and not distinct.null_count:
        return []
    places = np.empty(len(distinct.dictionary) + 1, np.int64)
    places[np.asarray(pc.sort_indices(distinct.dictionary))] = np.arange(len(distinct.dictionary))
    places[-1] = -1
    return [places[np.asarray(distinct.indices.fill_null(len(distinct.dictionary)))]]


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


def _quarantine(
    home: Home,
    jurisdiction: Jurisdiction,
    contract: Contract,
    month: str,
    inputs: Sequence[InputFile],
    rows: pa.Table,
    verdict: Verdict,
    key: bytes,
) -> list[dict[str, object]]:
    """One quarantine row per refused record: every rule, what was found, and the line as sent."""
    refused = sorted(verdict.broken)
    if not refused:
        return []
    some = rows.take(pa.array(refused)).to_pylist()
    by_id = {file.file_id: file for file in inputs}
    raw = {
        file.file_id: raw_lines(
            home.archive(file.file_id).read_bytes(),
            file.name.rpartition("/")[2],
            file.layout,
            {row["row_number"] for row in some if row["file_id"] == file.file_id},
        )
        for file in inputs
        if any(row["file_id"] == file.file_id for row in some)
    }
    entries: list[dict[str, object]] = []
    for ordinal, row in zip(refused, some, strict=True):
        file = by_id[row["file_id"]]
        line = raw[file.file_id].get(row["row_number"], {})
        shown = _without_identities(line, file.layout, jurisdiction.id, key, row["damage"] is not None)
        entries.append(
            {
                "jurisdiction": jurisdiction.id,
                "file_id": row["file_id"],
                "original_name": file.name,
                "row_number": row["row_number"],
                "record_number": row["record_number"],
                "source": contract.name,
                "time_period": month,
                "rule_ids": " ".join(rule.id for rule in verdict.broken[ordinal]),
                "findings": as_json(
                    [
                        _finding(contract, rule, row, shown, file.layout, verdict.masks[ordinal])
                        for rule in verdict.broken[ordinal]
                    ]
                ),
                "raw_record": as_json({name: _shortened(text) for name, text in shown.items()}),
                "status": "open",
            }
        )
    return entries


def _shortened(text: str | None) -> str | None:
    """A text as sent; one longer than any cell is cut, its whole stays in the archive."""
    return (
        text
        if text is None or len(text) <= 2_000
        else f"{text[:200]}… ({len(text):,} characters, whole in the archive)"
    )


def _without_identities(
    raw: Mapping[str, str | None], layout: Layout, jurisdiction: str, key: bytes, is_damaged: bool
) -> dict[str, str | None]:
    """The line as sent, with every cell that identifies someone replaced by its pseudonym.

    In a damaged line cells may have slipped out of their columns: there all that is not a short number is hidden.
    """
    identifying = set(layout.identifiers) | {
        described.source
        for name, described in layout.fields.items()
        if described.source and CONTRACTS[layout.contract].column(name).type == "identifier"
    }

    def hidden(name: str, text: str) -> bool:
        if name in identifying:
            return True
        may_have_slipped = is_damaged or name == BEYOND or is_unnamed(name)
        return bool(identifying) and may_have_slipped and _SHORT_NUMBER.fullmatch(text) is None

    return {
        name: pseudonym(key, jurisdiction, text) if text is not None and hidden(name, text) else text
        for name, text in raw.items()
    }


def _finding(
    contract: Contract,
    rule: Rule,
    row: Mapping[str, object],
    raw: Mapping[str, str | None],
    layout: Layout,
    masks: Mapping[str, int],
) -> dict[str, object]:
    """What one rule found in one row: columns, text as sent, what was expected."""
    suffix = rule.id.rpartition(".")[2]
    mask = {
        "required": "missing",
        "readable": "unreadable",
        "code_known": "unlisted",
        "within_bounds": "out_of_bounds",
    }
    if suffix == "line_intact":
        return {"rule": rule.id, "found": row["damage"], "expected": rule.text, "do": rule.do}
    names = list(rule.columns)
    if suffix in mask:
        assert mask[suffix] in (*MASKS, "unreadable")
        names = [c.name for c in contract.columns if masks[mask[suffix]] & contract.bit(c.name)]
    found = {name: _found(name, row, raw, layout) for name in names}
    limits = [f"{name} {limit}" for name in names if (limit := _limit(contract.column(name), suffix))]
    expected = f"{rule.text}: {'; '.join(limits)}" if limits else rule.text
    return {"rule": rule.id, "found": found, "expected": expected, "do": rule.do}


def _limit(column: Column, suffix: str) -> str | None:
    """What a column takes, in words, where the rule is about that."""
    if suffix == "within_bounds":
        unit = f" {column.unit}" if column.unit not in (None, column.name) else ""
        return f"from {_bound(column.minimum)} to {_bound(column.maximum)}{unit}"
    if suffix == "code_known" and column.code_list in CODE_LISTS:
        return f"one of {', '.join(sorted(CODE_LISTS[column.code_list].codes))}"
    return None


def _bound(value: Decimal | None) -> str:
    return "any" if value is None else f"{value:,f}"


def _found(name: str, row: Mapping[str, object], raw: Mapping[str, str | None], layout: Layout) -> object:
    described = layout.fields.get(name)
    if described is not None and described.source is not None and described.source in raw:
        return {"column": described.source, "text": _shortened(raw[described.source])}
    value = row.get(name)
    return value.isoformat() if isinstance(value, dt.date) else value
