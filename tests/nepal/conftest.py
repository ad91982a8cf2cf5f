"""What the tests of this place share: records of its files, typed and judged as a month is."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pytest

import jurisdictions
from assets.records import Records
from checks.scan import Verdict, judge
from warehouse.compile import arrow_schema
from warehouse.parsing import parse
from warehouse.periods import closing_month, first_day, last_day

PLACE = "nepal"
JudgeMonth = Callable[[Sequence[Records], str], tuple[pa.Table, Verdict]]


@pytest.fixture(scope="session")
def judge_month() -> JudgeMonth:
    """(files, month) -> their typed rows of that month and the judgement on them."""

    def judged(files: Sequence[Records], month: str) -> tuple[pa.Table, Verdict]:
        contract = files[0].contract
        rows = pa.concat_tables([_typed(records, month) for records in files])
        rows = rows.append_column("row_ordinal", pa.array(np.arange(rows.num_rows)))
        rules = jurisdictions.load(PLACE).rules[contract.name]
        return rows, judge(contract, rows, jurisdictions.reference(PLACE, "areas"), month, rules)

    return judged


def _typed(records: Records, month: str) -> pa.Table:
    """The records of a month in the contract's types, with the columns that the scan wants beside them."""
    own = pa.array([closing_month(text) == month for text in records.columns["time_period"].to_pylist()])
    columns, schema = records.columns.filter(own), arrow_schema(records.contract)
    rows = columns.num_rows
    unreadable = np.zeros(rows, np.int64)
    arrays: dict[str, pa.Array] = {}
    for column in records.contract.columns:
        if column.name in columns.column_names:
            parsed = parse(columns[column.name], column)
            arrays[column.name] = parsed.values
            unreadable[parsed.unreadable] |= records.contract.bit(column.name)
        else:
            arrays[column.name] = pa.nulls(rows, schema.field(column.name).type)
    arrays["row_number"] = records.row_number.filter(own)
    arrays["jurisdiction"] = pa.repeat(pa.scalar(PLACE), rows)
    arrays["file_id"] = pa.repeat(pa.scalar(records.layout.id), rows)
    return pa.table(
        arrays
        | {
            "record_number": pa.array(range(1, rows + 1), pa.int64()),
            "damage": records.damage.filter(own),
            "unreadable": pa.array(unreadable),
            "nominal_period": pa.nulls(rows, pa.string()),
            "sender_area_code": pa.repeat(pa.scalar(records.layout.area_code, pa.string()), rows),
            "period_start_day": pa.repeat(pa.scalar(first_day(month)), rows),
            "period_end_day": pa.repeat(pa.scalar(last_day(month)), rows),
        }
    )
