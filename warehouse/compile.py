"""What is compiled from a contract: Arrow schema, SQL table, words for every column.

The contract says it once; a test holds every compiled form against it. Great Expectations suites are compiled in
`checks.expectations`, Dagster metadata in `pipelines.metadata`: the warehouse knows neither.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from warehouse.contracts import CODE_LISTS, CONTRACTS, SCHEMAS, Column, Contract
from warehouse.contracts.base import ColumnType, Rule
from warehouse.parsing import arrow_type


def arrow_schema(contract: Contract) -> pa.Schema:
    """Columns in the contract's order, with nullability, unit and descriptions as field metadata."""
    return pa.schema(
        [
            pa.field(column.name, arrow_type(column.type), column.nullable, metadata=_words(column))
            for column in contract.columns
        ],
        metadata={"table": contract.name, "grain": contract.grain, "description": contract.description},
    )


def _words(column: Column) -> dict[str, str]:
    words = {"description": column.description, "description_zh": column.description_zh}
    return words | ({"unit": column.unit} if column.unit else {})


def sql_type(column_type: ColumnType) -> sa.types.TypeEngine[Any]:
    """The SQL type in which a contract's type is stored."""
    types: dict[ColumnType, sa.types.TypeEngine[Any]] = {
        "identifier": sa.String(),
        "code": sa.String(),
        "text": sa.String(),
        "period": sa.String(),
        "integer": sa.BigInteger(),
        "number": sa.Double(),
        "money": sa.Numeric(18, 2),
        "date": sa.Date(),
        "timestamp": sa.DateTime(timezone=True),
        "boolean": sa.Boolean(),
    }
    return types[column_type]


def comment(column: Column) -> str:
    """One line for a column: description, unit."""
    return f"{column.description} [{column.unit}]" if column.unit else column.description


def sql_table(contract: Contract, metadata: sa.MetaData) -> sa.Table:
    """The SQLAlchemy table of a contract, with comments on table and columns."""
    return sa.Table(
        contract.table,
        metadata,
        *(
            sa.Column(column.name, sql_type(column.type), nullable=column.nullable, comment=comment(column))
            for column in contract.columns
        ),
        schema=contract.schema,
        comment=f"{contract.description} {contract.grain}",
    )


def sql_metadata() -> sa.MetaData:
    """All tables of the warehouse."""
    metadata = sa.MetaData()
    for contract in CONTRACTS.values():
        sql_table(contract, metadata)
    assert {table.schema for table in metadata.tables.values()} <= set(SCHEMAS)
    return metadata


def rule_set_version(contract: Contract, extra: tuple[Rule, ...] = ()) -> str:
    """Hash of what the rules of a table mean: their SQL and severity, types, bounds and code lists."""
    meaning = {
        "rules": sorted(
            [
                r.id,
                r.kind,
                r.severity,
                r.level,
                r.of_damaged,
                r.without_rows,
                r.whole_sql,
                list(r.looks_at),
                list(r.excused_by),
            ]
            for r in (*contract.rules, *extra)
        ),
        "columns": sorted(
            [c.name, c.type, c.nullable, c.code_list or "", str(c.minimum), str(c.maximum)] for c in contract.columns
        ),
        "codes": {
            name: [sorted(CODE_LISTS[name].codes), sorted(CODE_LISTS[name].valid.items())]
            for name in sorted({c.code_list for c in contract.columns if c.code_list in CODE_LISTS})
        },
    }
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()[:16]
