"""What rules found in a table's month, by record and by area: rows of the ledger's segments.

Counts only; why a record was refused, and what it said, is `assets.core.quarantine`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.core.table_month import TableMonth
from assets.intake.inputs import InputFile
from checks.scan import Verdict
from warehouse.compile import arrow_schema
from warehouse.contracts import SEGMENT_CONTRACTS, SOURCE_CONTRACTS, Contract, Rule
from warehouse.contracts.findings import AREA_RESULT, QUARANTINE_RULE, SORTED
from warehouse.layouts import Jurisdiction
from warehouse.memory import in_memory
from warehouse.store import Home


def tallies(task: TableMonth, rows: pa.Table, verdict: Verdict) -> dict[str, pa.Table]:
    """Segment -> its rows for the month, sorted."""
    place, source = task.jurisdiction, task.contract.name
    area = _areas(rows, task.area_codes, place.root_area)
    common = {"jurisdiction": place.id, "time_period": task.month}
    made = {
        QUARANTINE_RULE.name: _refused(rows, area, verdict, {**common, "source": source}),
        AREA_RESULT.name: _counted(rows, area, verdict, place, task.inputs, {**common, "table_name": source}),
    }
    return {name: table.sort_by([(key, "ascending") for key in _order(name)]) for name, table in made.items()}


def refused_by_area(home: Home, jurisdiction: str, months: Iterable[str]) -> list[dict[str, Any]]:
    """(source, time_period, area_code, records) of the records of some months that are in quarantine."""
    what = "source, time_period, area_code, count(DISTINCT (file_id, record_number)) AS records"
    return _asked(home, QUARANTINE_RULE, what, jurisdiction, months)


def by_sender(home: Home, jurisdiction: str, months: Iterable[str]) -> list[dict[str, Any]]:
    """(table_name, time_period, sender, rule_id, rows_examined, rows_failed) of some months."""
    what = "table_name, time_period, sender, rule_id, " + ", ".join(
        f"sum({name})::BIGINT AS {name}" for name in ("rows_examined", "rows_failed")
    )
    return _asked(home, AREA_RESULT, what, jurisdiction, months)


def _asked(home: Home, segments: Contract, what: str, jurisdiction: str, months: Iterable[str]) -> list[dict[str, Any]]:
    """A question to the segments of some months."""
    files = [
        str(path)
        for month in months
        for source in SOURCE_CONTRACTS
        if (path := home.segment(segments.name, source, jurisdiction, month)).exists()
    ]
    if not files:
        return []
    query = f"SELECT {what} FROM read_parquet(?, hive_partitioning = false) GROUP BY ALL ORDER BY ALL"
    with in_memory() as engine:
        found: list[dict[str, Any]] = engine.sql(query, params=[files]).to_arrow_table().to_pylist()
    return found


def _order(name: str) -> list[str]:
    return [*SORTED, *(key for key in SEGMENT_CONTRACTS[name].key if key not in SORTED)]


def _areas(rows: pa.Table, known: Collection[str], root: str) -> pa.DictionaryArray:
    """The area of every row: its sender's, else its own where the place has it, else the whole place."""
    own = rows["area_code"].cast(pa.string())
    own = pc.if_else(pc.is_in(own, value_set=pa.array(sorted(known), pa.string())), own, pa.scalar(None, pa.string()))
    return pc.coalesce(rows["sender_area_code"].cast(pa.string()), own, root).combine_chunks().dictionary_encode()


def _refused(rows: pa.Table, area: pa.DictionaryArray, verdict: Verdict, common: Mapping[str, str]) -> pa.Table:
    """One row per refused record and rule."""
    schema = arrow_schema(QUARANTINE_RULE)
    refused = np.zeros(rows.num_rows, bool)
    refused[list(verdict.broken)] = True
    pieces = [schema.empty_table()]
    for result in verdict.results:
        broken = verdict.failed.get(result.rule.id, np.zeros(0, np.int64))
        which = pa.array(broken[refused[broken]])
        if len(which):
            record = rows.select(["file_id", "row_number", "record_number"]).take(which)
            columns = {
                **{name: record[name] for name in record.column_names},
                "area_code": area.take(which),
                **_repeated({**common, **_of(result.rule)}, len(which)),
            }
            pieces.append(pa.table({name: columns[name] for name in schema.names}).cast(schema))
    return pa.concat_tables(pieces)


def _counted(
    rows: pa.Table,
    area: pa.DictionaryArray,
    verdict: Verdict,
    place: Jurisdiction,
    inputs: Sequence[InputFile],
    common: Mapping[str, str],
) -> pa.Table:
    """One row per rule, area and sender, with the rows or units examined and failed."""
    schema = arrow_schema(AREA_RESULT)
    group, labels = _groups(rows, area, {file.file_id: file.layout.sender for file in inputs})
    intact = np.asarray(rows["damage"].is_null())
    examined = {
        of_damaged: np.bincount(group if of_damaged else group[intact], minlength=len(labels))
        for of_damaged in (False, True)
    }
    lines: list[dict[str, object]] = []
    for result in verdict.results:
        said = {**common, **_of(result.rule)}
        if result.rule.id in verdict.failed:
            looked = examined[result.rule.of_damaged]
            failed = np.bincount(group[verdict.failed[result.rule.id]], minlength=len(labels))
            lines += [_line(said, *labels[at], int(looked[at]), int(failed[at])) for at in np.flatnonzero(looked)]
        for code, units, broken in result.by_area:
            lines.append(_line(said, code, place.sender_of(common["table_name"], code), units, broken))
    return pa.Table.from_pylist(lines, schema)


def _groups(
    rows: pa.Table, area: pa.DictionaryArray, sender_of: Mapping[str, str]
) -> tuple[np.ndarray, list[tuple[str, str | None]]]:
    """The group of every row, and the area and sender of each group."""
    file = rows["file_id"].cast(pa.string()).combine_chunks().dictionary_encode()
    names = sorted(set(sender_of.values()))
    place = {name: number for number, name in enumerate(names)}
    sender = np.array([place[sender_of[file_id]] for file_id in file.dictionary.to_pylist()], np.int64)
    codes = area.dictionary.to_pylist()
    of_row = sender[np.asarray(file.indices)] * len(codes) + np.asarray(area.indices)
    seen, group = np.unique(of_row, return_inverse=True)
    return group, [(codes[number % len(codes)], names[number // len(codes)]) for number in seen.tolist()]


def _line(said: Mapping[str, object], area: str, sender: str | None, examined: int, failed: int) -> dict[str, object]:
    return {**said, "area_code": area, "sender": sender, "rows_examined": examined, "rows_failed": failed}


def _of(rule: Rule) -> dict[str, str]:
    return {"rule_id": rule.id, "severity": rule.severity}


def _repeated(words: Mapping[str, str], rows: int) -> dict[str, pa.Array]:
    return {name: pa.repeat(pa.scalar(word), rows) for name, word in words.items()}
