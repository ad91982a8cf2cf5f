"""Answers of `povmon sql`: one question to the published file, opened read only, files outside the home closed."""

import csv
import io
import json
from pathlib import Path

import duckdb

from warehouse.engine import open_published
from warehouse.exports.safe_text import inert
from warehouse.store import Home


def answer(home: Path, query: str, form: str) -> str:
    """Result of a query as aligned text, CSV or JSON. ValueError tells what is wrong with the query."""
    place = Home(home)
    with open_published(place) as connection:
        connection.execute(
            "SET allowed_directories = ?", [[str(place.published.resolve()), str(place.parquet.resolve())]]
        )
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            cursor = connection.execute(_one_question(connection, query))
            names = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchall()
        except duckdb.Error as error:
            raise ValueError(f"the query cannot be answered: {error}") from error
    return {"table": _aligned, "csv": _csv, "json": _json}[form](names, rows)


def _one_question(connection: duckdb.DuckDBPyConnection, query: str) -> duckdb.Statement:
    """The only statement of a query: DuckDB lets COPY and EXPORT write where a read-only connection may read."""
    statements = connection.extract_statements(query)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        found = ", ".join(statement.type.name for statement in statements) or "none"
        raise ValueError(
            f"the query cannot be answered: expected one statement that asks (SELECT, FROM, WITH, DESCRIBE, SUMMARIZE, "
            f"SHOW), found {found}; files are written by the shell (povmon sql … --format csv > file) and povmon export"
        )
    return statements[0]


def _csv(names: list[str], rows: list[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([inert(value) if isinstance(value, str) else value for value in row] for row in rows)
    return text.getvalue()


def _json(names: list[str], rows: list[tuple[object, ...]]) -> str:
    records = [dict(zip(names, row, strict=True)) for row in rows]
    return json.dumps(records, ensure_ascii=False, default=str, indent=1) + "\n"


def _aligned(names: list[str], rows: list[tuple[object, ...]]) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    text = io.StringIO()
    Console(file=text, width=10_000).print(table)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + f"\n({len(rows)} rows)\n"
