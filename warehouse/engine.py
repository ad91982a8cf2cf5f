"""The warehouse through SQLAlchemy: a private DuckDB file that a run writes, a published copy that people read.

Tables come from the contracts. Arrow goes in and out through the driver; text SQL is for set work only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from warehouse import published_files
from warehouse.compile import arrow_schema, comment, sql_metadata
from warehouse.contracts import CONTRACTS, PARQUET_CONTRACTS, PUBLISHED_VIEWS, SCHEMAS, SEGMENT_CONTRACTS, Contract
from warehouse.memory import in_memory
from warehouse.store import Home, HomeOutdated, replace_file

METADATA = sql_metadata()


def open_ledger(home: Home) -> sa.Engine:
    """The private file with every schema and table in place. HomeOutdated when a table lacks columns."""
    home.ensure()
    engine = sa.create_engine(f"duckdb:///{home.ledger}")
    buffer_results(engine)
    try:
        with engine.begin() as connection:
            _complete(home, connection)
    except HomeOutdated:
        engine.dispose()
        raise
    return engine


def _complete(home: Home, connection: sa.Connection) -> None:
    for schema in SCHEMAS:
        connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
    there = _columns(connection)
    _require_columns(home, there)
    # all at once, and with no comments, which the published file has: each by itself takes longer than all else here
    missing = [kept for kept in METADATA.sorted_tables if kept.fullname not in there and not _is_microdata(kept)]
    created = (str(sa.schema.CreateTable(kept).compile(dialect=connection.dialect)) for kept in missing)
    driver_of(connection).execute("; ".join(created))


def _columns(connection: sa.Connection) -> dict[str, set[str]]:
    """Table of the private file -> its columns."""
    query = (
        "SELECT schema_name || '.' || table_name, list(column_name) FROM duckdb_columns() WHERE NOT internal GROUP BY 1"
    )
    return {name: set(columns) for name, columns in connection.execute(sa.text(query))}


def _require_columns(home: Home, there: Mapping[str, set[str]]) -> None:
    """Nothing is added to a table that has rows: the ledger's hashes and the digests of releases are of all columns."""
    lacking = [
        f"{name}.{column.name}"
        for name, contract in CONTRACTS.items()
        for column in contract.columns
        if name in there and column.name not in there[name]
    ]
    if lacking:
        named = ", ".join(lacking[:5]) + (f" and {len(lacking) - 5} more" if len(lacking) > 5 else "")
        raise HomeOutdated(
            f"{home.root} was made by another version of the program: its tables lack {named}; nothing was changed\n"
            "to do: go on with that version, which audit.release names (code_version), or run this one with another "
            "--home and the same files"
        )


def open_published(home: Home) -> duckdb.DuckDBPyConnection:
    """The published file, read only; FileNotFoundError says how to make one."""
    if not home.warehouse.exists():
        raise FileNotFoundError(f"{home.warehouse} does not exist yet; run for instance: povmon run wuzhong")
    return duckdb.connect(str(home.warehouse), read_only=True)


def buffer_results(engine: sa.Engine) -> None:
    """Fetch DuckDB results at once: read after their connection closed they would be silently empty."""
    from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

    @sa.event.listens_for(engine, "after_cursor_execute")
    def _buffer(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if context.dialect.name == "duckdb" and cursor.description is not None:
            context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, initial_buffer=cursor.fetchall())


def table(contract: Contract) -> sa.Table:
    """The SQLAlchemy table of a contract."""
    return METADATA.tables[contract.name]


def append(connection: sa.Connection, contract: Contract, rows: pa.Table) -> None:
    """Add rows in the contract's columns; within the caller's transaction."""
    driver = driver_of(connection)
    driver.register("appended", rows.select([column.name for column in contract.columns]))
    try:
        driver.execute(f"INSERT INTO {contract.name} BY NAME SELECT * FROM appended")
    finally:
        driver.unregister("appended")


def append_rows(connection: sa.Connection, contract: Contract, rows: Sequence[dict[str, object]]) -> None:
    """Add rows given as dictionaries; a key that is not a column is an error."""
    names = {column.name for column in contract.columns}
    for row in rows:
        if row.keys() != names:
            raise ValueError(f"{contract.name}: row has {sorted(row.keys() ^ names)} too many or missing")
    if rows:
        schema = pa.schema([field.with_nullable(True) for field in arrow_schema(contract)])
        append(connection, contract, pa.Table.from_pylist([dict(row) for row in rows], schema=schema))


def fetch_table(connection: sa.Connection, query: str, values: Sequence[object] = ()) -> pa.Table:
    """Result of a text query as Arrow; within the caller's transaction."""
    return driver_of(connection).sql(query, params=list(values)).to_arrow_table()


def update_rows(connection: sa.Connection, contract: Contract, rows: pa.Table) -> None:
    """Sets columns of rows found again by `row`, the rowid that a query of the same transaction gave."""
    driver = driver_of(connection)
    names = [name for name in rows.column_names if name != "row"]
    driver.register("updated", rows)
    try:
        changes = ", ".join(f"{name} = updated.{name}" for name in names)
        driver.execute(f"UPDATE {contract.name} SET {changes} FROM updated WHERE {contract.name}.rowid = updated.row")
    finally:
        driver.unregister("updated")


def fetch(connection: sa.Connection, statement: sa.Executable) -> list[dict[str, Any]]:
    """Rows of a statement as dictionaries."""
    return [dict(row) for row in connection.execute(statement).mappings()]


def rows_by_file(parts: Sequence[Path]) -> dict[str, int]:
    """file_id -> number of rows in some Parquet partitions."""
    if not parts:
        return {}
    with in_memory() as engine:
        files = [str(path) for path in parts]
        query = "SELECT file_id, count(*) FROM read_parquet(?, hive_partitioning = false) GROUP BY file_id"
        return dict(engine.execute(query, [files]).fetchall())


def driver_of(connection: sa.Connection) -> duckdb.DuckDBPyConnection:
    """DuckDB's own connection below one of SQLAlchemy, within its transaction."""
    driver: Any = connection.connection.driver_connection
    return driver._ConnectionWrapper__c if hasattr(driver, "_ConnectionWrapper__c") else driver


def _is_microdata(candidate: sa.Table) -> bool:
    return f"{candidate.schema}.{candidate.name}" in PARQUET_CONTRACTS


@contextmanager
def attached_draft(home: Home, engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection to the private file with the new published file attached as `draft`; swapped in at the end."""
    draft = home.root / "private" / "draft.duckdb"
    draft.unlink(missing_ok=True)
    with engine.connect() as connection:
        driver = driver_of(connection)
        driver.execute(f"ATTACH {quoted(str(draft))} AS draft (STORAGE_VERSION 'v1.5.0')")
        try:
            yield connection
            driver.execute("CHECKPOINT draft")
        finally:
            driver.execute("DETACH draft")
    draft.chmod(0o444)  # readers open it, and nobody writes in it: a run makes another
    replace_file(draft, home.warehouse)


def publish(home: Home, engine: sa.Engine) -> None:
    """Make the file that readers open: reference, marts and audit as tables, microdata and answers as views."""
    from warehouse.published import MACROS, VIEWS

    files = {name: published_files.keep(home, name) for name in PARQUET_CONTRACTS}
    with attached_draft(home, engine) as connection:
        driver = driver_of(connection)
        driver.execute("BEGIN")  # else every table is written to disk by itself
        for schema in SCHEMAS:
            driver.execute(f"CREATE SCHEMA draft.{schema}")
        for contract in CONTRACTS.values():
            if contract.name in PARQUET_CONTRACTS:
                _publish_view(driver, contract, files[contract.name])
            else:
                driver.execute(f"CREATE TABLE draft.{contract.name} AS SELECT * FROM {contract.name}")
            _comment(driver, contract)
        driver.execute("USE draft")
        for name, (words, sql) in VIEWS.items():
            driver.execute(f"CREATE VIEW draft.published.{name} AS {sql}")
            driver.execute(f"COMMENT ON VIEW draft.published.{name} IS {quoted(words)}")
            for column in PUBLISHED_VIEWS[name].columns:
                driver.execute(f"COMMENT ON COLUMN draft.published.{name}.{column.name} IS {quoted(comment(column))}")
        for macro in MACROS:
            driver.execute(f'CREATE MACRO draft.published.{macro.name}("{macro.parameter}") AS TABLE {macro.sql}')
            driver.execute(f"COMMENT ON MACRO TABLE draft.published.{macro.name} IS {quoted(macro.words)}")
        driver.execute("COMMIT")
        driver.execute("USE ledger")
    published_files.forget(home, (path for paths in files.values() for path in paths))


def _publish_view(driver: duckdb.DuckDBPyConnection, contract: Contract, files: Sequence[Path]) -> None:
    how, named = "hive_partitioning = false", {}
    if contract.name in SEGMENT_CONTRACTS:
        # the month and the place stand in the folders' names: a question about a month opens its files alone
        how = "hive_partitioning = true, hive_types = {'jurisdiction': VARCHAR, 'ym': VARCHAR}"
        named = {"time_period": "ym AS time_period"}
    if files:
        columns = ", ".join(named.get(column.name, column.name) for column in contract.columns)
        listed = ", ".join(quoted(str(path.resolve())) for path in files)
        source = f"read_parquet([{listed}], {how})"
        driver.execute(f"CREATE VIEW draft.{contract.name} AS SELECT {columns} FROM {source}")
        return
    dialect = sa.create_engine("duckdb://").dialect
    typed = ", ".join(
        f"CAST(NULL AS {column.type.compile(dialect=dialect)}) AS {column.name}" for column in table(contract).columns
    )
    driver.execute(f"CREATE VIEW draft.{contract.name} AS SELECT {typed} WHERE false")


def _comment(driver: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    kind = "VIEW" if contract.name in PARQUET_CONTRACTS else "TABLE"
    words = f"{contract.description} {contract.grain}"
    statements = [f"COMMENT ON {kind} draft.{contract.name} IS {quoted(words)}"] + [
        f"COMMENT ON COLUMN draft.{contract.name}.{column.name} IS {quoted(comment(column))}"
        for column in contract.columns
    ]
    driver.execute("; ".join(statements))


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
