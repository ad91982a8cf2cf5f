"""Records of a place's files, typed and judged as a month is, without an archive or a home."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

import jurisdictions
from assets.intake.records import Records
from checks.scan import Subject, Verdict, judge, rows_of_file, rows_of_month
from warehouse.parsing import parse
from warehouse.periods import closing_month, first_day, last_day


def judge_month(place: str, files: Sequence[Records], month: str) -> tuple[pa.Table, Verdict]:
    """The typed rows of the files that belong to the month, and the judgement on them."""
    contract = files[0].contract
    rows = rows_of_month(contract, [_typed(place, records, month) for records in files])
    rules = jurisdictions.load(place).rules[contract.name]
    return rows, judge(Subject(contract, rows, jurisdictions.reference(place, "areas"), month, rules))


def _typed(place: str, records: Records, month: str) -> pa.Table:
    """The records of a month in the contract's types, with the columns that the scan wants beside them."""
    own = pa.array([closing_month(text) == month for text in records.columns["time_period"].to_pylist()])
    columns = records.columns.filter(own)
    rows = columns.num_rows
    unreadable = np.zeros(rows, np.int64)
    arrays: dict[str, pa.Array] = {}
    for column in records.contract.columns:
        if column.name in columns.column_names:
            parsed = parse(columns[column.name], column)
            arrays[column.name] = parsed.values
            unreadable[parsed.unreadable] |= records.contract.bit(column.name)
    arrays |= {
        "row_number": records.row_number.filter(own),
        "jurisdiction": pa.repeat(pa.scalar(place), rows),
        "file_id": pa.repeat(pa.scalar(records.layout.id), rows),
        "record_number": pa.array(range(1, rows + 1), pa.int64()),
        "damage": records.damage.filter(own),
        "unreadable": pa.array(unreadable),
        "sender_area_code": pa.repeat(pa.scalar(records.layout.area_code, pa.string()), rows),
        "period_start_day": pa.repeat(pa.scalar(first_day(month)), rows),
        "period_end_day": pa.repeat(pa.scalar(last_day(month)), rows),
    }
    return rows_of_file(records.contract, arrays, rows)
