"""Everything compiled from a contract says what the contract says."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import sqlalchemy as sa

from pipelines.metadata import column_schema
from warehouse import dictionary
from warehouse.compile import arrow_schema, comment, sql_metadata
from warehouse.contracts import CODE_LISTS, CONTRACTS, JUDGED_CONTRACTS, SOURCE_CONTRACTS, Contract
from warehouse.contracts.codes import PLACE_LISTS
from warehouse.engine import open_ledger, publish
from warehouse.migrations import TABLES
from warehouse.postgres.tables import ddl
from warehouse.store import Home

ARROW_TO_SQL = {
    pa.string(): sa.String,
    pa.int64(): sa.BigInteger,
    pa.float64(): sa.Double,
    pa.decimal64(18, 2): sa.Numeric,
    pa.date32(): sa.Date,
    pa.timestamp("us", tz="UTC"): sa.DateTime,
    pa.bool_(): sa.Boolean,
}


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.name)
def test_arrow_sql_and_dagster_agree_column_by_column(contract: Contract) -> None:
    schema = arrow_schema(contract)
    table = sql_metadata().tables[contract.name]
    shown = column_schema(contract).columns
    assert schema.names == [c.name for c in table.columns] == [c.name for c in shown]
    for column, field, sql, dagster in zip(contract.columns, schema, table.columns, shown, strict=True):
        assert isinstance(sql.type, ARROW_TO_SQL[field.type])
        assert column.nullable == field.nullable == sql.nullable == dagster.constraints.nullable
        assert sql.comment == comment(column)
        assert field.metadata[b"description_zh"].decode() == column.description_zh


def test_dictionary_pages_are_fresh() -> None:
    folder = Path(__file__).parents[2] / "docs" / "dictionary"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert written == dictionary.pages(), "stale: run `make docs`"


def test_the_first_migration_makes_the_tables_of_the_contracts() -> None:
    assert TABLES.read_text(encoding="utf-8") == ddl(), (
        "stale: until 0.1.0 is released, run `make docs`; after that, see docs/warehouse.md on a new column"
    )


def test_published_warehouse_has_every_table_with_its_comments(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    engine = open_ledger(home)
    publish(home, engine)
    engine.dispose()
    with duckdb.connect(str(home.warehouse), read_only=True) as published:
        rows = published.execute(
            "SELECT schema_name || '.' || table_name, column_name, data_type, comment FROM duckdb_columns() "
            "WHERE schema_name <> 'published' AND NOT internal ORDER BY column_index"
        ).fetchall()
    for contract in CONTRACTS.values():
        found = [(name, words) for table, name, _, words in rows if table == contract.name]
        assert found == [(column.name, comment(column)) for column in contract.columns]


@pytest.mark.parametrize("contract", JUDGED_CONTRACTS.values(), ids=lambda contract: contract.name)
def test_rules_are_named_after_their_table_and_explained(contract: Contract) -> None:
    for rule in contract.rules:
        assert rule.id.startswith(f"{contract.name}." if contract.schema == "mart" else f"{contract.table}.")
        assert (rule.kind == "figure") == (contract.schema == "mart")
        assert 0 <= rule.level <= 5
        assert len(rule.rationale) > 20, rule.id
        assert set(rule.columns) <= {column.name for column in contract.columns}, rule.id
    assert len({rule.id for rule in contract.rules}) == len(contract.rules)


def test_there_are_as_many_rules_as_were_promised() -> None:
    counts = {name: len(contract.rules) for name, contract in SOURCE_CONTRACTS.items()}
    assert counts["core.household_income"] >= 12
    assert counts["core.labour_export"] >= 8
    assert counts["core.fund_transaction"] >= 8


def test_code_lists_named_by_columns_exist() -> None:
    named = {column.code_list for contract in CONTRACTS.values() for column in contract.columns} - {None, *PLACE_LISTS}
    assert named == set(CODE_LISTS) & named
